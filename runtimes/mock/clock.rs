//! Time that stands still until somebody moves it.

use std::boxed::Box;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use std::vec::Vec;

use crate::time::Timestamp;
use crate::transport::{self, AsyncClock, BlockingClock, Timer};

/// How long a thread that waits for another one waits in real time.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// A clock moved by hand. Clones share the time; timers of all runtimes wait on it.
///
/// ```
/// use std::time::Duration;
/// use redwire::mock::Clock;
/// use redwire::transport::Clock as _;
///
/// let clock = Clock::new();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now() - before, Duration::from_secs(3600));
/// ```
#[derive(Clone, Default)]
pub struct Clock {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now: Timestamp,
    waiting: Vec<(Timestamp, Waker)>,
}

impl Clock {
    /// A clock that stands at its origin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the time forward and wakes every timer whose time has come.
    pub fn advance(&self, by: Duration) {
        let now = self.state().now;
        self.advance_to(now + by);
    }

    /// Moves the time to `at`; does nothing if it is there already or beyond.
    pub fn advance_to(&self, at: Timestamp) {
        let due = {
            let mut state = self.state();
            state.now = state.now.max(at);
            let now = state.now;
            let (due, waiting) = core::mem::take(&mut state.waiting)
                .into_iter()
                .partition(|(at, _)| *at <= now);
            state.waiting = waiting;
            due
        };
        let due: Vec<(Timestamp, Waker)> = due;
        for (_, waker) in due {
            waker.wake();
        }
    }

    /// Wakes `waker` once `at` has come.
    pub(super) fn wake_at(&self, at: Timestamp, waker: &Waker) {
        let mut state = self.state();
        if !state
            .waiting
            .iter()
            .any(|(time, known)| *time == at && known.will_wake(waker))
        {
            state.waiting.push((at, waker.clone()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mock::Clock({:?})", self.state().now)
    }
}

impl transport::Clock for Clock {
    fn now(&self) -> Timestamp {
        self.state().now
    }
}

impl BlockingClock for Clock {
    /// Nobody else can move the clock while this thread waits on it, so waiting moves it.
    fn sleep_until(&self, at: Timestamp) {
        self.advance_to(at);
    }

    /// What the thread waits for may come from another thread, which gets a moment of real time for it. Then nobody else
    /// can move the clock, so waiting moves it.
    fn park_until(&self, until: Option<Timestamp>) {
        let before = transport::Clock::now(self);
        std::thread::park_timeout(PATIENCE);
        if let Some(until) = until.filter(|_| transport::Clock::now(self) == before) {
            self.advance_to(until);
        }
    }

    fn rest_until(&self, until: Timestamp) {
        self.wake_at(until, &Waker::from(Arc::new(Unpark(std::thread::current()))));
        if transport::Clock::now(self) < until {
            std::thread::park();
        }
    }
}

/// Wakes a thread.
struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl AsyncClock for Clock {
    fn timer(&self) -> Box<dyn Timer> {
        Box::new(self.clone())
    }
}

impl Timer for Clock {
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Timestamp) -> Poll<()> {
        if transport::Clock::now(self) >= at {
            return Poll::Ready(());
        }
        self.wake_at(at, cx.waker());
        Poll::Pending
    }
}
