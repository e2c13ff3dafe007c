//! T33, T34: what a refused handshake leads to, and above all what it does not.

use std::io::{Read, Write};
use std::net::TcpListener;

use redwire::connection::Settings;
use redwire::mock::Script;
use redwire::{Config, Credentials, ErrorKind, Outcome, Protocol, cmd};

use crate::clients::{assert_error, described, each, four, get, plain};

fn alice(settings: Settings) -> Settings {
    settings.credentials(Credentials::user("alice", "hunter2"))
}

fn hello() -> redwire::command::Request {
    cmd("HELLO").arg(3)
}

fn hello_alice() -> redwire::command::Request {
    hello().arg(("AUTH", "alice", "hunter2"))
}

fn auth_alice() -> redwire::command::Request {
    cmd("AUTH").arg(("alice", "hunter2"))
}

#[test]
fn t33_a_server_without_hello_is_spoken_to_in_resp2() {
    let refusals = [
        "-ERR unknown command 'HELLO', with args beginning with: '3' \r\n",
        "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n",
        "-NOPROTO unsupported protocol version\r\n",
    ];
    for refusal in refusals {
        each(
            || {
                Script::new()
                    .expect(hello())
                    .reply(refusal)
                    .expect(get("a"))
                    .reply("$1\r\nx\r\n")
            },
            &Settings::new(),
            |client, _| assert_eq!(described(client, &four()[..1]), ["\"x\""]),
        );
        // Who we are is said again, in the words of RESP2, before anything else.
        each(
            || {
                let script = Script::new()
                    .expect(hello_alice())
                    .reply(refusal)
                    .expect(auth_alice())
                    .reply("+OK\r\n");
                script
                    .expect(cmd("SELECT").arg(3))
                    .reply("+OK\r\n")
                    .expect(get("a"))
                    .reply("$1\r\nx\r\n")
            },
            &alice(Settings::new()).database(3),
            |client, _| assert_eq!(described(client, &four()[..1]), ["\"x\""]),
        );
    }
}

#[test]
fn t33_any_other_refusal_of_hello_is_one_clear_error_and_no_loop() {
    let refusals = [
        (
            "-ERR Protocol version is not an integer or out of range\r\n",
            ErrorKind::Server,
        ),
        ("-LOADING Redis is loading the dataset in memory\r\n", ErrorKind::Server),
        (
            "-NOPERM this user has no permissions to run the 'hello' command\r\n",
            ErrorKind::Server,
        ),
        ("!12\r\nERR not now!\r\n", ErrorKind::Server),
        (
            "-NOAUTH HELLO must be called with the client already authenticated\r\n",
            ErrorKind::Authentication,
        ),
    ];
    for (refusal, kind) in refusals {
        each(
            || Script::new().expect(hello()).reply(refusal),
            &Settings::new(),
            |client, script| {
                let told = format!("{kind:?} NotSent");
                assert_eq!(described(client, &four()), [&told; 4].map(String::as_str), "{refusal}");
                let calls = script.calls();
                // However often it is asked, it says so again and touches the network no more.
                for _ in 0..3 {
                    assert_eq!(
                        described(client, &four()[..2]),
                        [&told; 2].map(String::as_str),
                        "{refusal}"
                    );
                }
                assert_eq!(script.calls(), calls);
            },
        );
    }
}

#[test]
fn t33_after_the_fallback_a_second_refusal_is_final() {
    let refusal = "-ERR unknown command 'HELLO'\r\n";
    each(
        || {
            let script = Script::new().expect(hello_alice()).reply(refusal);
            script.expect(auth_alice()).reply("-ERR unknown command 'AUTH'\r\n")
        },
        &alice(Settings::new()),
        |client, _| {
            let error = client.one(get("a")).unwrap_err();
            assert_error(&error, ErrorKind::Server, Outcome::NotSent);
            assert_eq!(
                error.to_string(),
                "ERR unknown command 'AUTH' (the command was not sent)"
            );
        },
    );
}

#[test]
fn t34_a_refused_password_is_one_error_and_is_not_tried_again() {
    let refusals = [
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
        "-ERR invalid password\r\n",
    ];
    for refusal in refusals {
        for (settings, request) in [(Settings::new(), hello_alice()), (plain(), auth_alice())] {
            each(
                || Script::new().expect(&request).reply(refusal),
                &alice(settings.clone()),
                |client, script| {
                    assert_eq!(described(client, &four()), ["Authentication NotSent"; 4]);
                    let calls = script.calls();
                    assert_eq!(described(client, &four()), ["Authentication NotSent"; 4]);
                    assert_eq!(script.calls(), calls);
                    let error = client.one(get("a")).unwrap_err();
                    assert!(error.to_string().starts_with(refusal[1..].trim_ascii_end()), "{error}");
                },
            );
        }
    }
}

/// The account is not locked by retries: one connection, one attempt, for each call of `connect`.
#[test]
fn t34_connecting_with_a_wrong_password_knocks_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut socket, _) = listener.accept().unwrap();
            let mut received = [0; 200];
            let n = socket.read(&mut received).unwrap();
            assert!(received[..n].starts_with(b"*5\r\n$5\r\nHELLO\r\n"));
            socket
                .write_all(b"-WRONGPASS invalid username-password pair or user is disabled.\r\n")
                .unwrap();
            // The end comes next, not another attempt.
            let mut rest = Vec::new();
            let _ = socket.read_to_end(&mut rest);
            assert!(rest.is_empty(), "{}", rest.escape_ascii());
        }
        listener.set_nonblocking(true).unwrap();
        assert_eq!(
            listener.accept().map(|_| ()).unwrap_err().kind(),
            std::io::ErrorKind::WouldBlock
        );
    });
    let config = Config::tcp("127.0.0.1", port).with_credentials(Credentials::user("alice", "hunter2"));
    let blocking = redwire::blocking::Client::connect(&config).map(|_| ()).unwrap_err();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let asynchronous = runtime.block_on(async { redwire::tokio::Client::connect(&config).await.map(|_| ()) });
    for error in [blocking, asynchronous.unwrap_err()] {
        assert_error(&error, ErrorKind::Authentication, Outcome::NotSent);
        assert_eq!(error.code(), Some("WRONGPASS"));
    }
    server.join().unwrap();
}

#[test]
fn t34_a_command_that_wants_a_password_says_so_and_harms_nothing() {
    each(
        || {
            let [a, b, ..] = four();
            Script::new()
                .expect(a)
                .expect(b)
                .reply("-NOAUTH Authentication required.\r\n$1\r\nx\r\n")
        },
        &plain().protocol(Protocol::Resp2),
        |client, _| assert_eq!(described(client, &four()[..2]), ["Authentication Rejected", "\"x\""]),
    );
}
