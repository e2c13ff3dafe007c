use std::time::Duration;

use redwire::commands::{SentinelSetOptions, SimulatedFailure};
use redwire::prelude::*;

use crate::typed::{Typed, typed};

/// Only a sentinel knows these.
pub fn typed_commands() -> Vec<Typed> {
    let failures = [
        SimulatedFailure::CrashAfterElection,
        SimulatedFailure::CrashAfterPromotion,
    ];
    vec![
        typed(Build.sentinel_ckquorum("m")),
        typed(Build.sentinel_config_get("resolve-hostnames")),
        typed(Build.sentinel_config_set(("resolve-hostnames", "no"))),
        typed(Build.sentinel_debug()),
        typed(Build.sentinel_debug_set("ping-period", Duration::from_secs(1))),
        typed(Build.sentinel_failover("m")),
        typed(Build.sentinel_failover_coordinated("m")).only_valkey(9, 0),
        typed(Build.sentinel_flushconfig()),
        typed(Build.sentinel_get_master_addr_by_name("m")),
        typed(Build.sentinel_help()),
        typed(Build.sentinel_info_cache(["m", "n"])),
        typed(Build.sentinel_is_master_down_by_addr("10.0.0.1", 6379, 1, "*")),
        typed(Build.sentinel_master("m")),
        typed(Build.sentinel_masters()),
        typed(Build.sentinel_monitor("m", "10.0.0.1", 6379, 2)),
        typed(Build.sentinel_myid()),
        typed(Build.sentinel_pending_scripts()),
        typed(Build.sentinel_remove("m")),
        typed(Build.sentinel_replicas("m")),
        typed(Build.sentinel_reset("m*")),
        typed(Build.sentinel_sentinels("m")),
        typed(Build.sentinel_set("m", SentinelSetOptions::new().quorum(2).parallel_syncs(1))),
        typed(Build.sentinel_simulate_failure(failures)),
        typed(Build.sentinel_slaves("m")),
    ]
}
