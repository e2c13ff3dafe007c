//! The commands that list, store, count or remove a part of a sorted set.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::SortedSet;
use super::bounds::{By, Selection};
use super::{listed, store};

/// What a command's name says already; ZRANGE and ZRANGESTORE leave both to their options.
#[derive(Debug, Clone, Copy, Default)]
struct Named {
    by: Option<By>,
    backwards: Option<bool>,
    /// The result is stored: no WITHSCORES.
    stores: bool,
}

/// Reads `first last [options]`; the second value says whether scores are wanted.
fn parse(words: &[Bytes], named: Named) -> Result<(Selection<'_>, bool), Failure> {
    let [first, last, options @ ..] = words else {
        return Err(Failure::Arity);
    };
    let (mut options, mut by, mut backwards) = (options, named.by, named.backwards);
    let (mut with_scores, mut limit) = (false, None);
    while let [word, rest @ ..] = options {
        options = match (word.to_ascii_lowercase().as_slice(), rest) {
            (b"withscores", _) if !named.stores => {
                with_scores = true;
                rest
            }
            (b"limit", [offset, count, rest @ ..]) => {
                limit = Some((int(offset)?, int(count)?));
                rest
            }
            (b"rev", _) if backwards.is_none() => {
                backwards = Some(true);
                rest
            }
            (b"bylex", _) if by.is_none() => {
                by = Some(By::Lex);
                rest
            }
            (b"byscore", _) if by.is_none() => {
                by = Some(By::Score);
                rest
            }
            _ => return Err(Failure::SYNTAX),
        };
    }
    let by = by.unwrap_or(By::Rank);
    // A negative count is the same as no limit, also to this check.
    if by == By::Rank && limit.is_some_and(|(_, count)| count != -1) {
        return Err(Failure::fixed(
            "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
        ));
    }
    if with_scores && by == By::Lex {
        return Err(Failure::fixed(
            "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
        ));
    }
    let selection = Selection::new(by, first, last, backwards.unwrap_or(false), limit)?;
    Ok((selection, with_scores))
}

fn list(cx: &Context<'_>, args: &[Bytes], by: Option<By>, backwards: Option<bool>) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let named = Named {
        by,
        backwards,
        stores: false,
    };
    let (selection, with_scores) = parse(words, named)?;
    let Some(set) = cx.get::<SortedSet>(key)? else {
        return Ok(Reply::Array(alloc::vec::Vec::new()));
    };
    let found = set.range(selection.positions(set));
    Ok(if selection.backwards {
        listed(found.rev(), with_scores)
    } else {
        listed(found, with_scores)
    })
}

pub(super) fn zrange(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    list(cx, args, None, None)
}

pub(super) fn zrevrange(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    list(cx, args, Some(By::Rank), Some(true))
}

pub(super) fn zrangebyscore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    list(cx, args, Some(By::Score), Some(false))
}

pub(super) fn zrevrangebyscore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    list(cx, args, Some(By::Score), Some(true))
}

pub(super) fn zrangebylex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    list(cx, args, Some(By::Lex), Some(false))
}

pub(super) fn zrevrangebylex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    list(cx, args, Some(By::Lex), Some(true))
}

pub(super) fn zrangestore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [destination, key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let named = Named {
        stores: true,
        ..Named::default()
    };
    let (selection, _) = parse(words, named)?;
    let selected: SortedSet = match cx.get::<SortedSet>(key)? {
        None => SortedSet::default(),
        Some(set) => set
            .range(selection.positions(set))
            .map(|(score, member)| (member.clone(), *score))
            .collect(),
    };
    Ok(store(cx, destination, selected))
}

fn count(cx: &Context<'_>, args: &[Bytes], by: By) -> Outcome {
    let [key, low, high] = args else {
        return Err(Failure::Arity);
    };
    let selection = Selection::forwards(by, low, high)?;
    let set = cx.get::<SortedSet>(key)?;
    Ok(Reply::count(set.map_or(0, |set| selection.positions(set).len())))
}

pub(super) fn zcount(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    count(cx, args, By::Score)
}

pub(super) fn zlexcount(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    count(cx, args, By::Lex)
}

fn remove(cx: &mut Context<'_>, args: &[Bytes], by: By) -> Outcome {
    let [key, low, high] = args else {
        return Err(Failure::Arity);
    };
    let selection = Selection::forwards(by, low, high)?;
    let Some(set) = cx.get_mut::<SortedSet>(key)? else {
        return Ok(Reply::Int(0));
    };
    let removed = set.remove_range(selection.positions(set)).len();
    if removed > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(removed))
}

pub(super) fn zremrangebyrank(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    remove(cx, args, By::Rank)
}

pub(super) fn zremrangebyscore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    remove(cx, args, By::Score)
}

pub(super) fn zremrangebylex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    remove(cx, args, By::Lex)
}
