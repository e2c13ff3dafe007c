#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::*;
use crate::command::Build;
use crate::resp::{Parser, Reply, ReplyBuilder, RespParser, Value};

const REDIS_7_0: &str = "id=14 addr=127.0.0.1:43286 laddr=127.0.0.1:7391 fd=8 name= age=61 idle=2 flags=N db=3 sub=0 \
    psub=1 ssub=0 multi=-1 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=0 \
    tot-mem=37658 events=r cmd=client|list user=default redir=-1 resp=2";

const REDIS_8_0: &str = "id=3 addr=127.0.0.1:51890 laddr=127.0.0.1:6379 fd=10 name=worker age=0 idle=0 flags=xt db=0 sub=0 \
    psub=0 ssub=0 multi=2 watch=1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=64 rbs=1024 rbp=0 obl=0 oll=0 omem=0 \
    tot-mem=1928 events=rw cmd=NULL user=alice redir=7 resp=3 lib-name=redis-py lib-ver=6.0.0 io-thread=1 \
    tot-net-in=120 tot-net-out=96 tot-cmds=4 read-events=9";

const VALKEY_9: &str = "id=5 addr=/tmp/my socket:0 laddr=/tmp/my socket:0 fd=-1 name= age=0 idle=0 flags=U capa=r db=0 sub=0 \
    psub=0 ssub=0 multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 \
    tot-mem=1928 events=r cmd=get user=default redir=0 resp=3 lib-name= lib-ver= tot-net-in=1 tot-net-out=2 tot-cmds=3";

fn text(text: &str) -> Reply {
    let mut reply = ReplyBuilder::new();
    reply.verbatim(*b"txt", text.as_bytes());
    reply.finish().unwrap()
}

fn list(lines: &[&str]) -> Vec<ClientInfo> {
    let lines = lines.join("\n") + "\n";
    Build.client_list().decode(text(&lines)).unwrap()
}

#[test]
fn descriptions_of_servers_of_all_kinds() {
    let clients = list(&[REDIS_7_0, REDIS_8_0, "", VALKEY_9]);
    let [old, new, valkey] = clients.as_slice() else {
        panic!("{clients:?}")
    };
    assert_eq!(
        (old.id, old.addr.as_str(), old.laddr.as_str()),
        (14, "127.0.0.1:43286", "127.0.0.1:7391")
    );
    assert_eq!((old.age, old.idle), (Duration::from_secs(61), Duration::from_secs(2)));
    assert_eq!((old.fd, old.db, old.psub, old.multi), (Some(8), Some(3), Some(1), None));
    assert_eq!(
        (old.qbuf, old.qbuf_free, old.tot_mem),
        (Some(26), Some(20_448), Some(37_658))
    );
    assert_eq!(
        (old.name.as_str(), old.flags.as_str(), old.events.as_str()),
        ("", "N", "r")
    );
    assert_eq!(
        (old.cmd.as_deref(), old.user.as_str(), old.resp),
        (Some("client|list"), "default", Some(2))
    );
    assert_eq!(
        (old.redir, old.watch, old.lib_name.as_str()),
        (Some(TrackingRedirect::Off), None, "")
    );
    assert!(old.other.is_empty());

    assert_eq!(
        (new.name.as_str(), new.flags.as_str(), new.cmd.as_deref()),
        ("worker", "xt", None)
    );
    assert_eq!((new.multi, new.multi_mem, new.watch), (Some(2), Some(64), Some(1)));
    assert_eq!(
        (new.rbs, new.rbp, new.redir),
        (Some(1024), Some(0), Some(TrackingRedirect::To(7)))
    );
    assert_eq!((new.lib_name.as_str(), new.lib_ver.as_str()), ("redis-py", "6.0.0"));
    assert_eq!(
        (new.io_thread, new.tot_net_in, new.tot_net_out, new.tot_cmds),
        (Some(1), Some(120), Some(96), Some(4))
    );
    assert_eq!(new.other, [("read-events".to_string(), "9".to_string())].into());

    assert_eq!((valkey.addr.as_str(), valkey.fd), ("/tmp/my socket:0", Some(-1)));
    assert_eq!(
        (valkey.capa.as_str(), valkey.redir),
        ("r", Some(TrackingRedirect::Itself))
    );
    assert!(valkey.other.is_empty());
}

#[test]
fn one_description_and_none() {
    let one = Build
        .client_info()
        .decode(text(&(REDIS_7_0.to_string() + "\n")))
        .unwrap();
    assert_eq!(one, list(&[REDIS_7_0]).remove(0));
    // Of another server, which says little.
    let little = Build
        .client_info()
        .decode(text("id=1 addr=10.0.0.1:1 phase=ready"))
        .unwrap();
    assert_eq!((little.db, little.sub, little.flags.as_str()), (None, None, ""));
    assert_eq!(little.other.get("phase").unwrap(), "ready");
    assert!(list(&[]).is_empty());
    assert!(list(&["", ""]).is_empty());
}

#[test]
fn descriptions_that_make_no_sense() {
    let error = |line: &str| Build.client_info().decode(text(line)).unwrap_err().to_string();
    assert_eq!(
        error("addr=127.0.0.1:1"),
        "expected description of a client with an id, found verbatim string \"addr=127.0.0.1:1\""
    );
    assert_eq!(
        error("id=1 db=zero"),
        "expected description of a client with a number in db, found verbatim string \"id=1 db=zero\""
    );
    for line in [
        "",
        " ",
        "=",
        "id",
        "id=",
        "id=-1",
        "id=1 age=",
        "id=1 qbuf=18446744073709551616",
        "\u{0}",
    ] {
        error(line);
    }
    let lines = text("id=1\nid=x\n");
    let error = Build.client_list().decode(lines).unwrap_err();
    assert_eq!(
        (error.expected(), error.path()),
        ("description of a client with a number in id", [1].into())
    );
    let mut number = ReplyBuilder::new();
    number.array(0);
    assert!(Build.client_list().decode(number.finish().unwrap()).is_err());
}

#[test]
fn tracking_of_both_protocols() {
    let body = "$5\r\nflags\r\n@2\r\n$2\r\non\r\n$5\r\nbcast\r\n$8\r\nredirect\r\n:0\r\n\
                $8\r\nprefixes\r\n*1\r\n$2\r\n\u{1}:\r\n$3\r\nnew\r\n:1\r\n";
    let parse = |head: &str, set: &str| {
        let bytes = head.to_string() + &body.replace('@', set);
        RespParser::default()
            .parse(&mut bytes.as_bytes().into())
            .unwrap()
            .unwrap()
    };
    for reply in [parse("*8\r\n", "*"), parse("%4\r\n", "~")] {
        let info: TrackingInfo = reply.decode().unwrap();
        assert!(info.is_on());
        assert_eq!(info.flags, BTreeSet::from(["bcast".to_string(), "on".to_string()]));
        assert_eq!(info.redirect, TrackingRedirect::Itself);
        assert_eq!(info.prefixes, [Bytes::from_static(b"\x01:")]);
        assert_eq!(info.other.get("new"), Some(&Value::Integer(1)));
    }
    let mut off = ReplyBuilder::new();
    off.map(3)
        .bulk(b"flags")
        .set(1)
        .bulk(b"off")
        .bulk(b"redirect")
        .integer(-1)
        .bulk(b"prefixes")
        .array(0);
    let off: TrackingInfo = off.finish().unwrap().decode().unwrap();
    assert_eq!((off.is_on(), off.redirect), (false, TrackingRedirect::Off));
    let mut broken = ReplyBuilder::new();
    broken.map(1).bulk(b"flags").set(0);
    assert_eq!(
        broken
            .finish()
            .unwrap()
            .decode::<TrackingInfo>()
            .unwrap_err()
            .to_string(),
        "expected map with the field redirect, found map of 2"
    );
}

#[test]
fn descriptions_cut_and_broken_anywhere() {
    for line in [REDIS_7_0, REDIS_8_0, VALKEY_9] {
        for at in 0..line.len() {
            let (before, after) = (line.get(..at).unwrap(), line.get(at + 1..).unwrap());
            for replacement in ["", " ", "=", "\n", "-", "9", "x"] {
                let broken = alloc::format!("{before}{replacement}{after}");
                match Build.client_list().decode(text(&broken)) {
                    // What is still a description has still a number.
                    Ok(clients) => assert!(clients.iter().all(|client| client.id > 0 || broken.contains("id=0"))),
                    Err(error) => assert!(error.expected().starts_with("description of a client with"), "{error}"),
                }
            }
        }
    }
}
