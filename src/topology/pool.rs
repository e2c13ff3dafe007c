//! How many connections there are and how long each is kept.

use core::time::Duration;

use super::error::{ConfigError, Problem};

/// A pool of connections: how many, how long a caller waits for one, and when one is closed or checked.
///
/// The connection given back last is handed out first, so that those not needed grow old and are closed.
///
/// ```
/// use core::time::Duration;
/// use redwire::{Config, PoolOptions};
///
/// let pool = PoolOptions::new().with_max_connections(8).with_pool_timeout(Duration::ZERO);
/// let config = Config::new().with_pool(pool);
/// assert_eq!(config.to_string(), "redis://localhost:6379?max_connections=8&pool_timeout=0");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolOptions {
    max_connections: u32,
    /// The outer `None`: not chosen, so it follows the response time-out.
    pool_timeout: Option<Option<Duration>>,
    idle_timeout: Option<Duration>,
    max_lifetime: Option<Duration>,
    health_check_interval: Option<Duration>,
}

impl PoolOptions {
    /// The defaults named at each option.
    #[must_use]
    pub const fn new() -> Self {
        PoolOptions {
            max_connections: 64,
            pool_timeout: None,
            idle_timeout: Some(Duration::from_secs(5 * 60)),
            max_lifetime: None,
            health_check_interval: Some(Duration::from_secs(30)),
        }
    }

    /// The most connections open at a time, at least 1. Default: 64.
    ///
    /// A server executes commands one at a time and allows 10,000 clients by default, so that 64 keep it busy and 150
    /// processes may have as many. redis-py's default, 2^31, never bounds anything: a traffic peak opens connections
    /// until the server refuses everybody.
    #[must_use]
    pub const fn with_max_connections(mut self, max_connections: u32) -> Self {
        self.max_connections = max_connections;
        self
    }

    /// How long a caller waits for a connection when all are taken: `None` for ever, zero not at all. Default: the
    /// [response time-out](crate::Config::with_response_timeout). Read it with
    /// [`Config::pool_timeout`](crate::Config::pool_timeout), which knows that one too.
    #[must_use]
    pub fn with_pool_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.pool_timeout = Some(timeout.into());
        self
    }

    /// Connections unused for longer are closed; `None` keeps them. Default: 5 minutes.
    ///
    /// Servers (`timeout` in `redis.conf`), firewalls and load balancers drop silent connections too, often without a
    /// word; whoever closes first knows about it.
    #[must_use]
    pub fn with_idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// Connections older than this are closed once they are free; `None` keeps them. Default: none.
    ///
    /// It spreads clients anew over servers behind one address, some time after one was added.
    #[must_use]
    pub fn with_max_lifetime(mut self, lifetime: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = lifetime.into();
        self
    }

    /// Connections unused for longer are checked with `PING` before they are handed out; `None` and zero (as in
    /// redis-py) never check. Default: 30 s.
    ///
    /// Whatever this says, a connection that the server closed or that holds unread bytes is not handed out.
    #[must_use]
    pub fn with_health_check_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.health_check_interval = interval.into().filter(|interval| !interval.is_zero());
        self
    }

    /// The most connections open at a time.
    #[must_use]
    pub const fn max_connections(&self) -> u32 {
        self.max_connections
    }

    /// As chosen, if it was; [`Config::pool_timeout`](crate::Config::pool_timeout) knows what holds else.
    pub(super) const fn chosen_pool_timeout(&self) -> Option<Option<Duration>> {
        self.pool_timeout
    }

    /// How long an unused connection is kept; `None` is for ever.
    #[must_use]
    pub const fn idle_timeout(&self) -> Option<Duration> {
        self.idle_timeout
    }

    /// How old a connection may become; `None` is any age.
    #[must_use]
    pub const fn max_lifetime(&self) -> Option<Duration> {
        self.max_lifetime
    }

    /// How long a connection may be unused before it is checked; `None` never checks. Never zero.
    #[must_use]
    pub const fn health_check_interval(&self) -> Option<Duration> {
        self.health_check_interval
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.max_connections == 0 {
            return Err(Problem::Field("max_connections", "must be a positive integer").into());
        }
        for (name, time) in [("idle_timeout", self.idle_timeout), ("max_lifetime", self.max_lifetime)] {
            if time == Some(Duration::ZERO) {
                return Err(
                    Problem::Field(name, "must be more than 0: `None` (in a URL `none`) keeps connections").into(),
                );
            }
        }
        Ok(())
    }
}

impl Default for PoolOptions {
    fn default() -> Self {
        PoolOptions::new()
    }
}
