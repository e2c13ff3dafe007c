//! BITFIELD and BITFIELD_RO: integers of any width inside a string.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::{int, parse_i64};
use super::super::reply::Reply;
use super::super::values::Text;
use super::{bit_at, bit_offset, edit, put_bit};

/// `i5`, `u63`: at most 64 bits signed, 63 unsigned.
#[derive(Clone, Copy)]
struct Width {
    signed: bool,
    bits: u32,
}

impl Width {
    fn parse(text: &[u8]) -> Result<Self, Failure> {
        let (signed, digits) = match text {
            [b'i', digits @ ..] => (true, digits),
            [b'u', digits @ ..] => (false, digits),
            _ => (false, &b""[..]),
        };
        match parse_i64(digits) {
            Some(bits) if (1..=63 + i64::from(signed)).contains(&bits) => Ok(Width {
                signed,
                bits: bits as u32,
            }),
            _ => Err(Failure::fixed(
                "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
            )),
        }
    }

    fn min(self) -> i128 {
        if self.signed { -(1 << (self.bits - 1)) } else { 0 }
    }

    fn max(self) -> i128 {
        (1 << (self.bits - u32::from(self.signed))) - 1
    }

    /// The lowest bits of `value`, read as a number of this width.
    fn wrap(self, value: i128) -> i128 {
        let low = value & ((1 << self.bits) - 1);
        if low > self.max() { low - (1 << self.bits) } else { low }
    }

    fn read(self, bytes: &[u8], offset: u64) -> i128 {
        let bits = (0..u64::from(self.bits)).map(|at| bit_at(bytes, offset + at));
        self.wrap(bits.fold(0, |value, bit| value << 1 | i128::from(bit)))
    }

    fn write(self, bytes: &mut [u8], offset: u64, value: i128) {
        for at in 0..self.bits {
            put_bit(bytes, offset + u64::from(at), (value >> (self.bits - 1 - at) & 1) as u8);
        }
    }
}

/// What happens to a value that does not fit.
#[derive(Clone, Copy)]
enum Overflow {
    Wrap,
    Saturate,
    Fail,
}

impl Overflow {
    fn apply(self, value: i128, width: Width) -> Option<i128> {
        if (width.min()..=width.max()).contains(&value) {
            return Some(value);
        }
        match self {
            Overflow::Wrap => Some(width.wrap(value)),
            Overflow::Saturate => Some(value.clamp(width.min(), width.max())),
            Overflow::Fail => None,
        }
    }
}

enum Action {
    Get,
    Set(i64),
    IncrBy(i64),
}

struct Operation {
    action: Action,
    width: Width,
    offset: u64,
    overflow: Overflow,
}

impl Operation {
    /// Null where the overflow rule refuses.
    fn run(&self, bytes: &mut [u8]) -> Reply {
        let old = self.width.read(bytes, self.offset);
        let (wanted, gives_old) = match self.action {
            Action::Get => return Reply::Int(old as i64),
            // An unsigned field sees a negative number as a very large one.
            Action::Set(value) if !self.width.signed => (i128::from(value as u64), true),
            Action::Set(value) => (i128::from(value), true),
            Action::IncrBy(by) => (old + i128::from(by), false),
        };
        let Some(new) = self.overflow.apply(wanted, self.width) else {
            return Reply::Null;
        };
        self.width.write(bytes, self.offset, new);
        Reply::Int(if gives_old { old } else { new } as i64)
    }
}

pub(super) fn bitfield(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let operations = parse(cx, words)?;
    run(cx, key, &operations)
}

pub(super) fn bitfield_ro(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let operations = parse(cx, words)?;
    if operations
        .iter()
        .any(|operation| !matches!(operation.action, Action::Get))
    {
        return Err(Failure::fixed("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    run(cx, key, &operations)
}

fn parse(cx: &Context<'_>, mut words: &[Bytes]) -> Result<Vec<Operation>, Failure> {
    let mut overflow = Overflow::Wrap;
    let mut operations = Vec::new();
    loop {
        let (width, offset, value);
        let name = words.first().map(|word| word.to_ascii_lowercase()).unwrap_or_default();
        match (name.as_slice(), words) {
            (_, []) => return Ok(operations),
            (b"get", [_, w, o, rest @ ..]) => (width, offset, value, words) = (w, o, None, rest),
            (b"set" | b"incrby", [_, w, o, v, rest @ ..]) => (width, offset, value, words) = (w, o, Some(v), rest),
            (b"overflow", [_, rule, rest @ ..]) => {
                overflow = match rule.to_ascii_lowercase().as_slice() {
                    b"wrap" => Overflow::Wrap,
                    b"sat" => Overflow::Saturate,
                    b"fail" => Overflow::Fail,
                    _ => return Err(Failure::fixed("ERR Invalid OVERFLOW type specified")),
                };
                words = rest;
                continue;
            }
            _ => return Err(Failure::SYNTAX),
        }
        let width = Width::parse(width)?;
        let offset = bit_offset(cx, offset, Some(width.bits))?;
        let action = match value {
            None => Action::Get,
            Some(value) if name == b"set" => Action::Set(int(value)?),
            Some(value) => Action::IncrBy(int(value)?),
        };
        operations.push(Operation {
            action,
            width,
            offset,
            overflow,
        });
    }
}

fn run(cx: &mut Context<'_>, key: &Bytes, operations: &[Operation]) -> Outcome {
    let writing = operations
        .iter()
        .filter(|operation| !matches!(operation.action, Action::Get));
    let last = writing
        .map(|operation| operation.offset + u64::from(operation.width.bits) - 1)
        .max();
    let all = |bytes: &mut [u8]| Reply::Array(operations.iter().map(|operation| operation.run(bytes)).collect());
    if let Some(last) = last {
        return edit(cx, key, last, all);
    }
    let read = |operation: &Operation, bytes: &[u8]| Reply::Int(operation.width.read(bytes, operation.offset) as i64);
    let bytes = cx.get::<Text>(key)?.map(Text::bytes);
    let bytes = bytes.map(|bytes| bytes.as_ref()).unwrap_or_default();
    Ok(Reply::Array(
        operations.iter().map(|operation| read(operation, bytes)).collect(),
    ))
}
