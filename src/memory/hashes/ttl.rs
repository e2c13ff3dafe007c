//! The time to live of single fields: HEXPIRE and its relatives, HTTL, HPERSIST.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::keys::expiry::{Conditions, From, Unit, deadline, invalid};
use super::super::number::{int, parse_i64};
use super::super::reply::Reply;
use super::super::values::Hash;

/// The last millisecond since the Unix epoch at which a field can expire: Redis packs the time into 46 bits.
const LATEST: i64 = (1 << 46) - 1;

const NO_FIELD: i64 = -2;
const NO_EXPIRY: i64 = -1;
const NOT_MET: i64 = 0;
const DONE: i64 = 1;
const DELETED: i64 = 2;

/// What HEXPIRE and its like call a bad number of fields.
const TOO_FEW: Failure = Failure::fixed("ERR Parameter `numFields` should be greater than 0");
/// What all others call it.
pub(super) const NOT_POSITIVE: Failure = Failure::fixed("ERR Number of fields must be a positive integer");

/// The fields of `FIELDS number field [field ...]`, which ends a command; a bad number is `wrong_number`.
pub(super) fn counted(words: &[Bytes], wrong_number: Failure) -> Result<&[Bytes], Failure> {
    let [keyword, number, fields @ ..] = words else {
        return Err(Failure::Arity);
    };
    if !keyword.eq_ignore_ascii_case(b"fields") {
        return Err(Failure::fixed(
            "ERR Mandatory argument FIELDS is missing or not at the right position",
        ));
    }
    let number = parse_i64(number).filter(|&number| number > 0).ok_or(wrong_number)?;
    if usize::try_from(number) != Ok(fields.len()) {
        return Err(Failure::fixed(
            "ERR The `numfields` parameter must match the number of arguments",
        ));
    }
    Ok(fields)
}

/// The Unix time in milliseconds a time argument means.
pub(super) fn field_deadline(cx: &Context<'_>, text: &[u8], unit: Unit, from: From) -> Result<i64, Failure> {
    let time = int(text)?;
    if time < 0 {
        return Err(Failure::fixed("ERR invalid expire time, must be >= 0"));
    }
    deadline(cx, time, unit, from)
        .filter(|&at| at <= LATEST)
        .ok_or_else(|| invalid(cx.command.name))
}

pub(super) fn hexpire(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Seconds, From::Now)
}

pub(super) fn hpexpire(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Millis, From::Now)
}

pub(super) fn hexpireat(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Seconds, From::UnixEpoch)
}

pub(super) fn hpexpireat(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Millis, From::UnixEpoch)
}

fn set_expiry(cx: &mut Context<'_>, args: &[Bytes], unit: Unit, from: From) -> Outcome {
    let [key, time, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    cx.get::<Hash>(key)?;
    let at = field_deadline(cx, time, unit, from)?;
    let mut conditions = Conditions::default();
    let words = match words {
        [word, rest @ ..] if conditions.add(word) => rest,
        _ => words,
    };
    let fields = counted(words, TOO_FEW)?;
    let now = cx.now_ms();
    each(cx, key, fields, |hash, field| {
        let Some(held) = hash.fields().get(field) else {
            return NO_FIELD;
        };
        if !conditions.allow(held.expires_at, at) {
            return NOT_MET;
        }
        hash.expire_or_remove(field, at, now);
        if at <= now { DELETED } else { DONE }
    })
}

pub(super) fn hpersist(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    cx.get::<Hash>(key)?;
    let fields = counted(words, NOT_POSITIVE)?;
    each(cx, key, fields, |hash, field| match hash.fields().get(field) {
        None => NO_FIELD,
        Some(held) if held.expires_at.is_none() => NO_EXPIRY,
        Some(_) => {
            hash.expire(field, None);
            DONE
        }
    })
}

/// Does something to each field and answers with what it says; a positive number means that something changed.
fn each(cx: &mut Context<'_>, key: &Bytes, fields: &[Bytes], act: impl Fn(&mut Hash, &Bytes) -> i64) -> Outcome {
    let Some(hash) = cx.get_mut::<Hash>(key)? else {
        return Ok(Reply::Array(fields.iter().map(|_| Reply::Int(NO_FIELD)).collect()));
    };
    let mut changed = false;
    let results = fields.iter().map(|field| {
        let result = act(hash, field);
        changed |= result > 0;
        Reply::Int(result)
    });
    let reply = Reply::Array(results.collect());
    if changed {
        cx.changed(key);
    }
    Ok(reply)
}

pub(super) fn httl(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    times(cx, args, |at, now| (at - now).saturating_add(999) / 1000)
}

pub(super) fn hpttl(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    times(cx, args, |at, now| at - now)
}

pub(super) fn hexpiretime(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    times(cx, args, |at, _| at.saturating_add(999) / 1000)
}

pub(super) fn hpexpiretime(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    times(cx, args, |at, _| at)
}

/// When each field expires, as `convert` says it, which is also told what time it is.
fn times(cx: &Context<'_>, args: &[Bytes], convert: fn(i64, i64) -> i64) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let hash = cx.get::<Hash>(key)?;
    let fields = counted(words, NOT_POSITIVE)?;
    let now = cx.now_ms();
    let time = |field: &Bytes| match hash.and_then(|hash| hash.fields().get(field)) {
        None => NO_FIELD,
        Some(held) => held.expires_at.map_or(NO_EXPIRY, |at| convert(at, now)),
    };
    Ok(Reply::Array(
        fields.iter().map(|field| Reply::Int(time(field))).collect(),
    ))
}
