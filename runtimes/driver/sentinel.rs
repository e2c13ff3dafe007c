//! Finding servers through sentinels, and watching for a new master: the machines of
//! [`topology::sentinel`](crate::topology::sentinel) over async transports.

use std::boxed::Box;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec::Vec;

use super::super::common::unreachable_peer;
use super::super::sentinel::{Guide, Moves};
use super::hub::Hub;
use super::link::Link;
use super::runtime::{Dialed, Runtime, within};
use crate::command::Request;
use crate::connection::{Connection, Event, Settings, earliest};
use crate::error::{Error, Outcome};
use crate::resp::Reply;
use crate::secret::Credentials;
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::topology::sentinel::{Search, Sentinels, Step, Watch};
use crate::transport::{AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Timer};

/// How long a master that is left may take for what it still owes.
pub(super) const GRACE: Duration = Duration::from_millis(500);

/// Time and connections.
#[derive(Clone)]
pub(super) struct Ways {
    pub(super) clock: Arc<dyn AsyncClock>,
    pub(super) connector: Arc<dyn AsyncConnector>,
}

impl Runtime {
    fn ways(&self) -> Ways {
        Ways {
            clock: self.clock.clone(),
            connector: self.connector.clone(),
        }
    }

    /// Sees to it that somebody watches for a new master, if there can be a task for it.
    pub(super) fn watch(&self) {
        let Some(guide) = self.guide.as_ref().filter(|_| self.has_tasks()) else {
            return;
        };
        let Some(watch) = Watch::new(&guide.service()) else {
            return;
        };
        if guide.begin_watch() {
            let guide = Arc::downgrade(guide);
            let inner = Box::pin(watch_for_ever(guide.clone(), watch, self.ways()));
            self.spawn(Box::pin(Watching { guide, inner }));
        }
    }

    /// A connection to a server of the service.
    pub(super) fn find(
        &self,
        guide: Arc<Guide>,
        login: BoxFuture<'static, Result<Option<(u64, Credentials)>, Error>>,
        settings: &Settings,
    ) -> BoxFuture<'static, Result<Dialed, Error>> {
        let ways = self.ways();
        let deadline = settings.connect_timeout.map(|timeout| ways.clock.now() + timeout);
        let fixed = settings.credentials.clone();
        Box::pin(async move {
            let login = login.await?;
            let credentials = login
                .as_ref()
                .map_or(fixed, |(_, credentials)| Some(credentials.clone()));
            let sentinels = guide.service().sentinels().clone();
            loop {
                let mut search = guide.search(deadline);
                let found = seek(&mut search, &ways, &sentinels, credentials.as_ref()).await;
                let Ok(moved) = guide.learn(&search) else { continue };
                let moved = moved.map(|moved| guide.clone().announcement(moved));
                let (transport, server) = match found {
                    Ok((Some(transport), servers)) => (transport, servers.into_iter().next()),
                    Ok((None, _)) => return Err(Error::closed("the search found no connection", Outcome::NotSent)),
                    Err(error) => return Err(error),
                };
                return Ok(Dialed {
                    transport,
                    login,
                    server,
                    moved,
                });
            }
        })
    }
}

/// What came of a search: the servers, and the connection to one of them if that was looked for.
type Found = Result<(Option<Box<dyn AsyncTransport>>, Vec<Endpoint>), Error>;

/// Does what a search wants until it is done.
pub(super) async fn seek(
    search: &mut Search,
    ways: &Ways,
    sentinels: &Sentinels,
    credentials: Option<&Credentials>,
) -> Found {
    let mut connected = None;
    loop {
        let now = ways.clock.now();
        match search.step(now) {
            Step::Ask {
                sentinel,
                batch,
                within,
            } => {
                let settings = Search::settings(sentinels.credentials(), Some(within));
                let answer = ways.ask(&sentinel, settings, &batch, Some(now + within)).await;
                search.answered(answer.map(|(mut transport, replies)| {
                    transport.close();
                    replies
                }));
            }
            Step::Connect {
                server,
                request,
                within,
            } => {
                let settings = Search::settings(credentials, within);
                let until = within.map(|within| now + within);
                let answer = ways.ask(&server, settings, &[request], until).await;
                let answer = answer.and_then(|(transport, mut replies)| {
                    connected = Some(transport);
                    let missing = || Error::closed("no reply came", Outcome::NotSent);
                    replies.pop().ok_or_else(missing)
                });
                search.connected(answer);
            }
            Step::Done(servers) => return servers.map(|servers| (connected, servers)),
        }
    }
}

impl Ways {
    /// Connects, asks, and gives as many answers as there are questions, together with the connection.
    async fn ask(
        &self,
        endpoint: &Endpoint,
        settings: Settings,
        batch: &[Request],
        until: Option<Timestamp>,
    ) -> Result<(Box<dyn AsyncTransport>, Vec<Reply>), Error> {
        let dialed = self.clock.now();
        let late = || Error::timeout("a connection", Outcome::NotSent);
        let transport = within(&*self.clock, until, self.connector.connect(endpoint)).await;
        let transport = transport.ok_or_else(late)?;
        let mut transport = transport.map_err(|error| unreachable_peer(endpoint, &error))?;
        let mut connection = Connection::prepared(settings);
        connection.start(self.clock.now(), dialed);
        for request in batch {
            connection.send_tagged(self.clock.now(), request, until, 0)?;
        }
        let (mut timer, mut replies) = (None, Vec::new());
        while replies.len() < batch.len() {
            match self
                .next_event(&mut connection, &mut *transport, &mut timer, until)
                .await
            {
                Some(Event::Reply { result, .. }) => replies.push(result?),
                Some(Event::Down(why)) => return Err(why),
                Some(_) => {}
                None => return Err(Error::timeout("the reply", Outcome::MaybeExecuted)),
            }
        }
        Ok((transport, replies))
    }

    /// Moves bytes until something has happened on the connection, or `until` has come.
    async fn next_event(
        &self,
        connection: &mut Connection,
        transport: &mut dyn AsyncTransport,
        timer: &mut Option<Box<dyn Timer>>,
        until: Option<Timestamp>,
    ) -> Option<Event> {
        poll_fn(|cx| {
            loop {
                if let Some(event) = connection.poll_event() {
                    return Poll::Ready(Some(event));
                }
                if let Some(why) = connection.down_reason() {
                    return Poll::Ready(Some(Event::Down(why.clone())));
                }
                let lost = match poll_move(connection, transport, cx) {
                    Poll::Ready(Ok(0)) => {
                        connection.handle_eof(self.clock.now());
                        continue;
                    }
                    Poll::Ready(Ok(n)) => {
                        connection.received(self.clock.now(), n);
                        continue;
                    }
                    Poll::Ready(Err(error)) => Some(error),
                    Poll::Pending => None,
                };
                if let Some(error) = lost {
                    connection.handle_loss(self.clock.now(), Error::transport(error, Outcome::MaybeExecuted));
                    continue;
                }
                let Some(at) = earliest(connection.poll_timeout(), until) else {
                    return Poll::Pending;
                };
                let timer = timer.get_or_insert_with(|| self.clock.timer());
                if timer.poll_at(cx, at).is_pending() {
                    return Poll::Pending;
                }
                connection.handle_timeout(self.clock.now().max(at));
                if until == Some(at) && !connection.has_news() {
                    return Poll::Ready(None);
                }
            }
        })
        .await
    }

    async fn pause(&self, time: Duration) {
        let until = self.clock.now() + time;
        let mut timer = self.clock.timer();
        poll_fn(|cx| timer.poll_at(cx, until)).await;
    }
}

/// Writes what there is to write, then reads once.
fn poll_move(
    connection: &mut Connection,
    transport: &mut dyn AsyncTransport,
    cx: &mut Context<'_>,
) -> Poll<Result<usize, crate::transport::TransportError>> {
    while let Some(bytes) = connection.poll_transmit() {
        match transport.poll_write(cx, bytes) {
            Poll::Ready(Ok(n)) => connection.transmitted(n),
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => break,
        }
    }
    transport.poll_read(cx, connection.read_room())
}

/// Watches for a new master, over one sentinel after the other.
async fn watch_for_ever(guide: Weak<Guide>, mut watch: Watch, ways: Ways) {
    let mut turn = 0;
    while let Some(sentinel) = guide.upgrade().and_then(|guide| guide.sentinel(turn)) {
        // The order begins with the sentinel that knew last.
        turn = if watch_one(&guide, &mut watch, &ways, &sentinel).await {
            0
        } else {
            turn + 1
        };
        ways.pause(watch.pause()).await;
    }
}

/// Watches as long as the connection to a sentinel lasts. True if that one knew anything.
async fn watch_one(guide: &Weak<Guide>, watch: &mut Watch, ways: &Ways, sentinel: &Endpoint) -> bool {
    let dialed = ways.clock.now();
    let connecting = ways.connector.connect(sentinel);
    let Some(Ok(mut transport)) = within(&*ways.clock, Some(dialed + watch.timeout()), connecting).await else {
        return false;
    };
    let mut connection = watch.begin(ways.clock.now(), dialed);
    let (mut knew, mut timer) = (false, None);
    loop {
        let until = watch.poll_timeout();
        let event = ways
            .next_event(&mut connection, &mut *transport, &mut timer, until)
            .await;
        let now = ways.clock.now();
        let word = match event {
            None => {
                watch.handle_timeout(now, &mut connection);
                None
            }
            Some(Event::Down(_)) => return knew,
            Some(event) => watch.handle_event(now, &mut connection, event),
        };
        let (Some(word), Some(guide)) = (word, guide.upgrade()) else {
            continue;
        };
        knew = true;
        if let Some(moved) = guide.hear(sentinel, &word) {
            guide.announce(&moved);
        }
    }
}

/// The task that watches. It ends with the client.
struct Watching {
    guide: Weak<Guide>,
    inner: BoxFuture<'static, ()>,
}

impl Future for Watching {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.guide.upgrade() {
            Some(guide) => guide.register(cx.waker()),
            None => return Poll::Ready(()),
        }
        self.inner.as_mut().poll(cx)
    }
}

impl Drop for Watching {
    /// Whoever dials next starts another one.
    fn drop(&mut self) {
        if let Some(guide) = self.guide.upgrade() {
            guide.end_watch();
        }
    }
}

impl Hub {
    /// Has the client told when it has to move.
    pub(super) fn serve(self: &Arc<Self>) {
        if let Some(guide) = self.guide() {
            let client: Weak<Hub> = Arc::downgrade(self);
            guide.serve(client);
        }
    }
}

impl Moves for Hub {
    fn move_away(&self, guide: &Guide, master: &Endpoint) {
        self.close_idle(|link| link.server().is_some_and(|server| guide.leaves(&server, master)));
        self.link().move_away(guide, master);
    }
}

impl Link {
    /// Which server of a service it is connected to.
    pub(super) fn server(&self) -> Option<Endpoint> {
        self.lock().server.clone()
    }

    /// Leaves a server that is not the right one any more, and dials the right one without delay.
    fn move_away(&self, guide: &Guide, master: &Endpoint) {
        let now = self.now();
        let mut woken = Vec::new();
        let mut state = self.lock();
        if state.server.as_ref().is_some_and(|server| guide.leaves(server, master)) {
            let why = Error::closed(std::format!("{master} is the master now"), Outcome::NotSent);
            state.session.leave(now, now + GRACE, why);
        }
        state.session.hurry(now);
        if state.dialing.is_some() {
            // It may be waiting for a server that is gone.
            state.dialing = Some(self.runtime.dial(&self.settings));
        }
        state.collect(now, &mut woken);
        woken.extend(state.call_driver(self));
        self.unlock(state, woken);
    }
}
