//! The response callbacks of one client, which may change while calls are on their way.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

use super::sync::Mutex;
use crate::callbacks::Callbacks;
use crate::command::{Command, Request};
use crate::error::Error;
use crate::resp::Reply;

/// What all clones of a client share. No callback ever runs while the lock is held.
#[derive(Default)]
pub(super) struct LiveCallbacks {
    /// Whether any was set, so that calls of programs without callbacks never take the lock.
    any: AtomicBool,
    current: Mutex<Callbacks>,
}

impl LiveCallbacks {
    /// Changes them, for all calls whose replies are yet to come.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Callbacks) -> T) -> T {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // What is taken out is dropped once nothing is locked: it is the user's, and may do anything.
        let before = current.clone();
        let result = change(&mut current);
        self.any.store(!current.is_empty(), Ordering::Release);
        drop(current);
        drop(before);
        result
    }

    /// Those of the moment.
    #[inline]
    pub(super) fn current(&self) -> Callbacks {
        if self.any.load(Ordering::Acquire) {
            self.snapshot()
        } else {
            Callbacks::new()
        }
    }

    #[cold]
    fn snapshot(&self) -> Callbacks {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the caller gets: the reply as the callbacks make it, decoded. Always inlined, so that a reply without a callback
    /// is not moved.
    #[inline(always)]
    pub(super) fn decode<T>(&self, command: &Command<T>, reply: Reply) -> Result<T, Error> {
        if command.request().is_untyped() || self.any.load(Ordering::Acquire) {
            return Ok(command.decode(self.apply(command.request(), reply)?)?);
        }
        Ok(command.decode(reply)?)
    }

    #[cold]
    fn apply(&self, request: &Request, reply: Reply) -> Result<Reply, Error> {
        self.current().apply(request, reply)
    }
}
