//! MONITOR: every command that a server runs.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::listener::{Listener, Notice, Told};
use crate::command::{Wait, cmd};
use crate::connection::{Settings, earliest};
use crate::error::{Error, Outcome};
use crate::resp::{Kind, ProtocolError, ProtocolErrorKind, Reply, server_error};
use crate::session::{self, Session};
use crate::time::Timestamp;
use crate::topology::Backoff;

/// A command that the server ran.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MonitorLine {
    /// When, since the beginning of the year 1970.
    pub time: Duration,
    /// In which database.
    pub database: u32,
    /// For whom.
    pub client: MonitorClient,
    /// The command and its arguments.
    pub command: Vec<Bytes>,
}

/// Whom a server ran a command for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MonitorClient {
    /// A client connected over TCP.
    Tcp {
        /// Its IP address.
        address: String,
        /// Its port.
        port: u16,
    },
    /// A client connected over the Unix socket of this path.
    Unix {
        /// The path.
        path: String,
    },
    /// A Lua script.
    Lua,
}

impl MonitorLine {
    /// Reads a line as the server writes it: `1339518083.107412 [0 127.0.0.1:60866] "get" "x"`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let space = memchr::memchr(b' ', line)?;
        let (time, rest) = line.split_at_checked(space)?;
        let rest = rest.strip_prefix(b" [")?;
        // The address of IPv6 has brackets in it too.
        let end = memchr::memmem::find(rest, b"] \"")?;
        let (head, words) = rest.split_at_checked(end)?;
        let head = core::str::from_utf8(head).ok()?;
        let (database, client) = head.split_once(' ')?;
        Some(MonitorLine {
            time: seconds(core::str::from_utf8(time).ok()?)?,
            database: database.parse().ok()?,
            client: MonitorClient::parse(client)?,
            command: unquote(words.get(2..)?)?,
        })
    }
}

impl MonitorClient {
    fn parse(text: &str) -> Option<Self> {
        if text == "lua" {
            return Some(MonitorClient::Lua);
        }
        if let Some(path) = text.strip_prefix("unix:") {
            return Some(MonitorClient::Unix { path: path.into() });
        }
        let (address, port) = text.rsplit_once(':')?;
        let address = address
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(address);
        Some(MonitorClient::Tcp {
            address: address.into(),
            port: port.parse().ok()?,
        })
    }
}

/// `1339518083.107412`
fn seconds(text: &str) -> Option<Duration> {
    let (seconds, micros) = text.split_once('.')?;
    let micros: u32 = Some(micros).filter(|micros| micros.len() == 6)?.parse().ok()?;
    Some(Duration::new(seconds.parse().ok()?, micros.checked_mul(1000)?))
}

/// `"get" "a\x00\"b"`
///
/// Valkey 8.1 leaves quotes and backslashes as they are. Where one cannot be what it is in the lines of other servers, it
/// stands for itself: whatever somebody sends, the line is one.
fn unquote(text: &[u8]) -> Option<Vec<Bytes>> {
    let mut words = Vec::new();
    let mut word = Vec::new();
    let mut rest = text.strip_prefix(b"\"")?;
    loop {
        let (byte, behind) = match rest {
            [] => return None,
            [b'"'] | [b'\\', b'"'] => {
                word.extend_from_slice(rest.strip_suffix(b"\"")?);
                words.push(word.into());
                return Some(words);
            }
            [b'"', b' ', b'"', behind @ ..] => {
                words.push(core::mem::take(&mut word).into());
                rest = behind;
                continue;
            }
            [b'\\', b'x', high, low, behind @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
                (digit(*high) * 16 + digit(*low), behind)
            }
            [b'\\', b'n', behind @ ..] => (b'\n', behind),
            [b'\\', b'r', behind @ ..] => (b'\r', behind),
            [b'\\', b't', behind @ ..] => (b'\t', behind),
            [b'\\', b'a', behind @ ..] => (0x07, behind),
            [b'\\', b'b', behind @ ..] => (0x08, behind),
            [b'\\', itself @ (b'"' | b'\\'), behind @ ..] => (*itself, behind),
            [byte, behind @ ..] => (*byte, behind),
        };
        word.push(byte);
        rest = behind;
    }
}

/// A connection that monitors, without the socket. It is not replaced: once it is lost, the last thing told is why.
#[derive(Debug)]
pub struct MonitorMachine {
    session: Session,
    /// By when the server must have agreed, once it was asked.
    asked: Option<Option<Timestamp>>,
    agreed: bool,
    over: bool,
    queue: VecDeque<Result<MonitorLine, Error>>,
}

impl MonitorMachine {
    /// A monitor that asks for everything as soon as it is connected.
    #[must_use]
    pub fn new(settings: Settings, backoff: Backoff, seed: u64) -> Self {
        let settings = Settings {
            integrity: None,
            liveness: None,
            ..settings
        };
        let mut session = Session::new(settings, backoff, seed).listening().single();
        session.connect();
        MonitorMachine {
            session,
            asked: None,
            agreed: false,
            over: false,
            queue: VecDeque::new(),
        }
    }

    /// `Some(Ok(None))` once the server has agreed to tell everything; an error if it does not, or the connection is lost
    /// before. Leaves alone what is told after that.
    pub fn poll_started(&mut self) -> Option<Told<MonitorLine>> {
        while !self.agreed {
            if let Some(told) = self.queue.pop_front() {
                return Some(told.map(Some));
            }
            let reply = self.session.poll_push()?;
            self.digest(&reply);
        }
        Some(Ok(None))
    }

    fn digest(&mut self, reply: &Reply) {
        let root = reply.root();
        let line = match root.kind() {
            Kind::Simple if !self.agreed => {
                self.agreed = true;
                self.asked = None;
                return;
            }
            Kind::Simple => root.text().and_then(MonitorLine::parse),
            Kind::Push => return,
            _ => None,
        };
        self.queue.push_back(line.ok_or_else(|| match server_error(root) {
            Some(error) => Error::server(error),
            None => Error::protocol(
                ProtocolError::new(ProtocolErrorKind::Unexpected, 0, root.text().unwrap_or_default()),
                Outcome::Executed,
            ),
        }));
    }
}

impl Listener for MonitorMachine {
    type Item = MonitorLine;

    fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    fn poll_told(&mut self) -> Option<Told<MonitorLine>> {
        while self.queue.is_empty() {
            let reply = self.session.poll_push()?;
            self.digest(&reply);
        }
        self.queue.pop_front().map(|line| line.map(Some))
    }

    fn poll_notice(&mut self, now: Timestamp) -> Option<Notice> {
        while let Some(event) = self.session.poll_event(now) {
            match event {
                session::Event::Push(reply) => self.digest(&reply),
                session::Event::Connected { protocol, .. } => {
                    if self.session.tell(&cmd("MONITOR")).is_ok() {
                        self.asked = Some(self.session.settings().deadline(now, Wait::None));
                    }
                    return Some(Notice::Connected(protocol));
                }
                session::Event::Lost { why, retry_at, .. } => {
                    self.over = true;
                    self.queue.push_back(Err(why.clone()));
                    return Some(Notice::Lost { why, retry_at });
                }
                session::Event::Reply { .. } | session::Event::Replies { .. } => {}
            }
        }
        None
    }

    fn received(&mut self, now: Timestamp, n: usize) {
        self.session.received(now, n);
    }

    fn poll_timeout(&self) -> Option<Timestamp> {
        earliest(self.session.poll_timeout(), self.asked.flatten())
    }

    fn handle_timeout(&mut self, now: Timestamp) {
        self.session.handle_timeout(now);
        while let Some(reply) = self.session.poll_push() {
            self.digest(&reply);
        }
        if self.asked.flatten().is_some_and(|deadline| deadline <= now) {
            self.asked = None;
            let why = Error::timeout("the answer to MONITOR", Outcome::MaybeExecuted);
            self.session.give_up(now, why);
        }
    }

    fn is_over(&self) -> bool {
        self.over && self.queue.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn lines_of_every_kind_of_client() {
        let tcp = |address: &str, port| MonitorClient::Tcp {
            address: address.into(),
            port,
        };
        for (line, client, command) in [
            (
                &b"1339518083.107412 [9 127.0.0.1:60866] \"keys\" \"*\""[..],
                tcp("127.0.0.1", 60866),
                &[&b"keys"[..], b"*"][..],
            ),
            (
                b"1339518083.107412 [9 [::1]:54780] \"get\" \"] \\\"x\"",
                tcp("::1", 54780),
                &[b"get", b"] \"x"],
            ),
            (b"1339518083.107412 [9 lua] \"ping\"", MonitorClient::Lua, &[b"ping"]),
            (
                b"1339518083.107412 [9 unix:/tmp/a b.sock] \"set\" \"\\r\\n\\t\\a\\b\\x00\\xfF\\\\\" \"\"",
                MonitorClient::Unix {
                    path: "/tmp/a b.sock".into(),
                },
                &[b"set", b"\r\n\t\x07\x08\x00\xff\\", b""],
            ),
        ] {
            let parsed = MonitorLine::parse(line).unwrap();
            assert_eq!(parsed.time, Duration::new(1_339_518_083, 107_412_000));
            assert_eq!((parsed.database, &parsed.client), (9, &client));
            assert_eq!(parsed.command, command);
        }
    }

    #[test]
    fn quotes_and_backslashes_that_valkey_8_1_leaves_as_they_are() {
        for (words, command) in [
            (
                &br#""SET" "k "q"" "\r\n\x00\""#[..],
                &[&b"SET"[..], b"k \"q\"", b"\r\n\0\\"][..],
            ),
            (br#""GET" "\x1""#, &[b"GET", br"\x1"]),
            (br#""GET" "\c\""#, &[b"GET", br"\c\"]),
            (br#""GET" """#, &[b"GET", b""]),
            (br#""GET" """"#, &[b"GET", b"\""]),
        ] {
            let line = [&b"1.000000 [0 lua] "[..], words].concat();
            let parsed = MonitorLine::parse(&line).unwrap();
            assert_eq!(parsed.command, command, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_line_is_none() {
        for line in [
            &b""[..],
            b"OK",
            b"1.0 [0 lua] \"ping\"",
            b"1.000000 [0 lua]",
            b"1.000000 [0 lua] ping",
            b"1.000000 [0 lua] \"ping",
            b"1.000000 [0 lua] \"ping\" ",
            b"1.000000 [x lua] \"ping\"",
            b"1.000000 [0 nobody] \"ping\"",
            b"1.000000 [0 a:99999] \"ping\"",
        ] {
            assert_eq!(MonitorLine::parse(line), None, "{}", line.escape_ascii());
        }
    }
}
