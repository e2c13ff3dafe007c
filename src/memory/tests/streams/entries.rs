//! Entries.

use alloc::format;

use super::super::{World, both, resp2, resp3};
use super::{ADDED, entry};

#[test]
fn ids_come_from_the_clock() {
    let mut world = World::new();
    let client = world.connect();
    let start = super::super::super::DEFAULT_UNIX_ORIGIN;
    let add = |world: &mut World, id: &str| world.ask(client, &format!("XADD s {id} f v"));
    let bulk = |id: alloc::string::String| format!("${}\r\n{id}\r\n", id.len());
    assert_eq!(add(&mut world, "*"), bulk(format!("{start}-0")));
    assert_eq!(add(&mut world, "*"), bulk(format!("{start}-1")));
    world.advance(5);
    assert_eq!(add(&mut world, "*"), bulk(format!("{}-0", start + 5)));
    // An id of the future goes on in front of the clock.
    assert_eq!(add(&mut world, "9999999999999-7"), bulk("9999999999999-7".into()));
    assert_eq!(add(&mut world, "*"), bulk("9999999999999-8".into()));
    assert_eq!(add(&mut world, "9999999999999-*"), bulk("9999999999999-9".into()));
    assert_eq!(
        add(&mut world, "9999999999999-18446744073709551615"),
        bulk("9999999999999-18446744073709551615".into())
    );
    let smaller = "-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n";
    assert_eq!(add(&mut world, "9999999999999-*"), smaller);
    assert_eq!(add(&mut world, "*"), bulk("10000000000000-0".into()));
}

#[test]
fn the_ends_of_ids() {
    both(&[
        ("XADD s 0-* f v", "$3\r\n0-1\r\n"),
        ("XADD s 0-* f v", "$3\r\n0-2\r\n"),
        ("XADD s 5 f v", "$3\r\n5-0\r\n"),
        (
            "XADD s 18446744073709551615-18446744073709551615 f v",
            "$41\r\n18446744073709551615-18446744073709551615\r\n",
        ),
        (
            "XADD s * f v",
            "-ERR The stream has exhausted the last possible ID, unable to add more items\r\n",
        ),
        ("XLEN s", ":4\r\n"),
        (
            "XRANGE s (18446744073709551615-18446744073709551615 +",
            "-ERR invalid start ID for the interval\r\n",
        ),
        ("XRANGE s - (0-0", "-ERR invalid end ID for the interval\r\n"),
    ]);
}

#[test]
fn ranges() {
    let (a, b, c) = (entry("1-0", "f", "1"), entry("2-0", "f", "2"), entry("3-0", "f", "3"));
    let [first, second, third] = ADDED;
    both(&[
        first,
        second,
        third,
        ("XRANGE s - +", &format!("*3\r\n{a}{b}{c}")),
        ("XREVRANGE s + -", &format!("*3\r\n{c}{b}{a}")),
        ("XRANGE s 2 2", &format!("*1\r\n{b}")),
        ("XRANGE s (1-0 (3-0", &format!("*1\r\n{b}")),
        ("XRANGE s (1-0 + COUNT 1", &format!("*1\r\n{b}")),
        ("XREVRANGE s + (1 COUNT 1", &format!("*1\r\n{c}")),
        ("XRANGE s 3 1", "*0\r\n"),
        ("XRANGE none - +", "*0\r\n"),
        ("XRANGE none - + COUNT 0", "*0\r\n"),
    ]);
    resp2(&[
        first,
        ("XRANGE s - + COUNT 0", "*-1\r\n"),
        ("XRANGE s - + COUNT -5", "*-1\r\n"),
    ]);
    resp3(&[first, ("XRANGE s - + COUNT 0", "_\r\n")]);
}

#[test]
fn deleting() {
    let [first, second, third] = ADDED;
    both(&[
        first,
        second,
        third,
        ("XDEL s 1-0 1-0 7-0", ":1\r\n"),
        ("XDEL none x", ":0\r\n"),
        ("XDELEX s IDS 2 2-0 9-0 KEEPREF", "*2\r\n:1\r\n:-1\r\n"),
        ("XDELEX none KEEPREF IDS 2 x y", "*2\r\n:-1\r\n:-1\r\n"),
        ("XDEL s 3-0", ":1\r\n"),
        ("XLEN s", ":0\r\n"),
        ("EXISTS s", ":1\r\n"),
        ("TYPE s", "+stream\r\n"),
        ("OBJECT ENCODING s", "$6\r\nstream\r\n"),
        (
            "XADD s 3-0 f v",
            "-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n",
        ),
        ("XSETID s 9-0 ENTRIESADDED 12 MAXDELETEDID 5-0", "+OK\r\n"),
        ("XADD s 9-* f v", "$3\r\n9-1\r\n"),
    ]);
}

#[test]
fn trimming() {
    let [first, second, third] = ADDED;
    both(&[
        first,
        second,
        third,
        ("XTRIM s MAXLEN ~ 1", ":0\r\n"),
        ("XTRIM s MAXLEN = 2", ":1\r\n"),
        ("XTRIM s MINID 3", ":1\r\n"),
        ("XADD s MAXLEN 0 4-0 f v", "$3\r\n4-0\r\n"),
        ("XLEN s", ":0\r\n"),
        ("XTRIM none MAXLEN 0", ":0\r\n"),
    ]);
    resp2(&[("XADD none NOMKSTREAM MAXLEN ~ 5 * f v", "$-1\r\n")]);
    resp3(&[("XADD none NOMKSTREAM MAXLEN ~ 5 * f v", "_\r\n")]);
}

/// Whole blocks of a hundred entries go, and only as many as the limit has room for.
#[test]
fn trimming_in_blocks() {
    let mut world = World::new();
    let client = world.connect();
    for ms in 1..=350 {
        world.ask(client, &format!("XADD s {ms}-0 f v"));
    }
    let mut ask = |line: &str| world.ask(client, line);
    assert_eq!(ask("XTRIM s MAXLEN ~ 240 LIMIT 99"), ":0\r\n");
    assert_eq!(ask("XTRIM s MAXLEN ~ 240"), ":100\r\n");
    assert_eq!(ask("XTRIM s MINID ~ 250"), ":100\r\n");
    assert_eq!(ask("XLEN s"), ":150\r\n");
    assert_eq!(
        ask("XRANGE s - + COUNT 1"),
        format!("*1\r\n{}", entry("201-0", "f", "v"))
    );
    // A block that lost its entries one by one is no more.
    for ms in 201..=300 {
        ask(&format!("XDEL s {ms}-0"));
    }
    assert_eq!(ask("XTRIM s MAXLEN ~ 0"), ":50\r\n");
    assert_eq!(ask("XADD s 400-0 f v"), "$5\r\n400-0\r\n");
    assert_eq!(ask("XTRIM s MAXLEN ~ 0 LIMIT 0"), ":1\r\n");
}

#[test]
fn what_is_referred_to_stays() {
    let [first, second, third] = ADDED;
    both(&[
        first,
        second,
        third,
        ("XGROUP CREATE s g 0", "+OK\r\n"),
        ("XTRIM s MAXLEN 0 ACKED", ":0\r\n"),
        ("XGROUP SETID s g 2", "+OK\r\n"),
        ("XTRIM s MAXLEN 0 ACKED", ":2\r\n"),
        ("XDELEX s ACKED IDS 1 3-0", "*1\r\n:2\r\n"),
        ("XCLAIM s g c 0 3-0 FORCE JUSTID", "*1\r\n$3\r\n3-0\r\n"),
        ("XTRIM s MAXLEN 0 DELREF", ":1\r\n"),
        ("XACK s g 3-0", ":0\r\n"),
    ]);
}

#[test]
fn dumped_and_restored() {
    let mut world = World::new();
    let client = world.connect();
    let mut ask = |line: &str| world.ask(client, line);
    for (line, expected) in ADDED {
        assert_eq!(ask(line), expected);
    }
    ask("XDEL s 3-0");
    ask("XGROUP CREATE s g 0 ENTRIESREAD 0");
    ask("XREADGROUP GROUP g c COUNT 1 STREAMS s >");
    ask("XGROUP CREATECONSUMER s g d");
    let before = ask("XINFO STREAM s FULL");
    assert_eq!(ask("COPY s t"), ":1\r\n");
    assert_eq!(ask("XINFO STREAM t FULL"), before);
    let bytes = {
        world.send(client, &super::super::encode("DUMP s"));
        let out = world.server.poll_transmit(client).unwrap().to_vec();
        world.server.transmitted(client, out.len());
        let start = out.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        out[start..out.len() - 2].to_vec()
    };
    let mut request = format!("*4\r\n$7\r\nRESTORE\r\n$1\r\nu\r\n$1\r\n0\r\n${}\r\n", bytes.len()).into_bytes();
    request.extend_from_slice(&bytes);
    request.extend_from_slice(b"\r\n");
    world.send(client, &request);
    assert_eq!(world.output(client), "+OK\r\n");
    assert_eq!(world.ask(client, "XINFO STREAM u FULL"), before);
}
