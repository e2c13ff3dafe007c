//! Everything a client needs to know before it connects.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use super::backoff::Backoff;
use super::endpoint::Endpoint;
use super::error::ConfigError;
use super::keepalive::Keepalive;
use super::library::Library;
use super::observer::Observer;
use super::pool::PoolOptions;
use super::provider::CredentialsProvider;
use super::retry::RetryPolicy;
use super::same::Same;
use super::sentinel::Service;
use super::url;
use crate::resp::Limits;
use crate::secret::Credentials;

/// How a client connects: where to, as whom, and with which limits.
///
/// It is read from a URL, built by hand, or both; whatever comes last wins. Nothing is resolved or connected here.
///
/// ```
/// use core::time::Duration;
/// use redwire::{Config, Credentials};
///
/// let config = Config::parse("redis://cache.example/2?client_name=worker")?
///     .with_credentials(Credentials::user("alice", "hunter2"))
///     .with_response_timeout(Duration::from_millis(500));
/// assert_eq!(config.database(), 2);
/// assert_eq!(
///     config.to_string(),
///     "redis://alice:***@cache.example:6379/2?client_name=worker&response_timeout=0.5",
/// );
/// # Ok::<(), redwire::ConfigError>(())
/// ```
///
/// # URLs
///
/// ```text
/// redis://[[user][:password]@][host][:port][/database][?option=value&..]
/// unix://[[user][:password]@]/path/to/socket[?option=value&..]            also redis+unix://
/// redis+sentinel://[[user][:password]@]host[:port][,host[:port]..]/service[/database][?option=value&..]
/// ```
///
/// - The scheme may be written in any letter case. `rediss` (TLS) is recognised and refused: this version has no TLS.
///   Anything without a scheme, such as `localhost:6379`, is refused too.
/// - Left out, the host is `localhost`, the port 6379 (as for port 0) and the database 0. Host names are lower-cased,
///   an IPv6 address stands in brackets.
/// - User, password, host, path and option values are percent-decoded, once. The characters `/ ? # %` in a user name or
///   password must be written as `%2F %3F %23 %25`; a `+` stays a `+`, except in an option's value, where it is a space.
/// - A user name without a password logs in with an empty one (an ACL user with `nopass`).
/// - The database is a number. `/abc` or `/0/1` is an error here, while redis-py ignores the one and reads the other
///   as 1.
/// - In a `unix` URL three slashes are needed: a host other than `localhost` is an error, not ignored.
/// - In a `redis+sentinel` URL the hosts are those of the sentinels, their port is 26379 unless given, and `service` is the
///   name under which they watch the master; see [`sentinel`](super::sentinel). User and password are those of the servers.
///
/// | option | value | default |
/// |---|---|---|
/// | `db` | database number; beats the one in the path | 0 |
/// | `protocol` | `2` or `3` | 3 |
/// | `username`, `password` | beat those before the `@` | none |
/// | `client_name` | see [`with_client_name`](Config::with_client_name) | none |
/// | `lib_name`, `lib_version` | see [`with_library`](Config::with_library); the name `none` announces nothing | redwire and its version |
/// | **Time-outs** | | |
/// | `connect_timeout`, `socket_connect_timeout` | time or `none`: [`with_connect_timeout`](Config::with_connect_timeout) | 5 s |
/// | `response_timeout`, `socket_timeout` | time or `none`: [`with_response_timeout`](Config::with_response_timeout) | 10 s |
/// | `liveness` | time or `none`: [`with_liveness`](Config::with_liveness) | twice `response_timeout` |
/// | **Sockets** | | |
/// | `socket_keepalive` | boolean; `no` beats the three below | yes |
/// | `keepalive_idle` | time: [`Keepalive::with_idle`] | 30 s |
/// | `keepalive_interval` | time: [`Keepalive::with_interval`] | 5 s |
/// | `keepalive_probes` | number: [`Keepalive::with_probes`] | 3 |
/// | `tcp_user_timeout` | time or `none`: [`with_tcp_user_timeout`](Config::with_tcp_user_timeout) | none |
/// | `nodelay` | boolean: [`with_nodelay`](Config::with_nodelay) | yes |
/// | **Failures** | | |
/// | `backoff_base`, `backoff_cap`, `backoff_stable` | time: [`Backoff`] between attempts to connect | 200 ms, 5 s, 10 s |
/// | `retries` | number: [`RetryPolicy::with_retries`] | 3 |
/// | `retry_reads` | boolean: [`RetryPolicy::with_retry_reads`] | yes |
/// | `retry_on_timeout` | boolean: [`RetryPolicy::with_retry_on_timeout`] | no |
/// | `retry_backoff_base`, `retry_backoff_cap` | time: [`RetryPolicy::with_backoff`] | 200 ms, 5 s |
/// | **Connections** | | |
/// | `max_connections` | number: [`PoolOptions::with_max_connections`] | 64 |
/// | `pool_timeout`, `timeout` | time or `none`: [`PoolOptions::with_pool_timeout`] | `response_timeout` |
/// | `idle_timeout` | time or `none`: [`PoolOptions::with_idle_timeout`] | 5 minutes |
/// | `max_lifetime` | time or `none`: [`PoolOptions::with_max_lifetime`] | none |
/// | `health_check_interval` | time or `none`: [`PoolOptions::with_health_check_interval`] | 30 s |
/// | **Memory** | | |
/// | `read_buffer_min`, `read_buffer_max` | size: [`with_read_buffer_min`](Config::with_read_buffer_min) | 4 KiB, 256 KiB |
/// | `memory_budget` | size: [`with_memory_budget`](Config::with_memory_budget) | 64 MiB |
/// | `overload` | `wait` or `fail`: [`with_overload`](Config::with_overload) | `wait` |
/// | `integrity` | boolean: [`with_integrity`](Config::with_integrity) | no |
/// | `max_line`, `max_bulk`, `max_total` | size: [`Limits::line`], [`Limits::bulk`], [`Limits::total`] | 64 KiB, 512 MiB, 1 GiB |
/// | `max_depth`, `max_elements` | number: [`Limits::depth`], [`Limits::elements`] | 128, 64 Mi |
/// | **Sentinel**, in a `redis+sentinel` URL only | | |
/// | `role` | `master` or `replica`: [`ServiceRole`](super::sentinel::ServiceRole) | `master` |
/// | `min_other_sentinels` | number: [`Sentinels::with_min_other_sentinels`](super::sentinel::Sentinels::with_min_other_sentinels) | 0 |
/// | `sentinel_username`, `sentinel_password` | [`Sentinels::with_credentials`](super::sentinel::Sentinels::with_credentials) | none |
/// | `sentinel_timeout` | time: [`Sentinels::with_timeout`](super::sentinel::Sentinels::with_timeout) | 2 s |
/// | `watch_interval` | time or `none`: [`Sentinels::with_watch_interval`](super::sentinel::Sentinels::with_watch_interval) | 5 s |
///
/// A time is a number of seconds (`5`, `0.25`, `5s`) or milliseconds (`250ms`). A size is a number of bytes, perhaps in
/// the units of `redis.conf` that are powers of 1024 (`65536`, `64kb`, `16mb`, `1gb`).
///
/// Booleans are `1 t true y yes` and `0 f false n no` in any letter case; other words are errors. An option without a
/// value (`db=`) is as good as absent. Of a repeated option the first value counts. An unknown option is an error, so a
/// misspelt one cannot go unnoticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub(super) endpoint: Endpoint,
    pub(super) service: Option<Service>,
    pub(super) credentials: Option<Credentials>,
    pub(super) provider: Option<Same<dyn CredentialsProvider>>,
    pub(super) observer: Option<Same<dyn Observer>>,
    pub(super) database: u32,
    pub(super) client_name: Option<String>,
    pub(super) library: Option<Library>,
    pub(super) protocol: Protocol,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) response_timeout: Option<Duration>,
    /// The outer `None`: not chosen, so it follows the response time-out.
    pub(super) liveness: Option<Option<Duration>>,
    pub(super) keepalive: Option<Keepalive>,
    pub(super) tcp_user_timeout: Option<Duration>,
    pub(super) nodelay: bool,
    pub(super) backoff: Backoff,
    pub(super) retry: RetryPolicy,
    pub(super) pool: PoolOptions,
    pub(super) read_buffer_min: usize,
    pub(super) read_buffer_max: usize,
    pub(super) memory_budget: usize,
    pub(super) overload: Overload,
    pub(super) integrity: bool,
    pub(super) limits: Limits,
}

impl Config {
    /// `localhost:6379`, database 0, nobody to log in as, and the defaults named at each setting.
    #[must_use]
    pub fn new() -> Self {
        Config {
            endpoint: Endpoint::tcp("localhost", Endpoint::DEFAULT_PORT),
            service: None,
            credentials: None,
            provider: None,
            observer: None,
            database: 0,
            client_name: None,
            library: Some(Library::default()),
            protocol: Protocol::default(),
            connect_timeout: Some(Duration::from_secs(5)),
            response_timeout: Some(Duration::from_secs(10)),
            liveness: None,
            keepalive: Some(Keepalive::default()),
            tcp_user_timeout: None,
            nodelay: true,
            backoff: Backoff::new(),
            retry: RetryPolicy::new(),
            pool: PoolOptions::new(),
            read_buffer_min: 4 * 1024,
            read_buffer_max: 256 * 1024,
            memory_budget: 64 * 1024 * 1024,
            overload: Overload::default(),
            integrity: false,
            limits: Limits::new(),
        }
    }

    /// TCP to `host` (a name or an address, IPv6 without brackets); port 0 becomes 6379.
    #[must_use]
    pub fn tcp(host: impl Into<String>, port: u16) -> Self {
        Config::new().with_endpoint(Endpoint::tcp(host, port))
    }

    /// The Unix domain socket at `path`.
    #[must_use]
    pub fn unix(path: impl Into<String>) -> Self {
        Config::new().with_endpoint(Endpoint::unix(path))
    }

    /// Reads a [URL](Config#urls).
    ///
    /// # Errors
    /// Says which part of the URL is wrong and what is expected there, never what the URL held.
    pub fn parse(url: &str) -> Result<Self, ConfigError> {
        Config::new().with_url(url)
    }

    /// This configuration with everything the [URL](Config#urls) says; what the URL leaves out stays as it is.
    ///
    /// The endpoint is always the URL's, so an absent host is `localhost` and an absent port 6379. A URL with any
    /// credentials replaces them as a whole; a URL without any keeps these.
    ///
    /// # Errors
    /// As [`Config::parse`]; this configuration is checked too.
    pub fn with_url(self, url: &str) -> Result<Self, ConfigError> {
        let config = url::apply(self, url)?;
        config.validate()?;
        Ok(config)
    }

    /// Where to connect to. Default: TCP to `localhost`, port 6379. A service set before is forgotten.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = endpoint;
        self.service = None;
        self
    }

    /// The service to connect to, wherever its sentinels say that it is at each connect, in place of an endpoint; `None` for
    /// the endpoint again. Default: none.
    ///
    /// The credentials, the database and all other settings are those of the connections to its servers; what concerns
    /// the sentinels stands in [`Sentinels`](super::sentinel::Sentinels). The sockets to both have the same options.
    #[must_use]
    pub fn with_service(mut self, service: impl Into<Option<Service>>) -> Self {
        self.service = service.into();
        self
    }

    /// Whom to log in as when a connection opens; `None` for not logging in. Default: none.
    ///
    /// An empty password without a user name is the same as none. A provider set before is forgotten.
    #[must_use]
    pub fn with_credentials(mut self, credentials: impl Into<Option<Credentials>>) -> Self {
        self.credentials = credentials.into().filter(|credentials| !credentials.is_blank());
        self.provider = None;
        self
    }

    /// Whom to ask for credentials whenever a connection opens, for passwords and tokens that change. Credentials set
    /// before are forgotten. Default: none.
    #[must_use]
    pub fn with_credentials_provider(mut self, provider: Arc<dyn CredentialsProvider>) -> Self {
        self.credentials = None;
        self.provider = Some(Same(provider));
        self
    }

    /// Whom to tell what becomes of the connections: an [`Observer`], or a closure in an `Arc`. Default: nobody.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(Same(observer));
        self
    }

    /// The database to `SELECT` when a connection opens. Default: 0.
    #[must_use]
    pub fn with_database(mut self, database: u32) -> Self {
        self.database = database;
        self
    }

    /// The name shown in `CLIENT LIST`, set when a connection opens (`HELLO .. SETNAME` or `CLIENT SETNAME`).
    /// Default: none; an empty name is none.
    ///
    /// Redis allows the printable ASCII characters `!` to `~`, so no spaces.
    #[must_use]
    pub fn with_client_name(mut self, name: impl Into<String>) -> Self {
        self.client_name = Some(name.into()).filter(|name| !name.is_empty());
        self
    }

    /// The library shown in `CLIENT LIST` as `lib-name` and `lib-ver` (`CLIENT SETINFO`, since Redis 7.2); `None` to
    /// announce none. Default: redwire and its version.
    #[must_use]
    pub fn with_library(mut self, library: impl Into<Option<Library>>) -> Self {
        self.library = library.into();
        self
    }

    /// The protocol to ask for. Default: [`Protocol::Resp3`].
    #[must_use]
    pub fn with_protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// How long opening a connection may take in sum: name resolution, connecting and logging in. `None` waits for
    /// ever. Default: 5 s.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// How long a command may take from the call to its reply. `None` waits for ever. Default: 10 s.
    ///
    /// The default is twice the server's own `busy-reply-threshold` (5 s): a server held up by a slow script gets the
    /// time to say so (`BUSY`) before the client gives up without knowing why.
    #[must_use]
    pub fn with_response_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.response_timeout = timeout.into();
        self
    }

    /// How long a connection that owes replies may stay silent before it is taken for dead and replaced; `None` trusts
    /// it for ever. Default: twice the response time-out.
    ///
    /// A time-out fails one command and keeps the connection, since only the command may be slow. This is for the
    /// connection that answers nothing at all: a peer that vanished without a word.
    #[must_use]
    pub fn with_liveness(mut self, liveness: impl Into<Option<Duration>>) -> Self {
        self.liveness = Some(liveness.into());
        self
    }

    /// TCP keepalive; `None` turns it off. Default: [`Keepalive::new`]. Unix sockets have none.
    #[must_use]
    pub fn with_keepalive(mut self, keepalive: impl Into<Option<Keepalive>>) -> Self {
        self.keepalive = keepalive.into();
        self
    }

    /// `TCP_USER_TIMEOUT`: how long sent bytes may stay unacknowledged by the peer's system before the connection
    /// breaks, in whole milliseconds, 1 ms to 2^31 - 1 ms; `None` leaves it to the system. Default: none. Linux, Android
    /// and Fuchsia only, elsewhere it is ignored; so it is with Unix sockets.
    #[must_use]
    pub fn with_tcp_user_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.tcp_user_timeout = timeout.into();
        self
    }

    /// `TCP_NODELAY`: send small packets at once instead of gathering them. Default: true.
    #[must_use]
    pub fn with_nodelay(mut self, nodelay: bool) -> Self {
        self.nodelay = nodelay;
        self
    }

    /// The delays between attempts to connect again. Default: [`Backoff::new`].
    #[must_use]
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Which failed commands are sent again, and how often. Default: [`RetryPolicy::new`].
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// How many connections there are and how long each is kept. Default: [`PoolOptions::new`].
    #[must_use]
    pub fn with_pool(mut self, pool: PoolOptions) -> Self {
        self.pool = pool;
        self
    }

    /// How many bytes a connection asks for in its first read: 512 B to 16 MiB. Default: 4 KiB.
    #[must_use]
    pub fn with_read_buffer_min(mut self, bytes: usize) -> Self {
        self.read_buffer_min = bytes;
        self
    }

    /// The most bytes asked for in one read; reads grow up to it while they come back full. At least the minimum, at
    /// most 16 MiB. Default: 256 KiB.
    #[must_use]
    pub fn with_read_buffer_max(mut self, bytes: usize) -> Self {
        self.read_buffer_max = bytes;
        self
    }

    /// How many bytes of commands may be queued and in flight on one connection. More than 0. Default: 64 MiB. A call that has
    /// the connection to itself always fits, so blocking clients never wait for room.
    #[must_use]
    pub fn with_memory_budget(mut self, bytes: usize) -> Self {
        self.memory_budget = bytes;
        self
    }

    /// What happens to a command for which the memory budget has no room. Default: [`Overload::Wait`].
    #[must_use]
    pub fn with_overload(mut self, overload: Overload) -> Self {
        self.overload = overload;
        self
    }

    /// Integrity mode: a random nonce is echoed (`ECHO`) behind each batch of commands, and no reply is given out before the
    /// echo is back. Default: false.
    ///
    /// Replies belong to commands by their order alone. A server, a proxy or a network that sends one too many or too few
    /// shifts all later ones, and callers get each other's data. With the echo such a connection is closed before any of it
    /// is given out, and the calls on their way fail. It costs one more command for each batch that is written, not one
    /// for each call. A transaction on an exclusive connection that is sent call by call is checked at its end.
    #[must_use]
    pub fn with_integrity(mut self, integrity: bool) -> Self {
        self.integrity = integrity;
        self
    }

    /// What a reply may ask of memory before it is refused. Default: [`Limits::new`].
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl Default for Config {
    fn default() -> Self {
        Config::new()
    }
}

impl From<Endpoint> for Config {
    fn from(endpoint: Endpoint) -> Self {
        Config::new().with_endpoint(endpoint)
    }
}

impl FromStr for Config {
    type Err = ConfigError;

    /// As [`Config::parse`].
    fn from_str(url: &str) -> Result<Self, ConfigError> {
        Config::parse(url)
    }
}

impl fmt::Display for Config {
    /// The configuration as a URL: the endpoint, the database, and the options that differ from their defaults. The
    /// password is `***`, and so is a user name that may be one. A credentials provider has no place in a URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        url::write(self, f)
    }
}

/// Which protocol a connection asks for when it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Protocol {
    /// RESP2, spoken by every server.
    Resp2,
    /// RESP3 (`HELLO 3`), since Redis 6.0. An older server answers in RESP2, and then RESP2 is spoken.
    #[default]
    Resp3,
}

/// What happens to a command for which the memory budget has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Overload {
    /// It waits until there is room, within its response time-out.
    #[default]
    Wait,
    /// It fails at once and is not sent.
    Fail,
}
