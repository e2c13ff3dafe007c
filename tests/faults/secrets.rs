//! T35, T36, T37: no secret in anything that is printed, whoever says it.

use std::error::Error as StdError;
use std::fmt;

use redwire::command::{Build, Executor, Request};
use redwire::commands::*;
use redwire::connection::{Connection, Settings};
use redwire::mock::{Clock, Script};
use redwire::resp::{Limits, Value};
use redwire::time::Timestamp;
use redwire::{Config, Credentials, Error, ErrorKind, Outcome, cmd};

use crate::clients::{Client, assert_error, each, four, get, plain};

const SECRET: &str = "hunter2";

/// All that can be printed of a thing.
fn prints(thing: &(impl fmt::Debug + ?Sized)) -> String {
    format!("{thing:?} {thing:#?}")
}

/// All that can be printed of an error and of everything behind it.
fn printed(error: &Error) -> String {
    let mut texts = format!("{error} {error:#} {}", prints(error));
    texts += &format!(
        "{:?} {:?}",
        error.code(),
        error.server_error().map(|e| (e.to_string(), e.message()))
    );
    let mut source = error.source();
    while let Some(inner) = source {
        texts += &format!(" {inner} {}", prints(inner));
        source = inner.source();
    }
    let boxed: Box<dyn StdError + Send + Sync> = error.clone().into();
    texts + &prints(&*boxed)
}

fn assert_hidden(text: &str, secret: &str) {
    assert!(!text.contains(secret), "{text}");
    // Nor in the escaped form that Debug gives.
    let escaped = secret.escape_debug().to_string();
    assert!(!text.contains(&escaped), "{text}");
}

fn with_password(secret: &str) -> Settings {
    plain().credentials(Credentials::password(secret))
}

fn login(secret: &str) -> Script {
    Script::new().expect(cmd("AUTH").arg(secret))
}

#[test]
fn t35_a_handshake_error_that_repeats_the_password_prints_stars() {
    for secret in [SECRET, "p\u{e4}ss \"word\"\t", "-ERR", "'"] {
        let refusal = format!("-ERR unknown command 'AUTH', with args beginning with: '{secret}' \r\n");
        each(
            || login(secret).reply(&refusal),
            &with_password(secret),
            |client, _| {
                let error = client.one(get("a")).unwrap_err();
                assert_error(&error, ErrorKind::Server, Outcome::NotSent);
                assert!(error.to_string().contains("***"), "{error}");
                if secret.len() > 1 {
                    assert_hidden(&printed(&error), secret);
                }
                // It is remembered, and repeated without it as well.
                assert!(client.one(get("a")).unwrap_err().to_string().contains("***"));
            },
        );
    }
}

#[test]
fn t35_the_error_of_a_command_that_repeats_the_password_prints_stars() {
    let replies = [
        format!("-ERR {SECRET} and {SECRET}{SECRET} again\r\n"),
        format!(
            "!{}\r\nERR is it\r\n{SECRET}?\r\n",
            "ERR is it\r\n?".len() + SECRET.len()
        ),
        format!("|1\r\n+a\r\n:1\r\n-WRONGTYPE {SECRET}\r\n"),
    ];
    for reply in replies {
        each(
            || login(SECRET).reply("+OK\r\n").expect(get("a")).reply(&reply),
            &with_password(SECRET),
            |client, _| {
                let error = client.one(get("a")).unwrap_err();
                assert_error(&error, ErrorKind::Server, Outcome::Rejected);
                assert!(error.code().is_some_and(|code| ["ERR", "WRONGTYPE"].contains(&code)));
                assert!(error.to_string().contains("***"), "{error}");
                assert_hidden(&printed(&error), SECRET);
            },
        );
    }
}

#[test]
fn t35_an_error_inside_of_a_reply_neither() {
    let reply = format!(
        "*3\r\n:1\r\n-ERR not {SECRET}\r\n%1\r\n+f\r\n*1\r\n!{}\r\nERR {SECRET}\r\n",
        4 + SECRET.len()
    );
    let exchange = || {
        let script = login(SECRET).reply("+OK\r\n").expect(get("a")).reply(&reply);
        script
            .expect(cmd("MULTI"))
            .expect(cmd("INCR").key("n"))
            .expect(cmd("GET").key("k"))
            .expect(cmd("EXEC"))
            .reply(format!(
                "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n-ERR not {SECRET}\r\n"
            ))
    };
    each(exchange, &with_password(SECRET), |client, _| {
        let reply = client.one(get("a")).unwrap();
        assert_eq!(format!("{reply:?}"), "[1, -ERR not ***, {+f: [-ERR ***]}]");
        let value: Value = reply.clone().decode().unwrap();
        assert_hidden(&prints(&value), SECRET);
        let error: Error = reply.decode::<Vec<i64>>().unwrap_err().into();
        assert_hidden(&printed(&error), SECRET);
        let error = match client {
            Client::Blocking(client) => client.pipeline().incr("n").get::<String>("k").execute().unwrap_err(),
            Client::Async(client, clock) => {
                let call = client.pipeline().incr("n").get::<String>("k").execute();
                crate::clients::run(clock, call).unwrap_err()
            }
        };
        assert_eq!(
            error.to_string(),
            "Command # 2 (GET k) of pipeline caused error: ERR not ***"
        );
        assert_hidden(&printed(&error), SECRET);
    });
}

/// Servers cut long arguments short when they repeat them; half a token is too much already.
#[test]
fn t35_a_long_secret_repeated_in_part_prints_stars() {
    let token: String = (0..40).map(|n| format!("T{n:03}")).collect();
    let part = &token[..100];
    let refusal = format!("-ERR unknown command 'AUTH', with args beginning with: '{part}'\r\n");
    each(
        || login(&token).reply(&refusal),
        &with_password(&token),
        |client, _| {
            let error = client.one(get("a")).unwrap_err();
            let text = error.to_string();
            assert!(text.contains("beginning with: '***'"), "{text}");
            assert_hidden(&printed(&error), &token[..16]);
        },
    );
}

/// Commands with secrets of their own: the server may repeat those too.
#[test]
fn t35_the_secret_arguments_of_a_command_print_as_stars_in_its_error() {
    let table: [(Request, &str, &str); 7] = [
        (
            cmd("ACL SETUSER").arg(("alice", "<hunter2")),
            "ERR Error in ACL SETUSER modifier '<hunter2': The password you are trying to remove does not exist: hunter2",
            "ERR Error in ACL SETUSER modifier '<***': The password you are trying to remove does not exist: ***",
        ),
        (
            cmd("ACL SETUSER").arg(("alice", "on", SECRET)),
            "ERR Error in ACL SETUSER modifier 'hunter2': Syntax error",
            "ERR Error in ACL SETUSER modifier '***': Syntax error",
        ),
        (
            cmd("ACL SETUSER").arg(("alice", ">hunter2", "+nonsense")),
            "ERR Error in ACL SETUSER modifier '+nonsense': hunter2? Unknown command",
            "ERR Error in ACL SETUSER modifier '***': ***? Unknown command",
        ),
        (
            cmd("CONFIG SET").arg(("requirepass", SECRET)),
            "ERR unknown command 'CONFIG', with args beginning with: 'SET' 'requirepass' 'hunter2' ",
            "ERR unknown command 'CONFIG', with args beginning with: 'SET' 'requirepass' '***' ",
        ),
        (
            cmd("CONFIG SET").arg(("maxmemory", "1mb", "requirepass", SECRET)),
            "ERR CONFIG SET failed (possibly related to argument 'requirepass') - hunter2 is too short",
            "ERR CONFIG SET failed (possibly related to argument 'requirepass') - *** is too short",
        ),
        (
            cmd("MIGRATE").arg(("host", 6379, "key", 0, 1000, "AUTH", SECRET)),
            "ERR unknown command 'MIGRATE', with args beginning with: 'host' '6379' 'key' '0' '1000' 'AUTH' 'hunter2' ",
            "ERR unknown command 'MIGRATE', with args beginning with: 'host' '6379' 'key' '0' '1000' '***' '***' ",
        ),
        (
            cmd("SENTINEL SET").arg(("main", "auth-pass", SECRET)),
            "ERR Unknown option or number of arguments for SENTINEL SET 'hunter2'",
            "ERR Unknown option or number of arguments for SENTINEL SET '***'",
        ),
    ];
    for (request, raw, shown) in table {
        each(
            || {
                Script::new()
                    .expect(&request)
                    .expect(get("a"))
                    .reply(format!("-{raw}\r\n-ERR hunter2 is no secret of this\r\n"))
            },
            &plain(),
            |client, _| {
                let answers = client.all(&[request.clone(), get("a")]);
                let error = answers[0].as_ref().unwrap_err();
                assert_eq!(error.to_string(), shown);
                assert_hidden(&printed(error), SECRET);
                let other = answers[1].as_ref().unwrap_err().to_string();
                assert_eq!(other, "ERR hunter2 is no secret of this");
            },
        );
        // Inside of a transaction its error is inside of the reply to EXEC.
        each(
            || {
                let script = Script::new().expect(cmd("MULTI")).expect(&request).expect(cmd("EXEC"));
                script.reply(format!("+OK\r\n+QUEUED\r\n*1\r\n-{raw}\r\n"))
            },
            &plain(),
            |client, _| {
                let error = match client {
                    Client::Blocking(client) => client.pipeline().run(request.clone().returns::<()>()).execute(),
                    Client::Async(client, clock) => {
                        let call = client.pipeline().run(request.clone().returns::<()>()).execute();
                        crate::clients::run(clock, call)
                    }
                };
                let error = error.unwrap_err();
                assert!(error.to_string().ends_with(shown), "{error}");
                assert_hidden(&printed(&error), SECRET);
            },
        );
        // Garbage instead of an answer is not quoted either.
        each(
            || Script::new().expect(&request).reply(format!("{SECRET}\r\n")),
            &plain(),
            |client, _| {
                let error = client.one(request.clone()).unwrap_err();
                assert_error(&error, ErrorKind::Protocol, Outcome::MaybeExecuted);
                assert_hidden(&printed(&error), SECRET);
            },
        );
    }
}

#[test]
fn t36_a_bad_url_with_a_password_is_refused_without_it() {
    let urls = [
        "redis://alice:hunter2@host:port",
        "redis://alice:hunter2@host:99999",
        "redis://:hunter2@host/db",
        "redis://:hunter2@host/-1",
        "redis://hunter2@:1:2",
        "redis:alice:hunter2@host",
        "http://alice:hunter2@host",
        "redis://h?password=hunter2&passwd=hunter2",
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for url in urls {
        let blocking = redwire::blocking::Client::connect(url).map(|_| ()).unwrap_err();
        let asynchronous = runtime.block_on(async { redwire::tokio::Client::connect(url).await.map(|_| ()) });
        for error in [blocking, asynchronous.unwrap_err()] {
            assert_error(&error, ErrorKind::Config, Outcome::NotSent);
            assert!(error.source().is_some());
            assert_hidden(&printed(&error), SECRET);
        }
    }
}

#[test]
fn t36_a_server_that_cannot_be_reached_is_named_without_the_password() {
    // A port that nobody listens on any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let urls = [
        format!("redis://alice:hunter2@127.0.0.1:{port}/3"),
        format!("redis://:hunter2@127.0.0.1:{port}?client_name=worker"),
        "unix://:hunter2@/nowhere/at/all.sock".into(),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for url in urls {
        let blocking = redwire::blocking::Client::connect(&*url).map(|_| ()).unwrap_err();
        let asynchronous = runtime.block_on(async { redwire::tokio::Client::connect(&*url).await.map(|_| ()) });
        for error in [blocking, asynchronous.unwrap_err()] {
            assert_error(&error, ErrorKind::Transport, Outcome::NotSent);
            assert_hidden(&printed(&error), SECRET);
        }
    }
}

#[test]
fn t37_clients_settings_and_connections_print_without_the_password() {
    let settings = Settings::new()
        .credentials(Credentials::user("alice", SECRET))
        .limits(Limits::new());
    let text = prints(&settings);
    assert!(text.contains("***") && text.contains("alice"), "{text}");
    assert_hidden(&text, SECRET);
    let mut connection = Connection::new(Timestamp::ZERO, settings.clone());
    assert!(
        connection
            .poll_transmit()
            .unwrap()
            .windows(7)
            .any(|word| word == SECRET.as_bytes())
    );
    assert_hidden(&prints(&connection), SECRET);
    let script = Script::new();
    let client = Client::Blocking(script.blocking_client(settings.clone()));
    assert_hidden(&client.debug(), SECRET);
    let script = Script::with_clock(Clock::new());
    let client = Client::Async(script.tokio_client(settings), script.clock().clone());
    assert_hidden(&client.debug(), SECRET);
    let config = Config::tcp("h", 1).with_credentials(Credentials::user("alice", SECRET));
    assert_hidden(&(prints(&config) + &config.to_string()), SECRET);
    assert_hidden(&prints(&Settings::from(&config)), SECRET);
}

#[test]
fn t37_commands_with_secrets_print_as_stars_wherever_they_appear() {
    let requests = [
        cmd("AUTH").arg(SECRET),
        cmd("auth").arg(("alice", SECRET)),
        cmd("HELLO").arg((3, "AUTH", "alice", SECRET)),
        cmd("ACL SETUSER").arg(("alice", ">hunter2")),
        cmd("acl").arg(("setuser", "alice", ">hunter2")),
        cmd("ACL").arg("SETUSER").arg("alice").arg("#hunter2"),
        cmd("ACL SETUSER").arg(("alice", "<hunter2")),
        cmd("ACL DRYRUN").arg(("alice", "AUTH", SECRET)),
        cmd("ACL DRYRUN").arg(("alice", "acl", "setuser", "bob", ">hunter2")),
        cmd("CONFIG SET").arg(("requirepass", SECRET)),
        cmd("Config").arg(("sEt", "masterauth", SECRET)),
        cmd("MIGRATE").arg(("host", 6379, "key", 0, 1000, "AUTH2", "alice", SECRET)),
        cmd("SENTINEL SET").arg(("main", "auth-pass", SECRET)),
        cmd("SENTINEL CONFIG").arg(("SET", "sentinel-pass", SECRET)),
    ];
    let client = redwire::mock::Server::new().blocking_client();
    let asynchronous = Script::new().tokio_client(plain());
    for request in requests {
        let name = request.name();
        assert_eq!(request.to_string(), format!("{name} ***"));
        assert_eq!(format!("{request:?}"), format!("Request({name} ***)"));
        let command = request.clone().returns::<String>();
        assert_hidden(&prints(&command), SECRET);
        let pipeline = client.pipeline().run(request.clone().returns::<()>());
        assert_hidden(&prints(&pipeline), SECRET);
        let mut batch = client.batch();
        let slot = (&mut batch).execute(request.clone());
        assert_hidden(&(prints(&batch) + &prints(&slot)), SECRET);
        let future = asynchronous.execute(request.clone());
        assert_hidden(&prints(&future), SECRET);
        let refused = request.clone().keys(Vec::<String>::new());
        assert_hidden(&printed(&refused.check().unwrap_err()), SECRET);
        // The client refuses some of these; then its error must not say what they were either.
        if let Err(error) = client.execute(request.clone()) {
            assert_hidden(&printed(&error), SECRET);
        }
        if let Err(error) = pipeline.execute() {
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("Command # 1 ({name} ***) of pipeline")),
                "{error}"
            );
            assert_hidden(&printed(&error), SECRET);
        }
    }
    // What holds no secret is printed.
    for request in [
        cmd("CONFIG GET").arg("save"),
        cmd("ACL LIST"),
        cmd("ACL DRYRUN").arg(("alice", "GET", "k")),
        cmd("ACL DRYRUN").arg(("alice", "CONFIG", "GET", "save")),
        Build.get::<String>("k").into_parts().0,
    ] {
        assert!(!request.to_string().contains("***"), "{request}");
    }
    let [a, ..] = four();
    assert_eq!(a.to_string(), "GET a");
}
