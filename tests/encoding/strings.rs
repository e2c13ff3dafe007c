use std::collections::BTreeMap;
use std::time::Duration;

use redwire::prelude::*;

use super::{reads, refuses, writes};

const MINUTE: Duration = Duration::from_secs(60);
const ODD: Duration = Duration::from_millis(1999);

#[test]
fn reading() {
    reads(Build.get::<String>("a"), "GET a", "a");
    reads(Build.getrange::<String>("a", -3, -1), "GETRANGE a -3 -1", "a");
    reads(Build.substr::<String>("a", 0, 5), "SUBSTR a 0 5", "a");
    reads(Build.mget::<Vec<Option<String>>>(["a", "b"]), "MGET a b", "a b");
    reads(Build.strlen("a"), "STRLEN a", "a");
    reads(Build.digest("a"), "DIGEST a", "a");
    reads(Build.lcs::<String>("a", "b"), "LCS a b", "a b");
    reads(Build.lcs_len("a", "b"), "LCS a b LEN", "a b");
    reads(Build.lcs_idx("a", "b", LcsOptions::new()), "LCS a b IDX", "a b");
    reads(
        Build.lcs_idx("a", "b", LcsOptions::new().minmatchlen(4)),
        "LCS a b IDX MINMATCHLEN 4",
        "a b",
    );
    refuses(Build.mget::<Vec<String>>([""; 0]), "MGET: at least one key is needed");
}

#[test]
fn set() {
    let with = |options| Build.set_with("a", "v", options);
    writes(Build.set("a", b"\xff\0"), "SET a \\xff\\x00", "a");
    writes(with(SetOptions::new()), "SET a v", "a");
    writes(with(SetOptions::new().ex(MINUTE)), "SET a v EX 60", "a");
    writes(with(SetOptions::new().ex(ODD)), "SET a v EX 1", "a");
    writes(with(SetOptions::new().px(ODD)), "SET a v PX 1999", "a");
    writes(with(SetOptions::new().exat(MINUTE)), "SET a v EXAT 60", "a");
    writes(with(SetOptions::new().pxat(ODD)), "SET a v PXAT 1999", "a");
    writes(with(SetOptions::new().keepttl()), "SET a v KEEPTTL", "a");
    // The server refuses it, in its own words.
    writes(with(SetOptions::new().ex(Duration::ZERO)), "SET a v EX 0", "a");
    writes(with(SetOptions::new().nx().ex(MINUTE)), "SET a v EX 60 NX", "a");
    writes(with(SetOptions::new().xx()), "SET a v XX", "a");
    writes(with(SetOptions::new().ifeq("old")), "SET a v IFEQ old", "a");
    writes(with(SetOptions::new().ifne(7)), "SET a v IFNE 7", "a");
    writes(
        with(SetOptions::new().ifdeq("b6acb9d84a38ff74")),
        "SET a v IFDEQ b6acb9d84a38ff74",
        "a",
    );
    writes(
        with(SetOptions::new().ifdne("b6acb9d84a38ff74")),
        "SET a v IFDNE b6acb9d84a38ff74",
        "a",
    );
    writes(Build.set_get::<Option<String>>("a", "v"), "SET a v GET", "a");
    writes(
        Build.set_get_with::<Option<String>>("a", "v", SetOptions::new().nx().px(ODD)),
        "SET a v PX 1999 NX GET",
        "a",
    );
}

#[test]
fn set_refusals() {
    let with = |options| Build.set_with("a", "v", options);
    let conditions = "SET: only one of NX, XX, IFEQ, IFNE, IFDEQ and IFDNE can be given";
    let expiries = "SET: only one of EX, PX, EXAT, PXAT and KEEPTTL can be given";
    refuses(with(SetOptions::new().nx().xx()), conditions);
    refuses(with(SetOptions::new().ifeq("a").ifne("b")), conditions);
    refuses(with(SetOptions::new().ex(MINUTE).px(MINUTE)), expiries);
    refuses(with(SetOptions::new().keepttl().exat(MINUTE)), expiries);
    refuses(
        with(SetOptions::new().ex(Duration::from_millis(999))),
        "SET: less than one second, and it is sent in whole seconds",
    );
    refuses(
        with(SetOptions::new().px(Duration::from_micros(999))),
        "SET: less than one millisecond, and it is sent in whole milliseconds",
    );
    // The same option again is another value for it.
    writes(
        with(SetOptions::new().ex(ODD).ex(MINUTE).nx().nx()),
        "SET a v EX 60 NX",
        "a",
    );
}

#[test]
fn writing() {
    let map = BTreeMap::from([("a", 1), ("b", 2)]);
    writes(Build.getdel::<String>("a"), "GETDEL a", "a");
    writes(Build.getset::<String>("a", "v"), "GETSET a v", "a");
    writes(Build.setex("a", MINUTE, "v"), "SETEX a 60 v", "a");
    writes(Build.psetex("a", ODD, "v"), "PSETEX a 1999 v", "a");
    writes(Build.setnx("a", "v"), "SETNX a v", "a");
    writes(Build.mset(&map), "MSET a 1 b 2", "a b");
    writes(Build.mset([("a", "x"), ("b", "y")]), "MSET a x b y", "a b");
    writes(Build.msetnx(&map), "MSETNX a 1 b 2", "a b");
    writes(Build.setrange("a", 5, "v"), "SETRANGE a 5 v", "a");
    writes(Build.append("a", "v"), "APPEND a v", "a");
    refuses(
        Build.setex("a", Duration::from_millis(1), "v"),
        "SETEX: less than one second, and it is sent in whole seconds",
    );
    refuses(Build.mset([("", ""); 0]), "MSET: at least one pair is needed");
    refuses(Build.mset(["a", "x", "b"]), "MSET: a value is missing in the last pair");
}

#[test]
fn counters() {
    writes(Build.incr("a"), "INCR a", "a");
    writes(Build.incrby("a", i64::MIN), "INCRBY a -9223372036854775808", "a");
    writes(Build.incrbyfloat("a", 0.1), "INCRBYFLOAT a 0.1", "a");
    writes(Build.incrbyfloat("a", -1.0), "INCRBYFLOAT a -1.0", "a");
    writes(Build.decr("a"), "DECR a", "a");
    writes(Build.decrby("a", 3), "DECRBY a 3", "a");
    writes(Build.increx("a", 5, IncrexOptions::new()), "INCREX a BYINT 5", "a");
    writes(
        Build.increx(
            "a",
            5,
            IncrexOptions::new().enx().ex(MINUTE).saturate().ubound(100).lbound(0),
        ),
        "INCREX a BYINT 5 LBOUND 0 UBOUND 100 SATURATE EX 60 ENX",
        "a",
    );
    writes(
        Build.increx_float("a", 0.5, IncrexOptions::new().lbound(-1.5).persist()),
        "INCREX a BYFLOAT 0.5 LBOUND -1.5 PERSIST",
        "a",
    );
    writes(
        Build.increx("a", 1, IncrexOptions::new().px(ODD)),
        "INCREX a BYINT 1 PX 1999",
        "a",
    );
    writes(
        Build.increx("a", 1, IncrexOptions::new().exat(ODD)),
        "INCREX a BYINT 1 EXAT 1",
        "a",
    );
    writes(
        Build.increx("a", 1, IncrexOptions::new().pxat(ODD)),
        "INCREX a BYINT 1 PXAT 1999",
        "a",
    );
    refuses(
        Build.increx("a", 1, IncrexOptions::new().ex(MINUTE).persist()),
        "INCREX: only one of EX, PX, EXAT, PXAT and PERSIST can be given",
    );
}

#[test]
fn getex() {
    let with = |options| Build.getex::<String>("a", options);
    writes(with(GetexOptions::new()), "GETEX a", "a");
    writes(with(GetexOptions::new().ex(ODD)), "GETEX a EX 1", "a");
    writes(with(GetexOptions::new().px(ODD)), "GETEX a PX 1999", "a");
    writes(with(GetexOptions::new().exat(ODD)), "GETEX a EXAT 1", "a");
    writes(with(GetexOptions::new().pxat(ODD)), "GETEX a PXAT 1999", "a");
    writes(with(GetexOptions::new().persist()), "GETEX a PERSIST", "a");
    refuses(
        with(GetexOptions::new().ex(MINUTE).persist()),
        "GETEX: only one of EX, PX, EXAT, PXAT and PERSIST can be given",
    );
}

#[test]
fn msetex() {
    let pairs = [("a", "x"), ("b", "y")];
    let with = |options| Build.msetex(pairs, options);
    writes(with(MsetexOptions::new()), "MSETEX 2 a x b y", "a b");
    writes(
        with(MsetexOptions::new().px(ODD).nx()),
        "MSETEX 2 a x b y NX PX 1999",
        "a b",
    );
    writes(
        with(MsetexOptions::new().xx().ex(ODD)),
        "MSETEX 2 a x b y XX EX 1",
        "a b",
    );
    writes(with(MsetexOptions::new().exat(ODD)), "MSETEX 2 a x b y EXAT 1", "a b");
    writes(
        with(MsetexOptions::new().pxat(ODD)),
        "MSETEX 2 a x b y PXAT 1999",
        "a b",
    );
    writes(with(MsetexOptions::new().keepttl()), "MSETEX 2 a x b y KEEPTTL", "a b");
    refuses(
        with(MsetexOptions::new().nx().xx()),
        "MSETEX: only one of NX and XX can be given",
    );
    refuses(
        Build.msetex([("", ""); 0], MsetexOptions::new()),
        "MSETEX: at least one pair is needed",
    );
}

#[test]
fn delifeq() {
    writes(Build.delifeq("a", b"v\xff"), "DELIFEQ a v\\xff", "a");
}

#[test]
fn delex() {
    let with = |options| Build.delex("a", options);
    writes(with(DelexOptions::new()), "DELEX a", "a");
    writes(with(DelexOptions::new().ifeq("v")), "DELEX a IFEQ v", "a");
    writes(with(DelexOptions::new().ifne("v")), "DELEX a IFNE v", "a");
    writes(
        with(DelexOptions::new().ifdeq("0123456789abcdef")),
        "DELEX a IFDEQ 0123456789abcdef",
        "a",
    );
    writes(
        with(DelexOptions::new().ifdne("0123456789abcdef")),
        "DELEX a IFDNE 0123456789abcdef",
        "a",
    );
    refuses(
        with(DelexOptions::new().ifeq("v").ifdeq("0")),
        "DELEX: only one of IFEQ, IFNE, IFDEQ and IFDNE can be given",
    );
}
