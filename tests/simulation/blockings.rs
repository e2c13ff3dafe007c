//! Schedules of the blocking client: one thread, which moves the world whenever it waits.

use std::sync::Arc;
use std::time::Duration;

use redwire::Endpoint;
use redwire::blocking::{Client, Exclusive, Pool};
use redwire::prelude::*;
use redwire::time::Timestamp;
use redwire::transport::{BlockingClock, Clock, Connector, Transport, TransportError, TransportErrorKind};

use super::calls::{self, Deed, WAIT};
use super::model::{Fate, Kind};
use super::net::Fault;
use super::rng::Rng;
use super::setting::{self, Setting};
use super::world::World;

/// How long the driver may stand in a write before it looks at the time.
const STALL: Duration = Duration::from_millis(20);

impl World {
    /// The thread waits: bytes move, or else time does. False once `deadline` has come.
    fn wait(&self, deadline: Option<Timestamp>) -> bool {
        {
            let mut state = self.lock();
            let fault = state.weather.fault;
            if state.rng.chance(fault) {
                let faults = state.weather.faults.clone();
                // An unasked reply is only told from a right one while nothing is asked.
                state.weather.faults.retain(|fault| *fault != Fault::Stray);
                state.strike();
                state.weather.faults = faults;
            }
            if state.step_network(false) {
                return true;
            }
        }
        if deadline.is_some_and(|deadline| deadline <= self.now()) {
            return false;
        }
        match [self.next_time(), deadline].into_iter().flatten().min() {
            Some(next) => self.advance_to(next),
            None => {
                if !self.lock().keepalive() {
                    panic!("S2: the thread hangs");
                }
            }
        }
        true
    }

    fn deadline(&self, timeout: Option<Duration>) -> Option<Timestamp> {
        timeout.map(|timeout| self.now() + timeout)
    }
}

impl BlockingClock for World {
    fn sleep_until(&self, at: Timestamp) {
        while self.now() < at && self.wait(Some(at)) {}
    }

    fn park_until(&self, until: Option<Timestamp>) {
        match until {
            Some(at) => self.sleep_until(at),
            None => panic!("S2: the thread waits for ever"),
        }
    }
}

impl Connector for World {
    fn connect(&self, _: &Endpoint, timeout: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        let deadline = self.deadline(timeout);
        let delay = {
            let mut state = self.lock();
            let slow = state.weather.slow;
            state
                .rng
                .chance(slow)
                .then(|| Duration::from_millis(state.rng.below(120) as u64))
        };
        let late = || TransportError::new(TransportErrorKind::TimedOut, "dialing took too long");
        if let Some(delay) = delay {
            let at = self.now() + delay;
            self.sleep_until(deadline.map_or(at, |deadline| deadline.min(at)));
            if deadline.is_some_and(|deadline| deadline < at) {
                return Err(late());
            }
        }
        let dialed = self.lock().connect();
        match dialed {
            Some(dialed) => Ok(Box::new(Socket {
                world: self.clone(),
                at: dialed?,
            })),
            None => {
                self.sleep_until(deadline.expect("a connect time-out"));
                Err(late())
            }
        }
    }
}

struct Socket {
    world: World,
    at: usize,
}

impl Socket {
    fn call(
        &self,
        timeout: Option<Duration>,
        mut attempt: impl FnMut(&World) -> Result<Option<usize>, TransportError>,
    ) -> Result<usize, TransportError> {
        let deadline = self.world.deadline(timeout);
        loop {
            if let Some(n) = attempt(&self.world)? {
                return Ok(n);
            }
            if !self.world.wait(deadline) {
                return Err(TransportError::new(
                    TransportErrorKind::TimedOut,
                    "the time given passed",
                ));
            }
        }
    }
}

impl Transport for Socket {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        let at = self.at;
        self.call(timeout, |world| world.lock().read(at, buffer))
    }

    fn write(&mut self, bytes: &[u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        let at = self.at;
        self.call(timeout, |world| world.lock().write(at, bytes))
    }

    fn is_quiet(&mut self) -> bool {
        self.world.lock().conns[self.at].is_quiet()
    }

    fn close(&mut self) {
        self.world.lock().conns[self.at].close_here();
    }
}

pub struct Schedule {
    pub world: World,
    client: Client,
    rng: Rng,
    setting: Setting,
    held: Vec<(u32, Exclusive)>,
    owners: u32,
}

/// Runs the schedule of a seed.
pub fn run(seed: u64, tracing: bool) -> Result<(), String> {
    let mut rng = Rng::new(seed);
    let world = World::new(rng.next(), tracing);
    let setting = {
        let mut state = world.lock();
        state.weather = setting::weather(&mut rng);
        setting::choose(&mut rng, &mut state)
    };
    let steps = 5 + rng.below(30);
    let mut schedule = Schedule::new(world, setting, rng);
    for _ in 0..steps {
        schedule.step();
    }
    schedule.finish()
}

impl Schedule {
    pub fn new(world: World, setting: Setting, rng: Rng) -> Self {
        let pool = Pool::with_clock(setting.config.clone(), world.clone(), Arc::new(world.clone())).unwrap();
        Schedule {
            client: pool.client(),
            world,
            rng,
            setting,
            held: Vec::new(),
            owners: 0,
        }
    }

    fn step(&mut self) {
        match self.rng.below(100) {
            0..40 => {
                let kind = self.kind();
                self.single(kind);
            }
            40..50 => {
                self.single(Kind::Pop);
            }
            50..60 => self.batch(),
            60..65 => self.transaction(),
            65..73 => self.take(),
            73..83 => self.use_held(),
            83..88 => {
                if !self.held.is_empty() {
                    let at = self.rng.below(self.held.len());
                    self.held.swap_remove(at);
                }
            }
            88..94 => {
                let at = self.world.now() + Duration::from_millis(self.rng.below(40) as u64);
                self.world.sleep_until(at);
            }
            94 => self.client.pool().disconnect(),
            95 => self.client.pool().evict(),
            96 => self.world.lock().restart(),
            _ => {
                self.world.lock().strike();
                // What comes within a millisecond after a reply is not looked for.
                let at = self.world.now() + Duration::from_millis(2);
                self.world.advance_to(at);
            }
        }
    }

    fn kind(&mut self) -> Kind {
        let kinds = [
            Kind::Read,
            Kind::Count,
            Kind::Count,
            Kind::Idem,
            Kind::Big,
            Kind::Fail,
            Kind::Load,
        ];
        self.rng.pick(&kinds)
    }

    /// A call must end within its time.
    fn timed<T>(&mut self, wait: Duration, call: impl FnOnce(&mut Self) -> T) -> T {
        let begin = self.world.now();
        let result = call(self);
        let tries = if self.setting.retry_on_timeout {
            1 + self.setting.retries
        } else {
            1
        };
        let end = begin + (self.setting.response + wait + STALL) * tries;
        let now = self.world.now();
        if now > end {
            self.world
                .lock()
                .model
                .wrong(format!("S2: a call ended at {now:?}, not by {end:?}"));
        }
        result
    }

    pub fn single(&mut self, kind: Kind) -> usize {
        // Each call has a connection for itself.
        let owner = self.owner();
        let id = calls::register(&mut self.world.lock(), kind, owner, None);
        let wait = if kind == Kind::Pop { WAIT } else { Duration::ZERO };
        let result = self.timed(wait, |this| {
            this.client.run(calls::request(kind, id).returns::<Bytes>())
        });
        calls::judge(&self.world, id, &result);
        id
    }

    fn owner(&mut self) -> u32 {
        self.owners += 1;
        self.owners
    }

    pub fn batch(&mut self) {
        let (atomic, owner, n) = (self.rng.chance(50), self.owner(), 1 + self.rng.below(4));
        let first = self.world.lock().model.records.len();
        let of: Vec<_> = (0..n)
            .map(|_| {
                let kind = self.rng.pick(&[Kind::Read, Kind::Count, Kind::Big, Kind::Fail]);
                let id = calls::register(&mut self.world.lock(), kind, owner, atomic.then_some(first));
                (kind, id)
            })
            .collect();
        let world = self.world.clone();
        self.timed(Duration::ZERO, |this| {
            let mut batch = this.client.batch();
            if !atomic {
                batch = batch.non_atomic();
            }
            let slots: Vec<_> = of
                .into_iter()
                .map(|(kind, id)| (id, batch.run(calls::request(kind, id).returns::<Bytes>())))
                .collect();
            let mut results = batch.execute_each();
            for (id, slot) in slots {
                let result = match &mut results {
                    Ok(results) => results.take(slot),
                    Err(error) => Err(error.clone()),
                };
                calls::judge(&world, id, &result);
            }
        });
    }

    /// Looks at the key and changes it; somebody else may do so in between.
    fn transaction(&mut self) {
        let owner = self.owner();
        let id = {
            let mut state = self.world.lock();
            let id = state.model.records.len();
            calls::register(&mut state, Kind::Swap, owner, Some(id))
        };
        let (world, mut rivals) = (self.world.clone(), self.rng.below(3));
        let result = self.client.transaction(calls::watched(id), |tx| {
            let _version: u64 = tx.run(calls::look(id))?;
            if rivals > 0 {
                rivals -= 1;
                let model = &mut world.lock().model;
                model.version += 1;
                model.rivals += 1;
            }
            let swap = calls::request(Kind::Swap, id).returns::<Bytes>();
            let (value,) = tx.multi().run(swap).execute()?;
            Ok(value)
        });
        calls::judge(&self.world, id, &result);
    }

    pub fn take(&mut self) {
        let owner = self.owner();
        if let Ok(connection) = self.timed(Duration::ZERO, |this| this.client.exclusive()) {
            self.held.push((owner, connection));
        }
    }

    pub fn use_held(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let (owner, connection) = self.held.swap_remove(0);
        let first = self.world.lock().model.records.len();
        let command = |kind, together| calls::register(&mut self.world.lock(), kind, owner, together);
        let mut deeds = vec![Deed::Command(Kind::Read, command(Kind::Read, None))];
        match self.rng.below(5) {
            0 => deeds.push(Deed::Watch),
            1 => deeds.extend([Deed::Watch, Deed::Unwatch]),
            2 => deeds.push(Deed::Select),
            3 => {
                let id = command(Kind::Count, Some(first + 1));
                deeds.extend([Deed::Multi, Deed::Queue(Kind::Count, id), Deed::Exec]);
            }
            _ => deeds.push(Deed::Command(Kind::Count, command(Kind::Count, None))),
        }
        let stop = self.rng.below(deeds.len() + 1);
        let (mut queued, mut done) = (Vec::new(), 0);
        for deed in &deeds[..stop] {
            let result = self.timed(Duration::ZERO, |_| deed.execute(&connection));
            let failed = result.is_err();
            calls::settle(&self.world, *deed, result, &mut queued);
            done += 1;
            if failed {
                break;
            }
        }
        calls::give_up(&self.world, &deeds[done..], &queued);
        // Only a fresh one begins with a plain command, which the server checks.
        drop(connection);
    }

    pub fn finish(mut self) -> Result<(), String> {
        self.world.lock().heal();
        self.held.clear();
        let setting = &self.setting;
        let until = self.world.now() + setting.cap + (setting.connect + setting.response) * 5;
        while self.world.lock().model.violations.is_empty() {
            let id = self.single(Kind::Count);
            if self.world.lock().model.records[id].fate == Fate::Acknowledged {
                break;
            }
            if self.world.now() > until {
                self.world.lock().model.wrong("S6: no command succeeds any more".into());
            }
            // A call that fails at once must not be all that happens.
            let soon = self.world.now() + Duration::from_millis(5);
            self.world.advance_to(soon);
        }
        let stats = self.client.pool().stats();
        if stats.lent != 0 || stats.waiting != 0 {
            self.world
                .lock()
                .model
                .wrong(format!("T44: permits are lost: {stats:?}"));
        }
        let Schedule {
            world, client, setting, ..
        } = self;
        drop(client);
        let mut state = world.lock();
        state.final_checks(setting.retries);
        match state.model.violations.first() {
            None => Ok(()),
            Some(first) => Err(first.clone()),
        }
    }
}
