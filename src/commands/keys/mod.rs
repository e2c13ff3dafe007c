//! Keys of any type.

mod migrate;
mod options;
mod replies;
mod sort;

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

pub use migrate::MigrateOptions;
pub use options::{ClusterscanOptions, CopyOptions, RestoreOptions, ScanOptions};
pub use replies::KeyType;
pub use sort::{SortOptions, SortRow, SortValues};

use super::expiry::{
    ExpireIf, ExpireTime, Ttl, expire_time_milliseconds, expire_time_seconds, ttl_milliseconds, ttl_seconds,
};
use crate::command::{Executor, Wait, cmd};
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands on keys, whatever they hold.
///
/// Points in time are durations since the Unix epoch (1970-01-01 00:00 UTC).
pub trait KeyCommands: Executor {
    /// Removes keys.
    ///
    /// Sends [`DEL`](https://redis.io/docs/latest/commands/del/). Replies with how many there were. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("a", 1)?;
    /// client.set("b", 2)?;
    /// assert_eq!(client.del(["a", "b", "c"])?, 2);
    /// assert_eq!(client.del("a")?, 0);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    #[doc(alias = "delete")]
    fn del(self, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("DEL").keys(keys).returns())
    }

    /// Removes keys; the memory of large values is given back in the background.
    ///
    /// Sends [`UNLINK`](https://redis.io/docs/latest/commands/unlink/). Replies with how many there were. Since Redis
    /// 4.0.
    fn unlink(self, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("UNLINK").keys(keys).returns())
    }

    /// How many of the keys exist. One that is named twice counts twice.
    ///
    /// Sends [`EXISTS`](https://redis.io/docs/latest/commands/exists/). Since Redis 1.0, for several keys since 3.0.3.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("a", 1)?;
    /// assert_eq!(client.exists("a")?, 1);
    /// assert_eq!(client.exists(["a", "a", "b"])?, 2);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn exists(self, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("EXISTS").read_only().keys(keys).returns())
    }

    /// Lets `key` expire after `ttl`; zero removes it at once.
    ///
    /// Sends [`EXPIRE`](https://redis.io/docs/latest/commands/expire/); the time in whole seconds. True if set, false
    /// if there is no such key. Since Redis 1.0.
    ///
    /// ```
    /// use core::time::Duration;
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("session", "x")?;
    /// assert!(client.expire("session", Duration::from_secs(60))?);
    /// assert_eq!(client.ttl("session")?, Ttl::Left(Duration::from_secs(60)));
    /// assert!(!client.expire("missing", Duration::from_secs(60))?);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn expire(self, key: impl ToArg, ttl: Duration) -> Self::Output<bool> {
        self.run(cmd("EXPIRE").key(key).seconds(ttl).returns())
    }

    /// Lets `key` expire after `ttl` if `condition` holds.
    ///
    /// Sends [`EXPIRE`](https://redis.io/docs/latest/commands/expire/) with `NX`, `XX`, `GT` or `LT`; the time in whole
    /// seconds. True if set. Since Redis 7.0.
    fn expire_if(self, key: impl ToArg, ttl: Duration, condition: ExpireIf) -> Self::Output<bool> {
        self.run(condition.write(cmd("EXPIRE").key(key).seconds(ttl)).returns())
    }

    /// Lets `key` expire after `ttl`; zero removes it at once.
    ///
    /// Sends [`PEXPIRE`](https://redis.io/docs/latest/commands/pexpire/); the time in whole milliseconds. True if set,
    /// false if there is no such key. Since Redis 2.6.
    fn pexpire(self, key: impl ToArg, ttl: Duration) -> Self::Output<bool> {
        self.run(cmd("PEXPIRE").key(key).milliseconds(ttl).returns())
    }

    /// Lets `key` expire after `ttl` if `condition` holds.
    ///
    /// Sends [`PEXPIRE`](https://redis.io/docs/latest/commands/pexpire/) with `NX`, `XX`, `GT` or `LT`; the time in
    /// whole milliseconds. True if set. Since Redis 7.0.
    fn pexpire_if(self, key: impl ToArg, ttl: Duration, condition: ExpireIf) -> Self::Output<bool> {
        self.run(condition.write(cmd("PEXPIRE").key(key).milliseconds(ttl)).returns())
    }

    /// Lets `key` expire `at` this time since the Unix epoch; a time in the past removes it at once.
    ///
    /// Sends [`EXPIREAT`](https://redis.io/docs/latest/commands/expireat/); the time in whole seconds. True if set,
    /// false if there is no such key. Since Redis 1.2.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime, UNIX_EPOCH};
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("offer", "x")?;
    /// let tomorrow = SystemTime::now() + Duration::from_secs(24 * 60 * 60);
    /// assert!(client.expireat("offer", tomorrow.duration_since(UNIX_EPOCH).unwrap())?);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn expireat(self, key: impl ToArg, at: Duration) -> Self::Output<bool> {
        self.run(cmd("EXPIREAT").key(key).seconds(at).returns())
    }

    /// Lets `key` expire `at` this time since the Unix epoch if `condition` holds.
    ///
    /// Sends [`EXPIREAT`](https://redis.io/docs/latest/commands/expireat/) with `NX`, `XX`, `GT` or `LT`; the time in
    /// whole seconds. True if set. Since Redis 7.0.
    fn expireat_if(self, key: impl ToArg, at: Duration, condition: ExpireIf) -> Self::Output<bool> {
        self.run(condition.write(cmd("EXPIREAT").key(key).seconds(at)).returns())
    }

    /// Lets `key` expire `at` this time since the Unix epoch; a time in the past removes it at once.
    ///
    /// Sends [`PEXPIREAT`](https://redis.io/docs/latest/commands/pexpireat/); the time in whole milliseconds. True if
    /// set, false if there is no such key. Since Redis 2.6.
    fn pexpireat(self, key: impl ToArg, at: Duration) -> Self::Output<bool> {
        self.run(cmd("PEXPIREAT").key(key).milliseconds(at).returns())
    }

    /// Lets `key` expire `at` this time since the Unix epoch if `condition` holds.
    ///
    /// Sends [`PEXPIREAT`](https://redis.io/docs/latest/commands/pexpireat/) with `NX`, `XX`, `GT` or `LT`; the time in
    /// whole milliseconds. True if set. Since Redis 7.0.
    fn pexpireat_if(self, key: impl ToArg, at: Duration, condition: ExpireIf) -> Self::Output<bool> {
        self.run(condition.write(cmd("PEXPIREAT").key(key).milliseconds(at)).returns())
    }

    /// When `key` expires.
    ///
    /// Sends [`EXPIRETIME`](https://redis.io/docs/latest/commands/expiretime/). Replies in whole seconds since the Unix
    /// epoch. Since Redis 7.0.
    fn expiretime(self, key: impl ToArg) -> Self::Output<ExpireTime> {
        self.run(cmd("EXPIRETIME").read_only().key(key).decoded_by(expire_time_seconds))
    }

    /// When `key` expires.
    ///
    /// Sends [`PEXPIRETIME`](https://redis.io/docs/latest/commands/pexpiretime/). Replies in whole milliseconds since
    /// the Unix epoch. Since Redis 7.0.
    fn pexpiretime(self, key: impl ToArg) -> Self::Output<ExpireTime> {
        self.run(
            cmd("PEXPIRETIME")
                .read_only()
                .key(key)
                .decoded_by(expire_time_milliseconds),
        )
    }

    /// How long `key` has left to live.
    ///
    /// Sends [`TTL`](https://redis.io/docs/latest/commands/ttl/). Replies in seconds, rounded by the server. Since
    /// Redis 1.0, telling a missing key from one without an expiry since 2.8.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert_eq!(client.ttl("key")?, Ttl::Missing);
    /// client.set("key", "x")?;
    /// assert_eq!(client.ttl("key")?, Ttl::NoExpiry);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn ttl(self, key: impl ToArg) -> Self::Output<Ttl> {
        self.run(cmd("TTL").read_only().key(key).decoded_by(ttl_seconds))
    }

    /// How long `key` has left to live.
    ///
    /// Sends [`PTTL`](https://redis.io/docs/latest/commands/pttl/). Replies in milliseconds. Since Redis 2.6.
    fn pttl(self, key: impl ToArg) -> Self::Output<Ttl> {
        self.run(cmd("PTTL").read_only().key(key).decoded_by(ttl_milliseconds))
    }

    /// Takes the expiry of `key` away.
    ///
    /// Sends [`PERSIST`](https://redis.io/docs/latest/commands/persist/). True if there was one. Since Redis 2.2.
    fn persist(self, key: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("PERSIST").key(key).returns())
    }

    /// What kind of value `key` holds; `None` if there is no such key.
    ///
    /// Sends [`TYPE`](https://redis.io/docs/latest/commands/type/). Since Redis 1.0.
    #[doc(alias = "type")]
    fn key_type(self, key: impl ToArg) -> Self::Output<Option<KeyType>> {
        self.run(cmd("TYPE").read_only().key(key).decoded_by(replies::key_type))
    }

    /// Renames `key`; what `new_key` held before is lost.
    ///
    /// Sends [`RENAME`](https://redis.io/docs/latest/commands/rename/). True, always: a missing key is an error
    /// (`ERR no such key`). Since Redis 1.0.
    fn rename(self, key: impl ToArg, new_key: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("RENAME").key(key).key(new_key).returns())
    }

    /// Renames `key` unless `new_key` exists.
    ///
    /// Sends [`RENAMENX`](https://redis.io/docs/latest/commands/renamenx/). False if `new_key` exists; a missing key is
    /// an error (`ERR no such key`). Since Redis 1.0.
    fn renamenx(self, key: impl ToArg, new_key: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("RENAMENX").key(key).key(new_key).returns())
    }

    /// Moves `key` to another database.
    ///
    /// Sends [`MOVE`](https://redis.io/docs/latest/commands/move/). False if there is no such key, or if it exists over
    /// there. Since Redis 1.0.
    #[doc(alias = "move")]
    fn move_key(self, key: impl ToArg, db: u32) -> Self::Output<bool> {
        self.run(cmd("MOVE").key(key).arg(db).returns())
    }

    /// Copies the value and the expiry of `source` to `destination`, unless that exists.
    ///
    /// Sends [`COPY`](https://redis.io/docs/latest/commands/copy/). True if copied. Since Redis 6.2.
    fn copy(self, source: impl ToArg, destination: impl ToArg) -> Self::Output<bool> {
        self.copy_with(source, destination, CopyOptions::new())
    }

    /// Copies the value and the expiry of `source` to `destination`, as `options` say.
    ///
    /// Sends [`COPY`](https://redis.io/docs/latest/commands/copy/). True if copied. Since Redis 6.2.
    fn copy_with(self, source: impl ToArg, destination: impl ToArg, options: CopyOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("COPY").key(source).key(destination)).returns())
    }

    /// All keys of the database that match the glob `pattern` (`user:*`), at once: the server does nothing else
    /// meanwhile. Walk with [`Scan`](crate::scan::Scan) over a large database.
    ///
    /// Sends [`KEYS`](https://redis.io/docs/latest/commands/keys/). Since Redis 1.0.
    fn keys<K: FromReply>(self, pattern: impl ToArg) -> Self::Output<Vec<K>> {
        self.run(cmd("KEYS").read_only().arg(pattern).returns())
    }

    /// One page of a walk over all keys of the database: start with cursor 0, go on with the cursor of each reply until
    /// it is 0 again. An empty page is not the end. [`Scan`](crate::scan::Scan) does the walking.
    ///
    /// Sends [`SCAN`](https://redis.io/docs/latest/commands/scan/). Replies with the next cursor and the keys. Since
    /// Redis 2.8.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("user:1", "x")?;
    /// let (cursor, keys) = client.scan::<String>(0)?;
    /// assert_eq!((cursor, keys), (0, vec!["user:1".to_string()]));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn scan<K: FromReply>(self, cursor: u64) -> Self::Output<(u64, Vec<K>)> {
        self.scan_with(cursor, ScanOptions::new())
    }

    /// One page of keys, as [`scan`](KeyCommands::scan), with a pattern, a page size or a type.
    ///
    /// Sends [`SCAN`](https://redis.io/docs/latest/commands/scan/). Replies with the next cursor and the keys. Since
    /// Redis 2.8.
    fn scan_with<K: FromReply>(self, cursor: u64, options: ScanOptions) -> Self::Output<(u64, Vec<K>)> {
        self.run(options.write(cmd("SCAN").read_only().arg(cursor)).returns())
    }

    /// One page of a walk over all keys of a cluster: start with the cursor `0`, go on with the cursor of each reply until
    /// it is `0` again. An empty page is not the end. A cursor names the slot at which the walk goes on; another node than
    /// that of the slot answers with a redirection (`MOVED`).
    ///
    /// Sends [`CLUSTERSCAN`](https://valkey.io/commands/clusterscan/). Replies with the next cursor and the keys. Since
    /// Valkey 9.1; no Redis knows it.
    fn clusterscan<K: FromReply>(
        self,
        cursor: impl ToArg,
        options: ClusterscanOptions,
    ) -> Self::Output<(String, Vec<K>)> {
        self.run(options.write(cmd("CLUSTERSCAN").read_only().arg(cursor)).returns())
    }

    /// Any key of the database; ask for an `Option`, as there may be none.
    ///
    /// Sends [`RANDOMKEY`](https://redis.io/docs/latest/commands/randomkey/). Since Redis 1.0.
    fn randomkey<K: FromReply>(self) -> Self::Output<K> {
        self.run(cmd("RANDOMKEY").read_only().returns())
    }

    /// Marks keys as used just now.
    ///
    /// Sends [`TOUCH`](https://redis.io/docs/latest/commands/touch/). Replies with how many exist. Since Redis 3.2.1.
    fn touch(self, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("TOUCH").read_only().keys(keys).returns())
    }

    /// The value of `key` in the server's own format, to be handed to [`restore`](KeyCommands::restore); `None` if there
    /// is no such key.
    ///
    /// Sends [`DUMP`](https://redis.io/docs/latest/commands/dump/). Since Redis 2.6.
    fn dump(self, key: impl ToArg) -> Self::Output<Option<Bytes>> {
        self.run(cmd("DUMP").read_only().key(key).returns())
    }

    /// Makes `key` from what [`dump`](KeyCommands::dump) gave; it expires after `ttl`, or never if that is zero.
    ///
    /// Sends [`RESTORE`](https://redis.io/docs/latest/commands/restore/); the time in whole milliseconds. True, always:
    /// a key that exists is an error (`BUSYKEY`), and so are bytes of another format. Since Redis 2.6.
    fn restore(self, key: impl ToArg, ttl: Duration, serialized: impl ToArg) -> Self::Output<bool> {
        self.restore_with(key, ttl, serialized, RestoreOptions::new())
    }

    /// Makes `key` from what [`dump`](KeyCommands::dump) gave, as `options` say.
    ///
    /// Sends [`RESTORE`](https://redis.io/docs/latest/commands/restore/); the time in whole milliseconds. True, always:
    /// a key that exists is an error (`BUSYKEY`) unless it may be replaced, and so are bytes of another format. Since
    /// Redis 2.6.
    fn restore_with(
        self,
        key: impl ToArg,
        ttl: Duration,
        serialized: impl ToArg,
        options: RestoreOptions,
    ) -> Self::Output<bool> {
        let request = cmd("RESTORE").key(key).milliseconds(ttl).arg(serialized);
        self.run(options.write(request).returns())
    }

    /// How the server stores the value of `key` (`listpack`, `intset`, ..); `None` if there is no such key.
    ///
    /// Sends [`OBJECT ENCODING`](https://redis.io/docs/latest/commands/object-encoding/). Since Redis 2.2.3.
    fn object_encoding(self, key: impl ToArg) -> Self::Output<Option<String>> {
        self.run(cmd("OBJECT ENCODING").read_only().key(key).returns())
    }

    /// How often `key` is used, on a logarithmic scale from 0 to 255; `None` if there is no such key.
    ///
    /// Sends [`OBJECT FREQ`](https://redis.io/docs/latest/commands/object-freq/). An error unless the server's
    /// `maxmemory-policy` is one of the LFU policies. Since Redis 4.0.
    fn object_freq(self, key: impl ToArg) -> Self::Output<Option<u64>> {
        self.run(cmd("OBJECT FREQ").read_only().key(key).returns())
    }

    /// How long `key` was not used, in whole seconds; `None` if there is no such key.
    ///
    /// Sends [`OBJECT IDLETIME`](https://redis.io/docs/latest/commands/object-idletime/). An error if the server's
    /// `maxmemory-policy` is one of the LFU policies. Since Redis 2.2.3.
    fn object_idletime(self, key: impl ToArg) -> Self::Output<Option<Duration>> {
        self.run(
            cmd("OBJECT IDLETIME")
                .read_only()
                .key(key)
                .decoded_by(replies::idle_time),
        )
    }

    /// How many references the server holds to the value of `key`; `None` if there is no such key.
    ///
    /// Sends [`OBJECT REFCOUNT`](https://redis.io/docs/latest/commands/object-refcount/). Since Redis 2.2.3.
    fn object_refcount(self, key: impl ToArg) -> Self::Output<Option<u64>> {
        self.run(cmd("OBJECT REFCOUNT").read_only().key(key).returns())
    }

    /// The server's own help on `OBJECT`, line by line.
    ///
    /// Sends [`OBJECT HELP`](https://redis.io/docs/latest/commands/object-help/). Since Redis 6.2.
    fn object_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("OBJECT HELP").idempotent().returns())
    }

    /// The elements of a list, set or sorted set as numbers, the smallest first. A missing key gives nothing.
    ///
    /// Sends [`SORT`](https://redis.io/docs/latest/commands/sort/). An error if elements are no numbers. Since Redis
    /// 1.0.
    fn sort<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.sort_with(key, SortOptions::new())
    }

    /// The elements of a list, set or sorted set, sorted as `options` say. A missing key gives nothing.
    ///
    /// Ask for what the elements are: `Vec<String>`; `Vec<Option<String>>` with [`SortOptions::get`], where a key may be
    /// missing. For several patterns see [`sort_groups`](KeyCommands::sort_groups).
    ///
    /// Sends [`SORT`](https://redis.io/docs/latest/commands/sort/). An error if elements are no numbers and
    /// [`SortOptions::alpha`] is not set. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("numbers", [3, 1, 2])?;
    /// let sorted: Vec<i64> = client.sort_with("numbers", SortOptions::new().desc())?;
    /// assert_eq!(sorted, [3, 2, 1]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn sort_with<V: FromReply>(self, key: impl ToArg, options: SortOptions) -> Self::Output<V> {
        self.run(options.write(cmd("SORT").key(key)).returns())
    }

    /// Like [`sort_with`](KeyCommands::sort_with), with a [`SortOptions::get`] for each column of the rows `T`, which are
    /// tuples. A column that may be missing is an `Option`.
    ///
    /// Sends [`SORT`](https://redis.io/docs/latest/commands/sort/). As many patterns as columns are needed, otherwise
    /// nothing is sent. Since Redis 1.0.
    fn sort_groups<T: SortRow>(self, key: impl ToArg, options: SortOptions) -> Self::Output<Vec<T>> {
        let request = options.columns(T::COLUMNS, cmd("SORT").key(key));
        self.run(request.decoded_by(sort::rows))
    }

    /// Sorts like [`sort_with`](KeyCommands::sort_with) and stores the result as a list at `destination`; what that held before is
    /// lost.
    ///
    /// Sends [`SORT`](https://redis.io/docs/latest/commands/sort/) with `STORE`. Replies with the length of the list.
    /// Since Redis 1.0.
    fn sort_store(self, key: impl ToArg, destination: impl ToArg, options: SortOptions) -> Self::Output<u64> {
        let request = options.write(cmd("SORT").key(key));
        self.run(request.arg("STORE").key(destination).returns())
    }

    /// Like [`sort`](KeyCommands::sort), for replicas as well.
    ///
    /// Sends [`SORT_RO`](https://redis.io/docs/latest/commands/sort_ro/). Since Redis 7.0.
    fn sort_ro<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.sort_ro_with(key, SortOptions::new())
    }

    /// Like [`sort_with`](KeyCommands::sort_with), for replicas as well.
    ///
    /// Sends [`SORT_RO`](https://redis.io/docs/latest/commands/sort_ro/). Since Redis 7.0.
    fn sort_ro_with<V: FromReply>(self, key: impl ToArg, options: SortOptions) -> Self::Output<V> {
        self.run(options.write(cmd("SORT_RO").read_only().key(key)).returns())
    }

    /// Moves keys to database `db` of another server. Nobody ever sees them on both servers, or on none.
    ///
    /// Sends [`MIGRATE`](https://redis.io/docs/latest/commands/migrate/) with `KEYS`; `timeout`, in whole milliseconds,
    /// is how long the servers may be silent to each other, zero being one second. True if keys were moved, false if
    /// there were none of them (`NOKEY`). An error (`IOERR`) leaves open whether the other server has the keys. Since
    /// Redis 3.0.6.
    fn migrate(
        self,
        host: impl ToArg,
        port: u16,
        keys: impl ToArgs,
        db: u32,
        timeout: Duration,
        options: MigrateOptions,
    ) -> Self::Output<bool> {
        let request = cmd("MIGRATE").arg(host).arg(port).arg("").arg(db).milliseconds(timeout);
        let wait = if timeout.is_zero() {
            Duration::from_secs(1)
        } else {
            timeout
        };
        let request = options.write(request).arg("KEYS").keys(keys).blocks(Wait::For(wait));
        self.run(request.decoded_by(migrate::moved))
    }
}

impl<E: Executor> KeyCommands for E {}
