//! Decoding replies into the caller's types.

mod collections;
mod pairs;
mod scalars;
mod tuples;

use alloc::vec::Vec;

use super::error::{DecodeError, server_error};
use super::index::Kind;
use super::reply::{Reply, ReplyRef};
use super::server_error::ServerError;

pub(crate) use pairs::pairs;
pub use scalars::{Milliseconds, Seconds};

/// A type that a reply can become.
///
/// Nothing is coerced with loss: `1.75` is no integer, and no value is no empty string (ask for an `Option`). A number
/// is read from its digits wherever a server sends digits. RESP2 and RESP3 shapes of one fact decode alike: a map may
/// come as a map or as a flat array, a double as a double or as text.
///
/// Implement it for your own types in terms of the ones here:
///
/// ```
/// use redwire::resp::{DecodeError, FromReply, ReplyRef};
///
/// #[derive(Debug, PartialEq)]
/// struct UserId(u64);
///
/// impl FromReply for UserId {
///     fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
///         u64::from_reply(reply).map(UserId)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a Redis reply cannot become `{Self}`",
    note = "ask for a number, `String`, `Vec<u8>`, `Bytes`, an `Option`, tuple, list, set or map of those, or `Value`"
)]
pub trait FromReply: Sized {
    /// Whether decoding checks that strings are UTF-8. Lists and maps of such types check the text of the whole reply
    /// at once. Only ever a matter of speed.
    const TEXT: bool = false;

    /// Decodes one element of a reply.
    ///
    /// # Errors
    /// The element is not of the shape that this type needs.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError>;

    /// Decodes a whole reply that is not needed any more, so that a large string need not be copied.
    ///
    /// # Errors
    /// As [`FromReply::from_reply`].
    fn from_owned(reply: Reply) -> Result<Self, DecodeError> {
        Self::from_reply(reply.root())
    }

    /// Decodes a list of this type. `u8` makes it a byte string, a pair also accepts maps and flat lists; leave it alone
    /// otherwise.
    ///
    /// # Errors
    /// The element is no list, or a child of it does not decode.
    fn list_from_reply(reply: ReplyRef<'_>) -> Result<Vec<Self>, DecodeError> {
        collections::list(reply)
    }

    /// [`FromReply::list_from_reply`] for a whole reply that is not needed any more.
    ///
    /// # Errors
    /// As there.
    fn list_from_owned(reply: Reply) -> Result<Vec<Self>, DecodeError> {
        Self::list_from_reply(reply.root())
    }
}

impl FromReply for Reply {
    /// The reply itself, whatever it is; only an error is refused.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        refuse_error(reply, "reply")?;
        Ok(reply.to_reply())
    }

    fn from_owned(reply: Reply) -> Result<Self, DecodeError> {
        refuse_error(reply.root(), "reply")?;
        Ok(reply)
    }
}

impl FromReply for () {
    /// Any reply but an error.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        refuse_error(reply, "reply")
    }
}

impl<T: FromReply> FromReply for Option<T> {
    const TEXT: bool = T::TEXT;

    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        if reply.is_null() {
            Ok(None)
        } else {
            T::from_reply(reply).map(Some)
        }
    }

    fn from_owned(reply: Reply) -> Result<Self, DecodeError> {
        if reply.root().is_null() {
            Ok(None)
        } else {
            T::from_owned(reply).map(Some)
        }
    }
}

impl<T: FromReply> FromReply for Result<T, ServerError> {
    /// Keeps an error of the server as a value, as found inside the reply of EXEC.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match server_error(reply) {
            Some(error) => Ok(Err(error)),
            None => T::from_reply(reply).map(Ok),
        }
    }
}

fn refuse_error(reply: ReplyRef<'_>, expected: &'static str) -> Result<(), DecodeError> {
    if reply.kind() == Kind::Error {
        Err(DecodeError::new(expected, reply))
    } else {
        Ok(())
    }
}
