//! The public traits can be mocked: a user's test can stand in for a socket, a clock, a parser or a dialer, and see
//! exactly how a client treats it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a failure is the test's result"
)]

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::BytesMut;
use mockall::predicate::{always, eq};
use mockall::{Sequence, mock};
use redwire::command::Requests;
use redwire::connection::{Connection, Event, Settings};
use redwire::flow::{Flow, Replies, Step, Target};
use redwire::prelude::*;
use redwire::resp::{Parser, ProtocolError, ProtocolErrorKind, Reply, ReplyBuilder, RespParser};
use redwire::time::Timestamp;
use redwire::transport::{
    AsyncClock, AsyncConnector, AsyncTransport, BlockingClock, BoxFuture, Clock, Connector, Spawner, Timer, Transport,
    TransportError, TransportErrorKind,
};
use redwire::{Config, Endpoint, Protocol};

mock! {
    Socket {}
    impl Transport for Socket {
        fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError>;
        fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError>;
        fn is_quiet(&mut self) -> bool;
        fn close(&mut self);
    }
}

mock! {
    AsyncSocket {}
    impl AsyncTransport for AsyncSocket {
        fn poll_read<'a>(&mut self, cx: &mut Context<'a>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>>;
        fn poll_write<'a>(&mut self, cx: &mut Context<'a>, bytes: &[u8]) -> Poll<Result<usize, TransportError>>;
        fn close(&mut self);
    }
}

mock! {
    Time {}
    impl Clock for Time {
        fn now(&self) -> Timestamp;
    }
    impl BlockingClock for Time {
        fn sleep_until(&self, at: Timestamp);
        fn park_until(&self, until: Option<Timestamp>);
    }
    impl AsyncClock for Time {
        fn timer(&self) -> Box<dyn Timer>;
    }
}

mock! {
    Alarm {}
    impl Timer for Alarm {
        fn poll_at<'a>(&mut self, cx: &mut Context<'a>, at: Timestamp) -> Poll<()>;
    }
}

mock! {
    Wire {}
    impl Parser for Wire {
        fn parse(&mut self, input: &mut BytesMut) -> Result<Option<Reply>, ProtocolError>;
        fn reset(&mut self);
        fn wanted(&self) -> usize;
    }
}

mock! {
    Dialer {}
    impl Connector for Dialer {
        fn connect(&self, endpoint: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError>;
    }
}

mock! {
    AsyncDialer {}
    impl AsyncConnector for AsyncDialer {
        fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>>;
    }
}

mock! {
    Tasks {}
    impl Spawner for Tasks {
        fn spawn(&self, task: BoxFuture<'static, ()>) -> bool;
    }
}

mock! {
    Steps {}
    impl Flow for Steps {
        type Output = i64;
        fn step<'a>(&'a mut self, now: Timestamp) -> Step<'a, i64>;
        fn replies(&mut self, now: Timestamp, replies: Replies);
    }
}

fn plain() -> Settings {
    Settings::new().protocol(Protocol::Resp2)
}

/// A clock that stands at `millis`.
fn standing_at(millis: u64) -> Arc<MockTime> {
    let mut clock = MockTime::new();
    clock.expect_now().return_const(Timestamp::from_millis(millis));
    clock.expect_timer().returning(|| {
        let mut timer = MockAlarm::new();
        timer.expect_poll_at().returning(|_, _| Poll::Pending);
        Box::new(timer)
    });
    Arc::new(clock)
}

fn lost(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, "as the test says")
}

const GET: &[u8] = b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n";

#[test]
fn a_call_writes_before_it_reads_and_closes_on_drop() {
    let mut order = Sequence::new();
    let mut socket = MockSocket::new();
    socket
        .expect_write()
        .withf(|bytes, _| bytes == GET)
        .times(1)
        .in_sequence(&mut order)
        .returning(|bytes, _| Ok(bytes.len()));
    socket
        .expect_read()
        .times(1)
        .in_sequence(&mut order)
        .returning(|buffer, _| {
            buffer[..7].copy_from_slice(b"$1\r\nx\r\n");
            Ok(7)
        });
    socket.expect_close().times(1).in_sequence(&mut order).return_const(());
    let client = redwire::blocking::Client::with_transport(socket, plain(), standing_at(0));
    let clone = client.clone();
    assert_eq!(client.get::<String>("key").unwrap(), "x");
    drop(client);
    // Still open: a clone holds it.
    drop(clone);
}

#[test]
fn what_a_write_leaves_over_is_written_next() {
    let mut order = Sequence::new();
    let mut socket = MockSocket::new();
    for start in [0, 5, 10, 15, 20] {
        let write = socket.expect_write().withf(move |bytes, _| bytes == &GET[start..]);
        write
            .times(1)
            .in_sequence(&mut order)
            .returning(|bytes, _| Ok(bytes.len().min(5)));
    }
    socket
        .expect_read()
        .times(1)
        .in_sequence(&mut order)
        .returning(|buffer, _| {
            buffer[..4].copy_from_slice(b":1\r\n");
            Ok(4)
        });
    socket.expect_close().return_const(());
    assert_eq!(GET.len(), 22);
    let client = redwire::blocking::Client::with_transport(socket, plain(), standing_at(0));
    assert_eq!(client.get::<i64>("key").unwrap(), 1);
}

#[test]
fn a_read_may_take_as_long_as_the_reply_may() {
    let mut socket = MockSocket::new();
    socket.expect_write().returning(|bytes, _| Ok(bytes.len()));
    let read = socket
        .expect_read()
        .with(always(), eq(Some(Duration::from_millis(1500))));
    read.times(1).returning(|buffer, _| {
        buffer[..4].copy_from_slice(b":1\r\n");
        Ok(4)
    });
    socket.expect_close().return_const(());
    let settings = plain().response_timeout(Duration::from_millis(1500));
    let client = redwire::blocking::Client::with_transport(socket, settings, standing_at(77));
    assert_eq!(client.get::<i64>("key").unwrap(), 1);
}

#[test]
fn without_a_timeout_a_read_waits_for_ever() {
    let mut socket = MockSocket::new();
    socket.expect_write().returning(|bytes, _| Ok(bytes.len()));
    socket
        .expect_read()
        .with(always(), eq(None))
        .times(1)
        .returning(|buffer, _| {
            buffer[..4].copy_from_slice(b":1\r\n");
            Ok(4)
        });
    socket.expect_close().return_const(());
    let client = redwire::blocking::Client::with_transport(socket, plain(), standing_at(0));
    assert_eq!(client.get::<i64>("key").unwrap(), 1);
}

#[test]
fn a_failed_write_closes_the_transport_and_nothing_is_read() {
    let mut socket = MockSocket::new();
    socket
        .expect_write()
        .times(1)
        .returning(|_, _| Err(lost(TransportErrorKind::Closed)));
    socket.expect_read().never();
    socket.expect_close().times(1..).return_const(());
    let client = redwire::blocking::Client::with_transport(socket, plain(), standing_at(0));
    let error = client.get::<String>("key").unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Transport, Outcome::NotSent)
    );
    // It is gone for good; no call touches it any more.
    assert_eq!(client.get::<String>("key").unwrap_err().outcome(), Outcome::NotSent);
}

#[test]
fn a_write_that_stands_still_makes_the_client_read() {
    let mut order = Sequence::new();
    let mut socket = MockSocket::new();
    socket
        .expect_write()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(4));
    socket
        .expect_write()
        .withf(|bytes, timeout| bytes == &GET[4..] && timeout.is_some())
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Err(lost(TransportErrorKind::TimedOut)));
    socket
        .expect_read()
        .withf(|_, timeout| timeout.is_some())
        .times(1)
        .in_sequence(&mut order)
        .returning(|buffer, _| {
            buffer[..4].copy_from_slice(b":9\r\n");
            Ok(4)
        });
    socket.expect_close().return_const(());
    let client = redwire::blocking::Client::with_transport(socket, plain(), standing_at(0));
    assert_eq!(client.get::<i64>("key").unwrap(), 9);
}

#[test]
fn an_async_call_hands_its_waker_to_the_transport() {
    let mut socket = MockAsyncSocket::new();
    let mut read = 0;
    socket
        .expect_poll_write()
        .withf(|_, bytes| bytes == GET)
        .times(1)
        .returning(|_, bytes| Poll::Ready(Ok(bytes.len())));
    socket.expect_poll_read().returning(move |cx, buffer| {
        read += 1;
        // Nothing before the request is written, then nothing yet, then the answer.
        if read < 3 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        buffer[..4].copy_from_slice(b":5\r\n");
        Poll::Ready(Ok(4))
    });
    socket.expect_close().times(1).return_const(());
    let client = redwire::tokio::Client::with_transport(socket, plain(), standing_at(0));
    let answer = futures_lite::future::block_on(client.get::<i64>("key"));
    assert_eq!(answer.unwrap(), 5);
}

#[test]
fn an_async_call_sets_the_timer_to_its_deadline_and_fails_when_it_rings() {
    let mut clock = MockTime::new();
    clock.expect_now().return_const(Timestamp::from_millis(40));
    clock.expect_timer().times(1..).returning(|| {
        let mut timer = MockAlarm::new();
        timer
            .expect_poll_at()
            .with(always(), eq(Timestamp::from_millis(1040)))
            .return_const(Poll::Ready(()));
        Box::new(timer)
    });
    let mut socket = MockAsyncSocket::new();
    socket
        .expect_poll_write()
        .returning(|_, bytes| Poll::Ready(Ok(bytes.len())));
    socket.expect_poll_read().returning(|_, _| Poll::Pending);
    socket.expect_close().return_const(());
    let settings = plain().response_timeout(Duration::from_secs(1));
    let client = redwire::tokio::Client::with_transport(socket, settings, Arc::new(clock));
    let error = futures_lite::future::block_on(client.get::<i64>("key")).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Timeout, Outcome::MaybeExecuted)
    );
}

#[test]
fn a_parser_of_ones_own_sees_the_input_and_makes_the_replies() {
    let mut parser = MockWire::new();
    parser.expect_wanted().return_const(0usize);
    parser.expect_parse().times(1..).returning(|input| {
        // A protocol of its own: one byte is one number.
        if input.is_empty() {
            return Ok(None);
        }
        let byte = input.split_to(1)[0];
        let mut reply = ReplyBuilder::new();
        reply.integer(i64::from(byte));
        Ok(reply.finish())
    });
    let mut connection = Connection::with_parser(Timestamp::ZERO, plain(), parser);
    assert!(matches!(connection.poll_event(), Some(Event::Up(Protocol::Resp2))));
    for _ in 0..2 {
        connection.send(Timestamp::ZERO, &cmd("NEXT")).unwrap();
    }
    let written = connection.poll_transmit().unwrap().len();
    connection.transmitted(written);
    connection.input().extend_from_slice(b"\x07\xff");
    for expected in [7, 255] {
        let Some(Event::Reply { result: Ok(reply), .. }) = connection.poll_event() else {
            panic!()
        };
        assert_eq!(reply.decode::<i64>().unwrap(), expected);
    }
}

#[test]
fn a_parser_that_gives_up_ends_the_connection_and_is_reset_for_the_next() {
    let mut order = Sequence::new();
    let mut parser = MockWire::new();
    parser.expect_wanted().return_const(0usize);
    let fault = ProtocolError::new(ProtocolErrorKind::BadNumber, 12, b"oops");
    let fails = fault.clone();
    parser
        .expect_parse()
        .times(1)
        .in_sequence(&mut order)
        .returning(move |_| Err(fails.clone()));
    parser.expect_reset().times(1).in_sequence(&mut order).return_const(());
    let mut connection = Connection::with_parser(Timestamp::ZERO, plain(), parser);
    connection.poll_event();
    connection.input().extend_from_slice(b"?");
    let Some(Event::Down(why)) = connection.poll_event() else {
        panic!()
    };
    assert_eq!(why.kind(), ErrorKind::Protocol);
    let source = std::error::Error::source(&why).unwrap();
    assert_eq!(source.downcast_ref::<ProtocolError>(), Some(&fault));
    connection.renew();
}

/// A parser around another one, as a recorder would be.
#[test]
fn a_boxed_parser_is_a_parser() {
    let mut parser: Box<dyn Parser> = Box::new(RespParser::default());
    let mut input = BytesMut::from(":1\r\n$5\r\nhel");
    assert_eq!(parser.parse(&mut input).unwrap().unwrap().decode::<i64>().unwrap(), 1);
    assert!(parser.parse(&mut input).unwrap().is_none());
    assert_eq!(parser.wanted(), "$5\r\nhello\r\n".len());
    parser.reset();
    assert_eq!(parser.wanted(), 0);
}

#[test]
fn a_connector_is_asked_once_for_each_connection_and_given_the_time_that_is_left() {
    let mut dialer = MockDialer::new();
    dialer
        .expect_connect()
        .withf(|endpoint, timeout| {
            endpoint.to_string() == "example:7" && timeout.is_some_and(|t| t <= Duration::from_secs(3))
        })
        .times(1)
        .returning(|_, _| {
            let mut socket = MockSocket::new();
            socket.expect_write().returning(|bytes, _| Ok(bytes.len()));
            socket.expect_is_quiet().return_const(true);
            socket.expect_read().times(2).returning(|buffer, _| {
                buffer[..4].copy_from_slice(b":1\r\n");
                Ok(4)
            });
            socket.expect_close().times(1).return_const(());
            Ok(Box::new(socket))
        });
    let config = Config::tcp("example", 7)
        .with_protocol(Protocol::Resp2)
        .with_library(None)
        .with_connect_timeout(Duration::from_secs(3));
    let client = redwire::blocking::Pool::with_connector(config, dialer)
        .unwrap()
        .client();
    assert_eq!(client.incr("n").unwrap(), 1);
    assert_eq!(client.incr("n").unwrap(), 1);
}

/// A dialer whose only socket answers each request it is given with the next number.
fn counting_dialer() -> MockAsyncDialer {
    let mut dialer = MockAsyncDialer::new();
    dialer.expect_connect().times(1).returning(|_| {
        let asked = Arc::new(AtomicUsize::new(0));
        let answered = AtomicUsize::new(0);
        let counter = asked.clone();
        let mut socket = MockAsyncSocket::new();
        socket.expect_poll_write().returning(move |_, bytes| {
            counter.fetch_add(bytes.iter().filter(|byte| **byte == b'*').count(), Ordering::Relaxed);
            Poll::Ready(Ok(bytes.len()))
        });
        socket.expect_poll_read().returning(move |cx, buffer| {
            if answered.load(Ordering::Relaxed) == asked.load(Ordering::Relaxed) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            buffer[..4].copy_from_slice(format!(":{}\r\n", answered.fetch_add(1, Ordering::Relaxed)).as_bytes());
            Poll::Ready(Ok(4))
        });
        socket.expect_close().return_const(());
        Box::pin(async move { Ok(Box::new(socket) as Box<dyn AsyncTransport>) })
    });
    dialer
}

/// Two calls at once over one connection, with what the spawner makes of the task that drives them.
fn two_calls(spawner: MockTasks, drive: impl Fn(&mut Context<'_>)) -> (i64, i64) {
    let config = Config::tcp("example", 7)
        .with_protocol(Protocol::Resp2)
        .with_library(None);
    let clock = standing_at(0);
    let client =
        redwire::tokio::Client::with_runtime(config, Arc::new(counting_dialer()), clock, Some(Arc::new(spawner)));
    let client = client.unwrap();
    let calls = futures_lite::future::zip(client.incr("n"), client.incr("n"));
    let mut calls = std::pin::pin!(calls);
    let (first, second) = futures_lite::future::block_on(std::future::poll_fn(|cx| {
        drive(cx);
        calls.as_mut().poll(cx)
    }));
    (first.unwrap(), second.unwrap())
}

#[test]
fn a_spawner_is_given_one_task_for_calls_that_share_a_connection() {
    let task = Arc::new(Mutex::new(None));
    let kept = task.clone();
    let mut spawner = MockTasks::new();
    spawner.expect_spawn().times(1).returning(move |task| {
        *kept.lock().unwrap() = Some(task);
        true
    });
    let polls = AtomicUsize::new(0);
    let answers = two_calls(spawner, |cx| {
        if let Some(task) = &mut *task.lock().unwrap() {
            polls.fetch_add(1, Ordering::Relaxed);
            assert!(task.as_mut().poll(cx).is_pending(), "it lives as long as the client");
        }
    });
    assert_eq!(answers, (0, 1));
    assert!(polls.load(Ordering::Relaxed) > 0);
    // The client is gone, and so is what the task was for.
    let mut task = task.lock().unwrap().take().unwrap();
    assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

#[test]
fn without_a_task_the_calls_drive_themselves() {
    // A spawner that has none to give, and one that is being shut down: it says yes and drops the task at once.
    for answer in [false, true] {
        let mut spawner = MockTasks::new();
        spawner.expect_spawn().times(1..).returning(move |task| {
            drop(task);
            answer
        });
        assert_eq!(two_calls(spawner, |_| {}), (0, 1));
    }
}

#[test]
fn a_flow_is_stepped_sent_and_told_its_replies() {
    let mut order = Sequence::new();
    let mut flow = MockSteps::new();
    let batch = Requests::from(vec![cmd("INCR").key("n"), cmd("INCR").key("n")]);
    let batch: &'static Requests = Box::leak(Box::new(batch));
    let step = flow.expect_step().times(1).in_sequence(&mut order);
    step.returning(move |_| Step::Send { to: Target::Any, batch });
    let replies = flow.expect_replies().times(1).in_sequence(&mut order);
    replies
        .withf(|_, replies| format!("{replies:?}") == "Replies([Ok(1), Ok(2)])")
        .return_const(());
    flow.expect_step()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Step::Wait(Timestamp::from_millis(5000)));
    flow.expect_step()
        .with(eq(Timestamp::from_millis(5000)))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Step::Done(3));
    // A blocking client that waits on a clock moved by hand moves it.
    let client = redwire::mock::Server::new().blocking_client();
    assert_eq!((&client).drive(flow), 3);
}
