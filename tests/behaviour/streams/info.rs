//! XINFO.

use redwire::prelude::*;
use redwire::resp::{FromReply, Reply};

use super::groups::changed;
use super::{Fields, add, entry, id};
use crate::table::{Case, case, fails, step, works};

pub fn cases() -> Vec<Case> {
    let (a, b) = (entry("1-0", "f", "1"), entry("2-0", "f", "2"));
    vec![
        case(
            "XINFO",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
                step(Build.xgroup_create("s", "g", StreamId::MIN), "true"),
                works(Build.xreadgroup_with::<String, Fields>(
                    "g",
                    "c",
                    [("s", GroupReadFrom::New)],
                    XreadgroupOptions::new().count(1),
                )),
                step(
                    changed(Build.xinfo_stream::<Fields>("s"), |reply| {
                        let stream = XinfoStream::<Fields>::from_owned(reply)?;
                        assert!(stream.radix_tree_keys.is_some() && stream.radix_tree_nodes.is_some());
                        assert!(stream.other.is_empty(), "{:?}", stream.other);
                        Ok((
                            (stream.length, stream.groups, stream.entries_added),
                            (stream.last_generated_id, stream.max_deleted_entry_id),
                            stream.recorded_first_entry_id,
                            (stream.first_entry, stream.last_entry),
                        ))
                    }),
                    &format!("((2, 1, Some(2)), (2-0, Some(0-0)), Some(1-0), (Some({a}), Some({b})))"),
                ),
                step(
                    Build.xinfo_groups("s"),
                    "[XinfoGroup { name: \"g\", consumers: 1, pending: 1, last_delivered_id: 1-0, \
                     entries_read: Some(1), lag: Some(1), other: {} }]",
                ),
                step(
                    changed(Build.xinfo_consumers("s", "g"), |reply| {
                        let consumers = Vec::<XinfoConsumer>::from_owned(reply)?;
                        let all = consumers.into_iter().map(|consumer| {
                            assert!(
                                consumer.idle.as_secs() < 3600 && consumer.other.is_empty(),
                                "{consumer:?}"
                            );
                            (consumer.name, consumer.pending)
                        });
                        Ok(all.collect::<Vec<_>>())
                    }),
                    r#"[("c", 1)]"#,
                ),
                step(
                    changed(Build.xinfo_stream_full::<Fields>("s", 1), full),
                    &format!(
                        "((2, 2-0), [{a}], [(\"g\", 1-0, Some(1), Some(1), 1)], [(1-0, \"c\", 1)], [(\"c\", 1, [1-0])])"
                    ),
                ),
            ],
        ),
        case(
            "XINFO of an empty stream, and of none",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(Build.xdel("s", id(1)), "1"),
                step(
                    changed(Build.xinfo_stream::<Fields>("s"), |reply| {
                        let stream = XinfoStream::<Fields>::from_owned(reply)?;
                        Ok((
                            (stream.length, stream.first_entry, stream.last_entry),
                            (stream.last_generated_id, stream.max_deleted_entry_id),
                        ))
                    }),
                    "((0, None, None), (1-0, Some(1-0)))",
                ),
                step(Build.xinfo_groups("s"), "[]"),
                fails(
                    Build.xinfo_consumers("s", "g"),
                    "NOGROUP No such consumer group 'g' for key name 's'",
                ),
                fails(Build.xinfo_stream::<Fields>("none"), "ERR no such key"),
                fails(Build.xinfo_stream_full::<Fields>("none", 1), "ERR no such key"),
                fails(Build.xinfo_groups("none"), "ERR no such key"),
                step(
                    changed(Build.xinfo_help(), |reply| {
                        let lines = Vec::<String>::from_owned(reply)?;
                        Ok(lines.iter().any(|line| line.starts_with("STREAM ")))
                    }),
                    "true",
                ),
            ],
        ),
    ]
}

type Group = (String, StreamId, Option<u64>, Option<u64>, u64);
type Full = (
    (u64, StreamId),
    Vec<StreamEntry<Fields>>,
    Vec<Group>,
    Vec<(StreamId, String, u64)>,
    Vec<(String, u64, Vec<StreamId>)>,
);

/// Everything but times.
fn full(reply: Reply) -> Result<Full, redwire::resp::DecodeError> {
    let stream = XinfoStreamFull::<Fields>::from_owned(reply)?;
    assert!(stream.other.is_empty(), "{:?}", stream.other);
    let mut all: Full = (
        (stream.length, stream.last_generated_id),
        stream.entries,
        vec![],
        vec![],
        vec![],
    );
    for group in stream.groups {
        assert!(group.other.is_empty(), "{group:?}");
        all.2.push((
            group.name,
            group.last_delivered_id,
            group.entries_read,
            group.lag,
            group.pel_count,
        ));
        for pending in group.pending {
            assert!(pending.delivery_time.as_secs() > 0, "{pending:?}");
            all.3.push((pending.id, pending.consumer, pending.deliveries));
        }
        for consumer in group.consumers {
            assert!(
                consumer.other.is_empty() && consumer.seen_time.as_secs() > 0,
                "{consumer:?}"
            );
            let ids = consumer.pending.iter().map(|pending| pending.id).collect();
            all.4.push((consumer.name, consumer.pel_count, ids));
        }
    }
    Ok(all)
}
