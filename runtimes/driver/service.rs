//! What makes clients of services: asks sentinels, and hands out clients that do.

use std::fmt;
use std::marker::PhantomData;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::super::sentinel::Roster;
use super::AsyncClient;
use super::sentinel::{Ways, seek};
use crate::error::Error;
use crate::topology::Config;
use crate::topology::sentinel::{Goal, Search, Sentinels, Service};
use crate::transport::{AsyncClock, AsyncConnector, Spawner};

/// Opens connections with the socket options of a configuration.
type MakeConnector = Arc<dyn Fn(&Config) -> Arc<dyn AsyncConnector> + Send + Sync>;

/// Sentinels to ask where the master and the replicas of a service are, and to make clients of them.
///
/// The clients are ordinary ones: at each connect they ask the sentinels where to, check the role of what they are told
/// (`ROLE`), and move when there is a new master: a task of their own has itself told of it
/// ([`Sentinels::with_watch_interval`]). A single service needs no `AsyncSentinel`: its URL, `redis+sentinel://..` in
/// [`Config`], does the same.
///
/// | | of a master | of replicas |
/// |---|---|---|
/// | connects to | the server that sentinels name, if it says itself that it is the master | the replicas in turn, those that refuse skipped; the master if there is no other |
/// | when there is a new master | free connections are closed, those in use once they come back; the one that all calls share once it owes no reply, or half a second later | connections to what is the master now are closed |
/// | `READONLY` | the connection is left, and the command sent to the new master | is told |
///
/// `R` names the runtime: use [`tokio::Sentinel`](crate::tokio::Sentinel) and its siblings.
///
/// ```no_run
/// use redwire::prelude::*;
/// use redwire::tokio::Sentinel;
///
/// # async fn program() -> Result<(), redwire::Error> {
/// let sentinel = Sentinel::new([("10.0.0.1", 26379), ("10.0.0.2", 26379), ("10.0.0.3", 26379)])?;
/// let (host, port) = sentinel.discover_master("mymaster").await?;
/// println!("the master is at {host}, port {port}");
///
/// let master = sentinel.master_for("mymaster")?;
/// let replicas = sentinel.slave_for("mymaster")?;
/// master.set("greeting", "hello").await?;
/// let greeting: Option<String> = replicas.get("greeting").await?; // perhaps a moment later
/// # Ok(())
/// # }
/// ```
pub struct AsyncSentinel<R> {
    sentinels: Roster,
    config: Config,
    connector: MakeConnector,
    clock: Arc<dyn AsyncClock>,
    spawner: Option<Arc<dyn Spawner>>,
    runtime: PhantomData<fn() -> R>,
}

impl<R> AsyncSentinel<R> {
    pub(in super::super) fn assemble(
        sentinels: Sentinels,
        config: Config,
        connector: MakeConnector,
        clock: Arc<dyn AsyncClock>,
        spawner: Option<Arc<dyn Spawner>>,
    ) -> Result<Self, Error> {
        sentinels.validate()?;
        Ok(AsyncSentinel {
            sentinels: Roster::new(sentinels),
            config,
            connector,
            clock,
            spawner,
            runtime: PhantomData,
        })
    }

    /// On a runtime of your own, as [`AsyncClient::with_runtime`]; `config` is what the clients made here have in common.
    ///
    /// # Errors
    /// There are no sentinels, or an address makes no sense.
    pub fn with_runtime(
        sentinels: impl Into<Sentinels>,
        config: Config,
        connector: Arc<dyn AsyncConnector>,
        clock: Arc<dyn AsyncClock>,
        spawner: Option<Arc<dyn Spawner>>,
    ) -> Result<Self, Error> {
        let connector = Arc::new(move |_: &Config| connector.clone());
        AsyncSentinel::assemble(sentinels.into(), config, connector, clock, spawner)
    }

    /// Where the master of the service is: its address, or its name if the sentinels announce names, and its port.
    ///
    /// Asks one sentinel after the other with `SENTINEL MASTERS` until one knows a master that is not down and knows enough
    /// other sentinels ([`Sentinels::with_min_other_sentinels`]). That one is asked first the next time.
    ///
    /// # Errors
    /// None of them does: [`ErrorKind::MasterNotFound`](crate::ErrorKind::MasterNotFound), with what each of them said.
    pub async fn discover_master(&self, service: &str) -> Result<(String, u16), Error> {
        let found = self.discover(Goal::Master, service).await?;
        let missing = || Error::no_master(service, "");
        found.into_iter().next().ok_or_else(missing)
    }

    /// Where the replicas of the service are, as far as they are not down.
    ///
    /// Asks one sentinel after the other with `SENTINEL SLAVES` until one knows any; whether the master is well does not
    /// matter. Empty if none does.
    ///
    /// # Errors
    /// None now: a sentinel that cannot be asked, or makes no sense, is passed over.
    pub async fn discover_slaves(&self, service: &str) -> Result<Vec<(String, u16)>, Error> {
        self.discover(Goal::Replicas, service).await
    }

    async fn discover(&self, goal: Goal, service: &str) -> Result<Vec<(String, u16)>, Error> {
        let ways = Ways {
            clock: self.clock.clone(),
            connector: (self.connector)(&self.config),
        };
        let sentinels = self.sentinels.sentinels();
        let mut search = Search::new(goal, service, &sentinels, None);
        let found = seek(&mut search, &ways, &sentinels, None).await;
        self.sentinels.take_in(&search, found.map(|(_, servers)| servers))
    }

    /// A client of the master of the service. Nothing is dialed before its first call.
    ///
    /// # Errors
    /// The name or the configuration makes no sense.
    pub fn master_for(&self, service: &str) -> Result<AsyncClient<R>, Error> {
        self.master_for_with(service, |config| config)
    }

    /// The same with what `configure` makes of the configuration.
    ///
    /// # Errors
    /// As for [`AsyncSentinel::master_for`].
    pub fn master_for_with(
        &self,
        service: &str,
        configure: impl FnOnce(Config) -> Config,
    ) -> Result<AsyncClient<R>, Error> {
        self.client(Service::master(service, self.sentinels.sentinels()), configure)
    }

    /// A client of the replicas of the service, for reading. Nothing is dialed before its first call.
    ///
    /// # Errors
    /// As for [`AsyncSentinel::master_for`].
    pub fn slave_for(&self, service: &str) -> Result<AsyncClient<R>, Error> {
        self.slave_for_with(service, |config| config)
    }

    /// The same with what `configure` makes of the configuration.
    ///
    /// # Errors
    /// As for [`AsyncSentinel::master_for`].
    pub fn slave_for_with(
        &self,
        service: &str,
        configure: impl FnOnce(Config) -> Config,
    ) -> Result<AsyncClient<R>, Error> {
        self.client(Service::replica(service, self.sentinels.sentinels()), configure)
    }

    fn client(&self, service: Service, configure: impl FnOnce(Config) -> Config) -> Result<AsyncClient<R>, Error> {
        let config = configure(self.config.clone()).with_service(service);
        let connector = (self.connector)(&config);
        AsyncClient::with_runtime(config, connector, self.clock.clone(), self.spawner.clone())
    }
}

impl<R> fmt::Debug for AsyncSentinel<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sentinel<sentinels=[{}]>", self.sentinels.sentinels())
    }
}
