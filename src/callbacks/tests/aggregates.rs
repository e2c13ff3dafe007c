//! F119 to F126, F131, F138, F141 to F143, F145: sets, maps, pairs, pages and rows.

use alloc::string::ToString;

use super::{integer, made, made_of, null, reply, texts, untyped};
use crate::callbacks::Callbacks;
use crate::command::{CallOption, cmd};
use crate::error::{Error, ErrorKind, Outcome};
use crate::resp::Value;

#[test]
fn f119_sort_in_groups() {
    let flat = ["a", "1", "b", "2", "rest"];
    let pairs = made_of(cmd("SORT l GET # GET w_*").option("groups", 2), texts(&flat));
    assert_eq!(pairs, r#"[["a", "1"], ["b", "2"]]"#);
    assert_eq!(made("SORT l", texts(&["a", "b"])), r#"["a", "b"]"#);
    for nonsense in [Value::from(0), Value::from(-1), Value::from("two"), Value::Null] {
        let list = made_of(cmd("SORT l").option("groups", nonsense), texts(&["a", "b"]));
        assert_eq!(list, r#"["a", "b"]"#);
    }
    // D10: with STORE the reply is how many there are.
    let stored = cmd("SORT l STORE to").option("groups", 2);
    assert_eq!(made_of(stored, integer(4)), "4");
}

#[test]
fn f120_f121_popped_with_their_keys() {
    for name in ["BLPOP k 0", "BRPOP k 0"] {
        assert_eq!(made(name, texts(&["k", "1"])), r#"["k", "1"]"#);
        assert_eq!(made(name, null()), "nil");
    }
    for name in ["BZPOPMIN k 0", "BZPOPMAX k 0"] {
        assert_eq!(made(name, texts(&["k", "m", "1"])), r#"["k", "m", 1.0]"#);
        let resp3 = made(name, |reply| {
            reply.array(3).bulk(b"k").bulk(b"m").double(1.0);
        });
        assert_eq!(resp3, r#"["k", "m", 1.0]"#);
        assert_eq!(made(name, null()), "nil");
    }
}

#[test]
fn f122_sets_are_sets() {
    for name in ["SDIFF", "SINTER", "SMEMBERS", "SUNION"] {
        assert_eq!(made(name, texts(&["a", "b"])), r#"~["a", "b"]"#);
        assert_eq!(made(name, texts(&[])), "~[]");
        let resp3 = made(name, |reply| {
            reply.set(2).bulk(b"a").bulk(b"b");
        });
        assert_eq!(resp3, r#"~["a", "b"]"#);
    }
}

#[test]
fn f123_members_with_scores_are_pairs() {
    let flat = ["a", "1", "b", "2.5"];
    let pairs = r#"[["a", 1.0], ["b", 2.5]]"#;
    for name in [
        "ZRANGE z 0 -1",
        "zrevrange z 0 -1",
        "ZRANGEBYSCORE z 0 9 LIMIT 0 5",
        "ZREVRANGEBYSCORE z 9 0",
    ] {
        assert_eq!(made(name, texts(&["a", "b"])), r#"["a", "b"]"#, "{name}");
        let with_scores = cmd(name).arg("withscores");
        assert_eq!(made_of(with_scores.clone(), texts(&flat)), pairs, "{name}");
        assert_eq!(made_of(with_scores.clone(), texts(&[])), "[]", "{name}");
        let resp3 = made_of(with_scores.clone(), |reply| {
            reply.array(2);
            reply.array(2).bulk(b"a").double(1.0);
            reply.array(2).bulk(b"b").double(2.5);
        });
        assert_eq!(resp3, pairs, "{name}");
        // The option of the call counts more than its words.
        assert_eq!(made_of(cmd(name).option("WithScores", true), texts(&flat)), pairs);
        let bare = with_scores.option("withscores", false);
        assert_eq!(made_of(bare, texts(&["a", "1"])), r#"["a", "1"]"#);
    }
    // A member or bound is no word, and an odd list no list of pairs.
    assert_eq!(made("ZRANGE WITHSCORES 0 -1", texts(&["a", "1"])), r#"["a", "1"]"#);
    let odd = cmd("ZRANGE z 0 -1").option("withscores", 1);
    assert_eq!(made_of(odd, texts(&["a", "1", "b"])), r#"["a", "1", "b"]"#);
}

#[test]
fn f123_popped_members_have_their_scores() {
    for name in ["ZPOPMIN z", "ZPOPMAX z", "ZPOPMAX z 2"] {
        assert_eq!(made(name, texts(&["a", "1"])), r#"[["a", 1.0]]"#);
        assert_eq!(made(name, texts(&[])), "[]");
    }
    // Without a count RESP3 sends one bare pair.
    let bare = made("ZPOPMIN z", |reply| {
        reply.array(2).bulk(b"a").double(1.0);
    });
    assert_eq!(bare, r#"[["a", 1.0]]"#);
    let nested = made("ZPOPMIN z 1", |reply| {
        reply.array(1).array(2).bulk(b"a").double(1.0);
    });
    assert_eq!(nested, r#"[["a", 1.0]]"#);
}

#[test]
fn f123_scores_go_through_a_function() {
    // It is given the digits of the server, under both protocols.
    let digits = CallOption::cast(|score| match score {
        Value::Bulk(digits) => Ok(Value::array([Value::Bulk(digits)])),
        other => Err(Error::callback(alloc::format!("{other:?}"))),
    });
    let request = cmd("ZRANGE z 0 -1 WITHSCORES").option("score_cast_func", digits.clone());
    assert_eq!(made_of(request.clone(), texts(&["a", "1.50"])), r#"[["a", ["1.50"]]]"#);
    let resp3 = made_of(request, |reply| {
        reply.array(1).array(2).bulk(b"a").double(1.5);
    });
    assert_eq!(resp3, r#"[["a", ["1.5"]]]"#);
    let scan = cmd("ZSCAN z 0").option("score_cast_func", digits);
    let page = made_of(scan, |reply| {
        reply.array(2).bulk(b"0").array(2).bulk(b"a").bulk(b"1");
    });
    assert_eq!(page, r#"[0, [["a", ["1"]]]]"#);

    let whole = CallOption::cast(|score| Ok(score.decode::<i64>()?.into()));
    let request = cmd("ZRANGE z 0 -1 WITHSCORES").option("score_cast_func", whole);
    let error = Callbacks::new()
        .apply(&untyped(request), reply(texts(&["a", "1.5"])))
        .unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Executed));
    assert_eq!(error.to_string(), "expected integer, found bulk string \"1.5\"");
}

#[test]
fn f125_f131_fields_and_values_are_maps() {
    for name in ["HGETALL h", "CONFIG GET *", "config get *"] {
        assert_eq!(made(name, texts(&["a", "1", "b", "2"])), r#"{"a": "1", "b": "2"}"#);
        assert_eq!(made(name, texts(&[])), "{}");
        let resp3 = made(name, |reply| {
            reply.map(1).bulk(b"a").null();
        });
        assert_eq!(resp3, r#"{"a": nil}"#);
    }
}

#[test]
fn f126_cursors_are_integers_and_pages_what_was_scanned() {
    let page = |items: &'static [&'static str]| {
        move |reply: &mut crate::resp::ReplyBuilder| {
            reply.array(2).bulk(b"17").array(items.len());
            items.iter().for_each(|item| {
                reply.bulk(item.as_bytes());
            });
        }
    };
    let items = &["a", "1", "b", "2"];
    assert_eq!(made("SCAN 0", page(items)), r#"[17, ["a", "1", "b", "2"]]"#);
    assert_eq!(made("SSCAN s 0", page(items)), r#"[17, ["a", "1", "b", "2"]]"#);
    assert_eq!(made("HSCAN h 0", page(items)), r#"[17, {"a": "1", "b": "2"}]"#);
    assert_eq!(made("HSCAN h 0 NOVALUES", page(items)), r#"[17, ["a", "1", "b", "2"]]"#);
    assert_eq!(made("ZSCAN z 0", page(items)), r#"[17, [["a", 1.0], ["b", 2.0]]]"#);
    let far = made("SCAN 0", |reply| {
        reply.array(2).bulk(b"18446744073709551615").array(0);
    });
    assert_eq!(far, "[18446744073709551615, []]");
}

#[test]
fn f138_slow_commands_are_maps() {
    let row = made("SLOWLOG GET", |reply| {
        reply.array(2);
        reply.array(6).integer(3).integer(1_700_000_000).integer(15);
        reply.array(3).bulk(b"SET").bulk(b"k").bulk(b"\xff");
        reply.bulk(b"127.0.0.1:5000").bulk(b"worker");
        // Before Redis 4.0 that was all.
        reply
            .array(4)
            .integer(2)
            .integer(1_700_000_000)
            .integer(15)
            .array(1)
            .bulk(b"PING");
    });
    assert_eq!(
        row,
        r#"[{"id": 3, "start_time": 1700000000, "duration": 15, "command": "SET k \xff", "client_address": "127.0.0.1:5000", "client_name": "worker"}, {"id": 2, "start_time": 1700000000, "duration": 15, "command": "PING"}]"#
    );
}

#[test]
fn f141_positions_are_doubles() {
    let resp2 = made("GEOPOS g a b", |reply| {
        reply.array(2).array(2).bulk(b"13.5").bulk(b"38.25").null();
    });
    assert_eq!(resp2, "[[13.5, 38.25], nil]");
    let resp3 = made("GEOPOS g a b", |reply| {
        reply.array(2).array(2).double(13.5).double(38.25).null();
    });
    assert_eq!(resp3, resp2);
    // D07: nothing for a member that is not there.
    let hashes = made("GEOHASH g a b", |reply| {
        reply.array(2).bulk(b"sqc8b49rny0").null();
    });
    assert_eq!(hashes, r#"["sqc8b49rny0", nil]"#);
}

#[test]
fn f142_places_with_what_was_asked_for() {
    for name in ["GEORADIUS", "GEORADIUSBYMEMBER", "GEORADIUS_RO", "GEORADIUSBYMEMBER_RO"] {
        assert_eq!(made(name, texts(&["a", "1"])), r#"["a", "1"]"#);
        assert_eq!(made(name, integer(2)), "2");
        let row = made(name, |reply| {
            reply
                .array(1)
                .array(4)
                .bulk(b"1")
                .bulk(b"190.4424")
                .integer(3_479_099_956_230_698);
            reply.array(2).bulk(b"13.5").bulk(b"38.25");
        });
        assert_eq!(row, r#"[["1", 190.4424, 3479099956230698, [13.5, 38.25]]]"#);
    }
}

#[test]
fn f143_channels_and_their_counts_are_pairs() {
    let pairs = made("PUBSUB NUMSUB a b", |reply| {
        reply.array(4).bulk(b"a").integer(2).bulk(b"b").bulk(b"0");
    });
    assert_eq!(pairs, r#"[["a", 2], ["b", 0]]"#);
    assert_eq!(made("PUBSUB NUMSUB", texts(&[])), "[]");
}

#[test]
fn f145_states_of_sentinels() {
    let fields = [
        "name",
        "7",
        "ip",
        "127.0.0.1",
        "port",
        "6379",
        "flags",
        "master,s_down",
        "quorum",
        "two",
    ];
    let state = r#"{"name": "7", "ip": "127.0.0.1", "port": 6379, "flags": "master,s_down", "quorum": "two", "is_master": true, "is_slave": false, "is_sdown": true, "is_odown": false, "is_sentinel": false, "is_disconnected": false, "is_master_down": false}"#;
    assert_eq!(made("SENTINEL MASTER 7", texts(&fields)), state);
    let resp3 = made("SENTINEL MASTER 7", |reply| {
        reply.map(fields.len() / 2);
        fields.iter().for_each(|field| {
            reply.bulk(field.as_bytes());
        });
    });
    assert_eq!(resp3, state);
    let list = |reply: &mut crate::resp::ReplyBuilder| {
        reply.array(1).array(fields.len());
        fields.iter().for_each(|field| {
            reply.bulk(field.as_bytes());
        });
    };
    assert_eq!(made("SENTINEL MASTERS", list), alloc::format!(r#"{{"7": {state}}}"#));
    for name in ["SENTINEL SLAVES 7", "SENTINEL SENTINELS 7", "sentinel replicas 7"] {
        assert_eq!(made(name, list), alloc::format!("[{state}]"));
    }
}
