//! What the users of a connection have left behind on it, and what it takes to give it to the next.

use crate::command::{Flags, Request, RequestRef, Requests};

/// What must happen before a connection may be given to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Nothing: it is as it was.
    Nothing,
    /// UNWATCH, whose reply may be awaited by the next user's commands as any other.
    Unwatch,
    /// It must be closed: there is no way back to what it was, or none that is sure.
    Close,
}

/// Keeps the account of what was sent on one exclusive connection.
#[derive(Clone, Debug, Default)]
pub struct Hygiene {
    watching: bool,
    /// The connection on which keys were watched is gone.
    lost: bool,
    /// MULTI without its EXEC.
    in_transaction: bool,
    beyond: bool,
}

impl Hygiene {
    /// A fresh connection.
    #[must_use]
    pub fn new() -> Self {
        Hygiene::default()
    }

    /// Whether keys are watched, or were when the connection was lost.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        self.watching || self.lost
    }

    /// The connection is lost. Of what was done on it, only that keys were watched is still of interest.
    pub fn connection_lost(&mut self) {
        *self = Hygiene {
            lost: self.is_watching(),
            ..Hygiene::default()
        };
    }

    /// This request goes out.
    #[inline]
    pub fn sent(&mut self, request: &Request) {
        if request.owns_connection() {
            self.sent_odd(request.view());
        }
    }

    /// These go out.
    pub fn sent_together(&mut self, requests: &Requests) {
        let owning = requests.with_any(Flags::OWNS_CONNECTION | Flags::BREAKS_ORDER);
        for (_, request) in owning.filter(|(_, request)| request.owns_connection()) {
            self.sent_odd(request);
        }
    }

    #[cold]
    fn sent_odd(&mut self, request: RequestRef<'_>) {
        let name = request.arguments().next().unwrap_or_default();
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        if is("WATCH") {
            self.watching = true;
        } else if is("UNWATCH") {
            // Inside MULTI it is only queued.
            self.watching = self.in_transaction;
        } else if is("MULTI") {
            self.in_transaction = true;
        } else if is("EXEC") || is("DISCARD") {
            // Without MULTI the server refuses both, and goes on watching.
            self.watching &= !self.in_transaction;
            self.in_transaction = false;
        } else {
            // SELECT, AUTH, HELLO, SUBSCRIBE, MONITOR, CLIENT SETNAME..
            self.beyond = true;
        }
    }

    /// What it takes to make the connection as good as new, once everything sent was answered.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        if self.beyond || self.in_transaction {
            Remedy::Close
        } else if self.watching {
            Remedy::Unwatch
        } else {
            Remedy::Nothing
        }
    }
}
