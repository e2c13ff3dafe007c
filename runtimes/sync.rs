//! Locks and threads as the async driver and the blocking pool use them: those of the standard library, or of a checker
//! that runs all their interleavings it can get hold of (see `tests`).
//!
//! `Arc`, `Weak`, `Waker` and `PoisonError` are those of the standard library in either case.

#[cfg(all(test, redwire_shuttle))]
pub(super) use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, redwire_shuttle)))]
pub(super) use std::sync::{Mutex, MutexGuard};

/// Parking one's thread, and waking another's.
#[cfg(feature = "blocking")]
pub(super) mod thread {
    #[cfg(all(test, redwire_shuttle))]
    pub(in super::super) use shuttle::thread::{Thread, current};
    #[cfg(not(all(test, redwire_shuttle)))]
    pub(in super::super) use std::thread::{Thread, current};
}
