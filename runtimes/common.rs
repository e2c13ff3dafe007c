//! What the adapters share: checks before sending, socket options, how failures are told.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use crate::command::Request;
use crate::error::{Error, Outcome};
use crate::topology::{Config, Endpoint};
use crate::transport::{TransportError, TransportErrorKind};

/// Commands that change the state of a connection cannot go over one that others use as well.
pub(super) fn check_shared(request: &Request) -> Result<(), Error> {
    if !request.owns_connection() {
        return Ok(());
    }
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

/// What is said of a host that has no address at all.
pub(super) fn no_address() -> TransportError {
    TransportError::new(TransportErrorKind::Unreachable, "the host has no address")
}

/// How much of the time that is left the next of `addresses` addresses gets: one that does not answer leaves enough for the
/// rest.
pub(super) fn share(left: Duration, addresses: usize) -> Duration {
    left / u32::try_from(addresses.max(1)).unwrap_or(u32::MAX)
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
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    if let Some(timeout) = config.tcp_user_timeout() {
        socket.set_tcp_user_timeout(Some(timeout))?;
    }
    Ok(())
}
