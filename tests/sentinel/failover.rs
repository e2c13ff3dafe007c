//! A real failover, ordered and by killing the master, while 16 callers count: no reply is anybody else's, nothing counts twice
//! without having been called uncertain, nothing that both replicas had is lost, and all of it goes on soon after the
//! sentinels' own failover: within a second where the machine has time for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use redwire::prelude::*;
use redwire::{Config, ConnectionEvent};

use crate::support::{Reply, Sentinels};
use crate::turns;
use crate::worlds::{AsyncStd, Smol, TokioAlone, TokioCrowd, World, all_of};

const CALLERS: usize = 16;
/// Failovers in one run.
const FAILOVERS: u64 = 2;
/// What a client may take on top of the sentinels. A second is more than it needs; where several of these run beside each other on
/// few cores, the sentinels and servers themselves are late by seconds.
const SLACK: Duration = Duration::from_secs(5);
/// Between two turns of a caller, so that sentinels and servers get their time as well.
const PAUSE: Duration = Duration::from_millis(3);

/// How long a caller waits for both replicas to have what it has written.
const REPLICATED: Duration = Duration::from_millis(500);

/// What all callers know.
#[derive(Debug, Default)]
struct Scene {
    over: AtomicBool,
    /// Which phase it is; every caller says when it first succeeded in it.
    phase: AtomicU64,
    succeeded: Mutex<Vec<(u64, usize, Instant)>>,
    /// How many counts both replicas are known to have had.
    replicated: AtomicU64,
    moved: AtomicU64,
    /// What the client's observer was told, as far as it is not about a single connection.
    log: Mutex<Vec<(Instant, String)>>,
    errors: Mutex<std::collections::BTreeMap<String, u64>>,
}

/// What one caller knows about its own counter.
#[derive(Debug, Default)]
struct Ledger {
    caller: usize,
    turn: u64,
    acknowledged: i64,
    in_doubt: i64,
    last: i64,
    /// The highest value that both replicas are known to have.
    safe: i64,
    /// How often the counter went back, because what was written last had not been replicated.
    backs: u64,
    echoes: u64,
    phase: u64,
}

impl Ledger {
    fn of(caller: usize) -> Self {
        Ledger {
            caller,
            ..Ledger::default()
        }
    }

    fn key(&self) -> String {
        format!("counter:{}", self.caller)
    }

    fn tag(&self) -> String {
        format!("{}:{}", self.caller, self.turn)
    }
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

    fn config(self: &Arc<Self>, group: &Sentinels) -> Config {
        let scene = self.clone();
        let observe = move |event: &ConnectionEvent| {
            if matches!(event, ConnectionEvent::MasterChanged { .. }) {
                scene.log.lock().unwrap().push((Instant::now(), format!("{event:?}")));
                scene.moved.fetch_add(1, Ordering::SeqCst);
            }
        };
        let config = Config::parse(&group.url()).unwrap();
        config
            .with_observer(Arc::new(observe))
            .with_response_timeout(Duration::from_secs(5))
    }

    fn counted(&self, ledger: &mut Ledger, answer: Result<i64, Error>) -> Option<i64> {
        let phase = self.phase.load(Ordering::SeqCst);
        match answer {
            Ok(n) => {
                ledger.acknowledged += 1;
                let most = ledger.acknowledged + ledger.in_doubt;
                assert!(n <= most, "{n} after at most {most} increments: {ledger:?}");
                assert!(
                    n > ledger.safe,
                    "{n}, and both replicas had {}: {ledger:?}",
                    ledger.safe
                );
                ledger.backs += u64::from(n <= ledger.last);
                ledger.last = n;
                if ledger.phase < phase {
                    ledger.phase = phase;
                    self.succeeded
                        .lock()
                        .unwrap()
                        .push((phase, ledger.caller, Instant::now()));
                }
                Some(n)
            }
            Err(error) => {
                self.failed(ledger, &error);
                None
            }
        }
    }

    fn failed(&self, ledger: &mut Ledger, error: &Error) {
        let passing = matches!(
            error.kind(),
            ErrorKind::Transport | ErrorKind::Closed | ErrorKind::Timeout | ErrorKind::MasterNotFound
        );
        assert!(
            passing || matches!(error.code(), Some("READONLY" | "UNBLOCKED")),
            "{error:?}"
        );
        if error.outcome() == Outcome::MaybeExecuted {
            ledger.in_doubt += 1;
        }
        let kind = format!("{:?} {:?}", error.kind(), error.outcome());
        *self.errors.lock().unwrap().entry(kind).or_insert(0) += 1;
    }

    fn echoed(&self, ledger: &mut Ledger, answer: Result<String, Error>) {
        match answer {
            Ok(echo) => {
                assert_eq!(echo, ledger.tag(), "a reply of somebody else");
                ledger.echoes += 1;
            }
            Err(error) => self.failed(&mut Ledger::default(), &error),
        }
    }

    /// A count that is waited for until both replicas have it.
    fn replicated(&self, ledger: &mut Ledger, counted: Result<i64, Error>, waited: Result<u64, Error>) {
        let counted = self.counted(ledger, counted);
        match (counted, waited) {
            (Some(n), Ok(2..)) => {
                ledger.safe = n;
                self.replicated.fetch_add(1, Ordering::SeqCst);
            }
            (_, Ok(_)) => {}
            (_, Err(error)) => self.failed(&mut Ledger::default(), &error),
        }
    }

    /// Waits until every caller has succeeded in this phase; when the last one did.
    fn wait_for_all(&self, phase: u64) -> Instant {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let succeeded = self.succeeded.lock().unwrap();
            let times: Vec<Instant> = succeeded
                .iter()
                .filter(|(of, ..)| *of == phase)
                .map(|(.., at)| *at)
                .collect();
            drop(succeeded);
            if times.len() == CALLERS {
                return times.into_iter().max().unwrap();
            }
            assert!(
                Instant::now() < end,
                "{} of {CALLERS} callers in phase {phase}: {:?}",
                times.len(),
                self.errors.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until as many counts as there are callers have come to both replicas, so that a failover has something to lose.
    fn wait_for_replicas(&self) {
        let end = Instant::now() + Duration::from_secs(30);
        let before = self.replicated.load(Ordering::SeqCst);
        while self.replicated.load(Ordering::SeqCst) < before + CALLERS as u64 {
            assert!(Instant::now() < end, "too little is replicated: {self:#?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// An ordered failover, then one because the master is gone.
    fn play(&self, group: &mut Sentinels) {
        let _ends = Ends(&self.over);
        self.phase.store(1, Ordering::SeqCst);
        self.wait_for_all(1);
        for (phase, killed) in [(2, false), (3, true)] {
            group.wait_until_watched();
            self.wait_for_replicas();
            let old = group.master_port();
            if killed {
                group.kill(old);
            } else {
                group.order_failover();
            }
            group.wait_for_first_switch(old);
            // From here on the sentinels have done their part.
            let switched = Instant::now();
            self.phase.store(phase, Ordering::SeqCst);
            let took = self.wait_for_all(phase).saturating_duration_since(switched);
            assert!(
                took <= SLACK,
                "{took:?} after the sentinels, killed: {killed}: {self:#?}"
            );
            group.wait_for_switch(old);
        }
        // A while with the third master.
        self.phase.store(4, Ordering::SeqCst);
        self.wait_for_all(4);
    }

    fn assert_ledgers(&self, group: &Sentinels, ledgers: &[Ledger]) {
        let mut raw = group.raw_master();
        for ledger in ledgers {
            let counter = match raw.call(&["GET", &ledger.key()]) {
                Reply::Null => 0,
                reply => reply.text().parse::<i64>().unwrap(),
            };
            let most = ledger.acknowledged + ledger.in_doubt;
            assert!(
                ledger.safe <= counter && counter <= most,
                "{counter} in the master: {ledger:?}"
            );
            // What the last master acknowledged it has.
            assert!(counter >= ledger.last, "{counter} in the master: {ledger:?}");
            // Once moved, nobody goes back to a former master.
            assert!(ledger.backs <= self.moved.load(Ordering::SeqCst), "{ledger:?}");
            assert!(ledger.echoes > 0, "{ledger:?}");
        }
        assert!(ledgers.iter().any(|ledger| ledger.safe > 0), "{ledgers:#?}");
        let moved = self.moved.load(Ordering::SeqCst);
        assert!(moved >= FAILOVERS, "{moved}");
    }
}

fn failover_under_load<W: World>() {
    let _turn = turns::heavy();
    let mut group = Sentinels::patient();
    let scene = Arc::new(Scene::default());
    let config = scene.config(&group);
    let ledgers = std::thread::scope(|threads| {
        let playing = threads.spawn(|| scene.play(&mut group));
        let ledgers = W::block_on(async {
            let client = W::connect(config).await.unwrap();
            let callers = (0..CALLERS).map(|n| {
                let (client, scene) = (client.clone(), scene.clone());
                async move {
                    let mut ledger = Ledger::of(n);
                    while scene.goes_on() {
                        ledger.turn += 1;
                        // Over the connection that all share.
                        let counted = client.incr(ledger.key()).await;
                        scene.counted(&mut ledger, counted);
                        let echo = cmd("ECHO").arg(ledger.tag()).read_only();
                        let echoed = client.run(echo.returns()).await;
                        scene.echoed(&mut ledger, echoed);
                        if ledger.turn % 8 == 1 {
                            // Over one of its own, since it waits in the server.
                            let mut batch = client.batch().non_atomic();
                            let (n, waited) = (batch.incr(ledger.key()), batch.wait(2, REPLICATED));
                            let mut results = batch.execute_each().await.unwrap();
                            let (n, waited) = (results.take(n), results.take(waited));
                            scene.replicated(&mut ledger, n, waited);
                        }
                        W::sleep(PAUSE).await;
                    }
                    ledger
                }
            });
            all_of::<W, _>(callers).await
        });
        playing.join().unwrap();
        ledgers
    });
    scene.assert_ledgers(&group, &ledgers);
}

#[test]
fn failover_under_load_tokio_one_thread() {
    failover_under_load::<TokioAlone>();
}

#[test]
fn failover_under_load_tokio_four_threads() {
    failover_under_load::<TokioCrowd>();
}

#[test]
fn failover_under_load_async_std() {
    failover_under_load::<AsyncStd>();
}

#[test]
fn failover_under_load_smol() {
    failover_under_load::<Smol>();
}

#[test]
fn failover_under_load_blocking() {
    let _turn = turns::heavy();
    let mut group = Sentinels::patient();
    let scene = Arc::new(Scene::default());
    let client = redwire::blocking::Client::connect(scene.config(&group)).unwrap();
    let ledgers = std::thread::scope(|threads| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|n| {
                let (client, scene) = (&client, &scene);
                threads.spawn(move || {
                    let mut ledger = Ledger::of(n);
                    while scene.goes_on() {
                        ledger.turn += 1;
                        let counted = client.incr(ledger.key());
                        scene.counted(&mut ledger, counted);
                        let echo = cmd("ECHO").arg(ledger.tag()).read_only();
                        scene.echoed(&mut ledger, client.run(echo.returns()));
                        if ledger.turn % 8 == 1 {
                            let mut batch = client.batch().non_atomic();
                            let (n, waited) = (batch.incr(ledger.key()), batch.wait(2, REPLICATED));
                            let mut results = batch.execute_each().unwrap();
                            let (n, waited) = (results.take(n), results.take(waited));
                            scene.replicated(&mut ledger, n, waited);
                        }
                        std::thread::sleep(PAUSE);
                    }
                    ledger
                })
            })
            .collect();
        scene.play(&mut group);
        callers
            .into_iter()
            .map(|caller| caller.join().unwrap())
            .collect::<Vec<_>>()
    });
    scene.assert_ledgers(&group, &ledgers);
    let stats = client.pool().stats();
    assert_eq!((stats.lent, stats.waiting), (0, 0));
}
