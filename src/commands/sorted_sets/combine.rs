//! Unions, intersections and differences.

use alloc::vec::Vec;

use super::options::{AggregateOptions, ZintercardOptions};
use crate::command::{Executor, Request, cmd};
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands that combine several sorted sets. They take plain sets as well, each member of which has score 1.
///
/// Members come in the order of their scores in the result. What several scores of one member become is the sum, unless
/// [`AggregateOptions`] say otherwise.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.zadd("monday", [("ada", 3), ("bob", 5)])?;
/// client.zadd("tuesday", [("ada", 4)])?;
/// let total: Vec<(String, f64)> = client.zunion_withscores(["monday", "tuesday"])?;
/// assert_eq!(total, [("bob".into(), 5.0), ("ada".into(), 7.0)]);
/// # Ok::<(), redwire::Error>(())
/// ```
pub trait SortedSetCombineCommands: Executor {
    /// The members that are in any of the sorted sets.
    ///
    /// Sends [`ZUNION`](https://redis.io/docs/latest/commands/zunion/). Since Redis 6.2.
    fn zunion<V: FromReply>(self, keys: impl ToArgs) -> Self::Output<V> {
        self.zunion_with(keys, AggregateOptions::new())
    }

    /// The members that are in any of the sorted sets, ordered by weighted or otherwise combined scores.
    ///
    /// Sends [`ZUNION`](https://redis.io/docs/latest/commands/zunion/). Since Redis 6.2.
    fn zunion_with<V: FromReply>(self, keys: impl ToArgs, options: AggregateOptions) -> Self::Output<V> {
        self.run(aggregate(cmd("ZUNION").read_only(), keys, options).returns())
    }

    /// The members that are in any of the sorted sets, with their scores.
    ///
    /// Sends [`ZUNION`](https://redis.io/docs/latest/commands/zunion/) with `WITHSCORES`. Since Redis 6.2.
    fn zunion_withscores<M: FromReply>(self, keys: impl ToArgs) -> Self::Output<Vec<(M, f64)>> {
        self.zunion_withscores_with(keys, AggregateOptions::new())
    }

    /// The members that are in any of the sorted sets, with their weighted or otherwise combined scores.
    ///
    /// Sends [`ZUNION`](https://redis.io/docs/latest/commands/zunion/) with `WITHSCORES`. Since Redis 6.2.
    fn zunion_withscores_with<M: FromReply>(
        self,
        keys: impl ToArgs,
        options: AggregateOptions,
    ) -> Self::Output<Vec<(M, f64)>> {
        let request = aggregate(cmd("ZUNION").read_only(), keys, options);
        self.run(request.arg("WITHSCORES").returns())
    }

    /// Makes `destination` the sorted set of the members that are in any of the sorted sets.
    ///
    /// Sends [`ZUNIONSTORE`](https://redis.io/docs/latest/commands/zunionstore/). Replaces whatever `destination` held;
    /// an empty result deletes it. Replies with the number of members. Since Redis 2.0.
    fn zunionstore(self, destination: impl ToArg, keys: impl ToArgs) -> Self::Output<u64> {
        self.zunionstore_with(destination, keys, AggregateOptions::new())
    }

    /// As [`SortedSetCombineCommands::zunionstore`], with weighted or otherwise combined scores.
    ///
    /// Sends [`ZUNIONSTORE`](https://redis.io/docs/latest/commands/zunionstore/). Since Redis 2.0.
    fn zunionstore_with(
        self,
        destination: impl ToArg,
        keys: impl ToArgs,
        options: AggregateOptions,
    ) -> Self::Output<u64> {
        self.run(aggregate(cmd("ZUNIONSTORE").key(destination), keys, options).returns())
    }

    /// The members that are in every one of the sorted sets.
    ///
    /// Sends [`ZINTER`](https://redis.io/docs/latest/commands/zinter/). Since Redis 6.2.
    fn zinter<V: FromReply>(self, keys: impl ToArgs) -> Self::Output<V> {
        self.zinter_with(keys, AggregateOptions::new())
    }

    /// The members that are in every one of the sorted sets, ordered by weighted or otherwise combined scores.
    ///
    /// Sends [`ZINTER`](https://redis.io/docs/latest/commands/zinter/). Since Redis 6.2.
    fn zinter_with<V: FromReply>(self, keys: impl ToArgs, options: AggregateOptions) -> Self::Output<V> {
        self.run(aggregate(cmd("ZINTER").read_only(), keys, options).returns())
    }

    /// The members that are in every one of the sorted sets, with their scores.
    ///
    /// Sends [`ZINTER`](https://redis.io/docs/latest/commands/zinter/) with `WITHSCORES`. Since Redis 6.2.
    fn zinter_withscores<M: FromReply>(self, keys: impl ToArgs) -> Self::Output<Vec<(M, f64)>> {
        self.zinter_withscores_with(keys, AggregateOptions::new())
    }

    /// The members that are in every one of the sorted sets, with their weighted or otherwise combined scores.
    ///
    /// Sends [`ZINTER`](https://redis.io/docs/latest/commands/zinter/) with `WITHSCORES`. Since Redis 6.2.
    fn zinter_withscores_with<M: FromReply>(
        self,
        keys: impl ToArgs,
        options: AggregateOptions,
    ) -> Self::Output<Vec<(M, f64)>> {
        let request = aggregate(cmd("ZINTER").read_only(), keys, options);
        self.run(request.arg("WITHSCORES").returns())
    }

    /// Makes `destination` the sorted set of the members that are in every one of the sorted sets.
    ///
    /// Sends [`ZINTERSTORE`](https://redis.io/docs/latest/commands/zinterstore/). Replaces whatever `destination` held;
    /// an empty result deletes it. Replies with the number of members. Since Redis 2.0.
    fn zinterstore(self, destination: impl ToArg, keys: impl ToArgs) -> Self::Output<u64> {
        self.zinterstore_with(destination, keys, AggregateOptions::new())
    }

    /// As [`SortedSetCombineCommands::zinterstore`], with weighted or otherwise combined scores.
    ///
    /// Sends [`ZINTERSTORE`](https://redis.io/docs/latest/commands/zinterstore/). Since Redis 2.0.
    fn zinterstore_with(
        self,
        destination: impl ToArg,
        keys: impl ToArgs,
        options: AggregateOptions,
    ) -> Self::Output<u64> {
        self.run(aggregate(cmd("ZINTERSTORE").key(destination), keys, options).returns())
    }

    /// How many members are in every one of the sorted sets.
    ///
    /// Sends [`ZINTERCARD`](https://redis.io/docs/latest/commands/zintercard/). Since Redis 7.0.
    fn zintercard(self, keys: impl ToArgs) -> Self::Output<u64> {
        self.zintercard_with(keys, ZintercardOptions::new())
    }

    /// How many members are in every one of the sorted sets, counted up to a limit.
    ///
    /// Sends [`ZINTERCARD`](https://redis.io/docs/latest/commands/zintercard/). Since Redis 7.0.
    fn zintercard_with(self, keys: impl ToArgs, options: ZintercardOptions) -> Self::Output<u64> {
        let request = cmd("ZINTERCARD").read_only().counted_keys(keys);
        self.run(request.opt_with("LIMIT", options.limit).returns())
    }

    /// The members of the first sorted set that are in none of the others.
    ///
    /// Sends [`ZDIFF`](https://redis.io/docs/latest/commands/zdiff/). Since Redis 6.2.
    fn zdiff<V: FromReply>(self, keys: impl ToArgs) -> Self::Output<V> {
        self.run(cmd("ZDIFF").read_only().counted_keys(keys).returns())
    }

    /// The members of the first sorted set that are in none of the others, with the scores they have there.
    ///
    /// Sends [`ZDIFF`](https://redis.io/docs/latest/commands/zdiff/) with `WITHSCORES`. Since Redis 6.2.
    fn zdiff_withscores<M: FromReply>(self, keys: impl ToArgs) -> Self::Output<Vec<(M, f64)>> {
        let request = cmd("ZDIFF").read_only().counted_keys(keys);
        self.run(request.arg("WITHSCORES").returns())
    }

    /// Makes `destination` the sorted set of the members of the first sorted set that are in none of the others.
    ///
    /// Sends [`ZDIFFSTORE`](https://redis.io/docs/latest/commands/zdiffstore/). Replaces whatever `destination` held;
    /// an empty result deletes it. Replies with the number of members. Since Redis 6.2.
    fn zdiffstore(self, destination: impl ToArg, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("ZDIFFSTORE").key(destination).counted_keys(keys).returns())
    }
}

impl<E: Executor> SortedSetCombineCommands for E {}

/// Adds the keys with their number, and the options.
fn aggregate(request: Request, keys: impl ToArgs, options: AggregateOptions) -> Request {
    let before = request.len();
    let request = request.counted_keys(keys);
    let count = request.len() - before - 1;
    options.add_to(request, count)
}
