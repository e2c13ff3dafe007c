//! Taking entries over from other consumers.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::number::{int_within, parse_i64};
use super::super::reply::Reply;
use super::super::values::{Id, Stream};
use super::{entry_reply, existing_group, id, id_reply, start};

/// How many pending entries XAUTOCLAIM looks at for each one that it may claim.
const ATTEMPTS: usize = 10;

fn number_or(text: &[u8], error: &'static str) -> Result<i64, Failure> {
    parse_i64(text).ok_or(Failure::fixed(error))
}

#[derive(Default)]
struct Options {
    delivered_at: Option<i64>,
    deliveries: Option<u64>,
    force: bool,
    just_id: bool,
    last_id: Id,
}

impl Options {
    fn parse(words: &[Bytes], now: i64) -> Result<Self, Failure> {
        let mut options = Options::default();
        let mut words = words;
        while let [word, rest @ ..] = words {
            words = match (word.to_ascii_lowercase().as_slice(), rest) {
                (b"force", rest) => {
                    options.force = true;
                    rest
                }
                (b"justid", rest) => {
                    options.just_id = true;
                    rest
                }
                (b"idle", [idle, rest @ ..]) => {
                    let idle = number_or(idle, "ERR Invalid IDLE option argument for XCLAIM")?;
                    options.delivered_at = Some(now.saturating_sub(idle));
                    rest
                }
                (b"time", [time, rest @ ..]) => {
                    options.delivered_at = Some(number_or(time, "ERR Invalid TIME option argument for XCLAIM")?);
                    rest
                }
                (b"retrycount", [count, rest @ ..]) => {
                    let count = number_or(count, "ERR Invalid RETRYCOUNT option argument for XCLAIM")?;
                    options.deliveries = u64::try_from(count).ok();
                    rest
                }
                (b"lastid", [text, rest @ ..]) => {
                    options.last_id = id(text)?;
                    rest
                }
                _ => {
                    return Err(Failure::text(format!(
                        "ERR Unrecognized XCLAIM option '{}'",
                        quoted(word, 128)
                    )));
                }
            };
        }
        Ok(options)
    }
}

pub(super) fn xclaim(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, consumer, min_idle, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let now = cx.now_ms();
    let (stream, name) = existing_group(cx, key, name)?;
    let min_idle = number_or(min_idle, "ERR Invalid min-idle-time argument for XCLAIM")?;
    // What cannot be read as an id is the first option.
    let ids: Vec<Id> = words.iter().map_while(|word| id(word).ok()).collect();
    let options = Options::parse(words.get(ids.len()..).unwrap_or_default(), now)?;
    let Some(group) = stream.groups.get_mut(&name) else {
        return Ok(Reply::NullArray);
    };
    group.last_id = group.last_id.max(options.last_id);
    group.consumer(consumer, now);
    let delivered_at = options.delivered_at.filter(|at| (0..=now).contains(at)).unwrap_or(now);
    let mut claimed = Vec::new();
    for id in ids {
        if !stream.entries().contains_key(&id) {
            if let Some(group) = stream.groups.get_mut(&name) {
                group.acknowledge(id);
            }
            continue;
        }
        let Some(group) = stream.groups.get_mut(&name) else {
            break;
        };
        let deliveries = match group.pending.get(&id) {
            Some(pending) if now.saturating_sub(pending.delivered_at) < min_idle => continue,
            Some(pending) => pending.deliveries,
            None if options.force => 1,
            None => continue,
        };
        let deliveries = options
            .deliveries
            .unwrap_or(if options.just_id { deliveries } else { deliveries + 1 });
        group.give(id, consumer, delivered_at, deliveries, now);
        claimed.push(claimed_reply(stream, id, options.just_id));
    }
    cx.changed(key);
    Ok(Reply::Array(claimed))
}

fn claimed_reply(stream: &Stream, id: Id, just_id: bool) -> Reply {
    match stream.entries().get(&id) {
        Some(fields) if !just_id => entry_reply(id, fields),
        _ => id_reply(id),
    }
}

pub(super) fn xautoclaim(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, consumer, min_idle, first, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let min_idle = number_or(min_idle, "ERR Invalid min-idle-time argument for XAUTOCLAIM")?;
    let first = start(first)?;
    let (mut count, mut just_id) = (100, false);
    let mut words = words;
    while let [word, rest @ ..] = words {
        words = match (word.to_ascii_lowercase().as_slice(), rest) {
            (b"count", [number, rest @ ..]) => {
                let wrong = Failure::fixed("ERR COUNT must be > 0");
                count = int_within(number, 1, i64::MAX / 16, wrong)?;
                rest
            }
            (b"justid", rest) => {
                just_id = true;
                rest
            }
            _ => return Err(Failure::SYNTAX),
        };
    }
    let now = cx.now_ms();
    let (stream, name) = existing_group(cx, key, name)?;
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    let mut attempts = left.saturating_mul(ATTEMPTS);
    let (mut claimed, mut deleted, mut next) = (Vec::new(), Vec::new(), Id::MIN);
    let Some(group) = stream.groups.get_mut(&name) else {
        return Ok(Reply::NullArray);
    };
    group.consumer(consumer, now);
    let pending: Vec<Id> = group.pending.range(first..).map(|(id, _)| *id).collect();
    for id in pending {
        if left == 0 || attempts == 0 {
            next = id;
            break;
        }
        attempts -= 1;
        let exists = stream.has(id);
        let Some(group) = stream.groups.get_mut(&name) else {
            break;
        };
        if !exists {
            group.acknowledge(id);
            deleted.push(id_reply(id));
            left -= 1;
            continue;
        }
        let Some(held) = group.pending.get(&id) else { continue };
        if now.saturating_sub(held.delivered_at) < min_idle {
            continue;
        }
        let deliveries = held.deliveries + u64::from(!just_id);
        group.give(id, consumer, now, deliveries, now);
        claimed.push(claimed_reply(stream, id, just_id));
        left -= 1;
    }
    cx.changed(key);
    Ok(Reply::Array(Vec::from([
        id_reply(next),
        Reply::Array(claimed),
        Reply::Array(deleted),
    ])))
}
