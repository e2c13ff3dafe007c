//! A connection that listens: after its handshake nothing that comes is the reply to a request in its turn.
//!
//! That is what RESP2 makes of a connection that subscribes, where messages and confirmations are arrays like any reply,
//! and what MONITOR makes of one in either protocol. Who listens matches what comes with what was asked.

use super::routing::hide;
use super::{Connection, Phase};
use crate::command::Request;
use crate::error::{Error, Outcome};
use crate::resp::{Kind, Parser, Reply, Strings};

impl<P: Parser> Connection<P> {
    /// From the end of the handshake on, whatever comes is an [`Event::Push`](super::Event::Push), in the order in which it comes, replies and
    /// errors included. Requests are sent with [`Connection::tell`]; one that is sent otherwise is never answered. Holds for
    /// all epochs to come.
    pub fn listen(&mut self) {
        self.listening = true;
        self.review();
    }

    /// Sends a request whose reply, if any, comes as an [`Event::Push`](super::Event::Push) among others. Only for a connection that
    /// [listens](Connection::listen) and is up: nothing is kept for a later epoch.
    ///
    /// # Errors
    /// The request was refused when it was built, or the connection is not up or does not listen. Nothing was sent then.
    pub fn tell(&mut self, request: &Request) -> Result<(), Error> {
        request.check()?;
        match &self.phase {
            Phase::Up(_) if self.listening => {
                request.encode(self.output.buffer());
                Ok(())
            }
            Phase::Up(_) => Err(Error::invalid_argument("this connection does not listen")),
            Phase::Down(why) => Err(why.with_outcome(Outcome::NotSent)),
            Phase::Waiting | Phase::Handshake(_) => Err(Error::closed("not connected yet", Outcome::NotSent)),
        }
    }

    #[inline]
    fn hears(&self) -> bool {
        self.listening && !self.input.is_empty() && self.events.is_empty() && matches!(self.phase, Phase::Up(_))
    }

    /// What comes next on a connection that listens, if it is a message: an array or push of strings and nothing else.
    /// `None` tells nothing: whatever else there is, [`Connection::poll_push`] and [`Connection::poll_event`] give it.
    #[inline]
    pub fn poll_strings(&mut self) -> Option<Strings> {
        if !self.hears() {
            return None;
        }
        let strings = self.parser.parse_strings(&mut self.input)?;
        self.pushes += 1;
        self.space.taken(&mut self.input, strings.size());
        Some(strings)
    }

    /// What comes next on a connection that listens, if nothing else has happened: [`Connection::poll_event`] without the
    /// event around it. `None` tells nothing.
    #[inline]
    pub fn poll_push(&mut self) -> Option<Reply> {
        if !self.hears() {
            return None;
        }
        let reply = self.parse_reply()?;
        Some(self.overheard(reply))
    }

    /// What came on a connection that listens.
    pub(super) fn overheard(&mut self, reply: Reply) -> Reply {
        self.pushes += 1;
        if reply.kind() == Kind::Error && !self.settings.secret().is_empty() {
            hide(&self.settings, reply, None)
        } else {
            reply
        }
    }
}
