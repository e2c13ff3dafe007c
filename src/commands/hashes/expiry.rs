//! The time to live of single hash fields.

use alloc::vec::Vec;
use core::time::Duration;

use super::options::{
    HexpireOptions, HgetexOptions, HsetexOptions, counted_fields, counted_pairs, milliseconds, seconds,
};
use crate::command::{Executor, Request, cmd};
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

/// How long a field lives, or until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldTtl {
    /// There is no such field, or no such hash.
    NoField,
    /// It has no time to live.
    NoExpiry,
    /// From now on (HTTL, HPTTL), or since the Unix epoch (HEXPIRETIME, HPEXPIRETIME).
    Expires(Duration),
}

impl FieldTtl {
    /// The duration, if the field exists and has one.
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        match self {
            FieldTtl::Expires(duration) => Some(duration),
            FieldTtl::NoField | FieldTtl::NoExpiry => None,
        }
    }
}

/// Commands on the time to live of single hash fields.
///
/// Each answers with one element for each field asked about, in their order; a missing hash is one without those fields.
/// Points in time are durations since the Unix epoch.
pub trait HashExpiryCommands: Executor {
    /// Lets fields live for so many whole seconds from now; [`Duration::ZERO`] deletes them.
    ///
    /// Sends `HEXPIRE`. Fractions of a second are cut off; less than one second is refused. Since Redis 7.4.
    ///
    /// ```no_run
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
    fn hexpire(self, key: impl ToArg, time: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        self.hexpire_with(key, time, fields, HexpireOptions::new())
    }

    /// As [`hexpire`](HashExpiryCommands::hexpire), on a condition.
    ///
    /// Sends `HEXPIRE` with `NX`, `XX`, `GT` or `LT`. Since Redis 7.4.
    fn hexpire_with(
        self,
        key: impl ToArg,
        time: Duration,
        fields: impl ToArgs,
        options: HexpireOptions,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = seconds(cmd("HEXPIRE").key(key), time);
        self.run(expire(request, options, fields).returns())
    }

    /// Lets fields live for so many whole milliseconds from now; [`Duration::ZERO`] deletes them.
    ///
    /// Sends `HPEXPIRE`. Fractions of a millisecond are cut off; less than one is refused. Since Redis 7.4.
    fn hpexpire(self, key: impl ToArg, time: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        self.hpexpire_with(key, time, fields, HexpireOptions::new())
    }

    /// As [`hpexpire`](HashExpiryCommands::hpexpire), on a condition.
    ///
    /// Sends `HPEXPIRE` with `NX`, `XX`, `GT` or `LT`. Since Redis 7.4.
    fn hpexpire_with(
        self,
        key: impl ToArg,
        time: Duration,
        fields: impl ToArgs,
        options: HexpireOptions,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = milliseconds(cmd("HPEXPIRE").key(key), time);
        self.run(expire(request, options, fields).returns())
    }

    /// Lets fields live until a time since the Unix epoch, in whole seconds; a time that has passed deletes them.
    ///
    /// Sends `HEXPIREAT`. Since Redis 7.4.
    fn hexpireat(self, key: impl ToArg, since_epoch: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        self.hexpireat_with(key, since_epoch, fields, HexpireOptions::new())
    }

    /// As [`hexpireat`](HashExpiryCommands::hexpireat), on a condition.
    ///
    /// Sends `HEXPIREAT` with `NX`, `XX`, `GT` or `LT`. Since Redis 7.4.
    fn hexpireat_with(
        self,
        key: impl ToArg,
        since_epoch: Duration,
        fields: impl ToArgs,
        options: HexpireOptions,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = seconds(cmd("HEXPIREAT").key(key), since_epoch);
        self.run(expire(request, options, fields).returns())
    }

    /// Lets fields live until a time since the Unix epoch, in whole milliseconds; a time that has passed deletes them.
    ///
    /// Sends `HPEXPIREAT`. Since Redis 7.4.
    fn hpexpireat(self, key: impl ToArg, since_epoch: Duration, fields: impl ToArgs) -> Self::Output<Vec<FieldExpire>> {
        self.hpexpireat_with(key, since_epoch, fields, HexpireOptions::new())
    }

    /// As [`hpexpireat`](HashExpiryCommands::hpexpireat), on a condition.
    ///
    /// Sends `HPEXPIREAT` with `NX`, `XX`, `GT` or `LT`. Since Redis 7.4.
    fn hpexpireat_with(
        self,
        key: impl ToArg,
        since_epoch: Duration,
        fields: impl ToArgs,
        options: HexpireOptions,
    ) -> Self::Output<Vec<FieldExpire>> {
        let request = milliseconds(cmd("HPEXPIREAT").key(key), since_epoch);
        self.run(expire(request, options, fields).returns())
    }

    /// When fields expire, in whole seconds since the Unix epoch.
    ///
    /// Sends `HEXPIRETIME`. Since Redis 7.4.
    fn hexpiretime(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<FieldTtl>> {
        let request = cmd("HEXPIRETIME").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(in_seconds))
    }

    /// When fields expire, in milliseconds since the Unix epoch.
    ///
    /// Sends `HPEXPIRETIME`. Since Redis 7.4.
    fn hpexpiretime(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<FieldTtl>> {
        let request = cmd("HPEXPIRETIME").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(in_milliseconds))
    }

    /// How long fields still live, in whole seconds.
    ///
    /// Sends `HTTL`. Since Redis 7.4.
    fn httl(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<FieldTtl>> {
        let request = cmd("HTTL").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(in_seconds))
    }

    /// How long fields still live, in milliseconds.
    ///
    /// Sends `HPTTL`. Since Redis 7.4.
    fn hpttl(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<FieldTtl>> {
        let request = cmd("HPTTL").read_only().key(key);
        self.run(counted_fields(request, fields).decoded_by(in_milliseconds))
    }

    /// Takes away the time to live of fields.
    ///
    /// Sends `HPERSIST`. Since Redis 7.4.
    fn hpersist(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<Vec<FieldPersist>> {
        let request = cmd("HPERSIST").key(key);
        self.run(counted_fields(request, fields).returns())
    }

    /// The values of fields, as [`hmget`](super::HashCommands::hmget), by a command that may write.
    ///
    /// Sends `HGETEX`. Since Redis 8.0.
    fn hgetex<V: FromReply>(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<V> {
        self.hgetex_with(key, fields, HgetexOptions::new())
    }

    /// The values of fields, whose time to live is set or taken away.
    ///
    /// Sends `HGETEX` with `EX`, `PX`, `EXAT`, `PXAT` or `PERSIST`. Replies with a list of as many elements as there are
    /// fields, with no value where the field is missing. Since Redis 8.0.
    fn hgetex_with<V: FromReply>(
        self,
        key: impl ToArg,
        fields: impl ToArgs,
        options: HgetexOptions,
    ) -> Self::Output<V> {
        let request = options.add_to(cmd("HGETEX").key(key));
        self.run(counted_fields(request, fields).returns())
    }

    /// Sets fields to values together with their time to live: all of them, or none if the condition is not met.
    ///
    /// Sends `HSETEX`. True when they were set. Since Redis 8.0.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use redwire::commands::HsetexOptions;
    /// use redwire::prelude::*;
    ///
    /// let command = Build.hsetex("k", ("f", "v"), HsetexOptions::new().fnx().ex(Duration::from_secs(60)));
    /// assert_eq!(command.request().to_string(), "HSETEX k FNX EX 60 FIELDS 1 f v");
    /// ```
    fn hsetex(self, key: impl ToArg, pairs: impl ToArgs, options: HsetexOptions) -> Self::Output<bool> {
        let request = options.add_to(cmd("HSETEX").key(key));
        self.run(counted_pairs(request, pairs).returns())
    }
}

impl<E: Executor> HashExpiryCommands for E {}

fn expire(request: Request, options: HexpireOptions, fields: impl ToArgs) -> Request {
    counted_fields(options.add_to(request), fields)
}

fn in_seconds(reply: Reply) -> Result<Vec<FieldTtl>, DecodeError> {
    let ttls = Vec::<Seconds>::from_reply(reply.root())?;
    Ok(ttls.into_iter().map(|Seconds(ttl)| ttl).collect())
}

fn in_milliseconds(reply: Reply) -> Result<Vec<FieldTtl>, DecodeError> {
    let ttls = Vec::<Milliseconds>::from_reply(reply.root())?;
    Ok(ttls.into_iter().map(|Milliseconds(ttl)| ttl).collect())
}

struct Seconds(FieldTtl);

impl FromReply for Seconds {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        ttl(reply, Duration::from_secs).map(Seconds)
    }
}

struct Milliseconds(FieldTtl);

impl FromReply for Milliseconds {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        ttl(reply, Duration::from_millis).map(Milliseconds)
    }
}

/// -2 for no field, -1 for no time to live, otherwise so many of a unit.
fn ttl(reply: ReplyRef<'_>, unit: fn(u64) -> Duration) -> Result<FieldTtl, DecodeError> {
    match i64::from_reply(reply)? {
        -2 => Ok(FieldTtl::NoField),
        -1 => Ok(FieldTtl::NoExpiry),
        count => match u64::try_from(count) {
            Ok(count) => Ok(FieldTtl::Expires(unit(count))),
            Err(_) => Err(DecodeError::new("-2, -1 or a time", reply)),
        },
    }
}
