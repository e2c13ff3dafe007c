//! CLUSTER NODES and CLUSTER INFO: text.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::slots::range;
use crate::resp::{DecodeError, FromReply, Reply, ReplyRef};

/// A node, as another one sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterNode {
    /// Its id.
    pub id: String,
    /// Its address; empty if it is not known.
    pub ip: String,
    /// Its port; 0 if it is not known.
    pub port: u16,
    /// The port of its bus. Since Redis 4.0.
    pub bus_port: Option<u16>,
    /// Its name, if it was given one. Since Redis 7.0.
    pub hostname: Option<String>,
    /// What else the server tells of its address, `name=value`. Since Redis 7.2.
    pub auxiliary: Vec<String>,
    /// What it is: `myself`, `master`, `slave`, `fail?`, `fail`, `handshake`, `noaddr`, `nofailover`.
    pub flags: BTreeSet<String>,
    /// The id of its master, if it is a replica and has one.
    pub master_id: Option<String>,
    /// When it was sent a ping that it has not answered, since the Unix epoch, in whole milliseconds.
    pub ping_sent: Option<Duration>,
    /// When it last answered one, since the Unix epoch, in whole milliseconds.
    pub pong_received: Option<Duration>,
    /// Its epoch, or that of its master.
    pub config_epoch: u64,
    /// Whether the two nodes are connected.
    pub connected: bool,
    /// The slots that it serves.
    pub slots: Vec<RangeInclusive<u16>>,
    /// Slots that go from it to other nodes; only told of the node itself.
    pub migrating: Vec<MovingSlot>,
    /// Slots that come to it from other nodes; only told of the node itself.
    pub importing: Vec<MovingSlot>,
}

/// A slot on its way between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovingSlot {
    /// The slot.
    pub slot: u16,
    /// The id of the other node.
    pub node_id: String,
}

impl ClusterNode {
    /// Whether it is the one that was asked.
    #[must_use]
    pub fn is_myself(&self) -> bool {
        self.flags.contains("myself")
    }

    /// Whether it takes writes.
    #[must_use]
    pub fn is_master(&self) -> bool {
        self.flags.contains("master")
    }

    /// Whether it follows a master.
    #[must_use]
    pub fn is_replica(&self) -> bool {
        self.flags.contains("slave")
    }

    /// Whether it is thought to have failed, by the node that was asked or by the cluster.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.flags.contains("fail") || self.flags.contains("fail?")
    }

    /// Takes a line of CLUSTER NODES apart.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let id = words.next()?.to_string();
        let mut address = words.next()?.split(',');
        let host = address.next()?;
        let (host, bus_port) = match host.split_once('@') {
            Some((host, bus_port)) => (host, Some(bus_port.parse().ok()?)),
            None => (host, None),
        };
        // The last colon: an IPv6 address has some of its own.
        let (ip, port) = host.rsplit_once(':')?;
        let hostname = address.next().filter(|name| !name.is_empty()).map(String::from);
        let flags = words.next()?.split(',').filter(|flag| *flag != "noflags");
        let mut node = ClusterNode {
            id,
            ip: ip.into(),
            port: port.parse().ok()?,
            bus_port,
            hostname,
            auxiliary: address.map(String::from).collect(),
            flags: flags.map(String::from).collect(),
            master_id: words.next().filter(|id| *id != "-").map(String::from),
            ping_sent: time(words.next()?)?,
            pong_received: time(words.next()?)?,
            config_epoch: words.next()?.parse().ok()?,
            connected: words.next()? == "connected",
            slots: Vec::new(),
            migrating: Vec::new(),
            importing: Vec::new(),
        };
        for word in words {
            node.add_slots(word)?;
        }
        Some(node)
    }

    /// `7`, `0-100`, `[7->-id]` for one that leaves or `[7-<-id]` for one that comes.
    fn add_slots(&mut self, word: &str) -> Option<()> {
        let Some(moving) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) else {
            self.slots.push(range(word)?);
            return Some(());
        };
        let (list, slot, node_id) = match (moving.split_once("->-"), moving.split_once("-<-")) {
            (Some((slot, id)), _) => (&mut self.migrating, slot, id),
            (None, Some((slot, id))) => (&mut self.importing, slot, id),
            (None, None) => return None,
        };
        list.push(MovingSlot {
            slot: slot.parse().ok()?,
            node_id: node_id.into(),
        });
        Some(())
    }
}

/// Milliseconds since the Unix epoch; 0 is never.
fn time(word: &str) -> Option<Option<Duration>> {
    let milliseconds = word.parse().ok()?;
    Some((milliseconds > 0).then(|| Duration::from_millis(milliseconds)))
}

impl FromReply for ClusterNode {
    /// One line of CLUSTER NODES.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let line = String::from_reply(reply)?;
        ClusterNode::parse(&line).ok_or_else(|| DecodeError::new("description of a node", reply))
    }
}

/// One node in each line.
pub(super) fn nodes(reply: Reply) -> Result<Vec<ClusterNode>, DecodeError> {
    let text = String::from_reply(reply.root())?;
    text.lines()
        .filter(|line| !line.is_empty())
        .enumerate()
        .map(|(index, line)| {
            let malformed = || DecodeError::new("description of a node in each line", reply.root()).at(index);
            ClusterNode::parse(line).ok_or_else(malformed)
        })
        .collect()
}

/// What a node thinks of the state of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterInfo {
    /// `ok` if the node serves queries, `fail` if it does not.
    pub state: String,
    /// How many slots are served by some node.
    pub slots_assigned: u16,
    /// How many of them by one that is well.
    pub slots_ok: u16,
    /// How many of them by one that this node thinks has failed.
    pub slots_pfail: u16,
    /// How many of them by one that the cluster thinks has failed.
    pub slots_fail: u16,
    /// How many nodes it knows.
    pub known_nodes: u64,
    /// How many masters serve slots.
    pub size: u64,
    /// The highest epoch that it knows.
    pub current_epoch: u64,
    /// Its own epoch.
    pub my_epoch: u64,
    /// All the rest, by the server's names.
    pub other: BTreeMap<String, String>,
}

impl ClusterInfo {
    /// Whether the node serves queries.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.state == "ok"
    }
}

impl FromReply for ClusterInfo {
    /// Names and values with a colon between them, one pair in each line.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let text = String::from_reply(reply)?;
        let pairs = text.lines().filter_map(|line| line.trim_end().split_once(':'));
        let mut other: BTreeMap<String, String> = pairs.map(|(name, value)| (name.into(), value.into())).collect();
        let missing = |name: &str| DecodeError::new(alloc::format!("text with {name}"), reply);
        let state = other.remove("cluster_state").ok_or_else(|| missing("cluster_state"))?;
        let mut number = |name: &str| {
            let value = other.remove(name).and_then(|value| value.parse::<u64>().ok());
            value.ok_or_else(|| missing(name))
        };
        let slots = |count: u64| u16::try_from(count).map_err(|_| missing("numbers of slots"));
        Ok(ClusterInfo {
            state,
            slots_assigned: slots(number("cluster_slots_assigned")?)?,
            slots_ok: slots(number("cluster_slots_ok")?)?,
            slots_pfail: slots(number("cluster_slots_pfail")?)?,
            slots_fail: slots(number("cluster_slots_fail")?)?,
            known_nodes: number("cluster_known_nodes")?,
            size: number("cluster_size")?,
            current_epoch: number("cluster_current_epoch")?,
            my_epoch: number("cluster_my_epoch")?,
            other,
        })
    }
}
