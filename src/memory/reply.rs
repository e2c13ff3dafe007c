//! What a handler answers, and how each protocol writes it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::{BufMut, Bytes, BytesMut};

use super::failure::Failure;
use super::number::format_f64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Resp2,
    Resp3,
}

/// A reply as a value. Handlers never think about the protocol: they say `Map`, and RESP2 clients get a flat array.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    /// Nothing is written (now): the client waits, or asked for silence.
    Nothing,
    /// `+text`
    Status(Cow<'static, str>),
    /// `-text`
    Error(Cow<'static, str>),
    Int(i64),
    Bulk(Bytes),
    /// Null for a missing string: `$-1` or `_`.
    Null,
    /// Null for a missing array: `*-1` or `_`.
    NullArray,
    /// RESP2: a bulk string with the same text.
    Double(f64),
    /// Text of a format, three letters: RESP2 just gives the text.
    Verbatim(&'static str, Bytes),
    Array(Vec<Reply>),
    /// RESP2: an array.
    Set(Vec<Reply>),
    /// What the server says by itself, or instead of a reply. RESP2: an array.
    Push(Vec<Reply>),
    /// RESP2: an array of twice the length.
    Map(Vec<(Reply, Reply)>),
    /// Streams with their entries: RESP3 a map, RESP2 an array of pairs.
    Keyed(Vec<(Reply, Reply)>),
    /// Members with scores, fields with values: RESP3 an array of pairs, RESP2 one flat array.
    Pairs(Vec<(Reply, Reply)>),
}

impl Reply {
    pub(crate) const OK: Reply = Reply::Status(Cow::Borrowed("OK"));

    pub(crate) fn bulk(bytes: &Bytes) -> Reply {
        Reply::Bulk(bytes.clone())
    }

    /// A bulk string, or null.
    pub(crate) fn bulk_or_null(bytes: Option<&Bytes>) -> Reply {
        bytes.map_or(Reply::Null, Reply::bulk)
    }

    pub(crate) fn string(text: impl Into<String>) -> Reply {
        Reply::Bulk(Bytes::from(text.into()))
    }

    pub(crate) const fn text(text: &'static str) -> Reply {
        Reply::Bulk(Bytes::from_static(text.as_bytes()))
    }

    pub(crate) const fn status(text: &'static str) -> Reply {
        Reply::Status(Cow::Borrowed(text))
    }

    /// 1 or 0, as RESP2 and most of RESP3 say yes or no.
    pub(crate) fn flag(yes: bool) -> Reply {
        Reply::Int(i64::from(yes))
    }

    pub(crate) fn count(count: usize) -> Reply {
        Reply::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// An array of bulk strings.
    pub(crate) fn bulks<'a>(all: impl IntoIterator<Item = &'a Bytes>) -> Reply {
        Reply::Array(all.into_iter().map(Reply::bulk).collect())
    }

    pub(crate) fn failure(failure: &Failure, command: &str) -> Reply {
        Reply::Error(failure.line(command))
    }

    pub(crate) fn write(&self, out: &mut BytesMut, protocol: Protocol) {
        let resp3 = protocol == Protocol::Resp3;
        match self {
            Reply::Nothing => {}
            Reply::Status(text) => line(out, b'+', text.as_bytes()),
            Reply::Error(text) => line(out, b'-', text.as_bytes()),
            Reply::Int(value) => line(out, b':', itoa::Buffer::new().format(*value).as_bytes()),
            Reply::Bulk(bytes) => bulk(out, bytes),
            Reply::Null | Reply::NullArray if resp3 => out.put_slice(b"_\r\n"),
            Reply::Null => out.put_slice(b"$-1\r\n"),
            Reply::NullArray => out.put_slice(b"*-1\r\n"),
            Reply::Double(value) if resp3 => line(out, b',', format_f64(*value).as_bytes()),
            Reply::Double(value) => bulk(out, format_f64(*value).as_bytes()),
            Reply::Verbatim(format, text) if resp3 => {
                header(out, b'=', text.len() + 4);
                out.put_slice(format.as_bytes());
                out.put_u8(b':');
                out.put_slice(text);
                out.put_slice(b"\r\n");
            }
            Reply::Verbatim(_, text) => bulk(out, text),
            Reply::Array(items) => aggregate(out, b'*', items, protocol),
            Reply::Set(items) => aggregate(out, if resp3 { b'~' } else { b'*' }, items, protocol),
            Reply::Push(items) => aggregate(out, if resp3 { b'>' } else { b'*' }, items, protocol),
            Reply::Map(pairs) => {
                if resp3 {
                    header(out, b'%', pairs.len());
                } else {
                    header(out, b'*', pairs.len() * 2);
                }
                for (key, value) in pairs {
                    key.write(out, protocol);
                    value.write(out, protocol);
                }
            }
            Reply::Keyed(pairs) => {
                header(out, if resp3 { b'%' } else { b'*' }, pairs.len());
                for (key, value) in pairs {
                    if !resp3 {
                        header(out, b'*', 2);
                    }
                    key.write(out, protocol);
                    value.write(out, protocol);
                }
            }
            Reply::Pairs(pairs) => {
                header(out, b'*', if resp3 { pairs.len() } else { pairs.len() * 2 });
                for (one, other) in pairs {
                    if resp3 {
                        header(out, b'*', 2);
                    }
                    one.write(out, protocol);
                    other.write(out, protocol);
                }
            }
        }
    }
}

impl From<i64> for Reply {
    fn from(value: i64) -> Self {
        Reply::Int(value)
    }
}

fn aggregate(out: &mut BytesMut, kind: u8, items: &[Reply], protocol: Protocol) {
    header(out, kind, items.len());
    for item in items {
        item.write(out, protocol);
    }
}

fn header(out: &mut BytesMut, kind: u8, length: usize) {
    line(out, kind, itoa::Buffer::new().format(length).as_bytes());
}

fn bulk(out: &mut BytesMut, bytes: &[u8]) {
    header(out, b'$', bytes.len());
    out.put_slice(bytes);
    out.put_slice(b"\r\n");
}

fn line(out: &mut BytesMut, kind: u8, text: &[u8]) {
    out.put_u8(kind);
    out.put_slice(text);
    out.put_slice(b"\r\n");
}
