//! Groups, with times that a real server would have other ones for.

use alloc::format;

use super::super::World;
use super::{ADDED, entry, read};

/// A world in which consumer `c` of group `g` was given two entries, at second 1 and at second 2.
fn given() -> (World, super::super::SessionId) {
    let mut world = World::new();
    let client = world.connect();
    for (line, expected) in ADDED {
        assert_eq!(world.ask(client, line), expected);
    }
    world.ask(client, "XGROUP CREATE s g 0");
    for (id, value) in [("1-0", "1"), ("2-0", "2")] {
        world.advance(1000);
        assert_eq!(
            world.ask(client, "XREADGROUP GROUP g c COUNT 1 STREAMS s >"),
            read("s", &[entry(id, "f", value)])
        );
    }
    (world, client)
}

fn pending(id: &str, consumer: &str, idle: u64, deliveries: u64) -> alloc::string::String {
    format!(
        "*4\r\n${}\r\n{id}\r\n${}\r\n{consumer}\r\n:{idle}\r\n:{deliveries}\r\n",
        id.len(),
        consumer.len()
    )
}

#[test]
fn idle_times() {
    let (mut world, client) = given();
    world.advance(500);
    let mut ask = |line: &str| world.ask(client, line);
    let (first, second) = (pending("1-0", "c", 1500, 1), pending("2-0", "c", 500, 1));
    assert_eq!(ask("XPENDING s g - + 10"), format!("*2\r\n{first}{second}"));
    assert_eq!(ask("XPENDING s g IDLE 1000 - + 10"), format!("*1\r\n{first}"));
    assert_eq!(ask("XPENDING s g IDLE 500 - + 10 c"), format!("*2\r\n{first}{second}"));
    // Only what is idle for long enough is claimed.
    assert_eq!(ask("XCLAIM s g d 1000 1-0 2-0 JUSTID"), "*1\r\n$3\r\n1-0\r\n");
    assert_eq!(
        ask("XAUTOCLAIM s g d 400 0"),
        format!("*3\r\n$3\r\n0-0\r\n*1\r\n{}*0\r\n", entry("2-0", "f", "2"))
    );
    let (first, second) = (pending("1-0", "d", 0, 1), pending("2-0", "d", 0, 2));
    assert_eq!(ask("XPENDING s g - + 10"), format!("*2\r\n{first}{second}"));
    // An idle time or a time can be given; one of the future is none.
    ask("XCLAIM s g d 0 1-0 IDLE 700 RETRYCOUNT 5 JUSTID");
    ask("XCLAIM s g d 0 2-0 TIME 99999999999999 JUSTID");
    let (first, second) = (pending("1-0", "d", 700, 5), pending("2-0", "d", 0, 2));
    assert_eq!(ask("XPENDING s g - + 10"), format!("*2\r\n{first}{second}"));
    // Reading what one has again counts as being given it.
    ask("XREADGROUP GROUP g d COUNT 1 STREAMS s 0");
    assert_eq!(
        ask("XPENDING s g - + 1"),
        format!("*1\r\n{}", pending("1-0", "d", 0, 6))
    );
}

#[test]
fn consumers() {
    let (mut world, client) = given();
    world.advance(500);
    let info = |name: &str, pending: u64, idle: u64, inactive: i64| {
        format!(
            "*8\r\n$4\r\nname\r\n${}\r\n{name}\r\n$7\r\npending\r\n:{pending}\r\n$4\r\nidle\r\n:{idle}\r\n\
             $8\r\ninactive\r\n:{inactive}\r\n",
            name.len()
        )
    };
    assert_eq!(
        world.ask(client, "XINFO CONSUMERS s g"),
        format!("*1\r\n{}", info("c", 2, 500, 500))
    );
    assert_eq!(world.ask(client, "XREADGROUP GROUP g c STREAMS s 5"), read("s", &[]));
    assert_eq!(world.ask(client, "XGROUP CREATECONSUMER s g d"), ":1\r\n");
    world.advance(100);
    let both = [info("c", 2, 100, 600), info("d", 0, 100, -1)].concat();
    assert_eq!(world.ask(client, "XINFO CONSUMERS s g"), format!("*2\r\n{both}"));
    assert_eq!(world.ask(client, "XGROUP DELCONSUMER s g c"), ":2\r\n");
    assert_eq!(world.ask(client, "XPENDING s g"), "*4\r\n:0\r\n$-1\r\n$-1\r\n*-1\r\n");
}

#[test]
fn deleted_entries() {
    let (mut world, client) = given();
    let mut ask = |line: &str| world.ask(client, line);
    ask("XDEL s 1-0");
    assert_eq!(
        ask("XREADGROUP GROUP g c STREAMS s 0"),
        read("s", &["*2\r\n$3\r\n1-0\r\n*-1\r\n".into(), entry("2-0", "f", "2")])
    );
    assert_eq!(ask("XACKDEL s g KEEPREF IDS 2 1-0 3-0"), "*2\r\n:1\r\n:-1\r\n");
    assert_eq!(ask("XACKDEL s g ACKED IDS 1 2-0"), "*1\r\n:1\r\n");
    assert_eq!(ask("XLEN s"), ":1\r\n");
    assert_eq!(ask("XACKDEL s none ACKED IDS 1 2-0"), "*1\r\n:-1\r\n");
}

#[test]
fn cursors() {
    let (mut world, client) = given();
    let mut ask = |line: &str| world.ask(client, line);
    ask("XREADGROUP GROUP g c STREAMS s >");
    assert_eq!(
        ask("XAUTOCLAIM s g d 0 0 COUNT 2 JUSTID"),
        "*3\r\n$3\r\n3-0\r\n*2\r\n$3\r\n1-0\r\n$3\r\n2-0\r\n*0\r\n"
    );
    assert_eq!(
        ask("XAUTOCLAIM s g d 0 (2-0 JUSTID"),
        "*3\r\n$3\r\n0-0\r\n*1\r\n$3\r\n3-0\r\n*0\r\n"
    );
    ask("XDEL s 1-0 2-0");
    assert_eq!(
        ask("XAUTOCLAIM s g d 0 0 COUNT 1"),
        "*3\r\n$3\r\n2-0\r\n*0\r\n*1\r\n$3\r\n1-0\r\n"
    );
    // Entries that were never given out can be claimed by force.
    ask("XADD s 9-0 f 9");
    assert_eq!(ask("XCLAIM s g d 0 9-0"), "*0\r\n");
    assert_eq!(
        ask("XCLAIM s g d 0 9-0 FORCE"),
        format!("*1\r\n{}", entry("9-0", "f", "9"))
    );
    assert_eq!(
        ask("XPENDING s g 9 9 1"),
        format!("*1\r\n{}", pending("9-0", "d", 0, 2))
    );
}

#[test]
fn how_far_a_group_has_come() {
    let group = |last: &str, read: &str, lag: &str| {
        format!(
            "*1\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n\
             $17\r\nlast-delivered-id\r\n${}\r\n{last}\r\n$12\r\nentries-read\r\n{read}\r\n$3\r\nlag\r\n{lag}\r\n",
            last.len()
        )
    };
    let mut world = World::new();
    let client = world.connect();
    let mut ask = |line: &str| world.ask(client, line);
    ask("XGROUP CREATE s g $ MKSTREAM");
    assert_eq!(ask("XINFO GROUPS s"), group("0-0", "$-1", ":0"));
    for (line, expected) in ADDED {
        assert_eq!(ask(line), expected);
    }
    assert_eq!(ask("XINFO GROUPS s"), group("0-0", "$-1", ":3"));
    ask("XGROUP SETID s g 2-0 ENTRIESREAD 2");
    assert_eq!(ask("XINFO GROUPS s"), group("2-0", ":2", ":1"));
    // In the middle of the stream nobody can count.
    ask("XGROUP SETID s g 2-0");
    assert_eq!(ask("XINFO GROUPS s"), group("2-0", "$-1", "$-1"));
    ask("XDEL s 1-0 2-0 3-0");
    assert_eq!(ask("XINFO GROUPS s"), group("2-0", "$-1", ":0"));
}
