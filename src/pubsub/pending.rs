//! What the server owes an answer to, in the order in which it was asked.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::event::Kind;
use crate::time::Timestamp;

#[derive(Debug)]
pub(super) struct Pending {
    pub(super) owed: Owed,
    pub(super) deadline: Option<Timestamp>,
    /// The deadline has passed once, and was put off by a moment.
    late: bool,
}

#[derive(Debug)]
pub(super) enum Owed {
    Changes(Changes),
    Pong {
        /// By the reader, who is to be told.
        asked: bool,
    },
}

/// One confirmation for each name; one without a name for a request that named nothing.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) kind: Kind,
    pub(super) subscribed: bool,
    pub(super) names: VecDeque<Bytes>,
    /// It makes the subscriptions of an earlier connection again.
    pub(super) restores: bool,
}

impl Changes {
    /// Whether this is one of the confirmations. If so it is owed no more.
    fn confirmed(&mut self, kind: Kind, subscribed: bool, name: Option<&Bytes>) -> bool {
        if self.kind != kind || self.subscribed != subscribed {
            return false;
        }
        let Some(name) = name else { return self.names.is_empty() };
        // They come in the order of the request.
        match self.names.iter().position(|owed| owed == name) {
            Some(0) => self.names.pop_front().is_some(),
            Some(at) => self.names.remove(at).is_some(),
            None => false,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Answers {
    owed: VecDeque<Pending>,
    /// How many of them restore something.
    restoring: usize,
}

impl Answers {
    pub(super) fn is_empty(&self) -> bool {
        self.owed.is_empty()
    }

    /// Whether subscriptions of an earlier connection are not confirmed yet.
    pub(super) fn is_restoring(&self) -> bool {
        self.restoring > 0
    }

    pub(super) fn clear(&mut self) {
        *self = Answers::default();
    }

    pub(super) fn push(&mut self, owed: Owed, deadline: Option<Timestamp>) {
        self.restoring += usize::from(matches!(&owed, Owed::Changes(changes) if changes.restores));
        self.owed.push_back(Pending {
            owed,
            deadline,
            late: false,
        });
    }

    /// By when the next answer must be there.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.owed.front()?.deadline
    }

    /// Whether the next answer is late. Once it is given a moment more, in which what has come meanwhile is read.
    pub(super) fn are_late(&mut self, now: Timestamp, grace: Duration) -> bool {
        let Some(next) = self.owed.front_mut() else {
            return false;
        };
        if next.deadline.is_none_or(|deadline| deadline > now) {
            return false;
        }
        next.deadline = Some(now + grace);
        core::mem::replace(&mut next.late, true)
    }

    /// What is owed next.
    pub(super) fn first(&self) -> Option<&Owed> {
        self.owed.front().map(|pending| &pending.owed)
    }

    /// The same, taken out.
    pub(super) fn pop(&mut self) -> Option<Pending> {
        let pending = self.owed.pop_front()?;
        self.restoring -= usize::from(matches!(&pending.owed, Owed::Changes(changes) if changes.restores));
        Some(pending)
    }

    /// The server confirmed a change. Whether it was asked for.
    pub(super) fn confirmed(&mut self, kind: Kind, subscribed: bool, name: Option<&Bytes>) -> bool {
        let Some(Pending {
            owed: Owed::Changes(changes),
            ..
        }) = self.owed.front_mut()
        else {
            return false;
        };
        if !changes.confirmed(kind, subscribed, name) {
            return false;
        }
        if changes.names.is_empty() {
            self.pop();
        }
        true
    }

    /// A PONG came. Whether the reader asked for it; `None` if nobody did.
    pub(super) fn pong(&mut self) -> Option<bool> {
        match self.owed.front()?.owed {
            Owed::Pong { asked } => {
                self.pop();
                Some(asked)
            }
            Owed::Changes(_) => None,
        }
    }
}

pub(super) fn changes(kind: Kind, subscribed: bool, names: Vec<Bytes>, restores: bool) -> Owed {
    Owed::Changes(Changes {
        kind,
        subscribed,
        names: names.into(),
        restores,
    })
}
