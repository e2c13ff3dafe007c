//! T38, T39: any bytes in keys and values; no odd bytes in names.

use std::net::TcpListener;

use bytes::Bytes;
use redwire::command::{Executor, Request};
use redwire::connection::{Connection, Event};
use redwire::mock::Script;
use redwire::time::Timestamp;
use redwire::{Config, ErrorKind, Library, Outcome, cmd};

use crate::clients::{Client, assert_error, each, plain, run};
use crate::counting::measure;

/// A request in wire form, written down independently of the crate.
fn wire(arguments: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", arguments.len()).into_bytes();
    for argument in arguments {
        bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

fn bulk(text: &[u8]) -> Vec<u8> {
    [format!("${}\r\n", text.len()).as_bytes(), text, b"\r\n"].concat()
}

/// Every byte, every pair of bytes, what looks like the protocol, nothing, and sizes around those that are special.
fn contents() -> Vec<Vec<u8>> {
    let telling: [&[u8]; 12] = [
        b"",
        b"\r",
        b"\n",
        b"\r\n",
        b"a\r\nb",
        b"\0",
        b"*1\r\n",
        b"*1\r\n$8\r\nFLUSHALL\r\n",
        b"$-1\r\n",
        b"+OK\r\n",
        b" ",
        b"\xff\xfe\xf0\x9f",
    ];
    let pairs: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_be_bytes).collect();
    let sizes = [
        1, 9, 10, 98, 99, 100, 101, 117, 118, 119, 4095, 4096, 4097, 65_535, 65_536, 65_537,
    ];
    let sized = sizes.iter().map(|&size| (0..size).map(|n| (n % 251) as u8).collect());
    let telling = telling.iter().map(|text| text.to_vec());
    telling
        .chain((0..=u8::MAX).map(|byte| vec![byte]))
        .chain([pairs])
        .chain(sized)
        .collect()
}

#[test]
fn t38_keys_and_values_of_any_bytes_are_length_prefixed_and_come_back() {
    let contents = contents();
    each(
        || {
            contents.iter().fold(Script::new(), |script, text| {
                let script = script.expect(wire(&[b"SET", text, text])).reply("+OK\r\n");
                script.expect(wire(&[b"GET", text])).reply(bulk(text))
            })
        },
        &plain(),
        |client, _| {
            for text in &contents {
                let set = cmd("SET").key(&text[..]).arg(&text[..]);
                let get = cmd("GET").key(&text[..]);
                let came: Bytes = match client {
                    Client::Blocking(client) => {
                        client.run(set.returns::<()>()).unwrap();
                        client.run(get.returns()).unwrap()
                    }
                    Client::Async(client, clock) => {
                        run(clock, client.run(set.returns::<()>())).unwrap();
                        run(clock, client.run(get.returns())).unwrap()
                    }
                };
                assert!(came == text, "{} bytes", text.len());
            }
        },
    );
}

/// The same content wherever reads and writes are cut.
#[test]
fn t38_cuts_inside_of_binary_content_change_nothing() {
    let text = b"\r\n$5\r\n*1\r\n\0+OK\r\n-ERR\r\n";
    let request = wire(&[b"GET", text]);
    let reply = bulk(text);
    for write in 1..=request.len() {
        for read in [1, 2, 3, write] {
            each(
                || {
                    Script::new()
                        .split_reads(read)
                        .write_at_most(write)
                        .expect(&request[..])
                        .reply(&reply)
                },
                &plain(),
                |client, _| {
                    let came = client.one(cmd("GET").key(&text[..])).unwrap();
                    assert_eq!(came.root().text(), Some(&text[..]));
                },
            );
        }
    }
}

#[test]
fn t38_names_of_commands_and_arguments_are_never_split_or_joined() {
    let odd = ["a b", "a\r\nFLUSHALL\r\n", "'quoted'", "\"", "\\r\\n", ""];
    for argument in odd {
        let request = cmd("ECHO").arg(argument);
        let expected = wire(&[b"ECHO", argument.as_bytes()]);
        each(
            || Script::new().expect(&expected[..]).reply(bulk(argument.as_bytes())),
            &plain(),
            |client, _| {
                let came: String = client.one(request.clone()).unwrap().decode().unwrap();
                assert_eq!(came, argument);
            },
        );
    }
}

/// Large values on a `Connection`, in a size that a test can afford; nothing in the code depends on it but the limit,
/// which is tried with its header alone.
#[test]
fn t38_a_large_value_goes_out_whole_and_comes_back_without_a_copy_of_its_own() {
    let len = 64 << 20;
    let text: Vec<u8> = (0..len).map(|n: usize| (n ^ (n >> 8) ^ (n >> 16)) as u8).collect();
    let mut connection = Connection::new(Timestamp::ZERO, plain());
    connection.poll_event();
    let request: Request = cmd("SET").key("k").arg(&text[..]);
    connection.send(Timestamp::ZERO, &request).unwrap();
    drop(request);
    let expected_head = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${len}\r\n");
    let mut written = 0;
    while let Some(bytes) = connection.poll_transmit() {
        let n = bytes.len().min(1 << 20);
        for (offset, byte) in bytes[..n].iter().enumerate().step_by(997) {
            let at = written + offset;
            if let Some(at) = at.checked_sub(expected_head.len()).filter(|at| *at < len) {
                assert_eq!(*byte, text[at]);
            }
        }
        if written == 0 {
            assert!(bytes.starts_with(expected_head.as_bytes()));
        }
        written += n;
        connection.transmitted(n);
    }
    assert_eq!(written, expected_head.len() + len + 2);
    let (came, usage) = measure(|| {
        let head = format!("${len}\r\n");
        let mut rest = [head.as_bytes(), &text, b"\r\n"]
            .into_iter()
            .flat_map(|part| part.chunks(256 << 10));
        loop {
            match connection.poll_event() {
                Some(Event::Reply { result: Ok(reply), .. }) => break reply.decode::<Vec<u8>>().unwrap(),
                Some(event) => panic!("{event:?}"),
                None => {}
            }
            let mut piece = rest.next().unwrap();
            while !piece.is_empty() {
                let room = connection.read_room();
                let n = room.len().min(piece.len());
                room[..n].copy_from_slice(&piece[..n]);
                connection.received(Timestamp::ZERO, n);
                piece = &piece[n..];
            }
        }
    });
    assert!(came == text);
    // While a buffer is doubled the old half is still there.
    assert!(usage.peak < len + len / 2 + (1 << 20), "{usage:?}");
}

#[test]
fn t38_the_largest_value_of_redis_is_within_the_limits() {
    let wait = |header: &str| {
        let mut connection = Connection::new(Timestamp::ZERO, plain());
        connection.poll_event();
        connection.send(Timestamp::ZERO, &cmd("GET").key("k")).unwrap();
        let written = connection.poll_transmit().unwrap().len();
        connection.transmitted(written);
        connection.input().extend_from_slice(header.as_bytes());
        connection.poll_event()
    };
    assert!(wait(&format!("${}\r\n", 512 << 20)).is_none());
    assert!(matches!(
        wait(&format!("${}\r\n", (512 << 20) + 1)),
        Some(Event::Reply { result: Err(_), .. })
    ));
}

#[test]
fn t39_odd_hosts_and_names_are_refused_before_anything_connects() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for odd in ["a b", "a\r\nb", "\r\n", "a\0", "x\ty", " "] {
        let here = || Config::tcp("127.0.0.1", port);
        let configs = [
            Config::tcp(format!("127.0.0.1{odd}"), port),
            here().with_client_name(odd),
            here().with_library(Library::new(odd, "1.0")),
            here().with_library(Library::new("lib", odd)),
        ];
        for config in configs {
            let blocking = redwire::blocking::Client::connect(&config).map(|_| ()).unwrap_err();
            let asynchronous = runtime.block_on(async { redwire::tokio::Client::connect(&config).await.map(|_| ()) });
            for error in [blocking, asynchronous.unwrap_err()] {
                assert_error(&error, ErrorKind::Config, Outcome::NotSent);
                // The odd bytes are not printed raw either.
                assert!(!error.to_string().contains(char::is_control), "{error}");
            }
        }
    }
    listener.set_nonblocking(true).unwrap();
    let nobody = listener.accept().map(|_| ()).unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}
