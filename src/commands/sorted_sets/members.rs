//! Members, scores and ranks.

use alloc::vec::Vec;
use core::cell::Cell;

use super::bounds::{LexBound, ScoreBound, add_scores};
use super::options::{ZaddOptions, ZscanOptions};
use super::scored::ScoredMembers;
use crate::command::{Executor, Request, cmd};
use crate::resp::{Args, FromReply, ToArg, ToArgs};

/// Commands on sorted sets: adding, counting and looking up members.
///
/// Ranges are in [`SortedSetRangeCommands`](super::SortedSetRangeCommands), taking members from an end in
/// [`SortedSetPopCommands`](super::SortedSetPopCommands), unions and the like in
/// [`SortedSetCombineCommands`](super::SortedSetCombineCommands). Every command fails with `WRONGTYPE` when a key holds
/// something that is not a sorted set.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// assert_eq!(client.zadd("board", [("ada", 120.0), ("bob", 70.5)])?, 2);
/// assert_eq!(client.zincrby("board", 10, "bob")?, 80.5);
/// assert_eq!(client.zscore("board", "ada")?, Some(120.0));
/// assert_eq!(client.zrank("board", "ada")?, Some(1));
/// # Ok::<(), redwire::Error>(())
/// ```
pub trait SortedSetCommands: Executor {
    /// Adds members with scores, or sets the scores of those that are there; a missing key starts as an empty sorted set.
    ///
    /// Sends [`ZADD`](https://redis.io/docs/latest/commands/zadd/). Takes one `(member, score)` or a list or map of
    /// them; none at all, or a score that is not a number, is refused. Replies with how many members are new. Since
    /// Redis 1.2; several members since 2.4.
    fn zadd(self, key: impl ToArg, members: impl ScoredMembers) -> Self::Output<u64> {
        self.zadd_with(key, members, ZaddOptions::new())
    }

    /// As [`SortedSetCommands::zadd`], under conditions.
    ///
    /// Sends [`ZADD`](https://redis.io/docs/latest/commands/zadd/). Replies with how many members are new; with
    /// [`ZaddOptions::ch`] also those whose score changed are counted. Since Redis 3.0.2.
    fn zadd_with(self, key: impl ToArg, members: impl ScoredMembers, options: ZaddOptions) -> Self::Output<u64> {
        let request = options.add_to(cmd("ZADD").key(key));
        self.run(add_scored(request, &members).returns())
    }

    /// Adds `increment` to the score of `member` under conditions; a new member starts at 0.
    ///
    /// Sends [`ZADD`](https://redis.io/docs/latest/commands/zadd/) with `INCR`. Replies with the new score, or `None`
    /// when a condition forbade the change. Fails when the result is not a number (inf - inf). Since Redis 3.0.2.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let new_only = ZaddOptions::new().nx();
    /// assert_eq!(client.zadd_incr("board", "ada", 5, new_only)?, Some(5.0));
    /// assert_eq!(client.zadd_incr("board", "ada", 5, new_only)?, None);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn zadd_incr(
        self,
        key: impl ToArg,
        member: impl ToArg,
        increment: impl Into<f64>,
        options: ZaddOptions,
    ) -> Self::Output<Option<f64>> {
        let request = options.add_to(cmd("ZADD").key(key)).arg("INCR");
        self.run(add_scored(request, &(member, increment.into())).returns())
    }

    /// Adds `increment` to the score of `member`; a new member starts at 0.
    ///
    /// Sends [`ZINCRBY`](https://redis.io/docs/latest/commands/zincrby/). Replies with the new score. Fails when the
    /// result is not a number (inf - inf). Since Redis 1.2.
    fn zincrby(self, key: impl ToArg, increment: impl Into<f64>, member: impl ToArg) -> Self::Output<f64> {
        let request = cmd("ZINCRBY").key(key);
        self.run(add_scored(request, &(member, increment.into())).returns())
    }

    /// Takes out one or more members; those that are not there are ignored.
    ///
    /// Sends [`ZREM`](https://redis.io/docs/latest/commands/zrem/). Replies with how many were there. Since Redis 1.2;
    /// several members since 2.4.
    fn zrem(self, key: impl ToArg, members: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("ZREM").key(key).args(members, "member").returns())
    }

    /// How many members the sorted set has; 0 when the key does not exist.
    ///
    /// Sends [`ZCARD`](https://redis.io/docs/latest/commands/zcard/). Since Redis 1.2.
    fn zcard(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("ZCARD").read_only().key(key).returns())
    }

    /// How many members have a score from `min` to `max`.
    ///
    /// Sends [`ZCOUNT`](https://redis.io/docs/latest/commands/zcount/). Since Redis 2.0.
    fn zcount(self, key: impl ToArg, min: impl Into<ScoreBound>, max: impl Into<ScoreBound>) -> Self::Output<u64> {
        let request = cmd("ZCOUNT").read_only().key(key);
        self.run(add_scores(request, min.into(), max.into()).returns())
    }

    /// How many members are from `min` to `max` in the order of their bytes; all members must have the same score.
    ///
    /// Sends [`ZLEXCOUNT`](https://redis.io/docs/latest/commands/zlexcount/). Since Redis 2.8.9.
    fn zlexcount(self, key: impl ToArg, min: LexBound, max: LexBound) -> Self::Output<u64> {
        self.run(cmd("ZLEXCOUNT").read_only().key(key).arg(min).arg(max).returns())
    }

    /// The score of `member`; `None` when it or the key does not exist.
    ///
    /// Sends [`ZSCORE`](https://redis.io/docs/latest/commands/zscore/). Since Redis 1.2.
    fn zscore(self, key: impl ToArg, member: impl ToArg) -> Self::Output<Option<f64>> {
        self.run(cmd("ZSCORE").read_only().key(key).arg(member).returns())
    }

    /// The scores of several members, in the order they were asked for; `None` for each that does not exist.
    ///
    /// Sends [`ZMSCORE`](https://redis.io/docs/latest/commands/zmscore/). Since Redis 6.2.
    fn zmscore(self, key: impl ToArg, members: impl ToArgs) -> Self::Output<Vec<Option<f64>>> {
        self.run(cmd("ZMSCORE").read_only().key(key).args(members, "member").returns())
    }

    /// The position of `member`, counted from 0 at the lowest score; `None` when it or the key does not exist.
    ///
    /// Sends [`ZRANK`](https://redis.io/docs/latest/commands/zrank/). Since Redis 2.0.
    fn zrank(self, key: impl ToArg, member: impl ToArg) -> Self::Output<Option<u64>> {
        self.run(cmd("ZRANK").read_only().key(key).arg(member).returns())
    }

    /// Position and score of `member`, counted from 0 at the lowest score; `None` when it or the key does not exist.
    ///
    /// Sends [`ZRANK`](https://redis.io/docs/latest/commands/zrank/) with `WITHSCORE`. Since Redis 7.2.
    fn zrank_withscore(self, key: impl ToArg, member: impl ToArg) -> Self::Output<Option<(u64, f64)>> {
        let request = cmd("ZRANK").read_only().key(key).arg(member);
        self.run(request.arg("WITHSCORE").returns())
    }

    /// The position of `member`, counted from 0 at the highest score; `None` when it or the key does not exist.
    ///
    /// Sends [`ZREVRANK`](https://redis.io/docs/latest/commands/zrevrank/). Since Redis 2.0.
    fn zrevrank(self, key: impl ToArg, member: impl ToArg) -> Self::Output<Option<u64>> {
        self.run(cmd("ZREVRANK").read_only().key(key).arg(member).returns())
    }

    /// Position and score of `member`, counted from 0 at the highest score; `None` when it or the key does not exist.
    ///
    /// Sends [`ZREVRANK`](https://redis.io/docs/latest/commands/zrevrank/) with `WITHSCORE`. Since Redis 7.2.
    fn zrevrank_withscore(self, key: impl ToArg, member: impl ToArg) -> Self::Output<Option<(u64, f64)>> {
        let request = cmd("ZREVRANK").read_only().key(key).arg(member);
        self.run(request.arg("WITHSCORE").returns())
    }

    /// A random member; ask for an `Option`, as there is none when the key does not exist.
    ///
    /// Sends [`ZRANDMEMBER`](https://redis.io/docs/latest/commands/zrandmember/). Since Redis 6.2.
    fn zrandmember<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("ZRANDMEMBER").read_only().key(key).returns())
    }

    /// Random members: up to `count` different ones, or, if `count` is negative, exactly that many with repetitions.
    ///
    /// Sends [`ZRANDMEMBER`](https://redis.io/docs/latest/commands/zrandmember/) with a count. Replies with no members
    /// when the key does not exist. Since Redis 6.2.
    fn zrandmember_count<V: FromReply>(self, key: impl ToArg, count: i64) -> Self::Output<V> {
        self.run(cmd("ZRANDMEMBER").read_only().key(key).arg(count).returns())
    }

    /// Random members with their scores, chosen as by [`SortedSetCommands::zrandmember_count`].
    ///
    /// Sends [`ZRANDMEMBER`](https://redis.io/docs/latest/commands/zrandmember/) with a count and `WITHSCORES`. Since
    /// Redis 6.2.
    fn zrandmember_count_withscores<M: FromReply>(self, key: impl ToArg, count: i64) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZRANDMEMBER").read_only().key(key).arg(count);
        self.run(request.arg("WITHSCORES").returns())
    }

    /// One page of the members with their scores. Start with cursor 0 and go on with the cursor of the reply until it is
    /// 0 again; [`Scan::sorted_set`](crate::scan::Scan::sorted_set) does that for you.
    ///
    /// Sends [`ZSCAN`](https://redis.io/docs/latest/commands/zscan/). Replies with the next cursor and the members of
    /// this page, in no order: perhaps none, perhaps some that came before. Since Redis 2.8.
    fn zscan<M: FromReply>(self, key: impl ToArg, cursor: u64) -> Self::Output<(u64, Vec<(M, f64)>)> {
        self.zscan_with(key, cursor, ZscanOptions::new())
    }

    /// One page of the members with their scores, as [`SortedSetCommands::zscan`], with a pattern or a page size.
    ///
    /// Sends [`ZSCAN`](https://redis.io/docs/latest/commands/zscan/). Since Redis 2.8.
    fn zscan_with<M: FromReply>(
        self,
        key: impl ToArg,
        cursor: u64,
        options: ZscanOptions,
    ) -> Self::Output<(u64, Vec<(M, f64)>)> {
        self.run(options.add_to(cmd("ZSCAN").read_only().key(key).arg(cursor)).returns())
    }
}

impl<E: Executor> SortedSetCommands for E {}

/// Adds scores and members; none at all, or a score that is not a number, is refused.
fn add_scored(request: Request, members: &impl ScoredMembers) -> Request {
    let scored = Scored {
        members,
        numbers: Cell::new(true),
    };
    let request = request.args(&scored, "member");
    if scored.numbers.get() {
        request
    } else {
        request.refuse("a score is not a number")
    }
}

/// Members with scores as plain arguments, remembering whether all scores were numbers.
struct Scored<'a, T> {
    members: &'a T,
    numbers: Cell<bool>,
}

impl<T: ScoredMembers> ToArgs for Scored<'_, T> {
    fn write_args(&self, args: &mut Args) {
        self.numbers.set(self.members.write_scored(args));
    }
}
