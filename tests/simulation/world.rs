//! The world of one schedule: time, network and server behind one handle, which is the clock, the connector and the
//! blocking and async transport of the clients in it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use redwire::Endpoint;
use redwire::time::Timestamp;
use redwire::transport::{
    AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Clock, Timer, TransportError, TransportErrorKind,
};

use super::model::{Fate, Kind, Model};
use super::net::{Conn, Fault};
use super::rng::Rng;

/// What goes wrong in this schedule, each in so many of 100 chances.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    pub refused: u32,
    pub never: u32,
    pub slow: u32,
    pub stalled: u32,
    pub lockstep: u32,
    /// Bytes on their way up before a write must wait.
    pub window: usize,
    /// Everything moves in pieces of this size; 0 leaves them to chance.
    pub cut: usize,
    /// The faults that happen to connections, and how often.
    pub faults: Vec<Fault>,
    pub fault: u32,
}

pub struct State {
    pub now: Timestamp,
    pub rng: Rng,
    pub model: Model,
    pub conns: Vec<Conn>,
    pub weather: Weather,
    pub tracing: bool,
    /// The transport call, counted from 1, that fails.
    pub fail_call: Option<u64>,
    pub calls: u64,
    pub dials: u64,
    timers: Vec<Option<(Timestamp, Waker)>>,
    free: Vec<usize>,
    seed: u64,
}

/// The handle to the world.
#[derive(Clone)]
pub struct World(Arc<Mutex<State>>);

impl World {
    pub fn new(seed: u64, tracing: bool) -> Self {
        World(Arc::new(Mutex::new(State {
            now: Timestamp::from_millis(1000),
            rng: Rng::new(seed),
            model: Model::default(),
            conns: Vec::new(),
            weather: Weather {
                window: usize::MAX,
                ..Weather::default()
            },
            tracing,
            fail_call: None,
            calls: 0,
            dials: 0,
            timers: Vec::new(),
            free: Vec::new(),
            seed,
        })))
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the time and wakes whoever waited for it.
    pub fn advance_to(&self, at: Timestamp) {
        let mut woken = Vec::new();
        let mut state = self.lock();
        if at > state.now {
            state.now = at;
            state.trace(|| format!("time is {at:?}"));
        }
        let now = state.now;
        for timer in &mut state.timers {
            if timer.as_ref().is_some_and(|(at, _)| *at <= now) {
                woken.extend(timer.take().map(|(_, waker)| waker));
            }
        }
        state.let_time_pass();
        drop(state);
        for waker in woken {
            waker.wake();
        }
    }

    /// When something happens by itself.
    pub fn next_time(&self) -> Option<Timestamp> {
        let state = self.lock();
        let timers = state.timers.iter().flatten().map(|(at, _)| *at);
        let blocked = state.conns.iter().filter(|conn| !conn.is_over() && !conn.vanished);
        timers
            .chain(blocked.filter_map(|conn| conn.peer.blocked).map(|(_, at)| at))
            .min()
    }
}

impl State {
    pub fn trace(&self, what: impl FnOnce() -> String) {
        if self.tracing {
            println!(
                "{:>9.3} ms  {}",
                self.now.since_origin().as_secs_f64() * 1e3 - 1e3,
                what()
            );
        }
    }

    /// Commands that wait in the server are answered once their time has come.
    fn let_time_pass(&mut self) {
        for conn in &mut self.conns {
            if conn.peer.blocked.is_some_and(|(_, at)| at <= self.now) {
                conn.unblock(self.now, &mut self.model);
            }
        }
    }

    /// Bytes move somewhere. False if there are none that could.
    pub fn step_network(&mut self, all: bool) -> bool {
        let movable = self.conns.iter().filter(|conn| conn.can_move()).count();
        if movable == 0 {
            return false;
        }
        let which = self.rng.below(movable);
        let found = self
            .conns
            .iter_mut()
            .enumerate()
            .filter(|(_, conn)| conn.can_move())
            .nth(which);
        if let Some((at, conn)) = found {
            conn.step(self.now, &mut self.model, &mut self.rng, all);
            self.trace(|| format!("bytes move on connection {at}"));
        }
        true
    }

    /// Something goes wrong.
    pub fn strike(&mut self) {
        if self.weather.faults.is_empty() || self.conns.is_empty() {
            return;
        }
        let fault = self.rng.pick(&self.weather.faults);
        // The latest ones are those in use.
        let back = self.rng.below(self.conns.len().min(4));
        let at = self.conns.len() - 1 - back;
        if self.conns[at].fault(fault, &mut self.rng) {
            self.trace(|| format!("connection {at}: {fault:?}"));
        }
    }

    /// The server starts again, with its data.
    pub fn restart(&mut self) {
        self.trace(|| "the server restarts".into());
        for conn in &mut self.conns {
            let fault = if self.rng.chance(50) {
                Fault::Reset
            } else {
                Fault::Close
            };
            conn.fault(fault, &mut self.rng);
        }
    }

    /// The weather turns fair: nothing new goes wrong. What vanished stays lost.
    pub fn heal(&mut self) {
        self.weather = Weather {
            window: usize::MAX,
            ..Weather::default()
        };
        self.model.locked = false;
        self.fail_call = None;
        for conn in &mut self.conns {
            conn.lockstep = false;
        }
    }

    /// The system notices that connections are dead (keepalive). False if there were none.
    pub fn keepalive(&mut self) -> bool {
        let mut any = false;
        for conn in &mut self.conns {
            if conn.is_dead_silent() {
                any |= conn.fault(Fault::Reset, &mut self.rng);
            }
        }
        any
    }

    fn begin_call(&mut self, at: usize) -> Result<(), TransportError> {
        self.calls += 1;
        if self.fail_call == Some(self.calls) {
            self.conns[at].fault(Fault::Reset, &mut self.rng);
            return Err(TransportError::new(TransportErrorKind::Other, "this call was to fail"));
        }
        Ok(())
    }

    pub fn read(&mut self, at: usize, buffer: &mut [u8]) -> Result<Option<usize>, TransportError> {
        self.begin_call(at)?;
        self.conns[at].read(buffer, &mut self.rng)
    }

    pub fn write(&mut self, at: usize, bytes: &[u8]) -> Result<Option<usize>, TransportError> {
        self.begin_call(at)?;
        let written = self.conns[at].write(bytes, &mut self.model, &mut self.rng);
        if let Ok(Some(n)) = written {
            self.trace(|| format!("connection {at} < {}", bytes[..n].escape_ascii()));
        }
        written
    }

    /// A new connection, or why there is none; `None` is a dial that never comes back.
    pub fn connect(&mut self) -> Option<Result<usize, TransportError>> {
        self.dials += 1;
        self.calls += 1;
        let fails = self.fail_call == Some(self.calls);
        if fails || self.rng.chance(self.weather.refused) {
            self.trace(|| "dial refused".into());
            return Some(Err(TransportError::new(TransportErrorKind::Unreachable, "refused")));
        }
        if self.rng.chance(self.weather.never) {
            self.trace(|| "dial hangs".into());
            return None;
        }
        let mut conn = Conn::new(self.weather.window, self.weather.cut);
        conn.lockstep = self.rng.chance(self.weather.lockstep);
        conn.peer.muted = self.rng.chance(self.weather.stalled);
        self.conns.push(conn);
        let at = self.conns.len() - 1;
        self.trace(|| format!("connection {at} is made"));
        Some(Ok(at))
    }

    /// The fate of a command, held against what really happened.
    pub fn judge(&mut self, id: usize, result: Result<&[u8], &redwire::Error>) {
        use redwire::Outcome;
        self.trace(|| match result {
            Ok(value) => format!("command {id} = {}", value.escape_ascii()),
            Err(error) => format!("command {id}: {error:?}"),
        });
        let record = &mut self.model.records[id];
        let (executed, sent) = (record.executed, record.sent);
        let mut wrong = None;
        if record.fate != Fate::Open && record.fate != Fate::Cancelled {
            wrong = Some("S2: completed twice");
        }
        record.fate = match result {
            Ok(value) => {
                if value != record.reply || executed == 0 {
                    wrong = Some("S1: the reply of another command");
                }
                Fate::Acknowledged
            }
            Err(error) => match error.outcome() {
                Outcome::NotSent => {
                    // In a transaction it is said of the whole; after a refusal that passes, of the last try.
                    if executed > 0 || (sent && record.transaction.is_none() && record.refused == 0) {
                        wrong = Some("S3: was sent, and is said not to be");
                    }
                    Fate::NotSent
                }
                Outcome::Rejected => {
                    if executed > 0 || (record.refused == 0 && !self.model.locked) {
                        wrong = Some("S3: rejected, and ran or was never refused");
                    }
                    Fate::Rejected
                }
                Outcome::MaybeExecuted => Fate::Maybe,
                other => {
                    wrong = Some("S1: a reply of the wrong shape");
                    let _ = other;
                    Fate::Maybe
                }
            },
        };
        if let Some(wrong) = wrong {
            let record = &self.model.records[id];
            let text = format!("{wrong}: {result:?}, {record:?}");
            self.model.wrong(text);
        }
    }

    /// What must hold once everything is over.
    pub fn final_checks(&mut self, retries: u32) {
        let mut wrong = Vec::new();
        let mut counted = (0, 0);
        for (id, record) in self.model.records.iter().enumerate() {
            let allowed = if record.kind.may_repeat() { 1 + retries } else { 1 };
            if record.executed > allowed {
                wrong.push(format!("S3: command {id} ran too often: {record:?}"));
            }
            if record.fate == Fate::Open {
                wrong.push(format!("S2: command {id} never ended: {record:?}"));
            }
            if record.kind == Kind::Count {
                counted.0 += u32::from(record.fate == Fate::Acknowledged);
                counted.1 += u32::from(matches!(record.fate, Fate::Maybe | Fate::Cancelled));
            }
            let together = record.transaction.filter(|_| record.kind != Kind::Fail);
            if let Some(first) = together.and_then(|first| self.model.records.get(first)) {
                if first.executed != record.executed && first.kind != Kind::Fail {
                    wrong.push(format!("T24: half a transaction: {first:?} {record:?}"));
                }
            }
        }
        let (acknowledged, maybe) = counted;
        if self.model.counter < acknowledged || self.model.counter > acknowledged + maybe {
            wrong.push(format!(
                "S3: counter {} outside {acknowledged} + {maybe}",
                self.model.counter
            ));
        }
        let swaps = self.model.records.iter().filter(|record| record.kind == Kind::Swap);
        let swapped: u64 = swaps.map(|record| u64::from(record.executed)).sum();
        if self.model.version != self.model.rivals + swapped {
            wrong.push(format!("S3: version {} of {swapped} swaps", self.model.version));
        }
        for (at, conn) in self.conns.iter().enumerate() {
            let begun = conn.begun();
            let known = |bytes: &[u8]| -> bool { bytes.starts_with(begun) };
            let whole: [&[u8]; 6] = [
                b"*1\r\n$5\r\nMULTI\r\n",
                b"*1\r\n$4\r\nEXEC\r\n",
                b"*1\r\n$4\r\nPING\r\n",
                b"*1\r\n$7\r\nUNWATCH\r\n",
                b"*2\r\n$5\r\nWATCH\r\n$1\r\nk\r\n",
                b"*2\r\n$6\r\nSELECT\r\n$1\r\n7\r\n",
            ];
            let mut owners = self.model.records.iter().filter(|record| known(&record.bytes));
            let handshake = !conn.peer.in_use;
            let of_transaction = |start: &[u8]| start.starts_with(begun) || begun.starts_with(start);
            let transaction =
                of_transaction(b"*3\r\n$5\r\nWATCH\r\n$1\r\nk\r\n") || of_transaction(b"*2\r\n$4\r\nLOOK\r\n");
            let honest = owners.any(|record| record.fate != Fate::NotSent || record.transaction.is_some());
            if !begun.is_empty() && !handshake && !transaction && !honest && !whole.iter().any(|bytes| known(bytes)) {
                wrong.push(format!(
                    "S3: {} was begun to be written on connection {at}, and its sender told it was not",
                    begun.escape_ascii()
                ));
            }
            if !conn.is_over() {
                wrong.push(format!("S2: connection {at} is left behind"));
            }
        }
        self.model.violations.extend(wrong);
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn seed(&self) -> Option<u64> {
        Some(self.lock().seed)
    }
}

impl AsyncClock for World {
    fn timer(&self) -> Box<dyn Timer> {
        Box::new(SimTimer {
            world: self.clone(),
            place: None,
        })
    }
}

/// One timer with one time: exactly what the contract promises, and nothing more.
struct SimTimer {
    world: World,
    place: Option<usize>,
}

impl Timer for SimTimer {
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Timestamp) -> Poll<()> {
        let mut state = self.world.lock();
        if state.now >= at {
            return Poll::Ready(());
        }
        let place = match self.place {
            Some(place) => place,
            None => match state.free.pop() {
                Some(place) => place,
                None => {
                    state.timers.push(None);
                    state.timers.len() - 1
                }
            },
        };
        self.place = Some(place);
        state.timers[place] = Some((at, cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for SimTimer {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let mut state = self.world.lock();
            let waker = state.timers[place].take();
            state.free.push(place);
            drop(state);
            drop(waker);
        }
    }
}

impl AsyncConnector for World {
    fn connect(&self, _: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let world = self.clone();
        Box::pin(async move {
            let delay = {
                let mut state = world.lock();
                let slow = state.weather.slow;
                state
                    .rng
                    .chance(slow)
                    .then(|| Duration::from_millis(1 + state.rng.below(120) as u64))
            };
            if let Some(delay) = delay {
                let at = world.now() + delay;
                let mut timer = world.timer();
                std::future::poll_fn(|cx| timer.poll_at(cx, at)).await;
            }
            let dialed = world.lock().connect();
            match dialed {
                None => std::future::pending().await,
                Some(dialed) => {
                    let at = dialed?;
                    Ok(Box::new(SimTransport { world, at }) as Box<dyn AsyncTransport>)
                }
            }
        })
    }
}

struct SimTransport {
    world: World,
    at: usize,
}

impl AsyncTransport for SimTransport {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        let mut state = self.world.lock();
        match state.read(self.at, buffer)? {
            Some(n) => Poll::Ready(Ok(n)),
            None => {
                state.conns[self.at].wait_to_read(cx.waker());
                Poll::Pending
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        let mut state = self.world.lock();
        match state.write(self.at, bytes)? {
            Some(n) => Poll::Ready(Ok(n)),
            None => {
                state.conns[self.at].wait_to_write(cx.waker());
                Poll::Pending
            }
        }
    }

    fn close(&mut self) {
        self.world.lock().conns[self.at].close_here();
    }
}

impl Drop for SimTransport {
    fn drop(&mut self) {
        self.world.lock().conns[self.at].close_here();
    }
}
