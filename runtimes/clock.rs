//! The machine's monotonic clock.

use std::time::Instant;

use crate::time::Timestamp;
use crate::transport::Clock;

/// Counts from its own creation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MonotonicClock {
    origin: Instant,
}

impl MonotonicClock {
    pub(crate) fn new() -> Self {
        MonotonicClock { origin: Instant::now() }
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_origin(self.origin.elapsed())
    }
}
