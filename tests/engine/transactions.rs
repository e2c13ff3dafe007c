//! T25, T26 and what other clients got wrong about WATCH: a transaction is tied to one connection, and a connection that
//! is given back remembers nothing of it.

use std::sync::Arc;

use redwire::Config;
use redwire::blocking;
use redwire::command::Executor;
use redwire::mock::Server;
use redwire::prelude::*;
use redwire::resp::{Reply, Value};

use crate::beside::{Stage, one_connection};
use crate::net::Net;
use crate::stage::{BOTH, describe, incr, ms, plain};

fn blocking_stage(config: &Config) -> (blocking::Client, Net, blocking::Client) {
    let server = Server::new();
    let net = Net::new(&server);
    let clock = Arc::new(server.clock().clone());
    let pool = blocking::Pool::with_clock(config.clone(), net.clone(), clock).unwrap();
    (pool.client(), net, server.blocking_client())
}

#[test]
fn t25_nothing_done_discarded_and_failed_inside_are_three_results() {
    let (client, _, bystander) = blocking_stage(&plain());
    let connection = client.exclusive().unwrap();
    let run = |request: redwire::command::Request| connection.run(request.returns::<Reply>());
    run(cmd("WATCH").key("k")).unwrap();
    run(cmd("MULTI")).unwrap();
    run(cmd("SET").key("k").arg(1)).unwrap();
    bystander.set("k", "other").unwrap();
    assert_eq!(
        connection.execute(cmd("EXEC")).unwrap(),
        Value::Null,
        "nothing was done"
    );

    run(cmd("MULTI")).unwrap();
    run(cmd("NOSUCH")).unwrap_err();
    let discarded = connection.execute(cmd("EXEC")).unwrap_err();
    assert_eq!(
        (discarded.code(), discarded.outcome()),
        (Some("EXECABORT"), Outcome::Rejected)
    );

    run(cmd("MULTI")).unwrap();
    run(incr("k")).unwrap();
    run(cmd("SET").key("after").arg(1)).unwrap();
    let inside = run(cmd("EXEC")).unwrap();
    let inside = describe(&Ok(inside));
    assert!(
        inside.contains("ERR value is not an integer") && inside.ends_with("+OK]"),
        "{inside}"
    );
    assert_eq!(bystander.get::<i64>("after").unwrap(), 1);
    drop(connection);

    // The same of pipelines: the whole is refused, or one of them fails.
    let refused = client.pipeline().set("a", "x").run(cmd("NOSUCH").returns::<Value>());
    let refused = refused.execute().unwrap_err();
    assert_eq!(refused.pipeline_position(), Some(2), "{refused}");
    assert_eq!(bystander.get::<Option<String>>("a").unwrap(), None);
    let failed = client
        .pipeline()
        .set("a", "x")
        .incr("a")
        .set("b", "y")
        .execute()
        .unwrap_err();
    assert_eq!(failed.pipeline_position(), Some(2), "{failed}");
    assert_eq!(bystander.get::<String>("b").unwrap(), "y", "the others were run");
}

#[test]
fn t26_a_watch_left_behind_is_gone_for_the_next_user_of_the_connection() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &one_connection());
        stage.exec.run(async {
            let first = stage.client.exclusive().await.unwrap();
            first.execute(cmd("WATCH").key("k")).await.unwrap();
            drop(first);
            stage.bystander.set("k", "other").unwrap();
            let second = stage.client.exclusive().await.unwrap();
            second.execute(cmd("MULTI")).await.unwrap();
            second.execute(incr("n")).await.unwrap();
            assert_eq!(
                second.execute(cmd("EXEC")).await.unwrap(),
                Value::Array(vec![Value::Integer(1)].into()),
                "{tasks:?}: a WATCH of somebody else must not count"
            );
        });
        assert_eq!(stage.net.opened(), 1, "UNWATCH was enough");
    }
    let (client, net, bystander) = blocking_stage(&one_connection());
    client.exclusive().unwrap().execute(cmd("WATCH").key("k")).unwrap();
    bystander.set("k", "other").unwrap();
    let second = client.exclusive().unwrap();
    second.execute(cmd("MULTI")).unwrap();
    second.execute(incr("n")).unwrap();
    assert_ne!(second.execute(cmd("EXEC")).unwrap(), Value::Null);
    assert_eq!(net.opened(), 1);
}

#[test]
fn t26_what_cannot_be_undone_closes_the_connection() {
    for word in ["MULTI", "SELECT 3", "CLIENT SETNAME me", "SUBSCRIBE x"] {
        for tasks in BOTH {
            // RESP3, so that a SUBSCRIBE is possible at all.
            let stage = Stage::new(tasks, &one_connection().with_protocol(redwire::Protocol::Resp3));
            stage.exec.run(async {
                let first = stage.client.exclusive().await.unwrap();
                first.execute(cmd(word)).await.unwrap();
                drop(first);
                assert_eq!(stage.net.open(), 0, "{tasks:?}, {word}");
                let second = stage.client.exclusive().await.unwrap();
                assert_eq!(second.execute(incr("n")).await.unwrap(), Value::Integer(1));
            });
        }
        let (client, net, _) = blocking_stage(&one_connection().with_protocol(redwire::Protocol::Resp3));
        let first = client.exclusive().unwrap();
        first.execute(cmd(word)).unwrap();
        drop(first);
        assert_eq!(net.open(), 0, "{word}");
        assert_eq!(client.incr("n").unwrap(), 1);
    }
}

#[test]
fn t26_a_watch_dropped_half_way_closes_the_connection() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &one_connection());
        stage.exec.run(async {
            let first = stage.client.exclusive().await.unwrap();
            let mut watch = first.execute(cmd("WATCH").key("k"));
            assert!(crate::stage::poll_once(&mut watch).is_pending());
            drop(watch);
            drop(first);
            assert_eq!(stage.net.open(), 0, "a reply is owed: the connection is not clean");
            stage.client.exclusive().await.unwrap();
        });
    }
}

#[test]
fn peers_r18_a_transaction_given_up_by_an_error_leaves_no_watch() {
    fn fails(client: &blocking::Client) -> Result<(), Error> {
        let connection = client.exclusive()?;
        connection.execute(cmd("WATCH").key("k"))?;
        connection.set("k", "text")?;
        connection.incr("k")?;
        unreachable!("INCR of a text fails")
    }
    let (client, net, bystander) = blocking_stage(&one_connection());
    assert_eq!(fails(&client).unwrap_err().kind(), ErrorKind::Server);
    bystander.set("k", "other").unwrap();
    let (n,) = client.pipeline().incr("n").execute().unwrap();
    assert_eq!((n, net.opened()), (1, 1));
}

#[test]
fn peers_r3_watch_is_refused_where_others_use_the_connection_as_well() {
    let (client, net, _) = blocking_stage(&plain());
    for word in [
        "WATCH k",
        "UNWATCH",
        "MULTI",
        "EXEC",
        "DISCARD",
        "SELECT 1",
        "SUBSCRIBE x",
        "MONITOR",
        "CLIENT REPLY OFF",
    ] {
        let error = client.execute(cmd(word)).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::InvalidArgument, Outcome::NotSent),
            "{word}"
        );
        let mut batch = client.batch().non_atomic();
        let _slot = batch.run(cmd(word).returns::<Value>());
        let error = batch.execute().unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{word} in a batch");
    }
    assert_eq!(net.opened(), 0);
    for tasks in BOTH {
        let stage = Stage::new(tasks, &plain());
        for word in ["WATCH k", "MULTI", "SELECT 1", "SUBSCRIBE x", "MONITOR"] {
            let error = stage.exec.run(stage.client.execute(cmd(word))).unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::InvalidArgument, Outcome::NotSent)
            );
        }
        assert_eq!(stage.net.opened(), 0);
    }
}

#[test]
fn peers_r4_a_connection_lost_between_watch_and_exec_never_overwrites_what_others_wrote() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &plain());
        stage.bystander.set("n", 1).unwrap();
        let outcome = stage.exec.run(async {
            let connection = stage.client.exclusive().await.unwrap();
            connection.execute(cmd("WATCH").key("n")).await.unwrap();
            let n: i64 = connection.get("n").await.unwrap();
            stage.net.cut();
            stage.bystander.set("n", 100).unwrap();
            // The pipeline of a careless user, and the commands one by one.
            let error = connection.pipeline().set("n", n + 1).execute().await.unwrap_err();
            assert_ne!(error.outcome(), Outcome::Rejected);
            connection.execute(cmd("MULTI")).await.unwrap_err();
            connection.execute(cmd("SET").key("n").arg(n + 1)).await.unwrap_err();
            connection.execute(cmd("EXEC")).await.unwrap_err()
        });
        assert_eq!(outcome.outcome(), Outcome::NotSent);
        assert_eq!(stage.bystander.get::<i64>("n").unwrap(), 100, "{tasks:?}");
    }
    let (client, net, bystander) = blocking_stage(&plain());
    bystander.set("n", 1).unwrap();
    let connection = client.exclusive().unwrap();
    connection.execute(cmd("WATCH").key("n")).unwrap();
    let n: i64 = connection.get("n").unwrap();
    net.cut();
    bystander.set("n", 100).unwrap();
    connection.pipeline().set("n", n + 1).execute().unwrap_err();
    connection.execute(cmd("EXEC")).unwrap_err();
    drop(connection);
    assert_eq!(bystander.get::<i64>("n").unwrap(), 100);
    assert_eq!(client.incr("n").unwrap(), 101, "the pool has recovered");
}

#[test]
fn peers_675_a_watch_after_an_idle_connection_was_closed_by_the_server_works() {
    for tasks in BOTH {
        let stage = Stage::new(tasks, &one_connection());
        stage.exec.run(async {
            drop(stage.client.exclusive().await.unwrap());
            stage.net.cut();
            stage.exec.sleep(ms(60_000)).await;
            let connection = stage.client.exclusive().await.unwrap();
            connection.execute(cmd("WATCH").key("n")).await.unwrap();
        });
        assert_eq!(stage.net.opened(), 2);
    }
}
