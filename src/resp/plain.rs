//! The straight road through the elements replies are made of: integers, short strings, `OK`, `QUEUED` and no value, if
//! they are here whole.
//!
//! Whatever is anything else, cut short or wrong is `None` here, and left to the parser that looks with all care.

use super::index::{Kind, Node};

/// So many bytes are looked at as one block: a sign, the first eight digits and what follows are all in it.
const WINDOW: usize = 16;

/// The longest string whose length has two digits.
pub(super) const SHORT: usize = 99;

/// No plain element takes more bytes.
pub(super) const LONGEST: usize = SHORT + 7;

/// More digits than these go the slow road, where overflow is looked for.
const DIGITS: usize = 15;

/// Hands the element at the front of `rest`, which stands at `pos`, to `take`, and returns what follows it.
#[inline(always)]
pub(super) fn plain(rest: &[u8], pos: usize, take: impl FnOnce(Node)) -> Option<&[u8]> {
    match rest.first_chunk() {
        Some(window) => element(window, rest, pos, take),
        None => {
            let (node, next) = near_the_end(rest, pos)?;
            take(node);
            Some(next)
        }
    }
}

#[inline(never)]
fn near_the_end(rest: &[u8], pos: usize) -> Option<(Node, &[u8])> {
    // Zeros stand for what has not arrived: no element has a zero in its header or its line end.
    let mut window = [0; WINDOW];
    window.get_mut(..rest.len())?.copy_from_slice(rest);
    let mut found = Node::NULL;
    let next = element(&window, rest, pos, |node| found = node)?;
    Some((found, next))
}

/// `take` is called in each branch and not once behind them, where the node would have to go through memory.
#[inline(always)]
fn element<'a>(window: &[u8; WINDOW], rest: &'a [u8], pos: usize, take: impl FnOnce(Node)) -> Option<&'a [u8]> {
    let [kind, a, b, c, d, ..] = *window;
    match kind {
        b'$' => {
            let (a, tens) = (usize::from(a.wrapping_sub(b'0')), usize::from(b.wrapping_sub(b'0')));
            let (header, len) = match [b, c, d] {
                [b'\r', b'\n', _] => (4, a),
                [_, b'\r', b'\n'] if tens <= 9 => (5, a * 10 + tens),
                _ => return None,
            };
            if a > 9 {
                return no_value([a as u8, b, c, d], rest, take);
            }
            let next = line_end(rest.get(header + len..)?)?;
            take(Node::text(Kind::Bulk, pos + header, len));
            Some(next)
        }
        b':' if a == b'-' => {
            let [_, _, digits @ .., _, _, _, _, _, _] = *window;
            integer(digits, rest.get(2..)?, |value| take(Node::integer(-value)))
        }
        b':' => {
            let [_, digits @ .., _, _, _, _, _, _, _] = *window;
            integer(digits, rest.get(1..)?, |value| take(Node::integer(value)))
        }
        b'+' if [a, b, c, d] == *b"OK\r\n" => {
            let next = rest.get(5..)?;
            take(Node::text(Kind::Simple, pos + 1, 2));
            Some(next)
        }
        b'+' => {
            let [_, word @ .., _, _, _, _, _, _, _] = *window;
            let next = rest.get(9..).filter(|_| word == *b"QUEUED\r\n")?;
            take(Node::text(Kind::Simple, pos + 1, 6));
            Some(next)
        }
        b'_' if [a, b] == *b"\r\n" => {
            let next = rest.get(3..)?;
            take(Node::NULL);
            Some(next)
        }
        _ => None,
    }
}

/// `$-1`, of which `header` is what follows the `$`, its first byte counted from `0`.
#[inline(always)]
fn no_value(header: [u8; 4], rest: &[u8], take: impl FnOnce(Node)) -> Option<&[u8]> {
    const NEGATIVE: u8 = b'-'.wrapping_sub(b'0');
    let next = rest.get(5..).filter(|_| header == [NEGATIVE, b'1', b'\r', b'\n'])?;
    take(Node::NULL);
    Some(next)
}

/// The integer whose digits `rest` starts with; `first` are the first eight bytes of it.
#[inline(always)]
fn integer(first: [u8; 8], rest: &[u8], take: impl FnOnce(i64)) -> Option<&[u8]> {
    let (mut value, mut count) = up_to_eight_digits(first)?;
    let mut rest = rest.get(count..)?;
    if count == 8 {
        while let [digit @ b'0'..=b'9', more @ ..] = rest {
            value = value * 10 + i64::from(digit - b'0');
            count += 1;
            rest = more;
            if count > DIGITS {
                return None;
            }
        }
    }
    let next = line_end(rest)?;
    take(value);
    Some(next)
}

#[inline(always)]
fn line_end(rest: &[u8]) -> Option<&[u8]> {
    match rest {
        [b'\r', b'\n', next @ ..] => Some(next),
        _ => None,
    }
}

/// The value of the digits that eight bytes start with, and how many there are; `None` when there are none. There is
/// no loop: each byte of the word is one digit, and neighbours are joined to pairs, fours and eights.
#[inline(always)]
fn up_to_eight_digits(bytes: [u8; 8]) -> Option<(i64, usize)> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(bytes) ^ (EACH * 0x30);
    // A byte that is no digit is above 9 now, which shows in its top bit. Carries only reach bytes behind it.
    let others = (word.wrapping_add(EACH * 0x76) | word) & (EACH * 0x80);
    if others & 0x80 != 0 {
        return None;
    }
    let count = (others.trailing_zeros() / 8) as usize;
    // The digits move to the top, with zeros in front of them.
    let digits = word << (64 - 8 * count);
    let pairs = (digits.wrapping_mul(1 + (10 << 8)) >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(1 + (100 << 16)) >> 16) & 0x0000_FFFF_0000_FFFF;
    let eight = fours.wrapping_mul(1 + (10_000 << 32)) >> 32;
    Some((eight as i64, count))
}
