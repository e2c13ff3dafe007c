//! Values together with their time to live: HGETEX and HSETEX; and HGETDEL, which is as short-lived as can be.

use alloc::format;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::keys::expiry::time_option;
use super::super::number::int_within;
use super::super::reply::Reply;
use super::super::values::Hash;
use super::ttl::{NOT_POSITIVE, counted, field_deadline};

pub(super) fn hgetdel(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    cx.get::<Hash>(key)?;
    let fields = counted(words, NOT_POSITIVE)?;
    read_and_change(cx, key, fields, |hash, field| hash.remove(field).is_some())
}

pub(super) fn hgetex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    cx.get::<Hash>(key)?;
    let now = cx.now_ms();
    match words {
        [word, rest @ ..] if word.eq_ignore_ascii_case(b"persist") => {
            let fields = counted(rest, NOT_POSITIVE)?;
            read_and_change(cx, key, fields, |hash, field| {
                let expires = hash.fields().get(field).is_some_and(|held| held.expires_at.is_some());
                expires && hash.expire(field, None)
            })
        }
        [word, time, rest @ ..] if time_option(word).is_some() => {
            let (unit, from) = time_option(word).ok_or(Failure::SYNTAX)?;
            let at = field_deadline(cx, time, unit, from)?;
            let fields = counted(rest, NOT_POSITIVE)?;
            read_and_change(cx, key, fields, |hash, field| {
                let there = hash.get(field).is_some();
                hash.expire_or_remove(field, at, now);
                there
            })
        }
        _ => read_and_change(cx, key, counted(words, NOT_POSITIVE)?, |_, _| false),
    }
}

/// The values of fields, each read before `change`, which says whether it changed anything.
fn read_and_change(
    cx: &mut Context<'_>,
    key: &Bytes,
    fields: &[Bytes],
    change: impl Fn(&mut Hash, &Bytes) -> bool,
) -> Outcome {
    let Some(hash) = cx.get_mut::<Hash>(key)? else {
        return Ok(Reply::Array(fields.iter().map(|_| Reply::Null).collect()));
    };
    let mut changed = false;
    let values = fields.iter().map(|field| {
        let value = Reply::bulk_or_null(hash.get(field));
        changed |= change(hash, field);
        value
    });
    let reply = Reply::Array(values.collect());
    if changed {
        cx.changed(key);
    }
    Ok(reply)
}

/// What HSETEX does about the time to live. Without any of these, the fields live for ever.
#[derive(Clone, Copy)]
enum Expiry {
    Keep,
    /// Unix time in milliseconds.
    At(i64),
}

/// On what condition HSETEX sets anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    NoneExists,
    AllExist,
}

struct Hsetex<'a> {
    expiry: Option<Expiry>,
    condition: Option<Condition>,
    pairs: &'a [Bytes],
}

impl<'a> Hsetex<'a> {
    /// Options in any order, then FIELDS.
    fn parse(cx: &Context<'_>, mut words: &'a [Bytes]) -> Result<Self, Failure> {
        let (mut expiry, mut condition) = (None, None);
        while let [word, rest @ ..] = words {
            words = rest;
            let name = word.to_ascii_lowercase();
            match name.as_slice() {
                b"fields" => {
                    let pairs = counted_pairs(rest)?;
                    return Ok(Hsetex {
                        expiry,
                        condition,
                        pairs,
                    });
                }
                b"fnx" | b"fxx" => {
                    if condition.is_some() {
                        return Err(Failure::fixed("ERR Only one of FXX or FNX arguments can be specified"));
                    }
                    condition = Some(if name == b"fnx" {
                        Condition::NoneExists
                    } else {
                        Condition::AllExist
                    });
                }
                _ => {
                    let time = time_option(word);
                    if time.is_none() && name != b"keepttl" {
                        let text = format!("ERR unknown argument: {}", quoted(word, 128));
                        return Err(Failure::text(text));
                    }
                    if expiry.is_some() {
                        return Err(Failure::fixed(
                            "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
                        ));
                    }
                    expiry = Some(match (time, rest) {
                        (None, _) => Expiry::Keep,
                        (Some((unit, from)), [text, rest @ ..]) => {
                            words = rest;
                            Expiry::At(field_deadline(cx, text, unit, from)?)
                        }
                        (Some(_), []) => return Err(Failure::fixed("ERR missing expire time")),
                    });
                }
            }
        }
        Err(Failure::Arity)
    }
}

/// What follows FIELDS: how many pairs, then the pairs. HSETEX alone calls a wrong number of them a wrong number of
/// arguments.
fn counted_pairs(words: &[Bytes]) -> Result<&[Bytes], Failure> {
    let [number, pairs @ ..] = words else {
        return Err(Failure::Arity);
    };
    if pairs.len() < 2 {
        return Err(Failure::Arity);
    }
    let most = i64::from(i32::MAX);
    let number = int_within(number, 1, most, Failure::fixed("ERR invalid number of fields"))?;
    if pairs.len() % 2 != 0 || usize::try_from(number) != Ok(pairs.len() / 2) {
        return Err(Failure::Arity);
    }
    Ok(pairs)
}

pub(super) fn hsetex(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let Hsetex {
        expiry,
        condition,
        pairs,
    } = Hsetex::parse(cx, words)?;
    let hash = cx.get::<Hash>(key)?;
    let exists = |field: &Bytes| hash.is_some_and(|hash| hash.get(field).is_some());
    let met = match condition {
        None => true,
        Some(Condition::NoneExists) => !pairs.iter().step_by(2).any(exists),
        Some(Condition::AllExist) => pairs.iter().step_by(2).all(exists),
    };
    if !met {
        return Ok(Reply::flag(false));
    }
    let now = cx.now_ms();
    let hash = cx.get_or_create::<Hash>(key)?;
    for pair in pairs.chunks_exact(2) {
        let [field, value] = pair else {
            return Err(Failure::Arity);
        };
        let (name, value) = (field.clone(), value.clone());
        match expiry {
            None => {
                hash.set(name, value);
            }
            Some(Expiry::Keep) => {
                hash.set_keeping_expiry(name, value);
            }
            Some(Expiry::At(at)) => {
                hash.set_keeping_expiry(name, value);
                hash.expire_or_remove(field, at, now);
            }
        }
    }
    cx.changed(key);
    Ok(Reply::flag(true))
}
