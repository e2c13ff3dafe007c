//! What the server knows of a stream, its groups and their consumers.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::id::StreamId;
use super::replies::StreamEntry;
use crate::command::{Executor, cmd};
use crate::resp::{DecodeError, Fields, FromReply, Milliseconds, ReplyRef, Seconds, ToArg, Value};

/// Commands that tell about streams.
///
/// Names of groups and consumers in replies are text. Should one of yours not be UTF-8, ask with
/// [`execute`](Executor::execute) instead.
///
/// What a newer server tells besides is in the field `other` of each reply, by the server's name for it.
pub trait StreamInfoCommands: Executor {
    /// The stream at `key` as a whole, and its first and last entry with fields as `V`.
    ///
    /// Sends [`XINFO STREAM`](https://redis.io/docs/latest/commands/xinfo-stream/). A missing key is an error
    /// (`ERR no such key`). Since Redis 5.0.
    fn xinfo_stream<V: FromReply>(self, key: impl ToArg) -> Self::Output<XinfoStream<V>> {
        self.run(cmd("XINFO STREAM").read_only().key(key).returns())
    }

    /// Everything about the stream at `key`: its entries, groups, and what is pending, at most `count` of each; 0 for all
    /// of them.
    ///
    /// Sends [`XINFO STREAM`](https://redis.io/docs/latest/commands/xinfo-stream/) with `FULL` and `COUNT`. A missing
    /// key is an error (`ERR no such key`). Since Redis 6.0.
    fn xinfo_stream_full<V: FromReply>(self, key: impl ToArg, count: u64) -> Self::Output<XinfoStreamFull<V>> {
        let request = cmd("XINFO STREAM").read_only().key(key);
        self.run(request.arg("FULL").arg("COUNT").arg(count).returns())
    }

    /// The groups of the stream at `key`.
    ///
    /// Sends [`XINFO GROUPS`](https://redis.io/docs/latest/commands/xinfo-groups/). A missing key is an error
    /// (`ERR no such key`). Since Redis 5.0.
    fn xinfo_groups(self, key: impl ToArg) -> Self::Output<Vec<XinfoGroup>> {
        self.run(cmd("XINFO GROUPS").read_only().key(key).returns())
    }

    /// The consumers of a group of the stream at `key`.
    ///
    /// Sends [`XINFO CONSUMERS`](https://redis.io/docs/latest/commands/xinfo-consumers/). A missing key is an error
    /// (`ERR no such key`), and so is a missing group (`NOGROUP`). Since Redis 5.0.
    fn xinfo_consumers(self, key: impl ToArg, group: impl ToArg) -> Self::Output<Vec<XinfoConsumer>> {
        self.run(cmd("XINFO CONSUMERS").read_only().key(key).arg(group).returns())
    }

    /// The server's own help on `XINFO`, line by line.
    ///
    /// Sends [`XINFO HELP`](https://redis.io/docs/latest/commands/xinfo-help/). Since Redis 5.0.
    fn xinfo_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("XINFO HELP").idempotent().returns())
    }
}

impl<E: Executor> StreamInfoCommands for E {}

/// A stream as a whole.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct XinfoStream<V> {
    /// How many entries it has.
    pub length: u64,
    /// How many groups it has.
    pub groups: u64,
    /// The highest id it ever had.
    pub last_generated_id: StreamId,
    /// The highest id that was ever deleted, `0-0` if none was. Since Redis 7.0.
    pub max_deleted_entry_id: Option<StreamId>,
    /// How many entries were ever added. Since Redis 7.0.
    pub entries_added: Option<u64>,
    /// The lowest id that it has, `0-0` if it is empty. Since Redis 7.0.
    pub recorded_first_entry_id: Option<StreamId>,
    /// The first entry; `None` if the stream is empty.
    pub first_entry: Option<StreamEntry<V>>,
    /// The last entry; `None` if the stream is empty.
    pub last_entry: Option<StreamEntry<V>>,
    /// How many keys the tree has in which the server keeps the entries.
    pub radix_tree_keys: Option<u64>,
    /// How many nodes the tree has in which the server keeps the entries.
    pub radix_tree_nodes: Option<u64>,
    /// What the stream remembers of producers. Since Redis 8.6.
    pub idmp: Option<XinfoIdmp>,
    /// Fields that are not known here.
    pub other: BTreeMap<String, Value>,
}

impl<V: FromReply> FromReply for XinfoStream<V> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(XinfoStream {
            length: fields.take("length")?,
            groups: fields.take("groups")?,
            last_generated_id: fields.take("last-generated-id")?,
            max_deleted_entry_id: fields.optional("max-deleted-entry-id")?,
            entries_added: fields.optional("entries-added")?,
            recorded_first_entry_id: fields.optional("recorded-first-entry-id")?,
            first_entry: fields.optional("first-entry")?,
            last_entry: fields.optional("last-entry")?,
            radix_tree_keys: fields.optional("radix-tree-keys")?,
            radix_tree_nodes: fields.optional("radix-tree-nodes")?,
            idmp: XinfoIdmp::take(&mut fields)?,
            other: fields.rest(),
        })
    }
}

/// A stream with its entries and groups.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct XinfoStreamFull<V> {
    /// How many entries it has.
    pub length: u64,
    /// The highest id it ever had.
    pub last_generated_id: StreamId,
    /// The highest id that was ever deleted, `0-0` if none was. Since Redis 7.0.
    pub max_deleted_entry_id: Option<StreamId>,
    /// How many entries were ever added. Since Redis 7.0.
    pub entries_added: Option<u64>,
    /// The lowest id that it has, `0-0` if it is empty. Since Redis 7.0.
    pub recorded_first_entry_id: Option<StreamId>,
    /// The first entries.
    pub entries: Vec<StreamEntry<V>>,
    /// The groups.
    pub groups: Vec<XinfoGroupFull>,
    /// How many keys the tree has in which the server keeps the entries.
    pub radix_tree_keys: Option<u64>,
    /// How many nodes the tree has in which the server keeps the entries.
    pub radix_tree_nodes: Option<u64>,
    /// What the stream remembers of producers. Since Redis 8.6.
    pub idmp: Option<XinfoIdmp>,
    /// Fields that are not known here.
    pub other: BTreeMap<String, Value>,
}

impl<V: FromReply> FromReply for XinfoStreamFull<V> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(XinfoStreamFull {
            length: fields.take("length")?,
            last_generated_id: fields.take("last-generated-id")?,
            max_deleted_entry_id: fields.optional("max-deleted-entry-id")?,
            entries_added: fields.optional("entries-added")?,
            recorded_first_entry_id: fields.optional("recorded-first-entry-id")?,
            entries: fields.take("entries")?,
            groups: fields.take("groups")?,
            radix_tree_keys: fields.optional("radix-tree-keys")?,
            radix_tree_nodes: fields.optional("radix-tree-nodes")?,
            idmp: XinfoIdmp::take(&mut fields)?,
            other: fields.rest(),
        })
    }
}

/// What a stream remembers of the entries that producers added with an id of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XinfoIdmp {
    /// How long ids are remembered.
    pub duration: Duration,
    /// How many ids of each producer are remembered.
    pub maxsize: u64,
    /// How many producers it remembers.
    pub pids_tracked: Option<u64>,
    /// How many ids it remembers.
    pub iids_tracked: Option<u64>,
    /// How many entries were ever added with such an id.
    pub iids_added: Option<u64>,
    /// How many entries were not added because they had been before.
    pub iids_duplicates: Option<u64>,
}

impl XinfoIdmp {
    fn take(fields: &mut Fields<'_>) -> Result<Option<Self>, DecodeError> {
        let Some(Seconds(duration)) = fields.optional("idmp-duration")? else {
            return Ok(None);
        };
        Ok(Some(XinfoIdmp {
            duration,
            maxsize: fields.take("idmp-maxsize")?,
            pids_tracked: fields.optional("pids-tracked")?,
            iids_tracked: fields.optional("iids-tracked")?,
            iids_added: fields.optional("iids-added")?,
            iids_duplicates: fields.optional("iids-duplicates")?,
        }))
    }
}

/// A group as a whole.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct XinfoGroup {
    /// Its name.
    pub name: String,
    /// How many consumers it has.
    pub consumers: u64,
    /// How many entries are pending.
    pub pending: u64,
    /// The last entry that a consumer was given as a new one.
    pub last_delivered_id: StreamId,
    /// How many entries its consumers were given; `None` where the server cannot know. Since Redis 7.0.
    pub entries_read: Option<u64>,
    /// How many entries are still new to the group; `None` where the server cannot know. Since Redis 7.0.
    pub lag: Option<u64>,
    /// Fields that are not known here.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for XinfoGroup {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(XinfoGroup {
            name: fields.take("name")?,
            consumers: fields.take("consumers")?,
            pending: fields.take("pending")?,
            last_delivered_id: fields.take("last-delivered-id")?,
            entries_read: fields.optional("entries-read")?,
            lag: fields.optional("lag")?,
            other: fields.rest(),
        })
    }
}

/// A consumer as a whole.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct XinfoConsumer {
    /// Its name.
    pub name: String,
    /// How many entries it has and did not acknowledge.
    pub pending: u64,
    /// How long ago it last tried to read or claim, in milliseconds; before Redis 7.2, how long ago it last succeeded.
    pub idle: Duration,
    /// How long ago it last read or claimed anything, in milliseconds; `None` if it never did. Since Redis 7.2.
    pub inactive: Option<Duration>,
    /// Fields that are not known here.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for XinfoConsumer {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let Milliseconds(idle) = fields.take("idle")?;
        Ok(XinfoConsumer {
            name: fields.take("name")?,
            pending: fields.take("pending")?,
            idle,
            inactive: fields.optional_by("inactive", milliseconds_or_never)?.flatten(),
            other: fields.rest(),
        })
    }
}

/// -1 is never.
fn milliseconds_or_never(reply: ReplyRef<'_>) -> Result<Option<Duration>, DecodeError> {
    match i64::from_reply(reply)? {
        -1 => Ok(None),
        _ => Milliseconds::from_reply(reply).map(|Milliseconds(duration)| Some(duration)),
    }
}

/// A group with its consumers and what is pending.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct XinfoGroupFull {
    /// Its name.
    pub name: String,
    /// The last entry that a consumer was given as a new one.
    pub last_delivered_id: StreamId,
    /// How many entries its consumers were given; `None` where the server cannot know. Since Redis 7.0.
    pub entries_read: Option<u64>,
    /// How many entries are still new to the group; `None` where the server cannot know. Since Redis 7.0.
    pub lag: Option<u64>,
    /// How many entries are pending.
    pub pel_count: u64,
    /// The first entries that are pending.
    pub pending: Vec<XinfoPending>,
    /// Its consumers.
    pub consumers: Vec<XinfoConsumerFull>,
    /// Fields that are not known here.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for XinfoGroupFull {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(XinfoGroupFull {
            name: fields.take("name")?,
            last_delivered_id: fields.take("last-delivered-id")?,
            entries_read: fields.optional("entries-read")?,
            lag: fields.optional("lag")?,
            pel_count: fields.take("pel-count")?,
            pending: fields.take("pending")?,
            consumers: fields.take("consumers")?,
            other: fields.rest(),
        })
    }
}

/// An entry that is pending in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XinfoPending {
    /// The id.
    pub id: StreamId,
    /// The consumer that has it; empty after XNACK took it away.
    pub consumer: String,
    /// When the consumer was given it: the duration since the Unix epoch, in milliseconds.
    pub delivery_time: Duration,
    /// How often it was given to consumers.
    pub deliveries: u64,
}

impl FromReply for XinfoPending {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let (id, consumer, Milliseconds(delivery_time), deliveries) = FromReply::from_reply(reply)?;
        Ok(XinfoPending {
            id,
            consumer,
            delivery_time,
            deliveries,
        })
    }
}

/// A consumer with what it has pending.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct XinfoConsumerFull {
    /// Its name.
    pub name: String,
    /// When it last tried to read or claim: the duration since the Unix epoch, in milliseconds; before Redis 7.2, when it
    /// last succeeded.
    pub seen_time: Duration,
    /// When it last read or claimed anything: the duration since the Unix epoch, in milliseconds; `None` if it never did.
    /// Since Redis 7.2.
    pub active_time: Option<Duration>,
    /// How many entries it has and did not acknowledge.
    pub pel_count: u64,
    /// The first of those entries.
    pub pending: Vec<XinfoConsumerPending>,
    /// Fields that are not known here.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for XinfoConsumerFull {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let Milliseconds(seen_time) = fields.take("seen-time")?;
        Ok(XinfoConsumerFull {
            name: fields.take("name")?,
            seen_time,
            active_time: fields.optional_by("active-time", milliseconds_or_never)?.flatten(),
            pel_count: fields.take("pel-count")?,
            pending: fields.take("pending")?,
            other: fields.rest(),
        })
    }
}

/// An entry that a consumer has and did not acknowledge.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XinfoConsumerPending {
    /// The id.
    pub id: StreamId,
    /// When the consumer was given it: the duration since the Unix epoch, in milliseconds.
    pub delivery_time: Duration,
    /// How often it was given to consumers.
    pub deliveries: u64,
}

impl FromReply for XinfoConsumerPending {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let (id, Milliseconds(delivery_time), deliveries) = FromReply::from_reply(reply)?;
        Ok(XinfoConsumerPending {
            id,
            delivery_time,
            deliveries,
        })
    }
}
