//! Bytes in, requests out: arrays of bulk strings and inline commands, cut anywhere.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::{Buf, Bytes, BytesMut};

use super::number::parse_i64;

/// Longest line of an inline command or a header (Redis' PROTO_INLINE_MAX_SIZE).
const MAX_LINE: usize = 64 * 1024;
/// Most arguments a client that has not authenticated may announce, and its longest argument.
const MAX_ARGS_UNAUTHENTICATED: i64 = 10;
const MAX_BULK_UNAUTHENTICATED: i64 = 16 * 1024;
/// From this length on an argument keeps the memory it was read into instead of being copied.
const SPLIT_FROM: usize = 32 * 1024;
/// Room made for arguments on the strength of an announcement alone.
const ANNOUNCED_ROOM: usize = 64;

/// What a session may send at the moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) authenticated: bool,
    /// Longest argument in bytes (`proto-max-bulk-len`).
    pub(crate) bulk: i64,
}

/// The incremental parser of one session. No byte is looked at twice for a line end, and nothing is allocated for a
/// number that was merely announced.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    input: BytesMut,
    /// How much of the unfinished line at the front has been searched.
    searched: usize,
    array: Option<Array>,
}

#[derive(Debug)]
struct Array {
    missing: i64,
    args: Vec<Bytes>,
    /// Length of the argument being received.
    bulk: Option<usize>,
}

impl Requests {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    /// How many bytes wait to be parsed.
    pub(crate) fn buffered(&self) -> usize {
        self.input.len()
    }

    /// The next complete request (never empty), `None` if more bytes are needed, or the text of the protocol error.
    pub(crate) fn next(&mut self, limits: Limits) -> Result<Option<Vec<Bytes>>, String> {
        loop {
            if self.array.is_some() {
                return self.arguments(limits);
            }
            match self.input.first() {
                None => return Ok(None),
                Some(b'*') => {
                    let Some(line) = self.header("too big mbulk count string")? else {
                        return Ok(None);
                    };
                    match line.get(1..).and_then(parse_i64) {
                        Some(count) if count > i64::from(i32::MAX) => return Err("invalid multibulk length".into()),
                        Some(count) if count > MAX_ARGS_UNAUTHENTICATED && !limits.authenticated => {
                            return Err("unauthenticated multibulk length".into());
                        }
                        Some(count) if count > 0 => {
                            let args = Vec::with_capacity((count as usize).min(ANNOUNCED_ROOM));
                            self.array = Some(Array {
                                missing: count,
                                args,
                                bulk: None,
                            });
                        }
                        Some(_) => {}
                        None => return Err("invalid multibulk length".into()),
                    }
                }
                Some(_) => {
                    let Some(line) = self.line()? else { return Ok(None) };
                    let args = split_words(&line).ok_or("unbalanced quotes in request")?;
                    if !args.is_empty() {
                        return Ok(Some(args));
                    }
                }
            }
        }
    }

    fn arguments(&mut self, limits: Limits) -> Result<Option<Vec<Bytes>>, String> {
        while let Some(array) = &mut self.array {
            if let Some(length) = array.bulk {
                // The argument and the line end behind it.
                if self.input.len() < length + 2 {
                    return Ok(None);
                }
                let arg = if length >= SPLIT_FROM {
                    self.input.split_to(length).freeze()
                } else {
                    let copy = Bytes::copy_from_slice(self.input.get(..length).unwrap_or_default());
                    self.input.advance(length);
                    copy
                };
                self.input.advance(2);
                array.args.push(arg);
                array.bulk = None;
                array.missing -= 1;
            }
            if array.missing == 0 {
                return Ok(self.array.take().map(|array| array.args));
            }
            let Some(line) = self.header("too big bulk count string")? else {
                return Ok(None);
            };
            if line.first() != Some(&b'$') {
                let got = line.first().copied().map_or(' ', char::from);
                return Err(format!("expected '$', got '{got}'"));
            }
            let length = match line.get(1..).and_then(parse_i64) {
                Some(length) if (0..=limits.bulk).contains(&length) => length,
                _ => return Err("invalid bulk length".into()),
            };
            if length > MAX_BULK_UNAUTHENTICATED && !limits.authenticated {
                return Err("unauthenticated bulk length".into());
            }
            if let Some(array) = &mut self.array {
                array.bulk = Some(length as usize);
            }
        }
        Ok(None)
    }

    /// Takes a header line without its line end (carriage return and one more byte).
    fn header(&mut self, too_long: &str) -> Result<Option<Bytes>, String> {
        let unsearched = self.input.get(self.searched..).unwrap_or_default();
        let Some(at) = unsearched.iter().position(|&b| b == b'\r').map(|at| at + self.searched) else {
            self.searched = self.input.len();
            return if self.searched > MAX_LINE {
                Err(too_long.into())
            } else {
                Ok(None)
            };
        };
        if self.input.len() < at + 2 {
            self.searched = at;
            return Ok(None);
        }
        let line = self.input.split_to(at).freeze();
        self.input.advance(2);
        self.searched = 0;
        Ok(Some(line))
    }

    /// Takes an inline command, which ends with a line feed and perhaps a carriage return before it.
    fn line(&mut self) -> Result<Option<Bytes>, String> {
        let unsearched = self.input.get(self.searched..).unwrap_or_default();
        let Some(at) = unsearched.iter().position(|&b| b == b'\n').map(|at| at + self.searched) else {
            self.searched = self.input.len();
            return if self.searched > MAX_LINE {
                Err("too big inline request".into())
            } else {
                Ok(None)
            };
        };
        let mut line = self.input.split_to(at).freeze();
        if line.last() == Some(&b'\r') {
            line.truncate(line.len() - 1);
        }
        self.input.advance(1);
        self.searched = 0;
        Ok(Some(line))
    }
}

/// Words of an inline command: blanks separate, `"..."` knows escapes, `'...'` knows `\'`. `None` if a quote stays open or
/// is followed by something other than a blank.
pub(super) fn split_words(line: &[u8]) -> Option<Vec<Bytes>> {
    let is_blank = |b: u8| matches!(b, b' ' | b'\t'..=b'\r' | 0);
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        while let [first, tail @ ..] = rest {
            if !is_blank(*first) {
                break;
            }
            rest = tail;
        }
        if rest.is_empty() {
            return Some(words);
        }
        let mut word = Vec::new();
        loop {
            match rest {
                [b'"', tail @ ..] => {
                    rest = double_quoted(tail, &mut word)?;
                    return_unless_blank(rest, is_blank)?;
                }
                [b'\'', tail @ ..] => {
                    rest = single_quoted(tail, &mut word)?;
                    return_unless_blank(rest, is_blank)?;
                }
                [first, tail @ ..] if !is_blank(*first) => {
                    word.push(*first);
                    rest = tail;
                }
                _ => break,
            }
        }
        words.push(Bytes::from(word));
    }
}

fn return_unless_blank(rest: &[u8], is_blank: impl Fn(u8) -> bool) -> Option<()> {
    rest.first().is_none_or(|&b| is_blank(b)).then_some(())
}

fn double_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            [b'\\', b'x', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |b: u8| char::from(b).to_digit(16).unwrap_or(0) as u8;
                word.push(digit(*high) << 4 | digit(*low));
                rest = tail;
            }
            [b'\\', escaped, tail @ ..] => {
                word.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                });
                rest = tail;
            }
            [b'"', tail @ ..] => return Some(tail),
            [other, tail @ ..] => {
                word.push(*other);
                rest = tail;
            }
            [] => return None,
        }
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            [b'\\', b'\'', tail @ ..] => {
                word.push(b'\'');
                rest = tail;
            }
            [b'\'', tail @ ..] => return Some(tail),
            [other, tail @ ..] => {
                word.push(*other);
                rest = tail;
            }
            [] => return None,
        }
    }
}
