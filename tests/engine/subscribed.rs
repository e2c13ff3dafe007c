//! T14, T15 and the faults of peers about subscribing beside ordinary commands: on a session, which is below the clients.

use redwire::command::Request;
use redwire::connection::Settings;
use redwire::session::{Event, Session};
use redwire::time::Timestamp;
use redwire::{Backoff, Protocol, cmd};

use crate::stage::{bulk, describe, get};

/// A session that speaks RESP3 with a server that is played by the test.
struct Stage {
    session: Session,
    pushes: usize,
}

const NOW: Timestamp = Timestamp::ZERO;

impl Stage {
    fn new() -> Self {
        let mut session = Session::new(Settings::new().protocol(Protocol::Resp3), Backoff::new(), 1);
        session.connect();
        assert!(session.poll_dial(NOW));
        session.handle_connected(NOW);
        let mut stage = Stage { session, pushes: 0 };
        stage.written();
        stage.receive(b"%1\r\n+proto\r\n:3\r\n");
        assert!(stage.replies().is_empty());
        stage
    }

    fn send(&mut self, tag: u64, request: &Request) {
        self.session.send(NOW, request, None, tag).unwrap();
    }

    fn written(&mut self) -> usize {
        let mut all = 0;
        while let Some(n) = self.session.poll_transmit().map(<[u8]>::len) {
            self.session.transmitted(n);
            all += n;
        }
        all
    }

    fn receive(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = self.session.read_room();
            let n = room.len().min(bytes.len());
            room[..n].copy_from_slice(&bytes[..n]);
            self.session.received(NOW, n);
            bytes = &bytes[n..];
        }
    }

    /// Tag and answer of each request that has one now.
    fn replies(&mut self) -> Vec<(u64, String)> {
        let mut replies = Vec::new();
        while let Some(event) = self.session.poll_event(NOW) {
            match event {
                Event::Reply { tag, result, .. } => replies.push((tag, describe(&result))),
                Event::Push(_) => self.pushes += 1,
                Event::Lost { why, .. } => panic!("{why}"),
                _ => {}
            }
        }
        replies
    }
}

fn push(kind: &str, name: &str, count: u64) -> String {
    format!(">3\r\n{}{}:{count}\r\n", bulk(kind), bulk(name))
}

fn shown(kind: &str, name: &str, count: u64) -> String {
    format!(">[\"{kind}\", \"{name}\", {count}]")
}

#[test]
fn peers_r1_subscribing_to_three_channels_beside_gets_shifts_none() {
    let mut stage = Stage::new();
    stage.send(1, &get("a"));
    stage.send(2, &cmd("SUBSCRIBE").arg("chA").arg("chB").arg("chC"));
    stage.send(3, &get("b"));
    stage.send(4, &get("c"));
    stage.written();
    let confirmed = push("subscribe", "chA", 1) + &push("subscribe", "chB", 2) + &push("subscribe", "chC", 3);
    stage.receive((bulk("a") + &confirmed + &bulk("b") + &bulk("c")).as_bytes());
    let expected = [
        (1, "\"a\"".to_owned()),
        (2, shown("subscribe", "chC", 3)),
        (3, "\"b\"".to_owned()),
        (4, "\"c\"".to_owned()),
    ];
    assert_eq!(stage.replies(), expected);
    assert_eq!(stage.pushes, 3, "each confirmation is told as a push as well");
}

#[test]
fn t15_every_kind_of_subscribing_has_one_answer_whatever_comes_in_between() {
    for kind in [
        "subscribe",
        "psubscribe",
        "ssubscribe",
        "unsubscribe",
        "punsubscribe",
        "sunsubscribe",
    ] {
        for names in 1..=3 {
            let mut stage = Stage::new();
            let names: Vec<String> = (0..names).map(|n| format!("n{n}")).collect();
            let request = names.iter().fold(cmd(kind), |request, name| request.arg(name));
            stage.send(1, &get("a"));
            stage.send(2, &request);
            stage.send(3, &get("b"));
            stage.written();
            let mut bytes = push("message", "n0", 7) + &bulk("a");
            for (count, name) in (1..).zip(&names) {
                // Messages of what is subscribed already, confirmations that nobody asked for.
                bytes += &push("message", name, 0);
                bytes += &push("subscribe", "another", 9);
                bytes += &push("unsubscribe", "another", 9);
                bytes += &push(kind, name, count);
            }
            bytes += &push("sunsubscribe", "n0", 0);
            bytes += &bulk("b");
            // Byte by byte.
            let mut replies = Vec::new();
            for byte in bytes.as_bytes().chunks(1) {
                stage.receive(byte);
                replies.extend(stage.replies());
            }
            let last = shown(kind, names.last().unwrap(), names.len() as u64);
            let expected = [(1, "\"a\"".to_owned()), (2, last), (3, "\"b\"".to_owned())];
            assert_eq!(replies, expected, "{kind} of {names:?}");
            assert!(stage.session.is_idle());
        }
    }
}

#[test]
fn t14_an_unasked_sunsubscribe_before_during_and_after_answers_nobody() {
    // A slot that moves to another node: the server unsubscribes by itself.
    let unasked = push("sunsubscribe", "shard", 0);
    for place in 0..=3 {
        let mut stage = Stage::new();
        stage.send(1, &get("a"));
        stage.send(2, &cmd("SSUBSCRIBE").arg("other"));
        stage.send(3, &get("b"));
        stage.written();
        let parts = [bulk("a"), push("ssubscribe", "other", 1), bulk("b")];
        let bytes = parts[..place].concat() + &unasked + &parts[place..].concat();
        stage.receive(bytes.as_bytes());
        let told: Vec<u64> = stage.replies().into_iter().map(|(tag, _)| tag).collect();
        assert_eq!(told, [1, 2, 3], "at {place}");
        assert_eq!(stage.pushes, 2);
    }
}

#[test]
fn peers_r20_ping_after_a_subscribe_of_several_channels_is_pong() {
    let mut stage = Stage::new();
    stage.send(1, &cmd("SUBSCRIBE").arg("a").arg("b").arg("c"));
    stage.send(2, &cmd("PING"));
    stage.written();
    for (count, name) in (1..).zip(["a", "b", "c"]) {
        assert_eq!(stage.replies(), []);
        stage.receive(push("subscribe", name, count).as_bytes());
    }
    assert_eq!(stage.replies(), [(1, shown("subscribe", "c", 3))]);
    stage.receive(b"+PONG\r\n");
    assert_eq!(stage.replies(), [(2, "+PONG".to_owned())]);
}

#[test]
fn t15_subscribing_that_is_refused_is_answered_by_the_error() {
    let mut stage = Stage::new();
    stage.send(1, &cmd("SUBSCRIBE").arg("a").arg("b"));
    stage.send(2, &get("k"));
    stage.written();
    stage.receive(b"-NOPERM this user has no permissions to access one of the channels\r\n$1\r\nv\r\n");
    let replies = stage.replies();
    assert!(replies[0].1.contains("NOPERM"), "{replies:?}");
    assert_eq!(replies[1], (2, "\"v\"".to_owned()));
}

#[test]
fn t18_a_subscribe_given_up_half_confirmed_still_takes_its_confirmations() {
    let mut stage = Stage::new();
    let ticket = stage
        .session
        .send(NOW, &cmd("SUBSCRIBE").arg("a").arg("b"), None, 1)
        .unwrap();
    stage.send(2, &get("k"));
    stage.written();
    stage.receive(push("subscribe", "a", 1).as_bytes());
    assert_eq!(stage.replies(), []);
    stage.session.cancel(ticket);
    stage.receive((push("subscribe", "b", 2) + &bulk("v")).as_bytes());
    assert_eq!(stage.replies(), [(2, "\"v\"".to_owned())]);
    assert!(stage.session.is_clean());
}

#[test]
fn t18_a_subscribe_given_up_before_it_was_written_leaves_no_trace() {
    let mut stage = Stage::new();
    let ticket = stage.session.send(NOW, &cmd("SUBSCRIBE").arg("a"), None, 1).unwrap();
    stage.send(2, &get("k"));
    assert_eq!(stage.session.cancel(ticket), redwire::Outcome::NotSent);
    let mut only_get = Vec::new();
    get("k").encode(&mut only_get);
    assert_eq!(stage.written(), only_get.len());
    stage.receive((push("subscribe", "a", 1) + &bulk("v")).as_bytes());
    assert_eq!(stage.replies(), [(2, "\"v\"".to_owned())]);
}
