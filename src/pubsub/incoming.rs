//! What a server says to a subscriber, in either protocol.

use bytes::Bytes;

use super::event::{Kind, Message};
use crate::error::Error;
use crate::resp::{self, Reply, ReplyRef, Strings, server_error};

/// Something that came, sorted.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Message),
    /// A subscription began or ended.
    Change {
        kind: Kind,
        subscribed: bool,
        name: Option<Bytes>,
        count: u64,
    },
    /// The answer to a PING. Between subscriptions, and in RESP3 always, it looks like any other reply.
    Pong(Bytes),
    /// A command was refused.
    Refused(Error),
    /// A push about something else.
    Other,
    /// What no subscriber can be told.
    Nonsense,
}

impl Incoming {
    #[cold]
    pub(super) fn of_reply(reply: &Reply) -> Self {
        let root = reply.root();
        match root.kind() {
            resp::Kind::Array | resp::Kind::Push => {
                if let Some(strings) = Strings::of(reply) {
                    return Incoming::of_strings(strings);
                }
                Incoming::change(root).unwrap_or(if root.kind() == resp::Kind::Push {
                    Incoming::Other
                } else {
                    Incoming::Nonsense
                })
            }
            resp::Kind::Error => {
                server_error(root).map_or(Incoming::Nonsense, |error| Incoming::Refused(Error::server(error)))
            }
            // PONG is what stands for no text at all.
            resp::Kind::Simple if root.text() == Some(b"PONG") => Incoming::Pong(Bytes::new()),
            resp::Kind::Bulk => Incoming::Pong(root.shared_text().unwrap_or_default()),
            _ => Incoming::Nonsense,
        }
    }

    #[inline]
    pub(super) fn of_strings(strings: Strings) -> Self {
        match Message::of(strings) {
            Ok(message) => Incoming::Message(message),
            Err(strings) => Incoming::of_other_strings(&strings),
        }
    }

    #[cold]
    fn of_other_strings(strings: &Strings) -> Self {
        match (strings.get(0), strings.len()) {
            (Some(b"pong"), 2) => Incoming::Pong(strings.shared(1).unwrap_or_default()),
            _ => Incoming::Other,
        }
    }

    fn change(root: ReplyRef<'_>) -> Option<Self> {
        let mut items = root.items();
        let word = items.next()?.text()?;
        let (kind, subscribed) = match word {
            b"subscribe" => (Kind::Channel, true),
            b"unsubscribe" => (Kind::Channel, false),
            b"psubscribe" => (Kind::Pattern, true),
            b"punsubscribe" => (Kind::Pattern, false),
            b"ssubscribe" => (Kind::Shard, true),
            b"sunsubscribe" => (Kind::Shard, false),
            _ => return None,
        };
        let name = items.next()?;
        let name = if name.is_null() {
            None
        } else {
            Some(name.shared_text()?)
        };
        let count = items.next()?.decode().ok()?;
        Some(Incoming::Change {
            kind,
            subscribed,
            name,
            count,
        })
    }
}
