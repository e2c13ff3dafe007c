//! Ranges of members.

use alloc::vec::Vec;

use super::bounds::{LexBound, ScoreBound, add_scores};
use super::range::Zrange;
use crate::command::{Executor, cmd};
use crate::resp::{FromReply, ToArg};

/// Commands on ranges of sorted sets.
///
/// [`zrange_by`](SortedSetRangeCommands::zrange_by) with a [`Zrange`] does what all the others do; the commands from
/// before Redis 6.2 (`ZREVRANGE`, `ZRANGEBYSCORE` and so on) take their arguments in the order Redis has them: those
/// that go backwards want the highest end first.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.zadd("board", [("ada", 120), ("bob", 70), ("cyd", 95)])?;
/// let all: Vec<String> = client.zrange("board", 0, -1)?;
/// assert_eq!(all, ["bob", "cyd", "ada"]);
/// let best: Vec<(String, f64)> = client.zrange_by_withscores("board", Zrange::scores(90.0..).rev())?;
/// assert_eq!(best, [("ada".into(), 120.0), ("cyd".into(), 95.0)]);
/// # Ok::<(), redwire::Error>(())
/// ```
pub trait SortedSetRangeCommands: Executor {
    /// The members at positions `start` to `stop`, lowest score first; both are included, and negative ones count from the
    /// end, -1 being the last.
    ///
    /// Sends [`ZRANGE`](https://redis.io/docs/latest/commands/zrange/). Since Redis 1.2.
    fn zrange<V: FromReply>(self, key: impl ToArg, start: i64, stop: i64) -> Self::Output<V> {
        self.run(cmd("ZRANGE").read_only().key(key).arg(start).arg(stop).returns())
    }

    /// The members at positions `start` to `stop` with their scores, lowest score first.
    ///
    /// Sends [`ZRANGE`](https://redis.io/docs/latest/commands/zrange/) with `WITHSCORES`. Since Redis 1.2.
    fn zrange_withscores<M: FromReply>(self, key: impl ToArg, start: i64, stop: i64) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZRANGE").read_only().key(key).arg(start).arg(stop);
        self.run(request.arg("WITHSCORES").returns())
    }

    /// The members of a range by position, by score or by member, in either order.
    ///
    /// Sends [`ZRANGE`](https://redis.io/docs/latest/commands/zrange/) with the options the range needs. Since Redis
    /// 6.2.
    fn zrange_by<V: FromReply>(self, key: impl ToArg, range: Zrange) -> Self::Output<V> {
        self.run(range.add_to(cmd("ZRANGE").read_only().key(key)).returns())
    }

    /// The members of a range by position or by score, in either order, with their scores. Redis gives no scores by
    /// member: such a range is refused.
    ///
    /// Sends [`ZRANGE`](https://redis.io/docs/latest/commands/zrange/) with `WITHSCORES` and the options the range
    /// needs. Since Redis 6.2.
    fn zrange_by_withscores<M: FromReply>(self, key: impl ToArg, range: Zrange) -> Self::Output<Vec<(M, f64)>> {
        self.run(range.add_with_scores(cmd("ZRANGE").read_only().key(key)).returns())
    }

    /// Makes `destination` the sorted set of the members at positions `start` to `stop` of `source`.
    ///
    /// Sends [`ZRANGESTORE`](https://redis.io/docs/latest/commands/zrangestore/). Replaces whatever `destination` held;
    /// an empty range deletes it. Replies with the number of members. Since Redis 6.2.
    fn zrangestore(self, destination: impl ToArg, source: impl ToArg, start: i64, stop: i64) -> Self::Output<u64> {
        self.zrangestore_by(destination, source, Zrange::rank(start, stop))
    }

    /// Makes `destination` the sorted set of the members of a range of `source`.
    ///
    /// Sends [`ZRANGESTORE`](https://redis.io/docs/latest/commands/zrangestore/) with the options the range needs.
    /// Otherwise as [`SortedSetRangeCommands::zrangestore`].
    fn zrangestore_by(self, destination: impl ToArg, source: impl ToArg, range: Zrange) -> Self::Output<u64> {
        self.run(range.add_to(cmd("ZRANGESTORE").key(destination).key(source)).returns())
    }

    /// The members at positions `start` to `stop`, highest score first.
    ///
    /// Sends [`ZREVRANGE`](https://redis.io/docs/latest/commands/zrevrange/). Since Redis 1.2; from 6.2 on better
    /// [`Zrange::rank`] with [`Zrange::rev`].
    fn zrevrange<V: FromReply>(self, key: impl ToArg, start: i64, stop: i64) -> Self::Output<V> {
        self.run(cmd("ZREVRANGE").read_only().key(key).arg(start).arg(stop).returns())
    }

    /// The members at positions `start` to `stop` with their scores, highest score first.
    ///
    /// Sends [`ZREVRANGE`](https://redis.io/docs/latest/commands/zrevrange/) with `WITHSCORES`. Since Redis 1.2.
    fn zrevrange_withscores<M: FromReply>(self, key: impl ToArg, start: i64, stop: i64) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZREVRANGE").read_only().key(key).arg(start).arg(stop);
        self.run(request.arg("WITHSCORES").returns())
    }

    /// The members with a score from `min` to `max`, lowest first.
    ///
    /// Sends [`ZRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrangebyscore/). Since Redis 1.0.5; from 6.2 on
    /// better [`Zrange::score`].
    fn zrangebyscore<V: FromReply>(
        self,
        key: impl ToArg,
        min: impl Into<ScoreBound>,
        max: impl Into<ScoreBound>,
    ) -> Self::Output<V> {
        let request = cmd("ZRANGEBYSCORE").read_only().key(key);
        self.run(add_scores(request, min.into(), max.into()).returns())
    }

    /// The members with a score from `min` to `max` with their scores, lowest first.
    ///
    /// Sends [`ZRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrangebyscore/) with `WITHSCORES`. Since Redis
    /// 2.0.
    fn zrangebyscore_withscores<M: FromReply>(
        self,
        key: impl ToArg,
        min: impl Into<ScoreBound>,
        max: impl Into<ScoreBound>,
    ) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZRANGEBYSCORE").read_only().key(key);
        self.run(add_scores(request, min.into(), max.into()).arg("WITHSCORES").returns())
    }

    /// Of the members with a score from `min` to `max`, lowest first, those after the first `offset`, at most `count` of
    /// them; a negative count is all.
    ///
    /// Sends [`ZRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrangebyscore/) with `LIMIT`. Since Redis 1.0.5.
    fn zrangebyscore_limit<V: FromReply>(
        self,
        key: impl ToArg,
        min: impl Into<ScoreBound>,
        max: impl Into<ScoreBound>,
        offset: u64,
        count: i64,
    ) -> Self::Output<V> {
        let request = cmd("ZRANGEBYSCORE").read_only().key(key);
        let request = add_scores(request, min.into(), max.into());
        self.run(request.arg(("LIMIT", offset, count)).returns())
    }

    /// As [`SortedSetRangeCommands::zrangebyscore_limit`], with the scores.
    ///
    /// Sends [`ZRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrangebyscore/) with `WITHSCORES` and `LIMIT`.
    /// Since Redis 2.0.
    fn zrangebyscore_limit_withscores<M: FromReply>(
        self,
        key: impl ToArg,
        min: impl Into<ScoreBound>,
        max: impl Into<ScoreBound>,
        offset: u64,
        count: i64,
    ) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZRANGEBYSCORE").read_only().key(key);
        let request = add_scores(request, min.into(), max.into()).arg("WITHSCORES");
        self.run(request.arg(("LIMIT", offset, count)).returns())
    }

    /// The members with a score from `max` down to `min`.
    ///
    /// Sends [`ZREVRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrevrangebyscore/). Since Redis 2.2; from 6.2
    /// on better [`Zrange::score`] with [`Zrange::rev`].
    fn zrevrangebyscore<V: FromReply>(
        self,
        key: impl ToArg,
        max: impl Into<ScoreBound>,
        min: impl Into<ScoreBound>,
    ) -> Self::Output<V> {
        let request = cmd("ZREVRANGEBYSCORE").read_only().key(key);
        self.run(add_scores(request, max.into(), min.into()).returns())
    }

    /// The members with a score from `max` down to `min` with their scores.
    ///
    /// Sends [`ZREVRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrevrangebyscore/) with `WITHSCORES`. Since
    /// Redis 2.2.
    fn zrevrangebyscore_withscores<M: FromReply>(
        self,
        key: impl ToArg,
        max: impl Into<ScoreBound>,
        min: impl Into<ScoreBound>,
    ) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZREVRANGEBYSCORE").read_only().key(key);
        self.run(add_scores(request, max.into(), min.into()).arg("WITHSCORES").returns())
    }

    /// Of the members with a score from `max` down to `min`, those after the first `offset`, at most `count` of them; a
    /// negative count is all.
    ///
    /// Sends [`ZREVRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrevrangebyscore/) with `LIMIT`. Since Redis
    /// 2.2.
    fn zrevrangebyscore_limit<V: FromReply>(
        self,
        key: impl ToArg,
        max: impl Into<ScoreBound>,
        min: impl Into<ScoreBound>,
        offset: u64,
        count: i64,
    ) -> Self::Output<V> {
        let request = cmd("ZREVRANGEBYSCORE").read_only().key(key);
        let request = add_scores(request, max.into(), min.into());
        self.run(request.arg(("LIMIT", offset, count)).returns())
    }

    /// As [`SortedSetRangeCommands::zrevrangebyscore_limit`], with the scores.
    ///
    /// Sends [`ZREVRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrevrangebyscore/) with `WITHSCORES` and
    /// `LIMIT`. Since Redis 2.2.
    fn zrevrangebyscore_limit_withscores<M: FromReply>(
        self,
        key: impl ToArg,
        max: impl Into<ScoreBound>,
        min: impl Into<ScoreBound>,
        offset: u64,
        count: i64,
    ) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZREVRANGEBYSCORE").read_only().key(key);
        let request = add_scores(request, max.into(), min.into()).arg("WITHSCORES");
        self.run(request.arg(("LIMIT", offset, count)).returns())
    }

    /// The members from `min` to `max` in the order of their bytes; all members must have the same score.
    ///
    /// Sends [`ZRANGEBYLEX`](https://redis.io/docs/latest/commands/zrangebylex/). Since Redis 2.8.9; from 6.2 on better
    /// [`Zrange::lex`].
    fn zrangebylex<V: FromReply>(self, key: impl ToArg, min: LexBound, max: LexBound) -> Self::Output<V> {
        self.run(cmd("ZRANGEBYLEX").read_only().key(key).arg(min).arg(max).returns())
    }

    /// Of the members from `min` to `max` in the order of their bytes, those after the first `offset`, at most `count` of
    /// them; a negative count is all.
    ///
    /// Sends [`ZRANGEBYLEX`](https://redis.io/docs/latest/commands/zrangebylex/) with `LIMIT`. Since Redis 2.8.9.
    fn zrangebylex_limit<V: FromReply>(
        self,
        key: impl ToArg,
        min: LexBound,
        max: LexBound,
        offset: u64,
        count: i64,
    ) -> Self::Output<V> {
        let request = cmd("ZRANGEBYLEX").read_only().key(key).arg(min).arg(max);
        self.run(request.arg(("LIMIT", offset, count)).returns())
    }

    /// The members from `max` down to `min` in the order of their bytes; all members must have the same score.
    ///
    /// Sends [`ZREVRANGEBYLEX`](https://redis.io/docs/latest/commands/zrevrangebylex/). Since Redis 2.8.9; from 6.2 on
    /// better [`Zrange::lex`] with [`Zrange::rev`].
    fn zrevrangebylex<V: FromReply>(self, key: impl ToArg, max: LexBound, min: LexBound) -> Self::Output<V> {
        self.run(cmd("ZREVRANGEBYLEX").read_only().key(key).arg(max).arg(min).returns())
    }

    /// Of the members from `max` down to `min` in the order of their bytes, those after the first `offset`, at most
    /// `count` of them; a negative count is all.
    ///
    /// Sends [`ZREVRANGEBYLEX`](https://redis.io/docs/latest/commands/zrevrangebylex/) with `LIMIT`. Since Redis 2.8.9.
    fn zrevrangebylex_limit<V: FromReply>(
        self,
        key: impl ToArg,
        max: LexBound,
        min: LexBound,
        offset: u64,
        count: i64,
    ) -> Self::Output<V> {
        let request = cmd("ZREVRANGEBYLEX").read_only().key(key).arg(max).arg(min);
        self.run(request.arg(("LIMIT", offset, count)).returns())
    }

    /// Takes out the members at positions `start` to `stop`; both are included, and negative ones count from the end.
    ///
    /// Sends [`ZREMRANGEBYRANK`](https://redis.io/docs/latest/commands/zremrangebyrank/). Replies with how many there
    /// were. Since Redis 2.0.
    fn zremrangebyrank(self, key: impl ToArg, start: i64, stop: i64) -> Self::Output<u64> {
        self.run(cmd("ZREMRANGEBYRANK").key(key).arg(start).arg(stop).returns())
    }

    /// Takes out the members with a score from `min` to `max`.
    ///
    /// Sends [`ZREMRANGEBYSCORE`](https://redis.io/docs/latest/commands/zremrangebyscore/). Replies with how many there
    /// were. Since Redis 1.2.
    fn zremrangebyscore(
        self,
        key: impl ToArg,
        min: impl Into<ScoreBound>,
        max: impl Into<ScoreBound>,
    ) -> Self::Output<u64> {
        self.run(add_scores(cmd("ZREMRANGEBYSCORE").key(key), min.into(), max.into()).returns())
    }

    /// Takes out the members from `min` to `max` in the order of their bytes; all members must have the same score.
    ///
    /// Sends [`ZREMRANGEBYLEX`](https://redis.io/docs/latest/commands/zremrangebylex/). Replies with how many there
    /// were. Since Redis 2.8.9.
    fn zremrangebylex(self, key: impl ToArg, min: LexBound, max: LexBound) -> Self::Output<u64> {
        self.run(cmd("ZREMRANGEBYLEX").key(key).arg(min).arg(max).returns())
    }
}

impl<E: Executor> SortedSetRangeCommands for E {}
