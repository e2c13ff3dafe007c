use redwire::prelude::*;

use super::{four, names};
use crate::table::{Case, case, fails, step, works};

pub fn cases() -> Vec<Case> {
    vec![
        by_rank(),
        by_score(),
        by_member(),
        storing(),
        older_by_rank(),
        older_by_score(),
        older_by_score_backwards(),
        older_by_member(),
        removing(),
        wrong_type(),
        refusals(),
    ]
}

type Names = Vec<String>;

const LOW: ScoreBound = ScoreBound::NEG_INFINITY;
const HIGH: ScoreBound = ScoreBound::INFINITY;

fn by_rank() -> Case {
    let get = |range| Build.zrange_by::<Names>("z", range);
    let scored = |range| Build.zrange_by_withscores::<String>("z", range);
    case(
        "sorted set: ZRANGE by position",
        vec![
            step(Build.zrange::<Names>("z", 0, -1), "[]"),
            step(Build.zrange_withscores::<String>("z", 0, -1), "[]"),
            four(),
            step(Build.zrange::<Names>("z", 0, -1), r#"["a", "b", "c", "d"]"#),
            step(Build.zrange::<Names>("z", -2, 100), r#"["c", "d"]"#),
            step(Build.zrange::<Names>("z", 2, 1), "[]"),
            step(
                Build.zrange_withscores::<String>("z", 0, 1),
                r#"[("a", 1.0), ("b", 2.0)]"#,
            ),
            step(Build.zrange_withscores::<String>("z", 3, 3), r#"[("d", inf)]"#),
            step(get(Zrange::rank(0, 1)), r#"["a", "b"]"#),
            step(get(Zrange::rank(0, 1).rev()), r#"["d", "c"]"#),
            step(scored(Zrange::rank(0, 0).rev()), r#"[("d", inf)]"#),
            step(scored(Zrange::rank(9, 9)), "[]"),
        ],
    )
}

fn by_score() -> Case {
    let get = |range| Build.zrange_by::<Names>("z", range);
    let scored = |range| Build.zrange_by_withscores::<String>("z", range);
    case(
        "sorted set: ZRANGE by score",
        vec![
            step(get(Zrange::score(LOW, HIGH)), "[]"),
            four(),
            step(get(Zrange::score(LOW, HIGH)), r#"["a", "b", "c", "d"]"#),
            step(get(Zrange::score(1, 2)), r#"["a", "b", "c"]"#),
            step(get(Zrange::score(1, 2).rev()), r#"["c", "b", "a"]"#),
            step(get(Zrange::score(ScoreBound::Exclusive(1.0), 2)), r#"["b", "c"]"#),
            step(get(Zrange::score(1, ScoreBound::Exclusive(2.0)).rev()), r#"["a"]"#),
            step(get(Zrange::scores(1.0..2.0)), r#"["a"]"#),
            step(get(Zrange::scores(..=2.0)), r#"["a", "b", "c"]"#),
            step(get(Zrange::scores(2.0..)), r#"["b", "c", "d"]"#),
            step(get(Zrange::scores(..)), r#"["a", "b", "c", "d"]"#),
            step(get(Zrange::scores(..).limit(1, 2)), r#"["b", "c"]"#),
            step(get(Zrange::scores(..).limit(1, -1)), r#"["b", "c", "d"]"#),
            step(get(Zrange::scores(..).limit(9, 1)), "[]"),
            step(get(Zrange::scores(..).rev().limit(1, 2)), r#"["c", "b"]"#),
            step(scored(Zrange::scores(2.0..)), r#"[("b", 2.0), ("c", 2.0), ("d", inf)]"#),
            step(scored(Zrange::scores(2.0..).rev().limit(0, 1)), r#"[("d", inf)]"#),
        ],
    )
}

fn by_member() -> Case {
    let get = |range| Build.zrange_by::<Names>("n", range);
    case(
        "sorted set: ZRANGE by member",
        vec![
            step(get(Zrange::lex(LexBound::MIN, LexBound::MAX)), "[]"),
            names(),
            step(
                get(Zrange::lex(LexBound::MIN, LexBound::MAX)),
                r#"["alice", "bob", "carol", "dave"]"#,
            ),
            step(
                get(Zrange::lex(LexBound::inclusive("bob"), LexBound::exclusive("dave"))),
                r#"["bob", "carol"]"#,
            ),
            step(
                get(Zrange::lex(LexBound::exclusive("bob"), LexBound::MAX).rev()),
                r#"["dave", "carol"]"#,
            ),
            step(
                get(Zrange::lex(LexBound::MIN, LexBound::MAX).rev().limit(1, 2)),
                r#"["carol", "bob"]"#,
            ),
            step(get(Zrange::lex(LexBound::inclusive("x"), LexBound::MAX)), "[]"),
        ],
    )
}

fn storing() -> Case {
    case(
        "sorted set: ZRANGESTORE",
        vec![
            works(Build.set("d", "text")),
            four(),
            step(Build.zrangestore("d", "z", 0, 1), "2"),
            step(
                Build.zrange_withscores::<String>("d", 0, -1),
                r#"[("a", 1.0), ("b", 2.0)]"#,
            ),
            step(
                Build.zrangestore_by("d", "z", Zrange::scores(2.0..).rev().limit(0, 2)),
                "2",
            ),
            step(
                Build.zrange_withscores::<String>("d", 0, -1),
                r#"[("c", 2.0), ("d", inf)]"#,
            ),
            step(Build.zrangestore("d", "z", 9, 9), "0"),
            step(Build.zcard("d"), "0"),
            works(Build.zadd("d", ("x", 1))),
            step(Build.zrangestore("d", "missing", 0, -1), "0"),
            step(Build.zcard("d"), "0"),
            names(),
            step(
                Build.zrangestore_by("d", "n", Zrange::lex(LexBound::MIN, LexBound::inclusive("bob"))),
                "2",
            ),
            step(Build.zrange::<Names>("d", 0, -1), r#"["alice", "bob"]"#),
        ],
    )
}

fn older_by_rank() -> Case {
    case(
        "sorted set: ZREVRANGE",
        vec![
            step(Build.zrevrange::<Names>("z", 0, -1), "[]"),
            step(Build.zrevrange_withscores::<String>("z", 0, -1), "[]"),
            four(),
            step(Build.zrevrange::<Names>("z", 0, 1), r#"["d", "c"]"#),
            step(
                Build.zrevrange_withscores::<String>("z", -2, -1),
                r#"[("b", 2.0), ("a", 1.0)]"#,
            ),
        ],
    )
}

fn older_by_score() -> Case {
    case(
        "sorted set: ZRANGEBYSCORE",
        vec![
            step(Build.zrangebyscore::<Names>("z", LOW, HIGH), "[]"),
            four(),
            step(Build.zrangebyscore::<Names>("z", 1, 2), r#"["a", "b", "c"]"#),
            step(
                Build.zrangebyscore::<Names>("z", ScoreBound::Exclusive(1.0), ScoreBound::Exclusive(2.0)),
                "[]",
            ),
            step(Build.zrangebyscore_withscores::<String>("z", LOW, 1), r#"[("a", 1.0)]"#),
            step(Build.zrangebyscore_withscores::<String>("z", 5, 4), "[]"),
            step(
                Build.zrangebyscore_limit::<Names>("z", LOW, HIGH, 1, 2),
                r#"["b", "c"]"#,
            ),
            step(
                Build.zrangebyscore_limit::<Names>("z", LOW, HIGH, 2, -1),
                r#"["c", "d"]"#,
            ),
            step(Build.zrangebyscore_limit::<Names>("z", LOW, HIGH, 0, 0), "[]"),
            step(
                Build.zrangebyscore_limit_withscores::<String>("z", 2, HIGH, 1, 1),
                r#"[("c", 2.0)]"#,
            ),
            step(Build.zrangebyscore_limit_withscores::<String>("z", 2, HIGH, 7, 1), "[]"),
        ],
    )
}

fn older_by_score_backwards() -> Case {
    case(
        "sorted set: ZREVRANGEBYSCORE",
        vec![
            step(Build.zrevrangebyscore::<Names>("z", HIGH, LOW), "[]"),
            four(),
            step(Build.zrevrangebyscore::<Names>("z", 2, 1), r#"["c", "b", "a"]"#),
            step(Build.zrevrangebyscore::<Names>("z", 1, 2), "[]"),
            step(
                Build.zrevrangebyscore_withscores::<String>("z", 2, ScoreBound::Exclusive(1.0)),
                r#"[("c", 2.0), ("b", 2.0)]"#,
            ),
            step(Build.zrevrangebyscore_withscores::<String>("z", 0, 0), "[]"),
            step(
                Build.zrevrangebyscore_limit::<Names>("z", HIGH, LOW, 1, 2),
                r#"["c", "b"]"#,
            ),
            step(Build.zrevrangebyscore_limit::<Names>("z", HIGH, LOW, 4, 2), "[]"),
            step(
                Build.zrevrangebyscore_limit_withscores::<String>("z", HIGH, 2, 0, 1),
                r#"[("d", inf)]"#,
            ),
            step(
                Build.zrevrangebyscore_limit_withscores::<String>("z", HIGH, 2, 9, 1),
                "[]",
            ),
        ],
    )
}

fn older_by_member() -> Case {
    let (b, d) = (LexBound::inclusive("bob"), LexBound::exclusive("dave"));
    let (min, max) = (LexBound::MIN, LexBound::MAX);
    case(
        "sorted set: ZRANGEBYLEX and ZREVRANGEBYLEX",
        vec![
            step(Build.zrangebylex::<Names>("n", min.clone(), max.clone()), "[]"),
            step(Build.zrevrangebylex::<Names>("n", max.clone(), min.clone()), "[]"),
            names(),
            step(
                Build.zrangebylex::<Names>("n", b.clone(), d.clone()),
                r#"["bob", "carol"]"#,
            ),
            step(Build.zrevrangebylex::<Names>("n", d, b.clone()), r#"["carol", "bob"]"#),
            step(
                Build.zrangebylex_limit::<Names>("n", b.clone(), max.clone(), 1, -1),
                r#"["carol", "dave"]"#,
            ),
            step(Build.zrangebylex_limit::<Names>("n", b, max.clone(), 9, -1), "[]"),
            step(
                Build.zrevrangebylex_limit::<Names>("n", max.clone(), min.clone(), 0, 1),
                r#"["dave"]"#,
            ),
            step(Build.zrevrangebylex_limit::<Names>("n", min, max, 0, 1), "[]"),
        ],
    )
}

fn removing() -> Case {
    case(
        "sorted set: removing ranges",
        vec![
            step(Build.zremrangebyrank("z", 0, -1), "0"),
            step(Build.zremrangebyscore("z", LOW, HIGH), "0"),
            step(Build.zremrangebylex("z", LexBound::MIN, LexBound::MAX), "0"),
            four(),
            step(Build.zremrangebyrank("z", -1, -1), "1"),
            step(Build.zremrangebyrank("z", 5, 9), "0"),
            step(Build.zremrangebyscore("z", 0, ScoreBound::Exclusive(2.0)), "1"),
            step(Build.zrange::<Names>("z", 0, -1), r#"["b", "c"]"#),
            step(Build.zremrangebyscore("z", LOW, HIGH), "2"),
            step(Build.zcard("z"), "0"),
            names(),
            step(
                Build.zremrangebylex("n", LexBound::MIN, LexBound::exclusive("carol")),
                "2",
            ),
            step(Build.zrange::<Names>("n", 0, -1), r#"["carol", "dave"]"#),
        ],
    )
}

fn wrong_type() -> Case {
    let (min, max) = (LexBound::MIN, LexBound::MAX);
    case(
        "sorted set: ranges of a key of another type",
        vec![
            works(Build.set("k", "text")),
            fails(Build.zrange::<Names>("k", 0, -1), "WRONGTYPE"),
            fails(Build.zrange_withscores::<String>("k", 0, -1), "WRONGTYPE"),
            fails(Build.zrange_by::<Names>("k", Zrange::scores(..)), "WRONGTYPE"),
            fails(
                Build.zrange_by_withscores::<String>("k", Zrange::scores(..)),
                "WRONGTYPE",
            ),
            fails(Build.zrangestore("d", "k", 0, -1), "WRONGTYPE"),
            fails(Build.zrangestore_by("d", "k", Zrange::scores(..)), "WRONGTYPE"),
            fails(Build.zrevrange::<Names>("k", 0, -1), "WRONGTYPE"),
            fails(Build.zrevrange_withscores::<String>("k", 0, -1), "WRONGTYPE"),
            fails(Build.zrangebyscore::<Names>("k", 1, 2), "WRONGTYPE"),
            fails(Build.zrangebyscore_withscores::<String>("k", 1, 2), "WRONGTYPE"),
            fails(Build.zrangebyscore_limit::<Names>("k", 1, 2, 0, 1), "WRONGTYPE"),
            fails(
                Build.zrangebyscore_limit_withscores::<String>("k", 1, 2, 0, 1),
                "WRONGTYPE",
            ),
            fails(Build.zrevrangebyscore::<Names>("k", 2, 1), "WRONGTYPE"),
            fails(Build.zrevrangebyscore_withscores::<String>("k", 2, 1), "WRONGTYPE"),
            fails(Build.zrevrangebyscore_limit::<Names>("k", 2, 1, 0, 1), "WRONGTYPE"),
            fails(
                Build.zrevrangebyscore_limit_withscores::<String>("k", 2, 1, 0, 1),
                "WRONGTYPE",
            ),
            fails(Build.zrangebylex::<Names>("k", min.clone(), max.clone()), "WRONGTYPE"),
            fails(
                Build.zrangebylex_limit::<Names>("k", min.clone(), max.clone(), 0, 1),
                "WRONGTYPE",
            ),
            fails(
                Build.zrevrangebylex::<Names>("k", max.clone(), min.clone()),
                "WRONGTYPE",
            ),
            fails(
                Build.zrevrangebylex_limit::<Names>("k", max.clone(), min.clone(), 0, 1),
                "WRONGTYPE",
            ),
            fails(Build.zremrangebyrank("k", 0, -1), "WRONGTYPE"),
            fails(Build.zremrangebyscore("k", 1, 2), "WRONGTYPE"),
            fails(Build.zremrangebylex("k", min, max), "WRONGTYPE"),
        ],
    )
}

fn refusals() -> Case {
    let lex = || Zrange::lex(LexBound::MIN, LexBound::MAX);
    let limit = "LIMIT goes with a range by score or by member only";
    case(
        "sorted set: ranges that are not even sent",
        vec![
            fails(
                Build.zrange_by::<Names>("z", Zrange::rank(0, 1).limit(0, 1)),
                &format!("ZRANGE: {limit}"),
            ),
            fails(
                Build.zrangestore_by("d", "z", Zrange::rank(0, 1).limit(0, 1)),
                &format!("ZRANGESTORE: {limit}"),
            ),
            fails(
                Build.zrange_by_withscores::<String>("z", lex()),
                "ZRANGE: WITHSCORES does not go with a range by member",
            ),
            fails(
                Build.zrange_by::<Names>("z", Zrange::scores(f64::NAN..)),
                "ZRANGE: a bound is not a number",
            ),
            fails(
                Build.zrangebyscore::<Names>("z", f64::NAN, 1),
                "ZRANGEBYSCORE: a bound is not a number",
            ),
            fails(
                Build.zremrangebyscore("z", 1, f64::NAN),
                "ZREMRANGEBYSCORE: a bound is not a number",
            ),
        ],
    )
}
