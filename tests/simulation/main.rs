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
mod found;
mod locks;
mod model;
mod net;
mod pools;
mod rng;
mod sessions;
mod setting;
mod small_scope;
mod storms;
mod subscribers;
mod tasks;
mod torture;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

type Run = fn(u64, bool) -> Result<(), String>;

/// The kinds of schedules; a seed belongs to the one at its remainder.
const KINDS: [(&str, Run); 5] = [
    ("async client with tasks", |seed, tracing| {
        asyncs::run(seed, true, tracing)
    }),
    ("async client without tasks", |seed, tracing| {
        asyncs::run(seed, false, tracing)
    }),
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

/// Runs so many schedules from this seed on, on every core.
fn run_all(first: u64, count: u64) {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            // Every kind on every thread.
            let seeds = (first + thread * count / threads)..(first + (thread + 1) * count / threads);
            scope.spawn(move || check(seeds));
        }
    });
}

#[test]
fn schedules() {
    run_all(0, 4_000);
}

/// `SIM_SCHEDULES` schedules, from the seed `SIM_FIRST` on.
#[test]
#[ignore = "takes a minute or more; see README.md beside this file"]
fn million() {
    let (first, count) = (number("SIM_FIRST", 0), number("SIM_SCHEDULES", 1_000_000));
    let begin = std::time::Instant::now();
    run_all(first, count);
    println!("{count} schedules in {:.1} s", begin.elapsed().as_secs_f64());
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
