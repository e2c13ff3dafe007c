//! COMMAND DOCS: what a command is for, and its arguments.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::commands::elements::list_of;
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef, Value};

/// The documentation of a command.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CommandDocs {
    /// What it does, in a sentence.
    pub summary: String,
    /// The version of the server that had it first.
    pub since: Option<String>,
    /// The family that it belongs to: `string`, `server`, ..
    pub group: Option<String>,
    /// How its time depends on what it is given.
    pub complexity: Option<String>,
    /// The module that it comes from, if it is none of the server's own.
    pub module: Option<String>,
    /// `deprecated`, `syscmd`.
    pub doc_flags: BTreeSet<String>,
    /// The version that advised against it first.
    pub deprecated_since: Option<String>,
    /// What to use instead.
    pub replaced_by: Option<String>,
    /// What became different in which version: the version and the difference.
    pub history: Vec<(String, String)>,
    /// Its arguments.
    pub arguments: Vec<CommandArgument>,
    /// The documentation of its subcommands, by names such as `config|get`.
    pub subcommands: BTreeMap<String, CommandDocs>,
    /// What else the server says of it, by its names.
    pub other: BTreeMap<String, Value>,
}

/// An argument of a command, or several that belong together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CommandArgument {
    /// Its name.
    pub name: String,
    /// What kind of value it is.
    pub argument_type: ArgumentType,
    /// How to show it, if not by its name.
    pub display_text: Option<String>,
    /// Which of the command's [key specifications](super::CommandInfo::key_specs) it belongs to.
    pub key_spec_index: Option<u64>,
    /// The word that stands in front of it, or is all of it.
    pub token: Option<String>,
    /// What it does, in a sentence.
    pub summary: Option<String>,
    /// The version of the server that had it first, if that is not the command's own.
    pub since: Option<String>,
    /// The version that advised against it first.
    pub deprecated_since: Option<String>,
    /// `optional`, `multiple`, `multiple_token`.
    pub flags: BTreeSet<String>,
    /// What it is made of, if it is [`ArgumentType::Oneof`] or [`ArgumentType::Block`].
    pub arguments: Vec<CommandArgument>,
    /// What else the server says of it, by its names.
    pub other: BTreeMap<String, Value>,
}

impl CommandArgument {
    /// Whether it may be left out.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.flags.contains("optional")
    }

    /// Whether it may be given several times.
    #[must_use]
    pub fn is_multiple(&self) -> bool {
        self.flags.contains("multiple")
    }
}

/// What kind of value an argument is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ArgumentType {
    /// A string of bytes.
    String,
    /// An integer.
    Integer,
    /// A number with a fraction.
    Double,
    /// A key.
    Key,
    /// A glob pattern.
    Pattern,
    /// Seconds or milliseconds since the Unix epoch.
    UnixTime,
    /// A word that stands for itself.
    PureToken,
    /// One of several arguments.
    Oneof,
    /// Several arguments in order.
    Block,
    /// Another kind, by the name that the server gives it.
    Other(String),
}

impl FromReply for ArgumentType {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        Ok(match reply.text() {
            Some(b"string") => ArgumentType::String,
            Some(b"integer") => ArgumentType::Integer,
            Some(b"double") => ArgumentType::Double,
            Some(b"key") => ArgumentType::Key,
            Some(b"pattern") => ArgumentType::Pattern,
            Some(b"unix-time") => ArgumentType::UnixTime,
            Some(b"pure-token") => ArgumentType::PureToken,
            Some(b"oneof") => ArgumentType::Oneof,
            Some(b"block") => ArgumentType::Block,
            _ => ArgumentType::Other(String::from_reply(reply)?),
        })
    }
}

/// Real arguments nest less than half as deep.
const DEEPEST: usize = 16;

/// What one level further down may nest.
fn below(deepest: usize, reply: ReplyRef<'_>) -> Result<usize, DecodeError> {
    let below = deepest.checked_sub(1);
    below.ok_or_else(|| DecodeError::new("documentation that nests less", reply))
}

impl CommandArgument {
    fn decode(reply: ReplyRef<'_>, deepest: usize) -> Result<Self, DecodeError> {
        let deepest = below(deepest, reply)?;
        let arguments = |list: ReplyRef<'_>| list_of(list, |item| CommandArgument::decode(item, deepest));
        let mut fields = Fields::of(reply)?;
        Ok(CommandArgument {
            name: fields.take("name")?,
            argument_type: fields.take("type")?,
            display_text: fields.optional("display_text")?,
            key_spec_index: fields.optional("key_spec_index")?,
            token: fields.optional("token")?,
            summary: fields.optional("summary")?,
            since: fields.optional("since")?,
            deprecated_since: fields.optional("deprecated_since")?,
            flags: fields.optional("flags")?.unwrap_or_default(),
            arguments: fields.optional_by("arguments", arguments)?.unwrap_or_default(),
            other: fields.rest(),
        })
    }
}

impl CommandDocs {
    fn decode(reply: ReplyRef<'_>, deepest: usize) -> Result<Self, DecodeError> {
        let deepest = below(deepest, reply)?;
        let arguments = |list: ReplyRef<'_>| list_of(list, |item| CommandArgument::decode(item, DEEPEST));
        let subcommands = |map: ReplyRef<'_>| {
            let mut docs = BTreeMap::new();
            let mut items = map.items().enumerate();
            while let (Some((_, name)), Some((index, item))) = (items.next(), items.next()) {
                let name = String::from_reply(name).map_err(|error| error.at(index - 1))?;
                let item = CommandDocs::decode(item, deepest).map_err(|error| error.at(index))?;
                docs.insert(name, item);
            }
            Ok(docs)
        };
        let mut fields = Fields::of(reply)?;
        Ok(CommandDocs {
            summary: fields.optional("summary")?.unwrap_or_default(),
            since: fields.optional("since")?,
            group: fields.optional("group")?,
            complexity: fields.optional("complexity")?,
            module: fields.optional("module")?,
            doc_flags: fields.optional("doc_flags")?.unwrap_or_default(),
            deprecated_since: fields.optional("deprecated_since")?,
            replaced_by: fields.optional("replaced_by")?,
            history: fields.optional("history")?.unwrap_or_default(),
            arguments: fields.optional_by("arguments", arguments)?.unwrap_or_default(),
            subcommands: fields.optional_by("subcommands", subcommands)?.unwrap_or_default(),
            other: fields.rest(),
        })
    }
}

impl FromReply for CommandDocs {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        CommandDocs::decode(reply, DEEPEST)
    }
}
