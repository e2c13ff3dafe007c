//! CLUSTER LINKS.

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::time::Duration;

use crate::resp::{DecodeError, Fields, FromReply, Milliseconds, ReplyRef, Value};

/// A connection of the node to another one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterLink {
    /// Who made it.
    pub direction: LinkDirection,
    /// The id of the other node.
    pub node: String,
    /// When it was made, since the Unix epoch, in whole milliseconds.
    pub create_time: Duration,
    /// What the node waits for on it: `r` to read, `w` to write.
    pub events: String,
    /// How many bytes are set aside for what is to be sent.
    pub send_buffer_allocated: u64,
    /// How many of them are in use.
    pub send_buffer_used: u64,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for ClusterLink {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let Milliseconds(create_time) = fields.take("create-time")?;
        Ok(ClusterLink {
            direction: fields.take("direction")?,
            node: fields.take("node")?,
            create_time,
            events: fields.take("events")?,
            send_buffer_allocated: fields.take("send-buffer-allocated")?,
            send_buffer_used: fields.take("send-buffer-used")?,
            other: fields.rest(),
        })
    }
}

/// Who made a connection between nodes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkDirection {
    /// The node that was asked (`to`).
    To,
    /// The other one (`from`).
    From,
    /// Something else, by the word of the server.
    Other(String),
}

impl FromReply for LinkDirection {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        Ok(match reply.text() {
            Some(b"to") => LinkDirection::To,
            Some(b"from") => LinkDirection::From,
            _ => LinkDirection::Other(String::from_reply(reply)?),
        })
    }
}
