//! Giving a lock up.

use super::Held;
use crate::error::Error;
use crate::flow::{Flow, Replies, Step};
use crate::script::Invoking;
use crate::time::Timestamp;

/// Gives a lock up: the flow behind [`Guard::release`](super::Guard::release).
///
/// With its first step the lock counts as given up on this side, whatever comes of it.
#[derive(Debug)]
pub struct Release {
    held: Held,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Ready,
    Asked(Invoking<i64>),
    Over(Result<(), Error>),
    Taken,
}

impl Release {
    pub(super) fn new(held: Held) -> Self {
        Release {
            held,
            stage: Stage::Ready,
        }
    }

    /// What gives the lock up in its place, when it is given up itself while on its way; `None` when it is not.
    #[must_use]
    pub fn undo(&self) -> Option<Invoking<i64>> {
        match self.stage {
            Stage::Asked(_) => Some(self.held.spec.release(&self.held.token)),
            _ => None,
        }
    }

    fn take_result(&mut self) -> Option<Result<(), Error>> {
        match core::mem::replace(&mut self.stage, Stage::Taken) {
            Stage::Over(result) => Some(result),
            other => {
                self.stage = other;
                None
            }
        }
    }

    fn take_in(&self, result: Result<i64, Error>) -> Result<(), Error> {
        match result? {
            0 => Err(Error::lock_not_owned(
                "Cannot release a lock that's no longer owned",
                self.held.spec.printed_name(),
            )),
            _ => Ok(()),
        }
    }
}

impl Flow for Release {
    type Output = Result<(), Error>;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Self::Output> {
        if let Stage::Ready = self.stage {
            self.stage = if self.held.state.end() {
                Stage::Asked(self.held.spec.release(&self.held.token))
            } else {
                Stage::Over(Err(self.held.unlocked("Cannot release an unlocked lock")))
            };
        }
        if let Some(result) = self.take_result() {
            return Step::Done(result);
        }
        match &self.stage {
            Stage::Asked(release) => release.ask(),
            // Driven on after its end.
            _ => Step::Done(Err(self.held.unlocked("Cannot release an unlocked lock"))),
        }
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        if let Stage::Asked(release) = &mut self.stage {
            if let Some(result) = release.take_in(replies) {
                self.stage = Stage::Over(self.take_in(result));
            }
        }
    }
}
