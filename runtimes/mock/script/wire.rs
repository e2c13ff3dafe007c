//! What a script can expect.

use std::fmt;
use std::vec::Vec;

use crate::command::{Command, Request};

/// Bytes as a client writes them. Made from a [`Request`], a [`Command`], or bytes and text that are taken as they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Wire(Vec<u8>);

impl AsRef<[u8]> for Wire {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl From<&Request> for Wire {
    fn from(request: &Request) -> Self {
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        Wire(bytes)
    }
}

impl From<Request> for Wire {
    fn from(request: Request) -> Self {
        Wire::from(&request)
    }
}

impl<T> From<Command<T>> for Wire {
    fn from(command: Command<T>) -> Self {
        Wire::from(command.request())
    }
}

impl From<&[u8]> for Wire {
    fn from(bytes: &[u8]) -> Self {
        Wire(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Wire {
    fn from(bytes: &[u8; N]) -> Self {
        Wire(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Wire {
    fn from(bytes: Vec<u8>) -> Self {
        Wire(bytes)
    }
}

impl From<&str> for Wire {
    fn from(text: &str) -> Self {
        Wire(text.as_bytes().to_vec())
    }
}
