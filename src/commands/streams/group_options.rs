//! What the commands on groups can be told besides their arguments.

use alloc::vec::Vec;
use core::time::Duration;

use super::id::StreamId;
use super::options::{block, count};
use crate::command::Request;
use crate::commands::options::{OneOf, owned};
use crate::resp::ToArg;

/// Options of [`xgroup_create_with`](super::StreamGroupCommands::xgroup_create_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XgroupCreateOptions {
    mkstream: bool,
    entries_read: Option<u64>,
}

impl XgroupCreateOptions {
    /// No options: the stream must exist.
    pub fn new() -> Self {
        XgroupCreateOptions::default()
    }

    /// Makes an empty stream if there is none (`MKSTREAM`).
    pub fn mkstream(mut self) -> Self {
        self.mkstream = true;
        self
    }

    /// How many entries lie before the one that the group begins after, so that the server can tell its lag
    /// (`ENTRIESREAD`). Since Redis 7.0.
    pub fn entries_read(mut self, entries: u64) -> Self {
        self.entries_read = Some(entries);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request
            .flag("MKSTREAM", self.mkstream)
            .opt_with("ENTRIESREAD", self.entries_read)
    }
}

/// Options of [`xgroup_setid_with`](super::StreamGroupCommands::xgroup_setid_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XgroupSetidOptions {
    entries_read: Option<u64>,
}

impl XgroupSetidOptions {
    /// No options.
    pub fn new() -> Self {
        XgroupSetidOptions::default()
    }

    /// How many entries lie before the one that the group goes on after, so that the server can tell its lag
    /// (`ENTRIESREAD`). Since Redis 7.0.
    pub fn entries_read(mut self, entries: u64) -> Self {
        self.entries_read = Some(entries);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request.opt_with("ENTRIESREAD", self.entries_read)
    }
}

/// Options of [`xreadgroup_with`](super::StreamGroupCommands::xreadgroup_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XreadgroupOptions {
    count: Option<u64>,
    block: Option<Duration>,
    noack: bool,
    claim: Option<Duration>,
    maxcount: Option<u64>,
    maxsize: Option<u64>,
}

impl XreadgroupOptions {
    /// All entries there are, without waiting for any.
    pub fn new() -> Self {
        XreadgroupOptions::default()
    }

    /// At most this many entries of each stream (`COUNT`), at least one.
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Waits up to this long for an entry if there is none (`BLOCK`), rounded up to whole milliseconds, and for ever with
    /// [`Duration::ZERO`].
    pub fn block(mut self, timeout: Duration) -> Self {
        self.block = Some(timeout);
        self
    }

    /// The entries need not be acknowledged (`NOACK`): they are lost if the consumer fails.
    pub fn noack(mut self) -> Self {
        self.noack = true;
        self
    }

    /// First takes over what has been pending for at least this long, in whole milliseconds, whoever had it (`CLAIM`).
    /// Since Redis 8.4.
    pub fn claim(mut self, min_idle: Duration) -> Self {
        self.claim = Some(min_idle);
        self
    }

    /// At most this many entries of all streams together (`MAXCOUNT`). Since Redis 8.10.
    pub fn maxcount(mut self, count: u64) -> Self {
        self.maxcount = Some(count);
        self
    }

    /// Stops when the reply has this many bytes (`MAXSIZE`). Since Redis 8.10.
    pub fn maxsize(mut self, bytes: u64) -> Self {
        self.maxsize = Some(bytes);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = count(request, self.count)
            .opt_with("MAXCOUNT", self.maxcount)
            .opt_with("MAXSIZE", self.maxsize);
        let request = block(request, self.block);
        let request = match self.claim {
            Some(min_idle) => request.arg("CLAIM").milliseconds(min_idle),
            None => request,
        };
        request.flag("NOACK", self.noack)
    }
}

/// Options of [`xpending_range_with`](super::StreamGroupCommands::xpending_range_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XpendingOptions {
    idle: Option<Duration>,
    pub(super) consumer: Option<Vec<u8>>,
}

impl XpendingOptions {
    /// Everything that is pending.
    pub fn new() -> Self {
        XpendingOptions::default()
    }

    /// Only what has been pending for at least this long, in whole milliseconds (`IDLE`). Since Redis 6.2.
    pub fn idle(mut self, min_idle: Duration) -> Self {
        self.idle = Some(min_idle);
        self
    }

    /// Only what this consumer has.
    pub fn consumer(mut self, consumer: impl ToArg) -> Self {
        self.consumer = Some(owned(consumer));
        self
    }

    /// The idle time stands before the range, the consumer behind it.
    pub(super) fn write_idle(&self, request: Request) -> Request {
        match self.idle {
            Some(min_idle) => request.arg("IDLE").milliseconds(min_idle),
            None => request,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Delivered {
    Idle(Duration),
    Time(Duration),
}

/// Options of [`xclaim_with`](super::StreamGroupCommands::xclaim_with) and
/// [`xclaim_justid_with`](super::StreamGroupCommands::xclaim_justid_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XclaimOptions {
    delivered: OneOf<Delivered>,
    retrycount: Option<u64>,
    force: bool,
    lastid: Option<StreamId>,
}

impl XclaimOptions {
    /// No options: the entries count as given to the consumer just now, once more than before.
    pub fn new() -> Self {
        XclaimOptions::default()
    }

    /// The entries count as given to the consumer this long ago, in whole milliseconds (`IDLE`).
    pub fn idle(mut self, idle: Duration) -> Self {
        self.delivered.set(Delivered::Idle(idle));
        self
    }

    /// The entries count as given to the consumer at this time since the Unix epoch, in whole milliseconds (`TIME`).
    pub fn time(mut self, time: Duration) -> Self {
        self.delivered.set(Delivered::Time(time));
        self
    }

    /// The entries count as given to consumers this often (`RETRYCOUNT`).
    pub fn retrycount(mut self, count: u64) -> Self {
        self.retrycount = Some(count);
        self
    }

    /// Also takes entries that are not pending at all (`FORCE`).
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// The group goes on after this entry, if it is not further already (`LASTID`).
    pub fn lastid(mut self, id: StreamId) -> Self {
        self.lastid = Some(id);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.delivered
            .write(request, "IDLE and TIME", |delivered, request| match delivered {
                Delivered::Idle(idle) => request.arg("IDLE").milliseconds(idle),
                Delivered::Time(time) => request.arg("TIME").milliseconds(time),
            })
            .opt_with("RETRYCOUNT", self.retrycount)
            .flag("FORCE", self.force)
            .opt_with("LASTID", self.lastid)
    }
}

/// Options of [`xautoclaim_with`](super::StreamGroupCommands::xautoclaim_with) and
/// [`xautoclaim_justid_with`](super::StreamGroupCommands::xautoclaim_justid_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XautoclaimOptions {
    count: Option<u64>,
}

impl XautoclaimOptions {
    /// Up to 100 entries.
    pub fn new() -> Self {
        XautoclaimOptions::default()
    }

    /// Up to this many entries (`COUNT`), at least one.
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        count(request, self.count)
    }
}

/// Why a consumer gives entries back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NackMode {
    /// It did not come to work on them: it does not count that it was given them.
    Silent,
    /// It could not do it; another one may.
    Fail,
    /// Nobody can do it: they count as given to consumers as often as a number can say.
    Fatal,
}

impl NackMode {
    pub(super) fn word(self) -> &'static str {
        match self {
            NackMode::Silent => "SILENT",
            NackMode::Fail => "FAIL",
            NackMode::Fatal => "FATAL",
        }
    }
}

/// Options of [`xnack_with`](super::StreamGroupCommands::xnack_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XnackOptions {
    retrycount: Option<u64>,
    force: bool,
}

impl XnackOptions {
    /// No options.
    pub fn new() -> Self {
        XnackOptions::default()
    }

    /// The entries count as given to consumers this often, whatever the mode (`RETRYCOUNT`).
    pub fn retrycount(mut self, count: u64) -> Self {
        self.retrycount = Some(count);
        self
    }

    /// Also makes entries pending that are not (`FORCE`).
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request
            .opt_with("RETRYCOUNT", self.retrycount)
            .flag("FORCE", self.force)
    }
}
