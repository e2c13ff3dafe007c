//! Members with their scores.

use alloc::vec::Vec;

use super::Call;
use super::aggregates::{fields, page_of};
use super::scalars::double;
use crate::error::Error;
use crate::resp::{Kind, ReplyRef, Value};

/// With the option `withscores`: pairs of a member and its score. RESP2 sends them flat, RESP3 as pairs.
pub(super) fn members(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    if call.flag("withscores") {
        pairs(reply, call)
    } else {
        Ok(None)
    }
}

pub(super) fn page(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    let Some(list) = reply.items().nth(1) else {
        return Ok(None);
    };
    let list = pairs(list, call)?;
    Ok(page_of(reply, |_| list))
}

fn pairs(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    if reply.kind() != Kind::Array {
        return Ok(None);
    }
    let is_pair = |item: ReplyRef<'_>| item.kind() == Kind::Array && item.items().len() == 2;
    let nested: Option<Vec<_>> = if reply.items().all(is_pair) {
        reply.items().map(|pair| fields(pair)?.pop()).collect()
    } else {
        fields(reply)
    };
    let Some(pairs) = nested else { return Ok(None) };
    let mut list = Vec::with_capacity(pairs.len());
    for (member, score) in pairs {
        list.push(Value::array([Value::from(member), cast(score, call)?]));
    }
    Ok(Some(list.into()))
}

/// The score as the option `score_cast_func` has it, which is given its digits as the server wrote them; else as a double.
fn cast(score: ReplyRef<'_>, call: &Call<'_>) -> Result<Value, Error> {
    match (call.cast("score_cast_func"), score.text()) {
        (Some(cast), Some(digits)) => cast(digits.into()),
        _ => Ok(double(score).unwrap_or_else(|| score.into())),
    }
}

/// Key, member and score.
pub(super) fn popped(reply: ReplyRef<'_>) -> Option<Value> {
    let mut items = reply.items();
    match (items.next(), items.next(), items.next(), items.next()) {
        (Some(key), Some(member), Some(score), None) => Some(Value::array([key.into(), member.into(), double(score)?])),
        _ => None,
    }
}
