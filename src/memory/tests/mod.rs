//! Tests of the server machine: requests in, exact bytes out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]
#![allow(
    dropping_copy_types,
    reason = "`drop` turns whatever an insertion gives into nothing"
)]

mod bitmaps;
mod blocking;
mod connection;
#[cfg(feature = "std")]
mod geo;
mod hash_expiry;
mod hashes;
mod keys;
mod lists;
mod machine;
mod parts;
mod pubsub;
mod scripting;
mod sets;
mod slowlog;
mod sort;
mod sorted_sets;
mod streams;
mod strings;
mod transactions;
mod values;

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::database::Entry;
use super::values::Value;
use super::{Server, SessionId};
use crate::time::Timestamp;

/// A server, its clock and any number of clients: `world.ask(client, "SET a 1")` gives the bytes of the reply.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) now: Timestamp,
}

impl World {
    pub(crate) fn new() -> Self {
        World::of(Server::new())
    }

    pub(crate) fn of(server: Server) -> Self {
        World {
            server,
            now: Timestamp::ZERO,
        }
    }

    pub(crate) fn connect(&mut self) -> SessionId {
        self.server.connect(self.now)
    }

    pub(crate) fn connect_resp3(&mut self) -> SessionId {
        let id = self.connect();
        assert!(self.ask(id, "HELLO 3").starts_with('%'));
        id
    }

    pub(crate) fn advance(&mut self, millis: u64) {
        self.now = self.now + Duration::from_millis(millis);
        self.server.handle_timeout(self.now);
    }

    /// Sends one request, words split and quoted as in redis-cli, and takes all output of that client.
    pub(crate) fn ask(&mut self, id: SessionId, line: &str) -> String {
        self.send(id, &encode(line));
        self.output(id)
    }

    /// Puts a value into database 0 behind the commands' back.
    pub(crate) fn put(&mut self, key: &'static str, value: Value) {
        let entry = Entry::new(value, self.server.unix_ms());
        self.server.databases.at_mut(0).insert(Bytes::from(key), entry);
    }

    pub(crate) fn send(&mut self, id: SessionId, bytes: &[u8]) {
        self.server.handle_input(self.now, id, bytes);
    }

    /// Takes all output waiting for a client. Control characters and bytes that are
    /// not UTF-8 appear as `\xNN`.
    pub(crate) fn output(&mut self, id: SessionId) -> String {
        let bytes = self.server.poll_transmit(id).unwrap_or_default().to_vec();
        self.server.transmitted(id, bytes.len());
        readable(&bytes)
    }
}

pub(crate) fn readable(bytes: &[u8]) -> String {
    let mut out = String::new();
    let escape = |out: &mut String, byte: u8| out.push_str(&alloc::format!("\\x{byte:02x}"));
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\r' | '\n' => out.push(char),
                control if control.is_ascii_control() => escape(&mut out, control as u8),
                other => out.push(other),
            }
        }
        chunk.invalid().iter().for_each(|byte| escape(&mut out, *byte));
    }
    out
}

/// The words of a line, split as an inline command is.
pub(crate) fn words(line: &str) -> Vec<Bytes> {
    super::request::split_words(line.as_bytes()).expect("balanced quotes")
}

/// A line as an array of bulk strings.
pub(crate) fn encode(line: &str) -> Vec<u8> {
    let words = words(line);
    let mut out = alloc::format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        out.extend_from_slice(alloc::format!("${}\r\n", word.len()).as_bytes());
        out.extend_from_slice(&word);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Runs a table of requests and exact replies against a fresh server in RESP2. A row `("@1500", "")` moves the clock by so
/// many milliseconds.
pub(crate) fn resp2(rows: &[(&str, &str)]) {
    table(World::connect, rows);
}

/// As [`resp2`], in RESP3.
pub(crate) fn resp3(rows: &[(&str, &str)]) {
    table(World::connect_resp3, rows);
}

/// As [`resp2`] and then [`resp3`]: for replies that both protocols write alike.
pub(crate) fn both(rows: &[(&str, &str)]) {
    resp2(rows);
    resp3(rows);
}

/// Every table runs twice: request by request, and with each request cut into single bytes.
fn table(connect: fn(&mut World) -> SessionId, rows: &[(&str, &str)]) {
    for cut in [usize::MAX, 1] {
        let mut world = World::new();
        let id = connect(&mut world);
        for (number, (line, expected)) in rows.iter().enumerate() {
            if let Some(millis) = line.strip_prefix('@') {
                world.advance(millis.parse().expect("milliseconds"));
                continue;
            }
            for piece in encode(line).chunks(cut) {
                world.send(id, piece);
            }
            assert_eq!(world.output(id), *expected, "row {number}: {line}");
        }
    }
}
