//! Unions, intersections and differences. Plain sets take part as well; each of their members has the score 1.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::dict::Dict;
use super::super::failure::Failure;
use super::super::multi_pop::limit;
use super::super::number::{int, parse_f64};
use super::super::reply::Reply;
use super::super::values::{Set, SortedSet, Value};
use super::{listed, split_keys, store};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

/// How scores of the same member become one.
#[derive(Debug, Clone, Copy)]
enum Aggregate {
    Sum,
    Least,
    Greatest,
}

impl Aggregate {
    /// Infinities that cancel out leave 0.
    fn join(self, one: f64, other: f64) -> f64 {
        match self {
            Aggregate::Sum => not_nan(one + other),
            Aggregate::Least => one.min(other),
            Aggregate::Greatest => one.max(other),
        }
    }
}

fn not_nan(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

/// One of the sets that are combined.
#[derive(Clone, Copy)]
enum Source<'a> {
    Missing,
    Set(&'a Set),
    Sorted(&'a SortedSet),
}

impl<'a> Source<'a> {
    fn of(cx: &'a Context<'_>, key: &Bytes) -> Result<Self, Failure> {
        match cx.entry(key).map(|entry| &entry.value) {
            None => Ok(Source::Missing),
            Some(Value::Set(set)) => Ok(Source::Set(set)),
            Some(Value::SortedSet(set)) => Ok(Source::Sorted(set)),
            Some(_) => Err(Failure::WRONG_TYPE),
        }
    }

    fn len(self) -> usize {
        match self {
            Source::Missing => 0,
            Source::Set(set) => set.len(),
            Source::Sorted(set) => set.len(),
        }
    }

    fn score(self, member: &[u8]) -> Option<f64> {
        match self {
            Source::Missing => None,
            Source::Set(set) => set.contains(member).then_some(1.0),
            Source::Sorted(set) => set.score(member),
        }
    }

    fn members(self) -> Box<dyn Iterator<Item = (&'a Bytes, f64)> + 'a> {
        match self {
            Source::Missing => Box::new(core::iter::empty()),
            Source::Set(set) => Box::new(set.members().keys().map(|member| (member, 1.0))),
            Source::Sorted(set) => Box::new(set.iter().map(|(score, member)| (member, *score))),
        }
    }
}

struct Options {
    weights: Option<Vec<f64>>,
    aggregate: Aggregate,
    with_scores: bool,
}

impl Options {
    /// Reads `[WEIGHTS w..] [AGGREGATE SUM|MIN|MAX]`, which a difference does not know, and `[WITHSCORES]`, which the
    /// commands that store do not.
    fn parse(mut words: &[Bytes], operation: Operation, keys: usize, stores: bool) -> Result<Self, Failure> {
        let mut options = Options {
            weights: None,
            aggregate: Aggregate::Sum,
            with_scores: false,
        };
        let scored = operation != Operation::Difference;
        while let [word, rest @ ..] = words {
            words = match (word.to_ascii_lowercase().as_slice(), rest) {
                (b"weights", _) if scored && rest.len() >= keys => {
                    let (weights, rest) = rest.split_at(keys);
                    let wrong = Failure::fixed("ERR weight value is not a float");
                    let weights = weights.iter().map(|text| parse_f64(text)).collect::<Option<Vec<f64>>>();
                    options.weights = Some(weights.ok_or(wrong)?);
                    rest
                }
                (b"aggregate", [how, rest @ ..]) if scored => {
                    options.aggregate = match how.to_ascii_lowercase().as_slice() {
                        b"sum" => Aggregate::Sum,
                        b"min" => Aggregate::Least,
                        b"max" => Aggregate::Greatest,
                        _ => return Err(Failure::SYNTAX),
                    };
                    rest
                }
                (b"withscores", _) if !stores => {
                    options.with_scores = true;
                    rest
                }
                _ => return Err(Failure::SYNTAX),
            };
        }
        Ok(options)
    }

    fn weight(&self, index: usize) -> f64 {
        let given = self.weights.as_ref().and_then(|weights| weights.get(index));
        given.copied().unwrap_or(1.0)
    }
}

/// Reads `numkeys key..`; the second value is what follows.
fn parse_keys<'a>(cx: &Context<'_>, words: &'a [Bytes]) -> Result<(&'a [Bytes], &'a [Bytes]), Failure> {
    let [count, words @ ..] = words else {
        return Err(Failure::Arity);
    };
    let count = int(count)?;
    if count < 1 {
        let name = cx.command.name;
        return Err(Failure::text(format!(
            "ERR at least 1 input key is needed for '{name}' command"
        )));
    }
    split_keys(count, words).ok_or(Failure::SYNTAX)
}

fn look_up<'a>(cx: &'a Context<'_>, keys: &[Bytes]) -> Result<Vec<Source<'a>>, Failure> {
    keys.iter().map(|key| Source::of(cx, key)).collect()
}

/// The combined set, and whether the reply is to show its scores.
fn combine(
    cx: &Context<'_>,
    words: &[Bytes],
    operation: Operation,
    stores: bool,
) -> Result<(SortedSet, bool), Failure> {
    let (keys, words) = parse_keys(cx, words)?;
    // Redis looks at the keys before it looks at the options.
    let sources = look_up(cx, keys)?;
    let options = Options::parse(words, operation, keys.len(), stores)?;
    let mut sources: Vec<(Source<'_>, f64)> = sources
        .into_iter()
        .enumerate()
        .map(|(index, source)| (source, options.weight(index)))
        .collect();
    // The smallest first, as in Redis, where sums of more than two scores depend on the order.
    if operation != Operation::Difference {
        sources.sort_by_key(|(source, _)| source.len());
    }
    let result = match operation {
        Operation::Union => union(&sources, options.aggregate),
        Operation::Intersection => intersection(&sources, options.aggregate),
        Operation::Difference => difference(&sources),
    };
    Ok((result, options.with_scores))
}

fn union(sources: &[(Source<'_>, f64)], aggregate: Aggregate) -> SortedSet {
    let mut scores: Dict<f64> = Dict::indexed();
    for (source, weight) in sources {
        for (member, score) in source.members() {
            let score = not_nan(score * weight);
            match scores.get_mut(member) {
                Some(held) => *held = aggregate.join(*held, score),
                None => drop(scores.insert(member.clone(), score)),
            }
        }
    }
    scores.iter().map(|(member, score)| (member.clone(), *score)).collect()
}

fn intersection(sources: &[(Source<'_>, f64)], aggregate: Aggregate) -> SortedSet {
    let Some(((first, weight), others)) = sources.split_first() else {
        return SortedSet::default();
    };
    let joined = |member: &Bytes, score: f64| {
        others
            .iter()
            .try_fold(not_nan(score * weight), |joined, (source, weight)| {
                Some(aggregate.join(joined, source.score(member)? * weight))
            })
    };
    let members = first.members();
    members
        .filter_map(|(member, score)| Some((member.clone(), joined(member, score)?)))
        .collect()
}

/// Scores are those of the first set.
fn difference(sources: &[(Source<'_>, f64)]) -> SortedSet {
    let Some(((first, _), others)) = sources.split_first() else {
        return SortedSet::default();
    };
    let elsewhere = |member: &Bytes| others.iter().any(|(source, _)| source.score(member).is_some());
    let members = first.members().filter(|(member, _)| !elsewhere(member));
    members.map(|(member, score)| (member.clone(), score)).collect()
}

fn reply(cx: &Context<'_>, args: &[Bytes], operation: Operation) -> Outcome {
    let (result, with_scores) = combine(cx, args, operation, false)?;
    Ok(listed(result.iter(), with_scores))
}

fn into_key(cx: &mut Context<'_>, args: &[Bytes], operation: Operation) -> Outcome {
    let [destination, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let (result, _) = combine(cx, words, operation, true)?;
    Ok(store(cx, destination, result))
}

pub(super) fn zunion(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    reply(cx, args, Operation::Union)
}

pub(super) fn zinter(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    reply(cx, args, Operation::Intersection)
}

pub(super) fn zdiff(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    reply(cx, args, Operation::Difference)
}

pub(super) fn zunionstore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    into_key(cx, args, Operation::Union)
}

pub(super) fn zinterstore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    into_key(cx, args, Operation::Intersection)
}

pub(super) fn zdiffstore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    into_key(cx, args, Operation::Difference)
}

pub(super) fn zintercard(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (keys, words) = parse_keys(cx, args)?;
    let mut sources = look_up(cx, keys)?;
    let limit = limit(words)?;
    sources.sort_by_key(|source| source.len());
    let Some((first, others)) = sources.split_first() else {
        return Ok(Reply::Int(0));
    };
    let common = first
        .members()
        .filter(|(member, _)| others.iter().all(|source| source.score(member).is_some()));
    Ok(Reply::count(common.take(limit).count()))
}
