//! COMMAND INFO: how many arguments a command takes, which of them are keys, and what kind of command it is.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::commands::elements::{Elements, list_of};
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef, Value};

/// What the server knows of a command.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CommandInfo {
    /// Its name, of a subcommand `config|get`.
    pub name: String,
    /// How many words it has, its name included; less than zero is at least so many.
    pub arity: i64,
    /// What kind of command it is: `readonly`, `write`, `blocking`, `movablekeys`, ..
    pub flags: BTreeSet<String>,
    /// Position of the first key; the name has position 0, and 0 is no key.
    pub first_key: i64,
    /// Position of the last key; less than zero counts from the end.
    pub last_key: i64,
    /// Distance from one key to the next.
    pub step: i64,
    /// The ACL categories that it is in, with the sign in front: `@read`. Since Redis 6.0.
    pub acl_categories: BTreeSet<String>,
    /// Hints for clients and proxies: `request_policy:all_shards`, .. Since Redis 7.0.
    pub tips: Vec<String>,
    /// How its keys are found, for those commands as well whose keys stand nowhere in particular. Since Redis 7.0.
    pub key_specs: Vec<KeySpec>,
    /// Its subcommands. Since Redis 7.0.
    pub subcommands: Vec<CommandInfo>,
    /// What else the server says of it, in its order.
    pub other: Vec<Value>,
}

/// How to find some of the keys of a command, and what it does with them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KeySpec {
    /// What the rest does not say.
    pub notes: Option<String>,
    /// What the command does with the keys: `RO`, `RW`, `OW`, `RM`, `access`, `update`, `insert`, `delete`, `not_key`,
    /// `incomplete`, `variable_flags`.
    pub flags: BTreeSet<String>,
    /// Where to begin.
    pub begin_search: BeginSearch,
    /// How to go on from there.
    pub find_keys: FindKeys,
    /// What else the server says, by its names.
    pub other: BTreeMap<String, Value>,
}

/// Where the search for keys begins.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BeginSearch {
    /// At this position; the name has position 0.
    Index(i64),
    /// Behind a word.
    Keyword {
        /// The word, in any case.
        keyword: String,
        /// The first position at which it is looked for; less than zero counts from the end, and looks backwards.
        startfrom: i64,
    },
    /// No rule says where.
    Unknown,
    /// Another rule, by the name that the server gives it.
    Other(String, Value),
}

/// How keys are found from where the search begins.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FindKeys {
    /// They stand in a row.
    Range {
        /// Position of the last one, seen from the first; less than zero counts from the end of the command.
        lastkey: i64,
        /// Distance from one to the next.
        keystep: i64,
        /// With a last key of -1: 0 and 1 are no limit, 2 is half of what follows, 3 a third, ..
        limit: i64,
    },
    /// Their number stands in front of them.
    Keynum {
        /// Position of the number, seen from the beginning.
        keynumidx: i64,
        /// Position of the first key, seen from the beginning.
        firstkey: i64,
        /// Distance from one to the next.
        keystep: i64,
    },
    /// No rule says how.
    Unknown,
    /// Another rule, by the name that the server gives it.
    Other(String, Value),
}

/// Subcommands have none of their own; servers that say otherwise are followed so far.
const DEEPEST: usize = 4;

impl CommandInfo {
    fn decode(reply: ReplyRef<'_>, deepest: usize) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "description of a command")?;
        let subcommands = |list: ReplyRef<'_>| match deepest.checked_sub(1) {
            Some(deepest) => list_of(list, |item| CommandInfo::decode(item, deepest)),
            None if list.items().len() == 0 => Ok(Vec::new()),
            None => Err(DecodeError::new("no more subcommands of subcommands", list)),
        };
        Ok(CommandInfo {
            name: elements.take()?,
            arity: elements.take()?,
            flags: elements.take()?,
            first_key: elements.take()?,
            last_key: elements.take()?,
            step: elements.take()?,
            acl_categories: elements.optional()?.unwrap_or_default(),
            tips: elements.optional()?.unwrap_or_default(),
            key_specs: elements.optional()?.unwrap_or_default(),
            subcommands: elements.optional_by(subcommands)?.unwrap_or_default(),
            other: elements.rest(),
        })
    }
}

impl FromReply for CommandInfo {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        CommandInfo::decode(reply, DEEPEST)
    }
}

impl FromReply for KeySpec {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(KeySpec {
            notes: fields.optional("notes")?,
            flags: fields.take("flags")?,
            begin_search: fields.take("begin_search")?,
            find_keys: fields.take("find_keys")?,
            other: fields.rest(),
        })
    }
}

impl FromReply for BeginSearch {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut rule = Fields::of(reply)?;
        let name: String = rule.take("type")?;
        let rule = match name.as_str() {
            "index" => rule.optional_by("spec", |spec| Ok(BeginSearch::Index(Fields::of(spec)?.take("index")?)))?,
            "keyword" => rule.optional_by("spec", |spec| {
                let mut spec = Fields::of(spec)?;
                Ok(BeginSearch::Keyword {
                    keyword: spec.take("keyword")?,
                    startfrom: spec.take("startfrom")?,
                })
            })?,
            "unknown" => Some(BeginSearch::Unknown),
            _ => Some(BeginSearch::Other(name, rule.optional("spec")?.unwrap_or(Value::Null))),
        };
        rule.ok_or_else(|| DecodeError::new("map with the field spec", reply))
    }
}

impl FromReply for FindKeys {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut rule = Fields::of(reply)?;
        let name: String = rule.take("type")?;
        let rule = match name.as_str() {
            "range" => rule.optional_by("spec", |spec| {
                let mut spec = Fields::of(spec)?;
                Ok(FindKeys::Range {
                    lastkey: spec.take("lastkey")?,
                    keystep: spec.take("keystep")?,
                    limit: spec.take("limit")?,
                })
            })?,
            "keynum" => rule.optional_by("spec", |spec| {
                let mut spec = Fields::of(spec)?;
                Ok(FindKeys::Keynum {
                    keynumidx: spec.take("keynumidx")?,
                    firstkey: spec.take("firstkey")?,
                    keystep: spec.take("keystep")?,
                })
            })?,
            "unknown" => Some(FindKeys::Unknown),
            _ => Some(FindKeys::Other(name, rule.optional("spec")?.unwrap_or(Value::Null))),
        };
        rule.ok_or_else(|| DecodeError::new("map with the field spec", reply))
    }
}
