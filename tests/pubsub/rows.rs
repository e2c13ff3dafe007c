//! What redis-py does, row by row.

use std::num::NonZeroUsize;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use redwire::command::cmd;
use redwire::pubsub::{Event, Message, PubSubOptions, ReadOptions, Subscribe};
use redwire::resp::Value;
use redwire::{Error, ErrorKind};

use crate::clients::Handle;
use crate::stage::{LONG, Place, Stage};

pub fn f262_nothing_is_sent_before_the_first_subscription(stage: &mut Stage) {
    let before = stage.connections();
    let mut pubsub = stage.pubsub();
    assert_eq!(stage.connections(), before);
    pubsub.subscribe(stage.name("a")).unwrap();
    assert_eq!(stage.read(&mut pubsub), "subscribe a 1");
    assert_eq!(stage.connections(), before + 1, "a connection of its own");
    assert_eq!(stage.subscribers(), 1);
    drop(pubsub);
    let deadline = Instant::now() + LONG;
    while stage.connections() > before {
        assert!(Instant::now() < deadline, "dropping it closes the connection");
    }
}

pub fn f263_the_client_goes_on_as_before(stage: &mut Stage) {
    let mut pubsub = stage.quiet();
    pubsub.subscribe(stage.name("a")).unwrap();
    let key = stage.name("key");
    for n in 0..20 {
        stage.publish("a", n);
        assert_eq!(stage.call(cmd("INCR").key(&key)), Value::Integer(n + 1));
    }
    stage.call(cmd("DEL").key(&key));
    let messages: Vec<String> = (0..20).map(|n| format!("message a {n}")).collect();
    let told = stage.drain(&mut pubsub);
    assert_eq!(
        told.iter()
            .filter(|text| *text != "nothing")
            .cloned()
            .collect::<Vec<_>>(),
        messages
    );
}

pub fn f264_names_one_or_many(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    pubsub.subscribe(stage.name("a")).unwrap();
    pubsub.subscribe([stage.name("b"), stage.name("c")]).unwrap();
    pubsub.subscribe_with(stage.name("d"), |_| ()).unwrap();
    pubsub
        .psubscribe(vec![stage.pattern("p*"), stage.pattern("q*")])
        .unwrap();
    pubsub.psubscribe_with(stage.pattern("r*"), |_| ()).unwrap();
    let expected = [
        "subscribe a 1",
        "subscribe b 2",
        "subscribe c 3",
        "subscribe d 4",
        "psubscribe p* 5",
        "psubscribe q* 6",
        "psubscribe r* 7",
    ];
    assert_eq!(stage.reads(&mut pubsub, 7), expected);
    let error = pubsub.subscribe(Vec::<String>::new()).unwrap_err();
    assert_eq!(error.to_string(), "SUBSCRIBE: at least one channel is needed");
    let [channels, patterns, shards] = pubsub.names();
    let shown = |names: &[bytes::Bytes]| names.iter().map(|name| stage.strip(name)).collect::<Vec<_>>().join(" ");
    assert_eq!(shown(&channels), "a b c d");
    assert_eq!(shown(&patterns), "p* q* r*");
    assert!(shards.is_empty());
}

pub fn f265_unsubscribing_from_some_from_all_from_nothing(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    pubsub.unsubscribe_all().unwrap();
    assert_eq!(stage.read(&mut pubsub), "unsubscribe 0");
    pubsub
        .subscribe([stage.name("a"), stage.name("b"), stage.name("c")])
        .unwrap();
    pubsub.psubscribe([stage.pattern("p*"), stage.pattern("q*")]).unwrap();
    stage.reads(&mut pubsub, 5);
    pubsub.unsubscribe(stage.name("b")).unwrap();
    assert_eq!(stage.read(&mut pubsub), "unsubscribe b 4");
    pubsub.unsubscribe([stage.name("never")]).unwrap();
    assert_eq!(stage.read(&mut pubsub), "unsubscribe never 4");
    pubsub.unsubscribe_all().unwrap();
    assert_eq!(stage.reads(&mut pubsub, 2), ["unsubscribe a 3", "unsubscribe c 2"]);
    pubsub.punsubscribe(stage.pattern("p*")).unwrap();
    pubsub.punsubscribe_all().unwrap();
    assert_eq!(stage.reads(&mut pubsub, 2), ["punsubscribe p* 1", "punsubscribe q* 0"]);
    assert!(!pubsub.subscribed());
    pubsub.punsubscribe_all().unwrap();
    assert_eq!(stage.read(&mut pubsub), "punsubscribe 0");
}

pub fn f266_messages_have_a_type_a_pattern_a_channel_and_data(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    pubsub.subscribe(stage.name("a")).unwrap();
    pubsub.psubscribe(stage.pattern("?")).unwrap();
    stage.publish("a", "hello");
    let mut event = || pubsub.get(ReadOptions::new().timeout(LONG)).unwrap().unwrap();
    let (a, all) = (stage.name("a").into_bytes(), stage.pattern("?").into_bytes());
    let parts = |event: Event| {
        let owned = |text: Option<&[u8]>| text.map(<[u8]>::to_vec);
        let texts = [event.pattern(), event.channel(), event.payload()].map(owned);
        (event.kind(), texts, event.count())
    };
    assert_eq!(parts(event()), ("subscribe", [None, Some(a.clone()), None], Some(1)));
    assert_eq!(parts(event()), ("psubscribe", [None, Some(all.clone()), None], Some(2)));
    let hello = Some(b"hello".to_vec());
    assert_eq!(
        parts(event()),
        ("message", [None, Some(a.clone()), hello.clone()], None)
    );
    assert_eq!(parts(event()), ("pmessage", [Some(all), Some(a), hello], None));
}

pub fn f267_f287_d13_pongs_are_told_with_or_without_a_subscription(stage: &mut Stage) {
    let mut pubsub = stage.quiet();
    // Without a subscription the answer has another shape.
    pubsub.ping(None::<&str>).unwrap();
    pubsub.ping(Some("text")).unwrap();
    assert_eq!(stage.reads(&mut pubsub, 2), ["pong ", "pong text"]);
    pubsub.subscribe(stage.name("a")).unwrap();
    pubsub.ping(None::<&str>).unwrap();
    pubsub.ping(Some("text")).unwrap();
    assert_eq!(stage.reads(&mut pubsub, 3), ["nothing", "pong ", "pong text"]);
    pubsub.unsubscribe_all().unwrap();
    pubsub.ping(Some("text")).unwrap();
    assert_eq!(stage.reads(&mut pubsub, 2), ["nothing", "pong text"]);
}

pub fn f268_f269_handlers_take_messages_from_the_reader(stage: &mut Stage) {
    let mut pubsub = stage.quiet();
    let (sender, handled) = mpsc::channel::<String>();
    let handler = |name: &'static str| {
        let sender = sender.clone();
        move |message: Message| -> Result<(), Error> {
            if message.payload() == b"bad" {
                return Err(Error::invalid_argument("this is bad"));
            }
            let payload: String = message.decode()?;
            sender.send(format!("{name} {payload}")).unwrap();
            Ok(())
        }
    };
    pubsub.subscribe_with(stage.name("a"), handler("a")).unwrap();
    pubsub.psubscribe_with(stage.pattern("b*"), handler("b*")).unwrap();
    pubsub.subscribe(stage.name("bare")).unwrap();
    stage.drain(&mut pubsub);
    stage.publish("a", "1");
    stage.publish("bare", "2");
    stage.publish("a", "bad");
    stage.publish("bcd", "3");
    let told = stage.drain(&mut pubsub);
    assert_eq!(
        told,
        [
            "nothing",
            "message bare 2",
            "nothing",
            "error: a handler failed: this is bad",
            "nothing"
        ]
    );
    let all: Vec<String> = handled.try_iter().collect();
    assert_eq!(all, ["a 1", "b* 2", "b* 3"]);
    // Subscribed to again without one, it has none.
    pubsub.subscribe(stage.name("a")).unwrap();
    stage.drain(&mut pubsub);
    stage.publish("a", "4");
    assert_eq!(stage.drain(&mut pubsub), ["message a 4"]);
    assert_eq!(handled.try_iter().count(), 0);
}

pub fn f270_confirmations_can_be_left_out(stage: &mut Stage) {
    let mut pubsub = stage.quiet();
    pubsub.subscribe(stage.name("a")).unwrap();
    stage.publish("a", "x");
    pubsub.unsubscribe_all().unwrap();
    assert_eq!(stage.reads(&mut pubsub, 3), ["nothing", "message a x", "nothing"]);
    // Of one read.
    let mut pubsub = stage.pubsub();
    pubsub.subscribe(stage.name("a")).unwrap();
    pubsub.psubscribe(stage.pattern("p")).unwrap();
    let ignoring = ReadOptions::new().timeout(LONG).ignore_subscribe_messages();
    assert!(pubsub.get(ignoring).unwrap().is_none());
    assert_eq!(stage.read(&mut pubsub), "psubscribe p 2");
}

pub fn f271_get_message_gives_one_message_or_none(stage: &mut Stage) {
    let mut pubsub = stage.quiet();
    pubsub.subscribe(stage.name("a")).unwrap();
    // A confirmation that is hidden is nothing, and does not wait for the time to be over.
    let begin = Instant::now();
    assert!(pubsub.get(ReadOptions::new().timeout(LONG)).unwrap().is_none());
    assert!(begin.elapsed() < LONG / 2);
    assert!(
        pubsub
            .get(ReadOptions::new().timeout(Duration::ZERO))
            .unwrap()
            .is_none()
    );
    let short = ReadOptions::new().timeout(Duration::from_millis(30));
    assert!(pubsub.get(short).unwrap().is_none());
    stage.publish("a", 1);
    stage.publish("a", 2);
    stage.publish("a", 3);
    assert_eq!(stage.read(&mut pubsub), "message a 1");
    assert_eq!(stage.read(&mut pubsub), "message a 2");
    // A look is enough for what is there.
    let deadline = Instant::now() + LONG;
    let event = loop {
        let looked = pubsub.get(ReadOptions::new().timeout(Duration::ZERO)).unwrap();
        if let Some(event) = looked {
            break event;
        }
        assert!(Instant::now() < deadline);
    };
    assert_eq!(stage.show(&event), "message a 3");
}

pub fn f272_reading_without_a_subscription_fails(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    let error = pubsub.get(ReadOptions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(
        error.to_string(),
        "pubsub connection not set: did you forget to call subscribe() or psubscribe()?"
    );
}

pub fn f273_listening_ends_with_the_last_subscription(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    assert!(pubsub.next().is_none(), "nothing is subscribed to");
    pubsub.subscribe([stage.name("a"), stage.name("b")]).unwrap();
    stage.publish("a", "x");
    pubsub.unsubscribe_all().unwrap();
    let mut all = Vec::new();
    while let Some(event) = pubsub.next() {
        all.push(stage.show(&event.unwrap()));
    }
    assert_eq!(
        all,
        [
            "subscribe a 1",
            "subscribe b 2",
            "message a x",
            "unsubscribe a 1",
            "unsubscribe b 0"
        ]
    );
    assert!(pubsub.next().is_none());
    // Also if none of it is told.
    let mut pubsub = stage.quiet();
    pubsub.subscribe_with(stage.name("a"), |_| ()).unwrap();
    stage.publish("a", "x");
    pubsub.unsubscribe_all().unwrap();
    assert!(pubsub.next().is_none());
}

pub fn f274_f275_subscribed_until_the_end_is_read(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    assert!(!pubsub.subscribed());
    pubsub.subscribe([stage.name("a"), stage.name("b")]).unwrap();
    assert!(pubsub.subscribed());
    pubsub.unsubscribe(stage.name("a")).unwrap();
    assert_eq!(pubsub.names()[0].len(), 2, "there may be messages on their way");
    stage.reads(&mut pubsub, 3);
    assert_eq!(pubsub.names()[0].len(), 1);
    pubsub.unsubscribe_all().unwrap();
    assert!(pubsub.subscribed());
    assert_eq!(stage.read(&mut pubsub), "unsubscribe b 0");
    assert!(!pubsub.subscribed());
}

pub fn f276_f278_f279_d14_names_and_payloads_are_bytes(stage: &mut Stage) {
    let mut name = stage.name("bin").into_bytes();
    name.extend_from_slice(b"\xff\x00\r\n\xc3");
    let mut pattern = stage.pattern("pat").into_bytes();
    pattern.extend_from_slice(b"\xfe*");
    let mut matching = stage.name("pat").into_bytes();
    matching.extend_from_slice(b"\xfe\xfd");
    let (sender, handled) = mpsc::channel();
    let mut pubsub = stage.quiet();
    let on_message = sender.clone();
    let send = |sender: mpsc::Sender<Vec<u8>>| {
        move |message: Message| sender.send([message.channel(), b"=", message.payload()].concat())
    };
    pubsub.subscribe_with(&name[..], send(on_message)).unwrap();
    pubsub.psubscribe_with(&pattern[..], send(sender)).unwrap();
    stage.drain(&mut pubsub);
    for kicked in [false, true] {
        if kicked {
            stage.kick();
            assert_eq!(stage.read(&mut pubsub), "gap");
            stage.drain(&mut pubsub);
        }
        stage.call(cmd("PUBLISH").arg(&name[..]).arg(&b"\x00\xff"[..]));
        stage.call(cmd("PUBLISH").arg(&matching[..]).arg(""));
        assert_eq!(stage.drain(&mut pubsub), ["nothing", "nothing"]);
        assert_eq!(handled.recv().unwrap(), [&name[..], b"=\x00\xff"].concat());
        assert_eq!(handled.recv().unwrap(), [&matching[..], b"="].concat());
    }
    assert_eq!(pubsub.names()[0], [name]);
}

pub fn f277_d12_unsubscribed_and_subscribed_again_it_stays(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    pubsub.subscribe(stage.name("a")).unwrap();
    pubsub.unsubscribe(stage.name("a")).unwrap();
    pubsub.subscribe(stage.name("a")).unwrap();
    assert_eq!(
        stage.reads(&mut pubsub, 3),
        ["subscribe a 1", "unsubscribe a 0", "subscribe a 1"]
    );
    assert!(pubsub.subscribed());
    stage.publish("a", "x");
    assert_eq!(stage.read(&mut pubsub), "message a x");
    stage.kick();
    assert_eq!(stage.reads(&mut pubsub, 2), ["gap", "subscribe a 1"]);
}

pub fn f280_t40_a_kicked_subscriber_subscribes_again_and_tells_the_gap(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    let (sender, handled) = mpsc::channel();
    pubsub.subscribe([stage.name("b"), stage.name("a")]).unwrap();
    pubsub
        .subscribe_with(stage.name("c"), move |message| sender.send(message.into_payload()))
        .unwrap();
    pubsub.psubscribe(stage.pattern("p*")).unwrap();
    stage.publish("a", "before");
    stage.reads(&mut pubsub, 5);
    stage.publish("b", "unread");
    // What is read already, or at least sent, is told before the gap.
    stage.kick();
    assert_eq!(stage.read(&mut pubsub), "message b unread");
    let gap = pubsub.get(ReadOptions::new().timeout(LONG)).unwrap().unwrap();
    let Event::Gap(gap) = gap else { panic!("{gap:?}") };
    assert!(gap.lasted < LONG);
    let expected = ["subscribe a 1", "subscribe b 2", "subscribe c 3", "psubscribe p* 4"];
    assert_eq!(stage.reads(&mut pubsub, 4), expected);
    for name in ["a", "b", "c", "px"] {
        assert_eq!(stage.publish(name, "after"), 1);
    }
    let expected = ["message a after", "message b after", "nothing", "pmessage p* px after"];
    assert_eq!(stage.reads(&mut pubsub, 4), expected);
    assert_eq!(handled.recv().unwrap(), "after", "handlers are kept");
}

pub fn f284_a_closed_handle_can_be_used_again(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    pubsub.close();
    pubsub
        .subscribe_with(stage.name("a"), |_| -> () { panic!("this handler is gone") })
        .unwrap();
    stage.publish("a", "unread");
    pubsub.close();
    assert!(!pubsub.subscribed());
    assert_eq!(pubsub.names(), [Vec::<bytes::Bytes>::new(), Vec::new(), Vec::new()]);
    assert!(pubsub.get(ReadOptions::new()).is_err());
    pubsub.subscribe(stage.name("a")).unwrap();
    assert_eq!(
        stage.read(&mut pubsub),
        "subscribe a 1",
        "no gap: nobody was subscribed"
    );
    stage.publish("a", "x");
    assert_eq!(stage.read(&mut pubsub), "message a x");
}

pub fn f288_publish_counts_its_receivers(stage: &mut Stage) {
    assert_eq!(stage.publish("a", "x"), 0);
    let mut one = stage.quiet();
    one.subscribe(stage.name("a")).unwrap();
    one.psubscribe([stage.pattern("a"), stage.pattern("?"), stage.pattern("no")])
        .unwrap();
    let mut other = stage.quiet();
    other.subscribe(stage.name("a")).unwrap();
    stage.drain(&mut one);
    stage.drain(&mut other);
    assert_eq!(stage.publish("a", "x"), 4);
    // Patterns match in an order of the server's own.
    let mut told = stage.drain(&mut one);
    told.sort();
    assert_eq!(told, ["message a x", "pmessage ? a x", "pmessage a a x"]);
    assert_eq!(stage.drain(&mut other), ["message a x"]);
}

fn array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.into_vec(),
        other => panic!("{other:?}"),
    }
}

pub fn f289_pubsub_tells_who_listens(stage: &mut Stage) {
    let mut one = stage.quiet();
    one.subscribe([stage.name("a"), stage.name("b")]).unwrap();
    one.psubscribe(stage.pattern("p*")).unwrap();
    let mut other = stage.quiet();
    other.subscribe(stage.name("b")).unwrap();
    stage.drain(&mut one);
    stage.drain(&mut other);
    let text = |value: &Value| stage.strip(value.as_bytes().unwrap());
    let channels = stage.call(cmd("PUBSUB CHANNELS").arg(stage.pattern("*")));
    let mut channels: Vec<String> = array(channels).iter().map(text).collect();
    channels.sort();
    assert_eq!(channels, ["a", "b"]);
    let counts = stage.call(cmd("PUBSUB NUMSUB").arg([stage.name("a"), stage.name("b"), stage.name("c")]));
    let counts = array(counts);
    let counts: Vec<(String, &Value)> = counts.chunks(2).map(|pair| (text(&pair[0]), &pair[1])).collect();
    assert_eq!(
        counts,
        [
            ("a".into(), &Value::Integer(1)),
            ("b".into(), &Value::Integer(2)),
            ("c".into(), &Value::Integer(0))
        ]
    );
    assert!(array(stage.call(cmd("PUBSUB NUMSUB"))).is_empty());
    let Value::Integer(patterns) = stage.call(cmd("PUBSUB NUMPAT")) else {
        panic!()
    };
    assert!(patterns >= 1);
}

pub fn t15_confirmations_beside_other_commands(stage: &mut Stage) {
    // Many requests at once, messages among their confirmations.
    let mut pubsub = stage.pubsub();
    pubsub.subscribe(stage.name("x")).unwrap();
    for _ in 0..10 {
        pubsub
            .subscribe([stage.name("a"), stage.name("b"), stage.name("c")])
            .unwrap();
        stage.publish("x", "between");
        pubsub.ping(Some("p")).unwrap();
        pubsub
            .unsubscribe([stage.name("a"), stage.name("b"), stage.name("c")])
            .unwrap();
    }
    let all = stage.drain(&mut pubsub);
    let of = |word: &str| all.iter().filter(|text| text.starts_with(word)).count();
    assert_eq!(
        (of("subscribe"), of("unsubscribe"), of("pong p"), of("message x")),
        (31, 30, 10, 10)
    );
    assert_eq!(all.len(), 81, "{all:?}");
    assert_eq!(pubsub.names()[0].len(), 1);
}

pub fn t42_the_latest_messages_and_how_many_are_missing(stage: &mut Stage) {
    let options = PubSubOptions::new().with_ignore_subscribe_messages();
    let options = options.with_keep_latest(NonZeroUsize::new(5).unwrap());
    let mut pubsub: Box<dyn Handle> = stage.client.pubsub(options);
    pubsub.subscribe(stage.name("a")).unwrap();
    assert_eq!(stage.read(&mut pubsub), "nothing");
    for n in 0..500 {
        stage.publish("a", n);
    }
    let (mut next, mut lost) = (0, 0);
    while next < 500 {
        match pubsub.get(ReadOptions::new().timeout(LONG)).unwrap() {
            Some(Event::Lost(count)) => {
                lost += count;
                next += count;
            }
            Some(Event::Message(message)) => {
                assert_eq!(
                    message.decode::<u64>().unwrap(),
                    next,
                    "what is missing was told before"
                );
                next += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(next, 500);
    assert!(lost > 400, "the first look sees nearly all of them: {lost}");
    if stage.place == Place::Memory {
        assert_eq!(lost, 495);
    }
}

pub fn shard_channels_are_a_world_of_their_own(stage: &mut Stage) {
    let mut pubsub = stage.pubsub();
    let (sender, handled) = mpsc::channel();
    pubsub.subscribe(stage.name("a")).unwrap();
    pubsub.ssubscribe([stage.name("a"), stage.name("b")]).unwrap();
    pubsub
        .ssubscribe_with(stage.name("c"), move |message| sender.send(message.into_payload()))
        .unwrap();
    assert_eq!(
        stage.reads(&mut pubsub, 4),
        ["subscribe a 1", "ssubscribe a 1", "ssubscribe b 2", "ssubscribe c 3"]
    );
    for name in ["a", "c"] {
        let sent = stage.call(cmd("SPUBLISH").arg(stage.name(name)).arg("x"));
        assert_eq!(sent, Value::Integer(1));
    }
    assert_eq!(stage.reads(&mut pubsub, 2), ["smessage a x", "nothing"]);
    assert_eq!(handled.recv().unwrap(), "x");
    stage.kick();
    let mut restored = stage.reads(&mut pubsub, 5);
    restored.sort();
    assert_eq!(
        restored,
        [
            "gap",
            "ssubscribe a 1",
            "ssubscribe b 2",
            "ssubscribe c 3",
            "subscribe a 1"
        ]
    );
    pubsub.sunsubscribe(stage.name("a")).unwrap();
    pubsub.sunsubscribe_all().unwrap();
    assert_eq!(
        stage.reads(&mut pubsub, 3),
        ["sunsubscribe a 2", "sunsubscribe b 1", "sunsubscribe c 0"]
    );
    assert!(pubsub.subscribed());
}
