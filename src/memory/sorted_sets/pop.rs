//! The commands that take members from an end, and those that wait for some to come.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::blocking::WaitFor;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::multi_pop::{MultiPop, take_from_first};
use super::super::number::{int_within, timeout_seconds};
use super::super::reply::Reply;
use super::super::values::SortedSet;
use super::listed;

#[derive(Debug, Clone, Copy)]
enum End {
    Lowest,
    Highest,
}

/// Scores and members in the order in which they were taken out.
type Taken = Vec<(f64, Bytes)>;

/// Takes up to `count` members from an end of the set at `key`, the outermost first.
fn take(cx: &mut Context<'_>, key: &Bytes, end: End, count: usize) -> Result<Taken, Failure> {
    let Some(set) = cx.get_mut::<SortedSet>(key)? else {
        return Ok(Vec::new());
    };
    let len = set.len();
    let count = count.min(len);
    let taken = match end {
        End::Lowest => set.remove_range(0..count),
        End::Highest => {
            let mut taken = set.remove_range(len - count..len);
            taken.reverse();
            taken
        }
    };
    if !taken.is_empty() {
        cx.changed(key);
    }
    Ok(taken)
}

/// The same, or nothing at all.
fn take_if_any(cx: &mut Context<'_>, key: &Bytes, end: End, count: usize) -> Result<Option<Taken>, Failure> {
    Ok(Some(take(cx, key, end, count)?).filter(|taken| !taken.is_empty()))
}

pub(super) fn zpopmin(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    pop(cx, args, End::Lowest)
}

pub(super) fn zpopmax(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    pop(cx, args, End::Highest)
}

/// With a count, RESP3 nests each member with its score; without, the one pair is the whole reply.
fn pop(cx: &mut Context<'_>, args: &[Bytes], end: End) -> Outcome {
    match args {
        [key] => {
            let taken = take(cx, key, end, 1)?;
            let flat = taken
                .into_iter()
                .flat_map(|(score, member)| [Reply::Bulk(member), Reply::Double(score)]);
            Ok(Reply::Array(flat.collect()))
        }
        [key, count] => {
            let count = int_within(count, 0, i64::MAX, Failure::NOT_POSITIVE)?;
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            Ok(listed(&take(cx, key, end, count)?, true))
        }
        _ => Err(Failure::SYNTAX),
    }
}

pub(super) fn bzpopmin(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    wait_for_one(cx, args, End::Lowest)
}

pub(super) fn bzpopmax(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    wait_for_one(cx, args, End::Highest)
}

fn wait_for_one(cx: &mut Context<'_>, args: &[Bytes], end: End) -> Outcome {
    let Some((timeout, keys)) = args.split_last() else {
        return Err(Failure::Arity);
    };
    let timeout = timeout_seconds(timeout)?;
    let Some((key, taken)) = take_from_first(cx, keys, |cx, key| take_if_any(cx, key, end, 1))? else {
        return cx.wait_for(WaitFor::SortedSet, keys, timeout, Reply::NullArray);
    };
    let mut reply = Vec::from([Reply::bulk(key)]);
    for (score, member) in taken {
        reply.extend([Reply::Bulk(member), Reply::Double(score)]);
    }
    Ok(Reply::Array(reply))
}

type Request<'a> = MultiPop<'a, End>;

fn parse_end(word: &Bytes) -> Result<End, Failure> {
    match word.to_ascii_lowercase().as_slice() {
        b"min" => Ok(End::Lowest),
        b"max" => Ok(End::Highest),
        _ => Err(Failure::SYNTAX),
    }
}

/// The key and its members, each with its score, nested in both protocols.
fn take_some(cx: &mut Context<'_>, request: &Request<'_>) -> Result<Option<Reply>, Failure> {
    let taken = request.take(cx, take_if_any)?;
    Ok(taken.map(|(key, members)| {
        let pairs = members
            .into_iter()
            .map(|(score, member)| Reply::Array(Vec::from([Reply::Bulk(member), Reply::Double(score)])));
        Reply::Array(Vec::from([Reply::bulk(key), Reply::Array(pairs.collect())]))
    }))
}

pub(super) fn zmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let request = Request::parse(args, parse_end)?;
    Ok(take_some(cx, &request)?.unwrap_or(Reply::NullArray))
}

pub(super) fn bzmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [timeout, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let request = Request::parse(words, parse_end)?;
    let timeout = timeout_seconds(timeout)?;
    match take_some(cx, &request)? {
        Some(reply) => Ok(reply),
        None => cx.wait_for(WaitFor::SortedSet, request.keys, timeout, Reply::NullArray),
    }
}
