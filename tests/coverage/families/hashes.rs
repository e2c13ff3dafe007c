use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let pairs = [("f", 1), ("g", 2)];
    let mut all = vec![
        typed(Build.hdel("a", ["f", "g"])),
        typed(Build.hexists("a", "f")),
        typed(Build.hget::<V>("a", "f")),
        typed(Build.hgetall::<V>("a")),
        typed(Build.hincrby("a", "f", -1)),
        typed(Build.hincrbyfloat("a", "f", 0.5)),
        typed(Build.hkeys::<V>("a")),
        typed(Build.hlen("a")),
        typed(Build.hmget::<V>("a", ["f", "g"])),
        typed(Build.hmset("a", pairs)),
        typed(Build.hrandfield::<V>("a")),
        typed(Build.hrandfield_count::<V>("a", -3)),
        typed(Build.hrandfield_withvalues::<V>("a", 3)),
        typed(Build.hscan::<V>("a", 0)),
        typed(Build.hscan_with::<V>("a", u64::MAX, HscanOptions::new().matching("f*").count(9))),
        typed(Build.hscan_novalues::<V>("a", 0, HscanOptions::new().count(9))).since(7, 4),
        typed(Build.hset("a", pairs)),
        typed(Build.hsetnx("a", "f", 1)),
        typed(Build.hstrlen("a", "f")),
        typed(Build.hvals::<V>("a")),
    ];
    all.extend(expiry());
    all
}

fn expiry() -> Vec<Typed> {
    let (fields, pairs) = (["f", "g"], [("f", 1), ("g", 2)]);
    let since_74 = vec![
        typed(Build.hexpire("a", MINUTE, fields)),
        typed(Build.hexpire_if("a", MINUTE, fields, ExpireIf::Nx)),
        typed(Build.hexpireat("a", MINUTE, fields)),
        typed(Build.hexpireat_if("a", MINUTE, fields, ExpireIf::Xx)),
        typed(Build.hexpiretime("a", fields)),
        typed(Build.hpersist("a", fields)),
        typed(Build.hpexpire("a", MINUTE, fields)),
        typed(Build.hpexpire_if("a", MINUTE, fields, ExpireIf::Gt)),
        typed(Build.hpexpireat("a", MINUTE, fields)),
        typed(Build.hpexpireat_if("a", MINUTE, fields, ExpireIf::Lt)),
        typed(Build.hpexpiretime("a", fields)),
        typed(Build.hpttl("a", fields)),
        typed(Build.httl("a", fields)),
    ];
    let since_80 = vec![
        typed(Build.hgetex::<V>("a", fields)),
        typed(Build.hgetex_with::<V>("a", fields, HgetexOptions::new().ex(MINUTE))),
        typed(Build.hgetex_with::<V>("a", fields, HgetexOptions::new().pxat(MINUTE))),
        typed(Build.hgetex_with::<V>("a", fields, HgetexOptions::new().persist())),
        typed(Build.hsetex("a", pairs, HsetexOptions::new())),
        typed(Build.hsetex("a", pairs, HsetexOptions::new().fnx().px(MINUTE))),
        typed(Build.hsetex("a", pairs, HsetexOptions::new().fxx().exat(MINUTE))),
        typed(Build.hsetex("a", pairs, HsetexOptions::new().keepttl())),
    ];
    let set = |options| typed(Build.hsetex("a", pairs, options));
    let mut all = vec![
        typed(Build.hgetdel::<V>("a", fields)).since(8, 0).valkey(9, 1),
        set(HsetexOptions::new().nx().fnx().ex(MINUTE)).only_valkey(9, 1),
        set(HsetexOptions::new().xx()).only_valkey(9, 1),
    ];
    all.extend(since_74.into_iter().map(|typed| typed.since(7, 4).valkey(9, 0)));
    all.extend(since_80.into_iter().map(|typed| typed.since(8, 0).valkey(9, 0)));
    all
}
