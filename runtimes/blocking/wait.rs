//! Futures on the caller's thread.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use crate::time::Timestamp;
use crate::transport::{BlockingClock, BoxFuture};

/// A thread that is parked.
struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// What the future results in, or `None` once `until` has come.
pub(super) fn wait<T>(
    clock: &dyn BlockingClock,
    until: Option<Timestamp>,
    mut future: BoxFuture<'static, T>,
) -> Option<T> {
    let waker = Waker::from(Arc::new(Parked(std::thread::current())));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        if until.is_some_and(|until| until <= clock.now()) {
            return None;
        }
        clock.park_until(until);
    }
}
