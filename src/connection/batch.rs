//! Requests that are queued together: one slot, and one event for all their replies.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::in_flight::{Confirmations, Interest, Rare, Slot, Ticket};
use super::routing::hide;
use super::{Connection, Event, Phase};
use crate::command::{Flags, RequestRef, Requests};
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::resp::{Kind, Parser, ProtocolError, ProtocolErrorKind, Reply, ReplyList};
use crate::time::Timestamp;

/// More room than for this many replies is not made before they come.
const ROOM: usize = 1024;

/// What a slot knows that stands for several requests.
#[derive(Debug)]
pub(super) struct Batch {
    /// Where each ends, counted from where the first begins.
    ends: Box<[usize]>,
    /// How many of them are on their way: all, unless the others were taken back.
    len: usize,
    /// How many replies have come.
    answered: usize,
    replies: ReplyList,
    /// What few of them have, by their place.
    odd: Vec<(usize, Rare)>,
    /// The last one is the EXEC of a transaction that begins here, with this many commands that the server queues.
    transaction: Option<(usize, usize)>,
}

impl Batch {
    fn of(requests: &Requests) -> Self {
        let odd = requests.with_any(Flags::SUBSCRIBES | Flags::SECRET | Flags::CLOSES);
        let odd = odd.map(|(place, request)| (place, Rare::collect(request)));
        Batch {
            ends: requests.ends().collect(),
            len: requests.len(),
            answered: 0,
            replies: ReplyList::with_room_for(requests.len().min(ROOM)),
            odd: odd.collect(),
            transaction: transaction(requests),
        }
    }

    /// How many are still to be answered.
    pub(super) fn left(&self) -> usize {
        self.len - self.answered
    }

    /// Where the one that is answered next begins.
    pub(super) fn offset(&self) -> u64 {
        let before = self.answered.checked_sub(1).and_then(|last| self.ends.get(last));
        before.map_or(0, |end| *end as u64)
    }

    /// How many were begun to be written, if `written` bytes were.
    fn begun(&self, written: u64) -> usize {
        let ends = self.ends.get(..self.len).unwrap_or_default();
        match ends.last() {
            Some(end) if written >= *end as u64 => self.len,
            _ if written == 0 => 0,
            // The next one begins where one ends.
            _ => 1 + ends.partition_point(|end| (*end as u64) < written),
        }
    }

    /// What is special about the one that is answered next.
    pub(super) fn current(&self) -> Option<&Rare> {
        let odd = self
            .odd
            .binary_search_by_key(&self.answered, |(place, _)| *place)
            .ok()?;
        self.odd.get(odd).map(|(_, rare)| rare)
    }

    pub(super) fn current_mut(&mut self) -> Option<&mut Rare> {
        let odd = self
            .odd
            .binary_search_by_key(&self.answered, |(place, _)| *place)
            .ok()?;
        self.odd.get_mut(odd).map(|(_, rare)| rare)
    }

    pub(super) fn has_secrets(&self) -> bool {
        self.odd.iter().any(|(_, rare)| rare.secrets.is_some())
    }

    /// How many of them are on their way.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The replies that have come of a batch that ends before its last one. None, unless they can be trusted without it.
    pub(super) fn take_replies(&mut self, trusted: bool) -> ReplyList {
        let replies = core::mem::take(&mut self.replies);
        if trusted { replies } else { ReplyList::new() }
    }

    /// Whether the next reply cannot be true: that of an EXEC with another number of results than commands were queued.
    fn is_refuted_by(&self, reply: &Reply) -> bool {
        let Some((_, queued)) = self.transaction.filter(|_| self.answered + 1 == self.len) else {
            return false;
        };
        reply.kind() == Kind::Array && reply.root().items().len() != queued
    }

    /// A reply came that somebody waits for, or not.
    fn add(&mut self, reply: Reply, waiting: bool) {
        if let Some((multi, queued)) = &mut self.transaction {
            if *multi < self.answered && reply.kind() == Kind::Error {
                *queued = queued.saturating_sub(1);
            }
        }
        self.answered += 1;
        if waiting {
            self.replies.push(reply);
        }
    }

    /// Adds the replies that are plain, as far as they answer what was begun to be written. Gives how many bytes they took.
    fn collect(&mut self, parser: &mut impl Parser, input: &mut bytes::BytesMut, begun: usize, waiting: bool) -> usize {
        let (most, before) = (begun.saturating_sub(self.answered), input.len());
        if most == 0 || before == 0 {
            return 0;
        }
        if waiting {
            let known = self.replies.len();
            parser.parse_run(input, most, &mut self.replies);
            self.answered += self.replies.len() - known;
        } else {
            let mut unwanted = ReplyList::new();
            parser.parse_run(input, most, &mut unwanted);
            self.answered += unwanted.len();
        }
        before - input.len()
    }
}

/// Where the transaction begins that the last request ends, and how many commands it has.
fn transaction(requests: &Requests) -> Option<(usize, usize)> {
    let is = |request: &RequestRef<'_>, word: &[u8]| {
        request
            .arguments()
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(word))
    };
    let mut owning = requests.with_any(Flags::OWNS_CONNECTION);
    let mut multi = None;
    let (last, exec) = loop {
        let (place, request) = owning.next()?;
        if is(&request, b"MULTI") {
            multi = Some(place);
        } else if place + 1 == requests.len() {
            break (place, request);
        } else if is(&request, b"EXEC") || is(&request, b"DISCARD") {
            multi = None;
        }
    };
    let multi = multi.filter(|_| is(&exec, b"EXEC"))?;
    Some((multi, last - multi - 1))
}

/// What of a slot is taken out of the output when it is given up.
pub(super) struct Cut {
    /// What stays: so many requests, which end there.
    pub(super) kept: usize,
    pub(super) end: u64,
}

impl Slot {
    pub(super) fn batch(&self) -> Option<&Batch> {
        self.rare.as_ref().and_then(|rare| rare.batch.as_ref())
    }

    pub(super) fn batch_mut(&mut self) -> Option<&mut Batch> {
        self.rare.as_mut().and_then(|rare| rare.batch.as_mut())
    }

    /// How many of its requests were begun to be written, if `sent` bytes of the output were.
    pub(super) fn begun(&self, sent: u64) -> usize {
        match self.batch() {
            Some(batch) => batch.begun(sent.saturating_sub(self.bytes.start)),
            None => usize::from(self.bytes.start < sent),
        }
    }

    /// The pushes that the request waits for that is answered next.
    pub(super) fn confirmations(&mut self) -> Option<&mut Confirmations> {
        let Rare {
            batch, confirmations, ..
        } = self.rare.as_deref_mut()?;
        match batch {
            Some(batch) => batch.current_mut()?.confirmations.as_mut(),
            None => confirmations.as_mut(),
        }
    }

    /// How many replies are still to come.
    pub(super) fn left(&self) -> usize {
        self.batch().map_or(1, Batch::left)
    }

    /// How many requests it stands for.
    pub(super) fn len(&self) -> usize {
        self.batch().map_or(1, Batch::len)
    }

    /// Where the request that is answered next begins.
    #[inline]
    pub(super) fn next_start(&self) -> u64 {
        match &self.rare {
            None => self.bytes.start,
            Some(_) => self.next_start_of_many(),
        }
    }

    /// Apart from the caller, which is compiled into the way of every reply.
    #[inline(never)]
    fn next_start_of_many(&self) -> u64 {
        self.bytes.start + self.batch().map_or(0, Batch::offset)
    }

    /// Gives up those of its requests that were not begun to be written, if `sent` bytes of the output were.
    pub(super) fn cut(&mut self, sent: u64) -> Cut {
        let (kept, start) = (self.begun(sent), self.bytes.start);
        let Some(batch) = self.batch_mut() else {
            let end = if kept == 0 { start } else { self.bytes.end };
            return Cut { kept, end };
        };
        batch.len = kept;
        let last = kept.checked_sub(1).and_then(|last| batch.ends.get(last));
        Cut {
            kept,
            end: start + last.map_or(0, |end| *end as u64),
        }
    }
}

impl<P: Parser> Connection<P> {
    /// Queues requests that go out together: in one piece, nothing between them, and in one write where possible. There is
    /// one [`Event::Replies`] for all of them, which quotes the ticket and the tag. Given up or lost half way, they share
    /// their fate as far as it is the same: what was answered stays answered.
    ///
    /// # Errors
    /// As for [`Connection::send`], for one of them; nothing was sent of any.
    pub fn send_batch(
        &mut self,
        now: Timestamp,
        requests: &Requests,
        deadline: Option<Timestamp>,
        tag: u64,
    ) -> Result<Ticket, Error> {
        requests.check()?;
        if requests.is_empty() {
            return Err(Error::invalid_argument("there is nothing to send"));
        }
        if let Phase::Down(why) = &self.phase {
            return Err(why.with_outcome(Outcome::NotSent));
        }
        for (_, request) in requests.with_any(Flags::BREAKS_ORDER) {
            self.check_order(request)?;
        }
        if self.in_flight.is_empty() {
            self.heard = now;
        }
        let owns = requests.with_any(Flags::OWNS_CONNECTION).next().is_some();
        if self.integrity.is_some() && owns {
            self.seal();
        }
        let start = self.output.end();
        self.output.buffer().extend_from_slice(requests.wire());
        let mut transaction = self.transaction;
        if owns {
            for (_, request) in requests.with_any(Flags::OWNS_CONNECTION) {
                // All of the batch is part of each transaction in it: it is taken back together or not at all.
                let part = self.transaction_of(request, start);
                transaction = transaction.or(part);
            }
        }
        if let Some(integrity) = &mut self.integrity {
            integrity.queued(deadline);
        }
        Ok(self.in_flight.push(Slot {
            bytes: start..self.output.end(),
            deadline,
            tag,
            blocks: requests.waits().next().is_some(),
            interest: Interest::Waiting,
            rare: Some(Rare::of_batch(Batch::of(requests))),
            transaction,
        }))
    }

    /// The reply to the next request of the batch that is first in line, and what follows it and is plain. Gives the event
    /// if the batch is answered by that.
    #[inline(never)]
    pub(super) fn answer_batch(&mut self, reply: Reply) -> Option<Event> {
        let sent = self.output.sent();
        let slot = self.in_flight.front()?;
        let (begun, waiting) = (slot.begun(sent), slot.interest == Interest::Waiting);
        let batch = slot.batch_mut()?;
        if batch.is_refuted_by(&reply) {
            self.protocol_error(ProtocolError::new(ProtocolErrorKind::ExecCount, 0, b""));
            return None;
        }
        let secrets = batch.current().and_then(|rare| rare.secrets.as_ref());
        let reply = hide(&self.settings, reply, secrets);
        batch.add(reply, waiting);
        let used = batch.collect(&mut self.parser, &mut self.input, begun, waiting);
        let left = batch.left();
        self.space.taken(&mut self.input, used);
        if left > 0 {
            self.in_flight.advance();
            return None;
        }
        self.end_batch()
    }

    /// The batch that is first in line is answered.
    fn end_batch(&mut self) -> Option<Event> {
        let (ticket, mut slot) = self.in_flight.pop()?;
        if self.retired.is_some() {
            self.finish_retiring();
        }
        if slot.interest != Interest::Waiting {
            return None;
        }
        let replies = core::mem::take(&mut slot.batch_mut()?.replies);
        let event = Event::Replies {
            ticket,
            tag: slot.tag,
            replies: Box::new(Replies::of(replies)),
        };
        self.hold_back(event, slot.transaction)
    }
}
