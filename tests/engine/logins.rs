//! Credentials that are asked for: at each connect, and again on live connections when they have changed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use redwire::command::{Executor, Request};
use redwire::mock::{Clock, Script};
use redwire::resp::Reply;
use redwire::transport::BoxFuture;
use redwire::{Config, Credentials, CredentialsProvider, Error, ErrorKind, Outcome, RetryPolicy, cmd};

use crate::stage::{BOTH, Exec, Scripts, assert_error, bulk, describe, each, get, ms, plain, script};

/// What a [`Rotating`] says when it is asked.
#[derive(Clone, Copy)]
enum Says {
    Password(&'static str),
    NotNow,
    /// Nothing, ever.
    Silence,
}

/// Credentials of `app` that a test changes.
struct Rotating(Mutex<(u64, Says)>);

impl Rotating {
    fn new() -> Arc<Self> {
        Arc::new(Rotating(Mutex::new((0, Says::Silence))))
    }

    fn set(&self, generation: u64, says: Says) {
        *self.0.lock().unwrap() = (generation, says);
    }
}

impl CredentialsProvider for Rotating {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, Error>> {
        let says = self.0.lock().unwrap().1;
        Box::pin(async move {
            match says {
                Says::Password(password) => Ok(Credentials::user("app", password)),
                Says::NotNow => Err(Error::invalid_argument("the vault is sealed")),
                Says::Silence => std::future::pending().await,
            }
        })
    }

    fn generation(&self) -> u64 {
        self.0.lock().unwrap().0
    }
}

fn asking(provider: &Arc<Rotating>) -> Config {
    plain()
        .with_credentials_provider(provider.clone())
        .with_connect_timeout(ms(300))
}

fn auth(password: &str) -> Request {
    cmd("AUTH").arg(("app", password))
}

/// A script that begins with this login.
fn logged_in(clock: &Clock, password: &str) -> Script {
    script(clock).expect(auth(password)).reply("+OK\r\n")
}

#[test]
fn a_provider_is_asked_at_each_connect_and_its_password_is_masked() {
    let provider = Rotating::new();
    each(
        &asking(&provider),
        |clock| {
            let first = logged_in(clock, "first").expect(get("a")).reply("-ERR first first\r\n");
            vec![
                first.close(),
                logged_in(clock, "second").expect(get("a")).reply(bulk("1")),
            ]
        },
        |client, _, clock| {
            provider.set(0, Says::Password("first"));
            let error = client.one(get("a")).unwrap_err();
            assert_eq!(error.to_string(), "ERR *** ***");
            // The same generation: live connections stay as they are, new ones ask.
            provider.set(0, Says::Password("second"));
            client.pass(ms(50), clock);
            assert_eq!(client.said(get("a")), "\"1\"");
        },
    );
}

#[test]
fn live_connections_log_in_again_before_their_next_command() {
    let provider = Rotating::new();
    each(
        &asking(&provider),
        |clock| {
            let script = logged_in(clock, "first").expect(get("a")).reply(bulk("1"));
            // The answer to AUTH is awaited in its place, not before the command is sent.
            let script = script.expect(auth("second")).expect(get("b"));
            let script = script
                .reply("+OK\r\n")
                .reply(bulk("2"))
                .expect(get("c"))
                .reply(bulk("3"));
            let script = script.expect(auth("third")).expect(get("d")).expect(get("e"));
            vec![script.reply("+OK\r\n").reply(bulk("4")).reply(bulk("5"))]
        },
        |client, _, _| {
            provider.set(7, Says::Password("first"));
            assert_eq!(client.said(get("a")), "\"1\"");
            provider.set(8, Says::Password("second"));
            assert_eq!(client.said(get("b")), "\"2\"");
            assert_eq!(client.said(get("c")), "\"3\"");
            provider.set(9, Says::Password("third"));
            assert_eq!(client.all(&[get("d"), get("e")]), ["\"4\"", "\"5\""]);
        },
    );
}

#[test]
fn a_connection_whose_new_login_is_refused_is_lost() {
    let provider = Rotating::new();
    each(
        &asking(&provider),
        |clock| {
            let script = logged_in(clock, "first").expect(get("a")).reply(bulk("1"));
            let script = script.expect(auth("second")).expect(get("b"));
            vec![
                script.reply("-WRONGPASS not second\r\n"),
                logged_in(clock, "third").expect(get("c")).reply(bulk("3")),
            ]
        },
        |client, scripts, clock| {
            provider.set(0, Says::Password("first"));
            assert_eq!(client.said(get("a")), "\"1\"");
            provider.set(1, Says::Password("second"));
            let refused = client.one(get("b")).unwrap_err();
            assert_error(&refused, ErrorKind::Authentication, Outcome::MaybeExecuted);
            assert!(refused.to_string().contains("not ***"), "{refused}");
            provider.set(2, Says::Password("third"));
            client.pass(ms(6000), clock);
            assert_eq!(client.said(get("c")), "\"3\"");
            assert_eq!(scripts.dials().len(), 2);
        },
    );
}

#[test]
fn without_credentials_nothing_is_dialed() {
    let provider = Rotating::new();
    let config = asking(&provider).with_retry(RetryPolicy::none());
    each(
        &config,
        |clock| vec![logged_in(clock, "first").expect(get("a")).reply(bulk("1"))],
        |client, scripts, clock| {
            provider.set(0, Says::NotNow);
            let error = client.one(get("a")).unwrap_err();
            assert_error(&error, ErrorKind::InvalidArgument, Outcome::NotSent);
            assert_eq!(error.to_string(), "the vault is sealed");
            provider.set(0, Says::Silence);
            client.pass(ms(6000), clock);
            let error = client.one(get("a")).unwrap_err();
            assert_error(&error, ErrorKind::Timeout, Outcome::NotSent);
            assert!(scripts.dials().is_empty());
            provider.set(0, Says::Password("first"));
            client.pass(ms(6000), clock);
            assert_eq!(client.said(get("a")), "\"1\"");
        },
    );
}

#[test]
fn a_live_connection_that_gets_no_new_credentials_is_lost() {
    for says in [Says::NotNow, Says::Silence] {
        let provider = Rotating::new();
        let config = asking(&provider).with_retry(RetryPolicy::none());
        each(
            &config,
            |clock| {
                vec![
                    logged_in(clock, "first").expect(get("a")).reply(bulk("1")).close(),
                    logged_in(clock, "third").expect(get("c")).reply(bulk("3")),
                ]
            },
            |client, _, clock| {
                provider.set(0, Says::Password("first"));
                assert_eq!(client.said(get("a")), "\"1\"");
                provider.set(1, says);
                let before = redwire::transport::Clock::now(clock);
                let error = client.one(get("b")).unwrap_err();
                let took = redwire::transport::Clock::now(clock) - before;
                assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
                match says {
                    Says::Silence => {
                        assert_eq!(error.kind(), ErrorKind::Timeout);
                        assert!((ms(300)..ms(400)).contains(&took), "{took:?}");
                    }
                    _ => assert_eq!((error.kind(), took), (ErrorKind::InvalidArgument, Duration::ZERO)),
                }
                provider.set(2, Says::Password("third"));
                client.pass(ms(6000), clock);
                assert_eq!(client.said(get("c")), "\"3\"");
            },
        );
    }
}

#[test]
fn calls_that_wait_for_credentials_end_by_their_own_deadline() {
    let provider = Rotating::new();
    let config = asking(&provider)
        .with_connect_timeout(ms(60_000))
        .with_response_timeout(ms(200))
        .with_retry(RetryPolicy::none());
    each(
        &config,
        |clock| vec![logged_in(clock, "first").expect(get("a")).reply(bulk("1")).close()],
        |client, _, _| {
            provider.set(0, Says::Password("first"));
            assert_eq!(client.said(get("a")), "\"1\"");
            provider.set(1, Says::Silence);
            let error = client.one(get("b")).unwrap_err();
            assert_error(&error, ErrorKind::Timeout, Outcome::NotSent);
            assert_eq!(client.all(&[get("c")]), ["Timeout NotSent"]);
        },
    );
}

const TRANSACTION: &str = "+OK\r\n+QUEUED\r\n*1\r\n:1\r\n";

/// MULTI, a change of the password, INCR, EXEC, GET: AUTH would be one of the queued commands.
fn transaction(clock: &Clock) -> Vec<Script> {
    let script = logged_in(clock, "first").expect(cmd("MULTI")).reply(&TRANSACTION[..5]);
    let script = script.expect(cmd("INCR").key("n")).reply(&TRANSACTION[5..14]);
    let script = script.expect(cmd("EXEC")).reply(&TRANSACTION[14..]);
    let script = script.expect(auth("second")).expect(get("n"));
    vec![script.reply("+OK\r\n").reply(bulk("1"))]
}

#[test]
fn an_open_transaction_is_finished_before_its_connection_logs_in_again() {
    let provider = Rotating::new();
    let config = asking(&provider);
    let requests = [cmd("MULTI"), cmd("INCR").key("n"), cmd("EXEC"), get("n")];
    let expected = ["+OK", "+QUEUED", "[1]", "\"1\""];
    let set = |at: usize| {
        provider.set(
            at.min(1) as u64,
            Says::Password(if at == 0 { "first" } else { "second" }),
        );
    };

    let clock = Clock::new();
    let scripts = Scripts::new(&clock, transaction(&clock));
    let pool = redwire::blocking::Pool::with_clock(&config, scripts.clone(), Arc::new(clock)).unwrap();
    set(0);
    let connection = pool.client().exclusive().unwrap();
    for (at, (request, expected)) in requests.iter().zip(expected).enumerate() {
        set(at);
        let said = connection.run(request.clone().returns::<Reply>());
        assert_eq!(describe(&said), expected);
    }
    drop((connection, pool));
    scripts.finish();

    for tasks in BOTH {
        let exec = Exec::new();
        let scripts = Scripts::new(exec.clock(), transaction(exec.clock()));
        let client = tasks.client(&exec, &config, scripts.clone());
        set(0);
        let connection = exec.run(client.exclusive()).unwrap();
        for (at, (request, expected)) in requests.iter().zip(expected).enumerate() {
            set(at);
            let said = exec.run(connection.run(request.clone().returns::<Reply>()));
            assert_eq!(describe(&said), expected);
        }
        drop((connection, client));
        exec.kill_tasks();
        scripts.finish();
    }
}

/// Whoever polled the provider first may be gone when it answers.
#[test]
fn a_call_that_is_dropped_while_it_waits_for_credentials_leaves_the_others_waiting_well() {
    use std::task::Waker;

    /// Answers once it is told to.
    #[derive(Default)]
    struct Slow(Arc<Mutex<(u64, bool, Vec<Waker>)>>);

    impl CredentialsProvider for Slow {
        fn credentials(&self) -> BoxFuture<'static, Result<Credentials, Error>> {
            let state = self.0.clone();
            Box::pin(std::future::poll_fn(move |cx| {
                let mut state = state.lock().unwrap();
                if state.1 {
                    let password = if state.0 == 0 { "first" } else { "second" };
                    return std::task::Poll::Ready(Ok(Credentials::user("app", password)));
                }
                state.2.push(cx.waker().clone());
                std::task::Poll::Pending
            }))
        }

        fn generation(&self) -> u64 {
            self.0.lock().unwrap().0
        }
    }

    for tasks in BOTH {
        let provider = Arc::new(Slow::default());
        let exec = Exec::new();
        let script = logged_in(exec.clock(), "first").expect(get("a")).reply(bulk("1"));
        let script = script.expect(auth("second")).expect(get("b")).expect(get("c"));
        let scripts = Scripts::new(
            exec.clock(),
            [script.reply("+OK\r\n").reply(bulk("2")).reply(bulk("3"))],
        );
        let config = plain().with_credentials_provider(provider.clone());
        let client = tasks.client(&exec, &config, scripts.clone());
        let one = |key: &'static str| {
            let client = client.clone();
            async move { describe(&client.run(get(key).returns::<Reply>()).await) }
        };
        provider.0.lock().unwrap().1 = true;
        assert_eq!(exec.run(one("a")), "\"1\"");

        *provider.0.lock().unwrap() = (1, false, Vec::new());
        let mut dropped = Box::pin(one("x"));
        assert!(crate::stage::poll_once(&mut dropped).is_pending());
        let (b, c) = (exec.start(one("b")), exec.start(one("c")));
        exec.settle();
        drop(dropped);
        let wakers = {
            let mut state = provider.0.lock().unwrap();
            state.1 = true;
            std::mem::take(&mut state.2)
        };
        wakers.into_iter().for_each(Waker::wake);
        assert_eq!((exec.run(b), exec.run(c)), ("\"2\"".into(), "\"3\"".into()));
        drop(client);
        exec.kill_tasks();
        scripts.finish();
    }
}

#[test]
fn t39_names_in_hand_made_settings_are_refused_before_anything_is_sent() {
    use redwire::connection::Settings;

    for wrong in ["two words", "line\r\nbreak"] {
        let settings = Settings::new().client_name(wrong);
        let script = Script::new();
        let client = script.blocking_client(settings.clone());
        let error = client.run(get("a").returns::<Reply>()).unwrap_err();
        assert_error(&error, ErrorKind::Config, Outcome::NotSent);
        let again = Script::new();
        let client = again.tokio_client(settings.clone());
        let exec = Exec::new();
        let error = exec.run(client.run(get("a").returns::<Reply>())).unwrap_err();
        assert_error(&error, ErrorKind::Config, Outcome::NotSent);
        assert_eq!((script.calls(), again.calls()), (0, 0));

        let server = redwire::mock::Server::new().with_settings(settings);
        let pool = server.blocking_pool(&Config::new());
        let error = pool.client().run(get("a").returns::<Reply>()).unwrap_err();
        assert_error(&error, ErrorKind::Config, Outcome::NotSent);
        let client: redwire::tokio::Client = server.async_client_with(&Config::new());
        let error = exec.run(client.run(get("a").returns::<Reply>())).unwrap_err();
        assert_error(&error, ErrorKind::Config, Outcome::NotSent);
    }
}
