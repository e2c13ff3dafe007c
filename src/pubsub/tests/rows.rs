//! What redis-py does, row by row.

use super::*;

#[test]
fn f281_a_reconnect_that_fails_is_told_after_as_many_tries_as_the_policy_has() {
    for retries in [0, 2] {
        let mut stage = Stage::with(PubSubOptions::new(), retries);
        stage.subscribe("a");
        stage.feed(says("subscribe a :1"));
        stage.told();
        assert_eq!(stage.lose(), Vec::<String>::new());
        for try_ in 0..7 {
            while !stage.machine.session().poll_dial(stage.now) {
                stage.wait();
            }
            let refused = TransportError::new(TransportErrorKind::Unreachable, "refused");
            stage.machine.session().handle_dial_failure(stage.now, &refused);
            assert!(matches!(stage.notice(), Some(Notice::Lost { .. })));
            let expected: &[&str] = if (try_ + 1) % (retries + 1) == 0 {
                &["Transport: refused (the command was not sent)"]
            } else {
                &[]
            };
            assert_eq!(stage.told(), expected, "try {try_}");
        }
        stage.reconnect();
        stage.feed(says("subscribe a :1"));
        assert!(stage.told()[0].starts_with("gap"));
    }
}

#[test]
fn d12_unsubscribed_and_at_once_subscribed_again_it_stays() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.unsubscribe("a");
    stage.subscribe("a");
    stage.feed(says("subscribe a :1") + &says("unsubscribe a :0") + &says("subscribe a :1"));
    stage.told();
    assert!(stage.machine.subscribed());
    assert_eq!(stage.names(Kind::Channel), ["a"]);
    // And the other way around it goes only with the last one.
    stage.unsubscribe("a");
    stage.subscribe("a");
    stage.unsubscribe("a");
    for (answer, subscribed) in [
        ("unsubscribe a :0", true),
        ("subscribe a :1", true),
        ("unsubscribe a :0", false),
    ] {
        stage.feed(says(answer));
        stage.told();
        assert_eq!(stage.machine.subscribed(), subscribed, "{answer}");
    }
}

#[test]
fn f274_subscribed_from_asking_until_the_end_is_read() {
    let mut stage = Stage::new();
    assert!(!stage.machine.subscribed());
    stage.subscribe("a");
    assert!(stage.machine.subscribed());
    stage.unsubscribe("a");
    stage.feed(says("subscribe a :1") + &says("unsubscribe a :0"));
    assert_eq!(show(&stage.machine.poll_told().unwrap()), "subscribe a 1");
    assert!(stage.machine.subscribed());
    assert_eq!(show(&stage.machine.poll_told().unwrap()), "unsubscribe a 0");
    assert!(!stage.machine.subscribed());
    assert!(stage.machine.is_over());
}

#[test]
fn f275_a_reconnect_before_the_end_is_confirmed_subscribes_and_ends_it_again() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b"]));
    stage.feed(says("subscribe a :1") + &says("subscribe b :2"));
    stage.unsubscribe("a");
    stage.lose();
    assert_eq!(stage.names(Kind::Channel), ["a", "b"]);
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a b", "UNSUBSCRIBE a"]);
    stage.feed(says("subscribe a :1") + &says("subscribe b :2") + &says("unsubscribe a :1"));
    let told = stage.told();
    assert_eq!(told[1..], ["subscribe a 1", "subscribe b 2", "unsubscribe a 1"]);
    assert_eq!(stage.names(Kind::Channel), ["b"]);
}

#[test]
fn f276_names_are_bytes() {
    let mut stage = Stage::new();
    let name = [0xff, 0x00, b'\r', b'\n'];
    stage.ask(Change::subscribe_with(Kind::Channel, &name[..], |_| ()));
    stage.feed(b"*3\r\n$9\r\nsubscribe\r\n$4\r\n\xff\x00\r\n\r\n:1\r\n");
    stage.feed(b"*3\r\n$7\r\nmessage\r\n$4\r\n\xff\x00\r\n\r\n$1\r\nx\r\n");
    assert_eq!(stage.told(), ["subscribe \\xff\\x00\\r\\n 1", "nothing"]);
    stage.lose();
    stage.reconnect();
    let written = stage.machine.session().poll_transmit().unwrap();
    assert_eq!(
        written.escape_ascii().to_string().matches("\\xff\\x00\\r\\n").count(),
        1
    );
    stage.feed(b"*3\r\n$7\r\nmessage\r\n$4\r\n\xff\x00\r\n\r\n$1\r\nx\r\n");
    assert_eq!(stage.told()[1..], ["nothing"], "the handler is still there");
}

#[test]
fn f282_what_is_lost_with_the_request_is_not_subscribed_to_twice() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    // Not a byte of it was written, or all of it and the connection broke.
    for write in [false, true] {
        if write {
            assert_eq!(stage.written(), ["SUBSCRIBE a"]);
        }
        stage.lose();
        stage.reconnect();
    }
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
    // Without a connection nothing is remembered.
    stage.lose();
    let refused = stage.machine.change(stage.now, Change::subscribe(Kind::Channel, "b"));
    assert_eq!(refused.unwrap_err().outcome(), Outcome::NotSent);
    assert_eq!(stage.names(Kind::Channel), ["a"]);
}

#[test]
fn f265_unsubscribing_from_nothing_is_confirmed_without_a_name() {
    let mut stage = Stage::new();
    stage.ask(Change::unsubscribe_all(Kind::Channel));
    stage.ask(Change::unsubscribe(Kind::Pattern, "p"));
    assert_eq!(stage.written(), ["UNSUBSCRIBE", "PUNSUBSCRIBE p"]);
    stage.feed(says("unsubscribe - :0") + &says("punsubscribe p :0"));
    assert_eq!(stage.told(), ["unsubscribe 0", "punsubscribe p 0"]);
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b"]));
    stage.ask(Change::unsubscribe_all(Kind::Channel));
    assert_eq!(stage.written(), ["SUBSCRIBE a b", "UNSUBSCRIBE a b"]);
}

#[test]
fn f267_d13_pongs_of_every_shape_are_told() {
    let mut stage = Stage::new();
    for (asked, answer, expected) in [
        (None, "+PONG\r\n".to_string(), "pong "),
        (Some("text"), "$4\r\ntext\r\n".to_string(), "pong text"),
        (None, array(&["pong", ""]), "pong "),
        (Some("text"), array(&["pong", "text"]), "pong text"),
        (Some("PONG"), "$4\r\nPONG\r\n".to_string(), "pong PONG"),
    ] {
        stage.ask(Change::ping(asked));
        stage.feed(answer);
        let mut options = ReadOptions::new();
        options = options.ignore_subscribe_messages();
        assert_eq!(show(&stage.machine.poll_told_with(&options).unwrap()), expected);
    }
    stage.ask(Change::ping(None::<&str>));
    stage.feed("-ERR no\r\n");
    assert_eq!(stage.told(), ["Server: ERR no"]);
}

#[test]
fn f270_confirmations_can_be_left_out_for_all_reads_or_for_one() {
    let mut stage = Stage::with(PubSubOptions::new().with_ignore_subscribe_messages(), 0);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1") + &says("message a x"));
    assert_eq!(stage.told(), ["nothing", "message a x"]);
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.subscribe("b");
    stage.feed(says("subscribe a :1") + &says("subscribe b :2"));
    let ignore = ReadOptions::new().ignore_subscribe_messages();
    assert_eq!(show(&stage.machine.poll_told_with(&ignore).unwrap()), "nothing");
    assert_eq!(stage.told(), ["subscribe b 2"]);
}

#[test]
fn f268_f269_messages_go_to_the_handler_of_their_subscription() {
    let mut stage = Stage::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = |calls: &Arc<AtomicUsize>| {
        let calls = calls.clone();
        move |message: Message| -> Result<(), Error> {
            calls.fetch_add(1, Ordering::Relaxed);
            if message.payload() == b"bad" {
                return Err(Error::invalid_argument("bad payload"));
            }
            Ok(())
        }
    };
    stage.ask(Change::subscribe_with(Kind::Channel, "a", count(&calls)));
    stage.ask(Change::subscribe_with(Kind::Pattern, "a", count(&calls)));
    stage.subscribe("b");
    stage.feed(
        says("subscribe a :1")
            + &says("psubscribe a :2")
            + &says("subscribe b :3")
            + &says("message a x")
            + &says("pmessage a a x")
            + &says("message b x")
            + &says("message a bad")
            + &says("message b y"),
    );
    assert_eq!(
        stage.told()[3..],
        [
            "nothing",
            "nothing",
            "message b x",
            "Handler: a handler failed: bad payload",
            "message b y"
        ]
    );
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    // Subscribed to again without one, it has none any more.
    stage.subscribe("a");
    stage.feed(says("subscribe a :3") + &says("message a x") + &says("pmessage a a x"));
    assert_eq!(stage.told(), ["subscribe a 3", "message a x", "nothing"]);
    assert_eq!(
        stage.machine.check_handlers().unwrap_err().to_string(),
        "Channel: 'a' has no handler registered"
    );
}

#[test]
fn resp3_says_the_same_in_pushes() {
    let settings = settings().protocol(Protocol::Resp3);
    let mut stage = Stage {
        machine: Subscriber::new(settings, Backoff::new(), 0, PubSubOptions::new(), 1),
        now: Timestamp::ZERO,
    };
    stage.machine.session().connect();
    stage.dial();
    assert_eq!(stage.written(), ["HELLO 3"]);
    stage.feed("%1\r\n+proto\r\n:3\r\n");
    assert!(matches!(stage.notice(), Some(Notice::Connected(Protocol::Resp3))));
    stage.subscribe("a");
    stage.ask(Change::ping(Some("x")));
    let push = |line: &str| says(line).replacen('*', ">", 1);
    stage.feed(push("subscribe a :1") + &push("message a x") + "$1\r\nx\r\n" + &push("invalidate key"));
    stage.feed(push("pmessage p a y"));
    assert_eq!(
        stage.told(),
        ["subscribe a 1", "message a x", "pong x", "pmessage p a y"]
    );
}

#[test]
fn a_reset_subscriber_begins_anew() {
    let mut stage = Stage::new();
    assert!(stage.machine.check_started().is_err());
    stage.subscribe("a");
    assert!(stage.machine.check_started().is_ok());
    stage.feed(says("subscribe a :1"));
    stage.machine.reset();
    assert!(!stage.machine.subscribed() && stage.machine.is_over());
    assert!(stage.machine.check_started().is_err());
    stage.machine.session().connect();
    stage.dial();
    stage.notice();
    stage.subscribe("b");
    assert_eq!(stage.written(), ["SUBSCRIBE b"]);
    stage.feed(says("subscribe b :1"));
    assert_eq!(stage.told(), ["subscribe b 1"], "no gap");
}

#[test]
fn names_are_needed() {
    let mut stage = Stage::new();
    for (change, expected) in [
        (
            Change::subscribe(Kind::Channel, Vec::<String>::new()),
            "SUBSCRIBE: at least one channel is needed",
        ),
        (
            Change::unsubscribe(Kind::Pattern, Vec::<String>::new()),
            "PUNSUBSCRIBE: at least one pattern is needed",
        ),
    ] {
        let error = stage.machine.change(stage.now, change).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::InvalidArgument, expected)
        );
    }
    let request: &Request = &crate::command::cmd("PING");
    assert_eq!(Change::ping(None::<&str>).request().to_string(), request.to_string());
}
