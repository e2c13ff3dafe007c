//! S4, T09: the same bytes give the same events, wherever they are cut, however they are handed over, for both parsers.
//!
//! On a `Connection`, because a cut is a property of its input; a client would only add reads in between.

use std::error::Error as _;

use redwire::connection::{Connection, Event};
use redwire::resp::{Parser, ProtocolError, RespParser, SimpleParser};
use redwire::time::Timestamp;

use crate::clients::{get, plain};
use crate::corpus::{FAULTY, SMALL_STREAM, Sample, samples, shape};

/// How bytes get in.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Appended to the input.
    Input,
    /// Filled into the room for reading.
    Room,
}

const NOW: Timestamp = Timestamp::ZERO;

/// Everything a connection tells with `requests` in flight when these pieces arrive.
fn events<P: Parser>(parser: P, requests: usize, way: Way, pieces: &[&[u8]]) -> Vec<String> {
    let mut connection = Connection::with_parser(NOW, plain(), parser);
    connection.poll_event();
    for _ in 0..requests {
        connection.send(NOW, &get("k")).unwrap();
    }
    while let Some(written) = connection.poll_transmit().map(<[u8]>::len) {
        connection.transmitted(written);
    }
    let mut told = Vec::new();
    let mut answers = 0;
    for piece in pieces {
        match way {
            Way::Input => {
                connection.input().extend_from_slice(piece);
                connection.handle_input(NOW);
            }
            Way::Room => fill(&mut connection, piece),
        }
        while let Some(event) = connection.poll_event() {
            told.push(match event {
                Event::Reply { result: Ok(reply), .. } => {
                    answers += 1;
                    format!("#{answers} {}", shape(reply.root()))
                }
                Event::Push(reply) => format!("push {}", shape(reply.root())),
                Event::Reply { result: Err(error), .. } => format!("failed {}", fault(&error)),
                Event::Down(error) => format!("down {}", fault(&error)),
                other => format!("{other:?}"),
            });
        }
    }
    told
}

fn fill<P: Parser>(connection: &mut Connection<P>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let room = connection.read_room();
        let n = room.len().min(bytes.len());
        room[..n].copy_from_slice(&bytes[..n]);
        connection.received(NOW, n);
        bytes = &bytes[n..];
    }
}

/// What is wrong and where, and what became of the command; what is quoted depends on what has arrived.
fn fault(error: &redwire::Error) -> String {
    let wrong: &ProtocolError = error.source().unwrap().downcast_ref().unwrap();
    format!("{:?} at {} {:?}", wrong.kind(), wrong.offset(), error.outcome())
}

/// Every cut in two, and one byte at a time; both ways, both parsers. All give what the whole gives, which is returned.
fn every_cut(bytes: &[u8], requests: usize) -> Vec<String> {
    let whole = events(RespParser::default(), requests, Way::Input, &[bytes]);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    for way in [Way::Input, Way::Room] {
        let check = |pieces: &[&[u8]]| {
            let lens = || pieces.iter().map(|piece| piece.len()).collect::<Vec<_>>();
            let fast = events(RespParser::default(), requests, way, pieces);
            assert!(fast == whole, "{way:?} {:?}: {fast:?} is not {whole:?}", lens());
            let simple = events(SimpleParser::default(), requests, way, pieces);
            assert!(
                simple == whole,
                "{way:?} {:?}: simple {simple:?} is not {whole:?}",
                lens()
            );
        };
        check(&[bytes]);
        check(&single);
        for cut in 1..bytes.len() {
            let (first, second) = bytes.split_at(cut);
            check(&[first, second]);
        }
    }
    whole
}

fn expected(sample: &Sample, number: usize) -> String {
    if sample.bytes.contains(&b'>') && sample.shown.contains(">[") {
        format!("push {}", sample.shown)
    } else {
        format!("#{number} {}", sample.shown)
    }
}

#[test]
fn s4_every_cut_of_every_sample_gives_the_same_events() {
    for sample in samples() {
        let told = every_cut(&sample.bytes, 1);
        assert_eq!(told, [expected(&sample, 1)], "{}", sample.bytes.escape_ascii());
    }
}

#[test]
fn s4_every_two_cuts_of_small_samples_give_the_same_events() {
    for sample in samples().iter().filter(|sample| sample.bytes.len() <= 60) {
        let bytes = &sample.bytes[..];
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                for told in [
                    events(RespParser::default(), 1, Way::Room, &pieces),
                    events(SimpleParser::default(), 1, Way::Room, &pieces),
                ] {
                    assert_eq!(told, [expected(sample, 1)], "{first} {second} {}", bytes.escape_ascii());
                }
            }
        }
    }
}

#[test]
fn t09_every_cut_of_a_mixed_stream_gives_the_same_events() {
    let stream: Vec<u8> = SMALL_STREAM.concat().into_bytes();
    assert!((190..=260).contains(&stream.len()), "{} bytes", stream.len());
    let whole = every_cut(&stream, SMALL_STREAM.len());
    assert_eq!(whole.len(), SMALL_STREAM.len(), "{whole:?}");
    assert!(!whole.iter().any(|event| event.starts_with("failed")), "{whole:?}");
    // Three pieces, all of them.
    for first in 0..stream.len() {
        for second in (first..stream.len()).step_by(3) {
            let pieces = [&stream[..first], &stream[first..second], &stream[second..]];
            let told = events(RespParser::default(), SMALL_STREAM.len(), Way::Room, &pieces);
            assert!(told == whole, "{first} {second}: {told:?}");
        }
    }
}

#[test]
fn t09_all_samples_in_one_stream_in_pieces_of_every_size() {
    let samples = samples();
    let stream: Vec<u8> = samples.iter().flat_map(|sample| sample.bytes.clone()).collect();
    let mut answers = 0;
    let expected: Vec<String> = samples
        .iter()
        .map(|sample| {
            answers += usize::from(!expected(sample, 0).starts_with("push"));
            expected(sample, answers)
        })
        .collect();
    let sizes = (1..=32).chain([33, 63, 64, 65, 127, 255, 256, 1000, 1460, 4095, 4096, 4097, 100_000]);
    for size in sizes {
        let pieces: Vec<&[u8]> = stream.chunks(size).collect();
        for way in [Way::Input, Way::Room] {
            let told = events(RespParser::default(), answers, way, &pieces);
            assert!(told == expected, "pieces of {size}, {way:?}");
        }
        let told = events(SimpleParser::default(), answers, Way::Room, &pieces);
        assert!(told == expected, "pieces of {size}, simple");
    }
}

#[test]
fn s4_faults_are_found_at_the_same_place_wherever_the_bytes_are_cut() {
    for (bytes, at) in FAULTY {
        // A good reply in front: it is given out, and the offset counts it.
        let stream = format!("+OK\r\n{bytes}");
        let told = every_cut(stream.as_bytes(), 2);
        let shown = stream.escape_debug();
        assert_eq!(told.len(), 3, "{shown}: {told:?}");
        assert_eq!(told[0], "#1 +OK", "{shown}");
        let place = format!(" at {} MaybeExecuted", at + 5);
        assert!(
            told[1].starts_with("failed ") && told[1].ends_with(&place),
            "{shown}: {told:?}"
        );
        assert!(
            told[2].starts_with("down ") && told[2].ends_with(&place),
            "{shown}: {told:?}"
        );
    }
}
