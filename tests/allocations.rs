//! What a call asks of the heap, counted by the allocator itself. The transports here allocate nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a failure is the test's result"
)]

#[path = "support/counting.rs"]
mod counting;

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use counting::{Usage, measure};
use redwire::Protocol;
use redwire::connection::Settings;
use redwire::mock::Clock;
use redwire::pipeline::{Batch, BatchResults, Slot};
use redwire::prelude::*;
use redwire::resp::{Kind, Parser, Reply, RespParser};
use redwire::transport::{AsyncTransport, Transport, TransportError};

#[global_allocator]
static HEAP: counting::Counting = counting::Counting;

/// A server that answers every write with the same bytes.
struct Answering {
    answer: &'static [u8],
    /// What of it is still to be read.
    left: &'static [u8],
}

impl Answering {
    fn with(answer: &'static [u8]) -> Self {
        Answering { answer, left: b"" }
    }

    fn take(&mut self, buffer: &mut [u8]) -> usize {
        let n = self.left.len().min(buffer.len());
        buffer[..n].copy_from_slice(&self.left[..n]);
        self.left = &self.left[n..];
        n
    }
}

impl Transport for Answering {
    fn read(&mut self, buffer: &mut [u8], _: Option<Duration>) -> Result<usize, TransportError> {
        assert!(!self.left.is_empty(), "read before anything was asked");
        Ok(self.take(buffer))
    }
    fn write(&mut self, bytes: &[u8], _: Option<Duration>) -> Result<usize, TransportError> {
        self.left = self.answer;
        Ok(bytes.len())
    }
    fn close(&mut self) {}
}

impl AsyncTransport for Answering {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        if self.left.is_empty() {
            // As a reactor does, it keeps the waker; this one is called at once, since the answer is a write away.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(self.take(buffer)))
    }
    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        self.left = self.answer;
        Poll::Ready(Ok(bytes.len()))
    }
    fn close(&mut self) {}
}

const CALLS: usize = 1000;

/// Calls per [`CALLS`] that may grow or renew a buffer.
const BUFFERS: usize = CALLS / 50;

fn settings() -> Settings {
    Settings::new()
        .protocol(Protocol::Resp2)
        .response_timeout(Duration::from_secs(5))
}

/// What [`CALLS`] calls ask for, after as many to warm up.
fn blocking(answer: &'static [u8], call: impl Fn(&redwire::blocking::Client)) -> Usage {
    let client = redwire::blocking::Client::with_transport(Answering::with(answer), settings(), Arc::new(Clock::new()));
    (0..CALLS).for_each(|_| call(&client));
    measure(|| (0..CALLS).for_each(|_| call(&client))).1
}

/// The same on a Tokio runtime of one thread.
fn on_tokio(answer: &'static [u8], call: impl AsyncFn(&redwire::tokio::Client)) -> Usage {
    let client = redwire::tokio::Client::with_transport(Answering::with(answer), settings(), Arc::new(Clock::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for _ in 0..CALLS {
            call(&client).await;
        }
        let start = measure(|| ()).1;
        assert_eq!(start.allocations, 0);
        let (mut allocations, mut bytes, mut peak) = (0, 0, 0);
        for _ in 0..CALLS {
            let mut future = std::pin::pin!(call(&client));
            let usage = std::future::poll_fn(|cx| {
                let (polled, usage) = measure(|| future.as_mut().poll(cx));
                allocations += usage.allocations;
                bytes += usage.bytes;
                peak = peak.max(usage.peak);
                polled
            });
            usage.await;
        }
        Usage {
            allocations,
            bytes,
            peak,
        }
    })
}

/// At most `each` for each call, and now and then a buffer.
fn assert_at_most(usage: Usage, each: usize, what: &str) {
    println!("{what}: {usage:?} in {CALLS} calls");
    assert!(usage.allocations <= each * CALLS + BUFFERS, "{what}: {usage:?}");
}

const VALUE: &[u8] = b"$10\r\n0123456789\r\n";

#[test]
fn a_blocking_get_of_bytes_allocates_nothing() {
    let usage = blocking(VALUE, |client| {
        let value: Bytes = client.get("key").unwrap();
        assert_eq!(value.len(), 10);
    });
    assert_at_most(usage, 0, "GET as Bytes");
}

#[test]
fn a_blocking_get_allocates_what_its_type_needs_and_no_more() {
    let string = blocking(VALUE, |client| {
        assert_eq!(client.get::<String>("key").unwrap(), "0123456789")
    });
    assert_at_most(string, 1, "GET as String");
    let vec = blocking(VALUE, |client| {
        assert_eq!(client.get::<Vec<u8>>("key").unwrap(), b"0123456789")
    });
    assert_at_most(vec, 1, "GET as Vec<u8>");
    let number = blocking(b"$2\r\n42\r\n", |client| {
        assert_eq!(client.get::<i64>("key").unwrap(), 42)
    });
    assert_at_most(number, 0, "GET as i64");
    let none = blocking(b"$-1\r\n", |client| {
        assert_eq!(client.get::<Option<String>>("key").unwrap(), None)
    });
    assert_at_most(none, 0, "GET of nothing");
}

#[test]
fn a_blocking_set_or_incr_allocates_nothing() {
    let set = blocking(b"+OK\r\n", |client| assert!(client.set("key", "value").unwrap()));
    assert_at_most(set, 0, "SET");
    let incr = blocking(b":7\r\n", |client| assert_eq!(client.incr("key").unwrap(), 7));
    assert_at_most(incr, 0, "INCR");
}

#[test]
fn an_async_call_allocates_what_its_type_needs_and_no_more() {
    let bytes = on_tokio(VALUE, async |client| {
        assert_eq!(client.get::<Bytes>("key").await.unwrap().len(), 10);
    });
    assert_at_most(bytes, 0, "async GET as Bytes");
    let string = on_tokio(VALUE, async |client| {
        assert_eq!(client.get::<String>("key").await.unwrap(), "0123456789");
    });
    assert_at_most(string, 1, "async GET as String");
    let set = on_tokio(b"+OK\r\n", async |client| {
        assert!(client.set("key", "value").await.unwrap());
    });
    assert_at_most(set, 0, "async SET");
}

/// One is the list that the caller asked for, one is the index of the reply.
#[test]
fn a_list_takes_as_many_allocations_however_long_it_is() {
    fn list(n: usize) -> &'static [u8] {
        let element = b"$10\r\n0123456789\r\n".repeat(n);
        Vec::leak([format!("*{n}\r\n").as_bytes(), &element].concat())
    }
    for n in [10, 100, 1000] {
        let answer = list(n);
        let usage = blocking(answer, |client| {
            let values: Vec<Bytes> = client.lrange("key", 0, -1).unwrap();
            assert_eq!(values.len(), n);
        });
        assert_at_most(usage, 2, "LRANGE");
    }
}

/// What SET and GET in turn are answered, `n` commands in all.
fn answers(n: usize) -> &'static [u8] {
    Vec::leak([b"+OK\r\n", VALUE].concat().repeat(n / 2))
}

fn filled<C>(batch: Batch<C>, n: usize) -> (Batch<C>, Vec<Slot<Bytes>>) {
    let mut batch = batch.non_atomic();
    let mut slots = Vec::with_capacity(n / 2);
    for n in 0..n as u64 / 2 {
        let _ = batch.set(n, "0123456789");
        slots.push(batch.get(n));
    }
    (batch, slots)
}

fn read(mut results: BatchResults, slots: Vec<Slot<Bytes>>) {
    for slot in slots {
        assert_eq!(results.take(slot).unwrap().len(), 10);
    }
}

/// A batch takes a few buffers, and no command of it any of its own.
#[test]
fn a_pipeline_allocates_a_few_times_however_long_it_is() {
    for (n, most) in [(10, 12), (100, 20)] {
        let usage = blocking(answers(n), |client| {
            let (batch, slots) = filled(client.batch(), n);
            read(batch.execute().unwrap(), slots);
        });
        assert_at_most(usage, most, &format!("a pipeline of {n}"));
        let usage = on_tokio(answers(n), async |client| {
            let (batch, slots) = filled(client.batch(), n);
            read(batch.execute().await.unwrap(), slots);
        });
        assert_at_most(usage, most, &format!("an async pipeline of {n}"));
    }
}

/// The memory that a long pipeline takes at most grows with it, and by little more than what is sent and what comes back.
#[test]
fn a_long_pipeline_takes_memory_in_proportion() {
    const COMMANDS: usize = 100_000;
    let client = redwire::blocking::Client::with_transport(
        Answering::with(answers(COMMANDS)),
        settings(),
        Arc::new(Clock::new()),
    );
    let usage = measure(|| {
        let (batch, slots) = filled(client.batch(), COMMANDS);
        read(batch.execute().unwrap(), slots);
    })
    .1;
    println!("{COMMANDS} commands: {usage:?}");
    assert!(usage.peak < COMMANDS * 160, "{usage:?}");
    assert!(usage.allocations < COMMANDS / 100, "{usage:?}");
}

#[test]
fn parsing_what_is_there_allocates_nothing_and_copies_nothing() {
    let mut parser = RespParser::default();
    // One reply before, so that the buffer is one that replies share already.
    let mut input = BytesMut::from(&VALUE.repeat(100)[..]);
    let first = parser.parse(&mut input).unwrap().unwrap();
    let room = input.as_ptr_range();
    let (replies, usage) = measure(|| {
        let mut replies: [Option<Reply>; 99] = [const { None }; 99];
        for reply in &mut replies {
            *reply = parser.parse(&mut input).unwrap();
        }
        replies
    });
    assert_eq!(usage.allocations, 0, "{usage:?}");
    for reply in replies.iter().flatten() {
        let text = reply.root().text().unwrap();
        assert!(room.contains(&text.as_ptr()), "the text was copied");
        let (shared, usage) = measure(|| reply.root().shared_text().unwrap());
        assert_eq!((shared.as_ptr(), usage.allocations), (text.as_ptr(), 0));
    }
    assert_eq!(replies.iter().flatten().count(), 99);
    drop(first);
}

#[test]
fn parsing_scalars_of_every_kind_allocates_nothing() {
    let scalars: [(&[u8], Kind); 9] = [
        (b"+OK\r\n", Kind::Simple),
        (b"-ERR no\r\n", Kind::Error),
        (b":42\r\n", Kind::Integer),
        (b"$-1\r\n", Kind::Null),
        (b"#t\r\n", Kind::Boolean),
        (b",1.5\r\n", Kind::Double),
        (b"(123\r\n", Kind::BigNumber),
        (b"=7\r\ntxt:abc\r\n", Kind::Verbatim),
        (b"$100\r\n0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n", Kind::Bulk),
    ];
    for (bytes, kind) in scalars {
        let mut parser = RespParser::default();
        let mut input = BytesMut::from(&bytes.repeat(3)[..]);
        let first = parser.parse(&mut input).unwrap().unwrap();
        let (second, usage) = measure(|| parser.parse(&mut input).unwrap().unwrap());
        assert_eq!((second.kind(), usage.allocations), (kind, 0));
        let (is_same, usage) = measure(|| second == first.clone());
        assert!(is_same);
        assert_eq!(usage.allocations, 0);
    }
}

#[test]
fn building_and_encoding_a_small_request_allocates_nothing() {
    let mut out = Vec::with_capacity(1024);
    let (_, usage) = measure(|| cmd("SET").key("key").arg("value").arg(("EX", 10)).encode(&mut out));
    assert_eq!(usage.allocations, 0, "{usage:?}");
    assert_eq!(
        out,
        b"*5\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n$2\r\nEX\r\n$2\r\n10\r\n"
    );
}

/// A connection subscribed to something, and what comes over it in as large pieces as it takes.
#[test]
fn a_message_of_a_subscription_allocates_nothing() {
    use redwire::pubsub::{Change, Event, Kind as Subject, Listener, PubSubOptions, Subscriber};
    use redwire::time::Timestamp;

    let now = Timestamp::ZERO;
    for message in [
        &b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$10\r\n0123456789\r\n"[..],
        b">4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$10\r\n0123456789\r\n",
    ] {
        let mut subscriber = Subscriber::new(settings(), redwire::Backoff::new(), 0, PubSubOptions::new(), 1);
        subscriber.session().connect();
        assert!(subscriber.session().poll_dial(now));
        subscriber.session().handle_connected(now);
        assert!(subscriber.poll_notice(now).is_some());
        subscriber
            .change(now, Change::subscribe(Subject::Channel, "news"))
            .unwrap();
        let stream = message.repeat(20_000);
        let (mut left, mut told, mut allocations) = (&stream[..], 0, 0);
        while !left.is_empty() {
            let ((), usage) = measure(|| {
                let room = subscriber.session().read_room();
                let n = room.len().min(left.len());
                room[..n].copy_from_slice(&left[..n]);
                left = &left[n..];
                subscriber.received(now, n);
                while let Some(event) = subscriber.poll_told() {
                    let Ok(Some(Event::Message(message))) = event else {
                        panic!("{event:?}")
                    };
                    assert_eq!(message.into_payload(), "0123456789");
                    told += 1;
                }
            });
            allocations += usage.allocations;
        }
        println!("{allocations} allocations for {told} messages");
        assert_eq!(told, 20_000);
        assert!(allocations < 20_000 / 100, "{allocations}");
    }
}
