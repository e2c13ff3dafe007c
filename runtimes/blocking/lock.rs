//! What locks need of the blocking client.

use std::fmt;
use std::thread::{Builder, Thread};

use super::super::chance::unguessable;
use super::{Client, drive};
use crate::flow::{Driver, Flow};
use crate::lock::LockClient;
use crate::time::Timestamp;
use crate::transport::{BlockingClock, Clock};

/// A flow that a thread drives. Dropped, it makes the thread look whether the flow is over.
pub struct Background(Thread);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.unpark();
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Background(..)")
    }
}

impl LockClient for Client {
    type Background = Background;

    fn now(&self) -> Timestamp {
        self.pool.clock().now()
    }

    fn random(&self) -> u128 {
        unguessable()
    }

    fn finish<F: Flow>(&self, flow: F) {
        self.drive(flow);
    }

    fn start<F: Flow + Send + 'static>(&self, flow: F) -> Option<Background> {
        let client = self.clone();
        let run = move || {
            let resting = Resting(client.pool.clock());
            drive(&resting, flow, |batch| client.call_all(batch));
        };
        let thread = Builder::new().name("redwire".into()).spawn(run).ok()?;
        Some(Background(thread.thread().clone()))
    }
}

/// A clock on which a thread waits that can be woken.
struct Resting<'a>(&'a dyn BlockingClock);

impl Clock for Resting<'_> {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl BlockingClock for Resting<'_> {
    /// Possibly earlier: whoever drives a flow asks it again in any case.
    fn sleep_until(&self, at: Timestamp) {
        self.0.rest_until(at);
    }

    fn park_until(&self, until: Option<Timestamp>) {
        self.0.park_until(until);
    }
}
