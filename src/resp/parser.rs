//! The parser boundary: bytes in, replies out.

use alloc::boxed::Box;
use core::fmt;

use bytes::BytesMut;

use super::list::ReplyList;
use super::reply::Reply;
use super::strings::Strings;

/// Turns the bytes of one connection into replies.
///
/// A parser is fed through `input`, from which it takes what it has used. It may be called again at any byte: a reply
/// that is not complete yet is `Ok(None)`, never an error. [`RespParser`](super::RespParser) is the default;
/// [`SimpleParser`](super::SimpleParser) is a second one, and any other can be given to a
/// [`Connection`](crate::connection::Connection).
pub trait Parser: Send {
    /// Takes one whole reply from the front of `input`, or says that more bytes are needed.
    ///
    /// # Errors
    /// The input is not RESP or passes a limit. There is no way to find the next reply after that: every later call
    /// returns the same error until [`Parser::reset`].
    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<Reply>, ProtocolError>;

    /// Takes replies from the front of `input` into `list`, `most` of them at most, as long as they are whole and plain:
    /// scalars, no error among them. It may stop early, or do nothing at all: whatever it leaves, [`Parser::parse`] takes.
    /// Only ever a matter of speed.
    fn parse_run(&mut self, input: &mut BytesMut, most: usize, list: &mut ReplyList) {
        let _ = (input, most, list);
    }

    /// Takes an array or push of two to four strings and nothing else from the front of `input`, which is what messages are,
    /// if it is there whole and the parser can do so without an index. `None` tells nothing: whatever comes next,
    /// [`Parser::parse`] gives it.
    fn parse_strings(&mut self, input: &mut BytesMut) -> Option<Strings> {
        let _ = input;
        None
    }

    /// Forgets everything; the next byte is the first of a new connection.
    fn reset(&mut self);

    /// How many bytes the reply in progress needs in all, as far as its headers tell, so that a driver can read a
    /// large value straight into a buffer of its size. A hint: nothing may be allocated for it before bytes arrive.
    fn wanted(&self) -> usize {
        0
    }
}

impl<P: Parser + ?Sized> Parser for Box<P> {
    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<Reply>, ProtocolError> {
        (**self).parse(input)
    }
    fn parse_run(&mut self, input: &mut BytesMut, most: usize, list: &mut ReplyList) {
        (**self).parse_run(input, most, list);
    }
    fn parse_strings(&mut self, input: &mut BytesMut) -> Option<Strings> {
        (**self).parse_strings(input)
    }
    fn reset(&mut self) {
        (**self).reset();
    }
    fn wanted(&self) -> usize {
        (**self).wanted()
    }
}

/// What was wrong with the bytes of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolErrorKind {
    /// A reply starts with a byte that no RESP type has.
    UnknownType,
    /// A number, length, boolean, double or big number is not written as RESP demands, or does not fit.
    BadNumber,
    /// A length is negative where that has no meaning.
    BadLength,
    /// A line or a bulk string does not end in CR LF.
    MissingLineEnd,
    /// A verbatim string without its three-letter format and colon.
    BadVerbatim,
    /// A piece of a streamed type where none belongs, or a streamed map with an odd number of elements.
    BadStream,
    /// A line is longer than [`Limits::line`](super::Limits::line).
    LineTooLong,
    /// A string is longer than [`Limits::bulk`](super::Limits::bulk).
    BulkTooLong,
    /// Nesting passes [`Limits::depth`](super::Limits::depth).
    TooDeep,
    /// More elements than [`Limits::elements`](super::Limits::elements).
    TooManyElements,
    /// More bytes than [`Limits::total`](super::Limits::total).
    ReplyTooLong,
    /// The bytes are sound RESP, but nobody waits for this reply.
    Unexpected,
    /// EXEC was answered with another number of results than commands were queued for it.
    ExecCount,
    /// The integrity check found another reply in the place of its own: there was one too many or too few.
    Shifted,
}

impl fmt::Display for ProtocolErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProtocolErrorKind::UnknownType => "unknown reply type",
            ProtocolErrorKind::BadNumber => "malformed number",
            ProtocolErrorKind::BadLength => "impossible length",
            ProtocolErrorKind::MissingLineEnd => "missing CR LF",
            ProtocolErrorKind::BadVerbatim => "malformed verbatim string",
            ProtocolErrorKind::BadStream => "malformed streamed reply",
            ProtocolErrorKind::LineTooLong => "line too long",
            ProtocolErrorKind::BulkTooLong => "string too long",
            ProtocolErrorKind::TooDeep => "nesting too deep",
            ProtocolErrorKind::TooManyElements => "too many elements",
            ProtocolErrorKind::ReplyTooLong => "reply too long",
            ProtocolErrorKind::Unexpected => "a reply that nobody waits for",
            ProtocolErrorKind::ExecCount => "wrong number of results in the reply to EXEC",
            ProtocolErrorKind::Shifted => "replies do not belong to their requests",
        })
    }
}

/// The server sent bytes that are not RESP, or that pass a limit. The connection cannot be used after it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProtocolError(Box<Detail>);

#[derive(Clone, PartialEq, Eq)]
struct Detail {
    kind: ProtocolErrorKind,
    offset: u64,
    excerpt: [u8; ProtocolError::EXCERPT],
    len: usize,
}

impl ProtocolError {
    /// Most bytes of input that an error quotes.
    pub const EXCERPT: usize = 32;

    /// An error found at `offset` (bytes since the connection began); `input` is quoted up to [`Self::EXCERPT`] bytes.
    #[must_use]
    pub fn new(kind: ProtocolErrorKind, offset: u64, input: &[u8]) -> Self {
        let mut excerpt = [0; Self::EXCERPT];
        let mut len = 0;
        for (to, from) in excerpt.iter_mut().zip(input) {
            *to = *from;
            len += 1;
        }
        ProtocolError(Box::new(Detail {
            kind,
            offset,
            excerpt,
            len,
        }))
    }

    /// What was wrong.
    #[must_use]
    pub fn kind(&self) -> ProtocolErrorKind {
        self.0.kind
    }

    /// Where: bytes since the connection began.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.0.offset
    }

    /// The bytes found there, at most [`Self::EXCERPT`].
    #[must_use]
    pub fn excerpt(&self) -> &[u8] {
        self.0.excerpt.get(..self.0.len).unwrap_or_default()
    }

    /// The same error without the quoted bytes, for input that may repeat a secret.
    #[must_use]
    pub fn without_excerpt(mut self) -> Self {
        self.0.len = 0;
        self
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "protocol error: {} at byte {}", self.0.kind, self.0.offset)?;
        if self.0.len > 0 {
            write!(f, ": \"{}\"", self.excerpt().escape_ascii())?;
        }
        Ok(())
    }
}

impl fmt::Debug for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProtocolError({self})")
    }
}

impl core::error::Error for ProtocolError {}
