//! From bytes to events: which reply belongs to whom, what a push confirms, and what the end of a connection means.

use alloc::boxed::Box;

use bytes::BytesMut;

use super::handshake::Progress;
use super::in_flight::{Interest, Secrets, Slot, Transaction};
use super::output::Output;
use super::read_space::ReadSpace;
use super::{Connection, Event, Phase, Settings};
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::resp::{Kind, Parser, ProtocolError, ProtocolErrorKind, Reply, mask_all, server_error};

impl<P: Parser> Connection<P> {
    /// Finds all that the input holds and keeps it for [`Connection::poll_event`].
    pub(super) fn parse_all(&mut self) {
        loop {
            let known = self.events.len();
            let Some(event) = self.parse_event() else { return };
            // What the event brought about comes behind it.
            self.events.insert(known, event);
        }
    }

    /// The next event that the input holds. What follows from it, the end of the connection above all, goes to `events`.
    pub(super) fn parse_event(&mut self) -> Option<Event> {
        loop {
            let reply = self.parse_reply()?;
            if let Some(event) = self.route(reply) {
                return Some(event);
            }
        }
    }

    pub(super) fn parse_reply(&mut self) -> Option<Reply> {
        if self.input.is_empty() || matches!(self.phase, Phase::Down(_) | Phase::Waiting) {
            return None;
        }
        self.parse_input()
    }

    /// The next reply that the input holds, whoever it is for.
    #[inline(always)]
    pub(super) fn parse_input(&mut self) -> Option<Reply> {
        let before = self.input.len();
        match self.parser.parse(&mut self.input) {
            Ok(Some(reply)) => {
                let len = before - self.input.len();
                self.space.taken(&mut self.input, len);
                Some(reply)
            }
            Ok(None) => None,
            Err(error) => {
                self.protocol_error(error);
                None
            }
        }
    }

    pub(super) fn route(&mut self, reply: Reply) -> Option<Event> {
        if let Phase::Handshake(handshake) = &mut self.phase {
            if reply.kind() == Kind::Push {
                self.pushes += 1;
                return Some(Event::Push(reply));
            }
            return match handshake.handle_reply(&reply, &self.settings) {
                Ok(Progress::More) => None,
                Ok(Progress::Done(protocol)) => {
                    self.phase = Phase::Up(protocol);
                    self.review();
                    Some(Event::Up(protocol))
                }
                Err(error) => {
                    self.shut_down(&error);
                    None
                }
            };
        }
        if self.listening {
            return Some(Event::Push(self.overheard(reply)));
        }
        if reply.kind() == Kind::Push {
            self.pushes += 1;
            self.confirm(&reply);
            return Some(Event::Push(reply));
        }
        // A reply to something that was not even begun to be written answers nobody.
        let awaited = self.awaits_reply();
        let Some(slot) = self.in_flight.front().filter(|_| awaited) else {
            self.protocol_error(ProtocolError::new(ProtocolErrorKind::Unexpected, 0, b""));
            return None;
        };
        if slot.batch().is_some() {
            return self.answer_batch(reply);
        }
        let (ticket, slot) = self.in_flight.pop()?;
        if self.retired.is_some() {
            self.finish_retiring();
        }
        if slot.interest != Interest::Waiting {
            return match slot.interest {
                Interest::Seal => self.check_seal(&reply),
                Interest::Login => {
                    self.logged_in(&reply, slot.secrets());
                    None
                }
                _ => None,
            };
        }
        let event = Event::Reply {
            ticket,
            tag: slot.tag,
            result: Ok(hide(&self.settings, reply, slot.secrets())),
        };
        self.hold_back(event, slot.transaction)
    }

    /// In integrity mode, keeps what a server answered until its echo is back.
    pub(super) fn hold_back(&mut self, event: Event, part_of: Option<Transaction>) -> Option<Event> {
        match &mut self.integrity {
            // Inside of a transaction there is no echo before its end, and the caller waits for each reply.
            Some(integrity) if part_of.is_none() || self.transaction.is_none() => {
                integrity.hold(event);
                None
            }
            _ => Some(event),
        }
    }

    /// A push message completes a request only if that request is a (un)subscribe of its kind that names its channel.
    fn confirm(&mut self, push: &Reply) {
        let awaited = self.awaits_reply();
        let front = self.in_flight.front().filter(|_| awaited);
        let Some(confirmations) = front.and_then(Slot::confirmations) else {
            return;
        };
        let mut items = push.root().items();
        let (Some(kind), Some(name)) = (items.next().and_then(|kind| kind.text()), items.next()) else {
            return;
        };
        if !kind.eq_ignore_ascii_case(&confirmations.kind) {
            return;
        }
        match confirmations
            .names
            .iter()
            .position(|wanted| name.text() == Some(wanted))
        {
            Some(found) => {
                confirmations.names.swap_remove(found);
            }
            // Unsubscribing from everything names nothing; the first confirmation answers it.
            None if confirmations.names.is_empty() => {}
            None => return,
        }
        if !confirmations.names.is_empty() {
            return;
        }
        if self.in_flight.first().is_some_and(|slot| slot.batch().is_some()) {
            let event = self.answer_batch(push.clone());
            self.events.extend(event);
            return;
        }
        let Some((ticket, slot)) = self.in_flight.pop() else {
            return;
        };
        if slot.interest == Interest::Waiting {
            self.events.push_back(Event::Reply {
                ticket,
                tag: slot.tag,
                result: Ok(push.clone()),
            });
        }
    }

    /// AUTH was answered.
    #[cold]
    fn logged_in(&mut self, reply: &Reply, secrets: Option<&Secrets>) {
        let credentials = self.logins.pop_front();
        let masked = hide(&self.settings, reply.clone(), secrets);
        match server_error(masked.root()) {
            None => self.settings.credentials = credentials,
            Some(refusal) => self.shut_down(&Error::server(refusal).with_outcome(Outcome::NotSent)),
        }
    }

    #[cold]
    pub(super) fn protocol_error(&mut self, error: ProtocolError) {
        let repeats = !self.settings.secret().is_empty() || self.in_flight.has_secrets();
        let error = if repeats { error.without_excerpt() } else { error };
        self.shut_down(&Error::protocol(error, Outcome::MaybeExecuted));
    }

    /// The connection ended as the request asked for that is to be answered next, if it did ask and all of it was written.
    pub(super) fn answer_with_the_end(&mut self) {
        let sent = self.output.sent();
        let asked = |slot: &Slot| slot.closes() && slot.interest == Interest::Waiting && slot.bytes.end <= sent;
        if !matches!(self.phase, Phase::Up(_)) || !self.in_flight.first().is_some_and(asked) {
            return;
        }
        if self.in_flight.first().is_some_and(|slot| slot.batch().is_some()) {
            let event = self.answer_batch(Reply::null());
            self.events.extend(event);
        } else if let Some((ticket, slot)) = self.in_flight.pop() {
            self.events.push_back(Event::Reply {
                ticket,
                tag: slot.tag,
                result: Ok(Reply::null()),
            });
        }
    }

    /// Ends the epoch: everything in flight is told why, and whether the server can have seen it.
    pub(super) fn shut_down(&mut self, why: &Error) {
        if matches!(self.phase, Phase::Down(_)) {
            return;
        }
        // Until the handshake is done no byte of a request has left.
        let (sent, why) = match self.phase {
            Phase::Up(_) => (self.output.sent(), why),
            _ => (0, &why.with_outcome(Outcome::NotSent)),
        };
        if let Some(integrity) = &mut self.integrity {
            self.events.extend(integrity.fail(why));
        }
        let trusted = self.integrity.is_none();
        while let Some((ticket, mut slot)) = self.in_flight.pop() {
            if slot.interest != Interest::Waiting {
                continue;
            }
            let (tag, begun) = (slot.tag, slot.begun(sent));
            self.events.push_back(match slot.batch_mut() {
                Some(batch) => Event::Replies {
                    ticket,
                    tag,
                    replies: Box::new(Replies::of(batch.take_replies(trusted)).and_lost(begun, batch.len(), why)),
                },
                None => Event::Reply {
                    ticket,
                    tag,
                    result: Err(why.with_outcome(match begun {
                        0 => Outcome::NotSent,
                        _ => Outcome::MaybeExecuted,
                    })),
                },
            });
        }
        self.phase = Phase::Down(why.clone());
        self.review();
        self.events.push_back(Event::Down(why.clone()));
        self.input = BytesMut::new();
        self.space = ReadSpace::new(&self.settings);
        self.output = Output::default();
        self.transaction = None;
        self.logins.clear();
    }
}

/// A server that repeats the password, or a secret of the command it answers, does not get it printed.
#[inline(always)]
pub(super) fn hide(settings: &Settings, reply: Reply, secrets: Option<&Secrets>) -> Reply {
    if settings.secret().is_empty() && secrets.is_none() {
        reply
    } else {
        mask(settings, reply, secrets)
    }
}

fn mask(settings: &Settings, reply: Reply, secrets: Option<&Secrets>) -> Reply {
    reply.rewrite_errors(|text| {
        let own = secrets.into_iter().flat_map(Secrets::iter);
        mask_all(text, core::iter::once(settings.secret()).chain(own))
    })
}
