use std::collections::BTreeSet;
use std::time::Duration;

use redwire::commands::{LmpopOptions, LposOptions, Pivot, Side};
use redwire::prelude::*;

use crate::table::{Case, Step, case, fails, step};

const WRONG: &str = "WRONGTYPE Operation against a key holding the wrong kind of value";

type Texts = Vec<String>;
type Maybe = Option<String>;

pub fn cases() -> Vec<Case> {
    let mut cases = ends();
    cases.extend(positions());
    cases.extend(moves());
    cases.extend(waits());
    cases
}

/// The list `l` of these elements, then these steps.
fn of(name: &'static str, elements: &[&str], steps: Vec<Step>) -> Case {
    let mut all = vec![step(Build.rpush("l", elements), &elements.len().to_string())];
    all.extend(steps);
    case(name, all)
}

fn all_of_l(expected: &str) -> Step {
    step(Build.lrange::<Texts>("l", 0, -1), expected)
}

fn ends() -> Vec<Case> {
    vec![
        case(
            "LPUSH and RPUSH",
            vec![
                step(Build.rpush("l", "c"), "1"),
                step(Build.lpush("l", ["b", "a"]), "3"),
                step(Build.rpush("l", vec!["d".to_string()]), "4"),
                all_of_l("[\"a\", \"b\", \"c\", \"d\"]"),
                step(Build.llen("l"), "4"),
                fails(Build.lpush("l", [""; 0]), "LPUSH: at least one element is needed"),
                fails(Build.rpush("l", [""; 0]), "RPUSH: at least one element is needed"),
            ],
        ),
        case(
            "LPUSHX and RPUSHX want a list",
            vec![
                step(Build.lpushx("l", "a"), "0"),
                step(Build.rpushx("l", "a"), "0"),
                step(Build.llen("l"), "0"),
                step(Build.rpush("l", "b"), "1"),
                step(Build.lpushx("l", "a"), "2"),
                step(Build.rpushx("l", ["c", "d"]), "4"),
                all_of_l("[\"a\", \"b\", \"c\", \"d\"]"),
                fails(Build.lpushx("l", [""; 0]), "LPUSHX: at least one element"),
                fails(Build.rpushx("l", [""; 0]), "RPUSHX: at least one element"),
            ],
        ),
        of(
            "LPOP and RPOP",
            &["1", "2", "3"],
            vec![
                step(Build.lpop::<i64>("l"), "1"),
                step(Build.rpop::<Maybe>("l"), "Some(\"3\")"),
                step(Build.rpop::<Maybe>("l"), "Some(\"2\")"),
                step(Build.rpop::<Maybe>("l"), "None"),
                step(Build.lpop::<Maybe>("l"), "None"),
                fails(Build.lpop::<String>("l"), "expected UTF-8 text, found null"),
                step(Build.set("l", "an empty list is gone"), "true"),
            ],
        ),
        of(
            "LPOP and RPOP of several",
            &["a", "b", "c", "d", "e"],
            vec![
                step(Build.lpop_count::<Texts>("l", 2), "[\"a\", \"b\"]"),
                step(Build.rpop_count::<Texts>("l", 2), "[\"e\", \"d\"]"),
                step(Build.rpop_count::<Option<Texts>>("l", 0), "Some([])"),
                step(Build.lpop_count::<Option<Texts>>("l", 5), "Some([\"c\"])"),
                step(Build.lpop_count::<Option<Texts>>("l", 5), "None"),
                step(Build.rpop_count::<Option<Texts>>("l", 5), "None"),
                fails(
                    Build.lpop_count::<Option<Texts>>("l", u64::MAX),
                    "ERR value is out of range, must be positive",
                ),
            ],
        ),
        case(
            "LMPOP takes from the first list that has any",
            vec![
                step(Build.lmpop::<String, Texts>(["a", "b"], Side::Left), "None"),
                step(Build.rpush("b", ["1", "2", "3"]), "3"),
                step(
                    Build.lmpop::<String, Texts>(["a", "b"], Side::Left),
                    "Some((\"b\", [\"1\"]))",
                ),
                step(
                    Build.lmpop_with::<String, Vec<i32>>("b", Side::Right, LmpopOptions::new().count(9)),
                    "Some((\"b\", [3, 2]))",
                ),
                fails(
                    Build.lmpop_with::<String, Vec<i32>>("b", Side::Right, LmpopOptions::new().count(0)),
                    "LMPOP: COUNT must be at least 1",
                ),
                fails(
                    Build.lmpop::<String, Vec<i32>>([""; 0], Side::Right),
                    "LMPOP: at least one key is needed",
                ),
            ],
        ),
        case(
            "a string is no list",
            vec![
                step(Build.set("s", "text"), "true"),
                fails(Build.lpush("s", "a"), WRONG),
                fails(Build.rpush("s", "a"), WRONG),
                fails(Build.lpushx("s", "a"), WRONG),
                fails(Build.rpushx("s", "a"), WRONG),
                fails(Build.lpop::<Maybe>("s"), WRONG),
                fails(Build.rpop_count::<Option<Texts>>("s", 2), WRONG),
                fails(Build.llen("s"), WRONG),
                fails(Build.lrange::<Texts>("s", 0, -1), WRONG),
                fails(Build.lindex::<Maybe>("s", 0), WRONG),
                fails(Build.linsert("s", Pivot::Before, "a", "b"), WRONG),
                fails(Build.lset("s", 0, "a"), WRONG),
                fails(Build.lrem("s", 0, "a"), WRONG),
                fails(Build.ltrim("s", 0, 1), WRONG),
                fails(Build.lpos("s", "a"), WRONG),
                fails(Build.lmove::<Maybe>("s", "d", Side::Left, Side::Left), WRONG),
                fails(Build.rpoplpush::<Maybe>("s", "d"), WRONG),
                fails(Build.lmpop::<String, Texts>("s", Side::Left), WRONG),
                fails(Build.blpop::<String, String>("s", Duration::ZERO), WRONG),
                fails(Build.brpop::<String, String>("s", Duration::ZERO), WRONG),
                fails(
                    Build.blmove::<Maybe>("s", "d", Side::Left, Side::Left, Duration::ZERO),
                    WRONG,
                ),
                fails(Build.brpoplpush::<Maybe>("s", "d", Duration::ZERO), WRONG),
                fails(Build.blmpop::<String, Texts>(Duration::ZERO, "s", Side::Left), WRONG),
            ],
        ),
    ]
}

fn positions() -> Vec<Case> {
    vec![
        of(
            "LRANGE, LINDEX and LLEN",
            &["a", "b", "c"],
            vec![
                step(Build.lrange::<Texts>("l", 1, 1), "[\"b\"]"),
                step(Build.lrange::<Texts>("l", -2, 100), "[\"b\", \"c\"]"),
                step(Build.lrange::<Texts>("l", 2, 1), "[]"),
                step(Build.lrange::<BTreeSet<String>>("l", 0, -1), "{\"a\", \"b\", \"c\"}"),
                step(Build.lrange::<Texts>("missing", 0, -1), "[]"),
                step(Build.lindex::<String>("l", -1), "\"c\""),
                step(Build.lindex::<Maybe>("l", 3), "None"),
                step(Build.lindex::<Maybe>("missing", 0), "None"),
                step(Build.llen("l"), "3"),
                step(Build.llen("missing"), "0"),
            ],
        ),
        of(
            "LINSERT",
            &["a", "c"],
            vec![
                step(Build.linsert("l", Pivot::Before, "c", "b"), "Some(3)"),
                step(Build.linsert("l", Pivot::After, "c", "d"), "Some(4)"),
                step(Build.linsert("l", Pivot::After, "x", "y"), "None"),
                step(Build.linsert("missing", Pivot::Before, "x", "y"), "Some(0)"),
                all_of_l("[\"a\", \"b\", \"c\", \"d\"]"),
            ],
        ),
        of(
            "LSET",
            &["a", "b"],
            vec![
                step(Build.lset("l", 0, "A"), "true"),
                step(Build.lset("l", -1, 2.5), "true"),
                fails(Build.lset("l", 2, "x"), "ERR index out of range"),
                fails(Build.lset("l", -3, "x"), "ERR index out of range"),
                fails(Build.lset("missing", 0, "x"), "ERR no such key"),
                all_of_l("[\"A\", \"2.5\"]"),
            ],
        ),
        of(
            "LREM",
            &["a", "b", "a", "c", "a", "a"],
            vec![
                step(Build.lrem("l", 1, "a"), "1"),
                all_of_l("[\"b\", \"a\", \"c\", \"a\", \"a\"]"),
                step(Build.lrem("l", -2, "a"), "2"),
                all_of_l("[\"b\", \"a\", \"c\"]"),
                step(Build.lrem("l", 0, "a"), "1"),
                step(Build.lrem("l", 0, "x"), "0"),
                step(Build.lrem("missing", 0, "x"), "0"),
                all_of_l("[\"b\", \"c\"]"),
            ],
        ),
        of(
            "LTRIM",
            &["a", "b", "c", "d"],
            vec![
                step(Build.ltrim("l", 1, -2), "true"),
                all_of_l("[\"b\", \"c\"]"),
                step(Build.ltrim("l", 5, 9), "true"),
                step(Build.llen("l"), "0"),
                step(Build.ltrim("l", 0, 1), "true"),
            ],
        ),
        of(
            "LPOS",
            &["a", "b", "c", "1", "2", "3", "c", "c"],
            vec![
                step(Build.lpos("l", "c"), "Some(2)"),
                step(Build.lpos("l", 3), "Some(5)"),
                step(Build.lpos("l", "x"), "None"),
                step(Build.lpos("missing", "x"), "None"),
                step(Build.lpos_with("l", "c", LposOptions::new().rank(2)), "Some(6)"),
                step(Build.lpos_with("l", "c", LposOptions::new().rank(-1)), "Some(7)"),
                step(Build.lpos_with("l", "c", LposOptions::new().rank(4)), "None"),
                step(Build.lpos_with("l", "c", LposOptions::new().maxlen(2)), "None"),
                step(
                    Build.lpos_with("l", "c", LposOptions::new().rank(-2).maxlen(2)),
                    "Some(6)",
                ),
                step(Build.lpos_count("l", "c", 2, LposOptions::new()), "[2, 6]"),
                step(Build.lpos_count("l", "c", 0, LposOptions::new().rank(-1)), "[7, 6, 2]"),
                step(Build.lpos_count("l", "c", 0, LposOptions::new().maxlen(7)), "[2, 6]"),
                step(Build.lpos_count("l", "x", 0, LposOptions::new()), "[]"),
                step(Build.lpos_count("missing", "x", 0, LposOptions::new()), "[]"),
                fails(
                    Build.lpos_with("l", "c", LposOptions::new().rank(0)),
                    "LPOS: RANK counts from 1",
                ),
                fails(Build.lpos_with("l", "c", LposOptions::new().maxlen(u64::MAX)), "ERR "),
            ],
        ),
    ]
}

fn moves() -> Vec<Case> {
    vec![
        of(
            "LMOVE",
            &["a", "b", "c"],
            vec![
                step(Build.lmove::<String>("l", "m", Side::Left, Side::Left), "\"a\""),
                step(Build.lmove::<String>("l", "m", Side::Right, Side::Left), "\"c\""),
                step(Build.lmove::<String>("l", "m", Side::Left, Side::Right), "\"b\""),
                step(Build.lmove::<Maybe>("l", "m", Side::Left, Side::Right), "None"),
                step(Build.lrange::<Texts>("m", 0, -1), "[\"c\", \"a\", \"b\"]"),
                step(Build.lmove::<String>("m", "m", Side::Right, Side::Left), "\"b\""),
                step(Build.lrange::<Texts>("m", 0, -1), "[\"b\", \"c\", \"a\"]"),
                step(Build.set("s", "text"), "true"),
                fails(Build.lmove::<Maybe>("m", "s", Side::Left, Side::Left), WRONG),
                step(Build.llen("m"), "3"),
            ],
        ),
        of(
            "RPOPLPUSH",
            &["a", "b"],
            vec![
                step(Build.rpoplpush::<String>("l", "m"), "\"b\""),
                step(Build.rpoplpush::<String>("l", "m"), "\"a\""),
                step(Build.rpoplpush::<Maybe>("l", "m"), "None"),
                step(Build.rpoplpush::<String>("m", "m"), "\"b\""),
                step(Build.lrange::<Texts>("m", 0, -1), "[\"b\", \"a\"]"),
            ],
        ),
    ]
}

/// Long enough never to come first, short enough to end a broken test.
const LONG: Duration = Duration::from_secs(5);
/// Short enough to be waited for.
const SHORT: Duration = Duration::from_millis(10);

fn waits() -> Vec<Case> {
    vec![
        of(
            "with something there nobody waits",
            &["a", "b", "c", "d", "e", "f", "g"],
            vec![
                step(
                    Build.blpop::<String, String>(["x", "l"], Duration::ZERO),
                    "Some((\"l\", \"a\"))",
                ),
                step(Build.brpop::<String, String>("l", LONG), "Some((\"l\", \"g\"))"),
                step(
                    Build.blmove::<Maybe>("l", "m", Side::Left, Side::Right, LONG),
                    "Some(\"b\")",
                ),
                step(Build.brpoplpush::<Maybe>("l", "m", LONG), "Some(\"f\")"),
                step(
                    Build.blmpop::<String, Texts>(LONG, ["x", "l"], Side::Left),
                    "Some((\"l\", [\"c\"]))",
                ),
                step(
                    Build.blmpop_with::<String, Texts>(LONG, "l", Side::Right, LmpopOptions::new().count(5)),
                    "Some((\"l\", [\"e\", \"d\"]))",
                ),
                step(Build.lrange::<Texts>("m", 0, -1), "[\"f\", \"b\"]"),
            ],
        ),
        case(
            "a wait ends with its timeout",
            vec![
                step(Build.blpop::<String, String>("l", Duration::from_nanos(1)), "None"),
                step(Build.blpop::<String, String>(["l", "m"], SHORT), "None"),
                step(Build.brpop::<String, String>("l", SHORT), "None"),
                step(Build.blmove::<Maybe>("l", "m", Side::Left, Side::Right, SHORT), "None"),
                step(Build.brpoplpush::<Maybe>("l", "m", SHORT), "None"),
                step(Build.blmpop::<String, Texts>(SHORT, "l", Side::Left), "None"),
            ],
        ),
        case(
            "timeouts and keys that make no sense are not sent",
            vec![
                fails(
                    Build.brpop::<String, String>([""; 0], LONG),
                    "BRPOP: at least one key is needed",
                ),
                fails(
                    Build.blmpop::<String, Texts>(LONG, [""; 0], Side::Left),
                    "BLMPOP: at least one key is needed",
                ),
                fails(
                    Build.blmpop_with::<String, Texts>(LONG, "l", Side::Left, LmpopOptions::new().count(0)),
                    "BLMPOP: COUNT must be at least 1",
                ),
                fails(Build.blpop::<String, String>("l", Duration::MAX), "ERR timeout is"),
            ],
        ),
    ]
}
