//! The string type.

use bytes::{Bytes, BytesMut};

/// A string value: shared bytes for readers, edited in place when nobody else holds them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    bytes: Bytes,
    origin: Origin,
}

/// How the bytes got there. It only matters for OBJECT, which tells integers and short strings apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Set as a whole: Redis looks for the tightest encoding.
    #[default]
    Set,
    /// The result of INCRBYFLOAT: never held as an integer.
    Computed,
    /// APPEND, SETRANGE and the bit commands: `raw`, whatever the length.
    Edited,
}

impl Text {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Text {
            bytes,
            origin: Origin::Set,
        }
    }

    pub(crate) fn computed(bytes: Bytes) -> Self {
        Text {
            bytes,
            origin: Origin::Computed,
        }
    }

    pub(crate) fn edited(bytes: Bytes) -> Self {
        Text {
            bytes,
            origin: Origin::Edited,
        }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// Changes the bytes; copies them first only if a reply still shares them.
    pub(crate) fn edit<T>(&mut self, change: impl FnOnce(&mut BytesMut) -> T) -> T {
        let mut bytes = match core::mem::take(&mut self.bytes).try_into_mut() {
            Ok(own) => own,
            Err(shared) => BytesMut::from(shared.as_ref()),
        };
        let result = change(&mut bytes);
        self.bytes = bytes.freeze();
        self.origin = Origin::Edited;
        result
    }
}
