//! Schedules of the pool machine: random wishes, returns and refusals, held against a simple account of them.

use std::collections::VecDeque;
use std::time::Duration;

use redwire::PoolOptions;
use redwire::pool::{Acquired, Grant, Pool, Waiter};
use redwire::time::Timestamp;

use super::rng::Rng;

struct Account {
    pool: Pool<u32>,
    rng: Rng,
    now: Timestamp,
    max: usize,
    /// Lent: which connection and when it was opened; `None` for a right to open one.
    lent: Vec<Option<(u32, Timestamp)>>,
    line: VecDeque<Waiter>,
    /// Called up and not asked yet.
    called: Vec<Waiter>,
    next: u32,
    opened: u64,
    /// Connections and openings that ended.
    ended: u64,
    waited: u64,
    exhausted: u64,
    tracing: bool,
}

pub fn run(seed: u64, tracing: bool) -> Result<(), String> {
    let mut rng = Rng::new(seed);
    let max = 1 + rng.below(4);
    let patience = rng.pick(&[None, Some(Duration::ZERO), Some(Duration::from_millis(50))]);
    let options = PoolOptions::new()
        .with_max_connections(max as u32)
        .with_idle_timeout(rng.chance(40).then_some(Duration::from_millis(30)))
        .with_max_lifetime(rng.chance(30).then_some(Duration::from_millis(100)))
        .with_health_check_interval(rng.chance(30).then_some(Duration::from_millis(10)));
    let mut account = Account {
        pool: Pool::new(options, patience),
        rng,
        now: Timestamp::ZERO,
        max,
        lent: Vec::new(),
        line: VecDeque::new(),
        called: Vec::new(),
        next: 0,
        opened: 0,
        ended: 0,
        waited: 0,
        exhausted: 0,
        tracing,
    };
    for _ in 0..150 {
        account.step()?;
        account.check()?;
    }
    account.finish()
}

impl Account {
    fn step(&mut self) -> Result<(), String> {
        match self.rng.below(100) {
            0..35 => self.acquire(),
            35..55 => self.give_back(true),
            55..65 => self.give_back(false),
            65..80 => self.ask(),
            80..88 => self.cancel(),
            88..95 => {
                self.now = self.now + Duration::from_millis(self.rng.below(40) as u64);
                Ok(())
            }
            95..98 => {
                self.ended += self.pool.evict(self.now).len() as u64;
                Ok(())
            }
            _ => {
                self.ended += self.pool.disconnect(self.now).len() as u64;
                Ok(())
            }
        }
    }

    fn acquire(&mut self) -> Result<(), String> {
        let before = self.pool.stats();
        let acquired = self.pool.acquire(self.now);
        if self.tracing {
            println!("{:?} acquire: {acquired:?}", self.now);
        }
        // Stale ones are closed on the way.
        let taken = usize::from(matches!(acquired, Acquired::Granted(Grant::Reuse { .. })));
        self.ended += (before.idle - self.pool.stats().idle - taken) as u64;
        match acquired {
            Acquired::Granted(grant) => {
                if !self.line.is_empty() {
                    return Err("somebody overtook the line".into());
                }
                self.lend(grant);
            }
            Acquired::Wait(waiter) => {
                self.waited += 1;
                self.line.push_back(waiter);
            }
            _ => self.exhausted += 1,
        }
        Ok(())
    }

    fn lend(&mut self, grant: Grant<u32>) {
        match grant {
            Grant::Reuse { connection, opened, .. } => self.lent.push(Some((connection, opened))),
            _ => self.lent.push(None),
        }
    }

    fn call(&mut self, called: Option<Waiter>) -> Result<(), String> {
        let Some(waiter) = called else { return Ok(()) };
        if self.line.pop_front() != Some(waiter) {
            return Err(format!("{waiter:?} is called out of turn"));
        }
        self.called.push(waiter);
        Ok(())
    }

    fn give_back(&mut self, clean: bool) -> Result<(), String> {
        if self.lent.is_empty() {
            return Ok(());
        }
        let at = self.rng.below(self.lent.len());
        let mut lease = self.lent.swap_remove(at);
        if lease.is_none() && self.rng.chance(80) {
            // The right is used.
            self.pool.opened();
            self.opened += 1;
            self.next += 1;
            lease = Some((self.next, self.now));
            if self.rng.chance(50) {
                self.lent.push(lease);
                return Ok(());
            }
        }
        let called = match lease {
            Some((connection, opened)) if clean => {
                let before = self.pool.stats().closed;
                let called = self.pool.put(self.now, connection, opened);
                self.ended += self.pool.stats().closed - before;
                called
            }
            _ => {
                self.ended += 1;
                self.pool.discard()
            }
        };
        self.call(called)
    }

    fn ask(&mut self) -> Result<(), String> {
        if let Some(waiter) = self.line.front() {
            if self.pool.poll(*waiter).is_some() {
                return Err(format!("{waiter:?} got what nobody gave it"));
            }
        }
        if self.called.is_empty() {
            return Ok(());
        }
        let at = self.rng.below(self.called.len());
        let waiter = self.called.swap_remove(at);
        match self.pool.poll(waiter) {
            Some(grant) => self.lend(grant),
            None => return Err(format!("{waiter:?} was called and gets nothing")),
        }
        Ok(())
    }

    fn cancel(&mut self) -> Result<(), String> {
        let closed = self.pool.stats().closed;
        let called = if !self.called.is_empty() && self.rng.chance(50) {
            let at = self.rng.below(self.called.len());
            let waiter = self.called.swap_remove(at);
            self.pool.cancel(self.now, waiter)
        } else if !self.line.is_empty() {
            let at = self.rng.below(self.line.len());
            let waiter = self.line.remove(at).unwrap();
            self.pool.cancel(self.now, waiter)
        } else {
            None
        };
        self.ended += self.pool.stats().closed - closed;
        self.call(called)
    }

    fn check(&self) -> Result<(), String> {
        let stats = self.pool.stats();
        let lent = self.lent.len() + self.called.len();
        if stats.lent != lent || stats.waiting != self.line.len() {
            return Err(format!(
                "{stats:?}, and in truth {lent} lent, {} waiting",
                self.line.len()
            ));
        }
        if stats.lent + stats.idle > self.max {
            return Err(format!("more than {}: {stats:?}", self.max));
        }
        if !self.line.is_empty() && (stats.idle > 0 || stats.lent < self.max) {
            return Err(format!("somebody waits for nothing: {stats:?}"));
        }
        let figures = (stats.opened, stats.closed, stats.waited, stats.exhausted);
        if figures != (self.opened, self.ended, self.waited, self.exhausted) {
            let truth = (self.opened, self.ended, self.waited, self.exhausted);
            return Err(format!("the figures do not add up: {figures:?}, {truth:?}"));
        }
        Ok(())
    }

    /// Everything comes back, everybody in line is served, and then all connections are to be had.
    fn finish(mut self) -> Result<(), String> {
        while !self.lent.is_empty() || !self.called.is_empty() {
            self.ask()?;
            let clean = self.rng.chance(50);
            self.give_back(clean)?;
            self.check()?;
        }
        if !self.line.is_empty() {
            return Err("somebody is left in line".into());
        }
        for _ in 0..self.max {
            self.acquire()?;
        }
        if self.lent.len() != self.max {
            return Err(format!(
                "{} of {} permits are lost",
                self.max - self.lent.len(),
                self.max
            ));
        }
        Ok(())
    }
}
