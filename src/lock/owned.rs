//! Asking whose lock it is.

use bytes::Bytes;

use super::Held;
use crate::command::cmd;
use crate::error::Error;
use crate::flow::{Flow, Replies, Step};
use crate::script::Invoking;
use crate::time::Timestamp;

/// Asks the server whether the lock is still its owner's: the flow behind [`Guard::owned`](super::Guard::owned).
#[derive(Debug)]
pub struct Owned {
    held: Held,
    /// What the key holds.
    holder: Invoking<Option<Bytes>>,
    result: Option<Result<bool, Error>>,
}

impl Owned {
    pub(super) fn new(held: Held) -> Self {
        let request = cmd("GET").read_only().key(held.name());
        Owned {
            holder: Invoking::plain(request),
            result: held.state.has_ended().then_some(Ok(false)),
            held,
        }
    }
}

impl Flow for Owned {
    type Output = Result<bool, Error>;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Self::Output> {
        match self.result.take() {
            Some(result) => Step::Done(result),
            None => self.holder.ask(),
        }
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        let holder = self.holder.take_in(replies);
        self.result = holder.map(|holder| Ok(holder?.as_deref() == Some(self.held.token().as_bytes())));
    }
}
