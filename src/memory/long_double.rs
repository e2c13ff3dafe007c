//! The 80-bit floating point of INCRBYFLOAT and HINCRBYFLOAT.
//!
//! Redis computes these in C's `long double` and prints 17 decimals, so `0.1 + 0.2` is `0.3` there and
//! `0.30000000000000004` in doubles. This is just enough of that type, in software: reading, adding, writing.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// Decimals written; trailing zeros are dropped.
const DECIMALS: u32 = 17;
/// Beyond these exponents of the leading bit a long double is infinite or zero.
const MAX_EXPONENT: i64 = 16_383;
const MIN_EXPONENT: i64 = -16_445;
/// Decimal exponents that are out of range whatever the (at most 5 KiB of) digits are.
const FAR: i64 = 20_000;
/// Redis' limit for the text of a number.
const MAX_TEXT: usize = 5 * 1024;

/// A number with a 64-bit significand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum LongDouble {
    /// `mantissa * 2^exponent`; the mantissa's top bit is set, unless the number is zero.
    Finite {
        negative: bool,
        mantissa: u64,
        exponent: i64,
    },
    Infinite {
        negative: bool,
    },
}

impl LongDouble {
    pub(crate) const ZERO: LongDouble = LongDouble::Finite {
        negative: false,
        mantissa: 0,
        exponent: 0,
    };

    /// Reads what `strtold` accepts as a whole (but no hexadecimal and no NaN), if it fits.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() >= MAX_TEXT {
            return None;
        }
        let (negative, unsigned) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        if unsigned.eq_ignore_ascii_case(b"inf") || unsigned.eq_ignore_ascii_case(b"infinity") {
            return Some(LongDouble::Infinite { negative });
        }
        let (digits, exponent) = decimal(unsigned)?;
        let (mantissa, exponent) = binary(digits, exponent)?;
        Some(LongDouble::Finite {
            negative,
            mantissa,
            exponent,
        })
    }

    pub(crate) fn is_finite(self) -> bool {
        matches!(self, LongDouble::Finite { .. })
    }

    /// The sum, rounded to the nearest; `None` for opposite infinities.
    pub(crate) fn add(self, other: Self) -> Option<Self> {
        match (self, other) {
            (LongDouble::Infinite { negative: one }, LongDouble::Infinite { negative: two }) => {
                (one == two).then_some(self)
            }
            (LongDouble::Infinite { .. }, _) => Some(self),
            (_, LongDouble::Infinite { .. }) => Some(other),
            (
                LongDouble::Finite {
                    negative: one_negative,
                    mantissa: one,
                    exponent: one_exponent,
                },
                LongDouble::Finite {
                    negative: two_negative,
                    mantissa: two,
                    exponent: two_exponent,
                },
            ) => {
                if two == 0 {
                    return Some(self);
                }
                if one == 0 {
                    return Some(other);
                }
                let larger_first = (one_exponent, one) >= (two_exponent, two);
                let ((negative, high, exponent), (other_negative, low, low_exponent)) = if larger_first {
                    ((one_negative, one, one_exponent), (two_negative, two, two_exponent))
                } else {
                    ((two_negative, two, two_exponent), (one_negative, one, one_exponent))
                };
                // Two bits of headroom above, 62 guard bits below; what falls off the end stays as a sticky last bit.
                let high = u128::from(high) << 62;
                let low = shift_right_sticky(u128::from(low) << 62, exponent - low_exponent);
                let sum = if negative == other_negative {
                    high + low
                } else {
                    high - low
                };
                Some(round(negative && sum != 0, sum, exponent - 62))
            }
        }
    }

    /// The number with at most 17 decimals, as Redis prints it.
    pub(crate) fn to_text(self) -> String {
        let LongDouble::Finite {
            negative,
            mantissa,
            exponent,
        } = self
        else {
            let negative = self == LongDouble::Infinite { negative: true };
            return String::from(if negative { "-inf" } else { "inf" });
        };
        let mut number = Big::from(mantissa);
        number.multiply(10_u32.pow(9));
        number.multiply(10_u32.pow(DECIMALS - 9));
        if exponent >= 0 {
            number.shift_left(exponent as u64);
        } else {
            number.shift_right_rounding(exponent.unsigned_abs());
        }
        let mut digits = number.into_digits();
        while digits.len() <= DECIMALS as usize {
            digits.insert(0, '0');
        }
        digits.insert(digits.len() - DECIMALS as usize, '.');
        let trimmed = digits.trim_end_matches('0').trim_end_matches('.');
        let sign = if negative && trimmed != "0" { "-" } else { "" };
        [sign, trimmed].concat()
    }
}

/// The digits of `12.5e3` and the power of ten of the last one.
fn decimal(text: &[u8]) -> Option<(Vec<u8>, i64)> {
    let at = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, exponent) = match at {
        Some(at) => (text.get(..at)?, signed(text.get(at + 1..)?)?),
        None => (text, 0),
    };
    let (mut digits, mut decimals, mut point) = (Vec::new(), 0_i64, false);
    for &byte in mantissa {
        match byte {
            b'0'..=b'9' => {
                digits.push(byte - b'0');
                decimals += i64::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if digits.is_empty() {
        None
    } else {
        Some((digits, exponent.saturating_sub(decimals)))
    }
}

/// An exponent, cut off where it no longer matters.
fn signed(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0_i64, |value, byte| (value * 10 + i64::from(byte - b'0')).min(FAR * 4));
    Some(sign * value)
}

/// Turns `digits * 10^exponent` into a mantissa and a power of two; `None` if it is too large or too small.
fn binary(digits: Vec<u8>, exponent: i64) -> Option<(u64, i64)> {
    let mut number = Big::default();
    for digit in digits {
        number.multiply(10);
        number.add(u32::from(digit));
    }
    if number.is_zero() {
        return Some((0, 0));
    }
    if exponent.abs() > FAR {
        return None;
    }
    let mut power = 0;
    let mut sticky = false;
    if exponent >= 0 {
        (0..exponent).for_each(|_| number.multiply(10));
    } else {
        // Enough bits in front for 66 to remain behind the division.
        let room = exponent.unsigned_abs() * 4 + 66;
        number.shift_left(room);
        power = -(room as i64);
        for _ in 0..exponent.unsigned_abs() {
            sticky |= number.divide(10) != 0;
        }
    }
    let excess = number.bits().saturating_sub(126);
    sticky |= number.shift_right(excess);
    let bits = number.low_u128() << 1 | u128::from(sticky);
    match round(false, bits, power + excess as i64 - 1) {
        LongDouble::Finite { mantissa: 0, .. } | LongDouble::Infinite { .. } => None,
        LongDouble::Finite { mantissa, exponent, .. } => Some((mantissa, exponent)),
    }
}

fn shift_right_sticky(value: u128, by: i64) -> u128 {
    if by >= 128 {
        return u128::from(value != 0);
    }
    let by = by as u32;
    let shifted = value >> by;
    shifted | u128::from(shifted << by != value)
}

/// Rounds `bits * 2^exponent` to 64 significant bits, ties to even.
fn round(negative: bool, bits: u128, exponent: i64) -> LongDouble {
    if bits == 0 {
        return LongDouble::ZERO;
    }
    let length = 128 - bits.leading_zeros();
    let (mut mantissa, mut exponent) = if length <= 64 {
        (bits << (64 - length), exponent - i64::from(64 - length))
    } else {
        let cut = length - 64;
        let (kept, half) = (bits >> cut, 1_u128 << (cut - 1));
        let rest = bits - (kept << cut);
        let up = rest > half || (rest == half && kept & 1 == 1);
        (kept + u128::from(up), exponent + i64::from(cut))
    };
    if mantissa >> 64 != 0 {
        mantissa >>= 1;
        exponent += 1;
    }
    match exponent + 63 {
        leading if leading > MAX_EXPONENT => LongDouble::Infinite { negative },
        leading if leading < MIN_EXPONENT => LongDouble::ZERO,
        _ => LongDouble::Finite {
            negative,
            mantissa: mantissa as u64,
            exponent,
        },
    }
}

/// A natural number of any size; 32 bits per limb, lowest first, no zero on top.
#[derive(Debug, Default)]
struct Big {
    limbs: Vec<u32>,
}

impl From<u64> for Big {
    fn from(value: u64) -> Self {
        let mut big = Big {
            limbs: vec![value as u32, (value >> 32) as u32],
        };
        big.trim();
        big
    }
}

impl Big {
    fn trim(&mut self) {
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }

    fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    fn bits(&self) -> u64 {
        self.limbs
            .last()
            .map_or(0, |top| self.limbs.len() as u64 * 32 - u64::from(top.leading_zeros()))
    }

    fn low_u128(&self) -> u128 {
        self.limbs
            .iter()
            .take(4)
            .rev()
            .fold(0, |value, limb| value << 32 | u128::from(*limb))
    }

    fn add(&mut self, value: u32) {
        let mut carry = u64::from(value);
        for limb in &mut self.limbs {
            carry += u64::from(*limb);
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            self.limbs.push(carry as u32);
        }
    }

    fn multiply(&mut self, factor: u32) {
        let mut carry = 0;
        for limb in &mut self.limbs {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            self.limbs.push(carry as u32);
        }
    }

    /// Divides and returns the remainder.
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut rest = 0;
        for limb in self.limbs.iter_mut().rev() {
            let value = rest << 32 | u64::from(*limb);
            *limb = (value / u64::from(divisor)) as u32;
            rest = value % u64::from(divisor);
        }
        self.trim();
        rest as u32
    }

    fn shift_left(&mut self, by: u64) {
        if self.is_zero() {
            return;
        }
        self.multiply(1 << (by % 32));
        let limbs = (by / 32) as usize;
        self.limbs.splice(0..0, core::iter::repeat_n(0, limbs));
    }

    /// Whether a bit that was set fell off.
    fn shift_right(&mut self, by: u64) -> bool {
        let limbs = usize::try_from(by / 32).unwrap_or(usize::MAX).min(self.limbs.len());
        let lost = self.limbs.drain(..limbs).any(|limb| limb != 0);
        self.trim();
        let rest = if by % 32 == 0 { 0 } else { self.divide(1 << (by % 32)) };
        lost || rest != 0
    }

    /// Shifts and rounds to the nearest, ties to even.
    fn shift_right_rounding(&mut self, by: u64) {
        let sticky = self.shift_right(by - 1);
        let half = self.shift_right(1);
        let odd = self.limbs.first().is_some_and(|limb| limb & 1 == 1);
        if half && (sticky || odd) {
            self.add(1);
        }
    }

    fn into_digits(mut self) -> String {
        let mut digits = Vec::new();
        while !self.is_zero() {
            digits.push(char::from(b'0' + self.divide(10) as u8));
        }
        digits.into_iter().rev().collect()
    }
}
