//! Waiting for a future on the caller's thread.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::super::sync::thread::{Thread, current};
use crate::time::Timestamp;
use crate::transport::{BlockingClock, BoxFuture};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// What the future gives, or `None` if it takes until `deadline`.
pub(super) fn wait_for<T>(
    mut future: BoxFuture<'_, T>,
    clock: &dyn BlockingClock,
    deadline: Option<Timestamp>,
) -> Option<T> {
    let waker = Waker::from(Arc::new(Unpark(current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return Some(output);
        }
        if deadline.is_some_and(|deadline| deadline <= clock.now()) {
            return None;
        }
        clock.park_until(deadline);
    }
}
