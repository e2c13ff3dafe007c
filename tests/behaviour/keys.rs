use std::time::Duration;

use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

const HUNDRED: Duration = Duration::from_secs(100);
/// Early in the year 2100.
const FAR: Duration = Duration::from_millis(4_102_444_800_123);

fn list(key: &str, elements: &[&str]) -> Command<u64> {
    cmd("RPUSH").key(key).arg(elements).returns()
}

pub fn cases() -> Vec<Case> {
    let mut cases = existence();
    cases.extend(expiry());
    cases.extend(names());
    cases.extend(walks());
    cases.extend(serialized());
    cases.extend(object());
    cases
}

fn existence() -> Vec<Case> {
    vec![
        case(
            "del, unlink, exists, touch",
            vec![
                step(Build.mset([("a", 1), ("b", 2), ("c", 3)]), "true"),
                step(Build.exists(["a", "a", "none"]), "2"),
                step(Build.touch(["a", "b", "none"]), "2"),
                step(Build.del(["a", "none"]), "1"),
                step(Build.unlink(["b", "c", "c"]), "2"),
                step(Build.exists(["a", "b", "c"]), "0"),
                fails(Build.del([""; 0]), "DEL: at least one key is needed"),
            ],
        ),
        case(
            "keys of any bytes",
            vec![
                step(Build.set(b"\xff\r\n", "v"), "true"),
                step(Build.exists(b"\xff\r\n"), "1"),
                step(Build.keys::<Vec<u8>>("*"), "[[255, 13, 10]]"),
                step(Build.set("", "empty"), "true"),
                step(Build.get::<String>(""), r#""empty""#),
            ],
        ),
        case(
            "types",
            vec![
                step(Build.key_type("none"), "None"),
                step(Build.set("string", 1), "true"),
                step(Build.key_type("string"), "Some(String)"),
                step(list("list", &["x"]), "1"),
                step(Build.key_type("list"), "Some(List)"),
                step(cmd("SADD").key("set").arg("x").returns::<u64>(), "1"),
                step(Build.key_type("set"), "Some(Set)"),
                step(cmd("ZADD").key("zset").arg((1, "x")).returns::<u64>(), "1"),
                step(Build.key_type("zset"), "Some(Zset)"),
                step(cmd("HSET").key("hash").arg(("f", "x")).returns::<u64>(), "1"),
                step(Build.key_type("hash"), "Some(Hash)"),
                works(Build.xadd("stream", ("f", "x"))),
                step(Build.key_type("stream"), "Some(Stream)"),
            ],
        ),
        case(
            "randomkey",
            vec![
                step(Build.randomkey::<Option<String>>(), "None"),
                step(Build.set("only", 1), "true"),
                step(Build.randomkey::<Option<String>>(), r#"Some("only")"#),
            ],
        ),
    ]
}

fn expiry() -> Vec<Case> {
    vec![
        case(
            "expire and ttl",
            vec![
                step(Build.ttl("k"), "Missing"),
                step(Build.pttl("k"), "Missing"),
                step(Build.expire("k", HUNDRED), "false"),
                step(Build.persist("k"), "false"),
                step(Build.set("k", "v"), "true"),
                step(Build.ttl("k"), "NoExpiry"),
                step(Build.pttl("k"), "NoExpiry"),
                step(Build.persist("k"), "false"),
                step(Build.expire("k", HUNDRED), "true"),
                step(Build.ttl("k"), "Left(100s)"),
                works(Build.pttl("k")),
                step(Build.persist("k"), "true"),
                step(Build.ttl("k"), "NoExpiry"),
                step(Build.pexpire("k", HUNDRED), "true"),
                step(Build.ttl("k"), "Left(100s)"),
                // A new value has no expiry.
                step(Build.set("k", "v"), "true"),
                step(Build.ttl("k"), "NoExpiry"),
            ],
        ),
        case(
            "expiry at a time",
            vec![
                step(Build.expiretime("k"), "Missing"),
                step(Build.pexpiretime("k"), "Missing"),
                step(Build.expireat("k", FAR), "false"),
                step(Build.set("k", "v"), "true"),
                step(Build.expiretime("k"), "NoExpiry"),
                step(Build.pexpiretime("k"), "NoExpiry"),
                step(Build.pexpireat("k", FAR), "true"),
                step(Build.pexpiretime("k"), "At(4102444800.123s)"),
                step(Build.expiretime("k"), "At(4102444800s)"),
                step(Build.expireat("k", FAR), "true"),
                step(Build.pexpiretime("k"), "At(4102444800s)"),
            ],
        ),
        case(
            "expiry at once",
            vec![
                step(Build.mset([("a", 1), ("b", 2), ("c", 3), ("d", 4)]), "true"),
                step(Build.expire("a", Duration::ZERO), "true"),
                step(Build.pexpire("b", Duration::ZERO), "true"),
                step(Build.expireat("c", Duration::ZERO), "true"),
                step(Build.pexpireat("d", Duration::ZERO), "true"),
                step(Build.exists(["a", "b", "c", "d"]), "0"),
            ],
        ),
        case(
            "expiry that cannot be",
            vec![
                step(Build.set("k", "v"), "true"),
                fails(
                    Build.expire("k", Duration::from_millis(999)),
                    "EXPIRE: less than one second",
                ),
                fails(
                    Build.pexpire("k", Duration::from_micros(999)),
                    "PEXPIRE: less than one millisecond",
                ),
                fails(
                    Build.expire("k", Duration::MAX),
                    "ERR value is not an integer or out of range",
                ),
                fails(
                    Build.expire("k", Duration::from_secs(i64::MAX as u64)),
                    "ERR invalid expire time in 'expire' command",
                ),
                fails(
                    Build.pexpire("k", Duration::from_millis(i64::MAX as u64)),
                    "ERR invalid expire time in 'pexpire' command",
                ),
                step(Build.ttl("k"), "NoExpiry"),
            ],
        ),
        case(
            "expiry under conditions",
            vec![
                step(Build.set("k", "v"), "true"),
                // No expiry counts as one that never comes.
                step(Build.expire_if("k", HUNDRED, ExpireIf::Xx), "false"),
                step(Build.expire_if("k", HUNDRED, ExpireIf::Gt), "false"),
                step(Build.expire_if("k", HUNDRED, ExpireIf::XxLt), "false"),
                step(Build.expire_if("k", HUNDRED, ExpireIf::Lt), "true"),
                step(Build.pexpire_if("k", 2 * HUNDRED, ExpireIf::Nx), "false"),
                step(Build.pexpire_if("k", 2 * HUNDRED, ExpireIf::Lt), "false"),
                step(Build.pexpire_if("k", 2 * HUNDRED, ExpireIf::Gt), "true"),
                step(Build.ttl("k"), "Left(200s)"),
                step(Build.expire_if("k", HUNDRED, ExpireIf::XxLt), "true"),
                step(Build.ttl("k"), "Left(100s)"),
                step(Build.expireat_if("k", FAR, ExpireIf::Lt), "false"),
                step(Build.expireat_if("k", FAR, ExpireIf::Gt), "true"),
                step(Build.pexpireat_if("k", FAR, ExpireIf::Nx), "false"),
                step(Build.pexpireat_if("k", FAR, ExpireIf::Xx), "true"),
                step(Build.pexpiretime("k"), "At(4102444800.123s)"),
                step(Build.persist("k"), "true"),
                step(Build.expire_if("k", HUNDRED, ExpireIf::Nx), "true"),
            ],
        ),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case(
            "rename",
            vec![
                step(Build.mset([("a", 1), ("b", 2)]), "true"),
                step(Build.expire("a", HUNDRED), "true"),
                step(Build.renamenx("a", "b"), "false"),
                step(Build.rename("a", "b"), "true"),
                step(Build.mget::<(Option<i64>, Option<i64>)>(["a", "b"]), "(None, Some(1))"),
                // The expiry comes along.
                step(Build.ttl("b"), "Left(100s)"),
                step(Build.renamenx("b", "c"), "true"),
                step(Build.get::<i64>("c"), "1"),
                fails(Build.rename("none", "c"), "ERR no such key"),
                fails(Build.renamenx("none", "c"), "ERR no such key"),
            ],
        ),
        case(
            "copy",
            vec![
                step(Build.mset([("a", 1), ("b", 2)]), "true"),
                step(Build.expire("a", HUNDRED), "true"),
                step(Build.copy("none", "x"), "false"),
                step(Build.copy("a", "x"), "true"),
                step(Build.ttl("x"), "Left(100s)"),
                step(Build.copy("a", "b"), "false"),
                step(Build.get::<i64>("b"), "2"),
                step(Build.copy_with("a", "b", CopyOptions::new().replace()), "true"),
                step(Build.get::<i64>("b"), "1"),
                step(Build.copy_with("a", "a", CopyOptions::new().db(1)), "true"),
                step(Build.copy_with("a", "a", CopyOptions::new().db(1)), "false"),
                step(Build.copy_with("a", "a", CopyOptions::new().db(1).replace()), "true"),
                fails(Build.copy("a", "a"), "ERR source and destination objects are the same"),
            ],
        ),
        case(
            "move",
            vec![
                step(Build.set("a", 1), "true"),
                step(Build.move_key("none", 1), "false"),
                step(Build.move_key("a", 1), "true"),
                step(Build.exists("a"), "0"),
                step(Build.set("a", 2), "true"),
                step(Build.move_key("a", 1), "false"),
                step(Build.swapdb(0, 1), "true"),
                step(Build.get::<i64>("a"), "1"),
                fails(
                    Build.move_key("a", 0),
                    "ERR source and destination objects are the same",
                ),
                fails(Build.move_key("a", 100_000), "ERR DB index is out of range"),
            ],
        ),
    ]
}

fn walks() -> Vec<Case> {
    vec![
        case(
            "keys",
            vec![
                step(Build.keys::<String>("*"), "[]"),
                step(Build.mset([("user:1", 1), ("other", 2)]), "true"),
                step(Build.keys::<String>("user:*"), r#"["user:1"]"#),
                step(Build.keys::<String>("user:[^1]"), "[]"),
                step(Build.keys::<String>("?ther"), r#"["other"]"#),
            ],
        ),
        case(
            "scan",
            vec![
                step(Build.scan::<String>(0), "(0, [])"),
                step(Build.set("user:1", 1), "true"),
                step(list("other", &["x"]), "1"),
                step(
                    Build.scan_with::<String>(0, ScanOptions::new().count(1000).matching("user:*")),
                    r#"(0, ["user:1"])"#,
                ),
                step(
                    Build.scan_with::<String>(0, ScanOptions::new().count(1000).of_type(KeyType::List)),
                    r#"(0, ["other"])"#,
                ),
                step(
                    Build.scan_with::<String>(0, ScanOptions::new().count(1000).of_type(KeyType::Zset)),
                    "(0, [])",
                ),
                fails(
                    Build.scan_with::<String>(0, ScanOptions::new().count(0)),
                    "ERR syntax error",
                ),
            ],
        ),
    ]
}

fn serialized() -> Vec<Case> {
    vec![
        case(
            "dump of nothing",
            vec![
                step(Build.dump("none"), "None"),
                step(Build.set("k", "v"), "true"),
                works(Build.dump("k")),
            ],
        ),
        case(
            "restore of rubbish",
            vec![
                fails(
                    Build.restore("k", Duration::ZERO, "rubbish"),
                    "ERR DUMP payload version or checksum are wrong",
                ),
                step(Build.set("k", "v"), "true"),
                fails(
                    Build.restore("k", Duration::ZERO, "rubbish"),
                    "BUSYKEY Target key name already exists.",
                ),
                fails(
                    Build.restore_with("k", Duration::ZERO, "rubbish", RestoreOptions::new().replace()),
                    "ERR DUMP payload version or checksum are wrong",
                ),
                step(Build.get::<String>("k"), r#""v""#),
            ],
        ),
        case(
            "migrate of nothing",
            vec![step(
                Build.migrate("127.0.0.1", 1, ["none"], 0, HUNDRED, MigrateOptions::new()),
                "false",
            )],
        ),
    ]
}

fn object() -> Vec<Case> {
    vec![case(
        "object",
        vec![
            step(Build.object_encoding("none"), "None"),
            step(Build.object_idletime("none"), "None"),
            step(Build.object_refcount("none"), "None"),
            step(Build.set("number", 12345), "true"),
            step(Build.set("short", "text"), "true"),
            step(Build.set("long", "x".repeat(1000)), "true"),
            step(Build.object_encoding("number"), r#"Some("int")"#),
            step(Build.object_encoding("short"), r#"Some("embstr")"#),
            step(Build.object_encoding("long"), r#"Some("raw")"#),
            // A second may have begun since.
            works(Build.object_idletime("short")),
            // Inside MULTI the queue holds the value as well.
            works(Build.object_refcount("short")),
            fails(
                Build.object_freq("short"),
                "ERR An LFU maxmemory policy is not selected",
            ),
            works(Build.object_help()),
        ],
    )]
}
