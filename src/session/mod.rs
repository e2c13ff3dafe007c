//! A connection kept alive: dialed when it is needed, dialed again when it is lost, and the same to its users all along.
//!
//! ```text
//!            demand                transport                  Up
//!   Ready ------------> Dialing --------------> handshake -----------> up
//!     ^  \                 |                        |                  |
//!     |   `----------------|------------------------|------------------'
//!     |  time              v  failed                v                  v  lost
//!   Waiting(until) <------------------- backoff -----------------------
//! ```
//!
//! A [`Session`] has no socket and no clock. Requests can be sent at any time: without a connection they wait for the
//! next one, their deadlines running. When a connection ends, everything in flight is told what became of it, and
//! nothing is carried over: whether a command is sent again is decided call by call, by [`Attempts`].

mod dialer;
mod epochs;
mod hygiene;
mod retry;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::time::Duration;

use crate::command::{Request, Requests};
use crate::connection::{self, Connection, Settings, Ticket};
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::resp::{Parser, Reply, RespParser, Strings};
use crate::secret::Credentials;
use crate::time::Timestamp;
use crate::topology::{Backoff, Protocol};
use crate::transport::TransportError;

pub use self::dialer::Dialer;
pub(crate) use self::epochs::is_final;
pub use self::hygiene::{Hygiene, Remedy};
pub use self::retry::{Attempts, Verdict, failure_of_all, is_replica, passing_refusal};

/// What a session tells its driver.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The request of this ticket is answered, or failed. Each ticket gets exactly one unless it was cancelled.
    Reply {
        /// Which request.
        ticket: Ticket,
        /// What the sender gave to be told here.
        tag: u64,
        /// The reply, which may be an error reply of the server; or why none will come.
        result: Result<Reply, Error>,
    },
    /// The requests of this ticket, which were sent together, are answered, or failed.
    Replies {
        /// Which requests.
        ticket: Ticket,
        /// What the sender gave to be told here.
        tag: u64,
        /// One result for each, in order. Boxed, for every event would have room for it.
        replies: Box<Replies>,
    },
    /// A message the server sent by itself (RESP3), or whatever came on a session that [listens](Session::listening).
    Push(Reply),
    /// A connection is up.
    Connected {
        /// Which one, counted from 0. Everything the server keeps for a connection is new with it.
        epoch: u64,
        /// What the server speaks.
        protocol: Protocol,
    },
    /// A connection ended, or could not be made. Its transport is of no use any more.
    Lost {
        /// Which one.
        epoch: u64,
        /// Why.
        why: Error,
        /// When the next one may be dialed; it is once somebody needs it.
        retry_at: Timestamp,
    },
}

impl Event {
    /// Whether it tells what became of this ticket.
    fn is_of(&self, ticket: Ticket) -> bool {
        match self {
            Event::Reply { ticket: of, .. } | Event::Replies { ticket: of, .. } => *of == ticket,
            _ => false,
        }
    }

    /// What became of the requests that it is about, as far as is known.
    fn outcome(&self) -> Outcome {
        let error = match self {
            Event::Reply { result, .. } => result.as_ref().err(),
            Event::Replies { replies, .. } => replies.first_failure().map(|(_, error)| error),
            _ => None,
        };
        error.map_or(Outcome::MaybeExecuted, Error::outcome)
    }
}

#[derive(Debug)]
enum Stage {
    /// May dial as soon as somebody needs a connection.
    Ready,
    /// Not before this time.
    Waiting(Timestamp),
    /// The server refused us, and would again: calls fail at once until this time.
    Refused(Timestamp, Error),
    /// The driver dials since this time.
    Dialing(Timestamp),
    /// There is a transport.
    Connected,
}

/// A connection kept alive, without the socket. See the [module](self).
pub struct Session<P = RespParser> {
    connection: Connection<P>,
    dialer: Dialer,
    stage: Stage,
    epoch: u64,
    up_since: Option<Timestamp>,
    /// Somebody waits for the connection itself.
    wanted: bool,
    budget: Option<u64>,
    /// The first connection is the only one.
    single: bool,
    /// The present connection ends because another one is to be used, which is no failure.
    left: bool,
    /// Events taken from the connection before anybody asked.
    events: VecDeque<Event>,
}

impl Session<RespParser> {
    /// A session that will dial once it is needed. The seed is for the delays between dials.
    #[must_use]
    pub fn new(settings: Settings, backoff: Backoff, seed: u64) -> Self {
        let parser = RespParser::new(settings.limits);
        Session::with_parser(settings, backoff, seed, parser)
    }
}

impl<P: Parser> Session<P> {
    /// The same with a parser of your choice.
    #[must_use]
    pub fn with_parser(settings: Settings, backoff: Backoff, seed: u64, parser: P) -> Self {
        Session {
            connection: Connection::prepared_with_parser(settings, parser),
            dialer: Dialer::new(backoff, seed),
            stage: Stage::Ready,
            epoch: 0,
            up_since: None,
            wanted: false,
            budget: None,
            single: false,
            left: false,
            events: VecDeque::new(),
        }
    }

    /// At most this many bytes of requests may be queued or unanswered; one request is always let through.
    #[must_use]
    pub fn with_budget(mut self, bytes: Option<u64>) -> Self {
        self.budget = bytes;
        self
    }

    /// There will be one connection only: once it is lost, every call fails and says why.
    #[must_use]
    pub fn single(mut self) -> Self {
        self.single = true;
        self
    }

    /// Its connections [listen](Connection::listen): whatever comes is an [`Event::Push`], and requests are sent with
    /// [`Session::tell`].
    #[must_use]
    pub fn listening(mut self) -> Self {
        self.connection.listen();
        self
    }

    /// Sends a request on a session that listens; see [`Connection::tell`].
    ///
    /// # Errors
    /// As for [`Connection::tell`].
    pub fn tell(&mut self, request: &Request) -> Result<(), Error> {
        self.connection.tell(request)
    }

    /// Asks for a connection, also without a request.
    pub fn connect(&mut self) {
        self.wanted = true;
    }

    /// Queues a request; it goes out on the present connection, or the next.
    ///
    /// # Errors
    /// The request was refused when it was built, would break the order of replies, or the server refuses us (wrong
    /// password) and was asked a moment ago. Nothing was sent then.
    #[inline(always)]
    pub fn send(
        &mut self,
        now: Timestamp,
        request: &Request,
        deadline: Option<Timestamp>,
        tag: u64,
    ) -> Result<Ticket, Error> {
        if let Some(ticket) = self.connection.send_plain(now, request, deadline, tag) {
            return Ok(ticket);
        }
        self.send_carefully(now, request, deadline, tag)
    }

    #[inline(never)]
    fn send_carefully(
        &mut self,
        now: Timestamp,
        request: &Request,
        deadline: Option<Timestamp>,
        tag: u64,
    ) -> Result<Ticket, Error> {
        self.check_stage(now)?;
        self.connection.send_tagged(now, request, deadline, tag)
    }

    /// Queues requests that go out together; see [`Connection::send_batch`].
    ///
    /// # Errors
    /// As for [`Session::send`], for one of them; nothing was sent of any.
    pub fn send_batch(
        &mut self,
        now: Timestamp,
        requests: &Requests,
        deadline: Option<Timestamp>,
        tag: u64,
    ) -> Result<Ticket, Error> {
        self.check_stage(now)?;
        self.connection.send_batch(now, requests, deadline, tag)
    }

    /// Fails if the server refuses us and was asked a moment ago.
    #[inline]
    fn check_stage(&mut self, now: Timestamp) -> Result<(), Error> {
        if !matches!(self.stage, Stage::Connected) || !self.connection.is_up() {
            self.settle(now);
            if let Stage::Refused(_, why) = &self.stage {
                return Err(why.with_outcome(Outcome::NotSent));
            }
        }
        Ok(())
    }

    /// Queues a request whose reply nobody wants to see; see [`Connection::send_and_forget`].
    ///
    /// # Errors
    /// As for [`Session::send`].
    pub fn send_and_forget(&mut self, now: Timestamp, request: &Request) -> Result<(), Error> {
        self.connection.send_and_forget(now, request)
    }

    /// Whether [`Session::log_in`] makes sense now; see [`Connection::can_log_in`].
    #[must_use]
    pub fn can_log_in(&self) -> bool {
        self.connection.can_log_in()
    }

    /// Logs in again on the present connection; see [`Connection::log_in`]. Later connections log in as
    /// [`Session::settings_mut`] says.
    ///
    /// # Errors
    /// As for [`Connection::log_in`].
    pub fn log_in(&mut self, now: Timestamp, credentials: Credentials) -> Result<(), Error> {
        self.connection.log_in(now, credentials)
    }

    /// The present connection ends, but what was begun to be written is still answered; see [`Connection::retire`].
    pub fn retire(&mut self, now: Timestamp, why: Error) {
        self.connection.retire(why);
        self.settle(now);
    }

    /// The present connection ends, since another one is to be used from now on: what was begun to be written is still
    /// answered, if it is within `limit`. A connection that is not up yet is broken off.
    pub fn leave(&mut self, now: Timestamp, limit: Timestamp, why: Error) {
        if !matches!(self.stage, Stage::Connected) {
            return;
        }
        self.left = true;
        if !self.connection.is_up() {
            return self.over(now, why);
        }
        self.connection.retire_until(limit, why);
        self.settle(now);
    }

    /// There is somebody else to dial now: what kept from dialing is over.
    pub fn hurry(&mut self, now: Timestamp) {
        self.dialer.forgive(now);
        if matches!(self.stage, Stage::Waiting(_)) {
            self.stage = Stage::Ready;
        }
    }

    /// Whether a request of `len` bytes would pass the budget.
    #[inline]
    #[must_use]
    pub fn is_overloaded(&self, len: usize) -> bool {
        self.budget.is_some_and(|budget| {
            let backlog = self.connection.backlog();
            backlog > 0 && backlog.saturating_add(len as u64) > budget
        })
    }

    /// The error of a call for which the budget has no room.
    #[must_use]
    pub fn overloaded(&self) -> Error {
        Error::overloaded()
    }

    /// What the handshakes set up and how long anything may take.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.connection.settings()
    }

    /// Gives up on a request; see [`Connection::cancel`].
    pub fn cancel(&mut self, ticket: Ticket) -> Outcome {
        let its = |event: &Event| event.is_of(ticket);
        if let Some(at) = self.events.iter().position(its) {
            let event = self.events.remove(at);
            return event.map_or(Outcome::MaybeExecuted, |event| event.outcome());
        }
        self.connection.cancel(ticket)
    }

    /// Whether a connection should be dialed now. Answer with [`Session::handle_connected`] or
    /// [`Session::handle_dial_failure`].
    #[must_use]
    pub fn poll_dial(&mut self, now: Timestamp) -> bool {
        if matches!(self.stage, Stage::Connected | Stage::Dialing(_)) {
            return false;
        }
        self.settle(now);
        if self.connection.down_reason().is_some() {
            return false;
        }
        let due = match &self.stage {
            Stage::Ready => true,
            Stage::Waiting(at) | Stage::Refused(at, _) => *at <= now,
            Stage::Dialing(_) | Stage::Connected => false,
        };
        let due = due && self.is_needed();
        if due {
            self.stage = Stage::Dialing(now);
            if let Err(wrong) = self.settings().validate() {
                self.over(now, wrong.into());
                return false;
            }
        }
        due
    }

    fn is_needed(&self) -> bool {
        self.wanted || !self.connection.is_idle()
    }

    /// What the next handshake sets up; change it before [`Session::handle_connected`].
    pub fn settings_mut(&mut self) -> &mut Settings {
        self.connection.settings_mut()
    }

    /// There is a transport.
    pub fn handle_connected(&mut self, now: Timestamp) {
        if let Stage::Dialing(since) = self.stage {
            self.stage = Stage::Connected;
            let chance = self.dialer.random();
            if let Some(seed) = &mut self.connection.settings_mut().integrity {
                *seed = chance;
            }
            self.connection.start(now, since);
        }
    }

    /// There will be no transport: everybody who waits for it is told.
    pub fn handle_dial_failure(&mut self, now: Timestamp, error: &TransportError) {
        if matches!(self.stage, Stage::Dialing(_)) {
            self.over(now, Error::transport(error.clone(), Outcome::NotSent));
        }
    }

    /// Dialing failed before there was anything to dial with: no credentials, no address.
    pub fn handle_dial_error(&mut self, now: Timestamp, error: Error) {
        if matches!(self.stage, Stage::Dialing(_)) {
            self.over(now, error);
        }
    }

    fn over(&mut self, now: Timestamp, why: Error) {
        self.connection.handle_loss(now, why);
        self.settle(now);
    }

    /// Room for the next read; see [`Connection::read_room`].
    #[inline]
    pub fn read_room(&mut self) -> &mut [u8] {
        self.connection.read_room()
    }

    /// The first `n` bytes of [`Session::read_room`] were filled. When, [`Session::handle_input`] says later, unless all that
    /// came was replies, and nothing is left to wait for.
    #[inline]
    pub fn filled(&mut self, n: usize) {
        self.connection.filled(n);
    }

    /// The bytes that [`Session::filled`] was told of came at this time.
    #[inline]
    pub fn handle_input(&mut self, now: Timestamp) {
        self.connection.handle_input(now);
    }

    /// The first `n` bytes of [`Session::read_room`] were filled.
    #[inline]
    pub fn received(&mut self, now: Timestamp, n: usize) {
        self.connection.received(now, n);
    }

    /// The peer closed its side. What arrived before still counts.
    pub fn handle_eof(&mut self, now: Timestamp) {
        self.connection.handle_eof(now);
        self.settle(now);
    }

    /// The transport failed.
    pub fn handle_loss(&mut self, now: Timestamp, error: &TransportError) {
        self.over(now, Error::transport(error.clone(), Outcome::MaybeExecuted));
    }

    /// Ends the present connection; the session itself lives on.
    pub fn disconnect(&mut self, now: Timestamp) {
        if matches!(self.stage, Stage::Connected | Stage::Dialing(_)) {
            self.over(now, Error::closed("disconnected here", Outcome::MaybeExecuted));
        }
    }

    /// Ends the present connection for a reason of one's own; the session itself lives on.
    pub fn give_up(&mut self, now: Timestamp, why: Error) {
        if matches!(self.stage, Stage::Connected) {
            self.over(now, why);
        }
    }

    /// What is to be written next, if anything.
    #[inline]
    #[must_use]
    pub fn poll_transmit(&mut self) -> Option<&[u8]> {
        self.connection.poll_transmit()
    }

    /// The first `n` bytes of [`Session::poll_transmit`] were written.
    #[inline]
    pub fn transmitted(&mut self, n: usize) {
        self.connection.transmitted(n);
    }

    /// When [`Session::handle_timeout`] must be called at the latest.
    #[must_use]
    #[inline]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let connection = self.connection.poll_timeout();
        match &self.stage {
            Stage::Connected => connection,
            _ => self.dialing_timeout(connection),
        }
    }

    #[cold]
    fn dialing_timeout(&self, connection: Option<Timestamp>) -> Option<Timestamp> {
        let stage = match &self.stage {
            Stage::Waiting(at) | Stage::Refused(at, _) if self.is_needed() => Some(*at),
            Stage::Dialing(since) => self.settings().connect_timeout.map(|timeout| *since + timeout),
            _ => None,
        };
        connection::earliest(stage, connection)
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        match &self.stage {
            Stage::Waiting(at) | Stage::Refused(at, _) if *at <= now => self.stage = Stage::Ready,
            Stage::Dialing(since) => {
                let limit = self.settings().connect_timeout;
                if limit.is_some_and(|limit| *since + limit <= now) {
                    self.over(now, Error::timeout("a connection", Outcome::NotSent));
                }
            }
            _ => {}
        }
        self.connection.handle_timeout(now);
        self.settle(now);
    }

    /// Whether something happened that did not come with the bytes of the server.
    #[inline]
    #[must_use]
    pub fn has_news(&self) -> bool {
        !self.events.is_empty() || self.connection.has_news()
    }

    /// The reply that comes next and its tag, if nothing else is to be done about it; see [`Connection::poll_reply`].
    #[inline(always)]
    pub fn poll_reply(&mut self) -> Option<(u64, Reply)> {
        if !self.events.is_empty() {
            return None;
        }
        self.connection.poll_reply().map(|(_, tag, reply)| (tag, reply))
    }

    /// The message that comes next on a session that listens; see [`Connection::poll_strings`].
    #[inline]
    pub fn poll_strings(&mut self) -> Option<Strings> {
        if !self.events.is_empty() {
            return None;
        }
        self.connection.poll_strings()
    }

    /// What comes next on a session that listens; see [`Connection::poll_push`].
    #[inline]
    pub fn poll_push(&mut self) -> Option<Reply> {
        if !self.events.is_empty() {
            return None;
        }
        self.connection.poll_push()
    }

    /// The next thing that happened, if any.
    #[inline]
    pub fn poll_event(&mut self, now: Timestamp) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        let event = self.connection.poll_event()?;
        Some(self.translate(now, event))
    }

    /// True while there is a connection and its handshake is done.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.connection.is_up()
    }

    /// What the server speaks, while there is a connection.
    #[must_use]
    pub fn protocol(&self) -> Option<Protocol> {
        self.connection.protocol()
    }

    /// Why the connection is over, if it is and there will be no other.
    #[must_use]
    pub fn down_reason(&self) -> Option<&Error> {
        self.connection.down_reason()
    }

    /// True when the connection can be given to somebody else; see [`Connection::is_clean`].
    #[must_use]
    #[inline]
    pub fn is_clean(&self) -> bool {
        self.events.is_empty() && self.connection.is_clean()
    }

    /// True when nothing is queued or in flight.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.connection.is_idle()
    }

    /// For how long the connection has been of no use to anybody; see [`Connection::unused`].
    #[inline]
    #[must_use]
    pub fn unused(&self, now: Timestamp) -> Duration {
        self.connection.unused(now)
    }

    /// True while the server owes a reply to something that was begun to be written; see [`Connection::awaits_reply`].
    #[inline]
    #[must_use]
    pub fn awaits_reply(&self) -> bool {
        self.connection.awaits_reply()
    }

    /// How many connections there have been before the present one.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A number for whoever else needs chance.
    pub fn random(&mut self) -> u64 {
        self.dialer.random()
    }
}

impl<P> core::fmt::Debug for Session<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Session")
            .field("epoch", &self.epoch)
            .field("stage", &self.stage)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
