//! The task that drives a connection while several calls are in flight, so that one write carries many of them.

use std::pin::Pin;
use std::sync::Weak;
use std::task::{Context, Poll, Waker};
use std::vec::Vec;

use super::link::{Link, Seat, State};

/// After this many lone calls in a row the task leaves the seat to the callers.
const LONELY: u32 = 8;

/// What a connection knows of its task.
#[derive(Default)]
pub(super) struct Background {
    spawned: bool,
    /// It is to be spawned as soon as the state is unlocked: a runtime may drop it on the spot.
    due: bool,
    /// To be woken; there once the task has been polled.
    waker: Option<Waker>,
    /// It is woken already and has not driven yet.
    woken: bool,
    /// It was polled since, and lets the others go first.
    yields: bool,
    /// Most calls at a time since there was last nothing to do.
    peak: usize,
    /// How many times in a row that was one.
    lonely: u32,
}

impl Background {
    /// It gets the seat: it must be spawned, if it was not yet.
    pub(super) fn start(&mut self) {
        self.lonely = 0;
        self.due |= !self.spawned;
        self.spawned = true;
    }

    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.due
    }

    pub(super) fn take_due(&mut self) -> bool {
        core::mem::take(&mut self.due)
    }

    /// How to wake it for the last time.
    pub(super) fn take_waker(&mut self) -> Option<Waker> {
        self.waker.take()
    }

    /// So many calls are in flight.
    #[inline]
    pub(super) fn count(&mut self, calls: usize) {
        self.peak = self.peak.max(calls);
    }

    /// How to wake it, if it must be told that there is something to do.
    #[inline]
    pub(super) fn call(&mut self) -> Option<Waker> {
        if self.woken {
            return None;
        }
        self.woken = true;
        self.waker.clone()
    }

    /// It is polled. True if it is to drive now.
    ///
    /// Runtimes with several threads run a task next that a running one has woken, and then one call would be all that it
    /// carries. So it steps back once, and whoever is ready to run makes its call first.
    fn turn(&mut self, cx: &Context<'_>) -> bool {
        self.yields = self.woken && !self.yields;
        if self.yields {
            return false;
        }
        self.woken = false;
        match &mut self.waker {
            Some(known) if known.will_wake(cx.waker()) => {}
            known => *known = Some(cx.waker().clone()),
        }
        true
    }

    /// There is nothing more to do for now. True if calls come one at a time, and had better drive themselves.
    fn rest(&mut self) -> bool {
        self.lonely = if self.peak <= 1 { self.lonely + 1 } else { 0 };
        self.peak = 0;
        let leaves = self.lonely >= LONELY;
        if leaves {
            self.lonely = 0;
        }
        leaves
    }
}

impl State {
    /// One turn of the task. False if it is to be polled again before it drives.
    fn run_background(&mut self, link: &Link, cx: &mut Context<'_>, woken: &mut Vec<Waker>) -> bool {
        if !self.background.turn(cx) {
            return false;
        }
        if self.seat != Seat::Background {
            return true;
        }
        self.drive(link, cx, None, None, woken);
        self.call_line(woken);
        let idle = self.session.is_idle() && self.connecting.is_empty();
        if idle && self.background.rest() {
            self.seat = Seat::Free;
        }
        true
    }
}

/// The task itself, which lives as long as somebody holds the link.
pub(super) struct Driving {
    link: Weak<Link>,
    woken: Vec<Waker>,
    polled: bool,
}

impl Driving {
    pub(super) fn new(link: Weak<Link>) -> Self {
        Driving {
            link,
            woken: Vec::new(),
            polled: false,
        }
    }
}

impl Future for Driving {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(link) = self.link.upgrade() else {
            return Poll::Ready(());
        };
        self.polled = true;
        let woken = &mut self.woken;
        let turned = link.lock().run_background(&link, cx, woken);
        if !turned {
            cx.waker().wake_by_ref();
        }
        for waker in woken.drain(..) {
            waker.wake();
        }
        Poll::Pending
    }
}

impl Drop for Driving {
    /// The task ends before the link does when its runtime is shut down: the calls have to look after themselves again. If
    /// it never ran at all, another one would not fare better.
    fn drop(&mut self) {
        let Some(link) = self.link.upgrade() else { return };
        let mut state = link.lock();
        state.background = Background::default();
        state.forget_timer();
        let mut wakers: Vec<_> = state.calls.wakers().collect();
        // A caller in the seat may wait for nothing but the timer, which it has to set again.
        wakers.extend(state.alarm.take());
        if state.seat == Seat::Background {
            if self.polled {
                state.seat = Seat::Free;
            } else {
                state.seat_anyone(&link);
            }
        }
        state.line.call_all(&mut wakers);
        drop(state);
        for waker in wakers {
            waker.wake();
        }
    }
}
