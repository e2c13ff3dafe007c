//! Functions: code that the server keeps under a name, together with its data.

use bytes::Bytes;

use super::Invocation;
use crate::resp::{ToArg, ToArgs};

/// A function of a library that the server has; [`function_load_replace`](crate::commands::FunctionCommands) and its like
/// put it there, once, when a program is rolled out. Since Redis 7.0.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::script::Function;
///
/// // #!lua name=counters
/// // redis.register_function('add', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)
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
