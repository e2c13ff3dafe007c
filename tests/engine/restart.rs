//! T53: the server is killed and restarted while many tasks or threads use one client. Nothing acknowledged is lost, nothing
//! runs more often than was said, no reply goes to somebody else, and everything goes on by itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use redwire::command::Executor;
use redwire::prelude::*;
use redwire::{Backoff, Config, ConnectionEvent};

use crate::stage::ms;
use crate::support::{Raw, Reply, Server};
use crate::worlds::{AsyncStd, Smol, TokioAlone, TokioCrowd, World, all_of};

const CALLERS: usize = 64;

/// How many successes there must be between two kills.
const ROUND: u64 = 2000;

/// What all callers know.
#[derive(Default)]
struct Scene {
    acknowledged: AtomicU64,
    over: AtomicBool,
    /// How many connections were made.
    connected: Arc<AtomicU64>,
    /// Errors by kind and outcome, for the message of a failure.
    errors: Mutex<std::collections::BTreeMap<String, u64>>,
}

/// What one caller knows about its own counter.
#[derive(Debug, Default)]
struct Ledger {
    acknowledged: i64,
    in_doubt: i64,
    last: i64,
    echoes: i64,
}

struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Scene {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }

    fn counted(&self, ledger: &mut Ledger, key: &str, answer: Result<i64, Error>) {
        match answer {
            Ok(n) => {
                ledger.acknowledged += 1;
                // Nobody else counts here, so each value is new and within what can have happened.
                assert!(n > ledger.last, "{key}: {n} after {}", ledger.last);
                let most = ledger.acknowledged + ledger.in_doubt;
                assert!(n <= most, "{key}: {n} after at most {most} increments");
                ledger.last = n;
                self.acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => self.failed(ledger, &error),
        }
    }

    fn failed(&self, ledger: &mut Ledger, error: &Error) {
        if error.outcome() == Outcome::MaybeExecuted {
            ledger.in_doubt += 1;
        }
        let passing = matches!(
            error.kind(),
            ErrorKind::Transport | ErrorKind::Closed | ErrorKind::Timeout | ErrorKind::Exhausted
        );
        assert!(passing || error.is_retryable(), "{error}");
        let kind = format!("{:?} {:?}", error.kind(), error.outcome());
        *self.errors.lock().unwrap().entry(kind).or_insert(0) += 1;
    }

    fn echoed(&self, ledger: &mut Ledger, tag: &str, answer: Result<String, Error>) {
        match answer {
            Ok(echo) => {
                assert_eq!(echo, tag, "a reply of somebody else");
                ledger.echoes += 1;
            }
            // It only reads, whatever is said of its outcome.
            Err(error) => self.failed(&mut Ledger::default(), &error),
        }
    }

    /// Kills and restarts the server twice under load, then lets the callers succeed once more.
    fn play(&self, server: &mut Server) {
        // However this ends, a failed assertion included, the callers are not left calling.
        let _ends = Ends(&self.over);
        let mut connected = 0;
        for round in 0..=2 {
            let until = self.acknowledged.load(Ordering::SeqCst) + ROUND;
            let end = Instant::now() + Duration::from_secs(30);
            while self.acknowledged.load(Ordering::SeqCst) < until {
                assert!(
                    Instant::now() < end,
                    "no progress in round {round}: {:?}",
                    self.errors.lock().unwrap()
                );
                std::thread::sleep(ms(1));
            }
            // Callers may have noticed nothing: what was not sent, and what only reads, is sent again by itself. That there
            // was something to notice, new connections show.
            assert!(self.connected.load(Ordering::SeqCst) > connected, "round {round}");
            if round < 2 {
                connected = self.connected.load(Ordering::SeqCst);
                server.restart();
            }
        }
    }

    fn assert_ledgers(&self, raw: &mut Raw, ledgers: &[Ledger]) {
        for (n, ledger) in ledgers.iter().enumerate() {
            let counter = match raw.call(&["GET", &key(n)]) {
                Reply::Null => 0,
                reply => reply.text().parse::<i64>().unwrap(),
            };
            let most = ledger.acknowledged + ledger.in_doubt;
            assert!(
                ledger.acknowledged <= counter && counter <= most,
                "{counter} in the server: {ledger:?}"
            );
            assert!(ledger.echoes > 0, "{ledger:?}");
        }
        // Callers may have noticed nothing at all: what was not sent, and what only reads, is sent again by itself.
        let connected = self.connected.load(Ordering::SeqCst);
        assert!(
            connected >= 3,
            "each restart must have cost the connection: {connected}"
        );
    }
}

fn key(n: usize) -> String {
    format!("counter:{n}")
}

fn server() -> Server {
    Server::builder()
        .arg("--appendonly", "yes")
        .arg("--appendfsync", "always")
        .start()
}

fn config(server: &Server, scene: &Scene) -> Config {
    let connected = scene.connected.clone();
    Config::parse(&server.url())
        .unwrap()
        .with_observer(Arc::new(move |event: &ConnectionEvent| {
            if matches!(event, ConnectionEvent::Connected { .. }) {
                connected.fetch_add(1, Ordering::SeqCst);
            }
        }))
        .with_response_timeout(Duration::from_secs(5))
        .with_backoff(Backoff::new().with_base(ms(5)).with_cap(ms(50)))
}

fn restart_under_load<W: World>() {
    let mut server = server();
    let scene = Arc::new(Scene::default());
    let ledgers = std::thread::scope(|threads| {
        let config = config(&server, &scene);
        let playing = threads.spawn(|| scene.play(&mut server));
        let ledgers = W::block_on(async {
            let client = W::connect(config).await.unwrap();
            let callers = (0..CALLERS).map(|n| {
                let (client, scene) = (client.clone(), scene.clone());
                async move {
                    let mut ledger = Ledger::default();
                    let mut turn = 0;
                    while scene.goes_on() {
                        turn += 1;
                        scene.counted(&mut ledger, &key(n), client.incr(key(n)).await);
                        let tag = format!("{n}:{turn}");
                        let echo = cmd("ECHO").arg(&tag).read_only();
                        scene.echoed(&mut ledger, &tag, client.run(echo.returns()).await);
                    }
                    ledger
                }
            });
            all_of::<W, _>(callers).await
        });
        playing.join().unwrap();
        ledgers
    });
    scene.assert_ledgers(&mut server.raw(), &ledgers);
}

#[test]
fn t53_restart_under_load_tokio_one_thread() {
    restart_under_load::<TokioAlone>();
}

#[test]
fn t53_restart_under_load_tokio_four_threads() {
    restart_under_load::<TokioCrowd>();
}

#[test]
fn t53_restart_under_load_async_std() {
    restart_under_load::<AsyncStd>();
}

#[test]
fn t53_restart_under_load_smol() {
    restart_under_load::<Smol>();
}

#[test]
fn t53_restart_under_load_blocking() {
    let mut server = server();
    let scene = Scene::default();
    let client = redwire::blocking::Client::connect(config(&server, &scene)).unwrap();
    let ledgers = std::thread::scope(|threads| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|n| {
                let (client, scene) = (&client, &scene);
                threads.spawn(move || {
                    let mut ledger = Ledger::default();
                    let mut turn = 0;
                    while scene.goes_on() {
                        turn += 1;
                        scene.counted(&mut ledger, &key(n), client.incr(key(n)));
                        let tag = format!("{n}:{turn}");
                        let echo = cmd("ECHO").arg(&tag).read_only();
                        scene.echoed(&mut ledger, &tag, client.run(echo.returns()));
                    }
                    ledger
                })
            })
            .collect();
        scene.play(&mut server);
        callers
            .into_iter()
            .map(|caller| caller.join().unwrap())
            .collect::<Vec<_>>()
    });
    scene.assert_ledgers(&mut server.raw(), &ledgers);
    let stats = client.pool().stats();
    assert_eq!((stats.lent, stats.waiting), (0, 0));
}
