//! The string type.

use bytes::{Bytes, BytesMut};

/// A string value: shared bytes for readers, edited in place when nobody else holds them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    bytes: Bytes,
    /// APPEND, SETRANGE and the bit commands leave a `raw` encoding behind, whatever the length.
    edited: bool,
}

impl Text {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Text { bytes, edited: false }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn is_edited(&self) -> bool {
        self.edited
    }

    /// Changes the bytes; copies them first only if a reply still shares them.
    pub(crate) fn edit<T>(&mut self, change: impl FnOnce(&mut BytesMut) -> T) -> T {
        let mut bytes = match core::mem::take(&mut self.bytes).try_into_mut() {
            Ok(own) => own,
            Err(shared) => BytesMut::from(shared.as_ref()),
        };
        let result = change(&mut bytes);
        self.bytes = bytes.freeze();
        self.edited = true;
        result
    }
}
