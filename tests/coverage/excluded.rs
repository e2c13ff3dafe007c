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
            "TRIMSLOTS",
            "XIDMPRECORD",
        ],
    ),
    ("tests of the server's own data structures", &["PFDEBUG", "PFSELFTEST"]),
    (
        "what a connection is made with stands in the configuration, and holds for every connection of a client",
        &["AUTH", "HELLO", "SELECT"],
    ),
    (
        "a client closes its connections and cleans them by itself",
        &["QUIT", "RESET"],
    ),
    (
        "a transaction is a procedure: a pipeline, or one that watches keys",
        &["DISCARD", "EXEC", "MULTI", "UNWATCH", "WATCH"],
    ),
    (
        "messages come over a connection of its own, by a subscriber",
        &[
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "SSUBSCRIBE",
            "SUBSCRIBE",
            "SUNSUBSCRIBE",
            "UNSUBSCRIBE",
        ],
    ),
    ("lines come over a connection of its own, by a monitor", &["MONITOR"]),
    ("makes of the connection one to a debugger", &["SCRIPT DEBUG"]),
    ("REPLICAOF under its old name", &["SLAVEOF"]),
    (
        "SENTINEL GET-MASTER-ADDR-BY-NAME and the like under the names that Valkey has besides",
        &[
            "SENTINEL GET-PRIMARY-ADDR-BY-NAME",
            "SENTINEL IS-PRIMARY-DOWN-BY-ADDR",
            "SENTINEL PRIMARIES",
            "SENTINEL PRIMARY",
        ],
    ),
    (
        "replies that do not come would be taken for those of other commands",
        &["CLIENT REPLY"],
    ),
];
