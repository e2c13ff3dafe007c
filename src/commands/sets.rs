//! Sets.

use alloc::vec::Vec;

use crate::command::{Executor, Request, cmd};
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands on sets: distinct members in no order.
///
/// Where a command answers with members, the collection is the caller's choice: `Vec`, `HashSet` or `BTreeSet` of
/// whatever the members are. Every command fails with `WRONGTYPE` when a key holds something that is not a set.
///
/// ```
/// use std::collections::BTreeSet;
///
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// assert_eq!(client.sadd("colours", ["red", "green", "red"])?, 2);
/// assert!(client.sismember("colours", "green")?);
/// let colours: BTreeSet<String> = client.smembers("colours")?;
/// assert!(colours.iter().eq(["green", "red"]));
/// # Ok::<(), redwire::Error>(())
/// ```
pub trait SetCommands: Executor {
    /// Adds one or more members; a missing key starts as an empty set.
    ///
    /// Sends [`SADD`](https://redis.io/docs/latest/commands/sadd/). Replies with how many of them are new. Since Redis
    /// 1.0; several members since 2.4.
    fn sadd(self, key: impl ToArg, members: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("SADD").key(key).args(members, "member").returns())
    }

    /// Takes out one or more members; those that are not there are ignored.
    ///
    /// Sends [`SREM`](https://redis.io/docs/latest/commands/srem/). Replies with how many were there. Since Redis 1.0;
    /// several members since 2.4.
    fn srem(self, key: impl ToArg, members: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("SREM").key(key).args(members, "member").returns())
    }

    /// How many members the set has; 0 when the key does not exist.
    ///
    /// Sends [`SCARD`](https://redis.io/docs/latest/commands/scard/). Since Redis 1.0.
    fn scard(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("SCARD").read_only().key(key).returns())
    }

    /// Whether `member` is in the set.
    ///
    /// Sends [`SISMEMBER`](https://redis.io/docs/latest/commands/sismember/). Since Redis 1.0.
    fn sismember(self, key: impl ToArg, member: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SISMEMBER").read_only().key(key).arg(member).returns())
    }

    /// Which of the members are in the set, in the order they were asked for.
    ///
    /// Sends [`SMISMEMBER`](https://redis.io/docs/latest/commands/smismember/). Since Redis 6.2.
    fn smismember(self, key: impl ToArg, members: impl ToArgs) -> Self::Output<Vec<bool>> {
        self.run(cmd("SMISMEMBER").read_only().key(key).args(members, "member").returns())
    }

    /// All members, in no order; none when the key does not exist.
    ///
    /// Sends [`SMEMBERS`](https://redis.io/docs/latest/commands/smembers/). Of a large set better take pages:
    /// [`SetCommands::sscan`]. Since Redis 1.0.
    fn smembers<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("SMEMBERS").read_only().key(key).returns())
    }

    /// Takes out a random member; ask for an `Option`, as there is none when the key does not exist.
    ///
    /// Sends [`SPOP`](https://redis.io/docs/latest/commands/spop/). Since Redis 1.0.
    fn spop<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("SPOP").key(key).returns())
    }

    /// Takes out up to `count` random members.
    ///
    /// Sends [`SPOP`](https://redis.io/docs/latest/commands/spop/) with a count. Replies with as many as there were.
    /// Since Redis 3.2.
    fn spop_count<V: FromReply>(self, key: impl ToArg, count: u64) -> Self::Output<V> {
        self.run(cmd("SPOP").key(key).arg(count).returns())
    }

    /// A random member, which stays in the set; ask for an `Option`, as there is none when the key does not exist.
    ///
    /// Sends [`SRANDMEMBER`](https://redis.io/docs/latest/commands/srandmember/). Since Redis 1.0.
    fn srandmember<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("SRANDMEMBER").read_only().key(key).returns())
    }

    /// Random members, which stay in the set: up to `count` different ones, or, if `count` is negative, exactly that many
    /// with repetitions.
    ///
    /// Sends [`SRANDMEMBER`](https://redis.io/docs/latest/commands/srandmember/) with a count. Replies with no members
    /// when the key does not exist. Since Redis 2.6.
    fn srandmember_count<V: FromReply>(self, key: impl ToArg, count: i64) -> Self::Output<V> {
        self.run(cmd("SRANDMEMBER").read_only().key(key).arg(count).returns())
    }

    /// Moves `member` from one set to another, in one step.
    ///
    /// Sends [`SMOVE`](https://redis.io/docs/latest/commands/smove/). False when it was not in `source`; then nothing
    /// changes. Since Redis 1.0.
    fn smove(self, source: impl ToArg, destination: impl ToArg, member: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SMOVE").key(source).key(destination).arg(member).returns())
    }

    /// The members of the first set that are in none of the others.
    ///
    /// Sends [`SDIFF`](https://redis.io/docs/latest/commands/sdiff/). A missing key is an empty set. Since Redis 1.0.
    fn sdiff<V: FromReply>(self, keys: impl ToArgs) -> Self::Output<V> {
        self.run(cmd("SDIFF").read_only().keys(keys).returns())
    }

    /// Makes `destination` the set of the members of the first set that are in none of the others.
    ///
    /// Sends [`SDIFFSTORE`](https://redis.io/docs/latest/commands/sdiffstore/). Replaces whatever `destination` held;
    /// an empty result deletes it. Replies with the number of members. Since Redis 1.0.
    fn sdiffstore(self, destination: impl ToArg, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("SDIFFSTORE").key(destination).keys(keys).returns())
    }

    /// The members that are in every one of the sets.
    ///
    /// Sends [`SINTER`](https://redis.io/docs/latest/commands/sinter/). A missing key is an empty set. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.sadd("a", [1, 2, 3])?;
    /// client.sadd("b", [2, 3, 4])?;
    /// let mut common: Vec<u32> = client.sinter(["a", "b"])?;
    /// common.sort();
    /// assert_eq!(common, [2, 3]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn sinter<V: FromReply>(self, keys: impl ToArgs) -> Self::Output<V> {
        self.run(cmd("SINTER").read_only().keys(keys).returns())
    }

    /// Makes `destination` the set of the members that are in every one of the sets.
    ///
    /// Sends [`SINTERSTORE`](https://redis.io/docs/latest/commands/sinterstore/). Replaces whatever `destination` held;
    /// an empty result deletes it. Replies with the number of members. Since Redis 1.0.
    fn sinterstore(self, destination: impl ToArg, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("SINTERSTORE").key(destination).keys(keys).returns())
    }

    /// How many members are in every one of the sets.
    ///
    /// Sends [`SINTERCARD`](https://redis.io/docs/latest/commands/sintercard/). Since Redis 7.0.
    fn sintercard(self, keys: impl ToArgs) -> Self::Output<u64> {
        self.sintercard_with(keys, SintercardOptions::new())
    }

    /// How many members are in every one of the sets, counted up to a limit.
    ///
    /// Sends [`SINTERCARD`](https://redis.io/docs/latest/commands/sintercard/). Since Redis 7.0.
    fn sintercard_with(self, keys: impl ToArgs, options: SintercardOptions) -> Self::Output<u64> {
        let request = cmd("SINTERCARD").read_only().counted_keys(keys);
        self.run(request.opt_with("LIMIT", options.limit).returns())
    }

    /// The members that are in any of the sets.
    ///
    /// Sends [`SUNION`](https://redis.io/docs/latest/commands/sunion/). A missing key is an empty set. Since Redis 1.0.
    fn sunion<V: FromReply>(self, keys: impl ToArgs) -> Self::Output<V> {
        self.run(cmd("SUNION").read_only().keys(keys).returns())
    }

    /// Makes `destination` the set of the members that are in any of the sets.
    ///
    /// Sends [`SUNIONSTORE`](https://redis.io/docs/latest/commands/sunionstore/). Replaces whatever `destination` held;
    /// an empty result deletes it. Replies with the number of members. Since Redis 1.0.
    fn sunionstore(self, destination: impl ToArg, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("SUNIONSTORE").key(destination).keys(keys).returns())
    }

    /// One page of the members. Start with cursor 0 and go on with the cursor of the reply until it is 0 again;
    /// [`Scan::set`](crate::scan::Scan::set) does that for you.
    ///
    /// Sends [`SSCAN`](https://redis.io/docs/latest/commands/sscan/). Replies with the next cursor and the members of
    /// this page: perhaps none, perhaps some that came before. Since Redis 2.8.
    fn sscan<V: FromReply>(self, key: impl ToArg, cursor: u64) -> Self::Output<(u64, V)> {
        self.sscan_with(key, cursor, SscanOptions::new())
    }

    /// One page of the members, as [`SetCommands::sscan`], with a pattern or a page size.
    ///
    /// Sends [`SSCAN`](https://redis.io/docs/latest/commands/sscan/). Since Redis 2.8.
    fn sscan_with<V: FromReply>(self, key: impl ToArg, cursor: u64, options: SscanOptions) -> Self::Output<(u64, V)> {
        self.run(options.add_to(cmd("SSCAN").read_only().key(key).arg(cursor)).returns())
    }
}

impl<E: Executor> SetCommands for E {}

/// What [`SetCommands::sintercard_with`] can be told besides the keys.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct SintercardOptions {
    limit: Option<u64>,
}

impl SintercardOptions {
    /// No limit.
    pub fn new() -> Self {
        SintercardOptions::default()
    }

    /// Stops counting at `limit` (`LIMIT`); 0 is no limit.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }
}

/// What [`SetCommands::sscan_with`] can be told besides key and cursor.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct SscanOptions {
    pattern: Option<Vec<u8>>,
    count: Option<u64>,
}

impl SscanOptions {
    /// All members, in pages of the server's usual size (about 10).
    pub fn new() -> Self {
        SscanOptions::default()
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

    fn add_to(self, request: Request) -> Request {
        request.opt_with("MATCH", self.pattern).opt_with("COUNT", self.count)
    }
}
