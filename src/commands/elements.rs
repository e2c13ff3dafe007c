//! Lists whose elements mean something by their place.

use alloc::vec::Vec;
use core::iter::Enumerate;

use crate::resp::{DecodeError, FromReply, Items, Kind, ReplyRef, Value};

/// The elements of a list, taken one after the other; what nobody took is kept for [`Elements::rest`], so that what newer
/// servers append is neither lost nor an error.
pub(super) struct Elements<'a> {
    whole: ReplyRef<'a>,
    what: &'static str,
    items: Enumerate<Items<'a>>,
}

impl<'a> Elements<'a> {
    /// The elements of `reply`, which is said to be `what` if it is something else.
    pub(super) fn of(reply: ReplyRef<'a>, what: &'static str) -> Result<Self, DecodeError> {
        match reply.kind() {
            Kind::Array => Ok(Elements {
                whole: reply,
                what,
                items: reply.items().enumerate(),
            }),
            _ => Err(DecodeError::new(what, reply)),
        }
    }

    /// The next element, which every server sends.
    pub(super) fn take<T: FromReply>(&mut self) -> Result<T, DecodeError> {
        self.take_by(T::from_reply)
    }

    /// As [`Elements::take`], decoded by `decode`.
    pub(super) fn take_by<T>(
        &mut self,
        decode: impl FnOnce(ReplyRef<'a>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        match self.items.next() {
            Some((index, item)) => decode(item).map_err(|error| error.at(index)),
            None => Err(DecodeError::new(self.what, self.whole)),
        }
    }

    /// The next element, which some servers do not send.
    pub(super) fn optional<T: FromReply>(&mut self) -> Result<Option<T>, DecodeError> {
        self.optional_by(T::from_reply)
    }

    /// As [`Elements::optional`], decoded by `decode`.
    pub(super) fn optional_by<T>(
        &mut self,
        decode: impl FnOnce(ReplyRef<'a>) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        match self.items.next() {
            Some((index, item)) if !item.is_null() => decode(item).map(Some).map_err(|error| error.at(index)),
            _ => Ok(None),
        }
    }

    /// Everything that was not taken.
    pub(super) fn rest(self) -> Vec<Value> {
        self.items.map(|(_, item)| item.into()).collect()
    }
}

/// A list of what `decode` makes of each element.
pub(super) fn list_of<T>(
    reply: ReplyRef<'_>,
    decode: impl Fn(ReplyRef<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    match reply.kind() {
        Kind::Array | Kind::Set => reply
            .items()
            .enumerate()
            .map(|(index, item)| decode(item).map_err(|error| error.at(index)))
            .collect(),
        _ => Err(DecodeError::new("list", reply)),
    }
}
