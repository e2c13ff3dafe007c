//! MIGRATE.

use crate::Credentials;
use crate::command::Request;
use crate::resp::{Data, DecodeError, FromReply, Reply};

/// Options of [`migrate`](super::KeyCommands::migrate).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct MigrateOptions {
    copy: bool,
    replace: bool,
    auth: Option<Credentials>,
}

impl MigrateOptions {
    /// No options: the keys are removed here, must not exist there, and the other server wants no password.
    pub fn new() -> Self {
        MigrateOptions::default()
    }

    /// Leaves the keys where they are.
    pub fn copy(mut self) -> Self {
        self.copy = true;
        self
    }

    /// Replaces keys that exist on the other server.
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    /// Logs in to the other server: `AUTH` with a password since Redis 4.0.7, `AUTH2` with a user since 6.0.
    pub fn auth(mut self, credentials: Credentials) -> Self {
        self.auth = Some(credentials);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.flag("COPY", self.copy).flag("REPLACE", self.replace);
        match self.auth {
            None => request,
            Some(Credentials { username, password, .. }) => match username {
                None => request.arg("AUTH").arg(password.expose()),
                Some(username) => request.arg("AUTH2").arg(username).arg(password.expose()),
            },
        }
    }
}

/// OK is true; NOKEY, when none of the keys exist, is false.
pub(super) fn moved(reply: Reply) -> Result<bool, DecodeError> {
    match reply.root().data() {
        Data::Simple(b"NOKEY") => Ok(false),
        _ => bool::from_owned(reply),
    }
}
