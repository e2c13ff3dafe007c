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

mod async_only;
mod bitmaps;
mod callbacks;
mod connection;
mod hashes;
mod keys;
mod lists;
mod pubsub;
mod raw;
mod runners;
mod scripting;
mod server;
mod sets;
mod skipped;
mod sort;
mod sorted_sets;
mod strings;
#[path = "../support/mod.rs"]
mod support;
mod table;

use table::Case;

/// What only real servers can do so far.
pub fn real_only_cases() -> Vec<Case> {
    let families: [fn() -> Vec<Case>; 3] = [
        keys::of_streams,
        pubsub::cases_on_real_servers,
        scripting::cases_on_real_servers,
    ];
    families.into_iter().flat_map(|family| family()).collect()
}

/// What every server can do, the in-memory one included.
pub fn cases() -> Vec<Case> {
    let families: [fn() -> Vec<Case>; 10] = [
        bitmaps::cases,
        connection::cases,
        hashes::cases,
        keys::cases,
        lists::cases,
        server::cases,
        sets::cases,
        sort::cases,
        sorted_sets::cases,
        strings::cases,
    ];
    families.into_iter().flat_map(|family| family()).collect()
}
