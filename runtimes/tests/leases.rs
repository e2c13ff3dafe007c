//! The exclusive connections of an async client: none is lost, and who came first is served first.

use std::boxed::Box;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::vec::Vec;

use shuttle::rand::{Rng, thread_rng};

use super::check;
use super::net::{Server, plain};
use super::shared::{Client, client};
use super::stage::{Background, Body, Clock, Signal, all, block_on, body, poll_once};
use crate::command::Executor as _;
use crate::commands::StringCommands as _;
use crate::error::{Error, ErrorKind};
use crate::{Config, PoolOptions, cmd};

/// One connection, or two.
pub fn few() -> PoolOptions {
    PoolOptions::new()
        .with_max_connections(thread_rng().gen_range(1..=2))
        .with_pool_timeout(None)
}

fn pair(pool: PoolOptions) -> (Client, Server) {
    let server = Server::new(&Clock::default());
    let config: Config = plain().with_pool(pool);
    (client(config, &server, Background::any().spawner()), server)
}

/// Takes a connection and uses it.
async fn use_one(client: &Client, text: &str) -> Result<(), Error> {
    let connection = client.exclusive().await?;
    let answer: std::string::String = connection.get(text).await?;
    assert_eq!(answer, text);
    Ok(())
}

fn user(client: &Client, times: usize) -> Body {
    let client = client.clone();
    body(move || {
        for _ in 0..times {
            block_on(use_one(&client, "a")).unwrap();
        }
    })
}

fn assert_all_are_back(client: &Client) {
    let stats = client.pool_stats();
    assert_eq!((stats.lent, stats.waiting), (0, 0), "{stats:?}");
    // All of them can be lent again, at a time.
    block_on(use_one(client, "again")).unwrap();
}

#[test]
fn every_connection_comes_back() {
    check(1500, || {
        let (client, _server) = pair(few());
        all((0..3).map(|_| user(&client, 2)));
        assert_all_are_back(&client);
    });
}

#[test]
fn users_and_waiters_are_dropped() {
    check(2500, || {
        let (client, _server) = pair(few());
        let signal = Signal::default();
        let cut = |text: &'static str| {
            let (client, signal) = (client.clone(), signal.clone());
            body(move || {
                if let Some(answer) = block_on(signal.cuts(use_one(&client, text))) {
                    answer.unwrap();
                }
            })
        };
        let cuts = [cut("b"), cut("c")];
        let others = [user(&client, 1), user(&client, 1), body(move || signal.give())];
        all(cuts.into_iter().chain(others));
        assert_all_are_back(&client);
    });
}

/// One that was given a connection, or the right to open one, and is never polled again until it is dropped.
#[test]
fn a_grant_that_is_not_fetched_goes_to_the_next() {
    check(1000, || {
        let (client, _server) = pair(few().with_max_connections(1));
        let held = block_on(client.exclusive()).unwrap();
        let mut left = Box::pin(client.exclusive());
        assert!(poll_once(&mut left).is_pending());
        let others = [user(&client, 1), user(&client, 1)];
        let left_to_go = client.clone();
        drop(held);
        drop(left);
        all(others);
        assert_all_are_back(&left_to_go);
    });
}

#[test]
fn patience_ends_while_connections_come_back() {
    check(2000, || {
        let (client, server) = pair(few().with_pool_timeout(Duration::from_secs(1)));
        let impatient = |text: &'static str| {
            let client = client.clone();
            body(move || {
                if let Err(error) = block_on(use_one(&client, text)) {
                    assert_eq!(error.kind(), ErrorKind::Exhausted, "{error}");
                }
            })
        };
        let passes = body(move || server.clock.advance(Duration::from_secs(1)));
        all([passes, impatient("a"), impatient("b"), impatient("c")]);
        assert_all_are_back(&client);
    });
}

#[test]
fn the_client_disconnects_while_connections_are_lent() {
    check(1500, || {
        let (client, _server) = pair(few());
        let of_other = client.clone();
        let disconnects = body(move || of_other.disconnect());
        all([disconnects, user(&client, 2), user(&client, 1), user(&client, 1)]);
        assert_all_are_back(&client);
    });
}

/// A connection that the server closed while it was free leaves its place to a new one.
#[test]
fn the_server_hangs_up_after_every_answer() {
    check(1500, || {
        let mut server = Server::new(&Clock::default());
        server.hangs_up_after = Some(1);
        let client = client(plain().with_pool(few()), &server, Background::any().spawner());
        let user = |_| {
            let client = client.clone();
            body(move || {
                // The end may come between the look and the use.
                if let Err(error) = block_on(use_one(&client, "a")) {
                    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
                }
            })
        };
        all((0..3).map(user));
        let stats = client.pool_stats();
        assert_eq!((stats.lent, stats.waiting), (0, 0), "{stats:?}");
    });
}

/// Commands that block in the server take connections by themselves, and give them back.
#[test]
fn commands_that_block_share_the_pool() {
    check(1500, || {
        let (client, _server) = pair(few());
        let blocks = |_| {
            let client = client.clone();
            body(move || {
                let popped = block_on(client.execute(cmd("BLPOP").key("list").arg(0))).unwrap();
                assert_eq!(popped.as_bytes(), Some(&b"0"[..]));
            })
        };
        let others = [user(&client, 1)];
        all((0..2).map(blocks).chain(others));
        assert_all_are_back(&client);
    });
}

#[test]
fn who_came_first_is_served_first() {
    check(1000, || {
        let (client, _server) = pair(few().with_max_connections(1));
        let held = block_on(client.exclusive()).unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let waits = |name: u8| {
            let (client, order) = (client.clone(), order.clone());
            Box::pin(async move {
                let connection = client.exclusive().await.unwrap();
                order.lock().unwrap().push(name);
                drop(connection);
            })
        };
        let (mut a, mut b, c) = (waits(1), waits(2), waits(3));
        assert!(poll_once(&mut a).is_pending());
        assert!(poll_once(&mut b).is_pending());
        all([
            body(move || block_on(c)),
            body(move || block_on(b)),
            body(move || block_on(a)),
            body(move || drop(held)),
        ]);
        assert_eq!(*order.lock().unwrap(), [1, 2, 3]);
        assert_all_are_back(&client);
    });
}
