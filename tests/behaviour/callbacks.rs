//! Response callbacks where a table of commands does not reach: clones, exclusive connections, callbacks that call, and
//! commands that only real servers have.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use futures_lite::future::block_on;
use redwire::prelude::*;
use redwire::resp::Value;
use redwire::tokio::AsyncClient;
use redwire::{Config, Protocol, mock};

use crate::support::Server;

fn doubled(value: Value) -> Result<Value, Error> {
    Ok((2 * value.decode::<i64>()?).into())
}

fn asynchronous<R>(client: &AsyncClient<R>) {
    block_on(async {
        let before = client.clone();
        let exclusive = client.exclusive().await.unwrap();
        let pipeline = exclusive.pipeline().non_atomic().incr("n");
        client.clone().set_response_callback("incr", |value, _| doubled(value));
        assert_eq!(client.incr("n").await.unwrap(), 2);
        assert_eq!(before.incr("n").await.unwrap(), 4);
        assert_eq!(exclusive.incr("n").await.unwrap(), 6);
        assert_eq!(exclusive.execute(cmd("INCR n")).await.unwrap(), Value::Integer(8));
        assert_eq!(pipeline.execute().await.unwrap(), (10,));
        // On a connection of its own, as one that blocks in the server has.
        client.set_response_callback("BLPOP", |_, _| Ok(Value::array(["k", "other"])));
        client.rpush("k", 1).await.unwrap();
        let popped = client
            .blpop::<String, String>("k", std::time::Duration::from_secs(1))
            .await;
        assert_eq!(format!("{:?}", popped.unwrap()), r#"Some(("k", "other"))"#);
        // MULTI by hand: what is queued has no reply yet.
        assert_eq!(
            exclusive.execute(cmd("MULTI")).await.unwrap(),
            Value::Simple("OK".into())
        );
        let queued = exclusive.execute(cmd("INCR n")).await.unwrap();
        assert_eq!(queued, Value::Simple("QUEUED".into()));
        assert_eq!(exclusive.execute(cmd("EXEC")).await.unwrap(), Value::array([6]));

        assert!(before.remove_response_callback("INCR"));
        assert!(!client.remove_response_callback("INCR"));
        assert_eq!(exclusive.incr("n").await.unwrap(), 7);
    });
}

#[test]
fn f107_clones_and_exclusive_connections_share_the_live_table() {
    asynchronous(&mock::Server::new().tokio_client());
    asynchronous(&mock::Server::new().async_std_client());
    asynchronous(&mock::Server::new().smol_client());

    let client = mock::Server::new().blocking_client();
    let before = client.clone();
    let exclusive = client.exclusive().unwrap();
    let pipeline = exclusive.pipeline().non_atomic().incr("n");
    client.clone().set_response_callback("incr", |value, _| doubled(value));
    assert_eq!(client.incr("n").unwrap(), 2);
    assert_eq!(before.incr("n").unwrap(), 4);
    assert_eq!(exclusive.incr("n").unwrap(), 6);
    assert_eq!(exclusive.execute(cmd("INCR n")).unwrap(), Value::Integer(8));
    assert_eq!(pipeline.execute().unwrap(), (10,));
    assert!(before.remove_response_callback("INCR"));
    assert_eq!(exclusive.incr("n").unwrap(), 6);
}

#[test]
fn f103_the_table_is_the_clients() {
    let server = mock::Server::new();
    let pool = server.blocking_pool(&Config::new());
    let (first, second) = (pool.client(), pool.client());
    first.set_response_callback("incr", |value, _| doubled(value));
    assert_eq!((first.incr("n").unwrap(), second.incr("n").unwrap()), (2, 2));
    let other = server.tokio_client();
    assert_eq!(block_on(other.incr("n")).unwrap(), 3);
}

#[test]
fn callbacks_may_use_the_client_and_change_its_callbacks() {
    let client = mock::Server::new().blocking_client();
    let inner = client.clone();
    client.set_response_callback("GET", move |value, call| {
        let name = call.arguments().nth(1).unwrap_or_default();
        inner.incr([b"reads:", name].concat())?;
        inner.set_response_callback("GETDEL", |_, _| Ok(Value::from("gone")));
        Ok(value)
    });
    client.set("k", "v").unwrap();
    assert_eq!(client.get::<String>("k").unwrap(), "v");
    assert_eq!(client.getdel::<String>("k").unwrap(), "gone");
    assert_eq!(client.strlen("reads:k").unwrap(), 1);
}

#[test]
fn a_callback_that_blocks_keeps_nobody_else() {
    let client = mock::Server::new().blocking_client();
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    client.set_response_callback("ECHO", move |value, _| {
        held.lock().unwrap().recv().unwrap();
        Ok(value)
    });
    thread::scope(|scope| {
        let echo = scope.spawn(|| client.execute(cmd("ECHO x")));
        // Other calls, and other callbacks, go on meanwhile.
        client.set_response_callback("INCR", |value, _| doubled(value));
        assert_eq!(client.incr("n").unwrap(), 2);
        release.send(()).unwrap();
        assert_eq!(echo.join().unwrap().unwrap(), Value::from("x"));
    });
}

#[test]
fn a_callback_taken_back_is_dropped() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let client = mock::Server::new().blocking_client();
    let dropped = Arc::new(AtomicUsize::new(0));
    for expected in 0..2 {
        let counted = Counted(dropped.clone());
        client.set_response_callback("GET", move |value, _| {
            let _ = &counted;
            Ok(value)
        });
        assert_eq!(dropped.load(Ordering::SeqCst), expected);
    }
    client.remove_response_callback("GET");
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
}

/// Commands to set the stage with, and untyped calls with what comes of them on any server under either protocol.
const SET_UP: [&str; 10] = [
    "XADD s 1-0 f v",
    "XADD s 2-0 f w",
    "XGROUP CREATE s g 0",
    "GEOADD geo 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
    "SET int 1",
    "RPUSH list b a",
    "HSET hash a 1",
    "SADD set x",
    "ZADD z 1 one",
    "CONFIG SET slowlog-log-slower-than 0",
];

const CALLS: [(&str, &str); 33] = [
    ("XRANGE s - +", r#"[["1-0", {"f": "v"}], ["2-0", {"f": "w"}]]"#),
    ("XREVRANGE s + - COUNT 1", r#"[["2-0", {"f": "w"}]]"#),
    ("XREAD STREAMS s 1", r#"[["s", [["2-0", {"f": "w"}]]]]"#),
    ("XREAD STREAMS s 2-0", "[]"),
    (
        "XREADGROUP GROUP g alice COUNT 1 STREAMS s >",
        r#"[["s", [["1-0", {"f": "v"}]]]]"#,
    ),
    (
        "XREADGROUP GROUP g alice STREAMS s 0",
        r#"[["s", [["1-0", {"f": "v"}]]]]"#,
    ),
    (
        "XPENDING s g",
        r#"{"pending": 1, "min": "1-0", "max": "1-0", "consumers": [{"name": "alice", "pending": 1}]}"#,
    ),
    ("XCLAIM s g bob 0 1-0", r#"[["1-0", {"f": "v"}]]"#),
    ("XCLAIM s g bob 0 1-0 JUSTID", r#"["1-0"]"#),
    ("XDEL s 1-0", "1"),
    // D08: delivered and deleted.
    ("XREADGROUP GROUP g bob STREAMS s 0", r#"[["s", [["1-0", {}]]]]"#),
    ("XACK s g 1-0", "1"),
    (
        "XPENDING s g",
        r#"{"pending": 0, "min": nil, "max": nil, "consumers": []}"#,
    ),
    ("XGROUP DELCONSUMER s g bob", "0"),
    ("XGROUP DESTROY s g", "true"),
    ("XGROUP CREATE s g $", "true"),
    ("GEOPOS geo none", "[nil]"),
    ("GEOHASH geo Palermo none", r#"["sqc8b49rny0", nil]"#),
    ("GEODIST geo Palermo Catania km", "166.2742"),
    ("GEODIST geo Palermo none", "nil"),
    ("GEORADIUS geo 15 37 200 km ASC", r#"["Catania", "Palermo"]"#),
    (
        "GEORADIUS geo 15 37 200 km WITHHASH WITHDIST ASC",
        r#"[["Catania", 56.4413, 3479447370796909], ["Palermo", 190.4424, 3479099956230698]]"#,
    ),
    ("GEORADIUS geo 15 37 200 km STORE near", "2"),
    ("SCRIPT LOAD return", r#""63143b6f8007b98c53ca2149822777b3566f9241""#),
    (
        "SCRIPT EXISTS 63143b6f8007b98c53ca2149822777b3566f9241 none",
        "[true, false]",
    ),
    ("SCRIPT FLUSH", "true"),
    ("PUBSUB NUMSUB channel", r#"[["channel", 0]]"#),
    ("OBJECT REFCOUNT none", "nil"),
    ("SORT list ALPHA", r#"["a", "b"]"#),
    ("HSCAN hash 0", r#"[0, {"a": "1"}]"#),
    ("CLIENT UNBLOCK 1000000", "false"),
    ("CLIENT SETINFO lib-name redwire", "true"),
    ("BGREWRITEAOF", "true"),
];

#[test]
fn calls_by_name_on_a_real_server_are_the_same_under_both_protocols() {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let server = Server::builder().arg("--enable-debug-command", "yes").start();
        let config = Config::parse(&server.url()).unwrap().with_protocol(protocol);
        let client = redwire::blocking::Client::connect(config).unwrap();
        let execute = |words: &str| client.execute(cmd(words));
        for words in SET_UP {
            execute(words).unwrap();
        }
        for (words, expected) in CALLS {
            match execute(words) {
                Ok(value) => assert_eq!(format!("{value:?}"), expected, "{protocol:?}: {words}"),
                // Newer than the server.
                Err(error) => assert!(words.starts_with("CLIENT SETINFO"), "{words}: {error}"),
            }
        }
        shapes(&client);
    }
}

/// Replies that are never twice the same.
fn shapes(client: &redwire::blocking::Client) {
    let execute = |words: &str| client.execute(cmd(words)).unwrap();
    let info = execute("INFO");
    assert!(matches!(info.get("redis_version"), Some(Value::Bulk(_))), "{info:?}");
    assert!(matches!(info.get("uptime_in_seconds"), Some(Value::Integer(_))));
    assert!(matches!(info.get("mem_fragmentation_ratio"), Some(Value::Double(_))));
    let keys = info.get("db0").and_then(|db| db.get("keys"));
    assert!(matches!(keys, Some(Value::Integer(1..))), "{info:?}");
    assert_eq!(info.get("__raw__"), None);

    let clients = execute("CLIENT LIST");
    let me = clients.children().unwrap().first().unwrap();
    assert!(me.get("addr").is_some() && me.get("cmd").is_some(), "{clients:?}");
    assert_eq!(execute("CLIENT INFO").get("cmd"), Some(&Value::from("client|info")));
    assert!(matches!(execute("CLIENT ID"), Value::Integer(_)));

    let time = execute("TIME");
    assert!(matches!(time.children(), Some([Value::Integer(_), Value::Integer(_)])));
    assert!(matches!(execute("LASTSAVE"), Value::Integer(_)));
    assert!(matches!(execute("MEMORY USAGE int"), Value::Integer(_)));
    assert!(matches!(execute("OBJECT IDLETIME int"), Value::Integer(0..)));

    let object = execute("DEBUG OBJECT int");
    assert_eq!(object.get("type"), Some(&Value::from("Value")));
    assert_eq!(object.get("encoding"), Some(&Value::from("int")));
    assert!(matches!(object.get("serializedlength"), Some(Value::Integer(_))));

    let slow = execute("SLOWLOG GET 1");
    let slowest = slow.children().unwrap().first().unwrap();
    assert_eq!(slowest.get("command"), Some(&Value::from("DEBUG OBJECT int")));
    assert!(matches!(slowest.get("duration"), Some(Value::Integer(_))));
    assert!(slowest.get("client_address").is_some());

    let stream = execute("XINFO STREAM s");
    assert_eq!(stream.get("length"), Some(&Value::Integer(1)));
    assert_eq!(
        format!("{:?}", stream.get("last-entry").unwrap()),
        r#"["2-0", {"f": "w"}]"#
    );
    let groups = execute("XINFO GROUPS s");
    let group = groups.children().unwrap().first().unwrap();
    assert_eq!(group.get("name"), Some(&Value::from("g")));
    let full = execute("XINFO STREAM s FULL");
    let entries = format!("{:?}", full.get("entries").unwrap());
    assert_eq!(entries, r#"[["2-0", {"f": "w"}]]"#);
    // D09: an empty stream.
    execute("XDEL s 2-0");
    assert_eq!(execute("XINFO STREAM s").get("first-entry"), Some(&Value::Null));

    let positions = execute("GEOPOS geo Palermo");
    let position = positions.children().unwrap().first().unwrap();
    assert!(matches!(
        position.children(),
        Some([Value::Double(_), Value::Double(_)])
    ));
}
