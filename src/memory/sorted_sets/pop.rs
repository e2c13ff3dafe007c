//! The commands that take members from an end, and those that wait for some to come.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::blocking::WaitFor;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::{int_within, timeout_seconds};
use super::super::reply::Reply;
use super::super::values::SortedSet;
use super::{listed, split_keys};

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

/// The first of the keys that is there, with what was taken from it.
fn take_from_first<'a>(
    cx: &mut Context<'_>,
    keys: &'a [Bytes],
    end: End,
    count: usize,
) -> Result<Option<(&'a Bytes, Taken)>, Failure> {
    for key in keys {
        let taken = take(cx, key, end, count)?;
        if !taken.is_empty() {
            return Ok(Some((key, taken)));
        }
    }
    Ok(None)
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
    let Some((key, taken)) = take_from_first(cx, keys, end, 1)? else {
        return cx.wait_for(WaitFor::SortedSet, keys, timeout, Reply::NullArray);
    };
    let mut reply = Vec::from([Reply::bulk(key)]);
    for (score, member) in taken {
        reply.extend([Reply::Bulk(member), Reply::Double(score)]);
    }
    Ok(Reply::Array(reply))
}

/// What ZMPOP and BZMPOP are asked for.
struct Request<'a> {
    keys: &'a [Bytes],
    end: End,
    count: usize,
}

impl<'a> Request<'a> {
    /// Reads `numkeys key.. MIN|MAX [COUNT count]`.
    fn parse(words: &'a [Bytes]) -> Result<Self, Failure> {
        let [count, words @ ..] = words else {
            return Err(Failure::Arity);
        };
        let wrong = Failure::fixed("ERR numkeys should be greater than 0");
        let number = int_within(count, 1, i64::MAX, wrong)?;
        let Some((keys, [end, options @ ..])) = split_keys(number, words) else {
            return Err(Failure::SYNTAX);
        };
        let end = match end.to_ascii_lowercase().as_slice() {
            b"min" => End::Lowest,
            b"max" => End::Highest,
            _ => return Err(Failure::SYNTAX),
        };
        let count = match options {
            [] => 1,
            [word, count] if word.eq_ignore_ascii_case(b"count") => {
                let wrong = Failure::fixed("ERR count should be greater than 0");
                int_within(count, 1, i64::MAX, wrong)?
            }
            _ => return Err(Failure::SYNTAX),
        };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(Request { keys, end, count })
    }

    /// The key and its members, each with its score, nested in both protocols.
    fn take(&self, cx: &mut Context<'_>) -> Result<Option<Reply>, Failure> {
        let taken = take_from_first(cx, self.keys, self.end, self.count)?;
        Ok(taken.map(|(key, members)| {
            let pairs = members
                .into_iter()
                .map(|(score, member)| Reply::Array(Vec::from([Reply::Bulk(member), Reply::Double(score)])));
            Reply::Array(Vec::from([Reply::bulk(key), Reply::Array(pairs.collect())]))
        }))
    }
}

pub(super) fn zmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let request = Request::parse(args)?;
    Ok(request.take(cx)?.unwrap_or(Reply::NullArray))
}

pub(super) fn bzmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [timeout, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let request = Request::parse(words)?;
    let timeout = timeout_seconds(timeout)?;
    match request.take(cx)? {
        Some(reply) => Ok(reply),
        None => cx.wait_for(WaitFor::SortedSet, request.keys, timeout, Reply::NullArray),
    }
}
