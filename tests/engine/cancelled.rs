//! T19, T24: a call that is given up at any byte leaves everybody else's replies where they belong, and never half of a
//! transaction behind.

use std::time::Duration;

use redwire::command::{Executor, Request};
use redwire::mock::Server;
use redwire::prelude::*;
use redwire::{Config, RetryPolicy};

use crate::net::Net;
use crate::stage::{AsyncClient, BOTH, Exec, Tasks, get, incr, join_all, ms, plain, poll_once};

struct Show {
    exec: Exec,
    net: Net,
    client: AsyncClient,
    server: Server,
}

impl Show {
    fn new(tasks: Tasks, config: &Config) -> Self {
        let exec = Exec::new();
        let server = Server::new();
        let net = Net::new(&server);
        let client = tasks.client(&exec, config, net.clone());
        let show = Show {
            exec,
            net,
            client,
            server,
        };
        for key in ["a", "b", "c"] {
            show.exec.run(show.client.set(key, key)).unwrap();
        }
        show
    }

    fn number(&self) -> i64 {
        let number: Option<i64> = self.server.blocking_client().get("n").unwrap();
        number.unwrap_or(0)
    }

    /// Others get what is theirs, on the connection there was.
    fn assert_well(&self, at: usize) {
        let answers = self
            .exec
            .run(join_all(["a", "b", "c"].map(|key| self.client.get::<String>(key))));
        let answers: Vec<String> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, ["a", "b", "c"], "after byte {at}");
        assert_eq!(self.net.opened(), 1, "after byte {at}");
    }
}

fn length(request: &Request) -> usize {
    let mut bytes = Vec::new();
    request.encode(&mut bytes);
    bytes.len()
}

#[test]
fn t19_a_call_dropped_at_any_byte_is_run_if_a_byte_was_written() {
    let end = length(&incr("n"));
    for tasks in BOTH {
        let show = Show::new(tasks, &plain());
        for cut in 0..=end {
            for others in [false, true] {
                let before = show.number();
                show.net.allow(cut);
                let mut call = show.client.run(incr("n").returns::<i64>());
                let mut other = show.client.get::<String>("b");
                assert!(poll_once(&mut call).is_pending());
                if others {
                    assert!(poll_once(&mut other).is_pending());
                }
                show.exec.settle();
                drop(call);
                show.net.allow(usize::MAX);
                assert_eq!(show.exec.run(other).unwrap(), "b");
                show.assert_well(cut);
                assert_eq!(
                    show.number() - before,
                    i64::from(cut > 0),
                    "{tasks:?}, dropped after byte {cut}"
                );
            }
        }
    }
}

#[test]
fn t19_a_call_dropped_before_it_was_polled_is_never_sent() {
    for tasks in BOTH {
        let show = Show::new(tasks, &plain());
        drop(show.client.run(incr("n").returns::<i64>()));
        show.assert_well(0);
        assert_eq!(show.number(), 0);
    }
}

#[test]
fn t19_a_call_dropped_with_its_answer_there_changes_nothing() {
    for tasks in BOTH {
        let show = Show::new(tasks, &plain());
        let mut call = show.client.run(incr("n").returns::<i64>());
        let mut other = show.client.get::<String>("b");
        assert!(poll_once(&mut call).is_pending());
        assert!(poll_once(&mut other).is_pending());
        assert_eq!(show.exec.run(other).unwrap(), "b");
        drop(call);
        show.assert_well(0);
        assert_eq!(show.number(), 1);
    }
}

/// MULTI, two increments, EXEC.
fn transaction(client: &AsyncClient) -> impl Future<Output = Result<(i64, i64), Error>> + Unpin {
    client.pipeline().incr("n").incr("n").execute()
}

fn length_of_transaction() -> usize {
    let requests = [cmd("MULTI"), incr("n"), incr("n"), cmd("EXEC")];
    requests.iter().map(length).sum()
}

#[test]
fn t24_a_transaction_dropped_at_any_byte_runs_whole_or_not_at_all() {
    for tasks in BOTH {
        let show = Show::new(tasks, &plain());
        for cut in 0..=length_of_transaction() {
            let before = show.number();
            show.net.allow(cut);
            let mut call = transaction(&show.client);
            assert!(poll_once(&mut call).is_pending());
            show.exec.settle();
            drop(call);
            show.net.allow(usize::MAX);
            show.assert_well(cut);
            let ran = show.number() - before;
            assert_eq!(ran, if cut > 0 { 2 } else { 0 }, "{tasks:?}, dropped after byte {cut}");
        }
    }
}

#[test]
fn t24_a_transaction_whose_deadline_passes_at_any_byte_runs_whole_or_not_at_all() {
    let config = plain()
        .with_response_timeout(ms(1000))
        .with_liveness(None)
        .with_retry(RetryPolicy::none());
    for tasks in BOTH {
        let show = Show::new(tasks, &config);
        for cut in 0..length_of_transaction() {
            let before = show.number();
            show.net.allow(cut);
            let error = show.exec.run(transaction(&show.client)).unwrap_err();
            let outcome = if cut > 0 {
                Outcome::MaybeExecuted
            } else {
                Outcome::NotSent
            };
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, outcome));
            show.net.allow(usize::MAX);
            show.assert_well(cut);
            let ran = show.number() - before;
            assert_eq!(ran, if cut > 0 { 2 } else { 0 }, "{tasks:?}, too late after byte {cut}");
        }
    }
}

#[test]
fn t24_a_transaction_interrupted_at_any_byte_is_never_continued_on_another_connection() {
    let config = plain().with_retry(RetryPolicy::none());
    for cut in 0..length_of_transaction() {
        for tasks in BOTH {
            let show = Show::new(tasks, &config);
            show.exec.pass(Duration::from_secs(60));
            show.net.allow(cut);
            let mut call = transaction(&show.client);
            assert!(poll_once(&mut call).is_pending());
            show.exec.settle();
            show.net.cut();
            show.net.allow(usize::MAX);
            let error = show.exec.run(call).unwrap_err();
            // Without its EXEC a transaction is not run.
            let outcome = if cut > before_exec() {
                Outcome::MaybeExecuted
            } else {
                Outcome::NotSent
            };
            assert_eq!(error.outcome(), outcome, "{tasks:?}, cut at {cut}: {error}");
            show.net.written();
            assert_eq!(show.exec.run(show.client.get::<String>("a")).unwrap(), "a");
            assert_eq!(show.net.written(), wire(&get("a")), "nothing but the next command");
            assert_eq!(show.number(), 0);
        }
    }
    // The same with one thread's connection.
    for cut in 1..length_of_transaction() {
        let server = Server::new();
        let net = Net::new(&server);
        let pool = redwire::blocking::Pool::with_clock(
            config.clone().with_response_timeout(ms(100)),
            net.clone(),
            std::sync::Arc::new(server.clock().clone()),
        );
        let client = pool.unwrap().client();
        client.set("a", "a").unwrap();
        net.allow(cut);
        let error = client.pipeline().incr("n").incr("n").execute().unwrap_err();
        // The connection is given up, but that is not known when the time is.
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Timeout, Outcome::MaybeExecuted)
        );
        net.allow(usize::MAX);
        net.written();
        assert_eq!(client.get::<String>("a").unwrap(), "a");
        assert_eq!(net.written(), wire(&get("a")), "nothing but the next command");
        assert_eq!(net.open(), 1);
        assert_eq!(server.blocking_client().get::<Option<i64>>("n").unwrap(), None);
    }
}

/// How much of a transaction there is before its EXEC.
fn before_exec() -> usize {
    let mut exec = Vec::new();
    cmd("EXEC").encode(&mut exec);
    length_of_transaction() - exec.len()
}

fn wire(request: &Request) -> String {
    let mut bytes = Vec::new();
    request.encode(&mut bytes);
    bytes.escape_ascii().to_string()
}

#[test]
fn t24_a_transaction_whose_exec_was_not_sent_is_sent_again_whole() {
    for cut in 0..length_of_transaction() {
        for tasks in BOTH {
            let show = Show::new(tasks, &plain());
            show.exec.pass(Duration::from_secs(60));
            show.net.allow(cut);
            let mut call = transaction(&show.client);
            assert!(poll_once(&mut call).is_pending());
            show.exec.settle();
            show.net.cut();
            show.net.allow(usize::MAX);
            let result = show.exec.run(call);
            if cut > before_exec() {
                assert_eq!(result.unwrap_err().outcome(), Outcome::MaybeExecuted, "cut at {cut}");
            } else {
                assert_eq!(result.unwrap(), (1, 2), "{tasks:?}, cut at {cut}");
                assert_eq!(show.net.opened(), 2);
            }
        }
    }
}
