//! What option structs are made of.

use alloc::vec::Vec;
use core::mem::discriminant;

use crate::command::Request;
use crate::resp::{Args, DecodeError, FromReply, Reply, ToArg};

/// Options of which a command takes one: giving the same one again replaces it, giving another one as well is refused
/// when the request is built, rather than one of them being dropped in silence.
#[derive(Clone, Copy, Debug)]
pub(super) struct OneOf<T> {
    value: Option<T>,
    conflict: bool,
}

impl<T> Default for OneOf<T> {
    fn default() -> Self {
        OneOf {
            value: None,
            conflict: false,
        }
    }
}

impl<T> OneOf<T> {
    pub(super) fn is_none(&self) -> bool {
        self.value.is_none()
    }

    pub(super) fn set(&mut self, value: T) {
        if let Some(before) = &self.value {
            self.conflict |= discriminant(before) != discriminant(&value);
        }
        self.value = Some(value);
    }

    /// Adds the option, if one was given; `names` says what excludes each other.
    pub(super) fn write(self, request: Request, names: &str, write: impl FnOnce(T, Request) -> Request) -> Request {
        if self.conflict {
            return request.refuse(alloc::format!("only one of {names} can be given"));
        }
        match self.value {
            Some(value) => write(value, request),
            None => request,
        }
    }
}

/// An argument to be kept until the request is built.
pub(super) fn owned(value: impl ToArg) -> Vec<u8> {
    let mut args = Args::new();
    value.write_args(&mut args);
    args.iter().next().map(<[u8]>::to_vec).unwrap_or_default()
}

/// Decodes OK as true and no value as false.
pub(super) fn ok_or_nil(reply: Reply) -> Result<bool, DecodeError> {
    if reply.root().is_null() {
        Ok(false)
    } else {
        bool::from_owned(reply)
    }
}
