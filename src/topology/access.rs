//! What a configuration says, and whether it makes sense.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::time::Duration;

use super::backoff::Backoff;
use super::config::{Config, Overload, Protocol};
use super::endpoint::Endpoint;
use super::error::{ConfigError, Problem};
use super::keepalive::Keepalive;
use super::library::{Library, validate_client_name};
use super::observer::Observer;
use super::pool::PoolOptions;
use super::provider::CredentialsProvider;
use super::retry::RetryPolicy;
use super::sentinel::{Service, ServiceRole};
use crate::resp::Limits;
use crate::secret::Credentials;

impl Config {
    /// Where to connect to, unless there is a [service](Config::service).
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The service to connect to, if not an endpoint.
    #[must_use]
    pub fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }

    /// What the other side is called: the endpoint, or the service and the role in which it is wanted.
    #[must_use]
    pub fn peer(&self) -> String {
        match &self.service {
            Some(service) => service.to_string(),
            None => self.endpoint.to_string(),
        }
    }

    /// The role in which a server of a service is wanted.
    pub(crate) fn service_role(&self) -> Option<ServiceRole> {
        self.service.as_ref().map(Service::role)
    }

    /// [`Config::retry`] as it holds: for a client of a service's master, `READONLY` is a refusal that passes.
    #[must_use]
    pub fn retry_policy(&self) -> RetryPolicy {
        match self.service_role() {
            Some(ServiceRole::Master) => self.retry.leaving_replicas(),
            _ => self.retry,
        }
    }

    /// [`Config::backoff`] as it holds: to a service, no delay is longer than half a second, for a failover is over within
    /// seconds, and it is the sentinels that are asked first each time.
    #[must_use]
    pub fn dial_backoff(&self) -> Backoff {
        const LONGEST: Duration = Duration::from_millis(500);
        let backoff = self.backoff;
        match &self.service {
            Some(_) => backoff.with_cap(backoff.cap().min(LONGEST)),
            None => backoff,
        }
    }

    /// Whom to log in as, if anyone. A password is never empty here unless a user name stands beside it.
    #[must_use]
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// Whom to ask for credentials at each connect, if anyone. There is none if there are
    /// [credentials](Config::credentials).
    #[must_use]
    pub fn credentials_provider(&self) -> Option<&Arc<dyn CredentialsProvider>> {
        self.provider.as_ref().map(|provider| &provider.0)
    }

    /// Whom to tell what becomes of the connections, if anyone.
    #[must_use]
    pub fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.observer.as_ref().map(|observer| &observer.0)
    }

    /// The database to select.
    #[must_use]
    pub fn database(&self) -> u32 {
        self.database
    }

    /// The connection's name, if any; never empty.
    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.client_name.as_deref()
    }

    /// The library to announce, if any.
    #[must_use]
    pub fn library(&self) -> Option<&Library> {
        self.library.as_ref()
    }

    /// The protocol to ask for.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// How long opening a connection may take; `None` is for ever.
    #[must_use]
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect_timeout
    }

    /// How long a command may take; `None` is for ever.
    #[must_use]
    pub fn response_timeout(&self) -> Option<Duration> {
        self.response_timeout
    }

    /// How long a connection that owes replies may stay silent, twice the response time-out unless chosen; `None` is
    /// for ever.
    #[must_use]
    pub fn liveness(&self) -> Option<Duration> {
        self.liveness
            .unwrap_or_else(|| self.response_timeout.map(|timeout| timeout.saturating_mul(2)))
    }

    /// TCP keepalive, if it is on.
    #[must_use]
    pub fn keepalive(&self) -> Option<&Keepalive> {
        self.keepalive.as_ref()
    }

    /// How long sent bytes may stay unacknowledged; `None` is the system's choice.
    #[must_use]
    pub fn tcp_user_timeout(&self) -> Option<Duration> {
        self.tcp_user_timeout
    }

    /// Whether `TCP_NODELAY` is set.
    #[must_use]
    pub fn nodelay(&self) -> bool {
        self.nodelay
    }

    /// The delays between attempts to connect again.
    #[must_use]
    pub fn backoff(&self) -> &Backoff {
        &self.backoff
    }

    /// Which failed commands are sent again.
    #[must_use]
    pub fn retry(&self) -> &RetryPolicy {
        &self.retry
    }

    /// How many connections there are and how long each is kept.
    #[must_use]
    pub fn pool(&self) -> &PoolOptions {
        &self.pool
    }

    /// How long a caller waits for a connection of the pool, the response time-out unless chosen; `None` is for ever,
    /// zero not at all.
    #[must_use]
    pub fn pool_timeout(&self) -> Option<Duration> {
        self.pool.chosen_pool_timeout().unwrap_or(self.response_timeout)
    }

    /// How many bytes a connection asks for in its first read.
    #[must_use]
    pub fn read_buffer_min(&self) -> usize {
        self.read_buffer_min
    }

    /// The most bytes asked for in one read.
    #[must_use]
    pub fn read_buffer_max(&self) -> usize {
        self.read_buffer_max
    }

    /// How many bytes of commands may be queued and in flight on one connection.
    #[must_use]
    pub fn memory_budget(&self) -> usize {
        self.memory_budget
    }

    /// What happens to a command for which the memory budget has no room.
    #[must_use]
    pub fn overload(&self) -> Overload {
        self.overload
    }

    /// Whether a nonce is echoed behind each batch.
    #[must_use]
    pub fn integrity(&self) -> bool {
        self.integrity
    }

    /// What a reply may ask of memory.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Checks every setting. Clients do so before they connect; the `with_` methods do not, so that they chain.
    ///
    /// # Errors
    /// Names the first setting that is wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        match &self.service {
            Some(service) => service.validate()?,
            None => self.endpoint.validate()?,
        }
        if let Some(name) = &self.client_name {
            validate_client_name(name)?;
        }
        if let Some(library) = &self.library {
            library.validate()?;
        }
        let no_time = [
            ("connect_timeout", self.connect_timeout),
            ("response_timeout", self.response_timeout),
            ("liveness", self.liveness.flatten()),
        ];
        for (field, time) in no_time {
            if time == Some(Duration::ZERO) {
                return Err(Problem::Field(field, ZERO_TIMEOUT).into());
            }
        }
        if let Some(keepalive) = &self.keepalive {
            keepalive.validate()?;
        }
        if self.tcp_user_timeout.is_some_and(|time| !USER_TIMEOUTS.contains(&time)) {
            return Err(Problem::Field("tcp_user_timeout", "must be 1 ms to 2147483647 ms").into());
        }
        self.backoff.validate(("backoff_base", "backoff_cap"))?;
        self.retry.validate()?;
        self.pool.validate()?;
        self.validate_sizes()
    }

    fn validate_sizes(&self) -> Result<(), ConfigError> {
        let wrong = |field, wrong| Err(Problem::Field(field, wrong).into());
        if !READ_BUFFERS.contains(&self.read_buffer_min) {
            return wrong("read_buffer_min", "must be 512 bytes to 16 MiB");
        }
        if !READ_BUFFERS.contains(&self.read_buffer_max) {
            return wrong("read_buffer_max", "must be 512 bytes to 16 MiB");
        }
        if self.read_buffer_max < self.read_buffer_min {
            return wrong("read_buffer_max", "must not be less than read_buffer_min");
        }
        if self.memory_budget == 0 {
            return wrong("memory_budget", "must be more than 0");
        }
        let limits = [
            ("max_line", self.limits.max_line()),
            ("max_bulk", self.limits.max_bulk()),
            ("max_depth", self.limits.max_depth()),
            ("max_elements", self.limits.max_elements()),
            ("max_total", self.limits.max_total()),
        ];
        // No connection gets through its handshake with one of them at 0.
        match limits.into_iter().find(|(_, limit)| *limit == 0) {
            Some((field, _)) => wrong(field, "must be more than 0"),
            None => Ok(()),
        }
    }
}

const ZERO_TIMEOUT: &str = "must be more than 0: `None` (in a URL `none`) waits for ever";

// A signed number of milliseconds to the kernel; below 1 ms it would be 0, which is "the system's choice".
const USER_TIMEOUTS: core::ops::RangeInclusive<Duration> =
    Duration::from_millis(1)..=Duration::from_millis(i32::MAX as u64);

// Below lies a system call per reply, above it memory that no socket fills at once.
const READ_BUFFERS: core::ops::RangeInclusive<usize> = 512..=16 * 1024 * 1024;
