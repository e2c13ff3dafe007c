//! Replies about keys.

use alloc::boxed::Box;
use core::fmt;
use core::time::Duration;

use crate::resp::{DecodeError, FromReply, Reply, Seconds};

/// What kind of value a key holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// A string: bitmaps, counters and HyperLogLogs are strings as well.
    String,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set; geo indexes are sorted sets as well.
    Zset,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
    /// A vector set. Since Redis 8.0.
    VectorSet,
    /// Another type, by the name that the server or its module gives it.
    Other(Box<str>),
}

impl KeyType {
    /// The name by which the server knows the type.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            KeyType::String => "string",
            KeyType::List => "list",
            KeyType::Set => "set",
            KeyType::Zset => "zset",
            KeyType::Hash => "hash",
            KeyType::Stream => "stream",
            KeyType::VectorSet => "vectorset",
            KeyType::Other(name) => name,
        }
    }
}

impl From<&str> for KeyType {
    fn from(name: &str) -> Self {
        match name {
            "string" => KeyType::String,
            "list" => KeyType::List,
            "set" => KeyType::Set,
            "zset" => KeyType::Zset,
            "hash" => KeyType::Hash,
            "stream" => KeyType::Stream,
            "vectorset" => KeyType::VectorSet,
            name => KeyType::Other(name.into()),
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `none` is what TYPE says of a missing key.
pub(super) fn key_type(reply: Reply) -> Result<Option<KeyType>, DecodeError> {
    let name = Box::<str>::from_reply(reply.root())?;
    Ok(match &*name {
        "none" => None,
        name => Some(name.into()),
    })
}

pub(super) fn idle_time(reply: Reply) -> Result<Option<Duration>, DecodeError> {
    Ok(Option::<Seconds>::from_owned(reply)?.map(|Seconds(idle)| idle))
}
