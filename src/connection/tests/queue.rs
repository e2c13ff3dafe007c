//! Which reply belongs to whom, and what becomes of a request that is given up.

use super::*;
use crate::connection::Ticket;
use crate::error::{ErrorKind, Outcome};

#[test]
fn replies_come_in_order_and_quote_their_ticket() {
    let mut connection = up(plain());
    let requests: Vec<Request> = ["a", "b", "c"].map(get).into();
    let tickets: Vec<Ticket> = requests.iter().map(|r| connection.send(at(0), r).unwrap()).collect();
    assert_eq!(tickets.len(), 3);
    assert!(tickets.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(connection.owed(), 3);
    assert_eq!(written(&mut connection), wire(&requests));
    feed(&mut connection, b"$1\r\nx\r\n-ERR no\r\n*2\r\n:1\r\n:2\r\n");
    assert_eq!(told(&mut connection), ["#0 \"x\"", "#1 -ERR no", "#2 [1, 2]"]);
    assert!(connection.is_idle());
    assert_eq!(connection.owed(), 0);
}

#[test]
fn a_request_that_was_refused_when_built_is_not_sent() {
    let mut connection = up(plain());
    let error = connection
        .send(at(0), &cmd("DEL").keys(Vec::<String>::new()))
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::InvalidArgument, Outcome::NotSent)
    );
    assert_eq!(connection.poll_transmit(), None);
    assert!(connection.is_idle());
}

#[test]
fn requests_that_would_shift_replies_are_refused() {
    let shifting = [
        cmd("CLIENT").arg("REPLY").arg("OFF"),
        cmd("client reply skip"),
        cmd("MONITOR"),
        cmd("HELLO").arg(2),
        cmd("RESET"),
        cmd("PSYNC").arg("?").arg(-1),
        cmd("SYNC"),
    ];
    for mut connection in [up(plain()), up3(Settings::new())] {
        for request in &shifting {
            let error = connection.send(at(0), request).unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::InvalidArgument, Outcome::NotSent),
                "{request}"
            );
        }
        assert_eq!(connection.poll_transmit(), None);
        connection.send(at(0), &cmd("CLIENT").arg("ID")).unwrap();
    }
    // One push for each channel answers it under RESP3; RESP2 has no such thing.
    for words in ["SUBSCRIBE a", "PUNSUBSCRIBE", "ssubscribe a b"] {
        assert!(up(plain()).send(at(0), &cmd(words)).is_err(), "{words}");
        assert!(up3(Settings::new()).send(at(0), &cmd(words)).is_ok(), "{words}");
    }
}

#[test]
fn t38_arguments_of_any_bytes_are_length_prefixed() {
    let mut connection = up(plain());
    let large = alloc::vec![b'\n'; 1 << 20];
    let arguments: [&[u8]; 6] = [b"a\r\nb", b"\0", b"*1\r\n$4\r\nPING\r\n", b"", b"\xff\xfe", &large];
    for argument in arguments {
        connection.send(at(0), &cmd("ECHO").arg(argument)).unwrap();
        let mut expected = format!("*2\r\n$4\r\nECHO\r\n${}\r\n", argument.len()).into_bytes();
        expected.extend_from_slice(argument);
        expected.extend_from_slice(b"\r\n");
        assert!(written(&mut connection) == expected, "{} bytes", argument.len());
        let mut reply = format!("${}\r\n", argument.len()).into_bytes();
        reply.extend_from_slice(argument);
        reply.extend_from_slice(b"\r\n");
        feed(&mut connection, &reply);
        let Some(Event::Reply { result: Ok(reply), .. }) = connection.poll_event() else {
            panic!("no reply");
        };
        assert!(reply.root().text() == Some(argument));
    }
}

/// Every way to give up any of three requests, at every point between the first and the last byte written.
#[test]
fn t19_given_up_requests_are_taken_back_whole_or_answered_into_the_void() {
    let requests: Vec<Request> = ["a", "bb", "ccc"].map(get).into();
    let ends: Vec<usize> = (1..=3).map(|n| wire(&requests[..n]).len()).collect();
    let orders: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for before in 0..=ends[2] {
        for given_up in 0..8 {
            for order in orders {
                let context = format!("{before} bytes written, {given_up:03b} given up as {order:?}");
                let mut connection = up(plain());
                let tickets: Vec<Ticket> = requests.iter().map(|r| connection.send(at(0), r).unwrap()).collect();
                let mut bytes = write(&mut connection, before);
                let begun = |n: usize| n.checked_sub(1).map_or(0, |n| ends[n]) < before;
                for n in order.into_iter().filter(|n| given_up & 1 << n != 0) {
                    let outcome = if begun(n) {
                        Outcome::MaybeExecuted
                    } else {
                        Outcome::NotSent
                    };
                    assert_eq!(connection.cancel(tickets[n]), outcome, "{context}");
                }
                let waits = |n: &usize| given_up & 1 << n == 0;
                let sent: Vec<usize> = (0..3).filter(|n| waits(n) || begun(*n)).collect();
                assert_eq!(connection.owed(), sent.len(), "{context}");
                bytes.extend(written(&mut connection));
                assert_eq!(bytes, wire(sent.iter().map(|&n| &requests[n])), "{context}");
                for n in &sent {
                    feed(&mut connection, format!(":{n}\r\n").as_bytes());
                }
                let answers: Vec<String> = (0..3).filter(waits).map(|n| format!("#{n} {n}")).collect();
                assert_eq!(told(&mut connection), answers, "{context}");
                assert!(connection.is_up(), "{context}");
                // Nothing is shifted for whoever comes next.
                let next = connection.send(at(0), &get("next")).unwrap();
                written(&mut connection);
                feed(&mut connection, b":9\r\n");
                assert_eq!(told(&mut connection), [format!("#{} 9", next.0)], "{context}");
                assert!(connection.is_idle(), "{context}");
            }
        }
    }
}

#[test]
fn giving_up_twice_or_too_late_changes_nothing() {
    let mut connection = up(plain());
    let a = connection.send(at(0), &get("a")).unwrap();
    let b = connection.send(at(0), &get("b")).unwrap();
    assert_eq!(connection.cancel(b), Outcome::NotSent);
    assert_eq!(connection.cancel(b), Outcome::NotSent);
    written(&mut connection);
    assert_eq!(connection.cancel(a), Outcome::MaybeExecuted);
    assert_eq!(connection.cancel(a), Outcome::MaybeExecuted);
    feed(&mut connection, b":1\r\n");
    assert_eq!(told(&mut connection), [""; 0]);
    assert_eq!(connection.cancel(a), Outcome::MaybeExecuted);
    assert_eq!(connection.cancel(Ticket(99)), Outcome::MaybeExecuted);
    assert!(connection.is_idle() && connection.is_up());
}

#[test]
fn no_event_follows_a_request_that_was_given_up() {
    // Its reply or failure may be known already and wait to be handed out.
    let mut connection = up(plain().response_timeout(core::time::Duration::from_secs(1)));
    let tickets: Vec<Ticket> = ["a", "b", "c", "d"]
        .map(|key| connection.send(at(0), &get(key)).unwrap())
        .into();
    written(&mut connection);
    feed(&mut connection, b":0\r\n:1\r\n");
    connection.handle_timeout(at(1000));
    connection.cancel(tickets[1]);
    connection.cancel(tickets[2]);
    assert_eq!(told(&mut connection), ["#0 0", "#3 Timeout MaybeExecuted"]);
    // The other way round: nothing was asked for the event of before.
    connection.send(at(1000), &get("e")).unwrap();
    let last = connection.send(at(1000), &get("f")).unwrap();
    written(&mut connection);
    connection.handle_eof(at(1000));
    connection.cancel(last);
    assert_eq!(told(&mut connection), ["#4 Closed MaybeExecuted", "down Closed"]);
}

#[test]
fn room_to_read_into_is_as_good_as_the_input() {
    let replies = b"+OK\r\n$3\r\nabc\r\n:7\r\n";
    for cut in 0..=replies.len() {
        let mut connection = up(plain());
        for key in ["a", "b", "c"] {
            connection.send(at(0), &get(key)).unwrap();
        }
        written(&mut connection);
        let (first, second) = replies.split_at(cut);
        connection.read_room()[..first.len()].copy_from_slice(first);
        connection.received(at(0), first.len());
        // What a driver did not say it filled does not exist.
        connection.read_room().fill(b'!');
        feed(&mut connection, second);
        assert_eq!(told(&mut connection), ["#0 +OK", "#1 \"abc\"", "#2 7"], "cut at {cut}");
    }
}
