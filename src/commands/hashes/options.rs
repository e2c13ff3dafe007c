//! Options of the commands on hashes.

use alloc::vec::Vec;
use core::time::Duration;

use crate::command::Request;
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

/// Adds whole seconds. A duration that would become 0 by truncation means something else to the server, so it is refused.
pub(super) fn seconds(request: Request, duration: Duration) -> Request {
    if duration.as_secs() == 0 && !duration.is_zero() {
        return request.refuse("a time below one second is not zero seconds; use milliseconds");
    }
    request.arg(duration.as_secs())
}

/// Adds whole milliseconds, as [`seconds`] does.
pub(super) fn milliseconds(request: Request, duration: Duration) -> Request {
    if duration.as_millis() == 0 && !duration.is_zero() {
        return request.refuse("a time below one millisecond is not zero milliseconds");
    }
    request.arg(duration.as_millis())
}

/// What the commands that set a time to live can be told about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    Ex(Duration),
    Px(Duration),
    ExAt(Duration),
    PxAt(Duration),
    /// One word: `PERSIST`, `KEEPTTL`.
    Word(&'static str),
}

impl Expiry {
    fn add_to(self, request: Request) -> Request {
        match self {
            Expiry::Ex(time) => seconds(request.arg("EX"), time),
            Expiry::Px(time) => milliseconds(request.arg("PX"), time),
            Expiry::ExAt(time) => seconds(request.arg("EXAT"), time),
            Expiry::PxAt(time) => milliseconds(request.arg("PXAT"), time),
            Expiry::Word(word) => request.arg(word),
        }
    }
}

/// Options of [`hscan_with`](super::HashCommands::hscan_with).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HscanOptions {
    pattern: Option<Vec<u8>>,
    count: Option<u64>,
}

impl HscanOptions {
    /// No pattern, and the server's own page size.
    #[must_use]
    pub fn new() -> Self {
        HscanOptions::default()
    }

    /// `MATCH`: only fields whose name matches this glob-style pattern. A page may then be empty before the end.
    #[must_use]
    pub fn pattern(mut self, pattern: impl AsRef<[u8]>) -> Self {
        self.pattern = Some(pattern.as_ref().to_vec());
        self
    }

    /// `COUNT`: about how many fields the server looks at for one page; at least 1.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    pub(super) fn add_to(self, request: Request) -> Request {
        let request = request.opt_with("MATCH", self.pattern).opt_with("COUNT", self.count);
        match self.count {
            Some(0) => request.refuse("COUNT must be at least 1"),
            _ => request,
        }
    }
}

/// Condition of [`hexpire_with`](super::HashExpiryCommands::hexpire_with) and its like; the last one said counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HexpireOptions {
    condition: Option<&'static str>,
}

impl HexpireOptions {
    /// No condition.
    #[must_use]
    pub fn new() -> Self {
        HexpireOptions::default()
    }

    /// `NX`: only fields without a time to live.
    #[must_use]
    pub fn nx(mut self) -> Self {
        self.condition = Some("NX");
        self
    }

    /// `XX`: only fields with a time to live.
    #[must_use]
    pub fn xx(mut self) -> Self {
        self.condition = Some("XX");
        self
    }

    /// `GT`: only fields that would expire later than now set; one without a time to live never does.
    #[must_use]
    pub fn gt(mut self) -> Self {
        self.condition = Some("GT");
        self
    }

    /// `LT`: only fields that would expire earlier than now set; one without a time to live always does.
    #[must_use]
    pub fn lt(mut self) -> Self {
        self.condition = Some("LT");
        self
    }

    pub(super) fn add_to(self, request: Request) -> Request {
        request.opt(self.condition)
    }
}

/// Options of [`hgetex_with`](super::HashExpiryCommands::hgetex_with); the last one said counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HgetexOptions {
    expiry: Option<Expiry>,
}

impl HgetexOptions {
    /// The times to live stay as they are.
    #[must_use]
    pub fn new() -> Self {
        HgetexOptions::default()
    }

    /// `EX`: the fields live for this long from now, in whole seconds.
    #[must_use]
    pub fn ex(mut self, time: Duration) -> Self {
        self.expiry = Some(Expiry::Ex(time));
        self
    }

    /// `PX`: the fields live for this long from now, in whole milliseconds.
    #[must_use]
    pub fn px(mut self, time: Duration) -> Self {
        self.expiry = Some(Expiry::Px(time));
        self
    }

    /// `EXAT`: the fields live until this time since the Unix epoch, in whole seconds.
    #[must_use]
    pub fn exat(mut self, since_epoch: Duration) -> Self {
        self.expiry = Some(Expiry::ExAt(since_epoch));
        self
    }

    /// `PXAT`: the fields live until this time since the Unix epoch, in whole milliseconds.
    #[must_use]
    pub fn pxat(mut self, since_epoch: Duration) -> Self {
        self.expiry = Some(Expiry::PxAt(since_epoch));
        self
    }

    /// `PERSIST`: the fields lose their time to live.
    #[must_use]
    pub fn persist(mut self) -> Self {
        self.expiry = Some(Expiry::Word("PERSIST"));
        self
    }

    pub(super) fn add_to(self, request: Request) -> Request {
        match self.expiry {
            Some(expiry) => expiry.add_to(request),
            None => request,
        }
    }
}

/// Options of [`hsetex`](super::HashExpiryCommands::hsetex): a condition and a time to live; of each kind the last one
/// said counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HsetexOptions {
    condition: Option<&'static str>,
    expiry: Option<Expiry>,
}

impl HsetexOptions {
    /// No condition, and no time to live: existing ones are taken away.
    #[must_use]
    pub fn new() -> Self {
        HsetexOptions::default()
    }

    /// `FNX`: only if none of the fields exists.
    #[must_use]
    pub fn fnx(mut self) -> Self {
        self.condition = Some("FNX");
        self
    }

    /// `FXX`: only if all of the fields exist.
    #[must_use]
    pub fn fxx(mut self) -> Self {
        self.condition = Some("FXX");
        self
    }

    /// `EX`: the fields live for this long from now, in whole seconds.
    #[must_use]
    pub fn ex(mut self, time: Duration) -> Self {
        self.expiry = Some(Expiry::Ex(time));
        self
    }

    /// `PX`: the fields live for this long from now, in whole milliseconds.
    #[must_use]
    pub fn px(mut self, time: Duration) -> Self {
        self.expiry = Some(Expiry::Px(time));
        self
    }

    /// `EXAT`: the fields live until this time since the Unix epoch, in whole seconds.
    #[must_use]
    pub fn exat(mut self, since_epoch: Duration) -> Self {
        self.expiry = Some(Expiry::ExAt(since_epoch));
        self
    }

    /// `PXAT`: the fields live until this time since the Unix epoch, in whole milliseconds.
    #[must_use]
    pub fn pxat(mut self, since_epoch: Duration) -> Self {
        self.expiry = Some(Expiry::PxAt(since_epoch));
        self
    }

    /// `KEEPTTL`: existing fields keep their time to live.
    #[must_use]
    pub fn keepttl(mut self) -> Self {
        self.expiry = Some(Expiry::Word("KEEPTTL"));
        self
    }

    pub(super) fn add_to(self, request: Request) -> Request {
        let request = request.opt(self.condition);
        match self.expiry {
            Some(expiry) => expiry.add_to(request),
            None => request,
        }
    }
}
