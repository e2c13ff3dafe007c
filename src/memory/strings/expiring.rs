//! Strings with a time to live: the time options of SET and GETEX, and SETEX.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::keys::expiry::{From, Unit, deadline, invalid, time_option};
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::Text;

/// A time option as given: its argument is judged later.
#[derive(Clone, Copy)]
pub(super) struct Time<'a> {
    unit: Unit,
    from: From,
    text: &'a Bytes,
}

impl<'a> Time<'a> {
    /// EX, PX, EXAT or PXAT with its argument. The same word may come again, another may not follow `earlier`.
    pub(super) fn parse(word: &[u8], text: &'a Bytes, earlier: Option<Self>) -> Result<Self, Failure> {
        let (unit, from) = time_option(word).ok_or(Failure::SYNTAX)?;
        match earlier {
            Some(other) if (other.unit, other.from) != (unit, from) => Err(Failure::SYNTAX),
            _ => Ok(Time { unit, from, text }),
        }
    }

    /// The Unix time in milliseconds it means; only positive arguments mean one.
    pub(super) fn resolve(self, cx: &Context<'_>) -> Result<i64, Failure> {
        let time = int(self.text)?;
        let at = if time > 0 {
            deadline(cx, time, self.unit, self.from)
        } else {
            None
        };
        at.ok_or_else(|| invalid(cx.command.name))
    }
}

/// Sets a string that expires at `at`, which may be over already.
pub(super) fn put_until(cx: &mut Context<'_>, key: &Bytes, value: &Bytes, at: i64) {
    cx.put(key, Text::new(value.clone()));
    expire_or_remove(cx, key, at);
}

fn expire_or_remove(cx: &mut Context<'_>, key: &Bytes, at: i64) {
    if at <= cx.now_ms() {
        cx.remove(key);
    } else {
        cx.expire(key, Some(at));
    }
}

pub(super) fn setex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_for(cx, args, Unit::Seconds)
}

pub(super) fn psetex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_for(cx, args, Unit::Millis)
}

fn set_for(cx: &mut Context<'_>, args: &[Bytes], unit: Unit) -> Outcome {
    let [key, text, value] = args else {
        return Err(Failure::Arity);
    };
    let at = Time {
        unit,
        from: From::Now,
        text,
    }
    .resolve(cx)?;
    put_until(cx, key, value, at);
    Ok(Reply::OK)
}

pub(super) fn getex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let (mut words, mut time, mut persist) = (words, None, false);
    loop {
        words = match words {
            [] => break,
            [word, rest @ ..] if word.eq_ignore_ascii_case(b"persist") && time.is_none() => {
                persist = true;
                rest
            }
            [word, text, rest @ ..] if !persist => {
                time = Some(Time::parse(word, text, time)?);
                rest
            }
            _ => return Err(Failure::SYNTAX),
        };
    }
    let Some(text) = cx.get::<Text>(key)? else {
        return Ok(Reply::Null);
    };
    let reply = Reply::bulk(text.bytes());
    if let Some(time) = time {
        let at = time.resolve(cx)?;
        expire_or_remove(cx, key, at);
    } else if persist && cx.entry(key).is_some_and(|entry| entry.expires_at.is_some()) {
        cx.expire(key, None);
    }
    Ok(reply)
}
