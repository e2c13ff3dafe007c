//! Bytes that are not RESP: the connection ends, and the error says what was found and where.

use redwire::resp::Limits;
use redwire::{Credentials, Error, ErrorKind};

use crate::clients::{each, fatal, four, get, plain, three_taken};

/// The fault lies behind `+OK\r\n`.
const AT: &str = "at byte 5";

fn text(bytes: impl AsRef<[u8]>) -> String {
    fatal(bytes.as_ref(), &plain()).to_string()
}

/// All of these are refused as `what`, at their first byte.
fn assert_all(table: &[&str], what: &str) {
    for bytes in table {
        let error = text(bytes);
        let expected = format!("protocol error: {what} {AT}: \"{}\"", quoted(bytes.as_bytes()));
        assert!(error.starts_with(&expected), "{}: {error}", bytes.escape_debug());
    }
}

fn quoted(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(32)].escape_ascii().to_string()
}

#[test]
fn t01_unknown_type_byte_names_the_byte_and_its_offset() {
    let error = text("@oops\r\n");
    assert_eq!(
        error,
        "protocol error: unknown reply type at byte 5: \"@oops\\r\\n\" (the command may have been executed)"
    );
    for byte in 0..=u8::MAX {
        if b"+-:$*_#,(!=%~>|.;".contains(&byte) {
            continue;
        }
        let error = text([byte]);
        assert!(error.contains(&format!("unknown reply type {AT}: \"{}\"", [byte].escape_ascii())));
    }
}

#[test]
fn t01_at_most_32_bytes_are_quoted_and_escaped() {
    let noise: Vec<u8> = [b"\x01\r\n\0\"\\\x1b[31m".as_slice(), &[0xff; 200]].concat();
    let error = fatal(&noise, &plain());
    let text = error.to_string();
    assert!(text.contains(&format!(": \"{}\" (", quoted(&noise))), "{text}");
    for text in [text, format!("{error:?}"), format!("{error:#?}")] {
        assert!(!text.contains(char::is_control), "{text}");
        assert_eq!(text.matches("\\xff").count(), 32 - 11, "{text}");
    }
}

#[test]
fn t01_nothing_is_quoted_where_it_could_be_the_password() {
    let settings = plain().credentials(Credentials::password("hunter2"));
    each(
        || {
            let [a, b, ..] = four();
            let script = redwire::mock::Script::new().expect("*2\r\n$4\r\nAUTH\r\n$7\r\nhunter2\r\n");
            script.reply("+OK\r\n").expect(a).expect(b).reply("@hunter2\r\n")
        },
        &settings,
        |client, _| {
            let [a, b, ..] = four();
            let answers = client.all(&[a, b]);
            let text = answers[0].as_ref().unwrap_err().to_string();
            assert_eq!(
                text,
                "protocol error: unknown reply type at byte 5 (the command may have been executed)"
            );
        },
    );
}

#[test]
fn t02_negative_lengths_are_refused() {
    assert_all(
        &[
            "$-5\r\n",
            "*-7\r\n",
            "%-3\r\n",
            "~-1\r\n",
            "%-1\r\n",
            ">-1\r\n",
            "|-1\r\n",
            "=-1\r\n",
            "!-1\r\n",
            "$-0\r\n",
            "*-2\r\n",
            "$-9223372036854775808\r\n",
        ],
        "impossible length",
    );
    // Inside of another reply, the offset is that of the element.
    assert!(text("*2\r\n:1\r\n$-2\r\n").contains("impossible length at byte 13"));
    assert!(text("$?\r\n;-1\r\n").contains("impossible length at byte 9"));
}

#[test]
fn t02_minus_one_is_nil_for_bulk_strings_and_arrays() {
    let requests = [get("a"), get("b"), get("c")];
    each(
        || {
            let [a, b, c] = requests.clone();
            let script = redwire::mock::Script::new().expect(a).expect(b).expect(c);
            script.reply("$-1\r\n*-1\r\n*2\r\n$-1\r\n*-1\r\n")
        },
        &plain(),
        |client, _| {
            assert_eq!(
                crate::clients::described(client, &requests),
                ["nil", "nil", "[nil, nil]"]
            )
        },
    );
}

#[test]
fn t03_a_string_that_does_not_end_in_cr_lf_is_never_a_value() {
    assert_all(
        &[
            "$3\r\nabcd\r\n",
            "$3\r\nabcXY",
            "$3\r\nabc\n\r",
            "$3\r\nabc\rX",
            "$0\r\nX",
            "$12\r\nhello\r\n+OK\r\n+OK",
            "=7\r\ntxt:abcd\r\n",
            "!5\r\nERR x!\r\n",
        ],
        "missing CR LF",
    );
    assert!(text("$?\r\n;3\r\nabcd\r\n").contains("missing CR LF at byte 9"));
    // Lines too: a bare CR or LF is no line end.
    assert_all(
        &["+a\rb\r\n", "+a\nb\r\n", "-ERR\n", ":1\rx", "*1\r\r"],
        "missing CR LF",
    );
}

#[test]
fn t04_numbers_are_exact_or_refused() {
    assert_all(
        &[
            ":12a\r\n",
            ":\r\n",
            ":-\r\n",
            ":+\r\n",
            ":--1\r\n",
            ":1-\r\n",
            ":1.0\r\n",
            ": 1\r\n",
            ":1 \r\n",
            ":0x1\r\n",
            ":9223372036854775808\r\n",
            ":-9223372036854775809\r\n",
            ":18446744073709551616\r\n",
            ":99999999999999999999999999\r\n",
            ",\r\n",
            ",1,5\r\n",
            ",1e\r\n",
            ",infinity\r\n",
            ",0x1p3\r\n",
            "(\r\n",
            "(-\r\n",
            "(12a\r\n",
            "(1.5\r\n",
            "#\r\n",
            "#x\r\n",
            "#tt\r\n",
            "_x\r\n",
            "$x\r\n",
            "$\r\n",
            "$+3\r\n",
            "$1 \r\n",
            "*x\r\n",
            "*\r\n",
            "%1.0\r\n",
        ],
        "malformed number",
    );
    let requests = four();
    each(
        || {
            let script = requests.iter().fold(redwire::mock::Script::new(), |s, r| s.expect(r));
            script.reply(":9223372036854775807\r\n:-9223372036854775808\r\n:+0\r\n:-0\r\n")
        },
        &plain(),
        |client, _| {
            let expected = ["9223372036854775807", "-9223372036854775808", "0", "0"];
            assert_eq!(crate::clients::described(client, &requests), expected);
        },
    );
}

#[test]
fn t07_a_line_without_an_end_is_refused_at_the_limit() {
    for start in ["+", "-", "(", ","] {
        let line = |len: usize| [start.as_bytes(), &vec![b'1'; len]].concat();
        let error = text(line((64 << 10) + 1));
        assert!(error.contains("line too long at byte 5"), "{error}");
        // Up to the limit it waits for the rest, which never comes here.
        let settings = plain().response_timeout(std::time::Duration::from_secs(2));
        each(
            || three_taken(&line(64 << 10)),
            &settings,
            |client, _| {
                let told = crate::clients::described(client, &four()[..3]);
                assert_eq!(told, ["+OK", "Timeout MaybeExecuted", "Timeout MaybeExecuted"]);
            },
        );
    }
    let settings = plain().limits(Limits::new().line(10));
    let error = fatal(b"+12345678901\r\n", &settings);
    assert!(error.to_string().contains("line too long at byte 5"), "{error}");
}

#[test]
fn t11_verbatim_strings_without_a_format_are_refused() {
    assert_all(
        &[
            "=2\r\nab\r\n",
            "=0\r\n\r\n",
            "=3\r\ntxt\r\n",
            "=4\r\nabcd\r\n",
            "=8\r\ntext:abc\r\n",
            "=5\r\n:txta\r\n",
        ],
        "malformed verbatim string",
    );
    let requests = four();
    each(
        || {
            let script = requests.iter().fold(redwire::mock::Script::new(), |s, r| s.expect(r));
            script.reply("=4\r\ntxt:\r\n=5\r\nmkd:a\r\n=6\r\n\r\n\0:\r\n\r\n=8\r\ntxt:a:b:\r\n")
        },
        &plain(),
        |client, _| {
            let expected = ["txt\"\"", "mkd\"a\"", "\\r\\n\\x00\"\\r\\n\"", "txt\"a:b:\""];
            assert_eq!(crate::clients::described(client, &requests), expected);
        },
    );
}

#[test]
fn pieces_of_streams_where_none_belong_are_refused() {
    assert_all(&[".\r\n", ";3\r\nabc\r\n"], "malformed streamed reply");
    for (bytes, offset) in [
        ("*1\r\n.\r\n", 9),
        ("$?\r\n+a\r\n", 9),
        ("%?\r\n+a\r\n.\r\n", 13),
        ("*?\r\n;1\r\na\r\n", 9),
    ] {
        let error = text(bytes);
        assert!(
            error.contains(&format!("malformed streamed reply at byte {offset}")),
            "{error}"
        );
    }
}

#[test]
fn a_fault_is_the_source_of_the_error() {
    let error: Error = fatal(b"?", &plain());
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(
        source.to_string(),
        "protocol error: unknown reply type at byte 5: \"?\""
    );
    assert_eq!(error.code(), None);
    assert!(!error.is_retryable());
}
