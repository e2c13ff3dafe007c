//! One command: the request that goes out and the type its reply becomes.

mod executor;
mod keys;
mod names;
mod options;
mod request;
mod requests;
mod view;

use core::fmt;

pub use executor::{Build, Executor};
pub use keys::KeySpan;
pub use options::{CallOption, Cast};
pub use request::{Flags, Request, Wait, cmd};
pub use requests::Requests;
pub use view::RequestRef;

use crate::resp::{DecodeError, FromReply, Reply, Value};

/// A [`Request`] together with the type of its reply.
///
/// Every method of the vocabulary makes one and hands it to an [`Executor`]; [`Build`] gives it to you instead.
#[must_use = "a command does nothing until an executor runs it"]
pub struct Command<T> {
    request: Request,
    decode: Decode<T>,
}

/// Turns the reply of a command into its type.
pub type Decode<T> = fn(Reply) -> Result<T, DecodeError>;

impl<T> Command<T> {
    /// A command whose reply is decoded by `decode`.
    #[inline]
    pub fn new(request: Request, decode: Decode<T>) -> Self {
        Command { request, decode }
    }

    /// What is sent.
    #[inline]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The reply as the type that it stands for.
    ///
    /// # Errors
    /// The reply is an error of the server, or not of the shape that `T` needs.
    #[inline]
    pub fn decode(&self, reply: Reply) -> Result<T, DecodeError> {
        (self.decode)(reply)
    }

    /// The request and the decoder.
    #[inline]
    pub fn into_parts(self) -> (Request, Decode<T>) {
        (self.request, self.decode)
    }
}

impl<T> fmt::Debug for Command<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({:?} -> {})", self.request, core::any::type_name::<T>())
    }
}

impl Request {
    /// This request as a command whose reply becomes `T`.
    #[inline]
    pub fn returns<T: FromReply>(self) -> Command<T> {
        self.decoded_by(T::from_owned)
    }

    /// This request as a command whose reply becomes a [`Value`], reshaped by what the command is: CONFIG GET gives a map,
    /// EXISTS a number, INFO a map of maps; see [`callbacks`](crate::callbacks). It is what [`Executor::execute`] runs, for
    /// pipelines and batches, whose own `execute` is in its way.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let (ok, score) = client.pipeline().zadd("z", ("a", 1)).run(cmd("ZSCORE z a").untyped()).execute()?;
    /// assert_eq!(format!("{ok} {score:?}"), "1 1.0");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn untyped(self) -> Command<Value> {
        let mut command = self.returns();
        command.request.set_untyped(true);
        command
    }

    /// This request as a command whose reply is decoded by `decode`, for replies that mean more than they say.
    #[inline]
    pub fn decoded_by<T>(mut self, decode: Decode<T>) -> Command<T> {
        self.set_untyped(false);
        Command::new(self, decode)
    }
}
