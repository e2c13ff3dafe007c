//! Futures that are dropped, streams, and what is waited for: on the in-memory server, by hand.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_core::Stream;
use redwire::command::{Executor, cmd};
use redwire::commands::ClientCommands;
use redwire::mock::Server;
use redwire::pubsub::{PubSubOptions, Subscribe, WorkerOptions};

type Told = Result<redwire::pubsub::Event, redwire::Error>;
type PubSub = redwire::tokio::PubSub<redwire::tokio::Tokio>;

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn ready<F: Future>(future: F) -> F::Output {
    match poll(future) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn quiet(server: &Server) -> PubSub {
    let options = PubSubOptions::new().with_ignore_subscribe_messages();
    server.tokio_client().pubsub_with(options)
}

fn publish(server: &Server, payload: u32) {
    let client = server.blocking_client();
    client.execute(cmd("PUBLISH").arg("a").arg(payload)).unwrap();
}

#[test]
fn a_read_that_is_dropped_takes_nothing_away() {
    let server = Server::new();
    let mut pubsub = quiet(&server);
    ready(pubsub.subscribe("a")).unwrap();
    assert!(ready(pubsub.get_message(None)).unwrap().is_none());
    let mut next = 0;
    for n in 0..100 {
        // Dropped while it waits, at whatever point the message comes.
        assert!(poll(pubsub.get_message(Duration::from_secs(5))).is_pending());
        assert!(poll(pubsub.listen().next()).is_pending());
        for payload in 0..n % 3 {
            publish(&server, n * 10 + payload);
        }
        for payload in 0..n % 3 {
            let event = ready(pubsub.get_message(None)).unwrap().unwrap();
            let message = event.into_message().unwrap();
            assert_eq!(message.decode::<u32>().unwrap(), n * 10 + payload);
            next += 1;
        }
    }
    assert_eq!(next, 99);
}

/// Counts how often somebody is woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn whoever_waits_is_woken_by_a_message_and_by_time() {
    let server = Server::new();
    let mut pubsub = quiet(&server);
    ready(pubsub.subscribe("a")).unwrap();
    assert!(ready(pubsub.get_message(None)).unwrap().is_none());
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut cx = Context::from_waker(&waker);
    let mut read = pubsub.get_message(Duration::from_secs(5));
    assert!(Pin::new(&mut read).poll(&mut cx).is_pending());
    publish(&server, 1);
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert!(Pin::new(&mut read).poll(&mut cx).is_ready());
    let mut read = pubsub.get_message(Duration::from_secs(5));
    assert!(Pin::new(&mut read).poll(&mut cx).is_pending());
    server.advance(Duration::from_secs(4));
    assert!(Pin::new(&mut read).poll(&mut cx).is_pending());
    server.advance(Duration::from_secs(1));
    assert!(count.0.load(Ordering::SeqCst) > 1);
    match Pin::new(&mut read).poll(&mut cx) {
        Poll::Ready(nothing) => assert!(nothing.unwrap().is_none()),
        Poll::Pending => panic!("the time is over"),
    }
}

#[test]
fn a_subscription_that_is_dropped_before_it_is_polled_is_none() {
    let server = Server::new();
    let mut pubsub = quiet(&server);
    drop(pubsub.subscribe("a"));
    assert!(!pubsub.subscribed());
    assert!(ready(pubsub.get_message(None)).is_err());
    // Refused before anything is dialed.
    assert!(ready(pubsub.subscribe(Vec::<String>::new())).is_err());
    assert_eq!(server.blocking_client().client_list().unwrap().len(), 1);
}

#[test]
fn a_handle_is_a_stream_and_so_is_listening() {
    let server = Server::new();
    let mut pubsub = quiet(&server);
    ready(pubsub.subscribe("a")).unwrap();
    publish(&server, 1);
    publish(&server, 2);
    let mut cx = Context::from_waker(Waker::noop());
    let mut shown = |stream: Pin<&mut (dyn Stream<Item = Told> + Unpin)>| match stream.poll_next(&mut cx) {
        Poll::Pending => "waits".to_string(),
        Poll::Ready(None) => "over".into(),
        Poll::Ready(Some(event)) => String::from_utf8_lossy(event.unwrap().payload().unwrap()).into_owned(),
    };
    assert_eq!(shown(Pin::new(&mut pubsub)), "1");
    assert_eq!(shown(Pin::new(&mut pubsub.listen())), "2");
    assert_eq!(shown(Pin::new(&mut pubsub)), "waits");
    ready(pubsub.unsubscribe("a")).unwrap();
    assert_eq!(shown(Pin::new(&mut pubsub)), "over");
}

#[test]
fn a_worker_whose_task_is_dropped_says_so() {
    let server = Server::new();
    let mut pubsub = quiet(&server);
    ready(pubsub.subscribe_with("a", |_| ())).unwrap();
    let (worker, task) = pubsub.worker(WorkerOptions::new()).unwrap();
    assert!(worker.is_running());
    let mut task = task;
    assert!(
        Pin::new(&mut task)
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    drop(task);
    assert!(!worker.is_running());
    assert_eq!(ready(worker.join()).unwrap_err().kind(), redwire::ErrorKind::Closed);
    // The clients of the mock have nothing to start tasks with.
    let mut pubsub = quiet(&server);
    ready(pubsub.subscribe_with("a", |_| ())).unwrap();
    assert!(pubsub.spawn(WorkerOptions::new()).is_err());
}

#[test]
fn a_stopped_worker_is_woken() {
    let server = Server::new();
    let mut pubsub = quiet(&server);
    ready(pubsub.subscribe_with("a", |_| ())).unwrap();
    let (worker, mut task) = pubsub.worker(WorkerOptions::new()).unwrap();
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(Pin::new(&mut task).poll(&mut cx).is_pending());
    worker.stop();
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert!(Pin::new(&mut task).poll(&mut cx).is_ready());
    ready(worker.join()).unwrap();
}

#[test]
fn a_handle_can_go_to_another_thread() {
    fn is_send<T: Send>(_: &T) {}
    let server = Server::new();
    is_send(&server.blocking_client().pubsub());
    is_send(&server.tokio_client().pubsub());
    let mut pubsub = server.blocking_client().pubsub();
    pubsub.subscribe("a").unwrap();
    let reader = std::thread::spawn(move || {
        let events = pubsub.listen().take(3).map(|event| event.unwrap().kind());
        events.collect::<Vec<_>>()
    });
    publish(&server, 1);
    publish(&server, 2);
    assert_eq!(reader.join().unwrap(), ["subscribe", "message", "message"]);
}

#[test]
fn one_transport_has_no_second_connection() {
    let script = redwire::mock::Script::new();
    let settings = redwire::connection::Settings::new().protocol(redwire::Protocol::Resp2);
    let client = script.blocking_client(settings);
    let error = client.pubsub().subscribe("a").unwrap_err();
    assert_eq!(error.kind(), redwire::ErrorKind::InvalidArgument);
    assert_eq!(
        client.monitor().unwrap_err().kind(),
        redwire::ErrorKind::InvalidArgument
    );
    drop(client);
    script.finish();
}

/// Writes down what it is told of connections.
#[derive(Default)]
struct Log(std::sync::Mutex<Vec<String>>);

impl redwire::Observer for Log {
    fn observe(&self, event: &redwire::ConnectionEvent) {
        let line = match event {
            redwire::ConnectionEvent::Connected { epoch, .. } => format!("connected {epoch}"),
            redwire::ConnectionEvent::Lost { epoch, .. } => format!("lost {epoch}"),
            other => format!("{other:?}"),
        };
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn an_observer_is_told_of_the_connections_of_a_handle() {
    for asynchronous in [false, true] {
        let server = Server::new();
        let log = Arc::new(Log::default());
        let config = redwire::Config::new().with_observer(log.clone());
        let said = || std::mem::take(&mut *log.0.lock().unwrap());
        if asynchronous {
            let client: redwire::tokio::Client = server.async_client_with(&config);
            let mut pubsub = client.pubsub();
            assert!(said().is_empty());
            ready(pubsub.subscribe("a")).unwrap();
            assert_eq!(said(), ["connected 0"]);
            pubsub.close();
        } else {
            let client = server.blocking_pool(&config).client();
            let mut pubsub = client.pubsub();
            assert!(said().is_empty());
            pubsub.subscribe("a").unwrap();
            assert_eq!(said(), ["connected 0"]);
            server
                .blocking_client()
                .execute(cmd("CLIENT KILL TYPE pubsub"))
                .unwrap();
            assert!(pubsub.listen().any(|event| event.unwrap().kind() == "gap"));
            assert_eq!(said(), ["lost 0", "connected 1"]);
            pubsub.close();
            assert_eq!(said(), ["lost 1"]);
            continue;
        }
        assert_eq!(said(), ["lost 0"]);
    }
}
