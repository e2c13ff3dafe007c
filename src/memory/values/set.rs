//! The set type.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::memory::dict::Dict;
use crate::memory::number::parse_i64;

/// Redis' `set-max-intset-entries`.
const INTSET_ENTRIES: usize = 512;

/// Distinct byte strings. While all are integers and few, they are listed in numeric order, as Redis' intset is.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    members: Dict<()>,
    all_integers: bool,
}

impl Default for Set {
    fn default() -> Self {
        Set {
            members: Dict::new(),
            all_integers: true,
        }
    }
}

impl Set {
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether Redis would hold this as an intset.
    pub(crate) fn is_intset(&self) -> bool {
        self.all_integers
    }

    pub(crate) fn members(&self) -> &Dict<()> {
        &self.members
    }

    pub(crate) fn contains(&self, member: &[u8]) -> bool {
        self.members.contains(member)
    }

    /// Adds a member; false if it was there.
    pub(crate) fn insert(&mut self, member: Bytes) -> bool {
        self.all_integers = self.all_integers && parse_i64(&member).is_some();
        let added = self.members.insert(member, ()).is_none();
        self.all_integers = self.all_integers && self.members.len() <= INTSET_ENTRIES;
        added
    }

    /// Takes a member out; the stored bytes if it was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<Bytes> {
        self.members.remove(member).map(|(member, ())| member)
    }

    /// All members in the order SMEMBERS gives them.
    pub(crate) fn to_vec(&self) -> Vec<Bytes> {
        let mut all: Vec<Bytes> = self.members.keys().cloned().collect();
        if self.all_integers {
            all.sort_by_key(|member| parse_i64(member));
        }
        all
    }
}

impl FromIterator<Bytes> for Set {
    fn from_iter<I: IntoIterator<Item = Bytes>>(members: I) -> Self {
        let mut set = Set::default();
        for member in members {
            set.insert(member);
        }
        set
    }
}
