//! The second parser: as plain as can be.

use bytes::{Buf, BytesMut};

use super::builder::ReplyBuilder;
use super::index::Kind;
use super::limits::Limits;
use super::parser::{Parser, ProtocolError, ProtocolErrorKind as Bad};
use super::reply::Reply;

/// A parser written for reading, not for speed, and independent of [`RespParser`](super::RespParser).
///
/// It starts over from the first byte of the reply each time it is called and copies every string, so the work grows
/// with the square of the pieces a reply comes in. Tests hold the default parser against it; select it when you want to
/// know whether a fault is the parser's.
#[derive(Debug, Default)]
pub struct SimpleParser {
    limits: Limits,
    consumed: u64,
    failed: Option<ProtocolError>,
}

/// Why reading stops: the input ends, or is wrong.
enum Stop {
    Starved,
    Wrong(Bad),
}

struct Reader<'a> {
    input: &'a [u8],
    limits: Limits,
    at: usize,
    /// Where the element or the piece of a streamed string in progress begins.
    start: usize,
    elements: usize,
}

impl SimpleParser {
    /// A parser with these bounds.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        SimpleParser {
            limits,
            ..Self::default()
        }
    }
}

impl Parser for SimpleParser {
    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<Reply>, ProtocolError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut reader = Reader {
            input,
            limits: self.limits,
            at: 0,
            start: 0,
            elements: 0,
        };
        match reader.reply() {
            Ok(reply) => {
                let used = reader.at;
                input.advance(used);
                self.consumed += used as u64;
                Ok(Some(reply))
            }
            Err(Stop::Starved) => Ok(None),
            Err(Stop::Wrong(kind)) => {
                let at = reader.start;
                let error = ProtocolError::new(kind, self.consumed + at as u64, input.get(at..).unwrap_or_default());
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    fn reset(&mut self) {
        self.consumed = 0;
        self.failed = None;
    }
}

impl<'a> Reader<'a> {
    fn reply(&mut self) -> Result<Reply, Stop> {
        let mut reply = ReplyBuilder::new();
        while !reply.is_complete() {
            self.start = self.at;
            // The elements of a streamed aggregate were not counted by its header.
            let streaming = reply.is_streaming();
            self.element(&mut reply)?;
            if reply.is_misused() {
                return wrong(Bad::BadStream);
            }
            if streaming && !matches!(self.input.get(self.start), Some(b'|' | b'.')) {
                self.count(1)?;
            }
            self.check_total()?;
        }
        reply.finish().ok_or(Stop::Wrong(Bad::BadStream))
    }

    fn element(&mut self, reply: &mut ReplyBuilder) -> Result<(), Stop> {
        let kind = *self.input.get(self.at).ok_or(Stop::Starved)?;
        if !b"+-:$*_#,(!=%~>|.".contains(&kind) {
            return wrong(if kind == b';' { Bad::BadStream } else { Bad::UnknownType });
        }
        self.at += 1;
        let line = self.line()?;
        match (kind, line) {
            (b'+', text) => reply.simple(text),
            (b'-', text) => reply.error(text),
            (b':', text) => reply.integer(number(text).ok_or(Stop::Wrong(Bad::BadNumber))?),
            (b'_', b"") | (b'$' | b'*', b"-1") => reply.null(),
            (b'#', b"t") => reply.boolean(true),
            (b'#', b"f") => reply.boolean(false),
            (b',', text) => reply.double_text(text).ok_or(Stop::Wrong(Bad::BadNumber))?,
            (b'(', text) if !big_number(text) => return wrong(Bad::BadNumber),
            (b'(', text) => reply.big_number(text),
            (b'.', b"") => reply.end(),
            (b'.', _) => return wrong(Bad::BadStream),
            (b'$', b"?") => return self.streamed_string(reply),
            (b'*', b"?") => return self.streamed(reply, Kind::Array),
            (b'%', b"?") => return self.streamed(reply, Kind::Map),
            (b'~', b"?") => return self.streamed(reply, Kind::Set),
            (b'$', len) => reply.bulk(self.bytes(len, 0)?),
            (b'!', len) => reply.error(self.bytes(len, 0)?),
            (b'=', len) => match self.bytes(len, 0)? {
                [a, b, c, b':', text @ ..] => reply.verbatim([*a, *b, *c], text),
                _ => return wrong(Bad::BadVerbatim),
            },
            (b'*', count) => reply.array(self.children(reply, count, 1)?),
            (b'~', count) => reply.set(self.children(reply, count, 1)?),
            (b'>', count) => reply.push(self.children(reply, count, 1)?),
            (b'%', count) => reply.map(self.children(reply, count, 2)? / 2),
            (b'|', count) => {
                self.elements += 1;
                reply.attribute(self.children(reply, count, 2)? / 2)
            }
            _ => return wrong(Bad::BadNumber),
        };
        Ok(())
    }

    fn line(&mut self) -> Result<&'a [u8], Stop> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let Some(end) = rest.iter().position(|&byte| byte == b'\r' || byte == b'\n') else {
            return if rest.len() > self.limits.max_line() {
                wrong(Bad::LineTooLong)
            } else {
                Err(Stop::Starved)
            };
        };
        if end > self.limits.max_line() {
            return wrong(Bad::LineTooLong);
        }
        self.at += end;
        self.line_end()?;
        Ok(rest.get(..end).unwrap_or_default())
    }

    fn line_end(&mut self) -> Result<(), Stop> {
        match self.input.get(self.at..).unwrap_or_default() {
            [b'\r', b'\n', ..] => {
                self.at += 2;
                Ok(())
            }
            [] | [b'\r'] => Err(Stop::Starved),
            _ => wrong(Bad::MissingLineEnd),
        }
    }

    /// The text of a length-prefixed string; `before` bytes of the same string came earlier.
    fn bytes(&mut self, len: &[u8], before: usize) -> Result<&'a [u8], Stop> {
        let len = size(len)?;
        if len.saturating_add(before) > self.limits.max_bulk() {
            return wrong(Bad::BulkTooLong);
        }
        if self.at.saturating_add(len) > self.limits.max_total() {
            return wrong(Bad::ReplyTooLong);
        }
        let input = self.input;
        let text = input.get(self.at..self.at + len).ok_or(Stop::Starved)?;
        self.at += len;
        self.line_end()?;
        Ok(text)
    }

    fn children(&mut self, reply: &ReplyBuilder, count: &[u8], each: usize) -> Result<usize, Stop> {
        let count = size(count)?.saturating_mul(each);
        self.check_depth(reply)?;
        self.count(count)?;
        if count.saturating_mul(3).saturating_add(self.at) > self.limits.max_total() {
            return wrong(Bad::ReplyTooLong);
        }
        Ok(count)
    }

    fn count(&mut self, elements: usize) -> Result<(), Stop> {
        self.elements = self.elements.saturating_add(elements);
        if self.elements > self.limits.max_elements() {
            wrong(Bad::TooManyElements)
        } else {
            Ok(())
        }
    }

    fn check_total(&self) -> Result<(), Stop> {
        if self.at > self.limits.max_total() {
            wrong(Bad::ReplyTooLong)
        } else {
            Ok(())
        }
    }

    fn check_depth(&self, reply: &ReplyBuilder) -> Result<(), Stop> {
        if reply.depth() >= self.limits.max_depth() {
            wrong(Bad::TooDeep)
        } else {
            Ok(())
        }
    }

    fn streamed(&mut self, reply: &mut ReplyBuilder, kind: Kind) -> Result<(), Stop> {
        self.check_depth(reply)?;
        reply.streamed(kind);
        Ok(())
    }

    fn streamed_string(&mut self, reply: &mut ReplyBuilder) -> Result<(), Stop> {
        let mut text = alloc::vec::Vec::new();
        loop {
            self.check_total()?;
            self.start = self.at;
            match self.input.get(self.at) {
                None => return Err(Stop::Starved),
                Some(b';') => self.at += 1,
                Some(_) => return wrong(Bad::BadStream),
            }
            let line = self.line()?;
            if size(line)? == 0 {
                reply.bulk(&text);
                return Ok(());
            }
            text.extend_from_slice(self.bytes(line, text.len())?);
        }
    }
}

fn wrong<T>(kind: Bad) -> Result<T, Stop> {
    Err(Stop::Wrong(kind))
}

/// An integer of up to twenty digits, zeros in front included.
fn number(text: &[u8]) -> Option<i64> {
    if text.iter().filter(|byte| byte.is_ascii_digit()).count() > 20 {
        return None;
    }
    core::str::from_utf8(text).ok()?.parse().ok()
}

fn big_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn size(text: &[u8]) -> Result<usize, Stop> {
    match text {
        [b'-', ..] => wrong(Bad::BadLength),
        digits if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) => wrong(Bad::BadNumber),
        digits if digits.len() > 18 => wrong(Bad::BadLength),
        digits => core::str::from_utf8(digits)
            .ok()
            .and_then(|d| d.parse().ok())
            .ok_or(Stop::Wrong(Bad::BadLength)),
    }
}
