//! One socket's life, without the socket: bytes in, bytes out, time as an argument.
//!
//! ```text
//!        send, cancel                      poll_event: Up, Reply, Push, Down
//!             |                                   ^
//!   +---------v-----------------------------------+---------+
//!   |  Handshake    in flight: [t1][t2][t3 abandoned]       |
//!   +---------+-----------------------------------^---------+
//!   poll_transmit, transmitted            input, handle_input, handle_eof
//! ```
//!
//! Any order of calls is legal and nothing has to be drained first. One connection is one epoch: after
//! [`Event::Down`] it only repeats why it is down, and a new one starts with nothing in flight.
//!
//! The example `bare_loop` drives one over a plain socket.

mod batch;
mod giving_up;
mod handshake;
mod in_flight;
mod integrity;
mod listening;
mod output;
mod read_space;
mod retiring;
mod routing;
mod settings;
mod straight;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::time::Duration;

use bytes::BytesMut;

use self::handshake::Handshake;
use self::in_flight::{InFlight, Interest, Rare, Slot, Transaction};
use self::integrity::Integrity;
use self::output::Output;
use self::read_space::ReadSpace;
use self::retiring::Retired;
use crate::command::{Flags, Request, RequestRef};
use crate::error::{Error, ErrorKind, Outcome};
use crate::flow::Replies;
use crate::resp::{Parser, Reply, RespParser};
use crate::secret::Credentials;
use crate::time::Timestamp;
use crate::topology::Protocol;

pub use self::in_flight::Ticket;
pub use self::settings::Settings;

/// What a connection tells its driver.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The handshake is done; requests sent before are on their way now.
    Up(Protocol),
    /// The request of this ticket is answered, or failed. Each ticket gets exactly one unless it was cancelled.
    Reply {
        /// Which request.
        ticket: Ticket,
        /// What the sender gave to be told here; see [`Connection::send_tagged`].
        tag: u64,
        /// The reply, which may be an error reply of the server; or why none will come.
        result: Result<Reply, Error>,
    },
    /// The requests of this ticket, which were sent together, are answered, or failed.
    Replies {
        /// Which requests.
        ticket: Ticket,
        /// What the sender gave to be told here; see [`Connection::send_batch`].
        tag: u64,
        /// One result for each, in order. Boxed, for every event would have room for it.
        replies: Box<Replies>,
    },
    /// A message the server sent by itself (RESP3), or whatever came on a connection that [listens](Connection::listen).
    Push(Reply),
    /// The connection is over; every request in flight was told before this.
    Down(Error),
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

enum Phase {
    /// There is no transport yet. Requests can be queued.
    Waiting,
    Handshake(Handshake),
    Up(Protocol),
    Down(Error),
}

/// One connection to a server as a machine: no socket, no clock, no runtime.
///
/// Input: [`send`](Connection::send), [`cancel`](Connection::cancel), bytes through
/// [`input`](Connection::input)/[`handle_input`](Connection::handle_input),
/// [`handle_eof`](Connection::handle_eof), [`handle_timeout`](Connection::handle_timeout). Output:
/// [`poll_transmit`](Connection::poll_transmit), [`poll_event`](Connection::poll_event),
/// [`poll_timeout`](Connection::poll_timeout).
pub struct Connection<P = RespParser> {
    settings: Settings,
    parser: P,
    phase: Phase,
    connect_deadline: Option<Timestamp>,
    input: BytesMut,
    space: ReadSpace,
    output: Output,
    in_flight: InFlight,
    /// Events that do not come from the input: failures, above all.
    events: VecDeque<Event>,
    pushes: u64,
    /// When the server was last heard of, or last began to owe a reply.
    heard: Timestamp,
    /// It ends once what was begun to be written is answered.
    retired: Option<Retired>,
    /// Where in the output the MULTI stands whose EXEC was not sent yet.
    transaction: Option<Transaction>,
    /// Whom AUTH was sent for that is not answered yet, one for each.
    logins: VecDeque<Credentials>,
    /// In integrity mode.
    integrity: Option<Box<Integrity>>,
    /// Requests and replies may take the [straight](self::straight) road.
    plain: bool,
    /// Nothing that comes is a reply in its turn.
    listening: bool,
}

impl Connection<RespParser> {
    /// A connection that begins `now`, with the built-in parser.
    #[must_use]
    pub fn new(now: Timestamp, settings: Settings) -> Self {
        let parser = RespParser::new(settings.limits);
        Connection::with_parser(now, settings, parser)
    }

    /// A connection that has no transport yet: requests can be sent and wait for [`Connection::start`].
    #[must_use]
    pub fn prepared(settings: Settings) -> Self {
        let parser = RespParser::new(settings.limits);
        Connection::prepared_with_parser(settings, parser)
    }
}

impl<P: Parser> Connection<P> {
    /// A connection that begins `now`, with a parser of your choice.
    #[must_use]
    pub fn with_parser(now: Timestamp, settings: Settings, parser: P) -> Self {
        let mut connection = Connection::prepared_with_parser(settings, parser);
        connection.start(now, now);
        connection
    }

    /// A connection that has no transport yet, with a parser of your choice.
    #[must_use]
    pub fn prepared_with_parser(settings: Settings, parser: P) -> Self {
        Connection {
            connect_deadline: None,
            space: ReadSpace::new(&settings),
            settings,
            parser,
            phase: Phase::Waiting,
            input: BytesMut::new(),
            output: Output::default(),
            in_flight: InFlight::default(),
            events: VecDeque::new(),
            pushes: 0,
            heard: Timestamp::ZERO,
            retired: None,
            transaction: None,
            logins: VecDeque::new(),
            integrity: None,
            plain: false,
            listening: false,
        }
    }

    /// There is a transport now: the handshake begins. The time for connecting counts from `dialed`.
    ///
    /// Does nothing unless the connection is [prepared](Connection::prepared) or [renewed](Connection::renew).
    pub fn start(&mut self, now: Timestamp, dialed: Timestamp) {
        if !matches!(self.phase, Phase::Waiting) {
            return;
        }
        if let Err(wrong) = self.settings.validate() {
            return self.shut_down(&wrong.into());
        }
        // What a transport that is gone still gave is not the word of this one.
        self.input.clear();
        self.heard = now;
        self.connect_deadline = self.settings.connect_timeout.map(|timeout| dialed + timeout);
        self.integrity = match (self.settings.integrity, self.in_flight.is_empty()) {
            (None, _) => None,
            (Some(seed), true) => Some(Integrity::new(seed)),
            (Some(seed), false) => {
                // What was queued before is sealed with what follows.
                let mut integrity = Integrity::new(seed);
                integrity.queued(None);
                Some(integrity)
            }
        };
        let handshake = Handshake::new(&self.settings);
        self.phase = if handshake.is_done() {
            self.events.push_back(Event::Up(Protocol::Resp2));
            Phase::Up(Protocol::Resp2)
        } else {
            Phase::Handshake(handshake)
        };
        self.review();
    }

    /// Makes a connection that is down one that waits for its next transport: the next epoch, with nothing in flight.
    /// Tickets go on counting, so that one of an earlier epoch never names a request of this one. Events not yet asked
    /// for stay.
    pub fn renew(&mut self) {
        if matches!(self.phase, Phase::Down(_)) {
            self.parser.reset();
            self.connect_deadline = None;
            self.retired = None;
            self.phase = Phase::Waiting;
        }
    }

    /// What the handshake sets up and how long anything may take.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same, to be changed before [`start`](Connection::start).
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Queues a request. It goes out once the handshake is done; its reply quotes the ticket.
    ///
    /// # Errors
    /// The request was refused when it was built, would break the order of replies (CLIENT REPLY, MONITOR, SUBSCRIBE
    /// under RESP2, HELLO), or the connection is down. Nothing was sent then.
    pub fn send(&mut self, now: Timestamp, request: &Request) -> Result<Ticket, Error> {
        let deadline = self.settings.deadline(now, request.wait());
        self.send_tagged(now, request, deadline, 0)
    }

    /// The same with a deadline of the sender's choice, and a number that comes back with the reply.
    ///
    /// # Errors
    /// As for [`Connection::send`].
    #[inline]
    pub fn send_tagged(
        &mut self,
        now: Timestamp,
        request: &Request,
        deadline: Option<Timestamp>,
        tag: u64,
    ) -> Result<Ticket, Error> {
        if let Some(ticket) = self.send_plain(now, request, deadline, tag) {
            return Ok(ticket);
        }
        request.check()?;
        let flags = request.command_flags();
        if let Phase::Down(why) = &self.phase {
            return Err(why.with_outcome(Outcome::NotSent));
        }
        if flags.contains(Flags::BREAKS_ORDER) {
            self.check_order(request.view())?;
        }
        if self.in_flight.is_empty() {
            self.heard = now;
        }
        if self.integrity.is_some() && flags.contains(Flags::OWNS_CONNECTION) {
            // What stands before a MULTI is not to wait for its EXEC.
            self.seal();
        }
        let start = self.output.end();
        request.encode(self.output.buffer());
        let bytes = start..self.output.end();
        let transaction = if flags.contains(Flags::OWNS_CONNECTION) {
            self.transaction_of(request.view(), start)
        } else {
            self.transaction
        };
        if let Some(integrity) = &mut self.integrity {
            integrity.queued(deadline);
        }
        Ok(self.in_flight.push(Slot {
            transaction,
            bytes,
            deadline,
            tag,
            blocks: request.waits(),
            interest: Interest::Waiting,
            rare: Rare::of(request, flags),
        }))
    }

    /// Queues a request whose reply nobody wants to see. It is awaited all the same.
    ///
    /// # Errors
    /// As for [`Connection::send`].
    pub fn send_and_forget(&mut self, now: Timestamp, request: &Request) -> Result<(), Error> {
        let ticket = self.send_tagged(now, request, None, 0)?;
        if let Some(slot) = self.in_flight.get_mut(ticket) {
            slot.interest = Interest::Abandoned;
        }
        Ok(())
    }

    /// Whether [`Connection::log_in`] makes sense now: the connection is up, and no transaction is open in which AUTH would
    /// be one of the commands.
    #[must_use]
    pub fn can_log_in(&self) -> bool {
        matches!(self.phase, Phase::Up(_)) && self.transaction.is_none()
    }

    /// Logs in again, as somebody else or with another password: AUTH goes out before every request that is sent after
    /// this. If the server refuses it the connection is down.
    ///
    /// # Errors
    /// Nothing was sent: there is nobody to log in as, or this is [not the time](Connection::can_log_in).
    pub fn log_in(&mut self, now: Timestamp, credentials: Credentials) -> Result<(), Error> {
        let auth = handshake::auth(&credentials)
            .filter(|_| self.can_log_in())
            .ok_or_else(|| Error::invalid_argument("there is nobody to log in as, or this is not the time to"))?;
        let ticket = self.send_tagged(now, &auth, None, 0)?;
        if let Some(slot) = self.in_flight.get_mut(ticket) {
            slot.interest = Interest::Login;
        }
        self.logins.push_back(credentials);
        Ok(())
    }

    /// How many bytes of requests are queued or unanswered.
    #[inline]
    #[must_use]
    pub fn backlog(&self) -> u64 {
        if self.in_flight.is_empty() {
            0
        } else {
            self.output.end().saturating_sub(self.in_flight.start())
        }
    }

    /// Requests that are answered by no reply, or by more than one, would shift every reply after them.
    #[cold]
    fn check_order(&self, request: RequestRef<'_>) -> Result<(), Error> {
        let word = |at: usize, is: &str| {
            request
                .arguments()
                .nth(at)
                .is_some_and(|argument| argument.eq_ignore_ascii_case(is.as_bytes()))
        };
        if word(0, "CLIENT") && !word(1, "REPLY") {
            return Ok(());
        }
        let confirmed = request.command_flags().contains(Flags::SUBSCRIBES);
        if confirmed && matches!(self.phase, Phase::Up(Protocol::Resp3)) {
            return Ok(());
        }
        Err(Error::invalid_argument(alloc::format!(
            "{} cannot be sent on this connection: its replies would not match requests one to one",
            request.name()
        )))
    }

    /// The transaction that a request belongs to which may begin or end one.
    #[cold]
    fn transaction_of(&mut self, request: RequestRef<'_>, start: u64) -> Option<Transaction> {
        let name = request.arguments().next().unwrap_or_default();
        if name.eq_ignore_ascii_case(b"MULTI") {
            self.transaction.get_or_insert(Transaction::at(start));
        }
        let transaction = self.transaction;
        if name.eq_ignore_ascii_case(b"EXEC") || name.eq_ignore_ascii_case(b"DISCARD") {
            self.transaction = None;
        }
        transaction
    }

    /// The bytes received and not used yet: append what arrived, then call [`Connection::handle_input`].
    pub fn input(&mut self) -> &mut BytesMut {
        &mut self.input
    }

    /// Initialised room for the next read, right behind [`Connection::input`], so that bytes need not be copied. Say
    /// how much of it was filled with [`Connection::received`].
    #[inline]
    pub fn read_room(&mut self) -> &mut [u8] {
        self.space.room(&mut self.input, self.parser.wanted())
    }

    /// The first `n` bytes of [`Connection::read_room`] were filled. As good as appending them to the input.
    #[inline]
    pub fn received(&mut self, now: Timestamp, n: usize) {
        self.filled(n);
        self.handle_input(now);
    }

    /// The same without saying when; [`Connection::handle_input`] can say so later, once for several reads.
    #[inline]
    pub fn filled(&mut self, n: usize) {
        self.space.filled(&mut self.input, n);
    }

    /// Bytes were appended to the input. Replies are found by [`Connection::poll_event`].
    #[inline]
    pub fn handle_input(&mut self, now: Timestamp) {
        self.heard = now;
    }

    /// The peer closed its side. What arrived before still counts, and a request that asked the server to close
    /// ([`Flags::CLOSES`]) is answered by no value.
    pub fn handle_eof(&mut self, _now: Timestamp) {
        self.parse_all();
        self.answer_with_the_end();
        self.shut_down(&Error::closed(
            "the server closed the connection",
            Outcome::MaybeExecuted,
        ));
    }

    /// The transport failed, or the driver closes the connection: everything that waits is told `why`. What arrived
    /// before still counts, and a transport that failed is as good an answer to [`Flags::CLOSES`] as the end.
    pub fn handle_loss(&mut self, _now: Timestamp, why: Error) {
        self.parse_all();
        if why.kind() == ErrorKind::Transport {
            self.answer_with_the_end();
        }
        self.shut_down(&why);
    }

    /// What is to be written next, if anything.
    #[inline]
    #[must_use]
    pub fn poll_transmit(&mut self) -> Option<&[u8]> {
        if self.plain {
            return self.output.pending();
        }
        if self.integrity.is_some() && matches!(self.phase, Phase::Up(_)) {
            self.seal();
        }
        match &self.phase {
            Phase::Up(_) => match &self.retired {
                None => self.output.pending(),
                Some(retired) => self.output.pending_until(retired.end),
            },
            Phase::Handshake(handshake) => handshake.pending(),
            Phase::Waiting | Phase::Down(_) => None,
        }
    }

    /// The first `n` bytes of [`Connection::poll_transmit`] were written.
    #[inline]
    pub fn transmitted(&mut self, n: usize) {
        if self.plain {
            return self.output.advance(n);
        }
        match &mut self.phase {
            Phase::Up(_) => self.output.advance(n),
            Phase::Handshake(handshake) => handshake.advance(n),
            Phase::Waiting | Phase::Down(_) => {}
        }
    }

    /// When [`Connection::handle_timeout`] must be called at the latest, if nothing else happens.
    #[must_use]
    #[inline]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let connecting = self
            .connect_deadline
            .filter(|_| matches!(self.phase, Phase::Handshake(_)));
        let ends = earliest(self.silence_ends(), self.given_up_at());
        earliest(earliest(connecting, self.in_flight.earliest_deadline()), ends)
    }

    /// When a server that owes a reply will have been silent for too long.
    #[inline]
    fn silence_ends(&self) -> Option<Timestamp> {
        let liveness = self.settings.liveness?;
        if !matches!(self.phase, Phase::Up(_)) || !self.awaits_reply() {
            return None;
        }
        let (end, first) = (self.heard + liveness, self.in_flight.first()?);
        if first.blocks {
            // It may be silent as long as it waits, and no longer.
            first.deadline.map(|deadline| end.max(deadline))
        } else {
            Some(end)
        }
    }

    /// Whether something happened that did not come with the bytes of the server.
    #[inline]
    #[must_use]
    pub fn has_news(&self) -> bool {
        !self.events.is_empty()
    }

    /// The next thing that happened, if any.
    #[inline]
    pub fn poll_event(&mut self) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        if self.input.is_empty() {
            return None;
        }
        self.parse_event().or_else(|| self.events.pop_front())
    }

    /// True once the handshake is done and until the connection is lost.
    #[must_use]
    pub fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up(_))
    }

    /// What the server speaks, while the connection is up.
    #[must_use]
    pub fn protocol(&self) -> Option<Protocol> {
        match self.phase {
            Phase::Up(protocol) => Some(protocol),
            _ => None,
        }
    }

    /// Why the connection is over, once it is.
    #[must_use]
    pub fn down_reason(&self) -> Option<&Error> {
        match &self.phase {
            Phase::Down(why) => Some(why),
            _ => None,
        }
    }

    /// How many replies the server owes, abandoned ones included. A connection that owes none and is up is clean.
    #[must_use]
    pub fn owed(&self) -> usize {
        self.in_flight.owed()
    }

    /// True when the connection can be given to somebody else: it is up, nothing is owed, and nothing has come that was
    /// not asked for.
    #[must_use]
    #[inline]
    pub fn is_clean(&self) -> bool {
        self.in_flight.is_empty()
            && self.input.is_empty()
            && self.events.is_empty()
            && (self.plain || self.is_clean_otherwise())
    }

    #[cold]
    fn is_clean_otherwise(&self) -> bool {
        let holds = self.integrity.as_ref().is_some_and(|integrity| integrity.holds());
        self.is_up() && self.retired.is_none() && !holds
    }

    /// For how long nothing has been in flight and nothing has come; nothing of a time during which something was.
    #[inline]
    #[must_use]
    pub fn unused(&self, now: Timestamp) -> Duration {
        if self.in_flight.is_empty() {
            now.saturating_since(self.heard)
        } else {
            Duration::ZERO
        }
    }

    /// True when nothing is in flight.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// True while the server owes a reply to something that was begun to be written. Whatever else comes was not asked for.
    #[inline]
    #[must_use]
    pub fn awaits_reply(&self) -> bool {
        !self.in_flight.is_empty() && self.in_flight.start() < self.output.sent()
    }

    /// How many push messages have come.
    #[must_use]
    pub fn pushes(&self) -> u64 {
        self.pushes
    }
}

/// The earlier of two times that may be unknown.
pub(crate) fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl<P> core::fmt::Debug for Connection<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let phase = match &self.phase {
            Phase::Waiting => "waiting",
            Phase::Handshake(_) => "handshake",
            Phase::Up(_) => "up",
            Phase::Down(_) => "down",
        };
        f.debug_struct("Connection")
            .field("phase", &phase)
            .field("owed", &self.in_flight.owed())
            .field("received", &self.input.len())
            .finish_non_exhaustive()
    }
}
