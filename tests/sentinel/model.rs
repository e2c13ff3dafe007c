//! A service of three servers and two sentinels as a model: bytes in, bytes out, no socket, no clock. A failover happens step by
//! step, each step just before some command that the model counts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::BytesMut;
use redwire::Endpoint;
use redwire::mock::Clock;
use redwire::resp::{Parser, RespParser};
use redwire::transport::{
    AsyncConnector, AsyncTransport, BoxFuture, Connector, Transport, TransportError, TransportErrorKind,
};

use crate::peers::{MASTER, REPLICA, at, masters};
use crate::stage::bulk;

/// The servers; the first is the master to begin with, the second becomes it.
pub const SERVERS: [&str; 3] = ["a:1", "b:1", "c:1"];
pub const SENTINELS: [&str; 2] = ["s1:1", "s2:1"];

/// One step of a failover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The old master is gone, and its connections with it.
    Kill,
    /// The sentinels take the old master for dead.
    Notice,
    /// The second server is told that it is the master.
    Promote,
    /// The sentinel of this number knows: as long as the failover is not over it names the old master in one answer and the
    /// new one in the other.
    Learn(usize),
    /// For the sentinel of this number the failover is over, and whoever listens to it is told.
    Switch(usize),
    /// The old master is told that it is a replica; true if its connections are closed for that.
    Demote(bool),
}

/// What one sentinel believes.
#[derive(Clone, Debug)]
struct Belief {
    /// In the answer to SENTINEL MASTERS.
    listed: &'static str,
    /// In the answer to SENTINEL GET-MASTER-ADDR-BY-NAME.
    named: &'static str,
    epoch: u64,
    down: bool,
}

#[derive(Clone, Debug, Default)]
struct Node {
    master: bool,
    alive: bool,
}

/// What became of one command of a caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// How often it was run, and on the server that was the master in the end.
    pub executed: u32,
    pub kept: u32,
    pub refused: u32,
}

pub struct World {
    nodes: [Node; 3],
    beliefs: [Belief; 2],
    /// What is still to happen, and before which command.
    plan: Vec<(u64, Move)>,
    commands: u64,
    wires: Vec<Wire>,
    pub records: BTreeMap<String, Record>,
    /// The client has read a refusal of the old master.
    seen_readonly: bool,
    /// The client has read from a sentinel who the new master is.
    seen_new: bool,
    /// What must not have happened.
    pub wrong: Vec<String>,
}

#[derive(Default)]
struct Wire {
    address: &'static str,
    input: BytesMut,
    /// To be read, and what it tells the client when it is.
    output: Vec<u8>,
    tells_readonly: bool,
    tells_new: bool,
    listens: bool,
    closed: bool,
    reader: Option<Waker>,
}

#[derive(Clone)]
pub struct Model {
    clock: Clock,
    world: Arc<Mutex<World>>,
}

impl Model {
    /// The `moves` happen before the command `first` and every `gap` commands after it.
    pub fn new(clock: &Clock, moves: &[Move], first: u64, gap: u64) -> Self {
        let node = |master| Node { master, alive: true };
        let belief = Belief {
            listed: SERVERS[0],
            named: SERVERS[0],
            epoch: 1,
            down: false,
        };
        let at = (0..).map(|n| first + n * gap);
        let world = World {
            nodes: [node(true), node(false), node(false)],
            beliefs: [belief.clone(), belief],
            plan: at.zip(moves.iter().copied()).collect(),
            commands: 0,
            wires: Vec::new(),
            records: BTreeMap::new(),
            seen_readonly: false,
            seen_new: false,
            wrong: Vec::new(),
        };
        Model {
            clock: clock.clone(),
            world: Arc::new(Mutex::new(world)),
        }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Whether all of the failover has happened.
    pub fn is_over(&self) -> bool {
        self.world().plan.is_empty()
    }

    fn dial(&self, endpoint: &Endpoint) -> Result<End, TransportError> {
        let address = endpoint.to_string();
        let known = SERVERS.into_iter().chain(SENTINELS).find(|known| *known == address);
        let known = known.unwrap_or_else(|| panic!("{address} is nobody's"));
        let mut world = self.world();
        let place = SERVERS.iter().position(|server| *server == known);
        if place.is_some_and(|place| !world.nodes[place].alive) {
            return Err(TransportError::new(
                TransportErrorKind::Unreachable,
                "connection refused",
            ));
        }
        world.wires.push(Wire {
            address: known,
            ..Wire::default()
        });
        Ok(End {
            model: self.clone(),
            number: world.wires.len() - 1,
        })
    }
}

impl World {
    /// One more command is about to be run: whatever is due before it happens.
    fn count(&mut self) {
        while self.plan.first().is_some_and(|(at, _)| *at <= self.commands) {
            let (_, step) = self.plan.remove(0);
            self.happen(step);
        }
        self.commands += 1;
    }

    fn happen(&mut self, step: Move) {
        match step {
            Move::Kill => {
                self.nodes[0] = Node::default();
                self.close(SERVERS[0]);
            }
            Move::Notice => self.beliefs.iter_mut().for_each(|belief| belief.down = true),
            Move::Promote => self.nodes[1].master = true,
            Move::Learn(n) => {
                self.beliefs[n].named = SERVERS[1];
                self.beliefs[n].epoch = 2;
            }
            Move::Switch(n) => {
                self.beliefs[n] = Belief {
                    listed: SERVERS[1],
                    named: SERVERS[1],
                    epoch: 2,
                    down: false,
                };
                let text = format!("mymaster a 1 {}", SERVERS[1].replace(':', " "));
                let message = format!(">3\r\n{}{}{}", bulk("message"), bulk("+switch-master"), bulk(&text));
                for wire in self
                    .wires
                    .iter_mut()
                    .filter(|wire| wire.address == SENTINELS[n] && wire.listens)
                {
                    wire.give(&message);
                }
            }
            Move::Demote(closes) => {
                self.nodes[0] = Node {
                    master: false,
                    alive: true,
                };
                if closes {
                    self.close(SERVERS[0]);
                }
            }
        }
    }

    fn close(&mut self, address: &str) {
        for wire in self.wires.iter_mut().filter(|wire| wire.address == address) {
            wire.closed = true;
            wire.wake();
        }
    }

    /// Runs what has come on a connection.
    fn take_in(&mut self, number: usize) {
        let mut parser = RespParser::default();
        loop {
            let Ok(Some(request)) = parser.parse(&mut self.wires[number].input) else {
                return;
            };
            let words: Vec<String> = request.decode().unwrap();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            self.count();
            if !self.wires[number].closed {
                self.run(number, &words);
            }
        }
    }

    fn run(&mut self, number: usize, words: &[&str]) {
        let address = self.wires[number].address;
        let server = SERVERS.iter().position(|server| *server == address);
        let sentinel = SENTINELS.iter().position(|sentinel| *sentinel == address);
        let (mut readonly, mut tells_new) = (false, false);
        let reply = match (words, server, sentinel) {
            (["HELLO", "3"], ..) => "%1\r\n$5\r\nproto\r\n:3\r\n".into(),
            (["ROLE"], Some(place), _) => if self.nodes[place].master { MASTER } else { REPLICA }.into(),
            (["INCR", key], Some(place), _) => {
                readonly = !self.nodes[place].master;
                self.count_up(key, place)
            }
            (["SENTINEL", "MASTERS"], _, Some(n)) => {
                let belief = &self.beliefs[n];
                let list = masters(belief.listed, belief.epoch);
                if belief.down {
                    list.replace("$6\r\nmaster", "$13\r\nmaster,o_down")
                } else {
                    list
                }
            }
            (["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"], _, Some(n)) => {
                tells_new = self.beliefs[n].epoch == 2;
                at(self.beliefs[n].named)
            }
            (["SUBSCRIBE", channels @ ..], _, Some(_)) => {
                self.wires[number].listens = true;
                let confirmed =
                    |(n, channel): (usize, &&str)| format!(">3\r\n{}{}:{n}\r\n", bulk("subscribe"), bulk(channel));
                (1..).zip(channels).map(confirmed).collect()
            }
            other => panic!("{address} knows nothing of {other:?}"),
        };
        let wire = &mut self.wires[number];
        wire.give(&reply);
        wire.tells_readonly |= readonly;
        wire.tells_new |= tells_new;
    }

    fn count_up(&mut self, key: &str, place: usize) -> String {
        let old = place == 0;
        if old && self.seen_readonly {
            self.wrong
                .push(format!("{key} sent to the old master after it had refused"));
        }
        if old && self.seen_new {
            self.wrong
                .push(format!("{key} sent to the old master with the new one known"));
        }
        let promoted = self.nodes[1].master;
        let record = self.records.entry(key.into()).or_default();
        if !self.nodes[place].master {
            record.refused += 1;
            return "-READONLY You can't write against a read only replica.\r\n".into();
        }
        record.executed += 1;
        // What the old master takes before the other is promoted is replicated.
        record.kept += u32::from(!old || !promoted);
        format!(":{}\r\n", record.executed)
    }
}

impl Wire {
    fn give(&mut self, bytes: &str) {
        self.output.extend_from_slice(bytes.as_bytes());
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

/// The client's end of a connection.
struct End {
    model: Model,
    number: usize,
}

impl End {
    /// What there is to read; `None` is nothing yet, zero the end.
    fn take(&self, world: &mut World, buffer: &mut [u8]) -> Option<usize> {
        let wire = &mut world.wires[self.number];
        if wire.output.is_empty() {
            return wire.closed.then_some(0);
        }
        let n = wire.output.len().min(buffer.len());
        buffer[..n].copy_from_slice(&wire.output[..n]);
        wire.output.drain(..n);
        let read = wire.output.is_empty();
        let (readonly, new) = (wire.tells_readonly && read, wire.tells_new && read);
        world.seen_readonly |= readonly;
        world.seen_new |= new;
        Some(n)
    }

    fn give(&self, bytes: &[u8]) -> Result<usize, TransportError> {
        let mut world = self.model.world();
        let wire = &mut world.wires[self.number];
        if wire.closed {
            return Err(TransportError::new(TransportErrorKind::Closed, "broken pipe"));
        }
        wire.input.extend_from_slice(bytes);
        world.take_in(self.number);
        Ok(bytes.len())
    }

    fn leave(&self) {
        let mut world = self.model.world();
        let wire = &mut world.wires[self.number];
        (wire.closed, wire.listens) = (true, false);
        wire.output.clear();
    }
}

impl AsyncTransport for End {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, TransportError>> {
        let mut world = self.model.world();
        match self.take(&mut world, buffer) {
            Some(n) => Poll::Ready(Ok(n)),
            None => {
                world.wires[self.number].reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, TransportError>> {
        Poll::Ready(self.give(bytes))
    }

    fn close(&mut self) {
        self.leave();
    }
}

impl Transport for End {
    fn read(&mut self, buffer: &mut [u8], timeout: Option<Duration>) -> Result<usize, TransportError> {
        let mut world = self.model.world();
        if let Some(n) = self.take(&mut world, buffer) {
            return Ok(n);
        }
        // Nobody else is there who could say anything.
        self.model.clock.advance(timeout.expect("nothing will ever come"));
        Err(TransportError::new(TransportErrorKind::TimedOut, "nothing came"))
    }

    fn write(&mut self, bytes: &[u8], _: Option<Duration>) -> Result<usize, TransportError> {
        self.give(bytes)
    }

    fn is_quiet(&mut self) -> bool {
        let world = self.model.world();
        let wire = &world.wires[self.number];
        wire.output.is_empty() && !wire.closed
    }

    fn close(&mut self) {
        self.leave();
    }
}

impl Connector for Model {
    fn connect(&self, endpoint: &Endpoint, _: Option<Duration>) -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(self.dial(endpoint)?))
    }
}

impl AsyncConnector for Model {
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let dialed = self.dial(endpoint).map(|end| Box::new(end) as Box<dyn AsyncTransport>);
        Box::pin(std::future::ready(dialed))
    }
}
