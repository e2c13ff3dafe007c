//! Time to live: EXPIRE and its relatives, TTL, PERSIST.

use alloc::format;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::number::int;
use super::super::reply::Reply;

/// In what a time is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Unit {
    Seconds,
    Millis,
}

/// From where a time counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum From {
    Now,
    UnixEpoch,
}

/// The Unix time in milliseconds a time argument means, if it can be said in 64 bits.
pub(in super::super) fn deadline(cx: &Context<'_>, time: i64, unit: Unit, from: From) -> Option<i64> {
    let millis = if unit == Unit::Seconds {
        time.checked_mul(1000)?
    } else {
        time
    };
    if from == From::Now {
        millis.checked_add(cx.now_ms())
    } else {
        Some(millis)
    }
}

pub(in super::super) fn invalid(command: &str) -> Failure {
    Failure::text(format!("ERR invalid expire time in '{command}' command"))
}

/// What EX, PX, EXAT and PXAT mean: the time options of SET, GETEX, HSETEX and HGETEX.
pub(in super::super) fn time_option(word: &[u8]) -> Option<(Unit, From)> {
    match word.to_ascii_lowercase().as_slice() {
        b"ex" => Some((Unit::Seconds, From::Now)),
        b"px" => Some((Unit::Millis, From::Now)),
        b"exat" => Some((Unit::Seconds, From::UnixEpoch)),
        b"pxat" => Some((Unit::Millis, From::UnixEpoch)),
        _ => None,
    }
}

/// NX, XX, GT, LT.
#[derive(Default)]
pub(in super::super) struct Conditions {
    missing: bool,
    present: bool,
    greater: bool,
    less: bool,
}

impl Conditions {
    fn parse(words: &[Bytes]) -> Result<Self, Failure> {
        let mut conditions = Conditions::default();
        for word in words {
            if !conditions.add(word) {
                return Err(Failure::text(format!("ERR Unsupported option {}", quoted(word, 128))));
            }
        }
        if conditions.missing && (conditions.present || conditions.greater || conditions.less) {
            let text = "ERR NX and XX, GT or LT options at the same time are not compatible";
            return Err(Failure::fixed(text));
        }
        if conditions.greater && conditions.less {
            return Err(Failure::fixed(
                "ERR GT and LT options at the same time are not compatible",
            ));
        }
        Ok(conditions)
    }

    /// Adds the condition a word names; false if it names none.
    pub(in super::super) fn add(&mut self, word: &[u8]) -> bool {
        let condition = match word.to_ascii_lowercase().as_slice() {
            b"nx" => &mut self.missing,
            b"xx" => &mut self.present,
            b"gt" => &mut self.greater,
            b"lt" => &mut self.less,
            _ => return false,
        };
        *condition = true;
        true
    }

    /// No time to live counts as an infinite one.
    pub(in super::super) fn allow(&self, current: Option<i64>, new: i64) -> bool {
        let refused = (self.missing && current.is_some())
            || (self.present && current.is_none())
            || (self.greater && current.is_none_or(|current| new <= current))
            || (self.less && current.is_some_and(|current| new >= current));
        !refused
    }
}

pub(super) fn expire(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Seconds, From::Now)
}

pub(super) fn pexpire(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Millis, From::Now)
}

pub(super) fn expireat(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Seconds, From::UnixEpoch)
}

pub(super) fn pexpireat(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_expiry(cx, args, Unit::Millis, From::UnixEpoch)
}

fn set_expiry(cx: &mut Context<'_>, args: &[Bytes], unit: Unit, from: From) -> Outcome {
    let [key, time, conditions @ ..] = args else {
        return Err(Failure::Arity);
    };
    let conditions = Conditions::parse(conditions)?;
    let at = deadline(cx, int(time)?, unit, from).ok_or_else(|| invalid(cx.command.name))?;
    let Some(entry) = cx.entry(key) else {
        return Ok(Reply::flag(false));
    };
    if !conditions.allow(entry.expires_at, at) {
        return Ok(Reply::flag(false));
    }
    if at <= cx.now_ms() {
        cx.remove(key);
    } else {
        cx.expire(key, Some(at));
    }
    Ok(Reply::flag(true))
}

pub(super) fn persist(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    let has = cx.entry(key).is_some_and(|entry| entry.expires_at.is_some());
    Ok(Reply::flag(has && cx.expire(key, None)))
}

pub(super) fn ttl(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(remaining(cx, args, |cx, at| {
        (at - cx.now_ms()).max(0).saturating_add(500) / 1000
    }))
}

pub(super) fn pttl(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(remaining(cx, args, |cx, at| (at - cx.now_ms()).max(0)))
}

pub(super) fn expiretime(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(remaining(cx, args, |_, at| at.saturating_add(500) / 1000))
}

pub(super) fn pexpiretime(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(remaining(cx, args, |_, at| at))
}

/// -2 for a missing key, -1 for one without a time to live.
fn remaining(cx: &Context<'_>, args: &[Bytes], convert: fn(&Context<'_>, i64) -> i64) -> Reply {
    let entry = args.first().and_then(|key| cx.entry(key));
    Reply::Int(match entry.map(|entry| entry.expires_at) {
        None => -2,
        Some(None) => -1,
        Some(Some(at)) => convert(cx, at),
    })
}
