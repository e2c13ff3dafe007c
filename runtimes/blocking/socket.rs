//! std sockets as transports.

use std::boxed::Box;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::Duration;

use socket2::{SockRef, Socket};

use super::super::clock::MonotonicClock;
use super::super::common::configure;
use crate::topology::{Config, Endpoint};
use crate::transport::{Clock, Connector, Transport, TransportError, TransportErrorKind};

/// Dials TCP and Unix sockets with the options of a configuration.
pub(super) struct SocketConnector {
    config: Config,
}

impl SocketConnector {
    pub(super) fn new(config: &Config) -> Self {
        SocketConnector { config: config.clone() }
    }
}

impl Connector for SocketConnector {
    fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        let socket = dial(&self.config, endpoint, timeout)?;
        Ok(Box::new(SocketTransport {
            socket,
            read_timeout: None,
            write_timeout: None,
        }))
    }
}

/// Tries every address of the endpoint within the time given.
fn dial(config: &Config, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Socket, TransportError> {
    match endpoint {
        Endpoint::Tcp { host, port } => {
            let clock = MonotonicClock::new();
            let mut last = TransportError::new(TransportErrorKind::Unreachable, "the name has no address");
            for address in (host.as_str(), *port).to_socket_addrs()? {
                let left = timeout.map(|timeout| timeout.saturating_sub(clock.now().since_origin()));
                let attempt = match left {
                    Some(Duration::ZERO) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut)),
                    Some(left) => TcpStream::connect_timeout(&address, left),
                    None => TcpStream::connect(address),
                };
                match attempt {
                    Ok(stream) => {
                        configure(SockRef::from(&stream), config)?;
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
