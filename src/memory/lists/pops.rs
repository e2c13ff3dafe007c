//! Taking elements from an end: LPOP, LMPOP and those that wait.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::blocking::WaitFor;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::{int_within, timeout_seconds};
use super::super::reply::Reply;
use super::super::values::List;
use super::Side;

pub(super) fn lpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    pop(cx, args, Side::Left)
}

pub(super) fn rpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    pop(cx, args, Side::Right)
}

fn pop(cx: &mut Context<'_>, args: &[Bytes], side: Side) -> Outcome {
    match args {
        [key] => Ok(take(cx, key, side, 1)?.map_or(Reply::Null, |taken| Reply::bulk_or_null(taken.first()))),
        [key, count] => {
            let count = int_within(count, 0, i64::MAX, Failure::NOT_POSITIVE)?;
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            Ok(take(cx, key, side, count)?.map_or(Reply::NullArray, |taken| Reply::bulks(&taken)))
        }
        _ => Err(Failure::Arity),
    }
}

/// Takes up to `count` elements from an end; `None` if there is no such list.
fn take(cx: &mut Context<'_>, key: &Bytes, side: Side, count: usize) -> Result<Option<Vec<Bytes>>, Failure> {
    let Some(list) = cx.get_mut::<List>(key)? else {
        return Ok(None);
    };
    let count = count.min(list.len());
    let taken: Vec<Bytes> = (0..count).filter_map(|_| side.pop(list)).collect();
    if count > 0 {
        cx.changed(key);
    }
    Ok(Some(taken))
}

/// Takes elements from the first of these lists that exists.
fn take_from_first<'k>(
    cx: &mut Context<'_>,
    keys: &'k [Bytes],
    side: Side,
    count: usize,
) -> Result<Option<(&'k Bytes, Vec<Bytes>)>, Failure> {
    for key in keys {
        if let Some(taken) = take(cx, key, side, count)? {
            return Ok(Some((key, taken)));
        }
    }
    Ok(None)
}

pub(super) fn blpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    pop_or_wait(cx, args, Side::Left)
}

pub(super) fn brpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    pop_or_wait(cx, args, Side::Right)
}

fn pop_or_wait(cx: &mut Context<'_>, args: &[Bytes], side: Side) -> Outcome {
    let [keys @ .., timeout] = args else {
        return Err(Failure::Arity);
    };
    let timeout = timeout_seconds(timeout)?;
    match take_from_first(cx, keys, side, 1)? {
        Some((key, taken)) => Ok(Reply::bulks([key].into_iter().chain(&taken))),
        None => cx.wait_for(WaitFor::List, keys, timeout, Reply::NullArray),
    }
}

/// What LMPOP and BLMPOP are asked for: `number key [key ...] LEFT|RIGHT [COUNT count]`.
struct Request<'a> {
    keys: &'a [Bytes],
    side: Side,
    count: usize,
}

impl<'a> Request<'a> {
    fn parse(words: &'a [Bytes]) -> Result<Self, Failure> {
        let [number, rest @ ..] = words else {
            return Err(Failure::Arity);
        };
        let wrong = Failure::fixed("ERR numkeys should be greater than 0");
        let number = int_within(number, 1, i64::MAX, wrong)?;
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let (keys, rest) = rest.split_at_checked(number).ok_or(Failure::SYNTAX)?;
        let [side, options @ ..] = rest else {
            return Err(Failure::SYNTAX);
        };
        let side = Side::parse(side)?;
        let count = match options {
            [] => 1,
            [word, count, more @ ..] if word.eq_ignore_ascii_case(b"count") => {
                let wrong = Failure::fixed("ERR count should be greater than 0");
                let count = int_within(count, 1, i64::MAX, wrong)?;
                if !more.is_empty() {
                    return Err(Failure::SYNTAX);
                }
                usize::try_from(count).unwrap_or(usize::MAX)
            }
            _ => return Err(Failure::SYNTAX),
        };
        Ok(Request { keys, side, count })
    }

    fn take(&self, cx: &mut Context<'_>) -> Result<Option<Reply>, Failure> {
        let taken = take_from_first(cx, self.keys, self.side, self.count)?;
        Ok(taken.map(|(key, taken)| Reply::Array(Vec::from([Reply::bulk(key), Reply::bulks(&taken)]))))
    }
}

pub(super) fn lmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(Request::parse(args)?.take(cx)?.unwrap_or(Reply::NullArray))
}

pub(super) fn blmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [timeout, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let request = Request::parse(words)?;
    let timeout = timeout_seconds(timeout)?;
    match request.take(cx)? {
        Some(reply) => Ok(reply),
        None => cx.wait_for(WaitFor::List, request.keys, timeout, Reply::NullArray),
    }
}
