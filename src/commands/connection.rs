//! The connection itself.

use crate::command::{Executor, cmd};
use crate::resp::{Data, DecodeError, FromReply, Reply, ToArg};

/// Commands that show whether the connection works. Those about connections as the server sees them are in
/// [`ClientCommands`](super::ClientCommands).
pub trait ConnectionCommands: Executor {
    /// Asks for a sign of life.
    ///
    /// Sends [`PING`](https://redis.io/docs/latest/commands/ping/). Replies true for `PONG`; anything else is a
    /// decode error. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert!(client.ping()?);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn ping(self) -> Self::Output<bool> {
        self.run(cmd("PING").idempotent().decoded_by(pong))
    }

    /// Asks for a sign of life and for `message` back.
    ///
    /// Sends [`PING`](https://redis.io/docs/latest/commands/ping/) with the message. Replies with the message.
    /// Since Redis 2.8.
    fn ping_with<V: FromReply>(self, message: impl ToArg) -> Self::Output<V> {
        self.run(cmd("PING").idempotent().arg(message).returns())
    }

    /// Asks for `message` back.
    ///
    /// Sends [`ECHO`](https://redis.io/docs/latest/commands/echo/). Replies with the message. Since Redis 1.0.
    fn echo<V: FromReply>(self, message: impl ToArg) -> Self::Output<V> {
        self.run(cmd("ECHO").idempotent().arg(message).returns())
    }
}

impl<E: Executor> ConnectionCommands for E {}

fn pong(reply: Reply) -> Result<bool, DecodeError> {
    match reply.root().data() {
        Data::Simple(b"PONG") | Data::Bulk(b"PONG") => Ok(true),
        _ => Err(DecodeError::new("PONG", reply.root())),
    }
}
