//! T17, T22: what was sent when the connection failed, and replies to what was never sent.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use redwire::connection::Settings;
use redwire::mock::{Script, ScriptTransport};
use redwire::resp::Reply;
use redwire::transport::{AsyncTransport, Transport, TransportError, TransportErrorKind};
use redwire::{Config, Error, ErrorKind, Outcome};

use crate::clients::{Client, assert_error, described, each, four, plain};

const HELLO: &str = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";
const AGREED: &str = "%1\r\n$5\r\nproto\r\n:3\r\n";

/// What both clients say to a server on a real socket that says `first` before it reads a byte. Sends no more than the
/// handshake.
fn connect_to(first: &'static [u8]) -> [Error; 2] {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let mut received = Vec::new();
        for _ in 0..2 {
            let (mut socket, _) = listener.accept().unwrap();
            socket.write_all(first).unwrap();
            let mut bytes = Vec::new();
            // Ends when the client has closed; a reset is an end as well.
            let _ = socket.read_to_end(&mut bytes);
            received.push(bytes);
        }
        received
    });
    let config = Config::tcp("127.0.0.1", port);
    let blocking = redwire::blocking::Client::connect(&config).map(|_| ()).unwrap_err();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let asynchronous =
        runtime.block_on(async { redwire::tokio::Client::connect(&config).await.map(|_| ()).unwrap_err() });
    for received in server.join().unwrap() {
        assert!(
            HELLO.as_bytes().starts_with(&received),
            "sent {}",
            received.escape_ascii()
        );
    }
    [blocking, asynchronous]
}

#[test]
fn t17_connecting_fails_when_the_server_answers_what_nobody_asked() {
    for first in [
        &b"+OK\r\n"[..],
        b"$5\r\nvalue\r\n",
        b":1\r\n",
        b"_\r\n",
        b"@",
        b"HTTP/1.1 400 Bad Request\r\n",
    ] {
        for error in connect_to(first) {
            assert_error(&error, ErrorKind::Protocol, Outcome::NotSent);
        }
    }
}

#[test]
fn t17_a_refusal_before_the_first_command_is_quoted() {
    for error in connect_to(b"-ERR max number of clients reached\r\n") {
        assert_error(&error, ErrorKind::Server, Outcome::NotSent);
        let expected = "ERR max number of clients reached (the command was not sent)";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn t17_a_second_answer_to_the_handshake_is_not_the_answer_to_the_first_command() {
    each(
        || Script::new().expect(HELLO).reply(format!("{AGREED}+OK\r\n")),
        &Settings::new(),
        |client, _| assert_eq!(described(client, &four()), ["Protocol NotSent"; 4]),
    );
}

#[test]
fn t17_garbage_instead_of_the_answer_to_hello_fails_every_command_as_not_sent() {
    for garbage in [
        "+OK\r\n",
        "$5\r\nproto\r\n",
        "#t\r\n",
        "@\r\n",
        "=2\r\nab\r\n",
        "*-7\r\n",
    ] {
        each(
            || Script::new().expect(HELLO).reply(garbage),
            &Settings::new(),
            |client, _| {
                assert_eq!(described(client, &four()[..2]), ["Protocol NotSent"; 2], "{garbage:?}");
                assert_eq!(described(client, &four()[..1]), ["Protocol NotSent"], "{garbage:?}");
            },
        );
    }
}

#[test]
fn t22_a_reset_before_a_byte_was_written_is_not_sent() {
    each(
        || Script::new().reset(),
        &plain(),
        |client, _| {
            assert_eq!(described(client, &four()), ["Transport NotSent"; 4]);
            assert_eq!(described(client, &four()[..1]), ["Transport NotSent"]);
        },
    );
    // A handshake is bytes, but not bytes of the command.
    for end in [Script::close, Script::reset] {
        each(
            || end(Script::new().expect(HELLO)),
            &Settings::new(),
            |client, _| {
                for answer in client.all(&four()) {
                    assert_eq!(answer.unwrap_err().outcome(), Outcome::NotSent);
                }
            },
        );
    }
}

/// S12 for the commands that need no answer to be judged: the n-th call of the transport fails, for every n.
#[test]
fn t22_whichever_call_fails_each_command_says_what_was_sent_of_it() {
    let requests = four();
    let mut wire = Vec::new();
    let ends: Vec<usize> = requests
        .iter()
        .map(|request| {
            request.encode(&mut wire);
            wire.len()
        })
        .collect();
    let check = |answers: Vec<Result<Reply, Error>>, written: usize| {
        assert!(written < wire.len());
        for (index, answer) in answers.iter().enumerate() {
            let begun = index.checked_sub(1).map_or(0, |before| ends[before]) < written;
            let outcome = if begun {
                Outcome::MaybeExecuted
            } else {
                Outcome::NotSent
            };
            assert_error(answer.as_ref().unwrap_err(), ErrorKind::Transport, outcome);
        }
    };
    for n in 1..=wire.len() as u64 {
        let script = || {
            let script = requests
                .iter()
                .fold(Script::new(), |script, request| script.expect(request));
            script.write_at_most(1).fail_call(n, TransportErrorKind::Closed)
        };
        let played = script();
        let (transport, written) = Counted::new(&played);
        let clock = Arc::new(played.clock().clone());
        let client = redwire::blocking::Client::with_transport(transport, plain(), clock);
        check(Client::Blocking(client).all(&requests), written.load(Ordering::Relaxed));
        let played = script();
        let (transport, written) = Counted::new(&played);
        let clock = Arc::new(played.clock().clone());
        let client = redwire::tokio::Client::with_transport(transport, plain(), clock);
        let client = Client::Async(client, played.clock().clone());
        check(client.all(&requests), written.load(Ordering::Relaxed));
    }
}

/// A transport around a script that counts the bytes written.
struct Counted {
    inner: ScriptTransport,
    written: Arc<AtomicUsize>,
}

impl Counted {
    fn new(script: &Script) -> (Self, Arc<AtomicUsize>) {
        let written = Arc::new(AtomicUsize::new(0));
        let inner = script.transport();
        (
            Counted {
                inner,
                written: written.clone(),
            },
            written,
        )
    }

    fn count(&self, n: usize) -> usize {
        self.written.fetch_add(n, Ordering::Relaxed);
        n
    }
}

impl Transport for Counted {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        Transport::read(&mut self.inner, buffer, timeout)
    }
    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        Transport::write(&mut self.inner, bytes, timeout).map(|n| self.count(n))
    }
    fn close(&mut self) {
        Transport::close(&mut self.inner);
    }
}

impl AsyncTransport for Counted {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        self.inner.poll_read(cx, buffer)
    }
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        self.inner.poll_write(cx, bytes).map_ok(|n| self.count(n))
    }
    fn close(&mut self) {
        AsyncTransport::close(&mut self.inner);
    }
}
