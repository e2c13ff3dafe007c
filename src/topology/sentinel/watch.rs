//! A connection to a sentinel that tells of every new master.

use alloc::string::String;
use core::time::Duration;

use super::answers::{self, KnownMaster};
use super::service::Service;
use crate::command::{Build, cmd};
use crate::commands::SentinelCommands;
use crate::connection::{Connection, Event, Settings};
use crate::resp::{Kind, Reply, ReplyRef};
use crate::time::Timestamp;
use crate::topology::config::Protocol;

/// The channel on which a sentinel tells of a new master: name, old address, new address.
const SWITCH_MASTER: &str = "+switch-master";

/// What is said and heard on a connection to one sentinel: subscribes to `+switch-master`, asks for the master then, whenever
/// there is news, and from time to time.
///
/// The message is only a reason to ask: who the master is and of which epoch that is, the answer says. Sentinels without
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
                    let _ = connection.send(now, &cmd("SUBSCRIBE").arg(SWITCH_MASTER));
                }
                self.ask(now, connection);
                None
            }
            Event::Push(message) => {
                if self.is_switch(&message) {
                    self.ask(now, connection);
                }
                None
            }
            Event::Reply { result, .. } => {
                let reply = result.ok().filter(|reply| reply.kind() != Kind::Push)?;
                answers::master(&reply, &self.name, self.min_other_sentinels).ok()
            }
            Event::Down(_) => None,
        }
    }

    fn ask(&mut self, now: Timestamp, connection: &mut Connection) {
        self.next = Some(now + self.interval);
        // A connection that is down says so by itself.
        let _ = connection.send(now, Build.sentinel_masters().request());
    }

    /// `message +switch-master "mymaster 10.0.0.1 6379 10.0.0.2 6379"`
    fn is_switch(&self, message: &Reply) -> bool {
        let mut items = message.root().items().map(|item: ReplyRef<'_>| item.text());
        if items.next() != Some(Some(b"message")) || items.next() != Some(Some(SWITCH_MASTER.as_bytes())) {
            return false;
        }
        let payload = items.next().flatten().unwrap_or_default();
        payload.split(|byte| *byte == b' ').next() == Some(self.name.as_bytes())
    }
}
