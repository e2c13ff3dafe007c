//! KEYS and SCAN, and what HSCAN, SSCAN and ZSCAN share with them.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::glob;
use super::super::number::int;
use super::super::reply::Reply;

/// How many entries a step visits unless COUNT says so.
const DEFAULT_COUNT: usize = 10;

/// A cursor argument.
pub(in super::super) fn cursor(text: &[u8]) -> Result<u64, Failure> {
    let digits = core::str::from_utf8(text)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|text| text.parse().ok()).ok_or(Failure::INVALID_CURSOR)
}

/// The reply of a step: the next cursor and what was found.
pub(in super::super) fn page(cursor: u64, found: Reply) -> Reply {
    Reply::Array(Vec::from([Reply::string(itoa::Buffer::new().format(cursor)), found]))
}

/// Options of a step.
pub(in super::super) struct Options<'a> {
    pub(in super::super) pattern: Option<&'a Bytes>,
    pub(in super::super) count: usize,
    /// Only SCAN knows TYPE.
    pub(in super::super) kind: Option<&'a Bytes>,
    /// Only HSCAN knows NOVALUES.
    pub(in super::super) no_values: bool,
}

impl<'a> Options<'a> {
    /// Reads `[MATCH pattern] [COUNT n]`, and `TYPE type` or `NOVALUES` where `type_allowed` or `no_values_allowed`.
    pub(in super::super) fn parse(
        mut words: &'a [Bytes],
        type_allowed: bool,
        no_values_allowed: bool,
    ) -> Result<Self, Failure> {
        let mut options = Options {
            pattern: None,
            count: DEFAULT_COUNT,
            kind: None,
            no_values: false,
        };
        loop {
            words = match words {
                [] => return Ok(options),
                [word, pattern, rest @ ..] if word.eq_ignore_ascii_case(b"match") => {
                    options.pattern = Some(pattern);
                    rest
                }
                [word, count, rest @ ..] if word.eq_ignore_ascii_case(b"count") => {
                    let count = int(count)?;
                    options.count = usize::try_from(count).ok().filter(|&n| n > 0).ok_or(Failure::SYNTAX)?;
                    rest
                }
                [word, kind, rest @ ..] if type_allowed && word.eq_ignore_ascii_case(b"type") => {
                    options.kind = Some(kind);
                    rest
                }
                [word, rest @ ..] if no_values_allowed && word.eq_ignore_ascii_case(b"novalues") => {
                    options.no_values = true;
                    rest
                }
                _ => return Err(Failure::SYNTAX),
            };
        }
    }

    pub(in super::super) fn matches(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob::matches(pattern, name))
    }
}

pub(super) fn scan(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [at, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let at = cursor(at)?;
    let options = Options::parse(words, true, false)?;
    let mut found = Vec::new();
    let next = cx.db().entries().scan(at, options.count, |key, entry| {
        let right_type = || {
            let name = entry.value.type_name().as_bytes();
            options.kind.is_none_or(|kind| kind.eq_ignore_ascii_case(name))
        };
        if options.matches(key) && right_type() {
            found.push(Reply::bulk(key));
        }
    });
    Ok(page(next, Reply::Array(found)))
}

pub(super) fn keys(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [pattern] = args else { return Err(Failure::Arity) };
    Ok(Reply::bulks(
        cx.db().entries().keys().filter(|key| glob::matches(pattern, key)),
    ))
}
