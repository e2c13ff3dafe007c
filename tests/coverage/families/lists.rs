use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let (left, right) = (Side::Left, Side::Right);
    let two = LmpopOptions::new().count(2);
    let lpos = LposOptions::new().rank(-1).maxlen(9);
    vec![
        typed(Build.blmove::<V>("a", "b", left, right, MINUTE)),
        typed(Build.blmpop::<V, V>(MINUTE, ["a", "b"], left)),
        typed(Build.blmpop_with::<V, V>(MINUTE, ["a", "b"], left, two)),
        typed(Build.blpop::<V, V>(["a", "b"], MINUTE)),
        typed(Build.brpop::<V, V>(["a", "b"], MINUTE)),
        typed(Build.brpoplpush::<V>("a", "b", MINUTE)),
        typed(Build.lindex::<V>("a", -1)),
        typed(Build.linsert("a", Pivot::Before, "x", "y")),
        typed(Build.linsert("a", Pivot::After, "x", "y")),
        typed(Build.llen("a")),
        typed(Build.lmove::<V>("a", "b", left, right)),
        typed(Build.lmpop::<V, V>(["a", "b"], right)),
        typed(Build.lmpop_with::<V, V>(["a", "b"], right, two)),
        typed(Build.lpop::<V>("a")),
        typed(Build.lpop_count::<V>("a", 2)),
        typed(Build.lpos("a", "x")),
        typed(Build.lpos_count("a", "x", 2, lpos)),
        typed(Build.lpos_with("a", "x", lpos)),
        typed(Build.lpush("a", ["x", "y"])),
        typed(Build.lpushx("a", ["x", "y"])),
        typed(Build.lrange::<V>("a", 0, -1)),
        typed(Build.lrem("a", -1, "x")),
        typed(Build.lset("a", 0, "x")),
        typed(Build.ltrim("a", 0, -1)),
        typed(Build.rpop::<V>("a")),
        typed(Build.rpop_count::<V>("a", 2)),
        typed(Build.rpoplpush::<V>("a", "b")),
        typed(Build.rpush("a", ["x", "y"])),
        typed(Build.rpushx("a", ["x", "y"])),
    ]
}
