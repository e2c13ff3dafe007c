//! The dynamic batch: any number of commands, a typed slot for each.

use alloc::sync::Arc;
use core::fmt;

use super::run::{Results, Run, to_error};
use crate::command::{Command, Decode, Executor};
use crate::error::Error;
use crate::flow::{Driver, Flow, Replies, Step};
use crate::resp::{FromReply, Kind};
use crate::script::Invocation;
use crate::time::Timestamp;

/// Commands collected at run time that go out together. Each call gives a [`Slot`] by which its result is found later.
///
/// Sends `MULTI`, the commands and `EXEC` in one write; [`Batch::non_atomic`] sends the commands bare.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// let mut batch = client.batch();
/// let slots: Vec<_> = (1..=3).map(|n| batch.incrby("total", n)).collect();
/// let mut results = batch.execute()?;
/// let totals: Result<Vec<i64>, _> = slots.into_iter().map(|slot| results.take(slot)).collect();
/// assert_eq!(totals?, [1, 3, 6]);
/// # Ok::<(), redwire::Error>(())
/// ```
#[must_use = "nothing is sent before `execute`"]
pub struct Batch<C> {
    client: C,
    run: Run,
    /// Tells the slots of this batch from those of others.
    identity: Arc<()>,
}

/// Where the result of one command of a batch will be.
#[must_use = "the result is found by its slot"]
pub struct Slot<T> {
    index: usize,
    batch: Arc<()>,
    decode: Decode<T>,
}

impl<C> Batch<C> {
    /// An empty batch for this client.
    pub fn new(client: C) -> Self {
        Batch {
            client,
            run: Run::new(),
            identity: Arc::new(()),
        }
    }

    /// An empty transaction for a connection on which keys are watched; see [`Pipeline::multi`](super::Pipeline::multi).
    pub fn multi(client: C) -> Self {
        Batch {
            client,
            run: Run::multi(),
            identity: Arc::new(()),
        }
    }

    /// Sends the commands without MULTI and EXEC: cheaper, and others may come in between.
    pub fn non_atomic(mut self) -> Self {
        self.run.set_non_atomic();
        self
    }

    /// Adds a script or a function; see [`Pipeline::invoke`](super::Pipeline::invoke).
    pub fn invoke<T: FromReply>(&mut self, invocation: Invocation) -> Slot<T> {
        let request = self.run.invocation(&invocation);
        Executor::run(self, request.returns())
    }

    /// How many commands there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.run.len()
    }

    /// True when there are none yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<C: Driver> Batch<C> {
    /// Sends everything and gives all results.
    ///
    /// # Errors
    /// The first error in the order of the commands, with its number and command in the text.
    pub fn execute(self) -> C::Driven<BatchRun> {
        self.client.drive(BatchRun {
            run: self.run,
            identity: self.identity,
            keep_errors: false,
        })
    }

    /// Sends everything and gives all results, errors of single commands among them.
    ///
    /// # Errors
    /// Only what concerns the whole batch: a refused command, or a transaction that the server discarded.
    pub fn execute_each(self) -> C::Driven<BatchRun> {
        self.client.drive(BatchRun {
            run: self.run,
            identity: self.identity,
            keep_errors: true,
        })
    }
}

impl<C> Executor for &mut Batch<C> {
    type Output<T> = Slot<T>;

    fn run<T>(self, command: Command<T>) -> Slot<T> {
        let (mut request, decode) = command.into_parts();
        Slot {
            index: self.run.push(&mut request),
            batch: self.identity.clone(),
            decode,
        }
    }
}

/// A batch on its way: the [`Flow`] behind [`Batch::execute`].
#[derive(Debug)]
pub struct BatchRun {
    run: Run,
    identity: Arc<()>,
    keep_errors: bool,
}

impl Flow for BatchRun {
    type Output = Result<BatchResults, Error>;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Self::Output> {
        let (identity, keep) = (&self.identity, self.keep_errors);
        self.run.step(|run, results: Results| {
            let results = results?;
            if let Some((index, error)) = results.first_error().filter(|_| !keep) {
                return Err(run.annotate(index, &error));
            }
            Ok(BatchResults {
                results,
                identity: identity.clone(),
            })
        })
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        self.run.replies(replies);
    }
}

/// The results of a batch, each taken by its [`Slot`].
#[derive(Debug)]
pub struct BatchResults {
    results: Replies,
    identity: Arc<()>,
}

impl BatchResults {
    /// The result of the command that `slot` stands for.
    ///
    /// # Errors
    /// The command failed, its reply is not of its type, or the slot belongs to another batch.
    pub fn take<T>(&mut self, slot: Slot<T>) -> Result<T, Error> {
        if !Arc::ptr_eq(&self.identity, &slot.batch) {
            return Err(Error::invalid_argument("the slot belongs to another batch"));
        }
        let reply = self.results.take(slot.index)?;
        match reply.kind() {
            Kind::Error => Err(to_error(&reply)),
            _ => Ok((slot.decode)(reply)?),
        }
    }

    /// How many commands there were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.results.len()
    }

    /// True when there were none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }
}

impl<C> fmt::Debug for Batch<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("run", &self.run).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({} -> {})", self.index, core::any::type_name::<T>())
    }
}
