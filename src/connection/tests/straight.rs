//! `poll_reply` gives replies before `poll_event` does, and nothing else, and nothing twice.

use super::*;

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
