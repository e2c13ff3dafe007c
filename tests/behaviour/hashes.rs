use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use redwire::commands::{ExpireIf, HgetexOptions, HscanOptions, HsetexOptions};
use redwire::prelude::*;

use crate::table::{Case, Step, case, fails, step, works};

const WRONG: &str = "WRONGTYPE Operation against a key holding the wrong kind of value";

type Texts = Vec<String>;
type Maybe = Vec<Option<String>>;
type Map = BTreeMap<String, String>;

pub fn cases() -> Vec<Case> {
    let mut cases = values();
    cases.extend(numbers());
    cases.extend(random_and_scan());
    cases.extend(expiry());
    cases.extend(since_redis_8());
    cases
}

fn values() -> Vec<Case> {
    vec![
        case(
            "HSET counts new fields, HGET reads them",
            vec![
                step(Build.hset("h", ("a", "1")), "1"),
                step(Build.hset("h", [("a", "2"), ("b", "3")]), "1"),
                step(Build.hset("h", BTreeMap::from([("c", 4), ("d", 5)])), "2"),
                step(Build.hget::<String>("h", "a"), "\"2\""),
                step(Build.hget::<i64>("h", "c"), "4"),
                step(Build.hget::<Option<String>>("h", "nothing"), "None"),
                step(Build.hget::<Option<String>>("missing", "a"), "None"),
                fails(Build.hget::<String>("missing", "a"), "expected UTF-8 text, found null"),
                fails(
                    Build.hset("h", Vec::<(&str, &str)>::new()),
                    "HSET: at least one pair is needed",
                ),
                fails(Build.hset("h", ["a", "1", "b"]), "HSET: a value is missing"),
            ],
        ),
        case(
            "HSET and HGET take any bytes",
            vec![
                step(Build.hset("h", (&b"\xff\0"[..], &b"\r\n\x80"[..])), "1"),
                step(Build.hget::<Vec<u8>>("h", &b"\xff\0"[..]), "[13, 10, 128]"),
                step(Build.hset("h", ("", "")), "1"),
                step(Build.hget::<String>("h", ""), "\"\""),
                step(Build.hstrlen("h", ""), "0"),
            ],
        ),
        case(
            "HSETNX sets once",
            vec![
                step(Build.hsetnx("h", "a", "1"), "true"),
                step(Build.hsetnx("h", "a", "2"), "false"),
                step(Build.hget::<String>("h", "a"), "\"1\""),
            ],
        ),
        case(
            "HMSET and HMGET",
            vec![
                step(Build.hmset("h", [("a", "1"), ("b", "2")]), "true"),
                step(
                    Build.hmget::<Maybe>("h", ["a", "x", "b"]),
                    "[Some(\"1\"), None, Some(\"2\")]",
                ),
                step(Build.hmget::<(u8, String)>("h", ("a", "b")), "(1, \"2\")"),
                step(Build.hmget::<Maybe>("missing", ["a", "b"]), "[None, None]"),
                fails(
                    Build.hmget::<Maybe>("h", [""; 0]),
                    "HMGET: at least one field is needed",
                ),
                fails(Build.hmset("h", [""; 0]), "HMSET: at least one pair is needed"),
            ],
        ),
        case(
            "HGETALL, HKEYS, HVALS, HLEN, HSTRLEN, HEXISTS",
            vec![
                step(Build.hset("h", [("b", "22"), ("a", "1")]), "2"),
                step(Build.hgetall::<Map>("h"), "{\"a\": \"1\", \"b\": \"22\"}"),
                step(Build.hgetall::<Vec<(String, i64)>>("h"), "[(\"b\", 22), (\"a\", 1)]"),
                step(Build.hkeys::<BTreeSet<String>>("h"), "{\"a\", \"b\"}"),
                step(Build.hvals::<BTreeSet<u32>>("h"), "{1, 22}"),
                step(Build.hlen("h"), "2"),
                step(Build.hstrlen("h", "b"), "2"),
                step(Build.hstrlen("h", "x"), "0"),
                step(Build.hexists("h", "a"), "true"),
                step(Build.hexists("h", "x"), "false"),
            ],
        ),
        case(
            "a missing hash is an empty one",
            vec![
                step(Build.hgetall::<Map>("h"), "{}"),
                step(Build.hkeys::<Texts>("h"), "[]"),
                step(Build.hvals::<Texts>("h"), "[]"),
                step(Build.hlen("h"), "0"),
                step(Build.hstrlen("h", "a"), "0"),
                step(Build.hexists("h", "a"), "false"),
                step(Build.hdel("h", "a"), "0"),
            ],
        ),
        case(
            "HDEL counts, and an empty hash is gone",
            vec![
                step(Build.hset("h", [("a", "1"), ("b", "2"), ("c", "3")]), "3"),
                step(Build.hdel("h", ["a", "x", "b", "a"]), "2"),
                step(Build.hdel("h", "c"), "1"),
                // The key can become a string now.
                step(Build.set("h", "text"), "true"),
                fails(Build.hdel("h", [""; 0]), "HDEL: at least one field is needed"),
            ],
        ),
        case("a string is no hash", {
            let mut steps = vec![step(Build.set("s", "text"), "true")];
            steps.extend([
                fails(Build.hset("s", ("a", "1")), WRONG),
                fails(Build.hsetnx("s", "a", "1"), WRONG),
                fails(Build.hget::<Option<String>>("s", "a"), WRONG),
                fails(Build.hmget::<Maybe>("s", "a"), WRONG),
                fails(Build.hmset("s", ("a", "1")), WRONG),
                fails(Build.hgetall::<Map>("s"), WRONG),
                fails(Build.hdel("s", "a"), WRONG),
                fails(Build.hexists("s", "a"), WRONG),
                fails(Build.hkeys::<Texts>("s"), WRONG),
                fails(Build.hvals::<Texts>("s"), WRONG),
                fails(Build.hlen("s"), WRONG),
                fails(Build.hstrlen("s", "a"), WRONG),
                fails(Build.hincrby("s", "a", 1), WRONG),
                fails(Build.hincrbyfloat("s", "a", 1.0), WRONG),
                fails(Build.hrandfield::<Option<String>>("s"), WRONG),
                fails(Build.hrandfield_count::<Texts>("s", 1), WRONG),
                fails(Build.hscan::<Map>("s", 0), WRONG),
            ]);
            steps
        }),
    ]
}

fn numbers() -> Vec<Case> {
    vec![
        case(
            "HINCRBY",
            vec![
                step(Build.hincrby("h", "n", 5), "5"),
                step(Build.hincrby("h", "n", -7), "-2"),
                step(Build.hset("h", ("n", i64::MAX)), "0"),
                fails(Build.hincrby("h", "n", 1), "ERR increment or decrement would overflow"),
                step(Build.hget::<i64>("h", "n"), "9223372036854775807"),
                step(Build.hset("h", ("n", "1.5")), "0"),
                fails(Build.hincrby("h", "n", 1), "ERR hash value is not an integer"),
            ],
        ),
        case(
            "HINCRBYFLOAT",
            vec![
                step(Build.hincrbyfloat("h", "n", 0.5), "0.5"),
                step(Build.hincrbyfloat("h", "n", 1e3), "1000.5"),
                step(Build.hget::<String>("h", "n"), "\"1000.5\""),
                step(Build.hset("h", ("n", "text")), "0"),
                fails(Build.hincrbyfloat("h", "n", 1.0), "ERR hash value is not a float"),
                fails(
                    Build.hincrbyfloat("h", "n", f64::INFINITY),
                    "HINCRBYFLOAT: the increment must be finite",
                ),
                fails(
                    Build.hincrbyfloat("h", "n", f64::NAN),
                    "HINCRBYFLOAT: the increment must be finite",
                ),
            ],
        ),
    ]
}

fn random_and_scan() -> Vec<Case> {
    vec![
        case(
            "HRANDFIELD",
            vec![
                step(Build.hrandfield::<Option<String>>("h"), "None"),
                step(Build.hrandfield_count::<Texts>("h", 3), "[]"),
                step(Build.hrandfield_withvalues::<Map>("h", 3), "{}"),
                step(Build.hset("h", ("a", "1")), "1"),
                step(Build.hrandfield::<String>("h"), "\"a\""),
                step(Build.hrandfield_count::<Texts>("h", 3), "[\"a\"]"),
                step(Build.hrandfield_count::<Texts>("h", 0), "[]"),
                step(Build.hrandfield_count::<Texts>("h", -3), "[\"a\", \"a\", \"a\"]"),
                step(
                    Build.hrandfield_withvalues::<Vec<(String, u8)>>("h", -2),
                    "[(\"a\", 1), (\"a\", 1)]",
                ),
                step(Build.hset("h", ("b", "2")), "1"),
                step(
                    Build.hrandfield_withvalues::<Map>("h", 9),
                    "{\"a\": \"1\", \"b\": \"2\"}",
                ),
                works(Build.hrandfield::<String>("h")),
            ],
        ),
        case(
            "HSCAN",
            vec![
                step(Build.hscan::<Map>("h", 0), "(0, {})"),
                step(Build.hset("h", [("a1", "1"), ("a2", "2"), ("b1", "3")]), "3"),
                step(
                    Build.hscan::<BTreeMap<String, u8>>("h", 0),
                    "(0, {\"a1\": 1, \"a2\": 2, \"b1\": 3})",
                ),
                step(
                    Build.hscan_with::<Map>("h", 0, HscanOptions::new().matching("a?").count(100)),
                    "(0, {\"a1\": \"1\", \"a2\": \"2\"})",
                ),
                step(
                    Build.hscan_with::<Vec<(String, String)>>("h", 0, HscanOptions::new().matching("x*")),
                    "(0, [])",
                ),
                fails(
                    Build.hscan_with::<Map>("h", 0, HscanOptions::new().count(0)),
                    "HSCAN: COUNT must be at least 1",
                ),
                step(
                    Build.hscan_novalues::<BTreeSet<String>>("h", 0, HscanOptions::new().matching("a*")),
                    "(0, {\"a1\", \"a2\"})",
                )
                .since(7, 4),
            ],
        ),
    ]
}

/// A hash with the fields `a` and `b`, then these steps, which need Redis 7.4 or Valkey 9.0.
fn of_two(name: &'static str, steps: Vec<Step>) -> Case {
    let mut all = vec![step(Build.hset("h", [("a", "1"), ("b", "2")]), "2")];
    all.extend(steps.into_iter().map(|step| step.since(7, 4).valkey(9, 0)));
    case(name, all)
}

const HOUR: Duration = Duration::from_secs(3600);
/// A moment in the year 2100, since the Unix epoch.
const YEAR_2100: Duration = Duration::from_millis(4_102_444_800_500);

fn expiry() -> Vec<Case> {
    let fields = ["a", "x", "b"];
    vec![
        of_two(
            "fields without a time to live",
            vec![
                step(Build.httl("h", fields), "[NoExpiry, Missing, NoExpiry]"),
                step(Build.hpttl("h", "a"), "[NoExpiry]"),
                step(Build.hexpiretime("h", ["a", "x"]), "[NoExpiry, Missing]"),
                step(Build.hpexpiretime("h", ["a", "x"]), "[NoExpiry, Missing]"),
                step(Build.hpersist("h", ["a", "x"]), "[NoExpiry, NoField]"),
            ],
        ),
        of_two(
            "HEXPIREAT, HPEXPIREAT and what they leave",
            vec![
                step(Build.hexpireat("h", YEAR_2100, fields), "[Set, NoField, Set]"),
                step(Build.hexpiretime("h", "a"), "[At(4102444800s)]"),
                step(Build.hpexpireat("h", YEAR_2100, "a"), "[Set]"),
                step(Build.hpexpiretime("h", "a"), "[At(4102444800.5s)]"),
                step(Build.hpexpiretime("h", "b"), "[At(4102444800s)]"),
                works(Build.httl("h", "a")),
                works(Build.hpttl("h", "a")),
                step(Build.hpersist("h", fields), "[Persisted, NoField, Persisted]"),
                step(Build.httl("h", "a"), "[NoExpiry]"),
            ],
        ),
        of_two(
            "HEXPIRE and HPEXPIRE with conditions",
            vec![
                step(Build.hexpire_if("h", HOUR, "a", ExpireIf::Xx), "[NotMet]"),
                step(Build.hexpire_if("h", HOUR, "a", ExpireIf::Nx), "[Set]"),
                step(Build.hexpire_if("h", HOUR, ["a", "b"], ExpireIf::Nx), "[NotMet, Set]"),
                step(Build.hpexpire_if("h", HOUR / 2, "a", ExpireIf::Gt), "[NotMet]"),
                step(Build.hpexpire_if("h", HOUR / 2, "a", ExpireIf::Lt), "[Set]"),
                step(Build.hexpireat_if("h", YEAR_2100, "a", ExpireIf::Gt), "[Set]"),
                step(Build.hpexpireat_if("h", YEAR_2100, "a", ExpireIf::Nx), "[NotMet]"),
                step(Build.hpexpire("h", HOUR, ["b", "x"]), "[Set, NoField]"),
                step(Build.hexpire("h", HOUR, ["b", "x"]), "[Set, NoField]"),
            ],
        ),
        of_two(
            "a time that has passed deletes the field",
            vec![
                step(Build.hexpire("h", Duration::ZERO, "a"), "[Deleted]"),
                step(Build.hget::<Option<String>>("h", "a"), "None"),
                step(Build.hpexpireat("h", Duration::from_millis(1), "b"), "[Deleted]"),
                step(Build.hlen("h"), "0"),
                step(Build.hexpire("h", HOUR, "a"), "[NoField]"),
                step(Build.httl("h", ["a", "b"]), "[Missing, Missing]"),
                step(Build.hpersist("h", "a"), "[NoField]"),
            ],
        ),
        of_two(
            "HSET takes the time to live away, HINCRBY does not",
            vec![
                step(Build.hexpireat("h", YEAR_2100, ["a", "b"]), "[Set, Set]"),
                step(Build.hset("h", ("a", "1")), "0"),
                step(Build.hincrby("h", "b", 1), "3"),
                step(Build.hexpiretime("h", ["a", "b"]), "[NoExpiry, At(4102444800s)]"),
            ],
        ),
        case(
            "times to live that make no sense are not sent",
            vec![
                fails(
                    Build.hexpire("h", Duration::from_millis(999), "a"),
                    "HEXPIRE: less than one second",
                ),
                fails(
                    Build.hpexpire("h", Duration::from_micros(999), "a"),
                    "HPEXPIRE: less than one millisecond",
                ),
                fails(
                    Build.hexpire("h", HOUR, [""; 0]),
                    "HEXPIRE: at least one field is needed",
                ),
                fails(Build.httl("h", [""; 0]), "HTTL: at least one field is needed"),
            ],
        ),
        case(
            "a string has no fields that expire",
            [
                fails(Build.hexpire("s", HOUR, "a"), WRONG),
                fails(Build.hpexpire("s", HOUR, "a"), WRONG),
                fails(Build.hexpireat("s", YEAR_2100, "a"), WRONG),
                fails(Build.hpexpireat("s", YEAR_2100, "a"), WRONG),
                fails(Build.hexpiretime("s", "a"), WRONG),
                fails(Build.hpexpiretime("s", "a"), WRONG),
                fails(Build.httl("s", "a"), WRONG),
                fails(Build.hpttl("s", "a"), WRONG),
                fails(Build.hpersist("s", "a"), WRONG),
            ]
            .into_iter()
            .map(|step| step.since(7, 4).valkey(9, 0))
            .fold(vec![step(Build.set("s", "text"), "true")], |mut steps, step| {
                steps.push(step);
                steps
            }),
        ),
    ]
}

fn since_redis_8() -> Vec<Case> {
    vec![
        case(
            "HGETDEL",
            vec![
                step(Build.hset("h", [("a", "1"), ("b", "2")]), "2"),
                step(Build.hgetdel::<Maybe>("h", ["a", "x"]), "[Some(\"1\"), None]")
                    .since(8, 0)
                    .valkey(9, 1),
                step(Build.hgetdel::<(u8,)>("h", "b"), "(2,)").since(8, 0).valkey(9, 1),
                step(Build.hlen("h"), "0"),
                step(Build.hgetdel::<Maybe>("h", "b"), "[None]")
                    .since(8, 0)
                    .valkey(9, 1),
                step(Build.set("s", "text"), "true"),
                fails(Build.hgetdel::<Maybe>("s", "a"), WRONG).since(8, 0).valkey(9, 1),
            ],
        ),
        case(
            "HGETEX",
            vec![
                step(Build.hset("h", [("a", "1"), ("b", "2")]), "2"),
                step(Build.hgetex::<Maybe>("h", ["a", "x"]), "[Some(\"1\"), None]")
                    .since(8, 0)
                    .valkey(9, 0),
                step(
                    Build.hgetex_with::<(u8,)>("h", "a", HgetexOptions::new().exat(YEAR_2100)),
                    "(1,)",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(Build.hexpiretime("h", ["a", "b"]), "[At(4102444800s), NoExpiry]")
                    .since(8, 0)
                    .valkey(9, 0),
                step(
                    Build.hgetex_with::<(u8,)>("h", "a", HgetexOptions::new().pxat(YEAR_2100)),
                    "(1,)",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(Build.hpexpiretime("h", "a"), "[At(4102444800.5s)]")
                    .since(8, 0)
                    .valkey(9, 0),
                step(
                    Build.hgetex_with::<(u8,)>("h", "a", HgetexOptions::new().ex(HOUR)),
                    "(1,)",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(
                    Build.hgetex_with::<(u8,)>("h", "a", HgetexOptions::new().px(HOUR)),
                    "(1,)",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(
                    Build.hgetex_with::<(u8,)>("h", "a", HgetexOptions::new().persist()),
                    "(1,)",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(Build.httl("h", "a"), "[NoExpiry]").since(8, 0).valkey(9, 0),
                step(Build.hgetex::<Maybe>("missing", "a"), "[None]")
                    .since(8, 0)
                    .valkey(9, 0),
                step(Build.set("s", "text"), "true"),
                fails(Build.hgetex::<Maybe>("s", "a"), WRONG).since(8, 0).valkey(9, 0),
            ],
        ),
        case(
            "HSETEX with conditions on the hash",
            vec![
                step(Build.hsetex("h", ("a", "1"), HsetexOptions::new().xx()), "false").only_valkey(9, 1),
                step(Build.hsetex("h", ("a", "1"), HsetexOptions::new().nx()), "true").only_valkey(9, 1),
                step(Build.hsetex("h", ("a", "2"), HsetexOptions::new().nx()), "false").only_valkey(9, 1),
                step(Build.hsetex("h", ("b", "2"), HsetexOptions::new().xx().fnx()), "true").only_valkey(9, 1),
            ],
        ),
        case(
            "HSETEX",
            vec![
                step(
                    Build.hsetex(
                        "h",
                        [("a", "1"), ("b", "2")],
                        HsetexOptions::new().fnx().exat(YEAR_2100),
                    ),
                    "true",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(Build.hexpiretime("h", ["a", "b"]), "[At(4102444800s), At(4102444800s)]")
                    .since(8, 0)
                    .valkey(9, 0),
                step(Build.hsetex("h", ("a", "9"), HsetexOptions::new().fnx()), "false")
                    .since(8, 0)
                    .valkey(9, 0),
                step(
                    Build.hsetex("h", ("a", "3"), HsetexOptions::new().fxx().keepttl()),
                    "true",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(Build.hsetex("h", ("b", "4"), HsetexOptions::new()), "true")
                    .since(8, 0)
                    .valkey(9, 0),
                step(Build.hexpiretime("h", ["a", "b"]), "[At(4102444800s), NoExpiry]")
                    .since(8, 0)
                    .valkey(9, 0),
                step(Build.hmget::<Maybe>("h", ["a", "b"]), "[Some(\"3\"), Some(\"4\")]"),
                step(
                    Build.hsetex("h", [("a", "5"), ("c", "6")], HsetexOptions::new().fxx()),
                    "false",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(
                    Build.hsetex("h", ("a", "5"), HsetexOptions::new().pxat(YEAR_2100)),
                    "true",
                )
                .since(8, 0)
                .valkey(9, 0),
                step(Build.hpexpiretime("h", "a"), "[At(4102444800.5s)]")
                    .since(8, 0)
                    .valkey(9, 0),
                step(Build.set("s", "text"), "true"),
                fails(Build.hsetex("s", ("a", "1"), HsetexOptions::new().ex(HOUR)), WRONG)
                    .since(8, 0)
                    .valkey(9, 0),
            ],
        ),
        case(
            "HSETEX and HGETEX check their arguments",
            vec![
                fails(
                    Build.hsetex("h", ["a"], HsetexOptions::new()),
                    "HSETEX: a value is missing",
                ),
                fails(
                    Build.hsetex("h", ("a", "1"), HsetexOptions::new().ex(Duration::from_millis(1))),
                    "HSETEX: less than one second",
                ),
                fails(
                    Build.hgetex_with::<Maybe>("h", "a", HgetexOptions::new().px(Duration::from_nanos(1))),
                    "HGETEX: less than one millisecond",
                ),
                fails(Build.hgetdel::<Maybe>("h", [""; 0]), "HGETDEL: at least one field"),
                fails(
                    Build.hgetex_with::<Maybe>("h", "a", HgetexOptions::new().ex(HOUR).persist()),
                    "HGETEX: only one of EX, PX, EXAT, PXAT and PERSIST",
                ),
                fails(
                    Build.hsetex("h", ("a", "1"), HsetexOptions::new().fnx().fxx()),
                    "HSETEX: only one of FNX and FXX",
                ),
                fails(
                    Build.hexpire_if("h", HOUR, "a", ExpireIf::XxLt),
                    "HEXPIRE: only one of NX, XX, GT and LT",
                ),
            ],
        ),
    ]
}
