//! Adding, reading by range, deleting.

use std::collections::BTreeMap;
use std::time::Duration;

use redwire::prelude::*;

use super::{Fields, add, entry, id, list};
use crate::table::{Case, case, fails, step, works};

const WRONG: &str = "WRONGTYPE Operation against a key holding the wrong kind of value";

pub fn cases() -> Vec<Case> {
    let mut cases = adding();
    cases.extend(ranges());
    cases.extend(removing());
    cases.extend(since_redis_8());
    cases
}

fn adding() -> Vec<Case> {
    let with = |options| Build.xadd_with("s", ("f", "v"), options);
    let options = XaddOptions::new;
    vec![
        case(
            "XADD chooses ids, or takes them",
            vec![
                works(Build.xadd("auto", [("a", "1"), ("b", "2")])),
                works(Build.xadd("auto", BTreeMap::from([("a", 1)]))),
                step(Build.xlen("auto"), "2"),
                step(with(options().id(StreamId::new(5, 3))), "Some(5-3)"),
                step(with(options().id_at(Duration::from_millis(5))), "Some(5-4)"),
                step(with(options().id_at(Duration::from_millis(6))), "Some(6-0)"),
                fails(
                    with(options().id(StreamId::new(6, 0))),
                    "ERR The ID specified in XADD is equal or smaller than the target stream top item",
                ),
                fails(
                    with(options().id_at(Duration::from_millis(5))),
                    "ERR The ID specified in XADD is equal or smaller than the target stream top item",
                ),
                fails(
                    with(options().id(StreamId::MIN)),
                    "ERR The ID specified in XADD must be greater than 0-0",
                ),
                step(Build.xlen("s"), "3"),
                fails(Build.xadd("s", [("a", "b"); 0]), "XADD: at least one pair is needed"),
            ],
        ),
        case(
            "XADD where there is no stream",
            vec![
                step(with(options().nomkstream()), "None"),
                step(Build.exists("s"), "0"),
                step(with(options().id(id(1))), "Some(1-0)"),
                step(with(options().nomkstream().id(id(2))), "Some(2-0)"),
                step(Build.set("string", "x"), "true"),
                fails(Build.xadd("string", ("f", "v")), WRONG),
                fails(Build.xlen("string"), WRONG),
                step(Build.xlen("none"), "0"),
            ],
        ),
        case(
            "XADD takes any bytes",
            vec![
                step(
                    Build.xadd_with("s", (&b"\xff\r\n"[..], &b"\0"[..]), options().id(id(1))),
                    "Some(1-0)",
                ),
                step(Build.xadd_with("s", ("", ""), options().id(id(2))), "Some(2-0)"),
                step(
                    Build.xrange::<Vec<(Vec<u8>, Vec<u8>)>>("s", StreamBound::Min, StreamBound::Max),
                    "[StreamEntry { id: 1-0, fields: [([255, 13, 10], [0])], claimed: None }, \
                     StreamEntry { id: 2-0, fields: [([], [])], claimed: None }]",
                ),
            ],
        ),
        case(
            "XADD trims",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
                step(with(options().id(id(3)).trim(StreamTrim::maxlen(2))), "Some(3-0)"),
                step(Build.xlen("s"), "2"),
                step(with(options().id(id(4)).trim(StreamTrim::minid(id(4)))), "Some(4-0)"),
                step(Build.xlen("s"), "1"),
                // So few entries are one piece, which is not taken apart.
                step(
                    with(options().id(id(5)).trim(StreamTrim::maxlen(1).approximate())),
                    "Some(5-0)",
                ),
                step(Build.xlen("s"), "2"),
                step(with(options().id(id(6)).trim(StreamTrim::maxlen(0))), "Some(6-0)"),
                step(Build.xlen("s"), "0"),
                step(Build.key_type("s"), "Some(Stream)"),
            ],
        ),
    ]
}

fn ranges() -> Vec<Case> {
    let (a, b, c) = (entry("1-0", "f", "1"), entry("1-1", "f", "2"), entry("2-0", "f", "3"));
    let range = |start, end| Build.xrange::<Fields>("s", start, end);
    let back = |end, start| Build.xrevrange::<Fields>("s", end, start);
    let (min, max) = (StreamBound::Min, StreamBound::Max);
    let exclusive = StreamBound::Exclusive;
    let millis = |ms| StreamBound::Time(Duration::from_millis(ms));
    vec![case(
        "XRANGE and XREVRANGE",
        vec![
            step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
            step(add("s", (1, 1), "f", "2"), "Some(1-1)"),
            step(add("s", (2, 0), "f", "3"), "Some(2-0)"),
            step(range(min, max), &list([&a, &b, &c])),
            step(back(max, min), &list([&c, &b, &a])),
            step(range(id(1).into(), id(1).into()), &list([&a])),
            step(range(millis(1), millis(1)), &list([&a, &b])),
            step(back(millis(1), millis(1)), &list([&b, &a])),
            step(range(exclusive(id(1)), max), &list([&b, &c])),
            step(back(exclusive(id(2)), min), &list([&b, &a])),
            step(range(id(3).into(), max), "[]"),
            step(range(max, min), "[]"),
            step(Build.xrange::<Fields>("none", min, max), "[]"),
            step(
                Build.xrange_with::<Fields>("s", min, max, XrangeOptions::new().count(2)),
                &list([&a, &b]),
            ),
            step(
                Build.xrevrange_with::<Fields>("s", max, min, XrangeOptions::new().count(1)),
                &list([&c]),
            ),
            step(
                Build.xrange_with::<BTreeMap<String, u64>>("s", min, max, XrangeOptions::new().count(1)),
                r#"[StreamEntry { id: 1-0, fields: {"f": 1}, claimed: None }]"#,
            ),
            fails(
                range(exclusive(StreamId::MAX), max),
                "ERR invalid start ID for the interval",
            ),
            fails(
                range(min, exclusive(StreamId::MIN)),
                "ERR invalid end ID for the interval",
            ),
            fails(
                Build.xrange_with::<Fields>("s", min, max, XrangeOptions::new().count(0)),
                "XRANGE: COUNT must be at least 1",
            ),
            step(Build.set("string", "x"), "true"),
            fails(Build.xrange::<Fields>("string", min, max), WRONG),
        ],
    )]
}

fn removing() -> Vec<Case> {
    vec![
        case(
            "XDEL",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
                step(Build.xdel("s", [id(1), id(7)]), "1"),
                step(Build.xdel("s", id(1)), "0"),
                step(Build.xlen("s"), "1"),
                step(Build.xdel("none", id(1)), "0"),
                fails(
                    Build.xdel("s", "x"),
                    "ERR Invalid stream ID specified as stream command argument",
                ),
                // An empty stream stays, and so does its last id.
                step(Build.xdel("s", id(2)), "1"),
                step(Build.exists("s"), "1"),
                fails(
                    add("s", (2, 0), "f", "2"),
                    "ERR The ID specified in XADD is equal or smaller than the target stream top item",
                ),
            ],
        ),
        case(
            "XTRIM",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
                step(add("s", (3, 0), "f", "3"), "Some(3-0)"),
                step(Build.xtrim("s", StreamTrim::maxlen(2).approximate()), "0"),
                step(Build.xtrim("s", StreamTrim::maxlen(2)), "1"),
                step(Build.xtrim("s", StreamTrim::maxlen(2)), "0"),
                step(Build.xtrim("s", StreamTrim::minid(StreamId::new(2, 1))), "1"),
                step(
                    Build.xrange::<Fields>("s", StreamBound::Min, StreamBound::Max),
                    &list([entry("3-0", "f", "3")]),
                ),
                step(Build.xtrim("none", StreamTrim::maxlen(2)), "0"),
                fails(
                    Build.xtrim("s", StreamTrim::maxlen(2).limit(1)),
                    "XTRIM: LIMIT is only for trimming that is approximate",
                ),
            ],
        ),
        case(
            "XSETID",
            vec![
                fails(Build.xsetid("none", id(5)), "ERR no such key"),
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(Build.xsetid("s", id(5)), "true"),
                fails(
                    add("s", (5, 0), "f", "2"),
                    "ERR The ID specified in XADD is equal or smaller than the target stream top item",
                ),
                fails(
                    Build.xsetid("s", StreamId::MIN),
                    "ERR The ID specified in XSETID is smaller than the target stream top item",
                ),
                step(
                    Build.xsetid_with("s", id(9), XsetidOptions::new().entries_added(7).max_deleted_id(id(4))),
                    "true",
                ),
                fails(
                    Build.xsetid_with("s", id(9), XsetidOptions::new().entries_added(0)),
                    "ERR The entries_added specified in XSETID is smaller than the target stream length",
                ),
                fails(
                    Build.xsetid_with("s", id(9), XsetidOptions::new().max_deleted_id(id(10))),
                    "ERR The ID specified in XSETID is smaller than",
                ),
            ],
        ),
    ]
}

fn since_redis_8() -> Vec<Case> {
    let once = |value: u64, options| Build.xadd_with("s", ("f", value), options);
    let idmp = |iid: u64| XaddOptions::new().idmp("producer", iid);
    vec![
        case(
            "XDELEX and references",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
                step(Build.xgroup_create("s", "g", StreamId::MIN), "true"),
                works(Build.xreadgroup::<String, Fields>("g", "c", [("s", GroupReadFrom::New)])),
                step(
                    Build.xdelex("s", RefPolicy::Acked, [id(1), StreamId::new(0, 7)]),
                    "[Kept, Missing]",
                )
                .since(8, 2),
                step(Build.xdelex("s", RefPolicy::DelRef, id(1)), "[Deleted]"),
                step(Build.xack("s", "g", id(1)), "0"),
                step(
                    Build.xackdel("s", "g", RefPolicy::Acked, [id(2), id(7)]),
                    "[Deleted, Missing]",
                ),
                step(Build.xlen("s"), "0"),
            ],
        ),
        case(
            "XADD once for each id of a producer",
            vec![
                works(once(1, idmp(1))).since(8, 6),
                works(once(2, idmp(1))),
                works(once(2, idmp(2))),
                step(Build.xlen("s"), "2"),
                works(once(3, XaddOptions::new().idmpauto("other"))),
                works(once(3, XaddOptions::new().idmpauto("other"))),
                step(Build.xlen("s"), "3"),
                step(
                    Build.xcfgset("s", XcfgsetOptions::new().idmp_duration(Duration::from_secs(60))),
                    "true",
                ),
                works(Build.xinfo_stream::<Fields>("s")),
            ],
        ),
    ]
}
