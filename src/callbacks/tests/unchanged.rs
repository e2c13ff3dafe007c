//! F106, F110, F113, F133, F151: replies that are right as they come, and those that no callback may see.

use super::{boolean, bulk, double, integer, made, null, reply, simple, texts, untyped};
use crate::callbacks::Callbacks;
use crate::command::{Request, cmd};
use crate::resp::{Reply, ReplyBuilder, Value};

#[test]
fn f110_f113_f133_integers_are_integers() {
    let commands = "BITCOUNT BITPOS DECRBY DEL EXISTS GEOADD GETBIT HDEL HLEN HSTRLEN INCRBY LINSERT LLEN LPUSHX PFADD \
                    PFCOUNT RPUSHX SADD SCARD SDIFFSTORE SETBIT SETRANGE SINTERSTORE SREM STRLEN SUNIONSTORE UNLINK \
                    XACK XDEL XLEN XTRIM ZCARD ZLEXCOUNT ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZRANK \
                    ZREVRANK";
    let two_words = [
        "CLIENT ID",
        "CLUSTER COUNT-FAILURE-REPORTS",
        "CLUSTER COUNTKEYSINSLOT",
        "CLUSTER KEYSLOT",
        "SLOWLOG LEN",
        "XGROUP DELCONSUMER",
        "MEMORY USAGE",
        "OBJECT IDLETIME",
        "OBJECT REFCOUNT",
    ];
    for name in commands.split_ascii_whitespace().chain(two_words) {
        for value in [0, 1, -7] {
            let kept = made(name, integer(value));
            assert_eq!(kept, alloc::format!("{value}"), "{name}");
        }
        assert_eq!(made(name, null()), "nil", "{name}");
    }
}

/// One reply of each shape that servers use.
fn shapes() -> [Reply; 7] {
    [
        reply(integer(1)),
        reply(simple(b"OK")),
        reply(bulk(b"1.5")),
        reply(null()),
        reply(texts(&["a", "1"])),
        reply(|reply| {
            reply.array(0);
        }),
        reply(double(1.5)),
    ]
}

#[test]
fn f151_commands_without_a_callback_are_left_alone() {
    let commands = "GET MGET GETSET GETRANGE APPEND TTL PTTL PEXPIRE PEXPIREAT HSET HSETNX HINCRBY LREM LPOP TYPE KEYS \
                    DBSIZE ECHO DUMP RESTORE SPOP SRANDMEMBER ZCOUNT ZINTERSTORE ZUNIONSTORE ZRANGEBYLEX PUBLISH BITOP \
                    BITFIELD EVAL EVALSHA WAIT TOUCH XADD MIGRATE EXEC";
    let two_words = ["CONFIG REWRITE", "PUBSUB CHANNELS", "PUBSUB NUMPAT"];
    for name in commands.split_ascii_whitespace().chain(two_words) {
        for reply in shapes() {
            let kept = Callbacks::new().apply(&untyped(cmd(name)), reply.clone()).unwrap();
            assert_eq!(kept, reply, "{name}");
        }
    }
}

#[test]
fn typed_calls_are_left_alone() {
    let commands = "EXPIRE SET ZSCORE PING TIME SMEMBERS HGETALL INFO LASTSAVE XREAD";
    for name in commands.split(' ') {
        let typed = cmd(name).returns::<Value>().into_parts().0;
        // A request that was untyped once is typed as soon as a type is named.
        let again = untyped(cmd(name)).returns::<Value>().into_parts().0;
        for request in [typed, again] {
            for reply in shapes() {
                assert_eq!(
                    Callbacks::new().apply(&request, reply.clone()).unwrap(),
                    reply,
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn f106_errors_and_queued_commands_are_left_alone() {
    let mut callbacks = Callbacks::new();
    callbacks.set("GET", |_, _| panic!("called"));
    callbacks.set("PING", |_, _| panic!("called"));
    for name in ["PING", "GET"] {
        for build in [
            |reply: &mut ReplyBuilder| {
                reply.error(b"ERR no");
            },
            |reply: &mut ReplyBuilder| {
                reply.simple(b"QUEUED");
            },
        ] {
            for callbacks in [&callbacks, &Callbacks::new()] {
                let kept = callbacks.apply(&untyped(cmd(name)), reply(build)).unwrap();
                assert_eq!(kept, reply(build));
            }
        }
    }
}

#[test]
fn no_reply_of_any_shape_is_lost_or_panics() {
    let names = "EXPIRE SET SAVE BGSAVE PING LASTSAVE TIME INCRBYFLOAT ZADD SMEMBERS HGETALL SORT SCAN HSCAN ZSCAN GEOPOS \
                 GEORADIUS ZRANGE ZPOPMIN BZPOPMIN INFO XRANGE XREAD XPENDING";
    let two_words = [
        "CLIENT UNBLOCK",
        "SCRIPT EXISTS",
        "SENTINEL GET-MASTER-ADDR-BY-NAME",
        "PUBSUB NUMSUB",
        "SLOWLOG GET",
        "CLIENT LIST",
        "DEBUG OBJECT",
        "CLUSTER NODES",
        "SENTINEL MASTER",
        "SENTINEL MASTERS",
        "XINFO STREAM",
        "XINFO GROUPS",
    ];
    let nested = reply(|reply| {
        reply.array(3).array(1).null().map(1).null().null().array(0);
    });
    let odd = reply(|reply| {
        reply.array(3).integer(1).boolean(true).set(1).null();
    });
    for name in names.split_ascii_whitespace().chain(two_words) {
        for reply in shapes().into_iter().chain([nested.clone(), odd.clone()]) {
            Callbacks::new().apply(&untyped(cmd(name)), reply).unwrap();
        }
    }
}

#[test]
fn names_of_any_length_are_looked_up() {
    let long = "x".repeat(1_000);
    let requests = [
        Request::new("PING").arg(&long),
        Request::new(&long).arg("PING"),
        Request::new("SENTINEL").arg(&long).arg("PING"),
        Request::new(""),
    ];
    for request in requests {
        let kept = Callbacks::new().apply(&untyped(request.clone()), reply(simple(b"PONG")));
        let is_ping = request.name() == "PING";
        assert_eq!(kept.unwrap() == reply(boolean(true)), is_ping);
    }
}
