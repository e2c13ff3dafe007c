use std::collections::{BTreeMap, BTreeSet};

use redwire::prelude::*;

use super::{Scored, four, names};
use crate::table::{Case, case, fails, step, works};

pub fn cases() -> Vec<Case> {
    vec![
        adding(),
        conditions(),
        incrementing(),
        scores(),
        removing(),
        counting(),
        ranks(),
        ranks_with_scores(),
        choosing(),
        pages(),
        wrong_type(),
        refusals(),
    ]
}

fn adding() -> Case {
    case(
        "sorted set: ZADD",
        vec![
            step(Build.zcard("z"), "0"),
            step(Build.zadd("z", ("a", 1)), "1"),
            step(Build.zadd("z", [("a", 1.5), ("b", 2.0), ("b", 3.0)]), "1"),
            step(Build.zadd("z", BTreeMap::from([("c", -0.25)])), "1"),
            step(Build.zadd("z", vec![("a", 1.5)]), "0"),
            step(Build.zadd("z", &[("d", 2.5f32), ("e", 0.0)][..]), "2"),
            step(Build.zcard("z"), "5"),
            step(Build.zadd("z", (7, 7u32)), "1"),
            step(
                Build.zrange_withscores::<String>("z", 0, -1),
                r#"[("c", -0.25), ("e", 0.0), ("a", 1.5), ("d", 2.5), ("b", 3.0), ("7", 7.0)]"#,
            ),
            // A score of another set on the same member, and every kind of score.
            step(
                Build.zadd(
                    "e",
                    [
                        ("tiny", 1e-10),
                        ("big", 1e20),
                        ("inf", f64::INFINITY),
                        ("min", f64::NEG_INFINITY),
                    ],
                ),
                "4",
            ),
            step(
                Build.zrange_withscores::<String>("e", 0, -1),
                r#"[("min", -inf), ("tiny", 1e-10), ("big", 1e20), ("inf", inf)]"#,
            ),
        ],
    )
}

fn conditions() -> Case {
    let with = ZaddOptions::new;
    case(
        "sorted set: ZADD under conditions",
        vec![
            step(Build.zadd_with("z", ("a", 1), with().xx()), "0"),
            step(Build.zcard("z"), "0"),
            step(Build.zadd_with("z", ("a", 1), with().nx()), "1"),
            step(Build.zadd_with("z", [("a", 5), ("b", 5)], with().nx()), "1"),
            step(Build.zscore("z", "a"), "Some(1.0)"),
            step(Build.zadd_with("z", [("a", 2), ("new", 2)], with().xx()), "0"),
            step(Build.zadd_with("z", [("a", 3), ("new", 2)], with().xx().ch()), "1"),
            step(Build.zadd_with("z", [("a", 3), ("b", 6), ("c", 1)], with().ch()), "2"),
            step(Build.zadd_with("z", ("a", 2), with().gt().ch()), "0"),
            step(Build.zadd_with("z", ("a", 4), with().gt().ch()), "1"),
            step(Build.zadd_with("z", ("a", 9), with().lt().ch()), "0"),
            step(Build.zadd_with("z", ("a", 0), with().lt().ch()), "1"),
            step(Build.zadd_with("z", [("e", 9), ("f", 9)], with().lt()), "2"),
            step(Build.zadd_with("z", ("g", 9), with().xx().gt()), "0"),
            step(
                Build.zmscore("z", ["a", "b", "c", "e", "g"]),
                "[Some(0.0), Some(6.0), Some(1.0), Some(9.0), None]",
            ),
        ],
    )
}

fn incrementing() -> Case {
    let with = ZaddOptions::new;
    case(
        "sorted set: adding to a score",
        vec![
            step(Build.zincrby("z", 2, "a"), "2.0"),
            step(Build.zincrby("z", -0.5, "a"), "1.5"),
            step(Build.zadd_incr("z", "a", 1, with()), "Some(2.5)"),
            step(Build.zadd_incr("z", "b", 1, with().xx()), "None"),
            step(Build.zadd_incr("z", "a", 1, with().nx()), "None"),
            step(Build.zadd_incr("z", "b", 1, with().nx()), "Some(1.0)"),
            step(Build.zadd_incr("z", "a", -1, with().gt()), "None"),
            step(Build.zadd_incr("z", "a", -1, with().lt().ch()), "Some(1.5)"),
            step(Build.zincrby("z", f64::INFINITY, "a"), "inf"),
            fails(
                Build.zincrby("z", f64::NEG_INFINITY, "a"),
                "ERR resulting score is not a number (NaN)",
            ),
            fails(
                Build.zadd_incr("z", "a", f64::NEG_INFINITY, with()),
                "ERR resulting score is not a number (NaN)",
            ),
            step(Build.zscore("z", "a"), "Some(inf)"),
        ],
    )
}

fn scores() -> Case {
    case(
        "sorted set: ZSCORE and ZMSCORE",
        vec![
            step(Build.zscore("z", "a"), "None"),
            step(Build.zmscore("z", ["a", "b"]), "[None, None]"),
            four(),
            step(Build.zscore("z", "a"), "Some(1.0)"),
            step(Build.zscore("z", "d"), "Some(inf)"),
            step(Build.zscore("z", "x"), "None"),
            step(Build.zmscore("z", ["b", "x", "b"]), "[Some(2.0), None, Some(2.0)]"),
        ],
    )
}

fn removing() -> Case {
    case(
        "sorted set: ZREM",
        vec![
            step(Build.zrem("z", "a"), "0"),
            four(),
            step(Build.zrem("z", ["a", "x", "a"]), "1"),
            step(Build.zrem("z", ["b", "c", "d"]), "3"),
            step(Build.zcard("z"), "0"),
        ],
    )
}

fn counting() -> Case {
    case(
        "sorted set: ZCOUNT and ZLEXCOUNT",
        vec![
            step(Build.zcount("z", 0, 1), "0"),
            step(Build.zlexcount("n", LexBound::MIN, LexBound::MAX), "0"),
            four(),
            step(Build.zcount("z", ScoreBound::NEG_INFINITY, ScoreBound::INFINITY), "4"),
            step(Build.zcount("z", 1, 2), "3"),
            step(Build.zcount("z", ScoreBound::Exclusive(1.0), 2), "2"),
            step(Build.zcount("z", 1, ScoreBound::Exclusive(2.0)), "1"),
            step(Build.zcount("z", 2, 1), "0"),
            names(),
            step(Build.zlexcount("n", LexBound::MIN, LexBound::MAX), "4"),
            step(
                Build.zlexcount("n", LexBound::inclusive("bob"), LexBound::exclusive("dave")),
                "2",
            ),
            step(Build.zlexcount("n", LexBound::exclusive("bob"), LexBound::MAX), "2"),
            step(Build.zlexcount("n", LexBound::MAX, LexBound::MIN), "0"),
        ],
    )
}

fn ranks() -> Case {
    case(
        "sorted set: ZRANK and ZREVRANK",
        vec![
            step(Build.zrank("z", "a"), "None"),
            step(Build.zrevrank("z", "a"), "None"),
            four(),
            step(Build.zrank("z", "a"), "Some(0)"),
            step(Build.zrank("z", "c"), "Some(2)"),
            step(Build.zrank("z", "x"), "None"),
            step(Build.zrevrank("z", "a"), "Some(3)"),
            step(Build.zrevrank("z", "d"), "Some(0)"),
            step(Build.zrevrank("z", "x"), "None"),
        ],
    )
}

fn ranks_with_scores() -> Case {
    case(
        "sorted set: ranks with scores",
        vec![
            four(),
            step(Build.zrank_withscore("z", "c"), "Some((2, 2.0))").since(7, 2),
            step(Build.zrank_withscore("z", "x"), "None").since(7, 2),
            step(Build.zrevrank_withscore("z", "d"), "Some((0, inf))").since(7, 2),
            step(Build.zrevrank_withscore("missing", "x"), "None").since(7, 2),
            works(Build.set("k", "text")),
            fails(Build.zrank_withscore("k", "a"), "WRONGTYPE").since(7, 2),
            fails(Build.zrevrank_withscore("k", "a"), "WRONGTYPE").since(7, 2),
        ],
    )
}

fn choosing() -> Case {
    case(
        "sorted set: ZRANDMEMBER",
        vec![
            step(Build.zrandmember::<Option<String>>("z"), "None"),
            step(Build.zrandmember_count::<Vec<String>>("z", 2), "[]"),
            step(Build.zrandmember_count::<Vec<String>>("z", -2), "[]"),
            step(Build.zrandmember_count_withscores::<String>("z", 2), "[]"),
            works(Build.zadd("z", ("a", 1.5))),
            step(Build.zrandmember::<Option<String>>("z"), r#"Some("a")"#),
            step(Build.zrandmember_count::<Vec<String>>("z", 2), r#"["a"]"#),
            step(Build.zrandmember_count::<Vec<String>>("z", -2), r#"["a", "a"]"#),
            step(Build.zrandmember_count::<Vec<String>>("z", 0), "[]"),
            step(Build.zrandmember_count_withscores::<String>("z", 2), r#"[("a", 1.5)]"#),
            step(
                Build.zrandmember_count_withscores::<String>("z", -2),
                r#"[("a", 1.5), ("a", 1.5)]"#,
            ),
            step(Build.zrandmember_count_withscores::<String>("z", 0), "[]"),
            four(),
            step(
                Build.zrandmember_count::<BTreeSet<String>>("z", 9),
                r#"{"a", "b", "c", "d"}"#,
            ),
            works(Build.zrandmember_count::<[String; 2]>("z", 2)),
            works(Build.zrandmember_count::<[String; 6]>("z", -6)),
            fails(
                Build.zrandmember_count_withscores::<String>("z", i64::MAX),
                "ERR value is out of range",
            ),
        ],
    )
}

fn pages() -> Case {
    let matching = ZscanOptions::new().matching("a*").count(100);
    case(
        "sorted set: ZSCAN",
        vec![
            step(Build.zscan::<String>("z", 0), "(0, [])"),
            works(Build.zadd("z", [("a1", 1.0), ("a2", 0.5), ("b1", f64::INFINITY)])),
            step(
                Build.zscan::<String>("z", 0),
                r#"(0, [("a2", 0.5), ("a1", 1.0), ("b1", inf)])"#,
            ),
            step(
                Build.zscan_with::<String>("z", 0, matching),
                r#"(0, [("a2", 0.5), ("a1", 1.0)])"#,
            ),
            fails(
                Build.zscan_with::<String>("z", 0, ZscanOptions::new().count(0)),
                "ERR syntax error",
            ),
            works(Build.zadd(
                "large",
                (0..500).map(|n| (format!("member:{n}"), n)).collect::<Vec<_>>(),
            )),
            works(Build.zscan_with::<String>("large", 0, ZscanOptions::new().count(10))),
        ],
    )
}

fn wrong_type() -> Case {
    case(
        "sorted set: a key of another type",
        vec![
            works(Build.set("k", "text")),
            fails(Build.zadd("k", ("a", 1)), "WRONGTYPE"),
            fails(Build.zadd_with("k", ("a", 1), ZaddOptions::new().xx()), "WRONGTYPE"),
            fails(Build.zadd_incr("k", "a", 1, ZaddOptions::new()), "WRONGTYPE"),
            fails(Build.zincrby("k", 1, "a"), "WRONGTYPE"),
            fails(Build.zrem("k", "a"), "WRONGTYPE"),
            fails(Build.zcard("k"), "WRONGTYPE"),
            fails(Build.zcount("k", 1, 2), "WRONGTYPE"),
            fails(Build.zlexcount("k", LexBound::MIN, LexBound::MAX), "WRONGTYPE"),
            fails(Build.zscore("k", "a"), "WRONGTYPE"),
            fails(Build.zmscore("k", "a"), "WRONGTYPE"),
            fails(Build.zrank("k", "a"), "WRONGTYPE"),
            fails(Build.zrevrank("k", "a"), "WRONGTYPE"),
            fails(Build.zrandmember::<Option<String>>("k"), "WRONGTYPE"),
            fails(Build.zrandmember_count::<Vec<String>>("k", 1), "WRONGTYPE"),
            fails(Build.zrandmember_count_withscores::<String>("k", 1), "WRONGTYPE"),
            fails(Build.zscan::<String>("k", 0), "WRONGTYPE"),
        ],
    )
}

fn refusals() -> Case {
    let none: [&str; 0] = [];
    let nothing: [Scored; 0] = [];
    let with = ZaddOptions::new;
    let incompatible = "ZADD: GT, LT, and/or NX options at the same time are not compatible";
    case(
        "sorted set: what is not even sent",
        vec![
            fails(Build.zadd("z", nothing), "ZADD: at least one member is needed"),
            fails(Build.zadd("z", ("a", f64::NAN)), "ZADD: a score is not a number"),
            fails(
                Build.zadd("z", BTreeMap::from([("a", f64::NAN), ("b", 1.0)])),
                "ZADD: a score is not a number",
            ),
            fails(
                Build.zadd_with("z", ("a", 1), with().nx().xx()),
                "ZADD: XX and NX options at the same time are not compatible",
            ),
            fails(Build.zadd_with("z", ("a", 1), with().nx().gt()), incompatible),
            fails(Build.zadd_incr("z", "a", 1, with().nx().lt()), incompatible),
            fails(Build.zadd_with("z", ("a", 1), with().gt().lt()), incompatible),
            fails(
                Build.zadd_incr("z", "a", f64::NAN, with()),
                "ZADD: a score is not a number",
            ),
            fails(Build.zincrby("z", f64::NAN, "a"), "ZINCRBY: a score is not a number"),
            fails(Build.zrem("z", none), "ZREM: at least one member is needed"),
            fails(Build.zmscore("z", none), "ZMSCORE: at least one member is needed"),
            fails(Build.zcount("z", f64::NAN, 1), "ZCOUNT: a bound is not a number"),
            fails(
                Build.zcount("z", 1, ScoreBound::Exclusive(f64::NAN)),
                "ZCOUNT: a bound is not a number",
            ),
        ],
    )
}
