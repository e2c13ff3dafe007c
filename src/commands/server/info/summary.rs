//! The fields of INFO that programs ask for most.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::time::Duration;

use super::{CommandStats, DbStats, Info, InstanceRole, ReplicaLink, ServerMode};

/// Who the server is.
impl Info {
    /// The version of Redis, or that with which another server is compatible (`redis_version`).
    #[must_use]
    pub fn redis_version(&self) -> Option<&str> {
        self.get("redis_version")
    }

    /// The version of Valkey (`valkey_version`); `None` from other servers.
    #[must_use]
    pub fn valkey_version(&self) -> Option<&str> {
        self.get("valkey_version")
    }

    /// What the server calls itself (`server_name`): `redis` if it says nothing.
    #[must_use]
    pub fn server_name(&self) -> &str {
        self.get("server_name").unwrap_or("redis")
    }

    /// How the server runs (`redis_mode`, Valkey's `server_mode`).
    #[must_use]
    pub fn mode(&self) -> Option<ServerMode> {
        self.get("redis_mode")
            .or_else(|| self.get("server_mode"))
            .map(ServerMode::from)
    }

    /// A random name that is another one after each start (`run_id`).
    #[must_use]
    pub fn run_id(&self) -> Option<&str> {
        self.get("run_id")
    }

    /// The number of the server's process (`process_id`).
    #[must_use]
    pub fn process_id(&self) -> Option<u64> {
        self.number("process_id")
    }

    /// The port it listens on (`tcp_port`).
    #[must_use]
    pub fn tcp_port(&self) -> Option<u16> {
        self.number("tcp_port")
    }

    /// For how long the server has run, in whole seconds (`uptime_in_seconds`).
    #[must_use]
    pub fn uptime(&self) -> Option<Duration> {
        self.seconds("uptime_in_seconds")
    }

    fn seconds(&self, name: &str) -> Option<Duration> {
        self.number(name).map(Duration::from_secs)
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.number::<u8>(name).map(|flag| flag != 0)
    }
}

/// Clients, memory and files.
impl Info {
    /// How many clients are connected, replicas not counted (`connected_clients`).
    #[must_use]
    pub fn connected_clients(&self) -> Option<u64> {
        self.number("connected_clients")
    }

    /// How many clients wait in a blocking command (`blocked_clients`).
    #[must_use]
    pub fn blocked_clients(&self) -> Option<u64> {
        self.number("blocked_clients")
    }

    /// How many clients may be connected (`maxclients`).
    #[must_use]
    pub fn maxclients(&self) -> Option<u64> {
        self.number("maxclients")
    }

    /// How many bytes the server has allocated (`used_memory`).
    #[must_use]
    pub fn used_memory(&self) -> Option<u64> {
        self.number("used_memory")
    }

    /// How many bytes the operating system has given the server (`used_memory_rss`).
    #[must_use]
    pub fn used_memory_rss(&self) -> Option<u64> {
        self.number("used_memory_rss")
    }

    /// The most bytes that were ever allocated (`used_memory_peak`).
    #[must_use]
    pub fn used_memory_peak(&self) -> Option<u64> {
        self.number("used_memory_peak")
    }

    /// How many bytes the server may allocate (`maxmemory`); zero is no limit.
    #[must_use]
    pub fn maxmemory(&self) -> Option<u64> {
        self.number("maxmemory")
    }

    /// What happens when that is reached (`maxmemory_policy`).
    #[must_use]
    pub fn maxmemory_policy(&self) -> Option<&str> {
        self.get("maxmemory_policy")
    }

    /// How much more the operating system has given than was allocated (`mem_fragmentation_ratio`).
    #[must_use]
    pub fn mem_fragmentation_ratio(&self) -> Option<f64> {
        self.number("mem_fragmentation_ratio")
    }

    /// Whether the server still reads its files and refuses most commands (`loading`).
    #[must_use]
    pub fn loading(&self) -> Option<bool> {
        self.flag("loading")
    }

    /// Whether a snapshot is being written (`rdb_bgsave_in_progress`).
    #[must_use]
    pub fn rdb_bgsave_in_progress(&self) -> Option<bool> {
        self.flag("rdb_bgsave_in_progress")
    }

    /// When the last snapshot was completed (`rdb_last_save_time`): the duration since the Unix epoch, in whole seconds.
    #[must_use]
    pub fn rdb_last_save_time(&self) -> Option<Duration> {
        self.seconds("rdb_last_save_time")
    }

    /// Whether there is an append-only file (`aof_enabled`).
    #[must_use]
    pub fn aof_enabled(&self) -> Option<bool> {
        self.flag("aof_enabled")
    }
}

/// What the server has done, since it was started or [`config_resetstat`](crate::commands::ConfigCommands::config_resetstat).
impl Info {
    /// How many connections it has accepted (`total_connections_received`).
    #[must_use]
    pub fn total_connections_received(&self) -> Option<u64> {
        self.number("total_connections_received")
    }

    /// How many commands it has run (`total_commands_processed`).
    #[must_use]
    pub fn total_commands_processed(&self) -> Option<u64> {
        self.number("total_commands_processed")
    }

    /// How many commands it runs in a second at present (`instantaneous_ops_per_sec`).
    #[must_use]
    pub fn instantaneous_ops_per_sec(&self) -> Option<u64> {
        self.number("instantaneous_ops_per_sec")
    }

    /// How many keys have expired (`expired_keys`).
    #[must_use]
    pub fn expired_keys(&self) -> Option<u64> {
        self.number("expired_keys")
    }

    /// How many keys were dropped for want of memory (`evicted_keys`).
    #[must_use]
    pub fn evicted_keys(&self) -> Option<u64> {
        self.number("evicted_keys")
    }

    /// How many keys were looked up and found (`keyspace_hits`).
    #[must_use]
    pub fn keyspace_hits(&self) -> Option<u64> {
        self.number("keyspace_hits")
    }

    /// How many keys were looked up and not found (`keyspace_misses`).
    #[must_use]
    pub fn keyspace_misses(&self) -> Option<u64> {
        self.number("keyspace_misses")
    }

    /// How often each command ran (section `commandstats`), subcommands as `config|get`. Only commands that were called;
    /// ask for the section, as most servers leave it out.
    #[must_use]
    pub fn command_stats(&self) -> BTreeMap<&str, CommandStats> {
        self.named("cmdstat_", CommandStats::of)
    }

    /// How many errors of each code were replied with (section `errorstats`). Since Redis 6.2.
    #[must_use]
    pub fn error_stats(&self) -> BTreeMap<&str, u64> {
        self.named("errorstat_", |value| value.strip_prefix("count=")?.parse().ok())
    }

    /// The keys of each database that has any (section `keyspace`).
    #[must_use]
    pub fn keyspace(&self) -> BTreeMap<u32, DbStats> {
        let databases = self.named("db", DbStats::of).into_iter();
        databases
            .filter_map(|(number, stats)| Some((number.parse().ok()?, stats)))
            .collect()
    }

    /// The fields whose names begin with `prefix`, by the rest of their names.
    fn named<T>(&self, prefix: &str, read: impl Fn(&str) -> Option<T>) -> BTreeMap<&str, T> {
        self.fields()
            .filter_map(|(name, value)| Some((name.strip_prefix(prefix)?, read(value)?)))
            .collect()
    }
}

/// Replication and cluster.
impl Info {
    /// Whether the server takes writes, or follows another one (`role`).
    #[must_use]
    pub fn role(&self) -> Option<InstanceRole> {
        match self.get("role")? {
            "master" => Some(InstanceRole::Master),
            "slave" | "replica" => Some(InstanceRole::Replica),
            _ => None,
        }
    }

    /// How many replicas are connected (`connected_slaves`).
    #[must_use]
    pub fn connected_replicas(&self) -> Option<u64> {
        self.number("connected_slaves")
    }

    /// The replicas that are connected (`slave0`, ..), in the order of the server.
    #[must_use]
    pub fn replicas(&self) -> Vec<ReplicaLink> {
        let is_replica = |name: &str| {
            let number = name.strip_prefix("slave").unwrap_or_default();
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        self.fields()
            .filter(|(name, _)| is_replica(name))
            .filter_map(|(_, value)| ReplicaLink::of(value))
            .collect()
    }

    /// The address of the master that this replica follows (`master_host`).
    #[must_use]
    pub fn master_host(&self) -> Option<&str> {
        self.get("master_host")
    }

    /// The port of the master that this replica follows (`master_port`).
    #[must_use]
    pub fn master_port(&self) -> Option<u16> {
        self.number("master_port")
    }

    /// Whether this replica is connected to its master (`master_link_status`).
    #[must_use]
    pub fn master_link_up(&self) -> Option<bool> {
        self.get("master_link_status").map(|status| status == "up")
    }

    /// How far the stream of writes is, in bytes (`master_repl_offset`).
    #[must_use]
    pub fn master_repl_offset(&self) -> Option<u64> {
        self.number("master_repl_offset")
    }

    /// Whether the server is a node of a cluster (`cluster_enabled`).
    #[must_use]
    pub fn cluster_enabled(&self) -> Option<bool> {
        self.flag("cluster_enabled")
    }
}
