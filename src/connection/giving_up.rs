//! Requests that nobody waits for any more: their caller is gone, or their time is up.

use alloc::boxed::Box;

use super::batch::Cut;
use super::in_flight::{Interest, Slot, Ticket};
use super::{Connection, Event, Phase};
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::resp::Parser;
use crate::time::Timestamp;

impl<P: Parser> Connection<P> {
    /// Gives up on a request. If no byte of it was written it is taken back and never reaches the server; otherwise
    /// its reply is dropped when it comes. Either way no event follows for it. Says what became of it.
    ///
    /// Of a transaction whose MULTI was begun to be written nothing is taken back: without its EXEC it would swallow
    /// whatever is sent after it.
    pub fn cancel(&mut self, ticket: Ticket) -> Outcome {
        if let Some(integrity) = &mut self.integrity {
            integrity.forget(ticket);
        }
        match self.in_flight.get_mut(ticket).map(|slot| slot.interest) {
            Some(Interest::Waiting) => match self.withdraw(ticket) {
                0 => Outcome::NotSent,
                _ => Outcome::MaybeExecuted,
            },
            Some(Interest::Withdrawn) => {
                self.forget(ticket);
                Outcome::NotSent
            }
            _ => self.forget(ticket),
        }
    }

    /// Gives up what somebody waited for, and takes back what was not begun to be written. Gives how many of the requests are
    /// on their way all the same.
    fn withdraw(&mut self, ticket: Ticket) -> usize {
        let sent = self.output.sent();
        let Some(slot) = self.in_flight.get_mut(ticket) else {
            return 0;
        };
        slot.interest = Interest::Abandoned;
        if slot.transaction.is_some_and(|part| part.start() < sent) {
            return slot.len();
        }
        let bytes = slot.bytes.clone();
        let Cut { kept, end } = slot.cut(sent);
        slot.bytes.end = end;
        let answered = slot.left() == 0;
        if end < bytes.end {
            let removed = bytes.end - end;
            self.output.remove(&(end..bytes.end));
            self.in_flight.shift(bytes.end, removed);
            self.transaction = match self.transaction {
                // Its MULTI.
                Some(part) if part.start() == bytes.start => None,
                other => other.map(|part| part.shifted(bytes.end, removed)),
            };
        }
        if kept == 0 {
            self.in_flight.withdraw(ticket);
        } else if answered {
            // Of a batch, all that was written was answered already, so it is the first in line.
            self.in_flight.pop();
        }
        kept
    }

    /// Drops the event of a request whose fate is known but not yet told.
    fn forget(&mut self, ticket: Ticket) -> Outcome {
        let its = |event: &Event| event.is_of(ticket);
        let event = self.events.iter().position(its).and_then(|at| self.events.remove(at));
        event.map_or(Outcome::MaybeExecuted, |event| event.outcome())
    }

    /// Time has passed: requests whose deadline has come fail, and so does a handshake that takes too long.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.poll_timeout().is_none_or(|deadline| deadline > now) {
            return;
        }
        // What is here already is not late.
        self.parse_all();
        let connecting = matches!(self.phase, Phase::Handshake(_));
        if connecting && self.connect_deadline.is_some_and(|deadline| deadline <= now) {
            return self.shut_down(&Error::timeout("the handshake", Outcome::NotSent));
        }
        for (ticket, tag) in self.in_flight.expired(now) {
            if self
                .in_flight
                .get_mut(ticket)
                .is_some_and(|slot| slot.interest == Interest::Seal)
            {
                self.seal_expired();
                continue;
            }
            let event = self.time_out(ticket, tag);
            self.events.push_back(event);
        }
        if self.given_up_at().is_some_and(|limit| limit <= now) {
            if let Some(retired) = self.retired.take() {
                return self.shut_down(&retired.why);
            }
        }
        if self.silence_ends().is_some_and(|end| end <= now) {
            self.shut_down(&Error::timeout(
                "any sign of life from the server",
                Outcome::MaybeExecuted,
            ));
        }
    }

    /// Gives up what was not answered in time.
    fn time_out(&mut self, ticket: Ticket, tag: u64) -> Event {
        let trusted = self.integrity.is_none();
        let batch = self.in_flight.get_mut(ticket).and_then(Slot::batch_mut);
        let batch = batch.map(|batch| (batch.len(), batch.take_replies(trusted)));
        let kept = self.withdraw(ticket);
        let late = Error::timeout(
            "the reply",
            if kept == 0 {
                Outcome::NotSent
            } else {
                Outcome::MaybeExecuted
            },
        );
        match batch {
            Some((len, replies)) => Event::Replies {
                ticket,
                tag,
                replies: Box::new(Replies::of(replies).and_lost(kept, len, &late)),
            },
            None => Event::Reply {
                ticket,
                tag,
                result: Err(late),
            },
        }
    }
}
