//! Strings.

use crate::command::{Executor, cmd};
use crate::resp::{DecodeError, FromReply, Reply, ToArg};

/// Commands on strings.
pub trait StringCommands: Executor {
    /// The value of `key`; ask for an `Option` where it may be missing.
    ///
    /// Sends `GET`. Replies with the value, or no value when the key does not exist. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("name", "redwire")?;
    /// let name: Option<String> = client.get("name")?;
    /// assert_eq!(name.as_deref(), Some("redwire"));
    /// assert_eq!(client.get::<Option<String>>("missing")?, None);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn get<V: FromReply>(self, key: impl ToArg) -> Self::Output<V> {
        self.run(cmd("GET").read_only().key(key).returns())
    }

    /// Sets `key` to `value`, whatever it held before.
    ///
    /// Sends `SET`. True, always: Since Redis 1.0.
    fn set(self, key: impl ToArg, value: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SET").key(key).arg(value).decoded_by(ok_or_nil))
    }
}

impl<E: Executor> StringCommands for E {}

/// OK is true, no value is false.
fn ok_or_nil(reply: Reply) -> Result<bool, DecodeError> {
    if reply.root().is_null() {
        Ok(false)
    } else {
        bool::from_owned(reply)
    }
}
