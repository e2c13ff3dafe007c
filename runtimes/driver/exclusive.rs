//! A connection for one user alone.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::call::{Call, Route};
use super::futures::{CommandFuture, FlowFuture};
use super::hub::Hub;
use super::link::Link;
use crate::command::{Command, Executor};
use crate::flow::{Driver, Flow};
use crate::pipeline::{Batch, Pipeline};
use crate::time::Timestamp;

/// A connection lent to one user. It goes back when this is dropped, whatever happened: to the free ones if it is
/// provably clean, else it is closed.
pub(super) struct Lease {
    hub: Arc<Hub>,
    link: Option<Arc<Link>>,
    opened: Timestamp,
}

impl Lease {
    /// The right to a connection, which is still to come.
    pub(super) fn new(hub: Arc<Hub>, now: Timestamp) -> Self {
        Lease {
            hub,
            link: None,
            opened: now,
        }
    }

    pub(super) fn fill(&mut self, link: Arc<Link>, opened: Timestamp) {
        self.link = Some(link);
        self.opened = opened;
    }

    /// The connection. (A lease that was never filled is never handed out; the shared connection stands in for the type's
    /// sake.)
    pub(super) fn link(&self) -> &Link {
        match &self.link {
            Some(link) => link,
            None => self.hub.link(),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let now = self.hub.link().now();
        let link = self.link.take();
        let hub = &self.hub;
        let clean = link
            .as_ref()
            .is_some_and(|link| !hub.has_left(link) && link.clean_up(now));
        match link {
            Some(link) if clean => self.hub.put(now, link, self.opened),
            link => self.hub.discard(link, self.opened),
        }
    }
}

/// A connection of an [`AsyncClient`](super::AsyncClient) for one user alone, until it is dropped.
///
/// Every command goes over the same connection, so that those that change its state make sense here: WATCH, MULTI,
/// SELECT. It is never replaced: once it is lost, every call fails, and a WATCH on it can never be taken for one on
/// another. Nothing is sent again by itself.
///
/// Dropped, it goes back to the pool if it is provably as it was, after an UNWATCH if need be; otherwise it is closed.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::resp::Value;
///
/// # #[cfg(feature = "tokio")]
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let client = redwire::mock::Server::new().tokio_client();
/// client.set("counter", 1).await?;
/// let connection = client.exclusive().await?;
/// connection.execute(cmd("WATCH").key("counter")).await?;
/// let n: i64 = connection.get("counter").await?;
/// client.set("counter", 10).await?; // somebody else
/// connection.execute(cmd("MULTI")).await?;
/// connection.execute(cmd("SET").key("counter").arg(n + 1)).await?;
/// assert_eq!(connection.execute(cmd("EXEC")).await?, Value::Null); // nothing was done
/// # Ok::<(), Error>(())
/// # }).unwrap();
/// ```
pub struct Exclusive<R> {
    lease: Lease,
    runtime: PhantomData<fn() -> R>,
}

impl<R> Exclusive<R> {
    pub(super) fn new(lease: Lease) -> Self {
        Exclusive {
            lease,
            runtime: PhantomData,
        }
    }

    pub(super) fn link(&self) -> &Link {
        self.lease.link()
    }

    /// An empty typed pipeline; see [`Pipeline`].
    pub fn pipeline(&self) -> Pipeline<&Exclusive<R>> {
        Pipeline::new(self)
    }

    /// An empty dynamic batch; see [`Batch`].
    pub fn batch(&self) -> Batch<&Exclusive<R>> {
        Batch::new(self)
    }
}

impl<'a, R> Executor for &'a Exclusive<R> {
    type Output<T> = CommandFuture<'a, T>;

    fn run<T>(self, command: Command<T>) -> CommandFuture<'a, T> {
        CommandFuture::new(Call::new(Route::Exclusive(self.lease.link())), command)
    }
}

impl<'a, R> Driver for &'a Exclusive<R> {
    type Driven<F: Flow> = FlowFuture<'a, F>;

    fn drive<F: Flow>(self, flow: F) -> FlowFuture<'a, F> {
        FlowFuture::new(Call::new(Route::Exclusive(self.lease.link())), flow)
    }
}

impl<R> fmt::Debug for Exclusive<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exclusive({})", self.lease.hub.peer())
    }
}
