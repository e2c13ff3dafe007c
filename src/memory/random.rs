//! The server's only source of chance: a seeded generator (SplitMix64), so that equal input gives equal output.

use alloc::vec::Vec;

#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random { state: seed }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // The high half of a widening multiplication spreads evenly enough and never divides.
        let wide = u128::from(self.next()) * bound as u128;
        (wide >> 64) as usize
    }

    /// Up to `count` different numbers in `0..bound`; all of them, in order, if there are no more.
    pub(crate) fn distinct(&mut self, count: usize, bound: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..bound).collect();
        if count < bound {
            // The front part of a shuffle, and no more than that.
            for at in 0..count {
                numbers.swap(at, at + self.below(bound - at));
            }
            numbers.truncate(count);
        }
        numbers
    }
}
