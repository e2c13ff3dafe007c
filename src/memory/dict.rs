//! The hash table under the keyspace, sets, hashes and sorted sets.
//!
//! Two shapes, as in Redis. *Compact* (Redis' listpack): few, short keys in insertion order, searched one by one and
//! scanned in one go. *Indexed*: buckets over the entries; a scan walks buckets with the bits of the cursor reversed, so
//! that whatever is present during the whole iteration is returned even when the table grows or shrinks in between.
//! The hash is fixed, hence everything is deterministic.

use alloc::vec::Vec;

use bytes::Bytes;

use super::random::Random;

/// Redis' `*-max-listpack-entries` and `*-max-listpack-value`.
pub(crate) const COMPACT_ENTRIES: usize = 128;
pub(crate) const COMPACT_KEY: usize = 64;

#[derive(Debug, Clone)]
pub(crate) struct Dict<V> {
    entries: Vec<(Bytes, V)>,
    /// Positions in `entries`, by hash; `None` while compact. Always a power of two of buckets.
    buckets: Option<Vec<Vec<usize>>>,
}

impl<V> Default for Dict<V> {
    fn default() -> Self {
        Dict::new()
    }
}

impl<V> Dict<V> {
    /// A table that starts compact.
    pub(crate) const fn new() -> Self {
        Dict {
            entries: Vec::new(),
            buckets: None,
        }
    }

    /// A table that is never compact: its scan pages from the start.
    pub(crate) fn indexed() -> Self {
        Dict {
            entries: Vec::new(),
            buckets: Some(empty_buckets(4)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether Redis would still keep this as a listpack, judging by number and length of keys.
    pub(crate) fn is_compact(&self) -> bool {
        self.buckets.is_none()
    }

    /// Leaves the compact shape for good (for instance because a value is too long for it).
    pub(crate) fn make_indexed(&mut self) {
        if self.buckets.is_none() {
            self.rebuild(self.entries.len().next_power_of_two().max(4));
        }
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.position(key).is_some()
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&V> {
        self.at(self.position(key)?).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &[u8]) -> Option<&mut V> {
        let position = self.position(key)?;
        self.entries.get_mut(position).map(|(_, value)| value)
    }

    /// The key as stored (shares memory) with its value.
    pub(crate) fn get_key_value(&self, key: &[u8]) -> Option<(&Bytes, &V)> {
        self.at(self.position(key)?)
    }

    /// The entry at a position in `0..len()`. Positions move when something is removed.
    pub(crate) fn at(&self, position: usize) -> Option<(&Bytes, &V)> {
        self.entries.get(position).map(|(key, value)| (key, value))
    }

    /// Any entry, all equally likely.
    pub(crate) fn random(&self, random: &mut Random) -> Option<(&Bytes, &V)> {
        self.at(random.below(self.entries.len()))
    }

    /// All entries; in insertion order while compact.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&Bytes, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn keys(&self) -> impl ExactSizeIterator<Item = &Bytes> {
        self.entries.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Sets the value of `key` and returns the one it had. An existing key keeps its place.
    pub(crate) fn insert(&mut self, key: Bytes, value: V) -> Option<V> {
        if let Some(slot) = self.get_mut(&key) {
            return Some(core::mem::replace(slot, value));
        }
        let long = key.len() > COMPACT_KEY;
        let position = self.entries.len();
        if let Some(buckets) = &mut self.buckets {
            add_to(buckets, &key, position);
        }
        self.entries.push((key, value));
        match &self.buckets {
            None if long || self.entries.len() > COMPACT_ENTRIES => self.make_indexed(),
            Some(buckets) if self.entries.len() > buckets.len() => self.rebuild(buckets.len() * 2),
            _ => {}
        }
        None
    }

    /// The value of `key`, which is made first if missing.
    pub(crate) fn get_or_insert_with(&mut self, key: &Bytes, make: impl FnOnce() -> V) -> &mut V {
        let position = match self.position(key) {
            Some(position) => position,
            None => {
                self.insert(key.clone(), make());
                self.entries.len() - 1
            }
        };
        #[expect(clippy::indexing_slicing, reason = "the position was found or made two lines above")]
        &mut self.entries[position].1
    }

    /// Takes `key` out. The order of the others is kept while compact.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<(Bytes, V)> {
        let position = self.position(key)?;
        let Some(buckets) = &mut self.buckets else {
            return Some(self.entries.remove(position));
        };
        if let Some(bucket) = bucket_of(buckets, key) {
            bucket.retain(|&at| at != position);
        }
        let removed = self.entries.swap_remove(position);
        let last = self.entries.len();
        if let Some((moved, _)) = self.entries.get(position) {
            if let Some(at) = bucket_of(buckets, moved).and_then(|bucket| bucket.iter_mut().find(|at| **at == last)) {
                *at = position;
            }
        }
        let wanted = buckets.len() / 2;
        if wanted >= 4 && last * 8 < buckets.len() {
            self.rebuild(wanted);
        }
        Some(removed)
    }

    /// One step of a cursor iteration: calls `each` for at least `count` entries unless the end comes first, and returns
    /// the next cursor, 0 at the end. Entries present throughout are seen at least once; a resize may repeat some.
    pub(crate) fn scan<'a>(&'a self, cursor: u64, count: usize, mut each: impl FnMut(&'a Bytes, &'a V)) -> u64 {
        let Some(buckets) = &self.buckets else {
            self.entries.iter().for_each(|(key, value)| each(key, value));
            return 0;
        };
        let mask = buckets.len() as u64 - 1;
        let mut cursor = cursor;
        let mut seen = 0;
        // Empty buckets are stepped over, but not without end: a sparse table still answers in bounded time.
        for _ in 0..count.saturating_mul(10).max(1) {
            for (key, value) in self.bucket(buckets, cursor & mask) {
                each(key, value);
                seen += 1;
            }
            cursor = (cursor | !mask).reverse_bits().wrapping_add(1).reverse_bits();
            if cursor == 0 || seen >= count {
                break;
            }
        }
        cursor
    }

    fn bucket<'a>(&'a self, buckets: &'a [Vec<usize>], index: u64) -> impl Iterator<Item = (&'a Bytes, &'a V)> {
        buckets
            .get(index as usize)
            .into_iter()
            .flatten()
            .filter_map(|&position| self.at(position))
    }

    fn position(&self, key: &[u8]) -> Option<usize> {
        match &self.buckets {
            None => self.entries.iter().position(|(held, _)| held == key),
            Some(buckets) => {
                let bucket = buckets.get((hash(key) & (buckets.len() as u64 - 1)) as usize)?;
                bucket
                    .iter()
                    .copied()
                    .find(|&at| self.entries.get(at).is_some_and(|(held, _)| held == key))
            }
        }
    }

    fn rebuild(&mut self, size: usize) {
        let mut buckets = empty_buckets(size);
        for (position, (key, _)) in self.entries.iter().enumerate() {
            add_to(&mut buckets, key, position);
        }
        self.buckets = Some(buckets);
    }
}

fn empty_buckets(size: usize) -> Vec<Vec<usize>> {
    let mut buckets = Vec::new();
    buckets.resize_with(size, Vec::new);
    buckets
}

fn bucket_of<'a>(buckets: &'a mut [Vec<usize>], key: &[u8]) -> Option<&'a mut Vec<usize>> {
    let mask = buckets.len() as u64 - 1;
    buckets.get_mut((hash(key) & mask) as usize)
}

fn add_to(buckets: &mut [Vec<usize>], key: &[u8], position: usize) {
    if let Some(bucket) = bucket_of(buckets, key) {
        bucket.push(position);
    }
}

/// FNV-1a with a final mix, because the low bits choose the bucket.
pub(super) fn hash(key: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in key {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}
