//! The straight road: requests and replies that nothing is to be done about but to send them and to hand them out, as
//! nearly all are. What it does the other roads do as well, with more questions asked.

use super::in_flight::{Interest, Slot, Ticket};
use super::{Connection, Phase};
use crate::command::Request;
use crate::resp::{Kind, Parser, Reply};
use crate::time::Timestamp;

impl<P: Parser> Connection<P> {
    /// To be called whenever any of what it looks at changes.
    pub(super) fn review(&mut self) {
        self.plain = self.is_plain();
    }

    fn is_plain(&self) -> bool {
        let up = matches!(self.phase, Phase::Up(_));
        up && !self.listening && self.retired.is_none() && self.integrity.is_none()
    }

    /// Queues a request, if it and the present state of the connection are so plain that nothing stands against it. `None`
    /// tells nothing: [`send_tagged`](Self::send_tagged) sends it, or says what is wrong.
    #[inline(always)]
    pub(crate) fn send_plain(
        &mut self,
        now: Timestamp,
        request: &Request,
        deadline: Option<Timestamp>,
        tag: u64,
    ) -> Option<Ticket> {
        debug_assert_eq!(self.plain, self.is_plain(), "something changed without a review");
        if !self.plain || !request.is_ordinary() {
            return None;
        }
        if self.in_flight.is_empty() {
            self.heard = now;
        }
        let start = self.output.end();
        request.encode(self.output.buffer());
        Some(self.in_flight.push(Slot {
            transaction: self.transaction,
            bytes: start..self.output.end(),
            deadline,
            tag,
            blocks: false,
            interest: Interest::Waiting,
            rare: None,
        }))
    }

    /// The reply that comes next, with its ticket and its tag, if it answers a request that waits for it and nothing else
    /// is to be done about it, as it is for nearly all. [`poll_event`](Self::poll_event) would give the same, moved around
    /// more often. `None` tells nothing: whatever else there is, `poll_event` gives it.
    #[inline(always)]
    pub fn poll_reply(&mut self) -> Option<(Ticket, u64, Reply)> {
        debug_assert_eq!(self.plain, self.is_plain(), "something changed without a review");
        if !self.plain || self.input.is_empty() || !self.events.is_empty() {
            return None;
        }
        let reply = self.parse_input()?;
        if self.is_straight(reply.kind()) {
            if let Some((ticket, tag)) = self.in_flight.pop_plain() {
                return Some((ticket, tag, reply));
            }
        }
        self.route_later(reply);
        None
    }

    /// Whether a reply of this kind answers something, and nothing is to be hidden of it, or to be looked at.
    #[inline]
    fn is_straight(&self, kind: Kind) -> bool {
        let hides = || kind.is_aggregate() && !self.settings.secret().is_empty();
        self.awaits_reply() && !matches!(kind, Kind::Push | Kind::Error) && !hides()
    }

    #[cold]
    fn route_later(&mut self, reply: Reply) {
        let known = self.events.len();
        if let Some(event) = self.route(reply) {
            // What the event brought about comes behind it.
            self.events.insert(known, event);
        }
    }
}
