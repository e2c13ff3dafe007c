//! Replies of the commands on the server.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::commands::elements::Elements;
use crate::resp::{Data, DecodeError, FromReply, Reply, ReplyRef, Seconds};

/// What became of a job that runs in the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BackgroundJob {
    /// It runs.
    Started,
    /// It runs once another one is done.
    Scheduled,
}

impl FromReply for BackgroundJob {
    /// The server says it in a sentence: `Background saving started`.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let text = match reply.data() {
            Data::Simple(text) | Data::Bulk(text) => text,
            _ => return Err(DecodeError::new("status of a background job", reply)),
        };
        Ok(if text.ends_with(b"scheduled") {
            BackgroundJob::Scheduled
        } else {
            BackgroundJob::Started
        })
    }
}

/// What a server is to others, as [`role`](super::ServerCommands::role) replies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// It takes writes.
    Master {
        /// How far its stream of writes is, in bytes.
        offset: u64,
        /// The replicas that are connected.
        replicas: Vec<RoleReplica>,
    },
    /// It follows a master.
    Replica {
        /// The master's address.
        host: String,
        /// The master's port.
        port: u16,
        /// How far the two have come.
        link: ReplicationLink,
        /// How much of the master's stream it has, in bytes. `None` before the first synchronization.
        offset: Option<u64>,
    },
    /// It is a sentinel.
    Sentinel {
        /// The names of the masters that it watches.
        masters: Vec<String>,
    },
}

/// A replica, as its master sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleReplica {
    /// Its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How much of the stream it said it has, in bytes.
    pub offset: u64,
}

/// How far a replica and its master have come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplicationLink {
    /// There is no connection yet (`connect`).
    Connect,
    /// A connection is being made (`connecting`).
    Connecting,
    /// They say hello to each other (`handshake`). Since Redis 6.2.
    Handshake,
    /// The first synchronization is under way (`sync`).
    Sync,
    /// The replica follows the stream of writes (`connected`).
    Connected,
    /// Another state, by the name that the server gives it.
    Other(String),
}

impl FromReply for ReplicationLink {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        Ok(match reply.text() {
            Some(b"connect") => ReplicationLink::Connect,
            Some(b"connecting") => ReplicationLink::Connecting,
            Some(b"handshake") => ReplicationLink::Handshake,
            Some(b"sync") => ReplicationLink::Sync,
            Some(b"connected") => ReplicationLink::Connected,
            _ => ReplicationLink::Other(String::from_reply(reply)?),
        })
    }
}

impl FromReply for RoleReplica {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "address, port and offset of a replica")?;
        Ok(RoleReplica {
            host: elements.take()?,
            port: elements.take()?,
            offset: elements.take()?,
        })
    }
}

impl FromReply for Role {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "role of a server")?;
        let role: String = elements.take()?;
        match role.as_str() {
            "master" => Ok(Role::Master {
                offset: elements.take()?,
                replicas: elements.take()?,
            }),
            "slave" | "replica" => Ok(Role::Replica {
                host: elements.take()?,
                port: elements.take()?,
                link: elements.take()?,
                offset: elements.take::<i64>().map(|offset| u64::try_from(offset).ok())?,
            }),
            "sentinel" => Ok(Role::Sentinel {
                masters: elements.take()?,
            }),
            _ => Err(DecodeError::new("role of a server", reply)),
        }
    }
}

/// How a value is kept, as [`debug_object`](super::ServerCommands::debug_object) replies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DebugObject {
    /// Where it is in the memory of the server.
    pub at: String,
    /// How many references to it there are.
    pub refcount: u64,
    /// The way it is kept (`listpack`, `intset`, ..).
    pub encoding: String,
    /// How many bytes it takes in a snapshot.
    pub serializedlength: u64,
    /// When it was last used, on the clock of the server's LRU.
    pub lru: u64,
    /// For how long it was not used, in whole seconds.
    pub idle: Duration,
    /// What else the server says of it.
    pub other: BTreeMap<String, String>,
}

impl FromReply for DebugObject {
    /// `Value at:0x7f0 refcount:1 encoding:raw serializedlength:4 lru:1 lru_seconds_idle:0`
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let text = String::from_reply(reply)?;
        let mut words: BTreeMap<String, String> = text
            .split(' ')
            .filter_map(|word| word.split_once(':'))
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let mut take = |name: &str| {
            let missing = || DecodeError::new(alloc::format!("{name} of a value"), reply);
            words.remove(name).ok_or_else(missing)
        };
        let number = |name: &str, text: String| {
            let malformed = |_| DecodeError::new(alloc::format!("number in {name} of a value"), reply);
            text.parse::<u64>().map_err(malformed)
        };
        Ok(DebugObject {
            at: take("at")?,
            refcount: number("refcount", take("refcount")?)?,
            encoding: take("encoding")?,
            serializedlength: number("serializedlength", take("serializedlength")?)?,
            lru: number("lru", take("lru")?)?,
            idle: Duration::from_secs(number("lru_seconds_idle", take("lru_seconds_idle")?)?),
            other: words,
        })
    }
}

/// Seconds and microseconds.
pub(super) fn time(reply: Reply) -> Result<Duration, DecodeError> {
    let (seconds, micros): (u64, u64) = FromReply::from_owned(reply)?;
    Ok(Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros)))
}

/// Zero is never.
pub(super) fn last_save(reply: Reply) -> Result<Option<Duration>, DecodeError> {
    let at = Option::<Seconds>::from_owned(reply)?;
    Ok(at.map(|Seconds(at)| at).filter(|at| !at.is_zero()))
}

/// OK, and perhaps something more: `OK Already connected to specified master`.
pub(super) fn ok_and_more(reply: Reply) -> Result<bool, DecodeError> {
    match reply.root().data() {
        Data::Simple(text) if text == b"OK" || text.starts_with(b"OK ") => Ok(true),
        _ => bool::from_owned(reply),
    }
}

/// Any sentence.
pub(super) fn cancelled(reply: Reply) -> Result<bool, DecodeError> {
    BackgroundJob::from_owned(reply).map(|_| true)
}

/// The end of the connection is the answer to SHUTDOWN, and stands here as no value.
pub(super) fn end_of_connection(reply: Reply) -> Result<(), DecodeError> {
    if reply.root().is_null() {
        Ok(())
    } else {
        Err(DecodeError::new(
            "the end of the connection (the server did not shut down)",
            reply.root(),
        ))
    }
}
