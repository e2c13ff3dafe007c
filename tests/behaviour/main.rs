//! One table of behaviours, run on every runtime, on the in-memory server and on real servers, in RESP2 and RESP3.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod hashes;
mod lists;
mod raw;
mod sets;
mod sorted_sets;
mod strings;
mod table;

use table::Case;

/// Every behaviour there is.
pub fn all_cases() -> Vec<Case> {
    let families: [fn() -> Vec<Case>; 5] =
        [hashes::cases, lists::cases, sets::cases, sorted_sets::cases, strings::cases];
    families.into_iter().flat_map(|family| family()).collect()
}
