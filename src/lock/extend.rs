//! Changing the time to live of a lock that is held.

use core::time::Duration;

use super::Held;
use super::scripts::{EXTEND, REACQUIRE};
use crate::error::{Error, Outcome};
use crate::flow::{Flow, Replies, Step};
use crate::script::Invoking;
use crate::time::Timestamp;

/// How long to wait for another change of the same lock to be done.
const TURN: Duration = Duration::from_millis(5);

/// What becomes of the time to live.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Add(Duration),
    Replace(Duration),
    /// Replaced by what it was in the beginning.
    Reacquire,
}

/// Changes the time to live: the flow behind [`Guard::extend`](super::Guard::extend),
/// [`replace_ttl`](super::Guard::replace_ttl) and [`reacquire`](super::Guard::reacquire).
#[derive(Debug)]
pub struct Extend {
    held: Held,
    change: Change,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Ready,
    Asked {
        at: Timestamp,
        request: Invoking<i64>,
        /// What [`State::may_become`](super::held::State::may_become) gave, if the time may become shorter.
        before: Option<usize>,
    },
    Over(Result<(), Error>),
    Taken,
}

/// What is said of a lock that is not there, never ends, or is somebody else's.
struct Words {
    unlocked: &'static str,
    no_ttl: &'static str,
    not_owned: &'static str,
}

impl Change {
    fn words(self) -> Words {
        match self {
            Change::Add(_) | Change::Replace(_) => Words {
                unlocked: "Cannot extend an unlocked lock",
                no_ttl: "Cannot extend a lock with no timeout",
                not_owned: "Cannot extend a lock that's no longer owned",
            },
            Change::Reacquire => Words {
                unlocked: "Cannot reacquire an unlocked lock",
                no_ttl: "Cannot reacquire a lock with no timeout",
                not_owned: "Cannot reacquire a lock that's no longer owned",
            },
        }
    }
}

impl Extend {
    pub(super) fn new(held: Held, change: Change) -> Self {
        Extend {
            held,
            change,
            stage: Stage::Ready,
        }
    }

    /// What the flow results in, once it is known.
    pub(super) fn take_result(&mut self) -> Option<Result<(), Error>> {
        match core::mem::replace(&mut self.stage, Stage::Taken) {
            Stage::Over(result) => Some(result),
            other => {
                self.stage = other;
                None
            }
        }
    }

    /// Gets the request ready, unless it makes no sense. `None`: somebody else is changing the time to live.
    fn begin(&self, now: Timestamp) -> Result<Option<Stage>, Error> {
        let Held { spec, token, state, .. } = &self.held;
        let words = self.change.words();
        if state.has_ended() {
            return Err(self.held.unlocked(words.unlocked));
        }
        let Some(ttl) = spec.ttl else {
            return Err(self.held.unlocked(words.no_ttl));
        };
        let (Change::Add(chosen) | Change::Replace(chosen)) = self.change else {
            return Ok(self.turn(now, Some(ttl), || {
                REACQUIRE.key(&spec.name).arg(token).arg(ttl.as_millis()).returns()
            }));
        };
        if chosen < Duration::from_millis(1) {
            return Err(Error::invalid_argument(
                "a lock is extended by whole milliseconds, by one at least",
            ));
        }
        let replaces = matches!(self.change, Change::Replace(_));
        Ok(self.turn(now, replaces.then_some(chosen), || {
            let invocation = EXTEND.key(&spec.name).arg(token).arg(chosen.as_millis());
            invocation.arg(i32::from(replaces)).returns()
        }))
    }

    /// If it is this flow's turn, the request; `replacement` is the time to live that it may bring about.
    fn turn(
        &self,
        now: Timestamp,
        replacement: Option<Duration>,
        request: impl FnOnce() -> Invoking<i64>,
    ) -> Option<Stage> {
        let Held { spec, state, .. } = &self.held;
        state.begin_change().then(|| Stage::Asked {
            at: now,
            request: request(),
            before: replacement.map(|ttl| state.may_become(spec, now, ttl)),
        })
    }

    /// The request is over, and this came of it.
    fn conclude(&self, at: Timestamp, before: Option<usize>, result: Result<i64, Error>) -> Result<(), Error> {
        let Held { spec, state, .. } = &self.held;
        let in_doubt = matches!(&result, Err(error) if error.outcome() == Outcome::MaybeExecuted);
        if let Some(before) = before.filter(|_| !in_doubt) {
            state.forget(before);
        }
        let left = match (&result, self.change) {
            (Ok(0), _) => {
                state.distrust();
                let message = self.change.words().not_owned;
                Err(Error::lock_not_owned(message, spec.printed_name()))
            }
            (Ok(_), Change::Reacquire) => Ok(spec.ttl.unwrap_or_default()),
            (Ok(millis), _) => Ok(Duration::from_millis(millis.unsigned_abs())),
            (Err(error), _) => Err(error.clone()),
        };
        let left = left.map(|left| state.trust(spec, at, left));
        state.end_change();
        left
    }
}

impl Flow for Extend {
    type Output = Result<(), Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        if let Stage::Ready = self.stage {
            self.stage = match self.begin(now) {
                Ok(Some(stage)) => stage,
                Ok(None) => return Step::Wait(now + TURN),
                Err(error) => Stage::Over(Err(error)),
            };
        }
        if let Some(result) = self.take_result() {
            return Step::Done(result);
        }
        match &self.stage {
            Stage::Asked { request, .. } => request.ask(),
            // Driven on after its end.
            _ => Step::Done(Err(self.held.unlocked(self.change.words().unlocked))),
        }
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        if let Stage::Asked { at, request, before } = &mut self.stage {
            if let Some(result) = request.take_in(replies) {
                let (at, before) = (*at, *before);
                self.stage = Stage::Over(self.conclude(at, before, result));
            }
        }
    }
}

impl Drop for Extend {
    fn drop(&mut self) {
        // What was on its way may still arrive: what it may do is remembered.
        if let Stage::Asked { .. } = self.stage {
            self.held.state.end_change();
        }
    }
}
