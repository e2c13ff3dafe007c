//! A few strings in one piece: what a message of a server is, taken out of the input without an index.

use core::fmt;

use bytes::{Bytes, BytesMut};

use super::index::Kind;
use super::limits::Limits;
use super::reply::Reply;
use super::resp_parser::cut;

/// Most strings that fit.
const MOST: usize = 4;

/// Two to four binary-safe strings that came together, in one buffer.
///
/// The buffer is shared with whatever else came in the same read, as that of a [`Reply`] is.
#[derive(Clone)]
pub struct Strings {
    bytes: Bytes,
    /// Where each begins and ends. No parser lets a reply be longer.
    spans: [(u32, u32); MOST],
    len: u8,
}

impl Strings {
    /// How many there are.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "there are always at least two")]
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    #[inline]
    fn span(&self, index: usize) -> Option<(usize, usize)> {
        let (start, end) = *self.spans.get(index).filter(|_| index < self.len())?;
        Some((start as usize, end as usize))
    }

    /// One of them.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let (start, end) = self.span(index)?;
        self.bytes.get(start..end)
    }

    /// The same, shared with the buffer instead of borrowed from it.
    #[must_use]
    #[inline]
    pub fn shared(&self, index: usize) -> Option<Bytes> {
        let (start, end) = self.span(index)?;
        (start <= end && end <= self.bytes.len()).then(|| self.bytes.slice(start..end))
    }

    /// How many bytes they took on the wire: what they hold on to.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The strings of an array or push that has nothing else in it.
    pub(crate) fn of(reply: &Reply) -> Option<Self> {
        let root = reply.root();
        if !matches!(root.kind(), Kind::Array | Kind::Push) {
            return None;
        }
        let (mut spans, mut len) = ([(0, 0); MOST], 0_u8);
        for item in root.items() {
            if item.kind() != Kind::Bulk {
                return None;
            }
            let (start, end) = item.range();
            *spans.get_mut(usize::from(len))? = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
            len += 1;
        }
        let bytes = reply.bytes();
        (len >= 2).then_some(Strings { bytes, spans, len })
    }

    /// The strings at the front of `input`, which is between two replies, if they are here whole.
    #[inline]
    pub(super) fn take(input: &mut BytesMut, limits: &Limits) -> Option<Self> {
        let (spans, len, used) = find(input, limits)?;
        let bytes = cut(input, used);
        Some(Strings { bytes, spans, len })
    }
}

type Found = ([(u32, u32); MOST], u8, usize);

/// Where the strings are, how many, and where they end all together.
#[inline]
fn find(input: &[u8], limits: &Limits) -> Option<Found> {
    let [b'>' | b'*', count @ b'2'..=b'4', b'\r', b'\n', ..] = *input else {
        return None;
    };
    let count = count - b'0';
    let mut spans = [(0, 0); MOST];
    let mut at = 4;
    for span in spans.iter_mut().take(usize::from(count)) {
        let (start, len) = header(input.get(at..)?)?;
        let start = at + start;
        let end = start.checked_add(len)?;
        if len > limits.max_bulk() || input.get(end..end + 2)? != b"\r\n" {
            return None;
        }
        // What does not fit passes the limit on the whole, which is looked at below.
        *span = (start as u32, end as u32);
        at = end + 2;
    }
    // What passes a limit is left to the parser, which says so.
    let kept = at <= limits.max_total() && limits.max_depth() > 0 && limits.max_elements() >= usize::from(count);
    kept.then_some((spans, count, at))
}

/// The length of the string whose header `rest` starts with, and how long the header is.
#[inline]
fn header(rest: &[u8]) -> Option<(usize, usize)> {
    /// More digits than these are left to the parser.
    const DIGITS: usize = 9;
    let [b'$', digits @ ..] = rest else { return None };
    let mut len = 0;
    for (at, &byte) in digits.iter().take(DIGITS + 1).enumerate() {
        match byte {
            b'0'..=b'9' if at < DIGITS => len = len * 10 + usize::from(byte - b'0'),
            b'\r' if at > 0 && digits.get(at + 1) == Some(&b'\n') => return Some((at + 3, len)),
            _ => return None,
        }
    }
    None
}

impl PartialEq for Strings {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && (0..self.len()).all(|index| self.get(index) == other.get(index))
    }
}

impl Eq for Strings {}

impl fmt::Debug for Strings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = (0..self.len()).filter_map(|index| self.get(index)).map(Text);
        f.debug_list().entries(texts).finish()
    }
}

/// Bytes as they are printed.
pub(crate) struct Text<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::super::{Parser, RespParser};
    use super::*;

    const MESSAGE: &[u8] = b">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$11\r\nhello\r\nmore\r\n";
    const PATTERN: &[u8] = b"*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$0\r\n\r\n";

    /// What comes out of both roads: strings that need no index, and replies.
    fn parsed(limits: Limits, cuts: &[&[u8]]) -> alloc::vec::Vec<alloc::string::String> {
        let mut parser = RespParser::new(limits);
        let (mut input, mut out) = (BytesMut::new(), alloc::vec::Vec::new());
        for cut in cuts {
            input.extend_from_slice(cut);
            loop {
                if let Some(strings) = parser.parse_strings(&mut input) {
                    out.push(alloc::format!("{strings:?}"));
                    continue;
                }
                match parser.parse(&mut input) {
                    Ok(Some(reply)) => match Strings::of(&reply) {
                        Some(strings) => out.push(alloc::format!("{strings:?}")),
                        None => out.push(alloc::format!("{reply:?}")),
                    },
                    Ok(None) => break,
                    Err(error) => {
                        out.push(alloc::format!("{:?}", error.kind()));
                        return out;
                    }
                }
            }
        }
        out
    }

    #[test]
    fn both_roads_give_the_same_wherever_the_bytes_are_cut() {
        let all = [
            MESSAGE,
            b"+PONG\r\n",
            PATTERN,
            b">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n",
            MESSAGE,
        ]
        .concat();
        let expected = [
            r#"["message", "news", "hello\r\nmore"]"#,
            "+PONG",
            r#"["pmessage", "n*", "news", ""]"#,
            r#">["subscribe", "a", 1]"#,
            r#"["message", "news", "hello\r\nmore"]"#,
        ];
        for cut in 0..=all.len() {
            let (before, after) = all.split_at(cut);
            assert_eq!(parsed(Limits::new(), &[before, after]), expected, "cut at {cut}");
        }
        let bytes: alloc::vec::Vec<&[u8]> = all.chunks(1).collect();
        assert_eq!(parsed(Limits::new(), &bytes), expected);
    }

    #[test]
    fn limits_hold_on_both_roads() {
        for (limits, expected) in [
            (Limits::new().bulk(10), "BulkTooLong"),
            (Limits::new().total(MESSAGE.len() as u32 - 1), "ReplyTooLong"),
            (Limits::new().elements(2), "TooManyElements"),
            (Limits::new().depth(0), "TooDeep"),
        ] {
            assert_eq!(parsed(limits, &[MESSAGE]), [expected]);
        }
    }

    #[test]
    fn anything_else_is_left_to_the_parser() {
        for other in [
            &b"*1\r\n$1\r\na\r\n"[..],
            b"*5\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n",
            b"*2\r\n$1\r\na\r\n:1\r\n",
            b"*2\r\n$1\r\na\r\n$-1\r\n",
            b"*2\r\n$1\r\na\r\n$0000000001\r\nb\r\n",
            b"*2\r\n$1\r\na\r\n$1\r\nbcd\r\n",
            b"*2\r\n$1\r\na\r\n$\r\nb\r\n",
            b"%2\r\n$1\r\na\r\n$1\r\nb\r\n",
            b"$1\r\na\r\n",
        ] {
            let mut input = BytesMut::from(other);
            assert!(RespParser::default().parse_strings(&mut input).is_none());
            assert_eq!(input, other);
        }
    }
}
