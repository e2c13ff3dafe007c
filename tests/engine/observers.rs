//! What an observer is told of the connections, of which kind they may be, and that it may use the client.

use std::sync::{Arc, Mutex, OnceLock};

use redwire::command::Executor;
use redwire::mock::Clock;
use redwire::resp::Reply;
use redwire::{Config, ConnectionEvent, Credentials, Observer, RetryPolicy, cmd};

use crate::stage::{AsyncClient, BOTH, Exec, Scripts, bulk, each, get, ms, plain, script};

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Observer for Log {
    fn observe(&self, event: &ConnectionEvent) {
        let line = match event {
            ConnectionEvent::Connected {
                peer, epoch, protocol, ..
            } => format!("connected {epoch} {peer} {protocol:?}"),
            ConnectionEvent::Lost { peer, epoch, why, .. } => format!("lost {epoch} {peer} {:?}", why.kind()),
            ConnectionEvent::DialFailed {
                peer, why, retry_in, ..
            } => {
                assert!(!retry_in.is_zero());
                format!("failed {peer} {why}")
            }
            _ => "something new".into(),
        };
        assert!(!format!("{event:?}").contains("hunter2"));
        self.0.lock().unwrap().push(line);
    }
}

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn watched(log: &Log) -> Config {
    plain().with_observer(Arc::new(log.clone()))
}

#[test]
fn connections_that_come_and_go_are_told() {
    let log = Log::default();
    each(
        &watched(&log),
        |clock| {
            let first = script(clock).expect(get("a")).reply(bulk("1")).close();
            vec![first, script(clock).expect(get("b")).reply(bulk("2"))]
        },
        |client, _, clock| {
            assert!(log.take().is_empty());
            client.said(get("a"));
            assert_eq!(log.take(), ["connected 0 localhost:6379 Resp2"]);
            client.pass(ms(50), clock);
            client.said(get("b"));
            assert_eq!(
                log.take(),
                ["lost 0 localhost:6379 Closed", "connected 1 localhost:6379 Resp2"]
            );
        },
    );
    assert!(log.take().is_empty());
}

#[test]
fn connections_that_break_under_a_command_are_told() {
    let log = Log::default();
    each(
        &watched(&log),
        |clock| {
            vec![
                script(clock).expect(get("a")).reset(),
                script(clock).expect(get("a")).reply(bulk("2")),
            ]
        },
        |client, _, _| {
            assert_eq!(client.said(get("a")), "\"2\"");
            let told = log.take();
            assert_eq!(told.len(), 3, "{told:?}");
            assert!(
                told[1].starts_with("lost 0 ") && told[2].starts_with("connected 1 "),
                "{told:?}"
            );
        },
    );
}

#[test]
fn connections_that_cannot_be_made_are_told() {
    let log = Log::default();
    let config = watched(&log)
        .with_retry(RetryPolicy::none())
        .with_credentials(Credentials::password("hunter2"));
    each(
        &config,
        |clock| {
            let auth = cmd("AUTH").arg("hunter2");
            vec![script(clock).expect(auth).reply("-WRONGPASS not hunter2\r\n")]
        },
        |client, _, clock| {
            client.said(get("a"));
            assert_eq!(
                log.take(),
                ["failed localhost:6379 WRONGPASS not *** (the command was not sent)"]
            );
            client.pass(ms(6000), clock);
            client.said(get("a"));
            let told = log.take();
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].contains("nobody is there"), "{told:?}");
        },
    );
}

#[test]
fn exclusive_connections_are_counted_with_the_others() {
    let log = Log::default();
    let scripts = |clock: &Clock| {
        vec![
            script(clock).expect(get("a")).reply(bulk("1")),
            script(clock).expect(get("b")).close(),
        ]
    };
    for tasks in BOTH {
        let exec = Exec::new();
        let scripts = Scripts::new(exec.clock(), scripts(exec.clock()));
        let client = tasks.client(&exec, &watched(&log), scripts.clone());
        exec.run(client.run(get("a").returns::<Reply>())).unwrap();
        let connection = exec.run(client.exclusive()).unwrap();
        assert_eq!(
            log.take(),
            ["connected 0 localhost:6379 Resp2", "connected 1 localhost:6379 Resp2"]
        );
        exec.run(connection.run(get("b").returns::<Reply>())).unwrap_err();
        assert!(log.take().is_empty());
        drop(connection);
        assert_eq!(log.take(), ["lost 1 localhost:6379 Closed"]);
        drop(client);
        exec.kill_tasks();
        scripts.finish();
        assert!(log.take().is_empty());
    }
}

/// It would wait for itself for ever if a lock were held.
#[test]
fn an_observer_may_use_the_client() {
    let client: Arc<OnceLock<AsyncClient>> = Arc::default();
    let (of_observer, count) = (client.clone(), Arc::new(Mutex::new(0)));
    let counted = count.clone();
    let config = plain().with_observer(Arc::new(move |event: &ConnectionEvent| {
        let client = of_observer.get().unwrap();
        assert!(client.pool_stats().lent <= 1);
        if let ConnectionEvent::Lost { .. } = event {
            client.disconnect();
        }
        *counted.lock().unwrap() += 1;
    }));
    let exec = Exec::new();
    let make = |clock: &Clock| {
        let first = script(clock).expect(get("a")).reply(bulk("1")).close();
        [first, script(clock).expect(get("a")).reply(bulk("2"))]
    };
    let exclusive = script(exec.clock()).expect(get("b")).close();
    let scripts = Scripts::new(exec.clock(), make(exec.clock()).into_iter().chain([exclusive]));
    let made = BOTH[0].client(&exec, &config, scripts.clone());
    client.set(made.clone()).ok().unwrap();
    for _ in 0..2 {
        exec.run(made.run(get("a").returns::<Reply>())).unwrap();
        exec.pass(ms(50));
    }
    let connection = exec.run(made.exclusive()).unwrap();
    exec.run(connection.run(get("b").returns::<Reply>())).unwrap_err();
    drop(connection);
    exec.kill_tasks();

    let clock = Clock::new();
    let pool: Arc<OnceLock<redwire::blocking::Pool>> = Arc::default();
    let (of_observer, counted) = (pool.clone(), count.clone());
    let config = plain().with_observer(Arc::new(move |_: &ConnectionEvent| {
        let pool = of_observer.get().unwrap();
        assert!(pool.stats().lent <= 1);
        pool.evict();
        *counted.lock().unwrap() += 1;
    }));
    let blocking = Scripts::new(&clock, make(&clock));
    let made = redwire::blocking::Pool::with_clock(&config, blocking.clone(), Arc::new(clock.clone())).unwrap();
    pool.set(made.clone()).ok().unwrap();
    for _ in 0..2 {
        made.client().run(get("a").returns::<Reply>()).unwrap();
        clock.advance(ms(50));
    }
    // Three connections and three losses, of which the last is the observer's doing; two connections and one loss.
    assert_eq!(*count.lock().unwrap(), 6 + 3);
}
