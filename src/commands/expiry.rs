//! Times to live: how they are sent and what the server says of them.

use core::time::Duration;

use crate::command::Request;
use crate::resp::{DecodeError, FromReply, Reply};

impl Request {
    /// Adds a duration in whole seconds: a fraction is cut off. What would become zero by that is refused, because zero
    /// means something else: at once, or for ever.
    pub(super) fn seconds(self, duration: Duration) -> Self {
        match duration.as_secs() {
            0 if !duration.is_zero() => self.refuse("less than one second, and it is sent in whole seconds"),
            seconds => self.arg(seconds),
        }
    }

    /// Adds a duration in whole milliseconds, in the manner of [`Request::seconds`].
    pub(super) fn milliseconds(self, duration: Duration) -> Self {
        match duration.as_millis() {
            0 if !duration.is_zero() => self.refuse("less than one millisecond, and it is sent in whole milliseconds"),
            millis => self.arg(millis),
        }
    }
}

/// When a value expires, as an option of the commands that set or get one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expire {
    Ex(Duration),
    Px(Duration),
    ExAt(Duration),
    PxAt(Duration),
    KeepTtl,
    Persist,
}

impl Expire {
    pub(super) fn write(self, request: Request) -> Request {
        match self {
            Expire::Ex(ttl) => request.arg("EX").seconds(ttl),
            Expire::Px(ttl) => request.arg("PX").milliseconds(ttl),
            Expire::ExAt(at) => request.arg("EXAT").seconds(at),
            Expire::PxAt(at) => request.arg("PXAT").milliseconds(at),
            Expire::KeepTtl => request.arg("KEEPTTL"),
            Expire::Persist => request.arg("PERSIST"),
        }
    }
}

/// Under which condition a new expiry is set: the last argument of EXPIRE and its like.
///
/// A key without an expiry counts as one that never expires, so `Gt` never changes it and `Lt` always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExpireIf {
    /// Only if the key has no expiry.
    Nx,
    /// Only if the key has an expiry.
    Xx,
    /// Only if the new expiry is later than the present one.
    Gt,
    /// Only if the new expiry is earlier than the present one, or there is none.
    Lt,
    /// Only if the key has an expiry and the new one is earlier.
    XxLt,
}

impl ExpireIf {
    pub(super) fn write(self, request: Request) -> Request {
        match self {
            ExpireIf::Nx => request.arg("NX"),
            ExpireIf::Xx => request.arg("XX"),
            ExpireIf::Gt => request.arg("GT"),
            ExpireIf::Lt => request.arg("LT"),
            ExpireIf::XxLt => request.arg("XX").arg("LT"),
        }
    }
}

/// How long a key has left to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ttl {
    /// There is no such key.
    Missing,
    /// The key does not expire.
    NoExpiry,
    /// The key expires after this long.
    Left(Duration),
}

impl Ttl {
    /// The time left, if the key exists and expires.
    #[must_use]
    pub const fn left(self) -> Option<Duration> {
        match self {
            Ttl::Left(left) => Some(left),
            _ => None,
        }
    }
}

/// At what time a key expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExpireTime {
    /// There is no such key.
    Missing,
    /// The key does not expire.
    NoExpiry,
    /// The key expires at this time: the duration since the Unix epoch (1970-01-01 00:00 UTC).
    At(Duration),
}

impl ExpireTime {
    /// The duration from the Unix epoch to the expiry, if the key exists and expires.
    #[must_use]
    pub const fn at(self) -> Option<Duration> {
        match self {
            ExpireTime::At(at) => Some(at),
            _ => None,
        }
    }
}

/// The three answers of TTL and its like: -2, -1, or a number of units.
fn expiry<T>(reply: &Reply, missing: T, none: T, some: impl FnOnce(u64) -> T) -> Result<T, DecodeError> {
    match i64::from_reply(reply.root())? {
        -2 => Ok(missing),
        -1 => Ok(none),
        _ => u64::from_reply(reply.root()).map(some),
    }
}

pub(super) fn ttl_seconds(reply: Reply) -> Result<Ttl, DecodeError> {
    expiry(&reply, Ttl::Missing, Ttl::NoExpiry, |left| {
        Ttl::Left(Duration::from_secs(left))
    })
}

pub(super) fn ttl_milliseconds(reply: Reply) -> Result<Ttl, DecodeError> {
    expiry(&reply, Ttl::Missing, Ttl::NoExpiry, |left| {
        Ttl::Left(Duration::from_millis(left))
    })
}

pub(super) fn expire_time_seconds(reply: Reply) -> Result<ExpireTime, DecodeError> {
    expiry(&reply, ExpireTime::Missing, ExpireTime::NoExpiry, |at| {
        ExpireTime::At(Duration::from_secs(at))
    })
}

pub(super) fn expire_time_milliseconds(reply: Reply) -> Result<ExpireTime, DecodeError> {
    expiry(&reply, ExpireTime::Missing, ExpireTime::NoExpiry, |at| {
        ExpireTime::At(Duration::from_millis(at))
    })
}
