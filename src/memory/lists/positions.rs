//! Elements by their position: LINDEX, LRANGE, LSET, LINSERT, LREM, LTRIM, LPOS.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::{clamp_range, int, int_within, signed_count};
use super::super::reply::Reply;
use super::super::values::List;

/// The position an index means, which counts from the end when negative.
fn position(index: i64, length: usize) -> Option<usize> {
    let from_start = if index < 0 {
        index.checked_add(i64::try_from(length).ok()?)?
    } else {
        index
    };
    usize::try_from(from_start).ok().filter(|&at| at < length)
}

pub(super) fn lindex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, index] = args else {
        return Err(Failure::Arity);
    };
    let Some(list) = cx.get::<List>(key)? else {
        return Ok(Reply::Null);
    };
    let at = position(int(index)?, list.len());
    Ok(Reply::bulk_or_null(at.and_then(|at| list.get(at))))
}

pub(super) fn lrange(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, start, stop] = args else {
        return Err(Failure::Arity);
    };
    let (start, stop) = (int(start)?, int(stop)?);
    let list = cx.get::<List>(key)?;
    let elements = list.map(|list| list.range(clamp_range(start, stop, list.len())));
    Ok(Reply::bulks(elements.into_iter().flatten()))
}

pub(super) fn lset(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, index, element] = args else {
        return Err(Failure::Arity);
    };
    let list = cx.get_mut::<List>(key)?.ok_or(Failure::NO_SUCH_KEY)?;
    let place = position(int(index)?, list.len()).and_then(|at| list.get_mut(at));
    *place.ok_or(Failure::INDEX_OUT_OF_RANGE)? = element.clone();
    cx.changed(key);
    Ok(Reply::OK)
}

pub(super) fn linsert(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, place, pivot, element] = args else {
        return Err(Failure::Arity);
    };
    let after = match place.to_ascii_lowercase().as_slice() {
        b"before" => false,
        b"after" => true,
        _ => return Err(Failure::SYNTAX),
    };
    let Some(list) = cx.get_mut::<List>(key)? else {
        return Ok(Reply::Int(0));
    };
    let Some(at) = list.iter().position(|held| held == pivot) else {
        return Ok(Reply::Int(-1));
    };
    list.insert(at + usize::from(after), element.clone());
    let length = list.len();
    cx.changed(key);
    Ok(Reply::count(length))
}

pub(super) fn lrem(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, count, element] = args else {
        return Err(Failure::Arity);
    };
    let count = signed_count(count)?;
    let Some(list) = cx.get_mut::<List>(key)? else {
        return Ok(Reply::Int(0));
    };
    let matches = list.iter().filter(|held| *held == element).count();
    let removed = match usize::try_from(count.unsigned_abs()) {
        Ok(limit) if limit > 0 => limit.min(matches),
        _ => matches,
    };
    let first = if count < 0 { matches - removed } else { 0 };
    let mut seen = 0;
    list.retain(|held| {
        if held != element {
            return true;
        }
        seen += 1;
        !(first..first + removed).contains(&(seen - 1))
    });
    if removed > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(removed))
}

/// Counts as a change even when all elements stay, as in Redis.
pub(super) fn ltrim(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, start, stop] = args else {
        return Err(Failure::Arity);
    };
    let (start, stop) = (int(start)?, int(stop)?);
    if let Some(list) = cx.get_mut::<List>(key)? {
        let kept = clamp_range(start, stop, list.len());
        list.truncate(kept.end);
        list.drain(..kept.start);
        cx.changed(key);
    }
    Ok(Reply::OK)
}

/// Options of LPOS.
struct Options {
    /// Which match is the first wanted, from 1; negative from the end, which is then where the search starts.
    rank: i64,
    /// How many matches; `None` for one, which is then no list.
    count: Option<usize>,
    /// How many elements are looked at.
    most: usize,
}

impl Options {
    fn parse(mut words: &[Bytes]) -> Result<Self, Failure> {
        let mut options = Options {
            rank: 1,
            count: None,
            most: usize::MAX,
        };
        while let [word, value, rest @ ..] = words {
            match word.to_ascii_lowercase().as_slice() {
                b"rank" => {
                    options.rank = signed_count(value)?;
                    if options.rank == 0 {
                        return Err(Failure::fixed(
                            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or \
                             use negative to start from the end of the list",
                        ));
                    }
                }
                b"count" => options.count = Some(limit(value, "ERR COUNT can't be negative")?),
                b"maxlen" => options.most = limit(value, "ERR MAXLEN can't be negative")?,
                _ => return Err(Failure::SYNTAX),
            }
            words = rest;
        }
        if words.is_empty() {
            Ok(options)
        } else {
            Err(Failure::SYNTAX)
        }
    }
}

/// A limit of which 0 means that there is none.
fn limit(text: &[u8], negative: &'static str) -> Result<usize, Failure> {
    let number = int_within(text, 0, i64::MAX, Failure::fixed(negative))?;
    Ok(match usize::try_from(number) {
        Ok(number) if number > 0 => number,
        _ => usize::MAX,
    })
}

pub(super) fn lpos(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, element, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let options = Options::parse(words)?;
    let list = cx.get::<List>(key)?;
    let length = list.map_or(0, List::len);
    let skipped = usize::try_from(options.rank.unsigned_abs() - 1).unwrap_or(usize::MAX);
    let mut found = (0..length)
        .map(|step| if options.rank < 0 { length - 1 - step } else { step })
        .take(options.most)
        .filter(|&at| list.and_then(|list| list.get(at)) == Some(element))
        .skip(skipped)
        .map(Reply::count);
    Ok(match options.count {
        None => found.next().unwrap_or(Reply::Null),
        Some(count) => Reply::Array(found.take(count).collect()),
    })
}
