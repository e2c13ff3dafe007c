//! The first words of a connection.
//!
//! ```text
//! RESP3 wanted:  HELLO 3 [AUTH ..] [SETNAME ..] --ok--> SELECT, CLIENT SETINFO --> up
//!                       | server too old
//!                       v
//! RESP2:         AUTH --ok--> CLIENT SETNAME, SELECT, CLIENT SETINFO --> up
//! ```
//!
//! HELLO and AUTH travel alone: servers have been seen to swallow the reply of a failed AUTH with others behind it.
//! Every reply is awaited, those that may fail included, so that none is left over for the first user command.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::settings::Settings;
use crate::command::{Request, cmd};
use crate::error::{Error, Outcome};
use crate::resp::{Kind, ProtocolError, ProtocolErrorKind, Reply, server_error};
use crate::secret::Credentials;
use crate::topology::Protocol;

#[derive(Debug)]
pub(super) struct Handshake {
    out: Vec<u8>,
    sent: usize,
    /// What was asked, and where in `out` each question begins.
    owed: VecDeque<(Question, usize)>,
    /// What the server speaks, as far as it has said.
    protocol: Protocol,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Hello,
    Auth,
    SetName,
    Select,
    /// Its failure is of no consequence.
    SetInfo,
}

/// Where the handshake stands after a reply.
pub(super) enum Progress {
    More,
    Done(Protocol),
}

impl Handshake {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut handshake = Handshake {
            out: Vec::new(),
            sent: 0,
            owed: VecDeque::new(),
            protocol: Protocol::Resp2,
        };
        match settings.protocol {
            Protocol::Resp3 => handshake.hello(settings),
            _ => handshake.authenticate(settings),
        }
        handshake
    }

    /// Nothing has to be said at all.
    pub(super) fn is_done(&self) -> bool {
        self.owed.is_empty()
    }

    pub(super) fn pending(&self) -> Option<&[u8]> {
        self.out.get(self.sent..).filter(|rest| !rest.is_empty())
    }

    pub(super) fn advance(&mut self, n: usize) {
        self.sent = (self.sent + n).min(self.out.len());
    }

    fn ask(&mut self, question: Question, request: &Request) {
        self.owed.push_back((question, self.out.len()));
        request.encode(&mut self.out);
    }

    fn hello(&mut self, settings: &Settings) {
        let mut hello = cmd("HELLO").arg(3);
        if let Some(credentials) = settings.credentials.as_ref().filter(|them| !them.is_blank()) {
            let user = credentials.username.as_deref().unwrap_or("default");
            hello = hello.arg(("AUTH", user, credentials.password.expose()));
        }
        hello = hello.opt_with("SETNAME", settings.client_name.as_deref());
        self.ask(Question::Hello, &hello);
    }

    fn authenticate(&mut self, settings: &Settings) {
        match settings.credentials.as_ref().and_then(auth) {
            Some(auth) => self.ask(Question::Auth, &auth),
            None => self.introduce(settings, true),
        }
    }

    /// What may travel together once the server knows who we are.
    fn introduce(&mut self, settings: &Settings, with_name: bool) {
        if let Some(name) = settings.client_name.as_deref().filter(|_| with_name) {
            self.ask(Question::SetName, &cmd("CLIENT").arg(("SETNAME", name)));
        }
        if settings.database > 0 {
            self.ask(Question::Select, &cmd("SELECT").arg(settings.database));
        }
        if let Some(library) = &settings.library {
            self.ask(
                Question::SetInfo,
                &cmd("CLIENT").arg(("SETINFO", "LIB-NAME", library.name())),
            );
            self.ask(
                Question::SetInfo,
                &cmd("CLIENT").arg(("SETINFO", "LIB-VER", library.version())),
            );
        }
    }

    pub(super) fn handle_reply(&mut self, reply: &Reply, settings: &Settings) -> Result<Progress, Error> {
        let refusal = server_error(reply.root()).map(|error| error.masked(settings.secret()));
        // Some servers refuse a client before it has said a word: too many clients, protected mode.
        if let Some(error) = refusal.clone().filter(|_| self.sent == 0) {
            return Err(Error::server(error).with_outcome(Outcome::NotSent));
        }
        // An answer to what was not even begun to be asked answers nothing.
        let question = self
            .owed
            .pop_front()
            .filter(|(_, start)| *start < self.sent)
            .map(|(question, _)| question);
        let Some(question) = question else {
            let stray = ProtocolError::new(ProtocolErrorKind::Unexpected, 0, b"");
            return Err(Error::protocol(stray, Outcome::NotSent));
        };
        match (question, refusal) {
            (Question::Hello, None) if reply.kind() == Kind::Map || reply.kind() == Kind::Array => {
                self.protocol = agreed(reply);
                self.introduce(settings, false);
            }
            (Question::Hello, Some(error)) if too_old(error.raw()) => self.authenticate(settings),
            (Question::Auth, None) => self.introduce(settings, true),
            (Question::SetInfo, _) | (Question::SetName | Question::Select, None) => {}
            (_, Some(error)) => return Err(Error::server(error).with_outcome(Outcome::NotSent)),
            (_, None) => {
                let odd = ProtocolError::new(ProtocolErrorKind::Unexpected, 0, b"");
                return Err(Error::protocol(odd, Outcome::NotSent));
            }
        }
        Ok(if self.owed.is_empty() {
            Progress::Done(self.protocol)
        } else {
            Progress::More
        })
    }
}

/// AUTH with these credentials, unless they are empty, which means none.
pub(super) fn auth(credentials: &Credentials) -> Option<Request> {
    let auth = cmd("AUTH")
        .opt(credentials.username.as_deref())
        .arg(credentials.password.expose());
    (!credentials.is_blank()).then_some(auth)
}

/// The protocol that the answer to HELLO names; proxies have been seen to stay with RESP2.
fn agreed(hello: &Reply) -> Protocol {
    let mut words = hello.root().items();
    while let (Some(field), Some(value)) = (words.next(), words.next()) {
        if field.text() == Some(b"proto") && value.decode::<i64>() == Ok(2) {
            return Protocol::Resp2;
        }
    }
    Protocol::Resp3
}

/// The server does not know HELLO, or not this protocol.
fn too_old(error: &[u8]) -> bool {
    error.starts_with(b"NOPROTO") || memchr::memmem::find(error, b"unknown command").is_some()
}
