//! One connection and all calls over it: who drives it, who waits, who is woken.
//!
//! There is always at most one *seat*:
//!
//! ```text
//!   Free --a call--> Caller --another call--> Background      a task of its own drives: one write carries many calls
//!     ^                |  |                        |
//!     |<--its answer---'  '--no task to be had--> Anyone      whoever is polled drives, every event wakes all
//!     |<-----------------------------------------------'
//! ```
//!
//! A lone call costs no task switch: it writes, waits and reads by itself. As soon as there are two, a call that is
//! dropped, or polled once and then left, can no longer keep the other waiting.

use std::boxed::Box;
use std::sync::{Arc, OnceLock, PoisonError, Weak};
use std::task::{Context, Waker};
use std::time::Duration;
use std::vec::Vec;

use super::super::report::Reporter;
use super::super::sync::{Mutex, MutexGuard};
use super::background::{Background, Driving};
use super::call::Load;
use super::calls::{Answer, CallId, Calls};
use super::fan_out::{Alarm, FanOut};
use super::line::Line;
use super::login::Login;
use super::runtime::{Dialed, Runtime};
use crate::command::Request;
use crate::connection::{Settings, Ticket};
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::resp::ReplyBuilder;
use crate::session::{Hygiene, Remedy, Session};
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::transport::{AsyncTransport, BoxFuture, Timer};

/// A connection that nobody used for this long is looked at before it is used again.
const UNUSED: Duration = Duration::from_millis(50);

/// What became of a request that was to be sent.
pub(super) enum Begun {
    /// The memory budget has no room for it, or the connection must log in again first.
    NotNow,
    /// It cannot be sent.
    Refused(Error),
    Sent {
        id: CallId,
        ticket: Ticket,
        /// It is answered already.
        done: bool,
    },
}

pub(super) struct Link {
    state: Mutex<State>,
    fan_out: Arc<FanOut>,
    pub(super) runtime: Arc<Runtime>,
    pub(super) settings: Settings,
    /// Bytes of answers that nobody has fetched yet, above which nothing more is read.
    pub(super) window: usize,
    /// The number of a connection for one user alone among those of the client, once it is up.
    pub(super) number: OnceLock<u64>,
    this: Weak<Link>,
}

pub(super) struct State {
    pub(super) session: Session,
    pub(super) hygiene: Hygiene,
    pub(super) transport: Option<Box<dyn AsyncTransport>>,
    pub(super) dialing: Option<BoxFuture<'static, Result<Dialed, Error>>>,
    /// There from the first time on that somebody waits for time to pass.
    pub(super) timer: Option<Box<dyn Timer>>,
    /// When the timer fires, and whom it wakes then. Another one in the seat does not have to set it again.
    pub(super) armed: Option<Timestamp>,
    pub(super) alarm: Arc<Alarm>,
    pub(super) calls: Calls,
    pub(super) seat: Seat,
    pub(super) background: Background,
    pub(super) login: Login,
    pub(super) reporter: Arc<Reporter>,
    /// The number of the present connection that all share.
    pub(super) epoch: Option<u64>,
    /// Which server of a service it goes to.
    pub(super) server: Option<Endpoint>,
    /// Calls that want to know when there is a connection.
    pub(super) connecting: Vec<CallId>,
    /// Calls that wait for room in the memory budget.
    pub(super) line: Line,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seat {
    Free,
    Caller(CallId),
    Background,
    Anyone,
}

impl Link {
    pub(super) fn new(session: Session, runtime: Arc<Runtime>, window: usize) -> Arc<Self> {
        let settings = session.settings().clone();
        let state = State {
            session,
            hygiene: Hygiene::new(),
            transport: None,
            dialing: None,
            timer: None,
            armed: None,
            alarm: Arc::default(),
            calls: Calls::default(),
            seat: Seat::Free,
            background: Background::default(),
            login: Login::default(),
            reporter: runtime.reporter.clone(),
            epoch: None,
            server: None,
            connecting: Vec::new(),
            line: Line::default(),
        };
        Arc::new_cyclic(|this| Link {
            state: Mutex::new(state),
            fan_out: Arc::default(),
            settings,
            runtime,
            window,
            number: OnceLock::new(),
            this: this.clone(),
        })
    }

    #[inline]
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic cannot leave the session half way: whatever is owed stays in its queue.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.runtime.clock.now()
    }

    /// Sends a single request, if there is room for it, and drives the connection or sees to it that somebody does.
    #[inline]
    pub(super) fn begin(
        &self,
        cx: &mut Context<'_>,
        now: Timestamp,
        request: &Request,
        deadline: Option<Timestamp>,
    ) -> Begun {
        let mut state = self.lock();
        if !state.has_room(request.size(), None) || (self.runtime.provider.is_some() && state.is_login_outdated(self)) {
            return Begun::NotNow;
        }
        state.look_around(now);
        let id = state.calls.insert();
        let calls = state.calls.len();
        state.background.count(calls);
        let ticket = match state.session.send(now, request, deadline, id.tag()) {
            Ok(ticket) => ticket,
            Err(error) => {
                state.calls.remove(id);
                return Begun::Refused(error);
            }
        };
        let done = if state.seat == Seat::Background {
            state.calls.wait(id, cx.waker());
            let task = state.background.call();
            drop(state);
            if let Some(task) = task {
                task.wake();
            }
            false
        } else {
            self.begin_here(state, cx, id, now)
        };
        Begun::Sent { id, ticket, done }
    }

    #[inline(never)]
    fn begin_here(&self, mut state: MutexGuard<'_, State>, cx: &mut Context<'_>, id: CallId, now: Timestamp) -> bool {
        let mut woken = Vec::new();
        let done = state.poll_here(self, cx, id, Some(now), &mut woken);
        self.unlock(state, woken);
        done
    }

    /// Drives the connection, or sees to it that somebody does, until the call has its only answer.
    #[inline(never)]
    pub(super) fn poll_one(&self, cx: &mut Context<'_>, id: CallId) -> Option<Answer> {
        let mut state = self.lock();
        // Nearly always it was the background task that woke the caller, and there is nothing to be done but to fetch.
        if state.seat == Seat::Background
            && state.calls.is_done(id)
            && state.calls.unclaimed() <= self.window
            && state.line.is_empty()
        {
            return state.calls.take_one(id);
        }
        self.look(state, cx, id, |state| state.calls.take_one(id))
    }

    /// The same for a call of any number of requests.
    pub(super) fn poll_all(&self, cx: &mut Context<'_>, id: CallId) -> Option<Replies> {
        self.look(self.lock(), cx, id, |state| Some(state.calls.take_all(id)))
    }

    #[inline(never)]
    fn look<T>(
        &self,
        mut state: MutexGuard<'_, State>,
        cx: &mut Context<'_>,
        id: CallId,
        take: impl FnOnce(&mut State) -> Option<T>,
    ) -> Option<T> {
        let mut woken = Vec::new();
        if !state.calls.is_done(id) && !state.poll(self, cx, id, &mut woken) {
            state.call_line(&mut woken);
            self.unlock(state, woken);
            return None;
        }
        // Above the window reading has stopped until somebody fetches an answer.
        let full = state.calls.unclaimed() > self.window;
        let answer = take(&mut state);
        if state.seat != Seat::Background {
            state.leave(id);
        }
        if full {
            woken.extend(state.call_driver(self));
        }
        state.call_line(&mut woken);
        self.unlock(state, woken);
        answer
    }

    /// Waits in line for room for `len` bytes, at `place` if there is one already. True if there is room.
    pub(super) fn poll_room(&self, cx: &mut Context<'_>, len: usize, place: &mut Option<u64>) -> bool {
        let mut woken = Vec::new();
        let mut state = self.lock();
        let mut room = state.has_room(len, *place);
        if !room {
            *place = Some(state.line.stand(*place, len, cx.waker()));
            // The calls that take the room may never be polled again, so this one sees to it that it gets free.
            state.assist(self, cx, &mut woken);
            room = state.has_room(len, *place);
        }
        self.unlock(state, woken);
        room
    }

    /// Sees to it that there will be room, for the calls that come after one for which there was none.
    pub(super) fn make_room(&self, cx: &Context<'_>) {
        let mut woken = Vec::new();
        let mut state = self.lock();
        state.assist(self, cx, &mut woken);
        self.unlock(state, woken);
    }

    /// Unlocks the state and does what must not be done before.
    #[inline]
    pub(super) fn unlock(&self, state: MutexGuard<'_, State>, woken: Vec<Waker>) {
        if state.background.is_due() || !woken.is_empty() {
            self.unlock_and_wake(state, woken);
        }
    }

    #[inline(never)]
    fn unlock_and_wake(&self, mut state: MutexGuard<'_, State>, woken: Vec<Waker>) {
        let due = state.background.take_due();
        drop(state);
        if due {
            // If there can be no task, dropping it says so.
            self.runtime.spawn(Box::pin(Driving::new(self.this.clone())));
        }
        for waker in woken {
            waker.wake();
        }
    }

    /// A call gives up.
    #[cold]
    pub(super) fn abandon(&self, id: CallId, ticket: Option<Ticket>) {
        let mut state = self.lock();
        if let Some(ticket) = ticket {
            state.session.cancel(ticket);
        }
        // What has come for it already is of no use to anybody.
        drop(state.calls.take_one(id));
        drop(state.calls.take_all(id));
        state.leave(id);
        let mut woken = Vec::new();
        state.call_line(&mut woken);
        woken.extend(state.call_driver(self));
        self.unlock(state, woken);
    }

    /// Makes the connection as good as new for the next user, or says that it must be closed.
    pub(super) fn clean_up(&self, now: Timestamp) -> bool {
        let mut state = self.lock();
        if state.calls.len() > 0 || !state.session.is_clean() {
            return false;
        }
        match state.hygiene.remedy() {
            Remedy::Nothing => true,
            Remedy::Unwatch => {
                state.hygiene = Hygiene::new();
                state.session.send_and_forget(now, &Request::new("UNWATCH")).is_ok()
            }
            Remedy::Close => false,
        }
    }

    /// Ends the present connection.
    pub(super) fn disconnect(&self) {
        let mut woken = Vec::new();
        let now = self.now();
        let mut state = self.lock();
        state.session.disconnect(now);
        state.collect(now, &mut woken);
        // Whoever has the seat is not among those who are told.
        woken.extend(state.alarm.take());
        state.call_line(&mut woken);
        self.unlock(state, woken);
    }

    /// Why a connection that is never replaced is over, if it is.
    pub(super) fn down_reason(&self) -> Option<Error> {
        self.lock().session.down_reason().cloned()
    }

    /// Whether nothing has come that nobody asked for, not even the end.
    pub(super) fn is_quiet(&self) -> bool {
        let mut state = self.lock();
        let state = &mut *state;
        let mut cx = Context::from_waker(Waker::noop());
        let Some(transport) = &mut state.transport else {
            return false;
        };
        transport.poll_read(&mut cx, state.session.read_room()).is_pending() && !transport.is_closed()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(transport) = &mut state.transport {
            transport.close();
        }
        // The background task finds out that there is nothing left to do for it.
        if let Some(waker) = state.background.take_waker() {
            waker.wake();
        }
    }
}

impl State {
    /// Queues what a new call sends. What cannot be sent has its answer at once.
    #[inline]
    pub(super) fn send(
        &mut self,
        now: Timestamp,
        load: Load<'_>,
        deadline: Option<Timestamp>,
    ) -> (CallId, Option<Ticket>) {
        let id = self.calls.insert();
        self.look_around(now);
        let sent = match load {
            Load::One(request) => {
                self.hygiene.sent(request);
                self.session.send(now, request, deadline, id.tag())
            }
            Load::Many(requests) => {
                self.hygiene.sent_together(requests);
                self.session.send_batch(now, requests, deadline, id.tag())
            }
        };
        self.background.count(self.calls.len());
        match (sent, load) {
            (Ok(ticket), _) => return (id, Some(ticket)),
            (Err(error), Load::One(_)) => self.calls.deliver(id.tag(), Err(error)),
            (Err(error), Load::Many(requests)) => {
                let replies = Replies::failed(requests.len(), error);
                self.calls.deliver_all(id.tag(), Box::new(replies))
            }
        };
        (id, None)
    }

    /// Before a connection is used that nobody used for a while: a server that closed it in the meantime is found out
    /// while nothing is written yet.
    #[inline]
    fn look_around(&mut self, now: Timestamp) {
        if self.session.unused(now) >= UNUSED {
            self.look_for_the_end(now);
        }
    }

    #[cold]
    fn look_for_the_end(&mut self, now: Timestamp) {
        let up = self.session.is_up();
        if up && self.transport.as_mut().is_some_and(|transport| transport.is_closed()) {
            self.session.handle_eof(now);
            // It is up and nothing is in flight, so there is nobody to wake.
            self.collect(now, &mut Vec::new());
        }
    }

    /// A call that waits for nothing but a connection.
    pub(super) fn connect(&mut self) -> CallId {
        let id = self.calls.insert();
        if self.session.is_up() {
            self.calls.deliver(id.tag(), ok());
        } else {
            self.session.connect();
            self.connecting.push(id);
        }
        id
    }

    /// Drives, or sees to it that somebody does. True if the call has its answers now.
    #[inline(always)]
    fn poll(&mut self, link: &Link, cx: &mut Context<'_>, id: CallId, woken: &mut Vec<Waker>) -> bool {
        if self.seat == Seat::Background {
            self.calls.wait(id, cx.waker());
            woken.extend(self.call_background());
            false
        } else {
            self.poll_here(link, cx, id, None, woken)
        }
    }

    #[inline(always)]
    fn poll_here(
        &mut self,
        link: &Link,
        cx: &mut Context<'_>,
        id: CallId,
        now: Option<Timestamp>,
        woken: &mut Vec<Waker>,
    ) -> bool {
        match self.seat {
            Seat::Free => self.seat = Seat::Caller(id),
            Seat::Caller(other) if other != id => self.hand_over(link),
            _ => {}
        }
        match self.seat {
            Seat::Free | Seat::Caller(_) => {
                return self.drive(link, cx, now, Some(id), woken);
            }
            Seat::Background => {
                self.calls.wait(id, cx.waker());
                woken.extend(self.call_background());
            }
            Seat::Anyone => {
                self.calls.wait(id, cx.waker());
                self.drive_for_all(link, cx, now, woken);
                return self.calls.is_done(id);
            }
        }
        false
    }

    /// There are two calls now: a task drives for both, if there can be one.
    #[cold]
    fn hand_over(&mut self, link: &Link) {
        // Without a waker it was woken just now, and will be here again.
        if let (Seat::Caller(seated), Some(waker)) = (self.seat, self.alarm.take()) {
            self.calls.wait(seated, &waker);
        }
        if !link.runtime.has_tasks() {
            return self.seat_anyone(link);
        }
        self.background.start();
        self.seat = Seat::Background;
    }

    /// There is no task to be had: whoever had the seat must be woken too from now on.
    pub(super) fn seat_anyone(&mut self, link: &Link) {
        for waker in self.calls.wakers() {
            link.fan_out.register(&waker);
        }
        self.seat = Seat::Anyone;
    }

    /// Sees to it that the connection is driven for somebody who waits, but not for a reply.
    #[cold]
    fn assist(&mut self, link: &Link, cx: &Context<'_>, woken: &mut Vec<Waker>) {
        if matches!(self.seat, Seat::Free | Seat::Caller(_)) {
            self.hand_over(link);
        }
        match self.seat {
            Seat::Anyone => self.drive_for_all(link, cx, None, woken),
            _ => woken.extend(self.call_background()),
        }
    }

    /// Drives; whatever happens next wakes everybody.
    fn drive_for_all(&mut self, link: &Link, cx: &Context<'_>, now: Option<Timestamp>, woken: &mut Vec<Waker>) {
        // Before the transport is asked, so that a wake-up in between is not lost.
        link.fan_out.register(cx.waker());
        let everybody = Waker::from(link.fan_out.clone());
        self.drive(link, &mut Context::from_waker(&everybody), now, None, woken);
        self.call_line(woken);
    }

    /// Whoever drives, if it must be told that there is something to do.
    pub(super) fn call_driver(&mut self, link: &Link) -> Option<Waker> {
        match self.seat {
            Seat::Anyone => Some(Waker::from(link.fan_out.clone())),
            // It may have stopped reading, and then nothing else wakes it.
            Seat::Caller(_) => self.alarm.take(),
            Seat::Free | Seat::Background => self.call_background(),
        }
    }

    /// The background task, if it must be told that there is something to do.
    #[inline]
    fn call_background(&mut self) -> Option<Waker> {
        match self.seat {
            Seat::Background => self.background.call(),
            _ => None,
        }
    }

    /// A call is over: it leaves the seat.
    #[inline]
    fn leave(&mut self, id: CallId) {
        if self.transport.is_none() && self.calls.len() == 0 {
            self.forget_timer();
        }
        match self.seat {
            Seat::Caller(seated) if seated == id => self.seat = Seat::Free,
            Seat::Anyone if self.calls.len() <= 1 && self.session.is_idle() => self.seat = Seat::Free,
            _ => {}
        }
    }

    /// Timers belong to the runtime in which they were set. When that is shut down, so is every connection made in it, and
    /// what is left of its timers would wake nobody, or panic.
    pub(super) fn forget_timer(&mut self) {
        self.timer = None;
        self.armed = None;
    }

    #[cold]
    pub(super) fn connected(&mut self, outcome: &Result<(), Error>, woken: &mut Vec<Waker>) {
        for id in core::mem::take(&mut self.connecting) {
            let answer = match outcome {
                Ok(()) => ok(),
                Err(why) => Err(why.with_outcome(Outcome::NotSent)),
            };
            woken.extend(self.calls.deliver(id.tag(), answer));
        }
    }

    /// Whether a call of `len` bytes may be sent now, or must wait: those who came before come first.
    #[inline]
    pub(super) fn has_room(&self, len: usize, place: Option<u64>) -> bool {
        self.line.is_first(place) && !self.session.is_overloaded(len)
    }

    /// Leaves the line, sent or not.
    pub(super) fn leave_line(&mut self, place: u64, woken: &mut Vec<Waker>) {
        self.line.leave(place);
        self.call_line(woken);
    }

    /// Calls who is first in line, if there is room; everybody, if there is all the room there can be: the first may never
    /// be polled again.
    #[inline]
    pub(super) fn call_line(&mut self, woken: &mut Vec<Waker>) {
        if self.line.is_empty() {
            return;
        }
        let session = &self.session;
        if session.is_idle() {
            self.line.call_all(woken);
        } else {
            self.line.call_next(|len| !session.is_overloaded(len), woken);
        }
    }
}

/// What a call is told that waited for nothing but a connection.
fn ok() -> Answer {
    let mut reply = ReplyBuilder::new();
    reply.simple(b"OK");
    let lost = || Error::closed("no reply came", Outcome::NotSent);
    reply.finish().ok_or_else(lost)
}
