//! What the commands on entries can be told besides their arguments.

use alloc::vec::Vec;
use core::time::Duration;

use super::id::StreamId;
use crate::command::{Request, Wait};
use crate::commands::options::{OneOf, owned};
use crate::resp::{Args, ToArg, ToArgs};

/// What becomes of the references that groups hold to entries which are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefPolicy {
    /// They stay: the entries remain pending without their fields.
    KeepRef,
    /// They are removed as well.
    DelRef,
    /// Only entries that every group has read and acknowledged are removed.
    Acked,
}

impl RefPolicy {
    pub(super) fn word(self) -> &'static str {
        match self {
            RefPolicy::KeepRef => "KEEPREF",
            RefPolicy::DelRef => "DELREF",
            RefPolicy::Acked => "ACKED",
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Threshold {
    MaxLen(u64),
    MinId(StreamId),
}

/// Which of the oldest entries go: for [`xtrim`](super::StreamCommands::xtrim) and [`XaddOptions::trim`].
#[derive(Clone, Copy, Debug)]
#[must_use]
#[non_exhaustive]
pub struct StreamTrim {
    threshold: Threshold,
    approximate: bool,
    limit: Option<u64>,
    refs: Option<RefPolicy>,
}

impl StreamTrim {
    fn new(threshold: Threshold) -> Self {
        StreamTrim {
            threshold,
            approximate: false,
            limit: None,
            refs: None,
        }
    }

    /// Keeps this many entries (`MAXLEN`).
    pub fn maxlen(len: u64) -> Self {
        StreamTrim::new(Threshold::MaxLen(len))
    }

    /// Keeps the entries from this id on (`MINID`). Since Redis 6.2.
    pub fn minid(id: StreamId) -> Self {
        StreamTrim::new(Threshold::MinId(id))
    }

    /// Leaves some more entries if that saves the server work (`~`): much cheaper, and what most streams need.
    pub fn approximate(mut self) -> Self {
        self.approximate = true;
        self
    }

    /// Removes at most this many entries, 0 being no limit (`LIMIT`). Only with
    /// [`approximate`](StreamTrim::approximate). Since Redis 6.2.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// What becomes of the references to the entries (`KEEPREF`, `DELREF`, `ACKED`). Since Redis 8.2.
    pub fn refs(mut self, policy: RefPolicy) -> Self {
        self.refs = Some(policy);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = match self.threshold {
            Threshold::MaxLen(len) => request.arg("MAXLEN").flag("~", self.approximate).arg(len),
            Threshold::MinId(id) => request.arg("MINID").flag("~", self.approximate).arg(id),
        };
        if self.limit.is_some() && !self.approximate {
            return request.refuse("LIMIT is only for trimming that is approximate");
        }
        request
            .opt_with("LIMIT", self.limit)
            .opt(self.refs.map(RefPolicy::word))
    }
}

/// The id of a new entry, unless the server chooses it.
#[derive(Clone, Copy, Debug)]
enum NewId {
    Whole(StreamId),
    Time(Duration),
}

#[derive(Clone, Debug)]
enum Idempotence {
    Idmp(Vec<u8>, Vec<u8>),
    IdmpAuto(Vec<u8>),
}

/// Options of [`xadd_with`](super::StreamCommands::xadd_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XaddOptions {
    nomkstream: bool,
    idempotence: OneOf<Idempotence>,
    trim: Option<StreamTrim>,
    id: OneOf<NewId>,
}

impl XaddOptions {
    /// No options: the server chooses the id, and makes the stream if there is none.
    pub fn new() -> Self {
        XaddOptions::default()
    }

    /// Adds nothing if there is no stream. Since Redis 6.2.
    pub fn nomkstream(mut self) -> Self {
        self.nomkstream = true;
        self
    }

    /// Gives the entry this id, which must be after every id the stream ever had.
    pub fn id(mut self, id: StreamId) -> Self {
        self.id.set(NewId::Whole(id));
        self
    }

    /// Gives the entry an id of this time since the Unix epoch, in whole milliseconds; the server chooses the number
    /// (`<ms>-*`). Since Redis 7.0.
    pub fn id_at(mut self, time: Duration) -> Self {
        self.id.set(NewId::Time(time));
        self
    }

    /// Removes old entries after the new one was added.
    pub fn trim(mut self, trim: StreamTrim) -> Self {
        self.trim = Some(trim);
        self
    }

    /// Adds nothing if this producer added an entry with this id of its own before; the reply is the id of that entry.
    /// The command may then be sent again without harm, and is by itself. The stream remembers ids for a time and up to a
    /// number, see [`xcfgset`](super::StreamCommands::xcfgset). Since Redis 8.6.
    pub fn idmp(mut self, producer: impl ToArg, id: impl ToArg) -> Self {
        self.idempotence.set(Idempotence::Idmp(owned(producer), owned(id)));
        self
    }

    /// As [`idmp`](XaddOptions::idmp), the id being made from the fields and their values. Since Redis 8.6.
    pub fn idmpauto(mut self, producer: impl ToArg) -> Self {
        self.idempotence.set(Idempotence::IdmpAuto(owned(producer)));
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let auto = self.id.is_none();
        let request = request.flag("NOMKSTREAM", self.nomkstream);
        let request = self
            .idempotence
            .write(request, "IDMP and IDMPAUTO", |idempotence, request| {
                if !auto {
                    return request.refuse("IDMP and IDMPAUTO need an id that the server chooses");
                }
                match idempotence {
                    Idempotence::Idmp(producer, id) => request.idempotent().arg("IDMP").arg(producer).arg(id),
                    Idempotence::IdmpAuto(producer) => request.idempotent().arg("IDMPAUTO").arg(producer),
                }
            });
        let request = match self.trim {
            Some(trim) => trim.write(request),
            None => request,
        };
        if auto {
            return request.arg("*");
        }
        self.id.write(request, "id and id_at", |id, request| match id {
            NewId::Whole(id) => request.arg(id),
            NewId::Time(time) => request.arg(alloc::format!("{}-*", time.as_millis())),
        })
    }
}

/// Options of [`xrange_with`](super::StreamCommands::xrange_with) and
/// [`xrevrange_with`](super::StreamCommands::xrevrange_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XrangeOptions {
    count: Option<u64>,
}

impl XrangeOptions {
    /// All entries of the range.
    pub fn new() -> Self {
        XrangeOptions::default()
    }

    /// At most this many entries (`COUNT`), at least one.
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        count(request, self.count)
    }
}

/// Adds `COUNT`, whose zero no two commands understand alike.
pub(super) fn count(request: Request, count: Option<u64>) -> Request {
    let request = request.opt_with("COUNT", count);
    match count {
        Some(0) => request.refuse("COUNT must be at least 1"),
        _ => request,
    }
}

/// Adds `BLOCK`, and says that the command waits so long. Rounded up to whole milliseconds, because a tiny time that
/// became 0 would be one without end.
pub(super) fn block(request: Request, timeout: Option<Duration>) -> Request {
    match timeout {
        None => request,
        Some(Duration::ZERO) => request.arg("BLOCK").arg(0).blocks(Wait::Forever),
        Some(timeout) => request
            .arg("BLOCK")
            .arg(timeout.as_nanos().div_ceil(1_000_000))
            .blocks(Wait::For(timeout)),
    }
}

/// Options of [`xread_with`](super::StreamCommands::xread_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XreadOptions {
    count: Option<u64>,
    block: Option<Duration>,
    maxcount: Option<u64>,
    maxsize: Option<u64>,
}

impl XreadOptions {
    /// All entries there are, without waiting for any.
    pub fn new() -> Self {
        XreadOptions::default()
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
        let request = block(request, self.block);
        count(request, self.count)
            .opt_with("MAXCOUNT", self.maxcount)
            .opt_with("MAXSIZE", self.maxsize)
    }
}

/// Adds `STREAMS`, all keys, and then from where on each is read.
pub(super) fn streams<K: ToArg, F: ToArgs>(
    request: Request,
    streams: impl IntoIterator<Item = (K, impl Into<F>)>,
) -> Request {
    let mut from = Args::new();
    let request = streams
        .into_iter()
        .fold(request.arg("STREAMS"), |request, (key, position)| {
            position.into().write_args(&mut from);
            request.key(key)
        });
    if from.is_empty() {
        return request.refuse("at least one stream is needed");
    }
    from.iter().fold(request, |request, position| request.arg(position))
}

/// Options of [`xsetid_with`](super::StreamCommands::xsetid_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XsetidOptions {
    entries_added: Option<u64>,
    max_deleted_id: Option<StreamId>,
}

impl XsetidOptions {
    /// Only the last id changes.
    pub fn new() -> Self {
        XsetidOptions::default()
    }

    /// How many entries were ever added (`ENTRIESADDED`). Since Redis 7.0.
    pub fn entries_added(mut self, entries: u64) -> Self {
        self.entries_added = Some(entries);
        self
    }

    /// The highest id that was ever deleted (`MAXDELETEDID`). Since Redis 7.0.
    pub fn max_deleted_id(mut self, id: StreamId) -> Self {
        self.max_deleted_id = Some(id);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request
            .opt_with("ENTRIESADDED", self.entries_added)
            .opt_with("MAXDELETEDID", self.max_deleted_id)
    }
}

/// Options of [`xcfgset`](super::StreamCommands::xcfgset): what the stream remembers of entries added with
/// [`XaddOptions::idmp`]. At least one is needed.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct XcfgsetOptions {
    idmp_duration: Option<Duration>,
    idmp_maxsize: Option<u64>,
}

impl XcfgsetOptions {
    /// Nothing yet.
    pub fn new() -> Self {
        XcfgsetOptions::default()
    }

    /// How long ids are remembered, in whole seconds, from one second to a day (`IDMP-DURATION`).
    pub fn idmp_duration(mut self, duration: Duration) -> Self {
        self.idmp_duration = Some(duration);
        self
    }

    /// How many ids of each producer are remembered, from 1 to 10,000 (`IDMP-MAXSIZE`).
    pub fn idmp_maxsize(mut self, size: u64) -> Self {
        self.idmp_maxsize = Some(size);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        if self.idmp_duration.is_none() && self.idmp_maxsize.is_none() {
            return request.refuse("at least one option is needed");
        }
        let request = match self.idmp_duration {
            Some(duration) => request.arg("IDMP-DURATION").seconds(duration),
            None => request,
        };
        request.opt_with("IDMP-MAXSIZE", self.idmp_maxsize)
    }
}
