//! Numbers, text and bytes.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::FromReply;
use crate::resp::error::DecodeError;
use crate::resp::reply::{Data, Reply, ReplyRef};
use crate::resp::scan::parse_double;

/// From this size on a string is taken over in place where possible; below, a copy of the exact size costs less than
/// keeping a whole read buffer.
const IN_PLACE: usize = 64 * 1024;

/// The decimal integer in `text`; no sign but `-`, no spaces, no overflow.
fn integer(text: &[u8]) -> Option<i128> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl FromReply for $type {
            #[inline]
            fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
                let value = match reply.data() {
                    Data::Integer(value) => $type::try_from(value).ok(),
                    Data::Bulk(text) | Data::Simple(text) | Data::BigNumber(text) | Data::Verbatim { text, .. } => {
                        integer(text).and_then(|value| $type::try_from(value).ok())
                    }
                    _ => None,
                };
                value.ok_or_else(|| DecodeError::new(stringify!($type), reply))
            }
        }
    )*};
}

// `u8` stands apart below: a list of it is a byte string.
integers!(i8 i16 i32 i128 isize u16 u32 u64 u128 usize);

impl FromReply for i64 {
    #[inline]
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let value = match reply.data() {
            Data::Integer(value) => Some(value),
            Data::Bulk(text) | Data::Simple(text) | Data::BigNumber(text) | Data::Verbatim { text, .. } => {
                core::str::from_utf8(text).ok().and_then(|text| text.parse().ok())
            }
            _ => None,
        };
        value.ok_or_else(|| DecodeError::new("integer", reply))
    }
}

impl FromReply for u8 {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        u64::from_reply(reply)
            .ok()
            .and_then(|value| u8::try_from(value).ok())
            .ok_or_else(|| DecodeError::new("u8", reply))
    }

    fn list_from_reply(reply: ReplyRef<'_>) -> Result<Vec<u8>, DecodeError> {
        reply
            .text()
            .map(<[u8]>::to_vec)
            .ok_or_else(|| DecodeError::new("bytes", reply))
    }

    fn list_from_owned(reply: Reply) -> Result<Vec<u8>, DecodeError> {
        if reply.root().text().is_none_or(|text| text.len() < IN_PLACE) {
            return Self::list_from_reply(reply.root());
        }
        match reply.into_text() {
            Ok(text) => Ok(text.into()),
            Err(reply) => Self::list_from_reply(reply.root()),
        }
    }
}

impl FromReply for f64 {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let value = match reply.data() {
            Data::Double(value) => Some(value),
            // Every integer up to 2^53 is a double; beyond, the nearest one is what a server would send as well.
            Data::Integer(value) => Some(value as f64),
            Data::Bulk(text) | Data::Simple(text) | Data::Verbatim { text, .. } => parse_double(text),
            _ => None,
        };
        value.ok_or_else(|| DecodeError::new("double", reply))
    }
}

impl FromReply for f32 {
    /// The nearest `f32` of the double.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        f64::from_reply(reply).map(|value| value as f32)
    }
}

impl FromReply for bool {
    /// `1`/`0`, RESP3's true/false, and `OK`, which is how Redis says yes where there is no no.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match reply.data() {
            Data::Boolean(value) => Ok(value),
            Data::Integer(1) | Data::Simple(b"OK") | Data::Bulk(b"1" | b"OK") => Ok(true),
            Data::Integer(0) | Data::Bulk(b"0") => Ok(false),
            _ => Err(DecodeError::new("boolean", reply)),
        }
    }
}

/// For replies that are no bulk strings.
#[cold]
fn part_of(reply: &Reply) -> Result<Bytes, DecodeError> {
    Bytes::from_reply(reply.root())
}

impl FromReply for Bytes {
    /// Shares the reply's buffer; see [`Reply`](crate::resp::Reply) on what that keeps alive.
    #[inline]
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        reply.shared_text().ok_or_else(|| DecodeError::new("bytes", reply))
    }

    fn from_owned(reply: Reply) -> Result<Self, DecodeError> {
        match reply.into_text() {
            Ok(text) => Ok(text),
            Err(reply) => part_of(&reply),
        }
    }
}

#[inline(always)]
fn text(reply: ReplyRef<'_>) -> Option<&str> {
    reply.utf8_text()
}

/// What is no text and may be written as such.
#[cold]
fn written(reply: ReplyRef<'_>) -> Result<String, DecodeError> {
    match reply.data() {
        Data::Integer(value) => Ok(itoa::Buffer::new().format(value).into()),
        _ => Err(DecodeError::new("UTF-8 text", reply)),
    }
}

impl FromReply for String {
    const TEXT: bool = true;

    /// Text must be UTF-8; an integer is written in digits.
    #[inline]
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match text(reply) {
            Some(text) => Ok(String::from(text)),
            None => written(reply),
        }
    }

    fn from_owned(reply: Reply) -> Result<Self, DecodeError> {
        match text(reply.root()) {
            Some(text) if text.len() >= IN_PLACE => {}
            _ => return Self::from_reply(reply.root()),
        }
        match reply.into_text() {
            // The text was found to be UTF-8 just above; checking again is cheaper than copying.
            Ok(text) => {
                let text: Vec<u8> = text.into();
                Ok(String::from_utf8(text)
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
            }
            Err(reply) => Self::from_reply(reply.root()),
        }
    }
}

impl FromReply for Box<str> {
    const TEXT: bool = true;

    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        String::from_reply(reply).map(Into::into)
    }
}

impl FromReply for Arc<str> {
    const TEXT: bool = true;

    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match text(reply) {
            Some(text) => Ok(text.into()),
            None => String::from_reply(reply).map(Into::into),
        }
    }
}

/// A duration that the server counts in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(pub Duration);

/// A duration that the server counts in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Milliseconds(pub Duration);

impl FromReply for Seconds {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        u64::from_reply(reply).map(|count| Seconds(Duration::from_secs(count)))
    }
}

impl FromReply for Milliseconds {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        u64::from_reply(reply).map(|count| Milliseconds(Duration::from_millis(count)))
    }
}
