//! Everything a client needs to know before it connects.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use super::endpoint::Endpoint;
use super::error::{ConfigError, Problem};
use super::keepalive::Keepalive;
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
///
/// | option | value | default |
/// |---|---|---|
/// | `db` | database number; beats the one in the path | 0 |
/// | `protocol` | `2` or `3` | 3 |
/// | `client_name` | see [`with_client_name`](Config::with_client_name) | none |
/// | `connect_timeout`, `socket_connect_timeout` | seconds (`5`, `0.25`, `5s`), milliseconds (`250ms`) or `none` | 5 s |
/// | `response_timeout`, `socket_timeout` | the same | 10 s |
/// | `socket_keepalive` | boolean | yes |
/// | `nodelay` | boolean | yes |
/// | `username`, `password` | beat those before the `@` | none |
///
/// Booleans are `1 t true y yes` and `0 f false n no` in any letter case; other words are errors. An option without a
/// value (`db=`) is as good as absent. Of a repeated option the first value counts. An unknown option is an error, so a
/// misspelt one cannot go unnoticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    endpoint: Endpoint,
    credentials: Option<Credentials>,
    database: u32,
    client_name: Option<String>,
    library: Option<Library>,
    protocol: Protocol,
    connect_timeout: Option<Duration>,
    response_timeout: Option<Duration>,
    keepalive: Option<Keepalive>,
    nodelay: bool,
    limits: Limits,
}

impl Config {
    /// `localhost:6379`, database 0, nobody to log in as, and the defaults named at each setting.
    #[must_use]
    pub fn new() -> Self {
        Config {
            endpoint: Endpoint::tcp("localhost", Endpoint::DEFAULT_PORT),
            credentials: None,
            database: 0,
            client_name: None,
            library: Some(Library::default()),
            protocol: Protocol::default(),
            connect_timeout: Some(Duration::from_secs(5)),
            response_timeout: Some(Duration::from_secs(10)),
            keepalive: Some(Keepalive::default()),
            nodelay: true,
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

    /// Where to connect to. Default: TCP to `localhost`, port 6379.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// Whom to log in as when a connection opens; `None` for not logging in. Default: none.
    ///
    /// An empty password without a user name is the same as none.
    #[must_use]
    pub fn with_credentials(mut self, credentials: impl Into<Option<Credentials>>) -> Self {
        self.credentials = credentials.into().filter(|credentials| !credentials.is_blank());
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

    /// TCP keepalive; `None` turns it off. Default: [`Keepalive::new`]. Unix sockets have none.
    #[must_use]
    pub fn with_keepalive(mut self, keepalive: impl Into<Option<Keepalive>>) -> Self {
        self.keepalive = keepalive.into();
        self
    }

    /// `TCP_NODELAY`: send small packets at once instead of gathering them. Default: true.
    #[must_use]
    pub fn with_nodelay(mut self, nodelay: bool) -> Self {
        self.nodelay = nodelay;
        self
    }

    /// What a reply may ask of memory before it is refused. Default: [`Limits::new`].
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where to connect to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whom to log in as, if anyone. A password is never empty here unless a user name stands beside it.
    #[must_use]
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
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

    /// TCP keepalive, if it is on.
    #[must_use]
    pub fn keepalive(&self) -> Option<&Keepalive> {
        self.keepalive.as_ref()
    }

    /// Whether `TCP_NODELAY` is set.
    #[must_use]
    pub fn nodelay(&self) -> bool {
        self.nodelay
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
        self.endpoint.validate()?;
        if let Some(name) = &self.client_name {
            validate_name("the client name", name)?;
        }
        if let Some(library) = &self.library {
            validate_name("the library name", &library.name)?;
            validate_name("the library version", &library.version)?;
        }
        if self.connect_timeout == Some(Duration::ZERO) {
            return Err(Problem::Field("connect_timeout", ZERO_TIMEOUT).into());
        }
        if self.response_timeout == Some(Duration::ZERO) {
            return Err(Problem::Field("response_timeout", ZERO_TIMEOUT).into());
        }
        self.keepalive.as_ref().map_or(Ok(()), Keepalive::validate)
    }
}

const ZERO_TIMEOUT: &str = "must be more than 0: `None` (in a URL `none`) waits for ever";

/// The server's own rule for the names in `CLIENT LIST`.
fn validate_name(field: &'static str, name: &str) -> Result<(), ConfigError> {
    if name.is_empty() {
        return Err(Problem::Field(field, "is empty").into());
    }
    if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        let wrong = "contains a space or a special character: the printable ASCII characters `!` to `~` are allowed";
        return Err(Problem::Field(field, wrong).into());
    }
    Ok(())
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
    /// password is `***`, and so is a user name that may be one. The library, the keepalive times and the limits have no
    /// place in a URL.
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

/// A library as `CLIENT LIST` shows it (since Redis 7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    name: String,
    version: String,
}

impl Library {
    /// A library's name and version. Both may hold the printable ASCII characters `!` to `~` and must not be empty.
    #[must_use]
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Library {
            name: name.into(),
            version: version.into(),
        }
    }

    /// What is sent as `LIB-NAME`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is sent as `LIB-VER`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl Default for Library {
    /// redwire and its version.
    fn default() -> Self {
        Library::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    }
}

/// What a client can be connected with: a [`Config`] (or a reference to one), an [`Endpoint`], or a URL as text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say where to connect to",
    label = "expected a URL, a `Config`, `&Config` or an `Endpoint`"
)]
pub trait IntoConfig {
    /// The configuration, checked.
    ///
    /// # Errors
    /// As [`Config::parse`] for text and [`Config::validate`] for the rest.
    fn into_config(self) -> Result<Config, ConfigError>;
}

impl IntoConfig for Config {
    fn into_config(self) -> Result<Config, ConfigError> {
        self.validate()?;
        Ok(self)
    }
}

impl IntoConfig for &Config {
    fn into_config(self) -> Result<Config, ConfigError> {
        self.clone().into_config()
    }
}

impl IntoConfig for Endpoint {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::from(self).into_config()
    }
}

impl IntoConfig for &str {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::parse(self)
    }
}

impl IntoConfig for String {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::parse(&self)
    }
}

impl IntoConfig for &String {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::parse(self)
    }
}
