//! Strings as counters.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::long_double::LongDouble;
use super::super::number::{format_i64, int};
use super::super::reply::Reply;
use super::super::values::Text;

pub(super) fn incr(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    add(cx, key, 1)
}

pub(super) fn decr(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    add(cx, key, -1)
}

pub(super) fn incrby(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, by] = args else { return Err(Failure::Arity) };
    add(cx, key, int(by)?)
}

pub(super) fn decrby(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, by] = args else { return Err(Failure::Arity) };
    let by = int(by)?
        .checked_neg()
        .ok_or(Failure::fixed("ERR decrement would overflow"))?;
    add(cx, key, by)
}

fn add(cx: &mut Context<'_>, key: &Bytes, by: i64) -> Outcome {
    let old = cx.get::<Text>(key)?.map_or(Ok(0), |text| int(text.bytes()))?;
    let new = old.checked_add(by).ok_or(Failure::OVERFLOW)?;
    cx.put_keeping_expiry(key, Text::new(format_i64(new)));
    Ok(Reply::Int(new))
}

pub(super) fn incrbyfloat(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, by] = args else { return Err(Failure::Arity) };
    let number = |text: &Bytes| LongDouble::parse(text).ok_or(Failure::NOT_A_FLOAT);
    let old = match cx.get::<Text>(key)? {
        Some(text) => number(text.bytes())?,
        None => LongDouble::ZERO,
    };
    let new = old
        .add(number(by)?)
        .filter(|new| new.is_finite())
        .ok_or(Failure::NAN_OR_INFINITY)?;
    let text = Bytes::from(new.to_text());
    cx.put_keeping_expiry(key, Text::computed(text.clone()));
    Ok(Reply::Bulk(text))
}
