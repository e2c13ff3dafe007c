//! What a reader is told.

use core::fmt;
use core::time::Duration;

use bytes::Bytes;

use crate::error::Error;
use crate::resp::{FromReply, Reply, Strings, Text};

/// The three kinds of names that can be subscribed to. Each is a world of its own: the channel `news` and the shard channel
/// `news` have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A channel: SUBSCRIBE, PUBLISH.
    Channel,
    /// A pattern that channels match: PSUBSCRIBE.
    Pattern,
    /// A shard channel: SSUBSCRIBE, SPUBLISH. Since Redis 7.0.
    Shard,
}

impl Kind {
    pub(super) const ALL: [Kind; 3] = [Kind::Channel, Kind::Pattern, Kind::Shard];

    /// The command that subscribes to it.
    pub(super) const fn subscribe(self) -> &'static str {
        match self {
            Kind::Channel => "SUBSCRIBE",
            Kind::Pattern => "PSUBSCRIBE",
            Kind::Shard => "SSUBSCRIBE",
        }
    }

    /// The command that ends a subscription to it.
    pub(super) const fn unsubscribe(self) -> &'static str {
        match self {
            Kind::Channel => "UNSUBSCRIBE",
            Kind::Pattern => "PUNSUBSCRIBE",
            Kind::Shard => "SUNSUBSCRIBE",
        }
    }

    /// What the server calls a message that came through it.
    const fn message(self) -> &'static str {
        match self {
            Kind::Channel => "message",
            Kind::Pattern => "pmessage",
            Kind::Shard => "smessage",
        }
    }

    /// What the server calls a change of a subscription to it.
    const fn change(self, subscribed: bool) -> &'static str {
        match (self, subscribed) {
            (Kind::Channel, true) => "subscribe",
            (Kind::Channel, false) => "unsubscribe",
            (Kind::Pattern, true) => "psubscribe",
            (Kind::Pattern, false) => "punsubscribe",
            (Kind::Shard, true) => "ssubscribe",
            (Kind::Shard, false) => "sunsubscribe",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Channel => "channel",
            Kind::Pattern => "pattern",
            Kind::Shard => "shard channel",
        })
    }
}

/// What a reader is told, in the order in which it happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Somebody published something.
    Message(Message),
    /// A subscription began or ended. Not told to a reader that
    /// [ignores them](super::PubSubOptions::with_ignore_subscribe_messages), unless it ended without being asked to.
    Confirmation(Confirmation),
    /// The answer to a [`ping`](super::Subscribe::ping), with its text.
    Pong(Bytes),
    /// The connection was lost and there is another one now: what was published in between was not received. Told once the
    /// server has begun to confirm the subscriptions, which are all made again; their confirmations follow, among what the
    /// new connection brings.
    Gap(Gap),
    /// So many messages were thrown away right here because the reader was too slow; see
    /// [`with_keep_latest`](super::PubSubOptions::with_keep_latest), without which none ever is.
    Lost(u64),
}

impl Event {
    /// What kind of event it is, as the server calls it: `message`, `pmessage`, `smessage`, `subscribe`, `unsubscribe`,
    /// `psubscribe`, `punsubscribe`, `ssubscribe`, `sunsubscribe`, `pong`; `gap` and `lost` are this library's.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Message(message) => message.kind.message(),
            Event::Confirmation(confirmation) => confirmation.kind.change(confirmation.subscribed),
            Event::Pong(_) => "pong",
            Event::Gap(_) => "gap",
            Event::Lost(_) => "lost",
        }
    }

    /// The pattern that a `pmessage` came through.
    #[must_use]
    pub fn pattern(&self) -> Option<&[u8]> {
        match self {
            Event::Message(message) => message.pattern(),
            _ => None,
        }
    }

    /// The channel of a message; the channel or pattern of a confirmation.
    #[must_use]
    pub fn channel(&self) -> Option<&[u8]> {
        match self {
            Event::Message(message) => Some(message.channel()),
            Event::Confirmation(confirmation) => confirmation.name.as_deref(),
            _ => None,
        }
    }

    /// What was published, or the text of a pong.
    #[must_use]
    pub fn payload(&self) -> Option<&[u8]> {
        match self {
            Event::Message(message) => Some(message.payload()),
            Event::Pong(text) => Some(text),
            _ => None,
        }
    }

    /// How many subscriptions there are after a confirmation.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self {
            Event::Confirmation(confirmation) => Some(confirmation.count),
            _ => None,
        }
    }

    /// The message, if it is one.
    #[must_use]
    pub fn into_message(self) -> Option<Message> {
        match self {
            Event::Message(message) => Some(message),
            _ => None,
        }
    }
}

/// Something that was published.
///
/// It shares the buffer it was read into with whatever else came in the same read (up to 256 KiB). Keep what you need of it
/// as `Vec<u8>` or `String` where few messages are kept for long.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    kind: Kind,
    /// Its parts as they came: `message`, channel, payload; or `pmessage`, pattern, channel, payload.
    parts: Strings,
}

impl Message {
    /// The message that these strings are, if they are one.
    #[inline]
    pub(super) fn of(parts: Strings) -> Result<Self, Strings> {
        let kind = match (parts.get(0), parts.len()) {
            (Some(b"message"), 3) => Kind::Channel,
            (Some(b"pmessage"), 4) => Kind::Pattern,
            (Some(b"smessage"), 3) => Kind::Shard,
            _ => return Err(parts),
        };
        Ok(Message { kind, parts })
    }

    /// How it came: through a subscription to the channel, to a pattern, or to a shard channel.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The pattern through which it came, if it came through one.
    #[must_use]
    pub fn pattern(&self) -> Option<&[u8]> {
        self.parts.get(1).filter(|_| self.kind == Kind::Pattern)
    }

    /// Where it was published.
    #[must_use]
    pub fn channel(&self) -> &[u8] {
        let at = if self.kind == Kind::Pattern { 2 } else { 1 };
        self.parts.get(at).unwrap_or_default()
    }

    /// The name that was subscribed to: the pattern if it came through one, else the channel.
    pub(super) fn name(&self) -> &[u8] {
        self.parts.get(1).unwrap_or_default()
    }

    /// What was published.
    #[must_use]
    #[inline]
    pub fn payload(&self) -> &[u8] {
        self.parts.get(self.parts.len() - 1).unwrap_or_default()
    }

    /// The same, shared instead of borrowed: costs no copy.
    #[must_use]
    #[inline]
    pub fn into_payload(self) -> Bytes {
        self.parts.shared(self.parts.len() - 1).unwrap_or_default()
    }

    /// What was published as the type that it stands for: text, a number, anything that a reply of the server can become.
    ///
    /// # Errors
    /// It is not that.
    ///
    /// ```
    /// # use redwire::prelude::*;
    /// # use redwire::pubsub::Event;
    /// # let client = redwire::mock::Server::new().blocking_client();
    /// # let mut pubsub = client.pubsub_with(redwire::pubsub::PubSubOptions::new().with_ignore_subscribe_messages());
    /// # pubsub.subscribe("temperature")?;
    /// # client.publish("temperature", 21.5)?;
    /// while let Some(event) = pubsub.listen().next() {
    ///     if let Event::Message(message) = event? {
    ///         let degrees: f64 = message.decode()?;
    ///         assert_eq!(degrees, 21.5);
    /// #       break;
    ///     }
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    pub fn decode<T: FromReply>(&self) -> Result<T, Error> {
        let payload = self.parts.shared(self.parts.len() - 1).unwrap_or_default();
        Ok(Reply::bulk(payload).decode::<T>()?)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Message");
        if let Some(pattern) = self.pattern() {
            shown.field("pattern", &Text(pattern));
        }
        shown.field(
            if self.kind == Kind::Shard { "shard" } else { "channel" },
            &Text(self.channel()),
        );
        shown.field("payload", &Text(self.payload())).finish()
    }
}

/// A subscription began or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Confirmation {
    /// What kind of subscription.
    pub kind: Kind,
    /// True if it began, false if it ended.
    pub subscribed: bool,
    /// To what. `None` when everything was unsubscribed from and there was nothing.
    pub name: Option<Bytes>,
    /// How many subscriptions the connection has now: to channels and patterns together, or to shard channels.
    pub count: u64,
    /// False when the server ended it by itself, as it does with a shard channel that another node serves now.
    pub asked: bool,
}

/// The connection was lost, and there is another one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gap {
    /// Why it was lost.
    pub why: Error,
    /// How long nothing was subscribed to, from when the loss was noticed on. What was published shortly before may be missing
    /// too.
    pub lasted: Duration,
}
