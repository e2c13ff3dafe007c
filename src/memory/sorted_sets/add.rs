//! ZADD and ZINCRBY.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::float;
use super::super::reply::Reply;
use super::super::values::SortedSet;

#[derive(Debug, Default, Clone, Copy)]
struct Options {
    /// NX: only new members.
    missing: bool,
    /// XX: only members that are there.
    present: bool,
    /// GT: an existing score only grows.
    greater: bool,
    /// LT: an existing score only shrinks.
    less: bool,
    /// CH: changed members count as well.
    changed: bool,
    /// INCR: the score is added to the one there is.
    increment: bool,
}

impl Options {
    /// Reads the options and returns the scores and members behind them.
    fn parse(mut words: &[Bytes]) -> Result<(Self, &[Bytes]), Failure> {
        let mut options = Options::default();
        while let [word, rest @ ..] = words {
            match word.to_ascii_lowercase().as_slice() {
                b"nx" => options.missing = true,
                b"xx" => options.present = true,
                b"gt" => options.greater = true,
                b"lt" => options.less = true,
                b"ch" => options.changed = true,
                b"incr" => options.increment = true,
                _ => break,
            }
            words = rest;
        }
        if words.is_empty() || words.len() % 2 != 0 {
            return Err(Failure::SYNTAX);
        }
        if options.missing && options.present {
            return Err(Failure::fixed(
                "ERR XX and NX options at the same time are not compatible",
            ));
        }
        if (options.missing && (options.greater || options.less)) || (options.greater && options.less) {
            return Err(Failure::fixed(
                "ERR GT, LT, and/or NX options at the same time are not compatible",
            ));
        }
        if options.increment && words.len() > 2 {
            return Err(Failure::fixed(
                "ERR INCR option supports a single increment-element pair",
            ));
        }
        Ok((options, words))
    }

    /// The score a member gets, if the conditions let it have one.
    fn decide(self, held: Option<f64>, given: f64) -> Result<Option<f64>, Failure> {
        let Some(held) = held else {
            return Ok((!self.present).then_some(given));
        };
        if self.missing {
            return Ok(None);
        }
        let score = if self.increment { held + given } else { given };
        if score.is_nan() {
            return Err(Failure::fixed("ERR resulting score is not a number (NaN)"));
        }
        let refused = (self.less && score >= held) || (self.greater && score <= held);
        Ok((!refused).then_some(score))
    }
}

pub(in crate::memory) fn zadd(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let (options, words) = Options::parse(words)?;
    add(cx, key, words, options)
}

pub(super) fn zincrby(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let options = Options {
        increment: true,
        ..Options::default()
    };
    add(cx, key, words, options)
}

/// `words` are scores and members in turn.
fn add(cx: &mut Context<'_>, key: &Bytes, words: &[Bytes], options: Options) -> Outcome {
    let mut members = Vec::with_capacity(words.len() / 2);
    for pair in words.chunks_exact(2) {
        let [score, member] = pair else {
            return Err(Failure::SYNTAX);
        };
        members.push((float(score)?, member));
    }
    let set = cx.get_or_create::<SortedSet>(key)?;
    let (mut added, mut updated, mut last) = (0, 0, None);
    for (given, member) in members {
        let held = set.score(member);
        last = options.decide(held, given)?;
        match (held, last) {
            (None, Some(score)) => {
                set.insert(member.clone(), score);
                added += 1;
            }
            (Some(held), Some(score)) if score != held => {
                set.insert(member.clone(), score);
                updated += 1;
            }
            _ => {}
        }
    }
    if added + updated > 0 {
        cx.changed(key);
    }
    Ok(match (options.increment, options.changed) {
        (true, _) => last.map_or(Reply::Null, Reply::Double),
        (false, true) => Reply::count(added + updated),
        (false, false) => Reply::count(added),
    })
}
