//! Keeping a lock for as long as it is needed.

use core::time::Duration;

use super::{Extend, Held};
use crate::error::{Error, ErrorKind};
use crate::flow::{Flow, Replies, Step};
use crate::time::Timestamp;

/// Sets the time to live of a lock anew, each time a third of it has passed: the flow behind
/// [`Lock::renewing`](super::Lock::renewing).
///
/// It is done when the lock is released. It fails when the lock is lost, or when nothing came through for so long that the
/// lock is not valid any more; a renewal that fails before is tried again.
#[derive(Debug)]
pub struct Renew {
    held: Held,
    next: Option<Timestamp>,
    renewal: Option<Extend>,
    failed: Option<Error>,
}

impl Renew {
    pub(super) fn new(held: Held) -> Self {
        Renew {
            held,
            next: None,
            renewal: None,
            failed: None,
        }
    }

    fn period(&self) -> Duration {
        self.held.spec.ttl.unwrap_or_default() / 3
    }
}

impl Flow for Renew {
    type Output = Result<(), Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        if self.held.state.has_ended() {
            return Step::Done(Ok(()));
        }
        if let Some(error) = &self.failed {
            return Step::Done(Err(error.clone()));
        }
        if self.renewal.is_none() {
            let first = self.held.state.taken() + self.period();
            let next = *self.next.get_or_insert(first);
            if now < next {
                return Step::Wait(next);
            }
        }
        let renewal = self.renewal.get_or_insert_with(|| self.held.reacquiring());
        renewal.step(now)
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        let Some(renewal) = &mut self.renewal else { return };
        renewal.replies(now, replies);
        let Some(result) = renewal.take_result() else { return };
        self.renewal = None;
        let pause = match result {
            Ok(()) => self.period(),
            Err(error) if error.kind() == ErrorKind::LockNotOwned || !self.held.is_valid(now) => {
                self.failed = Some(error);
                return;
            }
            // Several tries fit into what is left.
            Err(_) => self.period() / 4,
        };
        self.next = Some(now + pause);
    }
}
