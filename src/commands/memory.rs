//! How the server uses its memory.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::command::{Executor, Request, cmd};
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef, ToArg, Value};

/// Commands on the memory of the server.
pub trait MemoryCommands: Executor {
    /// How many bytes `key` and its value take; `None` if there is no such key. Of large values five elements are looked
    /// at, and the rest is taken to be alike.
    ///
    /// Sends [`MEMORY USAGE`](https://redis.io/docs/latest/commands/memory-usage/). Since Redis 4.0.
    fn memory_usage(self, key: impl ToArg) -> Self::Output<Option<u64>> {
        self.memory_usage_with(key, MemoryUsageOptions::new())
    }

    /// How many bytes `key` and its value take, as `options` say; `None` if there is no such key.
    ///
    /// Sends [`MEMORY USAGE`](https://redis.io/docs/latest/commands/memory-usage/). Since Redis 4.0.
    fn memory_usage_with(self, key: impl ToArg, options: MemoryUsageOptions) -> Self::Output<Option<u64>> {
        let request = cmd("MEMORY USAGE").read_only().key(key);
        self.run(options.write(request).returns())
    }

    /// What the server uses its memory for.
    ///
    /// Sends [`MEMORY STATS`](https://redis.io/docs/latest/commands/memory-stats/). Since Redis 4.0.
    fn memory_stats(self) -> Self::Output<MemoryStats> {
        self.run(cmd("MEMORY STATS").idempotent().returns())
    }

    /// What the server thinks of its own use of memory, for people to read.
    ///
    /// Sends [`MEMORY DOCTOR`](https://redis.io/docs/latest/commands/memory-doctor/). Since Redis 4.0.
    fn memory_doctor(self) -> Self::Output<String> {
        self.run(cmd("MEMORY DOCTOR").idempotent().returns())
    }

    /// What the allocator counts, for people to read.
    ///
    /// Sends [`MEMORY MALLOC-STATS`](https://redis.io/docs/latest/commands/memory-malloc-stats/). Since Redis 4.0.
    fn memory_malloc_stats(self) -> Self::Output<String> {
        self.run(cmd("MEMORY MALLOC-STATS").idempotent().returns())
    }

    /// Makes the allocator give back to the operating system what it can.
    ///
    /// Sends [`MEMORY PURGE`](https://redis.io/docs/latest/commands/memory-purge/). True, always. Since Redis 4.0.
    fn memory_purge(self) -> Self::Output<bool> {
        self.run(cmd("MEMORY PURGE").idempotent().returns())
    }

    /// The server's own help on `MEMORY`, line by line.
    ///
    /// Sends [`MEMORY HELP`](https://redis.io/docs/latest/commands/memory-help/). Since Redis 4.0.
    fn memory_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("MEMORY HELP").idempotent().returns())
    }
}

impl<E: Executor> MemoryCommands for E {}

/// Options of [`memory_usage_with`](MemoryCommands::memory_usage_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct MemoryUsageOptions {
    samples: Option<u64>,
}

impl MemoryUsageOptions {
    /// No options: five elements of a large value are looked at.
    pub fn new() -> Self {
        MemoryUsageOptions::default()
    }

    /// How many elements of a large value are looked at (`SAMPLES`); zero is all of them.
    pub fn samples(mut self, samples: u64) -> Self {
        self.samples = Some(samples);
        self
    }

    fn write(self, request: Request) -> Request {
        request.opt_with("SAMPLES", self.samples)
    }
}

/// What a server uses its memory for, in bytes. What a server does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct MemoryStats {
    /// The most that was ever allocated.
    pub peak_allocated: Option<u64>,
    /// What is allocated.
    pub total_allocated: Option<u64>,
    /// What was allocated when the server had started.
    pub startup_allocated: Option<u64>,
    /// The stream of writes that is kept for replicas.
    pub replication_backlog: Option<u64>,
    /// The buffers of replicas.
    pub clients_replicas: Option<u64>,
    /// The buffers of other clients.
    pub clients_normal: Option<u64>,
    /// The links to other nodes of the cluster. Since Redis 7.0.
    pub cluster_links: Option<u64>,
    /// What is yet to be written to the append-only file.
    pub aof_buffer: Option<u64>,
    /// The scripts that are kept.
    pub lua_caches: Option<u64>,
    /// The functions that are kept. Since Redis 7.0.
    pub functions_caches: Option<u64>,
    /// What each database needs besides its keys and values.
    pub databases: BTreeMap<u32, DbOverhead>,
    /// All that is not keys and values.
    pub overhead_total: Option<u64>,
    /// How many keys there are.
    pub keys_count: Option<u64>,
    /// What a key and its value take on average.
    pub keys_bytes_per_key: Option<u64>,
    /// What keys and values take.
    pub dataset_bytes: Option<u64>,
    /// What part of the memory used since the start that is, in percent.
    pub dataset_percentage: Option<f64>,
    /// What part of the peak is allocated, in percent.
    pub peak_percentage: Option<f64>,
    /// What the allocator has handed out.
    pub allocator_allocated: Option<u64>,
    /// What is on pages that the allocator has handed out something of.
    pub allocator_active: Option<u64>,
    /// What the allocator has of the operating system.
    pub allocator_resident: Option<u64>,
    /// Active to allocated.
    pub allocator_fragmentation_ratio: Option<f64>,
    /// Resident to active.
    pub allocator_rss_ratio: Option<f64>,
    /// What the process has of the operating system, to what the allocator has.
    pub rss_overhead_ratio: Option<f64>,
    /// What the process has of the operating system, to what is allocated.
    pub fragmentation: Option<f64>,
    /// What the process has of the operating system beyond what is allocated; less than zero if it is swapped out.
    pub fragmentation_bytes: Option<i64>,
    /// What else the server says, by its names.
    pub other: BTreeMap<String, Value>,
}

/// What a database needs besides its keys and values, in bytes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DbOverhead {
    /// The table of all keys.
    pub hashtable_main: Option<u64>,
    /// The table of keys that expire.
    pub hashtable_expires: Option<u64>,
    /// What else the server says, by its names.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for DbOverhead {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(DbOverhead {
            hashtable_main: fields.optional("overhead.hashtable.main")?,
            hashtable_expires: fields.optional("overhead.hashtable.expires")?,
            other: fields.rest(),
        })
    }
}

impl FromReply for MemoryStats {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut databases = BTreeMap::new();
        let mut items = reply.items().enumerate();
        while let (Some((_, name)), Some((index, value))) = (items.next(), items.next()) {
            if let Some(number) = database(name) {
                databases.insert(number, DbOverhead::from_reply(value).map_err(|error| error.at(index))?);
            }
        }
        let mut fields = Fields::of(reply)?;
        Ok(MemoryStats {
            peak_allocated: fields.optional("peak.allocated")?,
            total_allocated: fields.optional("total.allocated")?,
            startup_allocated: fields.optional("startup.allocated")?,
            replication_backlog: fields.optional("replication.backlog")?,
            clients_replicas: fields.optional("clients.slaves")?,
            clients_normal: fields.optional("clients.normal")?,
            cluster_links: fields.optional("cluster.links")?,
            aof_buffer: fields.optional("aof.buffer")?,
            lua_caches: fields.optional("lua.caches")?,
            functions_caches: fields.optional("functions.caches")?,
            overhead_total: fields.optional("overhead.total")?,
            keys_count: fields.optional("keys.count")?,
            keys_bytes_per_key: fields.optional("keys.bytes-per-key")?,
            dataset_bytes: fields.optional("dataset.bytes")?,
            dataset_percentage: fields.optional("dataset.percentage")?,
            peak_percentage: fields.optional("peak.percentage")?,
            allocator_allocated: fields.optional("allocator.allocated")?,
            allocator_active: fields.optional("allocator.active")?,
            allocator_resident: fields.optional("allocator.resident")?,
            allocator_fragmentation_ratio: fields.optional("allocator-fragmentation.ratio")?,
            allocator_rss_ratio: fields.optional("allocator-rss.ratio")?,
            rss_overhead_ratio: fields.optional("rss-overhead.ratio")?,
            fragmentation: fields.optional("fragmentation")?,
            fragmentation_bytes: fields.optional("fragmentation.bytes")?,
            other: fields
                .rest()
                .into_iter()
                .filter(|(name, _)| !name.strip_prefix("db.").is_some_and(is_number))
                .collect(),
            databases,
        })
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<u32>().is_ok()
}

/// The number in `db.0`.
fn database(name: ReplyRef<'_>) -> Option<u32> {
    let digits = name.text()?.strip_prefix(b"db.")?;
    core::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use alloc::string::ToString;

    use super::*;
    use crate::commands::testing::parse;

    #[test]
    fn stats_of_both_protocols() {
        let resp2 = parse(
            b"*10\r\n$14\r\npeak.allocated\r\n:1013392\r\n$4\r\ndb.0\r\n*6\r\n$23\r\noverhead.hashtable.main\r\n:72\r\n\
              $26\r\noverhead.hashtable.expires\r\n:8\r\n$31\r\noverhead.hashtable.slot-to-keys\r\n:0\r\n\
              $18\r\ndataset.percentage\r\n$5\r\n99.75\r\n$19\r\nfragmentation.bytes\r\n:-512\r\n\
              $15\r\nallocator.muzzy\r\n:7\r\n",
        );
        let resp3 = parse(
            b"%5\r\n$14\r\npeak.allocated\r\n:1013392\r\n$4\r\ndb.0\r\n%3\r\n$23\r\noverhead.hashtable.main\r\n:72\r\n\
              $26\r\noverhead.hashtable.expires\r\n:8\r\n$31\r\noverhead.hashtable.slot-to-keys\r\n:0\r\n\
              $18\r\ndataset.percentage\r\n,99.75\r\n$19\r\nfragmentation.bytes\r\n:-512\r\n\
              $15\r\nallocator.muzzy\r\n:7\r\n",
        );
        let stats: MemoryStats = resp2.decode().unwrap();
        assert_eq!(stats, resp3.decode().unwrap());
        assert_eq!((stats.peak_allocated, stats.total_allocated), (Some(1_013_392), None));
        assert_eq!(stats.dataset_percentage, Some(99.75));
        assert_eq!(stats.fragmentation_bytes, Some(-512));
        let db = stats.databases.get(&0).unwrap();
        assert_eq!((db.hashtable_main, db.hashtable_expires), (Some(72), Some(8)));
        assert_eq!(
            db.other.get("overhead.hashtable.slot-to-keys"),
            Some(&Value::Integer(0))
        );
        assert_eq!(
            stats.other,
            BTreeMap::from([("allocator.muzzy".to_string(), Value::Integer(7))])
        );
    }

    #[test]
    fn stats_that_make_no_sense() {
        let error = |bytes| parse(bytes).decode::<MemoryStats>().unwrap_err().to_string();
        assert_eq!(error(b"$2\r\nno\r\n"), "expected map, found bulk string \"no\"");
        assert_eq!(error(b"*1\r\n$4\r\ndb.0\r\n"), "expected map, found array of 1");
        assert_eq!(
            error(b"*2\r\n$4\r\ndb.0\r\n:1\r\n"),
            "expected map, found integer 1 at [1]"
        );
        assert_eq!(
            error(b"*2\r\n$10\r\nkeys.count\r\n:-1\r\n"),
            "expected u64, found integer -1 at [1]"
        );
    }
}
