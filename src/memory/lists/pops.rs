//! Taking elements from an end: LPOP, LMPOP and those that wait.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::blocking::WaitFor;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::multi_pop::{MultiPop, take_from_first};
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
    match take_from_first(cx, keys, |cx, key| take(cx, key, side, 1))? {
        Some((key, taken)) => Ok(Reply::bulks([key].into_iter().chain(&taken))),
        None => cx.wait_for(WaitFor::List, keys, timeout, Reply::NullArray),
    }
}

type Request<'a> = MultiPop<'a, Side>;

fn take_some(cx: &mut Context<'_>, request: &Request<'_>) -> Result<Option<Reply>, Failure> {
    let taken = request.take(cx, take)?;
    Ok(taken.map(|(key, taken)| Reply::Array(Vec::from([Reply::bulk(key), Reply::bulks(&taken)]))))
}

pub(super) fn lmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let request = Request::parse(args, |word| Side::parse(word))?;
    Ok(take_some(cx, &request)?.unwrap_or(Reply::NullArray))
}

pub(super) fn blmpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [timeout, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let request = Request::parse(words, |word| Side::parse(word))?;
    let timeout = timeout_seconds(timeout)?;
    match take_some(cx, &request)? {
        Some(reply) => Ok(reply),
        None => cx.wait_for(WaitFor::List, request.keys, timeout, Reply::NullArray),
    }
}
