//! Options of the commands that set, get and remove strings.

use alloc::vec::Vec;
use core::time::Duration;

use crate::command::Request;
use crate::commands::expiry::Expire;
use crate::commands::options::{OneOf, owned};
use crate::resp::ToArg;

/// Under which condition a key is set or removed.
#[derive(Clone, Debug)]
enum Condition {
    Nx,
    Xx,
    IfEq(Vec<u8>),
    IfNe(Vec<u8>),
    IfDeq(Vec<u8>),
    IfDne(Vec<u8>),
}

impl Condition {
    fn write(self, request: Request) -> Request {
        match self {
            Condition::Nx => request.arg("NX"),
            Condition::Xx => request.arg("XX"),
            Condition::IfEq(value) => request.arg("IFEQ").arg(value),
            Condition::IfNe(value) => request.arg("IFNE").arg(value),
            Condition::IfDeq(digest) => request.arg("IFDEQ").arg(digest),
            Condition::IfDne(digest) => request.arg("IFDNE").arg(digest),
        }
    }
}

const CONDITIONS: &str = "NX, XX, IFEQ, IFNE, IFDEQ and IFDNE";
const EXPIRIES: &str = "EX, PX, EXAT, PXAT and KEEPTTL";

/// Options of [`set_with`](super::StringCommands::set_with): one expiry and one condition. Two different ones are refused
/// before anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct SetOptions {
    expire: OneOf<Expire>,
    condition: OneOf<Condition>,
}

impl SetOptions {
    /// No options: sets the key in any case, without an expiry.
    pub fn new() -> Self {
        SetOptions::default()
    }

    /// Expires after this long, in whole seconds. The server refuses zero.
    pub fn ex(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Ex(ttl));
        self
    }

    /// Expires after this long, in whole milliseconds. The server refuses zero.
    pub fn px(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Px(ttl));
        self
    }

    /// Expires at this time since the Unix epoch, in whole seconds. Since Redis 6.2.
    pub fn exat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::ExAt(at));
        self
    }

    /// Expires at this time since the Unix epoch, in whole milliseconds. Since Redis 6.2.
    pub fn pxat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::PxAt(at));
        self
    }

    /// Keeps the expiry that the key has. Since Redis 6.0.
    pub fn keepttl(mut self) -> Self {
        self.expire.set(Expire::KeepTtl);
        self
    }

    /// Only if the key does not exist.
    pub fn nx(mut self) -> Self {
        self.condition.set(Condition::Nx);
        self
    }

    /// Only if the key exists.
    pub fn xx(mut self) -> Self {
        self.condition.set(Condition::Xx);
        self
    }

    /// Only if the key holds exactly this value. Since Redis 8.4, Valkey 8.1.
    pub fn ifeq(mut self, value: impl ToArg) -> Self {
        self.condition.set(Condition::IfEq(owned(value)));
        self
    }

    /// Only if the key holds another value than this one, or does not exist. Since Redis 8.4.
    pub fn ifne(mut self, value: impl ToArg) -> Self {
        self.condition.set(Condition::IfNe(owned(value)));
        self
    }

    /// Only if the key holds a value with this [digest](super::StringCommands::digest). Since Redis 8.4.
    pub fn ifdeq(mut self, digest: impl ToArg) -> Self {
        self.condition.set(Condition::IfDeq(owned(digest)));
        self
    }

    /// Only if the key holds a value with another [digest](super::StringCommands::digest), or does not exist. Since Redis
    /// 8.4.
    pub fn ifdne(mut self, digest: impl ToArg) -> Self {
        self.condition.set(Condition::IfDne(owned(digest)));
        self
    }

    pub(super) fn write(self, request: Request, get: bool) -> Request {
        let request = self.expire.write(request, EXPIRIES, Expire::write);
        let request = self.condition.write(request, CONDITIONS, Condition::write);
        request.flag("GET", get)
    }
}

/// Options of [`getex`](super::StringCommands::getex): what becomes of the expiry. Two different ones are refused before
/// anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct GetexOptions {
    expire: OneOf<Expire>,
}

impl GetexOptions {
    /// No options: the expiry stays as it is.
    pub fn new() -> Self {
        GetexOptions::default()
    }

    /// Expires after this long, in whole seconds. The server refuses zero.
    pub fn ex(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Ex(ttl));
        self
    }

    /// Expires after this long, in whole milliseconds. The server refuses zero.
    pub fn px(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Px(ttl));
        self
    }

    /// Expires at this time since the Unix epoch, in whole seconds.
    pub fn exat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::ExAt(at));
        self
    }

    /// Expires at this time since the Unix epoch, in whole milliseconds.
    pub fn pxat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::PxAt(at));
        self
    }

    /// Takes the expiry away.
    pub fn persist(mut self) -> Self {
        self.expire.set(Expire::Persist);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.expire
            .write(request, "EX, PX, EXAT, PXAT and PERSIST", Expire::write)
    }
}

/// Options of [`msetex`](super::StringCommands::msetex): one expiry and one condition, the same for all keys. Two
/// different ones are refused before anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct MsetexOptions {
    expire: OneOf<Expire>,
    condition: OneOf<Condition>,
}

impl MsetexOptions {
    /// No options: sets the keys in any case, without an expiry.
    pub fn new() -> Self {
        MsetexOptions::default()
    }

    /// Expire after this long, in whole seconds. The server refuses zero.
    pub fn ex(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Ex(ttl));
        self
    }

    /// Expire after this long, in whole milliseconds. The server refuses zero.
    pub fn px(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Px(ttl));
        self
    }

    /// Expire at this time since the Unix epoch, in whole seconds.
    pub fn exat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::ExAt(at));
        self
    }

    /// Expire at this time since the Unix epoch, in whole milliseconds.
    pub fn pxat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::PxAt(at));
        self
    }

    /// Keep the expiry that each key has.
    pub fn keepttl(mut self) -> Self {
        self.expire.set(Expire::KeepTtl);
        self
    }

    /// Only if none of the keys exists.
    pub fn nx(mut self) -> Self {
        self.condition.set(Condition::Nx);
        self
    }

    /// Only if all of the keys exist.
    pub fn xx(mut self) -> Self {
        self.condition.set(Condition::Xx);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = self.condition.write(request, "NX and XX", Condition::write);
        self.expire.write(request, EXPIRIES, Expire::write)
    }
}

/// Options of [`delex`](super::StringCommands::delex): one condition. Two different ones are refused before anything is
/// sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct DelexOptions {
    condition: OneOf<Condition>,
}

impl DelexOptions {
    /// No options: removes the key in any case.
    pub fn new() -> Self {
        DelexOptions::default()
    }

    /// Only if the key holds exactly this value.
    pub fn ifeq(mut self, value: impl ToArg) -> Self {
        self.condition.set(Condition::IfEq(owned(value)));
        self
    }

    /// Only if the key holds another value than this one.
    pub fn ifne(mut self, value: impl ToArg) -> Self {
        self.condition.set(Condition::IfNe(owned(value)));
        self
    }

    /// Only if the key holds a value with this [digest](super::StringCommands::digest).
    pub fn ifdeq(mut self, digest: impl ToArg) -> Self {
        self.condition.set(Condition::IfDeq(owned(digest)));
        self
    }

    /// Only if the key holds a value with another [digest](super::StringCommands::digest).
    pub fn ifdne(mut self, digest: impl ToArg) -> Self {
        self.condition.set(Condition::IfDne(owned(digest)));
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.condition
            .write(request, "IFEQ, IFNE, IFDEQ and IFDNE", Condition::write)
    }
}
