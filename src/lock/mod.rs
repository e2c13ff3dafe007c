//! Locks: one holder at a time, by a key with a time to live.
//!
//! ```
//! use std::time::Duration;
//! use redwire::prelude::*;
//!
//! let client = redwire::mock::Server::new().blocking_client();
//! let lock = client.lock("jobs").ttl(Duration::from_secs(10)).blocking_timeout(Duration::from_secs(3));
//!
//! let guard = lock.acquire()?;
//! // .. whatever only one may do at a time; a long job looks at `guard.is_valid()` between its steps ..
//! assert!(guard.is_valid());
//! guard.release()?;
//! # Ok::<(), redwire::Error>(())
//! ```
//!
//! # What a lock can promise, and what it cannot
//!
//! A lock is a *lease*: a key that holds the owner's random token until it is deleted or expires. As long as the server
//! keeps its data and its clock runs, there is one owner at a time, and nobody but the owner can release or extend.
//!
//! It cannot promise that the *holder* notices the end in time. A program can stand still for longer than the time to live:
//! its thread is not scheduled, its machine sleeps, its message lies in a queue. When it goes on, somebody else may have
//! the lock. [`Guard::is_valid`] tells that by the program's own monotonic clock, from before the lock was asked for, less
//! what the two clocks may run apart ([`Lock::max_drift`]); but between asking it and the next step there is time to stand
//! still as well. So:
//!
//! - For work that is merely done twice when two do it, a lock is enough.
//! - For work that must never be done by two, have the one who does it check: take a *fencing token* with the lock
//!   ([`Lock::fenced`]), a number that rises with every holder, send it along, and let storage refuse a number lower than the
//!   highest it has seen.
//!
//! The lock is as safe as the server's data. After a failover to a replica that had not yet got the key, or a restart
//! without persistence, two may hold it, and the counter of fencing tokens may step back. The server's clock is that of its
//! machine: set forward, locks end early. A lock without a time to live ends with its release only: if the holder is gone
//! for good, with nobody.
//!
//! # By hand
//!
//! Everything is a [`Flow`](crate::flow::Flow): `Lock::new((), "jobs")` describes a lock without a client, [`Lock::acquiring`]
//! makes the flow that takes it, and [`Held`] those for what follows.

mod acquire;
mod client;
mod extend;
mod guard;
mod held;
mod owned;
mod release;
mod renew;
pub(crate) mod scripts;
mod spec;
#[cfg(test)]
mod tests;
mod token;

pub use acquire::Acquire;
pub use client::{AcquireGuard, LockClient, ReleaseGuard, TryAcquireGuard};
pub use extend::Extend;
pub use guard::Guard;
pub use held::Held;
pub use owned::Owned;
pub use release::Release;
pub use renew::Renew;
pub use token::Token;

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use bytes::Bytes;

use self::spec::{Fencing, Spec};
use crate::command::cmd;
use crate::flow::Driver;
use crate::resp::{Args, ToArg};
use crate::script::Invoking;

/// A lock that can be taken: its name, how long it is held and how it is waited for. See [`LockClient::lock`], and the
/// [module](self) for what it can promise.
///
/// Cheap to clone, and of use to any number of threads and tasks; whoever takes it gets a [`Guard`] of its own. It is not
/// re-entrant: a holder that asks for it again waits for itself.
#[derive(Clone)]
#[must_use = "nobody holds the lock before `acquire`"]
pub struct Lock<C = ()> {
    client: C,
    spec: Arc<Spec>,
}

impl<C> Lock<C> {
    /// The lock of this name for this client: no time to live, tries every 100 ms, waits as long as it takes.
    pub fn new(client: C, name: impl ToArg) -> Self {
        Lock {
            client,
            spec: Arc::new(Spec::new(owned(name))),
        }
    }

    fn with(mut self, set: impl FnOnce(&mut Spec)) -> Self {
        set(Arc::make_mut(&mut self.spec));
        self
    }

    /// How long the lock is held at most, in whole milliseconds, if it is neither released nor extended before. Without
    /// one, or with zero, it never ends by itself.
    pub fn ttl(self, ttl: Duration) -> Self {
        self.with(|spec| spec.ttl = Some(ttl).filter(|ttl| !ttl.is_zero()))
    }

    /// How long to wait between one try and the next; 100 ms by default. It must not be longer than the time to live.
    pub fn sleep(self, sleep: Duration) -> Self {
        self.with(|spec| spec.sleep = sleep)
    }

    /// How long to wait for the lock in all. The last try is the one after which another sleep would go beyond it, so
    /// [`acquire`](Lock::acquire) never takes longer, but for the time of the try itself; zero tries once.
    pub fn blocking_timeout(self, timeout: Duration) -> Self {
        self.with(|spec| spec.blocking_timeout = Some(timeout))
    }

    /// Takes a fencing token with the lock: a number higher than that of every holder before; see [`Guard::fence`].
    ///
    /// The counter is a key beside the lock, in the same slot of a cluster: `{jobs}:fence` for the lock `jobs`, `{tag}jobs:fence`
    /// for `{tag}jobs`. Never delete it, give it no time to live, and see that it is not evicted. A name with a `}` and no
    /// tag can have no such neighbour and is refused: choose one with [`fenced_by`](Lock::fenced_by).
    pub fn fenced(self) -> Self {
        self.with(|spec| spec.fencing = Fencing::Beside)
    }

    /// As [`fenced`](Lock::fenced), with a counter of this key. In a cluster it must be in the same slot as the lock.
    pub fn fenced_by(self, counter: impl ToArg) -> Self {
        let counter = owned(counter);
        self.with(|spec| spec.fencing = Fencing::By(counter))
    }

    /// By how much the server's clock may run faster than this program's, in thousandths of the time to live; 10 (one per
    /// cent) by default. So much earlier, and 2 ms, the holder stops trusting the lock.
    pub fn max_drift(self, per_mille: u32) -> Self {
        self.with(|spec| spec.drift = per_mille)
    }

    /// Sets the time to live anew again and again while the guard lives, each time after a third of it: in a thread of a
    /// blocking client, in a task of an async one. Needs a time to live.
    ///
    /// It ends with the guard, when the lock is lost, or when no renewal came through for so long that the lock is not valid
    /// any more: look at [`Guard::is_valid`]. A holder that hangs but lives renews its lock for ever.
    pub fn renewing(self) -> Self {
        self.with(|spec| spec.renewing = true)
    }

    /// The name: the key on the server.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.spec.name
    }

    /// The flow that takes the lock for the owner of `token`, waiting for it if need be. It results in `None` if that takes
    /// too long. What it results in is held until it is released or expires: there is no guard around it.
    #[must_use]
    pub fn acquiring(&self, token: Token) -> Acquire {
        Acquire::new(self.spec.clone(), token, false)
    }

    /// The same with one try, however long the lock may be waited for.
    #[must_use]
    pub fn trying(&self, token: Token) -> Acquire {
        Acquire::new(self.spec.clone(), token, true)
    }

    /// Whether anybody holds the lock.
    ///
    /// Sends `EXISTS`.
    ///
    /// # Errors
    /// Those of every command.
    pub fn locked<'a>(&'a self) -> <&'a C as Driver>::Driven<Invoking<bool>>
    where
        &'a C: Driver,
    {
        let request = cmd("EXISTS").read_only().key(&self.spec.name);
        self.client.drive(Invoking::plain(request))
    }
}

impl<C: LockClient> Lock<C> {
    /// Takes the lock, and waits for it as long as [`blocking_timeout`](Lock::blocking_timeout) says: for ever if it says
    /// nothing. A `Result` with a blocking client, a future of it with an async one.
    ///
    /// Sends `SET` with `NX` and `PX`, again after each [`sleep`](Lock::sleep); a script in its place if the lock is
    /// [fenced](Lock::fenced). When it is not known what became of a try, the token is taken off the server again.
    ///
    /// Cancel safety: dropped on its way, the future sees to it that the lock is not left behind, as a dropped
    /// [`Guard`] does.
    ///
    /// # Errors
    /// [`ErrorKind::Lock`](crate::ErrorKind::Lock), `Unable to acquire lock within the time specified`;
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if the settings make no sense; those of every command.
    pub fn acquire<'a>(&'a self) -> <&'a C as Driver>::Driven<AcquireGuard<C>>
    where
        &'a C: Driver,
    {
        let token = Token::from_random(self.client.random());
        self.client
            .drive(AcquireGuard::new(self.client.clone(), self.acquiring(token)))
    }

    /// Takes the lock if nobody has it: `None` if somebody has. One try, as [`acquire`](Lock::acquire) makes it.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if the settings make no sense; those of every command.
    pub fn try_acquire<'a>(&'a self) -> <&'a C as Driver>::Driven<TryAcquireGuard<C>>
    where
        &'a C: Driver,
    {
        let token = Token::from_random(self.client.random());
        self.client
            .drive(TryAcquireGuard::new(self.client.clone(), self.trying(token)))
    }
}

impl<C> fmt::Debug for Lock<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lock({})", self.spec.printed_name())
    }
}

fn owned(argument: impl ToArg) -> Bytes {
    let mut args = Args::new();
    argument.write_args(&mut args);
    let argument = args.iter().next().map(Bytes::copy_from_slice);
    argument.unwrap_or_default()
}
