//! XADD, XTRIM and XSETID.

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::{Id, Refs, Stream, Threshold, Trim};
use super::{INVALID_ID, id, id_reply, number, split_id};

/// How many entries trimming that is approximate takes at most, unless somebody says otherwise.
const USUAL_LIMIT: u64 = 10_000;

#[derive(Default)]
struct Options {
    nomkstream: bool,
    threshold: Option<Threshold>,
    approximate: bool,
    limit: Option<u64>,
    refs: Option<Refs>,
}

impl Options {
    /// Reads one option; what is left of the words, or `None` if there is no such option.
    fn take<'w>(&mut self, words: &'w [Bytes]) -> Result<Option<&'w [Bytes]>, Failure> {
        let [word, rest @ ..] = words else { return Ok(None) };
        match (word.to_ascii_lowercase().as_slice(), rest) {
            (b"maxlen", [_, ..]) => {
                let (text, rest) = self.threshold(rest)?;
                let len =
                    u64::try_from(int(text)?).map_err(|_| Failure::fixed("ERR The MAXLEN argument must be >= 0."))?;
                self.threshold = Some(Threshold::MaxLen(len));
                Ok(Some(rest))
            }
            (b"minid", [_, ..]) => {
                let (text, rest) = self.threshold(rest)?;
                self.threshold = Some(Threshold::MinId(id(text)?));
                Ok(Some(rest))
            }
            (b"limit", [limit, rest @ ..]) => {
                let limit =
                    u64::try_from(int(limit)?).map_err(|_| Failure::fixed("ERR The LIMIT argument must be >= 0."))?;
                self.limit = Some(limit);
                Ok(Some(rest))
            }
            _ => match refs(word) {
                Some(_) if self.refs.is_some() => Err(Failure::SYNTAX),
                Some(refs) => {
                    self.refs = Some(refs);
                    Ok(Some(rest))
                }
                None => Ok(None),
            },
        }
    }

    /// The word behind MAXLEN or MINID and its sign.
    fn threshold<'w>(&mut self, words: &'w [Bytes]) -> Result<(&'w Bytes, &'w [Bytes]), Failure> {
        if self.threshold.is_some() {
            return Err(Failure::fixed(
                "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
            ));
        }
        match words {
            [sign, text, rest @ ..] if matches!(sign.as_ref(), b"~" | b"=") => {
                self.approximate = sign.as_ref() == b"~";
                Ok((text, rest))
            }
            [text, rest @ ..] => {
                self.approximate = false;
                Ok((text, rest))
            }
            [] => Err(Failure::SYNTAX),
        }
    }

    fn trim(&self) -> Result<Option<Trim>, Failure> {
        if self.limit.is_some_and(|limit| limit > 0) && self.threshold.is_none() {
            return Err(Failure::fixed(
                "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy",
            ));
        }
        if self.limit.is_some() && !self.approximate {
            return Err(Failure::fixed(
                "ERR syntax error, LIMIT cannot be used without the special ~ option",
            ));
        }
        let limit = match self.limit {
            Some(0) => u64::MAX,
            limit => limit.unwrap_or(USUAL_LIMIT),
        };
        Ok(self.threshold.map(|threshold| Trim {
            threshold,
            approximate: self.approximate,
            limit,
            refs: self.refs.unwrap_or_default(),
        }))
    }
}

pub(super) fn refs(word: &[u8]) -> Option<Refs> {
    match word.to_ascii_lowercase().as_slice() {
        b"keepref" => Some(Refs::Keep),
        b"delref" => Some(Refs::Delete),
        b"acked" => Some(Refs::Acked),
        _ => None,
    }
}

/// The id asked for.
enum NewId {
    Auto,
    /// `<ms>-*`
    Time(u64),
    Whole(Id),
}

impl NewId {
    fn parse(text: &[u8]) -> Result<Self, Failure> {
        if text == b"*" {
            return Ok(NewId::Auto);
        }
        let (ms, seq) = split_id(text).ok_or(INVALID_ID)?;
        match seq {
            Some(b"*") => Ok(NewId::Time(ms)),
            Some(digits) => number(digits).map(|seq| NewId::Whole(Id { ms, seq })).ok_or(INVALID_ID),
            None => Ok(NewId::Whole(Id { ms, seq: 0 })),
        }
    }

    /// The id that an entry after `last` gets.
    fn after(&self, last: Id, now: i64) -> Option<Id> {
        let now = u64::try_from(now).unwrap_or(0);
        match self {
            NewId::Auto if now > last.ms => Some(Id { ms: now, seq: 0 }),
            NewId::Auto => last.next(),
            NewId::Time(ms) if *ms == last.ms => last.next().filter(|id| id.ms == *ms),
            NewId::Time(ms) => Some(Id { ms: *ms, seq: 0 }).filter(|id| *id > last),
            NewId::Whole(id) => Some(*id).filter(|id| *id > last),
        }
    }
}

pub(super) fn xadd(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let mut options = Options::default();
    let mut words = words;
    let new_id = loop {
        if let [word, rest @ ..] = words {
            if word.eq_ignore_ascii_case(b"nomkstream") {
                options.nomkstream = true;
                words = rest;
                continue;
            }
        }
        match (options.take(words)?, words) {
            (Some(rest), _) => words = rest,
            (None, [word, rest @ ..]) => {
                words = rest;
                break NewId::parse(word)?;
            }
            (None, []) => return Err(Failure::Arity),
        }
    };
    let trim = options.trim()?;
    if words.is_empty() || words.len() % 2 == 1 {
        return Err(Failure::Arity);
    }
    if matches!(new_id, NewId::Whole(Id::MIN)) {
        return Err(Failure::fixed("ERR The ID specified in XADD must be greater than 0-0"));
    }
    let last = match cx.get::<Stream>(key)? {
        Some(stream) => stream.last_id,
        None if options.nomkstream => return Ok(Reply::Null),
        None => Id::MIN,
    };
    if last == Id::MAX {
        return Err(Failure::fixed(
            "ERR The stream has exhausted the last possible ID, unable to add more items",
        ));
    }
    let id = new_id.after(last, cx.now_ms()).ok_or(Failure::fixed(
        "ERR The ID specified in XADD is equal or smaller than the target stream top item",
    ))?;
    let stream = cx.get_or_create::<Stream>(key)?;
    stream.append(id, words.to_vec());
    if let Some(trim) = trim {
        stream.trim(trim);
    }
    cx.changed(key);
    Ok(id_reply(id))
}

pub(super) fn xtrim(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let mut options = Options::default();
    let mut words = words;
    while !words.is_empty() {
        words = options.take(words)?.ok_or(Failure::SYNTAX)?;
    }
    let trim = options.trim()?.ok_or(Failure::fixed(
        "ERR syntax error, XTRIM must be called with a trimming strategy",
    ))?;
    let trimmed = cx.get_mut::<Stream>(key)?.map_or(0, |stream| stream.trim(trim));
    if trimmed > 0 {
        cx.changed(key);
    }
    Ok(Reply::Int(i64::try_from(trimmed).unwrap_or(i64::MAX)))
}

pub(super) fn xsetid(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, last, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let last = id(last)?;
    let (mut added, mut max_deleted) = (None, Id::MIN);
    let mut words = words;
    while let [word, value, rest @ ..] = words {
        match word.to_ascii_lowercase().as_slice() {
            b"entriesadded" => {
                let count = u64::try_from(int(value)?);
                added = Some(count.map_err(|_| Failure::fixed("ERR entries_added must be positive"))?);
            }
            b"maxdeletedid" => {
                max_deleted = id(value)?;
                if last < max_deleted {
                    return Err(Failure::fixed(
                        "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
                    ));
                }
            }
            _ => return Err(Failure::SYNTAX),
        }
        words = rest;
    }
    if !words.is_empty() {
        return Err(Failure::SYNTAX);
    }
    let stream = cx.get_mut::<Stream>(key)?.ok_or(Failure::NO_SUCH_KEY)?;
    if last < stream.max_deleted {
        return Err(Failure::fixed(
            "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id",
        ));
    }
    if stream.last_entry_id().is_some_and(|top| last < top) {
        return Err(Failure::fixed(
            "ERR The ID specified in XSETID is smaller than the target stream top item",
        ));
    }
    if added.is_some_and(|added| (stream.len() as u64) > added) {
        return Err(Failure::fixed(
            "ERR The entries_added specified in XSETID is smaller than the target stream length",
        ));
    }
    stream.last_id = last;
    stream.added = added.unwrap_or(stream.added);
    if max_deleted != Id::MIN {
        stream.max_deleted = max_deleted;
    }
    cx.changed(key);
    Ok(Reply::OK)
}
