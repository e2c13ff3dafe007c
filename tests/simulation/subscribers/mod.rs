//! Subscribers against a server that keeps a record of what it said: whatever breaks, and whenever, subscriptions are
//! restored before anything else, and what is missing is missing behind a gap (S7).
//!
//! The server is the in-memory one, the network a few lines below: bytes on their way in either direction, cut anywhere,
//! lost when a connection breaks, stuck when it goes silent.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use redwire::connection::Settings;
use redwire::memory::{Server, SessionId};
use redwire::pubsub::{Change, Event, Kind, Listener, Message, Notice, PubSubOptions, Subscriber};
use redwire::time::Timestamp;
use redwire::transport::{TransportError, TransportErrorKind};
use redwire::{Backoff, Protocol};

mod conn;
mod finish;

use self::conn::Conn;
use super::rng::Rng;

const PROBE: Duration = Duration::from_secs(4);
const KINDS: [Kind; 3] = [Kind::Channel, Kind::Pattern, Kind::Shard];
const NAMES: [&str; 4] = ["a", "b", "ab", "c"];
const PATTERNS: [&str; 3] = ["a*", "?", "nothing"];

/// What was said to a reader, as it was told or as the server said it: kind, name, payload.
type Said = (String, Vec<u8>, Vec<u8>);

struct World {
    server: Server,
    now: Timestamp,
    publisher: SessionId,
    conns: Vec<Conn>,
    machine: Subscriber,
    rng: Rng,
    /// The last connection is in use.
    connected: bool,
    up: bool,
    /// What the reader wants: by kind, what it asked for last.
    wanted: [BTreeSet<Vec<u8>>; 3],
    published: u64,
    /// Messages that handlers got, to be told among the others.
    handled: Arc<Mutex<Vec<Said>>>,
    /// Which connection the reader is told of, and how many of its messages it was told.
    told: (usize, usize),
    /// Gaps to be told, and behind which connection.
    gaps: VecDeque<usize>,
    /// No gap is to be told: nothing was subscribed to, or there was no connection yet.
    no_gap: bool,
    /// The connection that follows the one being told of without a gap in between.
    next: Option<usize>,
    heard: Timestamp,
    /// Since when something is subscribed to.
    listens: Timestamp,
    keep_latest: bool,
    refuse: u32,
    tracing: bool,
    wrong: Option<String>,
}

impl World {
    fn new(seed: u64, tracing: bool) -> Self {
        let mut rng = Rng::new(seed);
        let mut server = Server::with_seed(rng.next());
        let now = Timestamp::from_millis(1000);
        let publisher = server.connect(now);
        let protocol = rng.pick(&[Protocol::Resp2, Protocol::Resp3]);
        let settings = Settings::new()
            .protocol(protocol)
            .connect_timeout(Duration::from_secs(3))
            .response_timeout(Duration::from_secs(5));
        let keep_latest = rng.chance(25);
        let mut options = PubSubOptions::new().with_probe_interval(PROBE);
        if keep_latest {
            options = options.with_keep_latest(NonZeroUsize::new(1 + rng.below(5)).unwrap());
        }
        World {
            server,
            now,
            publisher,
            conns: Vec::new(),
            machine: Subscriber::new(settings, Backoff::new(), 3, options, rng.next()),
            rng,
            connected: false,
            up: false,
            wanted: [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()],
            published: 0,
            handled: Arc::default(),
            told: (0, 0),
            gaps: VecDeque::new(),
            no_gap: true,
            next: None,
            heard: now,
            listens: now,
            keep_latest,
            refuse: 0,
            tracing,
            wrong: None,
        }
    }

    fn trace(&self, what: impl FnOnce() -> String) {
        if self.tracing {
            println!(
                "{:>9.3} ms  {}",
                self.now.since_origin().as_secs_f64() * 1e3 - 1e3,
                what()
            );
        }
    }

    fn wrong(&mut self, what: String) {
        self.trace(|| format!("WRONG: {what}"));
        self.wrong.get_or_insert(what);
    }

    fn conn(&mut self) -> Option<&mut Conn> {
        if self.connected { self.conns.last_mut() } else { None }
    }

    // ---- what the driver does --------------------------------------------------------------------------------------

    fn dial(&mut self) -> bool {
        if !self.machine.session().poll_dial(self.now) {
            return false;
        }
        if self.rng.chance(self.refuse) {
            self.trace(|| "dial refused".into());
            let refused = TransportError::new(TransportErrorKind::Unreachable, "refused");
            self.machine.session().handle_dial_failure(self.now, &refused);
            return true;
        }
        let session = self.server.connect(self.now);
        self.trace(|| format!("connection {} is made", self.conns.len()));
        self.conns.push(Conn::new(session));
        self.connected = true;
        self.heard = self.now;
        self.machine.session().handle_connected(self.now);
        true
    }

    fn write(&mut self, most: usize) -> bool {
        if !self.connected {
            return false;
        }
        let Some(bytes) = self.machine.session().poll_transmit() else {
            return false;
        };
        let bytes = bytes[..bytes.len().min(most)].to_vec();
        let Some(conn) = self.conns.last_mut() else {
            return false;
        };
        if conn.broken {
            let broken = TransportError::new(TransportErrorKind::Closed, "broken");
            self.machine.session().handle_loss(self.now, &broken);
            self.connected = false;
            return true;
        }
        conn.up.extend(&bytes);
        conn.wrote.extend_from_slice(&bytes);
        self.machine.session().transmitted(bytes.len());
        true
    }

    fn read(&mut self, most: usize) -> bool {
        let (now, connected) = (self.now, self.connected);
        let Some(conn) = self.conns.last_mut().filter(|_| connected) else {
            return false;
        };
        if conn.down.is_empty() {
            if conn.broken {
                let broken = TransportError::new(TransportErrorKind::Closed, "broken");
                self.machine.session().handle_loss(now, &broken);
            } else if self.server.is_closed(conn.session) && !conn.silent {
                self.machine.session().handle_eof(now);
            } else {
                return false;
            }
            self.connected = false;
            return true;
        }
        let room = self.machine.session().read_room();
        let n = conn.down.len().min(most).min(room.len());
        for (to, from) in room.iter_mut().zip(conn.down.drain(..n)) {
            *to = from;
        }
        conn.reads(&room[..n]);
        self.machine.received(now, n);
        self.heard = now;
        true
    }

    /// Asks for one thing to be told. False if there is none.
    fn tell(&mut self) -> bool {
        let told = self.machine.poll_told();
        let handled: Vec<Said> = std::mem::take(&mut *self.handled.lock().unwrap());
        for message in handled {
            self.check_message(&message);
        }
        match told {
            None => return false,
            Some(Ok(Some(Event::Message(message)))) => self.check_message(&said(&message)),
            Some(Ok(Some(Event::Lost(count)))) => {
                self.trace(|| format!("told {count} lost"));
                let count = usize::try_from(count).unwrap();
                let left = self.expected(self.told.0).len().saturating_sub(self.told.1);
                match self.next.take_if(|_| count > left) {
                    Some(next) => self.told = (next, count - left),
                    None => self.told.1 += count,
                }
            }
            Some(Ok(Some(Event::Gap(_)))) => {
                self.trace(|| "told a gap".into());
                // A connection that never said a word is part of the gap.
                let answered = self.gaps.iter().position(|conn| self.conns[*conn].replies > 0);
                match answered.and_then(|at| self.gaps.drain(..=at).next_back()) {
                    Some(conn) => (self.told, self.next) = ((conn, 0), None),
                    None => self.wrong("S7: a gap where there was none".into()),
                }
            }
            Some(Ok(other)) => self.trace(|| format!("told {other:?}")),
            Some(Err(error)) => self.trace(|| format!("told {error:?}")),
        }
        true
    }

    /// What is told must be what the server said next on the connection that the reader was told of last.
    fn check_message(&mut self, message: &Said) {
        self.trace(|| format!("told {message:?}"));
        if self.expected(self.told.0).get(self.told.1) != Some(message) {
            if let Some(next) = self.next.take() {
                self.told = (next, 0);
            }
        }
        let (conn, at) = self.told;
        let expected = self.expected(conn);
        if expected.get(at) != Some(message) {
            let text = format!("told {message:?} of connection {conn}, number {at} of {expected:?}");
            self.wrong(text);
        }
        self.told.1 += 1;
    }

    /// The messages that the server said on a connection.
    fn expected(&self, conn: usize) -> &[Said] {
        self.conns.get(conn).map_or(&[], |conn| &conn.messages)
    }

    /// Asks for a change. False if that cannot be.
    fn ask(&mut self, change: Change) -> bool {
        if !self.machine.subscribed() {
            self.listens = self.now;
        }
        self.machine.change(self.now, change).is_ok()
    }

    fn notice(&mut self) -> bool {
        let Some(notice) = self.machine.poll_notice(self.now) else {
            return false;
        };
        let names = KINDS.map(|kind| self.machine.names(kind).map(|name| name.to_vec()).collect::<Vec<_>>());
        let subscribed = names.iter().any(|names| !names.is_empty());
        match notice {
            Notice::Connected(_) => {
                self.trace(|| "connected".into());
                let current = self.conns.len() - 1;
                if let Some(conn) = self.conns.last_mut() {
                    conn.restored = Some(names);
                }
                self.up = true;
                self.heard = self.now;
                if self.no_gap {
                    self.next = Some(current);
                } else {
                    self.gaps.push_back(current);
                }
            }
            Notice::Lost { why, .. } => {
                self.trace(|| format!("lost: {why:?}"));
                let silence = self.now.saturating_since(self.heard.max(self.listens));
                if self.up && subscribed && silence > PROBE * 2 {
                    self.wrong(format!("T41: noticed after {silence:?}"));
                }
                if self.up {
                    self.no_gap = !subscribed;
                }
                self.up = false;
                self.connected = false;
                // A server may notice at once, or much later.
                let forget = !self.conns.last().is_some_and(|conn| conn.silent) || self.rng.chance(50);
                if let Some(conn) = self.conns.last_mut() {
                    conn.down.clear();
                    if forget {
                        self.server.disconnect(self.now, conn.session);
                    }
                }
            }
            _ => {}
        }
        true
    }

    fn let_time_pass(&mut self, at_most: Duration) {
        let next = self
            .machine
            .poll_timeout()
            .map_or(self.now + at_most, |at| at.max(self.now));
        self.now = next.min(self.now + at_most);
        self.server.handle_timeout(self.now);
        if self.machine.poll_timeout().is_some_and(|at| at <= self.now) {
            // What has come is read before anything is late.
            while self.read(usize::MAX) {}
            while self.tell() {}
            self.machine.handle_timeout(self.now);
        }
    }

    // ---- what the network does -------------------------------------------------------------------------------------

    fn carry_up(&mut self, most: usize) -> bool {
        let now = self.now;
        let Some(conn) = self.conn().filter(|conn| !conn.silent && !conn.up.is_empty()) else {
            return false;
        };
        let n = conn.up.len().min(most);
        let bytes: Vec<u8> = conn.up.drain(..n).collect();
        let session = conn.session;
        self.server.handle_input(now, session, &bytes);
        true
    }

    /// What the server says leaves it, whether it arrives or not.
    fn let_server_speak(&mut self) {
        for conn in &mut self.conns {
            let Some(bytes) = self.server.poll_transmit(conn.session) else {
                continue;
            };
            let n = bytes.len();
            conn.hears(bytes);
            if !conn.silent && !conn.broken {
                conn.down.extend(bytes);
            }
            self.server.transmitted(conn.session, n);
        }
    }

    fn break_off(&mut self) {
        let keeps = self.rng.chance(50);
        let now = self.now;
        if let Some(conn) = self.conn() {
            conn.broken = true;
            conn.up.clear();
            if !keeps {
                conn.down.clear();
            }
            let session = conn.session;
            self.trace(|| "the connection breaks".into());
            self.let_server_speak();
            self.server.disconnect(now, session);
        }
    }

    fn kick(&mut self) {
        let line = "CLIENT KILL TYPE pubsub\r\n";
        self.trace(|| line.trim().into());
        self.server.handle_input(self.now, self.publisher, line.as_bytes());
    }

    // ---- what programs do ------------------------------------------------------------------------------------------

    fn publish(&mut self) {
        let channel = self.rng.pick(&NAMES);
        let command = if self.rng.chance(25) { "SPUBLISH" } else { "PUBLISH" };
        self.published += 1;
        let line = format!("{command} {channel} {}\r\n", self.published);
        self.trace(|| line.trim().into());
        self.server.handle_input(self.now, self.publisher, line.as_bytes());
        self.let_server_speak();
    }

    fn change(&mut self) {
        let at = self.rng.below(3);
        let kind = KINDS[at];
        let names = if kind == Kind::Pattern {
            &PATTERNS[..]
        } else {
            &NAMES[..]
        };
        let count = 1 + self.rng.below(2);
        let names: Vec<&str> = (0..count).map(|_| self.rng.pick(names)).collect();
        let (change, wants) = match self.rng.below(10) {
            0..4 => (Change::subscribe(kind, &names), Some(true)),
            4..6 => {
                let handled = self.handled.clone();
                let handler = move |message: Message| handled.lock().unwrap().push(said(&message));
                (Change::subscribe_with(kind, names[0], handler), Some(true))
            }
            6..8 => (Change::unsubscribe(kind, &names), Some(false)),
            8 => (Change::unsubscribe_all(kind), None),
            _ => (Change::ping(Some("x")), Some(true)),
        };
        let is_ping = change.request().name() == "PING";
        let one = change.request().len() == 2;
        let request = change.request().to_string();
        if !self.ask(change) {
            return;
        }
        self.trace(|| request);
        let asked = names
            .iter()
            .take(if one { 1 } else { 2 })
            .map(|name| name.as_bytes().to_vec());
        match wants {
            _ if is_ping => {}
            Some(true) => self.wanted[at].extend(asked),
            Some(false) => {
                let gone: Vec<_> = asked.collect();
                self.wanted[at].retain(|name| !gone.contains(name));
            }
            None => self.wanted[at].clear(),
        }
    }
}

fn said(message: &Message) -> Said {
    let kind = match message.kind() {
        Kind::Channel => "message",
        Kind::Pattern => "pmessage",
        _ => "smessage",
    };
    let name = message.pattern().unwrap_or(message.channel()).to_vec();
    (kind.into(), name, message.payload().to_vec())
}

/// Runs the schedule of a seed.
fn run(seed: u64, tracing: bool) -> Result<(), String> {
    let mut world = World::new(seed, tracing);
    world.machine.session().connect();
    world.refuse = world.rng.pick(&[0, 0, 20, 60]);
    let faults = world.rng.pick(&[0, 2, 5]);
    for _ in 0..50 + world.rng.below(300) {
        let some = if world.rng.chance(30) {
            1 + world.rng.below(7)
        } else {
            usize::MAX
        };
        match world.rng.below(100) {
            0..8 => world.change(),
            8..28 => world.publish(),
            28..38 => drop(world.dial()),
            38..50 => drop(world.write(some)),
            50..62 => drop(world.carry_up(some)),
            62..74 => drop(world.read(some)),
            74..86 => drop(world.tell()),
            86..92 => drop(world.notice()),
            92..95 => {
                let most = Duration::from_millis(1 + world.rng.below(3000) as u64);
                world.let_time_pass(most);
            }
            95 if world.rng.chance(20) => world.machine.session().connect(),
            96..99 if world.rng.chance(faults * 10) => match world.rng.below(4) {
                0 | 1 => world.break_off(),
                2 => world.kick(),
                _ => {
                    world.trace(|| "the connection goes silent".into());
                    if let Some(conn) = world.conn() {
                        conn.silent = true;
                        conn.down.clear();
                    }
                }
            },
            _ => {}
        }
        world.let_server_speak();
        if world.wrong.is_some() {
            break;
        }
    }
    let keep_latest = world.keep_latest;
    world
        .finish()
        .map_err(|wrong| format!("{wrong}{}", if keep_latest { " (keeps the latest)" } else { "" }))
}

/// A conversation with something of everything, in which the connection ends in a way at a step, counted from 0. Gives the
/// number of steps.
fn conversation(protocol: Protocol, end: Option<(usize, u8)>, tracing: bool) -> Result<usize, String> {
    let mut world = World::new(7, tracing);
    let settings = Settings::new()
        .protocol(protocol)
        .connect_timeout(Duration::from_secs(3))
        .response_timeout(Duration::from_secs(5));
    let options = PubSubOptions::new().with_probe_interval(PROBE);
    world.machine = Subscriber::new(settings, Backoff::new(), 3, options, 1);
    world.keep_latest = false;
    world.machine.session().connect();
    let mut steps = 0;
    // Seven bytes at a time, so that steps fall into the middle of everything.
    let turn = |world: &mut World, steps: &mut usize| {
        for _ in 0..1000 {
            if end.is_some_and(|(step, _)| step == *steps) {
                match end.map(|(_, way)| way) {
                    Some(0) => world.break_off(),
                    Some(1) => world.kick(),
                    _ => {
                        if let Some(conn) = world.conn() {
                            conn.silent = true;
                            conn.down.clear();
                        }
                    }
                }
            }
            *steps += 1;
            let mut moved = world.dial();
            moved |= world.write(7);
            moved |= world.carry_up(7);
            world.let_server_speak();
            moved |= world.read(7);
            moved |= world.tell();
            moved |= world.notice();
            if !moved && world.up {
                break;
            }
            if !moved {
                world.let_time_pass(Duration::from_millis(500));
            }
        }
    };
    let ask = |world: &mut World, at: usize, subscribe: bool, names: &[&str]| {
        let change = if subscribe {
            Change::subscribe(KINDS[at], names)
        } else {
            Change::unsubscribe(KINDS[at], names)
        };
        if world.ask(change) {
            let names = names.iter().map(|name| name.as_bytes().to_vec());
            if subscribe {
                world.wanted[at].extend(names);
            } else {
                let gone: Vec<_> = names.collect();
                world.wanted[at].retain(|name| !gone.contains(name));
            }
        }
    };
    turn(&mut world, &mut steps);
    for (at, subscribe, names) in [
        (0, true, &["a", "b"][..]),
        (1, true, &["a*"]),
        (2, true, &["c", "a"]),
        (0, false, &["b"]),
        (0, true, &["b", "c"]),
        (1, false, &["a*"]),
        (2, false, &["c"]),
    ] {
        ask(&mut world, at, subscribe, names);
        for _ in 0..3 {
            world.publish();
            turn(&mut world, &mut steps);
            // A silence takes its time to be noticed.
            world.let_time_pass(Duration::from_secs(3));
        }
    }
    world.finish().map(|()| steps)
}

#[test]
fn s7_killed_at_every_step_everything_is_restored_and_the_gap_is_told() {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let steps = conversation(protocol, None, false).unwrap();
        assert!(steps > 150, "{steps}");
        for way in 0..3 {
            for step in 0..steps {
                if let Err(wrong) = conversation(protocol, Some((step, way)), false) {
                    println!("step {step}, way {way}, {protocol:?}:");
                    let _ = conversation(protocol, Some((step, way)), true);
                    panic!("step {step}, way {way}, {protocol:?}: {wrong}");
                }
            }
        }
    }
}

#[test]
fn s7_subscribers_in_all_weathers() {
    let count = super::number("SIM_SUBSCRIBERS", 2000);
    let mut failed = BTreeMap::new();
    for seed in 0..count {
        if let Err(wrong) = run(seed, false) {
            failed.insert(seed, wrong);
        }
        if failed.len() >= 5 {
            break;
        }
    }
    if let Some((seed, wrong)) = failed.first_key_value() {
        let _ = run(*seed, true);
        panic!("{} seeds fail; seed {seed}: {wrong}", failed.len());
    }
}
