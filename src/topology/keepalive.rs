//! TCP keepalive settings.

use core::time::Duration;

use super::error::{ConfigError, Problem};

/// TCP keepalive: how a silent, dead peer is noticed while nothing is being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keepalive {
    idle: Duration,
    interval: Duration,
    probes: u32,
}

impl Keepalive {
    /// A probe after 30 s of silence, then every 5 s; after 3 without an answer the connection is dead.
    #[must_use]
    pub fn new() -> Self {
        Keepalive {
            idle: Duration::from_secs(30),
            interval: Duration::from_secs(5),
            probes: 3,
        }
    }

    /// Silence before the first probe: 1 s to 32767 s; systems count whole seconds. Default: 30 s.
    #[must_use]
    pub fn with_idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// Time between probes: 1 s to 32767 s; systems count whole seconds. Default: 5 s.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Unanswered probes before the connection is dead: 1 to 127. Default: 3.
    #[must_use]
    pub fn with_probes(mut self, probes: u32) -> Self {
        self.probes = probes;
        self
    }

    /// Silence before the first probe.
    #[must_use]
    pub fn idle(&self) -> Duration {
        self.idle
    }

    /// Time between probes.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Unanswered probes before the connection is dead.
    #[must_use]
    pub fn probes(&self) -> u32 {
        self.probes
    }

    // The ranges are Linux' own; beyond them setting the option fails only once a connection has been made.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let seconds = Duration::from_secs(1)..=Duration::from_secs(32_767);
        if !seconds.contains(&self.idle) {
            return Err(Problem::Field("the keepalive idle time", "must be 1 s to 32767 s").into());
        }
        if !seconds.contains(&self.interval) {
            return Err(Problem::Field("the keepalive interval", "must be 1 s to 32767 s").into());
        }
        if !(1..=127).contains(&self.probes) {
            return Err(Problem::Field("the number of keepalive probes", "must be 1 to 127").into());
        }
        Ok(())
    }
}

impl Default for Keepalive {
    fn default() -> Self {
        Keepalive::new()
    }
}
