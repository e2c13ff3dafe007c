//! Where a range of scores or of members begins and ends.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Bound, RangeBounds};

use crate::command::Request;
use crate::resp::{Args, ToArgs, escape};

/// One end of a range of scores. A number means itself included.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.zadd("board", [("ada", 1), ("bob", 2), ("cyd", 3)])?;
/// assert_eq!(client.zcount("board", 1, 2)?, 2);
/// assert_eq!(client.zcount("board", ScoreBound::Exclusive(1.0), ScoreBound::INFINITY)?, 2);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ScoreBound {
    /// This score is within the range.
    Inclusive(f64),
    /// This score is just outside of the range.
    Exclusive(f64),
}

impl ScoreBound {
    /// Below every score there is.
    pub const NEG_INFINITY: ScoreBound = ScoreBound::Inclusive(f64::NEG_INFINITY);
    /// Above every score there is.
    pub const INFINITY: ScoreBound = ScoreBound::Inclusive(f64::INFINITY);

    /// Both ends of a range as Rust writes it (`1.0..5.0`, `..=2.5`, `..`).
    pub(super) fn of_range(range: &impl RangeBounds<f64>) -> (ScoreBound, ScoreBound) {
        let end = |bound: Bound<&f64>, unbounded| match bound {
            Bound::Included(score) => ScoreBound::Inclusive(*score),
            Bound::Excluded(score) => ScoreBound::Exclusive(*score),
            Bound::Unbounded => unbounded,
        };
        (
            end(range.start_bound(), ScoreBound::NEG_INFINITY),
            end(range.end_bound(), ScoreBound::INFINITY),
        )
    }

    fn score(self) -> f64 {
        let (ScoreBound::Inclusive(score) | ScoreBound::Exclusive(score)) = self;
        score
    }
}

impl<N: Into<f64>> From<N> for ScoreBound {
    fn from(score: N) -> Self {
        ScoreBound::Inclusive(score.into())
    }
}

impl ToArgs for ScoreBound {
    fn write_args(&self, args: &mut Args) {
        match self {
            ScoreBound::Inclusive(score) => args.push_double(*score),
            ScoreBound::Exclusive(score) => {
                let mut digits = Args::new();
                digits.push_double(*score);
                let mut text = Vec::from(*b"(");
                digits.iter().for_each(|digits| text.extend_from_slice(digits));
                args.push(&text);
            }
        }
    }
}

/// Adds both ends of a range of scores in the order given; not a number is refused.
pub(super) fn add_scores(request: Request, one: ScoreBound, other: ScoreBound) -> Request {
    if one.score().is_nan() || other.score().is_nan() {
        return request.refuse("a bound is not a number");
    }
    request.arg(one).arg(other)
}

/// One end of a range of members that all have the same score: there members are in the order of their bytes.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.zadd("names", ["ada", "bob", "cyd", "d"].map(|name| (name, 0)))?;
/// assert_eq!(client.zlexcount("names", LexBound::inclusive("b"), LexBound::exclusive("d"))?, 2);
/// assert_eq!(client.zlexcount("names", LexBound::MIN, LexBound::MAX)?, 4);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LexBound(Cow<'static, [u8]>);

impl LexBound {
    /// Before every member there is (`-`).
    pub const MIN: LexBound = LexBound(Cow::Borrowed(b"-"));
    /// After every member there is (`+`).
    pub const MAX: LexBound = LexBound(Cow::Borrowed(b"+"));

    /// This member is within the range (`[member`).
    #[must_use]
    pub fn inclusive(member: impl AsRef<[u8]>) -> Self {
        LexBound::of(b'[', member.as_ref())
    }

    /// This member is just outside of the range (`(member`).
    #[must_use]
    pub fn exclusive(member: impl AsRef<[u8]>) -> Self {
        LexBound::of(b'(', member.as_ref())
    }

    fn of(mark: u8, member: &[u8]) -> Self {
        let mut bound = Vec::with_capacity(1 + member.len());
        bound.push(mark);
        bound.extend_from_slice(member);
        LexBound(bound.into())
    }
}

impl ToArgs for LexBound {
    fn write_args(&self, args: &mut Args) {
        args.push(&self.0);
    }
}

impl fmt::Debug for LexBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = escape(&self.0);
        write!(f, "LexBound({text})")
    }
}
