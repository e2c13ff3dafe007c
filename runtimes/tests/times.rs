//! Deadlines and the timer that outlives whoever has the seat.

use std::boxed::Box;
use std::format;
use std::task::Poll;
use std::time::Duration;

use super::check;
use super::net::{Server, plain};
use super::shared::{Client, client, get};
use super::stage::{Background, Body, Clock, Signal, Tasks, all, block_on, body, poll_once};
use crate::Config;
use crate::error::{Error, ErrorKind};

/// A server that lets the time-out of its clients pass for each request that it does not answer, from the `waits_after`th
/// on.
fn server(waits_after: usize) -> Server {
    let mut server = Server::new(&Clock::default());
    server.waits_after = waits_after;
    server
}

/// A connection on which a deadline passes is replaced: it is mute for good.
fn config() -> Config {
    let second = Duration::from_secs(1);
    plain().with_response_timeout(second).with_liveness(second)
}

/// It came too late, or not at all because of another that came too late.
fn assert_late(error: &Error) {
    assert!(
        matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Closed),
        "{error}"
    );
}

fn pair(background: Background, waits_after: usize) -> (Client, Server) {
    let server = server(waits_after);
    (client(config(), &server, background.spawner()), server)
}

/// A call that is not answered in time.
fn mute(client: &Client, name: usize) -> Body {
    let client = client.clone();
    body(move || {
        let error = block_on(get(&client, &format!("mute{name}"))).unwrap_err();
        assert_late(&error);
    })
}

fn answered(client: &Client, name: usize) -> Body {
    let client = client.clone();
    body(move || {
        // The time may have passed before it was sent, or before anybody looked.
        if let Err(error) = block_on(get(&client, &format!("{name}"))) {
            assert_late(&error);
        }
    })
}

#[test]
fn the_deadline_of_a_lone_call() {
    check(600, || {
        let background = Background::any();
        let (client, _server) = pair(background, 1);
        mute(&client, 0)();
    });
}

#[test]
fn the_deadlines_of_calls_that_meet() {
    check(1200, || {
        let background = Background::any();
        let (client, _server) = pair(background, 2);
        all((0..2).map(|name| mute(&client, name)));
    });
}

/// The timer was set by one who is gone when it fires.
#[test]
fn a_deadline_after_the_seat_changed_hands() {
    check(1600, || {
        let background = Background::any();
        let (client, _server) = pair(background, 1);
        all([answered(&client, 0), mute(&client, 1), answered(&client, 2)]);
    });
}

#[test]
fn a_deadline_after_the_one_in_the_seat_was_dropped() {
    check(1600, || {
        let background = Background::any();
        let (client, _server) = pair(background, 1);
        let signal = Signal::default();
        let (of_dropped, cut) = (client.clone(), signal.clone());
        let dropped = move || {
            let mut call = Box::pin(get(&of_dropped, "mute"));
            if let Poll::Ready(answer) = poll_once(&mut call) {
                return assert_late(&answer.unwrap_err());
            }
            if let Some(answer) = block_on(cut.cuts(call)) {
                assert_late(&answer.unwrap_err());
            }
        };
        all([body(dropped), body(move || signal.give()), mute(&client, 1)]);
    });
}

#[test]
fn a_deadline_after_the_runtime_was_shut_down() {
    check(1000, || {
        let server = server(2);
        let tasks = Tasks::default();
        let client = client(config(), &server, Some(std::sync::Arc::new(tasks.clone())));
        let down = move || tasks.shut_down();
        all([body(down), mute(&client, 0), mute(&client, 1), answered(&client, 2)]);
    });
}
