//! Options of the commands on clusters.

use alloc::vec::Vec;
use core::time::Duration;

use crate::command::Request;
use crate::commands::options::owned;
use crate::resp::{Data, DecodeError, Reply, ToArg};

/// By what [`cluster_slot_stats_by`](super::ClusterCommands::cluster_slot_stats_by) orders slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SlotMetric {
    /// The number of keys (`KEY-COUNT`).
    KeyCount,
    /// The time that commands took (`CPU-USEC`).
    CpuUsec,
    /// What the keys take (`MEMORY-BYTES`). Redis only.
    MemoryBytes,
    /// What came in (`NETWORK-BYTES-IN`).
    NetworkBytesIn,
    /// What went out (`NETWORK-BYTES-OUT`).
    NetworkBytesOut,
}

impl SlotMetric {
    pub(super) fn word(self) -> &'static str {
        match self {
            SlotMetric::KeyCount => "KEY-COUNT",
            SlotMetric::CpuUsec => "CPU-USEC",
            SlotMetric::MemoryBytes => "MEMORY-BYTES",
            SlotMetric::NetworkBytesIn => "NETWORK-BYTES-IN",
            SlotMetric::NetworkBytesOut => "NETWORK-BYTES-OUT",
        }
    }
}

/// Options of [`cluster_slot_stats_by`](super::ClusterCommands::cluster_slot_stats_by).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct SlotStatsOptions {
    limit: Option<u16>,
    order: Option<&'static str>,
}

impl SlotStatsOptions {
    /// No options: all slots, the most used first.
    pub fn new() -> Self {
        SlotStatsOptions::default()
    }

    /// No more than so many slots (`LIMIT`); zero is refused.
    pub fn limit(mut self, limit: u16) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The least used first (`ASC`).
    pub fn asc(mut self) -> Self {
        self.order = Some("ASC");
        self
    }

    /// The most used first (`DESC`).
    pub fn desc(mut self) -> Self {
        self.order = Some("DESC");
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.opt_with("LIMIT", self.limit).opt(self.order);
        match self.limit {
            Some(0) => request.refuse("LIMIT must be at least 1"),
            _ => request,
        }
    }
}

/// What [`cluster_setslot`](super::ClusterAdminCommands::cluster_setslot) says of a slot.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct SetSlot {
    word: &'static str,
    node_id: Option<Vec<u8>>,
    timeout: Option<Duration>,
}

impl SetSlot {
    fn new(word: &'static str, node_id: Option<Vec<u8>>) -> Self {
        SetSlot {
            word,
            node_id,
            timeout: None,
        }
    }

    /// It comes from this node (`IMPORTING`).
    pub fn importing(node_id: impl ToArg) -> Self {
        SetSlot::new("IMPORTING", Some(owned(node_id)))
    }

    /// It goes to this node (`MIGRATING`).
    pub fn migrating(node_id: impl ToArg) -> Self {
        SetSlot::new("MIGRATING", Some(owned(node_id)))
    }

    /// This node serves it (`NODE`).
    pub fn node(node_id: impl ToArg) -> Self {
        SetSlot::new("NODE", Some(owned(node_id)))
    }

    /// It stays where it is (`STABLE`).
    pub fn stable() -> Self {
        SetSlot::new("STABLE", None)
    }

    /// How long the server waits for its replicas to know it (`TIMEOUT`), in whole milliseconds. Since Valkey 8.0; Redis
    /// does not have it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.arg(self.word).opt(self.node_id);
        match self.timeout {
            Some(timeout) => request.arg("TIMEOUT").milliseconds(timeout),
            None => request,
        }
    }
}

/// How [`cluster_failover_with`](super::ClusterAdminCommands::cluster_failover_with) does without the master.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClusterFailover {
    /// The other masters must agree; the node's own master may be gone (`FORCE`).
    Force,
    /// Nobody is asked (`TAKEOVER`).
    Takeover,
}

impl ClusterFailover {
    pub(super) fn word(self) -> &'static str {
        match self {
            ClusterFailover::Force => "FORCE",
            ClusterFailover::Takeover => "TAKEOVER",
        }
    }
}

/// How much [`cluster_reset`](super::ClusterAdminCommands::cluster_reset) resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClusterReset {
    /// The node's id and epochs as well (`HARD`).
    Hard,
    /// The node keeps its id and epochs (`SOFT`).
    Soft,
}

impl ClusterReset {
    pub(super) fn word(self) -> &'static str {
        match self {
            ClusterReset::Hard => "HARD",
            ClusterReset::Soft => "SOFT",
        }
    }
}

/// What came of [`cluster_bumpepoch`](super::ClusterAdminCommands::cluster_bumpepoch).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BumpedEpoch {
    /// The epoch is new.
    Bumped(u64),
    /// The epoch was the highest one already.
    Still(u64),
}

/// `BUMPED 3` or `STILL 3`.
pub(super) fn bumped(reply: Reply) -> Result<BumpedEpoch, DecodeError> {
    let epoch = |digits: &[u8]| core::str::from_utf8(digits).ok()?.parse().ok();
    let bumped = match reply.root().data() {
        Data::Simple(text) => match text.split_at_checked(7) {
            Some((b"BUMPED ", digits)) => epoch(digits).map(BumpedEpoch::Bumped),
            _ => text.strip_prefix(b"STILL ").and_then(epoch).map(BumpedEpoch::Still),
        },
        _ => None,
    };
    bumped.ok_or_else(|| DecodeError::new("BUMPED or STILL and an epoch", reply.root()))
}
