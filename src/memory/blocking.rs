//! Clients that wait: for keys (BLPOP and its like) or merely for time to pass (WAIT).
//!
//! A waiting client's request is kept and *run again* whenever one of its keys was changed into something of the right
//! type; if it then still has nothing to give, the client keeps its place in the line and its deadline.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use bytes::Bytes;

use super::reply::Reply;
use super::session::SessionId;
use super::values::Value;
use crate::time::Timestamp;

/// What type of key a client waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitFor {
    List,
    SortedSet,
    Stream,
    /// A stream with a certain group: that it is gone is news as well.
    Group,
    /// Only time.
    Nothing,
}

impl WaitFor {
    /// Whether this is what the client waits for; `None` if the key is gone.
    pub(crate) fn accepts(self, value: Option<&Value>) -> bool {
        matches!(
            (self, value),
            (WaitFor::List, Some(Value::List(_)))
                | (WaitFor::SortedSet, Some(Value::SortedSet(_)))
                | (WaitFor::Stream, Some(Value::Stream(_)))
                | (WaitFor::Group, _)
        )
    }
}

/// A handler's wish to wait.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) kind: WaitFor,
    pub(crate) keys: Vec<Bytes>,
    pub(crate) deadline: Option<Timestamp>,
    /// The reply when the deadline comes first.
    pub(crate) otherwise: Reply,
    /// What is run again, unless it is the request as it was.
    pub(crate) again: Option<Vec<Bytes>>,
}

#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) block: Block,
    pub(crate) database: usize,
    pub(crate) argv: Vec<Bytes>,
}

#[derive(Debug, Default)]
pub(crate) struct Blocked {
    waiting: BTreeMap<SessionId, Waiting>,
    /// First come, first served.
    lines: BTreeMap<(usize, Bytes), Vec<SessionId>>,
    deadlines: BTreeSet<(Timestamp, SessionId)>,
    /// Keys that changed and have a line.
    ready: Vec<(usize, Bytes)>,
}

impl Blocked {
    pub(crate) fn add(&mut self, session: SessionId, waiting: Waiting) {
        for key in &waiting.block.keys {
            let line = self.lines.entry((waiting.database, key.clone())).or_default();
            if !line.contains(&session) {
                line.push(session);
            }
        }
        if let Some(deadline) = waiting.block.deadline {
            self.deadlines.insert((deadline, session));
        }
        self.waiting.insert(session, waiting);
    }

    pub(crate) fn remove(&mut self, session: SessionId) -> Option<Waiting> {
        let waiting = self.waiting.remove(&session)?;
        for key in &waiting.block.keys {
            let at = (waiting.database, key.clone());
            if let Some(line) = self.lines.get_mut(&at) {
                line.retain(|&other| other != session);
                if line.is_empty() {
                    self.lines.remove(&at);
                }
            }
        }
        if let Some(deadline) = waiting.block.deadline {
            self.deadlines.remove(&(deadline, session));
        }
        Some(waiting)
    }

    pub(crate) fn get(&self, session: SessionId) -> Option<&Waiting> {
        self.waiting.get(&session)
    }

    pub(crate) fn contains(&self, session: SessionId) -> bool {
        self.waiting.contains_key(&session)
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// A session whose deadline has come.
    pub(crate) fn due(&self, now: Timestamp) -> Option<SessionId> {
        self.deadlines
            .first()
            .filter(|(deadline, _)| *deadline <= now)
            .map(|(_, session)| *session)
    }

    /// A key changed: whoever stands in line for it gets a chance.
    pub(crate) fn touch(&mut self, database: usize, key: &Bytes) {
        if self.lines.is_empty() {
            return;
        }
        let at = (database, key.clone());
        if self.lines.contains_key(&at) && !self.ready.contains(&at) {
            self.ready.push(at);
        }
    }

    /// Every key of a database may have changed (SWAPDB).
    pub(crate) fn touch_database(&mut self, database: usize) {
        let waited: Vec<Bytes> = self
            .lines
            .keys()
            .filter(|(number, _)| *number == database)
            .map(|(_, key)| key.clone())
            .collect();
        waited.iter().for_each(|key| self.touch(database, key));
    }

    /// The keys that changed since the last call.
    pub(crate) fn take_ready(&mut self) -> Vec<(usize, Bytes)> {
        core::mem::take(&mut self.ready)
    }

    /// Who waits for a key, longest first.
    pub(crate) fn line(&self, at: &(usize, Bytes)) -> Vec<SessionId> {
        self.lines.get(at).cloned().unwrap_or_default()
    }
}
