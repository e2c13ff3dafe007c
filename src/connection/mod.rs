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

mod handshake;
mod in_flight;
mod output;
mod read_space;
mod settings;
#[cfg(test)]
mod tests;

use alloc::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use self::handshake::{Handshake, Progress};
use self::in_flight::{Confirmations, InFlight, Interest, Slot};
use self::output::Output;
use self::read_space::ReadSpace;
use crate::command::{Flags, Request, Wait};
use crate::error::{Error, Outcome};
use crate::resp::{Kind, Parser, ProtocolError, ProtocolErrorKind, Reply, ReplyBuilder, RespParser, server_error};
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
        /// The reply, which may be an error reply of the server; or why none will come.
        result: Result<Reply, Error>,
    },
    /// A message the server sent by itself (RESP3).
    Push(Reply),
    /// The connection is over; every request in flight was told before this.
    Down(Error),
}

enum Phase {
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
}

impl Connection<RespParser> {
    /// A connection that begins `now`, with the built-in parser.
    #[must_use]
    pub fn new(now: Timestamp, settings: Settings) -> Self {
        let parser = RespParser::new(settings.limits);
        Connection::with_parser(now, settings, parser)
    }
}

impl<P: Parser> Connection<P> {
    /// A connection that begins `now`, with a parser of your choice.
    #[must_use]
    pub fn with_parser(now: Timestamp, settings: Settings, parser: P) -> Self {
        let handshake = Handshake::new(&settings);
        let mut events = VecDeque::new();
        let phase = if handshake.is_done() {
            events.push_back(Event::Up(Protocol::Resp2));
            Phase::Up(Protocol::Resp2)
        } else {
            Phase::Handshake(handshake)
        };
        Connection {
            connect_deadline: settings.connect_timeout.map(|timeout| now + timeout),
            settings,
            parser,
            phase,
            input: BytesMut::new(),
            space: ReadSpace::new(),
            output: Output::default(),
            in_flight: InFlight::default(),
            events,
            pushes: 0,
        }
    }

    /// Queues a request. It goes out once the handshake is done; its reply quotes the ticket.
    ///
    /// # Errors
    /// The request was refused when it was built, would break the order of replies (CLIENT REPLY, MONITOR, SUBSCRIBE
    /// under RESP2, HELLO), or the connection is down. Nothing was sent then.
    pub fn send(&mut self, now: Timestamp, request: &Request) -> Result<Ticket, Error> {
        request.check()?;
        let flags = request.command_flags();
        if let Phase::Down(why) = &self.phase {
            return Err(why.with_outcome(Outcome::NotSent));
        }
        if flags.contains(Flags::BREAKS_ORDER) {
            self.check_order(request)?;
        }
        let start = self.output.end();
        request.encode(self.output.buffer());
        let confirmations = if flags.contains(Flags::SUBSCRIBES) {
            Some(confirmations(request))
        } else {
            None
        };
        let deadline = self.deadline(now, request.wait());
        let bytes = start..self.output.end();
        Ok(self.in_flight.push(Slot {
            bytes,
            deadline,
            interest: Interest::Waiting,
            confirmations,
        }))
    }

    fn deadline(&self, now: Timestamp, wait: Wait) -> Option<Timestamp> {
        let timeout = self.settings.response_timeout?;
        match wait {
            Wait::Forever => None,
            Wait::For(wait) => Some(now + timeout.saturating_add(wait)),
            Wait::None => Some(now + timeout),
        }
    }

    /// Requests that are answered by no reply, or by more than one, would shift every reply after them.
    #[cold]
    fn check_order(&self, request: &Request) -> Result<(), Error> {
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

    /// Gives up on a request. If no byte of it was written it is taken back and never reaches the server; otherwise
    /// its reply is dropped when it comes. Either way no event follows for it. Says what became of it.
    pub fn cancel(&mut self, ticket: Ticket) -> Outcome {
        let slot = match self.in_flight.get_mut(ticket) {
            Some(slot) if slot.interest == Interest::Waiting => slot,
            Some(slot) if slot.interest == Interest::Withdrawn => {
                self.forget(ticket);
                return Outcome::NotSent;
            }
            _ => return self.forget(ticket),
        };
        slot.interest = Interest::Abandoned;
        let bytes = slot.bytes.clone();
        if !self.output.remove(&bytes) {
            return Outcome::MaybeExecuted;
        }
        slot.interest = Interest::Withdrawn;
        self.in_flight.shift(bytes.end, bytes.end - bytes.start);
        self.in_flight.skip_withdrawn();
        Outcome::NotSent
    }

    /// Drops the event of a request whose fate is known but not yet told.
    fn forget(&mut self, ticket: Ticket) -> Outcome {
        let its = |event: &Event| matches!(event, Event::Reply { ticket: of, .. } if *of == ticket);
        let event = self.events.iter().position(its).and_then(|at| self.events.remove(at));
        match event {
            Some(Event::Reply { result: Err(error), .. }) => error.outcome(),
            _ => Outcome::MaybeExecuted,
        }
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
        self.space.filled(&mut self.input, n);
        self.handle_input(now);
    }

    /// Bytes were appended to the input. Replies are found by [`Connection::poll_event`].
    #[inline]
    pub fn handle_input(&mut self, _now: Timestamp) {}

    /// The peer closed its side. What arrived before still counts.
    pub fn handle_eof(&mut self, now: Timestamp) {
        self.handle_loss(
            now,
            Error::closed("the server closed the connection", Outcome::MaybeExecuted),
        );
    }

    /// The transport failed, or the driver closes the connection: everything that waits is told `why`. What arrived
    /// before still counts.
    pub fn handle_loss(&mut self, _now: Timestamp, why: Error) {
        self.parse_all();
        self.shut_down(&why);
    }

    /// What is to be written next, if anything.
    #[inline]
    #[must_use]
    pub fn poll_transmit(&mut self) -> Option<&[u8]> {
        match &self.phase {
            Phase::Handshake(handshake) => handshake.pending(),
            Phase::Up(_) => self.output.pending(),
            Phase::Down(_) => None,
        }
    }

    /// The first `n` bytes of [`Connection::poll_transmit`] were written.
    #[inline]
    pub fn transmitted(&mut self, n: usize) {
        match &mut self.phase {
            Phase::Handshake(handshake) => handshake.advance(n),
            Phase::Up(_) | Phase::Down(_) => self.output.advance(n),
        }
    }

    /// When [`Connection::handle_timeout`] must be called at the latest, if nothing else happens.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let connecting = self
            .connect_deadline
            .filter(|_| matches!(self.phase, Phase::Handshake(_)));
        match (connecting, self.in_flight.earliest_deadline()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Time has passed: requests whose deadline has come fail, and so does a handshake that takes too long.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.poll_timeout().is_none_or(|deadline| deadline > now) {
            return;
        }
        // What is here already is not late.
        while let Some(event) = self.parse_event() {
            self.events.push_back(event);
        }
        let connecting = matches!(self.phase, Phase::Handshake(_));
        if connecting && self.connect_deadline.is_some_and(|deadline| deadline <= now) {
            return self.shut_down(&Error::timeout("the handshake", Outcome::NotSent));
        }
        for ticket in self.in_flight.expired(now) {
            let outcome = self.cancel(ticket);
            self.events.push_back(Event::Reply {
                ticket,
                result: Err(Error::timeout("the reply", outcome)),
            });
        }
    }

    /// The next thing that happened, if any.
    #[inline]
    pub fn poll_event(&mut self) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        self.parse_event().or_else(|| self.events.pop_front())
    }

    /// True once the handshake is done and until the connection is lost.
    #[must_use]
    pub fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up(_))
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

    /// True when nothing is in flight.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// How many push messages have come.
    #[must_use]
    pub fn pushes(&self) -> u64 {
        self.pushes
    }

    /// Finds all that the input holds and keeps it for [`Connection::poll_event`].
    fn parse_all(&mut self) {
        loop {
            let known = self.events.len();
            let Some(event) = self.parse_event() else { return };
            // What the event brought about comes behind it.
            self.events.insert(known, event);
        }
    }

    /// The next event that the input holds. What follows from it, the end of the connection above all, goes to `events`.
    fn parse_event(&mut self) -> Option<Event> {
        loop {
            if matches!(self.phase, Phase::Down(_)) || self.input.is_empty() {
                return None;
            }
            let before = self.input.len();
            match self.parser.parse(&mut self.input) {
                Ok(None) => return None,
                Ok(Some(reply)) => {
                    let len = before - self.input.len();
                    self.space.taken(&mut self.input, len);
                    if let Some(event) = self.route(reply) {
                        return Some(event);
                    }
                }
                Err(error) => {
                    self.protocol_error(error);
                    return None;
                }
            }
        }
    }

    #[inline]
    fn route(&mut self, reply: Reply) -> Option<Event> {
        if let Phase::Handshake(handshake) = &mut self.phase {
            if reply.kind() == Kind::Push {
                self.pushes += 1;
                return Some(Event::Push(reply));
            }
            return match handshake.handle_reply(&reply, &self.settings) {
                Ok(Progress::More) => None,
                Ok(Progress::Done(protocol)) => {
                    self.phase = Phase::Up(protocol);
                    Some(Event::Up(protocol))
                }
                Err(error) => {
                    self.shut_down(&error);
                    None
                }
            };
        }
        if reply.kind() == Kind::Push {
            self.pushes += 1;
            self.confirm(&reply);
            return Some(Event::Push(reply));
        }
        let sent = self.output.sent();
        // A reply to something that was not even begun to be written answers nobody.
        if self.in_flight.front().is_none_or(|slot| slot.bytes.start >= sent) {
            self.protocol_error(ProtocolError::new(ProtocolErrorKind::Unexpected, 0, b""));
            return None;
        }
        let (ticket, slot) = self.in_flight.pop()?;
        if slot.interest != Interest::Waiting {
            return None;
        }
        let reply = if reply.kind() == Kind::Error {
            self.mask(reply)
        } else {
            reply
        };
        Some(Event::Reply {
            ticket,
            result: Ok(reply),
        })
    }

    /// A push message completes a request only if that request is a (un)subscribe of its kind that names its channel.
    fn confirm(&mut self, push: &Reply) {
        let sent = self.output.sent();
        let front = self.in_flight.front().filter(|slot| slot.bytes.start < sent);
        let Some(confirmations) = front.and_then(|slot| slot.confirmations.as_mut()) else {
            return;
        };
        let mut items = push.root().items();
        let (Some(kind), Some(name)) = (items.next().and_then(|kind| kind.text()), items.next()) else {
            return;
        };
        if !kind.eq_ignore_ascii_case(&confirmations.kind) {
            return;
        }
        match confirmations
            .names
            .iter()
            .position(|wanted| name.text() == Some(wanted))
        {
            Some(found) => {
                confirmations.names.swap_remove(found);
            }
            // Unsubscribing from everything names nothing; the first confirmation answers it.
            None if confirmations.names.is_empty() => {}
            None => return,
        }
        if !confirmations.names.is_empty() {
            return;
        }
        let Some((ticket, slot)) = self.in_flight.pop() else {
            return;
        };
        if slot.interest == Interest::Waiting {
            self.events.push_back(Event::Reply {
                ticket,
                result: Ok(push.clone()),
            });
        }
    }

    /// A server that repeats the password does not get it printed.
    #[cold]
    fn mask(&self, reply: Reply) -> Reply {
        let secret = self.settings.secret();
        match server_error(reply.root()) {
            Some(error) if memchr::memmem::find(error.raw(), secret).is_some() && !secret.is_empty() => {
                let mut masked = ReplyBuilder::new();
                masked.error(error.masked(secret).raw());
                masked.finish().unwrap_or(reply)
            }
            _ => reply,
        }
    }

    #[cold]
    fn protocol_error(&mut self, error: ProtocolError) {
        let secret = self.settings.secret();
        let repeats = !secret.is_empty();
        let error = if repeats { error.without_excerpt() } else { error };
        self.shut_down(&Error::protocol(error, Outcome::MaybeExecuted));
    }

    /// Ends the epoch: everything in flight is told why, and whether the server can have seen it.
    fn shut_down(&mut self, why: &Error) {
        if matches!(self.phase, Phase::Down(_)) {
            return;
        }
        // Until the handshake is done no byte of a command has left.
        let (sent, why) = if matches!(self.phase, Phase::Handshake(_)) {
            (0, &why.with_outcome(Outcome::NotSent))
        } else {
            (self.output.sent(), why)
        };
        while let Some((ticket, slot)) = self.in_flight.pop() {
            if slot.interest == Interest::Waiting {
                let outcome = if slot.bytes.start < sent {
                    Outcome::MaybeExecuted
                } else {
                    Outcome::NotSent
                };
                self.events.push_back(Event::Reply {
                    ticket,
                    result: Err(why.with_outcome(outcome)),
                });
            }
        }
        self.phase = Phase::Down(why.clone());
        self.events.push_back(Event::Down(why.clone()));
        self.input = BytesMut::new();
        self.space = ReadSpace::new();
        self.output = Output::default();
    }
}

/// The pushes that answer a (un)subscribe: one for each name.
fn confirmations(request: &Request) -> Confirmations {
    let mut words = request.arguments();
    let kind = Bytes::copy_from_slice(words.next().unwrap_or_default());
    Confirmations {
        kind,
        names: words.map(Bytes::copy_from_slice).collect(),
    }
}

impl<P> core::fmt::Debug for Connection<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let phase = match &self.phase {
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
