//! The server's only source of chance: a seeded generator (SplitMix64), so that equal input gives equal output.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::failure::Failure;
use super::number::signed_count;

/// The most that one command draws with repetitions. Redis knows no such limit and runs out of memory instead.
const MOST_DRAWN: i64 = 1 << 22;

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

    /// Positions in `0..len`, as SRANDMEMBER and its like draw them: up to `count` different ones, or, if `count` is
    /// negative, exactly that many with repetitions.
    pub(crate) fn draw(&mut self, count: i64, len: usize) -> Vec<usize> {
        let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        if len == 0 {
            return Vec::new();
        }
        if count < 0 {
            return (0..wanted).map(|_| self.below(len)).collect();
        }
        if wanted >= len {
            return (0..len).collect();
        }
        // Floyd's way: each step makes the choice one larger and takes the newest position if it draws one it has.
        let (mut taken, mut drawn) = (BTreeSet::new(), Vec::with_capacity(wanted));
        for newest in len - wanted..len {
            let at = self.below(newest + 1);
            let at = if taken.insert(at) { at } else { newest };
            taken.insert(at);
            drawn.push(at);
        }
        drawn
    }
}

/// The count argument for [`Random::draw`].
pub(crate) fn draw_count(text: &[u8]) -> Result<i64, Failure> {
    let count = signed_count(text)?;
    if count < -MOST_DRAWN {
        return Err(Failure::OUT_OF_RANGE);
    }
    Ok(count)
}
