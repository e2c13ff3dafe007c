//! Integrity mode: whatever is missing or too much between requests and replies, nobody gets another's reply.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::*;
use crate::error::{ErrorKind, Outcome};
use crate::resp::ProtocolErrorKind;

/// What a client wrote, request by request: the last argument of each.
fn requests(bytes: &[u8]) -> Vec<String> {
    let text = core::str::from_utf8(bytes).unwrap();
    text.split_inclusive('*')
        .skip(1)
        .map(|request| {
            let lines: Vec<&str> = request.trim_end_matches('*').split("\r\n").collect();
            format!("{} {}", lines[2], lines[lines.len() - 2])
        })
        .collect()
}

/// A server that echoes the last argument of every request.
fn replies(bytes: &[u8]) -> Vec<Vec<u8>> {
    let echo = |request: &String| {
        let (_, last) = request.split_once(' ').unwrap();
        format!("${}\r\n{last}\r\n", last.len()).into_bytes()
    };
    requests(bytes).iter().map(echo).collect()
}

fn sealed() -> Connection {
    up(plain().integrity(7))
}

#[test]
fn a_nonce_follows_each_batch_and_replies_wait_for_it() {
    let mut connection = sealed();
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    let bytes = written(&mut connection);
    let sent = requests(&bytes);
    assert_eq!((&sent[0][..], &sent[1][..], sent.len()), ("GET a", "GET b", 3));
    assert!(sent[2].starts_with("ECHO ") && sent[2].len() == 21, "{sent:?}");
    // Nothing new, no new nonce.
    assert!(written(&mut connection).is_empty());
    let replies = replies(&bytes);
    feed(&mut connection, &replies[..2].concat());
    assert!(told(&mut connection).is_empty());
    assert!(!connection.is_clean());
    feed(&mut connection, &replies[2]);
    assert_eq!(told(&mut connection), ["#0 \"a\"", "#1 \"b\""]);
    assert!(connection.is_clean());
    // Another batch, another nonce.
    connection.send(at(0), &get("c")).unwrap();
    assert_ne!(requests(&written(&mut connection))[1], sent[2]);
}

/// 40 requests in batches of every size; a reply is left out, doubled, or an odd one put in, at every place.
#[test]
fn t54_no_reply_reaches_another_with_40_in_flight() {
    for batch in [1, 2, 3, 7, 40] {
        for place in 0..=40 {
            for fault in ["missing", "double", "stray"] {
                let mut connection = sealed();
                let mut bytes = Vec::new();
                for n in 0..40 {
                    connection.send(at(0), &get(&format!("key{n}"))).unwrap();
                    if (n + 1) % batch == 0 || n == 39 {
                        bytes.extend(written(&mut connection));
                    }
                }
                let mut replies = replies(&bytes);
                match fault {
                    "missing" if place < replies.len() => drop(replies.remove(place)),
                    "double" if place < replies.len() => replies.insert(place, replies[place].clone()),
                    _ => replies.insert(place, b"$5\r\nother\r\n".to_vec()),
                }
                feed(&mut connection, &replies.concat());
                let mut right = 0;
                while let Some(event) = connection.poll_event() {
                    match event {
                        Event::Reply {
                            ticket,
                            result: Ok(reply),
                            ..
                        } => {
                            // Tickets count the nonces too.
                            let n = ticket.0 - ticket.0 / (batch as u64 + 1);
                            let value = format!("key{n}");
                            assert_eq!(reply.root().text(), Some(value.as_bytes()), "{fault} {place} {batch}");
                            right += 1;
                        }
                        Event::Reply { result: Err(error), .. } => {
                            assert_eq!(error.outcome(), Outcome::MaybeExecuted);
                        }
                        _ => {}
                    }
                }
                // Only a reply too many behind everything leaves all of them right.
                assert!(
                    right < 40 || (fault != "missing" && place >= 40),
                    "{fault} {place} {batch}"
                );
            }
        }
    }
}

#[test]
fn a_shift_is_named_and_ends_the_connection() {
    let mut connection = sealed();
    connection.send(at(0), &get("a")).unwrap();
    written(&mut connection);
    feed(&mut connection, b"$1\r\na\r\n$1\r\nb\r\n");
    let events = told(&mut connection);
    assert_eq!(events, ["#0 Protocol MaybeExecuted", "down Protocol"]);
    let why = connection.down_reason().unwrap().to_string();
    assert!(why.contains("replies do not belong to their requests"), "{why}");
    assert!(!why.contains(&format!("{:?}", ProtocolErrorKind::Shifted)));
}

#[test]
fn a_connection_that_ends_before_the_echo_gives_nothing_out() {
    let mut connection = sealed();
    connection.send(at(0), &get("a")).unwrap();
    written(&mut connection);
    feed(&mut connection, b"$1\r\na\r\n");
    connection.handle_eof(at(1));
    assert_eq!(told(&mut connection), ["#0 Closed MaybeExecuted", "down Closed"]);
}

#[test]
fn an_echo_that_is_late_fails_what_waits_for_it_and_is_still_checked() {
    let mut connection = up(plain()
        .integrity(7)
        .response_timeout(core::time::Duration::from_millis(100)));
    connection.send(at(0), &get("a")).unwrap();
    let bytes = written(&mut connection);
    feed(&mut connection, b"$1\r\na\r\n");
    assert!(told(&mut connection).is_empty());
    assert_eq!(connection.poll_timeout(), Some(at(100)));
    connection.handle_timeout(at(100));
    assert_eq!(told(&mut connection), ["#0 Timeout MaybeExecuted"]);
    assert_eq!(connection.poll_timeout(), None);
    feed(&mut connection, &replies(&bytes)[1]);
    assert!(told(&mut connection).is_empty());
    assert!(connection.is_clean());
}

#[test]
fn a_server_that_refuses_the_echo_is_named() {
    let mut connection = sealed();
    connection.send(at(0), &get("a")).unwrap();
    written(&mut connection);
    feed(
        &mut connection,
        b"$1\r\na\r\n-NOPERM this user has no permissions to run the 'echo' command\r\n",
    );
    assert_eq!(told(&mut connection), ["#0 Closed MaybeExecuted", "down Closed"]);
    let why = connection.down_reason().unwrap();
    assert_eq!(why.kind(), ErrorKind::Closed);
    assert!(why.to_string().contains("NOPERM"), "{why}");
}

#[test]
fn a_transaction_is_sealed_at_its_end_and_what_stands_before_it_by_itself() {
    let mut connection = sealed();
    for request in ["SET", "MULTI"] {
        connection.send(at(0), &cmd(request).arg("x")).unwrap();
    }
    let bytes = written(&mut connection);
    let names: Vec<String> = requests(&bytes).iter().map(|request| request[..4].into()).collect();
    assert_eq!(names, ["SET ", "ECHO", "MULT"]);
    let echo = &replies(&bytes)[1];
    feed(&mut connection, &[b"+OK\r\n", &echo[..], b"+OK\r\n"].concat());
    // Whoever waits for the answer to MULTI before sending more gets it.
    assert_eq!(told(&mut connection), ["#0 +OK", "#2 +OK"]);
    connection.send(at(0), &cmd("EXEC").arg("x")).unwrap();
    let bytes = written(&mut connection);
    assert_eq!(requests(&bytes).len(), 2);
    feed(&mut connection, b"*0\r\n");
    assert!(told(&mut connection).is_empty());
    feed(&mut connection, &replies(&bytes)[1]);
    assert_eq!(told(&mut connection).len(), 1);
}

#[test]
fn a_request_given_up_while_its_reply_is_held_is_told_nothing() {
    let mut connection = sealed();
    let ticket = connection.send(at(0), &get("a")).unwrap();
    let bytes = written(&mut connection);
    let replies = replies(&bytes);
    feed(&mut connection, &replies[0]);
    assert!(told(&mut connection).is_empty());
    connection.cancel(ticket);
    feed(&mut connection, &replies[1]);
    assert!(told(&mut connection).is_empty());
    assert!(connection.is_clean());
}
