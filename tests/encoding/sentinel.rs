use std::time::Duration;

use redwire::command::{Command, Flags};
use redwire::commands::{SentinelSetOptions, SimulatedFailure};
use redwire::prelude::*;

use super::{refuses, sends};

const ASKS: fn() -> Flags = || Flags::SECRET | Flags::IDEMPOTENT;

#[track_caller]
fn asks<T>(command: Command<T>, text: &str) {
    sends(command, text, "", ASKS());
}

#[track_caller]
fn does<T>(command: Command<T>, text: &str) {
    sends(command, text, "", Flags::SECRET);
}

#[test]
fn questions() {
    asks(Build.sentinel_masters(), "SENTINEL MASTERS");
    asks(Build.sentinel_master("mymaster"), "SENTINEL MASTER mymaster");
    asks(Build.sentinel_replicas("m"), "SENTINEL REPLICAS m");
    asks(Build.sentinel_slaves("m"), "SENTINEL SLAVES m");
    asks(Build.sentinel_sentinels("m"), "SENTINEL SENTINELS m");
    asks(
        Build.sentinel_get_master_addr_by_name("m"),
        "SENTINEL GET-MASTER-ADDR-BY-NAME m",
    );
    asks(Build.sentinel_ckquorum("m"), "SENTINEL CKQUORUM m");
    asks(
        Build.sentinel_config_get("announce-*"),
        "SENTINEL CONFIG GET announce-*",
    );
    asks(Build.sentinel_config_get(["a", "b"]), "SENTINEL CONFIG GET a b");
    refuses(
        Build.sentinel_config_get([""; 0]),
        "SENTINEL: at least one parameter is needed",
    );
    asks(Build.sentinel_info_cache(["m", "n"]), "SENTINEL INFO-CACHE m n");
    refuses(
        Build.sentinel_info_cache([""; 0]),
        "SENTINEL: at least one name of a master is needed",
    );
    asks(Build.sentinel_myid(), "SENTINEL MYID");
    asks(Build.sentinel_pending_scripts(), "SENTINEL PENDING-SCRIPTS");
    asks(Build.sentinel_debug(), "SENTINEL DEBUG");
    asks(Build.sentinel_help(), "SENTINEL HELP");
    does(
        Build.sentinel_is_master_down_by_addr("10.0.0.1", 6379, 3, "*"),
        "SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 3 *",
    );
}

#[test]
fn orders() {
    does(Build.sentinel_failover("m"), "SENTINEL FAILOVER m");
    does(
        Build.sentinel_failover_coordinated("m"),
        "SENTINEL FAILOVER m COORDINATED",
    );
    asks(Build.sentinel_flushconfig(), "SENTINEL FLUSHCONFIG");
    does(
        Build.sentinel_monitor("m", "10.0.0.1", 6379, 2),
        "SENTINEL MONITOR m 10.0.0.1 6379 2",
    );
    refuses(
        Build.sentinel_monitor("m", "10.0.0.1", 0, 2),
        "SENTINEL: the port must not be 0",
    );
    refuses(
        Build.sentinel_monitor("m", "10.0.0.1", 6379, 0),
        "SENTINEL: the quorum must be at least 1",
    );
    does(Build.sentinel_remove("m"), "SENTINEL REMOVE m");
    does(Build.sentinel_reset("m*"), "SENTINEL RESET m*");
    asks(
        Build.sentinel_debug_set("ping-period", Duration::from_millis(100)),
        "SENTINEL DEBUG ping-period 100",
    );
    refuses(
        Build.sentinel_debug_set("ping-period", Duration::ZERO),
        "SENTINEL: the time must be at least one millisecond",
    );
    refuses(
        Build.sentinel_debug_set("ping-period", Duration::from_micros(1)),
        "SENTINEL: less than one millisecond, and it is sent in whole milliseconds",
    );
    asks(
        Build.sentinel_config_set(("resolve-hostnames", "yes")),
        "SENTINEL CONFIG SET resolve-hostnames yes",
    );
    refuses(
        Build.sentinel_config_set(["resolve-hostnames"]),
        "SENTINEL: a value is missing in the last pair",
    );
    does(
        Build.sentinel_simulate_failure([
            SimulatedFailure::CrashAfterElection,
            SimulatedFailure::CrashAfterPromotion,
        ]),
        "SENTINEL SIMULATE-FAILURE CRASH-AFTER-ELECTION CRASH-AFTER-PROMOTION",
    );
    refuses(
        Build.sentinel_simulate_failure([]),
        "SENTINEL: at least one failure is needed",
    );
}

#[test]
fn settings() {
    let all = SentinelSetOptions::new()
        .down_after(Duration::from_millis(500))
        .failover_timeout(Duration::from_secs(6))
        .parallel_syncs(1)
        .quorum(2)
        .notification_script("/bin/notify")
        .client_reconfig_script("")
        .auth_user("sentinel")
        .auth_pass("secret")
        .rename_command("CONFIG", "GUESSME")
        .master_reboot_down_after(Duration::ZERO)
        .other("some-thing", 7);
    let text = "SENTINEL SET m down-after-milliseconds 500 failover-timeout 6000 parallel-syncs 1 quorum 2 \
                notification-script /bin/notify client-reconfig-script  auth-user sentinel auth-pass secret \
                rename-command CONFIG GUESSME master-reboot-down-after-period 0 some-thing 7";
    assert_eq!(format!("{all:?}"), "SentinelSetOptions(***)");
    asks(Build.sentinel_set("m", all.clone()), text);
    assert_eq!(Build.sentinel_set("m", all).request().to_string(), "SENTINEL ***");
    refuses(
        Build.sentinel_set("m", SentinelSetOptions::new()),
        "SENTINEL: at least one setting is needed",
    );
    refuses(
        Build.sentinel_set("m", SentinelSetOptions::new().down_after(Duration::from_micros(999))),
        "SENTINEL: a time must be at least one millisecond",
    );
}
