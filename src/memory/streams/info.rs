//! XINFO.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::{Consumer, Group, Stream};
use super::{entry_reply, id_reply, misused};

fn existing<'c>(cx: &'c Context<'_>, key: &[u8]) -> Result<&'c Stream, Failure> {
    cx.get::<Stream>(key)?.ok_or(Failure::NO_SUCH_KEY)
}

fn map<const N: usize>(fields: [(&'static str, Reply); N]) -> Reply {
    Reply::Map(
        fields
            .into_iter()
            .map(|(name, value)| (Reply::text(name), value))
            .collect(),
    )
}

fn figure(number: u64) -> Reply {
    Reply::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn figure_or_null(number: Option<u64>) -> Reply {
    number.map_or(Reply::Null, figure)
}

pub(super) fn stream(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    existing(cx, key)?;
    match words {
        [] => Ok(summary(existing(cx, key)?)),
        [word] if word.eq_ignore_ascii_case(b"full") => Ok(full(existing(cx, key)?, 10)),
        [word, count, number] if word.eq_ignore_ascii_case(b"full") && count.eq_ignore_ascii_case(b"count") => {
            let count = match int(number)? {
                0 => usize::MAX,
                count => usize::try_from(count).unwrap_or(10),
            };
            Ok(full(existing(cx, key)?, count))
        }
        _ => misused(cx),
    }
}

fn figures(stream: &Stream) -> Vec<(Reply, Reply)> {
    let fields = [
        ("length", Reply::count(stream.len())),
        ("radix-tree-keys", Reply::count(stream.blocks())),
        ("radix-tree-nodes", Reply::count(stream.blocks() + 1)),
        ("last-generated-id", id_reply(stream.last_id)),
        ("max-deleted-entry-id", id_reply(stream.max_deleted)),
        ("entries-added", figure(stream.added)),
        ("recorded-first-entry-id", id_reply(stream.first_id())),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (Reply::text(name), value))
        .collect()
}

fn summary(stream: &Stream) -> Reply {
    let mut fields = figures(stream);
    let mut entries = stream.entries().iter().map(|(id, fields)| entry_reply(*id, fields));
    let first = entries.next();
    let last = entries.next_back().or_else(|| first.clone());
    fields.push((Reply::text("groups"), Reply::count(stream.groups.len())));
    fields.push((Reply::text("first-entry"), first.unwrap_or(Reply::Null)));
    fields.push((Reply::text("last-entry"), last.unwrap_or(Reply::Null)));
    Reply::Map(fields)
}

fn full(stream: &Stream, count: usize) -> Reply {
    let mut fields = figures(stream);
    let entries = stream.entries().iter().take(count);
    let entries = entries.map(|(id, fields)| entry_reply(*id, fields)).collect();
    let groups = stream.groups.iter().map(|(name, group)| {
        let consumers = group.consumers.iter();
        let consumers = consumers.map(|(name, consumer)| full_consumer(name, consumer, group, count));
        map([
            ("name", Reply::bulk(name)),
            ("last-delivered-id", id_reply(group.last_id)),
            ("entries-read", figure_or_null(group.read)),
            ("lag", figure_or_null(group.lag(&stream.history()))),
            ("pel-count", Reply::count(group.pending.len())),
            ("pending", full_pending(group, count)),
            ("consumers", Reply::Array(consumers.collect())),
        ])
    });
    fields.push((Reply::text("entries"), Reply::Array(entries)));
    fields.push((Reply::text("groups"), Reply::Array(groups.collect())));
    Reply::Map(fields)
}

fn full_pending(group: &Group, count: usize) -> Reply {
    let pending = group.pending.iter().take(count).map(|(id, pending)| {
        Reply::Array(Vec::from([
            id_reply(*id),
            Reply::bulk(&pending.consumer),
            Reply::Int(pending.delivered_at),
            figure(pending.deliveries),
        ]))
    });
    Reply::Array(pending.collect())
}

fn full_consumer(name: &Bytes, consumer: &Consumer, group: &Group, count: usize) -> Reply {
    let held = consumer.pending.iter().take(count);
    let held = held.filter_map(|id| {
        let pending = group.pending.get(id)?;
        Some(Reply::Array(Vec::from([
            id_reply(*id),
            Reply::Int(pending.delivered_at),
            figure(pending.deliveries),
        ])))
    });
    map([
        ("name", Reply::bulk(name)),
        ("seen-time", Reply::Int(consumer.seen_at)),
        ("active-time", Reply::Int(consumer.active_at.unwrap_or(-1))),
        ("pel-count", Reply::count(consumer.pending.len())),
        ("pending", Reply::Array(held.collect())),
    ])
}

pub(super) fn groups(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    let stream = existing(cx, key)?;
    let groups = stream.groups.iter().map(|(name, group)| {
        map([
            ("name", Reply::bulk(name)),
            ("consumers", Reply::count(group.consumers.len())),
            ("pending", Reply::count(group.pending.len())),
            ("last-delivered-id", id_reply(group.last_id)),
            ("entries-read", figure_or_null(group.read)),
            ("lag", figure_or_null(group.lag(&stream.history()))),
        ])
    });
    Ok(Reply::Array(groups.collect()))
}

pub(super) fn consumers(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name] = args else { return Err(Failure::Arity) };
    let now = cx.now_ms();
    let Some(group) = existing(cx, key)?.groups.get(name) else {
        return Err(Failure::text(alloc::format!(
            "NOGROUP No such consumer group '{}' for key name '{}'",
            quoted(name, 128),
            quoted(key, 128)
        )));
    };
    let since = |at: i64| Reply::Int(now.saturating_sub(at).max(0));
    let consumers = group.consumers.iter().map(|(name, consumer)| {
        map([
            ("name", Reply::bulk(name)),
            ("pending", Reply::count(consumer.pending.len())),
            ("idle", since(consumer.seen_at)),
            ("inactive", consumer.active_at.map_or(Reply::Int(-1), since)),
        ])
    });
    Ok(Reply::Array(consumers.collect()))
}

pub(super) fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CONSUMERS <key> <groupname>",
        "GROUPS <key>",
        "STREAM <key> [FULL [COUNT <count>]",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}
