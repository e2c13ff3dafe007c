//! Where tests in virtual time play: an executor that moves the clock when nothing else moves, and servers that play one
//! script after the other, one for each connection.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use redwire::command::{Executor, Request};
use redwire::mock::{Clock, Script};
use redwire::resp::Reply;
use redwire::time::Timestamp;
use redwire::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Clock as _, Connector, Spawner, Transport, TransportError,
    TransportErrorKind,
};
use redwire::{Config, Endpoint, Error, ErrorKind, Outcome, Protocol, cmd};

pub type AsyncClient = redwire::tokio::Client;

/// RESP2 and nothing to log in with: no handshake. No announcement of the library either.
pub fn plain() -> Config {
    Config::new().with_protocol(Protocol::Resp2).with_library(None)
}

pub fn get(key: &str) -> Request {
    cmd("GET").key(key).read_only()
}

pub fn incr(key: &str) -> Request {
    cmd("INCR").key(key)
}

pub fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub fn assert_error(error: &Error, kind: ErrorKind, outcome: Outcome) {
    assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error}");
}

/// An answer in a few words: the reply, or the kind of the error and the fate of the command.
pub fn describe(answer: &Result<Reply, Error>) -> String {
    match answer {
        Ok(reply) => format!("{reply:?}"),
        Err(error) => format!("{:?} {:?}", error.kind(), error.outcome()),
    }
}

/// Polls a future once, then again and again, and says in between what came of it.
pub fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Whether somebody was woken.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Task {
    future: BoxFuture<'static, ()>,
    woken: Arc<Flag>,
}

/// Runs futures and the tasks they start, each only after it was woken: a wake-up that is lost stops the show.
#[derive(Clone, Default)]
pub struct Exec {
    clock: Clock,
    tasks: Arc<Mutex<Vec<Task>>>,
}

/// How much time passes whenever nothing else happens.
const STEP: Duration = Duration::from_millis(10);
/// When a show is over in any case.
const END: Duration = Duration::from_secs(3600);

impl Exec {
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the clock that this server lives by.
    pub fn around(server: &redwire::mock::Server) -> Self {
        Exec {
            clock: server.clock().clone(),
            tasks: Arc::default(),
        }
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.clock.now().since_origin()
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> usize {
        self.tasks.lock().unwrap().len()
    }

    /// Ends every task, as a runtime does that is shut down.
    pub fn kill_tasks(&self) {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
        drop(tasks);
    }

    /// Starts a task. What it results in can be awaited.
    pub fn start<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> Handle<T> {
        let handle = Handle(Arc::new(Mutex::new((None, None))));
        let result = handle.0.clone();
        self.spawn(Box::pin(async move {
            let output = future.await;
            let mut result = result.lock().unwrap();
            result.0 = Some(output);
            if let Some(waker) = result.1.take() {
                waker.wake();
            }
        }));
        handle
    }

    /// Runs the tasks that were woken until none is.
    pub fn settle(&self) {
        while self.turn() {}
    }

    /// Runs every task that was woken once. False if none was.
    fn turn(&self) -> bool {
        let mut any = false;
        let count = self.tasks();
        let mut at = 0;
        for _ in 0..count {
            let mut tasks = self.tasks.lock().unwrap();
            let Some(task) = tasks.get_mut(at) else { break };
            if !task.woken.0.swap(false, Ordering::SeqCst) {
                at += 1;
                continue;
            }
            any = true;
            // Out of the list while it runs: it may start others.
            let mut task = tasks.remove(at);
            drop(tasks);
            let waker = Waker::from(task.woken.clone());
            let polled = task.future.as_mut().poll(&mut Context::from_waker(&waker));
            if polled.is_pending() {
                self.tasks.lock().unwrap().insert(at, task);
                at += 1;
            }
        }
        any
    }

    /// Runs a future to its end. Time passes only when nobody was woken.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(woken.clone());
        let end = self.elapsed() + END;
        let mut turns = 0_u64;
        loop {
            let mut any = false;
            if woken.0.swap(false, Ordering::SeqCst) {
                any = true;
                if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return output;
                }
            }
            any |= self.turn();
            if !any {
                assert!(self.elapsed() < end, "nobody is woken any more");
                self.clock.advance(STEP);
            }
            turns += 1;
            assert!(turns < 1_000_000, "everybody is woken all the time");
        }
    }

    /// Lets time pass, and whatever it brings.
    pub fn pass(&self, time: Duration) {
        let until = self.now() + time;
        loop {
            self.settle();
            let now = self.now();
            if now >= until {
                return;
            }
            self.clock.advance(STEP.min(until - now));
        }
    }

    /// Ready after this time.
    pub async fn sleep(&self, time: Duration) {
        use redwire::transport::AsyncClock as _;
        let until = self.now() + time;
        let mut timer = self.clock.timer();
        std::future::poll_fn(|cx| timer.poll_at(cx, until)).await;
    }
}

impl Spawner for Exec {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> bool {
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        self.tasks.lock().unwrap().push(Task { future: task, woken });
        true
    }
}

/// What a task results in, and who waits for that.
type Outcomes<T> = Arc<Mutex<(Option<T>, Option<Waker>)>>;

pub struct Handle<T>(Outcomes<T>);

impl<T> Future for Handle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut result = self.0.lock().unwrap();
        match result.0.take() {
            Some(output) => Poll::Ready(output),
            None => {
                result.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// All futures at once, each polled only when it was woken itself.
pub async fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    struct Relay {
        own: AtomicBool,
        parent: Mutex<Option<Waker>>,
    }
    impl Wake for Relay {
        fn wake(self: Arc<Self>) {
            self.own.store(true, Ordering::SeqCst);
            if let Some(parent) = self.parent.lock().unwrap().take() {
                parent.wake();
            }
        }
    }
    let mut futures: Vec<_> = futures
        .into_iter()
        .map(|future| {
            let relay = Arc::new(Relay {
                own: AtomicBool::new(true),
                parent: Mutex::new(None),
            });
            (Box::pin(future), relay, None)
        })
        .collect();
    std::future::poll_fn(move |cx| {
        let mut missing = false;
        for (future, relay, output) in &mut futures {
            if output.is_some() {
                continue;
            }
            *relay.parent.lock().unwrap() = Some(cx.waker().clone());
            if relay.own.swap(false, Ordering::SeqCst) {
                let waker = Waker::from(relay.clone());
                if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    *output = Some(value);
                    continue;
                }
            }
            missing = true;
        }
        if missing {
            return Poll::Pending;
        }
        Poll::Ready(futures.iter_mut().filter_map(|(.., output)| output.take()).collect())
    })
    .await
}

/// A server that plays a script on each connection, in the order in which they are made, and then refuses.
#[derive(Clone)]
pub struct Scripts {
    clock: Clock,
    rest: Arc<Mutex<VecDeque<Script>>>,
    played: Arc<Mutex<Vec<Script>>>,
    dials: Arc<Mutex<Vec<Timestamp>>>,
}

impl Scripts {
    /// `scripts` makes them from the clock they share.
    pub fn new(clock: &Clock, scripts: impl IntoIterator<Item = Script>) -> Self {
        Scripts {
            clock: clock.clone(),
            rest: Arc::new(Mutex::new(scripts.into_iter().collect())),
            played: Arc::default(),
            dials: Arc::default(),
        }
    }

    /// When connections were made or refused.
    pub fn dials(&self) -> Vec<Timestamp> {
        self.dials.lock().unwrap().clone()
    }

    /// Every script must have been played, to its end.
    pub fn finish(self) {
        let rest = self.rest.lock().unwrap().len();
        assert_eq!(rest, 0, "scripts not played");
        for script in self.played.lock().unwrap().drain(..) {
            script.finish();
        }
    }

    fn dial(&self) -> Result<redwire::mock::ScriptTransport, TransportError> {
        self.dials.lock().unwrap().push(self.clock.now());
        match self.rest.lock().unwrap().pop_front() {
            Some(script) => {
                let transport = script.transport();
                self.played.lock().unwrap().push(script);
                Ok(transport)
            }
            None => Err(TransportError::new(TransportErrorKind::Unreachable, "nobody is there")),
        }
    }
}

impl Connector for Scripts {
    fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.dial()?))
    }
}

impl AsyncConnector for Scripts {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let dialed = self
            .dial()
            .map(|transport| Box::new(transport) as Box<dyn AsyncTransport>);
        Box::pin(std::future::ready(dialed))
    }
}

/// How an async client is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tasks {
    /// It starts a task for the connection that all share.
    Own,
    /// Whoever is polled drives.
    None,
}

pub const BOTH: [Tasks; 2] = [Tasks::Own, Tasks::None];

impl Tasks {
    pub fn client(self, exec: &Exec, config: &Config, connector: impl AsyncConnector + 'static) -> AsyncClient {
        let spawner: Option<Arc<dyn Spawner>> = match self {
            Tasks::Own => Some(Arc::new(exec.clone())),
            Tasks::None => None,
        };
        let clock = Arc::new(exec.clock().clone());
        AsyncClient::with_runtime(config.clone(), Arc::new(connector), clock, spawner).unwrap()
    }
}

/// A client of either kind, in virtual time.
pub enum Client {
    Blocking(redwire::blocking::Client),
    Async(AsyncClient, Exec),
}

impl Client {
    pub fn one(&self, request: Request) -> Result<Reply, Error> {
        match self {
            Client::Blocking(client) => client.run(request.returns()),
            Client::Async(client, exec) => exec.run(client.run(request.returns())),
        }
    }

    pub fn said(&self, request: Request) -> String {
        describe(&self.one(request))
    }

    /// What every request is answered, all of them sent before the first answer is looked for: in one batch, and on the
    /// async client each as a call of its own.
    pub fn all(&self, requests: &[Request]) -> Vec<String> {
        match self {
            Client::Blocking(client) => {
                let mut batch = client.batch().non_atomic();
                let slots: Vec<_> = requests.iter().map(|r| batch.run(r.clone().returns())).collect();
                let mut results = batch.execute_each().unwrap();
                slots.into_iter().map(|slot| describe(&results.take(slot))).collect()
            }
            Client::Async(client, exec) => {
                let calls = requests.iter().map(|r| client.run(r.clone().returns::<Reply>()));
                exec.run(join_all(calls)).iter().map(describe).collect()
            }
        }
    }

    pub fn pass(&self, time: Duration, clock: &Clock) {
        match self {
            Client::Blocking(_) => clock.advance(time),
            Client::Async(_, exec) => exec.pass(time),
        }
    }
}

/// Runs `test` with a blocking client and with an async one, with and without tasks, each before scripts of its own.
pub fn each(config: &Config, scripts: impl Fn(&Clock) -> Vec<Script>, test: impl Fn(&Client, &Scripts, &Clock)) {
    blocking(config, &scripts, &test);
    asynchronous(config, &scripts, &test);
}

pub fn blocking(config: &Config, scripts: impl Fn(&Clock) -> Vec<Script>, test: impl Fn(&Client, &Scripts, &Clock)) {
    let clock = Clock::new();
    let server = Scripts::new(&clock, scripts(&clock));
    let pool = redwire::blocking::Pool::with_clock(config.clone(), server.clone(), Arc::new(clock.clone()));
    test(&Client::Blocking(pool.unwrap().client()), &server, &clock);
    server.finish();
}

pub fn asynchronous(
    config: &Config,
    scripts: impl Fn(&Clock) -> Vec<Script>,
    test: impl Fn(&Client, &Scripts, &Clock),
) {
    for tasks in BOTH {
        let exec = Exec::new();
        let server = Scripts::new(exec.clock(), scripts(exec.clock()));
        let client = tasks.client(&exec, config, server.clone());
        test(&Client::Async(client, exec.clone()), &server, exec.clock());
        exec.kill_tasks();
        server.finish();
    }
}

pub fn script(clock: &Clock) -> Script {
    Script::with_clock(clock.clone())
}

const HELLO: &str = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";
const AGREED: &str = "%1\r\n$5\r\nproto\r\n:3\r\n";

/// RESP3, and nothing to log in with.
pub fn resp3() -> Config {
    plain().with_protocol(Protocol::Resp3)
}

/// A script that begins with the handshake of [`resp3`].
pub fn greeted(clock: &Clock) -> Script {
    script(clock).expect(HELLO).reply(AGREED)
}

/// `$1\r\na\r\n`
pub fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}
