//! Hashes: fields with values under one key.

mod expiry;
mod options;

use options::counted_fields;

use crate::command::{Executor, cmd};
use crate::resp::{FromReply, ToArg, ToArgs};

pub use expiry::{FieldExpire, FieldPersist, HashExpiryCommands};
pub use options::{HgetexOptions, HscanOptions, HsetexOptions};

/// Commands on hashes; those on the time to live of single fields are in [`HashExpiryCommands`].
///
/// Where the reply holds fields or values, its type is the caller's: a map, a list of pairs, a tuple.
pub trait HashCommands: Executor {
    /// Deletes fields; a hash left without any is gone.
    ///
    /// Sends [`HDEL`](https://redis.io/docs/latest/commands/hdel/). Replies with how many of them there were. Since
    /// Redis 2.0, several fields since 2.4.
    fn hdel(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("HDEL").key(key).args(fields, "field").returns())
    }

    /// Whether the hash has this field.
    ///
    /// Sends [`HEXISTS`](https://redis.io/docs/latest/commands/hexists/). False as well when there is no such key.
    /// Since Redis 2.0.
    fn hexists(self, key: impl ToArg, field: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("HEXISTS").read_only().key(key).arg(field).returns())
    }

    /// The value of one field; ask for an `Option` where it may be missing.
    ///
    /// Sends [`HGET`](https://redis.io/docs/latest/commands/hget/). Replies with the value, or no value when there is
    /// no such field or key. Since Redis 2.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.hset("user:1", ("name", "Ada"))?;
    /// let name: String = client.hget("user:1", "name")?;
    /// assert_eq!(name, "Ada");
    /// assert_eq!(client.hget::<Option<u32>>("user:1", "age")?, None);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hget<V: FromReply>(self, key: impl ToArg, field: impl ToArg) -> Self::Output<V> {
        self.run(cmd("HGET").read_only().key(key).arg(field).returns())
    }

    /// All fields and values, as a map or a list of pairs.
    ///
    /// Sends [`HGETALL`](https://redis.io/docs/latest/commands/hgetall/). Replies with an empty map when there is no
    /// such key. Since Redis 2.0.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.hset("stock", [("apples", 3), ("pears", 5)])?;
    /// let stock: BTreeMap<String, u32> = client.hgetall("stock")?;
    /// assert_eq!(stock["pears"], 5);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hgetall<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("HGETALL").read_only().key(key).returns())
    }

    /// The values of these fields, which are deleted.
    ///
    /// Sends [`HGETDEL`](https://redis.io/docs/latest/commands/hgetdel/). Replies with a list as
    /// [`hmget`](HashCommands::hmget) does. Since Redis 8.0, Valkey 9.1.
    fn hgetdel<V: FromReply>(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<V> {
        let request = cmd("HGETDEL").key(key);
        self.run(counted_fields(request, fields).returns())
    }

    /// Adds an integer to the value of a field; a missing one counts as 0.
    ///
    /// Sends [`HINCRBY`](https://redis.io/docs/latest/commands/hincrby/). Replies with the value afterwards. An error
    /// when the value is no 64-bit integer or would overflow one. Since Redis 2.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert_eq!(client.hincrby("visits", "today", 2)?, 2);
    /// assert_eq!(client.hincrby("visits", "today", -1)?, 1);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hincrby(self, key: impl ToArg, field: impl ToArg, increment: i64) -> Self::Output<i64> {
        self.run(cmd("HINCRBY").key(key).arg(field).arg(increment).returns())
    }

    /// Adds a finite number to the value of a field; a missing one counts as 0.
    ///
    /// Sends [`HINCRBYFLOAT`](https://redis.io/docs/latest/commands/hincrbyfloat/). Replies with the value afterwards.
    /// An error when the value is no number. Since Redis 2.6.
    fn hincrbyfloat(self, key: impl ToArg, field: impl ToArg, increment: f64) -> Self::Output<f64> {
        let mut request = cmd("HINCRBYFLOAT").key(key).arg(field).arg(increment);
        if !increment.is_finite() {
            request = request.refuse("the increment must be finite");
        }
        self.run(request.returns())
    }

    /// All field names.
    ///
    /// Sends [`HKEYS`](https://redis.io/docs/latest/commands/hkeys/). Replies with a list or set, empty when there is
    /// no such key. Since Redis 2.0.
    fn hkeys<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("HKEYS").read_only().key(key).returns())
    }

    /// How many fields the hash has.
    ///
    /// Sends [`HLEN`](https://redis.io/docs/latest/commands/hlen/). 0 when there is no such key. Since Redis 2.0.
    fn hlen(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("HLEN").read_only().key(key).returns())
    }

    /// The values of several fields.
    ///
    /// Sends [`HMGET`](https://redis.io/docs/latest/commands/hmget/). Replies with a list of as many elements as there
    /// are fields, in their order, with no value where the field is missing: ask for a `Vec<Option<..>>`, or for a
    /// tuple if the fields differ in type. Since Redis 2.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.hset("user:1", [("name", "Ada"), ("age", "36")])?;
    /// let (name, age, city): (String, u32, Option<String>) = client.hmget("user:1", ["name", "age", "city"])?;
    /// assert_eq!((name.as_str(), age, city), ("Ada", 36, None));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hmget<V: FromReply>(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<V> {
        self.run(cmd("HMGET").read_only().key(key).args(fields, "field").returns())
    }

    /// Sets fields, as [`hset`](HashCommands::hset), which took its place in Redis 4.0.
    ///
    /// Sends [`HMSET`](https://redis.io/docs/latest/commands/hmset/). True, always. Since Redis 2.0.
    fn hmset(self, key: impl ToArg, pairs: impl ToArgs) -> Self::Output<bool> {
        self.run(cmd("HMSET").key(key).pairs(pairs).returns())
    }

    /// A random field; ask for an `Option` where the hash may be missing.
    ///
    /// Sends [`HRANDFIELD`](https://redis.io/docs/latest/commands/hrandfield/). Replies with its name, or no value when
    /// there is no such key. Since Redis 6.2.
    fn hrandfield<F: FromReply>(self, key: impl ToArg) -> Self::Output<F> {
        self.run(cmd("HRANDFIELD").read_only().key(key).returns())
    }

    /// Random fields: up to `count` different ones, or exactly `-count` with repetitions when `count` is negative.
    ///
    /// Sends [`HRANDFIELD`](https://redis.io/docs/latest/commands/hrandfield/) with a count. Replies with a list of
    /// names, empty when there is no such key. Since Redis 6.2.
    fn hrandfield_count<V: FromReply>(self, key: impl ToArg, count: i64) -> Self::Output<V> {
        self.run(cmd("HRANDFIELD").read_only().key(key).arg(count).returns())
    }

    /// Random fields with their values; `count` as in [`hrandfield_count`](HashCommands::hrandfield_count).
    ///
    /// Sends [`HRANDFIELD`](https://redis.io/docs/latest/commands/hrandfield/) with a count and `WITHVALUES`. Replies
    /// with pairs: ask for a `Vec` of them, or for a map if no field can come twice. Since Redis 6.2.
    fn hrandfield_withvalues<V: FromReply>(self, key: impl ToArg, count: i64) -> Self::Output<V> {
        let request = cmd("HRANDFIELD").read_only().key(key).arg(count);
        self.run(request.arg("WITHVALUES").returns())
    }

    /// One page of fields and values: start with cursor 0, go on with the cursor of the reply until it is 0 again.
    ///
    /// Sends [`HSCAN`](https://redis.io/docs/latest/commands/hscan/). Replies with the next cursor and the page, a map
    /// or a list of pairs. What is in the hash from the first page to the last is met at least once, perhaps more
    /// often. Since Redis 2.8.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.hset("stock", [("apples", 3), ("pears", 5)])?;
    /// let mut found = Vec::new();
    /// let mut cursor = 0;
    /// loop {
    ///     let (next, page): (u64, Vec<(String, u32)>) = client.hscan("stock", cursor)?;
    ///     found.extend(page);
    ///     cursor = next;
    ///     if cursor == 0 {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(found.len(), 2);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hscan<V: FromReply>(self, key: impl ToArg, cursor: u64) -> Self::Output<(u64, V)> {
        self.hscan_with(key, cursor, HscanOptions::new())
    }

    /// One page of fields and values, as [`hscan`](HashCommands::hscan), with a pattern or a page size.
    ///
    /// Sends [`HSCAN`](https://redis.io/docs/latest/commands/hscan/) with `MATCH`, `COUNT`. Since Redis 2.8.
    fn hscan_with<V: FromReply>(self, key: impl ToArg, cursor: u64, options: HscanOptions) -> Self::Output<(u64, V)> {
        let request = cmd("HSCAN").read_only().key(key).arg(cursor);
        self.run(options.write(request).returns())
    }

    /// One page of field names, as [`hscan`](HashCommands::hscan), without the values.
    ///
    /// Sends [`HSCAN`](https://redis.io/docs/latest/commands/hscan/) with `NOVALUES`. Replies with the next cursor and
    /// a list or set of names. Since Redis 7.4, Valkey 8.0.
    fn hscan_novalues<V: FromReply>(
        self,
        key: impl ToArg,
        cursor: u64,
        options: HscanOptions,
    ) -> Self::Output<(u64, V)> {
        let request = cmd("HSCAN").read_only().key(key).arg(cursor);
        self.run(options.write(request).arg("NOVALUES").returns())
    }

    /// Sets fields to values, whatever they held before, and takes away their time to live: one pair, or a list or map
    /// of pairs.
    ///
    /// Sends [`HSET`](https://redis.io/docs/latest/commands/hset/). Replies with how many fields are new. Since Redis
    /// 2.0, several pairs since 4.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert_eq!(client.hset("user:1", ("name", "Ada"))?, 1);
    /// assert_eq!(client.hset("user:1", [("name", "Ada L."), ("city", "London")])?, 1);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hset(self, key: impl ToArg, pairs: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("HSET").key(key).pairs(pairs).returns())
    }

    /// Sets a field if it does not exist yet.
    ///
    /// Sends [`HSETNX`](https://redis.io/docs/latest/commands/hsetnx/). True when it was set. Since Redis 2.0.
    fn hsetnx(self, key: impl ToArg, field: impl ToArg, value: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("HSETNX").key(key).arg(field).arg(value).returns())
    }

    /// The length in bytes of a field's value.
    ///
    /// Sends [`HSTRLEN`](https://redis.io/docs/latest/commands/hstrlen/). 0 when there is no such field or key. Since
    /// Redis 3.2.
    fn hstrlen(self, key: impl ToArg, field: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("HSTRLEN").read_only().key(key).arg(field).returns())
    }

    /// All values.
    ///
    /// Sends [`HVALS`](https://redis.io/docs/latest/commands/hvals/). Replies with a list, empty when there is no such
    /// key. Since Redis 2.0.
    fn hvals<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("HVALS").read_only().key(key).returns())
    }
}

impl<E: Executor> HashCommands for E {}
