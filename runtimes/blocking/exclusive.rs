//! A connection for one user alone.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use super::super::callbacks::LiveCallbacks;
use super::drive;
use super::pool::Lease;
use crate::command::{Command, Executor};
use crate::error::Error;
use crate::flow::{Driver, Flow, Replies};
use crate::pipeline::{Batch, Pipeline};

/// A connection of a [`Client`](super::Client) for one user alone, until it is dropped.
///
/// Every command goes over the same connection, so that those that change its state make sense here: WATCH, MULTI,
/// SELECT. It is never replaced: once it is lost, every call fails, and a WATCH on it can never be taken for one on
/// another. Nothing is sent again by itself.
///
/// Dropped, it goes back to the pool if it is provably as it was, after an UNWATCH if need be; otherwise it is closed.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::resp::Value;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.set("counter", 1)?;
/// let connection = client.exclusive()?;
/// connection.execute(cmd("WATCH").key("counter"))?;
/// let n: i64 = connection.get("counter")?;
/// client.set("counter", 10)?; // somebody else
/// connection.execute(cmd("MULTI"))?;
/// connection.execute(cmd("SET").key("counter").arg(n + 1))?;
/// assert_eq!(connection.execute(cmd("EXEC"))?, Value::Null); // nothing was done
/// # Ok::<(), Error>(())
/// ```
pub struct Exclusive {
    lease: RefCell<Lease>,
    callbacks: Arc<LiveCallbacks>,
}

impl Exclusive {
    pub(super) fn new(lease: Lease, callbacks: Arc<LiveCallbacks>) -> Self {
        Exclusive {
            lease: RefCell::new(lease),
            callbacks,
        }
    }

    /// An empty typed pipeline; see [`Pipeline`].
    pub fn pipeline(&self) -> Pipeline<&Exclusive> {
        Pipeline::new(self)
    }

    /// An empty dynamic batch; see [`Batch`].
    pub fn batch(&self) -> Batch<&Exclusive> {
        Batch::new(self)
    }
}

/// When a command may be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Terms {
    Always,
    /// As long as keys are watched.
    Watching,
}

impl Exclusive {
    /// Whether keys are watched, or were when the connection was lost.
    pub(super) fn is_watching(&self) -> bool {
        self.lease.borrow().is_watching()
    }

    pub(super) fn run_on<T>(&self, command: Command<T>, terms: Terms) -> Result<T, Error> {
        let request = command.request();
        let mut lease = self.lease.borrow_mut();
        let now = lease.pool().clock().now();
        let deadline = lease.pool().settings().deadline(now, request.wait());
        lease.take_in(now);
        let watched = check(&lease, terms)?;
        let reply = lease.call(now, request, deadline);
        let reply = reply.map_err(|error| told(&lease, error, watched, request.view().is_repeatable()))?;
        drop(lease);
        self.callbacks.decode(&command, reply)
    }

    pub(super) fn drive_on<F: Flow>(&self, flow: F, terms: Terms) -> F::Output {
        // Flows run code of the user's, which may use this connection too: it is borrowed only while something is sent.
        let pool = self.lease.borrow().pool().clone();
        drive(pool.clock(), flow, |batch| {
            let now = pool.clock().now();
            let deadline = pool.settings().deadline_of_all(now, batch);
            let mut lease = self.lease.borrow_mut();
            lease.take_in(now);
            let replies = match check(&lease, terms) {
                Ok(watched) => {
                    let replies = lease.call_all(now, batch, deadline);
                    replies.map_failures(|error| told(&lease, error, watched, batch.is_repeatable()))
                }
                Err(error) => Replies::failed(batch.len(), error),
            };
            replies.with_callbacks(self.callbacks.current())
        })
    }
}

/// Whether keys are watched; fails if they have to be.
fn check(lease: &Lease, terms: Terms) -> Result<bool, Error> {
    let watched = lease.is_watching();
    if terms == Terms::Watching && !watched && !lease.is_lost() {
        return Err(Error::not_watching());
    }
    Ok(watched)
}

/// The failure of what was sent on a connection on which keys were watched, or not.
fn told(lease: &Lease, error: Error, watched: bool, repeatable: bool) -> Error {
    if watched && lease.is_lost() {
        error.while_watching(repeatable)
    } else {
        error
    }
}

impl Executor for &Exclusive {
    type Output<T> = Result<T, Error>;

    fn run<T>(self, command: Command<T>) -> Result<T, Error> {
        self.run_on(command, Terms::Always)
    }
}

impl Driver for &Exclusive {
    type Driven<F: Flow> = F::Output;

    fn drive<F: Flow>(self, flow: F) -> F::Output {
        self.drive_on(flow, Terms::Always)
    }
}

impl fmt::Debug for Exclusive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocking::Exclusive({})", self.lease.borrow().pool().peer())
    }
}
