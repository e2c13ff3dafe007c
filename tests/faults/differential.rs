//! The two parsers, written independently, held against each other: sound replies, damaged ones, and tight limits.
//!
//! Both must give the same replies and then the same fault at the same byte. They may differ in two things only:
//!
//! * *When* a bad header is noticed. The fast one reads a number byte by byte and stops at the first wrong one, the
//!   simple one waits for the whole line. Given the end of the line, it must find the fault at the same element.
//! * *What* a header is called in which more than one thing is wrong (`$1x\n` is no number and has no CR LF): each
//!   names what it sees first.

use bytes::BytesMut;
use redwire::resp::{Limits, Parser, ProtocolErrorKind as Kind, RespParser, SimpleParser};

use crate::corpus::{FAULTY, SMALL_STREAM, samples, shape};
use crate::generator::{Random, damaged, reply};

/// How the bytes end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// So many bytes are left that begin no whole reply.
    Waiting(usize),
    /// The kind of the fault and its place.
    Fault(Kind, u64),
}

/// All replies, and how it ends.
fn parse(mut parser: impl Parser, pieces: &[&[u8]]) -> (Vec<String>, End) {
    let mut input = BytesMut::new();
    let mut replies = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match parser.parse(&mut input) {
                Ok(Some(reply)) => replies.push(shape(reply.root())),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(parser.parse(&mut input).unwrap_err(), error, "a fault is repeated");
                    return (replies, End::Fault(error.kind(), error.offset()));
                }
            }
        }
    }
    (replies, End::Waiting(input.len()))
}

/// Faults of a header line.
fn of_a_header(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::BadNumber | Kind::BadLength | Kind::MissingLineEnd | Kind::LineTooLong | Kind::BadStream
    )
}

/// Both parsers on the same bytes.
fn compare(bytes: &[u8], limits: Limits, random: &mut Random, context: &str) -> End {
    let whole = parse(RespParser::new(limits), &[bytes]);
    let shown = || format!("{context}: {}", bytes.escape_ascii());
    let cut = parse(RespParser::new(limits), &random.cut(bytes));
    assert!(cut == whole, "{} in pieces: {cut:?} is not {whole:?}", shown());
    let simple = parse(SimpleParser::new(limits), &[bytes]);
    assert!(simple.0 == whole.0, "{}: {simple:?} is not {whole:?}", shown());
    match (whole.1, simple.1) {
        (fast, simple) if fast == simple => {}
        (End::Fault(fast, at), End::Fault(simple, place)) => {
            let alike = at == place && of_a_header(fast) && of_a_header(simple);
            assert!(alike, "{}: {fast:?} at {at}, simple {simple:?} at {place}", shown());
        }
        (End::Fault(fast, at), End::Waiting(_)) => {
            let ended = parse(SimpleParser::new(limits), &[bytes, b"\r\n"]).1;
            let End::Fault(simple, place) = ended else {
                panic!("{}: {fast:?} at {at}, simple {ended:?}", shown());
            };
            let alike = at == place && of_a_header(fast) && of_a_header(simple);
            assert!(alike, "{}: {fast:?} at {at}, simple {simple:?} at {place}", shown());
        }
        (fast, simple) => panic!("{}: {fast:?}, simple {simple:?}", shown()),
    }
    whole.1
}

/// Sound replies one after the other.
fn stream(random: &mut Random) -> (Vec<u8>, usize) {
    let count = 1 + random.below(4);
    let depth = random.below(5);
    ((0..count).flat_map(|_| reply(random, depth)).collect(), count)
}

fn tight(random: &mut Random) -> Limits {
    Limits::new()
        .line(24 + random.below(16) as u32)
        .bulk(1 + random.below(110) as u32)
        .depth(random.below(6) as u32)
        .elements(random.below(40) as u32)
        .total(1 + random.below(400) as u32)
}

#[test]
fn the_corpus_is_the_same_to_both_parsers() {
    let mut random = Random::new(0);
    for sample in samples() {
        let end = compare(&sample.bytes, Limits::default(), &mut random, "sample");
        assert_eq!(end, End::Waiting(0));
        let (shown, _) = parse(SimpleParser::default(), &[&sample.bytes]);
        assert_eq!(shown, [sample.shown]);
    }
    for (bytes, at) in FAULTY {
        let fast = parse(RespParser::default(), &[bytes.as_bytes()]).1;
        let simple = parse(SimpleParser::default(), &[bytes.as_bytes()]).1;
        assert_eq!(fast, simple, "{}", bytes.escape_debug());
        assert!(matches!(fast, End::Fault(_, place) if place == *at as u64), "{fast:?}");
    }
}

#[test]
fn sound_replies_are_the_same_to_both_parsers() {
    for seed in 0..4000 {
        let mut random = Random::new(seed);
        let (bytes, count) = stream(&mut random);
        let end = compare(&bytes, Limits::default(), &mut random, &format!("seed {seed}"));
        assert_eq!(end, End::Waiting(0), "seed {seed}");
        assert_eq!(parse(RespParser::default(), &[&bytes]).0.len(), count, "seed {seed}");
    }
}

#[test]
fn damaged_replies_are_the_same_to_both_parsers() {
    let mut faults = std::collections::BTreeSet::new();
    for seed in 0..12_000 {
        let mut random = Random::new(seed ^ 0xDA4A6E);
        let (sound, _) = stream(&mut random);
        let (other, _) = stream(&mut random);
        let bytes = damaged(&mut random, &sound, &other);
        if let End::Fault(kind, _) = compare(&bytes, Limits::default(), &mut random, &format!("seed {seed}")) {
            faults.insert(format!("{kind:?}"));
        }
    }
    // The damage reaches every fault that needs no particular limits.
    let expected = [
        "BadLength",
        "BadNumber",
        "BadStream",
        "BadVerbatim",
        "MissingLineEnd",
        "UnknownType",
    ];
    assert!(expected.iter().all(|kind| faults.contains(*kind)), "{faults:?}");
}

#[test]
fn the_corpus_damaged_is_the_same_to_both_parsers() {
    let mixed = SMALL_STREAM.concat().into_bytes();
    for (number, sample) in samples().iter().enumerate() {
        for seed in 0..150 {
            let mut random = Random::new((number as u64) << 32 | seed);
            let bytes = damaged(&mut random, &sample.bytes, &mixed);
            compare(
                &bytes,
                Limits::default(),
                &mut random,
                &format!("sample {number}, seed {seed}"),
            );
        }
    }
}

#[test]
fn every_bit_of_a_mixed_stream_flipped_is_the_same_to_both_parsers() {
    let mixed = SMALL_STREAM.concat().into_bytes();
    let mut random = Random::new(1);
    for at in 0..mixed.len() {
        for bit in 0..8 {
            let mut bytes = mixed.clone();
            bytes[at] ^= 1 << bit;
            compare(&bytes, Limits::default(), &mut random, &format!("byte {at}, bit {bit}"));
        }
        compare(&mixed[..at], Limits::default(), &mut random, &format!("cut at {at}"));
    }
}

#[test]
fn limits_are_the_same_to_both_parsers_wherever_the_bytes_are_cut() {
    let mut faults = std::collections::BTreeSet::new();
    for seed in 0..12_000 {
        let mut random = Random::new(seed ^ 0x0011_4175);
        let (bytes, _) = stream(&mut random);
        let limits = tight(&mut random);
        if let End::Fault(kind, _) = compare(&bytes, limits, &mut random, &format!("seed {seed}, {limits:?}")) {
            faults.insert(format!("{kind:?}"));
        }
    }
    let expected = [
        "BulkTooLong",
        "LineTooLong",
        "ReplyTooLong",
        "TooDeep",
        "TooManyElements",
    ];
    assert_eq!(faults.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// A parser is used again for the next connection, whatever state the last one left it in.
#[test]
fn a_parser_that_was_reset_is_like_a_new_one() {
    let mixed = SMALL_STREAM.concat().into_bytes();
    let expected = parse(RespParser::default(), &[&mixed]);
    let left_by = |mut parser: Box<dyn Parser>, before: &[u8]| {
        let mut input = BytesMut::from(before);
        while let Ok(Some(_)) = parser.parse(&mut input) {}
        parser.reset();
        assert_eq!(parser.wanted(), 0);
        // The offset of a fault counts from the reset.
        let after = [&mixed[..], b"@"].concat();
        let (replies, end) = parse(parser, &[&after]);
        assert_eq!(replies, expected.0, "after {}", before.escape_ascii());
        assert_eq!(end, End::Fault(Kind::UnknownType, mixed.len() as u64));
    };
    let faulty = FAULTY.iter().map(|(bytes, _)| bytes.as_bytes().to_vec());
    let cut = (0..mixed.len()).map(|at| mixed[..at].to_vec());
    let large = samples().into_iter().filter(|sample| sample.bytes.len() > 500);
    let large = large.map(|sample| sample.bytes[..450].to_vec());
    for before in faulty.chain(cut).chain(large) {
        left_by(Box::<RespParser>::default(), &before);
        left_by(Box::<SimpleParser>::default(), &before);
    }
}
