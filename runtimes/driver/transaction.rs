//! Keys watched on a connection of their own, and the loop of attempts around it.

use std::fmt;
use std::future::{Future, poll_fn};

use super::AsyncClient;
use super::call::{Call, Route};
use super::exclusive::Exclusive;
use super::futures::{CommandFuture, FlowFuture};
use crate::command::{Command, Executor, Flags, Request, cmd};
use crate::error::Error;
use crate::flow::{Driver, Flow};
use crate::pipeline::{Batch, Pipeline};
use crate::resp::ToArgs;
use crate::session::{Attempts, Verdict};
use crate::time::Timestamp;
use crate::transaction::{TransactionOptions, Tries, watch};

/// Keys of an [`AsyncClient`] that are watched, on a connection of their own: what is executed by [`Transaction::multi`] is
/// only run if nobody has changed them. See [`transaction`](crate::transaction).
///
/// Every command on it runs at once, until the transaction was executed or the keys are [no longer
/// watched](Transaction::unwatch): what comes then fails, so that nothing is done by mistake that nobody protects.
///
/// Cancel safety: dropped at any time, it leaves no watch behind. A future of it that is dropped half way was sent or not
/// as any other; an EXEC that was sent is run.
pub struct Transaction<R> {
    connection: Exclusive<R>,
}

impl<R> Transaction<R> {
    /// An empty typed transaction: what is added to it is run as one by its `execute`, if no watched key has changed. It is
    /// sent even if nothing is added, to learn whether one has. Ends the watch.
    ///
    /// Sends `MULTI`, the commands and `EXEC`.
    ///
    /// # Errors
    /// Of `execute`: [`WatchFailed`](crate::ErrorKind::WatchFailed) if a watched key has changed, and all that a
    /// [`Pipeline`] fails with.
    pub fn multi(&self) -> Pipeline<&Transaction<R>> {
        Pipeline::multi(self)
    }

    /// The same for any number of commands.
    pub fn multi_batch(&self) -> Batch<&Transaction<R>> {
        Batch::multi(self)
    }

    /// An empty typed pipeline without MULTI and EXEC, for several reads at once.
    pub fn pipeline(&self) -> Pipeline<&Transaction<R>> {
        Pipeline::new(self).non_atomic()
    }

    /// The same for any number of commands.
    pub fn batch(&self) -> Batch<&Transaction<R>> {
        Batch::new(self).non_atomic()
    }

    /// Watches more keys, or these again once the transaction was executed. Sends `WATCH`. Since Redis 2.2.
    ///
    /// # Errors
    /// There are no keys, or the connection is lost.
    pub fn watch(&self, keys: impl ToArgs) -> impl Future<Output = Result<(), Error>> {
        self.connection.run(watch(keys).returns())
    }

    /// Forgets the keys: whatever was read may change from now on. Sends `UNWATCH`, if any are watched. Since Redis 2.2.
    ///
    /// # Errors
    /// The connection is lost.
    pub async fn unwatch(&self) -> Result<(), Error> {
        if !self.is_watching() {
            return Ok(());
        }
        self.connection.run(cmd("UNWATCH").returns()).await
    }

    /// Whether keys are watched, so that commands are possible.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        self.connection.link().lock().hygiene.is_watching()
    }
}

impl<'a, R> Executor for &'a Transaction<R> {
    type Output<T> = CommandFuture<'a, T>;

    fn run<T>(self, command: Command<T>) -> CommandFuture<'a, T> {
        CommandFuture::new(Call::new(Route::Watched(self.connection.link())), command)
    }
}

impl<'a, R> Driver for &'a Transaction<R> {
    type Driven<F: Flow> = FlowFuture<'a, F>;

    fn drive<F: Flow>(self, flow: F) -> FlowFuture<'a, F> {
        FlowFuture::new(Call::new(Route::Watched(self.connection.link())), flow)
    }
}

impl<R> fmt::Debug for Transaction<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transaction({:?})", self.connection)
    }
}

impl<R> AsyncClient<R> {
    /// Watches keys on a connection of their own, for a transaction that depends on what they hold. Sends `WATCH`. Since
    /// Redis 2.2.
    ///
    /// [`AsyncClient::transaction`] does all of it; see [`transaction`](crate::transaction).
    ///
    /// # Errors
    /// There are no keys, no connection is free in time, or none can be made.
    pub fn watch(&self, keys: impl ToArgs) -> impl Future<Output = Result<Transaction<R>, Error>> {
        let request = watch(keys);
        async move { self.watched(&request).await }
    }

    /// Watches `keys` and calls `f` with them watched, again and again until what it executes is not kept from running by
    /// somebody who changed one of them in the meantime. Gives what `f` gives.
    ///
    /// What is tried again, and what `f` should not do therefore, [`transaction`](crate::transaction) says.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// # #[cfg(feature = "tokio")]
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let client = redwire::mock::Server::new().tokio_client();
    /// client.set("stock", 3).await?;
    /// let left = client.transaction("stock", |tx| async move {
    ///     let stock: i64 = tx.get("stock").await?;
    ///     if stock == 0 {
    ///         return Ok(None); // sold out: nothing to execute
    ///     }
    ///     let (left, _) = tx.multi().decr("stock").rpush("orders", "one").execute().await?;
    ///     Ok(Some(left))
    /// });
    /// assert_eq!(left.await?, Some(2));
    /// # Ok::<(), Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// What `f` fails with, or what keeps the keys from being watched.
    pub fn transaction<T, F>(
        &self,
        keys: impl ToArgs,
        f: impl FnMut(Transaction<R>) -> F,
    ) -> impl Future<Output = Result<T, Error>>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.transaction_with(keys, TransactionOptions::new(), f)
    }

    /// The same with a limit to the tries, or a time to wait between them.
    ///
    /// # Errors
    /// As for [`AsyncClient::transaction`]; and [`WatchFailed`](crate::ErrorKind::WatchFailed) after the last try.
    pub fn transaction_with<T, F>(
        &self,
        keys: impl ToArgs,
        options: TransactionOptions,
        mut f: impl FnMut(Transaction<R>) -> F,
    ) -> impl Future<Output = Result<T, Error>>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let request = watch(keys);
        async move {
            let mut tries = Tries::new(options);
            loop {
                let result = match self.watched(&request).await {
                    Ok(transaction) => f(transaction).await,
                    Err(error) => Err(error),
                };
                match tries.next(self.hub.link().now(), &result) {
                    Some(at) => self.sleep_until(at).await,
                    None => return result,
                }
            }
        }
    }

    /// A connection on which the keys of `request` are watched. One that turns out to be of no use is replaced.
    async fn watched(&self, request: &Request) -> Result<Transaction<R>, Error> {
        request.check()?;
        let link = self.hub.link();
        let mut attempts = Attempts::new(link.settings.deadline(link.now(), request.wait()));
        loop {
            let watched = async {
                let connection = self.exclusive().await?;
                connection.run(request.clone().returns::<()>()).await?;
                Ok(Transaction { connection })
            };
            let error = match watched.await {
                Ok(transaction) => return Ok(transaction),
                Err(error) => error,
            };
            let chance = self.hub.random();
            match attempts.failed(link.now(), self.hub.retry(), Flags::IDEMPOTENT, &error, chance) {
                Verdict::GiveUp => return Err(error),
                Verdict::Resend => {}
                Verdict::ResendAt(at) => self.sleep_until(at).await,
            }
        }
    }

    async fn sleep_until(&self, at: Timestamp) {
        let link = self.hub.link();
        if at > link.now() {
            let mut timer = link.runtime.clock.timer();
            poll_fn(|cx| timer.poll_at(cx, at)).await;
        }
    }
}
