//! Replies that the servers at hand do not give, and the two shapes of one reply.

use std::fmt::Debug;
use std::time::Duration;

use bytes::BytesMut;
use redwire::command::Command;
use redwire::prelude::*;
use redwire::resp::{Parser, RespParser, Value};

type Fields = Vec<(String, String)>;

const ID: StreamId = StreamId::new(7, 1);

/// What `command` makes of these bytes.
fn decode<T: Debug>(command: &Command<T>, wire: &str) -> Result<T, String> {
    let mut input = BytesMut::from(wire.replace(' ', "\r\n").as_str());
    let reply = RespParser::default().parse(&mut input).unwrap().expect("a whole reply");
    assert!(input.is_empty(), "left over: {input:?}");
    command.decode(reply).map_err(|error| error.to_string())
}

#[test]
fn entries() {
    let range = Build.xrange::<Fields>("s", StreamBound::Min, StreamBound::Max);
    let entries = decode(&range, "*1 *2 $3 7-1 *4 $1 a $1 1 $1 a $1 2 ").unwrap();
    assert_eq!((entries[0].id, entries[0].claimed), (ID, None));
    // Servers keep fields of the same name apart, and their order.
    assert_eq!(entries[0].fields, [("a".into(), "1".into()), ("a".into(), "2".into())]);

    let bad = |wire| decode(&range, wire).unwrap_err();
    assert_eq!(
        bad("*1 *2 $1 x *0 "),
        "expected id of a stream entry, found bulk string \"x\" at [0][0]"
    );
    assert_eq!(
        bad("*1 *1 $3 7-1 "),
        "expected entry of a stream, found array of 1 at [0]"
    );
    assert_eq!(
        bad("*1 *2 $3 7-1 *3 $1 a $1 1 $1 b "),
        "expected list of pairs, found array of 3 at [0][1]"
    );
    assert_eq!(
        bad("*1 $3 7-1 "),
        "expected entry of a stream, found bulk string \"7-1\" at [0]"
    );
}

#[test]
fn deleted_entries_have_no_fields() {
    let streams = [("s", StreamId::MIN)];
    for wire in ["*1 *2 $1 s *1 *2 $3 7-1 *-1 ", "%1 $1 s *1 *2 $3 7-1 _ "] {
        let read = decode(&Build.xreadgroup::<String, Fields>("g", "c", streams), wire).unwrap();
        assert_eq!((read[0].entries[0].id, read[0].entries[0].fields.len()), (ID, 0));
        let read = decode(&Build.xreadgroup::<String, Option<Fields>>("g", "c", streams), wire).unwrap();
        assert_eq!(read[0].entries[0].fields, None);
    }
    // Before Redis 7.0 not even the id.
    let claim = Build.xclaim::<Fields>("s", "g", "c", Duration::ZERO, ID);
    let claimed = decode(&claim, "*2 *-1 *2 $3 7-1 *2 $1 a $1 1 ").unwrap();
    assert_eq!((claimed.len(), claimed[0].id), (1, ID));
    let claim = Build.xautoclaim::<Fields>("s", "g", "c", Duration::ZERO, ID);
    let claimed = decode(&claim, "*2 $3 0-0 *2 $-1 *2 $3 7-1 *2 $1 a $1 1 ").unwrap();
    assert_eq!((claimed.next, claimed.claimed.len()), (StreamId::MIN, 1));
    assert!(claimed.deleted.is_empty());
}

#[test]
fn nothing_read_is_an_empty_list() {
    for wire in ["*-1 ", "$-1 ", "_ "] {
        let read = Build.xread::<String, Fields>([("s", ID)]);
        assert_eq!(decode(&read, wire).unwrap(), []);
        let read = Build.xreadgroup::<String, Fields>("g", "c", [("s", GroupReadFrom::New)]);
        assert_eq!(decode(&read, wire).unwrap(), []);
    }
}

#[test]
fn entries_claimed_while_reading_say_how_they_were_pending() {
    let read = Build.xreadgroup_with::<String, Fields>(
        "g",
        "c",
        [("s", GroupReadFrom::New)],
        XreadgroupOptions::new().claim(Duration::from_secs(1)),
    );
    let wire = "%1 $1 s *2 *4 $3 7-1 *2 $1 a $1 1 :1500 :3 *2 $3 7-2 *2 $1 a $1 2 ";
    let read = decode(&read, wire).unwrap();
    let claimed = read[0].entries[0].claimed.unwrap();
    assert_eq!((claimed.idle, claimed.deliveries), (Duration::from_millis(1500), 3));
    assert_eq!(read[0].entries[1].claimed, None);
}

#[test]
fn deletions() {
    let delete = Build.xdelex("s", RefPolicy::Acked, [ID, ID, ID]);
    assert_eq!(
        decode(&delete, "*3 :-1 :1 :2 ").unwrap(),
        [EntryDeletion::Missing, EntryDeletion::Deleted, EntryDeletion::Kept]
    );
    assert_eq!(
        decode(&delete, "*1 :3 ").unwrap_err(),
        "expected -1, 1 or 2, found integer 3 at [0]"
    );
}

#[test]
fn entries_given_back_are_free_to_claim() {
    let range = Build.xpending_range("s", "g", StreamBound::Min, StreamBound::Max, 10);
    let pending = decode(&range, "*2 *4 $3 7-1 $0  :-1 :2 *4 $3 7-2 $1 c :50 :1 ").unwrap();
    assert_eq!(
        (pending[0].consumer.as_str(), pending[0].idle, pending[0].deliveries),
        ("", Duration::MAX, 2)
    );
    assert_eq!(
        (pending[1].consumer.as_str(), pending[1].idle),
        ("c", Duration::from_millis(50))
    );
}

#[test]
fn summary_of_what_is_pending() {
    let summary = Build.xpending("s", "g");
    let some = decode(&summary, "*4 :3 $3 7-1 $3 9-0 *2 *2 $1 c $1 1 *2 $1 d $1 2 ").unwrap();
    assert_eq!(
        (some.count, some.min, some.max),
        (3, Some(ID), Some(StreamId::new(9, 0)))
    );
    assert_eq!(some.consumers, [("c".into(), 1), ("d".into(), 2)]);
    let none = decode(&summary, "*4 :0 $-1 $-1 *-1 ").unwrap();
    assert_eq!(
        (none.count, none.min, none.max, none.consumers.len()),
        (0, None, None, 0)
    );
}

#[test]
fn fields_of_newer_servers_are_kept() {
    let old = "$6 length :0 $17 last-generated-id $3 7-1 $6 groups :0 $11 first-entry $-1 $10 last-entry $-1 ";
    let stream = decode(&Build.xinfo_stream::<Fields>("s"), &format!("*10 {old}")).unwrap();
    assert_eq!((stream.length, stream.last_generated_id), (0, ID));
    assert_eq!(
        (stream.first_entry, stream.entries_added, stream.idmp),
        (None, None, None)
    );
    assert!(stream.other.is_empty());

    let idmp = "$13 idmp-duration :100 $12 idmp-maxsize :50 $12 pids-tracked :1 $12 iids-tracked :2 $10 iids-added :3 \
                $15 iids-duplicates :4 $4 soon *1 :1 ";
    let stream = decode(&Build.xinfo_stream::<Fields>("s"), &format!("%12 {old}{idmp}")).unwrap();
    let idmp = stream.idmp.unwrap();
    assert_eq!((idmp.duration, idmp.maxsize), (Duration::from_secs(100), 50));
    assert_eq!((idmp.pids_tracked, idmp.iids_tracked), (Some(1), Some(2)));
    assert_eq!((idmp.iids_added, idmp.iids_duplicates), (Some(3), Some(4)));
    assert_eq!(stream.other["soon"], Value::Array(vec![Value::Integer(1)].into()));

    let group = "$4 name $1 g $9 consumers :1 $7 pending :0 $17 last-delivered-id $3 7-1 ";
    let groups = decode(&Build.xinfo_groups("s"), &format!("*1 *8 {group}")).unwrap();
    assert_eq!((groups[0].entries_read, groups[0].lag), (None, None));
    let groups = decode(
        &Build.xinfo_groups("s"),
        &format!("*1 %7 {group}$12 entries-read $-1 $3 lag :5 $4 soon :1 "),
    )
    .unwrap();
    assert_eq!((groups[0].entries_read, groups[0].lag), (None, Some(5)));
    assert_eq!(groups[0].other["soon"], Value::Integer(1));

    let consumer = "$4 name $1 c $7 pending :1 $4 idle :1500 ";
    let consumers = |more: &str| decode(&Build.xinfo_consumers("s", "g"), &format!("*1 {more}")).unwrap();
    let old = consumers(&format!("*6 {consumer}"));
    assert_eq!((old[0].idle, old[0].inactive), (Duration::from_millis(1500), None));
    let never = consumers(&format!("%4 {consumer}$8 inactive :-1 "));
    assert_eq!((never[0].inactive, never[0].other.len()), (None, 0));
    let once = consumers(&format!("%4 {consumer}$8 inactive :20 "));
    assert_eq!(once[0].inactive, Some(Duration::from_millis(20)));
}

#[test]
fn all_about_a_stream_in_both_shapes() {
    let full = Build.xinfo_stream_full::<Fields>("s", 10);
    let of = |map: &str, pairs: usize| {
        if map == "%" {
            format!("%{pairs} ")
        } else {
            format!("*{} ", 2 * pairs)
        }
    };
    let wire = |map| {
        let consumer = "$4 name $1 c $9 seen-time :1000 $11 active-time :-1 $9 pel-count :1 $7 pending *1 *3 $3 7-1 \
                        :900 :2 ";
        let consumer = format!("$9 consumers *1 {}{consumer}", of(map, 5));
        let group = "$4 name $1 g $17 last-delivered-id $3 7-1 $12 entries-read :1 $3 lag :0 $9 pel-count :1 $7 \
                     pending *1 *4 $3 7-1 $1 c :900 :2 ";
        let group = format!("$6 groups *1 {}{group}{consumer}", of(map, 7));
        let stream = "$6 length :1 $17 last-generated-id $3 7-1 $7 entries *1 *2 $3 7-1 *2 $1 a $1 1 $13 entries-added \
                      :1 $20 max-deleted-entry-id $3 0-0 $23 recorded-first-entry-id $3 7-1 ";
        format!("{}{stream}{group}", of(map, 7))
    };
    let two = decode(&full, &wire("*")).unwrap();
    let three = decode(&full, &wire("%")).unwrap();
    assert_eq!(two, three);
    assert_eq!((two.length, two.entries.len(), two.entries_added), (1, 1, Some(1)));
    assert_eq!(
        (two.max_deleted_entry_id, two.recorded_first_entry_id),
        (Some(StreamId::MIN), Some(ID))
    );
    let group = &two.groups[0];
    assert_eq!((group.name.as_str(), group.pel_count, group.lag), ("g", 1, Some(0)));
    let pending = &group.pending[0];
    assert_eq!(
        (pending.id, pending.consumer.as_str(), pending.deliveries),
        (ID, "c", 2)
    );
    assert_eq!(pending.delivery_time, Duration::from_millis(900));
    let consumer = &group.consumers[0];
    assert_eq!(
        (consumer.seen_time, consumer.active_time),
        (Duration::from_secs(1), None)
    );
    assert_eq!((consumer.pending[0].id, consumer.pending[0].deliveries), (ID, 2));
}
