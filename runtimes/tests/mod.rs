//! Who locks what, who waits and who is woken, under schedules that are chosen rather than met by luck.
//!
//! [shuttle](https://docs.rs/shuttle) runs every test here some thousand times. It decides at each lock, each wait and each
//! wake-up which thread goes on: at random, or by PCT, which is random with few preemptions. A schedule in which everybody
//! waits is a failure, so "nobody waits for ever" is asserted by every test without a word. Nobody is woken without reason
//! either: [`stage::block_on`] polls after a wake-up only, so that one which is lost cannot be made good by another.
//!
//! ```text
//! RUSTFLAGS="--cfg redwire_shuttle" CARGO_PROFILE_DEV_OPT_LEVEL=1 cargo test --target-dir target/shuttle --lib \
//!     --no-default-features --features blocking,tokio runtimes::tests
//! ```
//!
//! Every run tries the same schedules. These variables of the environment change that:
//!
//! | variable | |
//! |---|---|
//! | `REDWIRE_SCHEDULES` | how many schedules each test tries with either scheduler, in place of its own number |
//! | `REDWIRE_SEED` | a number that leads to other schedules |
//! | `REDWIRE_REPLAY` | a failing schedule, to be run once: the string that was printed, or a file with it |
//!
//! A failure prints its schedule (`failing schedule:` and a string between quotes). To run it again, under a debugger or
//! with more output, name the test and the schedule:
//!
//! ```text
//! REDWIRE_REPLAY=91027c.. RUSTFLAGS="--cfg redwire_shuttle" cargo test .. runtimes::tests::shared::name_of_the_test
//! ```
//!
//! A schedule is good for as long as neither the test nor what it tests locks anything anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]
#![allow(unreachable_pub, reason = "modules of one test")]

mod budget;
mod leases;
mod net;
mod pool;
mod shared;
mod stage;
mod times;

use std::string::String;

use shuttle::scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler};
use shuttle::{MaxSteps, Runner};

/// How many preemptions PCT places.
const DEPTH: usize = 3;

/// No test here comes near: one that runs on like this runs for ever.
const STEPS: usize = 50_000;

/// Runs `test` under `schedules` random ones, and under as many by PCT.
fn check(schedules: usize, test: impl Fn() + Send + Sync + 'static) {
    let test = std::sync::Arc::new(test);
    if let Some(schedule) = variable::<String>("REDWIRE_REPLAY") {
        let schedule = std::fs::read_to_string(&schedule).unwrap_or(schedule);
        return run(ReplayScheduler::new_from_encoded(schedule.trim()), test);
    }
    let schedules = variable("REDWIRE_SCHEDULES").unwrap_or(schedules);
    let seed = variable("REDWIRE_SEED").unwrap_or(0x5eed);
    run(RandomScheduler::new_from_seed(seed, schedules), test.clone());
    run(PctScheduler::new_from_seed(seed, DEPTH, schedules), test);
}

fn run(scheduler: impl Scheduler + 'static, test: std::sync::Arc<impl Fn() + Send + Sync + 'static>) {
    let mut config = shuttle::Config::new();
    config.stack_size = 256 * 1024;
    config.max_steps = MaxSteps::FailAfter(STEPS);
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(move || test());
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}
