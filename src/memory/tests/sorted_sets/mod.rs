//! The commands on sorted sets.

mod combine;
mod members;
mod pop;
mod ranges;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use super::{World, resp2};
use crate::memory::random::Random;
use crate::memory::values::SortedSet;

/// Against a plain list that is sorted anew each time.
#[test]
fn the_type_keeps_its_order() {
    let mut random = Random::new(3);
    let mut set = SortedSet::default();
    let mut model: Vec<(f64, Bytes)> = Vec::new();
    for step in 0..3000 {
        let member = Bytes::from(format!("m{}", random.below(150)));
        let score = random.below(20) as f64 / 2.0 - 5.0;
        let held = model.iter().position(|(_, held)| *held == member);
        let old = held.map(|at| model.remove(at).0);
        if random.below(3) == 0 {
            assert_eq!(set.remove(&member), old, "{step}");
        } else {
            assert_eq!(set.insert(member.clone(), score), old, "{step}");
            model.push((score, member.clone()));
        }
        model.sort_by(|one, other| one.partial_cmp(other).unwrap());
        assert!(set.iter().eq(&model), "{step}");
        assert_eq!(set.len(), set.scores().len());
        let rank = model.iter().position(|(_, held)| *held == member);
        assert_eq!(set.rank(&member), rank, "{step}");
        if random.below(50) == 0 {
            let start = random.below(model.len());
            let end = (start + 10).min(model.len());
            assert_eq!(
                set.remove_range(start..end),
                model.drain(start..end).collect::<Vec<_>>()
            );
            assert_eq!(set.len(), set.scores().len());
        }
    }
}

#[test]
fn minus_zero_is_zero() {
    resp2(&[
        ("ZADD z -0 a 0 b", ":2\r\n"),
        ("ZADD z CH 0 a", ":0\r\n"),
        (
            "ZRANGE z 0 -1 WITHSCORES",
            "*4\r\n$1\r\na\r\n$1\r\n0\r\n$1\r\nb\r\n$1\r\n0\r\n",
        ),
    ]);
}

#[test]
fn pages_of_a_large_set() {
    let mut world = World::new();
    let id = world.connect();
    for n in 0..500 {
        world.ask(id, &format!("ZADD z {n} m{n}"));
    }
    let mut met = alloc::collections::BTreeMap::new();
    let (mut cursor, mut steps) = (String::from("0"), 0);
    loop {
        let reply = world.ask(id, &format!("ZSCAN z {cursor} COUNT 20"));
        let mut texts = reply.lines().filter(|line| !line.starts_with(['*', '$']));
        cursor = String::from(texts.next().unwrap());
        while let (Some(member), Some(score)) = (texts.next(), texts.next()) {
            met.insert(String::from(member), String::from(score));
        }
        steps += 1;
        if cursor == "0" {
            break;
        }
    }
    assert!(steps >= 10, "{steps}");
    assert_eq!(met.len(), 500);
    assert!(met.iter().all(|(member, score)| *member == format!("m{score}")));
}

/// Watchers notice changes, and only changes.
#[test]
fn what_counts_as_a_change() {
    for (command, changes) in [
        ("ZADD z 1 a", false),
        ("ZADD z 2 a", true),
        ("ZADD z NX 2 a", false),
        ("ZADD z XX 2 x", false),
        ("ZADD z LT 2 a", false),
        ("ZINCRBY z 0 a", false),
        ("ZINCRBY z 1 a", true),
        ("ZADD z x a", false),
        ("ZREM z x", false),
        ("ZREM z a", true),
        ("ZPOPMIN z 0", false),
        ("ZPOPMIN z", true),
        ("BZPOPMAX z 0", true),
        ("ZMPOP 1 z MIN", true),
        ("ZREMRANGEBYRANK z 5 9", false),
        ("ZREMRANGEBYRANK z 0 0", true),
        ("ZREMRANGEBYSCORE z 5 9", false),
        ("ZREMRANGEBYLEX z [b +", false),
        ("ZREMRANGEBYLEX z - +", true),
        ("ZRANGESTORE d z 0 -1", false),
        ("ZRANGESTORE z z 0 -1", true),
        ("ZUNIONSTORE z 1 z", true),
        ("ZDIFFSTORE z 2 z z", true),
        ("ZUNION 1 z", false),
        ("ZRANDMEMBER z", false),
    ] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.ask(one, "ZADD z 1 a");
        for line in ["WATCH z", "MULTI", "PING"] {
            world.ask(one, line);
        }
        world.ask(other, command);
        let expected = if changes { "*-1\r\n" } else { "*1\r\n+PONG\r\n" };
        assert_eq!(world.ask(one, "EXEC"), expected, "{command}");
    }
}

/// What concerns all types, on sorted sets made by commands.
#[test]
fn as_keys() {
    resp2(&[
        ("ZADD z 1 c 2 a 3 b", ":3\r\n"),
        ("TYPE z", "+zset\r\n"),
        ("OBJECT ENCODING z", "$8\r\nlistpack\r\n"),
        ("COPY z copy", ":1\r\n"),
        ("ZADD z 9 c", ":0\r\n"),
        ("ZSCORE copy c", "$1\r\n1\r\n"),
        ("SCAN 0 TYPE zset MATCH c*", "*2\r\n$1\r\n0\r\n*1\r\n$4\r\ncopy\r\n"),
        ("SORT copy BY nosort", "*3\r\n$1\r\nc\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("SORT copy BY nosort DESC", "*3\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nc\r\n"),
        ("SORT_RO copy ALPHA LIMIT 1 1", "*1\r\n$1\r\nb\r\n"),
        ("SORT copy ALPHA STORE z", ":3\r\n"),
        ("TYPE z", "+list\r\n"),
        (
            "ZADD z 1 x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("EXPIRE copy 10", ":1\r\n"),
        ("ZREM copy a", ":1\r\n"),
        ("TTL copy", ":10\r\n"),
        ("@10000", ""),
        ("ZCARD copy", ":0\r\n"),
    ]);
    let mut world = World::new();
    let id = world.connect();
    world.ask(id, "ZADD z -inf a 0.1 b 1e300 c");
    world.send(id, b"DUMP z\r\n");
    let dump = world.server.poll_transmit(id).unwrap();
    let body = dump.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let payload: String = dump[body..dump.len() - 2]
        .iter()
        .map(|byte| format!("\\x{byte:02x}"))
        .collect();
    world.output(id);
    assert_eq!(world.ask(id, &format!("RESTORE other 0 \"{payload}\"")), "+OK\r\n");
    assert_eq!(
        world.ask(id, "ZRANGE other 0 -1 WITHSCORES"),
        "*6\r\n$1\r\na\r\n$4\r\n-inf\r\n$1\r\nb\r\n$3\r\n0.1\r\n$1\r\nc\r\n$6\r\n1e+300\r\n"
    );
}
