//! The line of calls that wait for room in the memory budget, and answers that nobody fetches.

use std::format;
use std::string::String;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use shuttle::rand::{Rng, thread_rng};
use shuttle::thread;

use super::check;
use super::net::{Server, plain};
use super::shared::{Client, caller, client, get, may_lose};
use super::stage::{Background, Body, Clock, Signal, Tasks, all, block_on, body, poll_once};
use crate::commands::StringCommands as _;
use crate::error::ErrorKind;
use crate::{Config, RetryPolicy};

/// Room for one of the requests here, or for two.
fn narrow() -> Config {
    plain().with_memory_budget(if thread_rng().gen_bool(0.5) { 30 } else { 60 })
}

fn pair(background: Background) -> (Client, Server) {
    let server = Server::new(&Clock::default());
    (client(narrow(), &server, background.spawner()), server)
}

#[test]
fn everybody_gets_room() {
    check(1000, || {
        let (client, _server) = pair(Background::any());
        all((0..4).map(|name| caller(&client, name, 1)));
    });
}

#[test]
fn one_in_line_is_dropped() {
    check(1500, || {
        let (client, _server) = pair(Background::any());
        let signal = Signal::default();
        let (of_dropped, cut) = (client.clone(), signal.clone());
        let dropped = move || {
            if let Some(answer) = block_on(cut.cuts(get(&of_dropped, "dropped"))) {
                answer.unwrap();
            }
        };
        let others = [caller(&client, 0, 2), caller(&client, 1, 1)];
        all(others.into_iter().chain([body(dropped), body(move || signal.give())]));
    });
}

/// Calls that are polled once and left, in line or with all the room.
#[test]
fn those_who_are_left_keep_nobody_waiting() {
    check(1500, || {
        let (client, _server) = pair(Background::any());
        let of_left = client.clone();
        let leaver = move || {
            let (mut a, mut b) = (std::pin::pin!(get(&of_left, "a")), std::pin::pin!(get(&of_left, "b")));
            let polled = [poll_once(&mut a), poll_once(&mut b)];
            thread::yield_now();
            // In the end they are served all the same.
            if let [Poll::Pending, _] = polled {
                block_on(a).unwrap();
            }
            if let [_, Poll::Pending] = polled {
                block_on(b).unwrap();
            }
        };
        all([body(leaver), caller(&client, 0, 1), caller(&client, 1, 1)]);
    });
}

#[test]
fn those_who_are_left_for_good_keep_nobody_waiting() {
    check(1500, || {
        let (client, _server) = pair(Background::any());
        let mut left = std::boxed::Box::pin(get(&client, "left"));
        let _ = poll_once(&mut left);
        let mut in_line = std::boxed::Box::pin(get(&client, "line"));
        let _ = poll_once(&mut in_line);
        all((0..3).map(|name| caller(&client, name, 1)));
        drop((left, in_line));
    });
}

#[test]
fn the_runtime_is_shut_down_while_calls_are_in_line() {
    check(1500, || {
        let server = Server::new(&Clock::default());
        let tasks = Tasks::default();
        let client = client(narrow(), &server, Some(Arc::new(tasks.clone())));
        let down = move || tasks.shut_down();
        all([
            body(down),
            caller(&client, 0, 1),
            caller(&client, 1, 2),
            caller(&client, 2, 1),
        ]);
    });
}

#[test]
fn the_client_disconnects_while_calls_are_in_line() {
    check(1500, || {
        let (client, _server) = pair(Background::any());
        let of_other = client.clone();
        let others = (0..3).map(|name| may_lose(&client, name));
        all(others.chain([body(move || of_other.disconnect())]));
        block_on(get(&client, "after")).unwrap();
    });
}

#[test]
fn the_server_hangs_up_while_calls_are_in_line() {
    check(1000, || {
        let mut server = Server::new(&Clock::default());
        server.hangs_up_after = Some(1);
        let config = narrow().with_retry(RetryPolicy::new().with_retries(10));
        let client = client(config, &server, Background::any().spawner());
        all((0..3).map(|name| caller(&client, name, 1)));
    });
}

/// A call that need not be answered in time, or find room in time.
fn late(client: &Client, text: &'static str) -> Body {
    let client = client.clone();
    body(move || {
        if let Err(error) = block_on(get(&client, text)) {
            let expected = [ErrorKind::Timeout, ErrorKind::Closed, ErrorKind::Overloaded];
            assert!(expected.contains(&error.kind()), "{error}");
        }
    })
}

#[test]
fn time_passes_while_calls_are_in_line() {
    check(1500, || {
        let mut server = Server::new(&Clock::default());
        server.waits_after = 1;
        let second = Duration::from_secs(1);
        let config = narrow().with_response_timeout(second).with_liveness(second);
        let client = client(config, &server, Background::any().spawner());
        all([late(&client, "mute"), late(&client, "a"), late(&client, "b")]);
    });
}

/// The server waits for two requests that it does not answer; there is room for both only once the third is answered.
#[test]
fn room_goes_to_the_next_while_others_wait_for_answers() {
    check(1500, || {
        let mut server = Server::new(&Clock::default());
        server.waits_after = 2;
        let second = Duration::from_secs(1);
        let config = plain().with_response_timeout(second).with_liveness(second);
        let client = client(config.with_memory_budget(75), &server, Background::any().spawner());
        all([late(&client, "mute 0"), late(&client, "mute 1"), late(&client, "a")]);
        // None was refused before it was its turn.
        assert!(server.has_seen("mute 0") || server.has_seen("mute 1"));
    });
}

/// Nothing more is read while there are too many answers that nobody fetched, and reading goes on once they are fetched,
/// or dropped.
#[test]
fn answers_that_are_not_fetched() {
    check(1500, || {
        let server = Server::new(&Clock::default());
        let client = client(plain().with_memory_budget(60), &server, Background::any().spawner());
        let big = |name: usize| {
            let client = client.clone();
            body(move || {
                let text = format!("big{name}");
                let answer: String = block_on(client.get(&text)).unwrap();
                assert!(answer.starts_with(&text) && answer.len() > 100, "{answer}");
            })
        };
        let of_left = client.clone();
        let leaver = move || {
            let mut left = of_left.get::<String>("big");
            let _ = poll_once(&mut left);
            thread::yield_now();
        };
        all([body(leaver), big(0), big(1), big(2)]);
    });
}
