//! What carries the bytes: the traits a runtime, a mock or a user implements.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::net::SocketAddr;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use crate::time::Timestamp;
use crate::topology::Endpoint;

/// A blocking byte stream: a TCP or Unix socket, a tunnel, a recorder around another one, a script in a test.
///
/// Both calls move at least one byte or fail. A `timeout` of `None` waits for ever; when it passes, the call fails with
/// [`TransportErrorKind::TimedOut`] and nothing is lost.
pub trait Transport: Send {
    /// Reads some bytes into `buffer`; `Ok(0)` means the peer closed its side.
    ///
    /// # Errors
    /// The transport failed, or `timeout` passed.
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError>;

    /// Reads what is there already, without waiting: fails with [`TransportErrorKind::TimedOut`] if that is nothing. A
    /// transport that cannot do that waits for a millisecond.
    ///
    /// # Errors
    /// The transport failed, or nothing was there.
    fn read_now(&mut self, buffer: &mut [u8]) -> Result<usize, TransportError> {
        self.read(buffer, Some(Duration::from_millis(1)))
    }

    /// Writes some bytes of `bytes` and says how many.
    ///
    /// # Errors
    /// The transport failed, or `timeout` passed before any byte was taken.
    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError>;

    /// Whether nothing has come that was not read yet, not even the end. Asked without waiting, before a connection that
    /// nobody used for a while is used again. A transport that cannot tell says yes.
    fn is_quiet(&mut self) -> bool {
        true
    }

    /// Closes both directions. Later calls fail; closing twice is fine.
    fn close(&mut self);
}

/// A byte stream for async clients. The contract is that of [`Transport`], with `Pending` in place of waiting.
pub trait AsyncTransport: Send {
    /// Reads some bytes into `buffer`; `Ok(0)` means the peer closed its side.
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>>;

    /// Writes some bytes of `bytes` and says how many.
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>>;

    /// Whether the peer has closed the connection, if the system knows that already. Asked when a connection that nobody
    /// used for a while is used again: where [`poll_read`](AsyncTransport::poll_read) answers from what a runtime was last
    /// told, the runtime may not have run since. A transport that asks the system each time, or cannot tell, says no.
    fn is_closed(&mut self) -> bool {
        false
    }

    /// Closes both directions. Later calls fail; closing twice is fine.
    fn close(&mut self);
}

/// A future behind a pointer, which is what an object-safe trait can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Opens the connections of a blocking client: a tunnel, a proxy, a recorder around another connector.
///
/// Only the byte stream is made here. Logging in and the rest of the handshake are the client's, and so are the delays
/// between attempts.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use std::time::Duration;
/// use redwire::Endpoint;
/// use redwire::transport::{Connector, Transport, TransportError};
///
/// type Log = Arc<Mutex<Vec<String>>>;
///
/// /// Writes down which connections are made by `inner`, and what is sent over them.
/// struct Recorder<C> {
///     inner: C,
///     log: Log,
/// }
///
/// impl<C: Connector> Connector for Recorder<C> {
///     fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
///         let inner = self.inner.connect(endpoint, timeout)?;
///         self.log.lock().unwrap().push(format!("connected to {endpoint}"));
///         Ok(Box::new(Recorded { inner, log: self.log.clone() }))
///     }
/// }
///
/// struct Recorded {
///     inner: Box<dyn Transport>,
///     log: Log,
/// }
///
/// impl Transport for Recorded {
///     fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
///         self.inner.read(buffer, timeout)
///     }
///     fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
///         let written = self.inner.write(bytes, timeout)?;
///         self.log.lock().unwrap().push(format!("sent {:?}", String::from_utf8_lossy(&bytes[..written])));
///         Ok(written)
///     }
///     fn close(&mut self) {
///         self.inner.close();
///     }
/// }
///
/// # struct Nowhere;
/// # impl Connector for Nowhere {
/// #     fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
/// #         Ok(Box::new(Nowhere))
/// #     }
/// # }
/// # impl Transport for Nowhere {
/// #     fn read(&mut self, _: &mut [u8], _: Option<Duration>) -> Result<usize, TransportError> { Ok(0) }
/// #     fn write(&mut self, bytes: &[u8], _: Option<Duration>) -> Result<usize, TransportError> { Ok(bytes.len().min(6)) }
/// #     fn close(&mut self) {}
/// # }
/// # let connector = Nowhere;
/// let log = Log::default();
/// let recorder: Box<dyn Connector> = Box::new(Recorder { inner: connector, log: log.clone() });
/// let mut transport = recorder.connect(&Endpoint::tcp("localhost", 6379), None)?;
/// transport.write(b"PING\r\n", None)?;
/// assert_eq!(*log.lock().unwrap(), ["connected to localhost:6379", r#"sent "PING\r\n""#]);
/// # Ok::<(), TransportError>(())
/// ```
pub trait Connector: Send + Sync {
    /// A new connection to `endpoint`, made within `timeout`; `None` waits for ever.
    ///
    /// # Errors
    /// The peer cannot be reached ([`TransportErrorKind::Unreachable`]), or `timeout` passed
    /// ([`TransportErrorKind::TimedOut`]).
    fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError>;
}

impl<C: Connector + ?Sized> Connector for Arc<C> {
    fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        (**self).connect(endpoint, timeout)
    }
}

/// Opens the connections of an async client.
///
/// ```
/// use redwire::Endpoint;
/// use redwire::transport::{AsyncConnector, AsyncTransport, BoxFuture, TransportError};
///
/// /// Makes every connection through one local port, the entrance of a tunnel.
/// struct Tunnel<C> {
///     inner: C,
///     entrance: Endpoint,
/// }
///
/// impl<C: AsyncConnector> AsyncConnector for Tunnel<C> {
///     fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
///         self.inner.connect(&self.entrance)
///     }
/// }
///
/// # use redwire::transport::TransportErrorKind;
/// # struct Refuses;
/// # impl AsyncConnector for Refuses {
/// #     fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
/// #         let endpoint = endpoint.clone();
/// #         Box::pin(async move {
/// #             Err(TransportError::new(TransportErrorKind::Unreachable, format!("{endpoint} refuses")))
/// #         })
/// #     }
/// # }
/// # let connector = Refuses;
/// let tunnel: Box<dyn AsyncConnector> = Box::new(Tunnel { inner: connector, entrance: Endpoint::tcp("localhost", 7000) });
/// let connecting = tunnel.connect(&Endpoint::tcp("cache.example", 6379));
/// # let failed = futures_lite::future::block_on(connecting).map(|_| ()).unwrap_err();
/// # assert_eq!(failed.to_string(), "localhost:7000 refuses");
/// ```
pub trait AsyncConnector: Send + Sync {
    /// A new connection to `endpoint`. The future owns what it needs, so that it outlives both borrows; whoever waits
    /// for it limits its time and drops it when that has passed. It must not use the client that asks, which waits for
    /// nothing but this.
    ///
    /// # Errors
    /// The peer cannot be reached.
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>>;
}

/// Starts the tasks that a client needs for itself: one for each connection that several callers share.
pub trait Spawner: Send + Sync {
    /// Starts a task that is polled until it is done. False if that cannot be: then callers drive their connection
    /// themselves, at the price of more wake-ups.
    fn spawn(&self, task: BoxFuture<'static, ()>) -> bool;
}

impl<F: Fn(BoxFuture<'static, ()>) -> bool + Send + Sync> Spawner for F {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> bool {
        self(task)
    }
}

/// Turns host names into addresses: a table, a service registry, a DNS client with a cache.
///
/// ```
/// use std::collections::HashMap;
/// use std::future::ready;
/// use std::net::{IpAddr, SocketAddr};
/// use redwire::transport::{BoxFuture, Resolver, TransportError, TransportErrorKind};
///
/// /// The names of a test, a cluster behind a NAT, ..
/// struct Table(HashMap<String, Vec<IpAddr>>);
///
/// impl Resolver for Table {
///     fn resolve(&self, host: &str, port: u16) -> BoxFuture<'static, Result<Vec<SocketAddr>, TransportError>> {
///         let found = match self.0.get(host) {
///             Some(addresses) => Ok(addresses.iter().map(|address| SocketAddr::new(*address, port)).collect()),
///             None => Err(TransportError::new(TransportErrorKind::Unreachable, "not in the table")),
///         };
///         Box::pin(ready(found))
///     }
/// }
///
/// let table = Table(HashMap::from([("cache".into(), vec!["10.0.0.1".parse()?, "::1".parse()?])]));
/// let found = futures_lite::future::block_on(table.resolve("cache", 6379))?;
/// assert_eq!(found, ["10.0.0.1:6379".parse()?, "[::1]:6379".parse()?]);
/// assert!(futures_lite::future::block_on(table.resolve("other", 6379)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Resolver: Send + Sync {
    /// The addresses of `host` (a name or an address) with `port`, in the order in which they are to be tried. An empty
    /// list is the same as a failure. The future owns what it needs. Blocking clients wait for it on the caller's
    /// thread; in async clients it must not block.
    ///
    /// # Errors
    /// The name is not known ([`TransportErrorKind::Unreachable`]), or cannot be looked up at the moment.
    fn resolve(&self, host: &str, port: u16) -> BoxFuture<'static, Result<Vec<SocketAddr>, TransportError>>;
}

/// A clock: the only source of time there is. All timestamps that one client sees come from one clock.
pub trait Clock: Send + Sync {
    /// The time now, since an origin of the clock's choice.
    fn now(&self) -> Timestamp;

    /// What the random part of a client's delays starts from, if the time is not real either: with the same number, and
    /// the same events at the same times, a client does the same again. `None`, the default, takes another number for
    /// each client.
    fn seed(&self) -> Option<u64> {
        None
    }
}

/// A clock for blocking clients: the caller's thread waits on it.
pub trait BlockingClock: Clock {
    /// Returns once `at` has come.
    fn sleep_until(&self, at: Timestamp);

    /// Returns once this thread was unparked or `until` has come, possibly earlier.
    fn park_until(&self, until: Option<Timestamp>);

    /// The same for a thread that works in the background, for which nobody waits: a clock that moves when a thread waits
    /// on it stands still for this one.
    fn rest_until(&self, until: Timestamp) {
        self.park_until(Some(until));
    }
}

/// A clock for async clients: tasks wait on timers of it.
pub trait AsyncClock: Clock {
    /// A new timer.
    fn timer(&self) -> Box<dyn Timer>;
}

/// Waits for one time at a time.
pub trait Timer: Send {
    /// Ready once `at` has come. A later call may name another time, which replaces the one before.
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Timestamp) -> Poll<()>;
}

/// Why a transport failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The time given to the call passed.
    TimedOut,
    /// The peer cannot be reached: refused, no route, no such host or socket.
    Unreachable,
    /// The connection broke: reset, broken pipe, closed here.
    Closed,
    /// Anything else.
    Other,
}

/// A transport failed.
#[derive(Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    detail: Arc<str>,
}

impl TransportError {
    /// A failure of this kind, told to people as `detail`.
    #[must_use]
    pub fn new(kind: TransportErrorKind, detail: impl Into<String>) -> Self {
        TransportError {
            kind,
            detail: detail.into().into(),
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

#[cfg(feature = "std")]
impl From<std::io::Error> for TransportError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as Io;
        let kind = match error.kind() {
            Io::TimedOut | Io::WouldBlock => TransportErrorKind::TimedOut,
            Io::ConnectionRefused
            | Io::NotFound
            | Io::AddrNotAvailable
            | Io::HostUnreachable
            | Io::NetworkUnreachable => TransportErrorKind::Unreachable,
            Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::NotConnected | Io::UnexpectedEof => {
                TransportErrorKind::Closed
            }
            _ => TransportErrorKind::Other,
        };
        TransportError::new(kind, alloc::format!("{error}"))
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportError({:?}, {:?})", self.kind, self.detail)
    }
}

impl core::error::Error for TransportError {}
