//! The async client, once for all runtimes: whoever waits for a reply drives the connection.
//!
//! There is no background task. A call encodes its request into the connection's output and then, whenever it is
//! polled, moves bytes both ways and hands out every reply that has come, its own or not. Readiness of the transport
//! and of the timer wakes *all* calls that wait, through one shared waker: so a call that is dropped, or polled once
//! and then left, can never keep the others waiting. A call that finishes while others wait passes the wake-up on.

use std::boxed::Box;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::vec::Vec;

use super::common::check_shared;
use crate::command::{Command, Decode, Executor, Request};
use crate::connection::{Connection, Event, Settings, Ticket};
use crate::error::{Error, Outcome};
use crate::flow::{Driver, Flow, Replies, Step};
use crate::pipeline::{Batch, Pipeline};
use crate::resp::Reply;
use crate::transport::{AsyncClock, AsyncTransport, Timer, TransportError};

/// A client for async programs. Calls give futures; dropping one before it is done abandons the call, not the
/// connection.
///
/// Cloning is cheap; clones and tasks share the connection, and their commands travel together. `R` names the runtime
/// that the client was made for: use [`tokio::Client`](crate::tokio::Client) and its siblings.
pub struct AsyncClient<R> {
    shared: Arc<Shared>,
    runtime: PhantomData<fn() -> R>,
}

struct Shared {
    state: Mutex<State>,
    wakers: Arc<Wakers>,
    clock: Arc<dyn AsyncClock>,
    peer: String,
}

struct State {
    connection: Connection,
    transport: Box<dyn AsyncTransport>,
    timer: Box<dyn Timer>,
    /// Replies that came while somebody else was driving, until their owner is polled.
    ready: BTreeMap<Ticket, Result<Reply, Error>>,
    /// How many replies came in all.
    delivered: u64,
    up: bool,
}

/// Everyone who waits. Waking it wakes them all.
#[derive(Default)]
struct Wakers(Mutex<Vec<Waker>>);

impl Wakers {
    fn list(&self) -> MutexGuard<'_, Vec<Waker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn register(&self, waker: &Waker) {
        let mut list = self.list();
        if !list.iter().any(|known| known.will_wake(waker)) {
            list.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let list = core::mem::take(&mut *self.list());
        for waker in list {
            waker.wake();
        }
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}

impl<R> AsyncClient<R> {
    /// A client over a transport of your own, already connected. The handshake goes out with the first command.
    pub fn with_transport(
        transport: impl AsyncTransport + 'static,
        settings: Settings,
        clock: Arc<dyn AsyncClock>,
    ) -> Self {
        let connection = Connection::new(clock.now(), settings);
        AsyncClient::assemble(connection, Box::new(transport), clock, "custom transport".into())
    }

    pub(super) fn assemble(
        connection: Connection,
        transport: Box<dyn AsyncTransport>,
        clock: Arc<dyn AsyncClock>,
        peer: String,
    ) -> Self {
        let timer = clock.timer();
        let state = State {
            connection,
            transport,
            timer,
            ready: BTreeMap::new(),
            delivered: 0,
            up: false,
        };
        let shared = Shared {
            state: Mutex::new(state),
            wakers: Arc::default(),
            clock,
            peer,
        };
        AsyncClient {
            shared: Arc::new(shared),
            runtime: PhantomData,
        }
    }

    /// Waits until the handshake is done.
    pub(super) fn establish(&self) -> impl Future<Output = Result<(), Error>> + Send + '_ {
        let shared = &*self.shared;
        std::future::poll_fn(move |cx| {
            shared.poll(cx, |state| match state.connection.down_reason() {
                Some(why) => Some(Err(why.clone())),
                None => state.up.then_some(Ok(())),
            })
        })
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
            shared: self.shared.clone(),
            runtime: PhantomData,
        }
    }
}

impl<R> fmt::Debug for AsyncClient<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsyncClient({})", self.shared.peer)
    }
}

impl<'a, R> Executor for &'a AsyncClient<R> {
    type Output<T> = CommandFuture<'a, T>;

    fn run<T>(self, command: Command<T>) -> CommandFuture<'a, T> {
        let (request, decode) = command.into_parts();
        CommandFuture {
            call: Call {
                shared: &self.shared,
                tickets: Tickets::None,
            },
            request: Some(request),
            decode,
        }
    }
}

impl<'a, R> Driver for &'a AsyncClient<R> {
    type Driven<F: Flow> = FlowFuture<'a, F>;

    fn drive<F: Flow>(self, flow: F) -> FlowFuture<'a, F> {
        let call = Call {
            shared: &self.shared,
            tickets: Tickets::None,
        };
        FlowFuture {
            call,
            flow,
            results: Vec::new(),
            timer: None,
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic cannot leave the connection half way: whatever is owed stays in its queue.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drives the connection until `done` finds what it waits for or nothing moves any more.
    fn poll<T>(&self, cx: &mut Context<'_>, done: impl FnMut(&mut State) -> Option<T>) -> Poll<T> {
        let mut state = self.lock();
        let delivered = state.delivered;
        let polled = state.poll(self, cx, done);
        // Replies that came for others, or a seat left while others wait: somebody must look.
        let news = state.delivered > delivered && !state.ready.is_empty();
        let others = news || (polled.is_ready() && !state.connection.is_idle());
        drop(state);
        if others {
            self.wakers.wake_all();
        }
        polled
    }
}

impl State {
    fn poll<T>(
        &mut self,
        shared: &Shared,
        cx: &mut Context<'_>,
        mut done: impl FnMut(&mut State) -> Option<T>,
    ) -> Poll<T> {
        // Before the transport is asked, so that a wake-up in between is not lost.
        shared.wakers.register(cx.waker());
        let fan_out = Waker::from(shared.wakers.clone());
        let mut cx = Context::from_waker(&fan_out);
        loop {
            // What has come may ask for more to be written, so collecting comes first.
            self.collect();
            if let Some(result) = done(self) {
                return Poll::Ready(result);
            }
            self.write(shared, &mut cx);
            if self.connection.down_reason().is_some() {
                self.collect();
                return done(self).map_or(Poll::Pending, Poll::Ready);
            }
            if !self.read(shared, &mut cx) {
                return Poll::Pending;
            }
        }
    }

    /// Writes as much as the transport takes.
    fn write(&mut self, shared: &Shared, cx: &mut Context<'_>) {
        while let Some(bytes) = self.connection.poll_transmit() {
            match self.transport.poll_write(cx, bytes) {
                Poll::Ready(Ok(n)) => self.connection.transmitted(n),
                Poll::Ready(Err(error)) => self.lost(shared, &error),
                Poll::Pending => return,
            }
        }
    }

    /// Reads once, or lets time pass. False when there is nothing to do but wait. A blocked write never keeps it from
    /// reading: the server may be waiting for exactly that.
    fn read(&mut self, shared: &Shared, cx: &mut Context<'_>) -> bool {
        match self.transport.poll_read(cx, self.connection.read_room()) {
            Poll::Ready(Ok(0)) => self.connection.handle_eof(shared.clock.now()),
            Poll::Ready(Ok(n)) => self.connection.received(shared.clock.now(), n),
            Poll::Ready(Err(error)) => self.lost(shared, &error),
            Poll::Pending => {
                let Some(at) = self.connection.poll_timeout() else {
                    return false;
                };
                if self.timer.poll_at(cx, at).is_pending() {
                    return false;
                }
                self.connection.handle_timeout(shared.clock.now().max(at));
            }
        }
        true
    }

    fn collect(&mut self) {
        while let Some(event) = self.connection.poll_event() {
            match event {
                Event::Reply { ticket, result, .. } => {
                    self.delivered += 1;
                    self.ready.insert(ticket, result);
                }
                Event::Up(_) => self.up = true,
                Event::Down(_) => self.transport.close(),
                Event::Push(_) => {}
            }
        }
    }

    #[cold]
    fn lost(&mut self, shared: &Shared, error: &TransportError) {
        self.connection.handle_loss(
            shared.clock.now(),
            Error::transport(error.clone(), Outcome::MaybeExecuted),
        );
    }
}

/// Requests of one caller that are in flight. Dropping it abandons them.
struct Call<'a> {
    shared: &'a Shared,
    tickets: Tickets,
}

enum Tickets {
    None,
    One(Ticket),
    Many(Vec<Ticket>),
}

impl Call<'_> {
    fn send(&mut self, request: &Request) -> Result<Ticket, Error> {
        self.shared.lock().connection.send(self.shared.clock.now(), request)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let tickets = core::mem::replace(&mut self.tickets, Tickets::None);
        let (one, many) = match tickets {
            Tickets::None => return,
            Tickets::One(ticket) => (Some(ticket), Vec::new()),
            Tickets::Many(tickets) => (None, tickets),
        };
        let mut state = self.shared.lock();
        for ticket in one.into_iter().chain(many) {
            state.connection.cancel(ticket);
            state.ready.remove(&ticket);
        }
        let others = !state.connection.is_idle();
        drop(state);
        if others {
            self.shared.wakers.wake_all();
        }
    }
}

/// The future of one command. Nothing is sent before it is polled.
///
/// Cancel safety: dropped before the first byte is written, the command is never sent; dropped later, the server runs
/// it all the same and its reply is discarded.
#[must_use = "futures do nothing unless awaited"]
pub struct CommandFuture<'a, T> {
    call: Call<'a>,
    request: Option<Request>,
    decode: Decode<T>,
}

impl<T> Future for CommandFuture<'_, T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(request) = this.request.take() {
            check_shared(&request)?;
            this.call.tickets = Tickets::One(this.call.send(&request)?);
        }
        let Tickets::One(ticket) = this.call.tickets else {
            return Poll::Ready(Err(Error::closed("the call is over already", Outcome::NotSent)));
        };
        match this.call.shared.poll(cx, |state| state.ready.remove(&ticket)) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(result) => {
                this.call.tickets = Tickets::None;
                Poll::Ready(result.and_then(|reply| Ok((this.decode)(reply)?)))
            }
        }
    }
}

impl<T> fmt::Debug for CommandFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommandFuture({:?})", self.request)
    }
}

/// The future of a [`Flow`]: a pipeline, a scan, a procedure of your own.
///
/// Cancel safety: as for [`CommandFuture`], for every command of the batch that was on its way.
#[must_use = "futures do nothing unless awaited"]
pub struct FlowFuture<'a, F> {
    call: Call<'a>,
    flow: F,
    results: Vec<Option<Result<Reply, Error>>>,
    timer: Option<Box<dyn Timer>>,
}

/// Nothing in it is ever pinned: the flow is not a future.
impl<F> Unpin for FlowFuture<'_, F> {}

impl<F: Flow> Future for FlowFuture<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            if matches!(this.call.tickets, Tickets::Many(_)) {
                match this.poll_replies(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(replies) => this.flow.replies(this.call.shared.clock.now(), replies),
                }
            }
            match this.flow.step(this.call.shared.clock.now()) {
                Step::Done(output) => return Poll::Ready(output),
                Step::Wait(at) => {
                    let timer = this.timer.get_or_insert_with(|| this.call.shared.clock.timer());
                    if timer.poll_at(cx, at).is_pending() {
                        return Poll::Pending;
                    }
                }
                Step::Send { batch, .. } => {
                    let mut state = this.call.shared.lock();
                    let now = this.call.shared.clock.now();
                    let mut tickets = Vec::with_capacity(batch.len());
                    this.results.clear();
                    for request in batch {
                        // A request that cannot be sent has its result at once and no ticket to wait for.
                        let sent = state.connection.send(now, request);
                        this.results
                            .push(sent.map(|ticket| tickets.push(ticket)).err().map(Err));
                    }
                    drop(state);
                    this.call.tickets = Tickets::Many(tickets);
                }
            }
        }
    }
}

impl<F> FlowFuture<'_, F> {
    fn poll_replies(&mut self, cx: &mut Context<'_>) -> Poll<Replies> {
        let Call { shared, tickets } = &mut self.call;
        let Tickets::Many(waiting) = tickets else {
            return Poll::Ready(Replies::default());
        };
        let results = &mut self.results;
        let last = waiting.last().copied();
        let polled = shared.poll(cx, |state| {
            // Replies come in order, so the last one means that all are there.
            if last.is_some_and(|last| !state.ready.contains_key(&last)) {
                return None;
            }
            let mut open = results.iter_mut().filter(|result| result.is_none());
            for ticket in waiting.drain(..) {
                if let Some(slot) = open.next() {
                    *slot = state.ready.remove(&ticket);
                }
            }
            Some(())
        });
        polled.map(|()| {
            *tickets = Tickets::None;
            let missing = || Err(Error::closed("no reply came", Outcome::MaybeExecuted));
            Replies::new(results.drain(..).map(|result| result.unwrap_or_else(missing)).collect())
        })
    }
}

impl<F> fmt::Debug for FlowFuture<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowFuture").finish_non_exhaustive()
    }
}
