use redwire::commands::{SentinelSetOptions, SimulatedFailure};
use redwire::prelude::*;

use super::MINUTE;
use crate::typed::{Typed, typed};

/// What only sentinels know.
pub fn typed_commands() -> Vec<Typed> {
    let name = "mymaster";
    let failures = [
        SimulatedFailure::CrashAfterElection,
        SimulatedFailure::CrashAfterPromotion,
    ];
    let settings = SentinelSetOptions::new()
        .down_after(MINUTE)
        .quorum(2)
        .rename_command("a", "b");
    vec![
        typed(Build.sentinel_ckquorum(name)),
        typed(Build.sentinel_config_get("announce-ip")),
        typed(Build.sentinel_config_get(["announce-ip", "announce-port"])).since(7, 2),
        typed(Build.sentinel_config_set([("announce-port", 1)])),
        typed(Build.sentinel_debug()),
        typed(Build.sentinel_debug_set("info-period", MINUTE)),
        typed(Build.sentinel_failover(name)),
        typed(Build.sentinel_failover_coordinated(name)).only_valkey(9, 0),
        typed(Build.sentinel_flushconfig()),
        typed(Build.sentinel_get_master_addr_by_name(name)),
        typed(Build.sentinel_help()),
        typed(Build.sentinel_info_cache([name])),
        typed(Build.sentinel_is_master_down_by_addr("10.0.0.1", 6379, 0, "*")),
        typed(Build.sentinel_master(name)),
        typed(Build.sentinel_masters()),
        typed(Build.sentinel_monitor(name, "10.0.0.1", 6379, 2)),
        typed(Build.sentinel_myid()),
        typed(Build.sentinel_pending_scripts()),
        typed(Build.sentinel_remove(name)),
        typed(Build.sentinel_replicas(name)),
        typed(Build.sentinel_reset("my*")),
        typed(Build.sentinel_sentinels(name)),
        typed(Build.sentinel_set(name, settings)),
        typed(Build.sentinel_simulate_failure(failures)),
        typed(Build.sentinel_slaves(name)),
    ]
}
