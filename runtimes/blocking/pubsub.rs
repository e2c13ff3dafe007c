//! Publish/subscribe for threads.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use std::vec::Vec;

use bytes::Bytes;

use super::Client;
use super::listening::Listening;
use crate::error::Error;
use crate::pubsub::{
    Change, Event, Kind, MonitorLine, MonitorMachine, PubSubOptions, ReadOptions, Subscribe, Subscriber, Work,
    WorkerOptions,
};

/// A handle for publish/subscribe, with a connection of its own; see the [module](crate::pubsub) for what it promises.
///
/// What can be subscribed to is in [`Subscribe`]. Reading is up to you: [`get_message`](PubSub::get_message) one at a time,
/// [`listen`](PubSub::listen) as an iterator, or [`run_in_thread`](PubSub::run_in_thread) by a thread.
///
/// The connection is made with the first subscription and kept, or made again, by whoever reads: as long as nobody does,
/// nothing is read, answered or noticed. Dropped, it is closed.
pub struct PubSub {
    listening: Listening<Subscriber>,
}

impl Client {
    /// A handle for publish/subscribe. Nothing is sent before the first subscription.
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::pubsub::Event;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let mut pubsub = client.pubsub();
    /// pubsub.subscribe("news")?;
    /// client.publish("news", "hello")?;
    /// for event in pubsub.listen() {
    ///     if let Event::Message(message) = event? {
    ///         assert_eq!((message.channel(), message.payload()), (&b"news"[..], &b"hello"[..]));
    ///         break;
    ///     }
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn pubsub(&self) -> PubSub {
        self.pubsub_with(PubSubOptions::new())
    }

    /// The same with settings of your choice.
    #[must_use]
    pub fn pubsub_with(&self, options: PubSubOptions) -> PubSub {
        let (pool, settings) = (self.pool.clone(), self.pool.settings().clone());
        let machine = Subscriber::new(
            settings,
            *pool.backoff(),
            pool.retry().retries(),
            options,
            pool.random(),
        );
        PubSub {
            listening: Listening::new(pool, machine),
        }
    }

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
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let mut monitor = client.monitor()?;
    /// client.set("name", "redwire")?;
    /// let line = monitor.next().unwrap()?;
    /// assert_eq!(line.command, ["SET", "name", "redwire"]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn monitor(&self) -> Result<Monitor, Error> {
        let (pool, settings) = (self.pool.clone(), self.pool.settings().clone());
        let machine = MonitorMachine::new(settings, *pool.backoff(), pool.random());
        let mut listening = Listening::new(pool, machine);
        listening.connect()?;
        listening.read(None, MonitorMachine::poll_started)?;
        Ok(Monitor { listening })
    }
}

impl PubSub {
    /// The next event, waited for no longer than `timeout`: `Duration::ZERO` only looks at what has come, `None` waits until
    /// something does. A connection that was lost is made again meanwhile, which may take its time-out for connecting.
    ///
    /// One event at most. `Ok(None)` if none came in time, and also, before the time is over, if what came went to its
    /// handler or was a confirmation not to be told; and if nothing can come because nothing is subscribed to.
    ///
    /// # Errors
    /// Nothing was ever asked for; a handler failed; the server refused a subscription, or did not confirm it in time; or
    /// no connection could be made, more often in a row than the retry policy allows for, or because the server refuses
    /// us. Reading can go on after each of them: the handle goes on dialing.
    pub fn get_message(&mut self, timeout: impl Into<Option<Duration>>) -> Result<Option<Event>, Error> {
        self.get_message_with(&ReadOptions::new().timeout(timeout))
    }

    /// The same with more settings.
    ///
    /// # Errors
    /// As for [`PubSub::get_message`].
    #[inline]
    pub fn get_message_with(&mut self, options: &ReadOptions) -> Result<Option<Event>, Error> {
        self.listening.machine.check_started()?;
        self.listening
            .read(options.timeout, |machine| machine.poll_told_with(options))
    }

    /// The events from now on, as an iterator that waits for each of them and ends when nothing is subscribed to any more.
    /// Messages that have a handler go to it, and not to the iterator. No time-out ends the wait.
    ///
    /// An error does not end it either; see [`PubSub::get_message`] for what it may be.
    ///
    /// To change subscriptions between two events, ask for each: `while let Some(event) = pubsub.listen().next()`.
    pub fn listen(&mut self) -> Listen<'_> {
        Listen { pubsub: self }
    }

    /// Starts a thread that reads, for subscriptions that all have handlers. It ends when it is [stopped](Worker::stop), when
    /// nothing is subscribed to any more, or with an error that nobody handles.
    ///
    /// # Errors
    /// A subscription has no handler, or the thread cannot be started.
    ///
    /// ```
    /// use redwire::prelude::*;
    /// use redwire::pubsub::WorkerOptions;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let (sender, receiver) = std::sync::mpsc::channel();
    /// let mut pubsub = client.pubsub();
    /// pubsub.subscribe_with("news", move |message| sender.send(message.into_payload()))?;
    /// let worker = pubsub.run_in_thread(WorkerOptions::new())?;
    ///
    /// client.publish("news", "hello")?;
    /// assert_eq!(receiver.recv().unwrap(), "hello");
    /// worker.stop();
    /// worker.join()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn run_in_thread(self, options: WorkerOptions) -> Result<Worker, Error> {
        self.listening.machine.check_handlers()?;
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new().name("redwire-pubsub".into());
        let stopped = stop.clone();
        let thread = thread.spawn(move || self.work(Work::new(options), &stopped));
        let thread = thread.map_err(|error| Error::transport(error.into(), crate::Outcome::NotSent))?;
        Ok(Worker { stop, thread })
    }

    fn work(mut self, mut work: Work, stop: &AtomicBool) -> Result<(), Error> {
        let options = ReadOptions::new()
            .timeout(work.sleep_time())
            .ignore_subscribe_messages();
        loop {
            if stop.load(Ordering::Acquire) {
                work.stop(self.listening.now(), &mut self.listening.machine);
            }
            if work.is_done(&mut self.listening.machine) {
                return Ok(());
            }
            let told = self.get_message_with(&options);
            if let ControlFlow::Break(error) = work.take(told) {
                return Err(error);
            }
        }
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

impl Subscribe for &mut PubSub {
    type Done = Result<(), Error>;

    fn change(self, change: Change) -> Result<(), Error> {
        change.request().check()?;
        self.listening.connect()?;
        let now = self.listening.now();
        self.listening.machine.change(now, change)?;
        self.listening.flush();
        Ok(())
    }
}

impl fmt::Debug for PubSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocking::PubSub({})", self.listening.pool().peer())
    }
}

/// The events of a [`PubSub`]; see [`PubSub::listen`].
#[derive(Debug)]
pub struct Listen<'a> {
    pubsub: &'a mut PubSub,
}

impl Iterator for Listen<'_> {
    type Item = Result<Event, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.pubsub.subscribed() {
            let told = self.pubsub.get_message_with(&ReadOptions::new());
            if let Some(told) = told.transpose() {
                return Some(told);
            }
        }
        None
    }
}

/// A thread that reads for a [`PubSub`]; see [`PubSub::run_in_thread`]. Dropping this leaves it running.
#[derive(Debug)]
pub struct Worker {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), Error>>,
}

impl Worker {
    /// Tells the thread to stop: it ends all subscriptions, handles what comes until that is confirmed, and closes the
    /// connection. Does not wait for it.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Whether the thread is still there.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Waits for the thread to end.
    ///
    /// # Errors
    /// What it ended with, if that was an error.
    ///
    /// # Panics
    /// A handler panicked: the panic goes on here.
    pub fn join(self) -> Result<(), Error> {
        match self.thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Every command that a server runs; see [`Client::monitor`]. Ends with an error when the connection is lost. Dropped, the
/// connection is closed.
pub struct Monitor {
    listening: Listening<MonitorMachine>,
}

impl Monitor {
    /// The next command, waited for no longer than `timeout`; `None` waits until there is one.
    ///
    /// # Errors
    /// The connection was lost, or a line makes no sense.
    pub fn next_command(&mut self, timeout: impl Into<Option<Duration>>) -> Result<Option<MonitorLine>, Error> {
        self.listening.read(timeout.into(), crate::pubsub::Listener::poll_told)
    }
}

impl Iterator for Monitor {
    type Item = Result<MonitorLine, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_command(None).transpose()
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blocking::Monitor({})", self.listening.pool().peer())
    }
}
