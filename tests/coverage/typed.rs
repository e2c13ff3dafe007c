//! One thing that a method of the vocabulary sends.

use redwire::command::{Command, Request};

use crate::support::Since;

/// A request made by a method, and which servers know its command with these arguments.
pub struct Typed {
    pub request: Request,
    pub since: Since,
}

/// What this call of a method sends; every server knows it.
#[track_caller]
pub fn typed<T>(command: Command<T>) -> Typed {
    let (request, _) = command.into_parts();
    request.check().expect("not refused");
    Typed {
        request,
        since: Since::default(),
    }
}

impl Typed {
    /// See [`Since::redis`].
    pub fn since(mut self, major: u32, minor: u32) -> Self {
        self.since = Since::redis(major, minor);
        self
    }

    /// See [`Since::valkey`].
    pub fn valkey(mut self, major: u32, minor: u32) -> Self {
        self.since = self.since.valkey(major, minor);
        self
    }

    /// See [`Since::only_valkey`].
    pub fn only_valkey(mut self, major: u32, minor: u32) -> Self {
        self.since = Since::only_valkey(major, minor);
        self
    }
}
