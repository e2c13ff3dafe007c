//! SORT and SORT_RO.

use alloc::vec::Vec;
use core::cmp::Ordering;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::{int, parse_f64};
use super::super::reply::Reply;
use super::super::values::{List, Value};

/// Positions of the keys in `argv`: the source, and the last STORE destination.
pub(super) fn keys(argv: &[Bytes]) -> Vec<usize> {
    let mut found = Vec::from([1]);
    let (mut at, mut destination) = (2, None);
    while let Some(word) = argv.get(at) {
        at += match word.to_ascii_lowercase().as_slice() {
            b"limit" => 3,
            b"by" | b"get" => 2,
            b"store" => {
                destination = Some(at + 1);
                2
            }
            _ => 1,
        };
    }
    found.extend(destination.filter(|&at| at < argv.len()));
    found
}

struct Options<'a> {
    by: Option<&'a Bytes>,
    /// Start and count.
    limit: Option<(i64, i64)>,
    get: Vec<&'a Bytes>,
    descending: bool,
    alpha: bool,
    store: Option<&'a Bytes>,
}

impl<'a> Options<'a> {
    fn parse(mut words: &'a [Bytes], store_allowed: bool) -> Result<Self, Failure> {
        let mut options = Options {
            by: None,
            limit: None,
            get: Vec::new(),
            descending: false,
            alpha: false,
            store: None,
        };
        while let [word, rest @ ..] = words {
            words = match (word.to_ascii_lowercase().as_slice(), rest) {
                (b"asc", _) => {
                    options.descending = false;
                    rest
                }
                (b"desc", _) => {
                    options.descending = true;
                    rest
                }
                (b"alpha", _) => {
                    options.alpha = true;
                    rest
                }
                (b"limit", [start, count, rest @ ..]) => {
                    options.limit = Some((int(start)?, int(count)?));
                    rest
                }
                (b"store", [key, rest @ ..]) if store_allowed => {
                    options.store = Some(key);
                    rest
                }
                (b"by", [pattern, rest @ ..]) => {
                    options.by = Some(pattern);
                    rest
                }
                (b"get", [pattern, rest @ ..]) => {
                    options.get.push(pattern);
                    rest
                }
                _ => return Err(Failure::SYNTAX),
            };
        }
        Ok(options)
    }

    /// BY a pattern that names no key means: leave the order alone.
    fn unsorted(&self) -> bool {
        self.by.is_some_and(|pattern| !pattern.contains(&b'*'))
    }
}

pub(super) fn sort(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    run(cx, args, true)
}

pub(super) fn sort_ro(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    run(cx, args, false)
}

fn run(cx: &mut Context<'_>, args: &[Bytes], store_allowed: bool) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let mut options = Options::parse(words, store_allowed)?;
    let mut unsorted = options.unsorted();
    let mut elements: Vec<Bytes> = match cx.entry(key).map(|entry| &entry.value) {
        None => Vec::new(),
        Some(Value::List(list)) => list.iter().cloned().collect(),
        Some(Value::Set(set)) => {
            // A set has no order worth storing.
            if unsorted && options.store.is_some() {
                unsorted = false;
                options.alpha = true;
                options.by = None;
            }
            set.to_vec()
        }
        Some(Value::SortedSet(set)) => {
            let mut members: Vec<Bytes> = set.iter().map(|(_, member)| member.clone()).collect();
            if unsorted && options.descending {
                members.reverse();
            }
            members
        }
        Some(_) => return Err(Failure::WRONG_TYPE),
    };
    if !unsorted {
        elements = in_order(cx, elements, &options)?;
    }
    let elements = window(&elements, options.limit);
    let mut output: Vec<Option<Bytes>> = Vec::new();
    for element in elements {
        if options.get.is_empty() {
            output.push(Some(element.clone()));
        }
        output.extend(options.get.iter().map(|pattern| look_up(cx, pattern, element)));
    }
    let Some(destination) = options.store else {
        return Ok(Reply::Array(
            output.iter().map(|value| Reply::bulk_or_null(value.as_ref())).collect(),
        ));
    };
    let list: List = output.into_iter().map(Option::unwrap_or_default).collect();
    let count = list.len();
    if list.is_empty() {
        cx.remove(destination);
    } else {
        cx.put(destination, list);
    }
    Ok(Reply::count(count))
}

/// The part LIMIT asks for. A negative count means all that follows.
fn window(elements: &[Bytes], limit: Option<(i64, i64)>) -> &[Bytes] {
    let Some((start, count)) = limit else { return elements };
    let start = usize::try_from(start.max(0)).unwrap_or(usize::MAX).min(elements.len());
    let rest = elements.get(start..).unwrap_or_default();
    let count = usize::try_from(count).unwrap_or(usize::MAX).min(rest.len());
    rest.get(..count).unwrap_or_default()
}

fn in_order(cx: &Context<'_>, elements: Vec<Bytes>, options: &Options<'_>) -> Result<Vec<Bytes>, Failure> {
    let weight = |element: &Bytes| match options.by {
        Some(pattern) => look_up(cx, pattern, element),
        None => Some(element.clone()),
    };
    let directed = |order: Ordering| if options.descending { order.reverse() } else { order };
    if options.alpha {
        let mut weighed: Vec<(Option<Bytes>, Bytes)> = elements
            .into_iter()
            .map(|element| (weight(&element), element))
            .collect();
        weighed.sort_by(|(one, _), (other, _)| directed(one.cmp(other)));
        return Ok(weighed.into_iter().map(|(_, element)| element).collect());
    }
    let mut weighed: Vec<(f64, Bytes)> = Vec::with_capacity(elements.len());
    for element in elements {
        let score = match weight(&element) {
            None => 0.0,
            Some(text) => {
                parse_f64(&text).ok_or(Failure::fixed("ERR One or more scores can't be converted into double"))?
            }
        };
        weighed.push((score, element));
    }
    weighed.sort_by(|(one, a), (other, b)| {
        directed(one.partial_cmp(other).unwrap_or(Ordering::Equal).then_with(|| a.cmp(b)))
    });
    Ok(weighed.into_iter().map(|(_, element)| element).collect())
}

/// What a pattern of BY or GET yields for an element: `#` is the element itself, `key_*` a string, `key_*->field` a field
/// of a hash. Anything missing or of another type is nothing.
fn look_up(cx: &Context<'_>, pattern: &Bytes, element: &Bytes) -> Option<Bytes> {
    if pattern.as_ref() == b"#" {
        return Some(element.clone());
    }
    let star = pattern.iter().position(|&byte| byte == b'*')?;
    let (before, after) = (pattern.get(..star)?, pattern.get(star + 1..)?);
    // An arrow with nothing behind it is part of the name.
    let arrow = after
        .windows(2)
        .position(|two| two == b"->")
        .filter(|at| at + 2 < after.len());
    let (suffix, field) = match arrow {
        Some(at) => (after.get(..at)?, Some(after.get(at + 2..)?)),
        None => (after, None),
    };
    let name = [before, element, suffix].concat();
    match (&cx.entry(&name)?.value, field) {
        (Value::Hash(hash), Some(field)) => hash.get(field).cloned(),
        (Value::String(text), None) => Some(text.bytes().clone()),
        _ => None,
    }
}
