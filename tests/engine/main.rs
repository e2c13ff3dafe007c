//! The engine against the world: sessions, the shared async connection, pools and retries, before scripted servers, hostile
//! ones and real ones.
//!
//! Names begin with what they prove: a case of the fault list (`t19_`), a fault reproduced in another client (`peers_r4_`),
//! a trap of caller-driven I/O (`trap_`), a behaviour of the pool (`pool_`). What needs no socket runs in virtual time, on
//! the blocking client and on the async one with and without tasks of its own; what is about the runtimes runs on every
//! one of them over real sockets.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a failure is the test's result"
)]

#[path = "../support/mod.rs"]
mod support;

mod restart;
mod stage;

mod backoff;
mod beside;
mod cancelled;
mod deadlines;
mod integrity;
mod logins;
mod net;
mod observers;
mod pool;
mod real;
mod refusals;
mod replies;
mod settings;
mod subscribed;
mod torture;
mod transactions;
mod traps;
mod watching;
mod worlds;
