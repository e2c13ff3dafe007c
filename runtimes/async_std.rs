//! The client for async-std. async-std is no longer developed upstream; smol is its successor.

use std::boxed::Box;
use std::string::ToString;
use std::sync::Arc;

use ::async_std::net::TcpStream;
use socket2::SockRef;

use super::clock::MonotonicClock;
use super::common::{configure, unreachable_peer};
use super::futures_io::{Sleep, SleepTimer, Stream};
use crate::connection::{Connection, Settings};
use crate::error::Error;
use crate::time::Timestamp;
use crate::topology::{Config, Endpoint, IntoConfig};
use crate::transport::{AsyncClock, AsyncTransport, Clock, Timer, TransportError, TransportErrorKind};

pub use super::driver::{AsyncClient, CommandFuture, FlowFuture};

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
    /// Connects to the server that a URL or a [`Config`] names, and sets the connection up.
    ///
    /// # Errors
    /// The URL makes no sense, the server cannot be reached in time, or it refuses the credentials or the database.
    pub async fn connect(config: impl IntoConfig) -> Result<Self, Error> {
        let config = config.into_config()?;
        let clock = AsyncStdClock(MonotonicClock::new());
        let started = clock.now();
        let connected = match config.connect_timeout() {
            Some(timeout) => ::async_std::future::timeout(timeout, connect(&config))
                .await
                .unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::TimedOut, "timed out"))),
            None => connect(&config).await,
        };
        let transport = connected.map_err(|error| unreachable_peer(&config, &error))?;
        let connection = Connection::new(started, Settings::from(&config));
        let client = Self::assemble(connection, transport, Arc::new(clock), config.endpoint().to_string());
        client.establish().await?;
        Ok(client)
    }
}

async fn connect(config: &Config) -> Result<Box<dyn AsyncTransport>, TransportError> {
    match config.endpoint() {
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
