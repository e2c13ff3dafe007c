//! What is subscribed to, and what is to be done with it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use bytes::Bytes;

use super::event::{Kind, Message};
use super::handler::Handler;
use crate::error::Error;

#[derive(Debug, Default)]
struct Entry {
    handler: Option<Handler>,
    /// The last that was asked of it is to end.
    leaving: bool,
    /// How many requests about it the server has not answered.
    unanswered: u32,
}

type Names = BTreeMap<Bytes, Entry>;

/// All subscriptions there are or are to be. One is there from the moment it is asked for until its end is confirmed.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// By [`Kind`].
    names: [Names; 3],
    handlers: usize,
}

impl Table {
    fn of(&self, kind: Kind) -> &Names {
        let [channels, patterns, shards] = &self.names;
        match kind {
            Kind::Channel => channels,
            Kind::Pattern => patterns,
            Kind::Shard => shards,
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut Names {
        let [channels, patterns, shards] = &mut self.names;
        match kind {
            Kind::Channel => channels,
            Kind::Pattern => patterns,
            Kind::Shard => shards,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.iter().all(BTreeMap::is_empty)
    }

    /// The names, in order.
    pub(super) fn names(&self, kind: Kind) -> impl Iterator<Item = &Bytes> {
        self.of(kind).keys()
    }

    /// The names whose end was asked for, or those whose end was not.
    pub(super) fn leaving(&self, kind: Kind, leaving: bool) -> Vec<Bytes> {
        let found = self.of(kind).iter().filter(|(_, entry)| entry.leaving == leaving);
        found.map(|(name, _)| name.clone()).collect()
    }

    /// A subscription to `name` was asked for, with this handler or none.
    pub(super) fn subscribe(&mut self, kind: Kind, name: Bytes, handler: Option<Handler>) {
        self.handlers += usize::from(handler.is_some());
        let entry = self.of_mut(kind).entry(name).or_default();
        entry.leaving = false;
        entry.unanswered += 1;
        let before = core::mem::replace(&mut entry.handler, handler);
        self.handlers -= usize::from(before.is_some());
    }

    /// Its end was asked for.
    pub(super) fn unsubscribe(&mut self, kind: Kind, name: &Bytes) {
        if let Some(entry) = self.of_mut(kind).get_mut(name) {
            entry.leaving = true;
            entry.unanswered += 1;
        }
    }

    /// The server answered a request about it. It is over if that was the end that was asked for last, or if it never
    /// began.
    pub(super) fn answered(&mut self, kind: Kind, name: &Bytes, refused: bool) {
        let Some(entry) = self.of_mut(kind).get_mut(name) else {
            return;
        };
        entry.unanswered = entry.unanswered.saturating_sub(1);
        if entry.unanswered == 0 && (entry.leaving || refused) {
            self.remove(kind, name);
        }
    }

    /// It is over. False if there was none.
    pub(super) fn remove(&mut self, kind: Kind, name: &Bytes) -> bool {
        let Some(entry) = self.of_mut(kind).remove(name) else {
            return false;
        };
        self.handlers -= usize::from(entry.handler.is_some());
        true
    }

    /// The connection on which the requests were made is gone.
    pub(super) fn forget_requests(&mut self) {
        for entry in self.names.iter_mut().flat_map(BTreeMap::values_mut) {
            entry.unanswered = 0;
        }
    }

    /// A request about each of the names is on its way again.
    pub(super) fn asked_again(&mut self, kind: Kind, names: &[Bytes]) {
        for name in names {
            if let Some(entry) = self.of_mut(kind).get_mut(name) {
                entry.unanswered += 1;
            }
        }
    }

    /// Hands the message to its handler, if it has one.
    #[inline]
    pub(super) fn handle(&mut self, message: Message) -> Result<Option<Message>, Error> {
        if self.handlers == 0 {
            return Ok(Some(message));
        }
        let entry = self.of_mut(message.kind()).get_mut(message.name());
        match entry.and_then(|entry| entry.handler.as_mut()) {
            Some(handler) => handler.call(message).map(|()| None),
            None => Ok(Some(message)),
        }
    }

    /// A subscription without a handler, if there is one.
    pub(super) fn unhandled(&self) -> Option<(Kind, &Bytes)> {
        Kind::ALL.into_iter().find_map(|kind| {
            let mut names = self.of(kind).iter();
            let found = names.find(|(_, entry)| entry.handler.is_none());
            found.map(|(name, _)| (kind, name))
        })
    }
}
