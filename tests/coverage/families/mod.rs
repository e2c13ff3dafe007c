//! What the methods send, one file for each family: every method once, and once more for each option that adds words.

mod acl;
mod bitmaps;
mod cluster;
mod connection;
mod geo;
mod hashes;
mod hyperloglog;
mod keys;
mod lists;
mod pubsub;
mod scripting;
mod sentinel;
mod server;
mod sets;
mod sorted_sets;
mod streams;
mod strings;
mod vector_sets;

use std::time::Duration;

use redwire::resp::Value;

use crate::typed::Typed;

/// What the caller chooses as the type of a reply does not matter here.
type V = Value;

const MINUTE: Duration = Duration::from_secs(60);

/// What sentinels know: their own commands, and some of those of other servers.
pub fn of_sentinels() -> Vec<Typed> {
    sentinel::typed_commands().into_iter().chain(all()).collect()
}

pub fn all() -> Vec<Typed> {
    let families: &[fn() -> Vec<Typed>] = &[
        acl::typed_commands,
        bitmaps::typed_commands,
        cluster::typed_commands,
        connection::typed_commands,
        geo::typed_commands,
        hashes::typed_commands,
        hyperloglog::typed_commands,
        keys::typed_commands,
        lists::typed_commands,
        pubsub::typed_commands,
        scripting::typed_commands,
        server::typed_commands,
        sets::typed_commands,
        sorted_sets::typed_commands,
        streams::typed_commands,
        strings::typed_commands,
        vector_sets::typed_commands,
    ];
    families.iter().flat_map(|family| family()).collect()
}
