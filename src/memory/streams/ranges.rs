//! Entries by id: reading a range, counting, deleting.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::{int, int_within};
use super::super::reply::Reply;
use super::super::values::{Id, Refs, Stream};
use super::add::refs;
use super::{end, entry_reply, ids, start};

pub(super) fn xlen(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::count(cx.get::<Stream>(key)?.map_or(0, Stream::len)))
}

pub(super) fn xrange(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, first, last, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    range(cx, key, start(first)?, end(last)?, words, false)
}

pub(super) fn xrevrange(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, last, first, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let last = end(last)?;
    range(cx, key, start(first)?, last, words, true)
}

fn range(cx: &mut Context<'_>, key: &Bytes, start: Id, end: Id, words: &[Bytes], reverse: bool) -> Outcome {
    let mut count = usize::MAX;
    let mut words = words;
    while let [word, number, rest @ ..] = words {
        if !word.eq_ignore_ascii_case(b"count") {
            return Err(Failure::SYNTAX);
        }
        count = usize::try_from(int(number)?.max(0)).unwrap_or(usize::MAX);
        words = rest;
    }
    if !words.is_empty() {
        return Err(Failure::SYNTAX);
    }
    let Some(stream) = cx.get::<Stream>(key)? else {
        return Ok(Reply::Array(Vec::new()));
    };
    if count == 0 {
        return Ok(Reply::NullArray);
    }
    if start > end {
        return Ok(Reply::Array(Vec::new()));
    }
    let all = stream
        .entries()
        .range(start..=end)
        .map(|(id, fields)| entry_reply(*id, fields));
    Ok(Reply::Array(if reverse {
        all.rev().take(count).collect()
    } else {
        all.take(count).collect()
    }))
}

pub(super) fn xdel(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let Some(stream) = cx.get_mut::<Stream>(key)? else {
        return Ok(Reply::Int(0));
    };
    let deleted = ids(words)?.into_iter().filter(|id| stream.delete(*id)).count();
    if deleted > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(deleted))
}

/// There is no such entry.
pub(super) const MISSING: Reply = Reply::Int(-1);
/// The entry was deleted.
pub(super) const DELETED: Reply = Reply::Int(1);
/// The entry is still referred to.
pub(super) const KEPT: Reply = Reply::Int(2);

/// `[KEEPREF | DELREF | ACKED] IDS numids id [id ...]`, in any order.
pub(super) fn policy_and_ids(words: &[Bytes]) -> Result<(Refs, &[Bytes]), Failure> {
    let (mut policy, mut listed) = (None, None);
    let mut words = words;
    while let [word, rest @ ..] = words {
        words = match (refs(word), rest) {
            (Some(refs), rest) if policy.is_none() => {
                policy = Some(refs);
                rest
            }
            (None, [count, rest @ ..]) if word.eq_ignore_ascii_case(b"ids") && listed.is_none() => {
                let wrong = Failure::fixed("ERR Number of IDs must be a positive integer");
                let count = usize::try_from(int_within(count, 1, i64::MAX, wrong)?).unwrap_or(usize::MAX);
                let (ids, rest) = rest.split_at_checked(count).ok_or(Failure::fixed(
                    "ERR The `numids` parameter must match the number of arguments",
                ))?;
                listed = Some(ids);
                rest
            }
            _ => return Err(Failure::SYNTAX),
        };
    }
    Ok((policy.unwrap_or_default(), listed.ok_or(Failure::SYNTAX)?))
}

/// Deletes an entry as far as the policy allows.
pub(super) fn delete(stream: &mut Stream, id: Id, policy: Refs) -> Reply {
    // Not even whether there is such an entry is looked at before.
    if policy == Refs::Acked && stream.is_referenced(id) {
        return KEPT;
    }
    if policy == Refs::Delete {
        stream.forget(id);
    }
    if stream.delete(id) { DELETED } else { MISSING }
}

pub(super) fn xdelex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let (policy, words) = policy_and_ids(words)?;
    let Some(stream) = cx.get_mut::<Stream>(key)? else {
        return Ok(Reply::Array(words.iter().map(|_| MISSING).collect()));
    };
    let replies = ids(words)?.into_iter().map(|id| delete(stream, id, policy)).collect();
    cx.changed(key);
    Ok(Reply::Array(replies))
}
