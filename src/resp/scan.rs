//! Reading single lines and the numbers in them.

use super::parser::ProtocolErrorKind as Bad;

/// Something read from the input, with the place after it; or the input ends first.
pub(crate) enum Found<T> {
    Complete(T, usize),
    Starved,
}

/// No number in RESP is longer than this with its sign.
const NUMBER: usize = 20;

/// The end of the line that starts at `start`, of which `scanned` bytes are known to hold no CR.
pub(crate) fn line(input: &[u8], start: usize, scanned: usize, limit: usize) -> Result<Found<usize>, Bad> {
    let from = start + scanned;
    let rest = input.get(from..).unwrap_or_default();
    match memchr::memchr2(b'\r', b'\n', rest) {
        Some(at) => {
            let end = from + at;
            if end - start > limit {
                return Err(Bad::LineTooLong);
            }
            match (input.get(end), input.get(end + 1)) {
                (Some(b'\r'), Some(b'\n')) => Ok(Found::Complete(end, end + 2)),
                (Some(b'\r'), None) => Ok(Found::Starved),
                _ => Err(Bad::MissingLineEnd),
            }
        }
        None if input.len().saturating_sub(start) > limit => Err(Bad::LineTooLong),
        None => Ok(Found::Starved),
    }
}

/// The 64-bit integer whose first byte is at `at`.
#[inline]
pub(crate) fn signed(input: &[u8], at: usize) -> Result<Found<i64>, Bad> {
    let rest = input.get(at..).unwrap_or_default();
    let (negative, skip) = match rest.first() {
        Some(b'-') => (true, 1),
        Some(b'+') => (false, 1),
        Some(_) => (false, 0),
        None => return Ok(Found::Starved),
    };
    let mut value: u64 = 0;
    let mut digits = 0;
    for &byte in rest.get(skip..).unwrap_or_default() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            digits += 1;
            if digits >= 19 {
                value = value
                    .checked_mul(10)
                    .and_then(|v| v.checked_add(u64::from(digit)))
                    .ok_or(Bad::BadNumber)?;
                if digits > NUMBER {
                    return Err(Bad::BadNumber);
                }
            } else {
                value = value * 10 + u64::from(digit);
            }
            continue;
        }
        if byte != b'\r' || digits == 0 {
            return Err(Bad::BadNumber);
        }
        let end = at + skip + digits;
        return match input.get(end + 1) {
            Some(b'\n') => {
                let value = if negative {
                    0i64.checked_sub_unsigned(value)
                } else {
                    i64::try_from(value).ok()
                };
                Ok(Found::Complete(value.ok_or(Bad::BadNumber)?, end + 2))
            }
            Some(_) => Err(Bad::MissingLineEnd),
            None => Ok(Found::Starved),
        };
    }
    Ok(Found::Starved)
}

/// The length whose first byte is at `at`; `None` for anything that is not plain digits (`-1`, `?`), which the caller
/// knows to judge.
#[inline]
pub(crate) fn length(input: &[u8], at: usize) -> Result<Found<Option<usize>>, Bad> {
    let rest = input.get(at..).unwrap_or_default();
    let mut value: u64 = 0;
    for (digits, &byte) in rest.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            if digits >= 18 {
                return Err(Bad::BadLength); // beyond every limit, and short of overflow
            }
            value = value * 10 + u64::from(digit);
            continue;
        }
        if byte != b'\r' || digits == 0 {
            return special(rest, at);
        }
        return match rest.get(digits + 1) {
            Some(b'\n') => Ok(Found::Complete(
                Some(usize::try_from(value).unwrap_or(usize::MAX)),
                at + digits + 2,
            )),
            Some(_) => Err(Bad::MissingLineEnd),
            None => Ok(Found::Starved),
        };
    }
    Ok(Found::Starved)
}

/// `-1` or `?`, whole or cut short.
#[cold]
fn special(rest: &[u8], at: usize) -> Result<Found<Option<usize>>, Bad> {
    for whole in [&b"-1\r\n"[..], &b"?\r\n"[..]] {
        if rest.starts_with(whole) {
            return Ok(Found::Complete(None, at + whole.len()));
        }
        if whole.starts_with(rest) {
            return Ok(Found::Starved);
        }
    }
    match rest.first() {
        Some(b'-') => Err(Bad::BadLength),
        _ => Err(Bad::BadNumber),
    }
}

/// The text of a double: digits with an optional fraction and exponent, or one of the words.
pub(crate) fn double(text: &[u8]) -> bool {
    parse_double(text).is_some()
}

/// The value of a double as RESP3 writes it.
pub(crate) fn parse_double(text: &[u8]) -> Option<f64> {
    match text {
        b"inf" | b"+inf" => Some(f64::INFINITY),
        b"-inf" => Some(f64::NEG_INFINITY),
        b"nan" | b"-nan" => Some(f64::NAN),
        _ => {
            // The standard library's grammar also knows words; only numerals are RESP.
            let numeral = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
            if !text.iter().all(numeral) {
                return None;
            }
            core::str::from_utf8(text).ok()?.parse().ok()
        }
    }
}

/// The text of a big number: an optional sign and digits.
pub(crate) fn big_number(text: &[u8]) -> bool {
    let digits = match text {
        [b'-' | b'+', rest @ ..] => rest,
        all => all,
    };
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}
