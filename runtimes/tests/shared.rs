//! The connection that the clones of an async client share: calls come, go, are dropped and forgotten in any order.

use std::boxed::Box;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::vec::Vec;

use shuttle::thread;

use super::check;
use super::net::{Server, plain};
use super::stage::{Background, Body, Clock, Signal, Tasks, all, block_on, body, poll_once};
use crate::command::Executor as _;
use crate::commands::StringCommands as _;
use crate::error::{Error, ErrorKind};
use crate::transport::Spawner;
use crate::{Config, Outcome, RetryPolicy, cmd};

pub type Client = crate::tokio::Client;

pub fn client(config: Config, server: &Server, spawner: Option<Arc<dyn Spawner>>) -> Client {
    let clock = Arc::new(server.clock.clone());
    Client::with_runtime(config, Arc::new(server.clone()), clock, spawner).unwrap()
}

/// A client, a server and the clock of both.
fn pair(background: Background) -> (Client, Server) {
    let server = Server::new(&Clock::default());
    (client(plain(), &server, background.spawner()), server)
}

pub async fn get(client: &Client, text: &str) -> Result<(), Error> {
    let answer: String = client.get(text).await?;
    assert_eq!(answer, text, "an answer that belongs to somebody else");
    Ok(())
}

/// A thread that makes `calls` calls, one after the other, all of which must be answered.
pub fn caller(client: &Client, name: usize, calls: usize) -> Body {
    let client = client.clone();
    body(move || {
        for call in 0..calls {
            block_on(get(&client, &format!("{name}.{call}"))).unwrap();
        }
    })
}

#[test]
fn every_call_is_answered() {
    check(800, || {
        let background = Background::any();
        let (client, server) = pair(background);
        all((0..3).map(|name| caller(&client, name, 2)));
        assert_eq!(server.connections(), 1);
    });
}

#[test]
fn two_calls_that_meet() {
    check(3000, || {
        let background = Background::any();
        let (client, _server) = pair(background);
        all((0..2).map(|name| caller(&client, name, 1)));
    });
}

/// A call that is answered or dropped leaves the seat to the next: as long as they do not meet, there is no need for a task.
#[test]
fn calls_one_after_the_other_need_no_task() {
    check(300, || {
        let server = Server::new(&Clock::default());
        let spawned = Arc::new(AtomicUsize::new(0));
        let count = spawned.clone();
        let spawner = move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            false
        };
        let client = client(plain(), &server, Some(Arc::new(spawner)));
        for name in 0..2 {
            all([caller(&client, name, 2)]);
            let mut dropped = Box::pin(get(&client, "dropped"));
            let _ = poll_once(&mut dropped);
        }
        all([caller(&client, 2, 1)]);
        assert_eq!(spawned.load(Ordering::Relaxed), 0);
    });
}

/// More lone calls than the background task watches: it leaves the seat, and gets it back when they meet again.
#[test]
fn the_seat_goes_back_to_lone_callers() {
    check(150, || {
        let (client, _server) = pair(Background::Runs);
        all((0..2).map(|name| caller(&client, name, 1)));
        caller(&client, 2, 10)();
        all((3..5).map(|name| caller(&client, name, 2)));
    });
}

/// The background task is there and sleeps: a call that meets one which nobody polls any more has to wake it.
#[test]
fn the_background_task_is_called_back() {
    check(150, || {
        let (client, _server) = pair(Background::Runs);
        all((0..2).map(|name| caller(&client, name, 1)));
        caller(&client, 2, 10)();
        let mut left = Box::pin(get(&client, "left"));
        let _ = poll_once(&mut left);
        all([caller(&client, 3, 1)]);
    });
}

#[test]
fn batches_are_answered_as_a_whole() {
    check(800, || {
        let background = Background::any();
        let (client, _server) = pair(background);
        let of_batch = client.clone();
        let batch = move || {
            block_on(async {
                let mut batch = of_batch.batch().non_atomic();
                let slots: Vec<_> = ["a", "b", "c"].map(|text| batch.get::<String>(text)).into();
                let mut results = batch.execute().await.unwrap();
                let texts: Vec<_> = slots.into_iter().map(|slot| results.take(slot).unwrap()).collect();
                assert_eq!(texts, ["a", "b", "c"]);
            });
        };
        all([body(batch), caller(&client, 0, 2), caller(&client, 1, 1)]);
    });
}

#[test]
fn a_call_that_is_polled_once_and_left_keeps_nobody_waiting() {
    check(1000, || {
        let background = Background::any();
        let (client, _server) = pair(background);
        let mut left = Box::pin(get(&client, "left"));
        let early = poll_once(&mut left);
        all((0..2).map(|name| caller(&client, name, 1)));
        // It can be taken up again.
        if early.is_pending() {
            block_on(left).unwrap();
        }
    });
}

#[test]
fn a_call_that_is_left_and_then_dropped_while_others_wait() {
    check(1000, || {
        let background = Background::any();
        let (client, _server) = pair(background);
        let of_left = client.clone();
        let leaver = move || {
            let mut left = Box::pin(get(&of_left, "left"));
            let _ = poll_once(&mut left);
            thread::yield_now();
        };
        all([body(leaver), caller(&client, 0, 1), caller(&client, 1, 1)]);
    });
}

/// What one thread does to its call at any time does not keep the calls of the others from their answers.
#[test]
fn calls_dropped_at_any_time() {
    check(1600, || {
        let background = Background::any();
        let (client, _server) = pair(background);
        let signal = Signal::default();
        let (of_dropped, cut) = (client.clone(), signal.clone());
        let dropped = move || {
            if let Some(answer) = block_on(cut.cuts(get(&of_dropped, "dropped"))) {
                answer.unwrap();
            }
        };
        let cutter = move || signal.give();
        all([
            body(dropped),
            body(cutter),
            caller(&client, 0, 1),
            caller(&client, 1, 2),
        ]);
    });
}

#[test]
fn the_runtime_of_the_background_task_is_shut_down() {
    check(1500, || {
        let server = Server::new(&Clock::default());
        let tasks = Tasks::default();
        let client = client(plain(), &server, Some(Arc::new(tasks.clone())));
        let down = move || tasks.shut_down();
        all([
            body(down),
            caller(&client, 0, 2),
            caller(&client, 1, 1),
            caller(&client, 2, 1),
        ]);
        all((3..5).map(|name| caller(&client, name, 1)));
    });
}

/// The last clone goes away while the background task runs: it ends, and so does the connection, or the schedule would
/// never come to its end.
#[test]
fn the_last_clone_is_dropped_on_any_thread() {
    check(400, || {
        let (client, _server) = pair(Background::Runs);
        let callers: Vec<_> = (0..3).map(|name| caller(&client, name, 1)).collect();
        drop(client);
        all(callers);
    });
}

/// A call over a connection that is closed under it: it may fail, but not as if nothing had been sent, and it ends.
pub fn may_lose(client: &Client, name: usize) -> Body {
    let client = client.clone();
    body(move || {
        if let Err(error) = block_on(get(&client, &format!("{name}"))) {
            assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
        }
    })
}

#[test]
fn a_lone_call_ends_when_the_client_disconnects() {
    check(1000, || {
        let background = Background::any();
        let (client, _server) = pair(background);
        let of_other = client.clone();
        all([body(move || of_other.disconnect()), may_lose(&client, 0)]);
        block_on(get(&client, "after")).unwrap();
    });
}

#[test]
fn calls_end_when_the_client_disconnects() {
    check(1600, || {
        let background = Background::any();
        let (client, _server) = pair(background);
        let of_other = client.clone();
        let disconnects = move || {
            of_other.disconnect();
            of_other.disconnect();
        };
        all([body(disconnects), may_lose(&client, 0), may_lose(&client, 1)]);
        block_on(get(&client, "after")).unwrap();
    });
}

/// A call that was still to be written when the connection went goes over the next one.
#[test]
fn a_server_that_does_not_read_and_a_client_that_disconnects() {
    check(1000, || {
        let background = Background::any();
        let mut server = Server::new(&Clock::default());
        server.capacity = 16;
        let client = client(plain(), &server, background.spawner());
        let of_other = client.clone();
        all([
            body(move || of_other.disconnect()),
            may_lose(&client, 0),
            may_lose(&client, 1),
        ]);
        block_on(get(&client, "after")).unwrap();
    });
}

#[test]
fn reads_are_sent_again_after_the_client_disconnects() {
    check(1600, || {
        let background = Background::any();
        let server = Server::new(&Clock::default());
        let config = plain().with_retry(RetryPolicy::new());
        let client = client(config, &server, background.spawner());
        let of_other = client.clone();
        all([
            body(move || of_other.disconnect()),
            caller(&client, 0, 2),
            caller(&client, 1, 1),
        ]);
    });
}

#[test]
fn a_server_that_hangs_up_after_every_second_answer() {
    check(1000, || {
        let background = Background::any();
        let mut server = Server::new(&Clock::default());
        server.hangs_up_after = Some(2);
        let config = plain().with_retry(RetryPolicy::new().with_retries(10));
        let client = client(config, &server, background.spawner());
        all((0..3).map(|name| caller(&client, name, 2)));
        assert!(server.connections() >= 3);
    });
}

/// Each answer goes to whom it belongs, and what is said not to have been sent was never seen.
#[test]
fn writes_on_a_lost_connection_are_told_what_became_of_them() {
    check(1000, || {
        let background = Background::any();
        let mut server = Server::new(&Clock::default());
        server.hangs_up_after = Some(1);
        let client = client(plain(), &server, background.spawner());
        all((0..3).map(|name| {
            let (client, server) = (client.clone(), server.clone());
            body(move || {
                let value = format!("value {name}");
                match block_on(client.execute(cmd("SET").key("key").arg(&value))) {
                    Ok(answer) => assert_eq!(answer.as_bytes(), Some(value.as_bytes())),
                    Err(error) if error.outcome() == Outcome::NotSent => {
                        assert!(!server.has_seen(&value), "{error}")
                    }
                    Err(error) => assert_eq!(error.outcome(), Outcome::MaybeExecuted, "{error}"),
                }
            })
        }));
    });
}
