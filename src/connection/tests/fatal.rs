//! What ends a connection, and what everyone is told then.

use super::*;
use crate::error::{Error, ErrorKind, Outcome};
use crate::resp::Limits;
use crate::transport::{TransportError, TransportErrorKind};

fn reset() -> Error {
    Error::transport(
        TransportError::new(TransportErrorKind::Closed, "reset"),
        Outcome::MaybeExecuted,
    )
}

#[test]
fn t16_a_reply_that_nobody_waits_for_ends_the_connection_before_the_next_command() {
    let mut connection = up(plain());
    connection.send(at(0), &get("a")).unwrap();
    written(&mut connection);
    feed(&mut connection, b":1\r\n:2\r\n");
    assert_eq!(told(&mut connection), ["#0 1", "down Protocol"]);
    let error = connection.send(at(0), &get("b")).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Protocol, Outcome::NotSent));
    assert!(error.to_string().contains("a reply that nobody waits for"), "{error}");
}

#[test]
fn t17_a_reply_before_the_first_command_ends_the_connection() {
    let mut connection = up(plain());
    feed(&mut connection, b"+OK\r\n");
    assert_eq!(told(&mut connection), ["down Protocol"]);
}

#[test]
fn t17_a_reply_before_a_byte_of_its_request_was_written_answers_nobody() {
    let mut connection = up(plain());
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    feed(&mut connection, b"$6\r\nothers\r\n");
    assert_eq!(
        told(&mut connection),
        ["#0 Protocol NotSent", "#1 Protocol NotSent", "down Protocol"]
    );

    let mut connection = up(plain());
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    write(&mut connection, wire(&[get("a")]).len());
    feed(&mut connection, b"$1\r\na\r\n$6\r\nothers\r\n");
    assert_eq!(
        told(&mut connection),
        ["#0 \"a\"", "#1 Protocol NotSent", "down Protocol"]
    );
}

#[test]
fn a_protocol_error_fails_everything_in_flight_and_is_repeated() {
    let mut connection = up(plain());
    for key in ["a", "b", "c", "d"] {
        connection.send(at(0), &get(key)).unwrap();
    }
    write(&mut connection, wire(&[get("a"), get("b")]).len() + 1);
    feed(&mut connection, b":1\r\n@oops\r\n:3\r\n");
    let expected = [
        "#0 1",
        "#1 Protocol MaybeExecuted",
        "#2 Protocol MaybeExecuted",
        "#3 Protocol NotSent",
        "down Protocol",
    ];
    assert_eq!(told(&mut connection), expected);
    assert!(!connection.is_up());
    let why = connection.down_reason().unwrap().to_string();
    assert!(
        why.contains("unknown reply type at byte 4: \"@oops\\r\\n:3\\r\\n\""),
        "{why}"
    );
    // It is dead and keeps saying why, whatever is done to it.
    feed(&mut connection, b":3\r\n");
    connection.handle_timeout(at(1 << 40));
    connection.handle_eof(at(1 << 40));
    connection.transmitted(100);
    assert_eq!(told(&mut connection), [""; 0]);
    assert_eq!(connection.poll_transmit(), None);
    assert_eq!(connection.poll_timeout(), None);
    let error = connection.send(at(0), &get("e")).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Protocol, Outcome::NotSent));
    assert!(
        error
            .to_string()
            .starts_with("protocol error: unknown reply type at byte 4"),
        "{error}"
    );
}

#[test]
fn what_arrived_before_the_end_still_counts() {
    for loss in [false, true] {
        let mut connection = up(plain());
        for key in ["a", "b", "c", "d"] {
            connection.send(at(0), &get(key)).unwrap();
        }
        write(&mut connection, wire(&[get("a"), get("b"), get("c")]).len());
        feed(&mut connection, b":1\r\n:2\r\n$100\r\nhalf");
        let kind = if loss {
            connection.handle_loss(at(0), reset());
            "Transport"
        } else {
            connection.handle_eof(at(0));
            "Closed"
        };
        let expected = [
            "#0 1".into(),
            "#1 2".into(),
            format!("#2 {kind} MaybeExecuted"),
            format!("#3 {kind} NotSent"),
            format!("down {kind}"),
        ];
        assert_eq!(told(&mut connection), expected);
    }
}

#[test]
fn replies_before_a_protocol_error_keep_their_order_at_the_end_and_at_a_deadline() {
    let expected = ["#0 1", "#1 2", "#2 Protocol MaybeExecuted", "down Protocol"];
    let ends: [fn(&mut Connection); 2] = [|c| c.handle_eof(at(0)), |c| c.handle_timeout(at(1000))];
    for end in ends {
        let mut connection = up(plain().response_timeout(core::time::Duration::from_secs(1)));
        for key in ["a", "b", "c"] {
            connection.send(at(0), &get(key)).unwrap();
        }
        written(&mut connection);
        feed(&mut connection, b":1\r\n:2\r\n?");
        end(&mut connection);
        assert_eq!(told(&mut connection), expected);
    }
}

#[test]
fn t21_t22_a_reset_says_what_was_sent_and_what_was_not() {
    let incr = cmd("INCR").key("n");
    let len = wire([&incr]).len();
    for before in 0..=len {
        let mut connection = up(plain());
        connection.send(at(0), &incr).unwrap();
        write(&mut connection, before);
        connection.handle_loss(at(0), reset());
        let outcome = if before == 0 { "NotSent" } else { "MaybeExecuted" };
        assert_eq!(
            told(&mut connection),
            [format!("#0 Transport {outcome}"), "down Transport".into()]
        );
        let error = connection.send(at(0), &incr).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Transport, Outcome::NotSent)
        );
    }
}

#[test]
fn t22_nothing_is_sent_before_the_handshake_is_done() {
    let mut connection = Connection::new(at(0), Settings::new());
    connection.send(at(0), &get("a")).unwrap();
    let hello = written(&mut connection);
    assert!(hello.starts_with(b"*2\r\n$5\r\nHELLO\r\n"));
    connection.handle_eof(at(0));
    assert_eq!(told(&mut connection), ["#0 Closed NotSent", "down Closed"]);
}

#[test]
fn limits_of_the_settings_hold() {
    let mut connection = up(plain().limits(Limits::new().bulk(4)));
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    written(&mut connection);
    feed(&mut connection, b"$4\r\nabcd\r\n$5\r\n");
    assert_eq!(
        told(&mut connection),
        ["#0 \"abcd\"", "#1 Protocol MaybeExecuted", "down Protocol"]
    );
}

#[test]
fn buffers_are_given_back_when_the_connection_ends() {
    let mut connection = up(plain());
    connection
        .send(at(0), &cmd("ECHO").arg(alloc::vec![0u8; 1 << 20]))
        .unwrap();
    feed(&mut connection, &alloc::vec![b'+'; 1 << 10]);
    connection.handle_eof(at(0));
    assert_eq!(connection.input().capacity(), 0);
    assert_eq!(connection.output.end(), 0);
}
