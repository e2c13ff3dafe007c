use std::collections::{BTreeSet, HashSet};

use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

type Names = BTreeSet<String>;

pub fn cases() -> Vec<Case> {
    vec![
        members(),
        membership(),
        wrong_type(),
        popping(),
        choosing(),
        moving(),
        differences(),
        intersections(),
        unions(),
        counting_intersections(),
        pages(),
        refusals(),
    ]
}

fn members() -> Case {
    case(
        "set: add, count, list, remove",
        vec![
            step(Build.scard("s"), "0"),
            step(Build.smembers::<Names>("s"), "{}"),
            step(Build.sadd("s", "a"), "1"),
            step(Build.sadd("s", ["a", "b", "b", "c"]), "2"),
            step(Build.sadd("s", HashSet::from(["a"])), "0"),
            step(Build.scard("s"), "3"),
            step(Build.smembers::<Names>("s"), r#"{"a", "b", "c"}"#),
            step(Build.srem("s", ["a", "missing"]), "1"),
            step(Build.srem("s", "a"), "0"),
            step(Build.smembers::<Names>("s"), r#"{"b", "c"}"#),
            step(Build.srem("s", ["b", "c"]), "2"),
            step(Build.srem("s", "b"), "0"),
            step(Build.smembers::<Vec<String>>("s"), "[]"),
            step(Build.sadd("n", [3, 1, 2]), "3"),
            step(Build.smembers::<BTreeSet<i64>>("n"), "{1, 2, 3}"),
            step(Build.sadd("b", [&b"\xff\r\n"[..], b""]), "2"),
            step(Build.smembers::<BTreeSet<Vec<u8>>>("b"), "{[], [255, 13, 10]}"),
        ],
    )
}

fn membership() -> Case {
    case(
        "set: is a member",
        vec![
            step(Build.sismember("s", "a"), "false"),
            step(Build.smismember("s", ["a", "b"]), "[false, false]"),
            works(Build.sadd("s", ["a", "7"])),
            step(Build.sismember("s", "a"), "true"),
            step(Build.sismember("s", 7), "true"),
            step(Build.sismember("s", "07"), "false"),
            step(Build.smismember("s", ["x", "a", "a"]), "[false, true, true]"),
            step(Build.smismember("s", 7), "[true]"),
        ],
    )
}

fn wrong_type() -> Case {
    case(
        "set: a key of another type",
        vec![
            works(Build.set("k", "text")),
            works(Build.sadd("s", "a")),
            fails(Build.sadd("k", "a"), "WRONGTYPE"),
            fails(Build.srem("k", "a"), "WRONGTYPE"),
            fails(Build.scard("k"), "WRONGTYPE"),
            fails(Build.sismember("k", "a"), "WRONGTYPE"),
            fails(Build.smismember("k", "a"), "WRONGTYPE"),
            fails(Build.smembers::<Names>("k"), "WRONGTYPE"),
            fails(Build.spop::<Option<String>>("k"), "WRONGTYPE"),
            fails(Build.spop_count::<Names>("k", 2), "WRONGTYPE"),
            fails(Build.srandmember::<Option<String>>("k"), "WRONGTYPE"),
            fails(Build.srandmember_count::<Names>("k", 2), "WRONGTYPE"),
            fails(Build.smove("k", "s", "a"), "WRONGTYPE"),
            fails(Build.smove("s", "k", "a"), "WRONGTYPE"),
            fails(Build.sdiff::<Names>(["s", "k"]), "WRONGTYPE"),
            fails(Build.sdiffstore("d", ["s", "k"]), "WRONGTYPE"),
            fails(Build.sinter::<Names>(["s", "k"]), "WRONGTYPE"),
            fails(Build.sinterstore("d", ["s", "k"]), "WRONGTYPE"),
            fails(Build.sintercard(["s", "k"]), "WRONGTYPE"),
            fails(Build.sunion::<Names>(["s", "k"]), "WRONGTYPE"),
            fails(Build.sunionstore("d", ["s", "k"]), "WRONGTYPE"),
            fails(Build.sscan::<Names>("k", 0), "WRONGTYPE"),
            // Nothing of all that changed anything.
            step(Build.smembers::<Names>("s"), r#"{"a"}"#),
            step(Build.scard("d"), "0"),
        ],
    )
}

fn popping() -> Case {
    case(
        "set: SPOP",
        vec![
            step(Build.spop::<Option<String>>("s"), "None"),
            step(Build.spop_count::<Names>("s", 2), "{}"),
            works(Build.sadd("s", "only")),
            step(Build.spop::<Option<String>>("s"), r#"Some("only")"#),
            step(Build.scard("s"), "0"),
            works(Build.sadd("s", ["a", "b", "c"])),
            step(Build.spop_count::<Names>("s", 0), "{}"),
            works(Build.spop::<String>("s")),
            step(Build.scard("s"), "2"),
            works(Build.spop_count::<[String; 1]>("s", 1)),
            step(Build.scard("s"), "1"),
            works(Build.sadd("s", ["a", "b", "c"])),
            step(Build.spop_count::<Names>("s", 10), r#"{"a", "b", "c"}"#),
            step(Build.scard("s"), "0"),
            fails(
                Build.spop_count::<Names>("s", u64::MAX),
                "ERR value is out of range, must be positive",
            ),
        ],
    )
}

fn choosing() -> Case {
    case(
        "set: SRANDMEMBER",
        vec![
            step(Build.srandmember::<Option<String>>("s"), "None"),
            step(Build.srandmember_count::<Names>("s", 3), "{}"),
            step(Build.srandmember_count::<Vec<String>>("s", -3), "[]"),
            works(Build.sadd("s", "a")),
            step(Build.srandmember::<Option<String>>("s"), r#"Some("a")"#),
            step(Build.srandmember_count::<Vec<String>>("s", 3), r#"["a"]"#),
            step(Build.srandmember_count::<Vec<String>>("s", -3), r#"["a", "a", "a"]"#),
            step(Build.srandmember_count::<Vec<String>>("s", 0), "[]"),
            works(Build.sadd("s", ["b", "c"])),
            step(Build.srandmember_count::<Names>("s", 3), r#"{"a", "b", "c"}"#),
            works(Build.srandmember_count::<[String; 2]>("s", 2)),
            works(Build.srandmember_count::<[String; 5]>("s", -5)),
            fails(
                Build.srandmember_count::<Names>("s", i64::MIN),
                "ERR value is out of range",
            ),
            step(Build.scard("s"), "3"),
        ],
    )
}

fn moving() -> Case {
    case(
        "set: SMOVE",
        vec![
            step(Build.smove("from", "to", "a"), "false"),
            works(Build.sadd("from", ["a", "b"])),
            step(Build.smove("from", "to", "a"), "true"),
            step(Build.smembers::<Names>("from"), r#"{"b"}"#),
            step(Build.smembers::<Names>("to"), r#"{"a"}"#),
            step(Build.smove("from", "to", "a"), "false"),
            step(Build.smove("from", "from", "b"), "true"),
            works(Build.sadd("to", "b")),
            step(Build.smove("from", "to", "b"), "true"),
            step(Build.scard("from"), "0"),
            step(Build.smembers::<Names>("to"), r#"{"a", "b"}"#),
        ],
    )
}

/// x has a, b, c; y has b, c, d.
fn two_sets() -> [crate::table::Step; 2] {
    [
        works(Build.sadd("x", ["a", "b", "c"])),
        works(Build.sadd("y", ["b", "c", "d"])),
    ]
}

fn differences() -> Case {
    let mut steps = Vec::from(two_sets());
    steps.extend([
        step(Build.sdiff::<Names>(["x", "y"]), r#"{"a"}"#),
        step(Build.sdiff::<Names>("x"), r#"{"a", "b", "c"}"#),
        step(Build.sdiff::<Names>(["missing", "x"]), "{}"),
        step(Build.sdiff::<Names>(["y", "x", "missing"]), r#"{"d"}"#),
        step(Build.sdiffstore("d", ["x", "y"]), "1"),
        step(Build.smembers::<Names>("d"), r#"{"a"}"#),
        step(Build.sdiffstore("x", ["x", "d"]), "2"),
        step(Build.smembers::<Names>("x"), r#"{"b", "c"}"#),
        // An empty result deletes the destination, of whatever type it was.
        works(Build.set("d", "text")),
        step(Build.sdiffstore("d", ["x", "y"]), "0"),
        step(Build.get::<Option<String>>("d"), "None"),
    ]);
    case("set: differences", steps)
}

fn intersections() -> Case {
    let mut steps = Vec::from(two_sets());
    steps.extend([
        step(Build.sinter::<Names>(["x", "y"]), r#"{"b", "c"}"#),
        step(Build.sinter::<Names>(["x", "missing"]), "{}"),
        step(Build.sinter::<Names>("y"), r#"{"b", "c", "d"}"#),
        works(Build.set("i", "text")),
        step(Build.sinterstore("i", ["x", "y"]), "2"),
        step(Build.smembers::<Names>("i"), r#"{"b", "c"}"#),
        step(Build.sinterstore("i", ["x", "missing"]), "0"),
        step(Build.scard("i"), "0"),
    ]);
    case("set: intersections", steps)
}

fn unions() -> Case {
    let mut steps = Vec::from(two_sets());
    steps.extend([
        step(Build.sunion::<Names>(["x", "y"]), r#"{"a", "b", "c", "d"}"#),
        step(Build.sunion::<Names>(["missing", "none"]), "{}"),
        step(Build.sunion::<Names>(["missing", "x"]), r#"{"a", "b", "c"}"#),
        step(Build.sunionstore("u", ["x", "y", "missing"]), "4"),
        step(Build.smembers::<Names>("u"), r#"{"a", "b", "c", "d"}"#),
        step(Build.sunionstore("u", "missing"), "0"),
        step(Build.scard("u"), "0"),
    ]);
    case("set: unions", steps)
}

fn counting_intersections() -> Case {
    let mut steps = Vec::from(two_sets());
    steps.extend([
        step(Build.sintercard(["x", "y"]), "2"),
        step(Build.sintercard("x"), "3"),
        step(Build.sintercard(["x", "missing"]), "0"),
        step(
            Build.sintercard_with(["x", "y"], SintercardOptions::new().limit(1)),
            "1",
        ),
        step(
            Build.sintercard_with(["x", "y"], SintercardOptions::new().limit(0)),
            "2",
        ),
        step(
            Build.sintercard_with(["x", "y"], SintercardOptions::new().limit(9)),
            "2",
        ),
        fails(
            Build.sintercard_with("x", SintercardOptions::new().limit(u64::MAX)),
            "ERR LIMIT can't be negative",
        ),
    ]);
    case("set: SINTERCARD", steps)
}

fn pages() -> Case {
    let matching = SscanOptions::new().matching("a*").count(100);
    case(
        "set: SSCAN",
        vec![
            step(Build.sscan::<Names>("s", 0), "(0, {})"),
            works(Build.sadd("s", ["a1", "a2", "b1"])),
            step(Build.sscan::<Names>("s", 0), r#"(0, {"a1", "a2", "b1"})"#),
            step(Build.sscan_with::<Names>("s", 0, matching), r#"(0, {"a1", "a2"})"#),
            fails(
                Build.sscan_with::<Names>("s", 0, SscanOptions::new().count(0)),
                "ERR syntax error",
            ),
            works(Build.sadd("large", (0..500).map(|n| format!("member:{n}")).collect::<Vec<_>>())),
            works(Build.sscan_with::<Vec<String>>("large", 0, SscanOptions::new().count(10))),
        ],
    )
}

fn refusals() -> Case {
    let none: [&str; 0] = [];
    case(
        "set: what is not even sent",
        vec![
            fails(Build.sadd("s", none), "SADD: at least one member is needed"),
            fails(Build.srem("s", none), "SREM: at least one member is needed"),
            fails(Build.smismember("s", none), "SMISMEMBER: at least one member is needed"),
            fails(Build.sdiff::<Names>(none), "SDIFF: at least one key is needed"),
            fails(Build.sdiffstore("d", none), "SDIFFSTORE: at least one key is needed"),
            fails(Build.sinter::<Names>(none), "SINTER: at least one key is needed"),
            fails(Build.sinterstore("d", none), "SINTERSTORE: at least one key is needed"),
            fails(Build.sintercard(none), "SINTERCARD: at least one key is needed"),
            fails(Build.sunion::<Names>(none), "SUNION: at least one key is needed"),
            fails(Build.sunionstore("d", none), "SUNIONSTORE: at least one key is needed"),
        ],
    )
}
