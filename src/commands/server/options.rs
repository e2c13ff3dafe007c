//! Options of SHUTDOWN, FAILOVER and LOLWUT.

use alloc::vec::Vec;
use core::time::Duration;

use crate::command::Request;
use crate::commands::options::{OneOf, owned};
use crate::resp::ToArg;

/// How the memory of removed keys is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlushMode {
    /// In the background. Since Redis 4.0.
    Async,
    /// Before the server answers. Since Redis 6.2.
    Sync,
}

impl FlushMode {
    pub(in crate::commands) fn word(self) -> &'static str {
        match self {
            FlushMode::Async => "ASYNC",
            FlushMode::Sync => "SYNC",
        }
    }
}

/// Options of [`shutdown_with`](super::ServerCommands::shutdown_with). `SAVE` and `NOSAVE` together are refused before
/// anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct ShutdownOptions {
    save: OneOf<Save>,
    now: bool,
    force: bool,
    safe: bool,
}

#[derive(Clone, Copy, Debug)]
enum Save {
    Save,
    NoSave,
}

impl ShutdownOptions {
    /// No options: a snapshot is written if the server's configuration has save points.
    pub fn new() -> Self {
        ShutdownOptions::default()
    }

    /// Writes a snapshot in any case (`SAVE`).
    pub fn save(mut self) -> Self {
        self.save.set(Save::Save);
        self
    }

    /// Writes no snapshot, whatever the configuration says (`NOSAVE`).
    pub fn nosave(mut self) -> Self {
        self.save.set(Save::NoSave);
        self
    }

    /// Does not wait for replicas that lag behind (`NOW`). Since Redis 7.0.
    pub fn now(mut self) -> Self {
        self.now = true;
        self
    }

    /// Goes down even if a snapshot cannot be written (`FORCE`). Since Redis 7.0.
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// Refuses to go down while the server is a master that has slots of a cluster (`SAFE`). Since Valkey 9.0.
    pub fn safe(mut self) -> Self {
        self.safe = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = self.save.write(request, "SAVE and NOSAVE", |save, request| {
            request.arg(match save {
                Save::Save => "SAVE",
                Save::NoSave => "NOSAVE",
            })
        });
        request
            .flag("NOW", self.now)
            .flag("FORCE", self.force)
            .flag("SAFE", self.safe)
    }
}

/// Options of [`failover_with`](super::ServerCommands::failover_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct FailoverOptions {
    to: Option<(Vec<u8>, u16)>,
    force: bool,
    timeout: Option<Duration>,
}

impl FailoverOptions {
    /// No options: to whichever replica is in step first, however long that takes.
    pub fn new() -> Self {
        FailoverOptions::default()
    }

    /// To this replica (`TO`).
    pub fn to(mut self, host: impl ToArg, port: u16) -> Self {
        self.to = Some((owned(host), port));
        self
    }

    /// When the time is up, goes on even if the replica is not in step: what it lacks is lost (`FORCE`). Needs
    /// [`to`](FailoverOptions::to) and [`timeout`](FailoverOptions::timeout), otherwise nothing is sent.
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// Gives up after this long, in whole milliseconds (`TIMEOUT`). The server refuses zero.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(super) fn write(self, mut request: Request) -> Request {
        if self.force && (self.to.is_none() || self.timeout.is_none()) {
            request = request.refuse("FORCE needs a replica and a timeout");
        }
        if let Some((host, port)) = self.to {
            request = request.arg("TO").arg(host).arg(port).flag("FORCE", self.force);
        }
        match self.timeout {
            Some(timeout) => request.arg("TIMEOUT").milliseconds(timeout),
            None => request,
        }
    }
}

/// Options of [`lolwut_with`](super::ServerCommands::lolwut_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct LolwutOptions {
    version: Option<u32>,
    parameters: Vec<i64>,
}

impl LolwutOptions {
    /// No options: what the version of the server shows.
    pub fn new() -> Self {
        LolwutOptions::default()
    }

    /// What this version of Redis shows (`VERSION`).
    pub fn version(mut self, version: u32) -> Self {
        self.version = Some(version);
        self
    }

    /// One more number, which means something else in each version, such as the columns and rows of the picture.
    pub fn parameter(mut self, parameter: i64) -> Self {
        self.parameters.push(parameter);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request.opt_with("VERSION", self.version).arg(self.parameters)
    }
}
