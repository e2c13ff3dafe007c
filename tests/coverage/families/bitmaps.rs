use redwire::prelude::*;

use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let u8 = BitFieldType::Unsigned(8);
    let every = BitField::new()
        .get(u8, 0)
        .overflow(Overflow::Sat)
        .set(u8, 8, 1)
        .overflow(Overflow::Fail)
        .incrby(u8, 16, -1);
    vec![
        typed(Build.bitcount("a")),
        typed(Build.bitcount_range("a", BitRange::bytes(0, -1))),
        typed(Build.bitcount_range("a", BitRange::bits(0, -1))),
        typed(Build.bitfield("a", every)),
        typed(Build.bitfield_ro("a", BitField::new().get(u8, 0).get(u8, 8))),
        typed(Build.bitop(BitOp::And, "z", ["a", "b"])),
        typed(Build.bitop(BitOp::Not, "z", "a")),
        typed(Build.bitop(BitOp::Diff, "z", ["a", "b"])).since(8, 2),
        typed(Build.bitpos("a", true)),
        typed(Build.bitpos_from("a", true, 1)),
        typed(Build.bitpos_range("a", true, BitRange::bytes(1, 2))),
        typed(Build.bitpos_range("a", true, BitRange::bits(1, 2))),
        typed(Build.getbit("a", 7)),
        typed(Build.setbit("a", 7, true)),
    ]
}
