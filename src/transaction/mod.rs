//! Transactions that depend on what was read: WATCH, read, decide, MULTI .. EXEC, and again if somebody else was faster.
//!
//! A pipeline is a transaction by itself, but its commands cannot depend on each other's replies. Where they must, Redis
//! has *optimistic locking*: keys are watched, read, and written in a transaction that the server runs only if nobody has
//! changed a watched key in the meantime.
//!
//! ```
//! use redwire::prelude::*;
//!
//! let client = redwire::mock::Server::new().blocking_client();
//! client.set("counter", 1)?;
//! let (done,) = client.transaction("counter", |tx| {
//!     let n: i64 = tx.get("counter")?;
//!     tx.multi().set("counter", n + 1).execute()
//! })?;
//! assert!(done && client.get::<i64>("counter")? == 2);
//! # Ok::<(), Error>(())
//! ```
//!
//! On an async client it is the same with `async` and `await`, and the future is `Send` if the closure's is:
//!
//! ```
//! use redwire::prelude::*;
//!
//! # #[cfg(feature = "tokio")]
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let client = redwire::mock::Server::new().tokio_client();
//! client.set("counter", 1).await?;
//! let transaction = client.transaction("counter", |tx| async move {
//!     let n: i64 = tx.get("counter").await?;
//!     tx.multi().set("counter", n + 1).execute().await
//! });
//! assert_eq!(transaction.await?, (true,));
//! # Ok::<(), Error>(())
//! # }).unwrap();
//! ```
//!
//! # The handle
//!
//! The closure gets a `Transaction`: a connection of its own, on which the keys are watched already. Commands on it run at
//! once. `multi` collects the commands that are to run as one, `multi_batch` any number of them; without any command both
//! still ask the server whether a watched key has changed.
//!
//! A handle never changes its connection. What can go wrong is told apart:
//!
//! | kind of error | what it means |
//! |---|---|
//! | [`WatchFailed`](ErrorKind::WatchFailed) | a watched key had changed: nothing was done |
//! | [`WatchLost`](ErrorKind::WatchLost) | the connection is lost, and with it the watch; what became of an EXEC, the error's [`outcome`](Error::outcome) says |
//! | [`NotWatching`](ErrorKind::NotWatching) | the transaction is over, so that what was to follow would not be protected; nothing was sent |
//!
//! Dropped at any time, the handle leaves nothing behind: its connection goes back to the pool without a watch, or is
//! closed.
//!
//! # By hand
//!
//! `transaction` is no more than this loop, for when more is to be said about it:
//!
//! ```
//! use redwire::prelude::*;
//!
//! let client = redwire::mock::Server::new().blocking_client();
//! client.set("counter", 1)?;
//! let n = loop {
//!     let tx = client.watch("counter")?;
//!     let n: i64 = tx.get("counter")?;
//!     match tx.multi().set("counter", n + 1).execute() {
//!         Err(error) if error.kind() == ErrorKind::WatchFailed => continue,
//!         done => break done.map(|_| n + 1)?,
//!     }
//! };
//! assert_eq!(n, 2);
//! # Ok::<(), Error>(())
//! ```
//!
//! # What is tried again
//!
//! The closure is called again, with a new handle, if what it gives is one of these errors:
//!
//! - `WatchFailed`: somebody else was faster.
//! - `WatchLost`, if nothing but reads can have been run: the connection was lost before EXEC was sent.
//!
//! Anything else ends the attempts. Above all an EXEC that was sent and never answered: nobody knows whether it was run, so
//! it is **never** sent twice; the error's [`outcome`](Error::outcome) is [`MaybeExecuted`](crate::Outcome::MaybeExecuted).
//!
//! A closure that runs more than once must not do anything that should happen once. That goes for commands that write at
//! once as well: what is to happen together with the change belongs behind `multi`.
//!
//! By default it is tried until it works, at once each time. [`TransactionOptions`] set a limit, and a time to wait.
//!
//! A closure that never calls `multi` watches in vain: what it gives is returned, and nobody asks the server whether the
//! keys have changed.

use core::time::Duration;

use crate::command::{Request, cmd};
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::resp::ToArgs;
use crate::time::Timestamp;

/// How often a transaction is tried, and how soon again.
///
/// ```
/// use std::time::Duration;
///
/// use redwire::prelude::*;
/// use redwire::transaction::TransactionOptions;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// let options = TransactionOptions::new().max_tries(3).delay(Duration::from_millis(5));
/// let mut tries = 0;
/// let result = client.transaction_with("key", options, |tx| {
///     tries += 1;
///     client.incr("key")?; // by somebody else, each time
///     tx.multi().del("key").execute()
/// });
/// assert_eq!(result.unwrap_err().kind(), ErrorKind::WatchFailed);
/// assert_eq!(tries, 3);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionOptions {
    max_tries: Option<u32>,
    delay: Duration,
}

impl TransactionOptions {
    /// Until it works, at once each time.
    #[must_use]
    pub const fn new() -> Self {
        TransactionOptions {
            max_tries: None,
            delay: Duration::ZERO,
        }
    }

    /// So many tries at most, the first one counted; 0 is as good as 1. The error of the last one is the result.
    #[must_use]
    pub const fn max_tries(mut self, tries: u32) -> Self {
        self.max_tries = Some(tries);
        self
    }

    /// So much time from the end of one try to the beginning of the next.
    #[must_use]
    pub const fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// The tries of one transaction: counts them and decides about the next. For drivers of your own.
///
/// ```
/// use redwire::Error;
/// use redwire::time::Timestamp;
/// use redwire::transaction::{TransactionOptions, Tries};
///
/// let mut tries = Tries::new(TransactionOptions::new());
/// assert_eq!(tries.next(Timestamp::ZERO, &Ok(5)), None); // it worked
/// assert_eq!(tries.next(Timestamp::ZERO, &Err::<(), _>(Error::invalid_argument("no"))), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tries {
    options: TransactionOptions,
    done: u32,
}

impl Tries {
    /// None yet.
    #[must_use]
    pub const fn new(options: TransactionOptions) -> Self {
        Tries { options, done: 0 }
    }

    /// A try ended `now` with this result. Gives when the next one is to begin; `None` if the result stands.
    pub fn next<T>(&mut self, now: Timestamp, result: &Result<T, Error>) -> Option<Timestamp> {
        self.done = self.done.saturating_add(1);
        let again = matches!(result, Err(error) if error.may_start_over());
        let exhausted = self.options.max_tries.is_some_and(|most| self.done >= most);
        (again && !exhausted).then(|| now + self.options.delay)
    }
}

/// The WATCH of these keys.
pub(crate) fn watch(keys: impl ToArgs) -> Request {
    cmd("WATCH").keys(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Outcome;

    fn lost(outcome: Outcome, repeatable: bool) -> Result<(), Error> {
        Err(Error::closed("gone", outcome).while_watching(repeatable))
    }

    #[test]
    fn only_what_was_certainly_not_run_is_tried_again() {
        let at = Timestamp::from_millis(1_000);
        let again = |result: Result<(), Error>| Tries::new(TransactionOptions::new()).next(at, &result).is_some();
        assert!(again(Err(Error::watch_failed())));
        assert!(again(lost(Outcome::NotSent, false)));
        assert!(
            again(lost(Outcome::MaybeExecuted, true)),
            "nothing but reads was on its way"
        );
        assert!(!again(lost(Outcome::MaybeExecuted, false)), "an EXEC may have been run");
        assert!(!again(Err(Error::closed("gone", Outcome::NotSent))));
        assert!(!again(Err(Error::not_watching())));
        assert!(!again(Ok(())));
    }

    #[test]
    fn tries_are_counted_and_apart_from_each_other() {
        let options = TransactionOptions::new().max_tries(3).delay(Duration::from_millis(50));
        let mut tries = Tries::new(options);
        let failed: Result<(), Error> = Err(Error::watch_failed());
        assert_eq!(
            tries.next(Timestamp::from_millis(10), &failed),
            Some(Timestamp::from_millis(60))
        );
        assert_eq!(
            tries.next(Timestamp::from_millis(70), &failed),
            Some(Timestamp::from_millis(120))
        );
        assert_eq!(tries.next(Timestamp::from_millis(130), &failed), None);
        let once = TransactionOptions::new().max_tries(0);
        assert_eq!(Tries::new(once).next(Timestamp::ZERO, &failed), None);
    }
}
