//! The values of a URL's options: what they look like in text.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use super::percent::Encoded;
use crate::secret::REDACTED;

// What is expected, for the end of "option `x` of the URL must be ..".
pub(super) const A_NUMBER: &str = "a number up to 4294967295";
pub(super) const A_BOOLEAN: &str = "1, t, true, y or yes, or 0, f, false, n or no";
pub(super) const A_TIME: &str = "a time in seconds (`5`, `0.25`, `5s`) or milliseconds (`250ms`)";
pub(super) const A_TIME_OR_NONE: &str = "a time in seconds (`5`, `0.25`, `5s`) or milliseconds (`250ms`), or `none`";
pub(super) const A_SIZE: &str = "a number of bytes (`65536`, `64kb`, `16mb`, `1gb`)";
pub(super) const A_SHORT_SIZE: &str = "a number of bytes (`65536`, `64kb`, `16mb`, `1gb`) up to 4294967295";

/// Digits only: no sign, no space.
pub(super) fn number<T: FromStr>(text: &str) -> Option<T> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(&["1", "t", "true", "y", "yes"]) {
        Some(true)
    } else if is_one_of(&["0", "f", "false", "n", "no"]) {
        Some(false)
    } else {
        None
    }
}

/// A number of bytes. The units are powers of 1024, as in `redis.conf`; its `k`, `m` and `g` (powers of 1000) are
/// refused, since hardly anybody knows the difference.
pub(super) fn size<T: TryFrom<u64>>(text: &str) -> Option<T> {
    let units = [("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30)];
    let with_unit = units.iter().find_map(|&(unit, bytes)| {
        let (digits, found) = text.split_at_checked(text.len().checked_sub(unit.len())?)?;
        found.eq_ignore_ascii_case(unit).then_some((digits, bytes))
    });
    let (digits, unit) = with_unit.unwrap_or((text, 1_u64));
    T::try_from(number::<u64>(digits)?.checked_mul(unit)?).ok()
}

/// `Some(None)` is `none`: no limit.
pub(super) fn time_or_none(text: &str) -> Option<Option<Duration>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(None);
    }
    time(text).map(Some)
}

pub(super) fn time(text: &str) -> Option<Duration> {
    let (digits, nanos_per_unit) = if let Some(millis) = text.strip_suffix("ms") {
        (millis, 1_000_000)
    } else {
        (text.strip_suffix('s').unwrap_or(text), 1_000_000_000)
    };
    decimal_nanos(digits, nanos_per_unit)
}

/// A decimal number of units, exactly; below a nanosecond it is cut off.
fn decimal_nanos(digits: &str, nanos_per_unit: u32) -> Option<Duration> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { number(whole)? };
    let mut nanos = u128::from(whole) * u128::from(nanos_per_unit);
    let mut worth = u128::from(nanos_per_unit);
    for byte in fraction.bytes() {
        worth /= 10;
        nanos += worth * u128::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let subsecond = u32::try_from(nanos % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, subsecond))
}

/// The value of an option, printed so that it is read back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// The option is not in effect, or says nothing that may be printed.
    Absent,
    Number(u32),
    Bytes(usize),
    Time(Duration),
    /// `none` in place of a time.
    NoTime,
    Boolean(bool),
    Text(&'a str),
}

impl From<Option<Duration>> for Value<'_> {
    fn from(time: Option<Duration>) -> Self {
        time.map_or(Value::NoTime, Value::Time)
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Absent => Ok(()),
            Value::Number(number) => write!(f, "{number}"),
            Value::Bytes(bytes) => write!(f, "{bytes}"),
            Value::Time(time) => write_seconds(*time, f),
            Value::NoTime => f.write_str("none"),
            Value::Boolean(on) => f.write_str(if *on { "yes" } else { "no" }),
            Value::Text(text) if *text == REDACTED => f.write_str(REDACTED),
            Value::Text(text) => write!(f, "{}", Encoded { text, keep: "" }),
        }
    }
}

fn write_seconds(time: Duration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", time.as_secs())?;
    let (mut nanos, mut width) = (time.subsec_nanos(), 9);
    if nanos == 0 {
        return Ok(());
    }
    while nanos % 10 == 0 {
        nanos /= 10;
        width -= 1;
    }
    write!(f, ".{nanos:0width$}")
}
