//! Streams.

mod group_options;
mod groups;
mod id;
mod info;
mod options;
mod replies;

use alloc::vec::Vec;

pub use group_options::{
    NackMode, XautoclaimOptions, XclaimOptions, XgroupCreateOptions, XgroupSetidOptions, XnackOptions, XpendingOptions,
    XreadgroupOptions,
};
pub use groups::StreamGroupCommands;
pub use id::{GroupReadFrom, ReadFrom, StreamBound, StreamId};
pub use info::{
    StreamInfoCommands, XinfoConsumer, XinfoConsumerFull, XinfoConsumerPending, XinfoGroup, XinfoGroupFull, XinfoIdmp,
    XinfoPending, XinfoStream, XinfoStreamFull,
};
pub use options::{RefPolicy, StreamTrim, XaddOptions, XcfgsetOptions, XrangeOptions, XreadOptions, XsetidOptions};
pub use replies::{
    ClaimedFrom, EntryDeletion, StreamEntries, StreamEntry, XautoclaimReply, XpendingEntry, XpendingSummary,
};

use crate::command::{Executor, Request, cmd};
use crate::resp::{Args, FromReply, ToArg, ToArgs};

/// Commands on the entries of streams. For those on groups of consumers see [`StreamGroupCommands`].
///
/// An entry is an id and some fields with values. The fields come as whatever the caller asks for:
/// `Vec<(String, String)>`, which keeps their order, or a map.
pub trait StreamCommands: Executor {
    /// Adds an entry with these fields: a list of pairs, or a map. The stream is made if there is none.
    ///
    /// Sends [`XADD`](https://redis.io/docs/latest/commands/xadd/). Replies with the id that the server gave it. Since
    /// Redis 5.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let first = client.xadd("readings", [("sensor", "7"), ("celsius", "21.5")])?;
    /// let second = client.xadd("readings", [("sensor", "9"), ("celsius", "19.0")])?;
    /// assert!(second > first);
    /// assert_eq!(client.xlen("readings")?, 2);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn xadd(self, key: impl ToArg, fields: impl ToArgs) -> Self::Output<StreamId> {
        self.run(cmd("XADD").key(key).arg("*").pairs(fields).returns())
    }

    /// Adds an entry with these fields: a list of pairs, or a map, as `options` say.
    ///
    /// Sends [`XADD`](https://redis.io/docs/latest/commands/xadd/). Replies with its id, or `None` if there is no
    /// stream and none was to be made. An error if a chosen id is not after all others. Since Redis 5.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let options = XaddOptions::new().nomkstream().trim(StreamTrim::maxlen(1000).approximate());
    /// assert_eq!(client.xadd_with("readings", ("celsius", 21.5), options.clone())?, None);
    /// client.xadd("readings", ("celsius", 21.5))?;
    /// assert!(client.xadd_with("readings", ("celsius", 22.0), options)?.is_some());
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn xadd_with(self, key: impl ToArg, fields: impl ToArgs, options: XaddOptions) -> Self::Output<Option<StreamId>> {
        self.run(options.write(cmd("XADD").key(key)).pairs(fields).returns())
    }

    /// How many entries the stream has; 0 if there is none.
    ///
    /// Sends [`XLEN`](https://redis.io/docs/latest/commands/xlen/). Since Redis 5.0.
    fn xlen(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("XLEN").read_only().key(key).returns())
    }

    /// The entries from `start` to `end`, the first one first.
    ///
    /// Sends [`XRANGE`](https://redis.io/docs/latest/commands/xrange/). Since Redis 5.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let seen = client.xadd("readings", ("celsius", 21.5))?;
    /// client.xadd("readings", ("celsius", 22.0))?;
    /// let all = client.xrange::<Vec<(String, f64)>>("readings", StreamBound::Min, StreamBound::Max)?;
    /// assert_eq!((all[0].id, all.len()), (seen, 2));
    /// let new = client.xrange::<Vec<(String, f64)>>("readings", StreamBound::Exclusive(seen), StreamBound::Max)?;
    /// assert_eq!(new[0].fields, [("celsius".to_string(), 22.0)]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn xrange<V: FromReply>(
        self,
        key: impl ToArg,
        start: impl Into<StreamBound>,
        end: impl Into<StreamBound>,
    ) -> Self::Output<Vec<StreamEntry<V>>> {
        self.xrange_with(key, start, end, XrangeOptions::new())
    }

    /// The entries from `start` to `end`, the first one first, up to a number of them.
    ///
    /// Sends [`XRANGE`](https://redis.io/docs/latest/commands/xrange/). Since Redis 5.0.
    fn xrange_with<V: FromReply>(
        self,
        key: impl ToArg,
        start: impl Into<StreamBound>,
        end: impl Into<StreamBound>,
        options: XrangeOptions,
    ) -> Self::Output<Vec<StreamEntry<V>>> {
        let request = cmd("XRANGE").read_only().key(key).arg(start.into()).arg(end.into());
        self.run(options.write(request).returns())
    }

    /// The entries from `end` back to `start`, the last one first. Mind the order: the end comes first.
    ///
    /// Sends [`XREVRANGE`](https://redis.io/docs/latest/commands/xrevrange/). Since Redis 5.0.
    fn xrevrange<V: FromReply>(
        self,
        key: impl ToArg,
        end: impl Into<StreamBound>,
        start: impl Into<StreamBound>,
    ) -> Self::Output<Vec<StreamEntry<V>>> {
        self.xrevrange_with(key, end, start, XrangeOptions::new())
    }

    /// The entries from `end` back to `start`, the last one first, up to a number of them. Mind the order: the end comes
    /// first.
    ///
    /// Sends [`XREVRANGE`](https://redis.io/docs/latest/commands/xrevrange/). Since Redis 5.0.
    fn xrevrange_with<V: FromReply>(
        self,
        key: impl ToArg,
        end: impl Into<StreamBound>,
        start: impl Into<StreamBound>,
        options: XrangeOptions,
    ) -> Self::Output<Vec<StreamEntry<V>>> {
        let request = cmd("XREVRANGE").read_only().key(key).arg(end.into()).arg(start.into());
        self.run(options.write(request).returns())
    }

    /// Reads several streams. They come as pairs of key and [`ReadFrom`], or the id of the last entry that was read: a
    /// list, array or map of them.
    ///
    /// Sends [`XREAD`](https://redis.io/docs/latest/commands/xread/). Replies with the streams that have entries to
    /// read, their keys as `K` and the fields of their entries as `V`; with none at all if there is nothing new. Since
    /// Redis 5.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let id = client.xadd("a", ("celsius", 21.5))?;
    /// let read = client.xread::<String, Vec<(String, f64)>>([("a", StreamId::MIN), ("b", StreamId::new(7, 2))])?;
    /// assert_eq!((read.len(), read[0].key.as_str(), read[0].entries[0].id), (1, "a", id));
    /// assert!(client.xread::<String, Vec<(String, f64)>>([("a", id)])?.is_empty());
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn xread<K: FromReply, V: FromReply>(
        self,
        streams: impl IntoIterator<Item = (impl ToArg, impl Into<ReadFrom>)>,
    ) -> Self::Output<Vec<StreamEntries<K, V>>> {
        self.xread_with(streams, XreadOptions::new())
    }

    /// Reads as [`xread`](StreamCommands::xread) does, up to a number of entries, or waiting for some.
    ///
    /// Sends [`XREAD`](https://redis.io/docs/latest/commands/xread/). Replies as that, also with none at all when the
    /// time is over. A call that waits has a connection for itself; giving it up loses nothing. Since Redis 5.0.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.xadd("a", ("celsius", 21.5))?;
    /// // Time is virtual here, so giving up takes no time.
    /// let options = XreadOptions::new().block(Duration::from_secs(5)).count(10);
    /// let read = client.xread_with::<String, Vec<(String, f64)>>([("a", ReadFrom::End)], options)?;
    /// assert!(read.is_empty());
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn xread_with<K: FromReply, V: FromReply>(
        self,
        streams: impl IntoIterator<Item = (impl ToArg, impl Into<ReadFrom>)>,
        options: XreadOptions,
    ) -> Self::Output<Vec<StreamEntries<K, V>>> {
        let request = options.write(cmd("XREAD").read_only());
        let request = options::streams::<_, ReadFrom>(request, streams);
        self.run(request.decoded_by(replies::read))
    }

    /// Deletes entries.
    ///
    /// Sends [`XDEL`](https://redis.io/docs/latest/commands/xdel/). Replies with how many there were. Since Redis 5.0.
    fn xdel(self, key: impl ToArg, ids: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("XDEL").key(key).args(ids, "id").returns())
    }

    /// Deletes entries, as far as `policy` allows.
    ///
    /// Sends [`XDELEX`](https://redis.io/docs/latest/commands/xdelex/). Replies with what became of each, in their
    /// order. Since Redis 8.2.
    fn xdelex(self, key: impl ToArg, policy: RefPolicy, ids: impl ToArgs) -> Self::Output<Vec<EntryDeletion>> {
        self.run(with_ids(cmd("XDELEX").key(key).arg(policy.word()), ids).returns())
    }

    /// Removes the oldest entries.
    ///
    /// Sends [`XTRIM`](https://redis.io/docs/latest/commands/xtrim/). Replies with how many were removed. Since Redis
    /// 5.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// for celsius in [19, 20, 21] {
    ///     client.xadd("readings", ("celsius", celsius))?;
    /// }
    /// assert_eq!(client.xtrim("readings", StreamTrim::maxlen(2))?, 1);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn xtrim(self, key: impl ToArg, trim: StreamTrim) -> Self::Output<u64> {
        self.run(trim.write(cmd("XTRIM").key(key)).returns())
    }

    /// Sets the id after which the server chooses the ids of new entries.
    ///
    /// Sends [`XSETID`](https://redis.io/docs/latest/commands/xsetid/). True, always: a missing stream is an error, and
    /// so is an id before that of an entry. Since Redis 5.0.
    fn xsetid(self, key: impl ToArg, last_id: StreamId) -> Self::Output<bool> {
        self.xsetid_with(key, last_id, XsetidOptions::new())
    }

    /// Sets the id after which the server chooses the ids of new entries, and what else it knows of the past.
    ///
    /// Sends [`XSETID`](https://redis.io/docs/latest/commands/xsetid/). True, always, as
    /// [`xsetid`](StreamCommands::xsetid). Since Redis 5.0.
    fn xsetid_with(self, key: impl ToArg, last_id: StreamId, options: XsetidOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("XSETID").key(key).arg(last_id)).returns())
    }

    /// Sets how long and how many ids of producers a stream remembers, and forgets those that it has.
    ///
    /// Sends [`XCFGSET`](https://redis.io/docs/latest/commands/xcfgset/). True, always: a missing stream is an error.
    /// Since Redis 8.6.
    fn xcfgset(self, key: impl ToArg, options: XcfgsetOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("XCFGSET").key(key)).returns())
    }
}

impl<E: Executor> StreamCommands for E {}

/// Adds `IDS`, how many ids follow, and the ids.
fn with_ids(request: Request, ids: impl ToArgs) -> Request {
    let mut counted = Args::new();
    ids.write_args(&mut counted);
    request.arg("IDS").arg(counted.len()).args(ids, "id")
}
