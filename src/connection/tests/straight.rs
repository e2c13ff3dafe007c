//! `poll_reply` gives replies before `poll_event` does, and nothing else, and nothing twice.

use super::*;
use crate::command::Requests;
use crate::error::{Error, Outcome};
use crate::secret::Credentials;

/// All there is, in the same lines as [`told`], by way of `poll_reply` wherever it gives something.
fn told_straight(connection: &mut Connection) -> (Vec<String>, usize) {
    let (mut lines, mut straight) = (Vec::new(), 0);
    loop {
        while let Some((ticket, tag, reply)) = connection.poll_reply() {
            assert_eq!(tag, ticket.0 + 100);
            lines.push(format!("#{} {reply:?}", ticket.0));
            straight += 1;
        }
        match connection.poll_event() {
            Some(event) => lines.push(describe(&event)),
            None => return (lines, straight),
        }
    }
}

/// A connection on which five requests are on their way, the second of which was given up.
fn asked() -> Connection {
    let mut connection = up3(Settings::new());
    let tickets: Vec<_> = (0..5)
        .map(|n| connection.send_tagged(at(0), &get("k"), None, 100 + n).unwrap())
        .collect();
    written(&mut connection);
    connection.cancel(tickets[1]);
    connection
}

#[test]
fn both_ways_tell_the_same_in_the_same_order() {
    // How many come straight: not the one that follows the reply that nobody waits for, which `poll_event` passes over.
    let streams: [(&[u8], usize); 5] = [
        (b":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n", 3),
        (b":1\r\n:2\r\n>1\r\n+news\r\n:3\r\n-ERR no\r\n:5\r\n", 3),
        // One more than was asked for.
        (b":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n", 3),
        (b":1\r\n?\r\n", 1),
        (b"-READONLY no\r\n:2\r\n*2\r\n:3\r\n:4\r\n$5\r\nab", 0),
    ];
    for (bytes, expected) in streams {
        let (mut one, mut other) = (asked(), asked());
        feed(&mut one, bytes);
        feed(&mut other, bytes);
        let (lines, straight) = told_straight(&mut other);
        assert_eq!(lines, told(&mut one), "{}", bytes.escape_ascii());
        assert_eq!(straight, expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn what_is_checked_or_masked_first_does_not_come_straight() {
    let integrity = Settings::new().protocol(Protocol::Resp2).integrity(1);
    let mut connection = up(integrity);
    connection.send(at(0), &get("k")).unwrap();
    written(&mut connection);
    feed(&mut connection, b":1\r\n");
    assert!(connection.poll_reply().is_none());
    assert!(connection.poll_event().is_none());

    let mut connection = up(plain());
    connection.send(at(0), &cmd("AUTH").arg("sesame")).unwrap();
    written(&mut connection);
    feed(&mut connection, b"+OK\r\n");
    assert!(connection.poll_reply().is_none());
    assert_eq!(told(&mut connection), ["#0 +OK"]);
}

#[test]
fn where_there_is_a_password_errors_are_masked_however_deep_they_are_and_the_rest_comes_straight() {
    let credentials = Credentials::password("sesame");
    let mut connection = Connection::new(at(0), plain().credentials(credentials));
    written(&mut connection);
    feed(&mut connection, b"+OK\r\n");
    assert_eq!(told(&mut connection), ["up Resp2"]);
    for n in 0..5 {
        connection.send_tagged(at(0), &get("k"), None, 100 + n).unwrap();
    }
    written(&mut connection);
    let replies = b"$6\r\nsesame\r\n*2\r\n:1\r\n-ERR sesame\r\n-ERR sesame\r\n:3\r\n*1\r\n*1\r\n-ERR sesame\r\n";
    feed(&mut connection, replies);
    let (lines, straight) = told_straight(&mut connection);
    let expected = [
        "#0 \"sesame\"",
        "#1 [1, -ERR ***]",
        "#2 -ERR ***",
        "#3 3",
        "#4 [[-ERR ***]]",
    ];
    assert_eq!(lines, expected);
    assert_eq!(straight, 2);
}

#[test]
fn the_backlog_is_what_is_not_answered() {
    let mut connection = up(plain());
    let len = wire([&get("k")]).len() as u64;
    let tickets: Vec<_> = (0..4).map(|_| connection.send(at(0), &get("k")).unwrap()).collect();
    assert_eq!(connection.backlog(), 4 * len);
    write(&mut connection, len as usize + 1);
    assert!(connection.awaits_reply());
    // One that is on its way, and one that is not.
    connection.cancel(tickets[1]);
    connection.cancel(tickets[2]);
    assert_eq!(connection.backlog(), 3 * len);
    feed(&mut connection, b":0\r\n:1\r\n");
    assert_eq!(told(&mut connection), ["#0 0"]);
    // The one that was taken back takes no part any more.
    assert_eq!((connection.backlog(), connection.awaits_reply()), (len, false));
    written(&mut connection);
    assert!(connection.awaits_reply());
    let two: Requests = [get("k"), get("k")].into_iter().collect();
    connection.send_batch(at(0), &two, None, 0).unwrap();
    assert_eq!(connection.backlog(), 3 * len);
    write(&mut connection, len as usize);
    feed(&mut connection, b":3\r\n:4\r\n");
    assert_eq!(told(&mut connection), ["#3 3"]);
    assert_eq!((connection.backlog(), connection.awaits_reply()), (len, false));
    connection.handle_loss(at(0), Error::closed("for a test", Outcome::MaybeExecuted));
    told(&mut connection);
    connection.renew();
    assert_eq!(connection.backlog(), 0);
    connection.send(at(0), &get("k")).unwrap();
    assert_eq!((connection.backlog(), connection.awaits_reply()), (len, false));
}
