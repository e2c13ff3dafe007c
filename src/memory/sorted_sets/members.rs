//! The commands that look up, remove or draw single members.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::keys::scan;
use super::super::number::format_f64;
use super::super::random::draw_count;
use super::super::reply::Reply;
use super::super::values::SortedSet;
use super::listed;

pub(super) fn zcard(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::count(cx.get::<SortedSet>(key)?.map_or(0, SortedSet::len)))
}

pub(super) fn zrem(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, members @ ..] = args else {
        return Err(Failure::Arity);
    };
    let Some(set) = cx.get_mut::<SortedSet>(key)? else {
        return Ok(Reply::Int(0));
    };
    let removed = members.iter().filter(|member| set.remove(member).is_some()).count();
    if removed > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(removed))
}

fn score_of(set: Option<&SortedSet>, member: &Bytes) -> Reply {
    set.and_then(|set| set.score(member)).map_or(Reply::Null, Reply::Double)
}

pub(super) fn zscore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, member] = args else {
        return Err(Failure::Arity);
    };
    Ok(score_of(cx.get::<SortedSet>(key)?, member))
}

pub(super) fn zmscore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, members @ ..] = args else {
        return Err(Failure::Arity);
    };
    let set = cx.get::<SortedSet>(key)?;
    Ok(Reply::Array(
        members.iter().map(|member| score_of(set, member)).collect(),
    ))
}

pub(super) fn zrank(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    rank(cx, args, false)
}

pub(super) fn zrevrank(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    rank(cx, args, true)
}

fn rank(cx: &Context<'_>, args: &[Bytes], backwards: bool) -> Outcome {
    let (key, member, with_score) = match args {
        [key, member] => (key, member, false),
        [key, member, word] if word.eq_ignore_ascii_case(b"withscore") => (key, member, true),
        [_, _, _] => return Err(Failure::SYNTAX),
        _ => return Err(Failure::Arity),
    };
    let set = cx.get::<SortedSet>(key)?;
    let found = set.and_then(|set| Some((set.len(), set.rank(member)?, set.score(member)?)));
    let Some((len, rank, score)) = found else {
        return Ok(if with_score { Reply::NullArray } else { Reply::Null });
    };
    let rank = Reply::count(if backwards { len - 1 - rank } else { rank });
    Ok(if with_score {
        Reply::Array(Vec::from([rank, Reply::Double(score)]))
    } else {
        rank
    })
}

pub(super) fn zrandmember(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (key, count, options) = match args {
        [key] => {
            let drawn = draw(cx, key, 1)?;
            return Ok(Reply::bulk_or_null(drawn.first().map(|(_, member)| member)));
        }
        [key, count, options @ ..] => (key, draw_count(count)?, options),
        [] => return Err(Failure::Arity),
    };
    let with_scores = match options {
        [] => false,
        [word] if word.eq_ignore_ascii_case(b"withscores") => true,
        _ => return Err(Failure::SYNTAX),
    };
    // Members and scores together must be countable.
    if with_scores && count.unsigned_abs() > i64::MAX.unsigned_abs() / 2 {
        return Err(Failure::OUT_OF_RANGE);
    }
    Ok(listed(&draw(cx, key, count)?, with_scores))
}

/// Members left to chance: up to `count` different ones, or, if `count` is negative, that many with repetitions.
fn draw(cx: &mut Context<'_>, key: &Bytes, count: i64) -> Result<Vec<(f64, Bytes)>, Failure> {
    let Some(len) = cx.get::<SortedSet>(key)?.map(SortedSet::len) else {
        return Ok(Vec::new());
    };
    let positions = cx.random().draw(count, len);
    let Some(set) = cx.get::<SortedSet>(key)? else {
        return Ok(Vec::new());
    };
    let members = positions.into_iter().filter_map(|at| set.scores().at(at));
    Ok(members.map(|(member, score)| (*score, member.clone())).collect())
}

/// Scores are text here, in RESP3 as well.
pub(super) fn zscan(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, at, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let at = scan::cursor(at)?;
    let Some(set) = cx.get::<SortedSet>(key)? else {
        return Ok(scan::page(0, Reply::Array(Vec::new())));
    };
    let options = scan::Options::parse(words, false, false)?;
    let mut found = Vec::new();
    let mut keep = |member: &Bytes, score: f64| {
        if options.matches(member) {
            found.extend([Reply::bulk(member), Reply::string(format_f64(score))]);
        }
    };
    // What Redis holds in one piece comes as one page, in order.
    let next = if set.scores().is_compact() {
        set.iter().for_each(|(score, member)| keep(member, *score));
        0
    } else {
        set.scores()
            .scan(at, options.count, |member, score| keep(member, *score))
    };
    Ok(scan::page(next, Reply::Array(found)))
}
