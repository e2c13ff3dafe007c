//! A connection to a sentinel that tells of every new master.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::answers::{self, KnownMaster};
use super::service::Service;
use crate::command::cmd;
use crate::connection::{Connection, Event, Settings};
use crate::resp::{Reply, ReplyRef};
use crate::time::Timestamp;
use crate::topology::config::Protocol;

/// The channels on which a sentinel tells of a new master, `mymaster 10.0.0.1 6379 10.0.0.2 6379`, and of a replica that it has
/// promoted to be one, `slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379`. The sentinel that carries a failover out
/// says the latter first, and the former once the other replicas are in step, which may be a long time after.
const CHANNELS: [&str; 2] = ["+switch-master", "+promoted-slave"];

/// What is said and heard on a connection to one sentinel: subscribes to `+switch-master` and `+promoted-slave`, asks for the
/// master then, whenever there is news, and from time to time.
///
/// A message is only a reason to ask: who the master is and of which epoch that is, the answer says. Sentinels without
/// RESP3 are asked from time to time and nothing else.
#[derive(Debug)]
pub struct Watch {
    name: String,
    min_other_sentinels: u64,
    timeout: Duration,
    interval: Duration,
    settings: Settings,
    /// When to ask again, if nothing happens.
    next: Option<Timestamp>,
    /// The first of the answers to the last question.
    answers: Vec<Reply>,
}

impl Watch {
    /// For this service; `None` if it is not to be watched.
    #[must_use]
    pub fn new(service: &Service) -> Option<Self> {
        let sentinels = &service.sentinels;
        let mut settings = Settings::new().protocol(Protocol::Resp3);
        settings.credentials.clone_from(&sentinels.credentials);
        settings.connect_timeout = Some(sentinels.timeout);
        settings.response_timeout = Some(sentinels.timeout);
        settings.liveness = Some(sentinels.timeout);
        Some(Watch {
            name: service.name.clone(),
            min_other_sentinels: sentinels.min_other_sentinels,
            timeout: sentinels.timeout,
            interval: sentinels.watch_interval?,
            settings,
            next: None,
            answers: Vec::new(),
        })
    }

    /// How long the sentinel may take to be reached.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How long to wait before the next sentinel is tried, after the connection to one was lost or could not be made.
    #[must_use]
    pub fn pause(&self) -> Duration {
        self.interval.min(Duration::from_millis(500))
    }

    /// A new connection, for a transport that was dialed at `dialed`.
    #[must_use]
    pub fn begin(&mut self, now: Timestamp, dialed: Timestamp) -> Connection {
        self.next = None;
        self.answers.clear();
        let mut connection = Connection::prepared(self.settings.clone());
        connection.start(now, dialed);
        connection
    }

    /// When [`Watch::handle_timeout`] is to be called if nothing else happens.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.next
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Timestamp, connection: &mut Connection) {
        if self.next.is_some_and(|next| next <= now) {
            self.ask(now, connection);
        }
    }

    /// Something happened on the connection. Gives who the master is, if that was said.
    pub fn handle_event(&mut self, now: Timestamp, connection: &mut Connection, event: Event) -> Option<KnownMaster> {
        match event {
            Event::Up(protocol) => {
                if protocol == Protocol::Resp3 {
                    // Refused, there is still what is asked from time to time.
                    let _ = connection.send(now, &cmd("SUBSCRIBE").arg(CHANNELS));
                }
                self.ask(now, connection);
                None
            }
            Event::Push(message) => {
                if self.is_news(&message) {
                    self.ask(now, connection);
                }
                None
            }
            Event::Reply { tag, result, .. } => {
                // The answers to one question come in order, and nothing else has a tag.
                if tag == 1 {
                    self.answers.clear();
                }
                self.answers.extend(result.ok().filter(|_| tag > 0));
                if tag < 2 {
                    return None;
                }
                let answers = core::mem::take(&mut self.answers);
                answers::master(&answers, &self.name, self.min_other_sentinels).ok()
            }
            Event::Replies { .. } | Event::Down(_) => None,
        }
    }

    fn ask(&mut self, now: Timestamp, connection: &mut Connection) {
        self.next = Some(now + self.interval);
        let deadline = Some(now + self.timeout);
        for (tag, question) in (1..).zip(answers::about_master(&self.name)) {
            // A connection that is down says so by itself.
            let _ = connection.send_tagged(now, &question, deadline, tag);
        }
    }

    /// Whether a message is about the master of this name.
    fn is_news(&self, message: &Reply) -> bool {
        let mut items = message.root().items().map(|item: ReplyRef<'_>| item.text());
        let (kind, channel) = (items.next().flatten(), items.next().flatten());
        let place = CHANNELS.iter().position(|known| channel == Some(known.as_bytes()));
        let (Some(b"message"), Some(place)) = (kind, place) else {
            return false;
        };
        let payload = items.next().flatten().unwrap_or_default();
        let mut words = payload.split(|byte| *byte == b' ');
        let name = if place == 0 { words.next() } else { words.nth(5) };
        name == Some(self.name.as_bytes())
    }
}
