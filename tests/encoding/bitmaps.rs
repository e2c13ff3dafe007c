use redwire::prelude::*;

use super::{reads, refuses, writes};

#[test]
fn bits() {
    writes(Build.setbit("a", 7, true), "SETBIT a 7 1", "a");
    writes(Build.setbit("a", 0, false), "SETBIT a 0 0", "a");
    reads(Build.getbit("a", 7), "GETBIT a 7", "a");
    reads(Build.bitcount("a"), "BITCOUNT a", "a");
    reads(
        Build.bitcount_range("a", BitRange::bytes(0, -1)),
        "BITCOUNT a 0 -1",
        "a",
    );
    reads(
        Build.bitcount_range("a", BitRange::bits(5, 30)),
        "BITCOUNT a 5 30 BIT",
        "a",
    );
    reads(Build.bitpos("a", true), "BITPOS a 1", "a");
    reads(Build.bitpos_from("a", false, 2), "BITPOS a 0 2", "a");
    reads(
        Build.bitpos_range("a", true, BitRange::bytes(2, -1)),
        "BITPOS a 1 2 -1",
        "a",
    );
    reads(
        Build.bitpos_range("a", true, BitRange::bits(7, 15)),
        "BITPOS a 1 7 15 BIT",
        "a",
    );
}

#[test]
fn bitop() {
    let words = [
        (BitOp::And, "AND"),
        (BitOp::Or, "OR"),
        (BitOp::Xor, "XOR"),
        (BitOp::Not, "NOT"),
        (BitOp::Diff, "DIFF"),
        (BitOp::Diff1, "DIFF1"),
        (BitOp::AndOr, "ANDOR"),
        (BitOp::One, "ONE"),
    ];
    for (operation, word) in words {
        writes(
            Build.bitop(operation, "z", ["a", "b"]),
            &format!("BITOP {word} z a b"),
            "z a b",
        );
    }
    refuses(
        Build.bitop(BitOp::And, "z", [""; 0]),
        "BITOP: at least one key is needed",
    );
}

#[test]
fn bitfield() {
    let (u8, i5) = (BitFieldType::Unsigned(8), BitFieldType::Signed(5));
    writes(Build.bitfield("a", BitField::new()), "BITFIELD a", "a");
    writes(
        Build.bitfield(
            "a",
            BitField::new()
                .set(i5, 100, -1)
                .overflow(Overflow::Wrap)
                .get(u8, BitFieldOffset::Index(3))
                .overflow(Overflow::Sat)
                .incrby(u8, 0, 10)
                .overflow(Overflow::Sat)
                .incrby(u8, 8, -10)
                .overflow(Overflow::Fail)
                .incrby(u8, 8, 1)
                .overflow(Overflow::Wrap),
        ),
        "BITFIELD a SET i5 100 -1 GET u8 #3 OVERFLOW SAT INCRBY u8 0 10 INCRBY u8 8 -10 OVERFLOW FAIL INCRBY u8 8 1 \
         OVERFLOW WRAP",
        "a",
    );
    reads(
        Build.bitfield_ro("a", BitField::new().get(u8, 0).get(i5, 8)),
        "BITFIELD_RO a GET u8 0 GET i5 8",
        "a",
    );
    refuses(
        Build.bitfield_ro("a", BitField::new().get(u8, 0).set(u8, 0, 1)),
        "BITFIELD_RO: only GET reads without changing anything",
    );
}

#[test]
fn bitfield_types() {
    let get = |of| Build.bitfield("a", BitField::new().get(of, 0));
    writes(get(BitFieldType::Signed(1)), "BITFIELD a GET i1 0", "a");
    writes(get(BitFieldType::Signed(64)), "BITFIELD a GET i64 0", "a");
    writes(get(BitFieldType::Unsigned(63)), "BITFIELD a GET u63 0", "a");
    for of in [
        BitFieldType::Signed(0),
        BitFieldType::Signed(65),
        BitFieldType::Unsigned(0),
        BitFieldType::Unsigned(64),
    ] {
        refuses(
            get(of),
            "BITFIELD: an integer has 1 to 64 bits, or 1 to 63 without a sign",
        );
    }
}
