//! What sentinels answer.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::time;
use crate::resp::{DecodeError, Fields, FromReply, Milliseconds, Reply, ReplyRef, Value};

/// What a sentinel has to say of a master, a replica or another sentinel in a word each: `master,s_down`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct InstanceFlags(Vec<String>);

impl InstanceFlags {
    /// Whether `word` is among them, for those that have no method here.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|flag| flag == word)
    }

    /// It is (or was, when last seen) a master: `master`.
    #[must_use]
    pub fn is_master(&self) -> bool {
        self.contains("master")
    }

    /// It is a replica: `slave`.
    #[must_use]
    pub fn is_slave(&self) -> bool {
        self.contains("slave")
    }

    /// It is a sentinel: `sentinel`.
    #[must_use]
    pub fn is_sentinel(&self) -> bool {
        self.contains("sentinel")
    }

    /// This sentinel takes it for down: `s_down`.
    #[must_use]
    pub fn is_sdown(&self) -> bool {
        self.contains("s_down")
    }

    /// Enough sentinels agree that it is down: `o_down`.
    #[must_use]
    pub fn is_odown(&self) -> bool {
        self.contains("o_down")
    }

    /// This sentinel has no connection to it: `disconnected`.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        self.contains("disconnected")
    }

    /// The other sentinel said that the master is down: `master_down`.
    #[must_use]
    pub fn is_master_down(&self) -> bool {
        self.contains("master_down")
    }

    /// A failover of this master is under way: `failover_in_progress`.
    #[must_use]
    pub fn is_failover_in_progress(&self) -> bool {
        self.contains("failover_in_progress")
    }

    /// All of them, in the order of the sentinel.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for InstanceFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

impl FromReply for InstanceFlags {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let text = String::from_reply(reply)?;
        let flags = text.split(',').filter(|flag| !flag.is_empty() && *flag != "-");
        Ok(InstanceFlags(flags.map(String::from).collect()))
    }
}

/// A master as a sentinel sees it. Times are those since the event, as of the reply.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SentinelMaster {
    /// The name under which it is watched.
    pub name: String,
    /// Its address, or its name if the sentinels announce names.
    pub ip: String,
    /// Its port.
    pub port: u16,
    /// Its run id, empty as long as the sentinel has not talked to it.
    pub runid: String,
    /// What it is and how it is.
    pub flags: InstanceFlags,
    /// How many replicas the sentinel knows, those that are down included.
    pub num_slaves: u64,
    /// How many other sentinels watch it, as far as this one knows.
    pub num_other_sentinels: u64,
    /// How many sentinels must agree that it is down.
    pub quorum: u64,
    /// Which configuration this is: it rises with each failover, and the highest one holds.
    pub config_epoch: u64,
    /// For how long it must not answer to count as down.
    pub down_after: Duration,
    /// How long each step of a failover may take.
    pub failover_timeout: Duration,
    /// How many replicas may load the data of a new master at a time.
    pub parallel_syncs: u64,
    /// What the server itself last said it was: `master`, or `slave`.
    pub role_reported: Option<String>,
    /// Since when it has said so.
    pub role_reported_time: Option<Duration>,
    /// When INFO was last answered.
    pub info_refresh: Option<Duration>,
    /// When a PING was last answered in a way that proves it well.
    pub last_ok_ping_reply: Option<Duration>,
    /// When a PING was last answered in any way.
    pub last_ping_reply: Option<Duration>,
    /// Since when this sentinel takes it for down, if it does.
    pub s_down_time: Option<Duration>,
    /// Since when enough sentinels agree, if they do.
    pub o_down_time: Option<Duration>,
    /// How far a failover has come, while there is one.
    pub failover_state: Option<String>,
    /// Everything else, by the name that the sentinel gives it.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for SentinelMaster {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(SentinelMaster {
            name: fields.take("name")?,
            ip: fields.take("ip")?,
            port: fields.take("port")?,
            runid: fields.optional("runid")?.unwrap_or_default(),
            flags: fields.take("flags")?,
            num_slaves: fields.take("num-slaves")?,
            num_other_sentinels: fields.take("num-other-sentinels")?,
            quorum: fields.take("quorum")?,
            config_epoch: fields.take("config-epoch")?,
            down_after: fields.take::<Milliseconds>("down-after-milliseconds")?.0,
            failover_timeout: fields.take::<Milliseconds>("failover-timeout")?.0,
            parallel_syncs: fields.take("parallel-syncs")?,
            role_reported: fields.optional("role-reported")?,
            role_reported_time: time(fields.optional("role-reported-time")?),
            info_refresh: time(fields.optional("info-refresh")?),
            last_ok_ping_reply: time(fields.optional("last-ok-ping-reply")?),
            last_ping_reply: time(fields.optional("last-ping-reply")?),
            s_down_time: time(fields.optional("s-down-time")?),
            o_down_time: time(fields.optional("o-down-time")?),
            failover_state: fields.optional("failover-state")?,
            other: fields.rest(),
        })
    }
}

/// A replica as a sentinel sees it. Times are those since the event, as of the reply.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SentinelReplica {
    /// Its address and port in one.
    pub name: String,
    /// Its address, or its name if the sentinels announce names.
    pub ip: String,
    /// Its port.
    pub port: u16,
    /// Its run id, empty as long as the sentinel has not talked to it.
    pub runid: String,
    /// What it is and how it is.
    pub flags: InstanceFlags,
    /// Where its master is, as it says itself; `?` as long as it has not said so.
    pub master_host: Option<String>,
    /// The port of its master.
    pub master_port: Option<u64>,
    /// Whether it has a connection to its master: `ok` or `err`.
    pub master_link_status: Option<String>,
    /// Since when it has none.
    pub master_link_down_time: Option<Duration>,
    /// Which replica is promoted first: the one with the lowest number, never one with 0.
    pub slave_priority: Option<u64>,
    /// How much of what its master has written it has.
    pub slave_repl_offset: Option<i64>,
    /// Whether sentinels tell clients of it. Since Redis 6.2.
    pub replica_announced: Option<bool>,
    /// For how long it must not answer to count as down.
    pub down_after: Option<Duration>,
    /// What the server itself last said it was: `slave`, or `master`.
    pub role_reported: Option<String>,
    /// Since when it has said so.
    pub role_reported_time: Option<Duration>,
    /// When INFO was last answered.
    pub info_refresh: Option<Duration>,
    /// When a PING was last answered in a way that proves it well.
    pub last_ok_ping_reply: Option<Duration>,
    /// When a PING was last answered in any way.
    pub last_ping_reply: Option<Duration>,
    /// Since when this sentinel takes it for down, if it does.
    pub s_down_time: Option<Duration>,
    /// Everything else, by the name that the sentinel gives it.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for SentinelReplica {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(SentinelReplica {
            name: fields.take("name")?,
            ip: fields.take("ip")?,
            port: fields.take("port")?,
            runid: fields.optional("runid")?.unwrap_or_default(),
            flags: fields.take("flags")?,
            master_host: fields.optional("master-host")?,
            master_port: fields.optional("master-port")?,
            master_link_status: fields.optional("master-link-status")?,
            master_link_down_time: time(fields.optional("master-link-down-time")?),
            slave_priority: fields.optional("slave-priority")?,
            slave_repl_offset: fields.optional("slave-repl-offset")?,
            replica_announced: fields
                .optional("replica-announced")?
                .map(|announced: i64| announced != 0),
            down_after: time(fields.optional("down-after-milliseconds")?),
            role_reported: fields.optional("role-reported")?,
            role_reported_time: time(fields.optional("role-reported-time")?),
            info_refresh: time(fields.optional("info-refresh")?),
            last_ok_ping_reply: time(fields.optional("last-ok-ping-reply")?),
            last_ping_reply: time(fields.optional("last-ping-reply")?),
            s_down_time: time(fields.optional("s-down-time")?),
            other: fields.rest(),
        })
    }
}

/// Another sentinel as a sentinel sees it. Times are those since the event, as of the reply.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SentinelPeer {
    /// Its id, or its address and port as long as that is not known.
    pub name: String,
    /// Its address, or its name if the sentinels announce names.
    pub ip: String,
    /// Its port.
    pub port: u16,
    /// Its id: 40 hexadecimal digits.
    pub runid: String,
    /// What it is and how it is.
    pub flags: InstanceFlags,
    /// When it last made itself heard through the master or its replicas.
    pub last_hello_message: Option<Duration>,
    /// Whom it voted for, if it did.
    pub voted_leader: Option<String>,
    /// In which epoch.
    pub voted_leader_epoch: Option<u64>,
    /// For how long it must not answer to count as down.
    pub down_after: Option<Duration>,
    /// When a PING was last answered in a way that proves it well.
    pub last_ok_ping_reply: Option<Duration>,
    /// When a PING was last answered in any way.
    pub last_ping_reply: Option<Duration>,
    /// Since when this sentinel takes it for down, if it does.
    pub s_down_time: Option<Duration>,
    /// Everything else, by the name that the sentinel gives it.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for SentinelPeer {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(SentinelPeer {
            name: fields.take("name")?,
            ip: fields.take("ip")?,
            port: fields.take("port")?,
            runid: fields.optional("runid")?.unwrap_or_default(),
            flags: fields.take("flags")?,
            last_hello_message: time(fields.optional("last-hello-message")?),
            voted_leader: fields.optional("voted-leader")?.filter(|leader: &String| leader != "?"),
            voted_leader_epoch: fields.optional("voted-leader-epoch")?,
            down_after: time(fields.optional("down-after-milliseconds")?),
            last_ok_ping_reply: time(fields.optional("last-ok-ping-reply")?),
            last_ping_reply: time(fields.optional("last-ping-reply")?),
            s_down_time: time(fields.optional("s-down-time")?),
            other: fields.rest(),
        })
    }
}

/// What INFO last said on one server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachedInfo {
    /// How old it is.
    pub age: Duration,
    /// The output; `None` if the server has not been asked yet.
    pub info: Option<String>,
}

impl FromReply for CachedInfo {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let (age, info): (i64, Option<String>) = FromReply::from_reply(reply)?;
        Ok(CachedInfo {
            age: time(Some(age)).unwrap_or_default(),
            info,
        })
    }
}

/// What one sentinel says to another one's question whether a master is down.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentinelVerdict {
    /// It takes the master for down.
    pub is_down: bool,
    /// Whom it votes for, by id; `None` if nobody asked for a vote.
    pub leader: Option<String>,
    /// In which epoch.
    pub leader_epoch: u64,
}

impl FromReply for SentinelVerdict {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let (is_down, leader, leader_epoch): (i64, String, u64) = FromReply::from_reply(reply)?;
        Ok(SentinelVerdict {
            is_down: is_down != 0,
            leader: Some(leader).filter(|leader| leader != "*"),
            leader_epoch,
        })
    }
}

/// A script that a sentinel runs, or is about to run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PendingScript {
    /// Its path and its arguments.
    pub argv: Vec<String>,
    /// `running` or `scheduled`.
    pub flags: String,
    /// The process it runs in.
    pub pid: Option<u64>,
    /// For how long it has run.
    pub run_time: Option<Duration>,
    /// When it is run.
    pub run_delay: Option<Duration>,
    /// How often it was tried before.
    pub retry_num: u64,
    /// Everything else, by the name that the sentinel gives it.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for PendingScript {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(PendingScript {
            argv: fields.take("argv")?,
            flags: fields.take("flags")?,
            pid: fields.optional("pid")?.filter(|pid| *pid != 0),
            run_time: time(fields.optional("run-time")?),
            run_delay: time(fields.optional("run-delay")?),
            retry_num: fields.take("retry-num")?,
            other: fields.rest(),
        })
    }
}

/// Names and milliseconds.
pub(super) fn durations(reply: Reply) -> Result<BTreeMap<String, Duration>, DecodeError> {
    let times: BTreeMap<String, Milliseconds> = FromReply::from_owned(reply)?;
    Ok(times
        .into_iter()
        .map(|(name, Milliseconds(time))| (name, time))
        .collect())
}
