//! BITOP.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::super::values::Text;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    And,
    Or,
    Xor,
    Not,
    /// In the first, in none of the others.
    Diff,
    /// In one of the others, not in the first.
    Diff1,
    /// In the first, and in one of the others.
    AndOr,
    /// In exactly one.
    One,
}

impl Operation {
    fn parse(name: &[u8]) -> Result<Self, Failure> {
        Ok(match name.to_ascii_lowercase().as_slice() {
            b"and" => Operation::And,
            b"or" => Operation::Or,
            b"xor" => Operation::Xor,
            b"not" => Operation::Not,
            b"diff" => Operation::Diff,
            b"diff1" => Operation::Diff1,
            b"andor" => Operation::AndOr,
            b"one" => Operation::One,
            _ => return Err(Failure::SYNTAX),
        })
    }

    /// The result for one byte of each source.
    fn apply(self, first: u8, others: impl Iterator<Item = u8>) -> u8 {
        match self {
            Operation::And => others.fold(first, |all, byte| all & byte),
            Operation::Or => others.fold(first, |any, byte| any | byte),
            Operation::Xor => others.fold(first, |odd, byte| odd ^ byte),
            Operation::Not => !first,
            Operation::Diff => first & !any(others),
            Operation::Diff1 => any(others) & !first,
            Operation::AndOr => first & any(others),
            Operation::One => {
                let once_and_twice = |(once, twice): (u8, u8), byte| (once | byte, twice | (once & byte));
                let (once, twice) = others.fold((first, 0), once_and_twice);
                once & !twice
            }
        }
    }
}

fn any(bytes: impl Iterator<Item = u8>) -> u8 {
    bytes.fold(0, |any, byte| any | byte)
}

pub(super) fn bitop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [name, destination, keys @ ..] = args else {
        return Err(Failure::Arity);
    };
    let operation = Operation::parse(name)?;
    if operation == Operation::Not && keys.len() != 1 {
        return Err(Failure::fixed("ERR BITOP NOT must be called with a single source key."));
    }
    if matches!(operation, Operation::Diff | Operation::Diff1 | Operation::AndOr) && keys.len() < 2 {
        let name = core::str::from_utf8(name).unwrap_or_default().to_ascii_uppercase();
        return Err(Failure::text(format!(
            "ERR BITOP {name} must be called with at least two source keys."
        )));
    }
    let mut sources: Vec<Bytes> = Vec::with_capacity(keys.len());
    for key in keys {
        // A missing key is an empty string.
        sources.push(
            cx.get::<Text>(key)?
                .map(|text| text.bytes().clone())
                .unwrap_or_default(),
        );
    }
    let [first, others @ ..] = sources.as_slice() else {
        return Err(Failure::Arity);
    };
    let length = sources.iter().map(Bytes::len).max().unwrap_or(0);
    let byte = |source: &Bytes, at: usize| source.get(at).copied().unwrap_or(0);
    let result: Vec<u8> = (0..length)
        .map(|at| operation.apply(byte(first, at), others.iter().map(|source| byte(source, at))))
        .collect();
    if result.is_empty() {
        cx.remove(destination);
    } else {
        cx.put(destination, Text::edited(Bytes::from(result)));
    }
    Ok(Reply::count(length))
}
