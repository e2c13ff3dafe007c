//! Unions, intersections and differences.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::multi_pop::limit;
use super::super::number::int_within;
use super::super::reply::Reply;
use super::super::values::Set;
use super::members_of;

/// How sets are combined into one.
type Combine = fn(&[Option<&Set>]) -> Set;

pub(super) fn sdiff(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    reply(cx, args, difference)
}

pub(super) fn sinter(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    reply(cx, args, intersection)
}

pub(super) fn sunion(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    reply(cx, args, union)
}

pub(super) fn sdiffstore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    store(cx, args, difference)
}

pub(super) fn sinterstore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    store(cx, args, intersection)
}

pub(super) fn sunionstore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    store(cx, args, union)
}

pub(super) fn sintercard(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [count, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let count = int_within(
        count,
        1,
        i64::MAX,
        Failure::fixed("ERR numkeys should be greater than 0"),
    )?;
    let (keys, options) = usize::try_from(count)
        .ok()
        .and_then(|count| words.split_at_checked(count))
        .ok_or(Failure::fixed(
            "ERR Number of keys can't be greater than number of args",
        ))?;
    let limit = limit(options)?;
    let sets = look_up(cx, keys)?;
    Ok(Reply::count(common(&sets).take(limit).count()))
}

/// A missing key is an empty set; the type of each key is checked, also where the result is clear before.
fn look_up<'a>(cx: &'a Context<'_>, keys: &[Bytes]) -> Result<Vec<Option<&'a Set>>, Failure> {
    keys.iter().map(|key| cx.get::<Set>(key)).collect()
}

fn reply(cx: &Context<'_>, keys: &[Bytes], combine: Combine) -> Outcome {
    Ok(members_of(combine(&look_up(cx, keys)?).to_vec()))
}

/// An empty result deletes the destination, of whatever type it was.
fn store(cx: &mut Context<'_>, args: &[Bytes], combine: Combine) -> Outcome {
    let [destination, keys @ ..] = args else {
        return Err(Failure::Arity);
    };
    let result = combine(&look_up(cx, keys)?);
    let count = result.len();
    if count == 0 {
        cx.remove(destination);
    } else {
        cx.put(destination, result);
    }
    Ok(Reply::count(count))
}

fn union(sets: &[Option<&Set>]) -> Set {
    sets.iter().flatten().flat_map(|set| set.to_vec()).collect()
}

fn intersection(sets: &[Option<&Set>]) -> Set {
    common(sets).collect()
}

/// The members of the smallest set that are in all others.
fn common<'a>(sets: &'a [Option<&'a Set>]) -> impl Iterator<Item = Bytes> + 'a {
    let smallest = sets.iter().min_by_key(|set| set.map_or(0, Set::len));
    let candidates = smallest.copied().flatten().map(Set::to_vec).unwrap_or_default();
    candidates
        .into_iter()
        .filter(|member| sets.iter().all(|set| set.is_some_and(|set| set.contains(member))))
}

fn difference(sets: &[Option<&Set>]) -> Set {
    let Some((Some(first), others)) = sets.split_first() else {
        return Set::default();
    };
    let elsewhere = |member: &Bytes| others.iter().flatten().any(|set| set.contains(member));
    first.to_vec().into_iter().filter(|member| !elsewhere(member)).collect()
}
