//! The async client, once for all runtimes.
//!
//! | file | what is in it |
//! |---|---|
//! | `link` | one connection: who drives it, who waits, who is woken |
//! | `drive` | moving bytes: dial, read, write, let time pass |
//! | `background` | the task that drives while several calls are in flight |
//! | `calls` | who waits for which replies |
//! | `line` | who waits for room in the memory budget |
//! | `call` | one call from its first try to its last |
//! | `futures` | what callers await |
//! | `hub` | what the clones of a client share: the common connection and the pool of exclusive ones |
//! | `exclusive` | a connection for one user alone |
//! | `scan` | walks as streams |
//! | `lock` | tokens and tasks for locks |
//! | `sentinel` | finding the servers of a service, watching for a new master |
//! | `service` | what makes clients of services |
//! | `login` | logging in again with new credentials |
//! | `listening` | a connection that listens, driven by the task that reads |
//! | `pubsub`, `worker`, `monitor` | what is heard on it |
//! | `runtime` | what an adapter brings: time, tasks, connections |
//! | `transaction` | watched keys, and trying again when they change |
//! | `sockets` | dialing TCP and Unix sockets on any runtime |

mod background;
mod call;
mod calls;
mod drive;
mod exclusive;
mod fan_out;
mod futures;
mod hub;
mod line;
mod link;
mod listening;
mod lock;
mod login;
mod monitor;
mod pubsub;
mod runtime;
mod scan;
mod sentinel;
mod service;
mod sockets;
mod transaction;
mod worker;

use std::boxed::Box;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError};

use self::call::{Call, Route};
use self::hub::Hub;
use self::runtime::Runtime;
use super::common::seed;
use super::report::Reporter;
use super::sentinel::Guide;
use super::sync::Mutex;
use crate::command::{Command, Executor};
use crate::connection::Settings;
use crate::error::Error;
use crate::flow::{Driver, Flow};
use crate::pipeline::{Batch, Pipeline};
use crate::pool::PoolStats;
use crate::resp::Value;
use crate::topology::{Config, Endpoint, IntoConfig, RetryPolicy};
use crate::transport::{
    AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Spawner, TransportError, TransportErrorKind,
};

pub use self::exclusive::Exclusive;
pub use self::futures::{CommandFuture, FlowFuture};
pub use self::lock::Background;
pub use self::monitor::Monitor;
pub use self::pubsub::{ChangeFuture, GetMessage, Listen, Next, PubSub};
pub use self::service::AsyncSentinel;
pub use self::sockets::AsyncSocketConnector;
pub(super) use self::sockets::Sockets;
pub use self::transaction::Transaction;
pub use self::worker::{Worker, WorkerTask};

/// A client for async programs. Calls give futures; dropping one before it is done abandons the call, not the
/// connection.
///
/// Cloning is cheap; clones and tasks share one connection, and their commands travel together. Commands that block in
/// the server (BLPOP) take a connection of their own by themselves, so that nobody else waits for them.
/// [`AsyncClient::exclusive`] gives one for WATCH and whatever else changes the state of a connection.
///
/// A connection that is lost is replaced as soon as a call needs one. What that means for the calls on their way, their
/// [`Outcome`](crate::Outcome) says; which of them are sent again by themselves, the
/// [retry policy](crate::topology::RetryPolicy).
///
/// `R` names the runtime that the client was made for: use [`tokio::Client`](crate::tokio::Client) and its siblings.
pub struct AsyncClient<R> {
    hub: Arc<Hub>,
    runtime: PhantomData<fn() -> R>,
}

impl<R> AsyncClient<R> {
    /// A client over a transport of your own, already connected: all calls share it, and when it is lost it is lost for
    /// good. The handshake goes out with the first command.
    pub fn with_transport(
        transport: impl AsyncTransport + 'static,
        settings: Settings,
        clock: Arc<dyn AsyncClock>,
    ) -> Self {
        let config = Config::new().with_retry(RetryPolicy::none());
        let seed = seed(&*clock);
        let runtime = Runtime {
            clock,
            connector: Arc::new(OnlyTransport(Mutex::new(Some(Box::new(transport))))),
            spawner: None,
            endpoint: config.endpoint().clone(),
            guide: None,
            provider: None,
            peer: "custom transport".into(),
            reporter: Arc::default(),
            callbacks: Arc::default(),
        };
        AsyncClient::of(Hub::new(&config, settings, runtime, seed, true))
    }

    /// A client on a runtime of your own: with its way to open connections, its clock and, if it has tasks, its way to start
    /// them. Nothing is dialed before the first call.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn with_runtime(
        config: impl IntoConfig,
        connector: Arc<dyn AsyncConnector>,
        clock: Arc<dyn AsyncClock>,
        spawner: Option<Arc<dyn Spawner>>,
    ) -> Result<Self, Error> {
        let config = config.into_config()?;
        let settings = Settings::from(&config);
        Ok(AsyncClient::assemble(&config, settings, connector, clock, spawner))
    }

    pub(super) fn assemble(
        config: &Config,
        settings: Settings,
        connector: Arc<dyn AsyncConnector>,
        clock: Arc<dyn AsyncClock>,
        spawner: Option<Arc<dyn Spawner>>,
    ) -> Self {
        let seed = seed(&*clock);
        let reporter = Arc::new(Reporter::new(config));
        let guide = config.service();
        let guide = guide.map(|service| Guide::new(service, seed.rotate_left(16), reporter.clone()));
        let runtime = Runtime {
            clock,
            connector,
            spawner,
            endpoint: config.endpoint().clone(),
            guide,
            provider: config.credentials_provider().cloned(),
            peer: config.peer(),
            reporter,
            callbacks: Arc::default(),
        };
        AsyncClient::of(Hub::new(config, settings, runtime, seed, false))
    }

    fn of(hub: Hub) -> Self {
        let hub = Arc::new(hub);
        hub.serve();
        AsyncClient {
            hub,
            runtime: PhantomData,
        }
    }

    /// Waits until there is a connection and its handshake is done, or fails with what keeps it from being made.
    pub(super) async fn establish(self) -> Result<Self, Error> {
        self.hub.link().establish().await?;
        Ok(self)
    }

    /// A connection for you alone, for commands that change the state of a connection: SELECT, CLIENT NO-EVICT, .. For WATCH
    /// there is [`AsyncClient::transaction`].
    ///
    /// # Errors
    /// No connection is free in time, or none can be made.
    pub async fn exclusive(&self) -> Result<Exclusive<R>, Error> {
        let link = self.hub.link();
        let deadline = link.settings.response_timeout.map(|timeout| link.now() + timeout);
        Ok(Exclusive::new(self.hub.lease(deadline).await?))
    }

    /// The figures of the pool of exclusive connections. The one that all share is not counted.
    #[must_use]
    pub fn pool_stats(&self) -> PoolStats {
        self.hub.stats()
    }

    /// Closes the connection all share, whatever is in flight, and the exclusive ones that are free; those in use are
    /// closed once they come back. The client stays usable: it connects again as soon as a call needs it.
    pub fn disconnect(&self) {
        self.hub.disconnect();
    }

    /// Sets what the replies to the command `name` become before the caller gets them, in the place of the built-in
    /// conversion if it has one. Applies to all calls of this client and its clones whose replies are yet to come, typed
    /// ones and those of exclusive connections, pipelines and batches included.
    ///
    /// Names do not depend on case; a subcommand is part of the name. See [`callbacks`](crate::callbacks).
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::resp::Value;
    ///
    /// # #[cfg(feature = "tokio")]
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let client = redwire::mock::Server::new().tokio_client();
    /// client.set_response_callback("config get", |value, _call| Ok(Value::from(value.decode::<Vec<Value>>()?.len() / 2)));
    /// assert_eq!(client.execute(cmd("CONFIG").arg("GET").arg("maxmemory")).await?, Value::Integer(1));
    /// client.remove_response_callback("config get");
    /// assert!(client.execute(cmd("CONFIG GET maxmemory")).await?.get("maxmemory").is_some());
    /// # Ok::<(), Error>(())
    /// # }).unwrap();
    /// ```
    pub fn set_response_callback<F>(&self, name: &str, callback: F)
    where
        F: Fn(Value, &crate::callbacks::Call<'_>) -> Result<Value, Error> + Send + Sync + 'static,
    {
        self.hub.callbacks().change(|callbacks| callbacks.set(name, callback));
    }

    /// Takes a callback back that was set by `set_response_callback`, so that the command has the built-in conversion
    /// again, if there is one. True if there was any to take back.
    pub fn remove_response_callback(&self, name: &str) -> bool {
        self.hub.callbacks().change(|callbacks| callbacks.remove(name))
    }

    /// An empty typed pipeline; see [`Pipeline`].
    pub fn pipeline(&self) -> Pipeline<&AsyncClient<R>> {
        Pipeline::new(self)
    }

    /// An empty dynamic batch; see [`Batch`].
    pub fn batch(&self) -> Batch<&AsyncClient<R>> {
        Batch::new(self)
    }
}

impl<R> Clone for AsyncClient<R> {
    fn clone(&self) -> Self {
        AsyncClient {
            hub: self.hub.clone(),
            runtime: PhantomData,
        }
    }
}

impl<R> fmt::Debug for AsyncClient<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsyncClient({})", self.hub.peer())
    }
}

impl<'a, R> Executor for &'a AsyncClient<R> {
    type Output<T> = CommandFuture<'a, T>;

    #[inline]
    fn run<T>(self, command: Command<T>) -> CommandFuture<'a, T> {
        CommandFuture::new(Call::new(Route::Client(&self.hub)), command)
    }
}

impl<'a, R> Driver for &'a AsyncClient<R> {
    type Driven<F: Flow> = FlowFuture<'a, F>;

    fn drive<F: Flow>(self, flow: F) -> FlowFuture<'a, F> {
        FlowFuture::new(Call::new(Route::Client(&self.hub)), flow)
    }
}

/// Hands its transport out once.
struct OnlyTransport(Mutex<Option<Box<dyn AsyncTransport>>>);

impl AsyncConnector for OnlyTransport {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let transport = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let transport = transport
            .ok_or_else(|| TransportError::new(TransportErrorKind::Closed, "the only transport there was is gone"));
        Box::pin(std::future::ready(transport))
    }
}
