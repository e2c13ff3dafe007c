//! Bytes on their way out, and how far they have come.

use alloc::vec::Vec;
use core::ops::Range;

/// Room kept between requests; more is given back once it is sent.
const RETAINED: usize = 16 * 1024;

/// Bytes to be written, addressed by their place in the stream of the whole connection.
#[derive(Debug, Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
    /// How many of `bytes` are written already.
    head: usize,
    /// Bytes written since the connection began.
    sent: u64,
}

impl Output {
    /// Where the next byte queued will stand in the stream.
    #[inline]
    pub(super) fn end(&self) -> u64 {
        self.sent + (self.bytes.len() - self.head) as u64
    }

    /// Bytes written so far.
    #[inline]
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// The buffer to append to.
    #[inline]
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        if self.head > RETAINED {
            self.make_room();
        }
        &mut self.bytes
    }

    #[cold]
    fn make_room(&mut self) {
        if self.head > self.bytes.len() / 2 {
            self.bytes.drain(..self.head);
            self.head = 0;
        }
    }

    /// What is to be written next.
    #[inline]
    pub(super) fn pending(&self) -> Option<&[u8]> {
        self.bytes.get(self.head..).filter(|rest| !rest.is_empty())
    }

    /// What is to be written next of the bytes before `end`.
    pub(super) fn pending_until(&self, end: u64) -> Option<&[u8]> {
        let room = usize::try_from(end.saturating_sub(self.sent)).unwrap_or(usize::MAX);
        let pending = self.pending()?;
        pending.get(..room.min(pending.len())).filter(|rest| !rest.is_empty())
    }

    /// The first `n` pending bytes are written.
    #[inline]
    pub(super) fn advance(&mut self, n: usize) {
        let n = n.min(self.bytes.len() - self.head);
        self.head += n;
        self.sent += n as u64;
        if self.head == self.bytes.len() {
            self.head = 0;
            self.bytes.clear();
            if self.bytes.capacity() > RETAINED {
                self.bytes = Vec::new();
            }
        }
    }

    /// Takes bytes that are not written yet out of the stream. False when some of them are written.
    pub(super) fn remove(&mut self, range: &Range<u64>) -> bool {
        if range.start < self.sent || range.end > self.end() {
            return false;
        }
        let at = |place: u64| self.head + (place - self.sent) as usize;
        self.bytes.drain(at(range.start)..at(range.end));
        true
    }
}
