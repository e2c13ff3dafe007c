use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let pairs = [("a", 1), ("b", 2)];
    let mut all = vec![
        typed(Build.append("a", "x")),
        typed(Build.decr("a")),
        typed(Build.decrby("a", 2)),
        typed(Build.get::<V>("a")),
        typed(Build.getdel::<V>("a")),
        typed(Build.getex::<V>("a", GetexOptions::new())),
        typed(Build.getex::<V>("a", GetexOptions::new().exat(MINUTE))),
        typed(Build.getex::<V>("a", GetexOptions::new().persist())),
        typed(Build.getrange::<V>("a", 0, -1)),
        typed(Build.getset::<V>("a", "x")),
        typed(Build.incr("a")),
        typed(Build.incrby("a", 2)),
        typed(Build.incrbyfloat("a", 0.5)),
        typed(Build.lcs::<V>("a", "b")),
        typed(Build.lcs_idx("a", "b", LcsOptions::new().minmatchlen(4))),
        typed(Build.lcs_len("a", "b")),
        typed(Build.mget::<V>(["a", "b"])),
        typed(Build.mset(pairs)),
        typed(Build.msetnx(pairs)),
        typed(Build.psetex("a", MINUTE, "x")),
        typed(Build.set("a", "x")),
        typed(Build.set_get::<V>("a", "x")),
        typed(Build.set_get_with::<V>("a", "x", SetOptions::new().nx().px(MINUTE))),
        typed(Build.set_with("a", "x", SetOptions::new().xx().exat(MINUTE))),
        typed(Build.set_with("a", "x", SetOptions::new().keepttl())),
        typed(Build.setex("a", MINUTE, "x")),
        typed(Build.setnx("a", "x")),
        typed(Build.setrange("a", 2, "x")),
        typed(Build.strlen("a")),
        typed(Build.substr::<V>("a", 0, -1)),
    ];
    all.extend(newer());
    all
}

fn newer() -> Vec<Typed> {
    let pairs = [("a", 1), ("b", 2)];
    let digest = "0123456789abcdef";
    vec![
        typed(Build.delifeq("a", "x")).only_valkey(9, 0),
        typed(Build.delex("a", DelexOptions::new())).since(8, 4),
        typed(Build.delex("a", DelexOptions::new().ifeq("x"))).since(8, 4),
        typed(Build.delex("a", DelexOptions::new().ifdne(digest))).since(8, 4),
        typed(Build.digest("a")).since(8, 4),
        typed(Build.increx(
            "a",
            2,
            IncrexOptions::new().lbound(0).ubound(9).saturate().ex(MINUTE).enx(),
        ))
        .since(8, 8),
        typed(Build.increx_float("a", 0.5, IncrexOptions::new().persist())).since(8, 8),
        typed(Build.msetex(pairs, MsetexOptions::new()))
            .since(8, 4)
            .valkey(9, 1),
        typed(Build.msetex(pairs, MsetexOptions::new().nx().pxat(MINUTE)))
            .since(8, 4)
            .valkey(9, 1),
        typed(Build.msetex(pairs, MsetexOptions::new().xx().keepttl()))
            .since(8, 4)
            .valkey(9, 1),
        typed(Build.set_with("a", "x", SetOptions::new().ifeq("y")))
            .since(8, 4)
            .valkey(8, 1),
        typed(Build.set_with("a", "x", SetOptions::new().ifdne(digest).ex(MINUTE))).since(8, 4),
    ]
}
