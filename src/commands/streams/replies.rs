//! Entries, and what the commands on them and on groups reply with.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::id::StreamId;
use crate::resp::{Data, DecodeError, FromReply, Items, Kind, Milliseconds, Reply, ReplyBuilder, ReplyRef};

/// An entry of a stream: its id, and its fields as whatever the caller asks for, such as `Vec<(String, String)>`, which
/// keeps their order, or a map.
///
/// An entry that was deleted while a consumer had it pending has no fields left. It decodes as if it had none, or as no
/// value where `V` is an `Option`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamEntry<V> {
    /// The id.
    pub id: StreamId,
    /// The fields with their values.
    pub fields: V,
    /// How it was pending before, if the server was asked to claim entries while it read new ones
    /// ([`XreadgroupOptions::claim`](super::XreadgroupOptions::claim)) and says so.
    pub claimed: Option<ClaimedFrom>,
}

/// How an entry was pending before it was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimedFrom {
    /// For how long, in milliseconds.
    pub idle: Duration,
    /// How often it had been given to consumers; 0 for an entry that was new.
    pub deliveries: u64,
}

impl<V: FromReply> FromReply for StreamEntry<V> {
    const TEXT: bool = V::TEXT;

    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut items = reply.items();
        let is_list = reply.kind() == Kind::Array;
        let (Some(id), Some(fields), true) = (items.next(), items.next(), is_list) else {
            return Err(DecodeError::new("entry of a stream", reply));
        };
        let claimed = match (items.next(), items.next()) {
            (Some(idle), Some(deliveries)) => Some(ClaimedFrom {
                idle: milliseconds(idle).map_err(|error| error.at(2))?,
                deliveries: u64::from_reply(deliveries).map_err(|error| error.at(3))?,
            }),
            _ => None,
        };
        Ok(StreamEntry {
            id: StreamId::from_reply(id).map_err(|error| error.at(0))?,
            fields: fields_of(fields).map_err(|error| error.at(1))?,
            claimed,
        })
    }
}

/// No value stands for the fields of a deleted entry.
fn fields_of<V: FromReply>(reply: ReplyRef<'_>) -> Result<V, DecodeError> {
    match V::from_reply(reply) {
        Err(error) if reply.is_null() => {
            let mut none = ReplyBuilder::new();
            none.array(0);
            none.finish().ok_or(error)?.decode()
        }
        decoded => decoded,
    }
}

fn milliseconds(reply: ReplyRef<'_>) -> Result<Duration, DecodeError> {
    Milliseconds::from_reply(reply).map(|Milliseconds(duration)| duration)
}

/// A stream with the entries that were read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamEntries<K, V> {
    /// The key of the stream.
    pub key: K,
    /// The entries, the first one first.
    pub entries: Vec<StreamEntry<V>>,
}

/// No value stands for no streams.
pub(super) fn read<K: FromReply, V: FromReply>(reply: Reply) -> Result<Vec<StreamEntries<K, V>>, DecodeError> {
    let streams = Option::<Vec<_>>::from_owned(reply)?.unwrap_or_default();
    let named = |(key, entries)| StreamEntries { key, entries };
    Ok(streams.into_iter().map(named).collect())
}

/// Servers before Redis 7.0 reply with no value for entries that were deleted.
pub(super) fn present<T: FromReply>(reply: ReplyRef<'_>) -> Result<Vec<T>, DecodeError> {
    Ok(Vec::<Option<T>>::from_reply(reply)?.into_iter().flatten().collect())
}

pub(super) fn claimed<T: FromReply>(reply: Reply) -> Result<Vec<T>, DecodeError> {
    present(reply.root())
}

/// What XDELEX and XACKDEL did with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntryDeletion {
    /// There is no such entry, or with XACKDEL none that is pending.
    Missing,
    /// It was deleted.
    Deleted,
    /// It was kept, because groups still refer to it.
    Kept,
}

impl FromReply for EntryDeletion {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match i64::from_reply(reply)? {
            -1 => Ok(EntryDeletion::Missing),
            1 => Ok(EntryDeletion::Deleted),
            2 => Ok(EntryDeletion::Kept),
            _ => Err(DecodeError::new("-1, 1 or 2", reply)),
        }
    }
}

/// What is pending in a group, all in all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XpendingSummary {
    /// How many entries.
    pub count: u64,
    /// The lowest id of them.
    pub min: Option<StreamId>,
    /// The highest id of them.
    pub max: Option<StreamId>,
    /// The consumers that have any, and how many each.
    pub consumers: Vec<(String, u64)>,
}

impl FromReply for XpendingSummary {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let (count, min, max, consumers): (_, _, _, Option<_>) = FromReply::from_reply(reply)?;
        Ok(XpendingSummary {
            count,
            min,
            max,
            consumers: consumers.unwrap_or_default(),
        })
    }
}

/// An entry that is pending.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XpendingEntry {
    /// The id.
    pub id: StreamId,
    /// The consumer that has it; empty after XNACK took it away.
    pub consumer: String,
    /// How long ago it was given to the consumer, in milliseconds; [`Duration::MAX`] after XNACK, when it is free for
    /// everybody to claim.
    pub idle: Duration,
    /// How often it was given to consumers.
    pub deliveries: u64,
}

impl FromReply for XpendingEntry {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let (id, consumer, Idle(idle), deliveries) = FromReply::from_reply(reply)?;
        Ok(XpendingEntry {
            id,
            consumer,
            idle,
            deliveries,
        })
    }
}

/// Milliseconds, or -1 for an entry that nobody has.
struct Idle(Duration);

impl FromReply for Idle {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match reply.data() {
            Data::Integer(-1) => Ok(Idle(Duration::MAX)),
            _ => milliseconds(reply).map(Idle),
        }
    }
}

/// What XAUTOCLAIM claimed, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XautoclaimReply<T> {
    /// Where the next call is to start; [`StreamId::MIN`] when all pending entries were looked at.
    pub next: StreamId,
    /// The entries, or their ids, that the consumer has now.
    pub claimed: Vec<T>,
    /// The ids of entries that exist no more; they are not pending any longer. Since Redis 7.0.
    pub deleted: Vec<StreamId>,
}

impl<T: FromReply> FromReply for XautoclaimReply<T> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut items = reply.items();
        let (Some(next), Some(claimed)) = (items.next(), items.next()) else {
            return Err(DecodeError::new("next id and claimed entries", reply));
        };
        Ok(XautoclaimReply {
            next: StreamId::from_reply(next).map_err(|error| error.at(0))?,
            claimed: present(claimed).map_err(|error| error.at(1))?,
            deleted: deleted(&mut items).map_err(|error| error.at(2))?,
        })
    }
}

fn deleted(items: &mut Items<'_>) -> Result<Vec<StreamId>, DecodeError> {
    items.next().map_or(Ok(Vec::new()), Vec::from_reply)
}
