//! T30: a server that cannot be reached, or that accepts and closes, is dialed later and later, and many failures at a time
//! are one.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use redwire::mock::Clock;
use redwire::prelude::*;
use redwire::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Clock as _, Connector, Transport, TransportError, TransportErrorKind,
};
use redwire::{Config, Endpoint};

use crate::stage::{BOTH, Client, Exec, get, ms, plain};

fn elapsed(clock: &Clock) -> Duration {
    clock.now().since_origin()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Accepts and closes at once, or refuses.
#[derive(Clone)]
struct Unwilling {
    accepts: bool,
    clock: Clock,
    dials: Arc<std::sync::Mutex<Vec<Duration>>>,
}

struct Closed;

impl Transport for Closed {
    fn read(&mut self, _: &mut [u8], _: Option<Duration>) -> Result<usize, TransportError> {
        Ok(0)
    }
    fn write(&mut self, bytes: &[u8], _: Option<Duration>) -> Result<usize, TransportError> {
        Ok(bytes.len())
    }
    fn close(&mut self) {}
}

impl AsyncTransport for Closed {
    fn poll_read(&mut self, _: &mut Context<'_>, _: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        Poll::Ready(Ok(0))
    }
    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        Poll::Ready(Ok(bytes.len()))
    }
    fn close(&mut self) {}
}

impl Unwilling {
    fn new(accepts: bool, clock: &Clock) -> Self {
        Unwilling {
            accepts,
            clock: clock.clone(),
            dials: Arc::default(),
        }
    }

    fn dial(&self) -> Result<Closed, TransportError> {
        self.dials.lock().unwrap().push(elapsed(&self.clock));
        if self.accepts {
            Ok(Closed)
        } else {
            Err(TransportError::new(TransportErrorKind::Unreachable, "refused"))
        }
    }
}

impl Connector for Unwilling {
    fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.dial()?))
    }
}

impl AsyncConnector for Unwilling {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let dialed = self.dial().map(|closed| Box::new(closed) as Box<dyn AsyncTransport>);
        Box::pin(std::future::ready(dialed))
    }
}

/// What a program does that does not give up: one call after the other for this long.
fn insist(client: &Client, clock: &Clock, until: Duration) {
    while elapsed(clock) < until {
        client.one(get("a")).unwrap_err();
        // It has something else to do now and then, or it would call without end at one and the same time.
        client.pass(ms(10), clock);
    }
}

/// Dials of one client within six seconds at the defaults, as few as in the mean of many clients.
fn assert_backoff(all: &[Vec<Duration>]) {
    let counts: Vec<usize> = all
        .iter()
        .map(|dials| dials.iter().filter(|at| **at < seconds(6)).count())
        .collect();
    let mean = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    assert!(mean <= 10.0, "{mean} dials in six seconds: {counts:?}");
    for dials in all {
        let gaps = dials.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.max().unwrap() <= seconds(5) + ms(100), "{dials:?}");
    }
    // Full jitter: no two clients come at the same times.
    let second: std::collections::BTreeSet<Duration> = all.iter().map(|dials| dials[1]).collect();
    assert!(second.len() > 1, "{second:?}");
}

#[test]
fn t30_a_server_that_refuses_or_accepts_and_closes_is_dialed_later_and_later() {
    for accepts in [true, false] {
        let mut all = Vec::new();
        for _ in 0..10 {
            let clock = Clock::new();
            let server = Unwilling::new(accepts, &clock);
            let pool = redwire::blocking::Pool::with_clock(plain(), server.clone(), Arc::new(clock.clone())).unwrap();
            insist(&Client::Blocking(pool.client()), &clock, seconds(20));
            all.push(server.dials.lock().unwrap().clone());
        }
        assert_backoff(&all);
        for tasks in BOTH {
            let mut all = Vec::new();
            for _ in 0..10 {
                let exec = Exec::new();
                let server = Unwilling::new(accepts, exec.clock());
                let client = tasks.client(&exec, &plain(), server.clone());
                insist(&Client::Async(client, exec.clone()), exec.clock(), seconds(20));
                exec.kill_tasks();
                all.push(server.dials.lock().unwrap().clone());
            }
            assert_backoff(&all);
        }
    }
}

#[test]
fn peers_r23_a_refused_connection_is_told_within_the_tries_of_one_call() {
    for accepts in [true, false] {
        let mut times = Vec::new();
        for _ in 0..10 {
            let clock = Clock::new();
            let server = Unwilling::new(accepts, &clock);
            let pool = redwire::blocking::Pool::with_clock(plain(), server.clone(), Arc::new(clock.clone())).unwrap();
            let error = pool.client().get::<String>("a").unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::Transport | ErrorKind::Closed),
                "{error}"
            );
            times.push(elapsed(&clock));
            assert!(server.dials.lock().unwrap().len() <= 4, "one try and three more");
        }
        // 200, 400 and 800 ms at most.
        assert!(times.iter().max().unwrap() <= &ms(1500), "{times:?}");
    }
}

#[test]
fn a_thousand_lost_connections_are_one_failure() {
    // Every thread loses its connection at the same time: the server was restarted once, and it is dialed as if one had.
    let clock = Clock::new();
    let server = redwire::mock::Server::new();
    let net = crate::net::Net::new(&server);
    let config: Config = plain().with_pool(redwire::PoolOptions::new().with_max_connections(1000));
    let pool = redwire::blocking::Pool::with_clock(config, net.clone(), Arc::new(clock.clone())).unwrap();
    let client = pool.client();
    let all: Vec<_> = (0..1000).map(|_| client.exclusive().unwrap()).collect();
    clock.advance(ms(1));
    net.cut();
    for connection in &all {
        connection.set("a", 1).unwrap_err();
    }
    drop(all);
    let before = elapsed(&clock);
    client.set("a", 1).unwrap();
    assert!(
        elapsed(&clock) - before <= ms(200),
        "waited {:?}",
        elapsed(&clock) - before
    );
}
