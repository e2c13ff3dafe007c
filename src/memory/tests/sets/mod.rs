//! The commands on sets.

mod tables;

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{World, resp2};
use crate::memory::Server;

/// The bulk strings of a reply.
fn strings(reply: &str) -> Vec<String> {
    let mut lines = reply.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with('$') && line != "$-1" {
            found.push(String::from(lines.next().unwrap()));
        }
    }
    found
}

#[test]
fn chance_is_fair_and_follows_the_seed() {
    let draw = |seed, command: &str| {
        let mut world = World::of(Server::with_seed(seed));
        let id = world.connect();
        world.ask(id, "SADD s 0 1 2 3 4 5 6 7 8 9");
        strings(&world.ask(id, command))
    };
    for command in ["SRANDMEMBER s 4", "SRANDMEMBER s -20", "SPOP s 4"] {
        assert_eq!(draw(1, command), draw(1, command), "{command}");
        assert_ne!(draw(1, command), draw(2, command), "{command}");
    }
    let mut times = [0; 10];
    for seed in 0..1000 {
        let drawn = draw(seed, "SRANDMEMBER s 4");
        let different: BTreeSet<&String> = drawn.iter().collect();
        assert_eq!((drawn.len(), different.len()), (4, 4), "{drawn:?}");
        drawn
            .iter()
            .for_each(|member| times[member.parse::<usize>().unwrap()] += 1);
    }
    assert!(times.iter().all(|times| (330..470).contains(times)), "{times:?}");
    assert_eq!(draw(1, "SRANDMEMBER s -20").len(), 20);
}

#[test]
fn more_than_any_memory_holds_is_refused() {
    resp2(&[
        ("SADD s a", ":1\r\n"),
        ("ZADD z 1 a", ":1\r\n"),
        ("SRANDMEMBER s -9223372036854775807", "-ERR value is out of range\r\n"),
        ("ZRANDMEMBER z -9223372036854775807", "-ERR value is out of range\r\n"),
    ]);
}

#[test]
fn popping_several_takes_them_out() {
    let mut world = World::new();
    let id = world.connect();
    for n in 0..200 {
        world.ask(id, &format!("SADD s w{n}"));
    }
    let mut met = BTreeSet::new();
    for _ in 0..20 {
        let popped = strings(&world.ask(id, "SPOP s 7"));
        assert_eq!(popped.len(), 7);
        for member in popped {
            assert_eq!(world.ask(id, &format!("SISMEMBER s {member}")), ":0\r\n");
            assert!(met.insert(member), "never twice");
        }
    }
    assert_eq!(world.ask(id, "SCARD s"), ":60\r\n");
    met.extend(strings(&world.ask(id, "SPOP s 100")));
    assert_eq!(met.len(), 200);
    assert_eq!(world.ask(id, "EXISTS s"), ":0\r\n");
}

/// A large set comes in pages, an intset in one piece whatever its size.
#[test]
fn pages_of_large_sets() {
    let mut world = World::new();
    let id = world.connect();
    for n in 0..500 {
        world.ask(id, &format!("SADD words w{n}"));
        world.ask(id, &format!("SADD numbers {n}"));
    }
    let mut met = BTreeSet::new();
    let (mut cursor, mut steps) = (String::from("0"), 0);
    loop {
        let mut page = strings(&world.ask(id, &format!("SSCAN words {cursor} COUNT 20")));
        cursor = page.remove(0);
        met.extend(page);
        steps += 1;
        if cursor == "0" {
            break;
        }
    }
    assert_eq!(met.len(), 500);
    assert!(steps >= 10, "{steps}");
    let page = strings(&world.ask(id, "SSCAN numbers 0 COUNT 20"));
    assert_eq!((page.len(), page[0].as_str()), (501, "0"));
    assert!(
        page[1..]
            .iter()
            .enumerate()
            .all(|(n, member)| *member == format!("{n}"))
    );
}

/// Watchers notice changes, and only changes.
#[test]
fn what_counts_as_a_change() {
    for (command, changes) in [
        ("SADD s a", false),
        ("SADD s new", true),
        ("SREM s x", false),
        ("SREM s a", true),
        ("SPOP s 0", false),
        ("SPOP s", true),
        ("SRANDMEMBER s", false),
        ("SMOVE s t x", false),
        ("SMOVE s s a", false),
        ("SMOVE s t a", true),
        ("SMOVE t s b", true),
        ("SINTERSTORE s s", true),
        ("SINTERSTORE d s", false),
        ("SDIFFSTORE s s s", true),
        ("SADD str a", false),
    ] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.ask(one, "SADD s a");
        world.ask(one, "SADD t b");
        world.ask(one, "SET str x");
        for line in ["WATCH s str", "MULTI", "PING"] {
            world.ask(one, line);
        }
        world.ask(other, command);
        let expected = if changes { "*-1\r\n" } else { "*1\r\n+PONG\r\n" };
        assert_eq!(world.ask(one, "EXEC"), expected, "{command}");
    }
}

/// What concerns all types, on sets made by commands.
#[test]
fn as_keys() {
    resp2(&[
        ("SADD s 1 2 3", ":3\r\n"),
        ("TYPE s", "+set\r\n"),
        ("OBJECT ENCODING s", "$6\r\nintset\r\n"),
        ("COPY s copy", ":1\r\n"),
        ("SADD s x", ":1\r\n"),
        ("OBJECT ENCODING s", "$8\r\nlistpack\r\n"),
        ("SMEMBERS copy", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n"),
        ("SCAN 0 TYPE set MATCH c*", "*2\r\n$1\r\n0\r\n*1\r\n$4\r\ncopy\r\n"),
        ("SCAN 0 TYPE zset", "*2\r\n$1\r\n0\r\n*0\r\n"),
        ("SORT copy DESC", "*3\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n"),
        ("SORT copy DESC STORE s", ":3\r\n"),
        ("TYPE s", "+list\r\n"),
        (
            "SADD s x",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("EXPIRE copy 10", ":1\r\n"),
        ("SREM copy 1", ":1\r\n"),
        ("TTL copy", ":10\r\n"),
        ("@10000", ""),
        ("SCARD copy", ":0\r\n"),
    ]);
}
