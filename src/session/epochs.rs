//! From one connection to the next: what the end of one means for those that follow.

use super::{Event, Session, Stage, is_replica};
use crate::connection;
use crate::error::{Error, ErrorKind, Outcome};
use crate::resp::{Kind, Parser, Reply};
use crate::time::Timestamp;
use crate::topology::Protocol;
use crate::topology::sentinel::ServiceRole;

impl<P: Parser> Session<P> {
    #[inline]
    pub(super) fn translate(&mut self, now: Timestamp, event: connection::Event) -> Event {
        match event {
            connection::Event::Reply { ticket, tag, result } => {
                if let Ok(reply) = &result {
                    if reply.kind() == Kind::Error {
                        self.look_at(now, reply);
                    }
                }
                Event::Reply { ticket, tag, result }
            }
            connection::Event::Replies { ticket, tag, replies } => {
                for (_, reply) in replies.errors() {
                    self.look_at(now, &reply);
                }
                Event::Replies { ticket, tag, replies }
            }
            connection::Event::Push(push) => Event::Push(push),
            connection::Event::Up(protocol) => self.up(now, protocol),
            connection::Event::Down(why) => self.next_epoch(now, why),
        }
    }

    #[cold]
    fn up(&mut self, now: Timestamp, protocol: Protocol) -> Event {
        self.up_since = Some(now);
        self.wanted = false;
        Event::Connected {
            epoch: self.epoch,
            protocol,
        }
    }

    /// A server that says READONLY is not the one that was meant, or not any more: it is left, and its name looked up
    /// again. Unless sentinels named it the master, a connection that is young is kept, so that a server that is meant to be
    /// a replica is not dialed in a loop.
    #[cold]
    fn look_at(&mut self, now: Timestamp, reply: &Reply) {
        let old = self
            .up_since
            .is_some_and(|since| now.saturating_since(since) >= self.dialer.stable());
        let left = match self.settings().role {
            Some(role) => role == ServiceRole::Master,
            None => old,
        };
        if left && is_replica(reply) {
            let why = Error::closed("the server has become a replica", Outcome::NotSent);
            self.connection.retire(why);
        }
    }

    /// The connection is over: the next one is prepared.
    #[cold]
    fn next_epoch(&mut self, now: Timestamp, why: Error) -> Event {
        let epoch = self.epoch;
        self.epoch += 1;
        self.wanted = false;
        match self.up_since.take() {
            _ if core::mem::take(&mut self.left) => self.dialer.forgive(now),
            Some(since) => self.dialer.lost(now, since),
            None => self.dialer.failed(now, now),
        }
        let retry_at = self.dialer.next_dial();
        self.stage = if is_final(&why) {
            Stage::Refused(retry_at, why.clone())
        } else {
            Stage::Waiting(retry_at)
        };
        if !self.single {
            self.connection.renew();
        }
        Event::Lost { epoch, why, retry_at }
    }

    /// Takes in what the connection has to say, so that one that ended is replaced before it is used again.
    pub(super) fn settle(&mut self, now: Timestamp) {
        if let Stage::Refused(until, _) = &self.stage {
            if *until <= now {
                self.stage = Stage::Ready;
            }
        }
        if self.connection.down_reason().is_none() {
            return;
        }
        while let Some(event) = self.connection.poll_event() {
            let event = self.translate(now, event);
            self.events.push_back(event);
        }
    }
}

/// The server knows who we are, or what we want, and says no, or would if it were asked: dialing again at once would only get the account locked.
pub(crate) fn is_final(why: &Error) -> bool {
    match why.kind() {
        ErrorKind::Authentication | ErrorKind::Config => true,
        ErrorKind::Server => !why.is_retryable() && why.outcome() == Outcome::NotSent,
        _ => false,
    }
}
