//! Some of the fields: HSCAN and HRANDFIELD.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::keys::scan::{Options, cursor, page};
use super::super::random::draw_count;
use super::super::reply::Reply;
use super::super::values::Hash;

pub(super) fn hscan(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, at, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let at = cursor(at)?;
    let Some(hash) = cx.get::<Hash>(key)? else {
        return Ok(page(0, Reply::Array(Vec::new())));
    };
    let options = Options::parse(words, false, true)?;
    let mut found = Vec::new();
    let next = hash.fields().scan(at, options.count, |name, field| {
        if options.matches(name) {
            found.push(Reply::bulk(name));
            if !options.no_values {
                found.push(Reply::bulk(&field.value));
            }
        }
    });
    Ok(page(next, Reply::Array(found)))
}

pub(super) fn hrandfield(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    match args {
        [key] => one(cx, key),
        [key, count] => several(cx, key, draw_count(count)?, false),
        [key, count, word] => {
            let count = draw_count(count)?;
            if !word.eq_ignore_ascii_case(b"withvalues") {
                return Err(Failure::SYNTAX);
            }
            // Twice as many must be countable.
            if count.checked_mul(2).is_none() {
                return Err(Failure::OUT_OF_RANGE);
            }
            several(cx, key, count, true)
        }
        [_, count, ..] => Err(draw_count(count).err().unwrap_or(Failure::SYNTAX)),
        [] => Err(Failure::Arity),
    }
}

fn one(cx: &mut Context<'_>, key: &Bytes) -> Outcome {
    let Some(length) = cx.get::<Hash>(key)?.map(Hash::len) else {
        return Ok(Reply::Null);
    };
    let position = cx.random().below(length);
    let hash = cx.get::<Hash>(key)?;
    let field = hash.and_then(|hash| hash.fields().at(position));
    Ok(Reply::bulk_or_null(field.map(|(name, _)| name)))
}

/// Different fields, or with a negative count fields that may come again.
fn several(cx: &mut Context<'_>, key: &Bytes, count: i64, with_values: bool) -> Outcome {
    let Some(length) = cx.get::<Hash>(key)?.map(Hash::len) else {
        return Ok(Reply::Array(Vec::new()));
    };
    let positions = cx.random().draw(count, length);
    let hash = cx.get::<Hash>(key)?;
    let fields = positions
        .into_iter()
        .filter_map(|at| hash.and_then(|hash| hash.fields().at(at)));
    Ok(if with_values {
        Reply::Pairs(
            fields
                .map(|(name, field)| (Reply::bulk(name), Reply::bulk(&field.value)))
                .collect(),
        )
    } else {
        Reply::bulks(fields.map(|(name, _)| name))
    })
}
