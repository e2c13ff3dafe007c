//! Options of COPY, RESTORE and SCAN.

use alloc::vec::Vec;
use core::time::Duration;

use super::KeyType;
use crate::command::Request;
use crate::commands::options::owned;
use crate::resp::ToArg;

/// Options of [`copy_with`](super::KeyCommands::copy_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct CopyOptions {
    db: Option<u32>,
    replace: bool,
}

impl CopyOptions {
    /// No options: into the same database, and not over a key that exists.
    pub fn new() -> Self {
        CopyOptions::default()
    }

    /// Copies into this database.
    pub fn db(mut self, db: u32) -> Self {
        self.db = Some(db);
        self
    }

    /// Replaces a destination that exists.
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request.opt_with("DB", self.db).flag("REPLACE", self.replace)
    }
}

/// Options of [`restore_with`](super::KeyCommands::restore_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct RestoreOptions {
    replace: bool,
    absttl: bool,
    idletime: Option<Duration>,
    freq: Option<u8>,
}

impl RestoreOptions {
    /// No options: not over a key that exists, and as one that was never used.
    pub fn new() -> Self {
        RestoreOptions::default()
    }

    /// Replaces a key that exists. Since Redis 3.0.
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    /// The time to live is the point in time when the key expires: a duration since the Unix epoch. Since Redis 5.0.
    pub fn absttl(mut self) -> Self {
        self.absttl = true;
        self
    }

    /// How long the key was not used, in whole seconds. Since Redis 5.0.
    pub fn idletime(mut self, idle: Duration) -> Self {
        self.idletime = Some(idle);
        self
    }

    /// How often the key is used, on the scale of [`object_freq`](super::KeyCommands::object_freq). Since Redis 5.0.
    pub fn freq(mut self, frequency: u8) -> Self {
        self.freq = Some(frequency);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.flag("REPLACE", self.replace).flag("ABSTTL", self.absttl);
        let request = match self.idletime {
            Some(idle) => request.arg("IDLETIME").arg(idle.as_secs()),
            None => request,
        };
        request.opt_with("FREQ", self.freq)
    }
}

/// Options of [`scan_with`](super::KeyCommands::scan_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct ScanOptions {
    pattern: Option<Vec<u8>>,
    count: Option<u64>,
    of_type: Option<KeyType>,
}

impl ScanOptions {
    /// No options: all keys, in pages of the server's own size.
    pub fn new() -> Self {
        ScanOptions::default()
    }

    /// Only what matches this glob pattern (`user:*`).
    #[doc(alias = "match")]
    pub fn matching(mut self, pattern: impl ToArg) -> Self {
        self.pattern = Some(owned(pattern));
        self
    }

    /// About how many elements the server looks at for the page; 10 unless given.
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Only keys of this type. Since Redis 6.0.
    #[doc(alias = "type")]
    pub fn of_type(mut self, key_type: impl Into<KeyType>) -> Self {
        self.of_type = Some(key_type.into());
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request
            .opt_with("MATCH", self.pattern)
            .opt_with("COUNT", self.count)
            .opt_with("TYPE", self.of_type.as_ref().map(KeyType::as_str))
    }
}

/// Options of [`clusterscan`](super::KeyCommands::clusterscan).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct ClusterscanOptions {
    keys: ScanOptions,
    slot: Option<u16>,
}

impl ClusterscanOptions {
    /// No options: all keys of all slots, in pages of the server's own size.
    pub fn new() -> Self {
        ClusterscanOptions::default()
    }

    /// Which keys, and how many for the page.
    pub fn keys(mut self, keys: ScanOptions) -> Self {
        self.keys = keys;
        self
    }

    /// Only keys of this slot.
    pub fn slot(mut self, slot: u16) -> Self {
        self.slot = Some(slot);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.keys.write(request).opt_with("SLOT", self.slot)
    }
}
