//! The machine: a session that listens, what is to be subscribed to, and what the server owes.

use alloc::vec::Vec;

use bytes::Bytes;

use super::change::{Change, What};
use super::event::{Confirmation, Event, Gap, Kind, Message};
use super::incoming::Incoming;
use super::listener::{Listener, Notice, Told};
use super::options::{PubSubOptions, ReadOptions};
use super::pending::{Answers, Changes, Owed, Pending, changes};
use super::queue::Queue;
use super::silence::{Silence, Verdict};
use super::table::Table;
use crate::command::{Request, Wait, cmd};
use crate::connection::{Settings, earliest};
use crate::error::{Error, Outcome};
use crate::resp::{ProtocolError, ProtocolErrorKind};
use crate::session::{self, Session, is_final};
use crate::time::Timestamp;
use crate::topology::Backoff;

/// A subscriber without the socket: what is subscribed to, kept so over any number of connections.
///
/// It is driven as its [`session`](Listener::session) is, and gives what comes of it through the methods of [`Listener`];
/// [`change`](Subscriber::change) asks for subscriptions and their end.
///
/// ```
/// use redwire::pubsub::{Change, Kind, Listener, PubSubOptions, Subscriber};
/// use redwire::connection::Settings;
/// use redwire::time::Timestamp;
/// use redwire::{Backoff, Protocol};
///
/// let now = Timestamp::ZERO;
/// let settings = Settings::new().protocol(Protocol::Resp2);
/// let mut subscriber = Subscriber::new(settings, Backoff::new(), 3, PubSubOptions::new(), 1);
/// subscriber.session().connect();
/// assert!(subscriber.session().poll_dial(now)); // dial, then say so
/// subscriber.session().handle_connected(now);
/// assert!(subscriber.poll_notice(now).is_some()); // connected
/// subscriber.change(now, Change::subscribe(Kind::Channel, "news"))?;
///
/// let written = subscriber.session().poll_transmit().unwrap(); // write this, then say so
/// assert_eq!(written, b"*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n");
/// let n = written.len();
/// subscriber.session().transmitted(n);
///
/// let read = b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n";
/// subscriber.session().read_room()[..read.len()].copy_from_slice(read);
/// subscriber.received(now, read.len());
/// let confirmation = subscriber.poll_told().unwrap()?.unwrap();
/// assert_eq!(confirmation.kind(), "subscribe");
/// let message = subscriber.poll_told().unwrap()?.unwrap();
/// assert_eq!(message.payload(), Some(&b"hello"[..]));
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Debug)]
pub struct Subscriber {
    session: Session,
    /// What sessions are made of.
    fresh: (Settings, Backoff),
    options: PubSubOptions,
    /// How many connections in a row may fail before the reader is told.
    retries: u32,
    table: Table,
    answers: Answers,
    queue: Queue,
    silence: Silence,
    up: bool,
    /// Connections that failed one after the other.
    failures: u32,
    /// Since when there is no connection, and why, as long as the reader is to be told.
    gap: Option<(Timestamp, Error)>,
    /// Something was asked for since the beginning or the last reset.
    started: bool,
    /// The connection makes no sense, and is to be given up.
    broken: Option<Error>,
}

impl Subscriber {
    /// A subscriber to nothing; nothing is dialed before its [`session`](Listener::session) is told to connect. The reader is
    /// told of a connection that cannot be made after `retries` more that could not; the seed is for the delays between
    /// dials.
    #[must_use]
    pub fn new(settings: Settings, backoff: Backoff, retries: u32, options: PubSubOptions, seed: u64) -> Self {
        // What is sent is answered by messages among others, which an echo behind it would not make safer.
        let settings = Settings {
            integrity: None,
            liveness: None,
            ..settings
        };
        Subscriber {
            session: Session::new(settings.clone(), backoff, seed).listening(),
            fresh: (settings, backoff),
            retries,
            table: Table::default(),
            answers: Answers::default(),
            queue: Queue::new(options.keep_latest),
            silence: Silence::new(options.probe_interval),
            options,
            up: false,
            failures: 0,
            gap: None,
            started: false,
            broken: None,
        }
    }

    /// Asks for a change, on the connection that there is.
    ///
    /// # Errors
    /// There is no connection, or the change names nothing. Nothing was sent then, and nothing is remembered.
    pub fn change(&mut self, now: Timestamp, change: Change) -> Result<(), Error> {
        let Change { what, request } = change;
        request.check()?;
        let names: Vec<Bytes> = request.arguments().skip(1).map(Bytes::copy_from_slice).collect();
        let deadline = self.deadline(now);
        match what {
            What::Subscribe(kind, handler) => {
                self.tell(&request)?;
                let mut handler = handler;
                for name in &names {
                    self.table.subscribe(kind, name.clone(), handler.take());
                }
                self.answers.push(changes(kind, true, names, false), deadline);
            }
            What::Unsubscribe(kind) => self.unsubscribe(kind, &request, names, deadline)?,
            What::UnsubscribeAll(kind) => {
                let names = self.table.leaving(kind, false);
                self.unsubscribe(kind, &request.arg(&names), names, deadline)?;
            }
            What::Ping => {
                self.tell(&request)?;
                self.answers.push(Owed::Pong { asked: true }, deadline);
            }
        }
        self.started = true;
        Ok(())
    }

    fn unsubscribe(
        &mut self,
        kind: Kind,
        request: &Request,
        names: Vec<Bytes>,
        deadline: Option<Timestamp>,
    ) -> Result<(), Error> {
        self.tell(request)?;
        for name in &names {
            self.table.unsubscribe(kind, name);
        }
        self.answers.push(changes(kind, false, names, false), deadline);
        Ok(())
    }

    /// Ends all subscriptions, as far as there are any.
    ///
    /// # Errors
    /// There is no connection.
    pub fn unsubscribe_from_everything(&mut self, now: Timestamp) -> Result<(), Error> {
        for kind in Kind::ALL {
            if !self.table.leaving(kind, false).is_empty() {
                self.change(now, Change::unsubscribe_all(kind))?;
            }
        }
        Ok(())
    }

    /// Sends a request on the connection that all here is about: not on one that was lost, or on the next one, as long as that
    /// was not taken in.
    fn tell(&mut self, request: &Request) -> Result<(), Error> {
        if !self.up || self.session.has_news() {
            return Err(Error::closed("there is no connection", Outcome::NotSent));
        }
        self.session.tell(request)
    }

    fn deadline(&self, now: Timestamp) -> Option<Timestamp> {
        self.session.settings().deadline(now, Wait::None)
    }

    /// Forgets everything; the next connection is the first one again. Whoever drives closes the present one.
    pub fn reset(&mut self) {
        let (settings, backoff) = self.fresh.clone();
        let seed = self.session.random();
        *self = Subscriber::new(settings, backoff, self.retries, self.options.clone(), seed);
    }

    /// True from the moment a subscription is asked for until the end of the last one has been read.
    #[must_use]
    pub fn subscribed(&self) -> bool {
        !self.table.is_empty() || !self.queue.is_empty()
    }

    /// Whether anything was asked for at all.
    ///
    /// # Errors
    /// Nothing was, so that there is nothing to read.
    pub fn check_started(&self) -> Result<(), Error> {
        if self.started {
            return Ok(());
        }
        Err(Error::invalid_argument(
            "pubsub connection not set: did you forget to call subscribe() or psubscribe()?",
        ))
    }

    /// Whether every subscription has a handler, as a worker without a reader needs it.
    ///
    /// # Errors
    /// One has none; the error names it.
    pub fn check_handlers(&self) -> Result<(), Error> {
        let Some((kind, name)) = self.table.unhandled() else {
            return Ok(());
        };
        let what = match kind {
            Kind::Channel => "Channel",
            Kind::Pattern => "Pattern",
            Kind::Shard => "Shard channel",
        };
        let name = crate::resp::escape(name);
        Err(Error::invalid_argument(alloc::format!(
            "{what}: '{name}' has no handler registered"
        )))
    }

    /// The names subscribed to, in order, those included whose beginning or end is not confirmed yet.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &Bytes> {
        self.table.names(kind)
    }

    /// The next thing to be told, read like this. `Some(Ok(None))` is something that concerns the reader no further: a
    /// message that went to its handler, a confirmation not to be told.
    #[inline]
    pub fn poll_told_with(&mut self, options: &ReadOptions) -> Option<Told<Event>> {
        if self.queue.is_empty() && !self.queue.reads_ahead() && self.gap.is_none() {
            if let Some(Incoming::Message(message)) = self.next_strings() {
                return Some(self.tell_message(message));
            }
        }
        self.poll_slowly(options)
    }

    /// What comes next, if it is a message and nothing else is to be done first. Anything else is digested.
    #[inline]
    fn next_strings(&mut self) -> Option<Incoming> {
        if self.broken.is_some() {
            return None;
        }
        let incoming = Incoming::of_strings(self.session.poll_strings()?);
        if matches!(incoming, Incoming::Message(_)) {
            return Some(incoming);
        }
        self.digest(incoming);
        None
    }

    #[inline]
    fn tell_message(&mut self, message: Message) -> Told<Event> {
        Ok(self.table.handle(message)?.map(Event::Message))
    }

    fn poll_slowly(&mut self, options: &ReadOptions) -> Option<Told<Event>> {
        while self.queue.is_empty() || self.queue.reads_ahead() {
            if !self.digest_next() {
                break;
            }
        }
        let event = match self.queue.pop()? {
            Ok(Event::Message(message)) => return Some(self.tell_message(message)),
            Ok(event) => event,
            Err(error) => return Some(Err(error)),
        };
        let ignores = self.options.ignore_subscribe_messages || options.ignore_subscribe_messages;
        let told = match &event {
            Event::Confirmation(confirmation) if ignores => !confirmation.asked,
            _ => true,
        };
        Some(Ok(told.then_some(event)))
    }

    /// Takes in the next thing that came. False if there is none.
    fn digest_next(&mut self) -> bool {
        if self.broken.is_some() {
            return false;
        }
        let incoming = match self.session.poll_strings() {
            Some(strings) => Incoming::of_strings(strings),
            None => match self.session.poll_push() {
                Some(reply) => Incoming::of_reply(&reply),
                None => return false,
            },
        };
        self.digest(incoming);
        true
    }

    /// What something that came means for the subscriptions, and what is to be told of it.
    fn digest(&mut self, incoming: Incoming) {
        if self.up && self.gap.is_some() {
            self.tell_gap();
        }
        match incoming {
            Incoming::Message(message) => self.queue.push(Ok(Event::Message(message))),
            Incoming::Change {
                kind,
                subscribed,
                name,
                count,
            } => self.confirmed(kind, subscribed, name, count),
            Incoming::Pong(text) => match self.answers.pong() {
                Some(true) => self.queue.push(Ok(Event::Pong(text))),
                Some(false) => {}
                None => self.nonsense(),
            },
            Incoming::Refused(error) => self.refused(error),
            Incoming::Other => {}
            Incoming::Nonsense => self.nonsense(),
        }
        if self.up && !self.answers.is_restoring() {
            self.failures = 0;
        }
    }

    /// The first word of a connection after one that was lost: it is subscribed by now.
    #[cold]
    fn tell_gap(&mut self) {
        if let Some((since, why)) = self.gap.take() {
            let lasted = self.silence.last_end().saturating_since(since);
            self.queue.push(Ok(Event::Gap(Gap { why, lasted })));
        }
    }

    #[cold]
    fn nonsense(&mut self) {
        let error = ProtocolError::new(ProtocolErrorKind::Unexpected, 0, b"");
        self.broken = Some(Error::protocol(error, Outcome::MaybeExecuted));
    }

    fn confirmed(&mut self, kind: Kind, subscribed: bool, name: Option<Bytes>, count: u64) {
        let asked = self.answers.confirmed(kind, subscribed, name.as_ref());
        if let Some(name) = &name {
            match (asked, subscribed) {
                (true, _) => self.table.answered(kind, name, false),
                // The server ended it by itself. What was never asked for, or is over already, concerns nobody.
                (false, false) => {
                    if !self.table.remove(kind, name) {
                        return;
                    }
                }
                (false, true) => return,
            }
        }
        self.queue.push(Ok(Event::Confirmation(Confirmation {
            kind,
            subscribed,
            name,
            count,
            asked,
        })));
    }

    #[cold]
    fn refused(&mut self, error: Error) {
        let Some(Pending { owed, deadline, .. }) = self.answers.pop() else {
            // Nobody asked: the server says why it is about to hang up.
            self.broken = Some(error.with_outcome(Outcome::MaybeExecuted));
            return;
        };
        if let Owed::Changes(changes) = owed {
            if changes.restores && changes.names.len() > 1 {
                // One of many names may be why. The others are not to suffer for it.
                return self.restore_one_by_one(changes, deadline);
            }
            for name in &changes.names {
                self.table.answered(changes.kind, name, changes.subscribed);
            }
        }
        self.queue.push(Err(error));
    }

    fn restore_one_by_one(&mut self, refused: Changes, deadline: Option<Timestamp>) {
        for name in refused.names {
            if self.tell(&cmd(refused.kind.subscribe()).arg(&name)).is_ok() {
                let names = Vec::from([name]);
                self.answers.push(changes(refused.kind, true, names, true), deadline);
            }
        }
    }

    /// There is a connection: everything is subscribed to again before anything else is sent on it.
    fn connected(&mut self, now: Timestamp) {
        self.up = true;
        self.silence.ends(now);
        self.answers.clear();
        self.table.forget_requests();
        let all = Kind::ALL.map(|kind| (kind, true)).into_iter();
        for (kind, subscribed) in all.chain(Kind::ALL.map(|kind| (kind, false))) {
            let (word, names) = if subscribed {
                (kind.subscribe(), self.table.names(kind).cloned().collect())
            } else {
                // The reader still waits for the confirmation of their end.
                (kind.unsubscribe(), self.table.leaving(kind, true))
            };
            if !names.is_empty() && self.tell(&cmd(word).arg(&names)).is_ok() {
                self.table.asked_again(kind, &names);
                let deadline = self.deadline(now);
                self.answers
                    .push(changes(kind, subscribed, names, subscribed), deadline);
            }
        }
        if !self.answers.is_restoring() {
            self.failures = 0;
        }
    }

    fn lost(&mut self, now: Timestamp, why: &Error) {
        let was_up = core::mem::replace(&mut self.up, false);
        let healthy = was_up && !self.answers.is_restoring();
        self.answers.clear();
        self.table.forget_requests();
        self.broken = None;
        if self.table.is_empty() {
            return;
        }
        if was_up {
            self.gap.get_or_insert_with(|| (now, why.clone()));
        }
        if !healthy {
            self.failures += 1;
            if self.failures > self.retries || is_final(why) {
                self.failures = 0;
                self.queue.push(Err(why.clone()));
            }
        }
        self.session.connect();
    }

    /// An answer did not come in time: neither will the next ones.
    #[cold]
    fn unanswered(&mut self, now: Timestamp) {
        let (what, of_reader) = match self.answers.first() {
            Some(Owed::Changes(changes)) => ("the confirmation of a subscription", !changes.restores),
            _ => ("the answer to PING", true),
        };
        let error = Error::timeout(what, Outcome::MaybeExecuted);
        if of_reader {
            self.queue.push(Err(error.clone()));
        }
        self.session.give_up(now, error);
    }
}

impl Listener for Subscriber {
    type Item = Event;

    fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    #[inline]
    fn poll_told(&mut self) -> Option<Told<Event>> {
        self.poll_told_with(&ReadOptions::new())
    }

    fn poll_notice(&mut self, now: Timestamp) -> Option<Notice> {
        let broken = self.broken.take();
        let makes_sense = broken.is_none();
        if let Some(why) = broken {
            self.session.give_up(now, why);
        }
        while let Some(event) = self.session.poll_event(now) {
            match event {
                // Behind what makes no sense nothing does.
                session::Event::Push(reply) if makes_sense => self.digest(Incoming::of_reply(&reply)),
                session::Event::Connected { protocol, .. } => {
                    self.connected(now);
                    return Some(Notice::Connected(protocol));
                }
                session::Event::Lost { why, retry_at, .. } => {
                    self.lost(now, &why);
                    return Some(Notice::Lost { why, retry_at });
                }
                session::Event::Push(_) | session::Event::Reply { .. } | session::Event::Replies { .. } => {}
            }
        }
        None
    }

    #[inline]
    fn received(&mut self, now: Timestamp, n: usize) {
        self.session.received(now, n);
        self.silence.ends(now);
    }

    fn poll_timeout(&self) -> Option<Timestamp> {
        let of_session = self.session.poll_timeout();
        if !self.up {
            return of_session;
        }
        let silence = self.silence.due().filter(|_| !self.table.is_empty());
        earliest(of_session, earliest(self.answers.deadline(), silence))
    }

    fn handle_timeout(&mut self, now: Timestamp) {
        self.session.handle_timeout(now);
        // What is here already is not late.
        while self.digest_next() {}
        if !self.up {
            return;
        }
        if self.answers.are_late(now, self.silence.grace()) {
            return self.unanswered(now);
        }
        if self.table.is_empty() {
            return;
        }
        match self.silence.judge(now) {
            Verdict::Fine => {}
            Verdict::Ask => {
                if self.tell(&cmd("PING")).is_ok() {
                    self.answers.push(Owed::Pong { asked: false }, None);
                }
                self.silence.asked(now);
            }
            Verdict::Dead => {
                let why = Error::timeout("any sign of life from the server", Outcome::MaybeExecuted);
                self.session.give_up(now, why);
            }
        }
    }

    fn is_over(&self) -> bool {
        !self.subscribed() && self.answers.is_empty()
    }

    fn reads_ahead(&self) -> bool {
        self.queue.reads_ahead()
    }
}
