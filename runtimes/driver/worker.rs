//! A task that reads for a [`PubSub`].

use std::fmt;
use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use super::super::sync::{Mutex, MutexGuard};
use super::pubsub::PubSub;
use crate::error::{Error, Outcome};
use crate::pubsub::{ReadOptions, Work};

/// What the task and its handle tell each other.
#[derive(Default)]
struct Shared {
    stop: bool,
    /// How the task is woken.
    task: Option<Waker>,
    ended: Option<Result<(), Error>>,
    /// Who waits for the end.
    waiting: Option<Waker>,
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A task that reads for a [`PubSub`]; see [`PubSub::spawn`]. Dropping this leaves it running.
pub struct Worker(Arc<Mutex<Shared>>);

impl Worker {
    /// Tells the task to stop: it ends all subscriptions, handles what comes until that is confirmed, and closes the
    /// connection. Does not wait for it.
    pub fn stop(&self) {
        let mut shared = lock(&self.0);
        shared.stop = true;
        let task = shared.task.take();
        drop(shared);
        if let Some(task) = task {
            task.wake();
        }
    }

    /// Whether the task is still there.
    #[must_use]
    pub fn is_running(&self) -> bool {
        lock(&self.0).ended.is_none()
    }

    /// Waits for the task to end.
    ///
    /// # Errors
    /// What it ended with, if that was an error; one of its own if it was dropped before its end, as a task is in which a
    /// handler panics.
    pub async fn join(self) -> Result<(), Error> {
        poll_fn(|cx| {
            let mut shared = lock(&self.0);
            match shared.ended.clone() {
                Some(result) => Poll::Ready(result),
                None => {
                    shared.waiting = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("running", &self.is_running())
            .finish_non_exhaustive()
    }
}

/// The task of a [`Worker`]; see [`PubSub::worker`].
#[must_use = "futures do nothing unless awaited"]
pub struct WorkerTask<R> {
    /// There until the end.
    pubsub: Option<PubSub<R>>,
    work: Work,
    shared: Arc<Mutex<Shared>>,
}

impl<R> WorkerTask<R> {
    pub(super) fn new(pubsub: PubSub<R>, work: Work) -> (Worker, Self) {
        let shared = Arc::<Mutex<Shared>>::default();
        let task = WorkerTask {
            pubsub: Some(pubsub),
            work,
            shared: shared.clone(),
        };
        (Worker(shared), task)
    }

    /// The task is over: the connection is closed, and whoever waits is told.
    fn end(&mut self, result: Result<(), Error>) {
        self.pubsub = None;
        let mut shared = lock(&self.shared);
        if shared.ended.is_none() {
            shared.ended = Some(result);
        }
        let waiting = shared.waiting.take();
        drop(shared);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }

    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(pubsub) = &mut self.pubsub else {
            return Poll::Ready(Ok(()));
        };
        let mut shared = lock(&self.shared);
        shared.task = Some(cx.waker().clone());
        let stop = shared.stop;
        drop(shared);
        if stop {
            self.work.stop(pubsub.listening.now(), &mut pubsub.listening.machine);
        }
        let options = ReadOptions::new().ignore_subscribe_messages();
        loop {
            if self.work.is_done(&mut pubsub.listening.machine) {
                return Poll::Ready(Ok(()));
            }
            let Poll::Ready(told) = pubsub.poll_message(cx, None, &options) else {
                return Poll::Pending;
            };
            if let ControlFlow::Break(error) = self.work.take(told) {
                return Poll::Ready(Err(error));
            }
        }
    }
}

/// Nothing in it is ever pinned.
impl<R> Unpin for WorkerTask<R> {}

impl<R> Future for WorkerTask<R> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        match this.poll_work(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(result) => {
                this.end(result);
                Poll::Ready(())
            }
        }
    }
}

impl<R> Drop for WorkerTask<R> {
    fn drop(&mut self) {
        if self.pubsub.is_some() {
            let why = "the worker was dropped before its end";
            self.end(Err(Error::closed(why, Outcome::MaybeExecuted)));
        }
    }
}

impl<R> fmt::Debug for WorkerTask<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerTask").finish_non_exhaustive()
    }
}
