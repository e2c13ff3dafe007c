//! CLUSTER SHARDS and CLUSTER SLOTS.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use crate::commands::elements::Elements;
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef, Value};

/// A shard: nodes that serve the same slots.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterShard {
    /// The id of the shard. Since Valkey 9.0.
    pub id: Option<String>,
    /// The slots that it serves.
    pub slots: Vec<RangeInclusive<u16>>,
    /// Its master and replicas.
    pub nodes: Vec<ClusterShardNode>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for ClusterShard {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let slots: Vec<(u16, u16)> = fields.take("slots")?;
        Ok(ClusterShard {
            id: fields.optional("id")?,
            slots: slots.into_iter().map(|(first, last)| first..=last).collect(),
            nodes: fields.take("nodes")?,
            other: fields.rest(),
        })
    }
}

/// A node of a shard.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterShardNode {
    /// Its id.
    pub id: String,
    /// Where clients are to find it: an address or a name, as the server is set; `None` if that is where they have asked.
    pub endpoint: Option<String>,
    /// Its address.
    pub ip: String,
    /// Its name, if it was given one.
    pub hostname: Option<String>,
    /// Its port, if it has one without TLS.
    pub port: Option<u16>,
    /// Its port for TLS.
    pub tls_port: Option<u16>,
    /// Master or replica.
    pub role: ClusterRole,
    /// How much of the stream of writes it has, in bytes.
    pub replication_offset: i64,
    /// How it is: `online`, `loading`, `fail`.
    pub health: String,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for ClusterShardNode {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(ClusterShardNode {
            id: fields.take("id")?,
            endpoint: fields.optional_by("endpoint", known)?.flatten(),
            ip: fields.take("ip")?,
            hostname: fields.optional_by("hostname", known)?.flatten(),
            port: fields.optional("port")?,
            tls_port: fields.optional("tls-port")?,
            role: fields.take("role")?,
            replication_offset: fields.take("replication-offset")?,
            health: fields.take("health")?,
            other: fields.rest(),
        })
    }
}

/// Empty is not known.
fn known(reply: ReplyRef<'_>) -> Result<Option<String>, DecodeError> {
    Option::<String>::from_reply(reply).map(|text| text.filter(|text| !text.is_empty()))
}

/// What a node is to its shard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClusterRole {
    /// It takes writes.
    Master,
    /// It follows the master.
    Replica,
    /// Something else, by the word of the server.
    Other(String),
}

impl FromReply for ClusterRole {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        Ok(match reply.text() {
            Some(b"master" | b"primary") => ClusterRole::Master,
            Some(b"replica" | b"slave") => ClusterRole::Replica,
            _ => ClusterRole::Other(String::from_reply(reply)?),
        })
    }
}

/// A range of slots and who serves it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterSlots {
    /// The slots.
    pub slots: RangeInclusive<u16>,
    /// The node that takes writes.
    pub master: ClusterEndpoint,
    /// Those that follow it.
    pub replicas: Vec<ClusterEndpoint>,
}

impl FromReply for ClusterSlots {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "two slots and nodes")?;
        let (first, last) = (elements.take()?, elements.take()?);
        let master = elements.take()?;
        let mut replicas = Vec::new();
        while let Some(replica) = elements.optional()? {
            replicas.push(replica);
        }
        Ok(ClusterSlots {
            slots: first..=last,
            master,
            replicas,
        })
    }
}

/// Where a node is to be found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterEndpoint {
    /// An address or a name, as the server is set; `None` if that is where one has asked, `?` if the node was to have a name
    /// and has none.
    pub host: Option<String>,
    /// The port.
    pub port: u16,
    /// The id of the node. Since Redis 4.0.
    pub id: Option<String>,
    /// What else the server tells: `ip`, `hostname`. Since Redis 7.0.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for ClusterEndpoint {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "host and port of a node")?;
        Ok(ClusterEndpoint {
            host: elements.take_by(known)?,
            port: elements.take()?,
            id: elements.optional()?,
            other: elements.optional_by(Fields::of)?.map(Fields::rest).unwrap_or_default(),
        })
    }
}
