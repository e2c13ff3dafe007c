//! What needs a real server, and one of its own: one that goes away, runs full, has users.

use std::time::{Duration, Instant};

use redwire::command::cmd;
use redwire::pubsub::{Event, PubSubOptions, ReadOptions, Subscribe};
use redwire::{Backoff, Config, ErrorKind, Outcome, Protocol, RetryPolicy};

use crate::clients::{self, Client, Handle, Maker};
use crate::stage::LONG;
use crate::support::{Reply, Server};

const MAKERS: [fn() -> Maker; 4] = [clients::blocking, clients::tokio, clients::async_std, clients::smol];

fn config(server: &Server, protocol: Protocol) -> Config {
    Config::parse(&server.url()).unwrap().with_protocol(protocol)
}

/// Every runtime with each protocol.
fn each(server: &Server, config_of: impl Fn(Config) -> Config, test: impl Fn(Box<dyn Client>, Protocol)) {
    for maker in MAKERS {
        for protocol in [Protocol::Resp2, Protocol::Resp3] {
            test(
                (maker().connect)(config_of(config(server, protocol))).unwrap(),
                protocol,
            );
        }
    }
}

fn get(pubsub: &mut Box<dyn Handle>) -> Result<Option<Event>, redwire::Error> {
    pubsub.get(ReadOptions::new().timeout(LONG))
}

#[test]
fn f273_d30_listening_outlasts_the_response_time_out() {
    let server = Server::start();
    let short = |config: Config| config.with_response_timeout(Some(Duration::from_millis(150)));
    each(&server, short, |client, _| {
        let mut pubsub = client.pubsub(PubSubOptions::new().with_ignore_subscribe_messages());
        pubsub.subscribe("a").unwrap();
        assert!(get(&mut pubsub).unwrap().is_none());
        let mut raw = server.raw();
        let publisher = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(400));
            raw.call(&["PUBLISH", "a", "late"]);
        });
        let event = pubsub.next().unwrap().unwrap();
        assert_eq!(event.payload(), Some(&b"late"[..]));
        publisher.join().unwrap();
    });
}

#[test]
fn f281_a_server_that_is_away_is_told_and_waited_for() {
    for maker in MAKERS {
        let mut server = Server::start();
        let fast = Backoff::new()
            .with_base(Duration::from_millis(1))
            .with_cap(Duration::from_millis(20));
        let config = config(&server, Protocol::Resp3)
            .with_backoff(fast)
            .with_retry(RetryPolicy::none());
        let client = (maker().connect)(config).unwrap();
        let mut pubsub = client.pubsub(PubSubOptions::new().with_ignore_subscribe_messages());
        pubsub.subscribe("a").unwrap();
        assert!(get(&mut pubsub).unwrap().is_none());
        server.kill();
        for _ in 0..3 {
            let error = get(&mut pubsub).unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::Transport, Outcome::NotSent),
                "{error}"
            );
        }
        // A request meanwhile fails as well, and is not remembered.
        let error = pubsub.subscribe("b").unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
        assert!(pubsub.subscribed());
        assert_eq!(pubsub.names()[0], ["a"]);
        server.restart();
        let deadline = Instant::now() + LONG;
        let gap = loop {
            match get(&mut pubsub) {
                Ok(Some(event)) => break event,
                _ => assert!(Instant::now() < deadline),
            }
        };
        assert_eq!(gap.kind(), "gap");
        assert!(get(&mut pubsub).unwrap().is_none());
        server.raw().call(&["PUBLISH", "a", "back"]);
        assert_eq!(get(&mut pubsub).unwrap().unwrap().payload(), Some(&b"back"[..]));
    }
}

#[test]
fn f283_nobody_there_is_an_error_of_subscribing() {
    let mut server = Server::start();
    let config = config(&server, Protocol::Resp2);
    server.kill();
    for maker in MAKERS {
        let client = (maker().lazy)(config.clone()).unwrap();
        let mut pubsub = client.pubsub(PubSubOptions::new());
        let error = pubsub.subscribe("a").unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Transport, Outcome::NotSent),
            "{error}"
        );
        assert!(!pubsub.subscribed());
    }
}

#[test]
fn t43_a_channel_that_is_forbidden_is_the_readers_error() {
    let server = Server::start();
    let user = [
        "ACL",
        "SETUSER",
        "u",
        "on",
        ">p",
        "~*",
        "+@all",
        "resetchannels",
        "&ok*",
    ];
    server.raw().call(&user);
    let as_user = |config: Config| config.with_credentials(redwire::Credentials::user("u", "p"));
    each(&server, as_user, |client, _| {
        let mut pubsub = client.pubsub(PubSubOptions::new());
        pubsub.subscribe("ok1").unwrap();
        pubsub.subscribe(["ok2", "forbidden"]).unwrap();
        pubsub.subscribe("ok3").unwrap();
        assert_eq!(get(&mut pubsub).unwrap().unwrap().kind(), "subscribe");
        let error = get(&mut pubsub).unwrap_err();
        assert_eq!(
            (error.code(), error.outcome()),
            (Some("NOPERM"), Outcome::Rejected),
            "{error}"
        );
        assert_eq!(get(&mut pubsub).unwrap().unwrap().channel(), Some(&b"ok3"[..]));
        assert_eq!(pubsub.names()[0], ["ok1", "ok3"]);
    });
    // Who may not monitor is told so.
    server.raw().call(&["ACL", "SETUSER", "u", "-monitor"]);
    each(&server, as_user, |client, _| {
        let error = client.monitor().map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Some("NOPERM"), "{error}");
    });
}

/// The server breaks off with a subscriber that does not read. Whatever is missing is missing behind a gap.
#[test]
fn t42_what_a_slow_reader_misses_is_told_as_a_gap() {
    let server = Server::start();
    let mut raw = server.raw();
    raw.call(&["CONFIG", "SET", "client-output-buffer-limit", "pubsub 200kb 0 0"]);
    let payload = "x".repeat(1000);
    each(
        &server,
        |config| config,
        |client, protocol| {
            let mut pubsub = client.pubsub(PubSubOptions::new().with_ignore_subscribe_messages());
            pubsub.subscribe("a").unwrap();
            assert!(get(&mut pubsub).unwrap().is_none());
            let mut raw = server.raw();
            // More than the buffers of both ends hold.
            let mut published = 0;
            while raw.call(&["PUBLISH", "a", &format!("{published:06}{payload}")]) == Reply::Int(1) {
                published += 1;
                assert!(published < 100_000, "the server never breaks off");
            }
            let (mut next, mut gaps) = (0, 0);
            loop {
                match get(&mut pubsub).unwrap() {
                    Some(Event::Gap(_)) => {
                        gaps += 1;
                        // Now it reads again.
                        break;
                    }
                    Some(Event::Message(message)) => {
                        let number: u64 = std::str::from_utf8(&message.payload()[..6]).unwrap().parse().unwrap();
                        assert_eq!(number, next, "nothing is missing before the gap");
                        next += 1;
                    }
                    other => assert!(other.is_none(), "{other:?}"),
                }
            }
            assert!(next < published, "{protocol:?}: something was lost, and that was told");
            assert_eq!(gaps, 1);
            assert!(get(&mut pubsub).unwrap().is_none());
            assert_eq!(raw.call(&["PUBLISH", "a", "again"]), Reply::Int(1));
            assert_eq!(get(&mut pubsub).unwrap().unwrap().payload(), Some(&b"again"[..]));
        },
    );
}

/// On default settings nothing is lost, however late it is read.
#[test]
fn t42_whatever_the_server_kept_is_read_in_the_end() {
    let server = Server::start();
    each(
        &server,
        |config| config,
        |client, _| {
            let mut pubsub = client.pubsub(PubSubOptions::new().with_ignore_subscribe_messages());
            pubsub.subscribe("a").unwrap();
            assert!(get(&mut pubsub).unwrap().is_none());
            let mut raw = server.raw();
            for n in 0..5000 {
                raw.call(&["PUBLISH", "a", &n.to_string()]);
            }
            for n in 0..5000_u32 {
                let message = get(&mut pubsub).unwrap().unwrap().into_message().unwrap();
                assert_eq!(message.decode::<u32>().unwrap(), n);
            }
        },
    );
}

#[test]
fn keyspace_notifications_are_messages_like_any() {
    let server = Server::start();
    server.raw().call(&["CONFIG", "SET", "notify-keyspace-events", "KEA"]);
    each(
        &server,
        |config| config,
        |client, _| {
            let mut pubsub = client.pubsub(PubSubOptions::new().with_ignore_subscribe_messages());
            pubsub.psubscribe("__keyevent@0__:*").unwrap();
            assert!(get(&mut pubsub).unwrap().is_none());
            client.call(cmd("SET").key("key").arg("value")).unwrap();
            client.call(cmd("DEL").key("key")).unwrap();
            for expected in ["set", "del"] {
                let message = get(&mut pubsub).unwrap().unwrap().into_message().unwrap();
                assert_eq!(message.channel(), format!("__keyevent@0__:{expected}").as_bytes());
                assert_eq!(message.payload(), b"key");
            }
        },
    );
}
