//! What a client of a service knows of it, shared by its connections and by whoever watches for a new master.

use std::string::String;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, Weak};
use std::vec::Vec;

use super::report::Reporter;
use super::sync::{Mutex, MutexGuard};
use crate::error::{Error, Outcome};
use crate::time::Timestamp;
use crate::topology::Endpoint;
use crate::topology::sentinel::{Finder, KnownMaster, Learned, Search, Sentinels, Service, ServiceRole};

/// The sentinels that a program has named, in the order in which they are asked.
pub(super) struct Roster(Mutex<Sentinels>);

impl Roster {
    pub(super) fn new(sentinels: Sentinels) -> Self {
        Roster(Mutex::new(sentinels))
    }

    pub(super) fn sentinels(&self) -> Sentinels {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The addresses that a search has found; the sentinel that knew them is asked first the next time.
    pub(super) fn take_in(
        &self,
        search: &Search,
        servers: Result<Vec<Endpoint>, Error>,
    ) -> Result<Vec<(String, u16)>, Error> {
        let mut sentinels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *sentinels = sentinels.clone().in_order(search.order());
        let servers = servers?;
        let named = servers.iter().filter_map(Endpoint::host_and_port);
        Ok(named.map(|(host, port)| (host.into(), port)).collect())
    }
}

/// The knowledge of one client, and the client itself, which is told when it has to move.
pub(super) struct Guide {
    finder: Mutex<Finder>,
    role: ServiceRole,
    reporter: Arc<Reporter>,
    client: OnceLock<Weak<dyn Moves>>,
    watched: AtomicBool,
    /// Wakes the task that watches, once there is nothing left to watch for.
    #[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
    watcher: Mutex<Option<std::task::Waker>>,
    /// Wakes those who listen on connections of their own, which they leave by themselves.
    #[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
    listeners: Mutex<std::vec::Vec<Weak<tasks::Ear>>>,
}

/// A client that can leave a master.
pub(super) trait Moves: Send + Sync {
    /// The master is this one now: whatever goes to a server that the guide [leaves](Guide::leaves) is closed, or as good
    /// as closed.
    fn move_away(&self, guide: &Guide, master: &Endpoint);
}

/// Another server is the master now.
#[must_use = "the client has to be told"]
pub(super) struct Move {
    from: Endpoint,
    to: Endpoint,
}

impl Guide {
    pub(super) fn new(service: &Service, chance: u64, reporter: Arc<Reporter>) -> Arc<Self> {
        Arc::new(Guide {
            finder: Mutex::new(Finder::new(service.clone(), chance)),
            role: service.role(),
            reporter,
            client: OnceLock::new(),
            watched: AtomicBool::new(false),
            #[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
            watcher: Mutex::new(None),
            #[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
            listeners: Mutex::default(),
        })
    }

    fn finder(&self) -> MutexGuard<'_, Finder> {
        self.finder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose knowledge it is.
    pub(super) fn serve(&self, client: Weak<dyn Moves>) {
        let _ = self.client.set(client);
    }

    pub(super) fn service(&self) -> Service {
        self.finder().service().clone()
    }

    pub(super) fn search(&self, deadline: Option<Timestamp>) -> Search {
        self.finder().search(deadline)
    }

    /// What a search has found out; an error if it is to begin anew.
    pub(super) fn learn(&self, search: &Search) -> Result<Option<Move>, Outdated> {
        self.change(|finder| finder.learn(search))
    }

    /// What a sentinel said by itself.
    pub(super) fn hear(&self, sentinel: &Endpoint, word: &KnownMaster) -> Option<Move> {
        self.change(|finder| finder.hear(sentinel, word)).unwrap_or(None)
    }

    fn change(&self, change: impl FnOnce(&mut Finder) -> Learned) -> Result<Option<Move>, Outdated> {
        let mut finder = self.finder();
        let before = finder.master().cloned();
        match (change(&mut finder), before, finder.master()) {
            (Learned::Outdated, ..) => Err(Outdated),
            (Learned::Moved, Some(before), Some(after)) => Ok(Some(Move {
                from: before.endpoint,
                to: after.endpoint.clone(),
            })),
            _ => Ok(None),
        }
    }

    /// Has the client move. Not to be called with a connection locked.
    pub(super) fn announce(&self, moved: &Move) {
        self.reporter.moved(&moved.from, &moved.to).deliver();
        if let Some(client) = self.client.get().and_then(Weak::upgrade) {
            client.move_away(self, &moved.to);
        }
        #[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
        self.wake_listeners();
    }

    /// Why a connection is left that goes to a master that is none any more; `None` if it does not.
    pub(super) fn leaving(&self, server: Option<&Endpoint>) -> Option<Error> {
        let left = server.filter(|server| self.finder().is_left(server));
        left.map(|server| Error::closed(std::format!("{server} is not the master any more"), Outcome::NotSent))
    }

    /// Whether a connection to `server` is of no use once `master` is the master: it goes to the old one, or to a replica
    /// that is none any more.
    pub(super) fn leaves(&self, server: &Endpoint, master: &Endpoint) -> bool {
        match self.role {
            ServiceRole::Replica => server == master,
            _ => server != master,
        }
    }

    /// Whether a connection goes to a master that is none any more.
    pub(super) fn has_left(&self, server: Option<&Endpoint>) -> bool {
        server.is_some_and(|server| self.finder().is_left(server))
    }

    /// The sentinel to be watched, the `turn`-th in the order in which they are asked.
    pub(super) fn sentinel(&self, turn: usize) -> Option<Endpoint> {
        let finder = self.finder();
        let order = finder.order();
        order.get(turn.checked_rem(order.len())?).cloned()
    }

    /// True for the first who asks: that one has to watch.
    pub(super) fn begin_watch(&self) -> bool {
        !self.watched.swap(true, Ordering::AcqRel)
    }

    /// Nobody watches any more.
    pub(super) fn end_watch(&self) {
        self.watched.store(false, Ordering::Release);
    }
}

#[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
pub(super) use self::tasks::Ear;

/// A later word was heard while a search was under way.
pub(super) struct Outdated;

#[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
mod tasks {
    use std::sync::{Arc, PoisonError, Weak};
    use std::task::{Wake, Waker};
    use std::vec::Vec;

    use super::super::sync::Mutex;
    use super::{Guide, Move};

    /// How one who listens is woken.
    pub(in super::super) struct Ear(Mutex<Option<Waker>>);

    impl Ear {
        pub(in super::super) fn set(&self, waker: &Waker) {
            match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(known) if known.will_wake(waker) => {}
                known => *known = Some(waker.clone()),
            }
        }
    }

    impl Guide {
        /// Who is to be woken once there is nothing left to watch for.
        pub(in super::super) fn register(&self, waker: &Waker) {
            let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
            match &mut *watcher {
                Some(known) if known.will_wake(waker) => {}
                known => *known = Some(waker.clone()),
            }
        }

        /// For one who is to be woken when there is another master.
        pub(in super::super) fn ear(&self) -> Arc<Ear> {
            let ear = Arc::new(Ear(Mutex::new(None)));
            let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
            listeners.retain(|ear| ear.strong_count() > 0);
            listeners.push(Arc::downgrade(&ear));
            ear
        }

        pub(super) fn wake_listeners(&self) {
            let listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
            let ears: Vec<_> = listeners.iter().filter_map(Weak::upgrade).collect();
            drop(listeners);
            for ear in ears {
                let waker = ear.0.lock().unwrap_or_else(PoisonError::into_inner).take();
                waker.into_iter().for_each(Waker::wake);
            }
        }

        /// A waker that has the client move, for those who have a connection locked.
        pub(in super::super) fn announcement(self: Arc<Self>, moved: Move) -> Waker {
            Waker::from(Arc::new(Announcement { guide: self, moved }))
        }
    }

    impl Drop for Guide {
        fn drop(&mut self) {
            let watcher = self.watcher.get_mut().unwrap_or_else(PoisonError::into_inner);
            if let Some(waker) = watcher.take() {
                waker.wake();
            }
        }
    }

    struct Announcement {
        guide: Arc<Guide>,
        moved: Move,
    }

    impl Wake for Announcement {
        fn wake(self: Arc<Self>) {
            self.guide.announce(&self.moved);
        }
    }
}
