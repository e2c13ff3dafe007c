//! SHUTDOWN: the end of the connection is its answer.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Connection, at, feed, get, plain, told, up, wire, write, written};
use crate::command::{Flags, Request, cmd};
use crate::error::{Error, ErrorKind, Outcome};
use crate::transport::{TransportError, TransportErrorKind};

fn shutdown() -> Request {
    cmd("SHUTDOWN").flags(Flags::CLOSES)
}

fn eof(connection: &mut Connection) {
    connection.handle_eof(at(0));
}

fn reset(connection: &mut Connection) {
    let error = TransportError::new(TransportErrorKind::Closed, "reset");
    connection.handle_loss(at(0), Error::transport(error, Outcome::MaybeExecuted));
}

#[test]
fn the_end_is_the_answer_and_those_behind_it_get_none() {
    for kind in ["Closed", "Transport"] {
        let mut connection = up(plain());
        for request in [get("a"), shutdown(), get("b")] {
            connection.send(at(0), &request).unwrap();
        }
        written(&mut connection);
        feed(&mut connection, b":1\r\n");
        match kind {
            "Closed" => eof(&mut connection),
            _ => reset(&mut connection),
        }
        let expected: Vec<String> = [
            "#0 1",
            "#1 nil",
            &alloc::format!("#2 {kind} MaybeExecuted"),
            &alloc::format!("down {kind}"),
        ]
        .map(Into::into)
        .into();
        assert_eq!(told(&mut connection), expected);
    }
}

#[test]
fn a_server_that_goes_on_says_why() {
    let mut connection = up(plain());
    connection.send(at(0), &shutdown()).unwrap();
    written(&mut connection);
    feed(&mut connection, b"-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    assert_eq!(
        told(&mut connection),
        ["#0 -ERR Errors trying to SHUTDOWN. Check logs."]
    );
    eof(&mut connection);
    assert_eq!(told(&mut connection), ["down Closed"]);
}

#[test]
fn an_end_for_another_reason_is_no_answer() {
    // Not all of it was written.
    let mut connection = up(plain());
    connection.send(at(0), &shutdown()).unwrap();
    write(&mut connection, wire(&[shutdown()]).len() - 1);
    eof(&mut connection);
    assert_eq!(told(&mut connection), ["#0 Closed MaybeExecuted", "down Closed"]);

    // What stands before it was not answered.
    let mut connection = up(plain());
    for request in [get("a"), shutdown()] {
        connection.send(at(0), &request).unwrap();
    }
    written(&mut connection);
    eof(&mut connection);
    let expected = ["#0 Closed MaybeExecuted", "#1 Closed MaybeExecuted", "down Closed"];
    assert_eq!(told(&mut connection), expected);

    // The connection was closed on this side.
    let mut connection = up(plain());
    connection.send(at(0), &shutdown()).unwrap();
    written(&mut connection);
    connection.handle_loss(at(0), Error::closed("disconnected", Outcome::MaybeExecuted));
    assert_eq!(told(&mut connection), ["#0 Closed MaybeExecuted", "down Closed"]);
    assert_eq!(connection.down_reason().map(Error::kind), Some(ErrorKind::Closed));

    // Nobody waits any more.
    let mut connection = up(plain());
    let ticket = connection.send(at(0), &shutdown()).unwrap();
    written(&mut connection);
    assert_eq!(connection.cancel(ticket), Outcome::MaybeExecuted);
    eof(&mut connection);
    assert_eq!(told(&mut connection), ["down Closed"]);
}
