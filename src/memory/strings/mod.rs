//! The string commands.

mod expiring;
mod lcs;
mod numbers;
mod set;

use bytes::{BufMut, Bytes};

use super::command::{Command, DENY_OOM, FAST, KEY, KEYS, Keys, Outcome, READ, TWO_KEYS, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::number::int;
use super::reply::Reply;
use super::values::Text;

/// Keys and values in turn.
const PAIRS: Keys = Keys::Range {
    first: 1,
    last: -1,
    step: 2,
};
const UPDATE: u32 = WRITE | DENY_OOM | FAST;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("append", 3, UPDATE, KEY, append),
    Command::new("decr", 2, UPDATE, KEY, numbers::decr),
    Command::new("decrby", 3, UPDATE, KEY, numbers::decrby),
    Command::new("get", 2, READ | FAST, KEY, get),
    Command::new("getdel", 2, WRITE | FAST, KEY, getdel),
    Command::new("getex", -2, WRITE | FAST, KEY, expiring::getex),
    Command::new("getrange", 4, READ, KEY, getrange),
    Command::new("getset", 3, UPDATE, KEY, getset),
    Command::new("incr", 2, UPDATE, KEY, numbers::incr),
    Command::new("incrby", 3, UPDATE, KEY, numbers::incrby),
    Command::new("incrbyfloat", 3, UPDATE, KEY, numbers::incrbyfloat),
    Command::new("lcs", -3, READ, TWO_KEYS, lcs::lcs),
    Command::new("mget", -2, READ | FAST, KEYS, mget),
    Command::new("mset", -3, WRITE | DENY_OOM, PAIRS, mset),
    Command::new("msetnx", -3, WRITE | DENY_OOM, PAIRS, msetnx),
    Command::new("psetex", 4, WRITE | DENY_OOM, KEY, expiring::psetex),
    Command::new("set", -3, WRITE | DENY_OOM, KEY, set::set),
    Command::new("setex", 4, WRITE | DENY_OOM, KEY, expiring::setex),
    Command::new("setnx", 3, UPDATE, KEY, setnx),
    Command::new("setrange", 4, WRITE | DENY_OOM, KEY, setrange),
    Command::new("strlen", 2, READ | FAST, KEY, strlen),
    Command::new("substr", 4, READ, KEY, getrange),
];

fn get(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::bulk_or_null(cx.get::<Text>(key)?.map(Text::bytes)))
}

fn getdel(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let reply = get(cx, args)?;
    if let [key] = args {
        cx.remove(key);
    }
    Ok(reply)
}

fn getset(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, value] = args else { return Err(Failure::Arity) };
    let old = Reply::bulk_or_null(cx.get::<Text>(key)?.map(Text::bytes));
    cx.put(key, Text::new(value.clone()));
    Ok(old)
}

fn setnx(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, value] = args else { return Err(Failure::Arity) };
    if cx.exists(key) {
        return Ok(Reply::flag(false));
    }
    cx.put(key, Text::new(value.clone()));
    Ok(Reply::flag(true))
}

/// A key that holds no string reads as missing.
fn mget(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let value = |key: &Bytes| cx.get::<Text>(key).ok().flatten().map(Text::bytes);
    Ok(Reply::Array(
        args.iter().map(|key| Reply::bulk_or_null(value(key))).collect(),
    ))
}

fn mset(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    if args.len() % 2 != 0 {
        return Err(Failure::Arity);
    }
    for pair in args.chunks_exact(2) {
        let [key, value] = pair else { return Err(Failure::Arity) };
        cx.put(key, Text::new(value.clone()));
    }
    Ok(Reply::OK)
}

fn msetnx(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    if args.len() % 2 != 0 {
        return Err(Failure::Arity);
    }
    if args.iter().step_by(2).any(|key| cx.exists(key)) {
        return Ok(Reply::flag(false));
    }
    mset(cx, args)?;
    Ok(Reply::flag(true))
}

fn strlen(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::count(cx.get::<Text>(key)?.map_or(0, Text::len)))
}

/// No string may become longer than `proto-max-bulk-len`.
fn check_length(cx: &Context<'_>, length: usize) -> Result<(), Failure> {
    if i64::try_from(length).is_ok_and(|length| length <= cx.server.config.max_bulk()) {
        return Ok(());
    }
    Err(Failure::fixed(
        "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
    ))
}

fn append(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, more] = args else { return Err(Failure::Arity) };
    let length = cx.get::<Text>(key)?.map(Text::len);
    check_length(cx, length.unwrap_or(0).saturating_add(more.len()))?;
    match cx.get_mut::<Text>(key)? {
        Some(text) => {
            text.edit(|bytes| bytes.put_slice(more));
            cx.changed(key);
        }
        None => cx.put(key, Text::new(more.clone())),
    }
    Ok(Reply::count(length.unwrap_or(0) + more.len()))
}

fn setrange(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, offset, part] = args else {
        return Err(Failure::Arity);
    };
    let offset = usize::try_from(int(offset)?).map_err(|_| Failure::fixed("ERR offset is out of range"))?;
    let length = cx.get::<Text>(key)?.map_or(0, Text::len);
    if part.is_empty() {
        return Ok(Reply::count(length));
    }
    let end = offset.saturating_add(part.len());
    check_length(cx, end)?;
    let length = cx.get_or_create::<Text>(key)?.edit(|bytes| {
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        if let Some(place) = bytes.get_mut(offset..end) {
            place.copy_from_slice(part);
        }
        bytes.len()
    });
    cx.changed(key);
    Ok(Reply::count(length))
}

fn getrange(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, start, end] = args else {
        return Err(Failure::Arity);
    };
    let (start, end) = (int(start)?, int(end)?);
    let Some(text) = cx.get::<Text>(key)? else {
        return Ok(Reply::text(""));
    };
    Ok(Reply::Bulk(match byte_range(start, end, text.len()) {
        Some((first, last)) => text.bytes().slice(first..last + 1),
        None => Bytes::new(),
    }))
}

/// Resolves `start end` (inclusive, negative from the end) over a string of `length`, as GETRANGE does: an end before the
/// string means its first byte.
fn byte_range(start: i64, end: i64, length: usize) -> Option<(usize, usize)> {
    if length == 0 || (start < 0 && end < 0 && start > end) {
        return None;
    }
    let length = length as i64;
    let from_end = |at: i64| if at < 0 { at.saturating_add(length).max(0) } else { at };
    let (start, end) = (from_end(start), from_end(end).min(length - 1));
    (start <= end).then_some((start as usize, end as usize))
}
