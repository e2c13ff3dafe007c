//! Groups of consumers.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::group_options::{
    NackMode, XautoclaimOptions, XclaimOptions, XgroupCreateOptions, XgroupSetidOptions, XnackOptions, XpendingOptions,
    XreadgroupOptions,
};
use super::id::{GroupReadFrom, ReadFrom, StreamBound, StreamId};
use super::options::{RefPolicy, streams};
use super::replies::{
    self, EntryDeletion, StreamEntries, StreamEntry, XautoclaimReply, XpendingEntry, XpendingSummary,
};
use super::with_ids;
use crate::command::{Executor, Request, cmd};
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands on groups of consumers, which share the entries of a stream: each entry is given to one of them and is
/// *pending* until that one acknowledges it.
///
/// Names of consumers in replies are text. Should one of yours not be UTF-8, ask with [`execute`](Executor::execute)
/// instead.
pub trait StreamGroupCommands: Executor {
    /// Makes a group that reads the stream at `key` from there on.
    ///
    /// Sends [`XGROUP CREATE`](https://redis.io/docs/latest/commands/xgroup-create/). True, always: a group that exists
    /// is an error (`BUSYGROUP`), and so is a missing stream. Since Redis 5.0.
    fn xgroup_create(self, key: impl ToArg, group: impl ToArg, from: impl Into<ReadFrom>) -> Self::Output<bool> {
        self.xgroup_create_with(key, group, from, XgroupCreateOptions::new())
    }

    /// Makes a group as [`xgroup_create`](StreamGroupCommands::xgroup_create) does, and the stream as well if `options`
    /// say so.
    ///
    /// Sends [`XGROUP CREATE`](https://redis.io/docs/latest/commands/xgroup-create/). True, always: a group that exists
    /// is an error (`BUSYGROUP`). Since Redis 5.0.
    fn xgroup_create_with(
        self,
        key: impl ToArg,
        group: impl ToArg,
        from: impl Into<ReadFrom>,
        options: XgroupCreateOptions,
    ) -> Self::Output<bool> {
        let request = cmd("XGROUP CREATE").key(key).arg(group);
        self.run(options.write(from.into().write_group(request)).returns())
    }

    /// Lets a group go on from there.
    ///
    /// Sends [`XGROUP SETID`](https://redis.io/docs/latest/commands/xgroup-setid/). True, always: a missing stream is
    /// an error, and so is a missing group (`NOGROUP`). Since Redis 5.0.
    fn xgroup_setid(self, key: impl ToArg, group: impl ToArg, from: impl Into<ReadFrom>) -> Self::Output<bool> {
        self.xgroup_setid_with(key, group, from, XgroupSetidOptions::new())
    }

    /// Lets a group go on from there, and says how many entries lie before that.
    ///
    /// Sends [`XGROUP SETID`](https://redis.io/docs/latest/commands/xgroup-setid/). True, always, as
    /// [`xgroup_setid`](StreamGroupCommands::xgroup_setid). Since Redis 5.0.
    fn xgroup_setid_with(
        self,
        key: impl ToArg,
        group: impl ToArg,
        from: impl Into<ReadFrom>,
        options: XgroupSetidOptions,
    ) -> Self::Output<bool> {
        let request = cmd("XGROUP SETID").key(key).arg(group);
        self.run(options.write(from.into().write_group(request)).returns())
    }

    /// Removes a group, whatever is pending in it.
    ///
    /// Sends [`XGROUP DESTROY`](https://redis.io/docs/latest/commands/xgroup-destroy/). True if there was one; a
    /// missing stream is an error. Since Redis 5.0.
    fn xgroup_destroy(self, key: impl ToArg, group: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("XGROUP DESTROY").key(key).arg(group).returns())
    }

    /// Makes a consumer, which reading in its name would do as well.
    ///
    /// Sends [`XGROUP CREATECONSUMER`](https://redis.io/docs/latest/commands/xgroup-createconsumer/). True if it was
    /// made, false if it existed. Since Redis 6.2.
    fn xgroup_createconsumer(self, key: impl ToArg, group: impl ToArg, consumer: impl ToArg) -> Self::Output<bool> {
        let request = cmd("XGROUP CREATECONSUMER").key(key).arg(group).arg(consumer);
        self.run(request.returns())
    }

    /// Removes a consumer. What it has pending is lost to the group: claim it before.
    ///
    /// Sends [`XGROUP DELCONSUMER`](https://redis.io/docs/latest/commands/xgroup-delconsumer/). Replies with how many
    /// entries it had pending. Since Redis 5.0.
    fn xgroup_delconsumer(self, key: impl ToArg, group: impl ToArg, consumer: impl ToArg) -> Self::Output<u64> {
        let request = cmd("XGROUP DELCONSUMER").key(key).arg(group).arg(consumer);
        self.run(request.returns())
    }

    /// The server's own help on `XGROUP`, line by line.
    ///
    /// Sends [`XGROUP HELP`](https://redis.io/docs/latest/commands/xgroup-help/). Since Redis 5.0.
    fn xgroup_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("XGROUP HELP").idempotent().returns())
    }

    /// Reads entries of several streams as a consumer of a group that each of them has. The streams come as pairs of key
    /// and [`GroupReadFrom`]: a list, array or map of them.
    ///
    /// Sends [`XREADGROUP`](https://redis.io/docs/latest/commands/xreadgroup/). Replies with the streams that have
    /// entries to read, their keys as `K` and the fields of their entries as `V`; with none at all if there is nothing
    /// new. A missing stream or group is an error (`NOGROUP`). Since Redis 5.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let made = XgroupCreateOptions::new().mkstream();
    /// client.xgroup_create_with("jobs", "workers", StreamId::MIN, made)?;
    /// let id = client.xadd("jobs", ("task", "sweep"))?;
    ///
    /// let jobs = [("jobs", GroupReadFrom::New)];
    /// let read = client.xreadgroup::<String, Vec<(String, String)>>("workers", "ada", jobs)?;
    /// assert_eq!(read[0].entries[0].fields, [("task".into(), "sweep".into())]);
    /// assert_eq!(client.xack("jobs", "workers", id)?, 1);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn xreadgroup<K: FromReply, V: FromReply>(
        self,
        group: impl ToArg,
        consumer: impl ToArg,
        streams: impl IntoIterator<Item = (impl ToArg, impl Into<GroupReadFrom>)>,
    ) -> Self::Output<Vec<StreamEntries<K, V>>> {
        self.xreadgroup_with(group, consumer, streams, XreadgroupOptions::new())
    }

    /// Reads as [`xreadgroup`](StreamGroupCommands::xreadgroup) does, up to a number of entries, or waiting for some.
    ///
    /// Sends [`XREADGROUP`](https://redis.io/docs/latest/commands/xreadgroup/). Replies as that, also with none at all
    /// when the time is over. A call that waits has a connection for itself. One that is given up while it waits may
    /// leave entries pending that nobody saw: read those as [`GroupReadFrom::Pending`]. Since Redis 5.0.
    fn xreadgroup_with<K: FromReply, V: FromReply>(
        self,
        group: impl ToArg,
        consumer: impl ToArg,
        streams: impl IntoIterator<Item = (impl ToArg, impl Into<GroupReadFrom>)>,
        options: XreadgroupOptions,
    ) -> Self::Output<Vec<StreamEntries<K, V>>> {
        let request = cmd("XREADGROUP").arg("GROUP").arg(group).arg(consumer);
        let request = self::streams::<_, GroupReadFrom>(options.write(request), streams);
        self.run(request.decoded_by(replies::read))
    }

    /// Acknowledges entries: they are not pending any longer.
    ///
    /// Sends [`XACK`](https://redis.io/docs/latest/commands/xack/). Replies with how many of them were pending; a
    /// missing stream or group has none. Since Redis 5.0.
    fn xack(self, key: impl ToArg, group: impl ToArg, ids: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("XACK").key(key).arg(group).args(ids, "id").returns())
    }

    /// Acknowledges entries and deletes them, as far as `policy` allows.
    ///
    /// Sends [`XACKDEL`](https://redis.io/docs/latest/commands/xackdel/). Replies with what became of each, in their
    /// order. Since Redis 8.2.
    fn xackdel(
        self,
        key: impl ToArg,
        group: impl ToArg,
        policy: RefPolicy,
        ids: impl ToArgs,
    ) -> Self::Output<Vec<EntryDeletion>> {
        let request = cmd("XACKDEL").key(key).arg(group).arg(policy.word());
        self.run(with_ids(request, ids).returns())
    }

    /// Gives pending entries back to the group, for another consumer to claim at once.
    ///
    /// Sends [`XNACK`](https://redis.io/docs/latest/commands/xnack/). Replies with how many of them were pending. Since
    /// Redis 8.8.
    fn xnack(self, key: impl ToArg, group: impl ToArg, mode: NackMode, ids: impl ToArgs) -> Self::Output<u64> {
        self.xnack_with(key, group, mode, ids, XnackOptions::new())
    }

    /// Gives pending entries back to the group, as `options` say.
    ///
    /// Sends [`XNACK`](https://redis.io/docs/latest/commands/xnack/). Replies with how many of them were pending. Since
    /// Redis 8.8.
    fn xnack_with(
        self,
        key: impl ToArg,
        group: impl ToArg,
        mode: NackMode,
        ids: impl ToArgs,
        options: XnackOptions,
    ) -> Self::Output<u64> {
        let request = with_ids(cmd("XNACK").key(key).arg(group).arg(mode.word()), ids);
        self.run(options.write(request).returns())
    }

    /// What is pending in a group, all in all.
    ///
    /// Sends [`XPENDING`](https://redis.io/docs/latest/commands/xpending/). A missing stream or group is an error
    /// (`NOGROUP`). Since Redis 5.0.
    fn xpending(self, key: impl ToArg, group: impl ToArg) -> Self::Output<XpendingSummary> {
        self.run(cmd("XPENDING").read_only().key(key).arg(group).returns())
    }

    /// The pending entries from `start` to `end`, up to `count` of them.
    ///
    /// Sends [`XPENDING`](https://redis.io/docs/latest/commands/xpending/) with a range. A missing stream or group is
    /// an error (`NOGROUP`). Since Redis 5.0.
    fn xpending_range(
        self,
        key: impl ToArg,
        group: impl ToArg,
        start: impl Into<StreamBound>,
        end: impl Into<StreamBound>,
        count: u64,
    ) -> Self::Output<Vec<XpendingEntry>> {
        self.xpending_range_with(key, group, start, end, count, XpendingOptions::new())
    }

    /// The pending entries from `start` to `end`, up to `count` of them, that `options` ask for.
    ///
    /// Sends [`XPENDING`](https://redis.io/docs/latest/commands/xpending/) with a range. A missing stream or group is
    /// an error (`NOGROUP`). Since Redis 5.0.
    fn xpending_range_with(
        self,
        key: impl ToArg,
        group: impl ToArg,
        start: impl Into<StreamBound>,
        end: impl Into<StreamBound>,
        count: u64,
        options: XpendingOptions,
    ) -> Self::Output<Vec<XpendingEntry>> {
        let request = options.write_idle(cmd("XPENDING").read_only().key(key).arg(group));
        let request = request.arg(start.into()).arg(end.into()).arg(count);
        self.run(request.opt(options.consumer).returns())
    }

    /// Takes over entries that have been pending for at least `min_idle`, whoever has them.
    ///
    /// Sends [`XCLAIM`](https://redis.io/docs/latest/commands/xclaim/); the time in whole milliseconds. Replies with
    /// the entries that the consumer has now; those that exist no more are left out and not pending any longer. A
    /// missing stream or group is an error (`NOGROUP`). Since Redis 5.0.
    fn xclaim<V: FromReply>(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        ids: impl ToArgs,
    ) -> Self::Output<Vec<StreamEntry<V>>> {
        self.xclaim_with(key, group, consumer, min_idle, ids, XclaimOptions::new())
    }

    /// Takes over entries as [`xclaim`](StreamGroupCommands::xclaim) does, as `options` say.
    ///
    /// Sends [`XCLAIM`](https://redis.io/docs/latest/commands/xclaim/); times in whole milliseconds. Since Redis 5.0.
    fn xclaim_with<V: FromReply>(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        ids: impl ToArgs,
        options: XclaimOptions,
    ) -> Self::Output<Vec<StreamEntry<V>>> {
        let request = claim("XCLAIM", key, group, consumer, min_idle).args(ids, "id");
        self.run(options.write(request).decoded_by(replies::claimed))
    }

    /// Takes over entries as [`xclaim`](StreamGroupCommands::xclaim) does. It does not count that they were given to
    /// the consumer.
    ///
    /// Sends [`XCLAIM`](https://redis.io/docs/latest/commands/xclaim/) with `JUSTID`; the time in whole milliseconds.
    /// Replies with their ids. Since Redis 5.0.
    fn xclaim_justid(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        ids: impl ToArgs,
    ) -> Self::Output<Vec<StreamId>> {
        self.xclaim_justid_with(key, group, consumer, min_idle, ids, XclaimOptions::new())
    }

    /// Takes over entries as [`xclaim_justid`](StreamGroupCommands::xclaim_justid) does, as `options` say.
    ///
    /// Sends [`XCLAIM`](https://redis.io/docs/latest/commands/xclaim/) with `JUSTID`; times in whole milliseconds.
    /// Replies with their ids. Since Redis 5.0.
    fn xclaim_justid_with(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        ids: impl ToArgs,
        options: XclaimOptions,
    ) -> Self::Output<Vec<StreamId>> {
        let request = claim("XCLAIM", key, group, consumer, min_idle).args(ids, "id");
        self.run(options.write(request).arg("JUSTID").returns())
    }

    /// Takes over entries that have been pending for at least `min_idle`, whoever has them, from the id `start` on:
    /// begin with [`StreamId::MIN`], go on with [`XautoclaimReply::next`] of each reply until it is that again.
    ///
    /// Sends [`XAUTOCLAIM`](https://redis.io/docs/latest/commands/xautoclaim/); the time in whole milliseconds. Replies
    /// with the entries that the consumer has now. A missing stream or group is an error (`NOGROUP`). Since Redis 6.2.
    fn xautoclaim<V: FromReply>(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        start: StreamId,
    ) -> Self::Output<XautoclaimReply<StreamEntry<V>>> {
        self.xautoclaim_with(key, group, consumer, min_idle, start, XautoclaimOptions::new())
    }

    /// Takes over entries as [`xautoclaim`](StreamGroupCommands::xautoclaim) does, up to a number of them.
    ///
    /// Sends [`XAUTOCLAIM`](https://redis.io/docs/latest/commands/xautoclaim/); the time in whole milliseconds. Since
    /// Redis 6.2.
    fn xautoclaim_with<V: FromReply>(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        start: StreamId,
        options: XautoclaimOptions,
    ) -> Self::Output<XautoclaimReply<StreamEntry<V>>> {
        let request = claim("XAUTOCLAIM", key, group, consumer, min_idle).arg(start);
        self.run(options.write(request).returns())
    }

    /// Takes over entries as [`xautoclaim`](StreamGroupCommands::xautoclaim) does. It does not count that they were
    /// given to the consumer.
    ///
    /// Sends [`XAUTOCLAIM`](https://redis.io/docs/latest/commands/xautoclaim/) with `JUSTID`; the time in whole
    /// milliseconds. Replies with their ids. Since Redis 6.2.
    fn xautoclaim_justid(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        start: StreamId,
    ) -> Self::Output<XautoclaimReply<StreamId>> {
        self.xautoclaim_justid_with(key, group, consumer, min_idle, start, XautoclaimOptions::new())
    }

    /// Takes over entries as [`xautoclaim_justid`](StreamGroupCommands::xautoclaim_justid) does, up to a number of them.
    ///
    /// Sends [`XAUTOCLAIM`](https://redis.io/docs/latest/commands/xautoclaim/) with `JUSTID`; the time in whole
    /// milliseconds. Replies with their ids. Since Redis 6.2.
    fn xautoclaim_justid_with(
        self,
        key: impl ToArg,
        group: impl ToArg,
        consumer: impl ToArg,
        min_idle: Duration,
        start: StreamId,
        options: XautoclaimOptions,
    ) -> Self::Output<XautoclaimReply<StreamId>> {
        let request = claim("XAUTOCLAIM", key, group, consumer, min_idle).arg(start);
        self.run(options.write(request).arg("JUSTID").returns())
    }
}

impl<E: Executor> StreamGroupCommands for E {}

fn claim(name: &str, key: impl ToArg, group: impl ToArg, consumer: impl ToArg, min_idle: Duration) -> Request {
    cmd(name).key(key).arg(group).arg(consumer).milliseconds(min_idle)
}
