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
            "CLIENT HELP",
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
            "AUTH",
            "DISCARD",
            "EXEC",
            "HELLO",
            "MONITOR",
            "MULTI",
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "QUIT",
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
