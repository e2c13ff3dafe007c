//! Which part of a sorted set a command means: positions, scores, or members in the order of their bytes.

use core::ops::Range;

use bytes::Bytes;

use super::super::failure::Failure;
use super::super::number::{clamp_range, int, read_f64};
use super::super::values::SortedSet;

/// What the two bounds of a range are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Rank,
    Score,
    /// The order of bytes; it only means something where all scores are equal.
    Lex,
}

#[derive(Debug, Clone, Copy)]
struct ScoreBound {
    score: f64,
    exclusive: bool,
}

impl ScoreBound {
    /// `1.5`, `(1.5`, `-inf`.. As Redis leaves the reading to C, blanks in front do not matter, nothing at all is 0, and
    /// what no double can hold is infinite.
    fn parse(text: &[u8]) -> Result<Self, Failure> {
        let number = text.strip_prefix(b"(").unwrap_or(text);
        let score = match number {
            [] => Some(0.0),
            _ => read_f64(number.trim_ascii_start()),
        };
        Ok(ScoreBound {
            score: score.ok_or(Failure::fixed("ERR min or max is not a float"))?,
            exclusive: number.len() < text.len(),
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum LexBound<'a> {
    Lowest,
    Highest,
    Inclusive(&'a [u8]),
    Exclusive(&'a [u8]),
}

impl<'a> LexBound<'a> {
    /// `[member`, `(member`, `-` or `+`.
    fn parse(text: &'a [u8]) -> Result<Self, Failure> {
        match text {
            b"-" => Ok(LexBound::Lowest),
            b"+" => Ok(LexBound::Highest),
            [b'[', member @ ..] => Ok(LexBound::Inclusive(member)),
            [b'(', member @ ..] => Ok(LexBound::Exclusive(member)),
            _ => Err(Failure::fixed("ERR min or max not valid string range item")),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Span<'a> {
    Rank(i64, i64),
    Score(ScoreBound, ScoreBound),
    Lex(LexBound<'a>, LexBound<'a>),
}

/// Two bounds, and from which end one counts and lists.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selection<'a> {
    span: Span<'a>,
    pub(super) backwards: bool,
    /// LIMIT: how many to leave out, and how many to take (all that follow if negative).
    limit: Option<(i64, i64)>,
}

impl<'a> Selection<'a> {
    /// The part from `first` to `last`, lowest first.
    pub(super) fn forwards(by: By, first: &'a Bytes, last: &'a Bytes) -> Result<Self, Failure> {
        Selection::new(by, first, last, false, None)
    }

    /// Backwards, `first` is the upper bound; positions count from the highest score.
    pub(super) fn new(
        by: By,
        first: &'a Bytes,
        last: &'a Bytes,
        backwards: bool,
        limit: Option<(i64, i64)>,
    ) -> Result<Self, Failure> {
        let (low, high) = if backwards { (last, first) } else { (first, last) };
        let span = match by {
            By::Rank => Span::Rank(int(first)?, int(last)?),
            By::Score => Span::Score(ScoreBound::parse(low)?, ScoreBound::parse(high)?),
            By::Lex => Span::Lex(LexBound::parse(low)?, LexBound::parse(high)?),
        };
        Ok(Selection { span, backwards, limit })
    }

    /// The positions this selects, in ascending order of scores.
    pub(super) fn positions(&self, set: &SortedSet) -> Range<usize> {
        let found = match self.span {
            Span::Rank(start, stop) => {
                let found = clamp_range(start, stop, set.len());
                return if self.backwards {
                    set.len() - found.end..set.len() - found.start
                } else {
                    found
                };
            }
            Span::Score(low, high) => {
                let start = set.partition_point(|score, _| score < low.score || (low.exclusive && score == low.score));
                let end =
                    set.partition_point(|score, _| score < high.score || (!high.exclusive && score == high.score));
                start..end
            }
            Span::Lex(low, high) => {
                let start = set.partition_point(|_, member| match low {
                    LexBound::Lowest => false,
                    LexBound::Highest => true,
                    LexBound::Inclusive(bound) => member < bound,
                    LexBound::Exclusive(bound) => member <= bound,
                });
                let end = set.partition_point(|_, member| match high {
                    LexBound::Lowest => false,
                    LexBound::Highest => true,
                    LexBound::Inclusive(bound) => member <= bound,
                    LexBound::Exclusive(bound) => member < bound,
                });
                start..end
            }
        };
        self.limited(found.start..found.end.max(found.start))
    }

    fn limited(&self, found: Range<usize>) -> Range<usize> {
        let Some((offset, count)) = self.limit else {
            return found;
        };
        // Who leaves out a negative number never gets anywhere.
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(found.len());
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(found.len() - offset);
        if self.backwards {
            let end = found.end - offset;
            end - count..end
        } else {
            let start = found.start + offset;
            start..start + count
        }
    }
}
