//! The machine by hand: bytes in, bytes out, time as an argument.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

use alloc::format;
use alloc::string::String;
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

use alloc::string::ToString;

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

#[test]
fn t40_everything_is_restored_in_one_request_of_each_kind_before_anything_else() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["b", "a"]));
    stage.ask(Change::subscribe(Kind::Pattern, ["p*", "q*"]));
    stage.ask(Change::subscribe(Kind::Shard, ["s"]));
    stage.subscribe("c");
    assert_eq!(
        stage.written(),
        ["SUBSCRIBE b a", "PSUBSCRIBE p* q*", "SSUBSCRIBE s", "SUBSCRIBE c"]
    );
    stage.feed(says("subscribe b :1") + &says("subscribe a :2") + &says("message a before"));
    // What came before the end still counts.
    assert_eq!(stage.lose(), ["subscribe b 1", "subscribe a 2", "message a before"]);
    stage.now = stage.now + Duration::from_secs(2);
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a b c", "PSUBSCRIBE p* q*", "SSUBSCRIBE s"]);
    stage.feed(says("subscribe a :1") + &says("message a after"));
    assert_eq!(stage.told(), ["gap of 2000 ms", "subscribe a 1", "message a after"]);
}

#[test]
fn t40_a_connection_that_keeps_breaking_is_dialed_later_and_later() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    let mut waits = Vec::new();
    for _ in 0..12 {
        stage.lose();
        let before = stage.now;
        stage.reconnect();
        waits.push(stage.now.saturating_since(before));
    }
    let (first, last): (Duration, Duration) = (waits[..6].iter().sum(), waits[6..].iter().sum());
    assert!(last > first && last > Duration::from_secs(1), "{waits:?}");
}

#[test]
fn f281_a_reconnect_that_fails_is_told_after_as_many_tries_as_the_policy_has() {
    for retries in [0, 2] {
        let mut stage = Stage::with(PubSubOptions::new(), retries);
        stage.subscribe("a");
        stage.feed(says("subscribe a :1"));
        stage.told();
        assert_eq!(stage.lose(), Vec::<String>::new());
        for try_ in 0..7 {
            while !stage.machine.session().poll_dial(stage.now) {
                stage.wait();
            }
            let refused = TransportError::new(TransportErrorKind::Unreachable, "refused");
            stage.machine.session().handle_dial_failure(stage.now, &refused);
            assert!(matches!(stage.notice(), Some(Notice::Lost { .. })));
            let expected: &[&str] = if (try_ + 1) % (retries + 1) == 0 {
                &["Transport: refused (the command was not sent)"]
            } else {
                &[]
            };
            assert_eq!(stage.told(), expected, "try {try_}");
        }
        stage.reconnect();
        assert!(stage.told()[0].starts_with("gap"));
    }
}

#[test]
fn t41_a_silent_server_is_asked_and_given_up_within_twice_the_interval() {
    let interval = Duration::from_secs(4);
    let mut stage = Stage::with(PubSubOptions::new().with_probe_interval(interval), 0);
    stage.subscribe("a");
    stage.written();
    stage.feed(says("subscribe a :1"));
    stage.told();
    assert_eq!(stage.wait(), interval);
    assert_eq!(stage.written(), ["PING"]);
    // An answer in either shape: the silence begins anew, and the reader is told nothing.
    stage.feed(array(&["pong", ""]));
    assert_eq!(stage.told(), Vec::<String>::new());
    let heard = stage.now;
    assert_eq!(stage.wait(), interval);
    assert_eq!(stage.written(), ["PING"]);
    while stage.machine.session().is_up() {
        stage.wait();
    }
    let noticed = stage.now.saturating_since(heard);
    assert!(noticed > interval && noticed < interval * 2, "{noticed:?}");
    let Some(Notice::Lost { why, .. }) = stage.notice() else {
        panic!("not lost")
    };
    assert_eq!(why.kind(), ErrorKind::Timeout);
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
    stage.feed(says("subscribe a :1"));
    let told = stage.told();
    assert!(told[0].starts_with("gap of"), "{told:?}");
    assert_eq!(told[1], "subscribe a 1");
}

#[test]
fn t41_any_message_is_a_sign_of_life() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    for _ in 0..100 {
        stage.now = stage.now + Duration::from_secs(5);
        stage.machine.handle_timeout(stage.now);
        stage.feed(says("message a x"));
    }
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
    // A message in place of the answer too.
    stage.wait();
    assert_eq!(stage.written(), ["PING"]);
    stage.feed(says("message a x"));
    stage.now = stage.now + Duration::from_secs(14);
    stage.machine.handle_timeout(stage.now);
    stage.feed(array(&["pong", ""]));
    assert!(stage.machine.session().is_up());
    assert!(stage.told().iter().skip(1).all(|told| told == "message a x"));
}

#[test]
fn t41_what_is_here_already_is_not_late() {
    let mut stage = Stage::with(PubSubOptions::new().with_probe_interval(Duration::from_secs(60)), 0);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    // Nobody asks for it for an hour.
    stage.now = stage.now + Duration::from_secs(3600);
    stage.machine.handle_timeout(stage.now);
    stage.machine.handle_timeout(stage.now + Duration::from_secs(2));
    assert!(stage.machine.session().is_up());
    assert_eq!(stage.told(), ["subscribe a 1"]);
}

#[test]
fn t42_a_reader_that_wants_the_latest_is_told_how_many_are_missing() {
    let keep = PubSubOptions::new().with_keep_latest(NonZeroUsize::new(3).unwrap());
    let mut stage = Stage::with(keep, 0);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    for n in 0..10 {
        stage.feed(says(&format!("message a {n}")));
    }
    stage.feed(says("psubscribe p :2"));
    assert_eq!(
        stage.told(),
        ["subscribe a 1", "7 lost", "message a 7", "message a 8", "message a 9"]
    );
    // Each is told of once, and what is read in time is not lost.
    for n in 0..10 {
        stage.feed(says(&format!("message a {n}")));
        assert_eq!(stage.told(), [format!("message a {n}")]);
    }
    // The connection ends with some of them unread.
    for n in 0..5 {
        stage.feed(says(&format!("message a {n}")));
    }
    assert_eq!(stage.lose(), ["2 lost", "message a 2", "message a 3", "message a 4"]);
}

#[test]
fn t43_a_subscription_that_is_refused_is_the_readers_error_and_forgotten() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b"]));
    stage.subscribe("c");
    stage.written();
    stage.feed("-NOPERM no permissions\r\n".to_string() + &says("subscribe c :1"));
    assert_eq!(stage.told(), ["Server: NOPERM no permissions", "subscribe c 1"]);
    assert_eq!(stage.names(Kind::Channel), ["c"]);
    stage.lose();
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE c"]);
    // What was subscribed to before stays so when another request about it is refused.
    stage.feed(says("subscribe c :1"));
    stage.told();
    stage.subscribe("c");
    stage.feed("-NOPERM no permissions\r\n");
    assert_eq!(stage.told(), ["Server: NOPERM no permissions"]);
    assert!(!stage.machine.subscribed());
}

#[test]
fn t43_a_restored_subscription_that_is_refused_does_not_take_the_others_with_it() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Shard, ["a", "b", "c"]));
    stage.feed(says("ssubscribe a :1") + &says("ssubscribe b :2") + &says("ssubscribe c :3"));
    stage.told();
    stage.lose();
    stage.reconnect();
    assert_eq!(stage.written(), ["SSUBSCRIBE a b c"]);
    stage.feed("-CROSSSLOT Keys in request don't hash to the same slot\r\n");
    assert!(stage.told()[0].starts_with("gap"));
    assert_eq!(stage.written(), ["SSUBSCRIBE a", "SSUBSCRIBE b", "SSUBSCRIBE c"]);
    stage.feed(says("ssubscribe a :1") + "-MOVED 1 127.0.0.1:1\r\n" + &says("ssubscribe c :2"));
    assert_eq!(
        stage.told(),
        ["ssubscribe a 1", "Server: MOVED 1 127.0.0.1:1", "ssubscribe c 2"]
    );
    assert_eq!(stage.names(Kind::Shard), ["a", "c"]);
}

#[test]
fn t43_a_subscription_that_is_not_confirmed_fails_in_time() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.written();
    let mut waited = Duration::ZERO;
    while stage.machine.session().is_up() {
        waited += stage.wait();
        // The server is alive, it just does not confirm.
        stage.feed(says("message b x"));
    }
    assert!(
        waited >= Duration::from_secs(10) && waited <= Duration::from_secs(11),
        "{waited:?}"
    );
    let told = stage.told();
    assert!(
        told.contains(
            &"Timeout: timed out waiting for the confirmation of a subscription (the command may have been executed)"
                .into()
        ),
        "{told:?}"
    );
    // It is asked for again on the next connection.
    assert!(matches!(stage.notice(), Some(Notice::Lost { .. })));
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
}

#[test]
fn t43_restoring_that_is_never_confirmed_is_told_like_a_reconnect_that_fails() {
    let mut stage = Stage::with(PubSubOptions::new().with_probe_interval(None), 1);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    stage.told();
    stage.lose();
    for expected in [0, 1, 0, 1] {
        stage.reconnect();
        while stage.machine.session().is_up() {
            stage.wait();
        }
        stage.told();
        assert!(matches!(stage.notice(), Some(Notice::Lost { .. })));
        let told = stage.told();
        assert_eq!(told.len(), expected, "{told:?}");
    }
}

#[test]
fn t15_confirmations_belong_to_their_request_whatever_comes_in_between() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b", "c"]));
    stage.ask(Change::ping(Some("x")));
    stage.ask(Change::unsubscribe(Kind::Channel, "a"));
    let bytes = says("subscribe a :1")
        + &says("message a 1")
        + &says("sunsubscribe other :0")
        + &says("subscribe b :2")
        + &says("subscribe c :3")
        + &says("message c 1")
        + &says("pong x")
        + &says("message a 2")
        + &says("unsubscribe a :2");
    let expected = [
        "subscribe a 1",
        "message a 1",
        "subscribe b 2",
        "subscribe c 3",
        "message c 1",
        "pong x",
        "message a 2",
        "unsubscribe a 2",
    ];
    let mut told = Vec::new();
    for byte in bytes.as_bytes() {
        stage.feed([*byte]);
        told.extend(stage.told());
    }
    assert_eq!(told, expected);
    assert_eq!(stage.names(Kind::Channel), ["b", "c"]);
}

#[test]
fn d12_unsubscribed_and_at_once_subscribed_again_it_stays() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.unsubscribe("a");
    stage.subscribe("a");
    stage.feed(says("subscribe a :1") + &says("unsubscribe a :0") + &says("subscribe a :1"));
    stage.told();
    assert!(stage.machine.subscribed());
    assert_eq!(stage.names(Kind::Channel), ["a"]);
    // And the other way around it goes only with the last one.
    stage.unsubscribe("a");
    stage.subscribe("a");
    stage.unsubscribe("a");
    for (answer, subscribed) in [
        ("unsubscribe a :0", true),
        ("subscribe a :1", true),
        ("unsubscribe a :0", false),
    ] {
        stage.feed(says(answer));
        stage.told();
        assert_eq!(stage.machine.subscribed(), subscribed, "{answer}");
    }
}

#[test]
fn f274_subscribed_from_asking_until_the_end_is_read() {
    let mut stage = Stage::new();
    assert!(!stage.machine.subscribed());
    stage.subscribe("a");
    assert!(stage.machine.subscribed());
    stage.unsubscribe("a");
    stage.feed(says("subscribe a :1") + &says("unsubscribe a :0"));
    assert_eq!(show(&stage.machine.poll_told().unwrap()), "subscribe a 1");
    assert!(stage.machine.subscribed());
    assert_eq!(show(&stage.machine.poll_told().unwrap()), "unsubscribe a 0");
    assert!(!stage.machine.subscribed());
    assert!(stage.machine.is_over());
}

#[test]
fn f275_a_reconnect_before_the_end_is_confirmed_subscribes_and_ends_it_again() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b"]));
    stage.feed(says("subscribe a :1") + &says("subscribe b :2"));
    stage.unsubscribe("a");
    stage.lose();
    assert_eq!(stage.names(Kind::Channel), ["a", "b"]);
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a b", "UNSUBSCRIBE a"]);
    stage.feed(says("subscribe a :1") + &says("subscribe b :2") + &says("unsubscribe a :1"));
    let told = stage.told();
    assert_eq!(told[1..], ["subscribe a 1", "subscribe b 2", "unsubscribe a 1"]);
    assert_eq!(stage.names(Kind::Channel), ["b"]);
}

#[test]
fn f276_names_are_bytes() {
    let mut stage = Stage::new();
    let name = [0xff, 0x00, b'\r', b'\n'];
    stage.ask(Change::subscribe_with(Kind::Channel, &name[..], |_| ()));
    stage.feed(b"*3\r\n$9\r\nsubscribe\r\n$4\r\n\xff\x00\r\n\r\n:1\r\n");
    stage.feed(b"*3\r\n$7\r\nmessage\r\n$4\r\n\xff\x00\r\n\r\n$1\r\nx\r\n");
    assert_eq!(stage.told(), ["subscribe \\xff\\x00\\r\\n 1", "nothing"]);
    stage.lose();
    stage.reconnect();
    let written = stage.machine.session().poll_transmit().unwrap();
    assert_eq!(
        written.escape_ascii().to_string().matches("\\xff\\x00\\r\\n").count(),
        1
    );
    stage.feed(b"*3\r\n$7\r\nmessage\r\n$4\r\n\xff\x00\r\n\r\n$1\r\nx\r\n");
    assert_eq!(stage.told()[1..], ["nothing"], "the handler is still there");
}

#[test]
fn f282_what_is_lost_with_the_request_is_not_subscribed_to_twice() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    // Not a byte of it was written, or all of it and the connection broke.
    for write in [false, true] {
        if write {
            assert_eq!(stage.written(), ["SUBSCRIBE a"]);
        }
        stage.lose();
        stage.reconnect();
    }
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
    // Without a connection nothing is remembered.
    stage.lose();
    let refused = stage.machine.change(stage.now, Change::subscribe(Kind::Channel, "b"));
    assert_eq!(refused.unwrap_err().outcome(), Outcome::NotSent);
    assert_eq!(stage.names(Kind::Channel), ["a"]);
}

#[test]
fn f265_unsubscribing_from_nothing_is_confirmed_without_a_name() {
    let mut stage = Stage::new();
    stage.ask(Change::unsubscribe_all(Kind::Channel));
    stage.ask(Change::unsubscribe(Kind::Pattern, "p"));
    assert_eq!(stage.written(), ["UNSUBSCRIBE", "PUNSUBSCRIBE p"]);
    stage.feed(says("unsubscribe - :0") + &says("punsubscribe p :0"));
    assert_eq!(stage.told(), ["unsubscribe 0", "punsubscribe p 0"]);
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b"]));
    stage.ask(Change::unsubscribe_all(Kind::Channel));
    assert_eq!(stage.written(), ["SUBSCRIBE a b", "UNSUBSCRIBE a b"]);
}

#[test]
fn f267_d13_pongs_of_every_shape_are_told() {
    let mut stage = Stage::new();
    for (asked, answer, expected) in [
        (None, "+PONG\r\n".to_string(), "pong "),
        (Some("text"), "$4\r\ntext\r\n".to_string(), "pong text"),
        (None, array(&["pong", ""]), "pong "),
        (Some("text"), array(&["pong", "text"]), "pong text"),
        (Some("PONG"), "$4\r\nPONG\r\n".to_string(), "pong PONG"),
    ] {
        stage.ask(Change::ping(asked));
        stage.feed(answer);
        let mut options = ReadOptions::new();
        options = options.ignore_subscribe_messages();
        assert_eq!(show(&stage.machine.poll_told_with(&options).unwrap()), expected);
    }
    stage.ask(Change::ping(None::<&str>));
    stage.feed("-ERR no\r\n");
    assert_eq!(stage.told(), ["Server: ERR no"]);
}

#[test]
fn f270_confirmations_can_be_left_out_for_all_reads_or_for_one() {
    let mut stage = Stage::with(PubSubOptions::new().with_ignore_subscribe_messages(), 0);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1") + &says("message a x"));
    assert_eq!(stage.told(), ["nothing", "message a x"]);
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.subscribe("b");
    stage.feed(says("subscribe a :1") + &says("subscribe b :2"));
    let ignore = ReadOptions::new().ignore_subscribe_messages();
    assert_eq!(show(&stage.machine.poll_told_with(&ignore).unwrap()), "nothing");
    assert_eq!(stage.told(), ["subscribe b 2"]);
}

#[test]
fn f268_f269_messages_go_to_the_handler_of_their_subscription() {
    let mut stage = Stage::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = |calls: &Arc<AtomicUsize>| {
        let calls = calls.clone();
        move |message: Message| -> Result<(), Error> {
            calls.fetch_add(1, Ordering::Relaxed);
            if message.payload() == b"bad" {
                return Err(Error::invalid_argument("bad payload"));
            }
            Ok(())
        }
    };
    stage.ask(Change::subscribe_with(Kind::Channel, "a", count(&calls)));
    stage.ask(Change::subscribe_with(Kind::Pattern, "a", count(&calls)));
    stage.subscribe("b");
    stage.feed(
        says("subscribe a :1")
            + &says("psubscribe a :2")
            + &says("subscribe b :3")
            + &says("message a x")
            + &says("pmessage a a x")
            + &says("message b x")
            + &says("message a bad")
            + &says("message b y"),
    );
    assert_eq!(
        stage.told()[3..],
        [
            "nothing",
            "nothing",
            "message b x",
            "Handler: a handler failed: bad payload",
            "message b y"
        ]
    );
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    // Subscribed to again without one, it has none any more.
    stage.subscribe("a");
    stage.feed(says("subscribe a :3") + &says("message a x") + &says("pmessage a a x"));
    assert_eq!(stage.told(), ["subscribe a 3", "message a x", "nothing"]);
    assert_eq!(
        stage.machine.check_handlers().unwrap_err().to_string(),
        "Channel: 'a' has no handler registered"
    );
}

#[test]
fn a_shard_channel_that_the_server_takes_away_is_told_and_forgotten() {
    let mut stage = Stage::with(PubSubOptions::new().with_ignore_subscribe_messages(), 0);
    stage.ask(Change::subscribe(Kind::Shard, ["s", "t"]));
    stage.feed(says("ssubscribe s :1") + &says("ssubscribe t :2") + &says("sunsubscribe s :1"));
    assert_eq!(stage.told(), ["nothing", "nothing", "sunsubscribe s 1 unasked"]);
    assert_eq!(stage.names(Kind::Shard), ["t"]);
    // One that crosses the request for it answers that; the answer proper is one too many.
    stage.ask(Change::unsubscribe(Kind::Shard, "t"));
    stage.feed(says("sunsubscribe t :0") + &says("sunsubscribe t :0"));
    assert_eq!(stage.told(), ["nothing"]);
    assert!(stage.machine.is_over());
}

#[test]
fn what_no_subscriber_can_be_told_costs_the_connection() {
    for nonsense in [
        "+OK\r\n",
        ":1\r\n",
        "*1\r\n:1\r\n",
        "+PONG\r\n",
        "-ERR unasked\r\n",
        "nonsense\r\n",
    ] {
        let mut stage = Stage::new();
        stage.subscribe("a");
        stage.feed(says("subscribe a :1") + nonsense + &says("message a x"));
        assert_eq!(stage.told(), ["subscribe a 1"], "{nonsense}");
        assert!(matches!(stage.notice(), Some(Notice::Lost { .. })), "{nonsense}");
        stage.reconnect();
        assert!(stage.told()[0].starts_with("gap"), "{nonsense}");
    }
}

#[test]
fn resp3_says_the_same_in_pushes() {
    let settings = settings().protocol(Protocol::Resp3);
    let mut stage = Stage {
        machine: Subscriber::new(settings, Backoff::new(), 0, PubSubOptions::new(), 1),
        now: Timestamp::ZERO,
    };
    stage.machine.session().connect();
    stage.dial();
    assert_eq!(stage.written(), ["HELLO 3"]);
    stage.feed("%1\r\n+proto\r\n:3\r\n");
    assert!(matches!(stage.notice(), Some(Notice::Connected(Protocol::Resp3))));
    stage.subscribe("a");
    stage.ask(Change::ping(Some("x")));
    let push = |line: &str| says(line).replacen('*', ">", 1);
    stage.feed(push("subscribe a :1") + &push("message a x") + "$1\r\nx\r\n" + &push("invalidate key"));
    stage.feed(push("pmessage p a y"));
    assert_eq!(
        stage.told(),
        ["subscribe a 1", "message a x", "pong x", "pmessage p a y"]
    );
}

#[test]
fn a_reset_subscriber_begins_anew() {
    let mut stage = Stage::new();
    assert!(stage.machine.check_started().is_err());
    stage.subscribe("a");
    assert!(stage.machine.check_started().is_ok());
    stage.feed(says("subscribe a :1"));
    stage.machine.reset();
    assert!(!stage.machine.subscribed() && stage.machine.is_over());
    assert!(stage.machine.check_started().is_err());
    stage.machine.session().connect();
    stage.dial();
    stage.notice();
    stage.subscribe("b");
    assert_eq!(stage.written(), ["SUBSCRIBE b"]);
    stage.feed(says("subscribe b :1"));
    assert_eq!(stage.told(), ["subscribe b 1"], "no gap");
}

#[test]
fn names_are_needed() {
    let mut stage = Stage::new();
    for (change, expected) in [
        (
            Change::subscribe(Kind::Channel, Vec::<String>::new()),
            "SUBSCRIBE: at least one channel is needed",
        ),
        (
            Change::unsubscribe(Kind::Pattern, Vec::<String>::new()),
            "PUNSUBSCRIBE: at least one pattern is needed",
        ),
    ] {
        let error = stage.machine.change(stage.now, change).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::InvalidArgument, expected)
        );
    }
    let request: &Request = &crate::command::cmd("PING");
    assert_eq!(Change::ping(None::<&str>).request().to_string(), request.to_string());
}
