use redwire::prelude::*;

use crate::table::{Case, Step, case, fails, step, works};

pub fn cases() -> Vec<Case> {
    vec![
        unions(),
        intersections(),
        differences(),
        storing(),
        counting(),
        infinities(),
        wrong_type(),
        refusals(),
    ]
}

type Names = Vec<String>;

/// x has a 1, b 2, c 3; y has b 10, c 20, d 30; the plain set s has a and d.
fn three() -> [Step; 3] {
    [
        works(Build.zadd("x", [("a", 1), ("b", 2), ("c", 3)])),
        works(Build.zadd("y", [("b", 10), ("c", 20), ("d", 30)])),
        works(Build.sadd("s", ["a", "d"])),
    ]
}

fn weighted() -> AggregateOptions {
    AggregateOptions::new().weights([10, 1]).aggregate(Aggregate::Max)
}

fn unions() -> Case {
    let mut steps = vec![
        step(Build.zunion::<Names>(["x", "y"]), "[]"),
        step(Build.zunion_withscores::<String>(["x", "y"]), "[]"),
    ];
    steps.extend(three());
    steps.extend([
        step(Build.zunion::<Names>(["x", "y"]), r#"["a", "b", "c", "d"]"#),
        step(
            Build.zunion_withscores::<String>(["x", "y", "missing"]),
            r#"[("a", 1.0), ("b", 12.0), ("c", 23.0), ("d", 30.0)]"#,
        ),
        step(
            Build.zunion_with::<Names>(["x", "y"], weighted()),
            r#"["a", "b", "c", "d"]"#,
        ),
        step(
            Build.zunion_withscores_with::<String>(["x", "y"], weighted()),
            r#"[("a", 10.0), ("b", 20.0), ("c", 30.0), ("d", 30.0)]"#,
        ),
        step(
            Build.zunion_withscores_with::<String>(["x", "y"], AggregateOptions::new().aggregate(Aggregate::Min)),
            r#"[("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 30.0)]"#,
        ),
        step(
            Build.zunion_withscores_with::<String>(["x", "y"], AggregateOptions::new().weights([-1.5, 0.0])),
            r#"[("c", -4.5), ("b", -3.0), ("a", -1.5), ("d", 0.0)]"#,
        ),
        step(
            Build.zunion_withscores::<String>(["x", "s"]),
            r#"[("d", 1.0), ("a", 2.0), ("b", 2.0), ("c", 3.0)]"#,
        ),
    ]);
    case("sorted set: ZUNION", steps)
}

fn intersections() -> Case {
    let mut steps = Vec::from(three());
    steps.extend([
        step(Build.zinter::<Names>(["x", "y"]), r#"["b", "c"]"#),
        step(Build.zinter::<Names>(["x", "missing"]), "[]"),
        step(
            Build.zinter_withscores::<String>(["x", "y"]),
            r#"[("b", 12.0), ("c", 23.0)]"#,
        ),
        step(Build.zinter_withscores::<String>(["x", "missing"]), "[]"),
        step(Build.zinter_with::<Names>(["x", "y"], weighted()), r#"["b", "c"]"#),
        step(
            Build.zinter_withscores_with::<String>(["x", "y"], weighted()),
            r#"[("b", 20.0), ("c", 30.0)]"#,
        ),
        step(
            Build.zinter_withscores_with::<String>(["s", "y"], AggregateOptions::new().weights([0.5, 2.0])),
            r#"[("d", 60.5)]"#,
        ),
    ]);
    case("sorted set: ZINTER", steps)
}

fn differences() -> Case {
    let mut steps = Vec::from(three());
    steps.extend([
        step(Build.zdiff::<Names>(["x", "y"]), r#"["a"]"#),
        step(Build.zdiff::<Names>(["missing", "y"]), "[]"),
        step(
            Build.zdiff_withscores::<String>(["x", "s"]),
            r#"[("b", 2.0), ("c", 3.0)]"#,
        ),
        step(Build.zdiff_withscores::<String>(["x", "x"]), "[]"),
    ]);
    case("sorted set: ZDIFF", steps)
}

fn storing() -> Case {
    let all = |expected| step(Build.zrange_withscores::<String>("to", 0, -1), expected);
    let mut steps = Vec::from(three());
    steps.extend([
        works(Build.set("to", "text")),
        step(Build.zunionstore("to", ["x", "y"]), "4"),
        all(r#"[("a", 1.0), ("b", 12.0), ("c", 23.0), ("d", 30.0)]"#),
        step(Build.zunionstore_with("to", ["x", "y"], weighted()), "4"),
        all(r#"[("a", 10.0), ("b", 20.0), ("c", 30.0), ("d", 30.0)]"#),
        step(Build.zinterstore("to", ["x", "y"]), "2"),
        all(r#"[("b", 12.0), ("c", 23.0)]"#),
        step(Build.zinterstore_with("to", ["to", "y"], weighted()), "2"),
        all(r#"[("b", 120.0), ("c", 230.0)]"#),
        step(Build.zdiffstore("to", ["x", "y"]), "1"),
        all(r#"[("a", 1.0)]"#),
        // An empty result deletes the destination.
        step(Build.zdiffstore("to", ["x", "x"]), "0"),
        step(Build.zcard("to"), "0"),
        works(Build.zadd("to", ("x", 1))),
        step(Build.zinterstore("to", ["x", "missing"]), "0"),
        step(Build.zcard("to"), "0"),
        works(Build.zadd("to", ("x", 1))),
        step(Build.zunionstore("to", "missing"), "0"),
        step(Build.zcard("to"), "0"),
    ]);
    case("sorted set: ZUNIONSTORE, ZINTERSTORE and ZDIFFSTORE", steps)
}

fn counting() -> Case {
    let limit = |limit| ZintercardOptions::new().limit(limit);
    let mut steps = Vec::from(three());
    steps.extend([
        step(Build.zintercard(["x", "y"]), "2"),
        step(Build.zintercard(["x", "missing"]), "0"),
        step(Build.zintercard(["x", "s"]), "1"),
        step(Build.zintercard_with(["x", "y"], limit(1)), "1"),
        step(Build.zintercard_with(["x", "y"], limit(0)), "2"),
        fails(
            Build.zintercard_with("x", limit(u64::MAX)),
            "ERR LIMIT can't be negative",
        ),
    ]);
    case("sorted set: ZINTERCARD", steps)
}

fn infinities() -> Case {
    case(
        "sorted set: inf minus inf is 0 where scores are added, and 0 times inf is 0",
        vec![
            works(Build.zadd("p", ("a", f64::INFINITY))),
            works(Build.zadd("m", ("a", f64::NEG_INFINITY))),
            step(Build.zunion_withscores::<String>(["p", "m"]), r#"[("a", 0.0)]"#),
            step(Build.zinter_withscores::<String>(["p", "m"]), r#"[("a", 0.0)]"#),
            step(
                Build.zunion_withscores_with::<String>("p", AggregateOptions::new().weights([0])),
                r#"[("a", 0.0)]"#,
            ),
        ],
    )
}

fn wrong_type() -> Case {
    let mut steps = Vec::from(three());
    let keys = ["x", "k"];
    steps.extend([
        works(Build.set("k", "text")),
        fails(Build.zunion::<Names>(keys), "WRONGTYPE"),
        fails(Build.zunion_with::<Names>(keys, weighted()), "WRONGTYPE"),
        fails(Build.zunion_withscores::<String>(keys), "WRONGTYPE"),
        fails(Build.zunion_withscores_with::<String>(keys, weighted()), "WRONGTYPE"),
        fails(Build.zunionstore("to", keys), "WRONGTYPE"),
        fails(Build.zunionstore_with("to", keys, weighted()), "WRONGTYPE"),
        fails(Build.zinter::<Names>(keys), "WRONGTYPE"),
        fails(Build.zinter_with::<Names>(keys, weighted()), "WRONGTYPE"),
        fails(Build.zinter_withscores::<String>(keys), "WRONGTYPE"),
        fails(Build.zinter_withscores_with::<String>(keys, weighted()), "WRONGTYPE"),
        fails(Build.zinterstore("to", keys), "WRONGTYPE"),
        fails(Build.zinterstore_with("to", keys, weighted()), "WRONGTYPE"),
        fails(Build.zdiff::<Names>(keys), "WRONGTYPE"),
        fails(Build.zdiff_withscores::<String>(keys), "WRONGTYPE"),
        fails(Build.zdiffstore("to", keys), "WRONGTYPE"),
        fails(Build.zintercard(keys), "WRONGTYPE"),
        fails(Build.zintercard_with(keys, ZintercardOptions::new()), "WRONGTYPE"),
        step(Build.zcard("to"), "0"),
    ]);
    case("sorted set: combining with a key of another type", steps)
}

fn refusals() -> Case {
    let none: [&str; 0] = [];
    let weights = |weights: &[f64]| AggregateOptions::new().weights(weights.iter().copied());
    case(
        "sorted set: combinations that are not even sent",
        vec![
            fails(Build.zunion::<Names>(none), "ZUNION: at least one key is needed"),
            fails(Build.zinterstore("to", none), "ZINTERSTORE: at least one key is needed"),
            fails(Build.zdiff::<Names>(none), "ZDIFF: at least one key is needed"),
            fails(Build.zintercard(none), "ZINTERCARD: at least one key is needed"),
            fails(
                Build.zunion_with::<Names>(["x", "y"], weights(&[1.0])),
                "ZUNION: there must be as many weights as keys",
            ),
            fails(
                Build.zunionstore_with("to", ["x", "y"], weights(&[1.0, 2.0, 3.0])),
                "ZUNIONSTORE: there must be as many weights as keys",
            ),
            fails(
                Build.zinter_with::<Names>("x", weights(&[f64::NAN])),
                "ZINTER: a weight is not a number",
            ),
        ],
    )
}
