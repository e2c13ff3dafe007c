//! The connections of a blocking client: lent to one thread at a time.

use std::boxed::Box;
use std::collections::BTreeMap;
use std::fmt;
use std::string::String;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use super::super::clock::MonotonicClock;
use super::super::common::{half_of, only_one_transport, seed, unreachable_peer};
use super::super::report::Reporter;
use super::super::sentinel::Guide;
use super::super::sync::thread::{Thread, current};
use super::super::sync::{Mutex, MutexGuard};
use super::Client;
use super::link::Link;
use super::sentinel::Ways;
use super::socket::SocketConnector;
use super::wait::wait_for;
use crate::command::{Request, Requests};
use crate::connection::Settings;
use crate::error::{Error, Outcome};
use crate::flow::Replies;
use crate::pool::{self, Acquired, Grant, PoolStats, Waiter};
use crate::resp::Reply;
use crate::secret::Credentials;
use crate::session::Dialer;
use crate::time::Timestamp;
use crate::topology::sentinel::ServiceRole;
use crate::topology::{Backoff, Config, CredentialsProvider, Endpoint, IntoConfig, PoolOptions, RetryPolicy};
use crate::transport::{BlockingClock, Connector, Transport, TransportError, TransportErrorKind};

/// Connections to one server, shared by any number of clients and threads.
///
/// A [`Client`] made from a URL has a pool of its own, which [`Client::pool`] shows.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.set("a", 1)?;
/// client.set("b", 2)?;
/// let stats = client.pool().stats();
/// assert_eq!((stats.opened, stats.idle, stats.lent), (1, 1, 0));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    state: Mutex<State>,
    dialer: Mutex<Dialer>,
    clock: Arc<dyn BlockingClock>,
    connector: Arc<dyn Connector>,
    /// Who knows where the service is, if it is one, and whether a thread watches for a new master.
    guide: Option<Arc<Guide>>,
    watches: bool,
    /// Asked for the credentials at each connect, and when they have changed.
    provider: Option<Arc<dyn CredentialsProvider>>,
    endpoint: Endpoint,
    /// What the other side is called.
    peer: String,
    settings: Settings,
    reporter: Arc<Reporter>,
    retry: RetryPolicy,
    backoff: Backoff,
    /// There is one transport and will be no other: whoever asks for one is told why it is gone.
    only: Option<Mutex<Option<Error>>>,
}

struct State {
    pool: pool::Pool<Box<Link>>,
    /// Threads in line.
    parked: BTreeMap<Waiter, Thread>,
}

impl Pool {
    /// A pool of connections to the server that a URL or a [`Config`](crate::Config) names. None is opened before it is needed.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn new(config: impl IntoConfig) -> Result<Self, Error> {
        let config = config.into_config()?;
        let connector = SocketConnector::new(&config);
        Pool::with_connector(config, connector)
    }

    /// The same with a [`Connector`] of your own, which opens the byte streams: a tunnel, a proxy, a recorder.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn with_connector(config: impl IntoConfig, connector: impl Connector + 'static) -> Result<Self, Error> {
        let config = config.into_config()?;
        let settings = Settings::from(&config);
        let clock = Arc::new(MonotonicClock::new());
        let mut shared = Pool::build(&config, settings, Arc::new(connector), clock);
        shared.watches = true;
        Ok(Pool::share(shared))
    }

    /// The same with a clock of your own as well: for tests in which time is moved by hand. There are no threads that nobody
    /// started: of a new master of a service, the pool learns when it connects.
    ///
    /// # Errors
    /// The URL makes no sense.
    pub fn with_clock(
        config: impl IntoConfig,
        connector: impl Connector + 'static,
        clock: Arc<dyn BlockingClock>,
    ) -> Result<Self, Error> {
        let config = config.into_config()?;
        Ok(Pool::assemble(
            &config,
            Settings::from(&config),
            Arc::new(connector),
            clock,
        ))
    }

    pub(in super::super) fn assemble(
        config: &Config,
        settings: Settings,
        connector: Arc<dyn Connector>,
        clock: Arc<dyn BlockingClock>,
    ) -> Self {
        Pool::share(Pool::build(config, settings, connector, clock))
    }

    fn share(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        if let Some(guide) = &shared.guide {
            let client: Weak<Shared> = Arc::downgrade(&shared);
            guide.serve(client);
        }
        Pool { shared }
    }

    /// A pool of one connection over the only transport there is.
    pub(super) fn of_one(
        settings: Settings,
        transport: impl Transport + 'static,
        clock: Arc<dyn BlockingClock>,
    ) -> Self {
        let options = PoolOptions::new()
            .with_max_connections(1)
            .with_idle_timeout(None)
            .with_health_check_interval(None)
            .with_pool_timeout(settings.response_timeout);
        let config = Config::new().with_retry(RetryPolicy::none()).with_pool(options);
        let connector = Arc::new(OnlyTransport(Mutex::new(Some(Box::new(transport)))));
        let mut shared = Pool::build(&config, settings, connector, clock);
        shared.only = Some(Mutex::new(None));
        shared.peer = "custom transport".into();
        Pool::share(shared)
    }

    fn build(
        config: &Config,
        mut settings: Settings,
        connector: Arc<dyn Connector>,
        clock: Arc<dyn BlockingClock>,
    ) -> Shared {
        // A connection on which a deadline passed is closed here, so that none is ever waited for in vain.
        settings.liveness = settings.liveness.filter(|_| settings.response_timeout.is_none());
        let pool = pool::Pool::new(config.pool().clone(), config.pool_timeout());
        let (seed, reporter) = (seed(&*clock), Arc::new(Reporter::new(config)));
        let guide = config.service();
        let guide = guide.map(|service| Guide::new(service, seed.rotate_left(16), reporter.clone()));
        Shared {
            state: Mutex::new(State {
                pool,
                parked: BTreeMap::new(),
            }),
            dialer: Mutex::new(Dialer::new(config.dial_backoff(), seed)),
            clock,
            connector,
            guide,
            watches: false,
            provider: config.credentials_provider().cloned(),
            endpoint: config.endpoint().clone(),
            settings,
            reporter,
            retry: config.retry_policy(),
            backoff: *config.backoff(),
            only: None,
            peer: config.peer(),
        }
    }

    /// A client that draws from this pool.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::from(self.clone())
    }

    /// The figures of the moment.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.lock().pool.stats()
    }

    /// Closes all free connections, and those in use once they come back. The pool stays usable: new connections are
    /// opened as they are needed.
    pub fn disconnect(&self) {
        let now = self.clock().now();
        let closed = self.lock().pool.disconnect(now);
        drop(closed);
    }

    /// Closes the free connections whose time is over. They are never handed out again in any case; this is for
    /// programs that want them gone before somebody asks for a connection.
    pub fn evict(&self) {
        let now = self.clock().now();
        let closed = self.lock().pool.evict(now);
        drop(closed);
    }

    pub(super) fn clock(&self) -> &dyn BlockingClock {
        &*self.shared.clock
    }

    pub(super) fn reporter(&self) -> &Reporter {
        &self.shared.reporter
    }

    pub(super) fn backoff(&self) -> &Backoff {
        &self.shared.backoff
    }

    pub(super) fn retry(&self) -> &RetryPolicy {
        &self.shared.retry
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(super) fn peer(&self) -> &str {
        &self.shared.peer
    }

    pub(super) fn random(&self) -> u64 {
        self.dialer().random()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dialer(&self) -> MutexGuard<'_, Dialer> {
        self.shared.dialer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection for this thread alone, waited for no longer than until `deadline`.
    #[inline]
    pub(super) fn checkout(&self, now: Timestamp, deadline: Option<Timestamp>) -> Result<Lease, Error> {
        let acquired = self.lock().pool.acquire(now);
        let grant = match acquired {
            Acquired::Granted(grant) => grant,
            Acquired::Wait(waiter) => self.stand_in_line(now, waiter, deadline)?,
            Acquired::Exhausted => return Err(self.lock().pool.exhausted()),
        };
        let mut lease = Lease {
            pool: self.clone(),
            link: None,
            opened: now,
            released: now,
        };
        if let Grant::Reuse {
            mut connection,
            opened,
            check,
            unused,
        } = grant
        {
            // A connection that turns out to be of no use leaves its place to a new one.
            let good =
                connection.is_quiet(unused) && (!check || connection.answers(self.clock(), half_of(now, deadline)));
            if good {
                lease.opened = opened;
                lease.link = Some(connection);
                return Ok(lease);
            }
            self.report_end(&connection);
        }
        let (link, opened) = self.open(deadline)?;
        self.lock().pool.opened();
        lease.link = Some(link);
        lease.opened = opened;
        Ok(lease)
    }

    #[cold]
    fn stand_in_line(
        &self,
        now: Timestamp,
        waiter: Waiter,
        deadline: Option<Timestamp>,
    ) -> Result<Grant<Box<Link>>, Error> {
        let patience = self.lock().pool.patience().map(|patience| now + patience);
        let until = match (patience, deadline) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        loop {
            let mut state = self.lock();
            if let Some(grant) = state.pool.poll(waiter) {
                state.parked.remove(&waiter);
                return Ok(grant);
            }
            if until.is_some_and(|until| until <= self.clock().now()) {
                state.parked.remove(&waiter);
                let error = state.pool.exhausted();
                let next = state.pool.cancel(self.clock().now(), waiter);
                drop(state);
                self.call_up(next);
                return Err(error);
            }
            state.parked.insert(waiter, current());
            drop(state);
            self.clock().park_until(until);
        }
    }

    /// Wakes the thread whose turn it is.
    #[inline]
    fn call_up(&self, next: Option<Waiter>) {
        if let Some(waiter) = next {
            if let Some(thread) = self.lock().parked.remove(&waiter) {
                thread.unpark();
            }
        }
    }

    /// Dials, as soon as that is allowed, and shakes hands.
    #[cold]
    fn open(&self, deadline: Option<Timestamp>) -> Result<(Box<Link>, Timestamp), Error> {
        let clock = self.clock();
        let gone = self.shared.only.as_ref().and_then(|only| lock(only).clone());
        if let Some(why) = gone {
            return Err(why.with_outcome(Outcome::NotSent));
        }
        // Others may fail in the meantime, and put it off again.
        loop {
            let allowed = self.dialer().next_dial();
            if allowed <= clock.now() {
                break;
            }
            let late = deadline.is_some_and(|deadline| deadline <= allowed);
            clock.sleep_until(deadline.map_or(allowed, |deadline| deadline.min(allowed)));
            if late {
                return Err(Error::timeout("a connection", Outcome::NotSent));
            }
        }
        let dialed = clock.now();
        if deadline.is_some_and(|deadline| deadline <= dialed) {
            return Err(Error::timeout("a connection", Outcome::NotSent));
        }
        match self.dial(dialed, deadline) {
            Ok(mut link) => {
                let protocol = link.protocol().unwrap_or_default();
                let (epoch, report) = self.shared.reporter.connected(link.server.as_ref(), protocol);
                link.epoch = Some(epoch);
                report.deliver();
                Ok((link, dialed))
            }
            Err(why) => {
                self.dialer().failed(clock.now(), dialed);
                // A handshake that was refused is why there will be no other.
                if let Some(only) = &self.shared.only {
                    lock(only).get_or_insert_with(|| why.clone());
                }
                let report = self.shared.reporter.ended(None, None, &why, self.retry_in());
                report.deliver();
                Err(why)
            }
        }
    }

    /// How long no connection is dialed.
    fn retry_in(&self) -> Duration {
        let next = self.dialer().next_dial();
        next.saturating_since(self.clock().now())
    }

    /// Tells the observer that a connection that was up is of no use any more.
    #[cold]
    fn report_end(&self, link: &Link) {
        let silently = Error::closed("the server closed it, or spoke, while nobody used it", Outcome::NotSent);
        let why = link.down_reason().unwrap_or(&silently);
        let server = link.server.as_ref();
        let report = self.shared.reporter.ended(server, link.epoch, why, self.retry_in());
        report.deliver();
    }

    fn dial(&self, dialed: Timestamp, deadline: Option<Timestamp>) -> Result<Box<Link>, Error> {
        let shared = &*self.shared;
        let left = deadline.map(|deadline| deadline.saturating_since(dialed));
        let timeout = match (shared.settings.connect_timeout, left) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let mut settings = shared.settings.clone();
        settings.validate()?;
        settings.connect_timeout = timeout;
        settings.integrity = settings.integrity.map(|_| self.random());
        let until = timeout.map(|timeout| dialed + timeout);
        let Dialed {
            transport,
            login,
            server,
        } = self.dial_only(until)?;
        let generation = login.as_ref().map_or(0, |(generation, _)| *generation);
        if let Some((_, credentials)) = login {
            settings.credentials = Some(credentials);
        }
        let mut link = Box::new(Link::new(transport, settings, self.clock(), dialed));
        (link.generation, link.server) = (generation, server);
        // What was promised one transport gets no handshake by itself: it goes out with the first command.
        link.establish(self.clock())?;
        Ok(link)
    }

    /// A connection to a server of the service; from now on somebody watches for a new master.
    fn find(
        &self,
        guide: &Arc<Guide>,
        credentials: Option<&Credentials>,
        deadline: Option<Timestamp>,
    ) -> Result<(Box<dyn Transport>, Option<Endpoint>), Error> {
        let shared = &*self.shared;
        let ways = Ways {
            clock: shared.clock.clone(),
            connector: shared.connector.clone(),
        };
        if shared.watches {
            ways.watch(guide);
        }
        ways.find(guide, credentials, deadline)
    }

    /// A transport, and whom to log in as on it.
    fn dial_only(&self, until: Option<Timestamp>) -> Result<Dialed, Error> {
        let shared = &*self.shared;
        let login = match &shared.provider {
            Some(provider) => {
                // Read first, so that what changes in the meantime is noticed.
                let generation = provider.generation();
                Some((generation, self.credentials(&**provider, until)?))
            }
            None => None,
        };
        let (transport, server) = match &shared.guide {
            Some(guide) => {
                let credentials = login.as_ref().map(|(_, credentials)| credentials);
                self.find(guide, credentials.or(shared.settings.credentials.as_ref()), until)?
            }
            None => {
                let left = until.map(|until| until.saturating_since(self.clock().now()));
                let transport = shared.connector.connect(&shared.endpoint, left);
                (
                    transport.map_err(|error| unreachable_peer(&shared.endpoint, &error))?,
                    None,
                )
            }
        };
        Ok(Dialed {
            transport,
            login,
            server,
        })
    }

    /// A transport for a connection that is none of the pool's.
    pub(super) fn dial_apart(&self, now: Timestamp) -> Result<Dialed, Error> {
        if self.shared.only.is_some() {
            return Err(only_one_transport());
        }
        self.dial_only(self.shared.settings.connect_timeout.map(|timeout| now + timeout))
    }

    /// Whom to log in as at the moment, as far as that is known in time.
    fn credentials(&self, provider: &dyn CredentialsProvider, until: Option<Timestamp>) -> Result<Credentials, Error> {
        let credentials = wait_for(provider.credentials(), self.clock(), until);
        credentials.unwrap_or_else(|| Err(Error::timeout("the credentials", Outcome::NotSent)))
    }

    /// Logs in again if there are other credentials by now.
    #[cold]
    fn renew_login(&self, link: &mut Link, now: Timestamp, deadline: Option<Timestamp>) -> Result<(), Error> {
        let Some(provider) = &self.shared.provider else {
            return Ok(());
        };
        let generation = provider.generation();
        if generation == link.generation || !link.can_log_in() {
            return Ok(());
        }
        let timeout = self.shared.settings.connect_timeout.map(|timeout| now + timeout);
        let until = crate::connection::earliest(timeout, deadline);
        link.log_in(now, generation, self.credentials(&**provider, until))
    }

    /// The server that a connection was opened to is a replica now: all connections to it are given up, and its name is
    /// looked up again. Unless sentinels named it the master, young ones are kept, so that a server that is meant to be a replica is not dialed in a loop.
    #[cold]
    fn leave_replica(&self, now: Timestamp, opened: Timestamp) {
        let old = now.saturating_since(opened) >= self.dialer().stable();
        if match self.settings().role {
            Some(role) => role == ServiceRole::Master,
            None => old,
        } {
            let closed = self.lock().pool.disconnect(now);
            drop(closed);
        }
    }

    /// Why a connection to this server is left, if it is one to a master that is none any more.
    pub(super) fn leaving(&self, server: Option<&Endpoint>) -> Option<Error> {
        self.shared.guide.as_ref()?.leaving(server)
    }

    /// Whether a thread watches for a new master.
    pub(super) fn is_watched(&self) -> bool {
        self.shared.watches && self.shared.guide.is_some()
    }

    /// Whether a connection goes to a server that is not the right one any more.
    fn has_left(&self, link: &Link) -> bool {
        let guide = self.shared.guide.as_ref();
        guide.is_some_and(|guide| guide.has_left(link.server.as_ref()))
    }

    fn put(&self, now: Timestamp, link: Box<Link>, opened: Timestamp) {
        let next = self.lock().pool.put(now, link, opened);
        self.call_up(next);
    }

    #[cold]
    fn discard(&self, link: Option<Box<Link>>, opened: Timestamp) {
        if let Some(link) = &link {
            if let Some(why) = link.down_reason() {
                // A connection that breaks soon after it was opened counts against the next dial.
                self.dialer().lost(self.clock().now(), opened);
                self.report_end(link);
                if let Some(only) = &self.shared.only {
                    lock(only).get_or_insert_with(|| why.clone());
                }
            }
        }
        drop(link);
        let next = self.lock().pool.discard();
        self.call_up(next);
    }
}

impl Shared {
    /// Closes the connections that nobody uses and of which `closes` says so. The next one is dialed without delay.
    pub(super) fn close_idle(&self, mut closes: impl FnMut(&Link) -> bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = state.pool.close_if(|link| closes(link));
        drop(state);
        drop(closed);
        let mut dialer = self.dialer.lock().unwrap_or_else(PoisonError::into_inner);
        dialer.forgive(self.clock.now());
    }
}

fn lock(only: &Mutex<Option<Error>>) -> MutexGuard<'_, Option<Error>> {
    only.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocking::Pool({}, {:?})", self.shared.peer, self.stats())
    }
}

/// A connection lent to this thread. It goes back when this is dropped, whatever happened: to the free ones if it is
/// provably clean, else it is closed.
pub(super) struct Lease {
    pool: Pool,
    link: Option<Box<Link>>,
    opened: Timestamp,
    released: Timestamp,
}

impl Lease {
    #[inline]
    pub(super) fn call(
        &mut self,
        now: Timestamp,
        request: &Request,
        deadline: Option<Timestamp>,
    ) -> Result<Reply, Error> {
        self.released = now;
        self.renew_login(now, deadline)?;
        match self.link.as_deref_mut() {
            Some(link) => link.call(&*self.pool.shared.clock, now, request, deadline),
            None => Err(Error::closed("the connection was given back", Outcome::NotSent)),
        }
    }

    pub(super) fn call_all(&mut self, now: Timestamp, batch: &Requests, deadline: Option<Timestamp>) -> Replies {
        self.released = now;
        let ready = self.renew_login(now, deadline);
        match (ready, self.link.as_deref_mut()) {
            (Ok(()), Some(link)) => link.call_all(&*self.pool.shared.clock, now, batch, deadline),
            (Err(error), _) => Replies::failed(batch.len(), error),
            (Ok(()), None) => Replies::default(),
        }
    }

    /// Logs in again if there are other credentials by now.
    #[inline]
    fn renew_login(&mut self, now: Timestamp, deadline: Option<Timestamp>) -> Result<(), Error> {
        match self.link.as_deref_mut() {
            Some(link) if self.pool.shared.provider.is_some() => self.pool.renew_login(link, now, deadline),
            _ => Ok(()),
        }
    }

    /// Takes in what has come since the last call.
    pub(super) fn take_in(&mut self, now: Timestamp) {
        if let Some(link) = self.link.as_deref_mut() {
            link.take_in(&*self.pool.shared.clock, now.saturating_since(self.released));
        }
    }

    /// Whether keys are watched, or were when the connection was lost.
    pub(super) fn is_watching(&self) -> bool {
        self.link.as_deref().is_some_and(Link::is_watching)
    }

    /// Whether the connection is over.
    pub(super) fn is_lost(&self) -> bool {
        self.link.as_deref().is_none_or(|link| link.down_reason().is_some())
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl Drop for Lease {
    #[inline]
    fn drop(&mut self) {
        let mut link = self.link.take();
        if link.as_mut().is_some_and(|link| link.said_replica()) {
            self.pool.leave_replica(self.released, self.opened);
        }
        let pool = &self.pool;
        let clean = link
            .as_mut()
            .is_some_and(|link| !pool.has_left(link) && link.clean_up(self.released));
        match link {
            Some(link) if clean => self.pool.put(self.released, link, self.opened),
            link => self.pool.discard(link, self.opened),
        }
    }
}

/// A transport, and whom to log in as on it, with the generation of the credentials, if that is asked at each connect.
pub(super) struct Dialed {
    pub(super) transport: Box<dyn Transport>,
    pub(super) login: Option<(u64, Credentials)>,
    /// Which server of a service it goes to.
    pub(super) server: Option<Endpoint>,
}

/// Hands its transport out once.
struct OnlyTransport(Mutex<Option<Box<dyn Transport>>>);

impl Connector for OnlyTransport {
    fn connect(&self, _: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        let transport = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        transport.ok_or_else(|| TransportError::new(TransportErrorKind::Closed, "the only transport there was is gone"))
    }
}
