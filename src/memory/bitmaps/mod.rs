//! Strings as arrays of bits, the highest bit of a byte first.

mod bitop;
mod count;
mod field;

use bytes::Bytes;

use super::command::{Command, DENY_OOM, FAST, KEY, Keys, Outcome, READ, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::number::parse_i64;
use super::reply::Reply;
use super::values::Text;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("bitcount", -2, READ, KEY, count::bitcount),
    Command::new("bitfield", -2, WRITE | DENY_OOM, KEY, field::bitfield),
    Command::new("bitfield_ro", -2, READ | FAST, KEY, field::bitfield_ro),
    Command::new(
        "bitop",
        -4,
        WRITE | DENY_OOM,
        Keys::Range {
            first: 2,
            last: -1,
            step: 1,
        },
        bitop::bitop,
    ),
    Command::new("bitpos", -3, READ, KEY, count::bitpos),
    Command::new("getbit", 3, READ | FAST, KEY, getbit),
    Command::new("setbit", 4, WRITE | DENY_OOM, KEY, setbit),
];

const BAD_OFFSET: Failure = Failure::fixed("ERR bit offset is not an integer or out of range");

/// The position of a bit; the byte it is in must be one a string can have. `#n` means the n-th of so many bits, where that
/// is allowed.
fn bit_offset(cx: &Context<'_>, text: &[u8], hash_bits: Option<u32>) -> Result<u64, Failure> {
    let (digits, factor) = match (text, hash_bits) {
        ([b'#', digits @ ..], Some(bits)) => (digits, i64::from(bits)),
        _ => (text, 1),
    };
    let offset = parse_i64(digits)
        .and_then(|offset| offset.checked_mul(factor))
        .ok_or(BAD_OFFSET)?;
    match u64::try_from(offset) {
        Ok(position) if offset >> 3 < cx.server.config.max_bulk() => Ok(position),
        _ => Err(BAD_OFFSET),
    }
}

fn bit_at(bytes: &[u8], position: u64) -> u8 {
    let byte = usize::try_from(position / 8)
        .ok()
        .and_then(|at| bytes.get(at))
        .copied()
        .unwrap_or(0);
    byte >> (7 - position % 8) & 1
}

fn put_bit(bytes: &mut [u8], position: u64, bit: u8) {
    let byte = usize::try_from(position / 8).ok().and_then(|at| bytes.get_mut(at));
    if let Some(byte) = byte {
        let mask = 1 << (7 - position % 8);
        *byte = if bit == 0 { *byte & !mask } else { *byte | mask };
    }
}

fn getbit(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, offset] = args else {
        return Err(Failure::Arity);
    };
    let position = bit_offset(cx, offset, None)?;
    let bytes = cx.get::<Text>(key)?.map(Text::bytes);
    Ok(Reply::Int(bytes.map_or(0, |bytes| i64::from(bit_at(bytes, position)))))
}

fn setbit(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, offset, bit] = args else {
        return Err(Failure::Arity);
    };
    let position = bit_offset(cx, offset, None)?;
    let bit = match parse_i64(bit) {
        Some(0) => 0,
        Some(1) => 1,
        _ => return Err(Failure::fixed("ERR bit is not an integer or out of range")),
    };
    let old = edit(cx, key, position, |bytes| {
        let old = bit_at(bytes, position);
        put_bit(bytes, position, bit);
        old
    })?;
    Ok(Reply::Int(i64::from(old)))
}

/// Changes the string of `key`, made or grown to hold the bit at `last`.
fn edit<T>(cx: &mut Context<'_>, key: &Bytes, last: u64, change: impl FnOnce(&mut [u8]) -> T) -> Result<T, Failure> {
    let length = usize::try_from(last / 8).map_err(|_| BAD_OFFSET)? + 1;
    let result = cx.get_or_create::<Text>(key)?.edit(|bytes| {
        if bytes.len() < length {
            bytes.resize(length, 0);
        }
        change(bytes)
    });
    cx.changed(key);
    Ok(result)
}
