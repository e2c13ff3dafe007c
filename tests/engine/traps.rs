//! The traps of driving a connection from the calls themselves: whatever becomes of the call that drives, every other one
//! is answered.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use redwire::command::Executor;
use redwire::mock::{Script, Server};
use redwire::prelude::*;
use redwire::resp::{DecodeError, FromReply, ReplyRef};
use redwire::transport::{BoxFuture, Spawner};
use redwire::{Config, Overload};

use crate::stage::{AsyncClient, BOTH, Exec, Scripts, Tasks, bulk, get, join_all, ms, plain, poll_once, script};

/// A client of the in-memory server, in which the keys `a` to `z` hold their own names.
fn with_letters(tasks: Tasks, config: &Config) -> (AsyncClient, Exec) {
    let exec = Exec::new();
    let server = Server::new();
    let fill = server.blocking_client();
    for letter in 'a'..='z' {
        fill.set(letter.to_string(), letter.to_string()).unwrap();
    }
    (tasks.client(&exec, config, server), exec)
}

fn text(client: &AsyncClient, key: &str) -> impl Future<Output = Result<String, Error>> + Unpin {
    client.get::<String>(key)
}

#[test]
fn trap_the_driving_call_is_dropped() {
    for tasks in BOTH {
        let (client, exec) = with_letters(tasks, &plain());
        for others in 0..4 {
            let mut driver = client.get::<String>("a");
            assert!(poll_once(&mut driver).is_pending());
            let mut calls: Vec<_> = ["b", "c", "d"][..others.min(3)]
                .iter()
                .map(|key| client.get::<String>(*key))
                .collect();
            for call in &mut calls {
                assert!(poll_once(call).is_pending());
            }
            drop(driver);
            let answers: Vec<String> = exec.run(join_all(calls)).into_iter().map(Result::unwrap).collect();
            assert_eq!(answers, ["b", "c", "d"][..others.min(3)], "{tasks:?}");
            assert_eq!(exec.run(client.get::<String>("z")).unwrap(), "z");
        }
    }
}

#[test]
fn trap_the_driving_call_is_dropped_while_it_connects() {
    for tasks in BOTH {
        let exec = Exec::new();
        let scripts = [Script::with_clock(exec.clock().clone())
            .expect(get("b"))
            .reply("$1\r\nB\r\n")];
        let server = Scripts::new(exec.clock(), scripts);
        let client = tasks.client(&exec, &plain(), Slowly(server.clone(), exec.clone()));
        let mut driver = text(&client, "a");
        assert!(poll_once(&mut driver).is_pending());
        let mut other = text(&client, "b");
        assert!(poll_once(&mut other).is_pending());
        drop(driver);
        assert_eq!(exec.run(other).unwrap(), "B", "{tasks:?}");
        server.finish();
    }
}

/// Takes 100 ms for each connection.
struct Slowly(Scripts, Exec);

impl redwire::transport::AsyncConnector for Slowly {
    fn connect(
        &self,
        endpoint: &redwire::Endpoint,
    ) -> BoxFuture<'static, Result<Box<dyn redwire::transport::AsyncTransport>, redwire::transport::TransportError>>
    {
        let (connecting, exec) = (
            redwire::transport::AsyncConnector::connect(&self.0, endpoint),
            self.1.clone(),
        );
        Box::pin(async move {
            exec.sleep(ms(100)).await;
            connecting.await
        })
    }
}

#[test]
fn trap_a_call_is_polled_once_and_left() {
    for tasks in BOTH {
        let (client, exec) = with_letters(tasks, &plain());
        let mut left = text(&client, "a");
        assert!(poll_once(&mut left).is_pending());
        for _ in 0..3 {
            assert_eq!(exec.run(text(&client, "b")).unwrap(), "b", "{tasks:?}");
        }
        let answers = exec.run(join_all(["c", "d", "e"].map(|key| client.get::<String>(key))));
        assert_eq!(
            answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(),
            ["c", "d", "e"]
        );
        // It kept its own answer all along.
        assert_eq!(exec.run(left).unwrap(), "a");
        // And the seat is free again.
        assert_eq!(exec.run(text(&client, "f")).unwrap(), "f");
    }
}

#[test]
fn trap_a_call_is_left_while_the_memory_budget_is_used_up() {
    let config = plain().with_memory_budget(1000).with_response_timeout(None);
    for tasks in BOTH {
        let (client, exec) = with_letters(tasks, &config);
        let big = "x".repeat(5000);
        let mut left = client.set("big", &big);
        assert!(poll_once(&mut left).is_pending());
        // There is no room for it before the reply to the call that is left has been read.
        assert_eq!(exec.run(text(&client, "b")).unwrap(), "b", "{tasks:?}");
        exec.run(left).unwrap();

        // Dropped half-way, its bytes still count until the server has answered.
        let mut dropped = client.set("big", &big);
        assert!(poll_once(&mut dropped).is_pending());
        drop(dropped);
        assert_eq!(exec.run(text(&client, "c")).unwrap(), "c", "{tasks:?}");
        assert_eq!(exec.elapsed(), ms(0), "nothing of this takes time");
    }
}

#[test]
fn trap_a_call_is_left_while_it_waits_for_room() {
    let config = plain().with_memory_budget(1000).with_response_timeout(None);
    for tasks in BOTH {
        let (client, exec) = with_letters(tasks, &config);
        let big = "x".repeat(5000);
        let mut first = client.set("big", &big);
        assert!(poll_once(&mut first).is_pending());
        let mut left_in_line = client.set("big", &big);
        assert!(poll_once(&mut left_in_line).is_pending());
        assert_eq!(exec.run(text(&client, "b")).unwrap(), "b", "{tasks:?}");
        exec.run(first).unwrap();
        assert_eq!(exec.run(text(&client, "c")).unwrap(), "c", "{tasks:?}");
        exec.run(left_in_line).unwrap();
    }
}

#[test]
fn trap_answers_that_nobody_fetches_stop_the_reading_and_fetching_them_starts_it_again() {
    let config = plain().with_memory_budget(1000).with_response_timeout(None);
    for tasks in BOTH {
        let exec = Exec::new();
        let value = "v".repeat(900);
        let reply = format!("$900\r\n{value}\r\n");
        let script = Script::with_clock(exec.clock().clone());
        let keys: Vec<String> = (0..8).map(|n| format!("k{n}")).collect();
        let script = keys.iter().fold(script, |script, key| script.expect(get(key)));
        // All replies at once: what is read of them waits for its callers.
        let script = script.reply(reply.repeat(keys.len()));
        let server = Scripts::new(exec.clock(), [script]);
        let client = tasks.client(&exec, &config, server.clone());
        let calls = keys.iter().map(|key| client.get::<String>(key.as_str()));
        for answer in exec.run(join_all(calls)) {
            assert_eq!(answer.unwrap(), value, "{tasks:?}");
        }
        server.finish();
    }
}

/// What a user gets wrong in a type of theirs.
#[derive(Debug)]
struct Panics;

impl FromReply for Panics {
    fn from_reply(_: ReplyRef<'_>) -> Result<Self, DecodeError> {
        panic!("as planned")
    }
}

#[test]
fn trap_the_decoding_of_a_reply_panics() {
    for tasks in BOTH {
        let (client, exec) = with_letters(tasks, &plain());
        let mut waiting = text(&client, "b");
        let mut panics = client.get::<Panics>("a");
        assert!(poll_once(&mut panics).is_pending());
        assert!(poll_once(&mut waiting).is_pending());
        catch_unwind(AssertUnwindSafe(|| exec.run(panics))).unwrap_err();
        let id: i64 = exec.run(client.run(cmd("STRLEN").key("a").returns())).unwrap();
        assert_eq!(id, 1);
        assert_eq!(exec.run(waiting).unwrap(), "b", "{tasks:?}");
        for _ in 0..3 {
            catch_unwind(AssertUnwindSafe(|| exec.run(client.get::<Panics>("a")))).unwrap_err();
            assert_eq!(exec.run(text(&client, "c")).unwrap(), "c", "{tasks:?}");
        }
    }
    let server = Server::new();
    let pool = server.blocking_pool(&Config::new());
    let client = pool.client();
    client.set("a", "1").unwrap();
    for _ in 0..3 {
        catch_unwind(AssertUnwindSafe(|| client.get::<Panics>("a"))).unwrap_err();
        assert_eq!(client.get::<i64>("a").unwrap(), 1);
    }
    assert_eq!((pool.stats().opened, pool.stats().idle, pool.stats().lent), (1, 1, 0));
}

#[test]
fn trap_the_driving_call_finishes_while_others_wait() {
    for tasks in BOTH {
        let exec = Exec::new();
        let keys = ["a", "b", "c", "d"];
        let script = Script::with_clock(exec.clock().clone());
        let script = keys.iter().fold(script, |script, key| script.expect(get(key)));
        let script = keys.iter().fold(script, |script, key| {
            script.reply(format!("$1\r\n{key}\r\n")).stall(ms(100))
        });
        let server = Scripts::new(exec.clock(), [script]);
        let client = tasks.client(&exec, &plain(), server.clone());
        let started: Vec<_> = keys
            .map(|key| {
                let client = client.clone();
                let exec = exec.clone();
                exec.clone()
                    .start(async move { (client.get::<String>(key).await.unwrap(), exec.elapsed()) })
            })
            .into_iter()
            .collect();
        let answers = exec.run(join_all(started));
        let expected = [("a", 0), ("b", 100), ("c", 200), ("d", 300)];
        assert_eq!(answers, expected.map(|(key, at)| (key.to_owned(), ms(at))), "{tasks:?}");
        server.finish();
    }
}

#[test]
fn trap_a_call_comes_while_the_task_is_woken_or_running() {
    let (client, exec) = with_letters(Tasks::Own, &plain());
    let calls = ["a", "b"].map(|key| client.get::<String>(key));
    for answer in exec.run(join_all(calls)) {
        answer.unwrap();
    }
    for round in 0..10 {
        // The first wakes the task, those after it find it woken already; none is forgotten.
        let mut calls = ["a", "b", "c"].map(|key| client.get::<String>(key));
        for call in &mut calls {
            assert!(poll_once(call).is_pending());
        }
        exec.settle();
        let mut late = text(&client, "d");
        assert!(poll_once(&mut late).is_pending());
        exec.settle();
        for (call, key) in calls.iter_mut().zip(["a", "b", "c"]) {
            assert!(
                matches!(poll_once(call), Poll::Ready(Ok(value)) if value == key),
                "round {round}, {key}"
            );
        }
        assert!(matches!(poll_once(&mut late), Poll::Ready(Ok(value)) if value == "d"));
    }
}

#[test]
fn trap_the_server_reads_on_only_when_its_answer_is_read() {
    let value = "x".repeat(100_000);
    let set = cmd("SET").key("big").arg(&value);
    let mut bytes = Vec::new();
    set.encode(&mut bytes);
    let (taken, rest) = bytes.split_at(40_000);
    let script = |clock: &redwire::mock::Clock| {
        let script = Script::with_clock(clock.clone()).expect(get("a")).expect(taken);
        let script = script
            .reply(format!("$200000\r\n{}\r\n", "y".repeat(200_000)))
            .block_writes();
        vec![
            script
                .expect(rest)
                .reply("+OK\r\n")
                .expect(get("b"))
                .reply("$1\r\nb\r\n"),
        ]
    };
    crate::stage::each(&plain(), script, |client, _, _| {
        let answers = client.all(&[get("a"), set.clone()]);
        assert_eq!(answers[0].len(), 200_002);
        assert_eq!(answers[1], "+OK");
        assert_eq!(client.said(get("b")), "\"b\"");
    });
}

#[test]
fn trap_the_task_ends_with_its_runtime_while_calls_wait() {
    let (client, exec) = with_letters(Tasks::Own, &plain());
    for round in 0..3 {
        let mut calls = ["a", "b", "c"].map(|key| client.get::<String>(key));
        for call in &mut calls {
            assert!(poll_once(call).is_pending());
        }
        assert_eq!(exec.tasks(), 1, "round {round}");
        exec.kill_tasks();
        let answers = exec.run(join_all(calls));
        assert_eq!(
            answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(),
            ["a", "b", "c"]
        );
    }
}

/// Says yes and drops the task, as a runtime does that is being shut down.
#[derive(Default)]
struct ShuttingDown(AtomicUsize);

impl Spawner for ShuttingDown {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        drop(task);
        true
    }
}

#[test]
fn trap_the_runtime_takes_the_task_and_drops_it_at_once() {
    let exec = Exec::new();
    let spawner = Arc::new(ShuttingDown::default());
    let clock = Arc::new(exec.clock().clone());
    let client = AsyncClient::with_runtime(plain(), Arc::new(Server::new()), clock, Some(spawner.clone())).unwrap();
    exec.run(client.set("a", "a")).unwrap();
    for _ in 0..3 {
        let answers = exec.run(join_all(["a", "a", "a"].map(|key| client.get::<String>(key))));
        assert_eq!(answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(), ["a"; 3]);
    }
    let asked = spawner.0.load(Ordering::Relaxed);
    assert!((1..=3).contains(&asked), "asked {asked} times for the task");
}

#[test]
fn trap_the_last_client_is_dropped_with_a_task_running() {
    let (client, exec) = with_letters(Tasks::Own, &plain());
    let answers = exec.run(join_all(["a", "b"].map(|key| client.get::<String>(key))));
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(exec.tasks(), 1);
    drop(client);
    exec.settle();
    assert_eq!(exec.tasks(), 0, "the task outlives the client");
}

#[test]
fn trap_a_call_is_polled_by_another_task_than_before() {
    for tasks in BOTH {
        let (client, exec) = with_letters(tasks, &plain());
        let client: &'static AsyncClient = Box::leak(Box::new(client));
        let mut calls = ["a", "b"].map(|key| client.get::<String>(key));
        for call in &mut calls {
            assert!(poll_once(call).is_pending());
        }
        // Moved to tasks of their own, they are woken there.
        let moved: Vec<_> = calls.into_iter().map(|call| exec.start(call)).collect();
        let answers = exec.run(join_all(moved));
        assert_eq!(answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(), ["a", "b"]);
    }
}

#[test]
fn trap_overload_fails_at_once_if_that_is_wanted() {
    for tasks in BOTH {
        let config = plain().with_memory_budget(1000).with_overload(Overload::Fail);
        let big = "x".repeat(5000);
        let exec = Exec::new();
        let slow = script(exec.clock())
            .expect(cmd("SET").key("big").arg(&big))
            .stall(ms(5))
            .reply("+OK\r\n")
            .expect(cmd("GET").key("a"))
            .reply(bulk("a"));
        let client = tasks.client(&exec, &config, Scripts::new(exec.clock(), [slow]));
        let mut first = client.set("big", &big);
        assert!(poll_once(&mut first).is_pending());
        let error = exec.run(text(&client, "a")).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Overloaded, Outcome::NotSent)
        );
        assert_eq!(exec.elapsed(), ms(0));
        exec.run(first).unwrap();
        assert_eq!(exec.run(text(&client, "a")).unwrap(), "a");
    }
}
