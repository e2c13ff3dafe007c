//! Commands without a method, and why.

use std::collections::BTreeMap;

/// Reasons by name.
pub fn all() -> BTreeMap<&'static str, &'static str> {
    let mut all = BTreeMap::new();
    for (reason, names) in REASONS {
        for name in *names {
            assert!(all.insert(*name, *reason).is_none(), "{name} is there twice");
        }
    }
    all
}

const REASONS: &[(&str, &[&str])] = &[
    (
        "between servers",
        &[
            "CLUSTER SYNCSLOTS",
            "PSYNC",
            "REPLCONF",
            "RESTORE-ASKING",
            "SYNC",
            "XIDMPRECORD",
        ],
    ),
    (
        "text for people at a prompt",
        &[
            "ACL HELP",
            "CLIENT HELP",
            "CLUSTER HELP",
            "COMMAND HELP",
            "COMMANDLOG HELP",
            "CONFIG HELP",
            "HOTKEYS HELP",
            "LATENCY HELP",
            "MEMORY HELP",
            "MODULE HELP",
            "SLOWLOG HELP",
            "XGROUP HELP",
            "XINFO HELP",
        ],
    ),
    ("tests of the server's own data structures", &["PFDEBUG", "PFSELFTEST"]),
    (
        "to come",
        &[
            "ASKING",
            "AUTH",
            "CLUSTER ADDSLOTS",
            "CLUSTER ADDSLOTSRANGE",
            "CLUSTER BUMPEPOCH",
            "CLUSTER CANCELSLOTMIGRATIONS",
            "CLUSTER COUNT-FAILURE-REPORTS",
            "CLUSTER COUNTKEYSINSLOT",
            "CLUSTER DELSLOTS",
            "CLUSTER DELSLOTSRANGE",
            "CLUSTER FAILOVER",
            "CLUSTER FLUSHSLOT",
            "CLUSTER FLUSHSLOTS",
            "CLUSTER FORGET",
            "CLUSTER GETKEYSINSLOT",
            "CLUSTER GETSLOTMIGRATIONS",
            "CLUSTER INFO",
            "CLUSTER KEYSLOT",
            "CLUSTER LINKS",
            "CLUSTER MEET",
            "CLUSTER MIGRATESLOTS",
            "CLUSTER MIGRATION",
            "CLUSTER MYID",
            "CLUSTER MYSHARDID",
            "CLUSTER NODES",
            "CLUSTER REPLICAS",
            "CLUSTER REPLICATE",
            "CLUSTER RESET",
            "CLUSTER SAVECONFIG",
            "CLUSTER SET-CONFIG-EPOCH",
            "CLUSTER SETSLOT",
            "CLUSTER SHARDS",
            "CLUSTER SLAVES",
            "CLUSTER SLOT-STATS",
            "CLUSTER SLOTS",
            "DISCARD",
            "EXEC",
            "HELLO",
            "MONITOR",
            "MULTI",
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "QUIT",
            "READONLY",
            "READWRITE",
            "RESET",
            "SCRIPT DEBUG",
            "SELECT",
            "SSUBSCRIBE",
            "SUBSCRIBE",
            "SUNSUBSCRIBE",
            "TRIMSLOTS",
            "UNSUBSCRIBE",
            "UNWATCH",
            "WATCH",
        ],
    ),
    ("REPLICAOF under its old name", &["SLAVEOF"]),
    (
        "replies that do not come would be taken for those of other commands",
        &["CLIENT REPLY"],
    ),
];
