//! The stream type.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

/// The id of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Id {
    pub(crate) ms: u64,
    pub(crate) seq: u64,
}

impl Id {
    pub(crate) const MIN: Id = Id { ms: 0, seq: 0 };
    pub(crate) const MAX: Id = Id {
        ms: u64::MAX,
        seq: u64::MAX,
    };

    pub(crate) fn next(self) -> Option<Id> {
        let Id { ms, seq } = self;
        match seq.checked_add(1) {
            Some(seq) => Some(Id { ms, seq }),
            None => Some(Id {
                ms: ms.checked_add(1)?,
                seq: 0,
            }),
        }
    }

    pub(crate) fn previous(self) -> Option<Id> {
        let Id { ms, seq } = self;
        match seq.checked_sub(1) {
            Some(seq) => Some(Id { ms, seq }),
            None => Some(Id {
                ms: ms.checked_sub(1)?,
                seq: u64::MAX,
            }),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// Fields and values in turn.
pub(crate) type Fields = Vec<Bytes>;

/// A new block is begun after so many entries: trimming that is approximate takes whole blocks only.
const BLOCK: usize = 100;

/// Entries by id, groups by name. Unlike other aggregates, a stream stays when it is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    entries: BTreeMap<Id, Fields>,
    pub(crate) last_id: Id,
    /// The highest id that was ever deleted one by one.
    pub(crate) max_deleted: Id,
    /// How many entries were ever added.
    pub(crate) added: u64,
    pub(crate) groups: BTreeMap<Bytes, Group>,
    /// The first id of each block.
    blocks: VecDeque<Id>,
    /// How many entries the last block was given.
    in_last_block: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) last_id: Id,
    /// How many entries were given out; `None` if nobody can know.
    pub(crate) read: Option<u64>,
    pub(crate) pending: BTreeMap<Id, Pending>,
    pub(crate) consumers: BTreeMap<Bytes, Consumer>,
}

/// An entry that was given to a consumer and not acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) consumer: Bytes,
    /// Unix time in milliseconds.
    pub(crate) delivered_at: i64,
    pub(crate) deliveries: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Consumer {
    /// When it last tried something.
    pub(crate) seen_at: i64,
    /// When it last was given something.
    pub(crate) active_at: Option<i64>,
    pub(crate) pending: BTreeSet<Id>,
}

/// Which entries trimming takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Threshold {
    MaxLen(u64),
    MinId(Id),
}

/// What becomes of the references of groups to entries that go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Refs {
    #[default]
    Keep,
    Delete,
    /// What is referred to stays.
    Acked,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Trim {
    pub(crate) threshold: Threshold,
    pub(crate) approximate: bool,
    /// How many entries at most.
    pub(crate) limit: u64,
    pub(crate) refs: Refs,
}

impl Stream {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn entries(&self) -> &BTreeMap<Id, Fields> {
        &self.entries
    }

    pub(crate) fn has(&self, id: Id) -> bool {
        self.entries.contains_key(&id)
    }

    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The id of the first entry; `0-0` if there is none.
    pub(crate) fn first_id(&self) -> Id {
        self.entries.keys().next().copied().unwrap_or_default()
    }

    /// The id of the last entry, if there is one.
    pub(crate) fn last_entry_id(&self) -> Option<Id> {
        self.entries.keys().next_back().copied()
    }

    /// Adds an entry behind all others.
    pub(crate) fn append(&mut self, id: Id, fields: Fields) {
        if self.blocks.is_empty() || self.in_last_block >= BLOCK {
            self.blocks.push_back(id);
            self.in_last_block = 0;
        }
        self.in_last_block += 1;
        self.entries.insert(id, fields);
        self.last_id = id;
        self.added += 1;
    }

    /// Deletes an entry; false if there is none.
    pub(crate) fn delete(&mut self, id: Id) -> bool {
        if self.entries.remove(&id).is_none() {
            return false;
        }
        self.max_deleted = self.max_deleted.max(id);
        self.drop_empty_blocks();
        true
    }

    fn drop_empty_blocks(&mut self) {
        let entries = &self.entries;
        let mut ends: Vec<Id> = self.blocks.iter().skip(1).copied().collect();
        ends.push(Id::MAX);
        let mut ends = ends.into_iter();
        let has_entries = |start: &Id, end: Id| {
            let mut left = entries
                .range(*start..=end)
                .filter(|(id, _)| **id < end || end == Id::MAX);
            left.next().is_some()
        };
        self.blocks
            .retain(|start| ends.next().is_some_and(|end| has_entries(start, end)));
        if self.blocks.is_empty() {
            self.in_last_block = 0;
        }
    }

    /// Whether a group has still to read or to acknowledge an entry.
    pub(crate) fn is_referenced(&self, id: Id) -> bool {
        self.groups
            .values()
            .any(|group| id > group.last_id || group.pending.contains_key(&id))
    }

    /// Makes every group forget an entry.
    pub(crate) fn forget(&mut self, id: Id) {
        self.groups.values_mut().for_each(|group| {
            group.acknowledge(id);
        });
    }

    /// Takes the oldest entries away; how many they were.
    pub(crate) fn trim(&mut self, trim: Trim) -> u64 {
        let taken = if trim.approximate {
            self.whole_blocks(trim)
        } else {
            self.oldest(trim)
        };
        for id in &taken {
            self.entries.remove(id);
            if trim.refs == Refs::Delete {
                self.forget(*id);
            }
        }
        self.drop_empty_blocks();
        taken.len() as u64
    }

    fn oldest(&self, trim: Trim) -> Vec<Id> {
        let mut left = self.entries.len() as u64;
        let mut taken = Vec::new();
        for id in self.entries.keys().copied() {
            let enough = match trim.threshold {
                Threshold::MaxLen(len) => left <= len,
                Threshold::MinId(min) => id >= min,
            };
            if enough {
                break;
            }
            if trim.refs != Refs::Acked || !self.is_referenced(id) {
                taken.push(id);
                left -= 1;
            }
        }
        taken
    }

    fn whole_blocks(&self, trim: Trim) -> Vec<Id> {
        let mut taken = Vec::new();
        for (index, start) in self.blocks.iter().enumerate() {
            let end = self.blocks.get(index + 1);
            let block = self.entries.range(*start..).map(|(id, _)| *id);
            let block: Vec<Id> = block.take_while(|id| end.is_none_or(|end| id < end)).collect();
            let after = (taken.len() + block.len()) as u64;
            let whole = match trim.threshold {
                Threshold::MaxLen(len) => (self.entries.len() as u64).saturating_sub(after) >= len,
                Threshold::MinId(min) => block.last().is_some_and(|last| *last < min),
            };
            let kept = trim.refs == Refs::Acked && block.iter().any(|id| self.is_referenced(*id));
            if !whole || kept || after > trim.limit {
                break;
            }
            taken.extend(block);
        }
        taken
    }

    /// What can be known about how far into the stream an id is.
    pub(crate) fn history(&self) -> History {
        History {
            added: self.added,
            len: self.entries.len() as u64,
            first: self.first_id(),
            last: self.last_id,
            max_deleted: self.max_deleted,
        }
    }
}

/// Figures of a stream that tell how many entries an id is away from the beginning, as far as deletions leave that clear.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    added: u64,
    len: u64,
    first: Id,
    last: Id,
    max_deleted: Id,
}

impl History {
    /// Whether an entry was deleted from `id` on.
    fn has_gap_from(&self, id: Id) -> bool {
        self.len > 0 && self.max_deleted != Id::MIN && self.first <= self.max_deleted && id <= self.max_deleted
    }

    /// How many entries were ever added up to `id`.
    fn position(&self, id: Id) -> Option<u64> {
        if self.added == 0 {
            return Some(0);
        }
        if self.len == 0 && id <= self.last {
            return Some(self.added);
        }
        if id != Id::MIN && id < self.max_deleted {
            return None;
        }
        if id == self.last {
            return Some(self.added);
        }
        let before_first = self.added.saturating_sub(self.len);
        let whole = self.max_deleted == Id::MIN || self.max_deleted < self.first;
        match id.cmp(&self.first) {
            _ if id > self.last || !whole => None,
            core::cmp::Ordering::Less => Some(before_first),
            core::cmp::Ordering::Equal => Some(before_first + 1),
            core::cmp::Ordering::Greater => None,
        }
    }
}

impl Group {
    pub(crate) fn new(last_id: Id, read: Option<u64>) -> Self {
        Group {
            last_id,
            read,
            ..Group::default()
        }
    }

    /// The entry is not pending any longer; false if it was not.
    pub(crate) fn acknowledge(&mut self, id: Id) -> bool {
        let Some(pending) = self.pending.remove(&id) else {
            return false;
        };
        if let Some(consumer) = self.consumers.get_mut(&pending.consumer) {
            consumer.pending.remove(&id);
        }
        true
    }

    /// The consumer of this name, which is made if there is none, and was seen just now.
    pub(crate) fn consumer(&mut self, name: &Bytes, now: i64) -> &mut Consumer {
        let consumer = self.consumers.entry(name.clone()).or_default();
        consumer.seen_at = now;
        consumer
    }

    /// The group has come to this entry.
    pub(crate) fn advance(&mut self, id: Id, history: &History) {
        if id <= self.last_id {
            return;
        }
        self.read = match self.read {
            Some(read) if self.last_id >= history.first && !history.has_gap_from(self.last_id) => Some(read + 1),
            _ => history.position(id),
        };
        self.last_id = id;
    }

    /// A consumer has the entry now, whoever had it before.
    pub(crate) fn give(&mut self, id: Id, name: &Bytes, delivered_at: i64, deliveries: u64, now: i64) {
        self.acknowledge(id);
        let consumer = self.consumers.entry(name.clone()).or_default();
        consumer.pending.insert(id);
        consumer.active_at = Some(now);
        let pending = Pending {
            consumer: name.clone(),
            delivered_at,
            deliveries,
        };
        self.pending.insert(id, pending);
    }

    /// Removes a consumer with all it has; how much that was.
    pub(crate) fn remove_consumer(&mut self, name: &[u8]) -> usize {
        let Some(consumer) = self.consumers.remove(name) else {
            return 0;
        };
        consumer.pending.iter().for_each(|id| {
            self.pending.remove(id);
        });
        consumer.pending.len()
    }

    /// How many entries are still new to the group.
    pub(crate) fn lag(&self, history: &History) -> Option<u64> {
        if history.len == 0 {
            return Some(0);
        }
        // Deletions behind both the group and what is left do not matter.
        if self.last_id < history.first && history.max_deleted < history.first {
            return Some(history.len);
        }
        let read = self.read.filter(|_| !history.has_gap_from(self.last_id));
        let read = read.or_else(|| history.position(self.last_id))?;
        Some(history.added.saturating_sub(read))
    }
}
