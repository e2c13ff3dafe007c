//! One connection and the thread that uses it at the moment.

use std::boxed::Box;
use std::time::Duration;

use crate::command::{Request, Requests};
use crate::connection::{Connection, Event, Settings, Ticket};
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::resp::{Kind, Reply};
use crate::secret::Credentials;
use crate::session::{Hygiene, Remedy, is_replica};
use crate::time::Timestamp;
use crate::topology::{Endpoint, Protocol};
use crate::transport::{BlockingClock, Transport, TransportError, TransportErrorKind};

/// How long a write may stand still before the driver looks whether the server waits for us to read.
const STALL: Duration = Duration::from_millis(20);

/// A free connection that was used within this time is used again without a look at it.
const FRESH: Duration = Duration::from_millis(1);

pub(super) struct Link {
    connection: Connection,
    transport: Box<dyn Transport>,
    hygiene: Hygiene,
    /// The server said that it takes no writes.
    is_replica: bool,
    /// Which generation of credentials it is logged in with.
    pub(super) generation: u64,
    /// Its number among the connections of the client, once it is up.
    pub(super) epoch: Option<u64>,
    /// Which server of a service it goes to.
    pub(super) server: Option<Endpoint>,
}

impl Link {
    /// A connection over a transport that was dialed at `dialed`.
    pub(super) fn new(
        transport: Box<dyn Transport>,
        settings: Settings,
        clock: &dyn BlockingClock,
        dialed: Timestamp,
    ) -> Self {
        let mut connection = Connection::prepared(settings);
        connection.start(clock.now(), dialed);
        Link::over(transport, connection)
    }

    /// A connection that has begun, over its transport.
    pub(super) fn over(transport: Box<dyn Transport>, connection: Connection) -> Self {
        Link {
            connection,
            transport,
            hygiene: Hygiene::new(),
            is_replica: false,
            generation: 0,
            epoch: None,
            server: None,
        }
    }

    /// Drives the connection until its handshake is done.
    pub(super) fn establish(&mut self, clock: &dyn BlockingClock) -> Result<(), Error> {
        loop {
            match self.next_event(clock) {
                Event::Up(_) => return Ok(()),
                Event::Down(why) => return Err(why),
                _ => {}
            }
        }
    }

    /// What the server speaks, while the connection is up.
    pub(super) fn protocol(&self) -> Option<Protocol> {
        self.connection.protocol()
    }

    /// Whether it can log in again now.
    pub(super) fn can_log_in(&self) -> bool {
        self.connection.can_log_in()
    }

    /// Logs in again before the next command, with credentials of this generation; without any, the connection is over.
    pub(super) fn log_in(
        &mut self,
        now: Timestamp,
        generation: u64,
        credentials: Result<Credentials, Error>,
    ) -> Result<(), Error> {
        let sent = credentials.and_then(|credentials| self.connection.log_in(now, credentials));
        match &sent {
            Ok(()) => self.generation = generation,
            Err(why) => self.connection.retire(why.clone()),
        }
        sent
    }

    /// Whether the connection can be used again after it was left alone for a while: nothing has come that nobody asked
    /// for, not even the end.
    pub(super) fn is_quiet(&mut self, unused: Duration) -> bool {
        unused < FRESH || self.transport.is_quiet()
    }

    /// Takes in what has come while nobody used the connection: a message, the end, or a reply that nobody asked for, which
    /// would be taken for that of the next request.
    pub(super) fn take_in(&mut self, clock: &dyn BlockingClock, unused: Duration) {
        while self.connection.down_reason().is_none() && !self.is_quiet(unused) {
            match self.transport.read(self.connection.read_room(), Some(STALL)) {
                Ok(0) => self.connection.handle_eof(clock.now()),
                Ok(n) => self.connection.received(clock.now(), n),
                Err(error) => self.lost(clock, &error),
            }
            while self.connection.poll_event().is_some() {}
        }
    }

    /// Whether the server answers.
    pub(super) fn answers(&mut self, clock: &dyn BlockingClock, deadline: Option<Timestamp>) -> bool {
        let ping = Request::new("PING").read_only();
        self.call(clock, clock.now(), &ping, deadline).is_ok()
    }

    #[inline]
    pub(super) fn call(
        &mut self,
        clock: &dyn BlockingClock,
        now: Timestamp,
        request: &Request,
        deadline: Option<Timestamp>,
    ) -> Result<Reply, Error> {
        self.hygiene.sent(request);
        let ticket = self.connection.send_tagged(now, request, deadline, 0)?;
        self.wait_for(clock, ticket)
    }

    pub(super) fn call_all(
        &mut self,
        clock: &dyn BlockingClock,
        now: Timestamp,
        batch: &Requests,
        deadline: Option<Timestamp>,
    ) -> Replies {
        self.hygiene.sent_together(batch);
        let ticket = match self.connection.send_batch(now, batch, deadline, 0) {
            Ok(ticket) => ticket,
            Err(error) => return Replies::failed(batch.len(), error),
        };
        loop {
            // Replies of calls that gave up are dropped on the way.
            while self.connection.poll_reply().is_some() {}
            match self.next_event(clock) {
                Event::Replies {
                    ticket: answered,
                    replies,
                    ..
                } if answered == ticket => {
                    self.is_replica |= replies.errors().any(|(_, error)| is_replica(&error));
                    return *replies;
                }
                Event::Down(why) => return Replies::failed(batch.len(), why),
                _ => {}
            }
        }
    }

    /// Drives the connection until the reply of `ticket` is there. Replies of calls that gave up are dropped on the way.
    fn wait_for(&mut self, clock: &dyn BlockingClock, ticket: Ticket) -> Result<Reply, Error> {
        loop {
            while let Some((answered, _, reply)) = self.connection.poll_reply() {
                if answered == ticket {
                    return Ok(reply);
                }
            }
            match self.advance(clock) {
                Some(Event::Reply {
                    ticket: answered,
                    result,
                    ..
                }) if answered == ticket => {
                    if let Ok(reply) = &result {
                        self.is_replica |= reply.kind() == Kind::Error && is_replica(reply);
                    }
                    return result;
                }
                Some(Event::Down(why)) => return Err(why),
                _ => {}
            }
        }
    }

    fn next_event(&mut self, clock: &dyn BlockingClock) -> Event {
        loop {
            if let Some(event) = self.advance(clock) {
                return event;
            }
        }
    }

    /// The next event, or one step towards it.
    fn advance(&mut self, clock: &dyn BlockingClock) -> Option<Event> {
        if let Some(event) = self.connection.poll_event() {
            return Some(event);
        }
        if let Some(why) = self.connection.down_reason() {
            return Some(Event::Down(why.clone()));
        }
        let moved = if self.connection.poll_transmit().is_some() {
            self.write(clock)
        } else {
            self.read(clock, None)
        };
        if let Err(error) = moved {
            self.lost(clock, &error);
        }
        None
    }

    /// What happens next, if anything does before `until`.
    pub(super) fn next_event_until(&mut self, clock: &dyn BlockingClock, until: Timestamp) -> Option<Event> {
        loop {
            if self.connection.has_news() || self.connection.poll_transmit().is_some() {
                return Some(self.next_event(clock));
            }
            if let Some(event) = self.connection.poll_event() {
                return Some(event);
            }
            let left = until.saturating_since(clock.now());
            if left.is_zero() {
                return None;
            }
            if let Err(error) = self.read(clock, Some(left)) {
                self.lost(clock, &error);
            }
        }
    }

    /// The machine, for those who say and hear more than calls.
    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// The transport, for another connection over it. Nothing may be owed on this one.
    pub(super) fn into_transport(mut self) -> Box<dyn Transport> {
        core::mem::replace(&mut self.transport, Box::new(Gone))
    }

    /// Writes a little, or reads a little when writing stands still: the server may be waiting for exactly that.
    fn write(&mut self, clock: &dyn BlockingClock) -> Result<(), TransportError> {
        let Some(bytes) = self.connection.poll_transmit() else {
            return Ok(());
        };
        match self.transport.write(bytes, Some(STALL)) {
            Ok(n) => {
                self.connection.transmitted(n);
                Ok(())
            }
            Err(error) if error.kind() == TransportErrorKind::TimedOut => self.read(clock, Some(STALL)),
            Err(error) => Err(error),
        }
    }

    fn read(&mut self, clock: &dyn BlockingClock, at_most: Option<Duration>) -> Result<(), TransportError> {
        let deadline = self.connection.poll_timeout();
        let until = deadline.map(|deadline| deadline.saturating_since(clock.now()));
        let timeout = match (until, at_most) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if timeout == Some(Duration::ZERO) {
            self.connection.handle_timeout(clock.now());
            return Ok(());
        }
        match self.transport.read(self.connection.read_room(), timeout) {
            Ok(0) => self.connection.handle_eof(clock.now()),
            // The time of arrival matters to nothing but deadlines, which are looked at before the next read.
            Ok(n) => self.connection.received(deadline.unwrap_or_default(), n),
            Err(error) if error.kind() == TransportErrorKind::TimedOut => self.connection.handle_timeout(clock.now()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    #[cold]
    fn lost(&mut self, clock: &dyn BlockingClock, error: &TransportError) {
        self.transport.close();
        self.connection
            .handle_loss(clock.now(), Error::transport(error.clone(), Outcome::MaybeExecuted));
    }

    /// Whether keys are watched, or were when the connection was lost.
    pub(super) fn is_watching(&self) -> bool {
        self.hygiene.is_watching()
    }

    /// Makes the connection as good as new, or says that it must be closed. It is clean only if nothing is owed, nothing
    /// has come that was not asked for, and its state is what it was.
    #[inline]
    pub(super) fn clean_up(&mut self, now: Timestamp) -> bool {
        if !self.connection.is_clean() {
            return false;
        }
        match self.hygiene.remedy() {
            Remedy::Nothing => true,
            Remedy::Unwatch => {
                self.hygiene = Hygiene::new();
                self.connection.send_and_forget(now, &Request::new("UNWATCH")).is_ok()
            }
            Remedy::Close => false,
        }
    }

    /// Whether the server said that it is a replica since this was last asked.
    pub(super) fn said_replica(&mut self) -> bool {
        core::mem::take(&mut self.is_replica)
    }

    /// Why the connection is over, if it is.
    pub(super) fn down_reason(&self) -> Option<&Error> {
        self.connection.down_reason()
    }
}

/// In the place of a transport that was taken over.
struct Gone;

impl Gone {
    fn error() -> TransportError {
        TransportError::new(TransportErrorKind::Closed, "the connection was taken over")
    }
}

impl Transport for Gone {
    fn read(&mut self, _: &mut [u8], _: Option<Duration>) -> Result<usize, TransportError> {
        Err(Gone::error())
    }

    fn write(&mut self, _: &[u8], _: Option<Duration>) -> Result<usize, TransportError> {
        Err(Gone::error())
    }

    fn close(&mut self) {}
}

impl Drop for Link {
    fn drop(&mut self) {
        self.transport.close();
    }
}
