#![allow(clippy::unwrap_used, reason = "tests may panic")]

use alloc::format;
use alloc::string::ToString;
use core::time::Duration;

use super::*;
use crate::command::Build;
use crate::resp::{DecodeError, Reply, ReplyBuilder};

fn reply(build: impl FnOnce(&mut ReplyBuilder)) -> Reply {
    let mut reply = ReplyBuilder::new();
    build(&mut reply);
    reply.finish().unwrap()
}

fn role(build: impl FnOnce(&mut ReplyBuilder)) -> Result<Role, DecodeError> {
    reply(build).decode()
}

#[test]
fn roles() {
    let master = role(|reply| {
        reply.array(3).bulk(b"master").integer(3_129_659).array(2);
        reply.array(3).bulk(b"127.0.0.1").bulk(b"9001").bulk(b"3129242");
        // With something new at the end.
        reply.array(4).bulk(b"::1").bulk(b"9002").bulk(b"0").bulk(b"new");
    });
    let replicas = [("127.0.0.1", 9001, 3_129_242), ("::1", 9002, 0)].map(|(host, port, offset)| RoleReplica {
        host: host.into(),
        port,
        offset,
    });
    assert_eq!(
        master.unwrap(),
        Role::Master {
            offset: 3_129_659,
            replicas: replicas.into()
        }
    );
    for (word, link, offset) in [
        ("connected", ReplicationLink::Connected, 3_167_038),
        ("connect", ReplicationLink::Connect, -1),
        ("connecting", ReplicationLink::Connecting, -1),
        ("handshake", ReplicationLink::Handshake, -1),
        ("sync", ReplicationLink::Sync, -1),
        ("none", ReplicationLink::Other("none".into()), 0),
    ] {
        let replica = role(|reply| {
            reply.array(5).bulk(b"slave").bulk(b"localhost").integer(9000);
            reply.bulk(word.as_bytes()).integer(offset);
        });
        let expected = Role::Replica {
            host: "localhost".into(),
            port: 9000,
            link,
            offset: u64::try_from(offset).ok(),
        };
        assert_eq!(replica.unwrap(), expected);
    }
    let sentinel = role(|reply| {
        reply.array(2).bulk(b"sentinel").array(2).bulk(b"a").bulk(b"b");
    });
    let masters = ["a".into(), "b".into()].into();
    assert_eq!(sentinel.unwrap(), Role::Sentinel { masters });
}

#[test]
fn roles_that_make_no_sense() {
    let error = |build: fn(&mut ReplyBuilder)| role(build).unwrap_err().to_string();
    assert_eq!(
        error(|reply| {
            reply.array(1).bulk(b"master");
        }),
        "expected role of a server, found array of 1"
    );
    assert_eq!(
        error(|reply| {
            reply.array(2).bulk(b"observer").integer(1);
        }),
        "expected role of a server, found array of 2"
    );
    assert_eq!(
        error(|reply| {
            reply
                .array(3)
                .bulk(b"master")
                .integer(1)
                .array(1)
                .array(2)
                .bulk(b"host")
                .bulk(b"99999");
        }),
        "expected u16, found bulk string \"99999\" at [2][0][1]"
    );
    assert_eq!(
        error(|reply| {
            reply.simple(b"OK");
        }),
        "expected role of a server, found simple string \"OK\""
    );
}

#[test]
fn background_jobs() {
    let job = |text: &str| {
        reply(|reply| {
            reply.simple(text.as_bytes());
        })
        .decode::<BackgroundJob>()
        .unwrap()
    };
    assert_eq!(job("Background saving started"), BackgroundJob::Started);
    assert_eq!(job("Background saving scheduled"), BackgroundJob::Scheduled);
    assert_eq!(
        job("Background append only file rewriting started"),
        BackgroundJob::Started
    );
    assert_eq!(
        job("Background append only file rewriting scheduled"),
        BackgroundJob::Scheduled
    );
    let cancelled = reply(|reply| {
        reply.simple(b"Scheduled background saving cancelled");
    });
    assert_eq!(Build.bgsave_cancel().decode(cancelled), Ok(true));
    let number = reply(|reply| {
        reply.integer(1);
    });
    assert_eq!(
        number.decode::<BackgroundJob>().unwrap_err().to_string(),
        "expected status of a background job, found integer 1"
    );
}

#[test]
fn last_save() {
    let decode = |build: fn(&mut ReplyBuilder)| Build.lastsave().decode(reply(build)).unwrap();
    assert_eq!(
        decode(|reply| {
            reply.integer(1_795_558_135);
        }),
        Some(Duration::from_secs(1_795_558_135))
    );
    assert_eq!(
        decode(|reply| {
            reply.integer(0);
        }),
        None
    );
    assert_eq!(
        decode(|reply| {
            reply.null();
        }),
        None
    );
}

#[test]
fn only_the_end_of_the_connection_is_a_shutdown() {
    let null = reply(|reply| {
        reply.null();
    });
    assert_eq!(Build.shutdown().decode(null), Ok(()));
    let ok = reply(|reply| {
        reply.simple(b"OK");
    });
    assert_eq!(
        Build.shutdown().decode(ok).unwrap_err().to_string(),
        "expected the end of the connection (the server did not shut down), found simple string \"OK\""
    );
    let error = reply(|reply| {
        reply.error(b"ERR Errors trying to SHUTDOWN. Check logs.");
    });
    assert!(Build.shutdown().decode(error).unwrap_err().server().is_some());
}

#[test]
fn a_replica_that_follows_that_master_already() {
    let decode = |text: &str| {
        Build.replicaof("host", 6379).decode(reply(|reply| {
            reply.simple(text.as_bytes());
        }))
    };
    assert_eq!(decode("OK"), Ok(true));
    assert_eq!(decode("OK Already connected to specified master"), Ok(true));
    assert!(decode("OKAY").is_err());
}

#[test]
fn debug_object() {
    let decode = |text: &str| {
        reply(|reply| {
            reply.simple(text.as_bytes());
        })
        .decode::<DebugObject>()
    };
    let object = decode(
        "Value at:0x7f8a4c016570 refcount:1 encoding:quicklist serializedlength:13 lru:396023 lru_seconds_idle:5 \
         ql_nodes:1 ql_avg_node:3.00",
    )
    .unwrap();
    assert_eq!(
        (object.at.as_str(), object.encoding.as_str()),
        ("0x7f8a4c016570", "quicklist")
    );
    assert_eq!((object.refcount, object.serializedlength, object.lru), (1, 13, 396_023));
    assert_eq!(object.idle, Duration::from_secs(5));
    assert_eq!(
        format!("{:?}", object.other),
        r#"{"ql_avg_node": "3.00", "ql_nodes": "1"}"#
    );
    assert_eq!(
        decode("Value at:0x7f refcount:many").unwrap_err().to_string(),
        "expected number in refcount of a value, found simple string \"Value at:0x7f refcount:many\""
    );
    assert_eq!(
        decode("Value").unwrap_err().to_string(),
        "expected at of a value, found simple string \"Value\""
    );
}
