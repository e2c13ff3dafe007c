//! MONITOR for tasks.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::AsyncClient;
use super::listening::{Connecting, Listening};
use crate::error::Error;
use crate::pubsub::{Listener, MonitorLine, MonitorMachine};

/// Every command that a server runs, as a [`Stream`]; see [`AsyncClient::monitor`]. Ends with an error when the connection is
/// lost. Dropped, the connection is closed.
pub struct Monitor<R> {
    listening: Listening<MonitorMachine>,
    runtime: PhantomData<fn() -> R>,
}

impl<R> AsyncClient<R> {
    /// Every command that the server runs, whoever sends it, over a connection of its own. For looking at a server, not
    /// for production: it costs the server much of its speed.
    ///
    /// MONITOR, since Redis 1.0. Ends with an error when the connection is lost.
    ///
    /// # Errors
    /// No connection can be made, or the server refuses.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// # #[cfg(feature = "tokio")]
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let client = redwire::mock::Server::new().tokio_client();
    /// let mut monitor = client.monitor().await?;
    /// client.set("name", "redwire").await?;
    /// let line = monitor.next().await.unwrap()?;
    /// assert_eq!(line.command, ["SET", "name", "redwire"]);
    /// # Ok::<(), Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn monitor(&self) -> Result<Monitor<R>, Error> {
        let hub = self.hub.clone();
        let machine = MonitorMachine::new(hub.link().settings.clone(), *hub.backoff(), hub.random());
        let mut listening = Listening::new(hub, machine);
        let mut connecting = Connecting::default();
        poll_fn(|cx| listening.poll_connect(cx, &mut connecting)).await?;
        poll_fn(|cx| listening.poll_read(cx, None, MonitorMachine::poll_started)).await?;
        Ok(Monitor {
            listening,
            runtime: PhantomData,
        })
    }
}

impl<R> Monitor<R> {
    /// The next command; `None` after the end.
    ///
    /// Cancel safety: dropped, the future has taken nothing away.
    pub async fn next(&mut self) -> Option<Result<MonitorLine, Error>> {
        poll_fn(|cx| self.poll_line(cx)).await
    }

    fn poll_line(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<MonitorLine, Error>>> {
        let polled = self.listening.poll_read(cx, None, Listener::poll_told);
        polled.map(Result::transpose)
    }
}

impl<R> Stream for Monitor<R> {
    type Item = Result<MonitorLine, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_line(cx)
    }
}

impl<R> fmt::Debug for Monitor<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Monitor({})", self.listening.peer())
    }
}
