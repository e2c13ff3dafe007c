//! Slots as arguments and as text, and what they are used for.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

use crate::command::Request;
use crate::commands::elements::Elements;
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef, Value};

const LAST: u16 = 16383;

fn checked(request: Request, slot: u16) -> Request {
    if slot > LAST {
        request.refuse("slots have numbers from 0 to 16383")
    } else {
        request
    }
}

pub(super) fn slot_arg(request: Request, slot: u16) -> Request {
    checked(request.arg(slot), slot)
}

/// At least one slot.
pub(super) fn slot_args(request: Request, slots: impl IntoIterator<Item = u16>) -> Request {
    let before = request.len();
    let request = slots.into_iter().fold(request, slot_arg);
    if request.len() == before {
        request.refuse("at least one slot is needed")
    } else {
        request
    }
}

/// At least one range, each as its first and its last slot.
pub(super) fn range_args(request: Request, ranges: impl IntoIterator<Item = RangeInclusive<u16>>) -> Request {
    let before = request.len();
    let request = ranges.into_iter().fold(request, |request, range| {
        let request = slot_arg(slot_arg(request, *range.start()), *range.end());
        if range.is_empty() {
            request.refuse("a range of slots is empty")
        } else {
            request
        }
    });
    if request.len() == before {
        request.refuse("at least one range of slots is needed")
    } else {
        request
    }
}

/// `7` or `0-100`.
pub(super) fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (start, end) = text.split_once('-').unwrap_or((text, text));
    Some(start.parse().ok()?..=end.parse().ok()?)
}

/// `0-100 200-200`, or with commas between.
pub(super) fn ranges(reply: ReplyRef<'_>) -> Result<Vec<RangeInclusive<u16>>, DecodeError> {
    let text = String::from_reply(reply)?;
    text.split([' ', ','])
        .filter(|word| !word.is_empty())
        .map(|word| range(word).ok_or_else(|| DecodeError::new("ranges of slots", reply)))
        .collect()
}

/// What a slot is used for, as CLUSTER SLOT-STATS tells. All but the number of keys is told only if the server is set to
/// measure it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterSlotStats {
    /// The slot.
    pub slot: u16,
    /// How many keys it has.
    pub key_count: u64,
    /// The time that commands on its keys took, in microseconds.
    pub cpu: Option<Duration>,
    /// How many bytes its keys take. Redis only.
    pub memory_bytes: Option<u64>,
    /// How many bytes came in for it.
    pub network_bytes_in: Option<u64>,
    /// How many bytes went out for it.
    pub network_bytes_out: Option<u64>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for ClusterSlotStats {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "slot and what it is used for")?;
        let slot = elements.take()?;
        elements.take_by(|stats| {
            let mut fields = Fields::of(stats)?;
            Ok(ClusterSlotStats {
                slot,
                key_count: fields.take("key-count")?,
                cpu: fields.optional("cpu-usec")?.map(Duration::from_micros),
                memory_bytes: fields.optional("memory-bytes")?,
                network_bytes_in: fields.optional("network-bytes-in")?,
                network_bytes_out: fields.optional("network-bytes-out")?,
                other: fields.rest(),
            })
        })
    }
}
