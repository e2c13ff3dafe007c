//! Who runs commands.

use super::{Command, Request};
use crate::resp::Value;

/// Something that commands can be given to: a client, a pipeline, a batch, or [`Build`].
///
/// Each command of the vocabulary is written once, as a method of a trait over this one. What a call gives back is the
/// executor's choice: a blocking client answers `Result<T, Error>`, an async client a future of it, a pipeline itself
/// with one more typed slot.
pub trait Executor: Sized {
    /// What running a command with a reply of type `T` gives.
    type Output<T>;

    /// Runs one command.
    fn run<T>(self, command: Command<T>) -> Self::Output<T>;

    /// Runs a request of any kind; the reply becomes a [`Value`], reshaped by what the command is: `OK` is true, CONFIG GET
    /// gives a map. [`callbacks`](crate::callbacks) says how, and how to have it otherwise. To get the reply as the server
    /// sent it, run `request.returns::<Value>()`.
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::resp::Value;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let value = client.execute(cmd("ECHO").arg("hello"))?;
    /// assert_eq!(value.as_bytes(), Some(&b"hello"[..]));
    /// let settings = client.execute(cmd("CONFIG").arg("GET").arg("maxmemory*"))?;
    /// assert_eq!(settings.get("maxmemory"), Some(&Value::from("0")));
    ///
    /// let raw: Value = client.run(cmd("SET").arg("a").arg(1).returns())?;
    /// assert_eq!(raw, Value::Simple("OK".into()));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn execute(self, request: Request) -> Self::Output<Value> {
        self.run(request.untyped())
    }
}

/// Runs nothing: gives you the bare [`Command`] that any method of the vocabulary makes.
///
/// ```
/// use redwire::prelude::*;
///
/// let command = Build.get::<String>("name");
/// assert_eq!(command.request().to_string(), "GET name");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Build;

impl Executor for Build {
    type Output<T> = Command<T>;

    fn run<T>(self, command: Command<T>) -> Command<T> {
        command
    }
}
