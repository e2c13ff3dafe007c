//! Time, which is an argument.

use core::time::Duration;

use super::*;
use crate::command::Wait;
use crate::error::{ErrorKind, Outcome};

fn timeouts() -> Settings {
    plain().response_timeout(Duration::from_millis(100))
}

#[test]
fn without_timeouts_nothing_is_ever_due() {
    let mut connection = up(plain());
    connection.send(at(0), &get("a")).unwrap();
    assert_eq!(connection.poll_timeout(), None);
    connection.handle_timeout(at(u64::MAX / 2));
    assert_eq!(told(&mut connection), [""; 0]);
}

#[test]
fn t18_a_reply_after_its_deadline_is_discarded_and_the_next_one_is_right() {
    let mut connection = up(timeouts());
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(50), &get("b")).unwrap();
    written(&mut connection);
    assert_eq!(connection.poll_timeout(), Some(at(100)));
    connection.handle_timeout(at(99));
    assert_eq!(told(&mut connection), [""; 0]);
    connection.handle_timeout(at(100));
    assert_eq!(told(&mut connection), ["#0 Timeout MaybeExecuted"]);
    assert_eq!(connection.poll_timeout(), Some(at(150)));
    assert_eq!(connection.owed(), 2);
    feed(&mut connection, b":1\r\n:2\r\n");
    assert_eq!(told(&mut connection), ["#1 2"]);
    assert!(connection.is_up() && connection.is_idle());
}

#[test]
fn a_request_of_which_nothing_was_written_by_its_deadline_is_taken_back() {
    let mut connection = up(timeouts());
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    write(&mut connection, 1);
    connection.send(at(60), &get("c")).unwrap();
    connection.handle_timeout(at(100));
    assert_eq!(
        told(&mut connection),
        ["#0 Timeout MaybeExecuted", "#1 Timeout NotSent"]
    );
    let rest = written(&mut connection);
    assert_eq!(rest, wire(&[get("a"), get("c")])[1..]);
    feed(&mut connection, b":1\r\n:3\r\n");
    assert_eq!(told(&mut connection), ["#2 3"]);
}

#[test]
fn a_reply_that_is_here_already_is_not_late() {
    let mut connection = up(timeouts());
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(0), &get("b")).unwrap();
    written(&mut connection);
    feed(&mut connection, b":1\r\n:2");
    connection.handle_timeout(at(500));
    assert_eq!(told(&mut connection), ["#0 1", "#1 Timeout MaybeExecuted"]);
}

#[test]
fn what_a_blocking_command_waits_comes_on_top() {
    let mut connection = up(timeouts());
    let blpop = |wait| cmd("BLPOP").key("list").blocks(wait);
    connection.send(at(0), &blpop(Wait::Forever)).unwrap();
    assert_eq!(connection.poll_timeout(), None);
    connection
        .send(at(0), &blpop(Wait::For(Duration::from_secs(3))))
        .unwrap();
    assert_eq!(connection.poll_timeout(), Some(at(3100)));
    connection.send(at(0), &blpop(Wait::For(Duration::MAX))).unwrap();
    written(&mut connection);
    connection.handle_timeout(at(3100));
    assert_eq!(told(&mut connection), ["#1 Timeout MaybeExecuted"]);
}

#[test]
fn t29_silence_in_the_handshake_ends_by_the_deadline_of_the_whole() {
    let settings = Settings::new().connect_timeout(Duration::from_millis(300)).database(4);
    let mut connection = Connection::new(at(1000), settings);
    assert_eq!(connection.poll_timeout(), Some(at(1300)));
    connection.send(at(1000), &get("a")).unwrap();
    written(&mut connection);
    // A step forward does not make it begin again.
    feed(&mut connection, b"%0\r\n");
    assert_eq!(told(&mut connection), [""; 0]);
    assert_eq!(connection.poll_timeout(), Some(at(1300)));
    connection.handle_timeout(at(1299));
    assert_eq!(told(&mut connection), [""; 0]);
    connection.handle_timeout(at(1300));
    assert_eq!(told(&mut connection), ["#0 Timeout NotSent", "down Timeout"]);
    assert_eq!(connection.poll_timeout(), None);
    let why = connection.down_reason().unwrap();
    assert_eq!((why.kind(), why.outcome()), (ErrorKind::Timeout, Outcome::NotSent));
}

#[test]
fn a_handshake_that_is_done_by_what_has_arrived_is_not_late() {
    let mut connection = Connection::new(at(0), Settings::new().connect_timeout(Duration::from_millis(300)));
    written(&mut connection);
    feed(&mut connection, b"%0\r\n");
    connection.handle_timeout(at(300));
    assert_eq!(told(&mut connection), ["up Resp3"]);
    assert_eq!(connection.poll_timeout(), None);
}

#[test]
fn requests_wait_out_their_deadline_behind_a_handshake_too() {
    let settings = Settings::new().response_timeout(Duration::from_millis(100));
    let mut connection = Connection::new(at(0), settings);
    connection.send(at(0), &get("a")).unwrap();
    connection.send(at(10), &get("b")).unwrap();
    written(&mut connection);
    connection.handle_timeout(at(100));
    assert_eq!(told(&mut connection), ["#0 Timeout NotSent"]);
    feed(&mut connection, b"%0\r\n");
    assert_eq!(told(&mut connection), ["up Resp3"]);
    assert_eq!(written(&mut connection), wire(&[get("b")]));
}

/// A driver that sleeps until `poll_timeout` and then calls `handle_timeout` never spins: the next time is later.
#[test]
fn poll_timeout_and_handle_timeout_agree_and_time_strictly_advances() {
    for seed in 1..=200 {
        let mut random = Seeded(seed);
        let settings = timeouts().connect_timeout(Duration::from_millis(40));
        let mut connection = Connection::new(at(0), settings);
        let mut now = at(0);
        let (mut sent, mut answered) = (0, 0);
        for _ in 0..60 {
            match random.below(6) {
                0 | 1 => {
                    let wait = match random.below(4) {
                        0 => Wait::Forever,
                        1 => Wait::For(Duration::from_millis(random.below(300) as u64)),
                        _ => Wait::None,
                    };
                    connection.send(now, &get("k").blocks(wait)).unwrap();
                    sent += 1;
                }
                2 => drop(write(&mut connection, random.below(60))),
                3 => now = now + Duration::from_millis(random.below(20) as u64),
                4 if answered < sent
                    && connection.output.sent() >= connection.in_flight.front().map_or(u64::MAX, |s| s.bytes.end) =>
                {
                    feed(&mut connection, b":1\r\n");
                    told(&mut connection);
                    answered += 1;
                }
                _ => {
                    let Some(due) = connection.poll_timeout() else { continue };
                    now = now.max(due);
                    connection.handle_timeout(now);
                    assert!(
                        connection.poll_timeout().is_none_or(|next| next > now),
                        "seed {seed} at {now:?}"
                    );
                }
            }
        }
        while let Some(due) = connection.poll_timeout() {
            now = now.max(due);
            connection.handle_timeout(now);
            assert!(
                connection.poll_timeout().is_none_or(|next| next > now),
                "seed {seed} at {now:?}"
            );
        }
    }
}

#[test]
fn what_a_connection_that_is_left_still_owes_is_waited_for_but_not_for_ever() {
    use crate::error::Error;
    let why = || Error::closed("left", Outcome::NotSent);
    // Answered in time: the connection ends with the last reply.
    let mut connection = up(plain());
    connection.send(at(0), &get("a")).unwrap();
    written(&mut connection);
    connection.send(at(0), &get("b")).unwrap();
    connection.retire_until(at(500), why());
    assert_eq!(connection.poll_timeout(), Some(at(500)));
    connection.handle_timeout(at(499));
    assert_eq!(told(&mut connection), [""; 0]);
    feed(&mut connection, b":1\r\n");
    assert_eq!(told(&mut connection), ["#0 1", "#1 Closed NotSent", "down Closed"]);
    assert_eq!(connection.poll_timeout(), None);
    // Not answered: it is given up, and nothing is due any more.
    let mut connection = up(plain());
    connection.send(at(0), &get("a")).unwrap();
    written(&mut connection);
    connection.retire_until(at(500), why());
    connection.handle_timeout(at(500));
    assert_eq!(told(&mut connection), ["#0 Closed MaybeExecuted", "down Closed"]);
    assert_eq!(connection.poll_timeout(), None);
    // With nothing to answer it ends at once; before it is up there is nothing to retire.
    let mut connection = up(plain());
    connection.retire_until(at(500), why());
    assert_eq!(told(&mut connection), ["down Closed"]);
    let mut connection = Connection::new(at(0), plain().protocol(Protocol::Resp3));
    connection.retire_until(at(500), why());
    assert_eq!(
        (connection.poll_timeout(), connection.down_reason().is_none()),
        (None, true)
    );
}
