use std::collections::BTreeMap;
use std::time::Duration;

use redwire::command::{Command, Flags, Wait};
use redwire::prelude::*;

use super::{reads, refuses, sends, writes};

type Fields = Vec<(String, String)>;

const ID: StreamId = StreamId::new(1526919030474, 55);
const SHORT: Duration = Duration::from_millis(1500);

#[test]
fn ids() {
    for (text, id) in [
        ("1526919030474-55", ID),
        ("7", StreamId::new(7, 0)),
        ("0-0", StreamId::MIN),
        ("18446744073709551615-18446744073709551615", StreamId::MAX),
    ] {
        assert_eq!(text.parse::<StreamId>().unwrap(), id);
    }
    for text in [
        "",
        "-",
        "1-",
        "-1",
        "1-2-3",
        "+1-0",
        "1 -0",
        "18446744073709551616-0",
        "*",
        "1-*",
    ] {
        let error = text.parse::<StreamId>().unwrap_err();
        assert_eq!(error.to_string(), format!("not the id of a stream entry: {text:?}"));
    }
    assert!(StreamId::new(1, u64::MAX) < StreamId::new(2, 0));
    assert_eq!(StreamId::from((7, 3)), StreamId::new(7, 3));
    assert_eq!(ID.time(), Duration::from_millis(1526919030474));
}

#[test]
fn xadd() {
    writes(Build.xadd("s", ("f", "v")), "XADD s * f v", "s");
    writes(
        Build.xadd("s", BTreeMap::from([("a", 1), ("b", 2)])),
        "XADD s * a 1 b 2",
        "s",
    );
    refuses(Build.xadd("s", [("a", 1); 0]), "XADD: at least one pair is needed");
    refuses(Build.xadd("s", ["a"]), "XADD: a value is missing in the last pair");

    let add = |options| Build.xadd_with("s", ("f", "v"), options);
    let options = XaddOptions::new;
    writes(add(options()), "XADD s * f v", "s");
    writes(add(options().nomkstream()), "XADD s NOMKSTREAM * f v", "s");
    writes(add(options().id(ID)), "XADD s 1526919030474-55 f v", "s");
    writes(add(options().id_at(SHORT)), "XADD s 1500-* f v", "s");
    writes(
        add(options()
            .trim(StreamTrim::maxlen(1000).approximate().limit(0))
            .nomkstream()),
        "XADD s NOMKSTREAM MAXLEN ~ 1000 LIMIT 0 * f v",
        "s",
    );
    writes(
        add(options()
            .id(ID)
            .trim(StreamTrim::minid(StreamId::new(7, 1)).refs(RefPolicy::Acked))),
        "XADD s MINID 7-1 ACKED 1526919030474-55 f v",
        "s",
    );
    refuses(
        add(options().id(ID).id_at(SHORT)),
        "XADD: only one of id and id_at can be given",
    );
}

#[test]
fn xadd_once() {
    let add = |options| Build.xadd_with("s", ("f", "v"), options);
    let options = XaddOptions::new;
    sends(
        add(options().idmp("producer", 7).trim(StreamTrim::maxlen(5))),
        "XADD s IDMP producer 7 MAXLEN 5 * f v",
        "s",
        Flags::IDEMPOTENT,
    );
    sends(
        add(options().idmpauto("producer")),
        "XADD s IDMPAUTO producer * f v",
        "s",
        Flags::IDEMPOTENT,
    );
    refuses(
        add(options().idmp("producer", 7).id(ID)),
        "XADD: IDMP and IDMPAUTO need an id that the server chooses",
    );
    refuses(
        add(options().idmp("producer", 7).idmpauto("producer")),
        "XADD: only one of IDMP and IDMPAUTO can be given",
    );
    writes(
        Build.xcfgset(
            "s",
            XcfgsetOptions::new()
                .idmp_maxsize(500)
                .idmp_duration(Duration::from_secs(300)),
        ),
        "XCFGSET s IDMP-DURATION 300 IDMP-MAXSIZE 500",
        "s",
    );
    refuses(
        Build.xcfgset("s", XcfgsetOptions::new()),
        "XCFGSET: at least one option is needed",
    );
    refuses(
        Build.xcfgset("s", XcfgsetOptions::new().idmp_duration(Duration::from_millis(1))),
        "XCFGSET: less than one second, and it is sent in whole seconds",
    );
}

#[test]
fn ranges() {
    reads(Build.xlen("s"), "XLEN s", "s");
    reads(
        Build.xrange::<Fields>("s", StreamBound::Min, StreamBound::Max),
        "XRANGE s - +",
        "s",
    );
    reads(
        Build.xrange::<Fields>("s", ID, StreamBound::Exclusive(ID)),
        "XRANGE s 1526919030474-55 (1526919030474-55",
        "s",
    );
    reads(
        Build.xrange_with::<Fields>("s", SHORT, SHORT, XrangeOptions::new().count(3)),
        "XRANGE s 1500 1500 COUNT 3",
        "s",
    );
    reads(
        Build.xrevrange::<Fields>("s", StreamBound::Max, ID),
        "XREVRANGE s + 1526919030474-55",
        "s",
    );
    reads(
        Build.xrevrange_with::<Fields>("s", ID, StreamBound::Min, XrangeOptions::new().count(1)),
        "XREVRANGE s 1526919030474-55 - COUNT 1",
        "s",
    );
    refuses(
        Build.xrange_with::<Fields>("s", ID, ID, XrangeOptions::new().count(0)),
        "XRANGE: COUNT must be at least 1",
    );
}

/// A command that waits is one that an exclusive connection is for.
#[track_caller]
fn waits<T>(command: Command<T>, text: &str, keys: &str, flags: Flags, wait: Wait) {
    assert_eq!(command.request().wait(), wait, "{text}");
    sends(command, text, keys, flags | Flags::BLOCKS);
}

#[test]
fn xread() {
    let read = |options| Build.xread_with::<String, Fields>([("a", ID), ("b", StreamId::MIN)], options);
    let options = XreadOptions::new;
    let streams = "STREAMS a b 1526919030474-55 0-0";
    reads(read(options()), &format!("XREAD {streams}"), "a b");
    reads(
        Build.xread::<String, Fields>(&BTreeMap::from([("a", ID)])),
        "XREAD STREAMS a 1526919030474-55",
        "a",
    );
    reads(
        Build.xread::<String, Fields>([("a", ReadFrom::End), ("b", ReadFrom::Last), ("c", ID.into())]),
        "XREAD STREAMS a b c $ + 1526919030474-55",
        "a b c",
    );
    reads(
        read(options().count(5).maxcount(7).maxsize(1024)),
        &format!("XREAD COUNT 5 MAXCOUNT 7 MAXSIZE 1024 {streams}"),
        "a b",
    );
    waits(
        read(options().count(5).block(SHORT)),
        &format!("XREAD BLOCK 1500 COUNT 5 {streams}"),
        "a b",
        Flags::READ_ONLY,
        Wait::For(SHORT),
    );
    waits(
        read(options().block(Duration::ZERO)),
        &format!("XREAD BLOCK 0 {streams}"),
        "a b",
        Flags::READ_ONLY,
        Wait::Forever,
    );
    // Zero would wait for ever.
    waits(
        read(options().block(Duration::from_nanos(1))),
        &format!("XREAD BLOCK 1 {streams}"),
        "a b",
        Flags::READ_ONLY,
        Wait::For(Duration::from_nanos(1)),
    );
    refuses(read(options().count(0)), "XREAD: COUNT must be at least 1");
    refuses(
        Build.xread::<String, Fields>([("a", ID); 0]),
        "XREAD: at least one stream is needed",
    );
}

#[test]
fn xreadgroup() {
    let read = |options| Build.xreadgroup_with::<String, Fields>("g", "c", [("a", GroupReadFrom::New)], options);
    let options = XreadgroupOptions::new;
    writes(read(options()), "XREADGROUP GROUP g c STREAMS a >", "a");
    writes(
        Build.xreadgroup::<String, Fields>("g", "c", [("a", ID), ("b", StreamId::MIN)]),
        "XREADGROUP GROUP g c STREAMS a b 1526919030474-55 0-0",
        "a b",
    );
    writes(
        read(options().noack().claim(SHORT).count(5).maxcount(7).maxsize(1024)),
        "XREADGROUP GROUP g c COUNT 5 MAXCOUNT 7 MAXSIZE 1024 CLAIM 1500 NOACK STREAMS a >",
        "a",
    );
    waits(
        read(options().block(SHORT).count(5)),
        "XREADGROUP GROUP g c COUNT 5 BLOCK 1500 STREAMS a >",
        "a",
        Flags::NONE,
        Wait::For(SHORT),
    );
    waits(
        read(options().block(Duration::ZERO)),
        "XREADGROUP GROUP g c BLOCK 0 STREAMS a >",
        "a",
        Flags::NONE,
        Wait::Forever,
    );
    refuses(read(options().count(0)), "XREADGROUP: COUNT must be at least 1");
    refuses(
        Build.xreadgroup::<String, Fields>("g", "c", [("a", ID); 0]),
        "XREADGROUP: at least one stream is needed",
    );
}

#[test]
fn deletion() {
    writes(Build.xdel("s", ID), "XDEL s 1526919030474-55", "s");
    writes(Build.xdel("s", ["1-0", "2-0"]), "XDEL s 1-0 2-0", "s");
    refuses(Build.xdel("s", [ID; 0]), "XDEL: at least one id is needed");
    writes(
        Build.xdelex("s", RefPolicy::KeepRef, [StreamId::new(1, 0), ID]),
        "XDELEX s KEEPREF IDS 2 1-0 1526919030474-55",
        "s",
    );
    writes(
        Build.xackdel("s", "g", RefPolicy::DelRef, ID),
        "XACKDEL s g DELREF IDS 1 1526919030474-55",
        "s",
    );
    refuses(
        Build.xdelex("s", RefPolicy::Acked, [ID; 0]),
        "XDELEX: at least one id is needed",
    );
    writes(Build.xtrim("s", StreamTrim::maxlen(0)), "XTRIM s MAXLEN 0", "s");
    writes(
        Build.xtrim(
            "s",
            StreamTrim::minid(ID).approximate().limit(10).refs(RefPolicy::DelRef),
        ),
        "XTRIM s MINID ~ 1526919030474-55 LIMIT 10 DELREF",
        "s",
    );
    refuses(
        Build.xtrim("s", StreamTrim::maxlen(5).limit(10)),
        "XTRIM: LIMIT is only for trimming that is approximate",
    );
    writes(Build.xsetid("s", ID), "XSETID s 1526919030474-55", "s");
    writes(
        Build.xsetid_with(
            "s",
            ID,
            XsetidOptions::new()
                .max_deleted_id(StreamId::new(7, 1))
                .entries_added(9),
        ),
        "XSETID s 1526919030474-55 ENTRIESADDED 9 MAXDELETEDID 7-1",
        "s",
    );
}

#[test]
fn groups() {
    writes(Build.xgroup_create("s", "g", ReadFrom::End), "XGROUP CREATE s g $", "s");
    writes(
        Build.xgroup_create_with(
            "s",
            "g",
            StreamId::MIN,
            XgroupCreateOptions::new().entries_read(5).mkstream(),
        ),
        "XGROUP CREATE s g 0-0 MKSTREAM ENTRIESREAD 5",
        "s",
    );
    writes(
        Build.xgroup_setid("s", "g", ID),
        "XGROUP SETID s g 1526919030474-55",
        "s",
    );
    writes(
        Build.xgroup_setid_with("s", "g", ReadFrom::End, XgroupSetidOptions::new().entries_read(5)),
        "XGROUP SETID s g $ ENTRIESREAD 5",
        "s",
    );
    for refused in [
        Build.xgroup_create("s", "g", ReadFrom::Last),
        Build.xgroup_setid("s", "g", ReadFrom::Last),
    ] {
        refuses(
            refused,
            "XGROUP: a group begins after an id or at the end of the stream",
        );
    }
    writes(Build.xgroup_destroy("s", "g"), "XGROUP DESTROY s g", "s");
    writes(
        Build.xgroup_createconsumer("s", "g", "c"),
        "XGROUP CREATECONSUMER s g c",
        "s",
    );
    writes(Build.xgroup_delconsumer("s", "g", "c"), "XGROUP DELCONSUMER s g c", "s");
    sends(Build.xgroup_help(), "XGROUP HELP", "", Flags::IDEMPOTENT);
    writes(
        Build.xack("s", "g", [ID, StreamId::MIN]),
        "XACK s g 1526919030474-55 0-0",
        "s",
    );
    refuses(Build.xack("s", "g", [ID; 0]), "XACK: at least one id is needed");
    writes(
        Build.xnack("s", "g", NackMode::Silent, ID),
        "XNACK s g SILENT IDS 1 1526919030474-55",
        "s",
    );
    writes(
        Build.xnack_with(
            "s",
            "g",
            NackMode::Fatal,
            ["1-0", "2-0"],
            XnackOptions::new().force().retrycount(3),
        ),
        "XNACK s g FATAL IDS 2 1-0 2-0 RETRYCOUNT 3 FORCE",
        "s",
    );
    writes(
        Build.xnack("s", "g", NackMode::Fail, "1-0"),
        "XNACK s g FAIL IDS 1 1-0",
        "s",
    );
}

#[test]
fn pending() {
    reads(Build.xpending("s", "g"), "XPENDING s g", "s");
    reads(
        Build.xpending_range("s", "g", StreamBound::Min, StreamBound::Max, 10),
        "XPENDING s g - + 10",
        "s",
    );
    reads(
        Build.xpending_range_with(
            "s",
            "g",
            StreamBound::Exclusive(ID),
            StreamBound::Max,
            10,
            XpendingOptions::new().consumer("c").idle(SHORT),
        ),
        "XPENDING s g IDLE 1500 (1526919030474-55 + 10 c",
        "s",
    );
}

#[test]
fn claims() {
    writes(
        Build.xclaim::<Fields>("s", "g", "c", SHORT, [ID]),
        "XCLAIM s g c 1500 1526919030474-55",
        "s",
    );
    writes(
        Build.xclaim_with::<Fields>(
            "s",
            "g",
            "c",
            Duration::ZERO,
            ["1-0", "2-0"],
            XclaimOptions::new().lastid(ID).force().retrycount(3).idle(SHORT),
        ),
        "XCLAIM s g c 0 1-0 2-0 IDLE 1500 RETRYCOUNT 3 FORCE LASTID 1526919030474-55",
        "s",
    );
    writes(
        Build.xclaim_justid("s", "g", "c", SHORT, "1-0"),
        "XCLAIM s g c 1500 1-0 JUSTID",
        "s",
    );
    writes(
        Build.xclaim_justid_with("s", "g", "c", SHORT, "1-0", XclaimOptions::new().time(SHORT)),
        "XCLAIM s g c 1500 1-0 TIME 1500 JUSTID",
        "s",
    );
    refuses(
        Build.xclaim::<Fields>("s", "g", "c", SHORT, [ID; 0]),
        "XCLAIM: at least one id is needed",
    );
    refuses(
        Build.xclaim_justid_with("s", "g", "c", SHORT, ID, XclaimOptions::new().time(SHORT).idle(SHORT)),
        "XCLAIM: only one of IDLE and TIME can be given",
    );
    refuses(
        Build.xclaim::<Fields>("s", "g", "c", Duration::from_nanos(1), ID),
        "XCLAIM: less than one millisecond, and it is sent in whole milliseconds",
    );
    writes(
        Build.xautoclaim::<Fields>("s", "g", "c", SHORT, StreamId::MIN),
        "XAUTOCLAIM s g c 1500 0-0",
        "s",
    );
    writes(
        Build.xautoclaim_with::<Fields>("s", "g", "c", SHORT, ID, XautoclaimOptions::new().count(10)),
        "XAUTOCLAIM s g c 1500 1526919030474-55 COUNT 10",
        "s",
    );
    writes(
        Build.xautoclaim_justid("s", "g", "c", SHORT, ID),
        "XAUTOCLAIM s g c 1500 1526919030474-55 JUSTID",
        "s",
    );
    writes(
        Build.xautoclaim_justid_with("s", "g", "c", SHORT, ID, XautoclaimOptions::new().count(1)),
        "XAUTOCLAIM s g c 1500 1526919030474-55 COUNT 1 JUSTID",
        "s",
    );
    refuses(
        Build.xautoclaim_with::<Fields>("s", "g", "c", SHORT, ID, XautoclaimOptions::new().count(0)),
        "XAUTOCLAIM: COUNT must be at least 1",
    );
}

#[test]
fn info() {
    reads(Build.xinfo_stream::<Fields>("s"), "XINFO STREAM s", "s");
    reads(
        Build.xinfo_stream_full::<Fields>("s", 0),
        "XINFO STREAM s FULL COUNT 0",
        "s",
    );
    reads(Build.xinfo_groups("s"), "XINFO GROUPS s", "s");
    reads(Build.xinfo_consumers("s", "g"), "XINFO CONSUMERS s g", "s");
    sends(Build.xinfo_help(), "XINFO HELP", "", Flags::IDEMPOTENT);
}
