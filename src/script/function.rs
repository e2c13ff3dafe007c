//! Functions: code that the server keeps under a name, together with its data.

use alloc::string::String;

use bytes::Bytes;

use super::Invocation;
use crate::command::{Command, cmd};
use crate::resp::{ToArg, ToArgs};

/// A function of a library that the server has. Since Redis 7.0.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::script::{Function, Library};
///
/// let library = Library::new(
///     "#!lua name=counters\n\
///      redis.register_function('add', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)",
/// );
/// assert_eq!(library.replace().request().name(), "FUNCTION");
///
/// let add = Function::new("add");
/// # let server = redwire::mock::Server::new();
/// # server.on_function("add", |call| {
/// #     let by: i64 = call.arg(0)?;
/// #     call.incrby(call.key(0)?, by)
/// # });
/// # let client = server.blocking_client();
/// let total: i64 = client.invoke(add.key("total").arg(5))?;
/// assert_eq!(total, 5);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Function {
    name: Bytes,
    read_only: bool,
}

impl Function {
    /// The function of this name.
    #[must_use]
    pub fn new(name: impl AsRef<[u8]>) -> Self {
        Function {
            name: Bytes::copy_from_slice(name.as_ref()),
            read_only: false,
        }
    }

    /// The same function, called with `FCALL_RO`: it may go to a replica and be sent again after a lost connection. The
    /// function must have the flag `no-writes`.
    #[must_use]
    pub fn read_only(self) -> Self {
        Function {
            read_only: true,
            ..self
        }
    }

    /// An invocation without keys and arguments, to which both can be added.
    pub fn call(&self) -> Invocation {
        Invocation::of_function(self.name.clone(), self.read_only)
    }

    /// An invocation with this key.
    pub fn key(&self, key: impl ToArg) -> Invocation {
        self.call().key(key)
    }

    /// An invocation with these keys.
    pub fn keys(&self, keys: impl ToArgs) -> Invocation {
        self.call().keys(keys)
    }

    /// An invocation without keys and with this argument, or these.
    pub fn arg(&self, value: impl ToArgs) -> Invocation {
        self.call().arg(value)
    }
}

/// The source of a library of functions, beginning with a line such as `#!lua name=mylib`. Since Redis 7.0.
///
/// Servers keep libraries and hand them to their replicas: they are loaded when a program is rolled out, not with each
/// call.
#[derive(Clone, Debug)]
pub struct Library {
    source: Bytes,
}

impl Library {
    /// A library with this source, byte for byte.
    #[must_use]
    pub fn new(source: impl AsRef<[u8]>) -> Self {
        Library {
            source: Bytes::copy_from_slice(source.as_ref()),
        }
    }

    /// A command that loads the library; it fails if the server has one of that name, or one of its functions.
    ///
    /// Sends `FUNCTION LOAD`. Replies with the library's name. Since Redis 7.0.
    pub fn load(&self) -> Command<String> {
        cmd("FUNCTION LOAD").arg(&self.source).returns()
    }

    /// A command that loads the library in place of one of that name, if there is one.
    ///
    /// Sends `FUNCTION LOAD` with `REPLACE`. Replies with the library's name. Since Redis 7.0.
    pub fn replace(&self) -> Command<String> {
        cmd("FUNCTION LOAD")
            .idempotent()
            .arg("REPLACE")
            .arg(&self.source)
            .returns()
    }
}
