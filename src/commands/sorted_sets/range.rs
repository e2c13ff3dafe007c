//! Which members a range means.

use core::ops::RangeBounds;

use super::bounds::{LexBound, ScoreBound, add_scores};
use crate::command::Request;

/// A range of a sorted set, in every form ZRANGE knows: by position, by score or by member; from either end; in pages.
///
/// The lower end always comes first, in reverse order as well: a reversed range holds the same members, the other way
/// round. (By position it is the one case where Redis counts differently: position 0 of a reversed range is the member
/// with the highest score.)
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.zadd("board", [("ada", 120), ("bob", 70), ("cyd", 95)])?;
/// let top: Vec<String> = client.zrange_by("board", Zrange::rank(0, 1).rev())?;
/// assert_eq!(top, ["ada", "cyd"]);
/// let middle: Vec<String> = client.zrange_by("board", Zrange::scores(70.0..100.0).limit(0, 10))?;
/// assert_eq!(middle, ["bob", "cyd"]);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Zrange {
    by: By,
    rev: bool,
    limit: Option<(u64, i64)>,
}

#[derive(Clone, Debug, PartialEq)]
enum By {
    Rank(i64, i64),
    Score(ScoreBound, ScoreBound),
    Lex(LexBound, LexBound),
}

impl Zrange {
    fn new(by: By) -> Self {
        Zrange {
            by,
            rev: false,
            limit: None,
        }
    }

    /// Positions `start` to `stop`, both included; negative ones count from the end, -1 being the last.
    pub fn rank(start: i64, stop: i64) -> Self {
        Zrange::new(By::Rank(start, stop))
    }

    /// Scores from `min` to `max` (`BYSCORE`).
    pub fn score(min: impl Into<ScoreBound>, max: impl Into<ScoreBound>) -> Self {
        Zrange::new(By::Score(min.into(), max.into()))
    }

    /// The same with a range as Rust writes it: `1.0..5.0` leaves 5 out, `..=5.0` has no lower end (`BYSCORE`).
    pub fn scores(range: impl RangeBounds<f64>) -> Self {
        let (min, max) = ScoreBound::of_range(&range);
        Zrange::score(min, max)
    }

    /// Members from `min` to `max` in the order of their bytes; all members must have the same score (`BYLEX`).
    pub fn lex(min: LexBound, max: LexBound) -> Self {
        Zrange::new(By::Lex(min, max))
    }

    /// The other way round: highest first (`REV`).
    pub fn rev(mut self) -> Self {
        self.rev = true;
        self
    }

    /// Only `count` members after the first `offset`; a negative count is all of them (`LIMIT`). Not by position, where
    /// `start` and `stop` say the same.
    pub fn limit(mut self, offset: u64, count: i64) -> Self {
        self.limit = Some((offset, count));
        self
    }

    /// Adds the range and its options. Redis wants the first end of the result first, hence the higher one in reverse.
    pub(super) fn add_to(self, request: Request) -> Request {
        if self.limit.is_some() && matches!(self.by, By::Rank(..)) {
            return request.refuse("LIMIT goes with a range by score or by member only");
        }
        let request = match self.by {
            By::Rank(start, stop) => request.arg(start).arg(stop),
            By::Score(min, max) if self.rev => add_scores(request, max, min).arg("BYSCORE"),
            By::Score(min, max) => add_scores(request, min, max).arg("BYSCORE"),
            By::Lex(min, max) if self.rev => request.arg(max).arg(min).arg("BYLEX"),
            By::Lex(min, max) => request.arg(min).arg(max).arg("BYLEX"),
        };
        request.flag("REV", self.rev).opt_with("LIMIT", self.limit)
    }

    /// As [`Zrange::add_to`], for members with scores, which Redis does not give by member.
    pub(super) fn add_with_scores(self, request: Request) -> Request {
        if matches!(self.by, By::Lex(..)) {
            return request.refuse("WITHSCORES does not go with a range by member");
        }
        self.add_to(request).arg("WITHSCORES")
    }
}
