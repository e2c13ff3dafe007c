//! What LMPOP and ZMPOP have in common: how they are spelt, and that the first key that is there is taken from.

use bytes::Bytes;

use super::context::Context;
use super::failure::Failure;
use super::number::int_within;

/// `numkeys key [key ...] END [COUNT count]`, with the end of one family's kind.
pub(crate) struct MultiPop<'a, End> {
    pub(crate) keys: &'a [Bytes],
    pub(crate) end: End,
    pub(crate) count: usize,
}

impl<'a, End: Copy> MultiPop<'a, End> {
    pub(crate) fn parse(words: &'a [Bytes], end: impl FnOnce(&Bytes) -> Result<End, Failure>) -> Result<Self, Failure> {
        let [number, rest @ ..] = words else {
            return Err(Failure::Arity);
        };
        let wrong = Failure::fixed("ERR numkeys should be greater than 0");
        let number = usize::try_from(int_within(number, 1, i64::MAX, wrong)?).unwrap_or(usize::MAX);
        let Some((keys, [word, options @ ..])) = rest.split_at_checked(number) else {
            return Err(Failure::SYNTAX);
        };
        let end = end(word)?;
        let count = match options {
            [] => 1,
            [word, count, more @ ..] if word.eq_ignore_ascii_case(b"count") => {
                let wrong = Failure::fixed("ERR count should be greater than 0");
                let count = int_within(count, 1, i64::MAX, wrong)?;
                if !more.is_empty() {
                    return Err(Failure::SYNTAX);
                }
                usize::try_from(count).unwrap_or(usize::MAX)
            }
            _ => return Err(Failure::SYNTAX),
        };
        Ok(MultiPop { keys, end, count })
    }

    /// The first key that is there, with what `take` took from it.
    pub(crate) fn take<T>(
        &self,
        cx: &mut Context<'_>,
        take: impl Fn(&mut Context<'_>, &Bytes, End, usize) -> Result<Option<T>, Failure>,
    ) -> Result<Option<(&'a Bytes, T)>, Failure> {
        take_from_first(cx, self.keys, |cx, key| take(cx, key, self.end, self.count))
    }
}

/// The first of the keys that is there, with what `take` took from it.
pub(crate) fn take_from_first<'k, T>(
    cx: &mut Context<'_>,
    keys: &'k [Bytes],
    take: impl Fn(&mut Context<'_>, &Bytes) -> Result<Option<T>, Failure>,
) -> Result<Option<(&'k Bytes, T)>, Failure> {
    for key in keys {
        if let Some(taken) = take(cx, key)? {
            return Ok(Some((key, taken)));
        }
    }
    Ok(None)
}

/// The LIMIT of SINTERCARD and ZINTERCARD: `[LIMIT number]`, where 0 is none.
pub(crate) fn limit(words: &[Bytes]) -> Result<usize, Failure> {
    let mut words = words;
    let mut limit = 0;
    while let [word, number, rest @ ..] = words {
        if !word.eq_ignore_ascii_case(b"limit") {
            return Err(Failure::SYNTAX);
        }
        limit = int_within(number, 0, i64::MAX, Failure::fixed("ERR LIMIT can't be negative"))?;
        words = rest;
    }
    if !words.is_empty() {
        return Err(Failure::SYNTAX);
    }
    Ok(usize::try_from(limit)
        .ok()
        .filter(|&limit| limit > 0)
        .unwrap_or(usize::MAX))
}
