//! What all types have in common: expiry, dumps, encodings, scans of the keyspace.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use super::{World, resp2};
use crate::memory::long_double::LongDouble;
use crate::memory::values::{Hash, List, Set, SortedSet, Text, Value};
use crate::time::Timestamp;

fn hash(fields: usize, length: usize) -> Hash {
    let mut hash = Hash::default();
    (0..fields).for_each(|n| drop(hash.set(Bytes::from(format!("f{n}")), Bytes::from("v".repeat(length)))));
    hash
}

fn set(members: impl IntoIterator<Item = String>) -> Set {
    let mut set = Set::default();
    members
        .into_iter()
        .for_each(|member| drop(set.insert(Bytes::from(member))));
    set
}

fn sorted_set(members: usize) -> SortedSet {
    let mut set = SortedSet::default();
    (0..members).for_each(|n| drop(set.insert(Bytes::from(format!("m{n}")), n as f64 / 3.0)));
    set
}

fn one_of_each() -> Vec<Value> {
    let mut expiring = hash(3, 1);
    expiring.expire(b"f1", Some(4_000_000_000_000));
    Vec::from([
        Value::String(Text::new(Bytes::from_static(b"\0binary\xff"))),
        Value::String(Text::new(Bytes::new())),
        Value::List(List::from([
            Bytes::from("a"),
            Bytes::from("x".repeat(1000)),
            Bytes::new(),
        ])),
        Value::Set(set((0..200).map(|n| format!("{n}")))),
        Value::Set(set(["a", "b"].map(String::from))),
        Value::Hash(hash(200, 100)),
        Value::Hash(expiring),
        Value::SortedSet(sorted_set(50)),
    ])
}

#[test]
fn a_key_is_gone_when_its_time_comes() {
    resp2(&[
        ("SET a 1 PX 100", "+OK\r\n"),
        ("SET b 1 EX 10", "+OK\r\n"),
        ("@100", ""),
        ("DBSIZE", ":1\r\n"),
        ("KEYS *", "*1\r\n$1\r\nb\r\n"),
        ("SCAN 0 COUNT 100", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\nb\r\n"),
        ("RANDOMKEY", "$1\r\nb\r\n"),
        ("GET a", "$-1\r\n"),
        ("TTL a", ":-2\r\n"),
        ("SET a 2", "+OK\r\n"),
        ("@100000", ""),
        ("DBSIZE", ":1\r\n"),
        ("GET a", "$1\r\n2\r\n"),
        ("RANDOMKEY", "$1\r\na\r\n"),
    ]);
}

/// Every way to give, change and take away a time to live, against the clock.
#[test]
fn times_to_live_move() {
    resp2(&[
        ("SET a 1 EX 10", "+OK\r\n"),
        ("@4499", ""),
        ("TTL a", ":6\r\n"),
        ("PTTL a", ":5501\r\n"),
        ("@2", ""),
        ("TTL a", ":5\r\n"),
        ("PERSIST a", ":1\r\n"),
        ("@60000", ""),
        ("EXISTS a", ":1\r\n"),
        ("EXPIRE a 5", ":1\r\n"),
        ("RENAME a b", "+OK\r\n"),
        ("COPY b c", ":1\r\n"),
        ("PEXPIRE c 9000", ":1\r\n"),
        ("@5000", ""),
        ("EXISTS a b c", ":1\r\n"),
        ("@4000", ""),
        ("DBSIZE", ":0\r\n"),
        ("SET a 1 EX 5", "+OK\r\n"),
        ("MOVE a 3", ":1\r\n"),
        ("SELECT 3", "+OK\r\n"),
        ("@5000", ""),
        ("EXISTS a", ":0\r\n"),
        ("SET a 1 EX 5", "+OK\r\n"),
        ("GETSET a 2", "$1\r\n1\r\n"),
        ("@5000", ""),
        ("GETEX a PX 10", "$1\r\n2\r\n"),
        ("INCR a", ":3\r\n"),
        ("@10", ""),
        ("GET a", "$-1\r\n"),
    ]);
}

#[test]
fn expiry_is_in_unix_time() {
    let mut world = World::new();
    world.server.set_unix_time(1_000_000);
    let id = world.connect();
    world.advance(500);
    assert_eq!(world.ask(id, "SET a 1 PX 100"), "+OK\r\n");
    assert_eq!(world.ask(id, "PEXPIRETIME a"), ":1000600\r\n");
    assert_eq!(world.ask(id, "PEXPIREAT a 1000550"), ":1\r\n");
    world.advance(50);
    assert_eq!(world.ask(id, "EXISTS a"), ":0\r\n");
    assert!(world.ask(id, "INFO stats").contains("expired_keys:1"));
}

#[test]
fn hash_fields_expire_and_take_an_empty_hash_along() {
    let mut world = World::new();
    let now = 1_704_067_200_000;
    let mut both_fields = hash(2, 1);
    both_fields.expire(b"f0", Some(now + 100));
    both_fields.expire(b"f1", Some(now + 200));
    world.put("h", Value::Hash(both_fields));
    let id = world.connect();
    world.ask(id, "WATCH h");
    assert_eq!(world.ask(id, "SORT nothing GET #"), "*0\r\n");
    world.advance(100);
    let fields = |world: &World| match world.server.databases.at(0).get(b"h").map(|entry| entry.value.clone()) {
        Some(Value::Hash(hash)) => hash.fields().keys().cloned().collect::<Vec<Bytes>>(),
        _ => Vec::new(),
    };
    assert_eq!(fields(&world), ["f1"]);
    world.ask(id, "MULTI");
    assert_eq!(
        world.ask(id, "EXEC"),
        "*-1\r\n",
        "a watcher notices a field that expires"
    );
    world.advance(100);
    assert_eq!(world.ask(id, "EXISTS h"), ":0\r\n");
}

#[test]
fn time_never_runs_backwards() {
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "SET a 1 PX 100");
    world.advance(100);
    world.now = Timestamp::ZERO;
    assert_eq!(world.ask(id, "EXISTS a"), ":0\r\n");
    assert_eq!(world.ask(id, "TIME"), "*2\r\n$10\r\n1704067200\r\n$6\r\n100000\r\n");
}

/// The payload DUMP gives for a key.
fn dump(world: &mut World, key: &str) -> Vec<u8> {
    let id = world.connect();
    world.send(id, format!("DUMP {key}\r\n").as_bytes());
    let reply = world.server.poll_transmit(id).unwrap();
    let body = reply.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    reply[body..reply.len() - 2].to_vec()
}

fn restore(world: &mut World, key: &str, payload: &[u8]) -> String {
    let id = world.connect();
    let quoted: String = payload.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    world.ask(id, &format!("RESTORE {key} 5000 \"{quoted}\""))
}

#[test]
fn dumps_restore_what_was_dumped() {
    for (number, value) in one_of_each().into_iter().enumerate() {
        let mut world = World::new();
        let before = format!("{value:?}");
        world.put("a", value);
        let payload = dump(&mut world, "a");
        assert_eq!(restore(&mut world, "b", &payload), "+OK\r\n", "value {number}");
        let after = format!("{:?}", world.server.databases.at(0).get(b"b").unwrap().value);
        assert_eq!(after, before, "value {number}");
        let id = world.connect();
        assert_eq!(world.ask(id, "PTTL b"), ":5000\r\n");

        // One bit anywhere, or a piece missing, and it is refused.
        let refused = "-ERR DUMP payload version or checksum are wrong\r\n";
        for at in (0..payload.len()).step_by(payload.len().div_ceil(50)) {
            let mut broken = payload.clone();
            broken[at] ^= 4;
            assert_eq!(restore(&mut world, "c", &broken), refused, "value {number} at {at}");
            assert_eq!(
                restore(&mut world, "c", &payload[..at]),
                refused,
                "value {number} up to {at}"
            );
        }
        assert_eq!(world.ask(id, "EXISTS c"), ":0\r\n");
    }
}

#[test]
fn restore_options() {
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "SET a x");
    let payload: String = dump(&mut world, "a")
        .iter()
        .map(|byte| format!("\\x{byte:02x}"))
        .collect();
    for (line, expected) in [
        ("RESTORE a 0 \"$\"", "-BUSYKEY Target key name already exists.\r\n"),
        ("RESTORE a 1000 \"$\" REPLACE", "+OK\r\n"),
        ("PTTL a", ":1000\r\n"),
        ("RESTORE a 0 \"$\" REPLACE IDLETIME 77", "+OK\r\n"),
        ("OBJECT IDLETIME a", ":77\r\n"),
        ("TTL a", ":-1\r\n"),
        ("RESTORE a 4000000000000 \"$\" REPLACE ABSTTL", "+OK\r\n"),
        ("PEXPIRETIME a", ":4000000000000\r\n"),
        ("RESTORE a 1 \"$\" REPLACE ABSTTL", "+OK\r\n"),
        ("EXISTS a", ":0\r\n"),
        ("CONFIG SET maxmemory-policy allkeys-lfu", "+OK\r\n"),
        ("RESTORE a 0 \"$\" FREQ 77", "+OK\r\n"),
        ("OBJECT FREQ a", ":77\r\n"),
    ] {
        assert_eq!(world.ask(id, &line.replace('$', &payload)), expected, "{line}");
    }
}

#[test]
fn encodings_of_aggregates() {
    let mut world = World::new();
    let id = world.connect();
    let numbers = |count: usize| Value::Set(set((0..count).map(|n| format!("{n}"))));
    let words = |count: usize| Value::Set(set((0..count).map(|n| format!("w{n}"))));
    let mut expiring = hash(2, 1);
    expiring.expire(b"f1", Some(4_000_000_000_000));
    let list = |length: usize| Value::List(List::from([Bytes::from("x".repeat(length))]));
    for (value, encoding) in [
        (list(8000), "listpack"),
        (list(9000), "quicklist"),
        (numbers(512), "intset"),
        (numbers(513), "hashtable"),
        (words(128), "listpack"),
        (words(129), "hashtable"),
        (Value::Hash(hash(128, 64)), "listpack"),
        (Value::Hash(hash(129, 64)), "hashtable"),
        (Value::Hash(hash(1, 65)), "hashtable"),
        (Value::Hash(expiring), "listpackex"),
        (Value::SortedSet(sorted_set(128)), "listpack"),
        (Value::SortedSet(sorted_set(129)), "skiplist"),
    ] {
        world.put("a", value);
        assert_eq!(
            world.ask(id, "OBJECT ENCODING a"),
            format!("${}\r\n{encoding}\r\n", encoding.len())
        );
    }
}

#[test]
fn idle_time_and_frequency() {
    resp2(&[
        ("SET a 1", "+OK\r\n"),
        ("@5900", ""),
        ("OBJECT IDLETIME a", ":5\r\n"),
        ("TTL a", ":-1\r\n"),
        ("TYPE a", "+string\r\n"),
        ("EXISTS a", ":1\r\n"),
        ("OBJECT IDLETIME a", ":5\r\n"),
        ("CLIENT NO-TOUCH on", "+OK\r\n"),
        ("GET a", "$1\r\n1\r\n"),
        ("OBJECT IDLETIME a", ":5\r\n"),
        ("CLIENT NO-TOUCH off", "+OK\r\n"),
        ("TOUCH a", ":1\r\n"),
        ("OBJECT IDLETIME a", ":0\r\n"),
        ("CONFIG SET maxmemory-policy allkeys-lfu", "+OK\r\n"),
        ("SET b 1", "+OK\r\n"),
        ("OBJECT FREQ b", ":5\r\n"),
        ("GET b", "$1\r\n1\r\n"),
        ("OBJECT FREQ b", ":6\r\n"),
        ("@120000", ""),
        ("OBJECT FREQ b", ":4\r\n"),
    ]);
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "CONFIG SET maxmemory-policy volatile-lfu");
    world.ask(id, "SET a 1");
    (0..2000).for_each(|_| drop(world.ask(id, "GET a")));
    let frequency: i64 = world
        .ask(id, "OBJECT FREQ a")
        .trim_matches([':', '\r', '\n'])
        .parse()
        .unwrap();
    assert!((10..60).contains(&frequency), "logarithmic: {frequency}");
    assert!(
        world
            .ask(id, "OBJECT IDLETIME a")
            .starts_with("-ERR An LFU maxmemory policy is selected")
    );
}

/// SCAN through the protocol, with keys coming, going and expiring in between.
#[test]
fn a_scan_of_the_keyspace_finds_all_that_stays() {
    let mut world = World::new();
    let id = world.connect();
    for n in 0..300 {
        world.ask(id, &format!("SET stays:{n} x"));
        world.ask(id, &format!("SET goes:{n} x PX {}", 10 + n));
    }
    let mut met = BTreeSet::new();
    let (mut cursor, mut steps) = (String::from("0"), 0);
    loop {
        let reply = world.ask(id, &format!("SCAN {cursor} MATCH *s:* COUNT 7"));
        let lines: Vec<&str> = reply.lines().collect();
        cursor = String::from(lines[2]);
        met.extend(
            lines
                .iter()
                .filter(|line| line.starts_with("stays"))
                .map(|line| String::from(*line)),
        );
        steps += 1;
        if cursor == "0" {
            break;
        }
        world.advance(5);
        world.ask(id, &format!("SET new:{steps} x"));
    }
    assert_eq!(met.len(), 300);
    assert!(steps > 20, "in pages: {steps}");
}

#[test]
fn chance_follows_the_seed() {
    let draw = |seed| {
        let mut world = World::of(crate::memory::Server::with_seed(seed));
        let id = world.connect();
        (0..50).for_each(|n| drop(world.ask(id, &format!("SET k{n} x"))));
        (0..20).map(|_| world.ask(id, "RANDOMKEY")).collect::<Vec<String>>()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    assert!(draw(3).iter().collect::<BTreeSet<_>>().len() > 5);
}

#[test]
fn long_doubles() {
    let add = |one: &str, other: &str| {
        let sum = LongDouble::parse(one.as_bytes())?.add(LongDouble::parse(other.as_bytes())?)?;
        Some(sum.to_text())
    };
    for (one, other, sum) in [
        ("0.1", "0.2", "0.3"),
        ("1", "-1", "0"),
        ("-0", "0", "0"),
        ("1e20", "1", "100000000000000000000"),
        ("3.0e3", "0.5", "3000.5"),
        ("1e-17", "0", "0.00000000000000001"),
        ("5e-18", "0", "0"),
        ("-1.5", "-2.25", "-3.75"),
        ("0.333333333333333333333", "0", "0.33333333333333333"),
        ("18446744073709551615", "1", "18446744073709551616"),
        ("18446744073709551615", "0.5", "18446744073709551616"),
    ] {
        assert_eq!(add(one, other).as_deref(), Some(sum), "{one} + {other}");
        assert_eq!(add(other, one).as_deref(), Some(sum), "{other} + {one}");
    }
    for text in [
        "", ".", "x", "1x", " 1", "1 ", "nan", "--1", "1e", "1e+", "1.2.3", "1e99999", "1e-99999", "infinit",
    ] {
        assert_eq!(LongDouble::parse(text.as_bytes()), None, "{text:?}");
    }
    for text in ["0e-99999", "0e99999", "1.", ".5", "+1", "1e4932", "1e-4932"] {
        assert!(LongDouble::parse(text.as_bytes()).is_some(), "{text:?}");
    }
    assert_eq!(add("inf", "-inf"), None);
    assert_eq!(add("1e4932", "1e4932").as_deref(), Some("inf"));
}
