//! WATCH: which sessions have an interest in which keys, and whose interest was hurt.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use bytes::Bytes;

use super::session::SessionId;

#[derive(Debug, Default)]
pub(crate) struct Watches {
    by_key: BTreeMap<(usize, Bytes), Vec<SessionId>>,
    by_session: BTreeMap<SessionId, Vec<(usize, Bytes)>>,
    dirty: BTreeSet<SessionId>,
}

impl Watches {
    pub(crate) fn watch(&mut self, session: SessionId, database: usize, key: &Bytes) {
        let at = (database, key.clone());
        let sessions = self.by_key.entry(at.clone()).or_default();
        if !sessions.contains(&session) {
            sessions.push(session);
            self.by_session.entry(session).or_default().push(at);
        }
    }

    /// Forgets all watched keys of a session and whether they changed.
    pub(crate) fn unwatch(&mut self, session: SessionId) {
        for at in self.by_session.remove(&session).unwrap_or_default() {
            if let Some(sessions) = self.by_key.get_mut(&at) {
                sessions.retain(|&other| other != session);
                if sessions.is_empty() {
                    self.by_key.remove(&at);
                }
            }
        }
        self.dirty.remove(&session);
    }

    /// A key changed.
    pub(crate) fn touch(&mut self, database: usize, key: &Bytes) {
        if self.by_key.is_empty() {
            return;
        }
        if let Some(sessions) = self.by_key.get(&(database, key.clone())) {
            self.dirty.extend(sessions.iter().copied());
        }
    }

    /// Whether a key the session watches has changed since.
    pub(crate) fn is_dirty(&self, session: SessionId) -> bool {
        self.dirty.contains(&session)
    }

    pub(crate) fn count(&self, session: SessionId) -> usize {
        self.by_session.get(&session).map_or(0, Vec::len)
    }

    /// Watched keys of one database.
    pub(crate) fn keys_in(&self, database: usize) -> Vec<Bytes> {
        self.by_key
            .keys()
            .filter(|(number, _)| *number == database)
            .map(|(_, key)| key.clone())
            .collect()
    }
}
