//! Options of SENTINEL commands.

use alloc::vec::Vec;
use core::time::Duration;

use crate::command::Request;
use crate::resp::{Args, ToArg, ToArgs};
use crate::secret::Secret;

/// Settings of one master for [`sentinel_set`](super::SentinelCommands::sentinel_set); at least one is needed.
///
/// Debug prints none of them: passwords may be among them.
///
/// ```
/// use std::time::Duration;
///
/// use redwire::commands::SentinelSetOptions;
/// use redwire::prelude::*;
///
/// let options = SentinelSetOptions::new().quorum(2).down_after(Duration::from_secs(5));
/// let command = Build.sentinel_set("mymaster", options);
/// let words: Vec<_> = command.request().arguments().map(String::from_utf8_lossy).collect();
/// assert_eq!(words[3..], ["quorum", "2", "down-after-milliseconds", "5000"]);
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct SentinelSetOptions {
    settings: Vec<Args>,
    refused: Option<&'static str>,
}

impl SentinelSetOptions {
    /// Changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn add(mut self, name: &str, value: impl ToArgs) -> Self {
        let mut setting = Args::new();
        setting.push(name.as_bytes());
        value.write_args(&mut setting);
        self.settings.push(setting);
        self
    }

    fn time(mut self, name: &str, time: Duration) -> Self {
        match u64::try_from(time.as_millis()) {
            Ok(1..) => {}
            _ => self.refused = Some("a time must be at least one millisecond"),
        }
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.add(name, milliseconds)
    }

    /// `down-after-milliseconds`: for how long the master must not answer to count as down.
    #[must_use]
    pub fn down_after(self, time: Duration) -> Self {
        self.time("down-after-milliseconds", time)
    }

    /// `failover-timeout`: how long each step of a failover may take.
    #[must_use]
    pub fn failover_timeout(self, time: Duration) -> Self {
        self.time("failover-timeout", time)
    }

    /// `parallel-syncs`: how many replicas may load the data of a new master at a time.
    #[must_use]
    pub fn parallel_syncs(self, replicas: u64) -> Self {
        self.add("parallel-syncs", replicas)
    }

    /// `quorum`: how many sentinels must agree that the master is down.
    #[must_use]
    pub fn quorum(self, sentinels: u64) -> Self {
        self.add("quorum", sentinels)
    }

    /// `notification-script`: the path of a script that is told of every warning; empty for none.
    #[must_use]
    pub fn notification_script(self, path: impl ToArg) -> Self {
        self.add("notification-script", path)
    }

    /// `client-reconfig-script`: the path of a script that is told of every new master; empty for none.
    #[must_use]
    pub fn client_reconfig_script(self, path: impl ToArg) -> Self {
        self.add("client-reconfig-script", path)
    }

    /// `auth-pass`: the password with which the sentinel logs in at the master and its replicas; empty for none.
    #[must_use]
    pub fn auth_pass(self, password: impl Into<Secret>) -> Self {
        self.add("auth-pass", password.into().expose())
    }

    /// `auth-user`: the user as whom it logs in there; empty for the default one. Since Redis 6.0.
    #[must_use]
    pub fn auth_user(self, user: impl ToArg) -> Self {
        self.add("auth-user", user)
    }

    /// `rename-command`: a command that has another name on the servers. Since Redis 5.0.
    #[must_use]
    pub fn rename_command(mut self, command: impl ToArg, name: impl ToArg) -> Self {
        let mut setting = Args::new();
        setting.push(b"rename-command");
        command.write_args(&mut setting);
        name.write_args(&mut setting);
        self.settings.push(setting);
        self
    }

    /// `master-reboot-down-after-period`: for how long a master that has restarted may load its data before it counts as
    /// down. Since Redis 7.0.
    #[must_use]
    pub fn master_reboot_down_after(self, time: Duration) -> Self {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.add("master-reboot-down-after-period", milliseconds)
    }

    /// Any other setting, by its name.
    #[must_use]
    pub fn other(self, name: &str, value: impl ToArg) -> Self {
        self.add(name, value)
    }

    pub(super) fn write(self, request: Request) -> Request {
        if self.settings.is_empty() {
            return request.refuse("at least one setting is needed");
        }
        let request = match self.refused {
            Some(wrong) => request.refuse(wrong),
            None => request,
        };
        let add = |request: Request, setting: &Args| setting.iter().fold(request, Request::arg);
        self.settings.iter().fold(request, add)
    }
}

impl core::fmt::Debug for SentinelSetOptions {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SentinelSetOptions(***)")
    }
}

/// Where in its next failover a sentinel ends itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SimulatedFailure {
    /// Once it has been elected.
    CrashAfterElection,
    /// Once it has promoted a replica.
    CrashAfterPromotion,
}

impl SimulatedFailure {
    pub(super) fn word(self) -> &'static str {
        match self {
            SimulatedFailure::CrashAfterElection => "CRASH-AFTER-ELECTION",
            SimulatedFailure::CrashAfterPromotion => "CRASH-AFTER-PROMOTION",
        }
    }
}
