//! SUBSCRIBE and its like, PUBLISH, PUBSUB, MONITOR: what one client causes another to be told.

use alloc::string::String;

use super::World;
use crate::memory::SessionId;

/// A world with somebody who publishes.
fn world() -> (World, SessionId) {
    let mut world = World::new();
    let publisher = world.connect();
    (world, publisher)
}

fn bulk(text: &str) -> String {
    alloc::format!("${}\r\n{text}\r\n", text.len())
}

/// A message or confirmation as the protocol writes it; words are strings, `:n` a number, `-` nothing.
fn told(resp3: bool, words: &str) -> String {
    let mut out = String::new();
    for line in words.split('|') {
        let words: alloc::vec::Vec<&str> = line.split(' ').collect();
        out += &alloc::format!("{}{}\r\n", if resp3 { '>' } else { '*' }, words.len());
        for word in words {
            match word {
                "-" if resp3 => out += "_\r\n",
                "-" => out += "$-1\r\n",
                number if number.starts_with(':') => out += &alloc::format!("{number}\r\n"),
                "''" => out += &bulk(""),
                word => out += &bulk(word),
            }
        }
    }
    out
}

fn connect(world: &mut World, resp3: bool) -> SessionId {
    if resp3 { world.connect_resp3() } else { world.connect() }
}

#[test]
fn every_name_is_confirmed_by_itself_with_the_number_there_are() {
    for resp3 in [false, true] {
        let (mut world, _) = world();
        let id = connect(&mut world, resp3);
        for (line, expected) in [
            ("SUBSCRIBE a b a", "subscribe a :1|subscribe b :2|subscribe a :2"),
            ("PSUBSCRIBE a*", "psubscribe a* :3"),
            ("SSUBSCRIBE a b", "ssubscribe a :1|ssubscribe b :2"),
            ("UNSUBSCRIBE a nothing", "unsubscribe a :2|unsubscribe nothing :2"),
            ("SUNSUBSCRIBE a", "sunsubscribe a :1"),
            ("UNSUBSCRIBE", "unsubscribe b :1"),
            ("UNSUBSCRIBE", "unsubscribe - :1"),
            ("PUNSUBSCRIBE", "punsubscribe a* :0"),
            ("PUNSUBSCRIBE", "punsubscribe - :0"),
            ("SUNSUBSCRIBE", "sunsubscribe b :0"),
            ("SUNSUBSCRIBE", "sunsubscribe - :0"),
        ] {
            assert_eq!(world.ask(id, line), told(resp3, expected), "{line}");
        }
    }
}

#[test]
fn a_message_goes_to_every_subscription_that_matches() {
    for resp3 in [false, true] {
        let (mut world, publisher) = world();
        let direct = connect(&mut world, resp3);
        let both = connect(&mut world, resp3);
        let shard = connect(&mut world, resp3);
        world.ask(direct, "SUBSCRIBE news");
        world.ask(both, "SUBSCRIBE news");
        world.ask(both, "PSUBSCRIBE n* ?ews other*");
        world.ask(shard, "SSUBSCRIBE news");
        assert_eq!(world.ask(publisher, "PUBLISH news hello"), ":4\r\n");
        assert_eq!(world.output(direct), told(resp3, "message news hello"));
        let expected = "message news hello|pmessage ?ews news hello|pmessage n* news hello";
        assert_eq!(world.output(both), told(resp3, expected));
        assert_eq!(world.output(shard), "", "shard channels are a world of their own");
        assert_eq!(world.ask(publisher, "SPUBLISH news hello"), ":1\r\n");
        assert_eq!(world.output(shard), told(resp3, "smessage news hello"));
        assert_eq!(world.output(direct), "");
        assert_eq!(world.ask(publisher, "PUBLISH else hello"), ":0\r\n");
    }
}

#[test]
fn whoever_leaves_is_told_nothing_more() {
    let (mut world, publisher) = world();
    let ways = ["UNSUBSCRIBE", "QUIT", "RESET", "gone", "CLIENT KILL TYPE pubsub"];
    for way in ways {
        let id = world.connect();
        world.ask(id, "SUBSCRIBE news");
        match way {
            "gone" => world.server.disconnect(world.now, id),
            "CLIENT KILL TYPE pubsub" => assert_eq!(world.ask(publisher, way), ":1\r\n"),
            way => drop(world.ask(id, way)),
        }
        assert_eq!(world.ask(publisher, "PUBLISH news hello"), ":0\r\n", "after {way}");
        assert_eq!(world.output(id), "", "after {way}");
    }
}

#[test]
fn in_resp2_a_subscriber_may_do_little_else() {
    let (mut world, _) = world();
    let id = world.connect();
    world.ask(id, "SUBSCRIBE news");
    assert_eq!(
        world.ask(id, "GET key"),
        "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this \
         context\r\n"
    );
    assert_eq!(world.ask(id, "PING"), told(false, "pong ''"));
    assert_eq!(world.ask(id, "PING text"), told(false, "pong text"));
    world.ask(id, "UNSUBSCRIBE");
    assert_eq!(world.ask(id, "PING"), "+PONG\r\n");
    assert_eq!(world.ask(id, "GET key"), "$-1\r\n");
    world.ask(id, "SSUBSCRIBE shard");
    assert!(world.ask(id, "GET key").starts_with("-ERR Can't"));
    assert_eq!(world.ask(id, "RESET"), "+RESET\r\n");
    assert_eq!(world.ask(id, "GET key"), "$-1\r\n");
}

#[test]
fn in_resp3_a_subscriber_may_do_everything_and_hears_itself_after_the_reply() {
    let (mut world, _) = world();
    let id = world.connect_resp3();
    world.ask(id, "SUBSCRIBE news");
    assert_eq!(world.ask(id, "PING"), "+PONG\r\n");
    assert_eq!(world.ask(id, "SET key value"), "+OK\r\n");
    let expected = String::from(":1\r\n") + &told(true, "message news hello");
    assert_eq!(world.ask(id, "PUBLISH news hello"), expected);
    world.ask(id, "MULTI");
    world.ask(id, "PUBLISH news 1");
    let expected = String::from("*1\r\n:1\r\n") + &told(true, "message news 1");
    assert_eq!(world.ask(id, "EXEC"), expected);
    world.ask(id, "MULTI");
    assert_eq!(
        world.ask(id, "SUBSCRIBE more"),
        "-ERR Command not allowed inside a transaction\r\n"
    );
}

#[test]
fn pubsub_tells_who_listens() {
    let (mut world, asker) = world();
    let one = world.connect();
    let other = world.connect();
    world.ask(one, "SUBSCRIBE a b");
    world.ask(other, "SUBSCRIBE b");
    world.ask(other, "PSUBSCRIBE x* y*");
    world.ask(one, "PSUBSCRIBE x*");
    world.ask(one, "SSUBSCRIBE s1 s2");
    for (line, expected) in [
        ("PUBSUB CHANNELS", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("PUBSUB CHANNELS a*", "*1\r\n$1\r\na\r\n"),
        ("PUBSUB NUMSUB", "*0\r\n"),
        (
            "PUBSUB NUMSUB b c a",
            "*6\r\n$1\r\nb\r\n:2\r\n$1\r\nc\r\n:0\r\n$1\r\na\r\n:1\r\n",
        ),
        ("PUBSUB NUMPAT", ":2\r\n"),
        ("PUBSUB SHARDCHANNELS", "*2\r\n$2\r\ns1\r\n$2\r\ns2\r\n"),
        ("PUBSUB SHARDCHANNELS *1", "*1\r\n$2\r\ns1\r\n"),
        ("PUBSUB SHARDNUMSUB s1", "*2\r\n$2\r\ns1\r\n:1\r\n"),
        ("PUBSUB", "-ERR wrong number of arguments for 'pubsub' command\r\n"),
    ] {
        assert_eq!(world.ask(asker, line), expected, "{line}");
    }
    let list = world.ask(asker, "CLIENT LIST TYPE pubsub");
    let mut lines = list.lines().skip(1).filter(|line| !line.is_empty());
    assert!(
        lines.next().unwrap().contains("flags=P db=0 sub=2 psub=1 ssub=2"),
        "{list}"
    );
    assert!(
        lines.next().unwrap().contains("flags=P db=0 sub=1 psub=2 ssub=0"),
        "{list}"
    );
    assert_eq!(lines.next(), None);
}

#[test]
fn a_monitor_sees_what_runs_and_no_secrets() {
    let (mut world, client) = world();
    let monitor = world.connect();
    assert_eq!(world.ask(monitor, "MONITOR"), "+OK\r\n");
    world.advance(1234);
    world.ask(client, r#"SET "a \"b\"" "\r\n\x00\xff\\""#);
    assert_eq!(
        world.output(monitor),
        "+1704067201.234000 [0 127.0.0.1:10001] \"SET\" \"a \\\"b\\\"\" \"\\r\\n\\x00\\xff\\\\\"\r\n"
    );
    for quiet in ["AUTH default x", "HELLO 3", "CONFIG GET maxmemory", "nonsense", "GET"] {
        world.ask(client, quiet);
        assert_eq!(world.output(monitor), "", "{quiet}");
    }
    let shown = |world: &mut World| -> String {
        let output = world.output(monitor);
        let words = output.lines().filter_map(|line| line.split_once("] "));
        words.map(|(_, words)| words).collect::<alloc::vec::Vec<_>>().join("; ")
    };
    world.ask(client, "SELECT 3");
    assert!(world.output(monitor).contains("[3 127.0.0.1:10001] \"SELECT\" \"3\""));
    for line in ["MULTI", "INCR n", "EXEC"] {
        world.ask(client, line);
    }
    assert_eq!(shown(&mut world), "\"MULTI\"; \"INCR\" \"n\"; \"EXEC\"");
    // A command that waits is shown once.
    world.ask(client, "BLPOP list 0");
    let other = world.connect();
    world.ask(other, "SELECT 3");
    world.ask(other, "RPUSH list x");
    assert_eq!(
        shown(&mut world),
        "\"BLPOP\" \"list\" \"0\"; \"SELECT\" \"3\"; \"RPUSH\" \"list\" \"x\""
    );
    // Asked twice, it is silent, and goes on once.
    assert_eq!(world.ask(monitor, "MONITOR"), "");
    assert!(world.ask(monitor, "PING").starts_with("+PONG\r\n+17"));
    assert_eq!(world.ask(monitor, "RESET"), "+RESET\r\n");
    world.ask(other, "PING");
    assert_eq!(world.output(monitor), "");
}
