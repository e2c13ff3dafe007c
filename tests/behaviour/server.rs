use std::time::Duration;

use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

const SECOND: Duration = Duration::from_secs(1);

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "dbsize and flushes",
            vec![
                step(Build.dbsize(), "0"),
                step(Build.mset([("a", 1), ("b", 2)]), "true"),
                step(Build.dbsize(), "2"),
                step(Build.flushdb(), "true"),
                step(Build.dbsize(), "0"),
                step(Build.set("a", 1), "true"),
                step(Build.flushdb_with(FlushMode::Async), "true"),
                step(Build.dbsize(), "0"),
                step(Build.set("a", 1), "true"),
                step(Build.flushall_with(FlushMode::Sync), "true"),
                step(Build.dbsize(), "0"),
                step(Build.flushall(), "true"),
            ],
        ),
        case(
            "swapdb",
            vec![
                step(Build.set("a", 1), "true"),
                step(Build.swapdb(0, 1), "true"),
                step(Build.exists("a"), "0"),
                // The other database is the one that is flushed.
                step(Build.flushdb(), "true"),
                step(Build.swapdb(0, 1), "true"),
                step(Build.exists("a"), "1"),
                fails(Build.swapdb(0, 100_000), "ERR DB index is out of range"),
            ],
        ),
        case("time", vec![works(Build.time()), works(Build.command_count())]),
        case("wait without replicas", vec![step(Build.wait(0, SECOND), "0")]),
        case(
            "waitaof without files",
            vec![
                step(Build.waitaof(0, 0, SECOND), "(0, 0)").since(7, 2),
                fails(Build.waitaof(2, 0, SECOND), "ERR value is out of range").since(7, 2),
            ],
        ),
    ]
}
