//! Logging in again on a connection that is up.

use super::*;
use crate::secret::Credentials;

fn auth(password: &str) -> Request {
    cmd("AUTH").arg(("app", password))
}

fn app(password: &str) -> Credentials {
    Credentials::user("app", password)
}

/// A connection that is logged in as `app` with `first`.
fn logged_in() -> Connection {
    let mut connection = Connection::new(at(0), plain().credentials(app("first")));
    assert_eq!(written(&mut connection), wire([&auth("first")]));
    feed(&mut connection, b"+OK\r\n");
    assert_eq!(told(&mut connection), ["up Resp2"]);
    connection
}

#[test]
fn auth_goes_out_between_the_requests_and_its_answer_is_nobody_elses() {
    let mut connection = logged_in();
    connection.send(at(0), &get("a")).unwrap();
    connection.log_in(at(0), app("second")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    assert_eq!(written(&mut connection), wire([&get("a"), &auth("second"), &get("b")]));
    assert_eq!(connection.owed(), 3);
    feed(&mut connection, b"$1\r\n1\r\n+OK\r\n$1\r\n2\r\n");
    assert_eq!(told(&mut connection), ["#0 \"1\"", "#2 \"2\""]);
    assert!(connection.is_clean());
}

#[test]
fn a_refusal_ends_the_connection_and_prints_no_password() {
    let mut connection = logged_in();
    connection.log_in(at(0), app("second")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    written(&mut connection);
    feed(&mut connection, b"-WRONGPASS second is not right\r\n$1\r\n2\r\n");
    assert_eq!(
        told(&mut connection),
        ["#1 Authentication MaybeExecuted", "down Authentication"]
    );
    let why = connection.down_reason().unwrap().to_string();
    assert!(why.contains("*** is not right") && !why.contains("second"), "{why}");
}

#[test]
fn replies_are_masked_with_the_password_that_was_valid_when_they_were_made() {
    let mut connection = logged_in();
    connection.send(at(0), &get("a")).unwrap();
    connection.log_in(at(0), app("second")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    written(&mut connection);
    feed(&mut connection, b"-ERR first\r\n+OK\r\n-ERR second\r\n");
    assert_eq!(told(&mut connection), ["#0 -ERR ***", "#2 -ERR ***"]);
}

#[test]
fn there_is_no_login_within_a_transaction_nor_without_a_connection() {
    let mut connection = logged_in();
    connection.send(at(0), &cmd("MULTI")).unwrap();
    assert!(!connection.can_log_in());
    assert!(connection.log_in(at(0), app("second")).is_err());
    connection.send(at(0), &cmd("EXEC")).unwrap();
    assert!(connection.can_log_in());
    assert_eq!(written(&mut connection), wire([&cmd("MULTI"), &cmd("EXEC")]));
    connection.handle_eof(at(0));
    assert!(!connection.can_log_in());
    assert!(connection.log_in(at(0), app("second")).is_err());
    let prepared = Connection::prepared(plain());
    assert!(!prepared.can_log_in());
}

#[test]
fn nobody_can_log_in_as_nobody() {
    let mut connection = logged_in();
    assert!(connection.log_in(at(0), Credentials::password("")).is_err());
    assert!(connection.is_clean());
}

#[test]
fn the_integrity_check_goes_on_around_a_login() {
    let mut settings = plain();
    settings.integrity = Some(7);
    let mut connection = up(settings);
    let nonce = |bytes: &[u8], before: &[u8]| {
        let echo = bytes.strip_prefix(before).unwrap();
        echo.strip_prefix(b"*2\r\n$4\r\nECHO\r\n$16\r\n").unwrap().to_vec()
    };
    connection.send(at(0), &get("a")).unwrap();
    let first = nonce(&written(&mut connection), &wire([&get("a")]));
    connection.log_in(at(0), app("second")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    let second = nonce(&written(&mut connection), &wire([&auth("second"), &get("b")]));
    let echo = |nonce: &[u8]| [b"$16\r\n", nonce].concat();
    feed(&mut connection, b"$1\r\n1\r\n");
    feed(&mut connection, &echo(&first));
    feed(&mut connection, b"+OK\r\n$1\r\n2\r\n");
    assert_eq!(told(&mut connection), ["#0 \"1\""]);
    feed(&mut connection, &echo(&second));
    assert_eq!(told(&mut connection), ["#3 \"2\""]);
    assert!(connection.is_clean());
}
