//! Who waits for which reply: a queue in the order of the requests.
//!
//! A slot is never moved: whoever gives up marks theirs, and the reply that comes for it is dropped.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::num::NonZeroU64;
use core::ops::Range;

use bytes::Bytes;

use super::batch::Batch;
use crate::command::{Flags, Request, RequestRef};
use crate::time::Timestamp;

/// Names one request of one connection, or several that were sent together; what is told of them quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub(crate) u64);

/// Whether somebody still waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interest {
    Waiting,
    /// Given up after bytes were written: a reply will come, nobody wants it.
    Abandoned,
    /// It is the connection itself that waits: the answer to an AUTH.
    Login,
    /// Given up before a byte was written: taken out of the output, no reply will come.
    Withdrawn,
    /// The echo of an integrity check.
    Seal,
}

/// A (un)subscribe under RESP3 is answered by one push message for each channel.
#[derive(Debug)]
pub(super) struct Confirmations {
    pub(super) kind: Bytes,
    pub(super) names: Vec<Bytes>,
}

impl Confirmations {
    /// The pushes that answer a (un)subscribe: one for each name.
    fn of(request: RequestRef<'_>) -> Self {
        let mut words = request.arguments();
        let kind = Bytes::copy_from_slice(words.next().unwrap_or_default());
        Confirmations {
            kind,
            names: words.map(Bytes::copy_from_slice).collect(),
        }
    }
}

/// What an error of the server must not repeat.
pub(super) struct Secrets(Vec<Bytes>);

impl Secrets {
    /// None for a request without secrets.
    fn of(request: RequestRef<'_>) -> Option<Self> {
        let secrets = request.secrets();
        (!secrets.is_empty()).then_some(Secrets(secrets))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|secret| &secret[..])
    }
}

impl core::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("***")
    }
}

/// What only few requests have.
#[derive(Debug, Default)]
pub(super) struct Rare {
    pub(super) confirmations: Option<Confirmations>,
    pub(super) secrets: Option<Secrets>,
    /// The end of the connection answers it.
    pub(super) closes: bool,
    /// It is not one request but several.
    pub(super) batch: Option<Batch>,
}

impl Rare {
    /// None for a request that has nothing of the kind.
    #[inline]
    pub(super) fn of(request: &Request, flags: Flags) -> Option<Box<Self>> {
        if flags.intersects(Flags::SUBSCRIBES | Flags::SECRET | Flags::CLOSES) {
            Some(Box::new(Rare::collect(request.view())))
        } else {
            None
        }
    }

    #[cold]
    pub(super) fn collect(request: RequestRef<'_>) -> Self {
        let confirmed = request.command_flags().contains(Flags::SUBSCRIBES);
        Rare {
            confirmations: confirmed.then(|| Confirmations::of(request)),
            secrets: Secrets::of(request),
            closes: request.command_flags().contains(Flags::CLOSES),
            batch: None,
        }
    }

    pub(super) fn of_batch(batch: Batch) -> Box<Self> {
        Box::new(Rare {
            batch: Some(batch),
            ..Rare::default()
        })
    }
}

#[derive(Debug)]
pub(super) struct Slot {
    /// Where its bytes stand in the output stream.
    pub(super) bytes: Range<u64>,
    pub(super) deadline: Option<Timestamp>,
    /// What the sender wants to be told with the reply.
    pub(super) tag: u64,
    /// The server may take its time over it.
    pub(super) blocks: bool,
    pub(super) interest: Interest,
    /// Boxed because few have any and every slot would have room for it.
    pub(super) rare: Option<Box<Rare>>,
    /// The transaction that it is part of, from MULTI to EXEC.
    pub(super) transaction: Option<Transaction>,
}

/// Where in the output a transaction begins. An `Option` of it takes no more room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transaction(NonZeroU64);

impl Transaction {
    pub(super) fn at(place: u64) -> Self {
        Transaction(NonZeroU64::MIN.saturating_add(place))
    }

    pub(super) fn start(self) -> u64 {
        self.0.get() - 1
    }

    /// The same after `removed` bytes that ended at `from` were taken out of the output.
    pub(super) fn shifted(self, from: u64, removed: u64) -> Self {
        if self.start() >= from {
            Transaction::at(self.start().saturating_sub(removed))
        } else {
            self
        }
    }
}

impl Slot {
    #[inline]
    pub(super) fn secrets(&self) -> Option<&Secrets> {
        self.rare.as_ref().and_then(|rare| rare.secrets.as_ref())
    }

    pub(super) fn closes(&self) -> bool {
        let rare = match self.batch() {
            Some(batch) => batch.current(),
            None => self.rare.as_deref(),
        };
        rare.is_some_and(|rare| rare.closes)
    }
}

#[derive(Debug, Default)]
pub(super) struct InFlight {
    slots: VecDeque<Slot>,
    /// The ticket of the first slot.
    first: u64,
    /// Where in the output the request begins whose reply comes next.
    start: u64,
    /// No deadline is earlier than this.
    earliest: Option<Timestamp>,
    /// How many of the slots are withdrawn.
    withdrawn: usize,
}

impl InFlight {
    #[inline]
    pub(super) fn push(&mut self, slot: Slot) -> Ticket {
        if let Some(deadline) = slot.deadline {
            self.earliest = Some(self.earliest.map_or(deadline, |earliest| earliest.min(deadline)));
        }
        if self.slots.is_empty() {
            self.start = slot.bytes.start;
        }
        let ticket = Ticket(self.first + self.slots.len() as u64);
        self.slots.push_back(slot);
        ticket
    }

    pub(super) fn get_mut(&mut self, ticket: Ticket) -> Option<&mut Slot> {
        let index = usize::try_from(ticket.0.checked_sub(self.first)?).ok()?;
        self.slots.get_mut(index)
    }

    /// The slot whose reply comes next.
    #[inline]
    pub(super) fn front(&mut self) -> Option<&mut Slot> {
        self.slots.front_mut()
    }

    /// Takes the slot whose reply comes next. Always inlined, so that what the caller does not use of it is not moved.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<(Ticket, Slot)> {
        let slot = self.slots.pop_front()?;
        Some((self.next(slot.bytes.end), slot))
    }

    /// The same for a slot of the common kind only. Gives no more of it than its tag.
    #[inline(always)]
    pub(super) fn pop_plain(&mut self) -> Option<(Ticket, u64)> {
        let slot = self.slots.pop_front()?;
        if slot.interest != Interest::Waiting || slot.rare.is_some() {
            self.slots.push_front(slot);
            return None;
        }
        Some((self.next(slot.bytes.end), slot.tag))
    }

    /// The first slot was taken out, whose bytes went up to `end`; this was its ticket.
    #[inline(always)]
    fn next(&mut self, end: u64) -> Ticket {
        let ticket = Ticket(self.first);
        self.first += 1;
        self.start = end; // where the next one begins
        if self.withdrawn > 0 {
            self.skip_withdrawn();
        }
        if self.slots.is_empty() {
            self.earliest = None;
        }
        ticket
    }

    /// The request is taken back: no reply will come for it.
    pub(super) fn withdraw(&mut self, ticket: Ticket) {
        if let Some(slot) = self.get_mut(ticket) {
            slot.interest = Interest::Withdrawn;
            self.withdrawn += 1;
            self.skip_withdrawn();
        }
    }

    /// Drops withdrawn slots from the front, so that the first slot is always owed a reply.
    #[cold]
    fn skip_withdrawn(&mut self) {
        while self
            .slots
            .front()
            .is_some_and(|slot| slot.interest == Interest::Withdrawn)
        {
            self.slots.pop_front();
            self.first += 1;
            self.withdrawn -= 1;
        }
        if self.slots.is_empty() {
            self.earliest = None;
        }
    }

    /// Where in the output the request begins whose reply comes next, if there is one.
    #[inline]
    pub(super) fn start(&self) -> u64 {
        debug_assert!(self.slots.front().is_none_or(|slot| slot.next_start() == self.start));
        self.start
    }

    /// The first slot is a batch that was answered in part.
    pub(super) fn advance(&mut self) {
        self.start = self.slots.front().map_or(self.start, Slot::next_start);
    }

    /// The slot whose reply comes next, to look at.
    pub(super) fn first(&self) -> Option<&Slot> {
        self.slots.front()
    }

    /// A request in flight holds secrets that the server may repeat.
    pub(super) fn has_secrets(&self) -> bool {
        let secrets = |slot: &Slot| slot.secrets().is_some() || slot.batch().is_some_and(Batch::has_secrets);
        self.slots.iter().any(secrets)
    }

    /// How many replies are owed by the server.
    pub(super) fn owed(&self) -> usize {
        self.slots
            .iter()
            .filter(|slot| slot.interest != Interest::Withdrawn)
            .map(Slot::left)
            .sum()
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// `removed` bytes that ended at `from` were taken out of the output.
    pub(super) fn shift(&mut self, from: u64, removed: u64) {
        for slot in self.slots.iter_mut().filter(|slot| slot.bytes.start >= from) {
            slot.bytes.start = slot.bytes.start.saturating_sub(removed);
            slot.bytes.end = slot.bytes.end.saturating_sub(removed);
            slot.transaction = slot.transaction.map(|part| part.shifted(from, removed));
        }
    }

    /// Where the request ends whose bytes go across `place` of the output.
    pub(super) fn end_of_request_at(&self, place: u64) -> Option<u64> {
        let across = |slot: &&Slot| slot.bytes.start < place && place < slot.bytes.end;
        self.slots.iter().find(across).map(|slot| slot.bytes.end)
    }

    /// No deadline passes before this time.
    pub(super) fn earliest_deadline(&self) -> Option<Timestamp> {
        self.earliest
    }

    /// The slots whose time is up, and a fresh bound for the rest.
    pub(super) fn expired(&mut self, now: Timestamp) -> Vec<(Ticket, u64)> {
        let mut expired = Vec::new();
        self.earliest = None;
        for (index, slot) in self.slots.iter_mut().enumerate() {
            let waits = matches!(slot.interest, Interest::Waiting | Interest::Seal);
            let Some(deadline) = slot.deadline.filter(|_| waits) else {
                continue;
            };
            if deadline <= now {
                if slot.interest == Interest::Seal {
                    slot.deadline = None;
                }
                expired.push((Ticket(self.first + index as u64), slot.tag));
            } else {
                self.earliest = Some(self.earliest.map_or(deadline, |earliest| earliest.min(deadline)));
            }
        }
        expired
    }
}
