//! The blocking client: std sockets, the caller's thread, no runtime.

mod exclusive;
mod link;
mod listening;
mod lock;
mod pool;
mod pubsub;
mod sentinel;
mod service;
mod socket;
mod transaction;
mod wait;

use std::fmt;
use std::sync::Arc;

use super::callbacks::LiveCallbacks;
use super::clock::MonotonicClock;
use super::common::{check_shared, check_shared_batch};
use crate::command::{Command, Executor, Request, Requests};
use crate::connection::Settings;
use crate::error::Error;
use crate::flow::{Driver, Flow, Replies, Step};
use crate::pipeline::{Batch, Pipeline};
use crate::resp::{Reply, Value};
use crate::session::{Attempts, Verdict, failure_of_all, passing_refusal};
use crate::time::Timestamp;
use crate::topology::IntoConfig;
use crate::transport::{BlockingClock, Clock, Transport};

pub use self::exclusive::Exclusive;
pub use self::lock::Background;
pub use self::pool::Pool;
pub use self::pubsub::{Listen, Monitor, PubSub, Worker};
pub use self::service::Sentinel;
pub use self::socket::SocketConnector;
pub use self::transaction::Transaction;

/// A client whose calls block the thread until the reply is there.
///
/// Cloning is cheap. Clones and threads share a [`Pool`]: every call takes a connection for itself, so that one thread
/// never waits for another's reply, and gives it back.
///
/// ```no_run
/// use redwire::prelude::*;
///
/// let client = redwire::blocking::Client::connect("redis://127.0.0.1/")?;
/// client.set("name", "redwire")?;
/// let name: Option<String> = client.get("name")?;
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone)]
pub struct Client {
    pool: Pool,
    callbacks: Arc<LiveCallbacks>,
}

impl From<Pool> for Client {
    fn from(pool: Pool) -> Self {
        Client {
            pool,
            callbacks: Arc::default(),
        }
    }
}

impl Client {
    /// Connects to the server that a URL or a [`Config`](crate::Config) names, and sets a first connection up.
    ///
    /// # Errors
    /// The URL makes no sense, the server cannot be reached in time, or it refuses the credentials or the database.
    pub fn connect(config: impl IntoConfig) -> Result<Self, Error> {
        let client = Client::lazy(config)?;
        let clock = client.pool.clock();
        drop(client.pool.checkout(clock.now(), None)?);
        Ok(client)
    }

    /// The same without connecting: that is left to the first call.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn lazy(config: impl IntoConfig) -> Result<Self, Error> {
        Ok(Pool::new(config)?.client())
    }

    /// A client over a transport of your own, already connected, which it has for itself: one call at a time, and when
    /// the transport is lost it is lost for good. [`Pool::with_connector`] is for clients that connect again.
    ///
    /// The handshake goes out with the first command.
    pub fn with_transport(
        transport: impl Transport + 'static,
        settings: Settings,
        clock: Arc<dyn BlockingClock>,
    ) -> Self {
        Pool::of_one(settings, transport, clock).client()
    }

    /// The pool that the connections come from.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// A connection for you alone, for commands that change the state of a connection: SELECT, CLIENT NO-EVICT, .. For WATCH
    /// there is [`Client::transaction`].
    ///
    /// # Errors
    /// No connection is free in time, or none can be made.
    pub fn exclusive(&self) -> Result<Exclusive, Error> {
        let now = self.pool.clock().now();
        let deadline = self.pool.settings().response_timeout.map(|timeout| now + timeout);
        Ok(Exclusive::new(
            self.pool.checkout(now, deadline)?,
            self.callbacks.clone(),
        ))
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
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set_response_callback("config get", |value, _call| Ok(Value::from(value.decode::<Vec<Value>>()?.len() / 2)));
    /// assert_eq!(client.execute(cmd("CONFIG").arg("GET").arg("maxmemory"))?, Value::Integer(1));
    /// client.remove_response_callback("config get");
    /// assert!(client.execute(cmd("CONFIG GET maxmemory"))?.get("maxmemory").is_some());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn set_response_callback<F>(&self, name: &str, callback: F)
    where
        F: Fn(Value, &crate::callbacks::Call<'_>) -> Result<Value, Error> + Send + Sync + 'static,
    {
        self.callbacks.change(|callbacks| callbacks.set(name, callback));
    }

    /// Takes a callback back that was set by `set_response_callback`, so that the command has the built-in conversion
    /// again, if there is one. True if there was any to take back.
    pub fn remove_response_callback(&self, name: &str) -> bool {
        self.callbacks.change(|callbacks| callbacks.remove(name))
    }

    /// An empty typed pipeline; see [`Pipeline`].
    pub fn pipeline(&self) -> Pipeline<&Client> {
        Pipeline::new(self)
    }

    /// An empty dynamic batch; see [`Batch`].
    pub fn batch(&self) -> Batch<&Client> {
        Batch::new(self)
    }

    #[inline]
    fn call(&self, request: &Request) -> Result<Reply, Error> {
        check_shared(request)?;
        request.check()?;
        let now = self.pool.clock().now();
        let deadline = self.pool.settings().deadline(now, request.wait());
        match self.try_once(now, request, deadline) {
            Ok(reply) => Ok(reply),
            Err(failure) => self.try_again(request, deadline, failure),
        }
    }

    /// One try. A refusal that passes counts as a failure, with the reply that goes to the caller in the end.
    #[inline]
    fn try_once(&self, now: Timestamp, request: &Request, deadline: Option<Timestamp>) -> Result<Reply, Failure> {
        let mut lease = self.pool.checkout(now, deadline)?;
        let reply = lease.call(now, request, deadline)?;
        match passing_refusal(&reply, self.pool.retry()) {
            None => Ok(reply),
            Some(error) => Err(Failure {
                error,
                reply: Some(reply),
            }),
        }
    }

    #[cold]
    fn try_again(&self, request: &Request, deadline: Option<Timestamp>, mut failure: Failure) -> Result<Reply, Error> {
        let mut attempts = Attempts::new(deadline);
        loop {
            if !self.may_retry(&mut attempts, request.command_flags(), &failure.error) {
                return failure.reply.ok_or_else(|| attempts.told(failure.error));
            }
            let now = self.pool.clock().now();
            if attempts.deadline().is_none() {
                attempts.extend(self.pool.settings().deadline(now, request.wait()));
            }
            match self.try_once(now, request, attempts.deadline()) {
                Ok(reply) => return Ok(reply),
                Err(next) => failure = next,
            }
        }
    }

    /// Decides whether there is another try, and waits for its time.
    fn may_retry(&self, attempts: &mut Attempts, flags: crate::command::Flags, error: &Error) -> bool {
        let clock = self.pool.clock();
        match attempts.failed(clock.now(), self.pool.retry(), flags, error, self.pool.random()) {
            Verdict::Resend => true,
            Verdict::ResendAt(at) => {
                clock.sleep_until(at);
                true
            }
            Verdict::GiveUp => false,
        }
    }

    fn call_all(&self, batch: &Requests) -> Replies {
        if let Err(error) = check_shared_batch(batch) {
            return Replies::failed(batch.len(), error);
        }
        let mut now = self.pool.clock().now();
        let mut attempts = Attempts::new(self.pool.settings().deadline_of_all(now, batch));
        loop {
            let deadline = attempts.deadline();
            let replies = match self.pool.checkout(now, deadline) {
                Ok(mut lease) => lease.call_all(now, batch, deadline),
                Err(error) => Replies::failed(batch.len(), error),
            };
            let again = failure_of_all(batch, &replies)
                .is_some_and(|(flags, error)| self.may_retry(&mut attempts, flags, &error));
            if !again {
                return replies.map_failures(|error| attempts.told(error));
            }
            now = self.pool.clock().now();
            if attempts.deadline().is_none() {
                attempts.extend(self.pool.settings().deadline_of_all(now, batch));
            }
        }
    }
}

/// Why a try failed, and the reply that said so.
struct Failure {
    error: Error,
    reply: Option<Reply>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { error, reply: None }
    }
}

impl Executor for &Client {
    type Output<T> = Result<T, Error>;

    #[inline]
    fn run<T>(self, command: Command<T>) -> Result<T, Error> {
        let reply = self.call(command.request())?;
        self.callbacks.decode(&command, reply)
    }
}

impl Driver for &Client {
    type Driven<F: Flow> = F::Output;

    fn drive<F: Flow>(self, flow: F) -> F::Output {
        drive(self.pool.clock(), flow, |batch| {
            self.call_all(batch).with_callbacks(self.callbacks.current())
        })
    }
}

/// Runs a flow to its end.
fn drive<F: Flow>(clock: &dyn BlockingClock, mut flow: F, mut send: impl FnMut(&Requests) -> Replies) -> F::Output {
    loop {
        let replies = match flow.step(clock.now()) {
            Step::Send { batch, .. } => send(batch),
            Step::Wait(until) => {
                clock.sleep_until(until);
                continue;
            }
            Step::Done(output) => return output,
        };
        flow.replies(clock.now(), replies);
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocking::Client({})", self.pool.peer())
    }
}

impl BlockingClock for MonotonicClock {
    fn sleep_until(&self, at: Timestamp) {
        std::thread::sleep(at.saturating_since(self.now()));
    }

    fn park_until(&self, until: Option<Timestamp>) {
        match until {
            Some(at) => std::thread::park_timeout(at.saturating_since(self.now())),
            None => std::thread::park(),
        }
    }
}
