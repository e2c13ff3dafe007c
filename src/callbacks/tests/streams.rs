//! F146 to F150: entries, pending entries, and what is known of streams.

use super::{made, made_of, null, texts};
use crate::command::cmd;
use crate::resp::ReplyBuilder;

fn entry(reply: &mut ReplyBuilder, id: &str) {
    reply.array(2).bulk(id.as_bytes()).array(2).bulk(b"f").bulk(b"v");
}

#[test]
fn f146_entries_are_pairs_of_id_and_map() {
    for name in ["XRANGE s - +", "XREVRANGE s + -"] {
        let entries = made(name, |reply| {
            reply.array(2);
            entry(reply, "1-0");
            entry(reply, "2-0");
        });
        assert_eq!(entries, r#"[["1-0", {"f": "v"}], ["2-0", {"f": "v"}]]"#);
        assert_eq!(made(name, texts(&[])), "[]");
        assert_eq!(made(name, null()), "nil");
    }
}

#[test]
fn f147_entries_by_stream() {
    for name in ["XREAD STREAMS a 0", "XREADGROUP GROUP g c STREAMS a 0"] {
        let expected = r#"[["a", [["1-0", {"f": "v"}]]]]"#;
        let resp2 = made(name, |reply| {
            reply.array(1).array(2).bulk(b"a").array(1);
            entry(reply, "1-0");
        });
        assert_eq!(resp2, expected);
        let resp3 = made(name, |reply| {
            reply.map(1).bulk(b"a").array(1);
            entry(reply, "1-0");
        });
        assert_eq!(resp3, expected);
        assert_eq!(made(name, null()), "[]");
        // Entries that were claimed on the way say from whom.
        let claimed = made(name, |reply| {
            reply.array(1).array(2).bulk(b"a").array(1).array(4).bulk(b"1-0");
            reply.array(2).bulk(b"f").bulk(b"v").integer(5).integer(1);
        });
        assert_eq!(claimed, r#"[["a", [["1-0", {"f": "v"}, 5, 1]]]]"#);
        // D08: deleted since it was delivered.
        let deleted = made(name, |reply| {
            reply.array(1).array(2).bulk(b"a").array(1).array(2).bulk(b"1-0").null();
        });
        assert_eq!(deleted, r#"[["a", [["1-0", {}]]]]"#);
    }
}

#[test]
fn f148_claimed_entries_or_ids() {
    let entries = made("XCLAIM s g c 0 1-0", |reply| {
        reply.array(1);
        entry(reply, "1-0");
    });
    assert_eq!(entries, r#"[["1-0", {"f": "v"}]]"#);
    assert_eq!(made("XCLAIM s g c 0 1-0 JUSTID", texts(&["1-0"])), r#"["1-0"]"#);
}

#[test]
fn f149_pending_entries_as_summary_or_in_detail() {
    let summary = made("XPENDING s g", |reply| {
        reply.array(4).integer(3).bulk(b"1-0").bulk(b"3-0");
        reply.array(1).array(2).bulk(b"alice").bulk(b"3");
    });
    assert_eq!(
        summary,
        r#"{"pending": 3, "min": "1-0", "max": "3-0", "consumers": [{"name": "alice", "pending": 3}]}"#
    );
    let none = made("XPENDING s g", |reply| {
        reply.array(4).integer(0).null().null().null();
    });
    assert_eq!(none, r#"{"pending": 0, "min": nil, "max": nil, "consumers": []}"#);
    let details = |reply: &mut ReplyBuilder| {
        reply
            .array(1)
            .array(4)
            .bulk(b"1-0")
            .bulk(b"alice")
            .integer(20)
            .integer(1);
    };
    let expected = r#"[{"message_id": "1-0", "consumer": "alice", "time_since_delivered": 20, "times_delivered": 1}]"#;
    assert_eq!(made("XPENDING s g - + 10", details), expected);
    assert_eq!(
        made_of(cmd("XPENDING s g").option("parse_detail", true), details),
        expected
    );
    // Four entries in detail are no summary.
    let four = made("XPENDING s g - + 4", |reply| {
        reply.array(4);
        (0..4).for_each(|_| {
            reply.array(4).bulk(b"1-0").bulk(b"a").integer(1).integer(1);
        });
    });
    assert_eq!(four.matches("message_id").count(), 4);
}

#[test]
fn f150_what_is_known_of_streams() {
    let flat = |reply: &mut ReplyBuilder| {
        reply.array(6).bulk(b"length").integer(1).bulk(b"first-entry");
        entry(reply, "1-0");
        reply.bulk(b"last-entry").null();
    };
    // D09: an empty stream has no first and no last entry.
    let expected = r#"{"length": 1, "first-entry": ["1-0", {"f": "v"}], "last-entry": nil}"#;
    assert_eq!(made("XINFO STREAM s", flat), expected);
    let resp3 = made("XINFO STREAM s", |reply| {
        reply.map(3).bulk(b"length").integer(1).bulk(b"first-entry");
        entry(reply, "1-0");
        reply.bulk(b"last-entry").null();
    });
    assert_eq!(resp3, expected);

    for name in ["XINFO GROUPS s", "XINFO CONSUMERS s g"] {
        let maps = made(name, |reply| {
            reply
                .array(1)
                .array(4)
                .bulk(b"name")
                .bulk(b"n")
                .bulk(b"new-field")
                .null();
        });
        assert_eq!(maps, r#"[{"name": "n", "new-field": nil}]"#);
    }
}

#[test]
fn f150_all_that_is_known_of_a_stream() {
    let full = made("XINFO STREAM s FULL", |reply| {
        reply.array(6).bulk(b"length").integer(1);
        reply.bulk(b"entries").array(1);
        entry(reply, "1-0");
        reply.bulk(b"groups").array(1);
        reply.array(4).bulk(b"name").bulk(b"g").bulk(b"consumers");
        reply
            .array(1)
            .array(4)
            .bulk(b"name")
            .bulk(b"c")
            .bulk(b"pending")
            .array(0);
    });
    assert_eq!(
        full,
        r#"{"length": 1, "entries": [["1-0", {"f": "v"}]], "groups": [{"name": "g", "consumers": [{"name": "c", "pending": []}]}]}"#
    );
}
