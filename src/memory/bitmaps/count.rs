//! BITCOUNT and BITPOS.

use core::ops::Range;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::Text;
use super::bit_at;

/// In what a range counts.
fn in_bits(unit: &[u8]) -> Result<bool, Failure> {
    if unit.eq_ignore_ascii_case(b"bit") {
        Ok(true)
    } else if unit.eq_ignore_ascii_case(b"byte") {
        Ok(false)
    } else {
        Err(Failure::SYNTAX)
    }
}

/// The bits from `start` to `end` (inclusive, negative from the end), in bytes or bits.
fn bit_range(start: i64, end: i64, bits: bool, length: usize) -> Range<u64> {
    let (units, scale) = if bits {
        (length as i64 * 8, 1)
    } else {
        (length as i64, 8)
    };
    let from_end = |at: i64| if at < 0 { at.saturating_add(units).max(0) } else { at };
    let (first, last) = (from_end(start), from_end(end).min(units - 1));
    if first > last {
        return 0..0;
    }
    first as u64 * scale..(last as u64 + 1) * scale
}

pub(super) fn bitcount(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (key, range) = match args {
        [key] => (key, (0, -1, false)),
        [key, start, end] => (key, (int(start)?, int(end)?, false)),
        [key, start, end, unit] => (key, (int(start)?, int(end)?, in_bits(unit)?)),
        _ => return Err(Failure::SYNTAX),
    };
    let Some(text) = cx.get::<Text>(key)? else {
        return Ok(Reply::Int(0));
    };
    let (start, end, bits) = range;
    // BITPOS would look at the first unit here, as an end before the string is taken for its start.
    if start < 0 && end < 0 && start > end {
        return Ok(Reply::Int(0));
    }
    Ok(Reply::Int(count(text.bytes(), bit_range(start, end, bits, text.len()))))
}

fn count(bytes: &[u8], range: Range<u64>) -> i64 {
    if range.is_empty() {
        return 0;
    }
    // Whole bytes in one go, less what sticks out in front and behind.
    let (first, last) = ((range.start / 8) as usize, (range.end - 1) as usize / 8);
    let whole: u32 = bytes
        .get(first..=last)
        .unwrap_or_default()
        .iter()
        .map(|byte| byte.count_ones())
        .sum();
    let before = (first as u64 * 8..range.start)
        .map(|at| u32::from(bit_at(bytes, at)))
        .sum::<u32>();
    let behind = (range.end..(last as u64 + 1) * 8)
        .map(|at| u32::from(bit_at(bytes, at)))
        .sum::<u32>();
    i64::from(whole - before - behind)
}

pub(super) fn bitpos(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, bit, range @ ..] = args else {
        return Err(Failure::Arity);
    };
    let bit = match int(bit)? {
        0 => 0,
        1 => 1,
        _ => return Err(Failure::fixed("ERR The bit argument must be 1 or 0.")),
    };
    let (start, end, bits) = match range {
        [] => (0, None, false),
        [start] => (int(start)?, None, false),
        [start, end] => (int(start)?, Some(int(end)?), false),
        [start, end, unit] => (int(start)?, Some(int(end)?), in_bits(unit)?),
        _ => return Err(Failure::SYNTAX),
    };
    // A missing key is an endless row of zeros.
    let Some(text) = cx.get::<Text>(key)? else {
        return Ok(Reply::Int(if bit == 1 { -1 } else { 0 }));
    };
    let range = bit_range(start, end.unwrap_or(-1), bits, text.len());
    if range.is_empty() {
        return Ok(Reply::Int(-1));
    }
    let end_of_range = range.end;
    Ok(Reply::Int(match position(text.bytes(), bit, range) {
        Some(at) => at as i64,
        // Without an end, zeros follow behind the string.
        None if bit == 0 && end.is_none() => end_of_range as i64,
        None => -1,
    }))
}

fn position(bytes: &[u8], bit: u8, range: Range<u64>) -> Option<u64> {
    let boring = if bit == 0 { 0xff } else { 0 };
    let mut at = range.start;
    while at < range.end {
        if at % 8 == 0 && range.end - at >= 8 && bytes.get((at / 8) as usize) == Some(&boring) {
            at += 8;
            continue;
        }
        if bit_at(bytes, at) == bit {
            return Some(at);
        }
        at += 1;
    }
    None
}
