//! One waker for everybody who waits, where there is no task to drive the connection for them.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};
use std::vec::Vec;

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
