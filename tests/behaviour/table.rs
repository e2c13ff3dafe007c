//! The behaviour table: what each command does, written once and run on every client and every server.

use std::fmt::{self, Debug};

use redwire::Error;
use redwire::command::{Command, Request};
use redwire::resp::Reply;

use crate::support::Version;

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
    pub since: Since,
}

/// The oldest servers that know a command; others skip it and the rest of the case, visibly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Since {
    redis: Option<(u32, u32)>,
    valkey: Option<(u32, u32)>,
}

/// The last Redis that Valkey took everything from.
const FORKED: (u32, u32) = (7, 2);

impl Since {
    /// Whether a server of this version knows the command.
    pub fn knows(self, version: Version) -> bool {
        let (since, version) = match version {
            Version::Redis(major, minor) => (self.redis, (major, minor)),
            Version::Valkey(major, minor) => (self.valkey, (major, minor)),
        };
        since.is_some_and(|since| since <= version)
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (product, since) in [("Redis", self.redis), ("Valkey", self.valkey)] {
            if let Some((major, minor)) = since {
                write!(f, "{separator}{product} {major}.{minor}")?;
                separator = " and ";
            }
        }
        Ok(())
    }
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
        since: Since {
            redis: Some((7, 0)),
            valkey: Some(FORKED),
        },
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
    /// Only a Redis from this version on knows the command; Valkey does if it has it from Redis 7.2, and see
    /// [`valkey`](Step::valkey).
    pub fn since(mut self, major: u32, minor: u32) -> Self {
        self.since = Since {
            redis: Some((major, minor)),
            valkey: ((major, minor) <= FORKED).then_some(FORKED),
        };
        self
    }

    /// A Valkey from this version on knows the command too. To be said after [`since`](Step::since).
    pub fn valkey(mut self, major: u32, minor: u32) -> Self {
        self.since.valkey = Some((major, minor));
        self
    }

    /// Only a Valkey from this version on knows the command.
    pub fn only_valkey(mut self, major: u32, minor: u32) -> Self {
        self.since = Since {
            redis: None,
            valkey: Some((major, minor)),
        };
        self
    }

    /// Only Redis, from this version on, knows the command or answers like this.
    pub fn only_redis(mut self, major: u32, minor: u32) -> Self {
        self.since = Since {
            redis: Some((major, minor)),
            valkey: None,
        };
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
