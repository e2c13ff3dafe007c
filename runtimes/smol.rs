//! The client for smol.

use std::boxed::Box;
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::string::String;
use std::sync::{Arc, OnceLock};
use std::vec::Vec;

use async_executor::Executor;
use async_io::Async;
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
pub enum Smol {}

/// The client for smol; see [`AsyncClient`] for what it can do.
///
/// ```no_run
/// use redwire::prelude::*;
///
/// # async fn program() -> Result<(), redwire::Error> {
/// let client = redwire::smol::Client::connect("redis://127.0.0.1/").await?;
/// client.set("name", "redwire").await?;
/// let name: Option<String> = client.get("name").await?;
/// # Ok(())
/// # }
/// ```
pub type Client = AsyncClient<Smol>;

impl AsyncClient<Smol> {
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
        Self::with_runtime(config, Arc::new(connector), Smol::clock(), Some(Arc::new(spawn)))
    }
}

/// Starts a task on a thread of this library's, which all clients share: smol programs have no executor that can be
/// found from here.
fn spawn(task: BoxFuture<'static, ()>) -> bool {
    static EXECUTOR: Executor<'static> = Executor::new();
    static THREAD: OnceLock<bool> = OnceLock::new();
    let running = *THREAD.get_or_init(|| {
        let thread = std::thread::Builder::new().name("redwire".into());
        let run = || async_io::block_on(EXECUTOR.run(std::future::pending::<()>()));
        thread.spawn(run).is_ok()
    });
    if running {
        EXECUTOR.spawn(task).detach();
    }
    running
}

/// Finds masters and replicas through sentinels, and makes clients of them; see [`AsyncSentinel`].
pub type Sentinel = AsyncSentinel<Smol>;

impl AsyncSentinel<Smol> {
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
        Self::assemble(sentinels.into(), config, Arc::new(connector), Smol::clock(), spawner)
    }
}

/// Opens TCP and Unix sockets; see [`AsyncSocketConnector`].
pub type SocketConnector = AsyncSocketConnector<Smol>;

impl Sockets for Smol {
    fn clock() -> Arc<dyn AsyncClock> {
        Arc::new(SmolClock(MonotonicClock::new()))
    }

    async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
        let host = String::from(host);
        // Looking a name up blocks, so it gets a thread of its own.
        Ok(unblock::unblock(move || Ok::<_, io::Error>((host.as_str(), port).to_socket_addrs()?.collect())).await?)
    }

    async fn tcp(address: SocketAddr, config: &Config) -> Result<Box<dyn AsyncTransport>, TransportError> {
        let stream = Async::<TcpStream>::connect(address).await?;
        configure(SockRef::from(&stream), config)?;
        Ok(Box::new(Stream(stream)))
    }

    #[cfg(unix)]
    async fn unix(path: &str) -> Result<Box<dyn AsyncTransport>, TransportError> {
        Ok(Box::new(Stream(
            Async::<std::os::unix::net::UnixStream>::connect(path).await?,
        )))
    }

    #[cfg(not(unix))]
    async fn unix(_: &str) -> Result<Box<dyn AsyncTransport>, TransportError> {
        Err(super::common::no_unix_sockets())
    }
}

/// The machine's clock with async-io's timers.
#[derive(Clone, Copy)]
struct SmolClock(MonotonicClock);

impl Clock for SmolClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl AsyncClock for SmolClock {
    fn timer(&self) -> Box<dyn Timer> {
        Box::new(SleepTimer::new(*self, |time| -> Sleep {
            Box::pin(async move {
                async_io::Timer::after(time).await;
            })
        }))
    }
}
