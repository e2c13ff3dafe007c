//! Settings of a configuration that show in what clients do with a transport.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use redwire::command::Executor;
use redwire::mock::Clock;
use redwire::resp::{Limits, Reply};
use redwire::transport::{AsyncConnector, AsyncTransport, BoxFuture, Clock as _, Connector, Transport, TransportError};
use redwire::{Endpoint, ErrorKind, Outcome, RetryPolicy};

use crate::stage::{Client, Exec, Scripts, Tasks, assert_error, bulk, each, get, ms, plain, script};

type Rooms = Arc<Mutex<Vec<usize>>>;

/// Writes down how much every read asks for.
struct Measured<T>(T, Rooms);

impl<T> Measured<T> {
    fn note(&self, buffer: &[u8]) {
        self.1.lock().unwrap().push(buffer.len());
    }
}

impl Connector for Measured<Scripts> {
    fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        let inner = Connector::connect(&self.0, endpoint, timeout)?;
        Ok(Box::new(Measured(inner, self.1.clone())))
    }
}

impl AsyncConnector for Measured<Scripts> {
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let (connecting, rooms) = (AsyncConnector::connect(&self.0, endpoint), self.1.clone());
        Box::pin(async move {
            let measured: Box<dyn AsyncTransport> = Box::new(Measured(connecting.await?, rooms));
            Ok(measured)
        })
    }
}

impl Transport for Measured<Box<dyn Transport>> {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        self.note(buffer);
        self.0.read(buffer, timeout)
    }
    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        self.0.write(bytes, timeout)
    }
    fn close(&mut self) {
        self.0.close();
    }
}

impl AsyncTransport for Measured<Box<dyn AsyncTransport>> {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        self.note(buffer);
        self.0.poll_read(cx, buffer)
    }
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        self.0.poll_write(cx, bytes)
    }
    fn close(&mut self) {
        self.0.close();
    }
}

#[test]
fn reads_ask_for_what_the_configuration_says() {
    let value = "x".repeat(40_000);
    for (min, max) in [(1024, 2048), (8192, 8192), (4096, 256 * 1024)] {
        let config = plain().with_read_buffer_min(min).with_read_buffer_max(max);
        let scripts = |clock: &Clock| Scripts::new(clock, [script(clock).expect(get("a")).reply(bulk(&value))]);
        let check = |client: &Client, rooms: &Rooms, scripts: Scripts| {
            assert_eq!(client.one(get("a")).unwrap().root().text().unwrap().len(), value.len());
            scripts.finish();
            let rooms = rooms.lock().unwrap();
            assert_eq!(rooms[0], min, "{rooms:?}");
            assert!(rooms.iter().all(|room| *room <= max), "at most {max}: {rooms:?}");
        };

        let (clock, rooms) = (Clock::new(), Rooms::default());
        let server = scripts(&clock);
        let connector = Measured(server.clone(), rooms.clone());
        let pool = redwire::blocking::Pool::with_clock(&config, connector, Arc::new(clock)).unwrap();
        check(&Client::Blocking(pool.client()), &rooms, server);

        let (exec, rooms) = (Exec::new(), Rooms::default());
        let server = scripts(exec.clock());
        let client = Tasks::None.client(&exec, &config, Measured(server.clone(), rooms.clone()));
        check(&Client::Async(client, exec), &rooms, server);
    }
}

#[test]
fn replies_beyond_the_limits_are_refused() {
    let config = plain()
        .with_limits(Limits::new().bulk(10))
        .with_retry(RetryPolicy::none());
    each(
        &config,
        |clock| {
            let script = script(clock).expect(get("a")).reply(bulk("0123456789"));
            vec![script.expect(get("b")).reply(bulk("0123456789a"))]
        },
        |client, _, _| {
            assert_eq!(client.said(get("a")), "\"0123456789\"");
            let error = client.one(get("b")).unwrap_err();
            assert_error(&error, ErrorKind::Protocol, Outcome::MaybeExecuted);
        },
    );
}

/// Without a response time-out it is all that keeps a call from waiting for ever, on a connection of one's own too.
#[test]
fn a_liveness_limit_holds_without_a_response_timeout() {
    let config = plain()
        .with_response_timeout(None)
        .with_liveness(ms(700))
        .with_retry(RetryPolicy::none());
    each(
        &config,
        |clock| vec![script(clock).expect(get("a")).hang()],
        |client, _, clock| {
            let error = client.one(get("a")).unwrap_err();
            assert_error(&error, ErrorKind::Timeout, Outcome::MaybeExecuted);
            assert_eq!(clock.now().since_origin(), ms(700));
        },
    );
    let exec = Exec::new();
    let server = Scripts::new(exec.clock(), [script(exec.clock()).expect(get("a")).hang()]);
    let client = Tasks::Own.client(&exec, &config, server.clone());
    let connection = exec.run(client.exclusive()).unwrap();
    let error = exec.run(connection.run(get("a").returns::<Reply>())).unwrap_err();
    assert_error(&error, ErrorKind::Timeout, Outcome::MaybeExecuted);
    assert_eq!(exec.elapsed(), ms(700));
    server.finish();
}
