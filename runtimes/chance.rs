//! Chance that nobody can guess.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// 128 bits that nobody can guess and that come once, here and elsewhere.
///
/// The standard library asks the system for chance only in order to key its hash maps. A keyed hash of a counter is as
/// good as its key; the number of the process makes it another one in a process that was forked off.
pub(super) fn unguessable() -> u128 {
    static KEY: OnceLock<RandomState> = OnceLock::new();
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let key = KEY.get_or_init(RandomState::new);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let half = |which: u8| {
        let mut hasher = key.build_hasher();
        hasher.write_u32(std::process::id());
        hasher.write_u64(count);
        hasher.write_u8(which);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::vec::Vec;

    #[test]
    fn no_number_comes_twice_and_every_bit_is_used() {
        let numbers: Vec<u128> = (0..1_000).map(|_| unguessable()).collect();
        let distinct: BTreeSet<u128> = numbers.iter().copied().collect();
        assert_eq!(distinct.len(), 1_000);
        for bit in 0..128 {
            let set = numbers.iter().filter(|number| *number >> bit & 1 == 1).count();
            assert!((300..700).contains(&set), "bit {bit} is set in {set} of 1000");
        }
    }
}
