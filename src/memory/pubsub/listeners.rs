//! Which sessions listen to what.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::glob::matches;
use super::super::session::SessionId;

/// The three kinds of names there are. Each is a world of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    Channels,
    Patterns,
    Shards,
}

type Names = BTreeMap<Bytes, Vec<SessionId>>;

#[derive(Debug, Default)]
pub(crate) struct Listeners {
    /// By [`Space`]; who listens to a name, in the order in which they came.
    by_name: [Names; 3],
    by_session: BTreeMap<SessionId, [BTreeSet<Bytes>; 3]>,
    /// Who sees every command (MONITOR).
    monitors: BTreeSet<SessionId>,
}

impl Space {
    /// What this kind of name adds to the name of SUBSCRIBE.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Space::Channels => "",
            Space::Patterns => "p",
            Space::Shards => "s",
        }
    }
}

impl Listeners {
    fn names(&self, space: Space) -> &Names {
        let [channels, patterns, shards] = &self.by_name;
        match space {
            Space::Channels => channels,
            Space::Patterns => patterns,
            Space::Shards => shards,
        }
    }

    fn names_mut(&mut self, space: Space) -> &mut Names {
        let [channels, patterns, shards] = &mut self.by_name;
        match space {
            Space::Channels => channels,
            Space::Patterns => patterns,
            Space::Shards => shards,
        }
    }

    fn own(&self, session: SessionId, space: Space) -> Option<&BTreeSet<Bytes>> {
        self.by_session.get(&session)?.get(space as usize)
    }

    pub(super) fn add(&mut self, session: SessionId, space: Space, name: &Bytes) {
        let own = self.by_session.entry(session).or_default();
        if own.get_mut(space as usize).is_some_and(|own| own.insert(name.clone())) {
            self.names_mut(space).entry(name.clone()).or_default().push(session);
        }
    }

    pub(super) fn remove(&mut self, session: SessionId, space: Space, name: &Bytes) {
        let own = self.by_session.get_mut(&session);
        let own = own.and_then(|own| own.get_mut(space as usize));
        if !own.is_some_and(|own| own.remove(name)) {
            return;
        }
        let names = self.names_mut(space);
        if let Some(sessions) = names.get_mut(name) {
            sessions.retain(|&other| other != session);
            if sessions.is_empty() {
                names.remove(name);
            }
        }
    }

    /// The session is gone, or begins anew.
    pub(crate) fn forget(&mut self, session: SessionId) {
        for space in [Space::Channels, Space::Patterns, Space::Shards] {
            for name in self.of(session, space) {
                self.remove(session, space, &name);
            }
        }
        self.by_session.remove(&session);
        self.monitors.remove(&session);
    }

    /// What a session listens to.
    pub(super) fn of(&self, session: SessionId, space: Space) -> Vec<Bytes> {
        self.own(session, space)
            .map(|own| own.iter().cloned().collect())
            .unwrap_or_default()
    }

    pub(crate) fn count(&self, session: SessionId, space: Space) -> usize {
        self.own(session, space).map_or(0, BTreeSet::len)
    }

    pub(crate) fn is_subscribed(&self, session: SessionId) -> bool {
        self.by_session
            .get(&session)
            .is_some_and(|own| own.iter().any(|names| !names.is_empty()))
    }

    /// Who listens to exactly this name.
    pub(super) fn to(&self, space: Space, name: &[u8]) -> &[SessionId] {
        self.names(space).get(name).map_or(&[], Vec::as_slice)
    }

    /// Who listens to a channel through a pattern, once for each pattern.
    pub(super) fn through_patterns(&self, channel: &[u8]) -> Vec<(Bytes, SessionId)> {
        self.names(Space::Patterns)
            .iter()
            .filter(|(pattern, _)| matches(pattern, channel))
            .flat_map(|(pattern, sessions)| sessions.iter().map(|session| (pattern.clone(), *session)))
            .collect()
    }

    /// The names that somebody listens to.
    pub(super) fn active(&self, space: Space) -> impl Iterator<Item = &Bytes> {
        self.names(space).keys()
    }

    /// Makes the session one that sees every command; false if it is already.
    pub(super) fn watch_all(&mut self, session: SessionId) -> bool {
        self.monitors.insert(session)
    }

    pub(crate) fn is_monitor(&self, session: SessionId) -> bool {
        self.monitors.contains(&session)
    }

    pub(super) fn monitors(&self) -> Vec<SessionId> {
        self.monitors.iter().copied().collect()
    }

    pub(super) fn has_monitors(&self) -> bool {
        !self.monitors.is_empty()
    }
}
