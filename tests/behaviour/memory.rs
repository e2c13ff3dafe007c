use redwire::prelude::*;

use crate::table::{Case, case, step, works};

/// The in-memory server does not count bytes.
pub fn cases_on_real_servers() -> Vec<Case> {
    let sampled = |samples| Build.memory_usage_with("list", MemoryUsageOptions::new().samples(samples));
    vec![
        case(
            "memory usage",
            vec![
                step(Build.memory_usage("none"), "None"),
                step(Build.rpush("list", ["a", "b", "c"]), "3"),
                works(Build.memory_usage("list")),
                works(sampled(0)),
                works(sampled(2)),
            ],
        ),
        case(
            "memory of the server",
            vec![
                step(Build.set("a", 1), "true"),
                works(Build.memory_stats()),
                works(Build.memory_doctor()),
                works(Build.memory_malloc_stats()),
                step(Build.memory_purge(), "true"),
                works(Build.memory_help()),
            ],
        ),
    ]
}
