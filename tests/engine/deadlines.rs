//! T20, T27 to T30: servers that say nothing, say it slowly, or are not there. Everything ends in time, and recovers by
//! itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use redwire::command::Executor;
use redwire::mock::Clock;
use redwire::prelude::*;
use redwire::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Clock as _, Connector, Transport, TransportError, TransportErrorKind,
};
use redwire::{Backoff, Endpoint, RetryPolicy};

use crate::stage::{
    BOTH, Client, Exec, Scripts, assert_error, asynchronous, blocking, bulk, each, get, greeted, incr, join_all, ms,
    plain, resp3, script,
};

fn elapsed(clock: &Clock) -> Duration {
    clock.now().since_origin()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn t20_a_server_that_never_answers_is_left_after_the_liveness_limit() {
    let config = plain().with_response_timeout(seconds(1)).with_liveness(seconds(3));
    asynchronous(
        &config,
        |clock| {
            let silent = ["a", "b", "c"]
                .iter()
                .fold(script(clock), |script, key| script.expect(get(key)));
            vec![
                silent.hang(),
                script(clock)
                    .expect(get("d"))
                    .reply(bulk("d"))
                    .expect(get("e"))
                    .reply(bulk("e")),
            ]
        },
        |client, server, clock| {
            for (n, key) in (1..).zip(["a", "b", "c"]) {
                let error = client.one(get(key)).unwrap_err();
                assert_error(&error, ErrorKind::Timeout, Outcome::MaybeExecuted);
                assert!(elapsed(clock) <= seconds(n), "{key} after {:?}", elapsed(clock));
            }
            // From here on commands succeed again, without help.
            for key in ["d", "e"] {
                assert_eq!(client.said(get(key)), format!("\"{key}\""));
            }
            assert_eq!(server.dials().len(), 2);
            assert!(elapsed(clock) <= seconds(4), "after {:?}", elapsed(clock));
        },
    );
    // A connection that one thread has for itself is left as soon as a reply is late.
    blocking(
        &config,
        |clock| {
            let silent = script(clock).expect(get("a")).hang();
            vec![silent, script(clock).expect(get("d")).reply(bulk("d"))]
        },
        |client, server, clock| {
            assert_error(
                &client.one(get("a")).unwrap_err(),
                ErrorKind::Timeout,
                Outcome::MaybeExecuted,
            );
            assert_eq!(elapsed(clock), seconds(1));
            assert_eq!(client.said(get("d")), "\"d\"");
            assert_eq!(server.dials().len(), 2);
        },
    );
}

#[test]
fn peers_r10_a_half_open_connection_is_replaced_while_calls_go_on() {
    // Nothing but a peer that is silent from one moment on: not a byte, and no end.
    let config = plain()
        .with_response_timeout(ms(500))
        .with_liveness(seconds(2))
        .with_backoff(Backoff::new().with_base(ms(10)).with_cap(ms(10)));
    for tasks in BOTH {
        let exec = Exec::new();
        let silent = script(exec.clock()).expect(get("a")).reply(bulk("a"));
        let silent = (0..4).fold(silent, |script, _| script.expect(get("a")));
        let good = (0..7).fold(script(exec.clock()), |script, _| {
            script.expect(get("a")).reply(bulk("a"))
        });
        let server = Scripts::new(exec.clock(), [silent.hang(), good]);
        let client = tasks.client(&exec, &config.clone().with_retry(RetryPolicy::none()), server.clone());
        let mut answers = Vec::new();
        for _ in 0..12 {
            let answer = exec.run(client.get::<String>("a"));
            answers.push(answer.is_ok());
            if answer.is_ok() && exec.elapsed() > seconds(2) && answers.len() > 11 {
                break;
            }
        }
        assert!(answers[0], "{tasks:?}: {answers:?}");
        let failed = answers.iter().filter(|good| !**good).count();
        assert!(failed == 4, "{tasks:?}: {answers:?}");
        assert!(answers.iter().skip(6).all(|good| *good), "{tasks:?}: {answers:?}");
        assert!(exec.elapsed() <= ms(2600), "{tasks:?}: {:?}", exec.elapsed());
        exec.kill_tasks();
        assert_eq!(server.dials().len(), 2);
    }
}

/// Takes nothing, or a little, and says nothing.
#[derive(Clone)]
struct Deaf {
    takes: usize,
    taken: Arc<AtomicUsize>,
    clock: Clock,
}

impl Deaf {
    fn take(&self, bytes: &[u8]) -> usize {
        let left = self.takes - self.taken.load(Ordering::Relaxed);
        let n = bytes.len().min(left);
        self.taken.fetch_add(n, Ordering::Relaxed);
        n
    }

    fn passes(&self, timeout: Option<Duration>) -> TransportError {
        self.clock.advance(timeout.expect("a wait for ever"));
        TransportError::new(TransportErrorKind::TimedOut, "nothing moves")
    }
}

impl Transport for Deaf {
    fn read(&mut self, _: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        Err(self.passes(timeout))
    }
    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        match self.take(bytes) {
            0 => Err(self.passes(timeout)),
            n => Ok(n),
        }
    }
    fn close(&mut self) {}
}

impl AsyncTransport for Deaf {
    fn poll_read(&mut self, _: &mut Context<'_>, _: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        Poll::Pending
    }
    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        match self.take(bytes) {
            0 => Poll::Pending,
            n => Poll::Ready(Ok(n)),
        }
    }
    fn close(&mut self) {}
}

impl Connector for Deaf {
    fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.clone()))
    }
}

impl AsyncConnector for Deaf {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let deaf: Box<dyn AsyncTransport> = Box::new(self.clone());
        Box::pin(std::future::ready(Ok(deaf)))
    }
}

#[test]
fn t27_callers_of_a_server_that_does_not_read_wait_or_fail_within_the_memory_budget() {
    let value = "x".repeat(1000);
    for overload in [redwire::Overload::Wait, redwire::Overload::Fail] {
        let config = plain()
            .with_memory_budget(10_000)
            .with_response_timeout(seconds(2))
            .with_liveness(None)
            .with_overload(overload);
        for tasks in BOTH {
            let exec = Exec::new();
            let deaf = Deaf {
                takes: 3000,
                taken: Arc::default(),
                clock: exec.clock().clone(),
            };
            let client = tasks.client(&exec, &config, deaf);
            let calls = (0..100).map(|_| client.set("k", &value));
            let mut kinds = std::collections::BTreeMap::new();
            for answer in exec.run(join_all(calls)) {
                let error = answer.unwrap_err();
                let kind = format!("{:?} {:?}", error.kind(), error.outcome());
                *kinds.entry(kind).or_insert(0) += 1;
            }
            let count = |kind: &str| kinds.get(kind).copied().unwrap_or(0);
            // Three were begun to be written.
            assert_eq!(count("Timeout MaybeExecuted"), 3, "{tasks:?}: {kinds:?}");
            if overload == redwire::Overload::Fail {
                // Nine more or so fit; all others never took memory.
                assert!((88..=91).contains(&count("Overloaded NotSent")), "{tasks:?}: {kinds:?}");
            } else {
                assert_eq!(exec.elapsed(), seconds(2));
            }
            let not_sent = count("Overloaded NotSent") + count("Timeout NotSent");
            assert_eq!(not_sent, 97, "{tasks:?}: {kinds:?}");
            assert_eq!(kinds.values().sum::<i32>(), 100);
        }
    }
}

#[test]
fn t27_who_waits_for_room_is_served_in_order_once_the_server_reads_again() {
    let config = plain()
        .with_memory_budget(10_000)
        .with_response_timeout(None)
        .with_liveness(None);
    for tasks in BOTH {
        let exec = Exec::new();
        let server = redwire::mock::Server::new();
        let net = crate::net::Net::new(&server);
        let client = tasks.client(&exec, &config, net.clone());
        net.allow(500);
        let calls: Vec<_> = (0..100_i64)
            .map(|n| {
                let client = client.clone();
                let value = format!("{n:04}{}", "x".repeat(1000));
                exec.start(async move { client.append("log", value).await.unwrap() })
            })
            .collect();
        exec.pass(seconds(10));
        // Not a byte more than the budget is kept for the server, however long it takes.
        let written = net.written().len();
        net.allow(usize::MAX);
        assert!(written < 1000, "{written}");
        exec.run(join_all(calls));
        let log: String = server.blocking_client().get("log").unwrap();
        let order: Vec<i64> = log
            .as_bytes()
            .chunks(1004)
            .map(|part| std::str::from_utf8(&part[..4]).unwrap().parse().unwrap())
            .collect();
        assert_eq!(order, (0..100).collect::<Vec<_>>(), "{tasks:?}");
        exec.kill_tasks();
    }
}

#[test]
fn t27_the_deadline_fires_while_a_blocking_write_stands_still() {
    let clock = Clock::new();
    let deaf = Deaf {
        takes: 10,
        taken: Arc::default(),
        clock: clock.clone(),
    };
    let config = plain().with_response_timeout(seconds(2));
    let pool = redwire::blocking::Pool::with_clock(config, deaf, Arc::new(clock.clone())).unwrap();
    let error = pool.client().set("k", "x".repeat(1000)).unwrap_err();
    assert_error(&error, ErrorKind::Timeout, Outcome::MaybeExecuted);
    assert!(
        elapsed(&clock) >= seconds(2) && elapsed(&clock) < ms(2050),
        "{:?}",
        elapsed(&clock)
    );
    assert_eq!((pool.stats().lent, pool.stats().idle), (0, 0));
}

#[test]
fn t28_a_byte_now_and_then_does_not_put_the_deadline_off() {
    let config = plain().with_response_timeout(seconds(2)).with_liveness(seconds(60));
    each(
        &config,
        |clock| {
            let value = bulk(&"v".repeat(4000));
            let drip = value.as_bytes().chunks(1).take(100);
            let script = drip.fold(script(clock).expect(incr("a")), |script, byte| {
                script.reply(byte).stall(ms(50))
            });
            vec![script]
        },
        |client, _, clock| {
            assert_error(
                &client.one(incr("a")).unwrap_err(),
                ErrorKind::Timeout,
                Outcome::MaybeExecuted,
            );
            assert_eq!(elapsed(clock), seconds(2));
        },
    );
}

#[test]
fn t29_connecting_has_one_deadline_up_to_the_end_of_the_handshake() {
    let config = resp3()
        .with_connect_timeout(seconds(3))
        .with_response_timeout(seconds(60))
        .with_retry(RetryPolicy::none());
    let hello = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";
    each(
        &config,
        // HELLO is taken and never answered, or a byte of the answer comes every second.
        |clock| {
            vec![
                script(clock)
                    .expect(hello)
                    .reply("%")
                    .stall(seconds(1))
                    .reply("1")
                    .stall(seconds(1))
                    .reply("\r")
                    .stall(seconds(2))
                    .reply("\n"),
            ]
        },
        |client, _, clock| {
            assert_error(
                &client.one(incr("a")).unwrap_err(),
                ErrorKind::Timeout,
                Outcome::NotSent,
            );
            assert_eq!(elapsed(clock), seconds(3));
        },
    );
}

/// A connector that takes this long, then answers as `inner` does.
struct Late<C>(Duration, Exec, C);

impl<C: AsyncConnector> AsyncConnector for Late<C> {
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let (connecting, exec, time) = (self.2.connect(endpoint), self.1.clone(), self.0);
        Box::pin(async move {
            exec.sleep(time).await;
            connecting.await
        })
    }
}

impl<C: Connector> Connector for Late<C> {
    fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        let time = timeout.map_or(self.0, |timeout| timeout.min(self.0));
        self.1.clock().advance(time);
        if time < self.0 {
            return Err(TransportError::new(TransportErrorKind::TimedOut, "too slow"));
        }
        self.2.connect(endpoint, timeout)
    }
}

#[test]
fn t29_dialing_and_shaking_hands_share_the_deadline() {
    let hello = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";
    let config = resp3()
        .with_connect_timeout(seconds(3))
        .with_response_timeout(seconds(60))
        .with_retry(RetryPolicy::none());
    for dialing in [2, 4] {
        // Dialed in time, the server is greeted, and says nothing.
        let deaf = |clock: &Clock| {
            if dialing < 3 {
                script(clock).expect(hello).hang()
            } else {
                script(clock).hang()
            }
        };
        for tasks in BOTH {
            let exec = Exec::new();
            let server = Scripts::new(exec.clock(), [deaf(exec.clock())]);
            let client = tasks.client(&exec, &config, Late(seconds(dialing), exec.clone(), server));
            let error = exec.run(client.run(incr("a").returns::<i64>())).unwrap_err();
            assert_eq!(error.outcome(), Outcome::NotSent);
            assert_eq!(exec.elapsed(), seconds(3), "{tasks:?}: {error}");
            exec.kill_tasks();
            drop(client);
        }
        let exec = Exec::new();
        let server = Scripts::new(exec.clock(), [deaf(exec.clock())]);
        let clock = Arc::new(exec.clock().clone());
        let pool =
            redwire::blocking::Pool::with_clock(config.clone(), Late(seconds(dialing), exec.clone(), server), clock);
        let error = pool.unwrap().client().incr("a").unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(exec.elapsed(), seconds(3), "{error}");
    }
}

#[test]
fn peers_r22_an_idle_connection_closed_by_the_server_costs_the_next_command_nothing() {
    for config in [plain(), resp3()] {
        let begun = |clock: &Clock| {
            if config.protocol() == redwire::Protocol::Resp3 {
                greeted(clock)
            } else {
                script(clock)
            }
        };
        for reset in [false, true] {
            each(
                &config,
                |clock| {
                    let first = begun(clock).expect(incr("n")).reply(":1\r\n").stall(seconds(100));
                    let first = if reset { first.reset() } else { first.close() };
                    vec![first, begun(clock).expect(incr("n")).reply(":2\r\n")]
                },
                |client, server, clock| {
                    assert_eq!(client.said(incr("n")), "1");
                    client.pass(seconds(120), clock);
                    let before = elapsed(clock);
                    assert_eq!(client.said(incr("n")), "2");
                    assert_eq!(elapsed(clock), before, "a connection that was good is replaced at once");
                    assert_eq!(server.dials().len(), 2);
                },
            );
        }
    }
}

#[test]
fn peers_an_array_that_promises_too_much_costs_one_deadline_and_the_connection_is_replaced() {
    let config = plain().with_response_timeout(seconds(1)).with_liveness(seconds(2));
    let test = |client: &Client, clock: &Clock, calls: u64| {
        for _ in 0..calls {
            let error = client.one(incr("a")).unwrap_err();
            assert_error(&error, ErrorKind::Timeout, Outcome::MaybeExecuted);
        }
        assert_eq!(client.said(get("b")), "\"b\"");
        assert!(elapsed(clock) <= seconds(3), "{:?}", elapsed(clock));
    };
    let good = |clock: &Clock| script(clock).expect(get("b")).reply(bulk("b"));
    blocking(
        &config,
        |clock| {
            vec![
                script(clock).expect(incr("a")).reply("*60000000\r\n:1\r\n").hang(),
                good(clock),
            ]
        },
        |client, _, clock| test(client, clock, 1),
    );
    asynchronous(
        &config,
        |clock| {
            let promises = script(clock)
                .expect(incr("a"))
                .reply("*60000000\r\n:1\r\n")
                .expect(incr("a"));
            vec![promises.hang(), good(clock)]
        },
        |client, _, clock| test(client, clock, 2),
    );
    // Beyond the limit on elements it is refused at once.
    each(
        &config,
        |clock| vec![script(clock).expect(incr("a")).reply("*99999999999\r\n"), good(clock)],
        |client, _, clock| {
            assert_error(
                &client.one(incr("a")).unwrap_err(),
                ErrorKind::Protocol,
                Outcome::MaybeExecuted,
            );
            assert_eq!(client.said(get("b")), "\"b\"");
            assert!(elapsed(clock) <= ms(200), "{:?}", elapsed(clock));
        },
    );
}

#[test]
fn peers_r15_a_request_cut_off_by_its_deadline_is_not_written_on_behind() {
    let server = redwire::mock::Server::new();
    let net = crate::net::Net::new(&server);
    let config = plain().with_response_timeout(seconds(1));
    let clock = Arc::new(server.clock().clone());
    let client = redwire::blocking::Pool::with_clock(config, net.clone(), clock)
        .unwrap()
        .client();
    net.allow(50_000);
    let error = client.set("big", "x".repeat(20_000_000)).unwrap_err();
    assert_error(&error, ErrorKind::Timeout, Outcome::MaybeExecuted);
    // Half of it is on the wire of the first connection, which is closed; what comes next goes over another one.
    assert_eq!(net.open(), 0);
    net.allow(usize::MAX);
    net.written();
    assert_eq!(client.get::<Option<String>>("big").unwrap(), None);
    assert_eq!(net.written(), "*2\\r\\n$3\\r\\nGET\\r\\n$3\\r\\nbig\\r\\n");
    assert_eq!((net.opened(), net.open()), (2, 1));
}

#[test]
fn peers_r7_a_retry_comes_by_itself_when_its_time_has_come() {
    let loading = "-LOADING Redis is loading the dataset in memory\r\n";
    asynchronous(
        &plain(),
        |clock| {
            vec![
                script(clock)
                    .expect(incr("n"))
                    .reply(loading)
                    .expect(incr("n"))
                    .reply(":1\r\n"),
            ]
        },
        // No other call comes to its help.
        |client, _, clock| {
            assert_eq!(client.said(incr("n")), "1");
            assert!(elapsed(clock) <= ms(220), "{:?}", elapsed(clock));
        },
    );
}

#[test]
fn peers_683_dropping_everything_with_a_full_line_ends_everything() {
    for tasks in BOTH {
        let exec = Exec::new();
        let deaf = Deaf {
            takes: 100,
            taken: Arc::default(),
            clock: exec.clock().clone(),
        };
        let config = plain()
            .with_memory_budget(2000)
            .with_response_timeout(None)
            .with_liveness(None);
        let client = tasks.client(&exec, &config, deaf);
        let value = "x".repeat(1000);
        let mut calls: Vec<_> = (0..20).map(|_| client.set("k", &value)).collect();
        for call in &mut calls {
            assert!(crate::stage::poll_once(call).is_pending());
        }
        // From the middle, from the front and from the back.
        for at in [10, 0, 17, 5, 0] {
            drop(calls.remove(at));
            exec.settle();
        }
        let waiting = client.clone();
        waiting.disconnect();
        exec.settle();
        drop(calls);
        drop(waiting);
        drop(client);
        exec.settle();
        assert_eq!(exec.tasks(), 0);
    }
}
