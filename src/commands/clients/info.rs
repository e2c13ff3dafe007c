//! Connections as the server describes them: lines of `name=value`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::str::FromStr;
use core::time::Duration;

use crate::resp::{DecodeError, FromReply, Reply, ReplyRef};

/// What the server knows of one connection.
///
/// Texts are empty and numbers are `None` where the server does not say; sizes are in bytes. Fields of newer servers that
/// have no place of their own are in `other`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientInfo {
    /// The number that the server gave it.
    pub id: u64,
    /// Where it comes from: address and port, or the path of a Unix socket and 0.
    pub addr: String,
    /// Where it goes to: address and port of the server. Since Redis 6.2.
    pub laddr: String,
    /// The file descriptor of its socket in the server; -1 if it has none.
    pub fd: Option<i64>,
    /// Its name, if it was given one.
    pub name: String,
    /// For how long it has existed, in whole seconds.
    pub age: Duration,
    /// For how long it has sent nothing, in whole seconds.
    pub idle: Duration,
    /// What it is and does, one letter each: `N` nothing special, `S` a replica, `M` the master, `P` has subscriptions,
    /// `O` runs MONITOR, `x` is in a transaction, `d` watches a key that was changed, `b` is blocked, `t` has tracking on,
    /// `c` and `A` are about to be closed, `U` comes over a Unix socket, `e` is not dropped for want of memory, `T` touches
    /// no keys, ..
    pub flags: String,
    /// The database that it uses.
    pub db: Option<u32>,
    /// How many channels it is subscribed to.
    pub sub: Option<u64>,
    /// How many patterns it is subscribed to.
    pub psub: Option<u64>,
    /// How many shard channels it is subscribed to. Since Redis 7.0.3.
    pub ssub: Option<u64>,
    /// How many commands its transaction has; `None` if it is in none.
    pub multi: Option<u64>,
    /// How many keys it watches. Since Redis 7.4, Valkey 8.0.
    pub watch: Option<u64>,
    /// How much of its requests waits to be run.
    pub qbuf: Option<u64>,
    /// How much room for requests is left.
    pub qbuf_free: Option<u64>,
    /// What the arguments of its present command take. Since Redis 6.2.
    pub argv_mem: Option<u64>,
    /// What its transaction takes. Since Redis 7.0.
    pub multi_mem: Option<u64>,
    /// The room for replies. Since Redis 7.0.
    pub rbs: Option<u64>,
    /// The most that was lately used of it. Since Redis 7.0.
    pub rbp: Option<u64>,
    /// How much of it is used.
    pub obl: Option<u64>,
    /// How many replies wait beyond that.
    pub oll: Option<u64>,
    /// What those take.
    pub omem: Option<u64>,
    /// What it takes in all. Since Redis 6.2.
    pub tot_mem: Option<u64>,
    /// What its socket is watched for: `r` to be read, `w` to be written.
    pub events: String,
    /// Its last command, as `client|list`; `None` if it has not sent any.
    pub cmd: Option<String>,
    /// Who it is logged in as. Since Redis 6.0.
    pub user: String,
    /// Which connection is told when the keys that it reads change. Since Redis 6.2.
    pub redir: Option<TrackingRedirect>,
    /// The version of RESP that it speaks. Since Redis 7.0.
    pub resp: Option<u8>,
    /// The library that uses it. Since Redis 7.2.
    pub lib_name: String,
    /// The version of that library. Since Redis 7.2.
    pub lib_ver: String,
    /// The number of the server's I/O thread that serves it. Since Redis 8.0.
    pub io_thread: Option<u64>,
    /// How much it has sent in all. Since Redis 8.0, Valkey 8.0.
    pub tot_net_in: Option<u64>,
    /// How much it was sent in all. Since Redis 8.0, Valkey 8.0.
    pub tot_net_out: Option<u64>,
    /// How many commands it has sent in all. Since Redis 8.0, Valkey 8.0.
    pub tot_cmds: Option<u64>,
    /// What it can do, one letter each. Since Valkey 8.1.
    pub capa: String,
    /// What else the server says of it.
    pub other: BTreeMap<String, String>,
}

/// Which connection is told when the keys that another one reads change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrackingRedirect {
    /// None: nothing is tracked.
    Off,
    /// The one that reads.
    Itself,
    /// The one with this number.
    To(u64),
}

impl From<i64> for TrackingRedirect {
    fn from(number: i64) -> Self {
        match u64::try_from(number) {
            Err(_) => TrackingRedirect::Off,
            Ok(0) => TrackingRedirect::Itself,
            Ok(id) => TrackingRedirect::To(id),
        }
    }
}

impl FromReply for TrackingRedirect {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        i64::from_reply(reply).map(TrackingRedirect::from)
    }
}

impl FromReply for ClientInfo {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let text = String::from_reply(reply)?;
        ClientInfo::parse(text.trim_end_matches(['\r', '\n'])).map_err(|expected| DecodeError::new(expected, reply))
    }
}

/// One connection in each line.
pub(super) fn list(reply: Reply) -> Result<Vec<ClientInfo>, DecodeError> {
    let text = String::from_reply(reply.root())?;
    text.lines()
        .filter(|line| !line.is_empty())
        .enumerate()
        .map(|(index, line)| {
            let malformed = |expected| DecodeError::new(expected, reply.root()).at(index);
            ClientInfo::parse(line).map_err(malformed)
        })
        .collect()
}

/// The names and values of a line. A word without a name belongs to the value before it: the path of a Unix socket may
/// have blanks.
fn fields(line: &str) -> Vec<(&str, String)> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for word in line.split(' ') {
        match (word.split_once('='), fields.last_mut()) {
            (Some((name, value)), _) => fields.push((name, value.into())),
            (None, Some((_, value))) => {
                value.push(' ');
                value.push_str(word);
            }
            (None, None) => {}
        }
    }
    fields
}

/// The value as a number, or what was expected instead.
fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    let malformed = |_| alloc::format!("description of a client with a number in {name}");
    value.parse().map_err(malformed)
}

/// Less than zero is none.
fn count(name: &str, value: &str) -> Result<Option<u64>, String> {
    number::<i64>(name, value).map(|count| u64::try_from(count).ok())
}

impl ClientInfo {
    /// Takes a line apart, or says what was expected.
    pub(in crate::commands) fn parse(line: &str) -> Result<Self, String> {
        let mut info = ClientInfo::default();
        let mut id = None;
        for (name, value) in fields(line) {
            match name {
                "id" => id = Some(number(name, &value)?),
                "addr" => info.addr = value,
                "laddr" => info.laddr = value,
                "fd" => info.fd = Some(number(name, &value)?),
                "name" => info.name = value,
                "age" => info.age = Duration::from_secs(number(name, &value)?),
                "idle" => info.idle = Duration::from_secs(number(name, &value)?),
                "flags" => info.flags = value,
                "db" => info.db = Some(number(name, &value)?),
                "sub" => info.sub = count(name, &value)?,
                "psub" => info.psub = count(name, &value)?,
                "ssub" => info.ssub = count(name, &value)?,
                "multi" => info.multi = count(name, &value)?,
                "watch" => info.watch = count(name, &value)?,
                "qbuf" => info.qbuf = count(name, &value)?,
                "qbuf-free" => info.qbuf_free = count(name, &value)?,
                "argv-mem" => info.argv_mem = count(name, &value)?,
                "multi-mem" => info.multi_mem = count(name, &value)?,
                "rbs" => info.rbs = count(name, &value)?,
                "rbp" => info.rbp = count(name, &value)?,
                "obl" => info.obl = count(name, &value)?,
                "oll" => info.oll = count(name, &value)?,
                "omem" => info.omem = count(name, &value)?,
                "tot-mem" => info.tot_mem = count(name, &value)?,
                "events" => info.events = value,
                "cmd" => info.cmd = Some(value).filter(|cmd| cmd != "NULL"),
                "user" => info.user = value,
                "redir" => info.redir = Some(number::<i64>(name, &value)?.into()),
                "resp" => info.resp = Some(number(name, &value)?),
                "lib-name" => info.lib_name = value,
                "lib-ver" => info.lib_ver = value,
                "io-thread" => info.io_thread = count(name, &value)?,
                "tot-net-in" => info.tot_net_in = count(name, &value)?,
                "tot-net-out" => info.tot_net_out = count(name, &value)?,
                "tot-cmds" => info.tot_cmds = count(name, &value)?,
                "capa" => info.capa = value,
                _ => {
                    info.other.insert(name.into(), value);
                }
            }
        }
        info.id = id.ok_or("description of a client with an id")?;
        Ok(info)
    }
}
