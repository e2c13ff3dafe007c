//! What goes wrong: connections that break, servers that are silent, refuse, or make no sense.

use super::*;

#[test]
fn t40_everything_is_restored_in_one_request_of_each_kind_before_anything_else() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["b", "a"]));
    stage.ask(Change::subscribe(Kind::Pattern, ["p*", "q*"]));
    stage.ask(Change::subscribe(Kind::Shard, ["s"]));
    stage.subscribe("c");
    assert_eq!(
        stage.written(),
        ["SUBSCRIBE b a", "PSUBSCRIBE p* q*", "SSUBSCRIBE s", "SUBSCRIBE c"]
    );
    stage.feed(says("subscribe b :1") + &says("subscribe a :2") + &says("message a before"));
    // What came before the end still counts.
    assert_eq!(stage.lose(), ["subscribe b 1", "subscribe a 2", "message a before"]);
    stage.now = stage.now + Duration::from_secs(2);
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a b c", "PSUBSCRIBE p* q*", "SSUBSCRIBE s"]);
    stage.feed(says("subscribe a :1") + &says("message a after"));
    assert_eq!(stage.told(), ["gap of 2000 ms", "subscribe a 1", "message a after"]);
}

#[test]
fn t40_a_connection_that_keeps_breaking_is_dialed_later_and_later() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    let mut waits = Vec::new();
    for _ in 0..12 {
        stage.lose();
        let before = stage.now;
        stage.reconnect();
        waits.push(stage.now.saturating_since(before));
    }
    let (first, last): (Duration, Duration) = (waits[..6].iter().sum(), waits[6..].iter().sum());
    assert!(last > first && last > Duration::from_secs(1), "{waits:?}");
}

#[test]
fn t41_a_silent_server_is_asked_and_given_up_within_twice_the_interval() {
    let interval = Duration::from_secs(4);
    let mut stage = Stage::with(PubSubOptions::new().with_probe_interval(interval), 0);
    stage.subscribe("a");
    stage.written();
    stage.feed(says("subscribe a :1"));
    stage.told();
    assert_eq!(stage.wait(), interval);
    assert_eq!(stage.written(), ["PING"]);
    // An answer in either shape: the silence begins anew, and the reader is told nothing.
    stage.feed(array(&["pong", ""]));
    assert_eq!(stage.told(), Vec::<String>::new());
    let heard = stage.now;
    assert_eq!(stage.wait(), interval);
    assert_eq!(stage.written(), ["PING"]);
    while stage.machine.session().is_up() {
        stage.wait();
    }
    let noticed = stage.now.saturating_since(heard);
    assert!(noticed > interval && noticed < interval * 2, "{noticed:?}");
    let Some(Notice::Lost { why, .. }) = stage.notice() else {
        panic!("not lost")
    };
    assert_eq!(why.kind(), ErrorKind::Timeout);
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
    stage.feed(says("subscribe a :1"));
    let told = stage.told();
    assert!(told[0].starts_with("gap of"), "{told:?}");
    assert_eq!(told[1], "subscribe a 1");
}

#[test]
fn t41_any_message_is_a_sign_of_life() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    for _ in 0..100 {
        stage.now = stage.now + Duration::from_secs(5);
        stage.machine.handle_timeout(stage.now);
        stage.feed(says("message a x"));
    }
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
    // A message in place of the answer too.
    stage.wait();
    assert_eq!(stage.written(), ["PING"]);
    stage.feed(says("message a x"));
    stage.now = stage.now + Duration::from_secs(14);
    stage.machine.handle_timeout(stage.now);
    stage.feed(array(&["pong", ""]));
    assert!(stage.machine.session().is_up());
    assert!(stage.told().iter().skip(1).all(|told| told == "message a x"));
}

#[test]
fn t41_what_is_here_already_is_not_late() {
    let mut stage = Stage::with(PubSubOptions::new().with_probe_interval(Duration::from_secs(60)), 0);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    // Nobody asks for it for an hour.
    stage.now = stage.now + Duration::from_secs(3600);
    stage.machine.handle_timeout(stage.now);
    stage.machine.handle_timeout(stage.now + Duration::from_secs(2));
    assert!(stage.machine.session().is_up());
    assert_eq!(stage.told(), ["subscribe a 1"]);
}

#[test]
fn t42_a_reader_that_wants_the_latest_is_told_how_many_are_missing() {
    let keep = PubSubOptions::new().with_keep_latest(NonZeroUsize::new(3).unwrap());
    let mut stage = Stage::with(keep, 0);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    for n in 0..10 {
        stage.feed(says(&format!("message a {n}")));
    }
    stage.feed(says("psubscribe p :2"));
    assert_eq!(
        stage.told(),
        ["subscribe a 1", "7 lost", "message a 7", "message a 8", "message a 9"]
    );
    // Each is told of once, and what is read in time is not lost.
    for n in 0..10 {
        stage.feed(says(&format!("message a {n}")));
        assert_eq!(stage.told(), [format!("message a {n}")]);
    }
    // The connection ends with some of them unread.
    for n in 0..5 {
        stage.feed(says(&format!("message a {n}")));
    }
    assert_eq!(stage.lose(), ["2 lost", "message a 2", "message a 3", "message a 4"]);
}

#[test]
fn t43_a_subscription_that_is_refused_is_the_readers_error_and_forgotten() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b"]));
    stage.subscribe("c");
    stage.written();
    stage.feed("-NOPERM no permissions\r\n".to_string() + &says("subscribe c :1"));
    assert_eq!(stage.told(), ["Server: NOPERM no permissions", "subscribe c 1"]);
    assert_eq!(stage.names(Kind::Channel), ["c"]);
    stage.lose();
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE c"]);
    // What was subscribed to before stays so when another request about it is refused.
    stage.feed(says("subscribe c :1"));
    stage.told();
    stage.subscribe("c");
    stage.feed("-NOPERM no permissions\r\n");
    assert_eq!(stage.told(), ["Server: NOPERM no permissions"]);
    assert!(!stage.machine.subscribed());
}

#[test]
fn t43_a_restored_subscription_that_is_refused_does_not_take_the_others_with_it() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Shard, ["a", "b", "c"]));
    stage.feed(says("ssubscribe a :1") + &says("ssubscribe b :2") + &says("ssubscribe c :3"));
    stage.told();
    stage.lose();
    stage.reconnect();
    assert_eq!(stage.written(), ["SSUBSCRIBE a b c"]);
    stage.feed("-CROSSSLOT Keys in request don't hash to the same slot\r\n");
    assert!(stage.told()[0].starts_with("gap"));
    assert_eq!(stage.written(), ["SSUBSCRIBE a", "SSUBSCRIBE b", "SSUBSCRIBE c"]);
    stage.feed(says("ssubscribe a :1") + "-MOVED 1 127.0.0.1:1\r\n" + &says("ssubscribe c :2"));
    assert_eq!(
        stage.told(),
        ["ssubscribe a 1", "Server: MOVED 1 127.0.0.1:1", "ssubscribe c 2"]
    );
    assert_eq!(stage.names(Kind::Shard), ["a", "c"]);
}

#[test]
fn t43_a_subscription_that_is_not_confirmed_fails_in_time() {
    let mut stage = Stage::new();
    stage.subscribe("a");
    stage.written();
    let mut waited = Duration::ZERO;
    while stage.machine.session().is_up() {
        waited += stage.wait();
        // The server is alive, it just does not confirm.
        stage.feed(says("message b x"));
    }
    assert!(
        waited >= Duration::from_secs(10) && waited <= Duration::from_secs(11),
        "{waited:?}"
    );
    let told = stage.told();
    assert!(
        told.contains(
            &"Timeout: timed out waiting for the confirmation of a subscription (the command may have been executed)"
                .into()
        ),
        "{told:?}"
    );
    // It is asked for again on the next connection.
    assert!(matches!(stage.notice(), Some(Notice::Lost { .. })));
    stage.reconnect();
    assert_eq!(stage.written(), ["SUBSCRIBE a"]);
}

#[test]
fn t43_restoring_that_is_never_confirmed_is_told_like_a_reconnect_that_fails() {
    let mut stage = Stage::with(PubSubOptions::new().with_probe_interval(None), 1);
    stage.subscribe("a");
    stage.feed(says("subscribe a :1"));
    stage.told();
    stage.lose();
    for expected in [0, 1, 0, 1] {
        stage.reconnect();
        while stage.machine.session().is_up() {
            stage.wait();
        }
        stage.told();
        assert!(matches!(stage.notice(), Some(Notice::Lost { .. })));
        let told = stage.told();
        assert_eq!(told.len(), expected, "{told:?}");
    }
}

#[test]
fn t15_confirmations_belong_to_their_request_whatever_comes_in_between() {
    let mut stage = Stage::new();
    stage.ask(Change::subscribe(Kind::Channel, ["a", "b", "c"]));
    stage.ask(Change::ping(Some("x")));
    stage.ask(Change::unsubscribe(Kind::Channel, "a"));
    let bytes = says("subscribe a :1")
        + &says("message a 1")
        + &says("sunsubscribe other :0")
        + &says("subscribe b :2")
        + &says("subscribe c :3")
        + &says("message c 1")
        + &says("pong x")
        + &says("message a 2")
        + &says("unsubscribe a :2");
    let expected = [
        "subscribe a 1",
        "message a 1",
        "subscribe b 2",
        "subscribe c 3",
        "message c 1",
        "pong x",
        "message a 2",
        "unsubscribe a 2",
    ];
    let mut told = Vec::new();
    for byte in bytes.as_bytes() {
        stage.feed([*byte]);
        told.extend(stage.told());
    }
    assert_eq!(told, expected);
    assert_eq!(stage.names(Kind::Channel), ["b", "c"]);
}

#[test]
fn a_shard_channel_that_the_server_takes_away_is_told_and_forgotten() {
    let mut stage = Stage::with(PubSubOptions::new().with_ignore_subscribe_messages(), 0);
    stage.ask(Change::subscribe(Kind::Shard, ["s", "t"]));
    stage.feed(says("ssubscribe s :1") + &says("ssubscribe t :2") + &says("sunsubscribe s :1"));
    assert_eq!(stage.told(), ["nothing", "nothing", "sunsubscribe s 1 unasked"]);
    assert_eq!(stage.names(Kind::Shard), ["t"]);
    // One that crosses the request for it answers that; the answer proper is one too many.
    stage.ask(Change::unsubscribe(Kind::Shard, "t"));
    stage.feed(says("sunsubscribe t :0") + &says("sunsubscribe t :0"));
    assert_eq!(stage.told(), ["nothing"]);
    assert!(stage.machine.is_over());
}

#[test]
fn what_no_subscriber_can_be_told_costs_the_connection() {
    for nonsense in [
        "+OK\r\n",
        ":1\r\n",
        "*1\r\n:1\r\n",
        "+PONG\r\n",
        "-ERR unasked\r\n",
        "nonsense\r\n",
    ] {
        let mut stage = Stage::new();
        stage.subscribe("a");
        stage.feed(says("subscribe a :1") + nonsense + &says("message a x"));
        assert_eq!(stage.told(), ["subscribe a 1"], "{nonsense}");
        assert!(matches!(stage.notice(), Some(Notice::Lost { .. })), "{nonsense}");
        stage.reconnect();
        stage.feed(says("subscribe a :1"));
        assert!(stage.told()[0].starts_with("gap"), "{nonsense}");
    }
}
