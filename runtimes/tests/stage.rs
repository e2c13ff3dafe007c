//! Threads that wait for futures, tasks that can be shut down, and a clock moved by hand.

use std::boxed::Box;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use std::vec::Vec;

use shuttle::rand::{Rng, thread_rng};
use shuttle::sync::{Condvar, Mutex};
use shuttle::thread::{self, JoinHandle, Thread};

use crate::time::Timestamp;
use crate::transport::{self, AsyncClock, BlockingClock, BoxFuture, Spawner, Timer};

/// What a waker rings.
#[derive(Default)]
struct Bell {
    rung: Mutex<bool>,
    heard: Condvar,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.rung.lock().unwrap() = true;
        self.heard.notify_one();
    }
}

/// Waits for `future` on this thread. It is polled once for each time it was woken, and never without reason.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let mut rung = bell.rung.lock().unwrap();
        while !*rung {
            rung = bell.heard.wait(rung).unwrap();
        }
        *rung = false;
    }
}

/// Polls once, with a waker that nobody answers to.
pub fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    let nobody = Waker::from(Arc::new(Bell::default()));
    Pin::new(future).poll(&mut Context::from_waker(&nobody))
}

/// What one thread does.
pub type Body = Box<dyn FnOnce() + Send>;

pub fn body(body: impl FnOnce() + Send + 'static) -> Body {
    Box::new(body)
}

/// Starts one thread for each of `bodies` and waits until all are done.
pub fn all(bodies: impl IntoIterator<Item = Body>) {
    let threads: Vec<JoinHandle<()>> = bodies.into_iter().map(thread::spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Given once, seen by everybody who waits for it.
#[derive(Clone, Default)]
pub struct Signal(Arc<Mutex<SignalState>>);

#[derive(Default)]
struct SignalState {
    given: bool,
    waiting: Vec<Waker>,
}

impl Signal {
    pub fn give(&self) {
        let mut state = self.0.lock().unwrap();
        state.given = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for waker in waiting {
            waker.wake();
        }
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.given {
            return Poll::Ready(());
        }
        state.waiting.push(cx.waker().clone());
        Poll::Pending
    }

    /// Polls `future` until it is done, or until the signal is given and it is dropped.
    pub async fn cuts<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        std::future::poll_fn(|cx| {
            if self.poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            future.as_mut().poll(cx).map(Some)
        })
        .await
    }
}

/// Runs each task on a thread of its own, until it is done or everything is shut down.
#[derive(Clone, Default)]
pub struct Tasks(Arc<Mutex<TasksState>>);

#[derive(Default)]
struct TasksState {
    down: bool,
    ends: Vec<Signal>,
}

impl Tasks {
    /// Drops all tasks, and those to come as soon as they come.
    pub fn shut_down(&self) {
        let mut state = self.0.lock().unwrap();
        state.down = true;
        let ends = std::mem::take(&mut state.ends);
        drop(state);
        for end in ends {
            end.give();
        }
    }
}

impl Spawner for Tasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> bool {
        let mut state = self.0.lock().unwrap();
        if state.down {
            return false;
        }
        let end = Signal::default();
        state.ends.push(end.clone());
        drop(state);
        thread::spawn(move || block_on(end.cuts(task)));
        true
    }
}

/// Where a client's background work goes.
#[derive(Clone, Copy, Debug)]
pub enum Background {
    /// To tasks.
    Runs,
    /// There are no tasks.
    None,
    /// There could be tasks, but they are all refused.
    Refused,
}

impl Background {
    /// One of them, which is part of the schedule.
    pub fn any() -> Self {
        match thread_rng().gen_range(0..3) {
            0 => Background::Runs,
            1 => Background::None,
            _ => Background::Refused,
        }
    }

    pub fn spawner(self) -> Option<Arc<dyn Spawner>> {
        match self {
            Background::Runs => Some(Arc::new(Tasks::default())),
            Background::None => None,
            Background::Refused => {
                let tasks = Tasks::default();
                tasks.shut_down();
                Some(Arc::new(tasks))
            }
        }
    }
}

/// Waits no longer than this need nobody to move the clock.
pub const BLINK: Duration = Duration::from_nanos(1);

/// Time that stands still until it is moved, but for [`BLINK`]s. Unlike that of a runtime it is never held across a switch of threads, so an
/// ordinary lock does.
#[derive(Clone, Default)]
pub struct Clock(Arc<std::sync::Mutex<ClockState>>);

#[derive(Default)]
struct ClockState {
    now: Timestamp,
    /// One entry for each timer that is set.
    timers: BTreeMap<u64, (Timestamp, Waker)>,
    next: u64,
    parked: Vec<Thread>,
}

impl ClockState {
    fn has_come(&mut self, at: Timestamp) -> bool {
        if at <= self.now + BLINK {
            self.now = self.now.max(at);
        }
        at <= self.now
    }
}

impl Clock {
    pub fn advance(&self, by: Duration) {
        let mut state = self.0.lock().unwrap();
        state.now = state.now + by;
        let now = state.now;
        let (due, left) = std::mem::take(&mut state.timers)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(_, (at, _))| *at <= now);
        state.timers = left;
        let parked = std::mem::take(&mut state.parked);
        drop(state);
        for (_, (_, waker)) in due {
            waker.wake();
        }
        for thread in parked {
            thread.unpark();
        }
    }
}

impl transport::Clock for Clock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().now
    }

    /// A schedule leads to the same place each time it is run.
    fn seed(&self) -> Option<u64> {
        Some(0)
    }
}

impl AsyncClock for Clock {
    fn timer(&self) -> Box<dyn Timer> {
        let mut state = self.0.lock().unwrap();
        state.next += 1;
        Box::new(Alarm {
            clock: self.clone(),
            id: state.next,
        })
    }
}

impl BlockingClock for Clock {
    fn sleep_until(&self, at: Timestamp) {
        while transport::Clock::now(self) < at {
            self.park_until(Some(at));
        }
    }

    fn park_until(&self, until: Option<Timestamp>) {
        if let Some(until) = until {
            let mut state = self.0.lock().unwrap();
            if state.has_come(until) {
                return;
            }
            state.parked.push(thread::current());
        }
        thread::park();
    }
}

/// A timer of a [`Clock`]. It wakes whoever asked last, and nobody once it is dropped.
struct Alarm {
    clock: Clock,
    id: u64,
}

impl Timer for Alarm {
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Timestamp) -> Poll<()> {
        let mut state = self.clock.0.lock().unwrap();
        if state.has_come(at) {
            state.timers.remove(&self.id);
            return Poll::Ready(());
        }
        state.timers.insert(self.id, (at, cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clock.0.lock().unwrap().timers.remove(&self.id);
    }
}
