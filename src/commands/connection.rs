//! The connection itself.

use alloc::string::String;

use crate::command::{Executor, cmd};
use crate::resp::{Data, DecodeError, FromReply, Reply, ToArg};

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Toggle {
    /// `ON`.
    On,
    /// `OFF`.
    Off,
}

impl Toggle {
    fn word(self) -> &'static str {
        match self {
            Toggle::On => "ON",
            Toggle::Off => "OFF",
        }
    }
}

/// What a client library tells the server about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAttribute {
    /// The name of the library.
    LibName,
    /// The version of the library.
    LibVer,
}

impl ClientAttribute {
    fn word(self) -> &'static str {
        match self {
            ClientAttribute::LibName => "LIB-NAME",
            ClientAttribute::LibVer => "LIB-VER",
        }
    }
}

/// Commands on the connection they run on.
///
/// A client may own several connections and share them among its callers: what one of the `client_` methods reads or
/// changes is the connection that this call happened to use.
pub trait ConnectionCommands: Executor {
    /// Asks for a sign of life.
    ///
    /// Sends `PING`. Replies true for `PONG`; anything else is a decode error. Since Redis 1.0.
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
    /// Sends `PING` with the message. Replies with the message. Since Redis 2.8.
    fn ping_with<V: FromReply>(self, message: impl ToArg) -> Self::Output<V> {
        self.run(cmd("PING").idempotent().arg(message).returns())
    }

    /// Asks for `message` back.
    ///
    /// Sends `ECHO`. Replies with the message. Since Redis 1.0.
    fn echo<V: FromReply>(self, message: impl ToArg) -> Self::Output<V> {
        self.run(cmd("ECHO").idempotent().arg(message).returns())
    }

    /// The number that the server gave this connection; it is never used twice while the server runs.
    ///
    /// Sends `CLIENT ID`. Since Redis 5.0.
    fn client_id(self) -> Self::Output<u64> {
        self.run(cmd("CLIENT ID").idempotent().returns())
    }

    /// The name of this connection, if it has one.
    ///
    /// Sends `CLIENT GETNAME`. Since Redis 2.6.9.
    fn client_getname(self) -> Self::Output<Option<String>> {
        self.run(cmd("CLIENT GETNAME").idempotent().returns())
    }

    /// Names this connection; an empty name takes the name away. To name all connections of a client, use its
    /// configuration.
    ///
    /// Sends `CLIENT SETNAME`. True, always: the server refuses names with spaces or control characters. Since Redis
    /// 2.6.9.
    fn client_setname(self, name: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("CLIENT SETNAME").idempotent().arg(name).returns())
    }

    /// What the server knows of this connection: one line of `name=value` fields, as they come.
    ///
    /// Sends `CLIENT INFO`. Since Redis 6.2.
    fn client_info(self) -> Self::Output<String> {
        self.run(cmd("CLIENT INFO").idempotent().returns())
    }

    /// Tells the server which library uses this connection. Connections do so by themselves when they open.
    ///
    /// Sends `CLIENT SETINFO`. True, always: the server refuses values with spaces or control characters. Since Redis
    /// 7.2.
    fn client_setinfo(self, attribute: ClientAttribute, value: impl ToArg) -> Self::Output<bool> {
        let request = cmd("CLIENT SETINFO").idempotent().arg(attribute.word()).arg(value);
        self.run(request.returns())
    }

    /// Keeps this connection out of the choice when the server drops connections for want of memory, or puts it back.
    ///
    /// Sends `CLIENT NO-EVICT`. True, always. Since Redis 7.0.
    fn client_no_evict(self, toggle: Toggle) -> Self::Output<bool> {
        self.run(cmd("CLIENT NO-EVICT").idempotent().arg(toggle.word()).returns())
    }

    /// Lets the commands of this connection leave the idle times and access counts of keys alone, or change them again.
    ///
    /// Sends `CLIENT NO-TOUCH`. True, always. Since Redis 7.2.
    fn client_no_touch(self, toggle: Toggle) -> Self::Output<bool> {
        self.run(cmd("CLIENT NO-TOUCH").idempotent().arg(toggle.word()).returns())
    }
}

impl<E: Executor> ConnectionCommands for E {}

fn pong(reply: Reply) -> Result<bool, DecodeError> {
    match reply.root().data() {
        Data::Simple(b"PONG") | Data::Bulk(b"PONG") => Ok(true),
        _ => Err(DecodeError::new("PONG", reply.root())),
    }
}
