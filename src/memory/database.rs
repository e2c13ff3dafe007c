//! One numbered database: keys, their values and when they expire.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use bytes::Bytes;

use super::dict::Dict;
use super::random::Random;
use super::values::Value;

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    /// Unix time in milliseconds from which on the key is gone.
    pub(crate) expires_at: Option<i64>,
    /// When a command last read or wrote the key (Unix time in milliseconds), for OBJECT IDLETIME.
    pub(crate) used_at: i64,
    /// Logarithmic access counter, for OBJECT FREQ.
    pub(crate) frequency: u8,
    /// Under which time the expiry index holds this key.
    filed_under: Option<i64>,
}

/// Redis' `lfu-log-factor`: how much harder each further step of the access counter is.
const FREQUENCY_FACTOR: usize = 10;

/// Redis' LFU_INIT_VAL: a new key is not the first candidate for eviction.
const NEW_KEY_FREQUENCY: u8 = 5;

impl Entry {
    pub(crate) fn new(value: Value, now: i64) -> Self {
        Entry {
            value,
            expires_at: None,
            used_at: now,
            frequency: NEW_KEY_FREQUENCY,
            filed_under: None,
        }
    }

    /// A command used the key. With `random`, the access counter takes its logarithmic step, after having lost one for
    /// each minute without use.
    pub(crate) fn used(&mut self, now: i64, random: Option<&mut Random>) {
        if let Some(random) = random {
            self.frequency = self.frequency_at(now);
            let above = usize::from(self.frequency.saturating_sub(NEW_KEY_FREQUENCY));
            if random.below(above * FREQUENCY_FACTOR + 1) == 0 {
                self.frequency = self.frequency.saturating_add(1);
            }
        }
        self.used_at = now;
    }

    /// The access counter, less one for each minute without use.
    pub(crate) fn frequency_at(&self, now: i64) -> u8 {
        let minutes = (now - self.used_at).max(0) / 60_000;
        self.frequency.saturating_sub(u8::try_from(minutes).unwrap_or(u8::MAX))
    }

    /// The earliest moment at which time alone changes this entry: it expires, or a field of the hash does.
    fn next_expiry(&self) -> Option<i64> {
        let field = match &self.value {
            Value::Hash(hash) => hash.next_expiry(),
            _ => None,
        };
        match (self.expires_at, field) {
            (Some(key), Some(field)) => Some(key.min(field)),
            (key, field) => key.or(field),
        }
    }
}

/// Every change of an entry ends with [`Database::refile`], so that [`Database::purge`] finds what is due without looking
/// at anything else. Purging happens before each command; hence no command ever meets an expired key or field.
#[derive(Debug)]
pub(crate) struct Database {
    entries: Dict<Entry>,
    expiries: BTreeSet<(i64, Bytes)>,
}

impl Default for Database {
    fn default() -> Self {
        Database {
            entries: Dict::indexed(),
            expiries: BTreeSet::new(),
        }
    }
}

impl Database {
    pub(crate) fn entries(&self) -> &Dict<Entry> {
        &self.entries
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &[u8]) -> Option<&mut Entry> {
        self.entries.get_mut(key)
    }

    /// The entry of `key`, which is made first if missing.
    pub(crate) fn get_or_insert_with(&mut self, key: &Bytes, make: impl FnOnce() -> Entry) -> &mut Entry {
        self.entries.get_or_insert_with(key, make)
    }

    /// Puts an entry in place of whatever was there.
    pub(crate) fn insert(&mut self, key: Bytes, mut entry: Entry) {
        self.unfile(&key);
        entry.filed_under = None;
        self.entries.insert(key.clone(), entry);
        self.refile(&key);
    }

    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        self.unfile(key);
        self.entries.remove(key).map(|(_, entry)| entry)
    }

    /// Brings the expiry index up to date with the entry of `key`.
    pub(crate) fn refile(&mut self, key: &[u8]) {
        let Some((name, entry)) = self.entries.get_key_value(key) else {
            return;
        };
        let (next, filed) = (entry.next_expiry(), entry.filed_under);
        if next == filed {
            return;
        }
        let name = name.clone();
        self.unfile(key);
        if let Some(entry) = self.entries.get_mut(key) {
            entry.filed_under = next;
        }
        if let Some(at) = next {
            self.expiries.insert((at, name));
        }
    }

    /// Drops keys and hash fields that have expired by `now`; returns the keys this changed.
    pub(crate) fn purge(&mut self, now: i64) -> Vec<Bytes> {
        let mut changed = Vec::new();
        while self.expiries.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.expiries.pop_first() else {
                break;
            };
            let Some(entry) = self.entries.get_mut(&key) else {
                continue;
            };
            entry.filed_under = None;
            if let Value::Hash(hash) = &mut entry.value {
                hash.purge(now);
            }
            if entry.expires_at.is_some_and(|at| at <= now) || entry.value.is_empty() {
                self.remove(&key);
            } else {
                self.refile(&key);
            }
            changed.push(key);
        }
        changed
    }

    fn unfile(&mut self, key: &[u8]) {
        let Some((name, entry)) = self.entries.get_key_value(key) else {
            return;
        };
        if let Some(at) = entry.filed_under {
            self.expiries.remove(&(at, name.clone()));
        }
    }
}

/// The numbered databases: there is always a number 0, so asking for one cannot fail.
#[derive(Debug, Default)]
pub(crate) struct Databases {
    zero: Database,
    others: Vec<Database>,
}

impl Databases {
    pub(crate) fn new(count: usize) -> Self {
        let mut others = Vec::new();
        others.resize_with(count.saturating_sub(1), Database::default);
        Databases {
            zero: Database::default(),
            others,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// Numbers are checked where they enter (SELECT, MOVE, COPY, SWAPDB); any other means database 0.
    pub(crate) fn at(&self, number: usize) -> &Database {
        number
            .checked_sub(1)
            .and_then(|at| self.others.get(at))
            .unwrap_or(&self.zero)
    }

    pub(crate) fn at_mut(&mut self, number: usize) -> &mut Database {
        number
            .checked_sub(1)
            .and_then(|at| self.others.get_mut(at))
            .unwrap_or(&mut self.zero)
    }

    pub(crate) fn swap(&mut self, one: usize, other: usize) {
        if one == other {
            return;
        }
        let first = core::mem::take(self.at_mut(one));
        let second = core::mem::replace(self.at_mut(other), first);
        *self.at_mut(one) = second;
    }
}
