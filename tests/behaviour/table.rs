//! The behaviour table: what each command does, written once and run on every client and every server.

use std::fmt::Debug;

use redwire::Error;
use redwire::command::{Command, Request};
use redwire::resp::Reply;

use crate::support::Since;

/// One behaviour: steps that run in order on an empty server.
pub struct Case {
    pub name: &'static str,
    pub steps: Vec<Step>,
}

/// One command and what must come of it.
pub struct Step {
    pub request: Request,
    decode: Box<dyn Fn(Reply) -> Result<String, Error> + Send + Sync>,
    expected: Expected,
    /// Servers that do not know the command skip it and the rest of the case, visibly.
    pub since: Since,
}

enum Expected {
    /// The reply, decoded and printed with `{:?}`.
    Value(String),
    /// The start of the error's text.
    Error(String),
    /// Any value: for replies that differ from run to run. The decoding itself must work.
    Anything,
}

/// A case that needs nothing but Redis 7.0.
pub fn case(name: &'static str, steps: Vec<Step>) -> Case {
    Case { name, steps }
}

fn new<T: Debug + 'static>(command: Command<T>, expected: Expected) -> Step {
    let (request, decode) = command.into_parts();
    let decode = Box::new(move |reply: Reply| Ok(format!("{:?}", decode(reply)?)));
    Step {
        request,
        decode,
        expected,
        since: Since::default(),
    }
}

/// The reply of `command`, printed with `{:?}`, is `expected`.
pub fn step<T: Debug + 'static>(command: Command<T>, expected: &str) -> Step {
    new(command, Expected::Value(expected.into()))
}

/// `command` fails with an error whose text starts with `expected`.
pub fn fails<T: Debug + 'static>(command: Command<T>, expected: &str) -> Step {
    new(command, Expected::Error(expected.into()))
}

/// `command` succeeds with whatever value of its type.
pub fn works<T: Debug + 'static>(command: Command<T>) -> Step {
    new(command, Expected::Anything)
}

impl Step {
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

    /// See [`Since::only_redis`].
    pub fn only_redis(mut self, major: u32, minor: u32) -> Self {
        self.since = Since::only_redis(major, minor);
        self
    }

    /// Holds the outcome against the table; the answer says what differs.
    pub fn judge(&self, outcome: Result<Reply, Error>) -> Result<(), String> {
        let outcome = outcome.and_then(|reply| (self.decode)(reply));
        match (&self.expected, outcome) {
            (Expected::Value(expected), Ok(value)) if *expected == value => Ok(()),
            (Expected::Error(expected), Err(error)) if error.to_string().starts_with(expected.as_str()) => Ok(()),
            (Expected::Anything, Ok(_)) => Ok(()),
            (Expected::Value(expected), got) => Err(format!("{}: expected {expected}, got {got:?}", self.request)),
            (Expected::Error(expected), got) => {
                Err(format!("{}: expected error {expected}, got {got:?}", self.request))
            }
            (Expected::Anything, got) => Err(format!("{}: expected a value, got {got:?}", self.request)),
        }
    }
}
