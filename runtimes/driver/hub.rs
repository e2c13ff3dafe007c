//! What all clones of one client share: the connection for ordinary calls, and the pool of those for one user alone.

use std::boxed::Box;
use std::collections::BTreeMap;
use std::future::{poll_fn, ready};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::super::callbacks::LiveCallbacks;
use super::super::common::{half_of, only_one_transport};
use super::super::sentinel::Guide;
use super::super::sync::{Mutex, MutexGuard};
use super::call::{Call, Route};
use super::calls::CallId;
use super::exclusive::Lease;
use super::link::Link;
use super::runtime::{Dialed, Runtime};
use crate::command::Request;
use crate::connection::Settings;
use crate::error::{Error, Outcome};
use crate::pool::{Acquired, Grant, Pool, PoolStats, Waiter};
use crate::session::{Dialer, Session};
use crate::time::Timestamp;
use crate::topology::{Backoff, Config, Overload, RetryPolicy};
use crate::transport::BoxFuture;

pub(super) struct Hub {
    link: Arc<Link>,
    runtime: Arc<Runtime>,
    settings: Settings,
    backoff: Backoff,
    retry: RetryPolicy,
    overload: Overload,
    window: usize,
    dialer: Mutex<Dialer>,
    pool: Mutex<Leases>,
    /// There is one transport and will be no other.
    single: bool,
}

struct Leases {
    pool: Pool<Arc<Link>>,
    /// Tasks in line.
    waiting: BTreeMap<Waiter, Waker>,
}

impl Hub {
    pub(super) fn new(config: &Config, settings: Settings, runtime: Runtime, seed: u64, single: bool) -> Self {
        let runtime = Arc::new(runtime);
        let window = config.memory_budget();
        let session = Session::new(settings.clone(), config.dial_backoff(), seed).with_budget(Some(window as u64));
        let session = if single { session.single() } else { session };
        Hub {
            link: Link::new(session, runtime.clone(), window),
            runtime,
            settings,
            backoff: config.dial_backoff(),
            retry: config.retry_policy(),
            overload: config.overload(),
            window,
            dialer: Mutex::new(Dialer::new(config.dial_backoff(), seed.rotate_left(32))),
            pool: Mutex::new(Leases {
                pool: Pool::new(config.pool().clone(), config.pool_timeout()),
                waiting: BTreeMap::new(),
            }),
            single,
        }
    }

    #[inline]
    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn retry(&self) -> &RetryPolicy {
        &self.retry
    }

    pub(super) fn backoff(&self) -> &Backoff {
        &self.backoff
    }

    /// A transport for a connection that is none of the pool's.
    pub(super) fn dial_apart(&self) -> BoxFuture<'static, Result<Dialed, Error>> {
        if self.single {
            return Box::pin(ready(Err(only_one_transport())));
        }
        self.runtime.dial(&self.settings)
    }

    pub(super) fn overload(&self) -> Overload {
        self.overload
    }

    pub(super) fn callbacks(&self) -> &LiveCallbacks {
        &self.runtime.callbacks
    }

    pub(super) fn peer(&self) -> &str {
        &self.runtime.peer
    }

    pub(super) fn stats(&self) -> PoolStats {
        self.leases().pool.stats()
    }

    pub(super) fn random(&self) -> u64 {
        self.dialer().random()
    }

    fn dialer(&self) -> MutexGuard<'_, Dialer> {
        self.dialer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leases(&self) -> MutexGuard<'_, Leases> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection for one user alone, waited for no longer than until `deadline`.
    pub(super) async fn lease(self: &Arc<Self>, deadline: Option<Timestamp>) -> Result<Lease, Error> {
        if self.single {
            return Err(only_one_transport());
        }
        let now = self.link.now();
        let acquired = self.leases().pool.acquire(now);
        let grant = match acquired {
            Acquired::Granted(grant) => grant,
            Acquired::Wait(waiter) => self.wait(waiter, now, deadline).await?,
            Acquired::Exhausted => return Err(self.leases().pool.exhausted()),
        };
        // From here on the permit comes back whatever happens.
        let mut lease = Lease::new(self.clone(), now);
        if let Grant::Reuse {
            connection,
            opened,
            check,
            ..
        } = grant
        {
            // A connection that turns out to be of no use leaves its place to a new one.
            let good =
                connection.is_quiet() && (!check || connection.answers(half_of(self.link.now(), deadline)).await);
            if good {
                lease.fill(connection, opened);
                return Ok(lease);
            }
            self.report_end(&connection);
        }
        let (link, opened) = self.open(deadline).await?;
        self.leases().pool.opened();
        lease.fill(link, opened);
        Ok(lease)
    }

    async fn wait(
        self: &Arc<Self>,
        waiter: Waiter,
        now: Timestamp,
        deadline: Option<Timestamp>,
    ) -> Result<Grant<Arc<Link>>, Error> {
        let patience = self.leases().pool.patience().map(|patience| now + patience);
        let until = crate::connection::earliest(patience, deadline);
        let mut timer = self.runtime.clock.timer();
        let _in_line = InLine { hub: self, waiter };
        poll_fn(|cx: &mut Context<'_>| {
            let mut leases = self.leases();
            if let Some(grant) = leases.pool.poll(waiter) {
                return Poll::Ready(Ok(grant));
            }
            if until.is_some_and(|until| timer.poll_at(cx, until).is_ready()) {
                return Poll::Ready(Err(leases.pool.exhausted()));
            }
            leases.waiting.insert(waiter, cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Dials, as soon as that is allowed, and shakes hands.
    async fn open(self: &Arc<Self>, deadline: Option<Timestamp>) -> Result<(Arc<Link>, Timestamp), Error> {
        // Others may fail in the meantime, and put it off again.
        loop {
            let allowed = self.dialer().next_dial();
            if allowed <= self.link.now() {
                break;
            }
            let late = deadline.is_some_and(|deadline| deadline <= allowed);
            let until = deadline.map_or(allowed, |deadline| deadline.min(allowed));
            let mut timer = self.runtime.clock.timer();
            poll_fn(|cx| timer.poll_at(cx, until)).await;
            if late {
                return Err(Error::timeout("a connection", Outcome::NotSent));
            }
        }
        let dialed = self.link.now();
        if deadline.is_some_and(|deadline| deadline <= dialed) {
            return Err(Error::timeout("a connection", Outcome::NotSent));
        }
        let mut settings = self.settings.clone();
        let left = deadline.map(|deadline| deadline.saturating_since(dialed));
        settings.connect_timeout = match (settings.connect_timeout, left) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        // A connection on which a deadline passed is closed, so that none is ever waited for in vain.
        settings.liveness = settings.liveness.filter(|_| settings.response_timeout.is_none());
        self.runtime.watch();
        let session = Session::new(settings, self.backoff, 0).single();
        let link = Link::new(session, self.runtime.without_tasks(), self.window);
        let established = link.establish().await;
        if let Err(error) = established {
            self.dialer().failed(self.link.now(), dialed);
            let report = self.runtime.reporter.ended(None, None, &error, self.retry_in());
            report.deliver();
            return Err(error);
        }
        let protocol = link.lock().session.protocol().unwrap_or_default();
        let (epoch, report) = self.runtime.reporter.connected(link.server().as_ref(), protocol);
        let _ = link.number.set(epoch);
        report.deliver();
        Ok((link, dialed))
    }

    /// How long no connection for one user is dialed.
    fn retry_in(&self) -> Duration {
        let next = self.dialer().next_dial();
        next.saturating_since(self.link.now())
    }

    /// Tells the observer that a connection that was up is of no use any more.
    #[cold]
    fn report_end(&self, link: &Link) {
        let (epoch, why) = (link.number.get().copied(), link.down_reason());
        let silently = || Error::closed("the server closed it, or spoke, while nobody used it", Outcome::NotSent);
        let report = self.runtime.reporter.ended(
            link.server().as_ref(),
            epoch,
            &why.unwrap_or_else(silently),
            self.retry_in(),
        );
        report.deliver();
    }

    /// Who knows where the service is, if it is one.
    pub(super) fn guide(&self) -> Option<&Guide> {
        self.runtime.guide.as_deref()
    }

    /// Whether a connection goes to a server that is not the right one any more.
    pub(super) fn has_left(&self, link: &Link) -> bool {
        self.guide().is_some_and(|guide| guide.has_left(link.server().as_ref()))
    }

    /// Closes the connections that nobody uses and of which `closes` says so. The next one is dialed without delay.
    pub(super) fn close_idle(&self, closes: impl FnMut(&Link) -> bool) {
        let mut closes = closes;
        let closed = self.leases().pool.close_if(|link| closes(link));
        drop(closed);
        self.dialer().forgive(self.link.now());
    }

    pub(super) fn put(&self, now: Timestamp, link: Arc<Link>, opened: Timestamp) {
        let mut leases = self.leases();
        let next = leases.pool.put(now, link, opened);
        let waker = next.and_then(|waiter| leases.waiting.remove(&waiter));
        drop(leases);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn discard(&self, link: Option<Arc<Link>>, opened: Timestamp) {
        if let Some(link) = link.as_ref().filter(|link| link.down_reason().is_some()) {
            self.dialer().lost(self.link.now(), opened);
            self.report_end(link);
        }
        drop(link);
        let mut leases = self.leases();
        let next = leases.pool.discard();
        let waker = next.and_then(|waiter| leases.waiting.remove(&waiter));
        drop(leases);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Closes what is free; see [`AsyncClient::disconnect`](super::AsyncClient::disconnect).
    pub(super) fn disconnect(&self) {
        let now = self.link.now();
        let closed = self.leases().pool.disconnect(now);
        drop(closed);
        self.link.disconnect();
    }
}

/// A place in the line, given up when this is dropped.
struct InLine<'a> {
    hub: &'a Arc<Hub>,
    waiter: Waiter,
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let now = self.hub.link.now();
        let mut leases = self.hub.leases();
        leases.waiting.remove(&self.waiter);
        let next = leases.pool.cancel(now, self.waiter);
        let waker = next.and_then(|waiter| leases.waiting.remove(&waiter));
        drop(leases);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Link {
    /// Waits until there is a connection and its handshake is done.
    pub(super) async fn establish(&self) -> Result<(), Error> {
        let id = self.lock().connect();
        let _leaves = Leaves { link: self, id };
        poll_fn(|cx| match self.poll_one(cx, id) {
            Some(answer) => Poll::Ready(answer.map(drop)),
            None => Poll::Pending,
        })
        .await
    }

    /// Whether the server answers.
    async fn answers(&self, deadline: Option<Timestamp>) -> bool {
        let ping = Request::new("PING").read_only();
        let mut call = Call::new(Route::Exclusive(self));
        call.ends_by(deadline);
        let answer = poll_fn(|cx| call.poll_one(cx, &ping).map_or(Poll::Pending, Poll::Ready));
        answer.await.is_ok()
    }
}

/// A call that is over when this is dropped.
struct Leaves<'a> {
    link: &'a Link,
    id: CallId,
}

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.link.abandon(self.id, None);
    }
}
