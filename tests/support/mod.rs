//! Real servers for integration tests: `mod support;` (`#[path = "../support/mod.rs"]` in a folder), then `Server::start()`.
//!
//! The program is the installed `redis-server`, or the one that the environment's `REDWIRE_TEST_SERVER` names: see
//! `tests/fetch-servers` for newer ones.
//!
//! Every server listens on loopback only, on a port of its own and on a Unix socket, keeps its files in a directory of
//! its own, and is gone, files and all, when its [`Server`] is dropped or the test process ends in whatever way.
//! Unix only: guard test files that use this module with `#![cfg(unix)]`.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "every test file compiles this module for itself and uses a part of it"
)]
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a harness that cannot go on fails the test"
)]

mod ports;
mod raw;
mod sentinel;
mod server;
mod until;
mod version;

pub use raw::{Raw, Reply};
pub use sentinel::Sentinels;
pub use server::{Builder, Server};
pub use until::{until, until_or};
pub use version::{Since, Version};
