use redwire::prelude::*;

use super::{MINUTE, V};
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let mut all = members();
    all.extend(ranges());
    all.extend(pops());
    all.extend(combinations());
    all
}

fn members() -> Vec<Typed> {
    let two = [("x", 1.5), ("y", f64::INFINITY)];
    vec![
        typed(Build.zadd("a", two)),
        typed(Build.zadd_incr("a", "x", 1, ZaddOptions::new().nx())),
        typed(Build.zadd_with("a", two, ZaddOptions::new().xx().gt().ch())),
        typed(Build.zcard("a")),
        typed(Build.zcount("a", ScoreBound::NEG_INFINITY, ScoreBound::Exclusive(2.0))),
        typed(Build.zincrby("a", 0.5, "x")),
        typed(Build.zlexcount("a", LexBound::MIN, LexBound::inclusive("x"))),
        typed(Build.zmscore("a", ["x", "y"])),
        typed(Build.zrandmember::<V>("a")),
        typed(Build.zrandmember_count::<V>("a", -2)),
        typed(Build.zrandmember_count_withscores::<V>("a", 2)),
        typed(Build.zrank("a", "x")),
        typed(Build.zrank_withscore("a", "x")).since(7, 2),
        typed(Build.zrem("a", ["x", "y"])),
        typed(Build.zrevrank("a", "x")),
        typed(Build.zrevrank_withscore("a", "x")).since(7, 2),
        typed(Build.zscan::<V>("a", 0)),
        typed(Build.zscan_with::<V>("a", 0, ZscanOptions::new().matching("x*").count(9))),
        typed(Build.zscore("a", "x")),
    ]
}

fn ranges() -> Vec<Typed> {
    let (low, high) = (LexBound::exclusive("x"), LexBound::MAX);
    let by_score = Zrange::score(1, 2).rev().limit(0, 9);
    vec![
        typed(Build.zrange::<V>("a", 0, -1)),
        typed(Build.zrange_by::<V>("a", Zrange::lex(low.clone(), high.clone()))),
        typed(Build.zrange_by::<V>("a", by_score.clone())),
        typed(Build.zrange_by_withscores::<V>("a", by_score.clone())),
        typed(Build.zrange_withscores::<V>("a", 0, -1)),
        typed(Build.zrangebylex::<V>("a", low.clone(), high.clone())),
        typed(Build.zrangebylex_limit::<V>("a", low.clone(), high.clone(), 0, 9)),
        typed(Build.zrangebyscore::<V>("a", 1, 2)),
        typed(Build.zrangebyscore_limit::<V>("a", 1, 2, 0, 9)),
        typed(Build.zrangebyscore_limit_withscores::<V>("a", 1, 2, 0, 9)),
        typed(Build.zrangebyscore_withscores::<V>("a", 1, 2)),
        typed(Build.zrangestore("z", "a", 0, -1)),
        typed(Build.zrangestore_by("z", "a", by_score)),
        typed(Build.zremrangebylex("a", low.clone(), high.clone())),
        typed(Build.zremrangebyrank("a", 0, -1)),
        typed(Build.zremrangebyscore("a", 1, 2)),
        typed(Build.zrevrange::<V>("a", 0, -1)),
        typed(Build.zrevrange_withscores::<V>("a", 0, -1)),
        typed(Build.zrevrangebylex::<V>("a", high.clone(), low.clone())),
        typed(Build.zrevrangebylex_limit::<V>("a", high, low, 0, 9)),
        typed(Build.zrevrangebyscore::<V>("a", 2, 1)),
        typed(Build.zrevrangebyscore_limit::<V>("a", 2, 1, 0, 9)),
        typed(Build.zrevrangebyscore_limit_withscores::<V>("a", 2, 1, 0, 9)),
        typed(Build.zrevrangebyscore_withscores::<V>("a", 2, 1)),
    ]
}

fn pops() -> Vec<Typed> {
    let (keys, min, max) = (["a", "b"], ZpopEnd::Min, ZpopEnd::Max);
    let two = ZmpopOptions::new().count(2);
    vec![
        typed(Build.bzmpop::<V, V>(MINUTE, keys, min)),
        typed(Build.bzmpop_with::<V, V>(MINUTE, keys, min, two)),
        typed(Build.bzpopmax::<V, V>(keys, MINUTE)),
        typed(Build.bzpopmin::<V, V>(keys, MINUTE)),
        typed(Build.zmpop::<V, V>(keys, max)),
        typed(Build.zmpop_with::<V, V>(keys, max, two)),
        typed(Build.zpopmax::<V>("a")),
        typed(Build.zpopmax_count::<V>("a", 2)),
        typed(Build.zpopmin::<V>("a")),
        typed(Build.zpopmin_count::<V>("a", 2)),
    ]
}

fn combinations() -> Vec<Typed> {
    let keys = ["a", "b"];
    let weighted = || AggregateOptions::new().weights([2, 3]).aggregate(Aggregate::Max);
    vec![
        typed(Build.zdiff::<V>(keys)),
        typed(Build.zdiff_withscores::<V>(keys)),
        typed(Build.zdiffstore("z", keys)),
        typed(Build.zinter::<V>(keys)),
        typed(Build.zinter_with::<V>(keys, weighted())),
        typed(Build.zinter_withscores::<V>(keys)),
        typed(Build.zinter_withscores_with::<V>(keys, weighted())),
        typed(Build.zintercard(keys)),
        typed(Build.zintercard_with(keys, ZintercardOptions::new().limit(3))),
        typed(Build.zinterstore("z", keys)),
        typed(Build.zinterstore_with("z", keys, weighted())),
        typed(Build.zunion::<V>(keys)),
        typed(Build.zunion_with::<V>(keys, weighted())),
        typed(Build.zunion_withscores::<V>(keys)),
        typed(Build.zunion_withscores_with::<V>(keys, weighted())),
        typed(Build.zunionstore("z", keys)),
        typed(Build.zunionstore_with("z", keys, weighted())),
    ]
}
