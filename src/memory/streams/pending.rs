//! XPENDING.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::{Group, Id};
use super::{end, existing_group, id_reply, start};

/// What `[IDLE min-idle] start end count [consumer]` asks for.
struct Query<'a> {
    min_idle: i64,
    start: Id,
    end: Id,
    count: usize,
    consumer: Option<&'a Bytes>,
}

impl<'a> Query<'a> {
    fn parse(words: &'a [Bytes]) -> Result<Option<Self>, Failure> {
        let (min_idle, words) = match words {
            [] => return Ok(None),
            // A request of other lengths is not even looked at.
            words if !(3..=6).contains(&words.len()) => return Err(Failure::SYNTAX),
            [word, min_idle, rest @ ..] if word.eq_ignore_ascii_case(b"idle") => (int(min_idle)?, rest),
            words => (0, words),
        };
        let [first, last, count, rest @ ..] = words else {
            return Err(Failure::SYNTAX);
        };
        let count = usize::try_from(int(count)?.max(0)).unwrap_or(usize::MAX);
        Ok(Some(Query {
            min_idle,
            start: start(first)?,
            end: end(last)?,
            count,
            consumer: rest.first(),
        }))
    }

    fn run(&self, group: &Group, now: i64) -> Reply {
        let wanted = |consumer: &Bytes| self.consumer.is_none_or(|wanted| wanted == consumer);
        if self.start > self.end {
            return Reply::Array(Vec::new());
        }
        let entries = group.pending.range(self.start..=self.end);
        let entries = entries.filter(|(_, pending)| {
            wanted(&pending.consumer) && now.saturating_sub(pending.delivered_at) >= self.min_idle
        });
        let replies = entries.take(self.count).map(|(id, pending)| {
            Reply::Array(Vec::from([
                id_reply(*id),
                Reply::bulk(&pending.consumer),
                Reply::Int(now.saturating_sub(pending.delivered_at).max(0)),
                Reply::Int(i64::try_from(pending.deliveries).unwrap_or(i64::MAX)),
            ]))
        });
        Reply::Array(replies.collect())
    }
}

pub(super) fn xpending(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let query = Query::parse(words)?;
    let now = cx.now_ms();
    let (stream, name) = existing_group(cx, key, name)?;
    let Some(group) = stream.groups.get(&name) else {
        return Ok(Reply::NullArray);
    };
    Ok(match query {
        Some(query) => query.run(group, now),
        None => summary(group),
    })
}

fn summary(group: &Group) -> Reply {
    let ends = (group.pending.keys().next(), group.pending.keys().next_back());
    let (Some(first), Some(last)) = ends else {
        return Reply::Array(Vec::from([Reply::Int(0), Reply::Null, Reply::Null, Reply::NullArray]));
    };
    let mut counts: BTreeMap<&Bytes, usize> = BTreeMap::new();
    for (name, consumer) in &group.consumers {
        if !consumer.pending.is_empty() {
            counts.insert(name, consumer.pending.len());
        }
    }
    let consumers = counts
        .into_iter()
        .map(|(name, count)| Reply::Array(Vec::from([Reply::bulk(name), Reply::string(alloc::format!("{count}"))])));
    Reply::Array(Vec::from([
        Reply::count(group.pending.len()),
        id_reply(*first),
        id_reply(*last),
        Reply::Array(consumers.collect()),
    ]))
}
