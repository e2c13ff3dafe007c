//! Where a script stands, and what it makes of each read and write.

use std::collections::VecDeque;
use std::format;
use std::string::String;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;
use std::vec::Vec;

use super::super::Clock;
use crate::time::Timestamp;
use crate::transport::{TransportError, TransportErrorKind};

pub(super) enum Step {
    /// Everything expected up to `end` is written.
    Expect { end: usize },
    /// To be read, each piece by one read.
    Reply(Vec<Vec<u8>>),
    /// Nothing for a while.
    Stall(Duration),
    /// Nothing for ever.
    Hang,
    /// No byte beyond this is taken before everything is read.
    BlockWrites { after: usize },
    /// The end, without an error.
    Close { after: usize },
    /// The end, with one.
    Reset { after: usize },
}

/// One script and everyone who waits for it.
pub(super) struct Stage {
    pub(super) clock: Clock,
    play: Mutex<Play>,
}

pub(super) struct Play {
    pub(super) steps: Vec<Step>,
    /// All that is to be written, one step after the other.
    pub(super) expected: Vec<u8>,
    pub(super) write_at_most: usize,
    pub(super) failure: Option<(u64, TransportErrorKind)>,
    pub(super) calls: u64,
    /// The transport has been given away.
    pub(super) taken: bool,
    /// The step that is not done yet.
    at: usize,
    /// How long the step at hand stalls.
    until: Option<Timestamp>,
    written: usize,
    readable: VecDeque<Vec<u8>>,
    /// Why every later call fails.
    broken: Option<TransportError>,
    /// What the client did wrong.
    complaint: Option<String>,
    /// The rest need not happen.
    excused: bool,
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
}

/// Bytes moved, or `None`: wait.
pub(super) type Moved = Result<Option<usize>, TransportError>;

impl Stage {
    pub(super) fn new(clock: Clock) -> Self {
        let play = Play {
            steps: Vec::new(),
            expected: Vec::new(),
            write_at_most: usize::MAX,
            failure: None,
            calls: 0,
            taken: false,
            at: 0,
            until: None,
            written: 0,
            readable: VecDeque::new(),
            broken: None,
            complaint: None,
            excused: false,
            reader: None,
            writer: None,
        };
        Stage {
            clock,
            play: Mutex::new(play),
        }
    }

    pub(super) fn play(&self) -> MutexGuard<'_, Play> {
        self.play.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Panics if the client did not follow the script; once only.
    pub(super) fn check(&self) {
        let verdict = {
            let mut play = self.play();
            let verdict = play.verdict();
            play.complaint = None;
            play.excused = true;
            verdict
        };
        #[expect(clippy::panic, reason = "this is how a test fails")]
        if let Some(verdict) = verdict {
            panic!("the script was not followed: {verdict}");
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A test that fails already says why.
        if !std::thread::panicking() {
            self.check();
        }
    }
}

impl Play {
    /// Adds to what is expected; gives where it ends.
    pub(super) fn expect(&mut self, bytes: &[u8]) -> usize {
        self.expected.extend_from_slice(bytes);
        self.expected.len()
    }

    /// Plays every step whose time has come.
    fn run(&mut self, now: Timestamp) {
        while let Some(step) = self.steps.get(self.at) {
            match step {
                Step::Expect { end } if self.written < *end => return,
                Step::Reply(pieces) => self.readable.extend(pieces.iter().cloned()),
                Step::Stall(time) => {
                    let until = *self.until.get_or_insert(now + *time);
                    if now < until {
                        return;
                    }
                }
                Step::BlockWrites { .. } if !self.readable.is_empty() => return,
                Step::Hang | Step::Close { .. } | Step::Reset { .. } => return,
                Step::Expect { .. } | Step::BlockWrites { .. } => {}
            }
            self.at += 1;
            self.until = None;
        }
    }

    /// When the script goes on by itself.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Everyone who waits.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Waker> {
        self.reader.iter().chain(&self.writer)
    }

    /// Those who wait for what there is now. Nobody else is woken, so that a client that relies on luck is found out.
    pub(super) fn woken(&mut self) -> [Option<Waker>; 2] {
        let ended = matches!(self.steps.get(self.at), Some(Step::Close { .. } | Step::Reset { .. }));
        let reader = if ended || !self.readable.is_empty() {
            self.reader.take()
        } else {
            None
        };
        let writer = if ended || self.barrier() != Some(self.written) {
            self.writer.take()
        } else {
            None
        };
        [reader, writer]
    }

    /// No byte beyond this is taken for now.
    fn barrier(&self) -> Option<usize> {
        self.steps.iter().skip(self.at).find_map(|step| match step {
            Step::BlockWrites { after } | Step::Close { after } | Step::Reset { after } => Some(*after),
            _ => None,
        })
    }

    /// Counts a call, and fails the one that is to fail.
    pub(super) fn begin_call(&mut self) -> Result<(), TransportError> {
        self.calls += 1;
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        match self.failure {
            Some((n, kind)) if n == self.calls => {
                let error = TransportError::new(kind, format!("call {n} fails as the script says"));
                if kind != TransportErrorKind::TimedOut {
                    self.broken = Some(error.clone());
                    self.excused = true;
                }
                Err(error)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn read(&mut self, now: Timestamp, buffer: &mut [u8]) -> Moved {
        self.run(now);
        let Some(piece) = self.readable.front_mut() else {
            return match self.steps.get(self.at) {
                Some(Step::Close { .. }) => Ok(Some(0)),
                Some(Step::Reset { .. }) => Err(reset()),
                _ => Ok(None),
            };
        };
        let n = piece.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(piece.drain(..n)) {
            *to = from;
        }
        if piece.is_empty() {
            self.readable.pop_front();
        }
        self.run(now);
        Ok(Some(n))
    }

    /// Whether there is nothing to be read, not even the end.
    pub(super) fn is_quiet(&mut self, now: Timestamp) -> bool {
        self.run(now);
        let ended = matches!(self.steps.get(self.at), Some(Step::Close { .. } | Step::Reset { .. }));
        self.readable.is_empty() && !ended && self.broken.is_none()
    }

    pub(super) fn write(&mut self, now: Timestamp, bytes: &[u8]) -> Moved {
        self.run(now);
        let barrier = self.barrier();
        if barrier == Some(self.written) {
            return match self.steps.get(self.at) {
                Some(Step::Close { .. }) => Err(TransportError::new(
                    TransportErrorKind::Closed,
                    "the server closed the connection",
                )),
                Some(Step::Reset { .. }) => Err(reset()),
                _ => Ok(None),
            };
        }
        let room = barrier.map_or(usize::MAX, |barrier| barrier - self.written);
        let taken = bytes
            .get(..bytes.len().min(room).min(self.write_at_most))
            .unwrap_or(bytes);
        let expected = self.expected.get(self.written..).unwrap_or_default();
        if let Some(wrong) = (0..taken.len()).find(|&at| taken.get(at) != expected.get(at)) {
            let difference = self.difference(wrong, bytes);
            return Err(self.complain(difference));
        }
        self.written += taken.len();
        self.run(now);
        Ok(Some(taken.len()))
    }

    /// The connection ends on our side.
    pub(super) fn close(&mut self) {
        self.broken.get_or_insert_with(|| {
            TransportError::new(TransportErrorKind::Closed, "the connection was closed on this side")
        });
    }

    /// The client does what the script does not know.
    pub(super) fn complain(&mut self, what: String) -> TransportError {
        let error = TransportError::new(TransportErrorKind::Other, what.clone());
        self.complaint.get_or_insert(what);
        self.broken.get_or_insert(error).clone()
    }

    /// What the client did wrong, or left out.
    pub(super) fn verdict(&self) -> Option<String> {
        if self.complaint.is_some() || self.excused || self.written == self.expected.len() {
            return self.complaint.clone();
        }
        let (_, end) = self.expectation(self.written);
        let missing = self.expected.get(self.written..end).unwrap_or_default();
        Some(format!("still expected: \"{}\"", missing.escape_ascii()))
    }

    /// Where the script stands, for people.
    pub(super) fn place(&self) -> String {
        format!("step {} of {}", self.at.min(self.steps.len()), self.steps.len())
    }

    /// The bounds of the expectation that the byte at `place` belongs to.
    fn expectation(&self, place: usize) -> (usize, usize) {
        let mut start = 0;
        for step in &self.steps {
            if let Step::Expect { end } = step {
                if place < *end {
                    return (start, *end);
                }
                start = *end;
            }
        }
        (start, self.expected.len())
    }

    /// Both sides of a mismatch at byte `wrong` of `bytes`, one above the other.
    fn difference(&self, wrong: usize, bytes: &[u8]) -> String {
        let (start, end) = self.expectation(self.written + wrong);
        // What was written of the same request before this call is the same as expected.
        let before = self.expected.get(start..self.written).unwrap_or_default();
        let skipped = start.saturating_sub(self.written);
        let now = bytes.get(skipped..).unwrap_or_default();
        let expected = self.expected.get(start..end).unwrap_or_default();
        let alike = self.expected.get(start..self.written + wrong).unwrap_or_default();
        let indent = alike.escape_ascii().count();
        format!(
            "at {}, byte {} of the request\n  expected \"{}\"\n   written \"{}{}\"\n  {:>width$}",
            self.place(),
            alike.len(),
            expected.escape_ascii(),
            before.escape_ascii(),
            now.escape_ascii(),
            "^",
            width = "expected \"".len() + indent + 1,
        )
    }
}

fn reset() -> TransportError {
    TransportError::new(TransportErrorKind::Closed, "the server reset the connection")
}
