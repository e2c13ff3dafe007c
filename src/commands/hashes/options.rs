//! Options of the commands on hashes.

use alloc::vec::Vec;
use core::time::Duration;

use crate::command::Request;
use crate::commands::expiry::Expire;
use crate::commands::options::OneOf;
use crate::resp::{Args, ToArgs};

/// Adds `FIELDS`, how many fields follow, then the fields; none at all is refused.
pub(super) fn counted_fields(request: Request, fields: impl ToArgs) -> Request {
    let count = count(&fields);
    request.arg("FIELDS").arg(count).args(fields, "field")
}

/// As [`counted_fields`], each field followed by its value.
pub(super) fn counted_pairs(request: Request, pairs: impl ToArgs) -> Request {
    let count = count(&pairs);
    request.arg("FIELDS").arg(count / 2).pairs(pairs)
}

fn count(arguments: &impl ToArgs) -> usize {
    let mut counted = Args::new();
    arguments.write_args(&mut counted);
    counted.len()
}

/// Options of [`hscan_with`](super::HashCommands::hscan_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct HscanOptions {
    pattern: Option<Vec<u8>>,
    count: Option<u64>,
}

impl HscanOptions {
    /// All fields, in pages of the server's usual size (about 10).
    pub fn new() -> Self {
        HscanOptions::default()
    }

    /// Only fields whose name matches this glob pattern (`MATCH`). A page may then be empty before the end.
    pub fn matching(mut self, pattern: impl AsRef<[u8]>) -> Self {
        self.pattern = Some(pattern.as_ref().to_vec());
        self
    }

    /// About how many fields the server looks at for one page (`COUNT`); zero is refused.
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.opt_with("MATCH", self.pattern).opt_with("COUNT", self.count);
        match self.count {
            Some(0) => request.refuse("COUNT must be at least 1"),
            _ => request,
        }
    }
}

/// Options of [`hgetex_with`](super::HashExpiryCommands::hgetex_with): what becomes of the expiry. Two different ones are
/// refused before anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct HgetexOptions {
    expire: OneOf<Expire>,
}

impl HgetexOptions {
    /// No options: the expiries stay as they are.
    pub fn new() -> Self {
        HgetexOptions::default()
    }

    /// The fields expire after this long, in whole seconds. Zero deletes them at once.
    pub fn ex(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Ex(ttl));
        self
    }

    /// The fields expire after this long, in whole milliseconds. Zero deletes them at once.
    pub fn px(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Px(ttl));
        self
    }

    /// The fields expire at this time since the Unix epoch, in whole seconds.
    pub fn exat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::ExAt(at));
        self
    }

    /// The fields expire at this time since the Unix epoch, in whole milliseconds.
    pub fn pxat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::PxAt(at));
        self
    }

    /// Takes the expiries away.
    pub fn persist(mut self) -> Self {
        self.expire.set(Expire::Persist);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.expire
            .write(request, "EX, PX, EXAT, PXAT and PERSIST", Expire::write)
    }
}

/// Options of [`hsetex`](super::HashExpiryCommands::hsetex): one expiry, one condition on the fields and one on the hash.
/// Two different ones are refused before anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct HsetexOptions {
    expire: OneOf<Expire>,
    key_condition: OneOf<Condition>,
    condition: OneOf<Condition>,
}

#[derive(Clone, Copy, Debug)]
enum Condition {
    Nx,
    Xx,
    Fnx,
    Fxx,
}

impl Condition {
    fn write(self, request: Request) -> Request {
        request.arg(match self {
            Condition::Nx => "NX",
            Condition::Xx => "XX",
            Condition::Fnx => "FNX",
            Condition::Fxx => "FXX",
        })
    }
}

impl HsetexOptions {
    /// No options: the fields are set whatever there was, and do not expire.
    pub fn new() -> Self {
        HsetexOptions::default()
    }

    /// Only if there is no such hash. Since Valkey 9.1; no Redis knows it.
    pub fn nx(mut self) -> Self {
        self.key_condition.set(Condition::Nx);
        self
    }

    /// Only if the hash exists. Since Valkey 9.1; no Redis knows it.
    pub fn xx(mut self) -> Self {
        self.key_condition.set(Condition::Xx);
        self
    }

    /// Only if none of the fields exists.
    pub fn fnx(mut self) -> Self {
        self.condition.set(Condition::Fnx);
        self
    }

    /// Only if all of the fields exist.
    pub fn fxx(mut self) -> Self {
        self.condition.set(Condition::Fxx);
        self
    }

    /// The fields expire after this long, in whole seconds. Zero deletes them at once.
    pub fn ex(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Ex(ttl));
        self
    }

    /// The fields expire after this long, in whole milliseconds. Zero deletes them at once.
    pub fn px(mut self, ttl: Duration) -> Self {
        self.expire.set(Expire::Px(ttl));
        self
    }

    /// The fields expire at this time since the Unix epoch, in whole seconds.
    pub fn exat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::ExAt(at));
        self
    }

    /// The fields expire at this time since the Unix epoch, in whole milliseconds.
    pub fn pxat(mut self, at: Duration) -> Self {
        self.expire.set(Expire::PxAt(at));
        self
    }

    /// Fields that exist keep their expiry.
    pub fn keepttl(mut self) -> Self {
        self.expire.set(Expire::KeepTtl);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = self.key_condition.write(request, "NX and XX", Condition::write);
        let request = self.condition.write(request, "FNX and FXX", Condition::write);
        self.expire
            .write(request, "EX, PX, EXAT, PXAT and KEEPTTL", Expire::write)
    }
}
