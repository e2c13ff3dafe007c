//! Integrity mode: a nonce echoed behind each batch, and no reply given out before the echo is back.
//!
//! ```text
//!   written:   GET a   GET b   ECHO 5f..   GET c   ECHO 90..
//!   read:      1       2       5f..  -> 1 and 2 are given out
//!                                          x (one too many)   3  -> no 90..: nothing is given out, the connection is down
//! ```
//!
//! Replies are matched with requests by their order alone. A reply too many or too few, from a broken server, proxy or
//! network, shifts all that follow, and nothing in them shows it. The echo does.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;

use super::in_flight::{Interest, Slot, Ticket};
use super::{Connection, Event};
use crate::command::cmd;
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::random::Random;
use crate::resp::{Kind, Parser, ProtocolError, ProtocolErrorKind, Reply, server_error};
use crate::time::Timestamp;

#[derive(Debug)]
pub(super) struct Integrity {
    nonces: Random,
    /// Requests were queued since the last nonce; by when the last of them is to be answered.
    open: Option<Option<Timestamp>>,
    /// What is to come back, in order.
    expected: VecDeque<String>,
    /// Replies that wait for their echo.
    held: VecDeque<Event>,
}

impl Integrity {
    pub(super) fn new(seed: u64) -> Box<Self> {
        Box::new(Integrity {
            nonces: Random::new(seed),
            open: None,
            expected: VecDeque::new(),
            held: VecDeque::new(),
        })
    }

    /// A request was queued that must be answered by then.
    pub(super) fn queued(&mut self, deadline: Option<Timestamp>) {
        self.open = Some(match self.open {
            None => deadline,
            Some(latest) => latest.zip(deadline).map(|(latest, deadline)| latest.max(deadline)),
        });
    }

    pub(super) fn hold(&mut self, reply: Event) {
        self.held.push_back(reply);
    }

    pub(super) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Drops the reply of a request that was given up.
    pub(super) fn forget(&mut self, ticket: Ticket) {
        self.held.retain(|event| !event.is_of(ticket));
    }

    /// The replies held, none of which can be trusted.
    pub(super) fn fail<'a>(&'a mut self, why: &'a Error) -> impl Iterator<Item = Event> + 'a {
        self.expected.clear();
        let why = why.with_outcome(Outcome::MaybeExecuted);
        self.held.drain(..).map(move |event| distrusted(event, &why))
    }
}

impl<P: Parser> Connection<P> {
    /// Puts a nonce behind what was queued since the last one. Inside of MULTI it would be queued by the server, so the
    /// one behind EXEC stands for all.
    #[cold]
    pub(super) fn seal(&mut self) {
        let Some(integrity) = &mut self.integrity else { return };
        if self.transaction.is_some() || self.retired.is_some() {
            return;
        }
        let Some(deadline) = integrity.open.take() else { return };
        let nonce = format!("{:016x}", integrity.nonces.next());
        let start = self.output.end();
        cmd("ECHO").arg(nonce.as_str()).encode(self.output.buffer());
        integrity.expected.push_back(nonce);
        self.in_flight.push(Slot {
            bytes: start..self.output.end(),
            deadline,
            tag: 0,
            blocks: false,
            interest: Interest::Seal,
            rare: None,
            transaction: None,
        });
    }

    /// The reply that should be an echo: if it is, what was held is given out, the first by itself and the rest behind it.
    #[cold]
    pub(super) fn check_seal(&mut self, reply: &Reply) -> Option<Event> {
        let integrity = self.integrity.as_mut()?;
        let expected = integrity.expected.pop_front();
        if reply.kind() == Kind::Bulk && reply.root().text() == expected.as_deref().map(str::as_bytes) {
            let first = integrity.held.pop_front();
            self.events.extend(integrity.held.drain(..));
            return first;
        }
        let why = match server_error(reply.root()) {
            Some(refusal) => Error::closed(
                format!("the server refused the ECHO of the integrity check: {refusal}"),
                Outcome::MaybeExecuted,
            ),
            None => Error::protocol(
                ProtocolError::new(ProtocolErrorKind::Shifted, 0, b""),
                Outcome::MaybeExecuted,
            ),
        };
        self.shut_down(&why);
        None
    }

    /// The echo did not come in time. It is still awaited, but no longer by anybody.
    #[cold]
    pub(super) fn seal_expired(&mut self) {
        let Some(integrity) = &mut self.integrity else { return };
        let late = Error::timeout("the integrity check", Outcome::MaybeExecuted);
        let held = integrity.held.drain(..).map(|event| distrusted(event, &late));
        self.events.extend(held);
    }
}

/// What the callers are told whose replies were held, instead of those.
fn distrusted(event: Event, why: &Error) -> Event {
    match event {
        Event::Reply { ticket, tag, .. } => Event::Reply {
            ticket,
            tag,
            result: Err(why.clone()),
        },
        Event::Replies { ticket, tag, replies } => Event::Replies {
            ticket,
            tag,
            replies: Box::new(Replies::failed(replies.len(), why.clone())),
        },
        other => other,
    }
}
