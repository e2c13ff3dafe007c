//! T10, S4: work is linear in the bytes received, whatever the pieces they come in. Counted, never timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::BytesMut;
use redwire::connection::{Connection, Event};
use redwire::resp::{Limits, Parser, ProtocolError, Reply, RespParser};
use redwire::time::Timestamp;

use crate::clients::{get, plain};
use crate::counting::measure;

const SEGMENT: usize = 64;

/// One reply of about `n` bytes, of several builds.
fn replies(n: usize) -> Vec<(&'static str, Vec<u8>)> {
    let streamed =
        |open: &str, piece: &[u8], end: &[u8]| [open.as_bytes(), &piece.repeat(n / piece.len()), end].concat();
    let counted = |kind: char, each: usize, element: &str| {
        let times = n / element.len();
        [
            format!("{kind}{}\r\n", times / each).as_bytes(),
            element.repeat(times / each * each).as_bytes(),
        ]
        .concat()
    };
    vec![
        (
            "one string",
            [format!("${n}\r\n").as_bytes(), &vec![b'x'; n], b"\r\n"].concat(),
        ),
        ("integers", counted('*', 1, ":123456\r\n")),
        ("short strings", counted('*', 1, "$10\r\n0123456789\r\n")),
        ("empty lists", counted('*', 1, "*0\r\n")),
        ("doubles", counted('~', 1, ",3.141592653589793\r\n")),
        ("fields and values", counted('%', 2, "+name\r\n")),
        ("rows", counted('*', 1, "*2\r\n$1\r\na\r\n*1\r\n:5\r\n")),
        (
            "lines of 1000 bytes",
            counted('*', 1, &format!("+{}\r\n", "l".repeat(1000))),
        ),
        ("attributes", counted('*', 1, "|1\r\n+a\r\n:1\r\n:2\r\n")),
        (
            "a streamed string",
            streamed(
                "$?\r\n",
                b";40\r\n0123456789012345678901234567890123456789\r\n",
                b";0\r\n",
            ),
        ),
        ("a streamed list", streamed("*?\r\n", b"$3\r\nabc\r\n:1\r\n", b".\r\n")),
    ]
}

/// What the parser did with `bytes` in segments: its steps, and how often it was asked.
fn steps(bytes: &[u8], segment: usize) -> u64 {
    let mut parser = RespParser::new(Limits::new().line(1 << 20));
    let mut input = BytesMut::new();
    let mut replies = 0;
    for piece in bytes.chunks(segment) {
        input.extend_from_slice(piece);
        while parser.parse(&mut input).unwrap().is_some() {
            replies += 1;
        }
    }
    assert_eq!((replies, input.len()), (1, 0));
    parser.steps()
}

#[test]
fn t10_twice_the_bytes_take_at_most_2_3_times_the_steps() {
    for ((name, half), (_, whole)) in replies(512 << 10).into_iter().zip(replies(1 << 20)) {
        let (half, whole) = (steps(&half, SEGMENT), steps(&whole, SEGMENT));
        assert!(whole * 10 <= half * 23, "{name}: {half} steps, then {whole}");
    }
}

/// Elements that are cut short are read again from their first byte, so small pieces cost a little; a constant, however
/// long the reply is.
#[test]
fn t10_pieces_cost_at_most_a_step_each() {
    for (name, bytes) in replies(64 << 10) {
        let whole = steps(&bytes, usize::MAX);
        for segment in [1, 2, 7, SEGMENT, 1460] {
            let pieces = bytes.len().div_ceil(segment) as u64;
            let cut = steps(&bytes, segment);
            assert!(
                cut <= whole + 2 * pieces,
                "{name}: {cut} steps in {pieces} pieces, {whole} at once"
            );
        }
    }
}

/// The longest line there is, in single bytes: what was looked at is not looked at again.
#[test]
fn t10_long_lines_are_looked_at_once() {
    for start in ["+", "-", "("] {
        let line = |n: usize| [start.as_bytes(), &vec![b'1'; n], b"\r\n"].concat();
        let (half, whole) = (steps(&line(32 << 10), 1), steps(&line(64 << 10), 1));
        assert!(whole * 10 <= half * 23, "{start}: {half} steps, then {whole}");
        let (half, whole) = (steps(&line(512 << 10), SEGMENT), steps(&line(1 << 20), SEGMENT));
        assert!(whole * 10 <= half * 23, "{start}: {half} steps, then {whole}");
    }
}

/// Counts how often a connection asks its parser.
struct Asked {
    parser: RespParser,
    times: Arc<AtomicU64>,
}

impl Parser for Asked {
    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<Reply>, ProtocolError> {
        self.times.fetch_add(1, Ordering::Relaxed);
        self.parser.parse(input)
    }
    fn reset(&mut self) {
        self.parser.reset();
    }
    fn wanted(&self) -> usize {
        self.parser.wanted()
    }
}

/// What a connection asks of the heap and of its parser, with a driver that polls for events after every read.
#[test]
fn t10_a_connection_moves_no_byte_more_than_a_few_times() {
    for (name, bytes) in replies(1 << 20) {
        let asked = Arc::new(AtomicU64::new(0));
        let parser = Asked {
            parser: RespParser::default(),
            times: asked.clone(),
        };
        let mut connection = Connection::with_parser(Timestamp::ZERO, plain(), parser);
        connection.poll_event();
        connection.send(Timestamp::ZERO, &get("a")).unwrap();
        let written = connection.poll_transmit().unwrap().len();
        connection.transmitted(written);
        let (events, usage) = measure(|| {
            let mut events = 0;
            for piece in bytes.chunks(SEGMENT) {
                let room = connection.read_room();
                assert!(room.len() >= piece.len(), "{name}: {} bytes of room", room.len());
                room[..piece.len()].copy_from_slice(piece);
                connection.received(Timestamp::ZERO, piece.len());
                while let Some(event) = connection.poll_event() {
                    assert!(matches!(event, Event::Reply { result: Ok(_), .. }), "{name}: {event:?}");
                    events += 1;
                }
            }
            events
        });
        assert_eq!(events, 1, "{name}");
        let pieces = bytes.len().div_ceil(SEGMENT) as u64;
        let asked = asked.load(Ordering::Relaxed);
        assert!(asked <= pieces + 1, "{name}: asked {asked} times for {pieces} pieces");
        // Growing by doubling asks for twice the bytes; the index takes 16 of them for an element of four.
        assert!(usage.bytes <= 20 * bytes.len(), "{name}: {usage:?}");
    }
}
