//! Why a reply could not become the type asked for.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::index::Kind;
use super::reply::ReplyRef;
use super::server_error::{ServerError, escape};

/// A reply that is not of the shape asked for: what was expected, what came, and where in the reply.
///
/// ```
/// use redwire::resp::ReplyBuilder;
///
/// let mut reply = ReplyBuilder::new();
/// reply.array(2).integer(1).bulk(b"two");
/// let error = reply.finish().unwrap().decode::<Vec<i64>>().unwrap_err();
/// assert_eq!(error.to_string(), "expected integer, found bulk string \"two\" at [1]");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Detail>);

#[derive(Clone, PartialEq, Eq)]
struct Detail {
    expected: Cow<'static, str>,
    found: String,
    server: Option<ServerError>,
    /// Innermost index first.
    path: Vec<usize>,
}

/// Longest text that an error quotes.
const QUOTED: usize = 32;

impl DecodeError {
    /// `expected` was wanted and `found` came.
    #[must_use]
    #[cold]
    pub fn new(expected: impl Into<Cow<'static, str>>, found: ReplyRef<'_>) -> Self {
        let server = found.error().map(|_| found).and_then(server_error);
        DecodeError(Box::new(Detail {
            expected: expected.into(),
            found: describe(found),
            server,
            path: Vec::new(),
        }))
    }

    /// The same error, seen from one level further out: it happened at child `index`.
    #[must_use]
    pub fn at(mut self, index: usize) -> Self {
        self.0.path.push(index);
        self
    }

    /// What the caller's type needed.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What came instead.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.0.found
    }

    /// Where: the index at each level, outermost first; empty for the reply itself.
    #[must_use]
    pub fn path(&self) -> Vec<usize> {
        self.0.path.iter().rev().copied().collect()
    }

    /// The error the server answered with, if that is what came.
    #[must_use]
    pub fn server(&self) -> Option<&ServerError> {
        self.0.server.as_ref()
    }
}

pub(crate) fn server_error(reply: ReplyRef<'_>) -> Option<ServerError> {
    reply
        .error()
        .map(|text| ServerError::new(bytes::Bytes::copy_from_slice(text)))
}

fn describe(found: ReplyRef<'_>) -> String {
    let kind = found.kind();
    let text = match kind {
        Kind::Integer => return format!("integer {found:?}"),
        Kind::Boolean => return format!("boolean {found:?}"),
        Kind::Null => return "null".into(),
        Kind::Error => found.error(),
        _ => found.text(),
    };
    match text {
        Some(text) => {
            let cut = text.get(..QUOTED).unwrap_or(text);
            let dots = if cut.len() < text.len() { ".." } else { "" };
            format!("{} \"{}{dots}\"", kind.name(), escape(cut))
        }
        None => format!("{} of {}", kind.name(), found.items().len()),
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.0.expected, self.0.found)?;
        if !self.0.path.is_empty() {
            f.write_str(" at ")?;
            for index in self.0.path.iter().rev() {
                write!(f, "[{index}]")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeError({self})")
    }
}

impl core::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.server.as_ref().map(|error| error as _)
    }
}
