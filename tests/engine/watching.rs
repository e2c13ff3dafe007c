//! F229 to F258 and D01 to D05 where it matters what goes over the wire: one write for a pipeline, one connection from WATCH
//! to EXEC, and what is never sent twice.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use redwire::prelude::*;
use redwire::transaction::TransactionOptions;
use redwire::{PoolOptions, RetryPolicy};

use crate::beside::{Stage, one_connection};
use crate::stage::{BOTH, Client, Tasks, asynchronous, blocking as on_blocking, each, get, incr, ms, plain, script};

/// The wire form of commands given as words.
fn wire(commands: &[&str]) -> String {
    let mut bytes = Vec::new();
    commands.iter().for_each(|words| cmd(words).encode(&mut bytes));
    bytes.escape_ascii().to_string()
}

#[test]
fn f230_a_pipeline_is_one_write_however_long() {
    let stage = Stage::new(Tasks::Own, &plain());
    stage.exec.run(stage.client.get::<Option<i64>>("a")).unwrap();
    stage.blocking.get::<Option<i64>>("a").unwrap();
    for commands in [1, 100, 1000, 20_000] {
        for atomic in [true, false] {
            let mut expected = vec!["INCR n"; commands];
            if atomic {
                expected.insert(0, "MULTI");
                expected.push("EXEC");
            }
            let expected = wire(&expected);
            for kind in ["blocking", "async"] {
                let before = stage.net.writes();
                stage.net.written();
                if kind == "blocking" {
                    let batch = stage.blocking.batch();
                    let mut batch = if atomic { batch } else { batch.non_atomic() };
                    (0..commands).for_each(|_| drop(batch.incr("n")));
                    assert_eq!(batch.execute().unwrap().len(), commands);
                } else {
                    let batch = stage.client.batch();
                    let mut batch = if atomic { batch } else { batch.non_atomic() };
                    (0..commands).for_each(|_| drop(batch.incr("n")));
                    assert_eq!(stage.exec.run(batch.execute()).unwrap().len(), commands);
                }
                assert_eq!(stage.net.writes() - before, 1, "{commands} {kind}");
                assert!(stage.net.written() == expected, "{commands} {kind}");
            }
        }
    }
    assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 4 * 21_101);
}

#[test]
fn f233_an_empty_pipeline_sends_nothing_and_an_empty_transaction_asks() {
    let stage = Stage::new(Tasks::Own, &plain());
    stage.exec.run(stage.client.pipeline().execute()).unwrap();
    stage.blocking.pipeline().execute().unwrap();
    assert_eq!((stage.net.opened(), stage.net.written().as_str()), (0, ""));
    let tx = stage.blocking.watch("k").unwrap();
    tx.multi().execute().unwrap();
    assert_eq!(stage.net.written(), wire(&["WATCH k", "MULTI", "EXEC"]));
}

#[test]
fn d05_nothing_is_sent_to_end_a_watch_that_exec_ended() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &one_connection());
        stage.exec.run(async {
            let tx = stage.client.watch(["a", "b"]).await.unwrap();
            tx.multi().incr("n").execute().await.unwrap();
            drop(tx);
            assert_eq!(stage.net.written(), wire(&["WATCH a b", "MULTI", "INCR n", "EXEC"]));
            // One that was not executed is ended before the next user's first command.
            drop(stage.client.watch("a").await.unwrap());
            drop(stage.client.watch("b").await.unwrap());
            assert_eq!(stage.net.written(), wire(&["WATCH a", "UNWATCH", "WATCH b"]));
            // Ended by the user, it need not be ended again.
            let tx = stage.client.watch("c").await.unwrap();
            tx.unwatch().await.unwrap();
            tx.unwatch().await.unwrap();
            drop(tx);
            stage
                .client
                .exclusive()
                .await
                .unwrap()
                .get::<Option<i64>>("n")
                .await
                .unwrap();
            assert_eq!(stage.net.written(), wire(&["UNWATCH", "WATCH c", "UNWATCH", "GET n"]));
        });
        assert_eq!(stage.net.opened(), 1);
    }
    let stage = Stage::new(Tasks::Own, &one_connection());
    let tx = stage.blocking.watch(["a", "b"]).unwrap();
    tx.multi().incr("n").execute().unwrap();
    drop(tx);
    drop(stage.blocking.watch("a").unwrap());
    let tx = stage.blocking.watch("c").unwrap();
    tx.unwatch().unwrap();
    tx.unwatch().unwrap();
    drop(tx);
    stage.blocking.get::<Option<i64>>("n").unwrap();
    let expected = [
        "WATCH a b",
        "MULTI",
        "INCR n",
        "EXEC",
        "WATCH a",
        "UNWATCH",
        "WATCH c",
        "UNWATCH",
        "GET n",
    ];
    assert_eq!(stage.net.written(), wire(&expected));
    assert_eq!(stage.net.opened(), 1);
}

#[test]
fn d01_f251_a_connection_lost_while_watching_is_an_error_at_once_and_ever_after() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &plain());
        stage.bystander.set("n", 1).unwrap();
        stage.exec.run(async {
            let tx = stage.client.watch("n").await.unwrap();
            stage.net.cut();
            stage.bystander.set("n", 100).unwrap();
            for error in [
                tx.get::<i64>("n").await.unwrap_err(),
                tx.multi().set("n", 2).execute().await.unwrap_err(),
                tx.get::<i64>("n").await.unwrap_err(),
                tx.multi().set("n", 2).execute().await.unwrap_err(),
            ] {
                assert!(
                    matches!(error.kind(), ErrorKind::WatchLost | ErrorKind::Transport),
                    "{error:?}"
                );
                assert_eq!(error.outcome(), Outcome::NotSent);
            }
        });
        let stage = Stage::new(tasks, &plain());
        let error = stage.exec.run(async {
            let tx = stage.client.watch("n").await.unwrap();
            stage.net.cut();
            tx.get::<i64>("n").await.unwrap_err()
        });
        assert_eq!(error.kind(), ErrorKind::WatchLost);
        let text = error.to_string();
        assert!(
            text.starts_with("lost the connection on which keys were watched: the connection is cut"),
            "{text}"
        );
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(stage.net.opened(), 1, "it is not replaced");
    }
    let stage = Stage::new(Tasks::Own, &plain());
    stage.bystander.set("n", 1).unwrap();
    let tx = stage.blocking.watch("n").unwrap();
    stage.net.cut();
    stage.bystander.set("n", 100).unwrap();
    assert_eq!(tx.get::<i64>("n").unwrap_err().kind(), ErrorKind::WatchLost);
    let error = tx.multi().set("n", 2).execute().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::WatchLost, Outcome::NotSent)
    );
    assert_eq!(stage.net.opened(), 1);
    assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 100);
}

#[test]
fn d02_f252_closing_the_client_does_not_move_a_watch_to_another_connection() {
    let stage = Stage::new(Tasks::Own, &plain());
    stage.bystander.set("n", 1).unwrap();
    stage.exec.run(async {
        let tx = stage.client.watch("n").await.unwrap();
        stage.client.disconnect();
        // It has its connection still, and the server its watch.
        assert_eq!(tx.get::<i64>("n").await.unwrap(), 1);
        stage.bystander.set("n", 100).unwrap();
        let error = tx.multi().set("n", 2).execute().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WatchFailed);
    });
    let tx = stage.blocking.watch("n").unwrap();
    stage.blocking.pool().disconnect();
    stage.bystander.set("n", 200).unwrap();
    assert_eq!(
        tx.multi().set("n", 2).execute().unwrap_err().kind(),
        ErrorKind::WatchFailed
    );
    assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 200);
}

/// Cut after each byte of the transaction: what the error says, and what the helper makes of it.
#[test]
fn f250_t24_a_transaction_in_doubt_is_told_so_and_never_tried_again() {
    let sent = ["MULTI", "SET n 2", "EXEC"].map(|words| {
        let mut bytes = Vec::new();
        cmd(words).encode(&mut bytes);
        bytes.len()
    });
    let (before_exec, all) = (sent[0] + sent[1], sent.iter().sum::<usize>());
    for allowed in 0..=all {
        for tasks in BOTH {
            let stage = Stage::new(tasks, &plain());
            let calls = AtomicUsize::new(0);
            let (stage, calls) = (&stage, &calls);
            stage.bystander.set("n", 1).unwrap();
            let mut transaction = Box::pin(stage.client.transaction("n", |tx| async move {
                let first = calls.fetch_add(1, Ordering::SeqCst) == 0;
                let n: i64 = tx.get("n").await?;
                if first {
                    stage.net.allow(allowed);
                }
                tx.multi().set("n", n + 1).execute().await
            }));
            // Until nothing moves any more.
            for _ in 0..20 {
                if allowed < all {
                    let polled = transaction.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                    assert!(polled.is_pending(), "{allowed} bytes allowed");
                    stage.exec.settle();
                }
            }
            if allowed < all {
                stage.net.cut();
                stage.net.allow(usize::MAX);
            }
            let result = stage.exec.run(transaction);
            let (calls, n) = (calls.load(Ordering::SeqCst), stage.bystander.get::<i64>("n").unwrap());
            if allowed == all {
                assert_eq!((result.unwrap(), calls, n), ((true,), 1, 2));
            } else if allowed > before_exec {
                let error = result.unwrap_err();
                assert_eq!(
                    (error.kind(), error.outcome()),
                    (ErrorKind::WatchLost, Outcome::MaybeExecuted)
                );
                assert_eq!((calls, n), (1, 1), "{allowed} bytes allowed, {tasks:?}");
            } else {
                // Without its EXEC nothing was run: a new connection, a new WATCH, a new read.
                assert_eq!(
                    (result.unwrap(), calls, n),
                    ((true,), 2, 2),
                    "{allowed} bytes allowed, {tasks:?}"
                );
                assert_eq!(stage.net.opened(), 2);
            }
        }
    }
}

#[test]
fn peers_r4_the_helper_never_overwrites_what_others_wrote_while_the_connection_was_lost() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &plain());
        let calls = AtomicUsize::new(0);
        let (stage, calls) = (&stage, &calls);
        stage.bystander.set("n", 1).unwrap();
        let result = stage.exec.run(stage.client.transaction("n", |tx| async move {
            let n: i64 = tx.get("n").await?;
            if calls.fetch_add(1, Ordering::SeqCst) == 0 {
                stage.net.cut();
                stage.bystander.set("n", 100).unwrap();
            }
            tx.multi().set("n", n + 1).execute().await?;
            Ok(n + 1)
        }));
        assert_eq!((result.unwrap(), calls.load(Ordering::SeqCst)), (101, 2));
        assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 101, "{tasks:?}");
    }
    let stage = Stage::new(Tasks::Own, &plain());
    stage.bystander.set("n", 1).unwrap();
    let mut calls = 0;
    let result = stage.blocking.transaction("n", |tx| {
        let n: i64 = tx.get("n")?;
        calls += 1;
        if calls == 1 {
            stage.net.cut();
            stage.bystander.set("n", 100).unwrap();
        }
        tx.multi().set("n", n + 1).execute()?;
        Ok(n + 1)
    });
    assert_eq!((result.unwrap(), calls), (101, 2));
    assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 101);
}

#[test]
fn f253_watching_begins_again_where_a_connection_is_lost_before_anything_was_read() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &one_connection());
        let stage = &stage;
        stage.exec.run(async {
            // The first, second, third time that a transport is used for it, or a connection made, fails.
            for call in 1..=3 {
                stage.net.fail_call(stage.net.calls() + call);
                let tx = stage.client.watch("n").await.unwrap();
                stage.net.fail_call(0);
                tx.multi().incr("n").execute().await.unwrap();
            }
        });
        assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 3, "{tasks:?}");
    }
    let stage = Stage::new(Tasks::Own, &one_connection());
    for call in 1..=3 {
        stage.net.fail_call(stage.net.calls() + call);
        let tx = stage.blocking.watch("n").unwrap();
        stage.net.fail_call(0);
        tx.multi().incr("n").execute().unwrap();
    }
    assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 3);

    // Not if nothing is to be tried again.
    let stage = Stage::new(Tasks::Own, &plain().with_retry(RetryPolicy::none()));
    stage.net.fail_call(1);
    assert_eq!(stage.blocking.watch("n").unwrap_err().outcome(), Outcome::NotSent);
}

#[test]
fn f255_a_timeout_during_execute_is_an_error_and_closes_the_connection() {
    let config = one_connection().with_response_timeout(ms(100));
    for tasks in BOTH {
        let stage = Stage::new(tasks, &config);
        let stage = &stage;
        stage.exec.run(async {
            let tx = stage.client.watch("n").await.unwrap();
            stage.net.allow(3);
            let error = tx.multi().incr("n").execute().await.unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::Timeout, Outcome::MaybeExecuted)
            );
            drop(tx);
            stage.net.allow(usize::MAX);
            assert_eq!(stage.net.open(), 0, "{tasks:?}: a transaction is half way out");
            let tx = stage.client.watch("n").await.unwrap();
            assert_eq!(tx.multi().incr("n").execute().await.unwrap(), (1,));
        });
    }
    let stage = Stage::new(Tasks::Own, &config);
    let tx = stage.blocking.watch("n").unwrap();
    stage.net.allow(3);
    let error = tx.multi().incr("n").execute().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Timeout, Outcome::MaybeExecuted)
    );
    drop(tx);
    stage.net.allow(usize::MAX);
    let tx = stage.blocking.watch("n").unwrap();
    assert_eq!(tx.multi().incr("n").execute().unwrap(), (1,));
}

/// T26: dropped after any number of steps.
#[test]
fn t26_a_transaction_dropped_at_any_step_leaves_a_clean_connection_or_none() {
    for tasks in BOTH {
        for steps in 0..40 {
            let stage = Stage::new(tasks, &one_connection());
            let stage = &stage;
            let transaction = stage.client.transaction("k", |tx| async move {
                let _: Option<i64> = tx.get("k").await?;
                let _: Option<i64> = tx.get("k").await?;
                tx.multi().incr("n").incr("n").execute().await
            });
            let mut transaction = Box::pin(transaction);
            let mut done = false;
            for _ in 0..steps {
                if transaction
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_ready()
                {
                    done = true;
                    break;
                }
                stage.exec.settle();
            }
            drop(transaction);
            stage.bystander.set("k", "other").unwrap();
            let before = stage.bystander.get::<Option<i64>>("n").unwrap();
            assert!(
                matches!(before, None | Some(2)) && (!done || before.is_some()),
                "never half of it: {before:?}"
            );
            let after = stage.exec.run(async {
                let tx = stage.client.watch("other").await.unwrap();
                tx.multi().incr("m").execute().await.unwrap()
            });
            assert_eq!(
                after,
                (1,),
                "{tasks:?} after {steps} steps: a watch of somebody else must not count"
            );
        }
    }
}

#[test]
fn peers_r3_the_helper_loses_no_increment_of_twenty_tasks() {
    for (tasks, connections) in [(Tasks::Own, 64), (Tasks::None, 64), (Tasks::None, 3)] {
        let config = plain().with_pool(PoolOptions::new().with_max_connections(connections));
        let stage = Stage::new(tasks, &config);
        stage.bystander.set("n", 0).unwrap();
        let options = TransactionOptions::new().delay(ms(5));
        let running: Vec<_> = (0..20)
            .map(|_| {
                let client = stage.client.clone();
                stage.exec.start(async move {
                    for _ in 0..50 {
                        let increment = client.transaction_with("n", options, |tx| async move {
                            let n: i64 = tx.get("n").await?;
                            tx.multi().set("n", n + 1).execute().await
                        });
                        increment.await.unwrap();
                    }
                })
            })
            .collect();
        stage.exec.run(crate::stage::join_all(running));
        assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 1000, "{tasks:?}");
        assert!(stage.net.opened() <= connections as usize);
    }
}

const LOADING: &str = "-LOADING Redis is loading the dataset in memory\r\n";

/// F241: a server that is loading ran nothing, so everything is sent again; if it ran something, nothing is.
#[test]
fn f241_a_batch_that_was_refused_whole_for_a_while_is_sent_again_whole() {
    type Case<'a> = (bool, &'a [&'a str], Option<usize>);
    let cases: [Case<'_>; 4] = [
        (
            true,
            &["+OK\r\n", LOADING, LOADING, "-EXECABORT because of that\r\n"],
            None,
        ),
        (false, &[LOADING, LOADING], None),
        (false, &[LOADING, ":1\r\n"], Some(1)),
        (false, &["-ERR no\r\n", LOADING], Some(1)),
    ];
    for (atomic, refusal, failed) in cases {
        let commands = || {
            let multi = [cmd("MULTI"), incr("n"), incr("n"), cmd("EXEC")];
            let bare = [incr("n"), incr("n")];
            if atomic { multi.to_vec() } else { bare.to_vec() }
        };
        let scripts = |clock: &redwire::mock::Clock| {
            let sent = |script: redwire::mock::Script| {
                commands()
                    .into_iter()
                    .fold(script, |script, request| script.expect(request))
            };
            let refused = sent(script(clock)).reply(refusal.concat());
            let answer = if atomic {
                "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n"
            } else {
                ":1\r\n:2\r\n"
            };
            vec![if failed.is_some() {
                refused
            } else {
                sent(refused).reply(answer)
            }]
        };
        each(&plain(), scripts, |client, _, _| {
            let outcome = match client {
                Client::Blocking(client) => {
                    let pipeline = client.pipeline().incr("n").incr("n");
                    if atomic {
                        pipeline.execute()
                    } else {
                        pipeline.non_atomic().execute()
                    }
                }
                Client::Async(client, exec) => {
                    let pipeline = client.pipeline().incr("n").incr("n");
                    exec.run(if atomic {
                        pipeline.execute()
                    } else {
                        pipeline.non_atomic().execute()
                    })
                }
            };
            match failed {
                None => assert_eq!(outcome.unwrap(), (1, 2)),
                Some(position) => assert_eq!(outcome.unwrap_err().pipeline_position(), Some(position)),
            }
        });
    }
}

/// F242: a server that answers EXEC with another number of results has lost count, and so have we: the connection is closed.
#[test]
fn f242_after_a_wrong_number_of_results_the_connection_is_not_used_again() {
    let scripts = |clock: &redwire::mock::Clock| {
        let commands = [cmd("MULTI"), incr("n"), incr("n"), cmd("EXEC")];
        let wrong = commands
            .into_iter()
            .fold(script(clock), |script, request| script.expect(request));
        vec![
            wrong.reply("+OK\r\n+QUEUED\r\n+QUEUED\r\n*1\r\n:1\r\n"),
            script(clock).expect(get("a")).reply("$1\r\na\r\n"),
        ]
    };
    let test = |client: &Client, scripts: &crate::stage::Scripts, _: &redwire::mock::Clock| {
        let error = match client {
            Client::Blocking(client) => client.pipeline().incr("n").incr("n").execute().unwrap_err(),
            Client::Async(client, exec) => exec.run(client.pipeline().incr("n").incr("n").execute()).unwrap_err(),
        };
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Protocol, Outcome::MaybeExecuted)
        );
        assert!(
            error
                .to_string()
                .contains("wrong number of results in the reply to EXEC"),
            "{error}"
        );
        assert_eq!(client.said(get("a")), "\"a\"");
        assert_eq!(scripts.dials().len(), 2);
    };
    on_blocking(&plain(), scripts, test);
    asynchronous(&plain(), scripts, test);
}

/// D26: an error that does not keep the others from running is one result among others, annotated once.
#[test]
fn d26_an_error_of_a_command_that_was_not_queued_is_annotated_once() {
    let scripts = |clock: &redwire::mock::Clock| {
        let commands = [cmd("MULTI"), incr("a"), incr("b"), incr("c"), cmd("EXEC")];
        let sent = |script: redwire::mock::Script| {
            let script = commands
                .iter()
                .fold(script, |script, request| script.expect(request.clone()));
            script.reply("+OK\r\n+QUEUED\r\n-ERR not this one\r\n+QUEUED\r\n*2\r\n:1\r\n:3\r\n")
        };
        vec![sent(sent(script(clock)))]
    };
    each(&plain(), scripts, |client, _, _| {
        let (raised, kept) = match client {
            Client::Blocking(client) => (
                client.pipeline().incr("a").incr("b").incr("c").execute(),
                client.pipeline().incr("a").incr("b").incr("c").execute_each(),
            ),
            Client::Async(client, exec) => (
                exec.run(client.pipeline().incr("a").incr("b").incr("c").execute()),
                exec.run(client.pipeline().incr("a").incr("b").incr("c").execute_each()),
            ),
        };
        assert_eq!(
            raised.unwrap_err().to_string(),
            "Command # 2 (INCR b) of pipeline caused error: ERR not this one"
        );
        let (a, b, c) = kept.unwrap();
        assert_eq!((a.unwrap(), c.unwrap()), (1, 3));
        assert_eq!(b.unwrap_err().to_string(), "ERR not this one");
    });
}
