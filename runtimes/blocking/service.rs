//! What makes clients of services: asks sentinels, and hands out clients that do.

use std::fmt;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::super::clock::MonotonicClock;
use super::super::sentinel::Roster;
use super::sentinel::Ways;
use super::{Client, Pool, SocketConnector};
use crate::error::Error;
use crate::topology::Config;
use crate::topology::sentinel::{Goal, Search, Sentinels, Service};
use crate::transport::Connector;

/// Opens connections with the socket options of a configuration.
type MakeConnector = Arc<dyn Fn(&Config) -> Arc<dyn Connector> + Send + Sync>;

/// Sentinels to ask where the master and the replicas of a service are, and to make clients of them.
///
/// The clients are ordinary ones: at each connect they ask the sentinels where to, check the role of what they are told
/// (`ROLE`), and move when there is a new master: a thread of their own has itself told of it
/// ([`Sentinels::with_watch_interval`]) and ends within a second of the last clone. A single service needs no `Sentinel`: its
/// URL, `redis+sentinel://..` in [`Config`], does the same.
///
/// | | of a master | of replicas |
/// |---|---|---|
/// | connects to | the server that sentinels name, if it says itself that it is the master | the replicas in turn, those that refuse skipped; the master if there is no other |
/// | when there is a new master | free connections are closed, those in use once they come back | free connections to what is the master now are closed |
/// | `READONLY` | the connection is left, and the command sent to the new master | is told |
///
/// ```no_run
/// use redwire::blocking::Sentinel;
/// use redwire::prelude::*;
///
/// let sentinel = Sentinel::new([("10.0.0.1", 26379), ("10.0.0.2", 26379), ("10.0.0.3", 26379)])?;
/// let (host, port) = sentinel.discover_master("mymaster")?;
/// println!("the master is at {host}, port {port}");
///
/// let master = sentinel.master_for("mymaster")?;
/// let replicas = sentinel.slave_for("mymaster")?;
/// master.set("greeting", "hello")?;
/// let greeting: Option<String> = replicas.get("greeting")?; // perhaps a moment later
/// # Ok::<(), redwire::Error>(())
/// ```
pub struct Sentinel {
    sentinels: Roster,
    config: Config,
    connector: MakeConnector,
}

impl Sentinel {
    /// These sentinels: hosts and ports, or [`Sentinels`] with credentials and limits of their own. The clients made here are
    /// configured as by [`Config::new`].
    ///
    /// # Errors
    /// There are no sentinels, or an address makes no sense.
    pub fn new(sentinels: impl Into<Sentinels>) -> Result<Self, Error> {
        Sentinel::with_config(sentinels, Config::new())
    }

    /// The same, with what all clients made here have in common: credentials, database, limits. The sockets to the sentinels
    /// have its options too.
    ///
    /// # Errors
    /// As for [`Sentinel::new`].
    pub fn with_config(sentinels: impl Into<Sentinels>, config: Config) -> Result<Self, Error> {
        let connector = |config: &Config| -> Arc<dyn Connector> { Arc::new(SocketConnector::new(config)) };
        Sentinel::assemble(sentinels.into(), config, Arc::new(connector))
    }

    /// The same with a [`Connector`] of your own, which opens the byte streams to sentinels and servers alike.
    ///
    /// # Errors
    /// As for [`Sentinel::new`].
    pub fn with_connector(
        sentinels: impl Into<Sentinels>,
        config: Config,
        connector: impl Connector + 'static,
    ) -> Result<Self, Error> {
        let connector: Arc<dyn Connector> = Arc::new(connector);
        Sentinel::assemble(sentinels.into(), config, Arc::new(move |_: &Config| connector.clone()))
    }

    fn assemble(sentinels: Sentinels, config: Config, connector: MakeConnector) -> Result<Self, Error> {
        sentinels.validate()?;
        Ok(Sentinel {
            sentinels: Roster::new(sentinels),
            config,
            connector,
        })
    }

    /// Where the master of the service is: its address, or its name if the sentinels announce names, and its port.
    ///
    /// Asks one sentinel after the other with `SENTINEL MASTERS` until one knows a master that is not down and knows enough
    /// other sentinels ([`Sentinels::with_min_other_sentinels`]). That one is asked first the next time.
    ///
    /// # Errors
    /// None of them does: [`ErrorKind::MasterNotFound`](crate::ErrorKind::MasterNotFound), with what each of them said.
    pub fn discover_master(&self, service: &str) -> Result<(String, u16), Error> {
        let found = self.discover(Goal::Master, service)?;
        found.into_iter().next().ok_or_else(|| Error::no_master(service, ""))
    }

    /// Where the replicas of the service are, as far as they are not down.
    ///
    /// Asks one sentinel after the other with `SENTINEL SLAVES` until one knows any; whether the master is well does not
    /// matter. Empty if none does.
    ///
    /// # Errors
    /// None now: a sentinel that cannot be asked, or makes no sense, is passed over.
    pub fn discover_slaves(&self, service: &str) -> Result<Vec<(String, u16)>, Error> {
        self.discover(Goal::Replicas, service)
    }

    fn discover(&self, goal: Goal, service: &str) -> Result<Vec<(String, u16)>, Error> {
        let ways = Ways {
            clock: Arc::new(MonotonicClock::new()),
            connector: (self.connector)(&self.config),
        };
        let sentinels = self.sentinels.sentinels();
        let mut search = Search::new(goal, service, &sentinels, None);
        let found = ways.seek(&mut search, &sentinels, None);
        self.sentinels.take_in(&search, found.map(|(_, servers)| servers))
    }

    /// A client of the master of the service. Nothing is dialed before its first call.
    ///
    /// # Errors
    /// The name or the configuration makes no sense.
    pub fn master_for(&self, service: &str) -> Result<Client, Error> {
        self.master_for_with(service, |config| config)
    }

    /// The same with what `configure` makes of the configuration.
    ///
    /// # Errors
    /// As for [`Sentinel::master_for`].
    pub fn master_for_with(&self, service: &str, configure: impl FnOnce(Config) -> Config) -> Result<Client, Error> {
        self.client(Service::master(service, self.sentinels.sentinels()), configure)
    }

    /// A client of the replicas of the service, for reading. Nothing is dialed before its first call.
    ///
    /// # Errors
    /// As for [`Sentinel::master_for`].
    pub fn slave_for(&self, service: &str) -> Result<Client, Error> {
        self.slave_for_with(service, |config| config)
    }

    /// The same with what `configure` makes of the configuration.
    ///
    /// # Errors
    /// As for [`Sentinel::master_for`].
    pub fn slave_for_with(&self, service: &str, configure: impl FnOnce(Config) -> Config) -> Result<Client, Error> {
        self.client(Service::replica(service, self.sentinels.sentinels()), configure)
    }

    fn client(&self, service: Service, configure: impl FnOnce(Config) -> Config) -> Result<Client, Error> {
        let config = configure(self.config.clone()).with_service(service);
        let connector = (self.connector)(&config);
        Ok(Pool::with_connector(config, connector)?.client())
    }
}

impl fmt::Debug for Sentinel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sentinel<sentinels=[{}]>", self.sentinels.sentinels())
    }
}
