//! A lock that is held, until it goes out of scope.

use core::fmt;
use core::time::Duration;

use super::{Extend, Held, LockClient, Owned, ReleaseGuard};
use crate::flow::Driver;

/// A lock that is held. Methods that ask the server give a `Result` with a blocking client and a future of it with an async
/// one.
///
/// [`release`](Guard::release) gives it up and says whether it was still held. Dropped without that, it is given up as well as
/// the runtime allows, and nobody learns what came of it:
///
/// - A blocking client releases it before `drop` returns.
/// - An async client starts a task that releases it. One that can start no tasks, because it was made without a way to do so
///   or its runtime is gone, does nothing, and the lock lasts for what is left of its time to live.
///
/// See the [module](super) for what a lock can promise.
#[must_use = "the lock is released when its guard is dropped"]
pub struct Guard<C: LockClient> {
    client: C,
    held: Held,
    _renewal: Option<C::Background>,
}

impl<C: LockClient> Guard<C> {
    pub(super) fn new(client: C, held: Held, renewal: Option<C::Background>) -> Self {
        Guard {
            client,
            held,
            _renewal: renewal,
        }
    }

    /// The name of the lock.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        self.held.name()
    }

    /// The fencing token, if the lock is [fenced](super::Lock::fenced): higher than that of every holder before.
    ///
    /// ```
    /// use std::time::Duration;
    /// use redwire::prelude::*;
    ///
    /// let server = redwire::mock::Server::new();
    /// let client = server.blocking_client();
    /// let lock = client.lock("jobs").ttl(Duration::from_secs(10)).fenced();
    ///
    /// let slow = lock.acquire()?;
    /// server.advance(Duration::from_secs(10)); // standing still for too long
    /// let next = lock.acquire()?;
    /// assert!(next.fence() > slow.fence(), "storage that has seen the higher one refuses the lower one");
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn fence(&self) -> Option<i64> {
        self.held.fence()
    }

    /// Whether it is certain, by this program's clock, that nobody else has the lock. Asks nobody. False once it may have
    /// expired, was lost or released.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.held.is_valid(self.client.now())
    }

    /// For how long that is certain, if nothing is done: what is left of the time to live, counted from before the lock was
    /// asked for, less [what the clocks may run apart](super::Lock::max_drift). [`Duration::MAX`] if there is no time to live.
    #[must_use]
    pub fn valid_for(&self) -> Duration {
        self.held.valid_for(self.client.now())
    }

    /// What the flows of this lock share, to drive them by hand.
    #[must_use]
    pub fn held(&self) -> &Held {
        &self.held
    }

    /// Gives the lock up.
    ///
    /// Sends a script that deletes the key if it holds this owner's token. From the moment it is sent the lock is not held
    /// any more on this side, even if that fails.
    ///
    /// Cancel safety: dropped on its way, the future goes on as a dropped guard does.
    ///
    /// # Errors
    /// [`LockNotOwned`](crate::ErrorKind::LockNotOwned), `Cannot release a lock that's no longer owned`: it expired before,
    /// and what was done under it may have been done by another as well. [`Lock`](crate::ErrorKind::Lock), `Cannot release an
    /// unlocked lock`: it was released before. Those of every command.
    pub fn release<'a>(&'a self) -> <&'a C as Driver>::Driven<ReleaseGuard<C>>
    where
        &'a C: Driver,
    {
        let release = ReleaseGuard::new(self.client.clone(), self.held.releasing());
        self.client.drive(release)
    }

    /// Adds to the time to live that is left, in whole milliseconds.
    ///
    /// Sends a script with `PTTL` and `PEXPIRE` that does nothing if the key does not hold this owner's token.
    ///
    /// ```
    /// use std::time::Duration;
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let guard = client.lock("jobs").ttl(Duration::from_secs(10)).acquire()?;
    /// guard.extend(Duration::from_secs(5))?;
    /// assert!(guard.valid_for() > Duration::from_secs(14));
    /// guard.replace_ttl(Duration::from_secs(2))?;
    /// assert!(guard.valid_for() < Duration::from_secs(2));
    /// guard.reacquire()?;
    /// assert!(guard.valid_for() > Duration::from_secs(9));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`LockNotOwned`](crate::ErrorKind::LockNotOwned), `Cannot extend a lock that's no longer owned`: it expired before,
    /// or somebody took its time to live away. [`Lock`](crate::ErrorKind::Lock): `Cannot extend an unlocked lock`, or one `with
    /// no timeout`. Those of every command.
    pub fn extend<'a>(&'a self, additional: Duration) -> <&'a C as Driver>::Driven<Extend>
    where
        &'a C: Driver,
    {
        self.client.drive(self.held.extending(additional))
    }

    /// Replaces the time to live that is left, in whole milliseconds.
    ///
    /// Sends the script of [`extend`](Guard::extend).
    ///
    /// # Errors
    /// As [`extend`](Guard::extend).
    pub fn replace_ttl<'a>(&'a self, ttl: Duration) -> <&'a C as Driver>::Driven<Extend>
    where
        &'a C: Driver,
    {
        self.client.drive(self.held.replacing_ttl(ttl))
    }

    /// Sets the time to live anew to what it was when the lock was taken.
    ///
    /// Sends a script with `PEXPIRE` that does nothing if the key does not hold this owner's token.
    ///
    /// # Errors
    /// As [`extend`](Guard::extend), with `reacquire` in its place.
    pub fn reacquire<'a>(&'a self) -> <&'a C as Driver>::Driven<Extend>
    where
        &'a C: Driver,
    {
        self.client.drive(self.held.reacquiring())
    }

    /// Whether the server says that the lock is still this owner's. False after a release.
    ///
    /// Sends `GET`. Its answer is about the past when it arrives; so is every answer.
    ///
    /// # Errors
    /// Those of every command.
    pub fn owned<'a>(&'a self) -> <&'a C as Driver>::Driven<Owned>
    where
        &'a C: Driver,
    {
        self.client.drive(self.held.asking())
    }
}

impl<C: LockClient> Drop for Guard<C> {
    fn drop(&mut self) {
        // Before the renewal is told to look.
        if self.held.state.end() {
            self.client.finish(self.held.spec.release(self.held.token()));
        }
    }
}

impl<C: LockClient> fmt::Debug for Guard<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("name", &self.held.spec.printed_name())
            .field("fence", &self.fence())
            .field("valid_for", &self.valid_for())
            .finish_non_exhaustive()
    }
}
