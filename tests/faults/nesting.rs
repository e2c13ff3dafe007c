//! T06: nesting is refused at the limit, and where the limit is raised, nothing recurses: 64 KiB of stack are enough.

use bytes::BytesMut;
use redwire::connection::{Connection, Event};
use redwire::resp::{Limits, Parser, ProtocolErrorKind, Reply, ReplyBuilder, RespParser, SimpleParser, Value};
use redwire::time::Timestamp;

use crate::clients::{fatal, get, plain};

const DEEP: usize = 100_000;

/// Runs `test` with a stack on which no recursion of any depth worth naming has room.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(64 << 10);
    thread.spawn(test).unwrap().join().unwrap();
}

fn nested(header: &str, levels: usize, inner: &str) -> Vec<u8> {
    [header.repeat(levels).as_bytes(), inner.as_bytes()].concat()
}

/// Every kind of aggregate, and what fills it up around the one inside.
fn kinds() -> Vec<(&'static str, &'static str)> {
    vec![
        ("arrays", "*1\r\n"),
        ("sets", "~1\r\n"),
        ("maps", "%1\r\n+f\r\n"),
        ("pushes", ">1\r\n"),
        ("wide arrays", "*2\r\n:1\r\n"),
        ("streamed arrays", "*?\r\n"),
        ("streamed maps", "%?\r\n+f\r\n"),
        ("attributes", "|1\r\n+a\r\n"),
    ]
}

#[test]
fn t06_depth_is_refused_at_the_documented_limit() {
    assert_eq!(Limits::default().max_depth(), 128);
    for (name, header) in kinds() {
        let error = fatal(&nested(header, DEEP, ""), &plain()).to_string();
        let at = 5 + 128 * header.len();
        assert!(
            error.contains(&format!("nesting too deep at byte {at}: ")),
            "{name}: {error}"
        );
    }
    let allowed = nested("*1\r\n", 128, ":7\r\n");
    for mut parser in [
        Box::new(RespParser::default()) as Box<dyn Parser>,
        Box::new(SimpleParser::default()),
    ] {
        let reply = parser.parse(&mut BytesMut::from(&allowed[..])).unwrap().unwrap();
        assert_eq!(format!("{reply:?}"), format!("{}7{}", "[".repeat(128), "]".repeat(128)));
        let refused = parser
            .parse(&mut BytesMut::from(&nested("*1\r\n", 129, ":7\r\n")[..]))
            .unwrap_err();
        assert_eq!(refused.kind(), ProtocolErrorKind::TooDeep);
    }
}

#[test]
fn t06_refusing_takes_no_stack() {
    on_a_small_stack(|| {
        for (name, header) in kinds() {
            let mut connection = Connection::new(Timestamp::ZERO, plain());
            connection.poll_event();
            connection.send(Timestamp::ZERO, &get("a")).unwrap();
            let written = connection.poll_transmit().unwrap().len();
            connection.transmitted(written);
            connection.input().extend_from_slice(&nested(header, DEEP, ""));
            let Some(Event::Reply { result: Err(error), .. }) = connection.poll_event() else {
                panic!("{name}");
            };
            assert!(error.to_string().contains("nesting too deep"), "{error}");
        }
    });
}

/// Everything that can be done to a deep reply and to the tree made from it.
fn exercise(reply: Reply) {
    let text = format!("{reply:?}");
    assert!(text.len() > DEEP);
    let copy = reply.clone();
    assert!(copy == reply);
    assert_eq!(format!("{:?}", copy.root()), text);
    assert!(copy.root().to_reply() == reply);
    let value = Value::from(reply.root());
    drop(copy);
    let twin = value.clone();
    assert!(twin == value);
    assert_eq!(format!("{twin:?}"), text);
    assert!(value.to_reply() == reply);
    drop(twin);
    let decoded: Value = reply.decode().unwrap();
    assert!(decoded == value);
    let children = value.children().unwrap().to_vec();
    drop(value);
    drop(decoded);
    drop(children);
}

#[test]
fn t06_with_a_raised_limit_nothing_recurses() {
    for (name, header) in kinds() {
        if name == "attributes" {
            continue;
        }
        let inner = if header.contains('?') {
            ":1\r\n".to_string() + &".\r\n".repeat(DEEP)
        } else {
            ":1\r\n".into()
        };
        let bytes = nested(header, DEEP, &inner);
        on_a_small_stack(move || {
            let limits = Limits::new().depth(u32::MAX);
            let mut parser = RespParser::new(limits);
            let fast = parser.parse(&mut BytesMut::from(&bytes[..])).unwrap().unwrap();
            let simple = SimpleParser::new(limits)
                .parse(&mut BytesMut::from(&bytes[..]))
                .unwrap()
                .unwrap();
            assert!(fast == simple);
            exercise(fast);
        });
    }
}

#[test]
fn t06_deep_attributes_neither() {
    on_a_small_stack(|| {
        let bytes = nested("|1\r\n+a\r\n", DEEP, &":1\r\n".repeat(DEEP + 1));
        let mut parser = RespParser::new(Limits::new().depth(u32::MAX));
        let reply = parser.parse(&mut BytesMut::from(&bytes[..])).unwrap().unwrap();
        assert_eq!(format!("{reply:?}"), "1");
        let mut attributes = reply.root().attributes();
        let mut levels = 0;
        while let Some(mut pairs) = attributes {
            levels += 1;
            let (_, value) = pairs.next().unwrap();
            attributes = value.attributes();
        }
        assert_eq!(levels, DEEP);
        assert!(reply.clone() == reply);
    });
}

#[test]
fn t06_an_unfinished_deep_reply_is_dropped_and_reset_without_recursion() {
    on_a_small_stack(|| {
        let mut parser = RespParser::new(Limits::new().depth(u32::MAX));
        let mut input = BytesMut::from(&nested("*1\r\n", DEEP, "")[..]);
        assert!(parser.parse(&mut input).unwrap().is_none());
        parser.reset();
        assert_eq!(
            format!("{:?}", parser.parse(&mut BytesMut::from("+OK\r\n")).unwrap()),
            "Some(+OK)"
        );
        assert!(parser.parse(&mut input).unwrap().is_none());
        drop(parser);
        let mut builder = ReplyBuilder::new();
        for _ in 0..DEEP {
            builder.array(1);
        }
        drop(builder);
    });
}
