//! A worker: reads by itself, for subscriptions that all have handlers.

use alloc::boxed::Box;
use core::fmt;
use core::ops::ControlFlow;
use core::time::Duration;

use super::event::Event;
use super::listener::{Listener, Told};
use super::subscriber::Subscriber;
use crate::error::{Error, ErrorKind};
use crate::time::Timestamp;

type ErrorHandler = Box<dyn FnMut(Error) -> ControlFlow<()> + Send>;
type EventHandler = Box<dyn FnMut(Event) + Send>;

/// Settings of a worker.
///
/// ```
/// use std::ops::ControlFlow;
/// use redwire::pubsub::WorkerOptions;
///
/// let options = WorkerOptions::new()
///     .exception_handler(|error| {
///         eprintln!("a handler failed, or the server refused something: {error}");
///         ControlFlow::Continue(())
///     })
///     .on_event(|event| eprintln!("{event:?}"));
/// ```
#[derive(Default)]
#[non_exhaustive]
pub struct WorkerOptions {
    sleep_time: Option<Duration>,
    exception_handler: Option<ErrorHandler>,
    on_event: Option<EventHandler>,
}

impl WorkerOptions {
    /// Errors end the worker, except that no connection could be made for a while. Events other than messages are not told.
    #[must_use]
    pub fn new() -> Self {
        WorkerOptions::default()
    }

    /// How long a thread waits for a message before it looks whether it was stopped. Default: 100 milliseconds. A task is
    /// woken when it is stopped, and has no use for this.
    #[must_use]
    pub fn sleep_time(mut self, time: Duration) -> Self {
        self.sleep_time = Some(time);
        self
    }

    /// Called with every error: of a handler, of the server that refused a subscription, of a connection that could not be
    /// made. [`ControlFlow::Continue`] goes on, [`ControlFlow::Break`] ends the worker with that error.
    #[must_use]
    pub fn exception_handler(mut self, handler: impl FnMut(Error) -> ControlFlow<()> + Send + 'static) -> Self {
        self.exception_handler = Some(Box::new(handler));
        self
    }

    /// Called with every event that is no message: gaps, pongs, subscriptions that the server ended by itself.
    #[must_use]
    pub fn on_event(mut self, handler: impl FnMut(Event) + Send + 'static) -> Self {
        self.on_event = Some(Box::new(handler));
        self
    }
}

impl fmt::Debug for WorkerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerOptions")
            .field("sleep_time", &self.sleep_time)
            .finish_non_exhaustive()
    }
}

/// A worker without the thread or task: what it does with what a [`Subscriber`] tells, and when it ends. For loops of your
/// own.
#[derive(Debug)]
pub struct Work {
    options: WorkerOptions,
    stopping: bool,
}

impl Work {
    /// A worker with these settings.
    #[must_use]
    pub fn new(options: WorkerOptions) -> Self {
        Work {
            options,
            stopping: false,
        }
    }

    /// How long to wait before looking again whether to stop, where nothing else wakes the worker.
    #[must_use]
    pub fn sleep_time(&self) -> Duration {
        self.options.sleep_time.unwrap_or(Duration::from_millis(100))
    }

    /// The worker was told to stop: all subscriptions are ended, and once that is confirmed, so is the worker.
    pub fn stop(&mut self, now: Timestamp, subscriber: &mut Subscriber) {
        if !self.stopping {
            self.stopping = true;
            // Without a connection there is nothing to end.
            let _ = subscriber.unsubscribe_from_everything(now);
        }
    }

    /// Whether the worker has come to its end: nothing is subscribed to any more, or it was stopped and there is no connection
    /// on which anything could be confirmed.
    #[must_use]
    pub fn is_done(&self, subscriber: &mut Subscriber) -> bool {
        !subscriber.subscribed() || (self.stopping && !subscriber.session().is_up())
    }

    /// Does with something told what is to be done with it; breaks with the error that ends the worker.
    pub fn take(&mut self, told: Told<Event>) -> ControlFlow<Error> {
        match told {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(event)) => {
                if let Some(handler) = &mut self.options.on_event {
                    handler(event);
                }
                ControlFlow::Continue(())
            }
            Err(error) => match &mut self.options.exception_handler {
                Some(handler) => match handler(error.clone()) {
                    ControlFlow::Continue(()) => ControlFlow::Continue(()),
                    ControlFlow::Break(()) => ControlFlow::Break(error),
                },
                None if passes(&error) => ControlFlow::Continue(()),
                None => ControlFlow::Break(error),
            },
        }
    }
}

/// The connection is the matter, and there will be another one.
fn passes(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Closed
    )
}
