//! SET with all its options.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::super::values::Text;
use super::expiring::{Time, put_until};

/// On what SET depends.
#[derive(Clone, Copy)]
enum Condition {
    Missing,
    Present,
}

#[derive(Default)]
struct Options<'a> {
    condition: Option<Condition>,
    get: bool,
    keep_expiry: bool,
    time: Option<Time<'a>>,
}

impl<'a> Options<'a> {
    fn parse(mut words: &'a [Bytes]) -> Result<Self, Failure> {
        let mut options = Options::default();
        while let [word, rest @ ..] = words {
            words = rest;
            match (word.to_ascii_lowercase().as_slice(), rest) {
                (b"nx", _) if !matches!(options.condition, Some(Condition::Present)) => {
                    options.condition = Some(Condition::Missing);
                }
                (b"xx", _) if !matches!(options.condition, Some(Condition::Missing)) => {
                    options.condition = Some(Condition::Present);
                }
                (b"get", _) => options.get = true,
                (b"keepttl", _) if options.time.is_none() => options.keep_expiry = true,
                (_, [text, rest @ ..]) if !options.keep_expiry => {
                    options.time = Some(Time::parse(word, text, options.time)?);
                    words = rest;
                }
                _ => return Err(Failure::SYNTAX),
            }
        }
        Ok(options)
    }
}

pub(super) fn set(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, value, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let options = Options::parse(words)?;
    let until = options.time.map(|time| time.resolve(cx)).transpose()?;
    let old = if options.get {
        Some(Reply::bulk_or_null(cx.get::<Text>(key)?.map(Text::bytes)))
    } else {
        None
    };
    let allowed = match options.condition {
        None => true,
        Some(Condition::Missing) => !cx.exists(key),
        Some(Condition::Present) => cx.exists(key),
    };
    if !allowed {
        return Ok(old.unwrap_or(Reply::Null));
    }
    match until {
        Some(at) => put_until(cx, key, value, at),
        None if options.keep_expiry => cx.put_keeping_expiry(key, Text::new(value.clone())),
        None => cx.put(key, Text::new(value.clone())),
    }
    Ok(old.unwrap_or(Reply::OK))
}
