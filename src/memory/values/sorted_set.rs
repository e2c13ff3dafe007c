//! The sorted set type.

use alloc::vec::Vec;
use core::ops::Range;

use bytes::Bytes;

use super::ranked::{Iter, Ranked};
use crate::memory::dict::Dict;

/// Members with scores, in order of score and then of bytes.
///
/// A table from member to score beside a list in order: lookups by member take constant time, changes and positions
/// logarithmic time.
#[derive(Debug, Clone, Default)]
pub(crate) struct SortedSet {
    scores: Dict<f64>,
    order: Ranked<(f64, Bytes)>,
}

impl SortedSet {
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.order.len() == 0
    }

    /// Members by name, for lookups and scans.
    pub(crate) fn scores(&self) -> &Dict<f64> {
        &self.scores
    }

    /// All members in order.
    pub(crate) fn iter(&self) -> Iter<'_, (f64, Bytes)> {
        self.range(0..self.len())
    }

    /// The members at these positions of the order.
    pub(crate) fn range(&self, positions: Range<usize>) -> Iter<'_, (f64, Bytes)> {
        self.order.range(positions)
    }

    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Position in ascending order.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        Some(self.place(self.score(member)?, member))
    }

    /// Sets a member's score (never NaN) and returns the one it had.
    pub(crate) fn insert(&mut self, member: Bytes, score: f64) -> Option<f64> {
        // A listpack of Redis does not tell -0 from 0; adding makes one of both.
        let score = score + 0.0;
        let old = self.score(&member);
        if let Some(old) = old {
            self.order.remove(self.place(old, &member));
        }
        self.order.insert(self.place(score, &member), (score, member.clone()));
        self.scores.insert(member, score)
    }

    /// Takes a member out; its score if it was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (_, score) = self.scores.remove(member)?;
        self.order.remove(self.place(score, member));
        Some(score)
    }

    /// Takes out the members at these positions of the order.
    pub(crate) fn remove_range(&mut self, positions: Range<usize>) -> Vec<(f64, Bytes)> {
        let start = positions.start;
        let removed: Vec<(f64, Bytes)> = positions.map_while(|_| self.order.remove(start)).collect();
        for (_, member) in &removed {
            self.scores.remove(member);
        }
        removed
    }

    /// The first position for which `before` no longer holds (`before` must hold for a prefix of the order).
    pub(crate) fn partition_point(&self, mut before: impl FnMut(f64, &[u8]) -> bool) -> usize {
        self.order.partition_point(|(score, member)| before(*score, member))
    }

    /// Where a member with this score is, or belongs.
    fn place(&self, score: f64, member: &[u8]) -> usize {
        self.partition_point(|held_score, held| held_score < score || (held_score == score && held < member))
    }
}

/// The last score of a member counts.
impl FromIterator<(Bytes, f64)> for SortedSet {
    fn from_iter<I: IntoIterator<Item = (Bytes, f64)>>(members: I) -> Self {
        let mut set = SortedSet::default();
        for (member, score) in members {
            set.insert(member, score);
        }
        set
    }
}
