use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step};

const HUNDRED: Duration = Duration::from_secs(100);
/// Early in the year 2100.
const FAR: Duration = Duration::from_millis(4_102_444_800_123);

fn list(key: &str) -> Command<u64> {
    cmd("RPUSH").key(key).arg("x").returns()
}

fn get(key: &str) -> Command<Option<String>> {
    Build.get(key)
}

pub fn cases() -> Vec<Case> {
    let mut cases = reading();
    cases.extend(setting());
    cases.extend(several());
    cases.extend(parts());
    cases.extend(counters());
    cases.extend(newer());
    cases
}

fn reading() -> Vec<Case> {
    vec![
        case(
            "set and get",
            vec![
                step(get("k"), "None"),
                fails(Build.get::<String>("k"), "expected UTF-8 text, found null"),
                step(Build.set("k", "v"), "true"),
                step(get("k"), r#"Some("v")"#),
                step(Build.set("k", b"\xff\0\r\n"), "true"),
                step(Build.get::<Vec<u8>>("k"), "[255, 0, 13, 10]"),
                step(Build.get::<Bytes>("k"), r#"b"\xff\0\r\n""#),
                fails(get("k"), "expected UTF-8 text, found bulk string"),
                step(Build.set("k", -7), "true"),
                step(Build.get::<i64>("k"), "-7"),
                step(Build.set("k", 0.1), "true"),
                step(Build.get::<f64>("k"), "0.1"),
                step(list("l"), "1"),
                fails(
                    get("l"),
                    "WRONGTYPE Operation against a key holding the wrong kind of value",
                ),
                step(Build.set("l", "now a string"), "true"),
                step(get("l"), r#"Some("now a string")"#),
            ],
        ),
        case(
            "getdel and getset",
            vec![
                step(Build.getset::<Option<String>>("k", "a"), "None"),
                step(Build.getset::<Option<String>>("k", "b"), r#"Some("a")"#),
                step(Build.getdel::<Option<String>>("k"), r#"Some("b")"#),
                step(Build.getdel::<Option<String>>("k"), "None"),
                step(list("l"), "1"),
                fails(Build.getdel::<Option<String>>("l"), "WRONGTYPE"),
                fails(Build.getset::<Option<String>>("l", "v"), "WRONGTYPE"),
                step(Build.exists("l"), "1"),
            ],
        ),
        case("getex", {
            let with = |options| Build.getex::<Option<String>>("k", options);
            let new = GetexOptions::new;
            vec![
                step(with(new().ex(HUNDRED)), "None"),
                step(Build.set("k", "v"), "true"),
                step(with(new()), r#"Some("v")"#),
                step(Build.ttl("k"), "NoExpiry"),
                step(with(new().ex(HUNDRED)), r#"Some("v")"#),
                step(Build.ttl("k"), "Left(100s)"),
                step(with(new().px(2 * HUNDRED)), r#"Some("v")"#),
                step(Build.ttl("k"), "Left(200s)"),
                step(with(new().persist()), r#"Some("v")"#),
                step(Build.ttl("k"), "NoExpiry"),
                step(with(new().pxat(FAR)), r#"Some("v")"#),
                step(Build.pexpiretime("k"), "At(4102444800.123s)"),
                step(with(new().exat(FAR)), r#"Some("v")"#),
                step(Build.pexpiretime("k"), "At(4102444800s)"),
                fails(
                    with(new().ex(Duration::ZERO)),
                    "ERR invalid expire time in 'getex' command",
                ),
                step(with(new().exat(Duration::from_secs(1))), r#"Some("v")"#),
                step(Build.exists("k"), "0"),
            ]
        }),
    ]
}

fn setting() -> Vec<Case> {
    let new = SetOptions::new;
    vec![
        case(
            "set with an expiry",
            vec![
                step(Build.set_with("k", "v", new().ex(HUNDRED)), "true"),
                step(Build.ttl("k"), "Left(100s)"),
                step(Build.set_with("k", "w", new().keepttl()), "true"),
                step(Build.ttl("k"), "Left(100s)"),
                step(Build.set_with("k", "v", new().px(2 * HUNDRED)), "true"),
                step(Build.ttl("k"), "Left(200s)"),
                step(Build.set_with("k", "v", new().pxat(FAR)), "true"),
                step(Build.pexpiretime("k"), "At(4102444800.123s)"),
                step(Build.set_with("k", "v", new().exat(FAR)), "true"),
                step(Build.pexpiretime("k"), "At(4102444800s)"),
                fails(
                    Build.set_with("k", "v", new().ex(Duration::ZERO)),
                    "ERR invalid expire time in 'set' command",
                ),
                fails(
                    Build.set_with("k", "v", new().px(Duration::MAX)),
                    "ERR value is not an integer",
                ),
                fails(
                    Build.set_with("k", "v", new().px(Duration::from_nanos(1))),
                    "SET: less than one millisecond",
                ),
                step(Build.set("k", "v"), "true"),
                step(Build.ttl("k"), "NoExpiry"),
            ],
        ),
        case(
            "set under a condition",
            vec![
                step(Build.set_with("k", "1", new().xx()), "false"),
                step(get("k"), "None"),
                step(Build.set_with("k", "2", new().nx()), "true"),
                step(Build.set_with("k", "3", new().nx()), "false"),
                step(get("k"), r#"Some("2")"#),
                step(Build.set_with("k", "4", new().xx().ex(HUNDRED)), "true"),
                step(get("k"), r#"Some("4")"#),
                step(Build.ttl("k"), "Left(100s)"),
                fails(Build.set_with("k", "5", new().nx().xx()), "SET: only one of"),
            ],
        ),
        case(
            "set and get the old value",
            vec![
                step(Build.set_get::<Option<String>>("k", "a"), "None"),
                step(Build.set_get::<Option<String>>("k", "b"), r#"Some("a")"#),
                step(
                    Build.set_get_with::<Option<String>>("k", "c", new().nx()),
                    r#"Some("b")"#,
                ),
                step(get("k"), r#"Some("b")"#),
                step(
                    Build.set_get_with::<Option<String>>("k", "c", new().xx().ex(HUNDRED)),
                    r#"Some("b")"#,
                ),
                step(get("k"), r#"Some("c")"#),
                step(Build.ttl("k"), "Left(100s)"),
                step(list("l"), "1"),
                fails(Build.set_get::<Option<String>>("l", "v"), "WRONGTYPE"),
                step(Build.key_type("l"), "Some(List)"),
            ],
        ),
        case(
            "setex, psetex, setnx",
            vec![
                step(Build.setex("k", HUNDRED, "a"), "true"),
                step(Build.ttl("k"), "Left(100s)"),
                step(Build.psetex("k", 2 * HUNDRED, "b"), "true"),
                step(Build.ttl("k"), "Left(200s)"),
                step(get("k"), r#"Some("b")"#),
                fails(
                    Build.setex("k", Duration::ZERO, "v"),
                    "ERR invalid expire time in 'setex' command",
                ),
                fails(
                    Build.psetex("k", Duration::ZERO, "v"),
                    "ERR invalid expire time in 'psetex' command",
                ),
                step(Build.setnx("k", "c"), "false"),
                step(Build.setnx("n", "c"), "true"),
                step(get("n"), r#"Some("c")"#),
            ],
        ),
    ]
}

fn several() -> Vec<Case> {
    vec![
        case(
            "mset and mget",
            vec![
                step(Build.mset([("a", "1"), ("b", "x")]), "true"),
                step(Build.mset(BTreeMap::from([("c", 3)])), "true"),
                step(Build.mset(HashMap::from([("d", 4)])), "true"),
                step(list("l"), "1"),
                step(
                    Build.mget::<Vec<Option<String>>>(["a", "none", "l", "b"]),
                    r#"[Some("1"), None, None, Some("x")]"#,
                ),
                step(Build.mget::<(i64, Option<String>)>(["a", "b"]), r#"(1, Some("x"))"#),
                step(Build.mget::<[u64; 2]>(["c", "d"]), "[3, 4]"),
                fails(
                    Build.mget::<Vec<String>>(["a", "none"]),
                    "expected UTF-8 text, found null at [1]",
                ),
                fails(Build.mget::<Vec<String>>([""; 0]), "MGET: at least one key is needed"),
                fails(Build.mset(["a", "b", "c"]), "MSET: a value is missing in the last pair"),
                // The last one of the same name counts.
                step(Build.mset([("e", 1), ("e", 2)]), "true"),
                step(Build.get::<i64>("e"), "2"),
            ],
        ),
        case(
            "msetnx",
            vec![
                step(Build.msetnx([("a", 1), ("b", 2)]), "true"),
                step(Build.msetnx([("b", 3), ("c", 4)]), "false"),
                step(
                    Build.mget::<Vec<Option<i64>>>(["a", "b", "c"]),
                    "[Some(1), Some(2), None]",
                ),
            ],
        ),
    ]
}

fn parts() -> Vec<Case> {
    vec![
        case(
            "append, strlen, ranges",
            vec![
                step(Build.strlen("k"), "0"),
                step(Build.append("k", "Hello"), "5"),
                step(Build.append("k", " World"), "11"),
                step(Build.strlen("k"), "11"),
                step(Build.getrange::<String>("k", 0, 4), r#""Hello""#),
                step(Build.getrange::<String>("k", -5, -1), r#""World""#),
                step(Build.getrange::<String>("k", 6, 1000), r#""World""#),
                step(Build.getrange::<String>("k", 5, 3), r#""""#),
                step(Build.substr::<String>("k", 0, -7), r#""Hello""#),
                step(Build.setrange("k", 6, "Redis"), "11"),
                step(get("k"), r#"Some("Hello Redis")"#),
                step(Build.setrange("gap", 2, "x"), "3"),
                step(Build.get::<Vec<u8>>("gap"), "[0, 0, 120]"),
                step(Build.setrange("none", 5, ""), "0"),
                step(Build.exists("none"), "0"),
                fails(
                    Build.setrange("k", 1 << 40, "x"),
                    "ERR string exceeds maximum allowed size",
                ),
                step(list("l"), "1"),
                fails(Build.append("l", "x"), "WRONGTYPE"),
                fails(Build.strlen("l"), "WRONGTYPE"),
                fails(Build.setrange("l", 0, "x"), "WRONGTYPE"),
                fails(Build.getrange::<String>("l", 0, -1), "WRONGTYPE"),
            ],
        ),
        case(
            "lcs",
            vec![
                step(Build.mset([("a", "ohmytext"), ("b", "mynewtext")]), "true"),
                step(Build.lcs::<String>("a", "b"), r#""mytext""#),
                step(Build.lcs_len("a", "b"), "6"),
                step(
                    Build.lcs_idx("a", "b", LcsOptions::new()),
                    "LcsMatches { matches: [LcsMatch { first: 4..=7, second: 5..=8, len: 4 }, \
                     LcsMatch { first: 2..=3, second: 0..=1, len: 2 }], len: 6 }",
                ),
                step(
                    Build.lcs_idx("a", "b", LcsOptions::new().minmatchlen(3)),
                    "LcsMatches { matches: [LcsMatch { first: 4..=7, second: 5..=8, len: 4 }], len: 6 }",
                ),
                step(Build.lcs::<String>("a", "none"), r#""""#),
                step(Build.lcs_len("a", "none"), "0"),
                step(
                    Build.lcs_idx("a", "none", LcsOptions::new()),
                    "LcsMatches { matches: [], len: 0 }",
                ),
                step(list("l"), "1"),
                fails(
                    Build.lcs::<String>("a", "l"),
                    "ERR The specified keys must contain string values",
                ),
            ],
        ),
    ]
}

fn counters() -> Vec<Case> {
    vec![
        case(
            "integers",
            vec![
                step(Build.incr("n"), "1"),
                step(Build.incrby("n", 10), "11"),
                step(Build.decr("n"), "10"),
                step(Build.decrby("n", 15), "-5"),
                step(Build.incrby("n", -5), "-10"),
                step(Build.decr("new"), "-1"),
                step(Build.set("max", i64::MAX), "true"),
                fails(Build.incr("max"), "ERR increment or decrement would overflow"),
                fails(Build.decrby("max", i64::MIN), "ERR decrement would overflow"),
                step(Build.set("text", "abc"), "true"),
                fails(Build.incr("text"), "ERR value is not an integer or out of range"),
                step(list("l"), "1"),
                fails(Build.incr("l"), "WRONGTYPE"),
            ],
        ),
        case(
            "floats",
            vec![
                step(Build.incrbyfloat("f", 10.5), "10.5"),
                step(Build.incrbyfloat("f", 0.1), "10.6"),
                step(Build.incrbyfloat("f", -10.6), "0.0"),
                step(get("f"), r#"Some("0")"#),
                step(Build.set("f", "5.0e3"), "true"),
                step(Build.incrbyfloat("f", 2.0e2), "5200.0"),
                fails(
                    Build.incrbyfloat("f", f64::INFINITY),
                    "ERR increment would produce NaN or Infinity",
                ),
                fails(Build.incrbyfloat("f", f64::NAN), "ERR value is not a valid float"),
                step(Build.set("f", "abc"), "true"),
                fails(Build.incrbyfloat("f", 1.0), "ERR value is not a valid float"),
            ],
        ),
    ]
}

fn newer() -> Vec<Case> {
    let set = SetOptions::new;
    let delex = DelexOptions::new;
    vec![
        case(
            "set by comparison",
            vec![
                step(Build.set_with("k", "1", set().ifeq("0")), "false").since(8, 4),
                step(Build.set_with("k", "1", set().ifne("0")), "true").since(8, 4),
                step(Build.set_with("k", "2", set().ifeq("0")), "false").since(8, 4),
                step(Build.set_with("k", "2", set().ifeq("1").ex(HUNDRED)), "true").since(8, 4),
                step(Build.ttl("k"), "Left(100s)").since(8, 4),
                step(Build.set_with("k", "3", set().ifne("2")), "false").since(8, 4),
                step(get("k"), r#"Some("2")"#).since(8, 4),
            ],
        ),
        case(
            "digests",
            vec![
                step(Build.digest("k"), "None").since(8, 4),
                step(Build.set("k", "Hello world"), "true").since(8, 4),
                step(Build.digest("k"), r#"Some("b6acb9d84a38ff74")"#).since(8, 4),
                step(Build.set_with("k", "x", set().ifdne("b6acb9d84a38ff74")), "false").since(8, 4),
                step(Build.delex("k", delex().ifdne("b6acb9d84a38ff74")), "false").since(8, 4),
                step(
                    Build.set_with("k", "Hello world", set().ifdeq("b6acb9d84a38ff74")),
                    "true",
                )
                .since(8, 4),
                step(Build.delex("k", delex().ifdeq("b6acb9d84a38ff74")), "true").since(8, 4),
                step(Build.exists("k"), "0").since(8, 4),
            ],
        ),
        case(
            "delifeq",
            vec![
                step(Build.set("a", "x"), "true"),
                step(Build.delifeq("a", "y"), "false").only_valkey(9, 0),
                step(Build.delifeq("a", "x"), "true").only_valkey(9, 0),
                step(Build.delifeq("a", "x"), "false").only_valkey(9, 0),
            ],
        ),
        case(
            "delex",
            vec![
                step(Build.delex("k", delex()), "false").since(8, 4),
                step(Build.set("k", "v"), "true").since(8, 4),
                step(Build.delex("k", delex().ifeq("w")), "false").since(8, 4),
                step(Build.delex("k", delex().ifne("v")), "false").since(8, 4),
                step(Build.delex("k", delex().ifeq("v")), "true").since(8, 4),
                step(list("l"), "1").since(8, 4),
                step(Build.delex("l", delex()), "true").since(8, 4),
            ],
        ),
        case("msetex", {
            let new = MsetexOptions::new;
            vec![
                step(Build.msetex([("a", 1), ("b", 2)], new().xx()), "false")
                    .since(8, 4)
                    .valkey(9, 1),
                step(Build.msetex([("a", 1), ("b", 2)], new().nx().ex(HUNDRED)), "true")
                    .since(8, 4)
                    .valkey(9, 1),
                step(Build.ttl("b"), "Left(100s)").since(8, 4).valkey(9, 1),
                step(Build.msetex([("b", 3), ("c", 4)], new().nx()), "false")
                    .since(8, 4)
                    .valkey(9, 1),
                step(
                    Build.mget::<Vec<Option<i64>>>(["a", "b", "c"]),
                    "[Some(1), Some(2), None]",
                )
                .since(8, 4)
                .valkey(9, 1),
                step(Build.msetex([("a", 5)], new().keepttl()), "true")
                    .since(8, 4)
                    .valkey(9, 1),
                step(Build.ttl("a"), "Left(100s)").since(8, 4).valkey(9, 1),
            ]
        }),
        case("increx", {
            let new = IncrexOptions::new;
            vec![
                step(Build.increx("n", 5, new()), "(5, 5)").since(8, 8),
                step(Build.increx("n", 5, new().ubound(7)), "(5, 0)").since(8, 8),
                step(Build.increx("n", 5, new().ubound(7).saturate()), "(7, 2)").since(8, 8),
                step(Build.increx("n", -1, new().ex(HUNDRED).enx()), "(6, -1)").since(8, 8),
                step(Build.ttl("n"), "Left(100s)").since(8, 8),
                step(Build.increx_float("n", 0.5, IncrexOptions::new()), "(6.5, 0.5)").since(8, 8),
            ]
        }),
    ]
}
