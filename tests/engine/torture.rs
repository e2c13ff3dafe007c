//! S12: the n-th call of the network fails, for every n. Whatever that hits, replies go to whom they are for, the server
//! holds what was acknowledged and no more than what may have been executed, and the client works again by itself.

use std::sync::Arc;

use redwire::blocking::Pool;
use redwire::command::Executor;
use redwire::mock::Server;
use redwire::prelude::*;
use redwire::resp::Value;
use redwire::{Backoff, Config, PoolOptions, Protocol};

use crate::net::Net;
use crate::stage::{AsyncClient, BOTH, Exec, join_all, ms, plain};

/// What is known of one counter.
#[derive(Debug, Default)]
struct Ledger {
    acknowledged: i64,
    in_doubt: i64,
    failures: usize,
}

impl Ledger {
    fn note<T>(&mut self, increments: i64, answer: &Result<T, Error>) {
        match answer {
            Ok(_) => self.acknowledged += increments,
            Err(error) => {
                assert!(
                    matches!(
                        error.kind(),
                        ErrorKind::Transport | ErrorKind::Closed | ErrorKind::WatchLost
                    ),
                    "{error}"
                );
                self.failures += 1;
                if error.outcome() == Outcome::MaybeExecuted {
                    self.in_doubt += increments;
                }
            }
        }
    }

    fn assert_matches(&self, counter: Option<i64>, what: &str) {
        let counter = counter.unwrap_or(0);
        let most = self.acknowledged + self.in_doubt;
        assert!(
            self.acknowledged <= counter && counter <= most,
            "{what}: {counter} in the server, {self:?}"
        );
        // One failure of the network is at most one failed call, or one batch of calls on their way together.
        assert!(self.failures <= 4, "{what}: {self:?}");
    }
}

fn config(protocol: Protocol) -> Config {
    plain()
        .with_protocol(protocol)
        .with_backoff(Backoff::new().with_base(ms(1)).with_cap(ms(1)))
        .with_pool(PoolOptions::new().with_max_connections(2))
}

/// A bit of everything, one after the other and side by side.
async fn work(client: &AsyncClient) -> Ledger {
    let mut ledger = Ledger::default();
    for turn in 0..3 {
        ledger.note(1, &client.incr("n").await);
        let tag = format!("echo {turn}");
        let echo: Result<String, Error> = client.run(cmd("ECHO").arg(&tag).read_only().returns()).await;
        ledger.note(0, &echo);
        assert!(echo.is_err() || echo.is_ok_and(|echo| echo == tag));
    }
    for answer in join_all((0..3).map(|_| client.incr("n"))).await {
        ledger.note(1, &answer);
    }
    ledger.note(2, &client.pipeline().incr("n").incr("n").execute().await);
    ledger.note(0, &watched(client).await);
    ledger.note(1, &client.incr("n").await);
    ledger
}

/// A transaction that reads, and writes elsewhere, on a connection of its own.
async fn watched(client: &AsyncClient) -> Result<(), Error> {
    let connection = client.exclusive().await?;
    connection.execute(cmd("WATCH").key("n")).await?;
    let n: Option<i64> = connection.get("n").await?;
    connection.execute(cmd("MULTI")).await?;
    connection.execute(cmd("SET").key("copy").arg(n.unwrap_or(0))).await?;
    assert_ne!(
        connection.execute(cmd("EXEC")).await?,
        Value::Null,
        "nobody else writes"
    );
    Ok(())
}

#[test]
fn s12_whichever_call_of_the_network_fails_an_async_client_goes_on() {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        for tasks in BOTH {
            let mut n = 1;
            loop {
                let server = Server::new();
                let exec = Exec::around(&server);
                let net = Net::new(&server);
                let client = tasks.client(&exec, &config(protocol), net.clone());
                net.fail_call(n);
                let ledger = exec.run(work(&client));
                let what = format!("{protocol:?}, {tasks:?}, call {n}");
                ledger.assert_matches(server.blocking_client().get("n").unwrap(), &what);
                let over = net.calls() < n;
                net.fail_call(usize::MAX);
                exec.run(client.incr("after")).unwrap();
                let stats = client.pool_stats();
                assert_eq!((stats.lent, stats.waiting), (0, 0), "{what}");
                if over {
                    break;
                }
                n += 1;
            }
            assert!(n > 30, "{n} calls");
        }
    }
}

#[test]
fn s12_whichever_call_of_the_network_fails_a_blocking_client_goes_on() {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let mut n = 1;
        loop {
            let server = Server::new();
            let net = Net::new(&server);
            let pool = Pool::with_clock(config(protocol), net.clone(), Arc::new(server.clock().clone())).unwrap();
            let client = pool.client();
            net.fail_call(n);
            let mut ledger = Ledger::default();
            for turn in 0..3 {
                ledger.note(1, &client.incr("n"));
                let tag = format!("echo {turn}");
                let echo: Result<String, Error> = client.run(cmd("ECHO").arg(&tag).read_only().returns());
                ledger.note(0, &echo);
                assert!(echo.is_err() || echo.is_ok_and(|echo| echo == tag));
            }
            ledger.note(2, &client.pipeline().incr("n").incr("n").execute());
            let watched = || -> Result<(), Error> {
                let connection = client.exclusive()?;
                connection.execute(cmd("WATCH").key("n"))?;
                let n: Option<i64> = connection.get("n")?;
                connection.execute(cmd("MULTI"))?;
                connection.execute(cmd("SET").key("copy").arg(n.unwrap_or(0)))?;
                assert_ne!(connection.execute(cmd("EXEC"))?, Value::Null, "nobody else writes");
                Ok(())
            };
            ledger.note(0, &watched());
            ledger.note(1, &client.incr("n"));
            let what = format!("{protocol:?}, call {n}");
            ledger.assert_matches(server.blocking_client().get("n").unwrap(), &what);
            let over = net.calls() < n;
            net.fail_call(usize::MAX);
            client.incr("after").unwrap();
            assert_eq!((pool.stats().lent, net.open()), (0, pool.stats().idle), "{what}");
            if over {
                break;
            }
            n += 1;
        }
        assert!(n > 20, "{n} calls");
    }
}
