//! What a stretch of work cost this process: CPU, allocations, memory.

use std::fmt;
use std::fs;
use std::str::FromStr;
use std::time::{Duration, Instant};

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use stats_alloc::{Region, Stats};

use crate::{ALLOCATOR, Result};

/// The cost of `ops` operations. Printed and read back as `name=value` words: that is how a run tells its parent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub ops: u64,
    pub user_us: u64,
    pub system_us: u64,
    pub allocations: u64,
    pub allocated_bytes: u64,
    /// Bytes of heap in use at the end and not at the start.
    pub heap: u64,
    pub wall_us: u64,
    /// Half of the calls took no longer, ns; 0 where single calls are not timed.
    pub p50: u64,
    /// 99 of 100 calls took no longer, ns.
    pub p99: u64,
    /// Resident set before the first operation, kB.
    pub rss_before: u64,
    /// Highest resident set of the process's life, kB.
    pub rss_peak: u64,
    /// Resident set after the last operation, its reply dropped, kB.
    pub rss_after: u64,
}

impl Cost {
    pub fn cpu_us_per_op(&self) -> f64 {
        (self.user_us + self.system_us) as f64 / self.ops as f64
    }

    pub fn ops_per_second(&self) -> f64 {
        self.ops as f64 / self.wall_us as f64 * 1e6
    }

    pub fn heap_per_op(&self) -> f64 {
        self.heap as f64 / self.ops as f64
    }

    pub fn allocations_per_op(&self) -> f64 {
        self.allocations as f64 / self.ops as f64
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cost {
            ops,
            user_us,
            system_us,
            allocations,
            allocated_bytes,
            heap,
            wall_us,
            p50,
            p99,
            rss_before,
            rss_peak,
            rss_after,
        } = self;
        write!(f, "ops={ops} user_us={user_us} system_us={system_us} ")?;
        write!(f, "allocations={allocations} allocated_bytes={allocated_bytes} ")?;
        write!(f, "heap={heap} wall_us={wall_us} p50={p50} p99={p99} ")?;
        write!(f, "rss_before={rss_before} rss_peak={rss_peak} rss_after={rss_after}")
    }
}

impl FromStr for Cost {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    fn from_str(line: &str) -> Result<Cost> {
        let mut cost = Cost::default();
        for word in line.split_whitespace() {
            let (name, value) = word.split_once('=').ok_or_else(|| format!("not a cost: {line:?}"))?;
            let field = match name {
                "ops" => &mut cost.ops,
                "user_us" => &mut cost.user_us,
                "system_us" => &mut cost.system_us,
                "allocations" => &mut cost.allocations,
                "allocated_bytes" => &mut cost.allocated_bytes,
                "heap" => &mut cost.heap,
                "wall_us" => &mut cost.wall_us,
                "p50" => &mut cost.p50,
                "p99" => &mut cost.p99,
                "rss_before" => &mut cost.rss_before,
                "rss_peak" => &mut cost.rss_peak,
                "rss_after" => &mut cost.rss_after,
                _ => return Err(format!("not a cost: {line:?}").into()),
            };
            *field = value.parse()?;
        }
        Ok(cost)
    }
}

/// Measures from `start` to `finish`.
pub struct Meter {
    started: Instant,
    usage: Usage,
    region: Region<'static, std::alloc::System>,
    rss_before: u64,
}

impl Meter {
    /// `rss_before` is taken by the caller with [`resident`], before the warm-up.
    pub fn start(rss_before: u64) -> Result<Meter> {
        Ok(Meter {
            rss_before,
            region: Region::new(ALLOCATOR),
            started: Instant::now(),
            usage: getrusage(UsageWho::RUSAGE_SELF)?,
        })
    }

    /// The same with the time that each call took.
    pub fn finish_timed(self, mut calls: Vec<Duration>) -> Result<Cost> {
        let cost = self.finish(calls.len() as u64)?;
        calls.sort_unstable();
        let at = |part: usize| {
            let call = calls.get(calls.len() * part / 100);
            call.map_or(0, |call| u64::try_from(call.as_nanos()).unwrap_or(u64::MAX))
        };
        Ok(Cost {
            p50: at(50),
            p99: at(99),
            ..cost
        })
    }

    pub fn finish(self, ops: u64) -> Result<Cost> {
        let wall = self.started.elapsed();
        let usage = getrusage(UsageWho::RUSAGE_SELF)?;
        let Stats {
            allocations,
            reallocations,
            bytes_allocated,
            bytes_deallocated,
            ..
        } = self.region.change();
        let micros = |after: nix::sys::time::TimeVal, before: nix::sys::time::TimeVal| {
            u64::try_from(after.num_microseconds() - before.num_microseconds()).unwrap_or(0)
        };
        Ok(Cost {
            ops,
            user_us: micros(usage.user_time(), self.usage.user_time()),
            system_us: micros(usage.system_time(), self.usage.system_time()),
            allocations: (allocations + reallocations) as u64,
            allocated_bytes: bytes_allocated as u64,
            heap: bytes_allocated.saturating_sub(bytes_deallocated) as u64,
            wall_us: u64::try_from(wall.as_micros())?,
            p50: 0,
            p99: 0,
            rss_before: self.rss_before,
            rss_peak: status_field("VmHWM:")?,
            rss_after: resident()?,
        })
    }
}

/// Resident set of this process now, kB.
pub fn resident() -> Result<u64> {
    status_field("VmRSS:")
}

fn status_field(name: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .ok_or("no such line in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}
