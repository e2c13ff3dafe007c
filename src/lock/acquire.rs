//! Taking a lock.

use alloc::sync::Arc;

use super::spec::{Spec, Taken};
use super::{Held, Token};
use crate::error::{Error, Outcome};
use crate::flow::{Flow, Replies, Step};
use crate::script::Invoking;
use crate::time::Timestamp;

/// Takes a lock, and waits for it if need be: the flow behind [`Lock::acquire`](super::Lock::acquire). It results in `None`
/// if somebody else has it for too long.
///
/// Given up half-way, it may leave the lock behind: [`undo`](Acquire::undo) says how to take it off the server.
#[derive(Debug)]
pub struct Acquire {
    spec: Arc<Spec>,
    token: Token,
    /// One try, and no waiting.
    once: bool,
    started: Option<Timestamp>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// To be tried.
    Ready,
    /// A try was handed out at this time, before which it cannot have left.
    Asked {
        at: Timestamp,
        attempt: Invoking<Taken>,
    },
    /// Somebody else has it; to be tried again then.
    Pausing(Timestamp),
    /// A try failed in a way that leaves open whether it succeeded.
    Undoing {
        release: Invoking<i64>,
        why: Error,
    },
    Over(Result<Option<Held>, Error>),
    Taken,
}

impl Acquire {
    pub(super) fn new(spec: Arc<Spec>, token: Token, once: bool) -> Self {
        Acquire {
            spec,
            token,
            once,
            started: None,
            stage: Stage::Ready,
        }
    }

    pub(super) fn spec(&self) -> &Arc<Spec> {
        &self.spec
    }

    /// What gives up the lock that a try on its way may have taken; `None` when none is.
    #[must_use]
    pub fn undo(&self) -> Option<Invoking<i64>> {
        match self.stage {
            Stage::Asked { .. } | Stage::Undoing { .. } => Some(self.spec.release(&self.token)),
            _ => None,
        }
    }

    /// What the flow results in, once it is known.
    pub(super) fn take_result(&mut self) -> Option<Result<Option<Held>, Error>> {
        match core::mem::replace(&mut self.stage, Stage::Taken) {
            Stage::Over(result) => Some(result),
            other => {
                self.stage = other;
                None
            }
        }
    }

    /// What follows a try that came when somebody else had the lock: the next one, unless it would be too late.
    fn try_again(&self, now: Timestamp) -> Stage {
        let next = now + self.spec.sleep;
        let started = self.started.unwrap_or(now);
        let late = self
            .spec
            .blocking_timeout
            .is_some_and(|timeout| next > started + timeout);
        if self.once || late {
            Stage::Over(Ok(None))
        } else {
            Stage::Pausing(next)
        }
    }

    fn take_in(&self, now: Timestamp, at: Timestamp, result: Result<Taken, Error>) -> Stage {
        match result {
            Ok(Taken::No) => self.try_again(now),
            Ok(Taken::Yes(fence)) => {
                let held = Held::new(self.spec.clone(), self.token.clone(), fence, at);
                Stage::Over(Ok(Some(held)))
            }
            Err(error) => match error.outcome() {
                Outcome::NotSent | Outcome::Rejected => Stage::Over(Err(error)),
                _ => Stage::Undoing {
                    release: self.spec.release(&self.token),
                    why: error,
                },
            },
        }
    }
}

impl Flow for Acquire {
    type Output = Result<Option<Held>, Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        if let Stage::Pausing(until) = self.stage {
            if now < until {
                return Step::Wait(until);
            }
            self.stage = Stage::Ready;
        }
        if let Stage::Ready = self.stage {
            self.started.get_or_insert(now);
            self.stage = match self.spec.attempt(&self.token) {
                Ok(attempt) => Stage::Asked { at: now, attempt },
                Err(error) => Stage::Over(Err(error)),
            };
        }
        if let Some(result) = self.take_result() {
            return Step::Done(result);
        }
        match &self.stage {
            Stage::Asked { attempt, .. } => attempt.ask(),
            Stage::Undoing { release, .. } => release.ask(),
            // Driven on after its end.
            _ => Step::Done(Ok(None)),
        }
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        self.stage = match core::mem::replace(&mut self.stage, Stage::Taken) {
            Stage::Asked { at, mut attempt } => match attempt.take_in(replies) {
                Some(result) => self.take_in(now, at, result),
                None => Stage::Asked { at, attempt },
            },
            Stage::Undoing { mut release, why } => match release.take_in(replies) {
                // Whether that helped or not, the failure of the try is what there is to tell.
                Some(_) => Stage::Over(Err(why)),
                None => Stage::Undoing { release, why },
            },
            other => other,
        };
    }
}
