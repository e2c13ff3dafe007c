use redwire::prelude::*;

use super::MINUTE;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    vec![
        typed(Build.command_count()),
        typed(Build.dbsize()),
        typed(Build.flushall()),
        typed(Build.flushall_with(FlushMode::Async)),
        typed(Build.flushdb()),
        typed(Build.flushdb_with(FlushMode::Sync)),
        typed(Build.swapdb(0, 1)),
        typed(Build.time()),
        typed(Build.wait(1, MINUTE)),
        typed(Build.waitaof(1, 1, MINUTE)).since(7, 2),
    ]
}
