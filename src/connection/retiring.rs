//! Ending a connection without breaking anything off.

use super::{Connection, Phase};
use crate::error::Error;
use crate::resp::Parser;
use crate::time::Timestamp;

/// What is left of a connection that is to end.
pub(super) struct Retired {
    /// Nothing beyond this place of the output is written any more.
    pub(super) end: u64,
    /// When it ends in any case.
    pub(super) limit: Option<Timestamp>,
    pub(super) why: Error,
}

impl<P: Parser> Connection<P> {
    /// Ends this connection without breaking anything off: what was begun to be written is still answered, then the
    /// connection is down, and what had not been written fails as not sent.
    pub fn retire(&mut self, why: Error) {
        self.retire_by(None, why);
    }

    /// The same, but what is not answered by `limit` is given up.
    pub fn retire_until(&mut self, limit: Timestamp, why: Error) {
        self.retire_by(Some(limit), why);
    }

    fn retire_by(&mut self, limit: Option<Timestamp>, why: Error) {
        if self.retired.is_some() || !matches!(self.phase, Phase::Up(_)) {
            return;
        }
        let written = self.output.sent();
        // A request that is half out has to be written to its end.
        let end = self.in_flight.end_of_request_at(written).unwrap_or(written);
        self.retired = Some(Retired { end, limit, why });
        self.review();
        self.finish_retiring();
    }

    /// When a connection that is retired is given up.
    pub(super) fn given_up_at(&self) -> Option<Timestamp> {
        let up = matches!(self.phase, Phase::Up(_));
        self.retired.as_ref().filter(|_| up)?.limit
    }

    pub(super) fn finish_retiring(&mut self) {
        let Some(Retired { end, why, .. }) = &self.retired else {
            return;
        };
        if self.in_flight.is_empty() || self.in_flight.start() >= *end {
            let why = why.clone();
            self.shut_down(&why);
        }
    }
}
