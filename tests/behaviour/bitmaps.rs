use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step};

fn list(key: &str) -> Command<u64> {
    cmd("RPUSH").key(key).arg("x").returns()
}

pub fn cases() -> Vec<Case> {
    let mut cases = bits();
    cases.extend(bitop());
    cases.extend(bitfield());
    cases
}

fn bits() -> Vec<Case> {
    vec![
        case(
            "setbit and getbit",
            vec![
                step(Build.getbit("k", 7), "false"),
                step(Build.setbit("k", 7, true), "false"),
                step(Build.setbit("k", 7, true), "true"),
                step(Build.getbit("k", 7), "true"),
                step(Build.getbit("k", 1000), "false"),
                step(Build.get::<Vec<u8>>("k"), "[1]"),
                step(Build.setbit("k", 7, false), "true"),
                step(Build.setbit("k", 23, false), "false"),
                step(Build.strlen("k"), "3"),
                fails(
                    Build.setbit("k", u64::MAX, true),
                    "ERR bit offset is not an integer or out of range",
                ),
                fails(
                    Build.getbit("k", 1 << 40),
                    "ERR bit offset is not an integer or out of range",
                ),
                step(list("l"), "1"),
                fails(Build.setbit("l", 0, true), "WRONGTYPE"),
                fails(Build.getbit("l", 0), "WRONGTYPE"),
            ],
        ),
        case(
            "bitcount",
            vec![
                step(Build.bitcount("none"), "0"),
                step(Build.set("k", "foobar"), "true"),
                step(Build.bitcount("k"), "26"),
                step(Build.bitcount_range("k", BitRange::bytes(0, 0)), "4"),
                step(Build.bitcount_range("k", BitRange::bytes(-2, -1)), "7"),
                step(Build.bitcount_range("k", BitRange::bytes(5, 1)), "0"),
                step(Build.bitcount_range("k", BitRange::bits(5, 30)), "17"),
                step(Build.bitcount_range("k", BitRange::bits(0, -1)), "26"),
                step(list("l"), "1"),
                fails(Build.bitcount("l"), "WRONGTYPE"),
            ],
        ),
        case(
            "bitpos",
            vec![
                step(Build.bitpos("none", true), "None"),
                step(Build.bitpos("none", false), "Some(0)"),
                step(Build.set("k", b"\xff\xf0\x00"), "true"),
                step(Build.bitpos("k", false), "Some(12)"),
                step(Build.bitpos("k", true), "Some(0)"),
                step(Build.bitpos_from("k", true, 2), "None"),
                step(Build.bitpos_from("k", false, 2), "Some(16)"),
                step(Build.bitpos_from("k", true, -2), "Some(8)"),
                step(Build.bitpos_range("k", false, BitRange::bytes(0, 0)), "None"),
                step(Build.bitpos_range("k", false, BitRange::bytes(1, -1)), "Some(12)"),
                step(Build.bitpos_range("k", true, BitRange::bits(7, 15)), "Some(7)"),
                step(Build.bitpos_range("k", false, BitRange::bits(0, 11)), "None"),
                // Without an end, zeros follow the value.
                step(Build.set("ones", b"\xff\xff"), "true"),
                step(Build.bitpos("ones", false), "Some(16)"),
                step(Build.bitpos_from("ones", false, 1), "Some(16)"),
                step(Build.bitpos_range("ones", false, BitRange::bytes(0, -1)), "None"),
                step(list("l"), "1"),
                fails(Build.bitpos("l", true), "WRONGTYPE"),
            ],
        ),
    ]
}

fn bitop() -> Vec<Case> {
    let result = || Build.get::<Option<Vec<u8>>>("z");
    vec![
        case(
            "bitop",
            vec![
                step(Build.mset([("a", &b"\xf0\xff"[..]), ("b", &b"\xcc"[..])]), "true"),
                step(Build.bitop(BitOp::And, "z", ["a", "b"]), "2"),
                step(result(), "Some([192, 0])"),
                step(Build.bitop(BitOp::Or, "z", ["a", "b"]), "2"),
                step(result(), "Some([252, 255])"),
                step(Build.bitop(BitOp::Xor, "z", ["a", "b"]), "2"),
                step(result(), "Some([60, 255])"),
                step(Build.bitop(BitOp::Not, "z", "a"), "2"),
                step(result(), "Some([15, 0])"),
                fails(
                    Build.bitop(BitOp::Not, "z", ["a", "b"]),
                    "ERR BITOP NOT must be called with a single source key",
                ),
                step(Build.bitop(BitOp::And, "z", ["none", "nothing"]), "0"),
                step(result(), "None"),
                step(list("l"), "1"),
                fails(Build.bitop(BitOp::Or, "z", ["a", "l"]), "WRONGTYPE"),
            ],
        ),
        case(
            "bitop of one against the others",
            vec![
                step(Build.mset([("a", b"\xf0"), ("b", b"\xcc"), ("c", b"\xaa")]), "true").since(8, 2),
                step(Build.bitop(BitOp::Diff, "z", ["a", "b", "c"]), "1").since(8, 2),
                step(result(), "Some([16])").since(8, 2),
                step(Build.bitop(BitOp::Diff1, "z", ["a", "b", "c"]), "1").since(8, 2),
                step(result(), "Some([14])").since(8, 2),
                step(Build.bitop(BitOp::AndOr, "z", ["a", "b", "c"]), "1").since(8, 2),
                step(result(), "Some([224])").since(8, 2),
                step(Build.bitop(BitOp::One, "z", ["a", "b", "c"]), "1").since(8, 2),
                step(result(), "Some([22])").since(8, 2),
                fails(
                    Build.bitop(BitOp::Diff, "z", "a"),
                    "ERR BITOP DIFF must be called with at least two source keys",
                )
                .since(8, 2),
            ],
        ),
    ]
}

fn bitfield() -> Vec<Case> {
    let (u8, i8, u2) = (
        BitFieldType::Unsigned(8),
        BitFieldType::Signed(8),
        BitFieldType::Unsigned(2),
    );
    let with = |operations| Build.bitfield("k", operations);
    let new = BitField::new;
    vec![
        case(
            "bitfield",
            vec![
                step(with(new()), "[]"),
                step(with(new().get(u8, 0)), "[Some(0)]"),
                step(Build.exists("k"), "0"),
                step(
                    with(new().set(u8, 0, 255).get(u8, 0).get(i8, 0)),
                    "[Some(0), Some(255), Some(-1)]",
                ),
                step(
                    with(new().set(u8, BitFieldOffset::Index(1), 100).get(u8, 8)),
                    "[Some(0), Some(100)]",
                ),
                step(with(new().incrby(i8, BitFieldOffset::Index(2), -5)), "[Some(-5)]"),
                step(Build.get::<Vec<u8>>("k"), "[255, 100, 251]"),
                step(
                    Build.bitfield_ro("k", new().get(u8, 0).get(i8, BitFieldOffset::Index(2))),
                    "[255, -5]",
                ),
                fails(
                    Build.bitfield_ro("k", new().incrby(u8, 0, 1)),
                    "BITFIELD_RO: only GET reads without changing anything",
                ),
                fails(
                    with(new().get(BitFieldType::Unsigned(64), 0)),
                    "BITFIELD: an integer has 1 to 64 bits",
                ),
                fails(
                    with(new().get(u8, u64::MAX)),
                    "ERR bit offset is not an integer or out of range",
                ),
                step(list("l"), "1"),
                fails(Build.bitfield("l", new().get(u8, 0)), "WRONGTYPE"),
            ],
        ),
        case(
            "bitfield overflow",
            vec![
                step(with(new().incrby(u2, 0, 3).incrby(u2, 0, 1)), "[Some(3), Some(0)]"),
                step(
                    with(new().overflow(Overflow::Sat).incrby(u2, 0, 5).incrby(u2, 0, -9)),
                    "[Some(3), Some(0)]",
                ),
                step(
                    with(
                        new()
                            .incrby(u2, 0, 3)
                            .overflow(Overflow::Fail)
                            .incrby(u2, 0, 1)
                            .get(u2, 0)
                            .overflow(Overflow::Wrap)
                            .incrby(u2, 0, 1),
                    ),
                    "[Some(3), None, Some(3), Some(0)]",
                ),
                step(
                    with(
                        new()
                            .set(BitFieldType::Signed(64), 0, i64::MIN)
                            .get(BitFieldType::Signed(64), 0)
                            .get(BitFieldType::Unsigned(63), 0),
                    ),
                    "[Some(0), Some(-9223372036854775808), Some(4611686018427387904)]",
                ),
            ],
        ),
    ]
}
