//! Strings.

mod increx;
mod lcs;
mod options;

use alloc::string::String;
use core::time::Duration;

pub use increx::IncrexOptions;
pub use lcs::{LcsMatch, LcsMatches, LcsOptions};
pub use options::{DelexOptions, GetexOptions, MsetexOptions, SetOptions};

use super::options::ok_or_nil;
use crate::command::{Executor, cmd};
use crate::resp::{Args, FromReply, ToArg, ToArgs};

/// Commands on strings.
///
/// Points in time are durations since the Unix epoch (1970-01-01 00:00 UTC).
pub trait StringCommands: Executor {
    /// The value of `key`; ask for an `Option` where it may be missing.
    ///
    /// Sends [`GET`](https://redis.io/docs/latest/commands/get/). Replies with the value, or no value when the key does
    /// not exist. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("name", "redwire")?;
    /// let name: Option<String> = client.get("name")?;
    /// assert_eq!(name.as_deref(), Some("redwire"));
    /// assert_eq!(client.get::<Option<String>>("missing")?, None);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn get<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("GET").read_only().key(key).returns())
    }

    /// The value of `key`, whose expiry changes as `options` say; ask for an `Option` where it may be missing.
    ///
    /// Sends [`GETEX`](https://redis.io/docs/latest/commands/getex/). Since Redis 6.2.
    fn getex<V: FromReply>(self, key: impl ToArg, options: GetexOptions) -> Self::Output<V> {
        self.run(options.write(cmd("GETEX").key(key)).returns())
    }

    /// The value of `key`, which is removed; ask for an `Option` where it may be missing.
    ///
    /// Sends [`GETDEL`](https://redis.io/docs/latest/commands/getdel/). Since Redis 6.2.
    fn getdel<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("GETDEL").key(key).returns())
    }

    /// The value that `key` had before it was set to `value`; ask for an `Option` where it may be missing. Any expiry is
    /// taken away.
    ///
    /// Sends [`GETSET`](https://redis.io/docs/latest/commands/getset/), which newer servers advise against:
    /// [`set_get`](StringCommands::set_get) does the same. Since Redis 1.0.
    fn getset<V: FromReply>(self, key: impl ToArg, value: impl ToArg) -> Self::Output<V> {
        self.run(cmd("GETSET").key(key).arg(value).returns())
    }

    /// The bytes of the value from `start` to `end`, both included; negative positions count from the end, -1 being the
    /// last byte. What lies outside of the value is left out.
    ///
    /// Sends [`GETRANGE`](https://redis.io/docs/latest/commands/getrange/). Since Redis 2.4.
    fn getrange<V: FromReply>(self, key: impl ToArg, start: i64, end: i64) -> Self::Output<V> {
        self.run(cmd("GETRANGE").read_only().key(key).arg(start).arg(end).returns())
    }

    /// The old name of [`getrange`](StringCommands::getrange).
    ///
    /// Sends [`SUBSTR`](https://redis.io/docs/latest/commands/substr/). Since Redis 1.0.
    fn substr<V: FromReply>(self, key: impl ToArg, start: i64, end: i64) -> Self::Output<V> {
        self.run(cmd("SUBSTR").read_only().key(key).arg(start).arg(end).returns())
    }

    /// The values of several keys, in their order: ask for a `Vec` of `Option`s, or for a tuple with a type for each key.
    ///
    /// Sends [`MGET`](https://redis.io/docs/latest/commands/mget/). A key that is missing or holds no string gives no
    /// value. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.mset([("name", "redwire"), ("visits", "7")])?;
    /// let (name, visits): (Option<String>, Option<u64>) = client.mget(["name", "visits"])?;
    /// assert_eq!((name.as_deref(), visits), (Some("redwire"), Some(7)));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn mget<V: FromReply>(self, keys: impl ToArgs) -> Self::Output<V> {
        self.run(cmd("MGET").read_only().keys(keys).returns())
    }

    /// Sets `key` to `value`, whatever it held before. Any expiry is taken away.
    ///
    /// Sends [`SET`](https://redis.io/docs/latest/commands/set/). True, always. Since Redis 1.0.
    fn set(self, key: impl ToArg, value: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SET").key(key).arg(value).decoded_by(ok_or_nil))
    }

    /// Sets `key` to `value`, as `options` say.
    ///
    /// Sends [`SET`](https://redis.io/docs/latest/commands/set/). True if set, false if the condition did not hold.
    /// Since Redis 2.6.12.
    ///
    /// ```
    /// use core::time::Duration;
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let lock = SetOptions::new().nx().ex(Duration::from_secs(30));
    /// assert!(client.set_with("lock", "me", lock.clone())?);
    /// assert!(!client.set_with("lock", "you", lock)?);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn set_with(self, key: impl ToArg, value: impl ToArg, options: SetOptions) -> Self::Output<bool> {
        let request = cmd("SET").key(key).arg(value);
        self.run(options.write(request, false).decoded_by(ok_or_nil))
    }

    /// Sets `key` to `value` and gives what it held before; ask for an `Option` where it may be missing. Any expiry is
    /// taken away.
    ///
    /// Sends [`SET`](https://redis.io/docs/latest/commands/set/) with `GET`. An error if the key holds no string; it is
    /// not set then. Since Redis 6.2.
    fn set_get<V: FromReply>(self, key: impl ToArg, value: impl ToArg) -> Self::Output<V> {
        self.set_get_with(key, value, SetOptions::new())
    }

    /// Sets `key` to `value`, as `options` say, and gives what it held before; ask for an `Option` where it may be
    /// missing. Whether the condition held, only that value can tell.
    ///
    /// Sends [`SET`](https://redis.io/docs/latest/commands/set/) with `GET`. An error if the key holds no string; it is
    /// not set then. Since Redis 6.2, together with `NX` since 7.0.
    fn set_get_with<V: FromReply>(self, key: impl ToArg, value: impl ToArg, options: SetOptions) -> Self::Output<V> {
        self.run(options.write(cmd("SET").key(key).arg(value), true).returns())
    }

    /// Sets `key` to `value`, to expire after `ttl`. Mind the order: the time comes before the value.
    ///
    /// Sends [`SETEX`](https://redis.io/docs/latest/commands/setex/); the time in whole seconds. True, always: the
    /// server refuses zero. Since Redis 2.0.
    fn setex(self, key: impl ToArg, ttl: Duration, value: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SETEX").key(key).seconds(ttl).arg(value).returns())
    }

    /// Sets `key` to `value`, to expire after `ttl`. Mind the order: the time comes before the value.
    ///
    /// Sends [`PSETEX`](https://redis.io/docs/latest/commands/psetex/); the time in whole milliseconds. True, always:
    /// the server refuses zero. Since Redis 2.6.
    fn psetex(self, key: impl ToArg, ttl: Duration, value: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("PSETEX").key(key).milliseconds(ttl).arg(value).returns())
    }

    /// Sets `key` to `value` unless it exists.
    ///
    /// Sends [`SETNX`](https://redis.io/docs/latest/commands/setnx/). True if set. Since Redis 1.0.
    fn setnx(self, key: impl ToArg, value: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SETNX").key(key).arg(value).returns())
    }

    /// Sets several keys at once: a list of pairs, or a map. Any expiry is taken away.
    ///
    /// Sends [`MSET`](https://redis.io/docs/latest/commands/mset/). True, always. Since Redis 1.0.1.
    fn mset(self, pairs: impl ToArgs) -> Self::Output<bool> {
        self.run(cmd("MSET").key_values(pairs).returns())
    }

    /// Sets several keys at once, unless one of them exists: a list of pairs, or a map.
    ///
    /// Sends [`MSETNX`](https://redis.io/docs/latest/commands/msetnx/). True if all were set, false if none was. Since
    /// Redis 1.0.1.
    fn msetnx(self, pairs: impl ToArgs) -> Self::Output<bool> {
        self.run(cmd("MSETNX").key_values(pairs).returns())
    }

    /// Sets several keys at once, as `options` say: a list of pairs, or a map.
    ///
    /// Sends [`MSETEX`](https://redis.io/docs/latest/commands/msetex/). True if all were set, false if none was. Since
    /// Redis 8.4, Valkey 9.1.
    fn msetex(self, pairs: impl ToArgs, options: MsetexOptions) -> Self::Output<bool> {
        let mut counted = Args::new();
        pairs.write_args(&mut counted);
        let request = cmd("MSETEX").arg(counted.len() / 2).key_values(pairs);
        self.run(options.write(request).returns())
    }

    /// Overwrites the value from the byte at `offset` on; zero bytes fill what is missing before it.
    ///
    /// Sends [`SETRANGE`](https://redis.io/docs/latest/commands/setrange/). Replies with the new length in bytes. Since
    /// Redis 2.2.
    fn setrange(self, key: impl ToArg, offset: u64, value: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("SETRANGE").key(key).arg(offset).arg(value).returns())
    }

    /// Adds `value` at the end of what `key` holds.
    ///
    /// Sends [`APPEND`](https://redis.io/docs/latest/commands/append/). Replies with the new length in bytes. Since
    /// Redis 2.0.
    fn append(self, key: impl ToArg, value: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("APPEND").key(key).arg(value).returns())
    }

    /// The length of the value in bytes; 0 if there is no such key.
    ///
    /// Sends [`STRLEN`](https://redis.io/docs/latest/commands/strlen/). Since Redis 2.2.
    fn strlen(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("STRLEN").read_only().key(key).returns())
    }

    /// Adds 1 to the number that `key` holds; a missing key counts as 0.
    ///
    /// Sends [`INCR`](https://redis.io/docs/latest/commands/incr/). Replies with the new number. An error if the value
    /// is no integer, or would pass 64 bits. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert_eq!(client.incr("visits")?, 1);
    /// assert_eq!(client.incrby("visits", 10)?, 11);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn incr(self, key: impl ToArg) -> Self::Output<i64> {
        self.run(cmd("INCR").key(key).returns())
    }

    /// Adds `increment` to the number that `key` holds; a missing key counts as 0.
    ///
    /// Sends [`INCRBY`](https://redis.io/docs/latest/commands/incrby/). Replies with the new number. An error if the
    /// value is no integer, or would pass 64 bits. Since Redis 1.0.
    fn incrby(self, key: impl ToArg, increment: i64) -> Self::Output<i64> {
        self.run(cmd("INCRBY").key(key).arg(increment).returns())
    }

    /// Adds `increment` to the number that `key` holds; a missing key counts as 0.
    ///
    /// Sends [`INCRBYFLOAT`](https://redis.io/docs/latest/commands/incrbyfloat/). Replies with the new number. An error
    /// if the value is no number, or would be infinite or none. Since Redis 2.6.
    fn incrbyfloat(self, key: impl ToArg, increment: f64) -> Self::Output<f64> {
        self.run(cmd("INCRBYFLOAT").key(key).arg(increment).returns())
    }

    /// Adds `increment` to the integer that `key` holds, within bounds and with an expiry, as `options` say; a missing
    /// key counts as 0. What would leave the bounds, or 64 bits, is not done, unless it is to stop at the bound.
    ///
    /// Sends [`INCREX`](https://redis.io/docs/latest/commands/increx/) with `BYINT`. Replies with the new number and
    /// what was really added. Since Redis 8.8.
    fn increx(self, key: impl ToArg, increment: i64, options: IncrexOptions<i64>) -> Self::Output<(i64, i64)> {
        let request = cmd("INCREX").key(key).arg("BYINT").arg(increment);
        self.run(options.write(request).returns())
    }

    /// Adds `increment` to the number that `key` holds, within bounds and with an expiry, as `options` say; a missing
    /// key counts as 0. What would leave the bounds is not done, unless it is to stop at the bound.
    ///
    /// Sends [`INCREX`](https://redis.io/docs/latest/commands/increx/) with `BYFLOAT`. Replies with the new number and
    /// what was really added. Since Redis 8.8.
    fn increx_float(self, key: impl ToArg, increment: f64, options: IncrexOptions<f64>) -> Self::Output<(f64, f64)> {
        let request = cmd("INCREX").key(key).arg("BYFLOAT").arg(increment);
        self.run(options.write(request).returns())
    }

    /// Takes 1 from the number that `key` holds; a missing key counts as 0.
    ///
    /// Sends [`DECR`](https://redis.io/docs/latest/commands/decr/). Replies with the new number. An error if the value
    /// is no integer, or would pass 64 bits. Since Redis 1.0.
    fn decr(self, key: impl ToArg) -> Self::Output<i64> {
        self.run(cmd("DECR").key(key).returns())
    }

    /// Takes `decrement` from the number that `key` holds; a missing key counts as 0.
    ///
    /// Sends [`DECRBY`](https://redis.io/docs/latest/commands/decrby/). Replies with the new number. An error if the
    /// value is no integer, or would pass 64 bits. Since Redis 1.0.
    fn decrby(self, key: impl ToArg, decrement: i64) -> Self::Output<i64> {
        self.run(cmd("DECRBY").key(key).arg(decrement).returns())
    }

    /// The longest common subsequence of two values: the longest text that is left of both when some of their bytes are
    /// crossed out. A missing key counts as an empty value.
    ///
    /// Sends [`LCS`](https://redis.io/docs/latest/commands/lcs/). Since Redis 7.0.
    fn lcs<V: FromReply>(self, key1: impl ToArg, key2: impl ToArg) -> Self::Output<V> {
        self.run(cmd("LCS").read_only().key(key1).key(key2).returns())
    }

    /// The length in bytes of the [longest common subsequence](StringCommands::lcs).
    ///
    /// Sends [`LCS`](https://redis.io/docs/latest/commands/lcs/) with `LEN`. Since Redis 7.0.
    fn lcs_len(self, key1: impl ToArg, key2: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("LCS").read_only().key(key1).key(key2).arg("LEN").returns())
    }

    /// Where in both values the [longest common subsequence](StringCommands::lcs) lies.
    ///
    /// Sends [`LCS`](https://redis.io/docs/latest/commands/lcs/) with `IDX`. Since Redis 7.0.
    fn lcs_idx(self, key1: impl ToArg, key2: impl ToArg, options: LcsOptions) -> Self::Output<LcsMatches> {
        let request = cmd("LCS").read_only().key(key1).key(key2).arg("IDX");
        self.run(options.write(request).returns())
    }

    /// A digest of the value: 16 hexadecimal digits, to be given to the `IFDEQ` and `IFDNE` options instead of a long
    /// value; `None` if there is no such key. It is made with XXH3 and keeps no secret.
    ///
    /// Sends [`DIGEST`](https://redis.io/docs/latest/commands/digest/). Since Redis 8.4.
    fn digest(self, key: impl ToArg) -> Self::Output<Option<String>> {
        self.run(cmd("DIGEST").read_only().key(key).returns())
    }

    /// Removes `key` if the condition of `options` holds; without a condition a key of any type.
    ///
    /// Sends [`DELEX`](https://redis.io/docs/latest/commands/delex/). True if removed. An error if there is a condition
    /// and the key holds no string. Since Redis 8.4.
    fn delex(self, key: impl ToArg, options: DelexOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("DELEX").key(key)).returns())
    }

    /// Removes `key` if it holds exactly this value.
    ///
    /// Sends [`DELIFEQ`](https://valkey.io/commands/delifeq/). True if removed. An error if the key holds no string.
    /// Since Valkey 9.0; with Redis see [`delex`](StringCommands::delex).
    fn delifeq(self, key: impl ToArg, value: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("DELIFEQ").key(key).arg(value).returns())
    }
}

impl<E: Executor> StringCommands for E {}
