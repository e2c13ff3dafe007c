//! Finding servers through sentinels, and watching for a new master: the machines of
//! [`topology::sentinel`](crate::topology::sentinel) over blocking transports.

use std::boxed::Box;
use std::sync::{Arc, Weak};
use std::time::Duration;
use std::vec::Vec;

use super::super::common::unreachable_peer;
use super::super::sentinel::{Guide, Moves};
use super::link::Link;
use super::pool::Shared;
use crate::command::{Request, Requests};
use crate::connection::{Event, Settings};
use crate::error::{Error, Outcome};
use crate::resp::Reply;
use crate::secret::Credentials;
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::topology::sentinel::{Search, Sentinels, Step, Watch};
use crate::transport::{BlockingClock, Connector, Transport};

/// How often a thread that watches looks whether there is still a client to watch for, and one that listens whether its server
/// is still the master.
pub(super) const LOOK: Duration = Duration::from_millis(500);

/// Time and connections.
#[derive(Clone)]
pub(super) struct Ways {
    pub(super) clock: Arc<dyn BlockingClock>,
    pub(super) connector: Arc<dyn Connector>,
}

/// What came of a search: the servers, and the connection to one of them if that was looked for.
type Found = Result<(Option<Box<dyn Transport>>, Vec<Endpoint>), Error>;

impl Ways {
    /// A connection to a server of the service that `guide` knows, and which one that is.
    pub(super) fn find(
        &self,
        guide: &Guide,
        credentials: Option<&Credentials>,
        deadline: Option<Timestamp>,
    ) -> Result<(Box<dyn Transport>, Option<Endpoint>), Error> {
        let sentinels = guide.service().sentinels().clone();
        loop {
            let mut search = guide.search(deadline);
            let found = self.seek(&mut search, &sentinels, credentials);
            let Ok(moved) = guide.learn(&search) else { continue };
            if let Some(moved) = moved {
                guide.announce(&moved);
            }
            return match found? {
                (Some(transport), servers) => Ok((transport, servers.into_iter().next())),
                (None, _) => Err(Error::closed("the search found no connection", Outcome::NotSent)),
            };
        }
    }

    /// Does what a search wants until it is done.
    pub(super) fn seek(&self, search: &mut Search, sentinels: &Sentinels, credentials: Option<&Credentials>) -> Found {
        let mut connected = None;
        loop {
            match search.step(self.clock.now()) {
                Step::Ask {
                    sentinel,
                    batch,
                    within,
                } => {
                    let answer = self.ask(&sentinel, sentinels.credentials(), &batch, Some(within));
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
                    let answer = self.ask(&server, credentials, &[request], within);
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

    /// Connects, asks, and gives as many answers as there are questions, together with the connection.
    fn ask(
        &self,
        endpoint: &Endpoint,
        credentials: Option<&Credentials>,
        batch: &[Request],
        within: Option<Duration>,
    ) -> Result<(Box<dyn Transport>, Vec<Reply>), Error> {
        let dialed = self.clock.now();
        let transport = self.connector.connect(endpoint, within);
        let transport = transport.map_err(|error| unreachable_peer(endpoint, &error))?;
        let settings: Settings = Search::settings(credentials, within);
        let mut link = Link::new(transport, settings, &*self.clock, dialed);
        let until = within.map(|within| dialed + within);
        let batch: Requests = batch.iter().cloned().collect();
        let replies = link.call_all(&*self.clock, self.clock.now(), &batch, until);
        let replies = replies.into_vec().into_iter().collect::<Result<_, _>>()?;
        Ok((link.into_transport(), replies))
    }

    /// Starts a thread that watches for a new master.
    pub(super) fn watch(&self, guide: &Arc<Guide>) {
        let Some(watch) = Watch::new(&guide.service()) else {
            return;
        };
        if !guide.begin_watch() {
            return;
        }
        let (ways, watched) = (self.clone(), Arc::downgrade(guide));
        let thread = std::thread::Builder::new().name("redwire-sentinel".into());
        if thread.spawn(move || ways.watch_for_ever(&watched, watch)).is_err() {
            guide.end_watch();
        }
    }

    /// Watches over one sentinel after the other, until the client is gone.
    fn watch_for_ever(&self, guide: &Weak<Guide>, mut watch: Watch) {
        let mut turn = 0;
        while let Some(sentinel) = guide.upgrade().and_then(|guide| guide.sentinel(turn)) {
            // The order begins with the sentinel that knew last.
            turn = if self.watch_one(guide, &mut watch, &sentinel) {
                0
            } else {
                turn + 1
            };
            self.clock.sleep_until(self.clock.now() + watch.pause());
        }
    }

    /// Watches as long as the connection to a sentinel, and the client, last. True if that sentinel knew anything.
    fn watch_one(&self, guide: &Weak<Guide>, watch: &mut Watch, sentinel: &Endpoint) -> bool {
        let dialed = self.clock.now();
        let Ok(transport) = self.connector.connect(sentinel, Some(watch.timeout())) else {
            return false;
        };
        let mut link = Link::over(transport, watch.begin(self.clock.now(), dialed));
        let mut knew = false;
        loop {
            let look = self.clock.now() + LOOK;
            let until = watch.poll_timeout().map_or(look, |at| at.min(look));
            let event = link.next_event_until(&*self.clock, until);
            let now = self.clock.now();
            let Some(guide) = guide.upgrade() else { return knew };
            let word = match event {
                None => {
                    watch.handle_timeout(now, link.connection());
                    None
                }
                Some(Event::Down(_)) => return knew,
                Some(event) => watch.handle_event(now, link.connection(), event),
            };
            let Some(word) = word else { continue };
            knew = true;
            if let Some(moved) = guide.hear(sentinel, &word) {
                guide.announce(&moved);
            }
        }
    }
}

impl Moves for Shared {
    fn move_away(&self, guide: &Guide, master: &Endpoint) {
        self.close_idle(|link| link.server.as_ref().is_some_and(|server| guide.leaves(server, master)));
    }
}
