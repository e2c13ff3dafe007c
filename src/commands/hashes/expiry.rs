//! The time to live of single hash fields.

use alloc::vec::Vec;
use core::time::Duration;

use super::options::{HgetexOptions, HsetexOptions, counted_fields, counted_pairs};
use crate::command::{Decode, Executor, Request, cmd};
use crate::commands::expiry::{self, ExpireIf, ExpireTime, Ttl};
use crate::resp::{DecodeError, FromReply, Reply, ReplyRef, ToArg, ToArgs};

/// What became of a field that was given a time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldExpire {
    /// There is no such field, or no such hash.
    NoField,
    /// The condition was not met; nothing changed.
    NotMet,
    /// It expires at the new time.
    Set,
    /// The time has passed already, so the field was deleted.
    Deleted,
}

impl FromReply for FieldExpire {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match i64::from_reply(reply)? {
            -2 => Ok(FieldExpire::NoField),
            0 => Ok(FieldExpire::NotMet),
            1 => Ok(FieldExpire::Set),
            2 => Ok(FieldExpire::Deleted),
            _ => Err(DecodeError::new("-2, 0, 1 or 2", reply)),
        }
    }
}

/// What became of a field whose time to live was to be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldPersist {
    /// There is no such field, or no such hash.
    NoField,
    /// It had no time to live.
    NoExpiry,
    /// It lives for ever now.
    Persisted,
}

impl FromReply for FieldPersist {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match i64::from_reply(reply)? {
            -2 => Ok(FieldPersist::NoField),
            -1 => Ok(FieldPersist::NoExpiry),
            1 => Ok(FieldPersist::Persisted),
            _ => Err(DecodeError::new("-2, -1 or 1", reply)),
        }
    }
}

/// Commands on the time to live of single hash fields.
///
/// Each answers with one element for each field asked about, in their order; a missing hash is one without those fields,
/// and [`Ttl::Missing`] and [`ExpireTime::Missing`] mean a missing field. Points in time are durations since the Unix epoch.
pub trait HashExpiryCommands: Executor {
    /// Lets fields live for so many whole seconds from now; [`Duration::ZERO`] deletes them.
    ///
    /// Sends [`HEXPIRE`](https://redis.io/docs/latest/commands/hexpire/). Fractions of a second are cut off; less than
    /// one second is refused. Since Redis 7.4, Valkey 9.0.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use redwire::commands::FieldExpire;
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.hset("session:1", ("token", "t0k3n"))?;
    /// let results = client.hexpire("session:1", Duration::from_secs(60), ["token", "nothing"])?;
    /// assert_eq!(results, [FieldExpire::Set, FieldExpire::NoField]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hexpire(self, key: impl ToArg, ttl: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HEXPIRE").key(key).seconds(ttl);
        self.run(counted_fields(request, fields).returns())
    }

    /// As [`hexpire`](HashExpiryCommands::hexpire), on a condition.
    ///
    /// Sends [`HEXPIRE`](https://redis.io/docs/latest/commands/hexpire/) with `NX`, `XX`, `GT` or `LT`;
    /// [`ExpireIf::XxLt`] is for keys only and refused. Since Redis 7.4, Valkey 9.0.
    fn hexpire_if(
        self,
        key: impl ToArg,
        ttl: Duration,
        fields: impl ToArgs,
        condition: ExpireIf,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HEXPIRE").key(key).seconds(ttl);
        self.run(counted_fields(one_condition(request, condition), fields).returns())
    }

    /// Lets fields live for so many whole milliseconds from now; [`Duration::ZERO`] deletes them.
    ///
    /// Sends [`HPEXPIRE`](https://redis.io/docs/latest/commands/hpexpire/). Fractions of a millisecond are cut off;
    /// less than one is refused. Since Redis 7.4, Valkey 9.0.
    fn hpexpire(self, key: impl ToArg, ttl: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HPEXPIRE").key(key).milliseconds(ttl);
        self.run(counted_fields(request, fields).returns())
    }

    /// As [`hpexpire`](HashExpiryCommands::hpexpire), on a condition.
    ///
    /// Sends [`HPEXPIRE`](https://redis.io/docs/latest/commands/hpexpire/) with `NX`, `XX`, `GT` or `LT`. Since Redis
    /// 7.4, Valkey 9.0.
    fn hpexpire_if(
        self,
        key: impl ToArg,
        ttl: Duration,
        fields: impl ToArgs,
        condition: ExpireIf,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HPEXPIRE").key(key).milliseconds(ttl);
        self.run(counted_fields(one_condition(request, condition), fields).returns())
    }

    /// Lets fields live until a time since the Unix epoch, in whole seconds; a time that has passed deletes them.
    ///
    /// Sends [`HEXPIREAT`](https://redis.io/docs/latest/commands/hexpireat/). Since Redis 7.4, Valkey 9.0.
    fn hexpireat(self, key: impl ToArg, at: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HEXPIREAT").key(key).seconds(at);
        self.run(counted_fields(request, fields).returns())
    }

    /// As [`hexpireat`](HashExpiryCommands::hexpireat), on a condition.
    ///
    /// Sends [`HEXPIREAT`](https://redis.io/docs/latest/commands/hexpireat/) with `NX`, `XX`, `GT` or `LT`. Since Redis
    /// 7.4, Valkey 9.0.
    fn hexpireat_if(
        self,
        key: impl ToArg,
        at: Duration,
        fields: impl ToArgs,
        condition: ExpireIf,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HEXPIREAT").key(key).seconds(at);
        self.run(counted_fields(one_condition(request, condition), fields).returns())
    }

    /// Lets fields live until a time since the Unix epoch, in whole milliseconds; a time that has passed deletes them.
    ///
    /// Sends [`HPEXPIREAT`](https://redis.io/docs/latest/commands/hpexpireat/). Since Redis 7.4, Valkey 9.0.
    fn hpexpireat(self, key: impl ToArg, at: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HPEXPIREAT").key(key).milliseconds(at);
        self.run(counted_fields(request, fields).returns())
    }

    /// As [`hpexpireat`](HashExpiryCommands::hpexpireat), on a condition.
    ///
    /// Sends [`HPEXPIREAT`](https://redis.io/docs/latest/commands/hpexpireat/) with `NX`, `XX`, `GT` or `LT`. Since
    /// Redis 7.4, Valkey 9.0.
    fn hpexpireat_if(
        self,
        key: impl ToArg,
        at: Duration,
        fields: impl ToArgs,
        condition: ExpireIf,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = cmd("HPEXPIREAT").key(key).milliseconds(at);
        self.run(counted_fields(one_condition(request, condition), fields).returns())
    }

    /// When fields expire, in whole seconds since the Unix epoch.
    ///
    /// Sends [`HEXPIRETIME`](https://redis.io/docs/latest/commands/hexpiretime/). Since Redis 7.4, Valkey 9.0.
    fn hexpiretime(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<ExpireTime>> {
        let request = cmd("HEXPIRETIME").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(expire_time_seconds))
    }

    /// When fields expire, in milliseconds since the Unix epoch.
    ///
    /// Sends [`HPEXPIRETIME`](https://redis.io/docs/latest/commands/hpexpiretime/). Since Redis 7.4, Valkey 9.0.
    fn hpexpiretime(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<ExpireTime>> {
        let request = cmd("HPEXPIRETIME").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(expire_time_milliseconds))
    }

    /// How long fields still live, in whole seconds.
    ///
    /// Sends [`HTTL`](https://redis.io/docs/latest/commands/httl/). Since Redis 7.4, Valkey 9.0.
    fn httl(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<Ttl>> {
        let request = cmd("HTTL").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(ttl_seconds))
    }

    /// How long fields still live, in milliseconds.
    ///
    /// Sends [`HPTTL`](https://redis.io/docs/latest/commands/hpttl/). Since Redis 7.4, Valkey 9.0.
    fn hpttl(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<Ttl>> {
        let request = cmd("HPTTL").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(ttl_milliseconds))
    }

    /// Takes away the time to live of fields.
    ///
    /// Sends [`HPERSIST`](https://redis.io/docs/latest/commands/hpersist/). Since Redis 7.4, Valkey 9.0.
    fn hpersist(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<FieldPersist>> {
        let request = cmd("HPERSIST").key(key);
        self.run(counted_fields(request, fields).returns())
    }

    /// The values of fields, as [`hmget`](super::HashCommands::hmget), by a command that may write.
    ///
    /// Sends [`HGETEX`](https://redis.io/docs/latest/commands/hgetex/). Since Redis 8.0, Valkey 9.0.
    fn hgetex<V: FromReply>(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<V> {
        self.hgetex_with(key, fields, HgetexOptions::new())
    }

    /// The values of fields, whose time to live is set or taken away.
    ///
    /// Sends [`HGETEX`](https://redis.io/docs/latest/commands/hgetex/) with `EX`, `PX`, `EXAT`, `PXAT` or `PERSIST`.
    /// Replies with a list of as many elements as there are fields, with no value where the field is missing. Since
    /// Redis 8.0, Valkey 9.0.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use redwire::commands::{HgetexOptions, Ttl};
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.hset("session:1", ("token", "t0k3n"))?;
    /// let minute = HgetexOptions::new().ex(Duration::from_secs(60));
    /// let (token,): (String,) = client.hgetex_with("session:1", "token", minute)?;
    /// assert_eq!(token, "t0k3n");
    /// assert_eq!(client.httl("session:1", "token")?, [Ttl::Left(Duration::from_secs(60))]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hgetex_with<V: FromReply>(
        self,
        key: impl ToArg,
        fields: impl ToArgs,
        options: HgetexOptions,
    ) -> Self::Output<V> {
        let request = options.write(cmd("HGETEX").key(key));
        self.run(counted_fields(request, fields).returns())
    }

    /// Sets fields to values together with their time to live: all of them, or none if the condition is not met.
    ///
    /// Sends [`HSETEX`](https://redis.io/docs/latest/commands/hsetex/). True when they were set. Since Redis 8.0,
    /// Valkey 9.0.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use redwire::commands::HsetexOptions;
    /// use redwire::prelude::*;
    ///
    /// let server = redwire::mock::Server::new();
    /// let client = server.blocking_client();
    /// let once = HsetexOptions::new().fnx().ex(Duration::from_secs(60));
    /// assert!(client.hsetex("session:1", ("token", "t0k3n"), once.clone())?);
    /// assert!(!client.hsetex("session:1", ("token", "other"), once)?);
    ///
    /// server.advance(Duration::from_secs(60));
    /// assert!(!client.hexists("session:1", "token")?);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn hsetex(self, key: impl ToArg, pairs: impl ToArgs, options: HsetexOptions) -> Self::Output<bool> {
        let request = options.write(cmd("HSETEX").key(key));
        self.run(counted_pairs(request, pairs).returns())
    }
}

impl<E: Executor> HashExpiryCommands for E {}

/// The fields of a hash take one condition only, unlike keys.
fn one_condition(request: Request, condition: ExpireIf) -> Request {
    match condition {
        ExpireIf::XxLt => request.refuse("only one of NX, XX, GT and LT can be given"),
        condition => condition.write(request),
    }
}

/// A list of what `one` decodes.
fn each<T>(reply: Reply, one: Decode<T>) -> Result<Vec<T>, DecodeError> {
    let items = Vec::<Reply>::from_owned(reply)?;
    let decoded = items.into_iter().enumerate();
    decoded
        .map(|(index, item)| one(item).map_err(|error| error.at(index)))
        .collect()
}

fn ttl_seconds(reply: Reply) -> Result<Vec<Ttl>, DecodeError> {
    each(reply, expiry::ttl_seconds)
}

fn ttl_milliseconds(reply: Reply) -> Result<Vec<Ttl>, DecodeError> {
    each(reply, expiry::ttl_milliseconds)
}

fn expire_time_seconds(reply: Reply) -> Result<Vec<ExpireTime>, DecodeError> {
    each(reply, expiry::expire_time_seconds)
}

fn expire_time_milliseconds(reply: Reply) -> Result<Vec<ExpireTime>, DecodeError> {
    each(reply, expiry::expire_time_milliseconds)
}
