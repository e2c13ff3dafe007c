use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

const ID: &str = "07c37dfeb235213a872192d90877d0cd55635b91";

pub fn typed_commands() -> Vec<Typed> {
    let mut all = questions();
    all.extend(changes());
    all.extend(migrations());
    all
}

fn questions() -> Vec<Typed> {
    let options = SlotStatsOptions::new().limit(3).asc();
    vec![
        typed(Build.asking()),
        typed(Build.cluster_count_failure_reports(ID)),
        typed(Build.cluster_countkeysinslot(7)),
        typed(Build.cluster_getkeysinslot::<V>(7, 9)),
        typed(Build.cluster_help()),
        typed(Build.cluster_info()),
        typed(Build.cluster_keyslot("a")),
        typed(Build.cluster_links()),
        typed(Build.cluster_myid()),
        typed(Build.cluster_myshardid()).since(7, 2),
        typed(Build.cluster_nodes()),
        typed(Build.cluster_replicas(ID)),
        typed(Build.cluster_shards()),
        typed(Build.cluster_slaves(ID)),
        typed(Build.cluster_slot_stats(0..=9)).since(8, 2).valkey(8, 0),
        typed(Build.cluster_slot_stats_by(SlotMetric::KeyCount, options))
            .since(8, 2)
            .valkey(8, 0),
        typed(Build.cluster_slots()),
        typed(Build.readonly()),
        typed(Build.readwrite()),
    ]
}

fn changes() -> Vec<Typed> {
    vec![
        typed(Build.cluster_addslots([1, 2])),
        typed(Build.cluster_addslotsrange([0..=9, 20..=20])),
        typed(Build.cluster_bumpepoch()),
        typed(Build.cluster_delslots([1, 2])),
        typed(Build.cluster_delslotsrange([0..=9, 20..=20])),
        typed(Build.cluster_failover()),
        typed(Build.cluster_failover_with(ClusterFailover::Force)),
        typed(Build.cluster_flushslot(7)).only_valkey(9, 0),
        typed(Build.cluster_flushslot_with(7, FlushMode::Sync)).only_valkey(9, 0),
        typed(Build.cluster_flushslots()),
        typed(Build.cluster_forget(ID)),
        typed(Build.cluster_meet("10.0.0.1", 6379)),
        typed(Build.cluster_meet_bus("10.0.0.1", 6379, 7000)),
        typed(Build.cluster_replicate(ID)),
        typed(Build.cluster_replicate_no_one()).only_valkey(9, 0),
        typed(Build.cluster_reset(ClusterReset::Soft)),
        typed(Build.cluster_saveconfig()),
        typed(Build.cluster_set_config_epoch(3)),
        typed(Build.cluster_setslot(7, SetSlot::importing(ID))),
        typed(Build.cluster_setslot(7, SetSlot::migrating(ID))),
        typed(Build.cluster_setslot(7, SetSlot::node(ID).timeout(MINUTE))).only_valkey(8, 0),
        typed(Build.cluster_setslot(7, SetSlot::stable())),
    ]
}

fn migrations() -> Vec<Typed> {
    let of_redis = vec![
        typed(Build.cluster_migration_cancel(ID)),
        typed(Build.cluster_migration_cancel_all()),
        typed(Build.cluster_migration_import([0..=9, 20..=20])),
        typed(Build.cluster_migration_status(ID)),
        typed(Build.cluster_migration_status_all()),
    ];
    let of_valkey = vec![
        typed(Build.cluster_cancelslotmigrations()),
        typed(Build.cluster_getslotmigrations()),
        typed(Build.cluster_migrateslots(MigrateSlots::new().to(ID, [0..=9, 20..=20]).to(ID, [30..=40]))),
    ];
    let mut all: Vec<_> = of_redis.into_iter().map(|typed| typed.since(8, 4)).collect();
    all.extend(of_valkey.into_iter().map(|typed| typed.only_valkey(9, 0)));
    all
}
