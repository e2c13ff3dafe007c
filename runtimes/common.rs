//! What the adapters share: checks before sending, socket options, how failures are told.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use crate::command::{Request, Requests};
use crate::error::{Error, Outcome};
use crate::time::Timestamp;
use crate::topology::{Config, Endpoint};
use crate::transport::{Clock, TransportError, TransportErrorKind};

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

/// The same for commands that are sent together: transactions may be among them, as long as they are whole.
pub(super) fn check_shared_batch(requests: &Requests) -> Result<(), Error> {
    requests.check()?;
    if requests.is_self_contained() {
        return Ok(());
    }
    Err(Error::invalid_argument(
        "what is sent together here changes the state of a connection that other callers use as well: take an exclusive \
         one for it",
    ))
}

/// What is said where a connection of one's own is wanted, of a client that has one transport and no other.
pub(super) fn only_one_transport() -> Error {
    Error::invalid_argument(
        "this client has one transport, which all calls share: it cannot give a connection to one of them alone",
    )
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

/// Half-way to a deadline: what a connection may take to prove that it lives, so that there is time left for another one.
pub(super) fn half_of(now: Timestamp, deadline: Option<Timestamp>) -> Option<Timestamp> {
    deadline.map(|deadline| now + deadline.saturating_since(now) / 2)
}

/// A number that is another one each time, for delays that must not be the same on every client; unless the clock fixes it.
pub(super) fn seed(clock: &(impl Clock + ?Sized)) -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    clock
        .seed()
        .unwrap_or_else(|| RandomState::new().build_hasher().finish())
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failure is the test's result")]
mod tests {
    use super::*;
    use crate::topology::Keepalive;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn a_socket_gets_every_option_of_the_configuration() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = |config: &Config| {
            let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            configure(SockRef::from(&stream), config).unwrap();
            stream
        };
        let keepalive = Keepalive::new()
            .with_idle(Duration::from_secs(77))
            .with_interval(Duration::from_secs(11))
            .with_probes(4);
        let chosen = Config::new()
            .with_keepalive(keepalive)
            .with_nodelay(false)
            .with_tcp_user_timeout(Duration::from_millis(4321));
        let stream = socket(&chosen);
        let options = SockRef::from(&stream);
        assert!(options.keepalive().unwrap() && !options.tcp_nodelay().unwrap());
        #[cfg(target_os = "linux")]
        {
            assert_eq!(options.tcp_keepalive_time().unwrap(), Duration::from_secs(77));
            assert_eq!(options.tcp_keepalive_interval().unwrap(), Duration::from_secs(11));
            assert_eq!(options.tcp_keepalive_retries().unwrap(), 4);
            assert_eq!(options.tcp_user_timeout().unwrap(), Some(Duration::from_millis(4321)));
        }
        let stream = socket(&Config::new());
        let options = SockRef::from(&stream);
        assert!(options.keepalive().unwrap() && options.tcp_nodelay().unwrap());
        #[cfg(target_os = "linux")]
        assert_eq!(options.tcp_user_timeout().unwrap(), None);
        let stream = socket(&Config::new().with_keepalive(None));
        assert!(!SockRef::from(&stream).keepalive().unwrap());
    }

    #[test]
    fn every_address_has_a_share_of_the_time_and_the_last_has_all_that_is_left() {
        let second = Duration::from_secs(1);
        assert_eq!(share(second, 4), second / 4);
        assert_eq!(share(second, 1), second);
        assert_eq!(share(second, 0), second);
        assert_eq!(share(Duration::ZERO, 3), Duration::ZERO);
    }
}
