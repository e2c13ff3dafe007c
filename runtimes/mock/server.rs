//! The in-memory server behind ordinary clients.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Clock;
use super::clock::PATIENCE;
use crate::connection::Settings;
use crate::error::Error;
use crate::memory::{self, ScriptCall, SessionId};
use crate::resp::Value;
use crate::script::Script;
use crate::topology::Endpoint;
use crate::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Clock as _, Connector, Transport, TransportError, TransportErrorKind,
};

/// A Redis server in memory, with time moved by hand. Clones are the same server.
///
/// It hands out ordinary clients of every enabled runtime, which talk to it in real RESP. Keys expire and blocked calls
/// time out when [`Server::advance`] moves the clock. A *blocking* client that would wait for ever for something only
/// time can bring moves the clock itself.
///
/// ```
/// use std::time::Duration;
/// use redwire::prelude::*;
///
/// let server = redwire::mock::Server::new();
/// let client = server.blocking_client();
/// client.set("session", "open")?;
/// client.expire("session", Duration::from_secs(60))?;
/// server.advance(Duration::from_secs(61));
/// assert_eq!(client.get::<Option<String>>("session")?, None);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Server {
    shared: Arc<Shared>,
    clock: Clock,
    settings: Settings,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Something was written to some session, or time has moved.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    machine: memory::Server,
    readers: BTreeMap<SessionId, Waker>,
}

impl Server {
    /// An empty server with 16 databases and no password.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A server around a machine that was set up beforehand: a password, users, a seed, the time of day.
    #[must_use]
    pub fn with_machine(machine: memory::Server) -> Self {
        let state = Mutex::new(State {
            machine,
            readers: BTreeMap::new(),
        });
        Server {
            shared: Arc::new(Shared {
                state,
                changed: Condvar::new(),
            }),
            ..Server::default()
        }
    }

    /// The same server; clients made from this handle use these settings: protocol, credentials, database, deadlines.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The clock that the server and all its clients live by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Moves time forward: keys expire, blocked calls end, deadlines pass.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        let now = self.clock.now();
        self.shared.change(|state| state.machine.handle_timeout(now));
    }

    /// Says what a script does, for there is no Lua here; see [`memory::Server::on_script`]. `run` must not use a client of this
    /// server: it runs inside of it.
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::script::Script;
    ///
    /// let script = Script::new("return redis.call('INCRBY', KEYS[1], ARGV[1] * 2)");
    /// let server = redwire::mock::Server::new();
    /// server.on_script(&script, |call| call.incrby(call.key(0)?, 2 * call.arg::<i64>(0)?));
    ///
    /// let client = server.blocking_client();
    /// assert_eq!(client.invoke::<i64>(script.key("total").arg(21))?, 42);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    pub fn on_script<T: Into<Value>>(
        &self,
        script: &Script,
        run: impl Fn(&ScriptCall<'_>) -> Result<T, Error> + Send + Sync + 'static,
    ) {
        self.shared.change(|state| state.machine.on_script(script, run));
    }

    /// Says what a function does that FCALL and FCALL_RO name; see [`memory::Server::on_function`].
    pub fn on_function<T: Into<Value>>(
        &self,
        name: impl AsRef<[u8]>,
        run: impl Fn(&ScriptCall<'_>) -> Result<T, Error> + Send + Sync + 'static,
    ) {
        self.shared.change(|state| state.machine.on_function(name, run));
    }

    /// A blocking client with a pool of connections, opened as they are needed.
    #[cfg(feature = "blocking")]
    #[must_use]
    pub fn blocking_client(&self) -> crate::blocking::Client {
        self.blocking_pool(&crate::Config::new()).client()
    }

    /// A pool of connections for blocking clients. Of the configuration everything counts but the address; credentials,
    /// database, protocol and deadlines are those of [`Server::with_settings`].
    #[cfg(feature = "blocking")]
    #[must_use]
    pub fn blocking_pool(&self, config: &crate::Config) -> crate::blocking::Pool {
        let clock = Arc::new(self.clock.clone());
        let connector = Arc::new(self.clone());
        crate::blocking::Pool::assemble(config, self.settings.clone(), connector, clock)
    }

    /// A client for Tokio.
    #[cfg(feature = "tokio")]
    #[must_use]
    pub fn tokio_client(&self) -> crate::tokio::Client {
        self.async_client()
    }

    /// A client of any async runtime, configured. Of the configuration everything counts but the address; credentials,
    /// database, protocol and deadlines are those of [`Server::with_settings`].
    #[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
    #[must_use]
    pub fn async_client_with<R>(&self, config: &crate::Config) -> crate::runtimes::driver::AsyncClient<R> {
        // Without a task of its own, whoever is polled drives: tests stay deterministic and need no executor.
        let (connector, clock) = (Arc::new(self.clone()), Arc::new(self.clock.clone()));
        crate::runtimes::driver::AsyncClient::assemble(config, self.settings.clone(), connector, clock, None)
    }

    /// A client for async-std.
    #[cfg(feature = "async-std")]
    #[must_use]
    pub fn async_std_client(&self) -> crate::async_std::Client {
        self.async_client()
    }

    /// A client for smol.
    #[cfg(feature = "smol")]
    #[must_use]
    pub fn smol_client(&self) -> crate::smol::Client {
        self.async_client()
    }

    #[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
    fn async_client<R>(&self) -> crate::runtimes::driver::AsyncClient<R> {
        self.async_client_with(&crate::Config::new())
    }

    /// A new connection to the server, for a client of your own making.
    #[must_use]
    pub fn transport(&self) -> MemoryTransport {
        let session = self.shared.change(|state| state.machine.connect(self.clock.now()));
        MemoryTransport {
            shared: self.shared.clone(),
            clock: self.clock.clone(),
            session,
        }
    }
}

impl Connector for Server {
    fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<std::boxed::Box<dyn Transport>, TransportError> {
        Ok(std::boxed::Box::new(self.transport()))
    }
}

impl AsyncConnector for Server {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<std::boxed::Box<dyn AsyncTransport>, TransportError>> {
        let transport: std::boxed::Box<dyn AsyncTransport> = std::boxed::Box::new(self.transport());
        std::boxed::Box::pin(std::future::ready(Ok(transport)))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("mock::Server")
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the server and wakes everyone who has something to read now.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        let mut woken = std::vec::Vec::new();
        while let Some(session) = state.machine.poll_ready() {
            woken.extend(state.readers.remove(&session));
        }
        drop(state);
        self.changed.notify_all();
        for reader in woken {
            reader.wake();
        }
        result
    }
}

/// One connection to a [`Server`].
pub struct MemoryTransport {
    shared: Arc<Shared>,
    clock: Clock,
    session: SessionId,
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryTransport({:?})", self.session)
    }
}

impl MemoryTransport {
    fn take(&self, state: &mut State, buffer: &mut [u8]) -> Option<usize> {
        state.machine.handle_timeout(self.clock.now());
        let Some(bytes) = state.machine.poll_transmit(self.session) else {
            return state.machine.is_closed(self.session).then_some(0);
        };
        let mut n = 0;
        for (to, from) in buffer.iter_mut().zip(bytes) {
            *to = *from;
            n += 1;
        }
        state.machine.transmitted(self.session, n);
        Some(n)
    }

    fn give(&self, bytes: &[u8]) -> Result<usize, TransportError> {
        let now = self.clock.now();
        self.shared.change(|state| {
            if state.machine.is_closed(self.session) {
                return Err(TransportError::new(
                    TransportErrorKind::Closed,
                    "the server closed the connection",
                ));
            }
            state.machine.handle_input(now, self.session, bytes);
            Ok(bytes.len())
        })
    }

    fn leave(&self) {
        let now = self.clock.now();
        self.shared.change(|state| {
            state.machine.disconnect(now, self.session);
            state.readers.remove(&self.session);
        });
    }
}

fn nothing_came() -> TransportError {
    TransportError::new(TransportErrorKind::TimedOut, "no bytes within the time given")
}

impl Transport for MemoryTransport {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        let deadline = timeout.map(|timeout| self.clock.now() + timeout);
        let mut state = self.shared.lock();
        let mut patient = state.machine.is_listening(self.session);
        loop {
            if let Some(n) = self.take(&mut state, buffer) {
                return Ok(n);
            }
            if deadline.is_some_and(|deadline| deadline <= self.clock.now()) {
                return Err(nothing_came());
            }
            if core::mem::take(&mut patient) && deadline.is_some() {
                // What others publish comes from other threads, which get a moment of real time for it.
                let waited = self.shared.changed.wait_timeout(state, PATIENCE);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            // Nothing will come unless time moves or another thread writes. Time is ours to move.
            let next = [state.machine.poll_timeout(), deadline].into_iter().flatten().min();
            match next {
                Some(at) => {
                    drop(state);
                    self.clock.advance_to(at);
                    self.shared.change(|state| state.machine.handle_timeout(at));
                    state = self.shared.lock();
                }
                None => state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn read_now(&mut self, buffer: &mut [u8]) -> Result<usize, TransportError> {
        let mut state = self.shared.lock();
        self.take(&mut state, buffer).ok_or_else(nothing_came)
    }

    fn write(&mut self, bytes: &[u8], _timeout: Option<Duration>) -> Result<usize, TransportError> {
        self.give(bytes)
    }

    fn is_quiet(&mut self) -> bool {
        let mut state = self.shared.lock();
        state.machine.handle_timeout(self.clock.now());
        state.machine.poll_transmit(self.session).is_none() && !state.machine.is_closed(self.session)
    }

    fn close(&mut self) {
        self.leave();
    }
}

impl AsyncTransport for MemoryTransport {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        let mut state = self.shared.lock();
        if let Some(n) = self.take(&mut state, buffer) {
            return Poll::Ready(Ok(n));
        }
        state.readers.insert(self.session, cx.waker().clone());
        if let Some(at) = state.machine.poll_timeout() {
            self.clock.wake_at(at, cx.waker());
        }
        Poll::Pending
    }

    fn poll_write(&mut self, _cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        Poll::Ready(self.give(bytes))
    }

    fn close(&mut self) {
        self.leave();
    }
}

impl Drop for MemoryTransport {
    fn drop(&mut self) {
        self.leave();
    }
}
