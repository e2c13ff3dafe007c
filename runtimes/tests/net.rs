//! A server whose connections are each served by a thread, and the transports that lead to it.

use std::boxed::Box;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::string::String;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use std::vec::Vec;

use shuttle::sync::{Condvar, Mutex, MutexGuard};
use shuttle::thread;

use super::stage::{BLINK, Clock};
use crate::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Connector, Transport, TransportError, TransportErrorKind,
};
use crate::{Backoff, Config, Endpoint, Protocol, RetryPolicy};

/// No handshake, no deadline, no delay that its [`Clock`] does not pass by itself, nothing sent again.
pub fn plain() -> Config {
    Config::new()
        .with_protocol(Protocol::Resp2)
        .with_library(None)
        .with_response_timeout(None)
        .with_connect_timeout(None)
        .with_liveness(None)
        .with_backoff(Backoff::new().with_base(BLINK).with_cap(BLINK).with_stable(BLINK))
        .with_retry(RetryPolicy::none())
}

/// A server that answers every request with its last argument, until one of them begins with "mute": from then on nothing
/// more comes over that connection. If it begins with "big", 100 dots follow.
#[derive(Clone)]
pub struct Server {
    /// How many bytes it takes before it has looked at them.
    pub capacity: usize,
    /// How many requests it answers on each connection before it hangs up.
    pub hangs_up_after: Option<usize>,
    /// Once there are that many requests that it does not answer, it lets a second pass for each.
    pub waits_after: usize,
    pub clock: Clock,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    unanswered: usize,
    connections: usize,
    arguments: Vec<String>,
}

impl Server {
    pub fn new(clock: &Clock) -> Self {
        Server {
            capacity: 64,
            hangs_up_after: None,
            waits_after: usize::MAX,
            clock: clock.clone(),
            seen: Arc::default(),
        }
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// Whether it has seen a request whose last argument this is.
    pub fn has_seen(&self, argument: &str) -> bool {
        self.seen.lock().unwrap().arguments.iter().any(|seen| seen == argument)
    }

    fn accept(&self) -> Socket {
        let wire = Arc::new(Wire {
            state: Mutex::default(),
            changed: Condvar::new(),
            capacity: self.capacity,
        });
        let (server, end) = (self.clone(), wire.clone());
        thread::spawn(move || server.serve(&end));
        Socket {
            wire,
            clock: self.clock.clone(),
        }
    }

    fn serve(&self, wire: &Wire) {
        self.seen.lock().unwrap().connections += 1;
        wire.change(|state| state.accepted = true);
        let mut input = Vec::new();
        let (mut answered, mut is_mute) = (0, false);
        while let Some(bytes) = wire.take() {
            input.extend(bytes);
            while let Some(argument) = next_request(&mut input) {
                self.seen.lock().unwrap().arguments.push(argument.clone());
                is_mute |= argument.starts_with("mute");
                if is_mute {
                    self.keep_waiting(wire);
                    continue;
                }
                answered += 1;
                let hangs_up = self.hangs_up_after == Some(answered);
                wire.change(|state| {
                    let padding = if argument.starts_with("big") { 100 } else { 0 };
                    let len = argument.len() + padding;
                    let answer = std::format!("${len}\r\n{argument:.<len$}\r\n");
                    state.answers.extend(answer.as_bytes());
                    state.hung_up |= hangs_up;
                });
                if hangs_up {
                    return;
                }
            }
        }
    }

    fn keep_waiting(&self, wire: &Wire) {
        wire.change(|state| state.mute = true);
        let mut seen = self.seen.lock().unwrap();
        seen.unanswered += 1;
        let waits = seen.unanswered >= self.waits_after;
        drop(seen);
        if waits {
            self.clock.advance(Duration::from_secs(1));
        }
    }
}

/// Takes the next request off `input`, an array of bulk strings, and gives its last element.
fn next_request(input: &mut Vec<u8>) -> Option<String> {
    let mut at = 0;
    let mut number = |prefix: u8, skip: usize| {
        at += skip;
        let rest = input.get(at..)?;
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        assert_eq!(rest[0], prefix);
        let number: usize = std::str::from_utf8(&rest[1..end]).unwrap().parse().unwrap();
        at += end + 2;
        Some((number, at))
    };
    let (elements, mut start) = number(b'*', 0)?;
    let mut len = 0;
    for element in 0..elements {
        (len, start) = number(b'$', if element == 0 { 0 } else { len + 2 })?;
    }
    let last = std::str::from_utf8(&input.get(start..start + len + 2)?[..len])
        .unwrap()
        .into();
    input.drain(..start + len + 2);
    Some(last)
}

/// Both directions of one connection.
struct Wire {
    state: Mutex<WireState>,
    /// For the server, and for blocking clients.
    changed: Condvar,
    capacity: usize,
}

#[derive(Default)]
struct WireState {
    accepted: bool,
    requests: VecDeque<u8>,
    answers: VecDeque<u8>,
    /// The server has seen a request that it does not answer.
    mute: bool,
    /// The server has left.
    hung_up: bool,
    /// The client has left.
    closed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Wire {
    fn lock(&self) -> MutexGuard<'_, WireState> {
        self.state.lock().unwrap()
    }

    /// Does something for the client and wakes it.
    fn change(&self, change: impl FnOnce(&mut WireState)) {
        let mut state = self.lock();
        change(&mut state);
        let wakers = [state.reader.take(), state.writer.take()];
        drop(state);
        self.changed.notify_all();
        for waker in wakers.into_iter().flatten() {
            waker.wake();
        }
    }

    /// What the client has written, once there is some; `None` once it has left.
    fn take(&self) -> Option<VecDeque<u8>> {
        let mut state = self.lock();
        while state.requests.is_empty() && !state.closed {
            state = self.changed.wait(state).unwrap();
        }
        if state.closed {
            return None;
        }
        let taken = std::mem::take(&mut state.requests);
        let writer = state.writer.take();
        drop(state);
        self.changed.notify_all();
        if let Some(writer) = writer {
            writer.wake();
        }
        Some(taken)
    }
}

impl WireState {
    fn read(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let n = buffer.len().min(self.answers.len());
        for (to, from) in buffer.iter_mut().zip(self.answers.drain(..n)) {
            *to = from;
        }
        (n > 0 || self.hung_up).then_some(n)
    }

    fn write(&mut self, bytes: &[u8], capacity: usize) -> Option<usize> {
        if self.hung_up {
            // As with TCP, where the end of the one direction says nothing about the other at first.
            return Some(bytes.len());
        }
        let n = bytes.len().min(capacity - self.requests.len());
        self.requests.extend(&bytes[..n]);
        (n > 0).then_some(n)
    }
}

/// The client's end.
pub struct Socket {
    wire: Arc<Wire>,
    clock: Clock,
}

impl Socket {
    fn leave(&self) {
        let mut state = self.wire.lock();
        state.closed = true;
        // As in any runtime, nobody is woken any more.
        (state.reader, state.writer) = (None, None);
        drop(state);
        self.wire.changed.notify_all();
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.leave();
    }
}

impl AsyncTransport for Socket {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        let mut state = self.wire.lock();
        match state.read(buffer) {
            Some(n) => Poll::Ready(Ok(n)),
            None => {
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        let mut state = self.wire.lock();
        match state.write(bytes, self.wire.capacity) {
            Some(n) => {
                drop(state);
                self.wire.changed.notify_all();
                Poll::Ready(Ok(n))
            }
            None => {
                state.writer = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn close(&mut self) {
        self.leave();
    }
}

/// A dial that is done once the server has seen it.
struct Dial(Option<Socket>);

impl Future for Dial {
    type Output = Result<Box<dyn AsyncTransport>, TransportError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let socket = self.0.take().expect("polled after it was done");
        let mut state = socket.wire.lock();
        if state.accepted {
            drop(state);
            return Poll::Ready(Ok(Box::new(socket)));
        }
        state.reader = Some(cx.waker().clone());
        drop(state);
        self.0 = Some(socket);
        Poll::Pending
    }
}

impl AsyncConnector for Server {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        Box::pin(Dial(Some(self.accept())))
    }
}

impl Connector for Server {
    fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.accept()))
    }
}

/// Time-outs come true by themselves: a read for which there is no answer, though the server has seen the request, lets
/// the time pass that it may take.
impl Transport for Socket {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        let mut state = self.wire.lock();
        loop {
            if let Some(n) = state.read(buffer) {
                return Ok(n);
            }
            if let Some(timeout) = timeout.filter(|_| state.mute) {
                drop(state);
                self.clock.advance(timeout);
                return Err(TransportError::new(TransportErrorKind::TimedOut, "the server is mute"));
            }
            state = self.wire.changed.wait(state).unwrap();
        }
    }

    fn write(&mut self, bytes: &[u8], _: Option<Duration>) -> Result<usize, TransportError> {
        let mut state = self.wire.lock();
        loop {
            if let Some(written) = state.write(bytes, self.wire.capacity) {
                drop(state);
                self.wire.changed.notify_all();
                return Ok(written);
            }
            state = self.wire.changed.wait(state).unwrap();
        }
    }

    fn is_quiet(&mut self) -> bool {
        let state = self.wire.lock();
        state.answers.is_empty() && !state.hung_up
    }

    fn close(&mut self) {
        self.leave();
    }
}
