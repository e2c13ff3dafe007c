//! The network: bytes on their way in both directions, cut, delayed, lost; and connections that end in every way.

use std::collections::VecDeque;
use std::task::Waker;

use redwire::transport::{TransportError, TransportErrorKind};

use super::model::{Answers, Model, Peer, frame, id_of};
use super::rng::Rng;
use redwire::time::Timestamp;

/// How a connection ends, or fails to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Reads and writes fail at once.
    Reset,
    /// The server closes in order: what it has sent arrives, then the end.
    Close,
    /// Bytes vanish silently in both directions.
    Vanish,
    /// The server runs commands and says nothing any more.
    Mute,
    /// A reply that nobody asked for. Only where it can be told from a right one.
    Stray,
    /// Messages that nobody asked for.
    Push,
}

#[derive(Default)]
pub struct Conn {
    /// From the client, not at the server yet.
    up: VecDeque<u8>,
    /// How much may be on its way up.
    window: usize,
    /// Everything moves in pieces of this size; 0 leaves them to chance.
    cut: usize,
    /// From the server, not at the client yet.
    down: VecDeque<u8>,
    ready: VecDeque<u8>,
    /// The server takes nothing while the client has not read everything.
    pub lockstep: bool,
    closing: bool,
    ended: bool,
    reset: bool,
    pub vanished: bool,
    pub closed_here: bool,
    pub peer: Peer,
    reader: Option<Waker>,
    writer: Option<Waker>,
    tap: Tap,
    /// Bytes that the server has sent and the client read, ever.
    produced: u64,
    consumed: u64,
}

/// Listens to what the client writes: which commands have left, and how many bytes are not answered.
#[derive(Default)]
struct Tap {
    partial: Vec<u8>,
    /// Bytes written by users, and those of them that are answered.
    written: u64,
    answered: u64,
    /// Requests written, as the place where each ends.
    ends: VecDeque<u64>,
    /// Replies sent: where each ends, and how many requests are answered then.
    replies: VecDeque<(u64, u64)>,
    commands: bool,
    /// Whose commands they are, and where the last one ends that is not for the upkeep of the connection.
    owner: Option<u32>,
    last: u64,
}

impl Conn {
    pub fn new(window: usize, cut: usize) -> Self {
        Conn {
            window,
            cut,
            ..Conn::default()
        }
    }

    /// Nothing can come or go any more.
    pub fn is_over(&self) -> bool {
        self.closed_here || self.reset || (self.ended && self.ready.is_empty())
    }

    /// Bytes may still arrive somewhere.
    pub fn can_move(&self) -> bool {
        !self.is_over() && !self.vanished && (self.can_rise() || !self.down.is_empty() || (self.closing && !self.ended))
    }

    fn can_rise(&self) -> bool {
        !self.closing
            && !self.up.is_empty()
            && self.peer.blocked.is_none()
            && !(self.lockstep && (!self.down.is_empty() || !self.ready.is_empty()))
    }

    /// Nothing has come that was not read, not even the end.
    pub fn is_quiet(&self) -> bool {
        !self.reset && !self.ended && self.ready.is_empty()
    }

    pub fn is_dead_silent(&self) -> bool {
        !self.is_over() && (self.vanished || self.peer.muted)
    }

    /// `None`: wait.
    pub fn read(&mut self, buffer: &mut [u8], rng: &mut Rng) -> Result<Option<usize>, TransportError> {
        if self.closed_here {
            return Err(closed("closed here"));
        }
        if self.reset {
            return Err(closed("reset by the server"));
        }
        if self.ready.is_empty() {
            return Ok(self.ended.then_some(0));
        }
        let n = part(self.ready.len().min(buffer.len()), rng, self.cut);
        for (to, from) in buffer.iter_mut().zip(self.ready.drain(..n)) {
            *to = from;
        }
        self.consumed += n as u64;
        self.tap.consumed(self.consumed);
        Ok(Some(n))
    }

    /// `None`: wait. Some bytes were taken else.
    pub fn write(&mut self, bytes: &[u8], model: &mut Model, rng: &mut Rng) -> Result<Option<usize>, TransportError> {
        if self.closed_here {
            return Err(closed("closed here"));
        }
        if self.reset || (self.ended && rng.chance(50)) {
            return Err(closed("broken pipe"));
        }
        let room = if self.vanished {
            usize::MAX
        } else {
            self.window.saturating_sub(self.up.len())
        };
        if room == 0 {
            return Ok(None);
        }
        let n = part(room.min(bytes.len()), rng, self.cut);
        if !self.vanished && !self.closing && !self.ended {
            self.up.extend(&bytes[..n]);
        }
        self.tap.wrote(&bytes[..n], model);
        Ok(Some(n))
    }

    /// The task to be woken once there is something to read or room to write.
    pub fn wait_to_read(&mut self, waker: &Waker) {
        self.reader = Some(waker.clone());
    }

    pub fn wait_to_write(&mut self, waker: &Waker) {
        self.writer = Some(waker.clone());
    }

    pub fn close_here(&mut self) {
        self.closed_here = true;
        self.reader = None;
        self.writer = None;
    }

    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    fn wake_writer(&mut self) {
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }

    /// Something moves a little, or all of it.
    pub fn step(&mut self, now: Timestamp, model: &mut Model, rng: &mut Rng, all: bool) {
        if !self.can_move() {
            return;
        }
        let up = self.can_rise() && (self.down.is_empty() || (self.cut == 0 && rng.chance(50)));
        if up {
            let n = amount(self.up.len(), rng, all, self.cut);
            let bytes: Vec<u8> = self.up.drain(..n).collect();
            self.deliver(now, &bytes, model);
            self.wake_writer();
        } else if self.down.is_empty() {
            self.ended = true;
            self.wake_reader();
            self.wake_writer();
        } else {
            let n = amount(self.down.len(), rng, all, self.cut);
            self.ready.extend(self.down.drain(..n));
            self.wake_reader();
        }
    }

    fn deliver(&mut self, now: Timestamp, bytes: &[u8], model: &mut Model) {
        let mut out = Answers::default();
        model.receive(now, &mut self.peer, bytes, &mut out);
        self.reply(&out);
    }

    pub fn unblock(&mut self, now: Timestamp, model: &mut Model) {
        let mut out = Answers::default();
        model.unblock(now, &mut self.peer, &mut out);
        self.reply(&out);
    }

    fn reply(&mut self, out: &Answers) {
        for end in &out.ends {
            self.tap.replied(self.produced + *end as u64);
        }
        if !self.closing && !self.reset {
            self.down.extend(&out.bytes);
            self.produced += out.bytes.len() as u64;
        }
    }

    /// False if it cannot happen now.
    pub fn fault(&mut self, fault: Fault, rng: &mut Rng) -> bool {
        if self.is_over() {
            return false;
        }
        match fault {
            Fault::Reset => {
                self.reset = true;
                self.up.clear();
                self.down.clear();
                self.wake_reader();
                self.wake_writer();
            }
            Fault::Close => self.closing = true,
            Fault::Vanish => {
                self.vanished = true;
                self.up.clear();
                self.down.clear();
                self.wake_writer();
            }
            Fault::Mute => self.peer.muted = true,
            Fault::Stray => {
                let quiet = self.up.is_empty() && self.down.is_empty() && self.ready.is_empty();
                let answered = self.peer.is_idle() && self.tap.partial.is_empty() && !self.closing;
                if !quiet || !answered || !self.peer.in_use || self.peer.muted || self.vanished {
                    return false;
                }
                self.ready.extend(b"$5\r\nstray\r\n");
                self.produced += 11;
                self.wake_reader();
            }
            Fault::Push => {
                if !self.peer.resp3 || self.peer.muted || self.vanished || self.closing {
                    return false;
                }
                let pushes: [&[u8]; 4] = [
                    b">2\r\n$7\r\nunknown\r\n$1\r\nx\r\n",
                    b">3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n",
                    b">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n",
                    b">2\r\n$10\r\ninvalidate\r\n_\r\n",
                ];
                let push = rng.pick(&pushes);
                self.produced += push.len() as u64;
                self.down.extend(push);
            }
        }
        true
    }

    /// Bytes of users that were written and whose replies were not read.
    pub fn unanswered(&self) -> u64 {
        self.tap.written - self.tap.answered
    }

    /// The beginning of a request that was never written to its end.
    pub fn begun(&self) -> &[u8] {
        &self.tap.partial
    }
}

impl Tap {
    fn wrote(&mut self, bytes: &[u8], model: &mut Model) {
        self.partial.extend_from_slice(bytes);
        let mut at = 0;
        while let Some((len, words)) = frame(&self.partial[at..]) {
            let record = id_of(&words).and_then(|id| model.records.get_mut(id));
            let owner = record.map(|record| {
                record.sent = true;
                record.owner
            });
            let changes = owner.is_some() && self.owner.is_some() && owner != self.owner;
            if changes && self.answered < self.last {
                model.wrong(format!(
                    "T44: owner {owner:?} gets a connection that owes {:?} replies",
                    self.owner
                ));
            }
            self.owner = owner.or(self.owner);
            if owner.is_some() || words[0] == b"EXEC" {
                self.last = self.written + (at + len) as u64;
            }
            self.commands |= id_of(&words).is_some();
            at += len;
            self.ends.push_back(self.written + at as u64);
        }
        self.written += at as u64;
        self.partial.drain(..at);
        if !self.commands {
            // The handshake is not counted.
            self.answered = self.written;
        }
    }

    /// The server has answered the next request; `end` is where the answer ends.
    fn replied(&mut self, end: u64) {
        if let Some(request) = self.ends.pop_front() {
            self.replies.push_back((end, request));
        }
    }

    fn consumed(&mut self, consumed: u64) {
        while self.replies.front().is_some_and(|(end, _)| *end <= consumed) {
            if let Some((_, request)) = self.replies.pop_front() {
                self.answered = self.answered.max(request);
            }
        }
    }
}

/// How much one call of the transport moves.
fn part(most: usize, rng: &mut Rng, cut: usize) -> usize {
    match cut {
        0 if rng.chance(70) => most,
        0 => 1 + rng.below(most),
        cut => most.min(cut),
    }
}

fn amount(len: usize, rng: &mut Rng, all: bool, cut: usize) -> usize {
    if cut > 0 && !all {
        len.min(cut)
    } else if all || rng.chance(50) {
        len
    } else if rng.chance(30) {
        1
    } else {
        1 + rng.below(len)
    }
}

fn closed(why: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Closed, why)
}
