//! T41: servers that go silent, in virtual time, on the blocking client and on the async one.

use std::sync::Arc;
use std::time::Duration;

use redwire::Config;
use redwire::mock::{Clock, Script};
use redwire::pubsub::{Event, PubSubOptions, ReadOptions, Subscribe};
use redwire::transport::Clock as _;

use crate::scripted::{Exec, Scripts, bulk, plain, script};

const INTERVAL: Duration = Duration::from_secs(10);

fn subscribe(name: &str) -> String {
    format!("*2\r\n$9\r\nSUBSCRIBE\r\n{}", bulk(name))
}

fn told(kind: &str, name: &str, last: &str) -> String {
    format!("*3\r\n{}{}{last}", bulk(kind), bulk(name))
}

const PING: &str = "*1\r\n$4\r\nPING\r\n";
const PONG: &str = "*2\r\n$4\r\npong\r\n$0\r\n\r\n";

/// A reader of either kind.
enum Reader {
    Blocking(redwire::blocking::PubSub),
    Async(redwire::tokio::PubSub<redwire::tokio::Tokio>, Exec),
}

impl Reader {
    fn subscribe(&mut self, name: &str) {
        match self {
            Reader::Blocking(pubsub) => pubsub.subscribe(name).unwrap(),
            Reader::Async(pubsub, exec) => exec.run(pubsub.subscribe(name)).unwrap(),
        }
    }

    fn read(&mut self) -> Event {
        let options = ReadOptions::new().timeout(Duration::from_secs(600));
        let event = match self {
            Reader::Blocking(pubsub) => pubsub.get_message_with(&options),
            Reader::Async(pubsub, exec) => exec.run(pubsub.get_message_with(options)),
        };
        event.unwrap().expect("nothing is told")
    }
}

/// Runs `test` with a reader of each kind before these scripts, one for each connection.
fn each(options: &PubSubOptions, scripts: impl Fn(&Clock) -> Vec<Script>, test: impl Fn(&mut Reader, &Clock)) {
    let config: Config = plain();
    let clock = Clock::new();
    let server = Scripts::new(&clock, scripts(&clock));
    let pool = redwire::blocking::Pool::with_clock(config.clone(), server.clone(), Arc::new(clock.clone())).unwrap();
    let mut reader = Reader::Blocking(pool.client().pubsub_with(options.clone()));
    test(&mut reader, &clock);
    drop(reader);
    server.finish();

    let exec = Exec::new();
    let server = Scripts::new(exec.clock(), scripts(exec.clock()));
    let clock = Arc::new(exec.clock().clone());
    let client = redwire::tokio::Client::with_runtime(config, Arc::new(server.clone()), clock, None).unwrap();
    let mut reader = Reader::Async(client.pubsub_with(options.clone()), exec.clone());
    test(&mut reader, exec.clock());
    drop(reader);
    server.finish();
}

#[test]
fn t41_a_half_open_connection_is_noticed_within_twice_the_interval() {
    let options = PubSubOptions::new().with_probe_interval(INTERVAL);
    let scripts = |clock: &Clock| {
        vec![
            script(clock)
                .expect(&*subscribe("a"))
                .reply(told("subscribe", "a", ":1\r\n"))
                .stall(Duration::from_secs(3))
                .reply(told("message", "a", &bulk("x")))
                .expect(PING)
                .reply(PONG)
                .expect(PING)
                .hang(),
            script(clock)
                .expect(&*subscribe("a"))
                .reply(told("subscribe", "a", ":1\r\n"))
                .reply(told("message", "a", &bulk("y"))),
        ]
    };
    each(&options, scripts, |reader, clock| {
        reader.subscribe("a");
        assert_eq!(reader.read().kind(), "subscribe");
        assert_eq!(reader.read().payload(), Some(&b"x"[..]));
        assert_eq!(clock.now().since_origin(), Duration::from_secs(3));
        let Event::Gap(gap) = reader.read() else {
            panic!("no gap")
        };
        // The answer to the first PING was the last sign of life.
        let noticed = clock.now().since_origin() - Duration::from_secs(13) - gap.lasted;
        assert!(noticed > INTERVAL && noticed < INTERVAL * 2, "{noticed:?}");
        assert!(gap.lasted < Duration::from_secs(1), "dialed at once: {gap:?}");
        assert_eq!(gap.why.kind(), redwire::ErrorKind::Timeout);
        assert_eq!(reader.read().kind(), "subscribe");
        assert_eq!(reader.read().payload(), Some(&b"y"[..]));
    });
}

#[test]
fn t41_a_reader_who_was_away_for_long_finds_what_came_and_no_gap() {
    let options = PubSubOptions::new().with_probe_interval(INTERVAL);
    let scripts = |clock: &Clock| {
        vec![
            script(clock)
                .expect(&*subscribe("a"))
                .reply(told("subscribe", "a", ":1\r\n"))
                .expect(PING)
                .stall(Duration::from_secs(1))
                .reply(PONG)
                .reply(told("message", "a", &bulk("x"))),
        ]
    };
    each(&options, scripts, |reader, clock| {
        reader.subscribe("a");
        assert_eq!(reader.read().kind(), "subscribe");
        // Long enough for the question, not for the answer; then nobody looks for an hour.
        let short = ReadOptions::new().timeout(INTERVAL + Duration::from_millis(100));
        let nothing = match reader {
            Reader::Blocking(pubsub) => pubsub.get_message_with(&short),
            Reader::Async(pubsub, exec) => exec.run(pubsub.get_message_with(short)),
        };
        assert!(nothing.unwrap().is_none());
        clock.advance(Duration::from_secs(3600));
        assert_eq!(reader.read().payload(), Some(&b"x"[..]));
    });
}

#[test]
fn t41_without_an_interval_a_silent_server_is_waited_for() {
    let options = PubSubOptions::new().with_probe_interval(None);
    let scripts = |clock: &Clock| {
        vec![
            script(clock)
                .expect(&*subscribe("a"))
                .reply(told("subscribe", "a", ":1\r\n"))
                .stall(Duration::from_secs(500))
                .reply(told("message", "a", &bulk("x"))),
        ]
    };
    each(&options, scripts, |reader, _| {
        reader.subscribe("a");
        assert_eq!(reader.read().kind(), "subscribe");
        assert_eq!(reader.read().payload(), Some(&b"x"[..]));
    });
}

#[test]
fn t43_a_subscription_that_is_never_confirmed_fails() {
    let config = plain().with_response_timeout(Some(Duration::from_secs(2)));
    let clock = Clock::new();
    let second = script(&clock)
        .expect(&*subscribe("a"))
        .reply(told("subscribe", "a", ":1\r\n"));
    let server = Scripts::new(&clock, vec![script(&clock).expect(&*subscribe("a")).hang(), second]);
    let pool = redwire::blocking::Pool::with_clock(config, server.clone(), Arc::new(clock.clone())).unwrap();
    let mut pubsub = pool.client().pubsub();
    pubsub.subscribe("a").unwrap();
    let error = pubsub.get_message(None).unwrap_err();
    assert_eq!(error.kind(), redwire::ErrorKind::Timeout);
    assert!(
        error.to_string().contains("the confirmation of a subscription"),
        "{error}"
    );
    assert!(clock.now().since_origin() >= Duration::from_secs(2));
    // Reading on makes another connection.
    assert_eq!(pubsub.get_message(None).unwrap().unwrap().kind(), "gap");
    assert_eq!(pubsub.get_message(None).unwrap().unwrap().kind(), "subscribe");
    drop(pubsub);
    server.finish();
}
