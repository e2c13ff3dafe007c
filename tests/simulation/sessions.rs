//! Schedules of bare sessions: driven by hand, every call in any order.

use std::collections::BTreeMap;
use std::time::Duration;

use redwire::connection::{Settings, Ticket};
use redwire::session::{Event, Session};
use redwire::transport::Clock;
use redwire::{Error, Outcome};

use super::calls;
use super::model::{Fate, Kind};
use super::rng::Rng;
use super::setting::{self, Setting};
use super::world::World;

pub struct Driver {
    pub world: World,
    pub session: Session,
    pub rng: Rng,
    pub setting: Setting,
    /// The place of the transport in the world.
    conn: Option<usize>,
    /// A dial that has not come back.
    dialing: bool,
    /// The epoch of the last dial.
    dialed: u64,
    tickets: BTreeMap<Ticket, usize>,
    up: bool,
    epoch: u64,
    largest: u64,
}

/// Runs the schedule of a seed.
pub fn run(seed: u64, tracing: bool) -> Result<(), String> {
    let mut driver = Driver::new(seed, tracing);
    for _ in 0..20 + driver.rng.below(150) {
        driver.step();
    }
    driver.finish()
}

impl Driver {
    pub fn new(seed: u64, tracing: bool) -> Self {
        let mut rng = Rng::new(seed);
        let world = World::new(rng.next(), tracing);
        let setting = {
            let mut state = world.lock();
            state.weather = setting::weather(&mut rng);
            setting::choose(&mut rng, &mut state)
        };
        Driver::with(world, setting, rng)
    }

    pub fn with(world: World, setting: Setting, mut rng: Rng) -> Self {
        let settings = Settings::from(&setting.config);
        let session = Session::new(settings, *setting.config.backoff(), rng.next()).with_budget(Some(setting.budget));
        Driver {
            world,
            session,
            rng,
            setting,
            conn: None,
            dialing: false,
            dialed: 0,
            tickets: BTreeMap::new(),
            up: false,
            epoch: 0,
            largest: 0,
        }
    }

    fn step(&mut self) {
        let now = self.world.now();
        match self.rng.below(100) {
            0..14 => self.submit(),
            14..18 => self.cancel(),
            18..30 => self.dial(),
            30..45 => {
                self.write();
            }
            45..60 => {
                self.read();
            }
            60..70 => {
                self.events();
            }
            70..88 => {
                self.world.lock().step_network(false);
            }
            88..93 => {
                let next = self.next_time().filter(|_| self.rng.chance(60));
                let at = next.unwrap_or(now + Duration::from_millis(1 + self.rng.below(20) as u64));
                self.world.advance_to(at);
            }
            93..97 => self.session.handle_timeout(now),
            97 if self.rng.chance(20) => self.session.disconnect(now),
            98 if self.rng.chance(20) => self.session.connect(),
            99 if self.rng.chance(20) => self.world.lock().restart(),
            _ => {}
        }
        let fault = self.world.lock().weather.fault;
        // Here it is the driver who reads before it writes; this one does not always.
        if self.rng.chance(fault) {
            self.world
                .lock()
                .weather
                .faults
                .retain(|fault| *fault != super::net::Fault::Stray);
            self.world.lock().strike();
        }
    }

    pub fn submit(&mut self) {
        let kinds = [
            Kind::Read,
            Kind::Count,
            Kind::Big,
            Kind::Fail,
            Kind::Pop,
            Kind::Subscribe,
        ];
        let kind = self.rng.pick(&kinds);
        self.send(kind);
    }

    pub fn send(&mut self, kind: Kind) -> Option<usize> {
        let now = self.world.now();
        let id = calls::register(&mut self.world.lock(), kind, 0, None);
        let request = calls::request(kind, id);
        if self.session.is_overloaded(request.size()) {
            self.world.lock().model.records[id].fate = Fate::NotSent;
            return None;
        }
        self.largest = self.largest.max(request.size() as u64);
        let deadline = self.session.settings().deadline(now, request.wait());
        match self.session.send(now, &request, deadline, id as u64) {
            Ok(ticket) => {
                self.world
                    .lock()
                    .trace(|| format!("command {id} is {ticket:?}: {kind:?}"));
                if self.tickets.insert(ticket, id).is_some() {
                    self.world.lock().model.wrong(format!("S2: {ticket:?} is given twice"));
                }
            }
            Err(error) => self.world.lock().judge(id, Err(&error)),
        }
        Some(id)
    }

    fn cancel(&mut self) {
        let at = self.rng.below(self.tickets.len());
        self.cancel_nth(at);
    }

    pub fn cancel_command(&mut self, id: usize) {
        if let Some(at) = self.tickets.values().position(|of| *of == id) {
            self.cancel_nth(at);
        }
    }

    /// One move of each kind.
    pub fn round(&mut self) {
        self.dial();
        self.events();
        self.read();
        self.events();
        self.write();
        let now = self.world.now();
        self.session.handle_timeout(now);
        self.events();
    }

    fn cancel_nth(&mut self, at: usize) {
        let Some((ticket, id)) = self.tickets.iter().nth(at).map(|(ticket, id)| (*ticket, *id)) else {
            return;
        };
        self.tickets.remove(&ticket);
        let outcome = self.session.cancel(ticket);
        let mut state = self.world.lock();
        state.trace(|| format!("cancel command {id}: {outcome:?}"));
        let record = &mut state.model.records[id];
        record.fate = if outcome == Outcome::NotSent {
            Fate::NotSent
        } else {
            Fate::Cancelled
        };
        if outcome == Outcome::NotSent && record.sent {
            state
                .model
                .wrong(format!("S3: command {id} was sent, and cancelled as not sent"));
        }
    }

    fn dial(&mut self) {
        let now = self.world.now();
        if self.session.poll_dial(now) {
            if let Some(old) = self.conn.take() {
                self.world.lock().conns[old].close_here();
            }
            self.dialing = true;
            self.dialed = self.session.epoch();
        }
        if !self.dialing {
            return;
        }
        let dialed = self.world.lock().connect();
        match dialed {
            Some(Ok(at)) => {
                self.conn = Some(at);
                self.session.handle_connected(now);
            }
            Some(Err(error)) => self.session.handle_dial_failure(now, &error),
            None => {}
        }
        self.dialing = false;
    }

    fn write(&mut self) -> bool {
        let Some(at) = self.conn else { return false };
        let up = self.session.is_up();
        let Some(bytes) = self.session.poll_transmit() else {
            return false;
        };
        if up && bytes.len() as u64 > self.setting.budget.max(self.largest) {
            let text = format!("S5: {} bytes to write", bytes.len());
            self.world.lock().model.wrong(text);
        }
        let written = self.world.lock().write(at, bytes);
        let now = self.world.now();
        match written {
            Ok(None) => return false,
            Ok(Some(n)) => self.session.transmitted(n),
            Err(error) => self.session.handle_loss(now, &error),
        }
        true
    }

    fn read(&mut self) -> bool {
        let Some(at) = self.conn else { return false };
        let read = self.world.lock().read(at, self.session.read_room());
        let now = self.world.now();
        match read {
            Ok(None) => return false,
            Ok(Some(0)) => self.session.handle_eof(now),
            Ok(Some(n)) => self.session.received(now, n),
            Err(error) => self.session.handle_loss(now, &error),
        }
        true
    }

    fn events(&mut self) -> bool {
        let mut any = false;
        while let Some(event) = self.session.poll_event(self.world.now()) {
            any = true;
            self.event(event);
        }
        any
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Reply { ticket, tag, result } => {
                let Some(id) = self.tickets.remove(&ticket).filter(|id| *id as u64 == tag) else {
                    let text = format!("S2: {ticket:?} with tag {tag} is told what nobody waits for");
                    return self.world.lock().model.wrong(text);
                };
                self.judge(id, result);
            }
            Event::Connected { epoch, .. } => {
                if self.up || epoch != self.epoch {
                    self.world
                        .lock()
                        .model
                        .wrong(format!("S7: connected twice, or epoch {epoch}"));
                }
                self.up = true;
            }
            Event::Lost { epoch, why, .. } => {
                self.world.lock().trace(|| format!("lost: {why:?}"));
                if epoch != self.epoch {
                    self.world
                        .lock()
                        .model
                        .wrong(format!("S7: lost epoch {epoch}, not {}", self.epoch));
                }
                self.up = false;
                self.epoch += 1;
                // A dial that was asked for meanwhile is for the next one.
                if self.session.epoch() == epoch + 1 && self.dialed <= epoch {
                    self.dialing = false;
                    if let Some(conn) = self.conn.take() {
                        self.world.lock().conns[conn].close_here();
                    }
                }
            }
            _ => {}
        }
    }

    fn judge(&mut self, id: usize, result: Result<redwire::resp::Reply, Error>) {
        let mut state = self.world.lock();
        let kind = state.model.records[id].kind;
        match result {
            Ok(reply) if kind == Kind::Subscribe => {
                let name = reply
                    .root()
                    .items()
                    .nth(1)
                    .and_then(|name| name.text().map(<[u8]>::to_vec));
                state.judge(id, Ok(&name.unwrap_or_default()));
            }
            Ok(reply) => match reply.root().text() {
                Some(text) if reply.kind() != redwire::resp::Kind::Error => state.judge(id, Ok(text)),
                _ => {
                    let refused = Error::from(reply.root().decode::<redwire::prelude::Bytes>().unwrap_err());
                    state.judge(id, Err(&refused));
                }
            },
            Err(error) => state.judge(id, Err(&error)),
        }
    }

    fn next_time(&self) -> Option<redwire::time::Timestamp> {
        let world = self.world.next_time();
        [world, self.session.poll_timeout()].into_iter().flatten().min()
    }

    /// Everything that can happen now happens.
    fn settle(&mut self) {
        for _ in 0..10_000 {
            let now = self.world.now();
            self.dial();
            let mut moved = self.events();
            moved |= self.read();
            moved |= self.write();
            if self.session.poll_timeout().is_some_and(|at| at <= now) {
                self.session.handle_timeout(now);
                moved = true;
            }
            moved |= self.world.lock().step_network(true);
            if !moved && !self.events() {
                return;
            }
        }
        self.world.lock().model.wrong("S2: the session spins".into());
    }

    fn quiet(&mut self) {
        loop {
            self.settle();
            if self.tickets.is_empty() || !self.world.lock().model.violations.is_empty() {
                return;
            }
            let next = self.next_time();
            match next {
                Some(next) => self.world.advance_to(next),
                None if self.world.lock().keepalive() => {}
                None => return self.world.lock().model.wrong("S2: commands hang".into()),
            }
        }
    }

    pub fn finish(mut self) -> Result<(), String> {
        self.world.lock().heal();
        self.quiet();
        let until = self.world.now()
            + self.setting.cap
            + self.setting.connect
            + self.setting.liveness * 2
            + self.setting.response
            + calls::WAIT;
        while self.world.lock().model.violations.is_empty() {
            let sent = self.send(Kind::Count);
            self.quiet();
            if sent.is_some_and(|id| self.world.lock().model.records[id].fate == Fate::Acknowledged) {
                break;
            }
            if self.world.now() > until {
                self.world.lock().model.wrong("S6: no command succeeds any more".into());
            }
            let soon = self.world.now() + Duration::from_millis(5);
            self.world.advance_to(soon);
        }
        let now = self.world.now();
        self.session.disconnect(now);
        self.events();
        if !self.session.is_idle() {
            self.world.lock().model.wrong("S2: something is left in flight".into());
        }
        let mut state = self.world.lock();
        state.final_checks(0);
        match state.model.violations.first() {
            None => Ok(()),
            Some(first) => Err(first.clone()),
        }
    }
}
