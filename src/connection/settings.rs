//! What a connection is told about itself.

use alloc::string::String;
use core::time::Duration;

use crate::command::{Requests, Wait};
use crate::resp::Limits;
use crate::secret::Credentials;
use crate::time::Timestamp;
use crate::topology::sentinel::ServiceRole;
use crate::topology::{Config, ConfigError, Library, Protocol, validate_client_name};

/// What the handshake sets up, and how long anything may take. Debug does not print the password.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The protocol to ask for.
    pub protocol: Protocol,
    /// User and password, if the server wants some.
    pub credentials: Option<Credentials>,
    /// The database to select; 0 needs no command.
    pub database: u32,
    /// The name to give the connection.
    pub client_name: Option<String>,
    /// What to tell the server about the client library; servers before 7.2 do not want to know.
    pub library: Option<Library>,
    /// How long the handshake may take.
    pub connect_timeout: Option<Duration>,
    /// How long a reply may take, on top of what a blocking command waits by itself.
    pub response_timeout: Option<Duration>,
    /// How long a server that owes replies may send nothing at all before it is taken for dead.
    pub liveness: Option<Duration>,
    /// Integrity mode, with the seed of its nonces: the client has the server echo a nonce behind each batch, and gives no
    /// reply out before the echo is back.
    pub integrity: Option<u64>,
    /// As what sentinels named the server, if they did. A master that answers `READONLY` is none any more, and is left at
    /// once; a replica that does is what it should be.
    pub role: Option<ServiceRole>,
    /// Bounds on replies.
    pub limits: Limits,
    /// How many bytes the first read asks for; less than 512 counts as 512.
    pub read_buffer_min: usize,
    /// The most bytes that one read asks for, at most 16 MiB.
    pub read_buffer_max: usize,
}

impl Settings {
    /// RESP3 if the server can, no credentials, database 0, no name, no deadlines.
    #[must_use]
    pub fn new() -> Self {
        Settings {
            protocol: Protocol::Resp3,
            credentials: None,
            database: 0,
            client_name: None,
            library: None,
            connect_timeout: None,
            response_timeout: None,
            liveness: None,
            integrity: None,
            role: None,
            limits: Limits::new(),
            read_buffer_min: 4 * 1024,
            read_buffer_max: 256 * 1024,
        }
    }

    /// The same with this protocol.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The same with these credentials.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The same with this database.
    #[must_use]
    pub fn database(mut self, database: u32) -> Self {
        self.database = database;
        self
    }

    /// The same with this limit on the handshake.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// The same with this limit on each reply.
    #[must_use]
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = Some(timeout);
        self
    }

    /// The same with this limit on the silence of a server that owes replies.
    #[must_use]
    pub fn liveness(mut self, silence: Duration) -> Self {
        self.liveness = Some(silence);
        self
    }

    /// The same in integrity mode; another seed for each connection makes nonces that no other connection expects.
    #[must_use]
    pub fn integrity(mut self, seed: u64) -> Self {
        self.integrity = Some(seed);
        self
    }

    /// The same with these bounds on replies.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same with this name for the connection: the printable ASCII characters `!` to `~`.
    #[must_use]
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.client_name = Some(name.into());
        self
    }

    /// The same with this library announced.
    #[must_use]
    pub fn library(mut self, library: Library) -> Self {
        self.library = Some(library);
        self
    }

    /// The same with reads of `min` bytes at first and `max` at most.
    #[must_use]
    pub fn read_buffers(mut self, min: usize, max: usize) -> Self {
        (self.read_buffer_min, self.read_buffer_max) = (min, max);
        self
    }

    /// Checks what a server would refuse, or take for something else, before anything is dialed. Sessions and clients do
    /// so by themselves.
    ///
    /// # Errors
    /// The client name or the library's is empty or has a space or a special character in it.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if let Some(name) = &self.client_name {
            validate_client_name(name)?;
        }
        self.library.as_ref().map_or(Ok(()), Library::validate)
    }

    /// When a request that is sent `now` and waits like this in the server must be answered.
    #[must_use]
    #[inline]
    pub fn deadline(&self, now: Timestamp, wait: Wait) -> Option<Timestamp> {
        let timeout = self.response_timeout?;
        match wait {
            Wait::None => Some(now + timeout),
            Wait::For(wait) => Some(now + timeout.saturating_add(wait)),
            Wait::Forever => None,
        }
    }

    /// The same for requests that are sent together: what they wait in the server adds up.
    #[must_use]
    pub fn deadline_of_all(&self, now: Timestamp, requests: &Requests) -> Option<Timestamp> {
        let mut deadline = now + self.response_timeout?;
        for wait in requests.waits() {
            match wait {
                Wait::None => {}
                Wait::For(wait) => deadline = deadline + wait,
                Wait::Forever => return None,
            }
        }
        Some(deadline)
    }

    /// The password, for masking it where a server repeats it.
    pub(super) fn secret(&self) -> &[u8] {
        self.credentials
            .as_ref()
            .map_or(&[], |credentials| credentials.password.expose().as_bytes())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings::new()
    }
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Settings {
            protocol: config.protocol(),
            credentials: config.credentials().cloned(),
            database: config.database(),
            client_name: config.client_name().map(Into::into),
            library: config.library().cloned(),
            connect_timeout: config.connect_timeout(),
            response_timeout: config.response_timeout(),
            liveness: config.liveness(),
            integrity: config.integrity().then_some(0),
            role: config.service_role(),
            limits: *config.limits(),
            read_buffer_min: config.read_buffer_min(),
            read_buffer_max: config.read_buffer_max(),
        }
    }
}
