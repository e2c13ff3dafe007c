//! The two parsers find the same in the same bytes, wherever those are cut.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::BytesMut;

use crate::resp::{Parser, ProtocolErrorKind, Reply, RespParser, SimpleParser};

/// All replies of `wire`, which arrives in two pieces, and what ended them. Each piece is cut from the front of a larger
/// buffer, as a connection cuts it, or stands alone.
fn replies(mut parser: impl Parser, wire: &[u8], cut: usize, alone: bool) -> (Vec<Reply>, Option<ProtocolErrorKind>) {
    let mut input = BytesMut::new();
    let mut found = Vec::new();
    for piece in <[_; 2]>::from(wire.split_at(cut)) {
        if alone && input.is_empty() {
            input = BytesMut::from(piece);
            let spare = input.split_off(piece.len());
            assert!(spare.is_empty());
        } else {
            input.extend_from_slice(piece);
        }
        loop {
            match parser.parse(&mut input) {
                Ok(Some(reply)) => found.push(reply),
                Ok(None) => break,
                Err(error) => return (found, Some(error.kind())),
            }
        }
    }
    (found, None)
}

/// The default parser gives `wanted` for every way to cut `wire` in two, and so does the simple one.
fn check(wire: &[u8], wanted: &[&str], failure: Option<ProtocolErrorKind>) {
    for cut in 0..=wire.len() {
        for alone in [false, true] {
            let fast = replies(RespParser::default(), wire, cut, alone);
            let simple = replies(SimpleParser::default(), wire, cut, alone);
            let printed: Vec<String> = fast.0.iter().map(|reply| format!("{reply:?}")).collect();
            assert_eq!(printed, wanted, "{} cut at {cut}", wire.escape_ascii());
            assert_eq!(fast.1, failure, "{} cut at {cut}", wire.escape_ascii());
            assert_eq!(fast, simple, "{} cut at {cut}", wire.escape_ascii());
        }
    }
}

#[test]
fn integers_of_every_length() {
    for sign in ["", "-"] {
        for digits in 1..=18 {
            let number = format!("{sign}{}", &"987654321987654321"[..digits]);
            check(format!(":{number}\r\n").as_bytes(), &[&number], None);
            let list = format!("[{number}, 7, {number}]");
            check(
                format!("*3\r\n:{number}\r\n:7\r\n:{number}\r\n").as_bytes(),
                &[&list],
                None,
            );
        }
    }
    for extreme in [
        "9223372036854775807",
        "-9223372036854775808",
        "0",
        "-0",
        "00000000012",
        "+5",
    ] {
        let value: i64 = extreme.parse().unwrap();
        let wire = format!("*2\r\n:{extreme}\r\n:1\r\n");
        check(wire.as_bytes(), &[&format!("[{value}, 1]")], None);
    }
}

#[test]
fn what_is_no_integer_is_refused_wherever_it_stands() {
    for bad in [
        "",
        "-",
        "--1",
        "1-",
        "12345678a",
        "1234567:",
        "9223372036854775808",
        "1 ",
        "/",
        ":",
    ] {
        for (head, wanted) in [("", &[][..]), ("*2\r\n:1\r\n", &[][..]), (":5\r\n", &["5"][..])] {
            let wire = format!("{head}:{bad}\r\n:12345678\r\n:12345678\r\n");
            check(wire.as_bytes(), wanted, Some(ProtocolErrorKind::BadNumber));
        }
    }
    check(b":12345678\r:\n", &[], Some(ProtocolErrorKind::MissingLineEnd));
}

#[test]
fn strings_around_the_lengths_that_change_the_header() {
    for len in [0, 1, 9, 10, 11, 15, 16, 17, 99, 100] {
        let text = "x".repeat(len);
        let wire = format!("${len}\r\n{text}\r\n");
        check(wire.as_bytes(), &[&format!("{text:?}")], None);
        let list = format!("*2\r\n{wire}*1\r\n{wire}+OK\r\n$-1\r\n");
        let printed = format!("[{text:?}, [{text:?}]]");
        check(list.as_bytes(), &[&printed, "+OK", "nil"], None);
    }
    for bad in ["$3\r\nfour\r\n", "$10\r\n0123456789abc", "$1\r\nab\r\n"] {
        check(bad.as_bytes(), &[], Some(ProtocolErrorKind::MissingLineEnd));
    }
    check(b"$a\r\nxxxxxxxxxxxxxxxxxxx", &[], Some(ProtocolErrorKind::BadNumber));
    check(b"$1a\r\nxxxxxxxxxxxxxxxxxx", &[], Some(ProtocolErrorKind::BadNumber));
}

#[test]
fn a_whole_input_goes_without_being_shared() {
    let mut input = BytesMut::from(&b"$3\r\nfoo\r\n"[..]);
    let mut parser = RespParser::default();
    let reply = parser.parse(&mut input).unwrap().unwrap();
    assert_eq!((input.len(), input.capacity()), (0, 0));
    let text: bytes::Bytes = reply.decode().unwrap();
    assert!(text.is_unique());
}
