//! Wakers that stand for others: everybody who waits, or whoever drives at the moment.

use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};
use std::vec::Vec;

use super::super::sync::Mutex;

/// Everyone who waits. Waking it wakes them all, and whoever is polled first drives.
#[derive(Default)]
pub(super) struct FanOut(Mutex<Vec<Waker>>);

impl FanOut {
    pub(super) fn register(&self, waker: &Waker) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !list.iter().any(|known| known.will_wake(waker)) {
            list.push(waker.clone());
        }
    }

    pub(super) fn wake_all(&self) {
        let list = core::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for waker in list {
            waker.wake();
        }
    }
}

impl Wake for FanOut {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}

/// Whoever drives the connection at the moment, or did last, if it was not woken since. A timer set with it goes on when
/// another one takes over.
#[derive(Default)]
pub(super) struct Alarm(Mutex<Option<Waker>>);

impl Alarm {
    #[inline]
    pub(super) fn set(&self, waker: &Waker) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *current {
            Some(known) if known.will_wake(waker) => {}
            known => *known = Some(waker.clone()),
        }
    }

    pub(super) fn take(&self) -> Option<Waker> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(waker) = self.take() {
            waker.wake();
        }
    }
}
