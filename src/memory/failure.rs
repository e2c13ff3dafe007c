//! Error replies, worded as Redis words them.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

/// What a handler says instead of a reply. Written to the client as `-text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The whole line without the leading `-`, code first (`ERR syntax error`).
    Text(Cow<'static, str>),
    /// Wrong number of arguments; the dispatcher knows the command's name.
    Arity,
}

impl Failure {
    pub(crate) const SYNTAX: Failure = Failure::fixed("ERR syntax error");
    pub(crate) const WRONG_TYPE: Failure =
        Failure::fixed("WRONGTYPE Operation against a key holding the wrong kind of value");
    pub(crate) const NOT_AN_INTEGER: Failure = Failure::fixed("ERR value is not an integer or out of range");
    pub(crate) const NOT_A_FLOAT: Failure = Failure::fixed("ERR value is not a valid float");
    pub(crate) const OUT_OF_RANGE: Failure = Failure::fixed("ERR value is out of range");
    pub(crate) const NOT_POSITIVE: Failure = Failure::fixed("ERR value is out of range, must be positive");
    pub(crate) const INDEX_OUT_OF_RANGE: Failure = Failure::fixed("ERR index out of range");
    pub(crate) const NO_SUCH_KEY: Failure = Failure::fixed("ERR no such key");
    pub(crate) const OVERFLOW: Failure = Failure::fixed("ERR increment or decrement would overflow");
    pub(crate) const NAN_OR_INFINITY: Failure = Failure::fixed("ERR increment would produce NaN or Infinity");
    pub(crate) const BUSY_KEY: Failure = Failure::fixed("BUSYKEY Target key name already exists.");
    pub(crate) const NO_AUTH: Failure = Failure::fixed("NOAUTH Authentication required.");
    pub(crate) const WRONG_PASS: Failure =
        Failure::fixed("WRONGPASS invalid username-password pair or user is disabled.");
    pub(crate) const INVALID_CURSOR: Failure = Failure::fixed("ERR invalid cursor");
    pub(crate) const DB_OUT_OF_RANGE: Failure = Failure::fixed("ERR DB index is out of range");

    pub(crate) const fn fixed(line: &'static str) -> Self {
        Failure::Text(Cow::Borrowed(line))
    }

    /// A line made on the spot, code included. Line breaks a client smuggled in become spaces.
    pub(crate) fn text(line: String) -> Self {
        let broken = line.contains(['\r', '\n']);
        Failure::Text(Cow::Owned(if broken { line.replace(['\r', '\n'], " ") } else { line }))
    }

    /// The error line, given the lower-case full name of the command (`get`, `client|setname`).
    pub(crate) fn line(&self, command: &str) -> Cow<'static, str> {
        match self {
            Failure::Text(line) => line.clone(),
            Failure::Arity => Cow::Owned(format!("ERR wrong number of arguments for '{command}' command")),
        }
    }
}

/// Bytes a client sent, for use in an error message.
pub(crate) fn quoted(bytes: &[u8], limit: usize) -> String {
    String::from_utf8_lossy(bytes.get(..limit).unwrap_or(bytes)).into_owned()
}
