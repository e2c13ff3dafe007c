//! What the server tells about users.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use crate::Secret;
use crate::commands::ClientInfo;
use crate::resp::{Data, DecodeError, Fields, FromReply, Kind, Milliseconds, Reply, ReplyRef, Value};

/// A user, as ACL GETUSER tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AclUser {
    /// What is set: `on` or `off`, `nopass`, `sanitize-payload` or `skip-sanitize-payload`.
    pub flags: BTreeSet<String>,
    /// SHA-256 digests of the passwords, in hexadecimal digits.
    pub passwords: Vec<Secret>,
    /// The rules on commands, in order: `-@all`, `+get`.
    pub commands: Vec<String>,
    /// The patterns of keys, with their signs: `~cache:*`, `%R~config:*`.
    pub keys: Vec<String>,
    /// The patterns of channels, with their sign: `&news:*`.
    pub channels: Vec<String>,
    /// The databases that the user may use: `alldbs`, `db=0,1`. Since Valkey 9.1.
    pub databases: Option<String>,
    /// Other sets of rules, each of which allows by itself what it allows. Since Redis 7.0.
    pub selectors: Vec<AclSelector>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl AclUser {
    /// Whether the user may log in.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.flags.contains("on")
    }
}

impl FromReply for AclUser {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let passwords: Vec<String> = fields.take("passwords")?;
        Ok(AclUser {
            flags: fields.take("flags")?,
            passwords: passwords.into_iter().map(Secret::new).collect(),
            commands: words(&mut fields, "commands")?,
            keys: words(&mut fields, "keys")?,
            channels: words(&mut fields, "channels")?,
            databases: fields.optional("databases")?,
            selectors: fields.optional("selectors")?.unwrap_or_default(),
            other: fields.rest(),
        })
    }
}

/// A set of rules besides those of the user itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AclSelector {
    /// The rules on commands, in order.
    pub commands: Vec<String>,
    /// The patterns of keys, with their signs.
    pub keys: Vec<String>,
    /// The patterns of channels, with their sign.
    pub channels: Vec<String>,
    /// The databases that may be used. Since Valkey 9.1.
    pub databases: Option<String>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for AclSelector {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(AclSelector {
            commands: words(&mut fields, "commands")?,
            keys: words(&mut fields, "keys")?,
            channels: words(&mut fields, "channels")?,
            databases: fields.optional("databases")?,
            other: fields.rest(),
        })
    }
}

/// Rules come as one text, which has a space between them and none within; before Redis 7.0 some came as a list.
fn words(fields: &mut Fields<'_>, name: &str) -> Result<Vec<String>, DecodeError> {
    let words = fields.optional_by(name, |rules| {
        if rules.kind() == Kind::Array {
            return Vec::from_reply(rules);
        }
        let rules = String::from_reply(rules)?;
        Ok(rules.split_ascii_whitespace().map(String::from).collect())
    })?;
    Ok(words.unwrap_or_default())
}

/// Whether a command would be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AclDryrun {
    /// It would.
    Allowed,
    /// It would not; the server says why.
    Denied(String),
}

impl AclDryrun {
    /// Whether it would be allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        *self == AclDryrun::Allowed
    }
}

pub(super) fn dryrun(reply: Reply) -> Result<AclDryrun, DecodeError> {
    Ok(match reply.root().data() {
        Data::Simple(b"OK") => AclDryrun::Allowed,
        _ => AclDryrun::Denied(lossy(reply.root())?),
    })
}

pub(super) fn password(reply: Reply) -> Result<Secret, DecodeError> {
    String::from_owned(reply).map(Secret::new)
}

/// A refusal, as ACL LOG tells. The same one again within a minute is counted in the same entry.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AclLogEntry {
    /// How often.
    pub count: u64,
    /// What was not allowed: `command`, `key`, `channel`, `database`, or `auth` for a failed login.
    pub reason: String,
    /// Where: `toplevel`, `multi`, `lua`, `module`.
    pub context: String,
    /// The command, key or channel that was not allowed.
    pub object: Bytes,
    /// The user. What is not UTF-8 in it is replaced.
    pub username: String,
    /// How long ago it happened last.
    pub age: Duration,
    /// The client. What is not UTF-8 in it is replaced.
    pub client_info: ClientInfo,
    /// The number of the entry, which no other one has while the server runs. Since Redis 7.2.
    pub entry_id: Option<u64>,
    /// When it happened first, since the Unix epoch, in whole milliseconds. Since Redis 7.2.
    pub timestamp_created: Option<Duration>,
    /// When it happened last, since the Unix epoch, in whole milliseconds. Since Redis 7.2.
    pub timestamp_last_updated: Option<Duration>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for AclLogEntry {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let mut time = |name| Ok(fields.optional(name)?.map(|Milliseconds(time)| time));
        let (timestamp_created, timestamp_last_updated) = (time("timestamp-created")?, time("timestamp-last-updated")?);
        Ok(AclLogEntry {
            count: fields.take("count")?,
            reason: fields.take("reason")?,
            context: fields.take("context")?,
            object: fields.take("object")?,
            username: fields.optional_by("username", lossy)?.unwrap_or_default(),
            age: fields.optional_by("age-seconds", seconds)?.unwrap_or_default(),
            client_info: fields.optional_by("client-info", client_info)?.unwrap_or_default(),
            entry_id: fields.optional("entry-id")?,
            timestamp_created,
            timestamp_last_updated,
            other: fields.rest(),
        })
    }
}

fn lossy(reply: ReplyRef<'_>) -> Result<String, DecodeError> {
    match reply.text() {
        Some(text) => Ok(String::from_utf8_lossy(text).into_owned()),
        None => Err(DecodeError::new("text", reply)),
    }
}

fn client_info(reply: ReplyRef<'_>) -> Result<ClientInfo, DecodeError> {
    ClientInfo::parse(&lossy(reply)?).map_err(|expected| DecodeError::new(expected, reply))
}

fn seconds(reply: ReplyRef<'_>) -> Result<Duration, DecodeError> {
    let seconds = f64::from_reply(reply)?;
    // A clock that was set back makes it negative.
    Duration::try_from_secs_f64(seconds.max(0.0)).map_err(|_| DecodeError::new("seconds", reply))
}
