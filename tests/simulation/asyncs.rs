//! Schedules of real async clients: with a task of their own, and without.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use redwire::Config;
use redwire::time::Timestamp;
use redwire::transport::{Clock, Spawner};

use super::calls::{self, Client, Deed, Sim, WAIT};
use super::model::{Fate, Kind};
use super::rng::Rng;
use super::setting::{self, Setting};
use super::tasks::{Role, Tasks};
use super::world::World;

/// Polls at one time, above which a task is said to spin.
const SPIN: u64 = 5_000;

struct Call {
    ids: Vec<usize>,
    /// How long it may take from its first poll.
    time: Duration,
    deadline: Option<Timestamp>,
    lied: bool,
    /// Several calls one after the other, each with its own time.
    stages: bool,
}

pub struct Schedule {
    pub world: World,
    pub tasks: Tasks,
    pub client: Option<Client>,
    rng: Rng,
    calls: Vec<Call>,
    setting: Setting,
    /// No more tasks for clients.
    closed: Arc<AtomicBool>,
    owners: u32,
    largest: u64,
}

/// Runs the schedule of a seed.
pub fn run(seed: u64, spawning: bool, tracing: bool) -> Result<(), String> {
    let mut schedule = Schedule::new(seed, spawning, tracing);
    let steps = 20 + schedule.rng.below(130);
    for _ in 0..steps {
        schedule.step();
        schedule.check_buffers();
    }
    schedule.finish()
}

pub fn assemble(config: &Config, world: &World, tasks: &Tasks, spawning: bool, closed: &Arc<AtomicBool>) -> Client {
    let spawner = spawning.then(|| Arc::new(tasks.spawner(closed.clone())) as Arc<dyn Spawner>);
    redwire::tokio::AsyncClient::<Sim>::with_runtime(
        config.clone(),
        Arc::new(world.clone()),
        Arc::new(world.clone()),
        spawner,
    )
    .unwrap()
}

impl Schedule {
    pub fn new(seed: u64, spawning: bool, tracing: bool) -> Self {
        let mut rng = Rng::new(seed);
        let world = World::new(rng.next(), tracing);
        let setting = {
            let mut state = world.lock();
            state.weather = setting::weather(&mut rng);
            setting::choose(&mut rng, &mut state)
        };
        let schedule = Schedule::with(world, setting, rng, spawning);
        schedule.world.lock().trace(|| schedule.setting.config.to_string());
        schedule
    }

    pub fn with(world: World, setting: Setting, rng: Rng, spawning: bool) -> Self {
        let (tasks, closed) = (Tasks::default(), Arc::new(AtomicBool::new(false)));
        let client = assemble(&setting.config, &world, &tasks, spawning, &closed);
        Schedule {
            client: Some(client),
            world,
            tasks,
            rng,
            calls: Vec::new(),
            setting,
            closed,
            owners: 0,
            largest: 0,
        }
    }

    fn step(&mut self) {
        match self.rng.below(100) {
            0..45 => self.run_one(),
            45..48 => self.poll_any(),
            48..75 => {
                self.world.lock().step_network(false);
            }
            75..84 => self.submit(),
            84..87 => self.cancel(),
            87..89 => self.lie(),
            89..94 => self.let_time_pass(),
            94 => {
                let fault = self.world.lock().weather.fault > 0;
                if fault && self.rng.chance(20) {
                    self.world.lock().restart();
                } else if self.rng.chance(20) {
                    let mut state = self.world.lock();
                    state.model.locked = !state.model.locked && state.model.expected.password.is_some();
                }
            }
            95 => {
                let model = &mut self.world.lock().model;
                model.version += 1;
                model.rivals += 1;
            }
            96 if self.rng.chance(30) => {
                self.world.lock().trace(|| "disconnect".into());
                self.client.as_ref().unwrap().disconnect();
            }
            97 if self.rng.chance(10) => self.stop_tasks(),
            _ => {}
        }
        let fault = self.world.lock().weather.fault;
        if self.rng.chance(fault) {
            self.world.lock().strike();
        }
    }

    fn run_one(&mut self) {
        let woken = self.tasks.woken();
        if !woken.is_empty() {
            let at = self.rng.pick(&woken);
            self.poll(at);
        }
    }

    /// A poll that nothing gave a reason for.
    fn poll_any(&mut self) {
        let n = self.tasks.len();
        if n > 0 {
            let at = self.rng.below(n);
            if !self.tasks.lies(at) {
                self.poll(at);
            }
        }
    }

    fn poll(&mut self, at: usize) {
        let role = self.tasks.role(at);
        self.world.lock().trace(|| format!("poll {role:?}"));
        if let Role::Call(call) = role {
            let call = &mut self.calls[call];
            if call.deadline.is_none() {
                call.deadline = Some(self.world.now() + call.time);
            }
        }
        if self.rng.chance(10) {
            self.tasks.renew_waker(at);
        }
        self.tasks.poll(at);
    }

    fn submit(&mut self) {
        if self.tasks.len() > 8 || self.calls.len() > 24 {
            return;
        }
        match self.rng.below(100) {
            0..60 => {
                let kind = self.kind();
                self.submit_single(kind);
            }
            60..72 => self.submit_batch(false),
            72..84 => self.submit_batch(true),
            84..89 => {
                self.submit_single(Kind::Pop);
            }
            89..94 => self.submit_transaction(),
            _ => self.submit_alone(),
        }
    }

    fn kind(&mut self) -> Kind {
        self.rng.pick(&[
            Kind::Read,
            Kind::Read,
            Kind::Count,
            Kind::Count,
            Kind::Idem,
            Kind::Big,
            Kind::Fail,
            Kind::Load,
        ])
    }

    /// How long a call may take that waits so long in the server.
    fn time(&self, wait: Duration) -> Duration {
        let once = self.setting.response + wait;
        if self.setting.retry_on_timeout {
            once * (1 + self.setting.retries)
        } else {
            once
        }
    }

    pub fn submit_single(&mut self, kind: Kind) -> usize {
        let owner = if kind == Kind::Pop { self.owner() } else { 0 };
        let id = calls::register(&mut self.world.lock(), kind, owner, None);
        let future = calls::single(self.client.as_ref().unwrap(), &self.world, kind, id);
        let wait = if kind == Kind::Pop { WAIT } else { Duration::ZERO };
        let time = self.time(wait);
        self.add(vec![id], time, future);
        id
    }

    pub fn submit_batch(&mut self, atomic: bool) {
        let n = 1 + self.rng.below(4);
        let first = self.world.lock().model.records.len();
        let of: Vec<_> = (0..n)
            .map(|_| {
                let kind = self.kind();
                let kind = if kind == Kind::Load { Kind::Read } else { kind };
                let id = calls::register(&mut self.world.lock(), kind, 0, atomic.then_some(first));
                (kind, id)
            })
            .collect();
        let ids = of.iter().map(|(_, id)| *id).collect();
        let future = calls::batch(self.client.as_ref().unwrap(), &self.world, atomic, of);
        let time = self.time(Duration::ZERO);
        self.add(ids, time, future);
    }

    pub fn submit_transaction(&mut self) {
        let (owner, meanwhile) = (self.owner(), self.rng.below(4));
        let id = {
            let mut state = self.world.lock();
            let id = state.model.records.len();
            calls::register(&mut state, Kind::Swap, owner, Some(id))
        };
        let future = calls::transaction(self.client.as_ref().unwrap(), &self.world, id, meanwhile);
        // A connection, WATCH, LOOK and EXEC, and all of it again.
        let time = self.setting.response * 4 * (2 + self.setting.retries) + self.setting.cap * 4;
        self.add(vec![id], time, future);
        if let Some(call) = self.calls.last_mut() {
            call.stages = true;
        }
    }

    pub fn submit_alone(&mut self) {
        let owner = self.owner();
        let (mut deeds, mut ids) = (Vec::new(), Vec::new());
        let command = |world: &World, kind: Kind, together: Option<usize>| {
            calls::register(&mut world.lock(), kind, owner, together)
        };
        ids.push(command(&self.world, Kind::Read, None));
        deeds.push(Deed::Command(Kind::Read, ids[0]));
        for _ in 0..self.rng.below(3) {
            match self.rng.below(5) {
                0 => deeds.push(Deed::Watch),
                1 => deeds.extend([Deed::Watch, Deed::Unwatch]),
                2 if self.rng.chance(30) => deeds.push(Deed::Select),
                3 => {
                    deeds.push(Deed::Multi);
                    let first = self.world.lock().model.records.len();
                    for _ in 0..=self.rng.below(2) {
                        ids.push(command(&self.world, Kind::Count, Some(first)));
                        deeds.push(Deed::Queue(Kind::Count, ids[ids.len() - 1]));
                    }
                    deeds.push(Deed::Exec);
                }
                _ => {
                    ids.push(command(&self.world, Kind::Count, None));
                    deeds.push(Deed::Command(Kind::Count, ids[ids.len() - 1]));
                }
            }
        }
        let time = self.setting.response * (1 + deeds.len() as u32);
        let timid = deeds.iter().any(|deed| matches!(deed, Deed::Multi)) || self.rng.chance(50);
        let future = calls::alone(self.client.as_ref().unwrap(), &self.world, deeds, timid);
        self.add(ids, time, future);
        if let Some(call) = self.calls.last_mut() {
            call.stages = true;
        }
    }

    fn owner(&mut self) -> u32 {
        self.owners += 1;
        self.owners
    }

    fn add(&mut self, ids: Vec<usize>, time: Duration, future: redwire::transport::BoxFuture<'static, ()>) {
        let state = self.world.lock();
        let size: usize = ids.iter().map(|id| state.model.records[*id].bytes.len()).sum();
        state.trace(|| {
            format!(
                "call {} is made: {ids:?} {:?}",
                self.calls.len(),
                state.model.records[ids[0]].kind
            )
        });
        drop(state);
        // MULTI and EXEC around it.
        self.largest = self.largest.max(size as u64 + 30);
        self.tasks.add(Role::Call(self.calls.len()), future);
        self.calls.push(Call {
            ids,
            time,
            deadline: None,
            lied: false,
            stages: false,
        });
    }

    fn cancel(&mut self) {
        let calls = self.tasks.calls();
        if !calls.is_empty() {
            let at = self.rng.pick(&calls);
            self.cancel_task(at);
        }
    }

    /// Cancels the call of this number, if it is not over.
    pub fn cancel_call(&mut self, call: usize) {
        let calls = self.tasks.calls();
        if let Some(at) = calls.into_iter().find(|at| self.tasks.role(*at) == Role::Call(call)) {
            self.cancel_task(at);
        }
    }

    /// Every task that was woken runs once.
    pub fn round(&mut self) {
        for _ in 0..self.tasks.woken().len() {
            let woken = self.tasks.woken();
            if let Some(at) = woken.first() {
                self.poll(*at);
            }
        }
    }

    fn cancel_task(&mut self, at: usize) {
        let role = self.tasks.role(at);
        self.world.lock().trace(|| format!("cancel {role:?}"));
        self.tasks.cancel(at);
        if let Role::Call(call) = role {
            let mut state = self.world.lock();
            for id in &self.calls[call].ids {
                let fate = &mut state.model.records[*id].fate;
                if *fate == Fate::Open {
                    *fate = Fate::Cancelled;
                }
            }
        }
    }

    fn lie(&mut self) {
        let calls = self.tasks.calls();
        if calls.is_empty() {
            return;
        }
        let at = self.rng.pick(&calls);
        let lies = !self.tasks.lies(at);
        self.tasks.set_lying(at, lies);
        if let Role::Call(call) = self.tasks.role(at) {
            self.calls[call].lied = true;
        }
    }

    fn let_time_pass(&mut self) {
        let now = self.world.now();
        let next = self.world.next_time();
        let at = match next {
            Some(next) if self.rng.chance(50) => next,
            _ => now + Duration::from_millis(1 + self.rng.below(30) as u64),
        };
        self.world.advance_to(at);
    }

    /// The runtime is shut down: tasks are dropped, and there are no new ones.
    fn stop_tasks(&mut self) {
        let stays = self.rng.chance(50);
        self.closed.store(!stays, Ordering::Relaxed);
        let n = self.tasks.len();
        if let Some(at) = (0..n).find(|at| self.tasks.role(*at) == Role::Background) {
            self.world.lock().trace(|| "the background task is dropped".into());
            self.tasks.cancel(at);
        }
    }

    fn check_buffers(&mut self) {
        let mut state = self.world.lock();
        let bound = self.setting.budget.max(self.largest);
        let over = |conn: &super::net::Conn| !conn.is_over() && conn.peer.is_shared() && conn.unanswered() > bound;
        if let Some(at) = state.conns.iter().position(over) {
            let bytes = state.conns[at].unanswered();
            state.model.wrong(format!(
                "S5: {bytes} bytes unanswered on connection {at}, more than {bound}"
            ));
        }
    }

    /// Everything that can happen now happens.
    pub fn settle(&mut self) {
        let before = self.tasks.polls;
        loop {
            let woken = self.tasks.woken();
            if !woken.is_empty() {
                let at = self.rng.pick(&woken);
                self.poll(at);
            } else if !self.world.lock().step_network(true) {
                return;
            }
            if self.tasks.polls - before > SPIN {
                self.world.lock().model.wrong("S2: a task spins".into());
                return;
            }
        }
    }

    /// Runs until every call is over, or something is wrong.
    pub fn quiet(&mut self) {
        loop {
            self.settle();
            if !self.world.lock().model.violations.is_empty() || self.tasks.calls().is_empty() {
                return;
            }
            let now = self.world.now();
            for at in self.tasks.calls() {
                let Role::Call(call) = self.tasks.role(at) else {
                    continue;
                };
                let call = &self.calls[call];
                if !call.lied && call.deadline.is_some_and(|deadline| deadline < now) {
                    let text = format!("S2: {:?} did not end by {:?}, it is {now:?}", call.ids, call.deadline);
                    return self.world.lock().model.wrong(text);
                }
            }
            let next = self.world.next_time();
            match next {
                Some(next) => self.world.advance_to(next),
                None => {
                    if !self.world.lock().keepalive() {
                        return self.world.lock().model.wrong("S2: calls hang".into());
                    }
                }
            }
        }
    }

    pub fn finish(mut self) -> Result<(), String> {
        self.world.lock().trace(|| "the weather turns fair".into());
        self.world.lock().heal();
        self.tasks.wake_liars();
        // A try begins when its call is polled, which may have been late until now.
        let now = self.world.now();
        for call in &mut self.calls {
            if self.setting.retry_on_timeout || call.stages {
                call.deadline = call.deadline.map(|_| now + call.time);
            }
        }
        self.settle();
        self.quiet();
        self.probe();
        self.world.lock().trace(|| "the client is dropped".into());
        self.client = None;
        self.settle();
        let left = self.tasks.len();
        if left > 0 {
            self.world
                .lock()
                .model
                .wrong(format!("S2: {left} tasks are left behind"));
        }
        let mut state = self.world.lock();
        state.final_checks(self.setting.retries);
        match state.model.violations.first() {
            None => Ok(()),
            Some(first) => Err(first.clone()),
        }
    }

    /// S6: a new command succeeds, within what the policy allows.
    fn probe(&mut self) {
        let setting = &self.setting;
        let until = self.world.now() + setting.cap + setting.connect + setting.liveness + setting.response * 2;
        loop {
            if !self.world.lock().model.violations.is_empty() {
                return;
            }
            let id = self.submit_single(Kind::Count);
            self.quiet();
            if self.world.lock().model.records[id].fate == Fate::Acknowledged {
                return;
            }
            if self.world.now() > until {
                return self.world.lock().model.wrong("S6: no command succeeds any more".into());
            }
            let next = self.world.next_time().unwrap_or(Timestamp::ZERO);
            let soon = self.world.now() + Duration::from_millis(5);
            self.world
                .advance_to(if next > self.world.now() { next.min(soon) } else { soon });
        }
    }
}
