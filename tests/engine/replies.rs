//! T13, T14, T16, T18, T21, T23: whatever comes in between, too late, twice or not at all, a reply goes to whom it is for.

use redwire::{ErrorKind, Outcome, RetryPolicy, cmd};

use crate::stage::{
    Client, assert_error, asynchronous, blocking, bulk, each, get, greeted, incr, ms, plain, resp3, script,
};

const KEYS: [&str; 4] = ["a", "b", "c", "d"];

/// As [`Client::all`] shows the values of these keys when each is its own name.
fn names<const N: usize>(keys: [&str; N]) -> Vec<String> {
    keys.iter().map(|key| format!("\"{key}\"")).collect()
}

#[test]
fn t13_an_unknown_push_in_the_middle_of_a_pipeline_shifts_nothing() {
    let push = ">2\r\n$7\r\nunheard\r\n*1\r\n$2\r\nof\r\n";
    // Before, between and after the replies.
    for place in 0..=KEYS.len() {
        let replies: Vec<String> = KEYS.iter().map(|key| bulk(key)).collect();
        let bytes = [&replies[..place].concat(), push, &replies[place..].concat()].concat();
        for split in [1, 7, 1000] {
            let scripts = |clock: &redwire::mock::Clock| {
                let script = KEYS.iter().fold(greeted(clock), |script, key| script.expect(get(key)));
                vec![
                    script
                        .split_reads(split)
                        .reply(&bytes)
                        .expect(get("e"))
                        .reply(bulk("e")),
                ]
            };
            let test = |client: &Client, _: &crate::stage::Scripts, _: &redwire::mock::Clock| {
                assert_eq!(client.all(&KEYS.map(get)), names(KEYS));
                assert_eq!(client.said(get("e")), "\"e\"", "{place}");
            };
            asynchronous(&resp3(), scripts, test);
            // A blocking client gives a connection with anything unread on it up, so there the push is the end of it.
            if place < KEYS.len() {
                blocking(&resp3(), scripts, test);
            }
        }
    }
}

#[test]
fn t14_unasked_confirmations_answer_none_of_40_commands() {
    let keys: Vec<String> = (0..40).map(|n| format!("k{n}")).collect();
    let pushes: Vec<String> = [
        "subscribe",
        "unsubscribe",
        "psubscribe",
        "punsubscribe",
        "ssubscribe",
        "sunsubscribe",
    ]
    .iter()
    .flat_map(|kind| {
        // With a name and without one.
        let named = format!(">3\r\n{}{}:0\r\n", bulk(kind), bulk("k3"));
        [named, format!(">3\r\n{}_\r\n:0\r\n", bulk(kind))]
    })
    .collect();
    let mut replies = String::new();
    for (n, key) in keys.iter().enumerate() {
        replies += &pushes[n % pushes.len()];
        replies += &bulk(key);
    }
    each(
        &resp3(),
        |clock| {
            let script = keys.iter().fold(greeted(clock), |script, key| script.expect(get(key)));
            vec![script.reply(&replies)]
        },
        |client, _, _| {
            let requests: Vec<_> = keys.iter().map(|key| get(key)).collect();
            let expected: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
            assert_eq!(client.all(&requests), expected);
        },
    );
}

#[test]
fn t16_a_reply_too_many_ends_the_connection_before_the_next_command_is_matched() {
    // With the reply before it, and by itself while nothing is going on.
    for pause in [0, 5] {
        each(
            &plain(),
            |clock| {
                let first = script(clock).expect(get("a"));
                let first = match pause {
                    0 => first.reply(format!("{}+EXTRA\r\n", bulk("a"))),
                    pause => first.reply(bulk("a")).stall(ms(pause)).reply("+EXTRA\r\n"),
                };
                vec![first, script(clock).expect(get("b")).reply(bulk("b"))]
            },
            |client, server, clock| {
                assert_eq!(client.said(get("a")), "\"a\"");
                client.pass(ms(pause), clock);
                assert_eq!(client.said(get("b")), "\"b\"");
                assert_eq!(server.dials().len(), 2);
            },
        );
    }
}

#[test]
fn t16_a_reply_too_many_is_never_the_reply_of_a_command_on_its_way() {
    // The server answers twice while more commands are on their way: a client cannot know which reply is one too many, but
    // from the moment there is one that nobody waits for, nothing is believed.
    each(
        &plain().with_retry(RetryPolicy::none()),
        |clock| {
            vec![
                script(clock)
                    .expect(get("a"))
                    .expect(get("b"))
                    .reply(format!("{}{}+EXTRA\r\n", bulk("a"), bulk("b"))),
            ]
        },
        |client, _, _| {
            assert_eq!(client.all(&[get("a"), get("b")]), names(["a", "b"]));
            let said = client.said(get("c"));
            assert!(said.ends_with("NotSent"), "{said}");
        },
    );
}

#[test]
fn t18_a_reply_after_the_deadline_is_discarded() {
    let config = plain().with_response_timeout(ms(1000)).with_liveness(ms(60_000));
    let late = |client: &Client| {
        let error = client.one(get("a")).unwrap_err();
        assert_error(&error, ErrorKind::Timeout, Outcome::MaybeExecuted);
    };
    // The shared connection is kept, the late reply is nobody's.
    for early in [true, false] {
        asynchronous(
            &config,
            |clock| {
                let script = script(clock).expect(get("a")).stall(ms(1500)).reply(bulk("late"));
                vec![
                    script
                        .expect(get("b"))
                        .reply(bulk("b"))
                        .expect(get("c"))
                        .reply(bulk("c")),
                ]
            },
            |client, server, clock| {
                late(client);
                if !early {
                    // It has come before the next command is sent.
                    client.pass(ms(5000), clock);
                }
                assert_eq!(client.all(&["b", "c"].map(get)), names(["b", "c"]));
                assert_eq!(server.dials().len(), 1);
            },
        );
    }
    // A connection for one thread is not worth waiting for.
    blocking(
        &config,
        |clock| {
            let first = script(clock).expect(get("a")).stall(ms(1500)).reply(bulk("late"));
            vec![first, script(clock).expect(get("b")).reply(bulk("b"))]
        },
        |client, server, clock| {
            late(client);
            clock.advance(ms(5000));
            assert_eq!(client.said(get("b")), "\"b\"");
            assert_eq!(server.dials().len(), 2);
        },
    );
}

#[test]
fn t18_the_replies_of_a_whole_pipeline_come_too_late() {
    let config = plain().with_response_timeout(ms(1000)).with_liveness(ms(60_000));
    asynchronous(
        &config,
        |clock| {
            let script = KEYS.iter().fold(script(clock), |script, key| script.expect(get(key)));
            let script = script
                .reply(bulk("a"))
                .stall(ms(1500))
                .reply(format!("{}{}", bulk("b"), bulk("c")));
            vec![script.stall(ms(100)).reply(bulk("d")).expect(get("e")).reply(bulk("e"))]
        },
        |client, _, clock| {
            let late = "Timeout MaybeExecuted";
            assert_eq!(client.all(&KEYS.map(get)), ["\"a\"", late, late, late]);
            assert_eq!(clock_of(clock), 1000, "one deadline for all of them");
            assert_eq!(client.said(get("e")), "\"e\"");
        },
    );
}

fn clock_of(clock: &redwire::mock::Clock) -> u128 {
    redwire::transport::Clock::now(clock).since_origin().as_millis()
}

#[test]
fn peers_r16_one_deadline_bounds_a_whole_pipeline() {
    blocking(
        &plain().with_response_timeout(ms(100)),
        |clock| {
            let script = (0..20).fold(script(clock), |script, n| script.expect(get(&format!("k{n}"))));
            vec![script.hang()]
        },
        |client, _, clock| {
            let requests: Vec<_> = (0..20).map(|n| get(&format!("k{n}"))).collect();
            assert_eq!(client.all(&requests), ["Timeout MaybeExecuted"; 20]);
            assert_eq!(clock_of(clock), 100);
        },
    );
}

#[test]
fn peers_r2_a_push_between_a_timeout_and_its_late_reply_shifts_nothing() {
    let config = resp3().with_response_timeout(ms(1000)).with_liveness(ms(60_000));
    let push = ">3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$5\r\nhello\r\n";
    asynchronous(
        &config,
        |clock| {
            let script = greeted(clock)
                .expect(get("a"))
                .stall(ms(1200))
                .reply(push)
                .stall(ms(300))
                .reply(bulk("late"));
            let script = KEYS[1..]
                .iter()
                .fold(script, |script, key| script.expect(get(key)).reply(bulk(key)));
            vec![script]
        },
        |client, server, _| {
            assert_eq!(client.said(get("a")), "Timeout MaybeExecuted");
            for key in &KEYS[1..] {
                assert_eq!(client.said(get(key)), format!("\"{key}\""));
            }
            assert_eq!(server.dials().len(), 1);
        },
    );
    blocking(
        &config,
        |clock| {
            let first = greeted(clock)
                .expect(get("a"))
                .stall(ms(1200))
                .reply(push)
                .stall(ms(300))
                .reply(bulk("late"));
            let second = KEYS[1..]
                .iter()
                .fold(greeted(clock), |script, key| script.expect(get(key)).reply(bulk(key)));
            vec![first, second]
        },
        |client, _, _| {
            assert_eq!(client.said(get("a")), "Timeout MaybeExecuted");
            for key in &KEYS[1..] {
                assert_eq!(client.said(get(key)), format!("\"{key}\""));
            }
        },
    );
}

#[test]
fn t21_a_reset_before_the_reply_of_incr_is_told_and_not_repeated() {
    for end in [redwire::mock::Script::close, redwire::mock::Script::reset] {
        each(
            &plain(),
            |clock| {
                let first = end(script(clock).expect(incr("n")));
                vec![first, script(clock).expect(get("n")).reply(bulk("1"))]
            },
            |client, server, _| {
                let error = client.one(incr("n")).unwrap_err();
                assert_eq!(error.outcome(), Outcome::MaybeExecuted, "{error}");
                assert_eq!(server.dials().len(), 1, "it was not sent again");
                assert_eq!(client.said(get("n")), "\"1\"");
            },
        );
        // Marked as one that may run twice, it is sent again.
        each(
            &plain(),
            |clock| {
                let first = end(script(clock).expect(incr("n")));
                vec![first, script(clock).expect(incr("n")).reply(":2\r\n")]
            },
            |client, _, _| assert_eq!(client.said(incr("n").idempotent()), "2"),
        );
    }
}

#[test]
fn t23_a_reset_in_the_middle_of_a_pipeline_keeps_what_was_answered() {
    let requests: Vec<_> = KEYS.iter().map(|key| cmd("GETDEL").key(*key)).collect();
    let replies: Vec<String> = KEYS.iter().map(|key| bulk(key)).collect();
    let all = replies.concat();
    for cut in 0..all.len() {
        let mut end = 0;
        let complete = replies
            .iter()
            .take_while(|reply| {
                end += reply.len();
                end <= cut
            })
            .count();
        each(
            &plain(),
            |clock| {
                let script = requests
                    .iter()
                    .fold(script(clock), |script, request| script.expect(request));
                vec![script.reply(&all[..cut]).reset()]
            },
            |client, server, _| {
                let mut expected = names(KEYS);
                for answer in &mut expected[complete..] {
                    *answer = "Transport MaybeExecuted".into();
                }
                assert_eq!(client.all(&requests), expected, "cut at {cut}");
                assert_eq!(server.dials().len(), 1);
            },
        );
    }
}

#[test]
fn t23_what_only_reads_is_asked_again_and_nothing_is_mixed() {
    let all: String = KEYS.iter().map(|key| bulk(key)).collect();
    for cut in 0..all.len() {
        // The blocking client sends a batch again as a whole.
        blocking(
            &plain(),
            |clock| {
                let first = KEYS.iter().fold(script(clock), |script, key| script.expect(get(key)));
                let second = KEYS.iter().fold(script(clock), |script, key| script.expect(get(key)));
                let again: String = KEYS.iter().map(|key| bulk(&key.to_uppercase())).collect();
                vec![first.reply(&all[..cut]).reset(), second.reply(again)]
            },
            |client, _, _| assert_eq!(client.all(&KEYS.map(get)), names(["A", "B", "C", "D"]), "cut at {cut}"),
        );
        // Of single calls, those that were not answered.
        let complete = cut / bulk("a").len();
        asynchronous(
            &plain(),
            |clock| {
                let first = KEYS.iter().fold(script(clock), |script, key| script.expect(get(key)));
                let rest = KEYS[complete..].iter();
                let second = rest.clone().fold(script(clock), |script, key| script.expect(get(key)));
                let again: String = rest.map(|key| bulk(&key.to_uppercase())).collect();
                vec![first.reply(&all[..cut]).reset(), second.reply(again)]
            },
            |client, _, _| {
                let expected = KEYS.iter().enumerate().map(|(at, key)| {
                    if at < complete {
                        format!("\"{key}\"")
                    } else {
                        format!("\"{}\"", key.to_uppercase())
                    }
                });
                assert_eq!(client.all(&KEYS.map(get)), expected.collect::<Vec<_>>(), "cut at {cut}");
            },
        );
    }
}
