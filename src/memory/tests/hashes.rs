//! The hash commands. Rows that a server of version 7.0 knows are as it answers them.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;

use bytes::Bytes;

use super::{World, both, resp2, resp3};
use crate::memory::values::{Hash, Value};

#[test]
fn setting() {
    both(&[
        ("hset h", "-ERR wrong number of arguments for 'hset' command\r\n"),
        ("hset h a", "-ERR wrong number of arguments for 'hset' command\r\n"),
        ("hset h a 1 b", "-ERR wrong number of arguments for 'hset' command\r\n"),
        (
            "hmset h a 1 b",
            "-ERR wrong number of arguments for 'hmset' command\r\n",
        ),
        ("exists h", ":0\r\n"),
        ("hmset h a 1 b 2", "+OK\r\n"),
        ("hset h a 1 c 3 c 4", ":1\r\n"),
        ("hset h a 1", ":0\r\n"),
        ("hsetnx h a 5", ":0\r\n"),
        ("hsetnx h d 5", ":1\r\n"),
        ("hsetnx h d", "-ERR wrong number of arguments for 'hsetnx' command\r\n"),
        ("hlen h", ":4\r\n"),
        ("hlen nothing", ":0\r\n"),
        ("hstrlen h c", ":1\r\n"),
        ("hstrlen h x", ":0\r\n"),
        ("hstrlen nothing x", ":0\r\n"),
        ("hexists h a", ":1\r\n"),
        ("hexists h x", ":0\r\n"),
        ("hexists nothing x", ":0\r\n"),
        ("hkeys h", "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n"),
        ("hvals h", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n4\r\n$1\r\n5\r\n"),
        ("hkeys nothing", "*0\r\n"),
        ("hvals nothing", "*0\r\n"),
        ("hdel h a a x", ":1\r\n"),
        ("hdel nothing a", ":0\r\n"),
        ("hdel h", "-ERR wrong number of arguments for 'hdel' command\r\n"),
        ("hset h \"\" \"\"", ":1\r\n"),
        ("hget h \"\"", "$0\r\n\r\n"),
        ("hdel h b c d \"\"", ":4\r\n"),
        ("exists h", ":0\r\n"),
        ("hdel h b", ":0\r\n"),
        ("type h", "+none\r\n"),
    ]);
}

#[test]
fn reading() {
    resp2(&[
        ("hset h a 1 b 2", ":2\r\n"),
        ("hget h a", "$1\r\n1\r\n"),
        ("hget h nothing", "$-1\r\n"),
        ("hget nothing a", "$-1\r\n"),
        ("hmget h a x b a", "*4\r\n$1\r\n1\r\n$-1\r\n$1\r\n2\r\n$1\r\n1\r\n"),
        ("hmget nothing a b", "*2\r\n$-1\r\n$-1\r\n"),
        ("hmget h", "-ERR wrong number of arguments for 'hmget' command\r\n"),
        ("hgetall h", "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n"),
        ("hgetall nothing", "*0\r\n"),
    ]);
    resp3(&[
        ("hset h a 1 b 2", ":2\r\n"),
        ("hget h a", "$1\r\n1\r\n"),
        ("hget h nothing", "_\r\n"),
        ("hget nothing a", "_\r\n"),
        ("hmget h a x b a", "*4\r\n$1\r\n1\r\n_\r\n$1\r\n2\r\n$1\r\n1\r\n"),
        ("hmget nothing a b", "*2\r\n_\r\n_\r\n"),
        ("hmget h", "-ERR wrong number of arguments for 'hmget' command\r\n"),
        ("hgetall h", "%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n"),
        ("hgetall nothing", "%0\r\n"),
    ]);
}

#[test]
fn a_string_is_no_hash() {
    both(&[
        ("set s x", "+OK\r\n"),
        (
            "hset s a 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hmset s a 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("hset s a", "-ERR wrong number of arguments for 'hset' command\r\n"),
        (
            "hsetnx s a 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hget s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hmget s a b",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hgetall s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hkeys s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hvals s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hlen s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hstrlen s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hexists s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hdel s a",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hincrby s n 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("hincrby s n x", "-ERR value is not an integer or out of range\r\n"),
        (
            "hincrbyfloat s n 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("hincrbyfloat s n x", "-ERR value is not a valid float\r\n"),
        (
            "hrandfield s",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "hrandfield s 1",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("hrandfield s x", "-ERR value is not an integer or out of range\r\n"),
        (
            "hscan s 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("hscan s x", "-ERR invalid cursor\r\n"),
        (
            "hscan s 0 foo",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("get s", "$1\r\nx\r\n"),
    ]);
}

#[test]
fn counters() {
    both(&[
        ("hincrby h n 5", ":5\r\n"),
        ("hincrby h n -7", ":-2\r\n"),
        ("hincrby h n 0", ":-2\r\n"),
        ("hincrby h n x", "-ERR value is not an integer or out of range\r\n"),
        (
            "hincrby h n 9223372036854775808",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("hset h text v", ":1\r\n"),
        ("hincrby h text 1", "-ERR hash value is not an integer\r\n"),
        ("hincrby h text x", "-ERR value is not an integer or out of range\r\n"),
        ("hset h n 9223372036854775807", ":0\r\n"),
        ("hincrby h n 1", "-ERR increment or decrement would overflow\r\n"),
        ("hincrby h n -9223372036854775808", ":-1\r\n"),
        (
            "hincrby h n -9223372036854775808",
            "-ERR increment or decrement would overflow\r\n",
        ),
        ("hset h n \" 1\"", ":0\r\n"),
        ("hincrby h n 1", "-ERR hash value is not an integer\r\n"),
        ("hset h n \"\"", ":0\r\n"),
        ("hincrby h n 1", "-ERR hash value is not an integer\r\n"),
        ("hset h n 1.5", ":0\r\n"),
        ("hincrby h n 1", "-ERR hash value is not an integer\r\n"),
        ("hincrby new x x", "-ERR value is not an integer or out of range\r\n"),
        ("exists new", ":0\r\n"),
        ("hget h n", "$3\r\n1.5\r\n"),
    ]);
}

#[test]
fn float_counters() {
    both(&[
        ("hincrbyfloat h n 1.5", "$3\r\n1.5\r\n"),
        ("hincrbyfloat h n 1e3", "$6\r\n1001.5\r\n"),
        ("hincrbyfloat h n -1002.5", "$2\r\n-1\r\n"),
        ("hincrbyfloat h n x", "-ERR value is not a valid float\r\n"),
        ("hincrbyfloat h n inf", "-ERR value is NaN or Infinity\r\n"),
        ("hincrbyfloat h n -inf", "-ERR value is NaN or Infinity\r\n"),
        ("hincrbyfloat h n nan", "-ERR value is not a valid float\r\n"),
        ("hincrbyfloat h n \" 1\"", "-ERR value is not a valid float\r\n"),
        ("hincrbyfloat h n 1e5000", "-ERR value is not a valid float\r\n"),
        ("hincrbyfloat h tenths 0.1", "$3\r\n0.1\r\n"),
        ("hincrbyfloat h tenths 0.2", "$3\r\n0.3\r\n"),
        ("hset h text v", ":1\r\n"),
        ("hincrbyfloat h text 1", "-ERR hash value is not a float\r\n"),
        ("hset h n inf", ":0\r\n"),
        ("hincrbyfloat h n 1", "-ERR increment would produce NaN or Infinity\r\n"),
        ("hset h n 1e4932", ":0\r\n"),
        (
            "hincrbyfloat h n 1e4932",
            "-ERR increment would produce NaN or Infinity\r\n",
        ),
        ("hset h n \"\"", ":0\r\n"),
        ("hincrbyfloat h n 1", "-ERR hash value is not a float\r\n"),
        ("hset h n 3.0e3", ":0\r\n"),
        ("hincrbyfloat h n 200", "$4\r\n3200\r\n"),
        ("hincrbyfloat new x x", "-ERR value is not a valid float\r\n"),
        ("exists new", ":0\r\n"),
    ]);
}

#[test]
fn random_fields() {
    both(&[
        ("hset h a 1", ":1\r\n"),
        ("hrandfield h", "$1\r\na\r\n"),
        ("hrandfield h 1", "*1\r\n$1\r\na\r\n"),
        ("hrandfield h 0", "*0\r\n"),
        ("hrandfield h 5", "*1\r\n$1\r\na\r\n"),
        ("hrandfield h -3", "*3\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n"),
        ("hrandfield h 0 withvalues", "*0\r\n"),
        ("hrandfield h x", "-ERR value is not an integer or out of range\r\n"),
        ("hrandfield h x foo", "-ERR value is not an integer or out of range\r\n"),
        ("hrandfield h 1 foo", "-ERR syntax error\r\n"),
        ("hrandfield h 1 withvalues foo", "-ERR syntax error\r\n"),
        (
            "hrandfield h x withvalues foo",
            "-ERR value is not an integer or out of range\r\n",
        ),
        (
            "hrandfield h -9223372036854775808",
            "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n",
        ),
        (
            "hrandfield h -9223372036854775808 withvalues",
            "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n",
        ),
        (
            "hrandfield h -9223372036854775807 withvalues",
            "-ERR value is out of range\r\n",
        ),
        (
            "hrandfield h 9223372036854775807 withvalues",
            "-ERR value is out of range\r\n",
        ),
        ("hrandfield h 4611686018427387903 foo", "-ERR syntax error\r\n"),
        ("hrandfield h 9223372036854775807", "*1\r\n$1\r\na\r\n"),
        (
            "hrandfield",
            "-ERR wrong number of arguments for 'hrandfield' command\r\n",
        ),
        ("hrandfield nothing 1", "*0\r\n"),
        ("hrandfield nothing 1 withvalues", "*0\r\n"),
        (
            "hrandfield nothing x",
            "-ERR value is not an integer or out of range\r\n",
        ),
    ]);
}

#[test]
fn random_fields_with_values() {
    resp2(&[
        ("hset h a 1", ":1\r\n"),
        (
            "hrandfield h -2 withvalues",
            "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\na\r\n$1\r\n1\r\n",
        ),
        ("hrandfield h 3 WithValues", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
        (
            "hrandfield h 4611686018427387903 withvalues",
            "*2\r\n$1\r\na\r\n$1\r\n1\r\n",
        ),
        ("hrandfield nothing", "$-1\r\n"),
    ]);
    resp3(&[
        ("hset h a 1", ":1\r\n"),
        (
            "hrandfield h -2 withvalues",
            "*2\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n",
        ),
        ("hrandfield h 3 WithValues", "*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
        (
            "hrandfield h 4611686018427387903 withvalues",
            "*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n",
        ),
        ("hrandfield nothing", "_\r\n"),
    ]);
}

#[test]
fn scanning() {
    both(&[
        ("hset h f1 v1 f2 v2 g3 v3", ":3\r\n"),
        (
            "hscan h 0",
            "*2\r\n$1\r\n0\r\n*6\r\n$2\r\nf1\r\n$2\r\nv1\r\n$2\r\nf2\r\n$2\r\nv2\r\n$2\r\ng3\r\n$2\r\nv3\r\n",
        ),
        (
            "hscan h 5",
            "*2\r\n$1\r\n0\r\n*6\r\n$2\r\nf1\r\n$2\r\nv1\r\n$2\r\nf2\r\n$2\r\nv2\r\n$2\r\ng3\r\n$2\r\nv3\r\n",
        ),
        (
            "hscan h 0 match f*",
            "*2\r\n$1\r\n0\r\n*4\r\n$2\r\nf1\r\n$2\r\nv1\r\n$2\r\nf2\r\n$2\r\nv2\r\n",
        ),
        (
            "hscan h 0 match f* count 1",
            "*2\r\n$1\r\n0\r\n*4\r\n$2\r\nf1\r\n$2\r\nv1\r\n$2\r\nf2\r\n$2\r\nv2\r\n",
        ),
        ("hscan h 0 match x", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("hscan h 0 count 0", "-ERR syntax error\r\n"),
        ("hscan h 0 count -1", "-ERR syntax error\r\n"),
        ("hscan h 0 count x", "-ERR value is not an integer or out of range\r\n"),
        ("hscan h 0 foo", "-ERR syntax error\r\n"),
        ("hscan h 0 match", "-ERR syntax error\r\n"),
        ("hscan h 0 type hash", "-ERR syntax error\r\n"),
        ("hscan h x", "-ERR invalid cursor\r\n"),
        ("hscan nothing 0", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("hscan nothing 0 foo", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("hscan nothing x", "-ERR invalid cursor\r\n"),
        ("hscan h", "-ERR wrong number of arguments for 'hscan' command\r\n"),
    ]);
}

/// A hash with so many fields, `f0` with the value `v0` and so on.
fn many(fields: usize) -> Value {
    let mut hash = Hash::default();
    (0..fields).for_each(|n| drop(hash.set(Bytes::from(format!("f{n}")), Bytes::from(format!("v{n}")))));
    Value::Hash(hash)
}

/// The bulk strings of a reply.
fn bulks(reply: &str) -> impl Iterator<Item = &str> {
    reply.split("\r\n").filter(|line| line.starts_with(['f', 'v']))
}

#[test]
fn chance_chooses_different_fields_and_in_the_end_all() {
    for (fields, count) in [(10, 3), (200, 3), (200, 199)] {
        let mut world = World::new();
        world.put("h", many(fields));
        let id = world.connect();
        let mut seen = BTreeSet::new();
        for _ in 0..fields * 4 {
            let reply = world.ask(id, &format!("HRANDFIELD h {count}"));
            let names: BTreeSet<String> = bulks(&reply).map(String::from).collect();
            assert_eq!(names.len(), count, "{reply}");
            seen.extend(names);
        }
        assert_eq!(seen.len(), fields);
        for _ in 0..10 {
            let reply = world.ask(id, &format!("HRANDFIELD h {count} WITHVALUES"));
            let words: alloc::vec::Vec<&str> = bulks(&reply).collect();
            assert_eq!(words.len(), count * 2);
            assert!(words.chunks(2).all(|pair| pair[0][1..] == pair[1][1..]), "{reply}");
        }
        let reply = world.ask(id, "HRANDFIELD h -500");
        assert_eq!(bulks(&reply).count(), 500);
        assert!(bulks(&reply).collect::<BTreeSet<_>>().len() > 5, "{reply}");
        let alone: BTreeSet<String> = (0..20).map(|_| world.ask(id, "HRANDFIELD h")).collect();
        assert!(alone.len() > 1, "{alone:?}");
    }
}

#[test]
fn a_scan_meets_all_fields() {
    let mut world = World::new();
    world.put("h", many(1000));
    let id = world.connect();
    let (mut cursor, mut pages, mut seen) = (String::from("0"), 0, BTreeSet::new());
    loop {
        let reply = world.ask(id, &format!("HSCAN h {cursor} COUNT 50 NOVALUES"));
        seen.extend(bulks(&reply).map(String::from));
        cursor = reply.lines().nth(2).unwrap().into();
        pages += 1;
        if cursor == "0" {
            break;
        }
    }
    assert_eq!(seen.len(), 1000);
    assert!(pages > 5, "{pages} pages");
}

#[test]
fn names_without_values() {
    both(&[
        ("hset h f1 v1 f2 v2 g3 v3", ":3\r\n"),
        (
            "hscan h 0 novalues",
            "*2\r\n$1\r\n0\r\n*3\r\n$2\r\nf1\r\n$2\r\nf2\r\n$2\r\ng3\r\n",
        ),
        (
            "hscan h 0 match f* NOVALUES count 5",
            "*2\r\n$1\r\n0\r\n*2\r\n$2\r\nf1\r\n$2\r\nf2\r\n",
        ),
    ]);
}

/// Repetitions cost memory; what a real server would go on sending is refused.
#[test]
fn too_many_repetitions() {
    both(&[
        ("hset h a 1", ":1\r\n"),
        ("hrandfield h -9223372036854775807", "-ERR value is out of range\r\n"),
        ("hrandfield h -4194305", "-ERR value is out of range\r\n"),
    ]);
}

/// What makes a transaction fail over a hash, and what does not.
#[test]
fn watched_hashes() {
    for (command, changes) in [
        ("HSET h a 1", true),
        ("HSETNX h a 1", false),
        ("HSETNX h x 1", true),
        ("HDEL h x", false),
        ("HDEL h a", true),
        ("HGETALL h", false),
        ("HINCRBY h a 0", true),
        ("HINCRBY h a x", false),
        ("HEXPIRE h 10 XX FIELDS 1 a", false),
        ("HEXPIRE h 10 FIELDS 1 x", false),
        ("HEXPIRE h 10 FIELDS 1 a", true),
        ("HPERSIST h FIELDS 1 a", false),
        ("HPERSIST h FIELDS 1 old", true),
        ("HGETDEL h FIELDS 1 x", false),
        ("HGETDEL h FIELDS 1 a", true),
        ("HGETEX h FIELDS 1 a", false),
        ("HGETEX h EX 5 FIELDS 1 x", false),
        ("HGETEX h EX 5 FIELDS 1 a", true),
        ("HSETEX h FNX FIELDS 1 a 1", false),
        ("HSETEX h FXX FIELDS 1 a 1", true),
    ] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.ask(other, "HSET h a 1 old 1");
        world.ask(other, "HEXPIRE h 100 FIELDS 1 old");
        world.ask(one, "WATCH h");
        world.ask(other, command);
        world.ask(one, "MULTI");
        let expected = if changes { "*-1\r\n" } else { "*0\r\n" };
        assert_eq!(world.ask(one, "EXEC"), expected, "{command}");
    }
}
