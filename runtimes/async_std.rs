//! The client for async-std. async-std is no longer developed upstream; smol is its successor.

use std::boxed::Box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::vec::Vec;

use ::async_std::net::{TcpStream, ToSocketAddrs};
use socket2::SockRef;

use super::clock::MonotonicClock;
use super::common::configure;
use super::driver::Sockets;
use super::futures_io::{Sleep, SleepTimer, Stream};
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
pub enum AsyncStd {}

/// The client for async-std; see [`AsyncClient`] for what it can do.
///
/// ```no_run
/// use redwire::prelude::*;
///
/// # async fn program() -> Result<(), redwire::Error> {
/// let client = redwire::async_std::Client::connect("redis://127.0.0.1/").await?;
/// client.set("name", "redwire").await?;
/// let name: Option<String> = client.get("name").await?;
/// # Ok(())
/// # }
/// ```
pub type Client = AsyncClient<AsyncStd>;

impl AsyncClient<AsyncStd> {
    /// Connects to the server that a URL or a [`Config`](crate::Config) names, and sets the connection up.
    ///
    /// # Errors
    /// The URL makes no sense, the server cannot be reached in time, or it refuses the credentials or the database.
    pub async fn connect(config: impl IntoConfig) -> Result<Self, Error> {
        Self::lazy(config)?.establish().await
    }

    /// The same without connecting: that is left to the first call.
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
        Self::with_runtime(config, Arc::new(connector), AsyncStd::clock(), Some(Arc::new(spawn)))
    }
}

/// Starts a task on async-std's own executor.
fn spawn(task: BoxFuture<'static, ()>) -> bool {
    drop(::async_std::task::spawn(task));
    true
}

/// Finds masters and replicas through sentinels, and makes clients of them; see [`AsyncSentinel`].
pub type Sentinel = AsyncSentinel<AsyncStd>;

impl AsyncSentinel<AsyncStd> {
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
        Self::assemble(
            sentinels.into(),
            config,
            Arc::new(connector),
            AsyncStd::clock(),
            spawner,
        )
    }
}

/// Opens TCP and Unix sockets; see [`AsyncSocketConnector`].
pub type SocketConnector = AsyncSocketConnector<AsyncStd>;

impl Sockets for AsyncStd {
    fn clock() -> Arc<dyn AsyncClock> {
        Arc::new(AsyncStdClock(MonotonicClock::new()))
    }

    async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
        Ok((host, port).to_socket_addrs().await?.collect())
    }

    async fn tcp(address: SocketAddr, config: &Config) -> Result<Box<dyn AsyncTransport>, TransportError> {
        let stream = TcpStream::connect(address).await?;
        configure(SockRef::from(&stream), config)?;
        Ok(Box::new(Stream(stream)))
    }

    #[cfg(unix)]
    async fn unix(path: &str) -> Result<Box<dyn AsyncTransport>, TransportError> {
        Ok(Box::new(Stream(
            ::async_std::os::unix::net::UnixStream::connect(path).await?,
        )))
    }

    #[cfg(not(unix))]
    async fn unix(_: &str) -> Result<Box<dyn AsyncTransport>, TransportError> {
        Err(super::common::no_unix_sockets())
    }
}

/// The machine's clock with async-std's timers.
#[derive(Clone, Copy)]
struct AsyncStdClock(MonotonicClock);

impl Clock for AsyncStdClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl AsyncClock for AsyncStdClock {
    fn timer(&self) -> Box<dyn Timer> {
        Box::new(SleepTimer::new(*self, |time| -> Sleep {
            Box::pin(::async_std::task::sleep(time))
        }))
    }
}
