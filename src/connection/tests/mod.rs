//! The machine against literal bytes. Names that begin with a case of the fault list say which.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

mod any_order;
mod batches;
mod closes;
mod deadlines;
mod fatal;
mod handshake;
mod integrity;
mod logins;
mod pushes;
mod queue;
mod straight;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Connection, Event, Settings};

use crate::command::{Request, cmd};
use crate::error::Error;
use crate::resp::{Parser, Reply};
use crate::time::Timestamp;
use crate::topology::Protocol;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// RESP2 and nothing to log in with: no handshake.
fn plain() -> Settings {
    Settings::new().protocol(Protocol::Resp2)
}

/// A connection that is up under these settings, which need no handshake.
fn up(settings: Settings) -> Connection {
    let mut connection = Connection::new(at(0), settings);
    assert_eq!(told(&mut connection), ["up Resp2"]);
    connection
}

/// A connection that is up with RESP3.
fn up3(settings: Settings) -> Connection {
    let mut connection = Connection::new(at(0), settings.protocol(Protocol::Resp3));
    assert_eq!(written(&mut connection), b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n");
    feed(&mut connection, b"%1\r\n$5\r\nproto\r\n:3\r\n");
    assert_eq!(told(&mut connection), ["up Resp3"]);
    connection
}

fn get(key: &str) -> Request {
    cmd("GET").key(key)
}

/// The wire form of requests, one after the other.
fn wire<'a>(requests: impl IntoIterator<Item = &'a Request>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for request in requests {
        request.encode(&mut bytes);
    }
    bytes
}

fn feed<P: Parser>(connection: &mut Connection<P>, bytes: &[u8]) {
    connection.input().extend_from_slice(bytes);
    connection.handle_input(at(0));
}

/// The first `n` bytes that are to be written, written.
fn write(connection: &mut Connection, n: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < n {
        let Some(bytes) = connection.poll_transmit() else { break };
        let some = bytes.len().min(n - all.len());
        all.extend_from_slice(&bytes[..some]);
        connection.transmitted(some);
    }
    all
}

/// Everything that is to be written, written.
fn written(connection: &mut Connection) -> Vec<u8> {
    write(connection, usize::MAX)
}

fn describe(event: &Event) -> String {
    let result = |result: &Result<Reply, Error>| match result {
        Ok(reply) => format!("{reply:?}"),
        Err(error) => format!("{:?} {:?}", error.kind(), error.outcome()),
    };
    match event {
        Event::Up(protocol) => format!("up {protocol:?}"),
        Event::Reply {
            ticket, result: one, ..
        } => format!("#{} {}", ticket.0, result(one)),
        Event::Replies { ticket, replies, .. } => {
            let all: Vec<String> = replies.clone().into_iter().map(|one| result(&one)).collect();
            format!("#{} [{}]", ticket.0, all.join(", "))
        }
        Event::Push(reply) => format!("push {reply:?}"),
        Event::Down(why) => format!("down {:?}", why.kind()),
    }
}

/// All events there are, in a line each: `#2 +OK` answers ticket 2.
fn told<P: Parser>(connection: &mut Connection<P>) -> Vec<String> {
    core::iter::from_fn(|| connection.poll_event())
        .map(|event| describe(&event))
        .collect()
}

/// Numbers that look random and are the same each time.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
