//! The sorted set type.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Range;

use bytes::Bytes;

use crate::memory::dict::Dict;

/// Members with scores, in order of score and then of bytes.
///
/// A sorted array beside a table from member to score: rank and range are array arithmetic, an insertion moves what lies
/// behind it.
#[derive(Debug, Clone, Default)]
pub(crate) struct SortedSet {
    scores: Dict<f64>,
    sorted: Vec<(f64, Bytes)>,
}

impl SortedSet {
    pub(crate) fn len(&self) -> usize {
        self.sorted.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Members by name, for lookups and scans.
    pub(crate) fn scores(&self) -> &Dict<f64> {
        &self.scores
    }

    /// All members in order.
    pub(crate) fn as_slice(&self) -> &[(f64, Bytes)] {
        &self.sorted
    }

    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Position in ascending order.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        let score = self.score(member)?;
        self.find(score, member).ok()
    }

    /// Sets a member's score (never NaN) and returns the one it had.
    pub(crate) fn insert(&mut self, member: Bytes, score: f64) -> Option<f64> {
        let old = self.scores.insert(member.clone(), score);
        if let Some(old) = old {
            self.take_sorted(old, &member);
        }
        let at = self.find(score, &member).unwrap_or_else(|at| at);
        self.sorted.insert(at, (score, member));
        old
    }

    /// Takes a member out; its score if it was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (_, score) = self.scores.remove(member)?;
        self.take_sorted(score, member);
        Some(score)
    }

    /// Takes out the members at these positions of the order.
    pub(crate) fn remove_range(&mut self, positions: Range<usize>) -> Vec<(f64, Bytes)> {
        let end = positions.end.min(self.sorted.len());
        let start = positions.start.min(end);
        let removed: Vec<(f64, Bytes)> = self.sorted.drain(start..end).collect();
        for (_, member) in &removed {
            self.scores.remove(member);
        }
        removed
    }

    /// The first position for which `before` no longer holds (`before` must hold for a prefix of the order).
    pub(crate) fn partition_point(&self, mut before: impl FnMut(f64, &[u8]) -> bool) -> usize {
        self.sorted.partition_point(|(score, member)| before(*score, member))
    }

    fn take_sorted(&mut self, score: f64, member: &[u8]) {
        if let Ok(at) = self.find(score, member) {
            self.sorted.remove(at);
        }
    }

    fn find(&self, score: f64, member: &[u8]) -> Result<usize, usize> {
        self.sorted.binary_search_by(|(held_score, held)| {
            held_score
                .partial_cmp(&score)
                .unwrap_or(Ordering::Equal)
                .then_with(|| held.as_ref().cmp(member))
        })
    }
}
