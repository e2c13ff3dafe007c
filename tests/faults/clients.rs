//! One way to talk to the blocking and to an async client, over a script.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::error::Error as _;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use redwire::command::{Executor, Request};
use redwire::connection::Settings;
use redwire::mock::{Clock, Script};
use redwire::resp::Reply;
use redwire::{Error, ErrorKind, Outcome, Protocol, cmd};

/// RESP2 and nothing to log in with: no handshake.
pub fn plain() -> Settings {
    Settings::new().protocol(Protocol::Resp2)
}

pub fn get(key: &str) -> Request {
    cmd("GET").key(key)
}

pub enum Client {
    Blocking(redwire::blocking::Client),
    Async(redwire::tokio::Client, Clock),
}

impl Client {
    /// What every request is answered, all of them sent before the first answer is looked for.
    pub fn all(&self, requests: &[Request]) -> Vec<Result<Reply, Error>> {
        match self {
            Client::Blocking(client) => {
                let mut batch = client.batch().non_atomic();
                let slots: Vec<_> = requests.iter().map(|r| batch.run(r.clone().returns())).collect();
                match batch.execute_each() {
                    Ok(mut results) => slots.into_iter().map(|slot| results.take(slot)).collect(),
                    Err(error) => requests.iter().map(|_| Err(error.clone())).collect(),
                }
            }
            Client::Async(client, clock) => {
                let calls = requests.iter().map(|r| client.run(r.clone().returns::<Reply>()));
                run(clock, join(calls.collect()))
            }
        }
    }

    pub fn one(&self, request: Request) -> Result<Reply, Error> {
        match self {
            Client::Blocking(client) => client.run(request.returns()),
            Client::Async(client, clock) => run(clock, client.run(request.returns())),
        }
    }

    /// How the client prints itself.
    pub fn debug(&self) -> String {
        match self {
            Client::Blocking(client) => format!("{client:?} {client:#?}"),
            Client::Async(client, _) => format!("{client:?} {client:#?}"),
        }
    }
}

/// Runs `test` with a blocking and with an async client, each over a script of its own.
pub fn each(script: impl Fn() -> Script, settings: &Settings, test: impl Fn(&Client, &Script)) {
    let played = script();
    test(&Client::Blocking(played.blocking_client(settings.clone())), &played);
    played.finish();
    let played = script();
    let client = played.tokio_client(settings.clone());
    test(&Client::Async(client, played.clock().clone()), &played);
    played.finish();
}

/// The four requests of [`fatal`].
pub fn four() -> [Request; 4] {
    ["a", "b", "c", "d"].map(get)
}

/// A script in which the server takes three of [`four`] requests and no byte of the last, answers the first with `+OK`
/// and goes on with `bytes`.
pub fn three_taken(bytes: &[u8]) -> Script {
    let [a, b, c, _] = four();
    let replies = [b"+OK\r\n", bytes].concat();
    Script::new()
        .expect(a)
        .expect(b)
        .expect(c)
        .reply(replies)
        .block_writes()
        .hang()
}

/// The error of the second of four requests, to which a server answers with `bytes` that must end the connection.
///
/// Proves on both clients what a fatal reply means: the first request has its own answer, the second and the third may
/// have been executed, the fourth was not sent, and neither is anything after it.
pub fn fatal(bytes: &[u8], settings: &Settings) -> Error {
    let errors = RefCell::new(Vec::new());
    let shown = bytes[..bytes.len().min(60)].escape_ascii();
    each(
        || three_taken(bytes),
        settings,
        |client, _| {
            let answers = client.all(&four());
            let told: Vec<String> = answers.iter().map(describe).collect();
            let expected = [
                "+OK",
                "Protocol MaybeExecuted",
                "Protocol MaybeExecuted",
                "Protocol NotSent",
            ];
            assert_eq!(told, expected, "{shown}");
            let after = client.one(get("e")).unwrap_err();
            assert_eq!(after.outcome(), Outcome::NotSent, "{shown}: {after}");
            errors.borrow_mut().extend(answers.into_iter().filter_map(Result::err));
        },
    );
    let errors = errors.into_inner();
    // Everyone is told the same reason, on both clients.
    let reasons: BTreeSet<String> = errors.iter().map(|error| error.source().unwrap().to_string()).collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    errors.into_iter().next().unwrap()
}

/// An answer in a few words: the reply, or the kind of the error and the fate of the command.
pub fn describe(answer: &Result<Reply, Error>) -> String {
    match answer {
        Ok(reply) => format!("{reply:?}"),
        Err(error) => format!("{:?} {:?}", error.kind(), error.outcome()),
    }
}

/// All answers to `requests`, each in a few words.
pub fn described(client: &Client, requests: &[Request]) -> Vec<String> {
    client.all(requests).iter().map(describe).collect()
}

pub fn assert_error(error: &Error, kind: ErrorKind, outcome: Outcome) {
    assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error}");
}

/// Runs a future to its end. Whenever it waits and nobody woke it, only time can help: a second passes.
pub fn run<F: Future>(clock: &Clock, future: F) -> F::Output {
    struct Flag(AtomicBool);
    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let woken = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(woken.clone());
    let mut future = pin!(future);
    let mut waited = 0;
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        while !woken.0.swap(false, Ordering::Relaxed) {
            assert!(waited < 10_000, "the client waits for ever");
            waited += 1;
            clock.advance(Duration::from_secs(1));
        }
    }
}

/// All futures at once, polled in order.
fn join<F: Future>(futures: Vec<F>) -> impl Future<Output = Vec<F::Output>> {
    let mut futures: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                if let Poll::Ready(value) = future.as_mut().poll(cx) {
                    *output = Some(value);
                }
            }
        }
        if outputs.iter().any(Option::is_none) {
            return Poll::Pending;
        }
        Poll::Ready(outputs.iter_mut().filter_map(Option::take).collect())
    })
}
