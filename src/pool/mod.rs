//! A pool of connections as a machine: who gets which, who waits, what is closed. No connection, no lock, no clock.
//!
//! ```text
//!   acquire --> Granted(Reuse | Open)      a free connection, the last one used first; or the right to open one
//!           --> Wait(waiter)               in line; `poll` says when it is one's turn
//!           --> Exhausted                  all are lent and waiting is not allowed
//!   put / discard                          the end of each grant: to the first in line, or to the free ones
//! ```
//!
//! [`Pool`] counts what it grants: each grant ends with exactly one [`Pool::put`] or [`Pool::discard`]. Adapters tie
//! that to the lifetime of a guard.

mod stats;
#[cfg(test)]
mod tests;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::time::Duration;

use crate::error::Error;
use crate::time::Timestamp;
use crate::topology::PoolOptions;

pub use self::stats::PoolStats;

/// Names one caller in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Waiter(u64);

/// What a caller got.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grant<C> {
    /// A free connection.
    Reuse {
        /// The connection.
        connection: C,
        /// When it was opened; to be given back with it.
        opened: Timestamp,
        /// It has not been used for so long that it should be asked whether it lives.
        check: bool,
        /// For how long nobody used it.
        unused: Duration,
    },
    /// The right to open a connection.
    Open,
}

/// The answer to a wish for a connection.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acquired<C> {
    /// Here it is.
    Granted(Grant<C>),
    /// In line.
    Wait(Waiter),
    /// All connections are lent.
    Exhausted,
}

struct Idle<C> {
    connection: C,
    opened: Timestamp,
    since: Timestamp,
}

/// A pool of connections of any kind. See the [module](self).
pub struct Pool<C> {
    options: PoolOptions,
    /// How long a caller may stand in line.
    patience: Option<Duration>,
    /// The last one used is the last one here.
    idle: Vec<Idle<C>>,
    /// Connections lent, and rights to open one.
    lent: usize,
    line: VecDeque<Waiter>,
    /// Waiters whose turn has come and who have not been asked yet.
    granted: BTreeMap<Waiter, Grant<C>>,
    next: u64,
    stats: PoolStats,
    /// What was lent in an earlier generation is not taken back.
    closed_at: Option<Timestamp>,
}

impl<C> Pool<C> {
    /// An empty pool, in whose line callers stand for at most `patience`; `None` is for ever.
    #[must_use]
    pub fn new(options: PoolOptions, patience: Option<Duration>) -> Self {
        Pool {
            options,
            patience,
            idle: Vec::new(),
            lent: 0,
            line: VecDeque::new(),
            granted: BTreeMap::new(),
            next: 0,
            stats: PoolStats::default(),
            closed_at: None,
        }
    }

    /// The options it was made with.
    #[must_use]
    pub fn options(&self) -> &PoolOptions {
        &self.options
    }

    /// How long a caller may stand in line; `None` is for ever.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// Asks for a connection. Nobody overtakes the line.
    #[inline]
    pub fn acquire(&mut self, now: Timestamp) -> Acquired<C> {
        if self.line.is_empty() {
            while let Some(idle) = self.idle.pop() {
                if self.is_stale(&idle, now) {
                    self.stats.closed += 1;
                    continue;
                }
                self.lent += 1;
                self.stats.reused += 1;
                return Acquired::Granted(self.reuse(idle, now));
            }
            if self.lent < self.options.max_connections() as usize {
                self.lent += 1;
                return Acquired::Granted(Grant::Open);
            }
        }
        if self.patience == Some(Duration::ZERO) {
            self.stats.exhausted += 1;
            return Acquired::Exhausted;
        }
        let waiter = Waiter(self.next);
        self.next += 1;
        self.line.push_back(waiter);
        self.stats.waited += 1;
        Acquired::Wait(waiter)
    }

    #[inline]
    fn reuse(&self, idle: Idle<C>, now: Timestamp) -> Grant<C> {
        let unused = now.saturating_since(idle.since);
        Grant::Reuse {
            connection: idle.connection,
            opened: idle.opened,
            check: self
                .options
                .health_check_interval()
                .is_some_and(|limit| unused >= limit),
            unused,
        }
    }

    #[inline]
    fn is_stale(&self, idle: &Idle<C>, now: Timestamp) -> bool {
        let passed =
            |since: Timestamp, limit: Option<Duration>| limit.is_some_and(|limit| now.saturating_since(since) >= limit);
        passed(idle.since, self.options.idle_timeout()) || passed(idle.opened, self.options.max_lifetime())
    }

    /// What a waiter got, once it is its turn.
    pub fn poll(&mut self, waiter: Waiter) -> Option<Grant<C>> {
        self.granted.remove(&waiter)
    }

    /// A waiter gives up. What it had been given already goes to the next in line, who is to be told.
    pub fn cancel(&mut self, now: Timestamp, waiter: Waiter) -> Option<Waiter> {
        match self.granted.remove(&waiter) {
            Some(Grant::Reuse { connection, opened, .. }) => self.put(now, connection, opened),
            Some(Grant::Open) => self.discard(),
            None => {
                self.line.retain(|other| *other != waiter);
                None
            }
        }
    }

    /// A lent connection comes back clean. Says whose turn it is now.
    #[inline]
    pub fn put(&mut self, now: Timestamp, connection: C, opened: Timestamp) -> Option<Waiter> {
        let idle = Idle {
            connection,
            opened,
            since: now,
        };
        let outdated = self.closed_at.is_some_and(|closed| opened <= closed) || self.is_stale(&idle, now);
        if outdated {
            return self.discard();
        }
        match self.line.pop_front() {
            Some(waiter) => {
                self.stats.reused += 1;
                let grant = self.reuse(idle, now);
                self.granted.insert(waiter, grant);
                Some(waiter)
            }
            None => {
                self.lent -= usize::from(self.lent > 0);
                self.idle.push(idle);
                None
            }
        }
    }

    /// A lent connection was closed, or none was opened after all. Says whose turn it is now.
    pub fn discard(&mut self) -> Option<Waiter> {
        self.stats.closed += 1;
        match self.line.pop_front() {
            Some(waiter) => {
                self.granted.insert(waiter, Grant::Open);
                Some(waiter)
            }
            None => {
                self.lent -= usize::from(self.lent > 0);
                None
            }
        }
    }

    /// A connection was opened with a right to do so.
    pub fn opened(&mut self) {
        self.stats.opened += 1;
    }

    /// The free connections whose time is over, to be closed.
    pub fn evict(&mut self, now: Timestamp) -> Vec<C> {
        let (stale, fresh): (Vec<_>, Vec<_>) = core::mem::take(&mut self.idle)
            .into_iter()
            .partition(|idle| self.is_stale(idle, now));
        self.idle = fresh;
        self.stats.closed += stale.len() as u64;
        stale.into_iter().map(|idle| idle.connection).collect()
    }

    /// Takes out the free connections that are not to be used any more, to be closed.
    pub fn close_if(&mut self, mut closes: impl FnMut(&C) -> bool) -> Vec<C> {
        let (closed, kept): (Vec<_>, Vec<_>) = core::mem::take(&mut self.idle)
            .into_iter()
            .partition(|idle| closes(&idle.connection));
        self.idle = kept;
        self.stats.closed += closed.len() as u64;
        closed.into_iter().map(|idle| idle.connection).collect()
    }

    /// Every connection opened until `now` is given up: the free ones are handed over to be closed, those that are lent
    /// are not taken back. New ones are opened as they are needed.
    pub fn disconnect(&mut self, now: Timestamp) -> Vec<C> {
        self.closed_at = Some(now);
        self.stats.closed += self.idle.len() as u64;
        self.idle.drain(..).map(|idle| idle.connection).collect()
    }

    /// The figures of the moment.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        PoolStats {
            idle: self.idle.len(),
            lent: self.lent,
            waiting: self.line.len(),
            ..self.stats
        }
    }

    /// The error of a caller that waited in vain.
    #[must_use]
    pub fn exhausted(&self) -> Error {
        Error::exhausted(self.options.max_connections())
    }
}

impl<C> core::fmt::Debug for Pool<C> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.stats().fmt(f)
    }
}
