//! A connection that listens, and the task that waits for what it hears. One task at a time has it, so nothing is locked.

use std::boxed::Box;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::super::sentinel::{Ear, Guide};
use super::hub::Hub;
use super::runtime::{Dialed, Runtime};
use super::sentinel::GRACE;
use crate::connection::{Settings, earliest};
use crate::error::{Error, Outcome};
use crate::pubsub::{Listener, Notice, Told};
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::transport::{AsyncTransport, BoxFuture, Timer};

/// How many bytes one turn reads before others get theirs.
const TURN: usize = 1024 * 1024;

/// A machine that listens, driven by whoever reads. Whatever has begun stays here when a future is dropped, and goes on with
/// the next one.
pub(super) struct Listening<L> {
    hub: Arc<Hub>,
    pub(super) machine: L,
    transport: Option<Box<dyn AsyncTransport>>,
    dialing: Option<BoxFuture<'static, Result<Dialed, Error>>>,
    /// Which server of a service it goes to, and how it is woken when another one is the master.
    server: Option<Endpoint>,
    ear: Option<Arc<Ear>>,
    timer: Option<Box<dyn Timer>>,
    /// The number of the present connection among those of the client.
    epoch: Option<u64>,
    /// Bytes read since others had their turn.
    read: usize,
}

/// A wait for a connection.
#[derive(Default)]
pub(super) struct Connecting {
    until: Option<Timestamp>,
    begun: bool,
    dialed: bool,
}

impl<L: Listener> Listening<L> {
    pub(super) fn new(hub: Arc<Hub>, machine: L) -> Self {
        let ear = hub.guide().map(Guide::ear);
        Listening {
            hub,
            ear,
            machine,
            transport: None,
            dialing: None,
            server: None,
            timer: None,
            epoch: None,
            read: 0,
        }
    }

    pub(super) fn runtime(&self) -> &Arc<Runtime> {
        &self.hub.link().runtime
    }

    fn settings(&self) -> &Settings {
        &self.hub.link().settings
    }

    pub(super) fn peer(&self) -> &str {
        self.hub.peer()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.hub.link().now()
    }

    /// What is told next, waited for no longer than until `until`.
    #[inline]
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        until: Option<Timestamp>,
        mut poll: impl FnMut(&mut L) -> Option<Told<L::Item>>,
    ) -> Poll<Told<L::Item>> {
        if !self.machine.reads_ahead() {
            // Nobody needs to know the time for what is here already.
            if let Some(told) = poll(&mut self.machine) {
                return Poll::Ready(told);
            }
        }
        self.poll_wait(cx, until, poll)
    }

    fn poll_wait(
        &mut self,
        cx: &mut Context<'_>,
        until: Option<Timestamp>,
        mut poll: impl FnMut(&mut L) -> Option<Told<L::Item>>,
    ) -> Poll<Told<L::Item>> {
        let mut now = self.now();
        self.leave_former_master(cx, now);
        while self.machine.reads_ahead() && self.read < TURN && self.receive(cx, now) {}
        loop {
            if let Some(told) = poll(&mut self.machine) {
                return Poll::Ready(told);
            }
            if self.take_notice(now).is_some() {
                continue;
            }
            let over = self.machine.is_over();
            if over && until.is_none() {
                return Poll::Ready(Ok(None));
            }
            if !over && self.step(cx, now) {
                now = self.now();
                continue;
            }
            let at = if over {
                until
            } else {
                earliest(until, self.machine.poll_timeout())
            };
            if self.read >= TURN {
                // Others want to run too.
                self.read = 0;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if !at.is_some_and(|at| self.is_due(cx, at)) {
                self.read = 0;
                return Poll::Pending;
            }
            now = self.now();
            if until.is_some_and(|until| until <= now) {
                return Poll::Ready(Ok(None));
            }
            self.machine.handle_timeout(now);
        }
    }

    /// Ends the connection if it goes to a master that is none any more, and has the task woken when it comes to that.
    fn leave_former_master(&mut self, cx: &Context<'_>, now: Timestamp) {
        let (Some(guide), Some(ear)) = (self.hub.guide(), &self.ear) else {
            return;
        };
        // Before looking, so that no news in between is missed.
        ear.set(cx.waker());
        if let Some(why) = guide.leaving(self.server.as_ref()) {
            self.machine.session().leave(now, now + GRACE, why);
        }
    }

    /// Makes a connection if there is none.
    pub(super) fn poll_connect(&mut self, cx: &mut Context<'_>, wait: &mut Connecting) -> Poll<Result<(), Error>> {
        let mut now = self.now();
        if !wait.begun {
            wait.begun = true;
            let limit = self.settings().response_timeout.or(self.settings().connect_timeout);
            wait.until = limit.map(|limit| now + limit);
        }
        loop {
            while let Some(notice) = self.take_notice(now) {
                match notice {
                    // One that was lost before is no reason not to make another.
                    Notice::Lost { why, .. } if wait.dialed => {
                        return Poll::Ready(Err(why.with_outcome(Outcome::NotSent)));
                    }
                    _ => {}
                }
            }
            if self.machine.session().is_up() {
                return Poll::Ready(Ok(()));
            }
            self.machine.session().connect();
            let was_dialing = self.dialing.is_some();
            let moved = self.step(cx, now);
            wait.dialed |= !was_dialing && (self.dialing.is_some() || (moved && self.transport.is_some()));
            if moved {
                now = self.now();
                continue;
            }
            let at = earliest(wait.until, self.machine.poll_timeout());
            if !at.is_some_and(|at| self.is_due(cx, at)) {
                return Poll::Pending;
            }
            now = self.now();
            if wait.until.is_some_and(|until| until <= now) {
                return Poll::Ready(Err(Error::timeout("a connection", Outcome::NotSent)));
            }
            self.machine.handle_timeout(now);
        }
    }

    /// Writes what there is to be written, until `until` at the latest, or finds out that there is nobody to read it.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>, until: Option<Timestamp>) -> Poll<()> {
        loop {
            if self.machine.session().poll_transmit().is_none() {
                return Poll::Ready(());
            }
            let now = self.now();
            if self.step(cx, now) {
                continue;
            }
            if !until.is_some_and(|until| self.is_due(cx, until)) {
                return Poll::Pending;
            }
            let why = Error::timeout("the server to take a request", Outcome::MaybeExecuted);
            let now = self.now();
            self.machine.session().give_up(now, why);
        }
    }

    /// By when what is sent now must be written.
    pub(super) fn write_limit(&self) -> Option<Timestamp> {
        self.settings().response_timeout.map(|limit| self.now() + limit)
    }

    /// Whether the time has come. If not, the task is woken then.
    fn is_due(&mut self, cx: &mut Context<'_>, at: Timestamp) -> bool {
        let runtime = &self.hub.link().runtime;
        let timer = self.timer.get_or_insert_with(|| runtime.clock.timer());
        timer.poll_at(cx, at).is_ready()
    }

    /// Dials, writes and reads, as far as each goes. False if nothing moved, and the task is woken when something does.
    fn step(&mut self, cx: &mut Context<'_>, now: Timestamp) -> bool {
        if self.transport.is_none() {
            return self.dial(cx, now);
        }
        let mut moved = false;
        while let (Some(transport), Some(bytes)) = (&mut self.transport, self.machine.session().poll_transmit()) {
            match transport.poll_write(cx, bytes) {
                Poll::Ready(Ok(n)) => self.machine.session().transmitted(n),
                Poll::Ready(Err(error)) => {
                    self.machine.session().handle_loss(now, &error);
                    return true;
                }
                Poll::Pending => break,
            }
            moved = true;
        }
        (self.read < TURN && self.receive(cx, now)) || moved
    }

    /// Reads what is there. False if that is nothing.
    fn receive(&mut self, cx: &mut Context<'_>, now: Timestamp) -> bool {
        let Some(transport) = &mut self.transport else {
            return false;
        };
        match transport.poll_read(cx, self.machine.session().read_room()) {
            Poll::Pending => return false,
            Poll::Ready(Ok(0)) => self.machine.session().handle_eof(now),
            Poll::Ready(Ok(n)) => {
                self.read += n;
                self.machine.received(now, n);
                return true;
            }
            Poll::Ready(Err(error)) => self.machine.session().handle_loss(now, &error),
        }
        // What comes of it is to be noticed before anything else is tried.
        self.read = 0;
        true
    }

    /// Dials when it is time to, and takes in what came of it. False if nothing did.
    fn dial(&mut self, cx: &mut Context<'_>, now: Timestamp) -> bool {
        if self.machine.session().poll_dial(now) {
            self.dialing = Some(self.hub.dial_apart());
        }
        let Some(dialing) = &mut self.dialing else { return false };
        let Poll::Ready(dialed) = dialing.as_mut().poll(cx) else {
            return false;
        };
        self.dialing = None;
        let session = self.machine.session();
        match dialed {
            Ok(dialed) => {
                if let Some((_, credentials)) = dialed.login {
                    session.settings_mut().credentials = Some(credentials);
                }
                (self.transport, self.server) = (Some(dialed.transport), dialed.server);
                session.handle_connected(now);
                if let Some(moved) = dialed.moved {
                    moved.wake();
                }
            }
            Err(error) => session.handle_dial_error(now, error),
        }
        true
    }

    /// What happened to the connection, told to the observer too.
    fn take_notice(&mut self, now: Timestamp) -> Option<Notice> {
        let notice = self.machine.poll_notice(now)?;
        match &notice {
            Notice::Connected(protocol) => {
                let (epoch, report) = self.runtime().reporter.connected(self.server.as_ref(), *protocol);
                self.epoch = Some(epoch);
                report.deliver();
            }
            Notice::Lost { why, retry_at } => self.end(why, retry_at.saturating_since(now)),
        }
        Some(notice)
    }

    fn end(&mut self, why: &Error, retry_in: Duration) {
        if let Some(mut transport) = self.transport.take() {
            transport.close();
        }
        self.dialing = None;
        self.read = 0;
        let epoch = self.epoch.take();
        let server = self.server.take();
        let report = self.runtime().reporter.ended(server.as_ref(), epoch, why, retry_in);
        report.deliver();
    }

    /// Ends the connection that there is. What the machine makes of it is its own affair.
    pub(super) fn close(&mut self) {
        self.dialing = None;
        if self.transport.is_some() {
            let why = Error::closed("disconnected here", Outcome::MaybeExecuted);
            self.end(&why, Duration::ZERO);
        }
    }
}

impl<L> Drop for Listening<L> {
    fn drop(&mut self) {
        if let Some(transport) = &mut self.transport {
            transport.close();
        }
    }
}
