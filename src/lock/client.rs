//! Locks on a client: what they need of it, and the flows that end in a guard.

use core::fmt;

use super::{Acquire, Guard, Held, Lock, Release};
use crate::error::{Error, Outcome};
use crate::flow::{Flow, Replies, Step};
use crate::resp::ToArg;
use crate::script::Invoking;
use crate::time::Timestamp;

/// A client that locks can live on: besides driving flows it knows the time, has chance, and can go on with a flow when
/// nobody waits for it. All clients of this crate are.
pub trait LockClient: Clone {
    /// A flow that goes on by itself. Dropped, it is asked once more for its next step, for it may be over.
    type Background;

    /// The time, by the clock that this client drives flows with.
    fn now(&self) -> Timestamp;

    /// 128 bits that nobody can guess and that no other client has, in this process or another.
    fn random(&self) -> u128;

    /// Drives a flow whose result nobody waits for: called from destructors. A blocking client does so at once, an async one
    /// starts a task; one that cannot start tasks does nothing.
    fn finish<F>(&self, flow: F)
    where
        F: Flow + Send + 'static,
        F::Output: Send;

    /// Drives a flow apart from the caller, in a thread or task of its own; `None` if there can be none.
    fn start<F>(&self, flow: F) -> Option<Self::Background>
    where
        F: Flow + Send + 'static,
        F::Output: Send;

    /// A lock by the key `name`, to be described further; nothing is sent yet. See [`Lock`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use redwire::prelude::*;
    ///
    /// let server = redwire::mock::Server::new();
    /// let client = server.blocking_client();
    /// let lock = client.lock("jobs").ttl(Duration::from_secs(10));
    ///
    /// let guard = lock.try_acquire()?.expect("nobody had it");
    /// assert!(lock.locked()? && guard.owned()?);
    /// assert!(lock.try_acquire()?.is_none(), "one at a time");
    ///
    /// // Too long, and somebody else may have it.
    /// server.advance(Duration::from_secs(10));
    /// assert!(!guard.is_valid());
    /// let error = guard.release().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::LockNotOwned);
    /// # Ok::<(), Error>(())
    /// ```
    fn lock(&self, name: impl ToArg) -> Lock<Self> {
        Lock::new(self.clone(), name)
    }
}

/// Takes a lock and puts a guard around it: the flow behind [`Lock::try_acquire`].
pub struct TryAcquireGuard<C: LockClient> {
    client: C,
    acquire: Acquire,
    result: Option<Result<Option<Guard<C>>, Error>>,
    /// It was taken and must be given up again, for this reason.
    undoing: Option<(Invoking<i64>, Error)>,
}

impl<C: LockClient> TryAcquireGuard<C> {
    pub(super) fn new(client: C, acquire: Acquire) -> Self {
        TryAcquireGuard {
            client,
            acquire,
            result: None,
            undoing: None,
        }
    }

    fn guard(&mut self, held: Held) {
        let renewal = if held.spec.renewing {
            match self.client.start(held.renewing()) {
                None => {
                    let why = Error::lock(
                        "the client can start no task for the renewal of the lock",
                        held.spec.printed_name(),
                        Outcome::Executed,
                    );
                    self.undoing = Some((held.spec.release(held.token()), why));
                    return;
                }
                started => started,
            }
        } else {
            None
        };
        self.result = Some(Ok(Some(Guard::new(self.client.clone(), held, renewal))));
    }
}

impl<C: LockClient> Flow for TryAcquireGuard<C> {
    type Output = Result<Option<Guard<C>>, Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        if let Some(result) = self.result.take() {
            return Step::Done(result);
        }
        if let Some((release, _)) = &self.undoing {
            return release.ask();
        }
        match self.acquire.step(now) {
            Step::Send { to, batch } => Step::Send { to, batch },
            Step::Wait(until) => Step::Wait(until),
            // What was held is taken out with the replies.
            Step::Done(result) => Step::Done(result.map(|_| None)),
        }
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        if let Some((release, why)) = &mut self.undoing {
            if release.take_in(replies).is_some() {
                self.result = Some(Err(why.clone()));
                self.undoing = None;
            }
            return;
        }
        self.acquire.replies(now, replies);
        match self.acquire.take_result() {
            None => {}
            Some(Ok(Some(held))) => self.guard(held),
            Some(Ok(None)) => self.result = Some(Ok(None)),
            Some(Err(error)) => self.result = Some(Err(error)),
        }
    }
}

impl<C: LockClient> Drop for TryAcquireGuard<C> {
    fn drop(&mut self) {
        let undo = match self.undoing.take() {
            Some((release, _)) => Some(release),
            None => self.acquire.undo(),
        };
        if let Some(undo) = undo {
            self.client.finish(undo);
        }
    }
}

impl<C: LockClient> fmt::Debug for TryAcquireGuard<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TryAcquireGuard({})", self.acquire.spec().printed_name())
    }
}

/// Takes a lock, puts a guard around it, and fails if it cannot be had in time: the flow behind [`Lock::acquire`].
pub struct AcquireGuard<C: LockClient>(TryAcquireGuard<C>);

impl<C: LockClient> AcquireGuard<C> {
    pub(super) fn new(client: C, acquire: Acquire) -> Self {
        AcquireGuard(TryAcquireGuard::new(client, acquire))
    }
}

impl<C: LockClient> Flow for AcquireGuard<C> {
    type Output = Result<Guard<C>, Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        let spec = self.0.acquire.spec().clone();
        match self.0.step(now) {
            Step::Send { to, batch } => Step::Send { to, batch },
            Step::Wait(until) => Step::Wait(until),
            Step::Done(result) => Step::Done(result.and_then(|guard| {
                guard.ok_or_else(|| {
                    let message = "Unable to acquire lock within the time specified";
                    Error::lock(message, spec.printed_name(), Outcome::Executed)
                })
            })),
        }
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        self.0.replies(now, replies);
    }
}

impl<C: LockClient> fmt::Debug for AcquireGuard<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AcquireGuard({})", self.0.acquire.spec().printed_name())
    }
}

/// Gives a lock up, and goes on with that if it is dropped on its way: the flow behind [`Guard::release`].
pub struct ReleaseGuard<C: LockClient> {
    client: C,
    release: Release,
}

impl<C: LockClient> ReleaseGuard<C> {
    pub(super) fn new(client: C, release: Release) -> Self {
        ReleaseGuard { client, release }
    }
}

impl<C: LockClient> Flow for ReleaseGuard<C> {
    type Output = Result<(), Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        self.release.step(now)
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        self.release.replies(now, replies);
    }
}

impl<C: LockClient> Drop for ReleaseGuard<C> {
    fn drop(&mut self) {
        if let Some(undo) = self.release.undo() {
            self.client.finish(undo);
        }
    }
}

impl<C: LockClient> fmt::Debug for ReleaseGuard<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReleaseGuard({:?})", self.release)
    }
}
