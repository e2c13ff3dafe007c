use std::time::Duration;

use redwire::command::Flags;
use redwire::prelude::*;

use super::{refuses, sends, writes};

const ID: &str = "07c37dfeb235213a872192d90877d0cd55635b91";

#[track_caller]
fn asks<T>(command: redwire::command::Command<T>, text: &str) {
    sends(command, text, "", Flags::IDEMPOTENT);
}

#[test]
fn questions() {
    asks(Build.cluster_info(), "CLUSTER INFO");
    asks(Build.cluster_nodes(), "CLUSTER NODES");
    asks(Build.cluster_replicas(ID), &format!("CLUSTER REPLICAS {ID}"));
    asks(Build.cluster_slaves(ID), &format!("CLUSTER SLAVES {ID}"));
    asks(Build.cluster_shards(), "CLUSTER SHARDS");
    asks(Build.cluster_slots(), "CLUSTER SLOTS");
    asks(Build.cluster_links(), "CLUSTER LINKS");
    asks(Build.cluster_myid(), "CLUSTER MYID");
    asks(Build.cluster_myshardid(), "CLUSTER MYSHARDID");
    asks(Build.cluster_keyslot(b"\xff"), "CLUSTER KEYSLOT \\xff");
    asks(Build.cluster_countkeysinslot(16383), "CLUSTER COUNTKEYSINSLOT 16383");
    asks(
        Build.cluster_getkeysinslot::<String>(7, 100),
        "CLUSTER GETKEYSINSLOT 7 100",
    );
    asks(
        Build.cluster_count_failure_reports(ID),
        &format!("CLUSTER COUNT-FAILURE-REPORTS {ID}"),
    );
    asks(Build.cluster_help(), "CLUSTER HELP");
    refuses(
        Build.cluster_countkeysinslot(16384),
        "CLUSTER: slots have numbers from 0 to 16383",
    );
}

#[test]
fn slot_stats() {
    asks(Build.cluster_slot_stats(0..=9), "CLUSTER SLOT-STATS SLOTSRANGE 0 9");
    let by = Build.cluster_slot_stats_by(SlotMetric::KeyCount, SlotStatsOptions::new());
    asks(by, "CLUSTER SLOT-STATS ORDERBY KEY-COUNT");
    for (metric, word) in [
        (SlotMetric::CpuUsec, "CPU-USEC"),
        (SlotMetric::MemoryBytes, "MEMORY-BYTES"),
        (SlotMetric::NetworkBytesIn, "NETWORK-BYTES-IN"),
        (SlotMetric::NetworkBytesOut, "NETWORK-BYTES-OUT"),
    ] {
        let options = SlotStatsOptions::new().desc().asc().limit(3);
        asks(
            Build.cluster_slot_stats_by(metric, options),
            &format!("CLUSTER SLOT-STATS ORDERBY {word} LIMIT 3 ASC"),
        );
    }
    let options = SlotStatsOptions::new().desc().limit(0);
    refuses(
        Build.cluster_slot_stats_by(SlotMetric::KeyCount, options),
        "CLUSTER: LIMIT must be at least 1",
    );
}

#[test]
fn slots() {
    writes(Build.cluster_addslots([1, 16383]), "CLUSTER ADDSLOTS 1 16383", "");
    writes(Build.cluster_delslots([7]), "CLUSTER DELSLOTS 7", "");
    writes(
        Build.cluster_addslotsrange([0..=9, 20..=20]),
        "CLUSTER ADDSLOTSRANGE 0 9 20 20",
        "",
    );
    writes(
        Build.cluster_delslotsrange([0..=16383]),
        "CLUSTER DELSLOTSRANGE 0 16383",
        "",
    );
    writes(Build.cluster_flushslots(), "CLUSTER FLUSHSLOTS", "");
    writes(Build.cluster_flushslot(7), "CLUSTER FLUSHSLOT 7", "");
    writes(
        Build.cluster_flushslot_with(7, FlushMode::Async),
        "CLUSTER FLUSHSLOT 7 ASYNC",
        "",
    );
    refuses(Build.cluster_addslots([]), "CLUSTER: at least one slot is needed");
    refuses(
        Build.cluster_delslots([1, 20000]),
        "CLUSTER: slots have numbers from 0 to 16383",
    );
    refuses(
        Build.cluster_addslotsrange([]),
        "CLUSTER: at least one range of slots is needed",
    );
    #[allow(clippy::reversed_empty_ranges, reason = "it is to be refused")]
    let reversed = 9..=0;
    refuses(
        Build.cluster_delslotsrange([reversed]),
        "CLUSTER: a range of slots is empty",
    );
    refuses(
        Build.cluster_addslotsrange([0..=16384]),
        "CLUSTER: slots have numbers from 0 to 16383",
    );
}

#[test]
fn setslot() {
    let with = |state| Build.cluster_setslot(7, state);
    writes(with(SetSlot::importing("ab")), "CLUSTER SETSLOT 7 IMPORTING ab", "");
    writes(with(SetSlot::migrating("ab")), "CLUSTER SETSLOT 7 MIGRATING ab", "");
    writes(with(SetSlot::node("ab")), "CLUSTER SETSLOT 7 NODE ab", "");
    writes(with(SetSlot::stable()), "CLUSTER SETSLOT 7 STABLE", "");
    writes(
        with(SetSlot::node("ab").timeout(Duration::from_millis(1500))),
        "CLUSTER SETSLOT 7 NODE ab TIMEOUT 1500",
        "",
    );
    refuses(
        Build.cluster_setslot(16384, SetSlot::stable()),
        "CLUSTER: slots have numbers from 0 to 16383",
    );
}

#[test]
fn nodes() {
    writes(Build.cluster_meet("10.0.0.1", 6379), "CLUSTER MEET 10.0.0.1 6379", "");
    writes(
        Build.cluster_meet_bus("10.0.0.1", 6379, 7000),
        "CLUSTER MEET 10.0.0.1 6379 7000",
        "",
    );
    writes(Build.cluster_forget("ab"), "CLUSTER FORGET ab", "");
    writes(Build.cluster_replicate("ab"), "CLUSTER REPLICATE ab", "");
    writes(Build.cluster_replicate_no_one(), "CLUSTER REPLICATE NO ONE", "");
    writes(Build.cluster_failover(), "CLUSTER FAILOVER", "");
    writes(
        Build.cluster_failover_with(ClusterFailover::Force),
        "CLUSTER FAILOVER FORCE",
        "",
    );
    writes(
        Build.cluster_failover_with(ClusterFailover::Takeover),
        "CLUSTER FAILOVER TAKEOVER",
        "",
    );
    writes(Build.cluster_reset(ClusterReset::Hard), "CLUSTER RESET HARD", "");
    writes(Build.cluster_reset(ClusterReset::Soft), "CLUSTER RESET SOFT", "");
    writes(Build.cluster_saveconfig(), "CLUSTER SAVECONFIG", "");
    writes(Build.cluster_set_config_epoch(3), "CLUSTER SET-CONFIG-EPOCH 3", "");
    writes(Build.cluster_bumpepoch(), "CLUSTER BUMPEPOCH", "");
}

#[test]
fn migrations() {
    writes(
        Build.cluster_migration_import([0..=9, 20..=20]),
        "CLUSTER MIGRATION IMPORT 0 9 20 20",
        "",
    );
    writes(
        Build.cluster_migration_cancel("ab"),
        "CLUSTER MIGRATION CANCEL ID ab",
        "",
    );
    writes(Build.cluster_migration_cancel_all(), "CLUSTER MIGRATION CANCEL ALL", "");
    asks(Build.cluster_migration_status("ab"), "CLUSTER MIGRATION STATUS ID ab");
    asks(Build.cluster_migration_status_all(), "CLUSTER MIGRATION STATUS ALL");
    writes(
        Build.cluster_migrateslots(MigrateSlots::new().to("ab", [0..=9, 20..=20]).to("cd", [30..=40])),
        "CLUSTER MIGRATESLOTS SLOTSRANGE 0 9 20 20 NODE ab SLOTSRANGE 30 40 NODE cd",
        "",
    );
    writes(Build.cluster_cancelslotmigrations(), "CLUSTER CANCELSLOTMIGRATIONS", "");
    asks(Build.cluster_getslotmigrations(), "CLUSTER GETSLOTMIGRATIONS");
    let none = "CLUSTER: at least one range of slots is needed";
    refuses(Build.cluster_migration_import([]), none);
    refuses(Build.cluster_migrateslots(MigrateSlots::new()), none);
    refuses(Build.cluster_migrateslots(MigrateSlots::new().to("ab", [])), none);
}

#[test]
fn what_is_about_one_connection() {
    for command in [Build.asking(), Build.readonly(), Build.readwrite()] {
        assert!(command.request().owns_connection());
    }
    sends(Build.asking(), "ASKING", "", Flags::OWNS_CONNECTION);
    sends(Build.readonly(), "READONLY", "", Flags::OWNS_CONNECTION);
    sends(Build.readwrite(), "READWRITE", "", Flags::OWNS_CONNECTION);
}
