//! The client for smol.

use std::boxed::Box;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::pin::pin;
use std::string::ToString;
use std::sync::Arc;
use std::task::Poll;
use std::vec::Vec;

use async_io::Async;
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
    /// Connects to the server that a URL or a [`Config`] names, and sets the connection up.
    ///
    /// # Errors
    /// The URL makes no sense, the server cannot be reached in time, or it refuses the credentials or the database.
    pub async fn connect(config: impl IntoConfig) -> Result<Self, Error> {
        let config = config.into_config()?;
        let clock = SmolClock(MonotonicClock::new());
        let started = clock.now();
        let deadline = config.connect_timeout().map(|timeout| started + timeout);
        let connected = within(&clock, deadline, connect(&config)).await;
        let transport = connected.map_err(|error| unreachable_peer(&config, &error))?;
        let connection = Connection::new(started, Settings::from(&config));
        let client = Self::assemble(connection, transport, Arc::new(clock), config.endpoint().to_string());
        client.establish().await?;
        Ok(client)
    }
}

/// The outcome of `connecting`, or a failure once the deadline has come.
async fn within<T>(
    clock: &SmolClock,
    deadline: Option<Timestamp>,
    connecting: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    let mut connecting = pin!(connecting);
    let mut timer = clock.timer();
    std::future::poll_fn(|cx| {
        if let Poll::Ready(connected) = connecting.as_mut().poll(cx) {
            return Poll::Ready(connected);
        }
        match deadline.map(|at| timer.poll_at(cx, at)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(TransportError::new(TransportErrorKind::TimedOut, "timed out"))),
            _ => Poll::Pending,
        }
    })
    .await
}

async fn connect(config: &Config) -> Result<Box<dyn AsyncTransport>, TransportError> {
    match config.endpoint() {
        Endpoint::Tcp { host, port } => {
            let name = (host.clone(), *port);
            // Looking a name up blocks, so it gets a thread of its own.
            let addresses: io::Result<Vec<SocketAddr>> =
                unblock::unblock(move || Ok((name.0.as_str(), name.1).to_socket_addrs()?.collect())).await;
            let mut last = TransportError::new(TransportErrorKind::Unreachable, "the name has no address");
            for address in addresses? {
                match Async::<TcpStream>::connect(address).await {
                    Ok(stream) => {
                        configure(SockRef::from(&stream), config)?;
                        return Ok(Box::new(Stream(stream)));
                    }
                    Err(error) => last = error.into(),
                }
            }
            Err(last)
        }
        #[cfg(unix)]
        Endpoint::Unix { path } => Ok(Box::new(Stream(
            Async::<std::os::unix::net::UnixStream>::connect(path).await?,
        ))),
        #[cfg(not(unix))]
        Endpoint::Unix { .. } => Err(super::common::no_unix_sockets()),
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
