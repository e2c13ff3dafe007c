//! What the server tells about functions.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use crate::resp::{DecodeError, Fields, FromReply, Milliseconds, ReplyRef, Value};

/// A library, as FUNCTION LIST tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionLibrary {
    /// Its name.
    pub name: String,
    /// What runs it: `LUA`.
    pub engine: String,
    /// Its functions, in no particular order.
    pub functions: Vec<FunctionDescription>,
    /// Its source, if asked for.
    pub code: Option<String>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for FunctionLibrary {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(FunctionLibrary {
            name: fields.take("library_name")?,
            engine: fields.take("engine")?,
            functions: fields.take("functions")?,
            code: fields.optional("library_code")?,
            other: fields.rest(),
        })
    }
}

/// A function of a library.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionDescription {
    /// The name that it is called by.
    pub name: String,
    /// What its author says about it.
    pub description: Option<String>,
    /// Its flags: `no-writes`, `allow-oom`, `allow-stale`, `no-cluster`, `allow-cross-slot-keys`.
    pub flags: BTreeSet<String>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for FunctionDescription {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(FunctionDescription {
            name: fields.take("name")?,
            description: fields.optional("description")?,
            flags: fields.take("flags")?,
            other: fields.rest(),
        })
    }
}

/// What FUNCTION STATS tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionStats {
    /// The function that runs now.
    pub running_script: Option<RunningScript>,
    /// How much there is, by the name of the engine.
    pub engines: BTreeMap<String, FunctionEngine>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for FunctionStats {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(FunctionStats {
            running_script: fields.optional("running_script")?,
            engines: fields.take("engines")?,
            other: fields.rest(),
        })
    }
}

/// A function that runs now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RunningScript {
    /// Its name.
    pub name: String,
    /// The command that it was called by, word by word.
    pub command: Vec<Bytes>,
    /// For how long it has been running, in whole milliseconds.
    pub duration: Duration,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for RunningScript {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let Milliseconds(duration) = fields.take("duration_ms")?;
        Ok(RunningScript {
            name: fields.take("name")?,
            command: fields.take("command")?,
            duration,
            other: fields.rest(),
        })
    }
}

/// How much there is for one engine.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionEngine {
    /// How many libraries.
    pub libraries_count: u64,
    /// How many functions.
    pub functions_count: u64,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for FunctionEngine {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(FunctionEngine {
            libraries_count: fields.take("libraries_count")?,
            functions_count: fields.take("functions_count")?,
            other: fields.rest(),
        })
    }
}
