//! What a program can be told about its connections.

use alloc::string::String;
use core::fmt;
use core::time::Duration;

use super::config::Protocol;
use crate::error::Error;

/// What became of a connection. It holds no secrets: errors have them masked, and the peer is an address.
///
/// A connection that is closed here because it is not needed any more (too old, too many, given back in doubt, the client
/// is dropped) is not lost, and nobody is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConnectionEvent {
    /// A connection is up: dialed, logged in, set up.
    #[non_exhaustive]
    Connected {
        /// Whom it goes to, as in [`Endpoint`](crate::Endpoint)'s `Display`; of a service, which of its servers that is.
        peer: String,
        /// Which one it is, counted from 0 over all connections of the client, those of its pool included. What the
        /// server keeps for a connection is new with it.
        epoch: u64,
        /// What the server speaks.
        protocol: Protocol,
    },
    /// A connection that was up broke: whatever the server kept for it is gone, and so is what it would have said in the
    /// time until the next one is [`Connected`](ConnectionEvent::Connected). One that somebody had for themselves is told
    /// of when they give it back.
    #[non_exhaustive]
    Lost {
        /// Whom it went to.
        peer: String,
        /// Which one it was.
        epoch: u64,
        /// Why.
        why: Error,
        /// The next one is not dialed before this time has passed.
        retry_in: Duration,
    },
    /// A connection could not be made: not reached, no credentials, refused in the handshake.
    #[non_exhaustive]
    DialFailed {
        /// Whom it was to go to.
        peer: String,
        /// Why.
        why: Error,
        /// The next one is not dialed before this time has passed.
        retry_in: Duration,
    },
    /// Sentinels name another master. Connections to the old one are left: those that are free are closed, those in use
    /// once they come back, and the one that all calls share as soon as it owes no reply.
    #[non_exhaustive]
    MasterChanged {
        /// Of which service, and in which role the client has it: `mymaster(master)`.
        service: String,
        /// Where the master was.
        from: String,
        /// Where it is now.
        to: String,
    },
}

/// Is told what becomes of a client's connections: for logs, metrics and alarms. A closure will do.
///
/// It is called on the thread or task that found out, outside of all locks, so it may use the client; it must neither block
/// for long nor panic. What one thread finds out is told in order; threads do not wait for each other.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use redwire::prelude::*;
/// use redwire::{Config, ConnectionEvent};
///
/// let log = Arc::new(Mutex::new(Vec::new()));
/// let lines = log.clone();
/// let config = Config::new().with_observer(Arc::new(move |event: &ConnectionEvent| {
///     if let ConnectionEvent::Connected { peer, epoch, .. } = event {
///         lines.lock().unwrap().push(format!("connection {epoch} to {peer}"));
///     }
/// }));
/// let client = redwire::mock::Server::new().blocking_pool(&config).client();
/// client.set("greeting", "hello")?;
/// assert_eq!(*log.lock().unwrap(), ["connection 0 to localhost:6379"]);
/// # Ok::<(), redwire::Error>(())
/// ```
pub trait Observer: Send + Sync {
    /// Something became of a connection.
    fn observe(&self, event: &ConnectionEvent);
}

impl<F: Fn(&ConnectionEvent) + Send + Sync> Observer for F {
    fn observe(&self, event: &ConnectionEvent) {
        self(event);
    }
}

impl fmt::Debug for dyn Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}
