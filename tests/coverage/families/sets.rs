use redwire::prelude::*;

use super::V;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let keys = ["a", "b"];
    vec![
        typed(Build.sadd("a", ["x", "y"])),
        typed(Build.scard("a")),
        typed(Build.sdiff::<V>(keys)),
        typed(Build.sdiffstore("z", keys)),
        typed(Build.sinter::<V>(keys)),
        typed(Build.sintercard(keys)),
        typed(Build.sintercard_with(keys, SintercardOptions::new().limit(3))),
        typed(Build.sinterstore("z", keys)),
        typed(Build.sismember("a", "x")),
        typed(Build.smembers::<V>("a")),
        typed(Build.smismember("a", ["x", "y"])),
        typed(Build.smove("a", "b", "x")),
        typed(Build.spop::<V>("a")),
        typed(Build.spop_count::<V>("a", 2)),
        typed(Build.srandmember::<V>("a")),
        typed(Build.srandmember_count::<V>("a", -2)),
        typed(Build.srem("a", ["x", "y"])),
        typed(Build.sscan::<V>("a", 0)),
        typed(Build.sscan_with::<V>("a", 0, SscanOptions::new().matching("x*").count(9))),
        typed(Build.sunion::<V>(keys)),
        typed(Build.sunionstore("z", keys)),
    ]
}
