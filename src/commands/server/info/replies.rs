//! What fields of INFO stand for.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use core::str::FromStr;
use core::time::Duration;

use super::items;

/// How a server runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerMode {
    /// By itself, or with replicas.
    Standalone,
    /// As a node of a cluster.
    Cluster,
    /// As a sentinel.
    Sentinel,
    /// Another way, by the name that the server gives it.
    Other(Box<str>),
}

impl From<&str> for ServerMode {
    fn from(name: &str) -> Self {
        match name {
            "standalone" => ServerMode::Standalone,
            "cluster" => ServerMode::Cluster,
            "sentinel" => ServerMode::Sentinel,
            name => ServerMode::Other(name.into()),
        }
    }
}

/// Whether a server takes writes of clients, or follows another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InstanceRole {
    /// It takes writes, and has replicas or not.
    Master,
    /// It follows a master.
    Replica,
}

/// A replica, as its master sees it (`slave0`, ..).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplicaLink {
    /// Its address, without the port.
    pub ip: String,
    /// Its port.
    pub port: u16,
    /// `online` when it gets the stream of writes; before that the stages of the first synchronization.
    pub state: String,
    /// How much of the stream it said it has, in bytes.
    pub offset: u64,
    /// For how long it has said nothing, in whole seconds. `None` if it never did.
    pub lag: Option<Duration>,
    /// What else the server says of it.
    pub other: BTreeMap<String, String>,
}

/// The keys of one database (`db0`, ..).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DbStats {
    /// How many keys it has.
    pub keys: u64,
    /// How many of them expire.
    pub expires: u64,
    /// How long those have left on average, in milliseconds, as the server estimates. `None` if it does not.
    pub avg_ttl: Option<Duration>,
    /// What else the server says of it.
    pub other: BTreeMap<String, String>,
}

/// How often a command ran, and for how long (`cmdstat_get`, ..). Times are in microseconds.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CommandStats {
    /// How often it ran.
    pub calls: u64,
    /// For how long it ran in all.
    pub total: Duration,
    /// For how many microseconds it ran on average.
    pub usec_per_call: f64,
    /// How often it was refused before it ran. `None` before Redis 6.2.
    pub rejected_calls: Option<u64>,
    /// How often it ended with an error. `None` before Redis 6.2.
    pub failed_calls: Option<u64>,
    /// What else the server says of it.
    pub other: BTreeMap<String, String>,
}

/// The items of a value, taken out by name; what nobody took is left.
struct Items(BTreeMap<String, String>);

impl Items {
    fn of(value: &str) -> Self {
        Items(items(value).map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// What is no number stays where it is.
    fn number<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let number = self.0.get(name)?.parse().ok()?;
        self.0.remove(name);
        Some(number)
    }

    fn text(&mut self, name: &str) -> String {
        self.0.remove(name).unwrap_or_default()
    }
}

impl ReplicaLink {
    /// `None` if there is no address in it, as before Redis 2.8.
    pub(super) fn of(value: &str) -> Option<Self> {
        let mut items = Items::of(value);
        Some(ReplicaLink {
            port: items.number("port")?,
            ip: items.text("ip"),
            state: items.text("state"),
            offset: items.number("offset").unwrap_or_default(),
            lag: items.number("lag").map(Duration::from_secs),
            other: items.0,
        })
    }
}

impl DbStats {
    pub(super) fn of(value: &str) -> Option<Self> {
        let mut items = Items::of(value);
        Some(DbStats {
            keys: items.number("keys")?,
            expires: items.number("expires").unwrap_or_default(),
            avg_ttl: items
                .number("avg_ttl")
                .filter(|ttl| *ttl > 0)
                .map(Duration::from_millis),
            other: items.0,
        })
    }
}

impl CommandStats {
    pub(super) fn of(value: &str) -> Option<Self> {
        let mut items = Items::of(value);
        Some(CommandStats {
            calls: items.number("calls")?,
            total: Duration::from_micros(items.number("usec").unwrap_or_default()),
            usec_per_call: items.number("usec_per_call").unwrap_or_default(),
            rejected_calls: items.number("rejected_calls"),
            failed_calls: items.number("failed_calls"),
            other: items.0,
        })
    }
}
