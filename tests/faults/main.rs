//! The protocol layer against a server, a network and callers that do everything wrong.
//!
//! Names begin with the case of the fault list that they prove: `t04_`, `s4_`. Most run end to end, on the blocking and
//! on an async client, over `mock::Script`; what is about bytes, memory or work drives a `Connection` itself, because
//! there nothing else is measured along.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a failure is the test's result"
)]

#[path = "../support/counting.rs"]
mod counting;

mod attributes;
mod binary;
mod clients;
mod corpus;
mod cuts;
mod differential;
mod generator;
mod handshake;
mod malformed;
mod memory;
mod nesting;
mod secrets;
mod sent;
mod work;

#[global_allocator]
static HEAP: counting::Counting = counting::Counting;
