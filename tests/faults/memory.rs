//! T05, T07, T08: a number that was merely announced costs nothing.
//!
//! On a `Connection`, because the memory counted is then that of the protocol layer alone, and through the clients with
//! transports that keep no bytes themselves.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use redwire::command::Executor;
use redwire::connection::{Connection, Event};
use redwire::mock::{Clock, Script};
use redwire::resp::{Limits, RespParser};
use redwire::time::Timestamp;
use redwire::transport::{AsyncTransport, Transport, TransportError};
use redwire::{ErrorKind, Outcome};

use crate::clients::{assert_error, each, four, get, plain, run};
use crate::counting::measure;

const MIB: usize = 1 << 20;

/// A connection with one request written.
fn waiting() -> Connection {
    let mut connection = Connection::new(Timestamp::ZERO, plain());
    connection.poll_event();
    connection.send(Timestamp::ZERO, &get("a")).unwrap();
    let written = connection.poll_transmit().unwrap().len();
    connection.transmitted(written);
    connection
}

/// Hands bytes over as a driver does: into the room that the connection offers.
fn receive(connection: &mut Connection, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let room = connection.read_room();
        let n = room.len().min(bytes.len());
        room[..n].copy_from_slice(&bytes[..n]);
        connection.received(Timestamp::ZERO, n);
        bytes = &bytes[n..];
    }
}

#[test]
fn t05_impossible_sizes_are_refused_from_the_header() {
    let counts = [
        "9999999999999",
        "4294967295",
        "4294967296",
        "2147483648",
        "1073741825",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
    ];
    for kind in "*%~>|$=!".chars() {
        for count in counts {
            for start in ["", "*2\r\n:1\r\n", "%1\r\n"] {
                let header = format!("{start}{kind}{count}\r\n");
                let mut connection = waiting();
                let (error, usage) = measure(|| {
                    receive(&mut connection, header.as_bytes());
                    match connection.poll_event() {
                        Some(Event::Reply { result: Err(error), .. }) => error,
                        other => panic!("{header}: {other:?}"),
                    }
                });
                assert_error(&error, ErrorKind::Protocol, Outcome::MaybeExecuted);
                assert!(usage.peak < MIB / 8, "{header}: {usage:?}");
            }
        }
        let header = format!("{kind}9999999999999\r\n");
        crate::clients::fatal(header.as_bytes(), &plain());
    }
    let streamed = waiting_for(b"$?\r\n;9999999999999\r\n");
    assert!(streamed.contains("string too long at byte 4"), "{streamed}");
}

/// The text of the error that these bytes end a connection with.
fn waiting_for(bytes: &[u8]) -> String {
    let mut connection = waiting();
    receive(&mut connection, bytes);
    while connection.poll_event().is_some() {}
    connection.down_reason().unwrap().to_string()
}

#[test]
fn t05_what_the_limits_permit_is_not_allocated_for_either() {
    let limits = Limits::default();
    let announced = [
        format!("*{}\r\n", limits.max_elements()),
        format!("%{}\r\n", limits.max_elements() / 2),
        format!("~{}\r\n:1\r\n", limits.max_elements()),
        format!("|{}\r\n+a\r\n", limits.max_elements() / 2 - 1),
        format!("${}\r\n", limits.max_bulk()),
        format!("={}\r\ntxt", limits.max_bulk()),
        format!("$?\r\n;{}\r\nabc", limits.max_bulk()),
        // Each level announces as much as it may.
        format!("*2\r\n*{}\r\n*1\r\n*1\r\n", limits.max_elements() - 10),
    ];
    for header in announced {
        let mut connection = waiting();
        let ((), usage) = measure(|| {
            receive(&mut connection, header.as_bytes());
            assert!(connection.poll_event().is_none(), "{header}");
            // The driver asks for room for what comes next.
            connection.read_room();
        });
        assert!(connection.down_reason().is_none(), "{header}");
        assert!(usage.peak < MIB, "{header}: {usage:?}");
    }
}

#[test]
fn t05_many_levels_cannot_add_up_to_more_than_the_limit() {
    let half = Limits::default().max_elements() / 2 + 1;
    let error = waiting_for(format!("*{half}\r\n*{half}\r\n").as_bytes());
    assert!(error.contains("too many elements"), "{error}");
}

/// Bytes that never end.
struct Endless(u8);

impl Transport for Endless {
    fn read(&mut self, buffer: &mut [u8], _: Option<Duration>) -> Result<usize, TransportError> {
        buffer.fill(self.0);
        Ok(buffer.len())
    }
    fn write(&mut self, bytes: &[u8], _: Option<Duration>) -> Result<usize, TransportError> {
        Ok(bytes.len())
    }
    fn close(&mut self) {}
}

impl AsyncTransport for Endless {
    fn poll_read(&mut self, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        Poll::Ready(Transport::read(self, buffer, None))
    }
    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        Poll::Ready(Ok(bytes.len()))
    }
    fn close(&mut self) {}
}

#[test]
fn t07_an_endless_line_costs_no_more_than_its_limit() {
    for byte in [b'+', b'-', b'(', b','] {
        let clock = Arc::new(Clock::new());
        let (error, usage) = measure(|| {
            let client = redwire::blocking::Client::with_transport(Endless(byte), plain(), clock.clone());
            client.execute(get("a")).unwrap_err()
        });
        assert_error(&error, ErrorKind::Protocol, Outcome::MaybeExecuted);
        assert!(error.to_string().contains("line too long at byte 0: \""), "{error}");
        assert!(usage.peak < MIB / 2, "{usage:?}");
        let (error, usage) = measure(|| {
            let client = redwire::tokio::Client::with_transport(Endless(byte), plain(), clock.clone());
            run(&clock, client.execute(get("a"))).unwrap_err()
        });
        // It reads before it writes, so that nothing was sent yet.
        assert_error(&error, ErrorKind::Protocol, Outcome::NotSent);
        assert!(usage.peak < MIB / 2, "{usage:?}");
    }
}

#[test]
fn t08_a_large_header_and_silence_costs_nothing_and_ends_by_the_deadline() {
    let settings = plain().response_timeout(Duration::from_secs(7));
    let requests = four();
    each(
        || {
            let [a, b, ..] = four();
            Script::new().expect(a).expect(b).reply("$500000000\r\nabc").hang()
        },
        &settings,
        |client, script| {
            let (answers, usage) = measure(|| client.all(&requests[..2]));
            for answer in answers {
                assert_error(&answer.unwrap_err(), ErrorKind::Timeout, Outcome::MaybeExecuted);
            }
            let now = redwire::transport::Clock::now(script.clock());
            assert_eq!(now, Timestamp::from_millis(7000));
            assert!(usage.peak < MIB, "{usage:?}");
        },
    );
}

#[test]
fn t08_memory_follows_what_has_arrived_of_a_large_string() {
    let mut connection = waiting();
    let mut arrived = 0;
    let piece = vec![b'x'; 64 << 10];
    receive(&mut connection, b"$500000000\r\n");
    for _ in 0..64 {
        let ((), usage) = measure(|| {
            receive(&mut connection, &piece);
            assert!(connection.poll_event().is_none());
        });
        arrived += piece.len();
        // The buffer doubles as bytes come in; old and new exist side by side while they are copied.
        assert!(usage.peak <= 3 * arrived + 512 * 1024, "{arrived} arrived: {usage:?}");
    }
    drop(connection);
}

#[test]
fn s5_a_large_reply_gives_its_memory_back() {
    let mut connection: Connection<RespParser> = waiting();
    let len = 8 * MIB;
    let reply = [format!("${len}\r\n").as_bytes(), &vec![b'x'; len], b"\r\n"].concat();
    let (held, usage) = measure(|| {
        receive(&mut connection, &reply);
        let event = connection.poll_event().unwrap();
        let Event::Reply { result: Ok(reply), .. } = event else {
            panic!()
        };
        assert_eq!(reply.root().text().unwrap().len(), len);
        drop(reply);
        connection.input().capacity()
    });
    assert!(held < 128 << 10, "{held} bytes are kept");
    assert!(usage.peak <= 3 * len + MIB, "{usage:?}");
}
