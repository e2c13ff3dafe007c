//! Groups of consumers.

use std::time::Duration;

use redwire::command::Command;
use redwire::prelude::*;
use redwire::resp::{DecodeError, FromReply, Reply};

use super::{Fields, NONE, Read, add, entry, id, list, stream};
use crate::table::{Case, Step, case, fails, step, works};

const NO_KEY: &str = "ERR The XGROUP subcommand requires the key to exist";

pub fn cases() -> Vec<Case> {
    let mut cases = administration();
    cases.extend(reading());
    cases.extend(pending());
    cases.extend(claiming());
    cases.extend(since_redis_8());
    cases
}

/// Three entries and a group that begins before them.
fn three() -> Vec<Step> {
    vec![
        step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
        step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
        step(add("s", (3, 0), "f", "3"), "Some(3-0)"),
        step(Build.xgroup_create("s", "g", StreamId::MIN), "true"),
    ]
}

fn read_new(consumer: &str, count: u64) -> Command<Read> {
    Build.xreadgroup_with(
        "g",
        consumer,
        [("s", GroupReadFrom::New)],
        XreadgroupOptions::new().count(count),
    )
}

fn read_pending(consumer: &str) -> Command<Read> {
    Build.xreadgroup("g", consumer, [("s", StreamId::MIN)])
}

fn read<T: AsRef<str>>(entries: impl IntoIterator<Item = T>) -> String {
    list([stream("s", entries)])
}

fn administration() -> Vec<Case> {
    vec![
        case(
            "XGROUP",
            vec![
                fails(Build.xgroup_create("s", "g", ReadFrom::End), NO_KEY),
                step(
                    Build.xgroup_create_with("s", "g", ReadFrom::End, XgroupCreateOptions::new().mkstream()),
                    "true",
                ),
                fails(
                    Build.xgroup_create("s", "g", ReadFrom::End),
                    "BUSYGROUP Consumer Group name already exists",
                ),
                step(
                    Build.xgroup_create_with("s", "h", id(1), XgroupCreateOptions::new().entries_read(1)),
                    "true",
                ),
                step(Build.xgroup_createconsumer("s", "g", "c"), "true"),
                step(Build.xgroup_createconsumer("s", "g", "c"), "false"),
                fails(
                    Build.xgroup_createconsumer("s", "none", "c"),
                    "NOGROUP No such consumer group 'none' for key name 's'",
                ),
                step(Build.xgroup_delconsumer("s", "g", "c"), "0"),
                step(Build.xgroup_delconsumer("s", "g", "none"), "0"),
                step(Build.xgroup_destroy("s", "h"), "true"),
                step(Build.xgroup_destroy("s", "h"), "false"),
                fails(Build.xgroup_destroy("none", "g"), NO_KEY),
                step(Build.set("string", "x"), "true"),
                fails(Build.xgroup_create("string", "g", ReadFrom::End), "WRONGTYPE"),
                fails(
                    Build.xgroup_create("s", "i", ReadFrom::Last),
                    "XGROUP: a group begins after an id or at the end of the stream",
                ),
            ],
        ),
        case("XGROUP SETID", {
            let mut steps = three();
            steps.extend([
                step(Build.xgroup_setid("s", "g", id(2)), "true"),
                step(read_new("c", 5), &read([entry("3-0", "f", "3")])),
                step(
                    Build.xgroup_setid_with("s", "g", StreamId::MIN, XgroupSetidOptions::new().entries_read(0)),
                    "true",
                ),
                step(read_new("c", 1), &read([entry("1-0", "f", "1")])),
                step(Build.xgroup_setid("s", "g", ReadFrom::End), "true"),
                step(read_new("c", 5), "[]"),
                fails(
                    Build.xgroup_setid("s", "none", ReadFrom::End),
                    "NOGROUP No such consumer group 'none' for key name 's'",
                ),
            ]);
            steps
        }),
        case(
            "help on XGROUP",
            vec![step(
                changed(Build.xgroup_help(), |reply| {
                    let lines = Vec::<String>::from_owned(reply)?;
                    Ok(lines.iter().any(|line| line.starts_with("CREATE ")))
                }),
                "true",
            )],
        ),
    ]
}

/// The same command, its reply made into something that is the same in every run.
pub fn changed<T, U>(command: Command<T>, decode: fn(Reply) -> Result<U, DecodeError>) -> Command<U> {
    command.into_parts().0.decoded_by(decode)
}

fn reading() -> Vec<Case> {
    let (a, b, c) = (entry("1-0", "f", "1"), entry("2-0", "f", "2"), entry("3-0", "f", "3"));
    vec![
        case("XREADGROUP and XACK", {
            let mut steps = three();
            steps.extend([
                step(read_new("c", 2), &read([&a, &b])),
                step(read_new("d", 2), &read([&c])),
                step(read_new("d", 2), "[]"),
                step(read_pending("c"), &read([&a, &b])),
                step(read_pending("d"), &read([&c])),
                step(
                    Build.xreadgroup::<String, Fields>("g", "c", [("s", id(1))]),
                    &read([&b]),
                ),
                step(Build.xack("s", "g", [id(1), id(3), id(7)]), "2"),
                step(Build.xack("s", "g", id(1)), "0"),
                step(Build.xack("s", "none", id(1)), "0"),
                step(Build.xack("none", "g", id(1)), "0"),
                step(read_pending("c"), &read([&b])),
                // What was given out and is acknowledged by now: nothing, but of that stream.
                step(read_pending("d"), &read(NONE)),
                step(Build.xgroup_delconsumer("s", "g", "c"), "1"),
                fails(
                    Build.xreadgroup::<String, Fields>("none", "c", [("s", GroupReadFrom::New)]),
                    "NOGROUP No such key 's' or consumer group 'none' in XREADGROUP with GROUP option",
                ),
                fails(
                    Build.xreadgroup::<String, Fields>("g", "c", [("none", GroupReadFrom::New)]),
                    "NOGROUP No such key 'none' or consumer group 'g' in XREADGROUP with GROUP option",
                ),
            ]);
            steps
        }),
        case("XREADGROUP without acknowledgement, and of several streams", {
            let mut steps = three();
            steps.extend([
                step(add("t", (9, 0), "f", "9"), "Some(9-0)"),
                step(Build.xgroup_create("t", "g", StreamId::MIN), "true"),
                step(
                    Build.xreadgroup_with::<String, Fields>(
                        "g",
                        "c",
                        [("t", GroupReadFrom::New), ("s", GroupReadFrom::New)],
                        XreadgroupOptions::new().count(1).noack(),
                    ),
                    &list([stream("t", [entry("9-0", "f", "9")]), stream("s", [&a])]),
                ),
                step(
                    Build.xreadgroup::<String, Fields>("g", "c", [("t", StreamId::MIN), ("s", StreamId::MIN)]),
                    &list([stream("t", NONE), stream("s", NONE)]),
                ),
                step(
                    Build.xreadgroup_with::<String, Fields>(
                        "g",
                        "c",
                        [("t", GroupReadFrom::New)],
                        XreadgroupOptions::new().block(Duration::from_millis(1)),
                    ),
                    "[]",
                ),
            ]);
            steps
        }),
        case("deleted entries in the history have no fields", {
            let mut steps = three();
            steps.extend([
                step(read_new("c", 2), &read([&a, &b])),
                step(Build.xdel("s", id(1)), "1"),
                step(
                    read_pending("c"),
                    &read(["StreamEntry { id: 1-0, fields: [], claimed: None }", &b]),
                ),
                step(
                    Build.xreadgroup_with::<String, Option<Fields>>(
                        "g",
                        "c",
                        [("s", StreamId::MIN)],
                        XreadgroupOptions::new().count(1),
                    ),
                    &read(["StreamEntry { id: 1-0, fields: None, claimed: None }"]),
                ),
            ]);
            steps
        }),
    ]
}

/// Everything about pending entries but the time.
fn timeless(reply: Reply) -> Result<Vec<(StreamId, String, u64)>, DecodeError> {
    let entries = Vec::<XpendingEntry>::from_owned(reply)?;
    let timeless = entries.into_iter().map(|entry| {
        assert!(entry.idle < Duration::from_secs(3600), "{entry:?}");
        (entry.id, entry.consumer, entry.deliveries)
    });
    Ok(timeless.collect())
}

fn range(count: u64, options: XpendingOptions) -> Command<Vec<(StreamId, String, u64)>> {
    let command = Build.xpending_range_with("s", "g", StreamBound::Min, StreamBound::Max, count, options);
    changed(command, timeless)
}

fn pending() -> Vec<Case> {
    let missing = "NOGROUP No such key 's' or consumer group 'none'";
    vec![case("XPENDING", {
        let mut steps = three();
        steps.extend([
            step(
                Build.xpending("s", "g"),
                "XpendingSummary { count: 0, min: None, max: None, consumers: [] }",
            ),
            step(range(10, XpendingOptions::new()), "[]"),
            works(read_new("c", 2)),
            works(read_new("d", 1)),
            works(read_pending("c")),
            step(
                Build.xpending("s", "g"),
                r#"XpendingSummary { count: 3, min: Some(1-0), max: Some(3-0), consumers: [("c", 2), ("d", 1)] }"#,
            ),
            step(
                range(10, XpendingOptions::new()),
                r#"[(1-0, "c", 2), (2-0, "c", 2), (3-0, "d", 1)]"#,
            ),
            step(range(1, XpendingOptions::new()), r#"[(1-0, "c", 2)]"#),
            step(range(0, XpendingOptions::new()), "[]"),
            step(range(10, XpendingOptions::new().consumer("d")), r#"[(3-0, "d", 1)]"#),
            step(range(10, XpendingOptions::new().consumer("none")), "[]"),
            step(range(10, XpendingOptions::new().idle(Duration::from_secs(3600))), "[]"),
            step(
                changed(
                    Build.xpending_range("s", "g", StreamBound::Exclusive(id(1)), id(2), 10),
                    timeless,
                ),
                r#"[(2-0, "c", 2)]"#,
            ),
            fails(Build.xpending("s", "none"), missing),
            fails(
                Build.xpending_range("s", "none", StreamBound::Min, StreamBound::Max, 1),
                missing,
            ),
        ]);
        steps
    })]
}

fn claiming() -> Vec<Case> {
    let (a, b) = (entry("1-0", "f", "1"), entry("2-0", "f", "2"));
    let (now, hour) = (Duration::ZERO, Duration::from_secs(3600));
    let claim = |options| Build.xclaim_with::<Fields>("s", "g", "d", now, id(3), options);
    let auto = |start| Build.xautoclaim_with::<Fields>("s", "g", "e", now, start, XautoclaimOptions::new().count(2));
    vec![
        case("XCLAIM", {
            let mut steps = three();
            steps.extend([
                works(read_new("c", 2)),
                step(Build.xclaim::<Fields>("s", "g", "d", hour, [id(1), id(2)]), "[]"),
                step(Build.xclaim::<Fields>("s", "g", "d", now, [id(1), id(3)]), &list([&a])),
                step(Build.xclaim_justid("s", "g", "d", now, id(2)), "[2-0]"),
                step(range(10, XpendingOptions::new()), r#"[(1-0, "d", 2), (2-0, "d", 1)]"#),
                step(claim(XclaimOptions::new()), "[]"),
                step(
                    claim(
                        XclaimOptions::new()
                            .force()
                            .retrycount(9)
                            .idle(hour - Duration::from_secs(60)),
                    ),
                    &list([entry("3-0", "f", "3")]),
                ),
                step(
                    range(10, XpendingOptions::new().idle(Duration::from_secs(60))),
                    r#"[(3-0, "d", 9)]"#,
                ),
                step(
                    Build.xclaim_justid_with(
                        "s",
                        "g",
                        "e",
                        now,
                        id(3),
                        XclaimOptions::new().time(Duration::from_millis(1)).lastid(id(2)),
                    ),
                    "[3-0]",
                ),
                step(read_new("c", 1), &read([entry("3-0", "f", "3")])),
                // A deleted entry is not claimed, and not pending any longer.
                step(Build.xdel("s", id(1)), "1"),
                step(Build.xclaim::<Fields>("s", "g", "e", now, [id(1), id(2)]), &list([&b])),
                step(Build.xack("s", "g", id(1)), "0"),
                fails(
                    Build.xclaim::<Fields>("s", "none", "d", now, id(1)),
                    "NOGROUP No such key 's' or consumer group 'none'",
                ),
            ]);
            steps
        }),
        case("XAUTOCLAIM", {
            let mut steps = three();
            steps.extend([
                works(read_new("c", 3)),
                step(
                    Build.xautoclaim::<Fields>("s", "g", "e", hour, StreamId::MIN),
                    "XautoclaimReply { next: 0-0, claimed: [], deleted: [] }",
                ),
                step(Build.xdel("s", id(1)), "1"),
                step(
                    auto(StreamId::MIN),
                    &format!("XautoclaimReply {{ next: 3-0, claimed: [{b}], deleted: [1-0] }}"),
                ),
                step(
                    Build.xautoclaim_justid("s", "g", "e", now, id(3)),
                    "XautoclaimReply { next: 0-0, claimed: [3-0], deleted: [] }",
                ),
                step(
                    Build.xautoclaim_justid_with("s", "g", "e", now, StreamId::MIN, XautoclaimOptions::new().count(1)),
                    "XautoclaimReply { next: 3-0, claimed: [2-0], deleted: [] }",
                ),
                step(range(10, XpendingOptions::new()), r#"[(2-0, "e", 2), (3-0, "e", 1)]"#),
                fails(
                    Build.xautoclaim::<Fields>("s", "none", "e", now, StreamId::MIN),
                    "NOGROUP No such key 's' or consumer group 'none'",
                ),
            ]);
            steps
        }),
    ]
}

fn since_redis_8() -> Vec<Case> {
    vec![
        case("XREADGROUP claims", {
            let mut steps = three();
            steps.extend([
                works(read_new("c", 2)),
                step(
                    changed(
                        Build.xreadgroup_with::<String, Fields>(
                            "g",
                            "d",
                            [("s", GroupReadFrom::New)],
                            XreadgroupOptions::new().claim(Duration::ZERO),
                        ),
                        |reply| {
                            let read: Vec<(String, Vec<StreamEntry<Fields>>)> = reply.decode()?;
                            let deliveries = |entry: &StreamEntry<Fields>| {
                                (entry.id, entry.claimed.map_or(0, |claimed| claimed.deliveries))
                            };
                            Ok(read[0].1.iter().map(deliveries).collect::<Vec<_>>())
                        },
                    ),
                    "[(1-0, 1), (2-0, 1), (3-0, 0)]",
                )
                .since(8, 4),
            ]);
            steps
        }),
        case("XNACK", {
            let mut steps = three();
            steps.extend([
                works(read_new("c", 3)),
                step(Build.xnack("s", "g", NackMode::Silent, [id(1), id(7)]), "1").since(8, 8),
                step(
                    Build.xnack_with("s", "g", NackMode::Fail, id(2), XnackOptions::new().retrycount(5)),
                    "1",
                ),
                step(
                    Build.xpending_range("s", "g", StreamBound::Min, StreamBound::Max, 2),
                    &format!(
                        "[XpendingEntry {{ id: 1-0, consumer: \"\", idle: {0:?}, deliveries: 0 }}, \
                         XpendingEntry {{ id: 2-0, consumer: \"\", idle: {0:?}, deliveries: 5 }}]",
                        Duration::MAX
                    ),
                ),
            ]);
            steps
        }),
    ]
}
