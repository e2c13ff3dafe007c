//! What the adapters share: checks before sending, socket options, how failures are told.

use socket2::{SockRef, TcpKeepalive};

use crate::command::Request;
use crate::error::{Error, Outcome};
use crate::time::Timestamp;
use crate::topology::{Config, Endpoint};
use crate::transport::TransportError;
#[cfg(not(unix))]
use crate::transport::TransportErrorKind;

/// Commands that change the state of a connection cannot go over one that others use as well.
#[inline]
pub(super) fn check_shared(request: &Request) -> Result<(), Error> {
    if request.owns_connection() {
        refuse_shared(request)
    } else {
        Ok(())
    }
}

#[cold]
fn refuse_shared(request: &Request) -> Result<(), Error> {
    request.check()?;
    Err(Error::invalid_argument(std::format!(
        "{} changes the state of a connection that other callers use as well: take an exclusive one for it",
        request.name()
    )))
}

/// What is said when a server cannot be reached.
pub(super) fn unreachable_peer(endpoint: &Endpoint, error: &TransportError) -> Error {
    let text = std::format!("cannot connect to {endpoint}: {error}");
    Error::transport(TransportError::new(error.kind(), text), Outcome::NotSent)
}

/// Half-way to a deadline: what a connection may take to prove that it lives, so that there is time left for another one.
pub(super) fn half_of(now: Timestamp, deadline: Option<Timestamp>) -> Option<Timestamp> {
    deadline.map(|deadline| now + deadline.saturating_since(now) / 2)
}

/// A number that is another one each time, for delays that must not be the same on every client.
pub(super) fn seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

#[cfg(not(unix))]
pub(super) fn no_unix_sockets() -> TransportError {
    TransportError::new(TransportErrorKind::Unreachable, "this system has no Unix sockets")
}

/// The options of a TCP socket.
pub(super) fn configure(socket: SockRef<'_>, config: &Config) -> Result<(), TransportError> {
    socket.set_tcp_nodelay(config.nodelay())?;
    if let Some(keepalive) = config.keepalive() {
        let options = TcpKeepalive::new()
            .with_time(keepalive.idle())
            .with_interval(keepalive.interval());
        #[cfg(not(windows))]
        let options = options.with_retries(keepalive.probes());
        socket.set_tcp_keepalive(&options)?;
    }
    Ok(())
}
