//! Publish/subscribe for tasks.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec::Vec;

use bytes::Bytes;
use futures_core::Stream;

use super::AsyncClient;
use super::listening::{Connecting, Listening};
use super::worker::{Worker, WorkerTask};
use crate::error::{Error, Outcome};
use crate::pubsub::{Change, Event, Kind, PubSubOptions, ReadOptions, Subscribe, Subscriber, Work, WorkerOptions};
use crate::time::Timestamp;

/// A handle for publish/subscribe, with a connection of its own; see the [module](crate::pubsub) for what it promises.
///
/// What can be subscribed to is in [`Subscribe`]. Reading is up to you: [`get_message`](PubSub::get_message) one at a time,
/// [`listen`](PubSub::listen) as a stream, which the handle itself is too, or [`spawn`](PubSub::spawn) by a task.
///
/// The connection is made with the first subscription and kept, or made again, by whoever reads: as long as nobody does,
/// nothing is read, answered or noticed. Dropped, it is closed.
///
/// Cancel safety: no future of this handle holds anything that would be lost with it. One that is dropped while it waits has
/// taken nothing away; what it has begun, the next one goes on with.
pub struct PubSub<R> {
    pub(super) listening: Listening<Subscriber>,
    runtime: PhantomData<fn() -> R>,
}

impl<R> AsyncClient<R> {
    /// A handle for publish/subscribe. Nothing is sent before the first subscription.
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::pubsub::Event;
    ///
    /// # #[cfg(feature = "tokio")]
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let client = redwire::mock::Server::new().tokio_client();
    /// let mut pubsub = client.pubsub();
    /// pubsub.subscribe("news").await?;
    /// client.publish("news", "hello").await?;
    /// while let Some(event) = pubsub.listen().next().await {
    ///     if let Event::Message(message) = event? {
    ///         assert_eq!((message.channel(), message.payload()), (&b"news"[..], &b"hello"[..]));
    ///         break;
    ///     }
    /// }
    /// # Ok::<(), Error>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn pubsub(&self) -> PubSub<R> {
        self.pubsub_with(PubSubOptions::new())
    }

    /// The same with settings of your choice.
    #[must_use]
    pub fn pubsub_with(&self, options: PubSubOptions) -> PubSub<R> {
        let hub = self.hub.clone();
        let settings = hub.link().settings.clone();
        let machine = Subscriber::new(settings, *hub.backoff(), hub.retry().retries(), options, hub.random());
        PubSub {
            listening: Listening::new(hub, machine),
            runtime: PhantomData,
        }
    }
}

impl<R> PubSub<R> {
    /// The next event, waited for no longer than `timeout`: `Duration::ZERO` only looks at what has come, `None` waits until
    /// something does. A connection that was lost is made again meanwhile.
    ///
    /// One event at most. `Ok(None)` if none came in time, and also, before the time is over, if what came went to its
    /// handler or was a confirmation not to be told; and if nothing can come because nothing is subscribed to.
    ///
    /// # Errors
    /// Nothing was ever asked for; a handler failed; the server refused a subscription, or did not confirm it in time; or
    /// no connection could be made, more often in a row than the retry policy allows for, or because the server refuses
    /// us. Reading can go on after each of them: the handle goes on dialing.
    pub fn get_message(&mut self, timeout: impl Into<Option<Duration>>) -> GetMessage<'_, R> {
        self.get_message_with(ReadOptions::new().timeout(timeout))
    }

    /// The same with more settings.
    ///
    /// # Errors
    /// As for [`PubSub::get_message`].
    pub fn get_message_with(&mut self, options: ReadOptions) -> GetMessage<'_, R> {
        GetMessage {
            pubsub: self,
            options,
            until: None,
            begun: false,
        }
    }

    /// The events from now on, as a stream that ends when nothing is subscribed to any more. Messages that have a handler go
    /// to it, and not to the stream.
    ///
    /// An error does not end it; see [`PubSub::get_message`] for what it may be.
    ///
    /// To change subscriptions between two events, ask for each: `while let Some(event) = pubsub.listen().next().await`.
    pub fn listen(&mut self) -> Listen<'_, R> {
        Listen { pubsub: self }
    }

    fn poll_listen(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        while self.subscribed() {
            match self.poll_message(cx, None, &ReadOptions::new()) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(None)) => {}
                Poll::Ready(Ok(Some(event))) => return Poll::Ready(Some(Ok(event))),
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
        Poll::Ready(None)
    }

    #[inline]
    pub(super) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
        until: Option<Timestamp>,
        options: &ReadOptions,
    ) -> Poll<Result<Option<Event>, Error>> {
        self.listening
            .poll_read(cx, until, |machine| machine.poll_told_with(options))
    }

    /// Starts a task that reads, for subscriptions that all have handlers. It ends when it is [stopped](Worker::stop), when
    /// nothing is subscribed to any more, or with an error that nobody handles.
    ///
    /// # Errors
    /// A subscription has no handler, or the client has nothing to start tasks with, as those of `mock` have not:
    /// [`worker`](PubSub::worker) is for them.
    ///
    /// ```no_run
    /// use redwire::prelude::*;
    /// use redwire::pubsub::WorkerOptions;
    ///
    /// # async fn program() -> Result<(), Error> {
    /// let client = redwire::tokio::Client::connect("redis://127.0.0.1/").await?;
    /// let mut pubsub = client.pubsub();
    /// pubsub.subscribe_with("news", |message| println!("{message:?}")).await?;
    /// let worker = pubsub.spawn(WorkerOptions::new())?;
    /// // ..
    /// worker.stop();
    /// worker.join().await
    /// # }
    /// ```
    pub fn spawn(self, options: WorkerOptions) -> Result<Worker, Error>
    where
        R: 'static,
    {
        let runtime = self.listening.runtime().clone();
        let (worker, task) = self.worker(options)?;
        let spawned = runtime
            .spawner
            .as_ref()
            .is_some_and(|spawner| spawner.spawn(std::boxed::Box::pin(task)));
        if spawned {
            Ok(worker)
        } else {
            Err(Error::closed("there is nothing to start a task with", Outcome::NotSent))
        }
    }

    /// The same without starting it: the task is the future, to be run by whatever you like.
    ///
    /// # Errors
    /// A subscription has no handler.
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::pubsub::WorkerOptions;
    ///
    /// # #[cfg(feature = "tokio")]
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let client = redwire::mock::Server::new().tokio_client();
    /// let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    /// let mut pubsub = client.pubsub();
    /// pubsub.subscribe_with("news", move |message| sender.send(message.into_payload())).await?;
    /// let (worker, task) = pubsub.worker(WorkerOptions::new())?;
    /// let task = tokio::spawn(task);
    ///
    /// client.publish("news", "hello").await?;
    /// assert_eq!(receiver.recv().await.unwrap(), "hello");
    /// worker.stop();
    /// worker.join().await?;
    /// # Ok::<(), Error>(())
    /// # }).unwrap();
    /// ```
    pub fn worker(self, options: WorkerOptions) -> Result<(Worker, WorkerTask<R>), Error> {
        self.listening.machine.check_handlers()?;
        Ok(WorkerTask::new(self, Work::new(options)))
    }

    /// Closes the connection and forgets all subscriptions and handlers. The handle can be used again.
    pub fn close(&mut self) {
        self.listening.close();
        self.listening.machine.reset();
    }

    /// The same as [`PubSub::close`].
    pub fn reset(&mut self) {
        self.close();
    }

    /// True from the moment a subscription is asked for until the end of the last one has been read.
    #[must_use]
    pub fn subscribed(&self) -> bool {
        self.listening.machine.subscribed()
    }

    /// The channels subscribed to, in order, those included whose end is not confirmed yet.
    #[must_use]
    pub fn channels(&self) -> Vec<Bytes> {
        self.names(Kind::Channel)
    }

    /// The same for patterns.
    #[must_use]
    pub fn patterns(&self) -> Vec<Bytes> {
        self.names(Kind::Pattern)
    }

    /// The same for shard channels.
    #[must_use]
    pub fn shard_channels(&self) -> Vec<Bytes> {
        self.names(Kind::Shard)
    }

    fn names(&self, kind: Kind) -> Vec<Bytes> {
        self.listening.machine.names(kind).cloned().collect()
    }
}

impl<'a, R> Subscribe for &'a mut PubSub<R> {
    type Done = ChangeFuture<'a, R>;

    fn change(self, change: Change) -> ChangeFuture<'a, R> {
        ChangeFuture {
            pubsub: self,
            stage: Stage::Connecting(change, Connecting::default()),
        }
    }
}

impl<R> Stream for PubSub<R> {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_listen(cx)
    }
}

impl<R> fmt::Debug for PubSub<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PubSub({})", self.listening.peer())
    }
}

/// A change of what is subscribed to, on its way; what the methods of [`Subscribe`] give.
///
/// Cancel safety: dropped before there is a connection, nothing was asked for. Once there is, it is, whether this is dropped
/// or not.
#[must_use = "futures do nothing unless awaited"]
pub struct ChangeFuture<'a, R> {
    pubsub: &'a mut PubSub<R>,
    stage: Stage,
}

enum Stage {
    Connecting(Change, Connecting),
    /// What is left to be written, until this time.
    Flushing(Option<Timestamp>),
    Done,
}

impl<R> Unpin for ChangeFuture<'_, R> {}

impl<R> Future for ChangeFuture<'_, R> {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let listening = &mut this.pubsub.listening;
        loop {
            match &mut this.stage {
                Stage::Connecting(change, connecting) => {
                    change.request().check()?;
                    match listening.poll_connect(cx, connecting) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(connected) => connected?,
                    }
                    let until = listening.write_limit();
                    let before = core::mem::replace(&mut this.stage, Stage::Flushing(until));
                    if let Stage::Connecting(change, _) = before {
                        let now = listening.now();
                        listening.machine.change(now, change)?;
                    }
                }
                Stage::Flushing(until) => {
                    if listening.poll_flush(cx, *until).is_pending() {
                        return Poll::Pending;
                    }
                    this.stage = Stage::Done;
                }
                Stage::Done => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl<R> fmt::Debug for ChangeFuture<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.stage {
            Stage::Connecting(change, _) => write!(f, "ChangeFuture({:?})", change.request()),
            _ => f.write_str("ChangeFuture(..)"),
        }
    }
}

/// The future of [`PubSub::get_message`].
///
/// Cancel safety: dropped, it has taken nothing away; what comes is told to the next one.
#[must_use = "futures do nothing unless awaited"]
pub struct GetMessage<'a, R> {
    pubsub: &'a mut PubSub<R>,
    options: ReadOptions,
    until: Option<Timestamp>,
    begun: bool,
}

impl<R> Unpin for GetMessage<'_, R> {}

impl<R> Future for GetMessage<'_, R> {
    type Output = Result<Option<Event>, Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if !this.begun {
            this.pubsub.listening.machine.check_started()?;
            this.begun = true;
            // Whoever does not limit the time need not know it.
            this.until = this
                .options
                .timeout
                .map(|timeout| this.pubsub.listening.now() + timeout);
        }
        this.pubsub.poll_message(cx, this.until, &this.options)
    }
}

impl<R> fmt::Debug for GetMessage<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GetMessage({:?})", self.options)
    }
}

/// The events of a [`PubSub`], as a [`Stream`]; see [`PubSub::listen`].
#[derive(Debug)]
pub struct Listen<'a, R> {
    pubsub: &'a mut PubSub<R>,
}

impl<R> Listen<'_, R> {
    /// The next event; `None` when nothing is subscribed to any more.
    ///
    /// Cancel safety: dropped, the future has taken nothing away.
    #[allow(clippy::should_implement_trait, reason = "streams have a `next` that is awaited")]
    pub fn next(&mut self) -> Next<'_, R> {
        Next { pubsub: self.pubsub }
    }
}

impl<R> Stream for Listen<'_, R> {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().pubsub.poll_listen(cx)
    }
}

/// The future of [`Listen::next`].
#[must_use = "futures do nothing unless awaited"]
#[derive(Debug)]
pub struct Next<'a, R> {
    pubsub: &'a mut PubSub<R>,
}

impl<R> Future for Next<'_, R> {
    type Output = Option<Result<Event, Error>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().pubsub.poll_listen(cx)
    }
}
