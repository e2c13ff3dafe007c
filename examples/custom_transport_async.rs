//! The example `custom_transport` for async clients, here on Tokio: it writes down what is sent, and sends only so fast. On
//! the in-memory server by default, on a real one when given a URL.
//
// tests/run:
// tests/run: {url}

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use redwire::prelude::*;
use redwire::tokio::{Client, SocketConnector};
use redwire::transport::{AsyncConnector, AsyncTransport, BoxFuture, TransportError};
use redwire::{Config, Endpoint};
use tokio::time::Sleep;

/// What all connections of one client have in common.
#[derive(Default)]
struct Record {
    connections: AtomicU64,
    sent: Mutex<Vec<u8>>,
    received: AtomicU64,
}

impl Record {
    fn sent(&self) -> MutexGuard<'_, Vec<u8>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens connections as `inner` does, and wraps each of them.
struct Recorder {
    inner: Box<dyn AsyncConnector>,
    record: Arc<Record>,
}

impl AsyncConnector for Recorder {
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let (connecting, record) = (self.inner.connect(endpoint), self.record.clone());
        Box::pin(async move {
            let inner = connecting.await?;
            record.connections.fetch_add(1, Ordering::Relaxed);
            let recorded: Box<dyn AsyncTransport> = Box::new(Recorded {
                inner,
                record,
                pause: None,
            });
            Ok(recorded)
        })
    }
}

struct Recorded {
    inner: Box<dyn AsyncTransport>,
    record: Arc<Record>,
    /// Runs after each write.
    pause: Option<Pin<Box<Sleep>>>,
}

/// No write takes more than this, and each is followed by a pause.
const BYTES_AT_A_TIME: usize = 1024;
const PAUSE: Duration = Duration::from_millis(1);

impl AsyncTransport for Recorded {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        let n = ready!(self.inner.poll_read(cx, buffer))?;
        self.record.received.fetch_add(n as u64, Ordering::Relaxed);
        Poll::Ready(Ok(n))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        let some = bytes.chunks(BYTES_AT_A_TIME).next().unwrap_or_default();
        let n = ready!(self.inner.poll_write(cx, some))?;
        self.record.sent().extend(some.iter().take(n));
        self.pause = Some(Box::pin(tokio::time::sleep(PAUSE)));
        Poll::Ready(Ok(n))
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (config, inner): (Config, Box<dyn AsyncConnector>) = match std::env::args().nth(1) {
        Some(url) => {
            let config = Config::parse(&url)?;
            let sockets = SocketConnector::new(&config);
            (config, Box::new(sockets))
        }
        None => (Config::new(), Box::new(redwire::mock::Server::new())),
    };
    let record = Arc::new(Record::default());
    let recorder = Recorder {
        inner,
        record: record.clone(),
    };
    let client = Client::with_connector(config, recorder)?;

    client.set("example:greeting", "hello").await?;
    let greeting: String = client.get("example:greeting").await?;
    assert_eq!(greeting, "hello");
    client.set("example:large", "x".repeat(10_000)).await?;
    assert_eq!(client.strlen("example:large").await?, 10_000);
    client.del(["example:greeting", "example:large"]).await?;

    let sent = record.sent();
    let start = sent.chunks(400).next().unwrap_or_default();
    println!("connections: {}", record.connections.load(Ordering::Relaxed));
    println!("sent {} bytes, from {}", sent.len(), start.escape_ascii());
    println!("received {} bytes", record.received.load(Ordering::Relaxed));
    assert!(sent.len() > 10_000);
    Ok(())
}
