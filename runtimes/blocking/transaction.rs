//! Keys watched on a connection of their own, and the loop of attempts around it.

use std::fmt;

use super::Client;
use super::exclusive::{Exclusive, Terms};
use crate::command::{Command, Executor, Flags, Request, cmd};
use crate::error::Error;
use crate::flow::{Driver, Flow};
use crate::pipeline::{Batch, Pipeline};
use crate::resp::ToArgs;
use crate::session::Attempts;
use crate::transaction::{TransactionOptions, Tries, watch};

/// Keys of a [`Client`] that are watched, on a connection of their own: what is executed by [`Transaction::multi`] is only
/// run if nobody has changed them. See [`transaction`](crate::transaction).
///
/// Every command on it runs at once, until the transaction was executed or the keys are [no longer
/// watched](Transaction::unwatch): what comes then fails, so that nothing is done by mistake that nobody protects.
pub struct Transaction {
    connection: Exclusive,
}

impl Transaction {
    /// An empty typed transaction: what is added to it is run as one by its `execute`, if no watched key has changed. It is
    /// sent even if nothing is added, to learn whether one has. Ends the watch.
    ///
    /// Sends `MULTI`, the commands and `EXEC`.
    ///
    /// # Errors
    /// Of `execute`: [`WatchFailed`](crate::ErrorKind::WatchFailed) if a watched key has changed, and all that a
    /// [`Pipeline`] fails with.
    pub fn multi(&self) -> Pipeline<&Transaction> {
        Pipeline::multi(self)
    }

    /// The same for any number of commands.
    pub fn multi_batch(&self) -> Batch<&Transaction> {
        Batch::multi(self)
    }

    /// An empty typed pipeline without MULTI and EXEC, for several reads at once.
    pub fn pipeline(&self) -> Pipeline<&Transaction> {
        Pipeline::new(self).non_atomic()
    }

    /// The same for any number of commands.
    pub fn batch(&self) -> Batch<&Transaction> {
        Batch::new(self).non_atomic()
    }

    /// Watches more keys, or these again once the transaction was executed. Sends `WATCH`. Since Redis 2.2.
    ///
    /// # Errors
    /// There are no keys, or the connection is lost.
    pub fn watch(&self, keys: impl ToArgs) -> Result<(), Error> {
        self.connection.run(watch(keys).returns())
    }

    /// Forgets the keys: whatever was read may change from now on. Sends `UNWATCH`, if any are watched. Since Redis 2.2.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn unwatch(&self) -> Result<(), Error> {
        if !self.is_watching() {
            return Ok(());
        }
        self.connection.run(cmd("UNWATCH").returns())
    }

    /// Whether keys are watched, so that commands are possible.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        self.connection.is_watching()
    }
}

impl Executor for &Transaction {
    type Output<T> = Result<T, Error>;

    fn run<T>(self, command: Command<T>) -> Result<T, Error> {
        self.connection.run_on(command, Terms::Watching)
    }
}

impl Driver for &Transaction {
    type Driven<F: Flow> = F::Output;

    fn drive<F: Flow>(self, flow: F) -> F::Output {
        self.connection.drive_on(flow, Terms::Watching)
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocking::Transaction({:?})", self.connection)
    }
}

impl Client {
    /// Watches keys on a connection of their own, for a transaction that depends on what they hold. Sends `WATCH`. Since
    /// Redis 2.2.
    ///
    /// [`Client::transaction`] does all of it; see [`transaction`](crate::transaction).
    ///
    /// # Errors
    /// There are no keys, no connection is free in time, or none can be made.
    pub fn watch(&self, keys: impl ToArgs) -> Result<Transaction, Error> {
        self.watched(&watch(keys))
    }

    /// Watches `keys` and calls `f` with them watched, again and again until what it executes is not kept from running by
    /// somebody who changed one of them in the meantime. Gives what `f` gives.
    ///
    /// What is tried again, and what `f` should not do therefore, [`transaction`](crate::transaction) says.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.set("stock", 3)?;
    /// let left = client.transaction("stock", |tx| {
    ///     let stock: i64 = tx.get("stock")?;
    ///     if stock == 0 {
    ///         return Ok(None); // sold out: nothing to execute
    ///     }
    ///     let (left, _) = tx.multi().decr("stock").rpush("orders", "one").execute()?;
    ///     Ok(Some(left))
    /// })?;
    /// assert_eq!(left, Some(2));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// What `f` fails with, or what keeps the keys from being watched.
    pub fn transaction<T>(
        &self,
        keys: impl ToArgs,
        f: impl FnMut(Transaction) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.transaction_with(keys, TransactionOptions::new(), f)
    }

    /// The same with a limit to the tries, or a time to wait between them.
    ///
    /// # Errors
    /// As for [`Client::transaction`]; and [`WatchFailed`](crate::ErrorKind::WatchFailed) after the last try.
    pub fn transaction_with<T>(
        &self,
        keys: impl ToArgs,
        options: TransactionOptions,
        mut f: impl FnMut(Transaction) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let request = watch(keys);
        let clock = self.pool.clock();
        let mut tries = Tries::new(options);
        loop {
            let result = self.watched(&request).and_then(&mut f);
            match tries.next(clock.now(), &result) {
                Some(at) if at > clock.now() => clock.sleep_until(at),
                Some(_) => {}
                None => return result,
            }
        }
    }

    /// A connection on which the keys of `request` are watched. One that turns out to be of no use is replaced.
    fn watched(&self, request: &Request) -> Result<Transaction, Error> {
        request.check()?;
        let now = self.pool.clock().now();
        let mut attempts = Attempts::new(self.pool.settings().deadline(now, request.wait()));
        loop {
            let watched = self.exclusive().and_then(|connection| {
                connection.run(request.clone().returns::<()>())?;
                Ok(Transaction { connection })
            });
            match watched {
                Err(error) if self.may_retry(&mut attempts, Flags::IDEMPOTENT, &error) => {}
                result => return result,
            }
        }
    }
}
