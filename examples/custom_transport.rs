//! A transport of your own around the client's TCP sockets: it writes down what is sent, and sends only so fast. On the
//! in-memory server by default, on a real one when given a URL.
//
// tests/run:
// tests/run: {url}

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redwire::blocking::{Pool, SocketConnector};
use redwire::prelude::*;
use redwire::transport::{Connector, Transport, TransportError};
use redwire::{Config, Endpoint};

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
    inner: Box<dyn Connector>,
    record: Arc<Record>,
}

impl Connector for Recorder {
    fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        let inner = self.inner.connect(endpoint, timeout)?;
        self.record.connections.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Recorded {
            inner,
            record: self.record.clone(),
        }))
    }
}

struct Recorded {
    inner: Box<dyn Transport>,
    record: Arc<Record>,
}

/// No write takes more than this, and each is followed by a pause.
const BYTES_AT_A_TIME: usize = 1024;
const PAUSE: Duration = Duration::from_micros(50);

impl Transport for Recorded {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        let n = self.inner.read(buffer, timeout)?;
        self.record.received.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }

    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        let some = bytes.chunks(BYTES_AT_A_TIME).next().unwrap_or_default();
        let n = self.inner.write(some, timeout)?;
        self.record.sent().extend(some.iter().take(n));
        std::thread::sleep(PAUSE);
        Ok(n)
    }

    // Passed on, so that the pool sees it when the server has closed a free connection.
    fn is_quiet(&mut self) -> bool {
        self.inner.is_quiet()
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

fn main() -> Result<(), Error> {
    let (config, inner): (Config, Box<dyn Connector>) = match std::env::args().nth(1) {
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
    let client = Pool::with_connector(config, recorder)?.client();

    client.set("example:greeting", "hello")?;
    let greeting: String = client.get("example:greeting")?;
    assert_eq!(greeting, "hello");
    client.set("example:large", "x".repeat(10_000))?;
    assert_eq!(client.strlen("example:large")?, 10_000);
    client.del(["example:greeting", "example:large"])?;

    let sent = record.sent();
    let start = sent.chunks(400).next().unwrap_or_default();
    println!("connections: {}", record.connections.load(Ordering::Relaxed));
    println!("sent {} bytes, from {}", sent.len(), start.escape_ascii());
    println!("received {} bytes", record.received.load(Ordering::Relaxed));
    assert!(sent.len() > 10_000);
    Ok(())
}
