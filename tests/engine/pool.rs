//! The pool of the blocking client, and that of the async client's exclusive connections: who gets which connection, who
//! waits, and that none is ever lost. T44, T45.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redwire::blocking::{Client, Pool};
use redwire::command::{Executor, Wait};
use redwire::mock::{Clock, Server};
use redwire::prelude::*;
use redwire::resp::Reply;
use redwire::{Backoff, Config, PoolOptions, RetryPolicy};

use crate::net::Net;
use crate::stage::{AsyncClient, BOTH, Exec, Tasks, bulk, get, join_all, ms, plain, poll_once, script};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct Stage {
    pool: Pool,
    client: Client,
    net: Net,
    server: Server,
}

impl Stage {
    fn new(options: PoolOptions) -> Self {
        Stage::configured(plain().with_pool(options))
    }

    fn configured(config: Config) -> Self {
        let server = Server::new();
        let net = Net::new(&server);
        let pool = Pool::with_clock(config, net.clone(), Arc::new(server.clock().clone())).unwrap();
        Stage {
            client: pool.client(),
            pool,
            net,
            server,
        }
    }

    fn clock(&self) -> &Clock {
        self.server.clock()
    }
}

fn id(connection: &redwire::blocking::Exclusive) -> i64 {
    connection.run(cmd("CLIENT ID").returns()).unwrap()
}

#[test]
fn pool_opens_nothing_before_it_is_needed_and_one_connection_for_one_thread() {
    let stage = Stage::new(PoolOptions::new());
    assert_eq!(stage.net.opened(), 0);
    for n in 1..=100 {
        assert_eq!(stage.client.incr("n").unwrap(), n);
    }
    assert_eq!(stage.net.opened(), 1);
    let stats = stage.pool.stats();
    assert_eq!(
        (stats.opened, stats.reused, stats.idle, stats.lent, stats.closed),
        (1, 99, 1, 0, 0)
    );
}

#[test]
fn pool_lends_the_connection_that_was_given_back_last() {
    let stage = Stage::new(PoolOptions::new());
    let [first, second, third] = [(); 3].map(|()| stage.client.exclusive().unwrap());
    let ids = [id(&first), id(&second), id(&third)];
    drop(second);
    drop(first);
    drop(third);
    assert_eq!(id(&stage.client.exclusive().unwrap()), ids[2]);
    let third = stage.client.exclusive().unwrap();
    let first = stage.client.exclusive().unwrap();
    assert_eq!([id(&third), id(&first)], [ids[2], ids[0]]);
}

#[test]
fn pool_has_no_more_connections_than_it_may() {
    let stage = Stage::new(
        PoolOptions::new()
            .with_max_connections(3)
            .with_pool_timeout(Duration::ZERO),
    );
    let lent: Vec<_> = (0..3).map(|_| stage.client.exclusive().unwrap()).collect();
    for connection in &lent {
        connection.incr("n").unwrap();
    }
    let error = stage.client.incr("n").unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Exhausted, Outcome::NotSent)
    );
    assert!(error.to_string().contains('3'), "{error}");
    let error = stage.client.pipeline().incr("n").execute().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exhausted);
    assert_eq!(stage.pool.stats().exhausted, 2);
    drop(lent);
    assert_eq!(stage.client.incr("n").unwrap(), 4);
    assert_eq!(stage.net.opened(), 3);
}

#[test]
fn pool_waits_no_longer_than_it_may() {
    let stage = Stage::new(PoolOptions::new().with_max_connections(1).with_pool_timeout(seconds(3)));
    let lent = stage.client.exclusive().unwrap();
    let error = stage.client.incr("n").unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Exhausted, Outcome::NotSent)
    );
    assert_eq!(redwire::transport::Clock::now(stage.clock()).since_origin(), seconds(3));
    assert_eq!(stage.pool.stats().waiting, 0, "who gave up is not in line any more");
    drop(lent);
    assert_eq!(stage.client.incr("n").unwrap(), 1);
    // The deadline of the call ends the wait as well.
    let config = plain().with_response_timeout(seconds(1));
    let options = PoolOptions::new()
        .with_max_connections(1)
        .with_pool_timeout(seconds(60));
    let stage = Stage::configured(config.with_pool(options));
    let _lent = stage.client.exclusive().unwrap();
    assert_eq!(stage.client.incr("n").unwrap_err().outcome(), Outcome::NotSent);
    assert_eq!(redwire::transport::Clock::now(stage.clock()).since_origin(), seconds(1));
}

#[test]
fn pool_serves_threads_in_the_order_in_which_they_came() {
    let options = PoolOptions::new().with_max_connections(1).with_pool_timeout(None);
    let stage = Stage::configured(plain().with_pool(options).with_response_timeout(None));
    let lent = stage.client.exclusive().unwrap();
    let order = Arc::new(Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for n in 0..8_u64 {
            let (client, order) = (stage.client.clone(), order.clone());
            scope.spawn(move || {
                let connection = client.exclusive().unwrap();
                order.lock().unwrap().push(n);
                connection.incr("n").unwrap();
            });
            // The next one comes when this one stands in line.
            while stage.pool.stats().waiting as u64 != n + 1 {
                std::thread::yield_now();
            }
        }
        drop(lent);
    });
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!((stage.net.opened(), stage.pool.stats().waited), (1, 8));
}

#[test]
fn pool_of_a_few_serves_many_threads() {
    let options = PoolOptions::new().with_max_connections(3).with_pool_timeout(None);
    let stage = Stage::configured(plain().with_pool(options).with_response_timeout(None));
    std::thread::scope(|scope| {
        for n in 0..20 {
            let client = &stage.client;
            scope.spawn(move || {
                for round in 0..50 {
                    let text = format!("{n} {round}");
                    let echo: String = client.run(cmd("ECHO").arg(&text).returns()).unwrap();
                    assert_eq!(echo, text);
                }
            });
        }
    });
    let stats = stage.pool.stats();
    assert!(stage.net.opened() <= 3);
    assert_eq!((stats.lent, stats.waiting, stats.idle), (0, 0, stage.net.opened()));
    assert_eq!(stats.opened + stats.reused, 1000);
}

#[test]
fn pool_closes_what_was_idle_for_too_long_and_what_is_too_old() {
    let stage = Stage::new(
        PoolOptions::new()
            .with_idle_timeout(seconds(10))
            .with_health_check_interval(None),
    );
    let first = id(&stage.client.exclusive().unwrap());
    stage.server.advance(seconds(9));
    assert_eq!(id(&stage.client.exclusive().unwrap()), first);
    stage.server.advance(seconds(10));
    let second = id(&stage.client.exclusive().unwrap());
    assert_ne!(second, first);
    assert_eq!((stage.net.opened(), stage.net.open()), (2, 1));
    // Without anybody asking for a connection, on demand.
    stage.server.advance(seconds(11));
    stage.pool.evict();
    assert_eq!((stage.net.open(), stage.pool.stats().idle), (0, 0));

    let options = PoolOptions::new()
        .with_max_lifetime(seconds(10))
        .with_idle_timeout(None)
        .with_health_check_interval(None);
    let stage = Stage::new(options);
    for _ in 0..30 {
        stage.server.advance(seconds(1));
        stage.client.incr("n").unwrap();
    }
    assert_eq!((stage.net.opened(), stage.net.open()), (3, 1));
    // One that grew too old in use is closed when it comes back.
    let connection = stage.client.exclusive().unwrap();
    stage.server.advance(seconds(10));
    connection.incr("n").unwrap();
    drop(connection);
    assert_eq!(stage.net.open(), 0);
}

#[test]
fn pool_asks_a_connection_that_was_idle_for_long_whether_it_lives() {
    let config = plain().with_pool(PoolOptions::new().with_health_check_interval(seconds(30)));
    let scripts = |clock: &Clock| {
        let silent = script(clock)
            .expect(get("a"))
            .reply(bulk("a"))
            .expect(cmd("PING"))
            .reply("+PONG\r\n");
        let silent = silent.expect(get("a")).reply(bulk("a")).expect(cmd("PING")).hang();
        vec![silent, script(clock).expect(get("a")).reply(bulk("a"))]
    };
    let config = config.with_response_timeout(seconds(5));
    crate::stage::blocking(&config, scripts, |client, server, clock| {
        assert_eq!(client.said(get("a")), "\"a\"");
        clock.advance(seconds(31));
        assert_eq!(client.said(get("a")), "\"a\"");
        clock.advance(seconds(31));
        // The check has half of the time there is; the rest is for a connection that works.
        let before = redwire::transport::Clock::now(clock);
        assert_eq!(client.said(get("a")), "\"a\"");
        assert_eq!(redwire::transport::Clock::now(clock) - before, ms(2500));
        assert_eq!(server.dials().len(), 2);
    });
}

#[test]
fn pool_never_lends_a_connection_on_which_something_is_waiting_to_be_read() {
    // D27: data that nobody asked for, or the end.
    for end in [false, true] {
        let scripts = |clock: &Clock| {
            let dirty = script(clock).expect(get("a")).reply(bulk("a")).stall(ms(10));
            let dirty = if end {
                dirty.close()
            } else {
                dirty.reply("+SURPRISE\r\n")
            };
            vec![dirty, script(clock).expect(get("b")).reply(bulk("b"))]
        };
        crate::stage::blocking(&plain().with_retry(RetryPolicy::none()), scripts, |client, _, clock| {
            assert_eq!(client.said(get("a")), "\"a\"");
            clock.advance(ms(10));
            assert_eq!(client.said(get("b")), "\"b\"");
        });
    }
}

#[test]
fn pool_serves_several_clients_of_different_threads() {
    let stage = Stage::new(PoolOptions::new().with_max_connections(2));
    let clients = [stage.pool.client(), stage.pool.client(), stage.client.clone()];
    for client in &clients {
        client.incr("n").unwrap();
    }
    assert_eq!((stage.net.opened(), stage.pool.stats().reused), (1, 2));
    drop(clients);
    drop(stage.client);
    assert_eq!(stage.net.open(), 1, "the pool is still there");
    drop(stage.pool);
    assert_eq!(stage.net.open(), 0);
}

#[test]
fn pool_disconnects_what_is_free_at_once_and_what_is_lent_when_it_comes_back() {
    let stage = Stage::new(PoolOptions::new());
    let lent = stage.client.exclusive().unwrap();
    stage.client.incr("n").unwrap();
    assert_eq!(stage.net.open(), 2);
    stage.server.advance(ms(1));
    stage.pool.disconnect();
    assert_eq!(stage.net.open(), 1);
    assert_eq!(lent.incr("n").unwrap(), 2, "who has one keeps it");
    drop(lent);
    assert_eq!(stage.net.open(), 0);
    stage.server.advance(ms(1));
    assert_eq!(stage.client.incr("n").unwrap(), 3);
    assert_eq!((stage.net.opened(), stage.net.open()), (3, 1));
}

#[test]
fn t44_a_pool_of_one_survives_whatever_its_user_does() {
    let config = plain()
        .with_pool(
            PoolOptions::new()
                .with_max_connections(1)
                .with_pool_timeout(Duration::ZERO),
        )
        .with_response_timeout(seconds(1))
        .with_retry(RetryPolicy::none())
        .with_backoff(Backoff::new().with_base(ms(1)).with_cap(ms(1)));
    let stage = Stage::configured(config);
    let client = &stage.client;
    let user_gone_mad: [(&str, &dyn Fn(), bool); 8] = [
        (
            "panic with a clean connection",
            &|| {
                let _connection = client.exclusive().unwrap();
                panic!("as planned");
            },
            true,
        ),
        (
            "panic in MULTI",
            &|| {
                let connection = client.exclusive().unwrap();
                connection.execute(cmd("MULTI")).unwrap();
                panic!("as planned");
            },
            false,
        ),
        (
            "error in MULTI",
            &|| {
                let connection = client.exclusive().unwrap();
                connection.execute(cmd("MULTI")).unwrap();
                connection.execute(cmd("NOSUCH")).unwrap_err();
            },
            false,
        ),
        (
            "MULTI discarded",
            &|| {
                let connection = client.exclusive().unwrap();
                connection.execute(cmd("MULTI")).unwrap();
                connection.execute(cmd("DISCARD")).unwrap();
            },
            true,
        ),
        (
            "watching",
            &|| {
                client.exclusive().unwrap().execute(cmd("WATCH").key("k")).unwrap();
            },
            true,
        ),
        (
            "another database",
            &|| {
                client.exclusive().unwrap().execute(cmd("SELECT").arg(5)).unwrap();
            },
            false,
        ),
        (
            "a time-out",
            &|| {
                let wait = cmd("BLPOP").key("nothing").arg(0).blocks(Wait::For(seconds(2)));
                let error = client.run(wait.returns::<Reply>()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Timeout);
            },
            false,
        ),
        (
            "the server is gone",
            &|| {
                let connection = client.exclusive().unwrap();
                stage.net.cut();
                connection.incr("other").unwrap_err();
            },
            false,
        ),
    ];
    client.set("n", 0).unwrap();
    for (n, (what, user, kept)) in (1..).zip(user_gone_mad) {
        let opened = stage.net.opened();
        let _ = catch_unwind(AssertUnwindSafe(user));
        let stats = stage.pool.stats();
        assert_eq!((stats.lent, stats.idle), (0, usize::from(kept)), "{what}");
        // The next user finds a connection as if it were new.
        assert_eq!(client.incr("n").unwrap(), n, "{what}");
        let info: String = client.run(cmd("CLIENT LIST").returns()).unwrap();
        assert!(info.contains("db=0"), "{what}: {info:?}");
        assert_eq!(stage.net.opened() - opened, usize::from(!kept), "{what}");
        assert_eq!(stage.net.open(), 1, "{what}");
    }
}

#[test]
fn t44_an_opening_that_fails_gives_its_place_back() {
    struct Refuses;
    impl redwire::transport::Connector for Refuses {
        fn connect(
            &self,
            _: &redwire::Endpoint,
            _: Option<Duration>,
        ) -> Result<Box<dyn redwire::transport::Transport>, redwire::transport::TransportError> {
            let kind = redwire::transport::TransportErrorKind::Unreachable;
            Err(redwire::transport::TransportError::new(kind, "nobody there"))
        }
    }
    let config = plain().with_pool(
        PoolOptions::new()
            .with_max_connections(1)
            .with_pool_timeout(Duration::ZERO),
    );
    let pool = Pool::with_clock(config, Refuses, Arc::new(Clock::new())).unwrap();
    for _ in 0..5 {
        let error = pool.client().incr("n").unwrap_err();
        // The time of the call may be over before another dial is allowed.
        assert!(
            matches!(error.kind(), ErrorKind::Transport | ErrorKind::Timeout),
            "{error}"
        );
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!((pool.stats().lent, pool.stats().idle), (0, 0));
    }
}

/// The same on the async client, whose exclusive connections come from a pool.
struct AsyncStage {
    exec: Exec,
    client: AsyncClient,
    net: Net,
}

impl AsyncStage {
    fn new(tasks: Tasks, options: PoolOptions) -> Self {
        let exec = Exec::new();
        let net = Net::new(&Server::new());
        let config = plain().with_pool(options).with_response_timeout(None);
        AsyncStage {
            client: tasks.client(&exec, &config, net.clone()),
            exec,
            net,
        }
    }
}

#[test]
fn t45_a_waiter_that_is_cancelled_leaks_nothing_and_the_next_one_is_served() {
    for tasks in BOTH {
        let options = PoolOptions::new().with_max_connections(1).with_pool_timeout(None);
        let stage = AsyncStage::new(tasks, options);
        let client = &stage.client;
        let lent = stage.exec.run(client.exclusive()).unwrap();
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(client.exclusive())).collect();
        for waiter in &mut waiting {
            assert!(poll_once(waiter).is_pending());
        }
        assert_eq!(client.pool_stats().waiting, 3);
        // In the middle of the line.
        drop(waiting.remove(1));
        assert_eq!(client.pool_stats().waiting, 2);
        // Given the connection, and dropped before it was taken.
        drop(lent);
        assert_eq!(client.pool_stats().waiting, 1);
        drop(waiting.remove(0));
        let last = waiting.remove(0);
        let connection = stage.exec.run(last).unwrap();
        assert_eq!(stage.exec.run(connection.incr("n")).unwrap(), 1);
        drop(connection);
        let stats = client.pool_stats();
        assert_eq!((stats.lent, stats.idle, stats.waiting), (0, 1, 0), "{tasks:?}");
        assert_eq!(stage.net.opened(), 1);
    }
}

#[test]
fn t45_tasks_are_served_in_the_order_in_which_they_came() {
    for tasks in BOTH {
        let options = PoolOptions::new().with_max_connections(1).with_pool_timeout(None);
        let stage = AsyncStage::new(tasks, options);
        let order = Arc::new(Mutex::new(Vec::new()));
        let lent = stage.exec.run(stage.client.exclusive()).unwrap();
        let running: Vec<_> = (0..8)
            .map(|n| {
                let (client, order) = (stage.client.clone(), order.clone());
                let running = stage.exec.start(async move {
                    let connection = client.exclusive().await.unwrap();
                    order.lock().unwrap().push(n);
                    connection.incr("n").await.unwrap();
                });
                stage.exec.settle();
                running
            })
            .collect();
        drop(lent);
        stage.exec.run(join_all(running));
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4, 5, 6, 7], "{tasks:?}");
    }
}

#[test]
fn t45_a_connection_being_opened_for_a_call_that_is_dropped_leaks_nothing() {
    for tasks in BOTH {
        let options = PoolOptions::new()
            .with_max_connections(1)
            .with_pool_timeout(Duration::ZERO);
        let stage = AsyncStage::new(tasks, options);
        drop(stage.client.exclusive());
        assert_eq!(stage.client.pool_stats().lent, 0);
        let mut call = stage
            .client
            .run(cmd("BLPOP").key("q").arg(0).blocks(Wait::Forever).returns::<Reply>());
        assert!(poll_once(&mut call).is_pending());
        stage.exec.settle();
        assert_eq!(stage.client.pool_stats().lent, 1);
        let error = stage.exec.run(stage.client.exclusive()).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Exhausted, Outcome::NotSent)
        );
        drop(call);
        assert_eq!(stage.client.pool_stats().lent, 0, "{tasks:?}");
        assert_eq!(stage.net.open(), 0, "the server may still be blocked in it");
        stage.exec.run(stage.client.exclusive()).unwrap();
    }
}

#[test]
fn peers_r9_an_aborted_blpop_keeps_nobody_else_waiting() {
    for tasks in BOTH {
        let stage = AsyncStage::new(tasks, PoolOptions::new());
        let client = &stage.client;
        stage.exec.run(client.incr("n")).unwrap();
        let mut blocked = client.run(
            cmd("BLPOP")
                .key("q")
                .arg(3)
                .blocks(Wait::For(seconds(3)))
                .returns::<Reply>(),
        );
        assert!(poll_once(&mut blocked).is_pending());
        stage.exec.settle();
        assert_eq!(stage.net.open(), 2);
        drop(blocked);
        assert_eq!(stage.net.open(), 1, "the exclusive connection is closed");
        for n in 2..10 {
            assert_eq!(stage.exec.run(client.incr("n")).unwrap(), n);
        }
        assert_eq!(stage.exec.elapsed(), Duration::ZERO, "{tasks:?}: nobody waited");
        // And nothing is lost: the element goes to the next one who asks.
        stage.exec.run(client.rpush("q", "job")).unwrap();
        assert_eq!(stage.exec.run(client.lpop::<String>("q")).unwrap(), "job");
    }
}

#[test]
fn peers_r8_blpop_may_wait_longer_than_a_reply_may_take() {
    let config = plain().with_response_timeout(ms(500));
    for tasks in BOTH {
        let server = Server::new();
        let exec = Exec::around(&server);
        let client = tasks.client(&exec, &config, server.clone());
        let popped = {
            let client = client.clone();
            let pop = cmd("BLPOP").key("q").arg(5).blocks(Wait::For(seconds(5)));
            exec.start(async move { client.run(pop.returns::<Option<(String, String)>>()).await })
        };
        exec.pass(seconds(3));
        exec.run(client.rpush("q", "job")).unwrap();
        assert_eq!(exec.run(popped).unwrap(), Some(("q".into(), "job".into())), "{tasks:?}");
        // Nothing comes: the server says so in time.
        let pop = cmd("BLPOP").key("q").arg(5).blocks(Wait::For(seconds(5)));
        assert_eq!(
            exec.run(client.run(pop.returns::<Option<(String, String)>>())).unwrap(),
            None
        );
    }
    let stage = Stage::configured(config);
    let pop = || {
        cmd("BLPOP")
            .key("q")
            .arg(5)
            .blocks(Wait::For(seconds(5)))
            .returns::<Option<(String, String)>>()
    };
    assert_eq!(
        stage.client.run(pop()).unwrap(),
        None,
        "time moved on by five seconds, without an error"
    );
    std::thread::scope(|scope| {
        let popping = scope.spawn(|| {
            stage
                .client
                .run(cmd("BLPOP").key("q").arg(0).blocks(Wait::Forever).returns::<Reply>())
        });
        stage.client.rpush("q", "job").unwrap();
        assert_eq!(format!("{:?}", popping.join().unwrap().unwrap()), "[\"q\", \"job\"]");
    });
}

#[test]
fn pool_statistics_add_up_under_load() {
    let options = PoolOptions::new().with_max_connections(4).with_pool_timeout(None);
    let stage = Stage::configured(
        plain()
            .with_pool(options)
            .with_response_timeout(None)
            .with_retry(RetryPolicy::none()),
    );
    let calls = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (stage, calls) = (&stage, &calls);
            scope.spawn(move || {
                for round in 0..40 {
                    let connection = stage.client.exclusive().unwrap();
                    connection.incr("n").unwrap();
                    if (n + round) % 5 == 0 {
                        // Not to be used again.
                        connection.execute(cmd("SELECT").arg(1)).unwrap();
                    }
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let stats = stage.pool.stats();
    assert_eq!(calls.load(Ordering::Relaxed), 320);
    assert_eq!(stats.opened + stats.reused, 320, "{stats:?}");
    assert_eq!(stats.opened - stats.closed, stats.idle as u64, "{stats:?}");
    assert_eq!((stats.lent, stats.waiting, stats.exhausted), (0, 0, 0));
    assert_eq!(stage.net.open(), stats.idle);
    assert_eq!(stage.net.opened() as u64, stats.opened);
}
