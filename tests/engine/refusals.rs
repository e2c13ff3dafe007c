//! T31, T32, T34 and error replies of every sort: what a server refuses, and what becomes of the connection.

use std::time::Duration;

use redwire::{Backoff, Credentials, ErrorKind, Outcome, RetryPolicy, cmd};

use crate::stage::{assert_error, asynchronous, blocking, bulk, each, get, greeted, incr, ms, plain, resp3, script};

#[test]
fn t31_refusals_that_pass_are_tried_again_a_little_later() {
    for code in ["LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN"] {
        let refusal = format!("-{code} not now\r\n");
        each(
            &plain(),
            |clock| {
                // Not run, so even a command that changes something may be sent again.
                let script = script(clock).expect(incr("n")).reply(&refusal);
                vec![
                    script
                        .expect(incr("n"))
                        .reply(&refusal)
                        .expect(incr("n"))
                        .reply(":1\r\n"),
                ]
            },
            |client, _, clock| {
                assert_eq!(client.said(incr("n")), "1", "{code}");
                let waited = redwire::transport::Clock::now(clock).since_origin();
                assert!(waited <= ms(620), "{code}: {waited:?}");
            },
        );
        // The last refusal is the caller's, as the server wrote it.
        each(
            &plain().with_retry(RetryPolicy::new().with_retries(1)),
            |clock| {
                let script = script(clock).expect(incr("n")).reply(&refusal);
                vec![script.expect(incr("n")).reply(&refusal)]
            },
            |client, _, _| {
                let reply = client.one(incr("n"));
                let error = reply.unwrap_err();
                assert_error(&error, ErrorKind::Server, Outcome::Rejected);
                assert_eq!((error.code(), error.is_retryable()), (Some(code), true));
                assert_eq!(error.to_string(), format!("{code} not now"));
            },
        );
    }
}

#[test]
fn t31_refusals_that_do_not_pass_are_told_at_once() {
    for code in [
        "OOM",
        "NOPERM",
        "MISCONF",
        "WRONGTYPE",
        "ERR",
        "NOSCRIPT",
        "EXECABORT",
        "NOREPLICAS",
    ] {
        each(
            &plain(),
            |clock| {
                vec![
                    script(clock)
                        .expect(incr("n"))
                        .reply(format!("-{code} no, and why\r\n")),
                ]
            },
            |client, _, _| {
                let error = client.one(incr("n")).unwrap_err();
                assert_error(&error, ErrorKind::Server, Outcome::Rejected);
                assert_eq!((error.code(), error.is_retryable()), (Some(code), false));
                assert_eq!(error.to_string(), format!("{code} no, and why"));
            },
        );
    }
}

const READONLY: &str = "-READONLY You can't write against a read only replica.\r\n";

#[test]
fn t32_a_server_that_has_become_a_replica_is_left() {
    let stable = Backoff::new().stable();
    each(
        &plain(),
        |clock| {
            let old = script(clock)
                .expect(incr("n"))
                .reply(":1\r\n")
                .expect(incr("n"))
                .reply(READONLY);
            vec![old, script(clock).expect(incr("n")).reply(":2\r\n")]
        },
        |client, server, clock| {
            assert_eq!(client.said(incr("n")), "1");
            client.pass(stable, clock);
            let error = client.one(incr("n")).unwrap_err();
            assert_error(&error, ErrorKind::Server, Outcome::Rejected);
            assert_eq!(error.code(), Some("READONLY"));
            assert_eq!(client.said(incr("n")), "2");
            assert_eq!(server.dials().len(), 2);
        },
    );
}

#[test]
fn t32_what_was_written_before_the_refusal_came_is_still_answered() {
    asynchronous(
        &plain(),
        |clock| {
            let old = script(clock)
                .expect(get("a"))
                .reply(bulk("a"))
                .expect(incr("n"))
                .expect(get("b"))
                .expect(get("c"));
            let old = old
                .reply(READONLY)
                .stall(ms(50))
                .reply(bulk("b"))
                .stall(ms(50))
                .reply(bulk("c"));
            vec![old, script(clock).expect(get("d")).reply(bulk("d"))]
        },
        |client, server, clock| {
            assert_eq!(client.said(get("a")), "\"a\"");
            client.pass(Duration::from_secs(20), clock);
            assert_eq!(
                client.all(&[incr("n"), get("b"), get("c")]),
                ["Server Rejected", "\"b\"", "\"c\""]
            );
            assert_eq!(client.said(get("d")), "\"d\"");
            assert_eq!(server.dials().len(), 2);
        },
    );
}

#[test]
fn t32_a_server_that_is_meant_to_be_a_replica_is_not_dialed_in_a_loop() {
    asynchronous(
        &plain(),
        |clock| {
            let script = (0..3).fold(script(clock), |script, _| script.expect(incr("n")).reply(READONLY));
            vec![script.expect(get("a")).reply(bulk("a"))]
        },
        |client, server, _| {
            for _ in 0..3 {
                assert_eq!(client.said(incr("n")), "Server Rejected");
            }
            assert_eq!(client.said(get("a")), "\"a\"");
            assert_eq!(server.dials().len(), 1);
        },
    );
}

#[test]
fn peers_r11_an_error_that_is_no_utf8_fails_its_command_alone() {
    let error = b"-ERR unknown command, with args beginning with: '\xff\xfe'\r\n";
    for simple in [true, false] {
        let error = if simple {
            error.to_vec()
        } else {
            let text = &error[1..error.len() - 2];
            [format!("!{}\r\n", text.len()).as_bytes(), text, b"\r\n"].concat()
        };
        each(
            &plain(),
            |clock| {
                let all = script(clock)
                    .expect(get("a"))
                    .expect(cmd("FOO").arg(&b"\xff\xfe"[..]))
                    .expect(get("b"));
                let replies = [bulk("a").as_bytes(), &error, bulk("b").as_bytes()].concat();
                vec![all.reply(replies).expect(get("c")).reply(bulk("c"))]
            },
            |client, server, _| {
                let requests = [get("a"), cmd("FOO").arg(&b"\xff\xfe"[..]), get("b")];
                assert_eq!(client.all(&requests), ["\"a\"", "Server Rejected", "\"b\""]);
                assert_eq!(client.said(get("c")), "\"c\"");
                assert_eq!(server.dials().len(), 1);
            },
        );
    }
}

#[test]
fn t34_a_wrong_password_is_told_and_no_storm_of_attempts() {
    let config = resp3().with_credentials(Credentials::user("alice", "wrong"));
    let hello = "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$5\r\nalice\r\n$5\r\nwrong\r\n";
    let refusal = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    each(
        &config,
        |clock| (0..8).map(|_| script(clock).expect(hello).reply(refusal)).collect(),
        |client, server, clock| {
            let mut calls = 0;
            while server.dials().len() < 8 {
                let error = client.one(get("a")).unwrap_err();
                assert_error(&error, ErrorKind::Authentication, Outcome::NotSent);
                assert!(!error.to_string().contains("wrong "), "{error}");
                calls += 1;
                client.pass(ms(10), clock);
            }
            // In the mean the delays add up to 100 ms, 200 ms, .. 6.4 s.
            let took = redwire::transport::Clock::now(clock).since_origin();
            assert!(
                took > Duration::from_secs(1),
                "8 attempts to log in within {took:?}, for {calls} calls"
            );
        },
    );
}

#[test]
fn t34_a_changed_password_is_used_once_it_is_right_again() {
    let config = resp3().with_credentials(Credentials::password("secret"));
    let hello = "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$6\r\nsecret\r\n";
    each(
        &config,
        |clock| {
            let good = script(clock)
                .expect(hello)
                .reply("%1\r\n+proto\r\n:3\r\n")
                .expect(get("a"))
                .reply(bulk("a"));
            vec![script(clock).expect(hello).reply("-WRONGPASS no\r\n"), good]
        },
        |client, _, clock| {
            assert_eq!(client.said(get("a")), "Authentication NotSent");
            client.pass(Duration::from_secs(1), clock);
            assert_eq!(client.said(get("a")), "\"a\"");
        },
    );
}

#[test]
fn peers_a_server_that_loads_its_data_is_waited_for_in_the_handshake() {
    for refusal in [
        "-LOADING Redis is loading the dataset in memory\r\n",
        "-BUSY a script is running\r\n",
    ] {
        each(
            &resp3(),
            |clock| {
                let hello = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";
                vec![
                    script(clock).expect(hello).reply(refusal),
                    greeted(clock).expect(get("a")).reply(bulk("a")),
                ]
            },
            |client, _, _| assert_eq!(client.said(get("a")), "\"a\""),
        );
    }
}

#[test]
fn peers_an_array_that_looks_like_a_message_is_an_array() {
    let listed = "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n";
    let lrange = || cmd("LRANGE").key("l").arg(0).arg(-1).read_only();
    for (config, begun) in [(plain(), false), (resp3(), true)] {
        each(
            &config,
            |clock| {
                let script = if begun { greeted(clock) } else { script(clock) };
                vec![script.expect(lrange()).reply(listed).expect(get("a")).reply(bulk("a"))]
            },
            |client, _, _| {
                assert_eq!(client.said(lrange()), "[\"message\", \"a\", \"b\"]");
                assert_eq!(client.said(get("a")), "\"a\"");
            },
        );
    }
}

#[test]
fn t21_reads_are_sent_again_on_a_new_connection() {
    each(
        &plain(),
        |clock| {
            vec![
                script(clock).expect(get("a")).reset(),
                script(clock).expect(get("a")).reply("$1\r\n").close(),
                script(clock).expect(get("a")).reply(bulk("a")),
            ]
        },
        |client, _, _| assert_eq!(client.said(get("a")), "\"a\""),
    );
    // Not if that is not wanted, and not more often than is wanted.
    each(
        &plain().with_retry(RetryPolicy::new().with_retry_reads(false)),
        |clock| vec![script(clock).expect(get("a")).reset()],
        |client, _, _| assert_eq!(client.said(get("a")), "Transport MaybeExecuted"),
    );
    blocking(
        &plain().with_retry(RetryPolicy::new().with_retries(1)),
        |clock| (0..2).map(|_| script(clock).expect(get("a")).reset()).collect(),
        |client, _, _| assert_eq!(client.said(get("a")), "Transport MaybeExecuted"),
    );
}

#[test]
fn peers_r5_a_reply_that_is_late_is_no_reason_to_run_a_command_again() {
    let config = plain().with_response_timeout(ms(100)).with_liveness(None);
    each(
        &config,
        |clock| vec![script(clock).expect(incr("n")).stall(ms(300)).reply(":1\r\n")],
        |client, server, _| {
            assert_eq!(client.said(incr("n")), "Timeout MaybeExecuted");
            assert_eq!(server.dials().len(), 1);
        },
    );
    // Even where late replies are retried, what changes something is not.
    each(
        &config.with_retry(RetryPolicy::new().with_retry_on_timeout(true)),
        |clock| vec![script(clock).expect(incr("n")).stall(ms(300)).reply(":1\r\n")],
        |client, _, _| assert_eq!(client.said(incr("n")), "Timeout MaybeExecuted"),
    );
}

#[test]
fn credentials_that_change_are_asked_for_at_each_connect() {
    let hello = |password: &str| {
        let secret = bulk(password);
        format!("*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n{secret}")
    };
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let provider = {
        let asked = asked.clone();
        redwire::CredentialsFn(move || {
            let n = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok(Credentials::user("app", format!("token{}", n % 2)))
        })
    };
    let config = resp3().with_credentials_provider(std::sync::Arc::new(provider));
    each(
        &config,
        |clock| {
            let begun = |password| {
                script(clock)
                    .expect(hello(password).as_str())
                    .reply("%1\r\n+proto\r\n:3\r\n")
            };
            let first = begun("token0").expect(get("a")).reply(bulk("a")).stall(ms(20)).close();
            vec![first, begun("token1").expect(get("b")).reply(bulk("b"))]
        },
        |client, _, clock| {
            assert_eq!(client.said(get("a")), "\"a\"");
            client.pass(ms(20), clock);
            assert_eq!(client.said(get("b")), "\"b\"");
        },
    );
}

#[test]
fn credentials_that_do_not_come_cost_no_more_than_connecting_may_take() {
    struct Never;
    impl redwire::CredentialsProvider for Never {
        fn credentials(&self) -> redwire::transport::BoxFuture<'static, Result<Credentials, redwire::Error>> {
            Box::pin(std::future::pending())
        }
    }
    let config = resp3()
        .with_credentials_provider(std::sync::Arc::new(Never))
        .with_connect_timeout(Duration::from_secs(3))
        .with_retry(RetryPolicy::none());
    each(
        &config,
        |_| Vec::new(),
        |client, _, clock| {
            assert_error(
                &client.one(incr("a")).unwrap_err(),
                ErrorKind::Timeout,
                Outcome::NotSent,
            );
            let took = redwire::transport::Clock::now(clock).since_origin();
            assert_eq!(took, Duration::from_secs(3));
        },
    );
}
