//! std sockets as transports.

use std::boxed::Box;
use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;

use socket2::{SockRef, Socket};

use super::super::clock::MonotonicClock;
use super::super::common::{configure, no_address, share};
use super::wait::wait_for;
use crate::time::Timestamp;
use crate::topology::{Config, Endpoint};
use crate::transport::{Clock, Connector, Resolver, Transport, TransportError, TransportErrorKind};

/// Opens TCP and Unix sockets with the options of a [`Config`]: what clients use unless they are given another
/// [`Connector`], and what one of your own can be wrapped around.
///
/// All addresses of a host are tried in the order in which they were found, IPv6 and IPv4 alike, within the time to connect:
/// none gets more than its share of what is left.
///
/// ```no_run
/// use std::time::Duration;
/// use redwire::blocking::{Pool, SocketConnector};
/// use redwire::transport::{Connector, Transport, TransportError};
/// use redwire::{Config, Endpoint};
///
/// /// Says which connections are opened.
/// struct Talkative(SocketConnector);
///
/// impl Connector for Talkative {
///     fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
///         println!("connecting to {endpoint}");
///         self.0.connect(endpoint, timeout)
///     }
/// }
///
/// let config = Config::parse("redis://cache.example/")?;
/// let client = Pool::with_connector(&config, Talkative(SocketConnector::new(&config)))?.client();
/// # Ok::<(), redwire::Error>(())
/// ```
pub struct SocketConnector {
    config: Config,
    resolver: Option<Arc<dyn Resolver>>,
}

impl SocketConnector {
    /// Opens sockets with the options of this configuration; its address is not looked at.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        SocketConnector {
            config: config.clone(),
            resolver: None,
        }
    }

    /// The same with host names looked up by `resolver` instead of the system.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// The addresses of a host. (What the system takes for it cannot be limited.)
    fn addresses(
        &self,
        host: &str,
        port: u16,
        clock: MonotonicClock,
        until: Option<Timestamp>,
    ) -> Result<Vec<SocketAddr>, TransportError> {
        let Some(resolver) = &self.resolver else {
            return Ok((host, port).to_socket_addrs()?.collect());
        };
        let late = || TransportError::new(TransportErrorKind::TimedOut, "the host name was not looked up in time");
        wait_for(resolver.resolve(host, port), &clock, until).unwrap_or_else(|| Err(late()))
    }

    /// Tries every address of the endpoint within the time given.
    fn dial(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Socket, TransportError> {
        match endpoint {
            Endpoint::Tcp { host, port } => {
                let clock = MonotonicClock::new();
                let until = timeout.map(|timeout| clock.now() + timeout);
                let addresses = self.addresses(host, *port, clock, until)?;
                let mut last = no_address();
                for (tried, address) in addresses.iter().enumerate() {
                    let share = until.map(|until| share(until.saturating_since(clock.now()), addresses.len() - tried));
                    let attempt = match share {
                        Some(Duration::ZERO) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut)),
                        Some(share) => TcpStream::connect_timeout(address, share),
                        None => TcpStream::connect(address),
                    };
                    match attempt {
                        Ok(stream) => {
                            configure(SockRef::from(&stream), &self.config)?;
                            return Ok(stream.into());
                        }
                        Err(error) => last = error.into(),
                    }
                }
                Err(last)
            }
            #[cfg(unix)]
            Endpoint::Unix { path } => Ok(std::os::unix::net::UnixStream::connect(path)?.into()),
            #[cfg(not(unix))]
            Endpoint::Unix { .. } => Err(super::super::common::no_unix_sockets()),
        }
    }
}

impl Connector for SocketConnector {
    fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(SocketTransport {
            socket: self.dial(endpoint, timeout)?,
            read_timeout: None,
            write_timeout: None,
        }))
    }
}

impl fmt::Debug for SocketConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("blocking::SocketConnector(..)")
    }
}

/// A TCP or Unix socket with timeouts that cost a system call only when they change.
struct SocketTransport {
    socket: Socket,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Transport for SocketTransport {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        if differs(self.read_timeout, timeout) {
            self.socket.set_read_timeout(timeout)?;
            self.read_timeout = timeout;
        }
        retry_interrupted(|| self.socket.read(buffer))
    }

    fn read_now(&mut self, buffer: &mut [u8]) -> Result<usize, TransportError> {
        self.socket.set_nonblocking(true)?;
        let read = retry_interrupted(|| self.socket.read(buffer));
        self.socket.set_nonblocking(false)?;
        read
    }

    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        if differs(self.write_timeout, timeout) {
            self.socket.set_write_timeout(timeout)?;
            self.write_timeout = timeout;
        }
        match retry_interrupted(|| self.socket.write(bytes))? {
            0 => Err(TransportError::new(
                TransportErrorKind::Closed,
                "the socket takes no more bytes",
            )),
            n => Ok(n),
        }
    }

    fn is_quiet(&mut self) -> bool {
        // A read that must not wait: anything but "nothing there" means that the socket has something to say.
        if self.socket.set_nonblocking(true).is_err() {
            return false;
        }
        let peeked = self.socket.peek(&mut [core::mem::MaybeUninit::uninit()]);
        let quiet = matches!(peeked, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock);
        self.socket.set_nonblocking(false).is_ok() && quiet
    }

    fn close(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

fn retry_interrupted(mut attempt: impl FnMut() -> std::io::Result<usize>) -> Result<usize, TransportError> {
    loop {
        match attempt() {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}

/// Whether the timeout set on a socket is too far from the one wanted. One that is a little long is good enough.
fn differs(set: Option<Duration>, wanted: Option<Duration>) -> bool {
    const LITTLE: Duration = Duration::from_millis(1);
    match (set, wanted) {
        (None, None) => false,
        (Some(set), Some(wanted)) => match set.checked_sub(wanted) {
            None => true,
            // Most calls want what is set, and no division.
            Some(excess) => excess > LITTLE && excess > LITTLE + wanted / 16,
        },
        _ => true,
    }
}
