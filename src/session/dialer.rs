//! When the next connection may be dialed: at once after a good one was lost, later and later while they fail.

use core::time::Duration;

use crate::random::Random;
use crate::time::Timestamp;
use crate::topology::Backoff;

/// Paces the dialing of one endpoint. Several connections to it may share one.
#[derive(Debug)]
pub struct Dialer {
    backoff: Backoff,
    /// Dials and connections that went wrong one after the other.
    failures: u32,
    /// When the last one was counted.
    counted: Option<Timestamp>,
    next: Timestamp,
    random: Random,
}

impl Dialer {
    /// A dialer that may dial at once. Equal seeds give equal delays.
    #[must_use]
    pub fn new(backoff: Backoff, seed: u64) -> Self {
        Dialer {
            backoff,
            failures: 0,
            counted: None,
            next: Timestamp::ZERO,
            random: Random::new(seed),
        }
    }

    /// Not before this time.
    #[must_use]
    pub fn next_dial(&self) -> Timestamp {
        self.next
    }

    /// A dial that began at `dialed`, or its handshake, failed.
    ///
    /// It counts unless it was under way when another one was counted: many connections that fail at a time are one
    /// failure of the server.
    pub fn failed(&mut self, now: Timestamp, dialed: Timestamp) {
        if self.counted.is_some_and(|counted| dialed < counted) {
            return;
        }
        self.counted = Some(now);
        self.failures = self.failures.saturating_add(1);
        self.next = now + self.backoff.delay(self.failures, self.random.next());
    }

    /// A connection that had been up since `since` was lost. Only one that lived for a while proves that all is well: a
    /// server that accepts and closes is not dialed in a loop.
    pub fn lost(&mut self, now: Timestamp, since: Timestamp) {
        if now.saturating_since(since) < self.backoff.stable() {
            self.failed(now, since);
        } else if self.counted.is_none_or(|counted| counted <= since) {
            self.failures = 0;
            self.next = now;
        }
    }

    /// There is somebody else to dial now: what went wrong before is of no account.
    pub fn forgive(&mut self, now: Timestamp) {
        self.failures = 0;
        self.next = now;
    }

    /// How long a connection must live to count as good.
    #[must_use]
    pub fn stable(&self) -> Duration {
        self.backoff.stable()
    }

    /// A number for whoever else needs chance.
    pub fn random(&mut self) -> u64 {
        self.random.next()
    }
}
