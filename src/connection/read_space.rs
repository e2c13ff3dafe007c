//! Room to read into: initialised once, shared with the replies that are cut from it, given back after large ones.
//!
//! The bytes to parse (`input`) and the room behind them (`spare`) are two halves of one allocation. What a read fills
//! moves from the one to the other without copying, and a reply is a slice of the first.

use bytes::BytesMut;

use super::settings::Settings;

/// What the least and the most that a read asks for may be: a system call per reply is too little, and no socket fills
/// more at once.
const BOUNDS: (usize, usize) = (512, 16 * 1024 * 1024);

/// A buffer above this is given back as soon as the reply in it is handed out.
const RETAINED: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct ReadSpace {
    spare: BytesMut,
    /// What one read asks for. It doubles whenever a read fills all the room it had, from `least` to `most`.
    step: usize,
    least: usize,
    most: usize,
    /// The size of the large string that the buffer is being grown for.
    growing_for: usize,
}

impl ReadSpace {
    pub(super) fn new(settings: &Settings) -> Self {
        let least = settings.read_buffer_min.clamp(BOUNDS.0, BOUNDS.1);
        ReadSpace {
            spare: BytesMut::new(),
            step: least,
            least,
            most: settings.read_buffer_max.clamp(least, BOUNDS.1),
            growing_for: 0,
        }
    }

    /// Initialised room behind `input`, of which `wanted` bytes in all are known to come.
    #[inline]
    pub(super) fn room(&mut self, input: &mut BytesMut, wanted: usize) -> &mut [u8] {
        if self.spare.len() < self.step / 4 {
            self.refill(input, wanted);
        }
        &mut self.spare
    }

    fn refill(&mut self, input: &mut BytesMut, wanted: usize) {
        // One handle of the two goes, so that the other can grow in place.
        if input.capacity() == 0 {
            *input = core::mem::take(&mut self.spare); // all of it went away with the last reply
            input.clear();
        } else {
            self.spare = BytesMut::new();
        }
        let len = input.len();
        let missing = wanted.saturating_sub(len);
        if missing > RETAINED && len <= RETAINED && self.growing_for != wanted {
            self.growing_for = wanted;
            *input = buffer_for(input, wanted);
        }
        // Ending exactly on a large string keeps the buffer at the size of the string. Where a small one happens to be
        // cut, room for its rest alone would cost a read of a few bytes.
        let ends = missing > 0 && self.growing_for == wanted;
        let step = if ends { self.step.min(missing) } else { self.step };
        input.reserve(step);
        input.resize(len + step, 0);
        self.spare = input.split_off(len);
    }

    /// The first `n` bytes of the room are filled: they follow `input` now.
    #[inline]
    pub(super) fn filled(&mut self, input: &mut BytesMut, n: usize) {
        let n = n.min(self.spare.len());
        if n == self.spare.len() {
            self.step = (self.step * 2).min(self.most);
        }
        input.unsplit(self.spare.split_to(n));
    }

    /// A reply of `len` bytes was cut from `input`. A large buffer goes with it.
    #[inline]
    pub(super) fn taken(&mut self, input: &mut BytesMut, len: usize) {
        if len > RETAINED {
            self.release(input);
        }
    }

    #[cold]
    fn release(&mut self, input: &mut BytesMut) {
        self.growing_for = 0;
        if input.len() <= RETAINED {
            *input = BytesMut::from(&input[..]);
            self.spare = BytesMut::new();
            self.step = self.least;
        }
    }
}

/// A buffer for a large string, no more than about twice what has arrived. Buffers grow by doubling, so it starts at a
/// fraction of the whole from which doubling ends exactly there.
fn buffer_for(arrived: &[u8], wanted: usize) -> BytesMut {
    let mut capacity = wanted;
    while capacity / 2 > (2 * arrived.len()).max(RETAINED) {
        capacity = capacity.div_ceil(2);
    }
    let mut buffer = BytesMut::with_capacity(capacity);
    buffer.extend_from_slice(arrived);
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_string_is_not_moved_while_there_is_room() {
        let wanted = 16 * RETAINED;
        let mut input = BytesMut::from(&[b'x'; RETAINED][..]);
        let mut space = ReadSpace::new(&Settings::new());
        let mut moves = 0;
        let mut reads = 0;
        let mut start = input.as_ptr();
        while input.len() < wanted {
            let room = space.room(&mut input, wanted).len();
            space.filled(&mut input, room);
            moves += usize::from(input.as_ptr() != start);
            start = input.as_ptr();
            reads += 1;
        }
        // Once into the buffer made for it, then with each doubling at most: 2, 4, 8 and 16 times what had arrived.
        assert!(reads > 6 && moves <= 4, "{moves} moves in {reads} reads");
    }

    #[test]
    fn reads_grow_from_the_least_to_the_most_while_they_come_back_full() {
        for (min, max, expected) in [
            (1024, 4096, [1024, 2048, 4096, 4096]),
            (4096, 4096, [4096; 4]),
            // Nonsense by hand: a room of nothing would look like the end of the connection.
            (0, 0, [512; 4]),
            (2048, 512, [2048; 4]),
        ] {
            let mut space = ReadSpace::new(&Settings::new().read_buffers(min, max));
            let mut input = BytesMut::new();
            for step in expected {
                let room = space.room(&mut input, 0).len();
                assert_eq!(room, step, "from {min} to {max}");
                space.filled(&mut input, room);
            }
        }
    }
}
