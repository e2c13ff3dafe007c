//! What the commands on sorted sets can be told besides their arguments.

use alloc::vec::Vec;

use crate::command::Request;

/// When and how [`zadd_with`](super::SortedSetCommands::zadd_with) and
/// [`zadd_incr`](super::SortedSetCommands::zadd_incr) change anything.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// let best = ZaddOptions::new().gt().ch();
/// assert_eq!(client.zadd_with("board", ("ada", 120), best)?, 1);
/// assert_eq!(client.zadd_with("board", ("ada", 95), best)?, 0);
/// assert_eq!(client.zscore("board", "ada")?, Some(120.0));
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct ZaddOptions {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
    ch: bool,
}

impl ZaddOptions {
    /// Adds new members and sets the score of present ones, always.
    pub fn new() -> Self {
        ZaddOptions::default()
    }

    /// Only adds new members, never changes a score (`NX`). Excludes the other conditions. Since Redis 3.0.2.
    pub fn nx(mut self) -> Self {
        self.nx = true;
        self
    }

    /// Only changes scores, never adds a member (`XX`). Since Redis 3.0.2.
    pub fn xx(mut self) -> Self {
        self.xx = true;
        self
    }

    /// Changes a score only to a greater one; still adds new members (`GT`). Since Redis 6.2.
    pub fn gt(mut self) -> Self {
        self.gt = true;
        self
    }

    /// Changes a score only to a lesser one; still adds new members (`LT`). Since Redis 6.2.
    pub fn lt(mut self) -> Self {
        self.lt = true;
        self
    }

    /// The reply counts changed scores as well as new members (`CH`). Since Redis 3.0.2.
    pub fn ch(mut self) -> Self {
        self.ch = true;
        self
    }

    pub(super) fn add_to(self, request: Request) -> Request {
        if self.nx && self.xx {
            return request.refuse("XX and NX options at the same time are not compatible");
        }
        if self.gt && self.lt || self.nx && (self.gt || self.lt) {
            return request.refuse("GT, LT, and/or NX options at the same time are not compatible");
        }
        request
            .flag("NX", self.nx)
            .flag("XX", self.xx)
            .flag("GT", self.gt)
            .flag("LT", self.lt)
            .flag("CH", self.ch)
    }
}

/// What becomes of the scores of a member that is in several sorted sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Aggregate {
    /// They are added.
    #[default]
    Sum,
    /// The smallest stays.
    Min,
    /// The greatest stays.
    Max,
}

impl Aggregate {
    fn word(self) -> &'static str {
        match self {
            Aggregate::Sum => "SUM",
            Aggregate::Min => "MIN",
            Aggregate::Max => "MAX",
        }
    }
}

/// How ZUNION, ZINTER and their STORE forms work out the scores of the result.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.zadd("a", [("x", 3), ("y", 1)])?;
/// client.zadd("b", [("x", 10), ("y", 10)])?;
/// let options = AggregateOptions::new().weights([2.0, 0.5]).aggregate(Aggregate::Max);
/// assert_eq!(client.zunionstore_with("all", ["a", "b"], options)?, 2);
/// assert_eq!(client.zmscore("all", ["x", "y"])?, [Some(6.0), Some(5.0)]);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct AggregateOptions {
    weights: Option<Vec<f64>>,
    aggregate: Option<Aggregate>,
}

impl AggregateOptions {
    /// The sum of the scores.
    pub fn new() -> Self {
        AggregateOptions::default()
    }

    /// Multiplies the scores of each sorted set by its weight, one for each key in the same order (`WEIGHTS`).
    pub fn weights<W: Into<f64>>(mut self, weights: impl IntoIterator<Item = W>) -> Self {
        self.weights = Some(weights.into_iter().map(Into::into).collect());
        self
    }

    /// What becomes of several scores of one member (`AGGREGATE`).
    pub fn aggregate(mut self, aggregate: Aggregate) -> Self {
        self.aggregate = Some(aggregate);
        self
    }

    /// Adds the options to a request whose last `keys` arguments are the keys.
    pub(super) fn add_to(self, request: Request, keys: usize) -> Request {
        let request = match self.weights {
            None => request,
            Some(weights) if weights.len() != keys => request.refuse("there must be as many weights as keys"),
            Some(weights) if weights.iter().any(|weight| weight.is_nan()) => request.refuse("a weight is not a number"),
            Some(weights) => request.arg("WEIGHTS").arg(weights),
        };
        request.opt_with("AGGREGATE", self.aggregate.map(Aggregate::word))
    }
}

/// What [`zintercard_with`](super::SortedSetCombineCommands::zintercard_with) can be told besides the keys.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct ZintercardOptions {
    pub(super) limit: Option<u64>,
}

impl ZintercardOptions {
    /// No limit.
    pub fn new() -> Self {
        ZintercardOptions::default()
    }

    /// Stops counting at `limit` (`LIMIT`); 0 is no limit.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }
}

/// What [`zmpop_with`](super::SortedSetPopCommands::zmpop_with) and
/// [`bzmpop_with`](super::SortedSetPopCommands::bzmpop_with) can be told besides keys and end.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct ZmpopOptions {
    count: Option<u64>,
}

impl ZmpopOptions {
    /// One member.
    pub fn new() -> Self {
        ZmpopOptions::default()
    }

    /// Up to this many members, at least one (`COUNT`).
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    pub(super) fn add_to(self, request: Request) -> Request {
        if self.count == Some(0) {
            return request.refuse("count should be greater than 0");
        }
        request.opt_with("COUNT", self.count)
    }
}

/// What [`zscan_with`](super::SortedSetCommands::zscan_with) can be told besides key and cursor.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct ZscanOptions {
    pattern: Option<Vec<u8>>,
    count: Option<u64>,
}

impl ZscanOptions {
    /// All members, in pages of the server's usual size (about 10).
    pub fn new() -> Self {
        ZscanOptions::default()
    }

    /// Only members that match this glob pattern (`MATCH`).
    pub fn matching(mut self, pattern: impl AsRef<[u8]>) -> Self {
        self.pattern = Some(pattern.as_ref().to_vec());
        self
    }

    /// About how many members the server looks at for this page (`COUNT`).
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    pub(super) fn add_to(self, request: Request) -> Request {
        request.opt_with("MATCH", self.pattern).opt_with("COUNT", self.count)
    }
}
