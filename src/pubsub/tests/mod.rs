//! The machine by hand: bytes in, bytes out, time as an argument.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::num::NonZeroUsize;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use super::*;
use crate::command::Request;
use crate::connection::Settings;
use crate::error::{Error, ErrorKind, Outcome};
use crate::time::Timestamp;
use crate::topology::{Backoff, Protocol};
use crate::transport::{TransportError, TransportErrorKind};

mod faults;
mod rows;

struct Stage {
    machine: Subscriber,
    now: Timestamp,
}

fn settings() -> Settings {
    Settings::new()
        .protocol(Protocol::Resp2)
        .response_timeout(Duration::from_secs(10))
}

impl Stage {
    fn new() -> Self {
        Stage::with(PubSubOptions::new(), 0)
    }

    fn with(options: PubSubOptions, retries: u32) -> Self {
        let mut stage = Stage {
            machine: Subscriber::new(settings(), Backoff::new(), retries, options, 1),
            now: Timestamp::ZERO,
        };
        stage.machine.session().connect();
        stage.dial();
        assert!(matches!(stage.notice(), Some(Notice::Connected(Protocol::Resp2))));
        stage
    }

    /// A transport is there as soon as it is wanted.
    fn dial(&mut self) {
        assert!(self.machine.session().poll_dial(self.now), "nobody dials");
        self.machine.session().handle_connected(self.now);
    }

    fn notice(&mut self) -> Option<Notice> {
        self.machine.poll_notice(self.now)
    }

    fn ask(&mut self, change: Change) {
        self.machine.change(self.now, change).unwrap();
    }

    fn subscribe(&mut self, name: &str) {
        self.ask(Change::subscribe(Kind::Channel, name));
    }

    fn unsubscribe(&mut self, name: &str) {
        self.ask(Change::unsubscribe(Kind::Channel, name));
    }

    /// The requests that are to be written, written.
    fn written(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(bytes) = self.machine.session().poll_transmit() {
            let n = bytes.len();
            all.extend_from_slice(bytes);
            self.machine.session().transmitted(n);
        }
        let text = String::from_utf8_lossy(&all).into_owned();
        let mut lines = text.split("\r\n");
        let mut requests = Vec::new();
        while let Some(count) = lines.next().and_then(|line| line.strip_prefix('*')) {
            let words = (0..count.parse().unwrap()).map(|_| lines.by_ref().nth(1).unwrap());
            requests.push(words.collect::<Vec<_>>().join(" "));
        }
        requests
    }

    fn feed(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.machine.session().read_room()[..bytes.len()].copy_from_slice(bytes);
        self.machine.received(self.now, bytes.len());
    }

    fn told(&mut self) -> Vec<String> {
        core::iter::from_fn(|| self.machine.poll_told())
            .map(|told| show(&told))
            .collect()
    }

    /// The connection breaks, and what there is to be told of it is told.
    fn lose(&mut self) -> Vec<String> {
        let error = TransportError::new(TransportErrorKind::Closed, "reset");
        self.machine.session().handle_loss(self.now, &error);
        assert!(matches!(self.notice(), Some(Notice::Lost { .. })));
        self.told()
    }

    /// The next connection, as soon as it may be dialed.
    fn reconnect(&mut self) {
        while !self.machine.session().poll_dial(self.now) {
            self.now = self.machine.poll_timeout().expect("nobody wants another connection");
            self.machine.handle_timeout(self.now);
        }
        self.machine.session().handle_connected(self.now);
        assert!(matches!(self.notice(), Some(Notice::Connected(_))));
    }

    /// Time passes until something has to be done about it.
    fn wait(&mut self) -> Duration {
        let before = self.now;
        self.now = self.machine.poll_timeout().expect("nothing to wait for");
        self.machine.handle_timeout(self.now);
        self.now.saturating_since(before)
    }

    fn names(&self, kind: Kind) -> Vec<String> {
        let names = self.machine.names(kind);
        names.map(|name| name.escape_ascii().to_string()).collect()
    }
}

fn show(told: &Told<Event>) -> String {
    match told {
        Ok(None) => "nothing".into(),
        Ok(Some(Event::Gap(gap))) => format!("gap of {} ms", gap.lasted.as_millis()),
        Ok(Some(Event::Lost(count))) => format!("{count} lost"),
        Ok(Some(event)) => {
            let text = |text: Option<&[u8]>| text.map(|text| format!(" {}", text.escape_ascii())).unwrap_or_default();
            let count = event.count().map(|count| format!(" {count}")).unwrap_or_default();
            let asked = match event {
                Event::Confirmation(Confirmation { asked: false, .. }) => " unasked",
                _ => "",
            };
            format!(
                "{}{}{}{}{count}{asked}",
                event.kind(),
                text(event.pattern()),
                text(event.channel()),
                text(event.payload())
            )
        }
        Err(error) => format!("{:?}: {error}", error.kind()),
    }
}

fn array(words: &[&str]) -> String {
    let mut out = format!("*{}\r\n", words.len());
    for word in words {
        match word.strip_prefix(':') {
            Some(number) => out += &format!(":{number}\r\n"),
            None if *word == "-" => out += "$-1\r\n",
            None => out += &format!("${}\r\n{word}\r\n", word.len()),
        }
    }
    out
}

/// `subscribe a :1`
fn says(line: &str) -> String {
    array(&line.split(' ').collect::<Vec<_>>())
}
