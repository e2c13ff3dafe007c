//! Entries of streams, and what XPENDING and XINFO tell of them.

use alloc::vec::Vec;

use super::Call;
use super::aggregates::{fields, map, maps};
use super::scalars::{each, integer};
use crate::error::Error;
use crate::resp::{Kind, ReplyRef, Value};

/// An entry: its id and its fields as a map, which is empty when the entry was deleted in the meantime. What XREADGROUP
/// with CLAIM says of it besides follows.
fn entry(reply: ReplyRef<'_>) -> Option<Value> {
    let mut items = reply.items();
    let (id, fields) = (items.next()?, items.next()?);
    let fields = match fields.kind() {
        Kind::Null => Value::Map(Vec::<Value>::new().into()),
        Kind::Map => fields.into(),
        _ => map(fields)?,
    };
    Some(Value::array(
        [id.into(), fields].into_iter().chain(items.map(Value::from)),
    ))
}

/// Entries in their order. Bare ids (XCLAIM with JUSTID) stay what they are.
pub(super) fn entries(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, entry)
}

/// Pairs of a stream's name and its entries: a map under RESP3; nothing at all when nothing new came.
pub(super) fn by_stream(reply: ReplyRef<'_>) -> Option<Value> {
    let pair = |name: ReplyRef<'_>, list: ReplyRef<'_>| {
        let list = entries(list).unwrap_or_else(|| list.into());
        Value::array([name.into(), list])
    };
    match reply.kind() {
        Kind::Null => Some(Vec::<Value>::new().into()),
        Kind::Map => Some(Value::array(
            fields(reply)?.into_iter().map(|(name, list)| pair(name, list)),
        )),
        _ => each(reply, |row| {
            let mut items = row.items();
            Some(pair(items.next()?, items.next()?))
        }),
    }
}

/// A row as a map, if it has as many elements as there are names.
fn row(reply: ReplyRef<'_>, names: &[&str]) -> Option<Value> {
    let items = reply.items();
    (items.len() == names.len()).then(|| Value::map(names.iter().copied().zip(items)))
}

/// The summary of a group as a map; with a range, a map for each entry.
pub(super) fn pending(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    if call.flag("parse_detail") {
        const NAMES: [&str; 4] = ["message_id", "consumer", "time_since_delivered", "times_delivered"];
        return Ok(each(reply, |item| row(item, &NAMES)));
    }
    let mut items = reply.items();
    Ok(match (items.next(), items.next(), items.next(), items.next()) {
        (Some(pending), Some(min), Some(max), Some(list)) => {
            let consumers = each(list, |consumer| {
                let (name, pending) = fields(consumer)?.pop()?;
                Some(Value::map([("name", name.into()), ("pending", integer(pending)?)]))
            });
            Some(Value::map([
                ("pending", pending.into()),
                ("min", min.into()),
                ("max", max.into()),
                ("consumers", consumers.unwrap_or_else(|| Vec::<Value>::new().into())),
            ]))
        }
        _ => None,
    })
}

/// What XINFO STREAM tells, its first and last entry as entries. With FULL there are all entries, and groups and their
/// consumers, which are maps too.
pub(super) fn stream(reply: ReplyRef<'_>) -> Option<Value> {
    let fields = fields(reply)?.into_iter().map(|(name, value)| {
        let converted = match name.text() {
            Some(b"first-entry" | b"last-entry") => entry(value),
            Some(b"entries") => entries(value),
            Some(b"groups") => each(value, group),
            _ => None,
        };
        (Value::from(name), converted.unwrap_or_else(|| value.into()))
    });
    Some(Value::map(fields))
}

fn group(reply: ReplyRef<'_>) -> Option<Value> {
    let fields = fields(reply)?.into_iter().map(|(name, value)| {
        let converted = match name.text() {
            Some(b"consumers") => maps(value),
            _ => None,
        };
        (Value::from(name), converted.unwrap_or_else(|| value.into()))
    });
    Some(Value::map(fields))
}
