//! Tests of the machine around the commands: framing, limits, errors before a command is reached.

use alloc::format;
use alloc::vec::Vec;

use super::{World, both, encode, resp2};
use crate::time::Timestamp;

#[test]
fn unknown_commands_and_wrong_arity() {
    both(&[
        ("foo", "-ERR unknown command 'foo', with args beginning with: \r\n"),
        (
            "foo a b",
            "-ERR unknown command 'foo', with args beginning with: 'a' 'b' \r\n",
        ),
        ("PING a b", "-ERR wrong number of arguments for 'ping' command\r\n"),
        ("ECHO", "-ERR wrong number of arguments for 'echo' command\r\n"),
        (
            "\"fo\\r\\no\"",
            "-ERR unknown command 'fo  o', with args beginning with: \r\n",
        ),
    ]);
}

#[test]
fn inline_commands() {
    let mut world = World::new();
    let id = world.connect();
    for (bytes, expected) in [
        (&b"PING\r\n"[..], "+PONG\r\n"),
        (b"ping\n", "+PONG\r\n"),
        (b"\r\n  \r\nPING\r\n", "+PONG\r\n"),
        (b"ECHO \"a\\x41\\n\\\"\"\r\n", "$4\r\naA\n\"\r\n"),
        (b"ECHO 'it\\'s'\r\n", "$4\r\nit's\r\n"),
        (b"  ECHO   a\t\r\n", "$1\r\na\r\n"),
        (b"ECHO ''\r\n", "$0\r\n\r\n"),
        (b"ECHO a\"b c\"\r\n", "$4\r\nab c\r\n"),
    ] {
        world.send(id, bytes);
        assert_eq!(world.output(id), expected);
    }
}

#[test]
fn empty_arrays_are_skipped() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, b"*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n");
    assert_eq!(world.output(id), "+PONG\r\n");
}

/// A pipeline gives the same bytes wherever it is cut in two, and byte by byte.
#[test]
fn requests_may_be_cut_anywhere() {
    let mut stream = Vec::new();
    for line in [
        "PING",
        "ECHO hello",
        "ECHO ''",
        "nonsense x",
        "SELECT 3",
        "ECHO \"\\r\\n\"",
    ] {
        stream.extend_from_slice(&encode(line));
    }
    stream.extend_from_slice(b"PING\r\n*1\r\n$4\r\nPING\r\nECHO 'a b'\r\n");
    let expected = "+PONG\r\n$5\r\nhello\r\n$0\r\n\r\n-ERR unknown command 'nonsense', with args beginning with: 'x' \r\n\
                    +OK\r\n$2\r\n\r\n\r\n+PONG\r\n+PONG\r\n$3\r\na b\r\n";
    let answer = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut world = World::new();
        let id = world.connect();
        pieces.for_each(|piece| world.send(id, piece));
        world.output(id)
    };
    assert_eq!(answer(&mut stream.chunks(stream.len())), expected);
    assert_eq!(answer(&mut stream.chunks(1)), expected);
    for cut in 1..stream.len() {
        assert_eq!(
            answer(&mut [&stream[..cut], &stream[cut..]].into_iter()),
            expected,
            "cut at {cut}"
        );
    }
}

#[test]
fn protocol_errors_end_the_session() {
    let long = "x".repeat(70_000);
    for (bytes, text) in [
        ("*1\r\n+PING\r\n".into(), "expected '$', got '+'"),
        ("*1\r\n\r\n".into(), "expected '$', got ' '"),
        ("*x\r\n".into(), "invalid multibulk length"),
        ("*2147483648\r\n".into(), "invalid multibulk length"),
        ("*1\r\n$x\r\n".into(), "invalid bulk length"),
        ("*1\r\n$-1\r\n".into(), "invalid bulk length"),
        ("*1\r\n$536870913\r\n".into(), "invalid bulk length"),
        ("ECHO \"a\r\n".into(), "unbalanced quotes in request"),
        ("ECHO 'a'b\r\n".into(), "unbalanced quotes in request"),
        (long.clone(), "too big inline request"),
        (format!("*{long}"), "too big mbulk count string"),
        (format!("*1\r\n${long}"), "too big bulk count string"),
    ] {
        let mut world = World::new();
        let id = world.connect();
        world.send(id, bytes.as_bytes());
        assert!(!world.server.is_closed(id), "output first");
        world.send(id, b"PING\r\n");
        assert_eq!(world.output(id), format!("-ERR Protocol error: {text}\r\n"));
        assert!(world.server.is_closed(id));
    }
}

#[test]
fn before_authentication_only_small_requests() {
    for (bytes, text) in [
        ("*11\r\n", "unauthenticated multibulk length"),
        ("*1\r\n$16385\r\n", "unauthenticated bulk length"),
    ] {
        let mut world = World::new();
        world.server.set_password(Some("secret"));
        let id = world.connect();
        world.send(id, bytes.as_bytes());
        assert_eq!(world.output(id), format!("-ERR Protocol error: {text}\r\n"));
    }
}

/// An announcement costs nothing: this would be 2^31 arguments.
#[test]
fn announced_sizes_are_not_believed() {
    let mut world = World::new();
    let id = world.connect();
    world.send(id, b"*2147483647\r\n$536870912\r\n");
    assert_eq!(world.output(id), "");
}

#[test]
fn big_arguments_arrive_in_pieces() {
    let mut world = World::new();
    let id = world.connect();
    let text = "v".repeat(300_000);
    for piece in encode(&format!("ECHO {text}")).chunks(4096) {
        world.send(id, piece);
    }
    assert_eq!(world.output(id), format!("$300000\r\n{text}\r\n"));
}

#[test]
fn sessions_with_news_are_named_once() {
    let mut world = World::new();
    let (one, other) = (world.connect(), world.connect());
    assert_eq!(world.server.poll_ready(), None);
    world.send(other, b"PING\r\nPING\r\n");
    world.send(one, b"PING\r\n");
    assert_eq!(world.server.poll_ready(), Some(other));
    assert_eq!(world.server.poll_ready(), Some(one));
    assert_eq!(world.server.poll_ready(), None);
    world.server.transmitted(one, 3);
    assert_eq!(world.output(one), "NG\r\n");
    world.send(one, b"PING\r\n");
    assert_eq!(world.server.poll_ready(), Some(one));
}

#[test]
fn unknown_sessions_are_ignored() {
    let mut world = World::new();
    let id = world.connect();
    world.server.disconnect(Timestamp::ZERO, id);
    world.send(id, b"PING\r\n");
    assert!(world.server.poll_transmit(id).is_none());
    assert!(world.server.is_closed(id));
    assert_eq!(world.server.poll_ready(), None);
}

#[test]
fn debug_tells_no_secrets() {
    let mut world = World::new();
    world.server.set_password(Some("hunter2"));
    assert!(!format!("{:?} {:?}", world.server, world.server.users).contains("hunter2"));
}

#[test]
fn names_are_found_in_any_case() {
    resp2(&[("pInG", "+PONG\r\n"), ("eCHo x", "$1\r\nx\r\n")]);
}
