//! Lua scripts and functions, which run inside the server.
//!
//! A [`Script`] knows its source and its SHA-1; with keys and arguments it becomes an [`Invocation`], which
//! [`Invoke::invoke`] runs on any client:
//!
//! ```
//! use redwire::prelude::*;
//! use redwire::script::Script;
//!
//! let add = Script::new("return redis.call('INCRBY', KEYS[1], ARGV[1])");
//! # let server = redwire::mock::Server::new();
//! # server.on_script(&add, |call| {
//! #     let by: i64 = call.arg(0)?;
//! #     call.incrby(call.key(0)?, by)
//! # });
//! # let client = server.blocking_client();
//! let total: i64 = client.invoke(add.key("total").arg(5))?;
//! assert_eq!(total, 5);
//! # Ok::<(), redwire::Error>(())
//! ```
//!
//! Sent is `EVALSHA`, and `EVAL` with the whole source when the server does not know the script: after a restart, or the
//! first time. One round trip more, and only then. (`SCRIPT LOAD` and another `EVALSHA` would be two; and where each
//! request may go over another connection, to another node even, only `EVAL` is certain to find what it needs.)
//!
//! In a pipeline, where the reply would come too late, the server is asked beforehand which of the scripts it knows, and
//! given the others: [`Pipeline::invoke`](crate::pipeline::Pipeline::invoke) and
//! [`Batch::invoke`](crate::pipeline::Batch::invoke).
//!
//! The bare commands are [`eval`](crate::commands::ScriptCommands::eval), `evalsha`, `script_load` and their like.
//!
//! Lua's types become replies in the server: a number is cut to an integer, `true` is 1, `false` is no value, and a table
//! ends before its first `nil`. Return numbers with a fraction as text.

mod function;
mod invocation;
mod invoke;
mod preparation;
#[cfg(test)]
mod tests;

pub use function::Function;
pub use invocation::Invocation;
pub use invoke::{Invoke, Invoking};
pub(crate) use preparation::Preparation;

use alloc::string::ToString;
use core::fmt;

use bytes::Bytes;
use sha1_smol::Sha1;

use crate::resp::{ToArg, ToArgs};

/// A Lua script: its source and its SHA-1. Making one sends nothing; cloning is cheap.
///
/// ```
/// use redwire::script::Script;
///
/// let script = Script::new("return ARGV[1]");
/// assert_eq!(script.sha1(), "098e0f0d1448c0a81dafe820f66d460eb09263da");
/// ```
#[derive(Clone)]
pub struct Script {
    source: Bytes,
    /// In hexadecimal digits.
    sha1: [u8; 40],
    read_only: bool,
}

impl Script {
    /// A script with this source, byte for byte.
    #[must_use]
    pub fn new(source: impl AsRef<[u8]>) -> Self {
        let source = Bytes::copy_from_slice(source.as_ref());
        let digits = Sha1::from(&source).digest().to_string();
        let mut sha1 = [b'0'; 40];
        for (to, from) in sha1.iter_mut().zip(digits.bytes()) {
            *to = from;
        }
        Script {
            source,
            sha1,
            read_only: false,
        }
    }

    /// A script whose SHA-1 is known when this is compiled.
    pub(crate) const fn prepared(source: &'static str, sha1: [u8; 40]) -> Self {
        Script {
            source: Bytes::from_static(source.as_bytes()),
            sha1,
            read_only: false,
        }
    }

    /// The same script as one that only reads: it is sent with `EVALSHA_RO` and `EVAL_RO`, may go to a replica and be sent
    /// again after a lost connection, and fails if it writes after all. Since Redis 7.0.
    #[must_use]
    pub fn read_only(self) -> Self {
        Script {
            read_only: true,
            ..self
        }
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// The SHA-1 of the source, in hexadecimal digits: the name by which servers know the script.
    #[must_use]
    pub fn sha1(&self) -> &str {
        core::str::from_utf8(&self.sha1).unwrap_or_default()
    }

    /// An invocation without keys and arguments, to which both can be added.
    pub fn call(&self) -> Invocation {
        Invocation::of_script(self.clone())
    }

    /// An invocation with this key, which the script finds in `KEYS[1]`.
    pub fn key(&self, key: impl ToArg) -> Invocation {
        self.call().key(key)
    }

    /// An invocation with these keys, which the script finds in `KEYS`.
    pub fn keys(&self, keys: impl ToArgs) -> Invocation {
        self.call().keys(keys)
    }

    /// An invocation without keys and with this argument, or these, which the script finds in `ARGV`.
    pub fn arg(&self, value: impl ToArgs) -> Invocation {
        self.call().arg(value)
    }
}

/// Shows the SHA-1 and whether it only reads.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reads = if self.read_only { ", read-only" } else { "" };
        write!(f, "Script({}{reads})", self.sha1())
    }
}
