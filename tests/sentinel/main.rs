//! Sentinel: rows F315 to F328 of the redis-py behaviour reference on scripts in virtual time, a model that fails over at
//! every step, and real sentinels with a real failover under load.
#![cfg(all(
    unix,
    feature = "blocking",
    feature = "tokio",
    feature = "async-std",
    feature = "smol",
    feature = "mock"
))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a failure is the test's result, and modules are shared with other tests"
)]

mod commands;
mod failover;
mod model;
mod peers;
mod real;
mod rows;
#[path = "../engine/stage.rs"]
mod stage;
mod steps;
#[path = "../support/mod.rs"]
mod support;
mod turns;
mod watching;
#[path = "../engine/worlds.rs"]
mod worlds;
