//! F127, F128, F132, F139, F140: texts of many lines or words.

use super::{bulk, made, simple};

/// The text as RESP2 and as RESP3 sends it, which must come to the same.
fn told(words: &str, text: &str) -> alloc::string::String {
    let bulk = made(words, |reply| {
        reply.bulk(text.as_bytes());
    });
    let verbatim = made(words, |reply| {
        reply.verbatim(*b"txt", text.as_bytes());
    });
    assert_eq!(bulk, verbatim);
    bulk
}

#[test]
fn f127_info_is_a_map_with_numbers() {
    let text = "# Server\r\nredis_version:7.0.15\r\nredis_git_sha1:00000000\r\n\r\nhz:10\r\nratio:1.50\r\nneg:-1\r\n";
    assert_eq!(
        told("INFO server", text),
        r#"{"redis_version": "7.0.15", "redis_git_sha1": 0, "hz": 10, "ratio": 1.5, "neg": -1}"#
    );
    assert_eq!(told("info", ""), "{}");
}

#[test]
fn f127_lists_of_names_and_values_are_maps() {
    let keys = "db0:keys=1,expires=0,avg_ttl=0.5";
    assert_eq!(
        told("INFO keyspace", keys),
        r#"{"db0": {"keys": 1, "expires": 0, "avg_ttl": 0.5}}"#
    );
    // An equals sign alone makes no map, nor does a comma.
    let single = "errorstat_ERR:count=1\nlist:a,b";
    assert_eq!(told("INFO", single), r#"{"errorstat_ERR": "count=1", "list": "a,b"}"#);
    // Values may hold equals signs too.
    assert_eq!(told("INFO", "x:a=b=1,c=2"), r#"{"x": {"a=b": 1, "c": 2}}"#);
}

#[test]
fn f127_colons_in_names_and_in_values() {
    let text = "cmdstat_mod:cmd:calls=1,usec=2\nslave0:ip=::1,port=6379\nmaster_host:fe80::1\nconfig_file:/a:b=c.conf";
    assert_eq!(
        told("INFO all", text),
        r#"{"cmdstat_mod:cmd": {"calls": 1, "usec": 2}, "slave0": {"ip": "::1", "port": 6379}, "master_host": "fe80::1", "config_file": "/a:b=c.conf"}"#
    );
}

#[test]
fn f127_lines_without_a_colon_are_kept() {
    assert_eq!(
        told("INFO", "a:1\nwhat is this\nor=this"),
        r#"{"a": 1, "__raw__": ["what is this", "or=this"]}"#
    );
}

#[test]
fn f127_numbers_that_are_none() {
    let text = "a:1.2.3\nb:99999999999999999999\nc:1e5\nd:inf\ne:\nf:1.";
    assert_eq!(
        told("INFO", text),
        r#"{"a": "1.2.3", "b": "99999999999999999999", "c": "1e5", "d": "inf", "e": "", "f": 1.0}"#
    );
}

#[test]
fn f128_clients_are_maps_of_text() {
    let text = "id=3 addr=127.0.0.1:5 name= cmd=client|list\nid=4 addr=x=y name=n\n";
    assert_eq!(
        told("CLIENT LIST", text),
        r#"[{"id": "3", "addr": "127.0.0.1:5", "name": "", "cmd": "client|list"}, {"id": "4", "addr": "x=y", "name": "n"}]"#
    );
    assert_eq!(told("client info", "id=3 name=n\n"), r#"{"id": "3", "name": "n"}"#);
}

#[test]
fn f132_objects_in_debug() {
    let text = b"Value at:0x7f8 refcount:1 encoding:int serializedlength:2 lru:13 lru_seconds_idle:0";
    assert_eq!(
        made("DEBUG OBJECT k", simple(text)),
        r#"{"type": "Value", "at": "0x7f8", "refcount": 1, "encoding": "int", "serializedlength": 2, "lru": 13, "lru_seconds_idle": 0}"#
    );
}

#[test]
fn f139_cluster_info_is_a_map_of_text() {
    let text = "cluster_state:ok\r\ncluster_slots_assigned:16384\r\n";
    assert_eq!(
        told("CLUSTER INFO", text),
        r#"{"cluster_state": "ok", "cluster_slots_assigned": "16384"}"#
    );
}

#[test]
fn f140_nodes_by_their_addresses() {
    let one = "aa 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460 9 [93->-bb] [77-<-cc]";
    let two = "bb 127.0.0.1:7001@17001,host,shard-id=x slave aa 1 2 1 disconnected";
    let expected = r#"{"127.0.0.1:7000@17000": {"node_id": "aa", "flags": "myself,master", "master_id": "-", "last_ping_sent": "0", "last_pong_rcvd": "0", "epoch": "1", "slots": [["0", "5460"], ["9"]], "migrations": [{"slot": "93", "node_id": "bb", "state": "migrating"}, {"slot": "77", "node_id": "cc", "state": "importing"}], "connected": true}, "127.0.0.1:7001@17001": {"node_id": "bb", "flags": "slave", "master_id": "aa", "last_ping_sent": "1", "last_pong_rcvd": "2", "epoch": "1", "slots": [], "migrations": [], "connected": false}}"#;
    assert_eq!(told("CLUSTER NODES", &alloc::format!("{one}\n{two}\n")), expected);
    for name in ["CLUSTER SLAVES aa", "CLUSTER REPLICAS aa"] {
        let lines = made(name, |reply| {
            reply.array(2).bulk(one.as_bytes()).bulk(two.as_bytes());
        });
        assert_eq!(lines, expected);
    }
    // Lines of another form are left alone, and with them the whole reply.
    assert_eq!(made("CLUSTER NODES", bulk(b"aa bb")), "\"aa bb\"");
}
