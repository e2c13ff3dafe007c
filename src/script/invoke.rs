//! Running an invocation.

use alloc::boxed::Box;
use core::fmt;

use super::Invocation;
use crate::command::{Request, Requests};
use crate::error::Error;
use crate::flow::{Driver, Flow, Replies, Step, Target};
use crate::resp::FromReply;
use crate::time::Timestamp;

/// Scripts and functions, on everything that drives flows: clients, connections for one user alone.
pub trait Invoke: Driver {
    /// Runs a script or a function and gives its result as a `T`.
    ///
    /// Sends `EVALSHA` for a script, and once `EVAL` if the server does not know it; `FCALL` for a function. The forms that
    /// end in `_RO` if it only reads. Scripts since Redis 2.6, functions and read-only forms since 7.0.
    ///
    /// Cancel safety: as for a command; dropped on its way, a script may run all the same, and at most once.
    ///
    /// # Errors
    /// Whatever the script fails with, as the server tells it; a result that is no `T`.
    fn invoke<T: FromReply>(self, invocation: Invocation) -> Self::Driven<Invoking<T>> {
        self.drive(invocation.returns())
    }
}

impl<D: Driver> Invoke for D {}

/// An invocation on its way: the [`Flow`] behind [`Invoke::invoke`].
pub struct Invoking<T> {
    /// To be sent whole, if need be.
    invocation: Option<Box<Invocation>>,
    request: Requests,
    result: Option<Result<T, Error>>,
}

impl<T: FromReply> Invoking<T> {
    pub(super) fn new(invocation: Invocation) -> Self {
        Invoking {
            request: invocation.request().into(),
            invocation: Some(Box::new(invocation)),
            result: None,
        }
    }

    /// A request that is sent once, for procedures in which it stands where otherwise a script does.
    pub(crate) fn plain(request: Request) -> Self {
        Invoking {
            request: request.into(),
            invocation: None,
            result: None,
        }
    }

    /// The request to be sent, as the step of a procedure that contains this one.
    pub(crate) fn ask<Output>(&self) -> Step<'_, Output> {
        Step::Send {
            to: Target::Any,
            batch: &self.request,
        }
    }

    /// The result, unless something else is to be sent for it.
    pub(crate) fn take_in(&mut self, replies: Replies) -> Option<Result<T, Error>> {
        let result = replies.only().and_then(|reply| Ok(reply.decode()?));
        match self.instead(&result) {
            Some(request) => {
                self.request = request.into();
                None
            }
            None => Some(result),
        }
    }

    /// What to send instead, if the server does not know the script. Once: a server that does not know what it was just
    /// given would go on like that for ever.
    fn instead(&mut self, result: &Result<T, Error>) -> Option<Request> {
        let invocation = self.invocation.take()?;
        match result {
            Err(error) if error.code() == Some("NOSCRIPT") => invocation.with_source(),
            _ => None,
        }
    }
}

impl<T: FromReply> Flow for Invoking<T> {
    type Output = Result<T, Error>;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Self::Output> {
        match self.result.take() {
            Some(result) => Step::Done(result),
            None => self.ask(),
        }
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        self.result = self.take_in(replies);
    }
}

impl<T> fmt::Debug for Invoking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invoking({:?})", self.request)
    }
}
