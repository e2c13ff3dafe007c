//! A network in front of the in-memory server that can stand still, lose bytes and cut connections.

use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use redwire::Endpoint;
use redwire::mock::{MemoryTransport, Server};
use redwire::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Connector, Transport, TransportError, TransportErrorKind,
};

#[derive(Clone)]
pub struct Net {
    server: Server,
    state: Arc<Mutex<State>>,
}

struct State {
    /// How many bytes more pass from the clients to the server.
    allowed: usize,
    /// Connections with a smaller number are cut.
    cut_before: usize,
    opened: usize,
    closed: usize,
    /// Calls of transports and dials since the beginning.
    calls: usize,
    /// Which of them fails.
    failing: Option<usize>,
    /// Writes that passed something.
    writes: usize,
    /// What the clients wrote, all connections together.
    written: Vec<u8>,
    wakers: Vec<Waker>,
}

impl Net {
    pub fn new(server: &Server) -> Self {
        Net {
            server: server.clone(),
            state: Arc::new(Mutex::new(State {
                allowed: usize::MAX,
                cut_before: 0,
                opened: 0,
                closed: 0,
                calls: 0,
                failing: None,
                writes: 0,
                written: Vec::new(),
                wakers: Vec::new(),
            })),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// This many bytes pass from now on, then writing stands still.
    pub fn allow(&self, bytes: usize) {
        self.change(|state| state.allowed = bytes);
    }

    /// Cuts every connection there is.
    pub fn cut(&self) {
        self.change(|state| state.cut_before = state.opened);
    }

    /// Reads, writes and dials so far.
    pub fn calls(&self) -> usize {
        self.lock().calls
    }

    /// Writes so far, of any number of bytes but none.
    pub fn writes(&self) -> usize {
        self.lock().writes
    }

    /// The `n`-th call of a transport or of the connector fails, counted from 1; of a transport it is the last one.
    pub fn fail_call(&self, n: usize) {
        self.change(|state| state.failing = Some(n));
    }

    /// Counts a call. True if it is the one that fails.
    fn fails(&self) -> bool {
        let mut state = self.lock();
        state.calls += 1;
        state.failing == Some(state.calls)
    }

    pub fn opened(&self) -> usize {
        self.lock().opened
    }

    /// How many connections are open now.
    pub fn open(&self) -> usize {
        let state = self.lock();
        state.opened - state.closed
    }

    /// What was written since this was last asked.
    pub fn written(&self) -> String {
        let written = std::mem::take(&mut self.lock().written);
        written.escape_ascii().to_string()
    }

    fn dial(&self) -> Result<Wire, TransportError> {
        if self.fails() {
            return Err(TransportError::new(TransportErrorKind::Unreachable, "this dial fails"));
        }
        let mut state = self.lock();
        state.opened += 1;
        Ok(Wire {
            net: self.clone(),
            number: state.opened - 1,
            inner: Some(self.server.transport()),
        })
    }
}

impl Connector for Net {
    fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.dial()?))
    }
}

impl AsyncConnector for Net {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let dialed = self.dial().map(|wire| Box::new(wire) as Box<dyn AsyncTransport>);
        Box::pin(std::future::ready(dialed))
    }
}

/// One connection.
struct Wire {
    net: Net,
    number: usize,
    inner: Option<MemoryTransport>,
}

impl Wire {
    fn alive(&mut self) -> Result<&mut MemoryTransport, TransportError> {
        if self.number < self.net.lock().cut_before {
            self.end();
        }
        self.inner
            .as_mut()
            .ok_or_else(|| TransportError::new(TransportErrorKind::Closed, "the connection is cut"))
    }

    /// Counts a call, and breaks if it is the one that fails.
    fn called(&mut self) -> Result<(), TransportError> {
        if self.net.fails() {
            self.end();
        }
        self.alive().map(|_| ())
    }

    fn end(&mut self) {
        if self.inner.take().is_some() {
            self.net.lock().closed += 1;
        }
    }

    fn passing<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let mut state = self.net.lock();
        let n = bytes.len().min(state.allowed);
        if state.allowed != usize::MAX {
            state.allowed -= n;
        }
        state.writes += usize::from(n > 0);
        state.written.extend_from_slice(&bytes[..n]);
        &bytes[..n]
    }
}

impl Transport for Wire {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        self.called()?;
        Transport::read(self.alive()?, buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        self.called()?;
        let passing = self.passing(bytes);
        if passing.is_empty() {
            let stands_still = TransportError::new(TransportErrorKind::TimedOut, "the network stands still");
            self.net.server.advance(timeout.unwrap());
            return Err(stands_still);
        }
        Transport::write(self.alive()?, passing, timeout)
    }

    fn is_quiet(&mut self) -> bool {
        self.alive().is_ok_and(|inner| inner.is_quiet())
    }

    fn close(&mut self) {
        self.end();
    }
}

impl AsyncTransport for Wire {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        self.net.lock().wakers.push(cx.waker().clone());
        self.called()?;
        self.alive()?.poll_read(cx, buffer)
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        self.called()?;
        let passing = self.passing(bytes);
        if passing.is_empty() {
            self.net.lock().wakers.push(cx.waker().clone());
            return Poll::Pending;
        }
        self.alive()?.poll_write(cx, passing)
    }

    fn close(&mut self) {
        self.end();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.end();
    }
}
