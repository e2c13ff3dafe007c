use redwire::command::Flags;
use redwire::prelude::*;

use super::{reads, sends};

#[test]
fn commands() {
    reads(Build.memory_usage("k"), "MEMORY USAGE k", "k");
    let samples = |samples| Build.memory_usage_with("k", MemoryUsageOptions::new().samples(samples));
    reads(samples(7), "MEMORY USAGE k SAMPLES 7", "k");
    // All of them, which is not the same as saying nothing.
    reads(samples(0), "MEMORY USAGE k SAMPLES 0", "k");
    sends(Build.memory_stats(), "MEMORY STATS", "", Flags::IDEMPOTENT);
    sends(Build.memory_doctor(), "MEMORY DOCTOR", "", Flags::IDEMPOTENT);
    sends(
        Build.memory_malloc_stats(),
        "MEMORY MALLOC-STATS",
        "",
        Flags::IDEMPOTENT,
    );
    sends(Build.memory_purge(), "MEMORY PURGE", "", Flags::IDEMPOTENT);
    sends(Build.memory_help(), "MEMORY HELP", "", Flags::IDEMPOTENT);
}
