//! The pool of the blocking client: threads that wait, give up, give back and close.

use std::string::String;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::vec::Vec;

use shuttle::thread;

use super::check;
use super::leases::few;
use super::net::{Server, plain};
use super::stage::{Body, Clock, all, body};
use crate::blocking::{Client, Pool};
use crate::commands::StringCommands as _;
use crate::error::{Error, ErrorKind};
use crate::{Config, PoolOptions};

fn pool(config: Config, server: &Server) -> Pool {
    Pool::with_clock(config, server.clone(), Arc::new(server.clock.clone())).unwrap()
}

fn of(options: PoolOptions) -> Pool {
    pool(plain().with_pool(options), &Server::new(&Clock::default()))
}

fn get(client: &Client, text: &str) -> Result<(), Error> {
    let answer: String = client.get(text)?;
    assert_eq!(answer, text);
    Ok(())
}

fn user(pool: &Pool, times: usize) -> Body {
    let client = pool.client();
    body(move || {
        for _ in 0..times {
            get(&client, "a").unwrap();
        }
    })
}

fn assert_all_are_back(pool: &Pool) {
    let stats = pool.stats();
    assert_eq!((stats.lent, stats.waiting), (0, 0), "{stats:?}");
    get(&pool.client(), "again").unwrap();
}

#[test]
fn every_thread_gets_a_connection() {
    check(1500, || {
        let pool = of(few());
        all((0..4).map(|_| user(&pool, 2)));
        assert_all_are_back(&pool);
    });
}

#[test]
fn exclusive_connections_come_back_dirty_or_clean() {
    check(1000, || {
        let pool = of(few());
        let exclusive = |dirty: bool| {
            let client = pool.client();
            body(move || {
                let connection = client.exclusive().unwrap();
                let _: String = connection.get("a").unwrap();
                if dirty {
                    let _ = crate::command::Executor::execute(&connection, crate::cmd("SELECT").arg(1));
                }
            })
        };
        all([exclusive(true), exclusive(false), exclusive(true), user(&pool, 1)]);
        assert_all_are_back(&pool);
    });
}

#[test]
fn patience_ends_while_connections_come_back() {
    check(2500, || {
        let server = Server::new(&Clock::default());
        let options = few().with_pool_timeout(Duration::from_secs(1));
        let pool = pool(plain().with_pool(options), &server);
        let impatient = |_| {
            let client = pool.client();
            body(move || {
                if let Err(error) = get(&client, "a") {
                    assert_eq!(error.kind(), ErrorKind::Exhausted, "{error}");
                }
            })
        };
        let passes = body(move || server.clock.advance(Duration::from_secs(1)));
        all((0..4).map(impatient).chain([passes]));
        assert_all_are_back(&pool);
    });
}

/// Nobody gives it back in time: it is closed, and its place goes to the next.
#[test]
fn answers_that_do_not_come() {
    check(2000, || {
        let server = Server::new(&Clock::default());
        let second = Duration::from_secs(1);
        let config = plain().with_pool(few()).with_response_timeout(second);
        let pool = pool(config, &server);
        let may_be_late = |text: &'static str| {
            let client = pool.client();
            body(move || {
                if let Err(error) = get(&client, text) {
                    let expected = [ErrorKind::Timeout, ErrorKind::Exhausted];
                    assert!(expected.contains(&error.kind()), "{error}");
                }
            })
        };
        all([
            may_be_late("mute"),
            may_be_late("a"),
            may_be_late("b"),
            may_be_late("mute"),
        ]);
        assert_all_are_back(&pool);
    });
}

#[test]
fn the_pool_disconnects_and_evicts_at_any_time() {
    check(1500, || {
        let pool = of(few());
        let closed = pool.clone();
        let closes = move || {
            closed.disconnect();
            closed.evict();
        };
        all([body(closes), user(&pool, 2), user(&pool, 1), user(&pool, 1)]);
        assert_all_are_back(&pool);
    });
}

#[test]
fn the_server_hangs_up_after_every_answer() {
    check(1500, || {
        let mut server = Server::new(&Clock::default());
        server.hangs_up_after = Some(1);
        let pool = pool(plain().with_pool(few()), &server);
        let user = |_| {
            let client = pool.client();
            body(move || {
                // The end may come between the look and the use.
                if let Err(error) = get(&client, "a") {
                    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
                }
            })
        };
        all((0..3).map(user));
        let stats = pool.stats();
        assert_eq!((stats.lent, stats.waiting), (0, 0), "{stats:?}");
    });
}

#[test]
fn who_came_first_is_served_first() {
    check(1000, || {
        let pool = of(few().with_max_connections(1));
        let held = pool.client();
        let held = held.exclusive().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut threads = Vec::new();
        for name in 1..=3 {
            let (client, order) = (pool.client(), order.clone());
            threads.push(thread::spawn(move || {
                let connection = client.exclusive().unwrap();
                order.lock().unwrap().push(name);
                drop(connection);
            }));
            while pool.stats().waiting < name {
                thread::yield_now();
            }
        }
        drop(held);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [1, 2, 3]);
        assert_all_are_back(&pool);
    });
}
