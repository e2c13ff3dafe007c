//! Numbers as Redis reads and writes them.

use alloc::string::String;

use bytes::Bytes;

use super::failure::Failure;

/// A signed 64-bit integer in the one spelling Redis accepts: no blanks, no `+`, no leading zeros, no `-0`.
pub(crate) fn parse_i64(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        [b'0'] if digits.len() == text.len() => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut magnitude: u64 = 0;
    for &byte in digits {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        magnitude = magnitude.checked_mul(10)?.checked_add(digit)?;
    }
    if digits.len() == text.len() {
        i64::try_from(magnitude).ok()
    } else {
        0_i64.checked_sub_unsigned(magnitude)
    }
}

/// An integer argument.
pub(crate) fn int(text: &[u8]) -> Result<i64, Failure> {
    parse_i64(text).ok_or(Failure::NOT_AN_INTEGER)
}

/// An integer argument that can be negated, where the sign says a direction (LREM, LPOS, HRANDFIELD..).
pub(crate) fn signed_count(text: &[u8]) -> Result<i64, Failure> {
    Some(int(text)?)
        .filter(|&count| count != i64::MIN)
        .ok_or(Failure::fixed(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        ))
}

/// An integer argument within bounds; outside them, `error`.
pub(crate) fn int_within(text: &[u8], low: i64, high: i64, error: Failure) -> Result<i64, Failure> {
    match parse_i64(text) {
        Some(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(error),
    }
}

/// A floating point argument: decimal or hexadecimal, `inf`, never NaN and never beyond what a double can hold.
pub(crate) fn float(text: &[u8]) -> Result<f64, Failure> {
    parse_f64(text).ok_or(Failure::NOT_A_FLOAT)
}

pub(crate) fn parse_f64(text: &[u8]) -> Option<f64> {
    let value = read_f64(text)?;
    let unsigned = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    let spelled_out = matches!(unsigned, [b'i' | b'I', ..]);
    let beyond = value.is_infinite() || (value == 0.0 && has_nonzero_digit(unsigned));
    (spelled_out || !beyond).then_some(value)
}

/// As [`parse_f64`], but what is beyond a double becomes infinite or zero.
pub(crate) fn read_f64(text: &[u8]) -> Option<f64> {
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let value = match unsigned {
        // What follows a sign must not be a second one, nor `nan`.
        [b'0', b'x' | b'X', hex @ ..] => parse_hex(hex)?,
        [b'0'..=b'9' | b'.' | b'i' | b'I', ..] => core::str::from_utf8(unsigned).ok()?.parse::<f64>().ok()?,
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

/// Whether the digits before an exponent say something other than zero: then a result of zero is an underflow.
fn has_nonzero_digit(text: &[u8]) -> bool {
    text.iter()
        .take_while(|b| !matches!(b, b'e' | b'E' | b'p' | b'P'))
        .any(|b| b.is_ascii_hexdigit() && *b != b'0')
}

/// `1.8p3`: hexadecimal digits times a power of two.
fn parse_hex(text: &[u8]) -> Option<f64> {
    let mut digits = text;
    let mut exponent = 0_i32;
    if let Some(at) = text.iter().position(|b| matches!(b, b'p' | b'P')) {
        digits = text.get(..at)?;
        exponent = core::str::from_utf8(text.get(at + 1..)?).ok()?.parse().ok()?;
    }
    let (mut value, mut seen, mut point) = (0.0_f64, false, false);
    for &byte in digits {
        if byte == b'.' && !point {
            point = true;
            continue;
        }
        value = value * 16.0 + f64::from(char::from(byte).to_digit(16)?);
        seen = true;
        exponent = exponent.checked_sub(if point { 4 } else { 0 })?;
    }
    for _ in 0..exponent.unsigned_abs().min(2200) {
        value = if exponent < 0 { value / 2.0 } else { value * 2.0 };
    }
    seen.then_some(value)
}

/// The text Redis 7.2 and later give a double: shortest that reads back, integers without a point or exponent.
pub(crate) fn format_f64(value: f64) -> String {
    if value.is_nan() {
        return String::from("nan");
    }
    if value.is_infinite() {
        return String::from(if value < 0.0 { "-inf" } else { "inf" });
    }
    if value == 0.0 {
        return String::from(if value.is_sign_negative() { "-0" } else { "0" });
    }
    let integer = value as i64;
    if value.abs() < 4_611_686_018_427_387_904.0 && integer as f64 == value {
        return String::from(itoa::Buffer::new().format(integer));
    }
    let mut buffer = zmij::Buffer::new();
    let (digits, exponent) = digits_of(buffer.format_finite(value.abs()));
    layout(value < 0.0, &digits, exponent)
}

/// Splits `12.5e-7` into its significant digits and the power of ten of the last of them.
fn digits_of(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = String::from(whole);
    digits.push_str(fraction);
    let mut last = exponent - fraction.len() as i32;
    while digits.len() > 1 && digits.ends_with('0') {
        digits.pop();
        last += 1;
    }
    (String::from(digits.trim_start_matches('0')), last)
}

/// Where Redis puts the point: plain while short, otherwise `d.ddde+XX`.
fn layout(negative: bool, digits: &str, last: i32) -> String {
    let mut out = String::new();
    if negative {
        out.push('-');
    }
    let count = digits.len() as i32;
    let leading = last + count - 1;
    if last >= 0 && leading.abs() < count + 7 {
        out.push_str(digits);
        (0..last).for_each(|_| out.push('0'));
    } else if last < 0 && (last > -7 || leading.abs() < 4) {
        let whole = count + last;
        if whole <= 0 {
            out.push_str("0.");
            (whole..0).for_each(|_| out.push('0'));
            out.push_str(digits);
        } else {
            let (before, after) = digits.split_at(whole as usize);
            out.push_str(before);
            out.push('.');
            out.push_str(after);
        }
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() {
            out.push('.');
            out.push_str(rest);
        }
        out.push('e');
        out.push(if leading < 0 { '-' } else { '+' });
        out.push_str(itoa::Buffer::new().format(leading.unsigned_abs()));
    }
    out
}

/// The decimal text of an integer.
pub(crate) fn format_i64(value: i64) -> Bytes {
    Bytes::copy_from_slice(itoa::Buffer::new().format(value).as_bytes())
}

/// A timeout in seconds, fractions allowed, as BLPOP and its like take it; in milliseconds, `None` for 0 (forever).
pub(crate) fn timeout_seconds(text: &[u8]) -> Result<Option<u64>, Failure> {
    let seconds = parse_f64(text).ok_or(Failure::fixed("ERR timeout is not a float or out of range"))?;
    let millis = seconds * 1000.0;
    if millis > i64::MAX as f64 {
        return Err(Failure::fixed("ERR timeout is out of range"));
    }
    if millis < 0.0 {
        return Err(Failure::fixed("ERR timeout is negative"));
    }
    let whole = millis as u64;
    let rounded_up = if (whole as f64) < millis { whole + 1 } else { whole };
    Ok((rounded_up > 0).then_some(rounded_up))
}

/// A timeout in milliseconds, as WAIT takes it; `None` for 0 (forever).
pub(crate) fn timeout_millis(text: &[u8]) -> Result<Option<u64>, Failure> {
    let millis = parse_i64(text).ok_or(Failure::fixed("ERR timeout is not an integer or out of range"))?;
    let millis = u64::try_from(millis).map_err(|_| Failure::fixed("ERR timeout is negative"))?;
    Ok((millis > 0).then_some(millis))
}

/// Resolves Redis' inclusive `start stop` (negative from the end) over `len` elements to a half-open range.
pub(crate) fn clamp_range(start: i64, stop: i64, len: usize) -> core::ops::Range<usize> {
    let len = len as i64;
    let from = if start < 0 {
        start.saturating_add(len).max(0)
    } else {
        start
    };
    let to = if stop < 0 {
        stop.saturating_add(len)
    } else {
        stop.min(len - 1)
    };
    if from > to || from >= len || to < 0 {
        0..0
    } else {
        from as usize..to as usize + 1
    }
}
