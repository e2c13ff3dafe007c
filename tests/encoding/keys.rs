use std::time::Duration;

use redwire::Credentials;
use redwire::command::{Flags, Wait};
use redwire::prelude::*;

use super::{reads, refuses, sends, writes};

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn existence() {
    writes(Build.del("a"), "DEL a", "a");
    writes(Build.del(["a", "b"]), "DEL a b", "a b");
    writes(Build.del(b"raw\xff"), "DEL raw\\xff", "raw\\xff");
    writes(
        Build.unlink(vec!["a".to_string(), "b".to_string()]),
        "UNLINK a b",
        "a b",
    );
    reads(Build.exists(("a", 7)), "EXISTS a 7", "a 7");
    reads(Build.touch(["a", "b"]), "TOUCH a b", "a b");
    reads(Build.key_type("a"), "TYPE a", "a");
    reads(Build.randomkey::<Option<String>>(), "RANDOMKEY", "");
    reads(Build.keys::<String>("user:*"), "KEYS user:*", "");
    for refused in [Build.del([""; 0]), Build.exists([""; 0])] {
        let name = refused.request().name();
        refuses(refused, &format!("{name}: at least one key is needed"));
    }
}

#[test]
fn expiry() {
    let odd = Duration::from_millis(1999);
    writes(Build.expire("a", MINUTE), "EXPIRE a 60", "a");
    writes(Build.expire("a", odd), "EXPIRE a 1", "a");
    writes(Build.expire("a", Duration::ZERO), "EXPIRE a 0", "a");
    writes(Build.expire_if("a", MINUTE, ExpireIf::Nx), "EXPIRE a 60 NX", "a");
    writes(Build.expire_if("a", MINUTE, ExpireIf::XxLt), "EXPIRE a 60 XX LT", "a");
    writes(Build.pexpire("a", odd), "PEXPIRE a 1999", "a");
    writes(Build.pexpire_if("a", odd, ExpireIf::Xx), "PEXPIRE a 1999 XX", "a");
    writes(Build.expireat("a", odd), "EXPIREAT a 1", "a");
    writes(Build.expireat_if("a", odd, ExpireIf::Gt), "EXPIREAT a 1 GT", "a");
    writes(Build.pexpireat("a", odd), "PEXPIREAT a 1999", "a");
    writes(Build.pexpireat_if("a", odd, ExpireIf::Lt), "PEXPIREAT a 1999 LT", "a");
    writes(Build.persist("a"), "PERSIST a", "a");
    reads(Build.ttl("a"), "TTL a", "a");
    reads(Build.pttl("a"), "PTTL a", "a");
    reads(Build.expiretime("a"), "EXPIRETIME a", "a");
    reads(Build.pexpiretime("a"), "PEXPIRETIME a", "a");

    // Zero would remove the key.
    let short = Duration::from_nanos(999_999);
    refuses(
        Build.expire("a", short),
        "EXPIRE: less than one second, and it is sent in whole seconds",
    );
    refuses(
        Build.pexpire("a", short),
        "PEXPIRE: less than one millisecond, and it is sent in whole milliseconds",
    );
    // Nothing is cut off from what no server can take: it says so itself.
    writes(
        Build.pexpire("a", Duration::MAX),
        "PEXPIRE a 18446744073709551615999",
        "a",
    );
}

#[test]
fn names() {
    writes(Build.rename("a", "b"), "RENAME a b", "a b");
    writes(Build.renamenx("a", "b"), "RENAMENX a b", "a b");
    writes(Build.move_key("a", 3), "MOVE a 3", "a");
    writes(Build.copy("a", "b"), "COPY a b", "a b");
    writes(
        Build.copy_with("a", "b", CopyOptions::new().replace().db(3)),
        "COPY a b DB 3 REPLACE",
        "a b",
    );
}

#[test]
fn scan() {
    reads(Build.scan::<String>(0), "SCAN 0", "");
    reads(
        Build.scan_with::<String>(
            u64::MAX,
            ScanOptions::new().of_type(KeyType::Zset).count(500).matching("user:*"),
        ),
        "SCAN 18446744073709551615 MATCH user:* COUNT 500 TYPE zset",
        "",
    );
    reads(
        Build.scan_with::<String>(1, ScanOptions::new().of_type("ReJSON-RL")),
        "SCAN 1 TYPE ReJSON-RL",
        "",
    );
    reads(
        Build.clusterscan::<String>("0", ClusterscanOptions::new()),
        "CLUSTERSCAN 0",
        "",
    );
    reads(
        Build.clusterscan::<String>(
            "0-{06S}-0",
            ClusterscanOptions::new()
                .slot(7)
                .keys(ScanOptions::new().matching("a*").count(5).of_type(KeyType::Hash)),
        ),
        "CLUSTERSCAN 0-{06S}-0 MATCH a* COUNT 5 TYPE hash SLOT 7",
        "",
    );
}

#[test]
fn serialized() {
    reads(Build.dump("a"), "DUMP a", "a");
    writes(
        Build.restore("a", Duration::ZERO, b"\0raw"),
        "RESTORE a 0 \\x00raw",
        "a",
    );
    writes(
        Build.restore_with(
            "a",
            Duration::from_millis(1500),
            "x",
            RestoreOptions::new().freq(255).absttl().replace().idletime(MINUTE),
        ),
        "RESTORE a 1500 x REPLACE ABSTTL IDLETIME 60 FREQ 255",
        "a",
    );
    refuses(
        Build.restore("a", Duration::from_nanos(1), "x"),
        "RESTORE: less than one millisecond, and it is sent in whole milliseconds",
    );
}

#[test]
fn object() {
    reads(Build.object_encoding("a"), "OBJECT ENCODING a", "a");
    reads(Build.object_freq("a"), "OBJECT FREQ a", "a");
    reads(Build.object_idletime("a"), "OBJECT IDLETIME a", "a");
    reads(Build.object_refcount("a"), "OBJECT REFCOUNT a", "a");
    sends(Build.object_help(), "OBJECT HELP", "", Flags::IDEMPOTENT);
}

#[test]
fn sort() {
    let all = SortOptions::new()
        .alpha()
        .desc()
        .get("#")
        .get("name_*")
        .limit(5, -1)
        .by("weight_*->age");
    let text = "a BY weight_*->age LIMIT 5 -1 GET # GET name_* DESC ALPHA";
    writes(Build.sort::<Vec<i64>>("a"), "SORT a", "a");
    writes(
        Build.sort_with::<Vec<String>>("a", all.clone()),
        &format!("SORT {text}"),
        "a",
    );
    writes(
        Build.sort_groups::<(String, String)>("a", all.clone()),
        &format!("SORT {text}"),
        "a",
    );
    writes(
        Build.sort_store("a", "z", all.clone()),
        &format!("SORT {text} STORE z"),
        "a z",
    );
    reads(Build.sort_ro::<Vec<i64>>("a"), "SORT_RO a", "a");
    reads(
        Build.sort_ro_with::<Vec<String>>("a", all.clone()),
        &format!("SORT_RO {text}"),
        "a",
    );
    refuses(
        Build.sort_groups::<(String, String, String)>("a", all),
        "SORT: rows of 3 columns need as many patterns, there are 2",
    );
}

#[test]
fn migrate() {
    let flags = Flags::SECRET | Flags::BLOCKS;
    let command = |options| Build.migrate("10.0.0.1", 6379, ["a", "b"], 2, Duration::from_secs(5), options);
    sends(
        command(MigrateOptions::new()),
        "MIGRATE 10.0.0.1 6379  2 5000 KEYS a b",
        "a b",
        flags,
    );
    sends(
        command(
            MigrateOptions::new()
                .auth(Credentials::password("hunter2"))
                .replace()
                .copy(),
        ),
        "MIGRATE 10.0.0.1 6379  2 5000 COPY REPLACE AUTH hunter2 KEYS a b",
        "a b",
        flags,
    );
    let secret = command(MigrateOptions::new().auth(Credentials::user("me", "hunter2")));
    assert!(!format!("{secret:?}").contains("hunter2"), "{secret:?}");
    sends(
        secret,
        "MIGRATE 10.0.0.1 6379  2 5000 AUTH2 me hunter2 KEYS a b",
        "a b",
        flags,
    );
    let options = MigrateOptions::new().auth(Credentials::user("me", "hunter2"));
    assert!(!format!("{options:?}").contains("hunter2"), "{options:?}");
    assert_eq!(command(options).request().wait(), Wait::For(Duration::from_secs(5)));
    // Zero is one second, says the server.
    let command = Build.migrate("10.0.0.1", 6379, "a", 0, Duration::ZERO, MigrateOptions::new());
    assert_eq!(command.request().wait(), Wait::For(Duration::from_secs(1)));
    refuses(
        Build.migrate("10.0.0.1", 6379, [""; 0], 0, MINUTE, MigrateOptions::new()),
        "MIGRATE: at least one key is needed",
    );
}
