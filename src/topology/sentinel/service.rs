//! Which service a client wants, and who knows where it is.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use crate::secret::Credentials;
use crate::topology::endpoint::Endpoint;
use crate::topology::error::{ConfigError, Problem};

/// The sentinels to be asked, and how.
///
/// They are asked in this order until one knows what is wanted; the one that did is asked first the next time.
///
/// ```
/// use std::time::Duration;
/// use redwire::Credentials;
/// use redwire::topology::sentinel::Sentinels;
///
/// let sentinels = Sentinels::new([("10.0.0.1", 26379), ("10.0.0.2", 26379), ("10.0.0.3", 26379)])
///     .with_credentials(Credentials::password("of the sentinels"))
///     .with_min_other_sentinels(1);
/// assert_eq!(sentinels.to_string(), "10.0.0.1:26379,10.0.0.2:26379,10.0.0.3:26379");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sentinels {
    pub(in crate::topology) endpoints: Vec<Endpoint>,
    pub(in crate::topology) credentials: Option<Credentials>,
    pub(in crate::topology) timeout: Duration,
    pub(in crate::topology) watch_interval: Option<Duration>,
    pub(in crate::topology) min_other_sentinels: u64,
}

impl Sentinels {
    /// The port of a sentinel unless told otherwise.
    pub const DEFAULT_PORT: u16 = 26379;

    /// The sentinels at these addresses: hosts (names or addresses, IPv6 without brackets) and ports; port 0 becomes 26379.
    #[must_use]
    pub fn new<H: Into<String>>(addresses: impl IntoIterator<Item = (H, u16)>) -> Self {
        let endpoint = |(host, port): (H, u16)| Endpoint::Tcp {
            host: host.into(),
            port: if port == 0 { Sentinels::DEFAULT_PORT } else { port },
        };
        Sentinels {
            endpoints: addresses.into_iter().map(endpoint).collect(),
            credentials: None,
            timeout: Duration::from_secs(2),
            watch_interval: Some(Duration::from_secs(5)),
            min_other_sentinels: 0,
        }
    }

    /// Whom to log in as at the sentinels; `None` for not logging in. Those of the servers are another matter. Default:
    /// none.
    #[must_use]
    pub fn with_credentials(mut self, credentials: impl Into<Option<Credentials>>) -> Self {
        self.credentials = credentials.into().filter(|credentials| !credentials.is_blank());
        self
    }

    /// How long one sentinel may take to be reached, and to answer, before the next one is asked. More than 0. Default:
    /// 2 s.
    ///
    /// When little is left of a client's time to connect, it is less: every sentinel gets its share.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a client asks for the master while nothing happens; `None` does not watch at all. More than 0. Default:
    /// 5 s.
    ///
    /// A client has a connection to one of the sentinels on which it is told of a new master at once (`+switch-master`,
    /// RESP3 and therefore sentinels since Redis 6.0), so that it moves even when it is idle. Asking from time to time is
    /// for what is not told, and shows whether that sentinel is still there. Without it a client learns of a new master
    /// when it connects anew: when the old one closes its connections or answers `READONLY`.
    #[must_use]
    pub fn with_watch_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.watch_interval = interval.into();
        self
    }

    /// How many other sentinels one must know for its word on a master to count: one that is cut off from the others may
    /// not have heard of the latest failover. Default: 0.
    #[must_use]
    pub fn with_min_other_sentinels(mut self, others: u64) -> Self {
        self.min_other_sentinels = others;
        self
    }

    /// Where the sentinels are, in the order in which they are asked.
    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The same ones in this order.
    pub(crate) fn in_order(mut self, endpoints: Vec<Endpoint>) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// Whom to log in as, if anyone.
    #[must_use]
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// How long one sentinel may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How often a client asks for the master while nothing happens; `None` is never.
    #[must_use]
    pub fn watch_interval(&self) -> Option<Duration> {
        self.watch_interval
    }

    /// How many other sentinels one must know.
    #[must_use]
    pub fn min_other_sentinels(&self) -> u64 {
        self.min_other_sentinels
    }

    /// Checks the addresses and the times. Clients do so before they connect.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.endpoints.is_empty() {
            return Err(Problem::Field("the list of sentinels", "is empty").into());
        }
        self.endpoints.iter().try_for_each(Endpoint::validate)?;
        let times = [
            ("sentinel_timeout", Some(self.timeout)),
            ("watch_interval", self.watch_interval),
        ];
        match times.into_iter().find(|(_, time)| *time == Some(Duration::ZERO)) {
            Some((name, _)) => Err(Problem::Field(name, "must be more than 0").into()),
            None => Ok(()),
        }
    }
}

impl<H: Into<String>, const N: usize> From<[(H, u16); N]> for Sentinels {
    fn from(addresses: [(H, u16); N]) -> Self {
        Sentinels::new(addresses)
    }
}

impl<H: Into<String>> From<Vec<(H, u16)>> for Sentinels {
    fn from(addresses: Vec<(H, u16)>) -> Self {
        Sentinels::new(addresses)
    }
}

impl fmt::Display for Sentinels {
    /// The addresses, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(f, "{separator}{endpoint}")?;
        }
        Ok(())
    }
}

/// What a client wants of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceRole {
    /// The master, for reading and writing.
    Master,
    /// The replicas in turn, for reading what may be a little old; the master if there is none.
    Replica,
}

/// A service that sentinels keep: a master and its replicas, whoever they are at the moment.
///
/// ```
/// use redwire::Config;
/// use redwire::topology::sentinel::Service;
///
/// let service = Service::master("mymaster", [("10.0.0.1", 26379), ("10.0.0.2", 26379)]);
/// let config = Config::new().with_service(service).with_database(2);
/// assert_eq!(config.to_string(), "redis+sentinel://10.0.0.1:26379,10.0.0.2:26379/mymaster/2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    pub(in crate::topology) name: String,
    pub(in crate::topology) role: ServiceRole,
    pub(in crate::topology) sentinels: Sentinels,
}

impl Service {
    /// The master of the service of this name.
    #[must_use]
    pub fn master(name: impl Into<String>, sentinels: impl Into<Sentinels>) -> Self {
        Service {
            name: name.into(),
            role: ServiceRole::Master,
            sentinels: sentinels.into(),
        }
    }

    /// The replicas of the service of this name.
    #[must_use]
    pub fn replica(name: impl Into<String>, sentinels: impl Into<Sentinels>) -> Self {
        Service {
            role: ServiceRole::Replica,
            ..Service::master(name, sentinels)
        }
    }

    /// The name under which the sentinels watch the master.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the master is wanted or its replicas.
    #[must_use]
    pub fn role(&self) -> ServiceRole {
        self.role
    }

    /// Who is asked.
    #[must_use]
    pub fn sentinels(&self) -> &Sentinels {
        &self.sentinels
    }

    pub(in crate::topology) fn validate(&self) -> Result<(), ConfigError> {
        if self.name.is_empty() {
            return Err(Problem::Field("the name of the service", "is empty").into());
        }
        if self.name.contains(char::is_control) {
            return Err(Problem::Field("the name of the service", "contains a control character").into());
        }
        self.sentinels.validate()
    }
}

impl fmt::Display for Service {
    /// `mymaster(master)` or `mymaster(replica)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = match self.role {
            ServiceRole::Master => "master",
            ServiceRole::Replica => "replica",
        };
        write!(f, "{}({role})", self.name)
    }
}
