//! Deterministic simulation of the clients: see `README.md` beside this file.
#![cfg(all(feature = "tokio", feature = "blocking", feature = "mock"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod asyncs;
mod blockings;
mod calls;
mod model;
mod net;
mod pools;
mod rng;
mod sessions;
mod setting;
mod tasks;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

type Run = fn(u64, bool) -> Result<(), String>;

/// The kinds of schedules; a seed belongs to the one at its remainder.
const KINDS: [(&str, Run); 5] = [
    ("async client with tasks", |seed, tracing| asyncs::run(seed, true, tracing)),
    ("async client without tasks", |seed, tracing| asyncs::run(seed, false, tracing)),
    ("bare session", sessions::run),
    ("blocking client", blockings::run),
    ("pool machine", pools::run),
];

fn run(seed: u64, tracing: bool) -> Result<(), String> {
    let (_, schedule) = KINDS[(seed % KINDS.len() as u64) as usize];
    catch_unwind(AssertUnwindSafe(|| schedule(seed, tracing))).unwrap_or_else(|_| Err("a panic".into()))
}

/// Runs the seeds; fails with those that found something.
fn check(seeds: impl Iterator<Item = u64>) {
    let mut failed = Vec::new();
    for seed in seeds {
        if let Err(why) = run(seed, false) {
            let (kind, _) = KINDS[(seed % KINDS.len() as u64) as usize];
            failed.push(format!("SIM_SEED={seed} ({kind}): {why}"));
            if failed.len() >= 10 {
                break;
            }
        }
    }
    assert!(
        failed.is_empty(),
        "to replay: SIM_SEED=.. cargo test --all-features --test simulation replay -- --nocapture\n{}",
        failed.join("\n")
    );
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn schedules() {
    check(0..number("SIM_SCHEDULES", 5_000));
}

/// Shows one schedule: the seed is `SIM_SEED`.
#[test]
fn replay() {
    let Ok(seed) = std::env::var("SIM_SEED") else { return };
    let seed = seed.parse().expect("a number");
    if let Err(why) = run(seed, true) {
        panic!("SIM_SEED={seed}: {why}");
    }
}
