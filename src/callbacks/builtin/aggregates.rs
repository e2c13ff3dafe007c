//! Sets, maps, pages and rows.

use alloc::vec::Vec;

use super::Call;
use super::scalars::{double, each, integer};
use crate::error::Error;
use crate::resp::{FromReply, Kind, ReplyRef, Value};

pub(super) fn set(reply: ReplyRef<'_>) -> Option<Value> {
    (reply.kind() == Kind::Array).then(|| Value::set(reply.items()))
}

/// Fields and values, flat under RESP2.
pub(super) fn map(reply: ReplyRef<'_>) -> Option<Value> {
    let items = reply.items();
    let is_flat = reply.kind() == Kind::Array && items.len() % 2 == 0;
    is_flat.then(|| Value::Map(items.map(Value::from).collect::<Vec<_>>().into()))
}

pub(super) fn maps(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, map)
}

/// Fields and values of a map, or of a flat list.
pub(super) fn fields(reply: ReplyRef<'_>) -> Option<Vec<(ReplyRef<'_>, ReplyRef<'_>)>> {
    let mut items = reply.items();
    if !matches!(reply.kind(), Kind::Map | Kind::Array) || items.len() % 2 == 1 {
        return None;
    }
    let mut fields = Vec::with_capacity(items.len() / 2);
    while let (Some(field), Some(value)) = (items.next(), items.next()) {
        fields.push((field, value));
    }
    Some(fields)
}

/// A list cut into lists of as many elements as the option `groups` says; a rest is left out.
pub(super) fn groups(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    let size = call.option("groups").and_then(|groups| groups.decode::<usize>().ok());
    Ok(match size {
        Some(size) if size > 0 && reply.kind() == Kind::Array => {
            let items: Vec<Value> = reply.items().map(Value::from).collect();
            Some(Value::array(items.chunks_exact(size).map(|group| group.to_vec())))
        }
        _ => None,
    })
}

/// A cursor and what came with it.
pub(super) fn page_of(reply: ReplyRef<'_>, convert: impl FnOnce(ReplyRef<'_>) -> Option<Value>) -> Option<Value> {
    let mut items = reply.items();
    match (items.next(), items.next(), items.next()) {
        (Some(cursor), Some(page), None) => {
            let cursor = u64::from_reply(cursor).ok()?;
            let page = convert(page).unwrap_or_else(|| page.into());
            Some(Value::array([Value::from(cursor), page]))
        }
        _ => None,
    }
}

pub(super) fn page(reply: ReplyRef<'_>) -> Option<Value> {
    page_of(reply, |_| None)
}

/// With NOVALUES there are no values, and the fields are a list.
pub(super) fn hash_page(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    let mut words = call.arguments().skip(3);
    let bare = words.any(|word| word.eq_ignore_ascii_case(b"NOVALUES"));
    Ok(if bare { page(reply) } else { page_of(reply, map) })
}

/// Names and numbers, in pairs.
pub(super) fn counts(reply: ReplyRef<'_>) -> Option<Value> {
    let pairs = fields(reply)?.into_iter();
    let pairs = pairs.map(|(name, count)| {
        let count = integer(count).unwrap_or_else(|| count.into());
        Value::array([name.into(), count])
    });
    Some(Value::array(pairs))
}

/// The rows of SLOWLOG GET. Servers before 4.0 name no client.
pub(super) fn slow_commands(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, |row| {
        let mut items = row.items();
        let (id, start, duration, command) = (items.next()?, items.next()?, items.next()?, items.next()?);
        let words: Vec<&[u8]> = command.items().filter_map(|word| word.text()).collect();
        let mut map = Vec::from([
            ("id", id.into()),
            ("start_time", start.into()),
            ("duration", duration.into()),
            ("command", Value::from(words.join(&b' ').as_slice())),
        ]);
        for (name, value) in ["client_address", "client_name"].into_iter().zip(items) {
            map.push((name, value.into()));
        }
        Some(Value::map(map))
    })
}

fn position(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, double)
}

/// Longitude and latitude, or nothing, for each member.
pub(super) fn positions(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, position)
}

/// Names; or rows of a name and what was asked for with it: the distance, the hash, the position.
pub(super) fn places(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, |row| {
        let mut items = row.items();
        let name = items.next()?;
        let rest = items.map(|item| match item.kind() {
            Kind::Integer => item.into(),
            Kind::Array => position(item).unwrap_or_else(|| item.into()),
            _ => double(item).unwrap_or_else(|| item.into()),
        });
        Some(Value::array(core::iter::once(name.into()).chain(rest)))
    })
}
