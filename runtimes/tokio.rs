//! The client for Tokio.

use std::boxed::Box;
use std::future::Future;
use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec::Vec;

use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use ::tokio::net::TcpStream;
use ::tokio::time::Sleep;
use socket2::SockRef;

use super::clock::MonotonicClock;
use super::common::configure;
use super::driver::Sockets;
use crate::error::Error;
use crate::time::Timestamp;
use crate::topology::sentinel::Sentinels;
use crate::topology::{Config, IntoConfig};
use crate::transport::{AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Clock, Timer, TransportError};

pub use super::driver::{
    AsyncClient, AsyncSentinel, AsyncSocketConnector, Background, ChangeFuture, CommandFuture, Exclusive, FlowFuture,
    GetMessage, Listen, Monitor, Next, PubSub, Transaction, Worker, WorkerTask,
};

/// Names the runtime of a [`Client`].
#[derive(Debug)]
pub enum Tokio {}

/// The client for Tokio; see [`AsyncClient`] for what it can do.
///
/// ```no_run
/// use redwire::prelude::*;
///
/// # async fn program() -> Result<(), redwire::Error> {
/// let client = redwire::tokio::Client::connect("redis://127.0.0.1/").await?;
/// client.set("name", "redwire").await?;
/// let name: Option<String> = client.get("name").await?;
/// # Ok(())
/// # }
/// ```
pub type Client = AsyncClient<Tokio>;

impl AsyncClient<Tokio> {
    /// Connects to the server that a URL or a [`Config`](crate::Config) names, and sets the connection up. Must be called within a
    /// Tokio runtime with I/O and time enabled.
    ///
    /// # Errors
    /// The URL makes no sense, the server cannot be reached in time, or it refuses the credentials or the database.
    pub async fn connect(config: impl IntoConfig) -> Result<Self, Error> {
        Self::lazy(config)?.establish().await
    }

    /// The same without connecting: that is left to the first call, which must be made within a Tokio runtime.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn lazy(config: impl IntoConfig) -> Result<Self, Error> {
        let config = config.into_config()?;
        let connector = SocketConnector::new(&config);
        Self::with_connector(config, connector)
    }

    /// The same with an [`AsyncConnector`] of your own, which opens the byte streams: a tunnel, a proxy, a recorder.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn with_connector(config: impl IntoConfig, connector: impl AsyncConnector + 'static) -> Result<Self, Error> {
        Self::with_runtime(config, Arc::new(connector), Tokio::clock(), Some(Arc::new(spawn)))
    }
}

/// Starts a task, if there is a runtime.
fn spawn(task: BoxFuture<'static, ()>) -> bool {
    match ::tokio::runtime::Handle::try_current() {
        Ok(runtime) => {
            drop(runtime.spawn(task));
            true
        }
        Err(_) => false,
    }
}

/// Finds masters and replicas through sentinels, and makes clients of them; see [`AsyncSentinel`].
pub type Sentinel = AsyncSentinel<Tokio>;

impl AsyncSentinel<Tokio> {
    /// These sentinels: hosts and ports, or [`Sentinels`](crate::topology::sentinel::Sentinels) with credentials and limits of
    /// their own. The clients made here are configured as by [`Config::new`].
    ///
    /// # Errors
    /// There are no sentinels, or an address makes no sense.
    pub fn new(sentinels: impl Into<Sentinels>) -> Result<Self, Error> {
        Self::with_config(sentinels, Config::new())
    }

    /// The same, with what all clients made here have in common: credentials, database, limits. The sockets to the sentinels
    /// have its options too.
    ///
    /// # Errors
    /// As for [`new`](AsyncSentinel::new).
    pub fn with_config(sentinels: impl Into<Sentinels>, config: Config) -> Result<Self, Error> {
        let connector = |config: &Config| -> Arc<dyn AsyncConnector> { Arc::new(SocketConnector::new(config)) };
        let spawner = Some(Arc::new(spawn) as _);
        Self::assemble(sentinels.into(), config, Arc::new(connector), Tokio::clock(), spawner)
    }
}

/// Opens TCP and Unix sockets; see [`AsyncSocketConnector`].
pub type SocketConnector = AsyncSocketConnector<Tokio>;

impl Sockets for Tokio {
    fn clock() -> Arc<dyn AsyncClock> {
        Arc::new(TokioClock(MonotonicClock::new()))
    }

    async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
        Ok(::tokio::net::lookup_host((host, port)).await?.collect())
    }

    async fn tcp(address: SocketAddr, config: &Config) -> Result<Box<dyn AsyncTransport>, TransportError> {
        let stream = TcpStream::connect(address).await?;
        configure(SockRef::from(&stream), config)?;
        Ok(Box::new(Stream(stream)))
    }

    #[cfg(unix)]
    async fn unix(path: &str) -> Result<Box<dyn AsyncTransport>, TransportError> {
        Ok(Box::new(Stream(::tokio::net::UnixStream::connect(path).await?)))
    }

    #[cfg(not(unix))]
    async fn unix(_: &str) -> Result<Box<dyn AsyncTransport>, TransportError> {
        Err(super::common::no_unix_sockets())
    }
}

/// Any Tokio stream as a transport.
struct Stream<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin + Send> AsyncTransport for Stream<S>
where
    for<'s> SockRef<'s>: From<&'s S>,
{
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        let mut buffer = ReadBuf::new(buffer);
        match Pin::new(&mut self.0).poll_read(cx, &mut buffer) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(buffer.filled().len())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        match Pin::new(&mut self.0).poll_write(cx, bytes) {
            Poll::Ready(Ok(0)) => Poll::Ready(Err(io::Error::from(io::ErrorKind::BrokenPipe).into())),
            Poll::Ready(Ok(n)) => Poll::Ready(Ok(n)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_closed(&mut self) -> bool {
        match SockRef::from(&self.0).peek(&mut [MaybeUninit::uninit()]) {
            Ok(bytes) => bytes == 0,
            Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted),
        }
    }

    fn close(&mut self) {
        // Tokio closes the socket when it is dropped; until then a shutdown tells the peer.
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let _ = Pin::new(&mut self.0).poll_shutdown(&mut cx);
    }
}

/// The machine's clock with Tokio's timers.
struct TokioClock(MonotonicClock);

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl AsyncClock for TokioClock {
    fn timer(&self) -> Box<dyn Timer> {
        Box::new(TokioTimer {
            clock: self.0,
            sleep: None,
        })
    }
}

/// One Tokio sleep, moved only when it must fire earlier than it is set to.
struct TokioTimer {
    clock: MonotonicClock,
    sleep: Option<(Timestamp, Pin<Box<Sleep>>)>,
}

impl Timer for TokioTimer {
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Timestamp) -> Poll<()> {
        loop {
            let now = self.clock.now();
            if now >= at {
                return Poll::Ready(());
            }
            let far = Timestamp::from_origin(now.since_origin() + Duration::from_secs(86_400));
            let (set, sleep) = self.sleep.get_or_insert_with(|| {
                let first = at.min(far);
                (first, Box::pin(::tokio::time::sleep(first - now)))
            });
            if *set > at {
                *set = at;
                sleep.as_mut().reset(::tokio::time::Instant::now() + (at - now));
            }
            match sleep.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => self.sleep = None,
            }
        }
    }
}
