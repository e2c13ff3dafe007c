//! A lock that was taken, and how long it can be trusted.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;

use super::extend::{Change, Extend};
use super::spec::Spec;
use super::{Owned, Release, Renew, Token};
use crate::error::{Error, Outcome};
use crate::time::Timestamp;

/// A lock that somebody took: what the flows that go on with it share. Clones are the same lock.
///
/// Nothing happens when it is dropped; [`Guard`](super::Guard) is for that.
#[derive(Clone, Debug)]
pub struct Held {
    pub(super) spec: Arc<Spec>,
    pub(super) token: Token,
    fence: Option<i64>,
    pub(super) state: Arc<State>,
}

impl Held {
    /// Taken by a request that did not leave before `asked`.
    pub(super) fn new(spec: Arc<Spec>, token: Token, fence: Option<i64>, asked: Timestamp) -> Self {
        let trusted = spec.ttl.map(|ttl| spec.trusted(ttl));
        Held {
            state: Arc::new(State::new(asked, trusted)),
            spec,
            token,
            fence,
        }
    }

    /// The name of the lock.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.spec.name
    }

    /// The owner's token.
    #[must_use]
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The fencing token, if the lock is [fenced](super::Lock::fenced): higher than that of every holder before.
    #[must_use]
    pub fn fence(&self) -> Option<i64> {
        self.fence
    }

    /// For how long it is certain, by the clock that the flows were driven with, that nobody else has the lock: zero once
    /// it may have expired, was lost or released, and [`Duration::MAX`] if it has no time to live.
    #[must_use]
    pub fn valid_for(&self, now: Timestamp) -> Duration {
        self.state.trusted_until().map_or(Duration::MAX, |until| until - now)
    }

    /// Whether it is certain that nobody else has the lock; see [`valid_for`](Held::valid_for).
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        !self.valid_for(now).is_zero()
    }

    /// The flow that gives the lock up.
    #[must_use]
    pub fn releasing(&self) -> Release {
        Release::new(self.clone())
    }

    /// The flow that adds to the time to live that is left.
    #[must_use]
    pub fn extending(&self, additional: Duration) -> Extend {
        Extend::new(self.clone(), Change::Add(additional))
    }

    /// The flow that replaces the time to live that is left.
    #[must_use]
    pub fn replacing_ttl(&self, ttl: Duration) -> Extend {
        Extend::new(self.clone(), Change::Replace(ttl))
    }

    /// The flow that sets the time to live anew to what it was in the beginning.
    #[must_use]
    pub fn reacquiring(&self) -> Extend {
        Extend::new(self.clone(), Change::Reacquire)
    }

    /// The flow that does so again and again.
    #[must_use]
    pub fn renewing(&self) -> Renew {
        Renew::new(self.clone())
    }

    /// The flow that asks the server whether the lock is still the owner's.
    #[must_use]
    pub fn asking(&self) -> Owned {
        Owned::new(self.clone())
    }

    /// It was given up before, by its own account.
    pub(super) fn unlocked(&self, message: &'static str) -> Error {
        Error::lock(message, self.spec.printed_name(), Outcome::NotSent)
    }
}

/// Time since the lock was taken is counted in these: there are targets without atomic numbers of 64 bits, and there they
/// last for a year.
const TICK: Duration = if usize::BITS >= 64 {
    Duration::from_nanos(1)
} else {
    Duration::from_millis(10)
};

/// Longer than any time.
const NEVER: usize = usize::MAX;

/// As many whole ticks as there are in a duration.
fn ticks(duration: Duration) -> usize {
    let ticks = duration.as_nanos() / TICK.as_nanos();
    usize::try_from(ticks).map_or(NEVER - 1, |ticks| ticks.min(NEVER - 1))
}

fn duration(ticks: usize) -> Duration {
    let ticks = ticks as u64;
    let per_tick = TICK.as_nanos() as u64;
    Duration::from_nanos(ticks.saturating_mul(per_tick))
}

/// What the flows of one holder tell each other, in threads or tasks of their own as they may be.
#[derive(Debug)]
pub(super) struct State {
    taken: Timestamp,
    /// In ticks since it was taken.
    trusted: AtomicUsize,
    /// The shortest time to live that was sent and of which nobody knows whether and when it comes to hold. A message that
    /// was given up may arrive at any time.
    shortest: AtomicUsize,
    /// The time to live is being changed.
    changing: AtomicBool,
    ended: AtomicBool,
}

impl State {
    fn new(taken: Timestamp, trusted: Option<Duration>) -> Self {
        State {
            taken,
            trusted: AtomicUsize::new(trusted.map_or(NEVER, ticks)),
            shortest: AtomicUsize::new(NEVER),
            changing: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        }
    }

    pub(super) fn taken(&self) -> Timestamp {
        self.taken
    }

    /// `None` if there is no end to it.
    fn trusted_until(&self) -> Option<Timestamp> {
        match self.trusted.load(Ordering::SeqCst) {
            NEVER => None,
            ticks => Some(self.taken + duration(ticks)),
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// The holder gives it up. False if it had done so before.
    pub(super) fn end(&self) -> bool {
        let first = !self.ended.swap(true, Ordering::SeqCst);
        self.distrust();
        first
    }

    /// It cannot be trusted any more.
    pub(super) fn distrust(&self) {
        self.trusted.store(0, Ordering::SeqCst);
    }

    /// Whoever wants to change the time to live does so alone. False while somebody else does.
    pub(super) fn begin_change(&self) -> bool {
        !self.changing.swap(true, Ordering::SeqCst)
    }

    pub(super) fn end_change(&self) {
        self.changing.store(false, Ordering::SeqCst);
    }

    /// A message is about to leave that may make the time to live as short as `ttl`. Gives what was known before.
    pub(super) fn may_become(&self, spec: &Spec, now: Timestamp, ttl: Duration) -> usize {
        self.trust_no_longer_than(now + spec.trusted(ttl));
        self.shortest.fetch_min(ticks(ttl), Ordering::SeqCst)
    }

    /// It is known what became of that message.
    pub(super) fn forget(&self, before: usize) {
        self.shortest.store(before, Ordering::SeqCst);
    }

    /// The server keeps the lock for `ttl` after `asked`, if it knows nothing else by then.
    pub(super) fn trust(&self, spec: &Spec, asked: Timestamp, ttl: Duration) {
        let shortest = match self.shortest.load(Ordering::SeqCst) {
            NEVER => ttl,
            ticks => ttl.min(duration(ticks)),
        };
        let until = asked + spec.trusted(shortest);
        self.trusted.store(ticks(until - self.taken), Ordering::SeqCst);
        // Given up in the meantime, it stays so.
        if self.has_ended() {
            self.distrust();
        }
    }

    fn trust_no_longer_than(&self, until: Timestamp) {
        self.trusted.fetch_min(ticks(until - self.taken), Ordering::SeqCst);
    }
}
