//! Hash fields as counters. They keep their time to live.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::long_double::LongDouble;
use super::super::number::{format_i64, int, parse_i64};
use super::super::reply::Reply;
use super::super::values::Hash;

pub(super) fn hincrby(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, field, by] = args else {
        return Err(Failure::Arity);
    };
    let by = int(by)?;
    let old = match cx.get::<Hash>(key)?.and_then(|hash| hash.get(field)) {
        Some(value) => parse_i64(value).ok_or(Failure::fixed("ERR hash value is not an integer"))?,
        None => 0,
    };
    let new = old.checked_add(by).ok_or(Failure::OVERFLOW)?;
    store(cx, key, field, format_i64(new))?;
    Ok(Reply::Int(new))
}

pub(super) fn hincrbyfloat(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, field, by] = args else {
        return Err(Failure::Arity);
    };
    let by = LongDouble::parse(by).ok_or(Failure::NOT_A_FLOAT)?;
    if !by.is_finite() {
        return Err(Failure::fixed("ERR value is NaN or Infinity"));
    }
    let old = match cx.get::<Hash>(key)?.and_then(|hash| hash.get(field)) {
        Some(value) => LongDouble::parse(value).ok_or(Failure::fixed("ERR hash value is not a float"))?,
        None => LongDouble::ZERO,
    };
    let new = old
        .add(by)
        .filter(|new| new.is_finite())
        .ok_or(Failure::NAN_OR_INFINITY)?;
    let text = Bytes::from(new.to_text());
    store(cx, key, field, text.clone())?;
    Ok(Reply::Bulk(text))
}

fn store(cx: &mut Context<'_>, key: &Bytes, field: &Bytes, value: Bytes) -> Result<(), Failure> {
    cx.get_or_create::<Hash>(key)?.set_keeping_expiry(field.clone(), value);
    cx.changed(key);
    Ok(())
}
