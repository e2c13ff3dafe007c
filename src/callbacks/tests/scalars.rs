//! F109 to F118, F124, F129, F130, F134 to F137, F144: one value, or a short list of them.

use super::{boolean, bulk, double, integer, made, made_of, null, simple, texts};
use crate::command::cmd;

#[test]
fn f109_one_and_zero_are_booleans() {
    let commands = "EXPIRE EXPIREAT HEXISTS MOVE MSETNX PERSIST RENAMENX SISMEMBER SMOVE SETNX";
    for name in commands.split(' ').chain(["XGROUP DESTROY"]) {
        assert_eq!(made(name, integer(1)), "true", "{name}");
        assert_eq!(made(name, integer(0)), "false", "{name}");
        // Some servers of the future might say it in RESP3's own words.
        assert_eq!(made(name, boolean(false)), "false", "{name}");
    }
    for name in ["AUTH", "HMSET", "PSETEX", "SETEX"] {
        assert_eq!(made(name, simple(b"OK")), "true", "{name}");
    }
}

#[test]
fn f111_f112_numbers_that_come_as_text_are_doubles() {
    for name in ["INCRBYFLOAT", "HINCRBYFLOAT", "ZSCORE", "ZINCRBY", "GEODIST"] {
        assert_eq!(made(name, bulk(b"1.50")), "1.5", "{name}");
        assert_eq!(made(name, bulk(b"-inf")), "-inf", "{name}");
        assert_eq!(made(name, double(1.5)), "1.5", "{name}");
        assert_eq!(made(name, null()), "nil", "{name}");
    }
}

#[test]
fn f114_ok_is_true() {
    let one_word = "FLUSHALL FLUSHDB LSET LTRIM MSET PFMERGE RENAME SAVE SELECT SHUTDOWN SLAVEOF SWAPDB WATCH UNWATCH";
    let of_cluster = "ADDSLOTS DELSLOTS FAILOVER FORGET MEET REPLICATE RESET SAVECONFIG SET-CONFIG-EPOCH SETSLOT";
    let of_cluster = of_cluster.split(' ').map(|word| alloc::format!("CLUSTER {word}"));
    let others = [
        "CLIENT KILL",
        "CLIENT SETNAME",
        "CLIENT PAUSE",
        "CONFIG RESETSTAT",
        "CONFIG SET",
        "MEMORY PURGE",
        "SCRIPT FLUSH",
        "SCRIPT KILL",
        "SENTINEL MONITOR",
        "SENTINEL REMOVE",
        "SENTINEL SET",
        "SLOWLOG RESET",
        "XGROUP CREATE",
        "XGROUP SETID",
    ];
    let others = others.into_iter().map(Into::into);
    for name in one_word.split(' ').map(Into::into).chain(of_cluster).chain(others) {
        assert_eq!(made(&name, simple(b"OK")), "true", "{name}");
    }
    // By filter, CLIENT KILL says how many it killed.
    assert_eq!(made("CLIENT KILL ID 7", integer(0)), "0");
}

#[test]
fn f115_set_says_true_or_nothing() {
    assert_eq!(made("SET k v", simple(b"OK")), "true");
    assert_eq!(made("SET k v NX", null()), "nil");
    // With GET comes a value, which may be any text.
    assert_eq!(made("SET k v GET", bulk(b"OK")), "\"OK\"");
}

#[test]
fn f116_pushes_give_the_length_or_true() {
    for name in ["LPUSH", "RPUSH"] {
        assert_eq!(made(name, integer(3)), "3");
        assert_eq!(made(name, simple(b"OK")), "true");
    }
}

#[test]
fn f117_what_was_started_is_true() {
    for name in ["BGREWRITEAOF", "BGSAVE"] {
        let text: &[u8] = b"Background saving started";
        assert_eq!(made(name, simple(text)), "true");
    }
}

#[test]
fn f118_only_pong_is_true() {
    assert_eq!(made("PING", simple(b"PONG")), "true");
    assert_eq!(made("PING hello", bulk(b"hello")), "false");
    // What a subscribed connection answers under RESP2.
    assert_eq!(made("PING", texts(&["pong", ""])), "false");
}

#[test]
fn f124_zadd_gives_a_number_and_with_incr_a_score() {
    assert_eq!(made("ZADD z 1 a", integer(1)), "1");
    assert_eq!(made("ZADD z INCR 1 a", bulk(b"2.5")), "2.5");
    assert_eq!(made("ZADD z XX CH INCR 1 a", double(3.0)), "3.0");
    // D06: nothing where NX or XX kept it from happening.
    assert_eq!(made("ZADD z NX INCR 1 a", null()), "nil");
    // The option counts without the word, and a member is no word.
    let request = cmd("ZADD z 1 a").option("as_score", true);
    assert_eq!(made_of(request, integer(1)), "1.0");
    assert_eq!(made("ZADD z 1 INCR", integer(1)), "1");
}

#[test]
fn f129_f136_f137_text_is_text() {
    for name in ["CLIENT GETNAME", "RANDOMKEY", "SCRIPT LOAD x"] {
        assert_eq!(made(name, bulk(b"text")), "\"text\"");
        assert_eq!(made(name, null()), "nil");
    }
    // A key may have an empty name.
    assert_eq!(made("RANDOMKEY", bulk(b"")), "\"\"");
}

#[test]
fn f130_unblocked_only_by_one() {
    for (value, expected) in [(1, "true"), (0, "false"), (2, "false")] {
        assert_eq!(made("CLIENT UNBLOCK 7", integer(value)), expected);
    }
}

#[test]
fn f134_a_save_that_never_was_is_nothing() {
    let time = 1_700_000_000;
    assert_eq!(made("LASTSAVE", integer(time)), "1700000000");
    assert_eq!(made("LASTSAVE", integer(0)), "nil");
    assert_eq!(made("LASTSAVE", null()), "nil");
}

#[test]
fn f135_time_is_two_integers() {
    assert_eq!(made("TIME", texts(&["1700000000", "12"])), "[1700000000, 12]");
}

#[test]
fn f137_script_exists_gives_booleans() {
    let all = made("SCRIPT EXISTS a b", |reply| {
        reply.array(2).integer(1).integer(0);
    });
    assert_eq!(all, "[true, false]");
}

#[test]
fn f144_an_address_has_a_number_for_a_port() {
    let name = "SENTINEL GET-MASTER-ADDR-BY-NAME mymaster";
    assert_eq!(made(name, texts(&["::1", "6379"])), r#"["::1", 6379]"#);
    assert_eq!(made(name, null()), "nil");
}
