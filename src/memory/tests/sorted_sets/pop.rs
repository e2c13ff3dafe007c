//! Taking members from an end, at once or after a wait. The replies of the tables were compared with
//! Redis 7.0.

use alloc::format;
use alloc::string::String;

use crate::memory::tests::{World, both, resp2, resp3};
use crate::time::Timestamp;

#[test]
fn from_an_end() {
    resp2(&[
        ("ZPOPMIN z", "*0\r\n"),
        ("ZPOPMIN z 2", "*0\r\n"),
        ("ZPOPMAX z 0", "*0\r\n"),
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZPOPMIN z", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
        ("ZPOPMAX z", "*2\r\n$1\r\nd\r\n$1\r\n3\r\n"),
        ("ZPOPMIN z 0", "*0\r\n"),
        ("ZPOPMIN z -1", "-ERR value is out of range, must be positive\r\n"),
        ("ZPOPMIN z x", "-ERR value is out of range, must be positive\r\n"),
        ("ZPOPMIN z 1 2", "-ERR syntax error\r\n"),
        ("ZPOPMAX z 9", "*4\r\n$1\r\nc\r\n$1\r\n2\r\n$1\r\nb\r\n$1\r\n2\r\n"),
        ("EXISTS z", ":0\r\n"),
        ("ZADD z 1 a 2 b inf c", ":3\r\n"),
        ("ZPOPMIN z 2", "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n"),
        ("ZPOPMIN z 2", "*2\r\n$1\r\nc\r\n$3\r\ninf\r\n"),
    ]);
}

#[test]
fn from_an_end_in_resp3() {
    resp3(&[
        ("ZPOPMIN z", "*0\r\n"),
        ("ZPOPMIN z 2", "*0\r\n"),
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZPOPMIN z", "*2\r\n$1\r\na\r\n,1\r\n"),
        ("ZPOPMAX z 1", "*1\r\n*2\r\n$1\r\nd\r\n,3\r\n"),
        ("ZPOPMAX z 2", "*2\r\n*2\r\n$1\r\nc\r\n,2\r\n*2\r\n$1\r\nb\r\n,2\r\n"),
        ("ZADD z 1 a 2 b 3 c", ":3\r\n"),
        ("ZMPOP 1 z MIN", "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\na\r\n,1\r\n"),
        (
            "ZMPOP 2 x z MAX COUNT 2",
            "*2\r\n$1\r\nz\r\n*2\r\n*2\r\n$1\r\nc\r\n,3\r\n*2\r\n$1\r\nb\r\n,2\r\n",
        ),
        ("ZMPOP 1 z MIN", "_\r\n"),
        ("ZADD z 1 a 2 b 3 c", ":3\r\n"),
        ("BZPOPMIN x z 0", "*3\r\n$1\r\nz\r\n$1\r\na\r\n,1\r\n"),
        ("BZPOPMAX z x 0", "*3\r\n$1\r\nz\r\n$1\r\nc\r\n,3\r\n"),
        (
            "BZMPOP 0 1 z MIN COUNT 2",
            "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nb\r\n,2\r\n",
        ),
    ]);
}

#[test]
fn from_several() {
    resp2(&[
        ("ZMPOP 1 missing MIN", "*-1\r\n"),
        ("ZMPOP 1 missing MIN COUNT 2", "*-1\r\n"),
        ("ZADD z 1 a 2 c 2 b 3 d", ":4\r\n"),
        ("ZMPOP 1 z MIN", "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
        (
            "ZMPOP 2 missing z max COUNT 2",
            "*2\r\n$1\r\nz\r\n*2\r\n*2\r\n$1\r\nd\r\n$1\r\n3\r\n*2\r\n$1\r\nc\r\n$1\r\n2\r\n",
        ),
        (
            "ZMPOP 2 z z MIN COUNT 2",
            "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        ("EXISTS z", ":0\r\n"),
        ("ZADD z 1 a", ":1\r\n"),
        ("ZMPOP 0 z MIN", "-ERR numkeys should be greater than 0\r\n"),
        ("ZMPOP -1 z MIN", "-ERR numkeys should be greater than 0\r\n"),
        ("ZMPOP x z MIN", "-ERR numkeys should be greater than 0\r\n"),
        ("ZMPOP 2 z MIN", "-ERR syntax error\r\n"),
        ("ZMPOP 3 z MIN", "-ERR syntax error\r\n"),
        ("ZMPOP 1 z FOO", "-ERR syntax error\r\n"),
        ("ZMPOP 1 z MIN COUNT", "-ERR syntax error\r\n"),
        ("ZMPOP 1 z MIN COUNT 0", "-ERR count should be greater than 0\r\n"),
        ("ZMPOP 1 z MIN COUNT x", "-ERR count should be greater than 0\r\n"),
        ("ZMPOP 1 z MIN COUNT 1 COUNT 2", "-ERR syntax error\r\n"),
        ("ZMPOP 1 z MIN FOO 1", "-ERR syntax error\r\n"),
        ("ZMPOP 1 z", "-ERR wrong number of arguments for 'zmpop' command\r\n"),
    ]);
}

#[test]
fn what_is_there_is_not_waited_for() {
    resp2(&[
        ("ZADD z 1 a 2 c 2 b 3 d 4 e", ":5\r\n"),
        ("BZPOPMIN z 0", "*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n"),
        ("BZPOPMAX missing z 0", "*3\r\n$1\r\nz\r\n$1\r\ne\r\n$1\r\n4\r\n"),
        (
            "BZMPOP 0 2 missing z MIN",
            "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n",
        ),
        (
            "BZMPOP 0 1 z MAX COUNT 9",
            "*2\r\n$1\r\nz\r\n*2\r\n*2\r\n$1\r\nd\r\n$1\r\n3\r\n*2\r\n$1\r\nc\r\n$1\r\n2\r\n",
        ),
        ("EXISTS z", ":0\r\n"),
    ]);
}

#[test]
fn refused_instead_of_waiting() {
    both(&[
        ("BZPOPMIN z x", "-ERR timeout is not a float or out of range\r\n"),
        ("BZPOPMIN z -1", "-ERR timeout is negative\r\n"),
        (
            "BZPOPMAX z",
            "-ERR wrong number of arguments for 'bzpopmax' command\r\n",
        ),
        ("BZMPOP x 1 z MIN", "-ERR timeout is not a float or out of range\r\n"),
        ("BZMPOP x 0 z MIN", "-ERR numkeys should be greater than 0\r\n"),
        ("BZMPOP -1 1 z MIN", "-ERR timeout is negative\r\n"),
        ("BZMPOP 0 0 z MIN", "-ERR numkeys should be greater than 0\r\n"),
        ("BZMPOP 0 1 z FOO", "-ERR syntax error\r\n"),
        ("BZMPOP 0 1 z MIN COUNT 0", "-ERR count should be greater than 0\r\n"),
        (
            "BZMPOP 0 1 z",
            "-ERR wrong number of arguments for 'bzmpop' command\r\n",
        ),
        ("SET str x", "+OK\r\n"),
        (
            "ZPOPMIN str",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZPOPMAX str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZMPOP 1 str MIN",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "ZMPOP 2 missing str MIN",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "BZPOPMIN str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "BZPOPMAX missing str 0",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        (
            "BZMPOP 0 1 str MIN",
            "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
    ]);
}

#[test]
fn in_a_transaction() {
    resp2(&[
        ("MULTI", "+OK\r\n"),
        ("ZADD z 1 a", "+QUEUED\r\n"),
        ("BZPOPMIN z 0", "+QUEUED\r\n"),
        ("BZPOPMAX z 0", "+QUEUED\r\n"),
        ("BZMPOP 0 1 z MIN", "+QUEUED\r\n"),
        ("SADD z x", "+QUEUED\r\n"),
        ("ZADD z 1 b", "+QUEUED\r\n"),
        (
            "EXEC",
            "*6\r\n:1\r\n*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n*-1\r\n*-1\r\n:1\r\n-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
        ),
        ("TYPE z", "+set\r\n"),
    ]);
}

fn taken(key: &str, member: &str, score: &str) -> String {
    format!(
        "*3\r\n${}\r\n{key}\r\n${}\r\n{member}\r\n${}\r\n{score}\r\n",
        key.len(),
        member.len(),
        score.len()
    )
}

#[test]
fn first_come_first_served() {
    let mut world = World::new();
    let (one, two, three, adder) = (world.connect(), world.connect(), world.connect(), world.connect());
    assert_eq!(world.ask(one, "BZPOPMIN a b 0"), "");
    assert_eq!(world.ask(two, "BZPOPMAX b 0"), "");
    assert_eq!(world.ask(three, "BZMPOP 0 2 a b MAX COUNT 2"), "");
    assert_eq!(world.ask(adder, "ZADD b 1 x 2 y 3 z 4 w"), ":4\r\n");
    assert_eq!(world.output(one), taken("b", "x", "1"));
    assert_eq!(world.output(two), taken("b", "w", "4"));
    assert_eq!(
        world.output(three),
        "*2\r\n$1\r\nb\r\n*2\r\n*2\r\n$1\r\nz\r\n$1\r\n3\r\n*2\r\n$1\r\ny\r\n$1\r\n2\r\n"
    );
    assert_eq!(world.ask(adder, "EXISTS b"), ":0\r\n");
}

#[test]
fn who_comes_too_late_goes_on_waiting() {
    let mut world = World::new();
    let (one, two, adder) = (world.connect(), world.connect_resp3(), world.connect());
    world.ask(one, "BZMPOP 5 1 a MIN COUNT 10");
    world.ask(two, "BZPOPMIN a 2");
    world.ask(adder, "ZADD a 1 x 2 y");
    assert!(world.output(one).starts_with("*2\r\n$1\r\na\r\n*2\r\n"));
    assert_eq!(world.output(two), "");
    world.ask(adder, "ZADD a 1.5 z");
    assert_eq!(world.output(two), "*3\r\n$1\r\na\r\n$1\r\nz\r\n,1.5\r\n");
    assert_eq!(world.server.poll_timeout(), None);
}

#[test]
fn giving_up_in_time() {
    let mut world = World::new();
    let (one, two, three) = (world.connect(), world.connect_resp3(), world.connect());
    world.ask(one, "BZPOPMIN a 1.5");
    world.ask(two, "BZPOPMAX a 0.5");
    world.ask(three, "BZMPOP 1 1 a MIN");
    assert_eq!(world.server.poll_timeout(), Some(Timestamp::from_millis(500)));
    world.advance(500);
    assert_eq!(world.output(two), "_\r\n");
    world.advance(499);
    assert_eq!(world.output(three), "");
    world.advance(1);
    assert_eq!(world.output(three), "*-1\r\n");
    world.advance(500);
    assert_eq!(world.output(one), "*-1\r\n");
    assert_eq!(world.ask(one, "ZADD a 1 x"), ":1\r\n");
    assert_eq!(world.ask(two, "ZCARD a"), ":1\r\n");
}

/// Every way a sorted set can come to be.
#[test]
fn what_ends_a_wait() {
    for command in [
        "ZADD a 1 x",
        "ZADD a INCR 1 x",
        "ZINCRBY a 1 x",
        "RENAME b a",
        "COPY b a",
        "ZRANGESTORE a b 0 -1",
        "ZUNIONSTORE a 1 b",
        "ZINTERSTORE a 1 b",
        "ZDIFFSTORE a 1 b",
        "ZUNIONSTORE a 1 s",
    ] {
        let mut world = World::new();
        let (one, other) = (world.connect(), world.connect());
        world.ask(other, "ZADD b 1 x");
        world.ask(other, "SADD s x");
        assert_eq!(world.ask(one, "BZPOPMIN a 0"), "");
        world.ask(other, command);
        assert_eq!(world.output(one), taken("a", "x", "1"), "{command}");
    }
}

#[test]
fn other_types_end_no_wait() {
    let mut world = World::new();
    let (one, two, other) = (world.connect(), world.connect(), world.connect());
    world.ask(one, "BZPOPMIN a b 0");
    world.ask(two, "BZMPOP 0 1 b MIN");
    for line in ["SADD a x", "SET b x", "SUNIONSTORE b a", "DEL b"] {
        world.ask(other, line);
        assert_eq!(world.output(one), "", "{line}");
    }
    // The keys are looked at in their order, and the first is of another type.
    world.ask(other, "ZADD b 1 x");
    assert_eq!(
        world.output(one),
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
    );
    assert_eq!(world.output(two), "*2\r\n$1\r\nb\r\n*1\r\n*2\r\n$1\r\nx\r\n$1\r\n1\r\n");
}

#[test]
fn a_transaction_serves_at_its_end() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect());
    world.ask(one, "BZPOPMIN a 0");
    for line in ["MULTI", "ZADD a 2 y", "ZADD a 1 x", "ZREM a y", "ZCARD a"] {
        world.ask(other, line);
    }
    assert_eq!(world.ask(other, "EXEC"), "*4\r\n:1\r\n:1\r\n:1\r\n:1\r\n");
    assert_eq!(world.output(one), taken("a", "x", "1"));
    assert_eq!(world.ask(other, "EXISTS a"), ":0\r\n");
}
