//! Handlers: what a program wants done with the messages of one subscription.

use alloc::boxed::Box;
use core::fmt;

use super::event::Message;
use crate::error::Error;

/// What a handler's error may be.
pub type HandlerError = Box<dyn core::error::Error + Send + Sync>;

/// What a handler gives back: nothing, or a `Result` whose error goes to the reader.
pub trait HandlerOutcome {
    /// The outcome as a result.
    ///
    /// # Errors
    /// The handler failed.
    fn into_result(self) -> Result<(), HandlerError>;
}

impl HandlerOutcome for () {
    fn into_result(self) -> Result<(), HandlerError> {
        Ok(())
    }
}

impl<E: Into<HandlerError>> HandlerOutcome for Result<(), E> {
    fn into_result(self) -> Result<(), HandlerError> {
        self.map_err(Into::into)
    }
}

/// Called with each message of one subscription, in place of the reader.
pub(super) struct Handler(Box<dyn FnMut(Message) -> Result<(), HandlerError> + Send>);

impl Handler {
    pub(super) fn new<R: HandlerOutcome>(mut handler: impl FnMut(Message) -> R + Send + 'static) -> Self {
        Handler(Box::new(move |message| handler(message).into_result()))
    }

    pub(super) fn call(&mut self, message: Message) -> Result<(), Error> {
        (self.0)(message).map_err(Error::handler)
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler(..)")
    }
}
