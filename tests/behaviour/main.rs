//! One table of behaviours, run on every runtime, on the in-memory server and on real servers, in RESP2 and RESP3.
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
    missing_docs,
    unreachable_pub
)]

mod acl;
mod administration;
mod async_only;
mod bitmaps;
mod blocking_only;
mod callbacks;
mod client;
mod cluster;
mod config;
mod connection;
mod geo;
mod hashes;
mod hyperloglog;
mod introspection;
mod keys;
mod latency;
mod lists;
mod memory;
#[path = "../support/moving_time.rs"]
mod moving_time;
mod pubsub;
mod raw;
mod runners;
mod scripting;
mod server;
mod sets;
mod skipped;
mod slowlog;
mod sort;
mod sorted_sets;
mod streams;
mod strings;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod vector_sets;

use table::Case;

/// What only real servers can do so far.
pub fn real_only_cases() -> Vec<Case> {
    let families: &[fn() -> Vec<Case>] = &[
        acl::cases_on_real_servers,
        client::cases_on_real_servers,
        hyperloglog::cases,
        introspection::cases_on_real_servers,
        acl::cases_on_real_servers,
        latency::cases_on_real_servers,
        memory::cases_on_real_servers,
        pubsub::cases_on_real_servers,
        scripting::cases_on_real_servers,
        server::cases_on_real_servers,
        vector_sets::cases,
    ];
    families.iter().flat_map(|family| family()).collect()
}

/// What every server can do, the in-memory one included.
pub fn cases() -> Vec<Case> {
    let families: &[fn() -> Vec<Case>] = &[
        bitmaps::cases,
        client::cases,
        config::cases,
        connection::cases,
        geo::cases,
        hashes::cases,
        introspection::cases,
        keys::cases,
        latency::cases,
        lists::cases,
        server::cases,
        sets::cases,
        slowlog::cases,
        sort::cases,
        sorted_sets::cases,
        streams::cases,
        strings::cases,
    ];
    families.iter().flat_map(|family| family()).collect()
}
