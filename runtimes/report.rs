//! Telling the user's observer what becomes of the connections of one client.

use std::string::{String, ToString};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::topology::{Config, ConnectionEvent, Endpoint, Observer, Protocol};

/// What all connections of one client have in common.
#[derive(Default)]
pub(super) struct Reporter {
    observer: Option<Arc<dyn Observer>>,
    peer: String,
    connected: AtomicU64,
}

/// Something to tell, once no lock is held.
#[must_use]
pub(super) struct Report(Option<(Arc<dyn Observer>, ConnectionEvent)>);

impl Reporter {
    pub(super) fn new(config: &Config) -> Self {
        Reporter {
            observer: config.observer().cloned(),
            peer: config.peer(),
            connected: AtomicU64::new(0),
        }
    }

    fn report(&self, server: Option<&Endpoint>, event: impl FnOnce(String) -> ConnectionEvent) -> Report {
        let peer = || server.map_or_else(|| self.peer.clone(), ToString::to_string);
        let observer = self.observer.as_ref();
        Report(observer.map(|observer| (observer.clone(), event(peer()))))
    }

    /// A connection is up, to this server if it is one of several. Gives its number too.
    pub(super) fn connected(&self, server: Option<&Endpoint>, protocol: Protocol) -> (u64, Report) {
        let epoch = self.connected.fetch_add(1, Ordering::Relaxed);
        let report = self.report(server, |peer| ConnectionEvent::Connected { peer, epoch, protocol });
        (epoch, report)
    }

    /// The master of the service is this one now, and was that one before.
    pub(super) fn moved(&self, from: &Endpoint, to: &Endpoint) -> Report {
        let (from, to) = (from.to_string(), to.to_string());
        self.report(None, |service| ConnectionEvent::MasterChanged { service, from, to })
    }

    /// A connection ended: the one with this number, or one that was never up.
    pub(super) fn ended(
        &self,
        server: Option<&Endpoint>,
        epoch: Option<u64>,
        why: &Error,
        retry_in: Duration,
    ) -> Report {
        let why = why.clone();
        self.report(server, |peer| match epoch {
            Some(epoch) => ConnectionEvent::Lost {
                peer,
                epoch,
                why,
                retry_in,
            },
            None => ConnectionEvent::DialFailed { peer, why, retry_in },
        })
    }
}

impl Report {
    pub(super) fn deliver(&self) {
        if let Some((observer, event)) = &self.0 {
            observer.observe(event);
        }
    }
}

/// Whoever unlocks a connection wakes those who wait, and whoever is to be told something is one of them.
#[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
impl std::task::Wake for Report {
    fn wake(self: Arc<Self>) {
        self.deliver();
    }
}

#[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
impl Report {
    /// A waker that delivers it, if there is anything to deliver; woken once, as all of them are.
    pub(super) fn into_waker(self) -> Option<std::task::Waker> {
        self.0.is_some().then(|| std::task::Waker::from(Arc::new(self)))
    }
}
