//! The client for async-std. async-std is no longer developed upstream; smol is its successor.

use std::boxed::Box;
use std::sync::Arc;

use ::async_std::net::TcpStream;
use socket2::SockRef;

use super::clock::MonotonicClock;
use super::common::configure;
use super::futures_io::{Sleep, SleepTimer, Stream};
use crate::error::Error;
use crate::time::Timestamp;
use crate::topology::{Config, Endpoint, IntoConfig};
use crate::transport::{AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Clock, Timer, TransportError};

pub use super::driver::{AsyncClient, CommandFuture, Exclusive, FlowFuture};

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
        let connector = AsyncStdConnector { config: config.clone() };
        Self::with_connector(config, connector)
    }

    /// The same with an [`AsyncConnector`] of your own, which opens the byte streams: a tunnel, a proxy, a recorder.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn with_connector(config: impl IntoConfig, connector: impl AsyncConnector + 'static) -> Result<Self, Error> {
        let clock = Arc::new(AsyncStdClock(MonotonicClock::new()));
        Self::with_runtime(config, Arc::new(connector), clock, Some(Arc::new(spawn)))
    }
}

/// Starts a task on async-std's own executor.
fn spawn(task: BoxFuture<'static, ()>) -> bool {
    drop(::async_std::task::spawn(task));
    true
}

/// Dials TCP and Unix sockets with the options of a configuration.
struct AsyncStdConnector {
    config: Config,
}

impl AsyncConnector for AsyncStdConnector {
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let (config, endpoint) = (self.config.clone(), endpoint.clone());
        Box::pin(async move { dial(&config, &endpoint).await })
    }
}

async fn dial(config: &Config, endpoint: &Endpoint) -> Result<Box<dyn AsyncTransport>, TransportError> {
    match endpoint {
        Endpoint::Tcp { host, port } => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            configure(SockRef::from(&stream), config)?;
            Ok(Box::new(Stream(stream)))
        }
        #[cfg(unix)]
        Endpoint::Unix { path } => Ok(Box::new(Stream(
            ::async_std::os::unix::net::UnixStream::connect(path).await?,
        ))),
        #[cfg(not(unix))]
        Endpoint::Unix { .. } => Err(super::common::no_unix_sockets()),
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
