//! Tests of the parts below the commands: numbers, patterns, the hash table.

use alloc::collections::BTreeSet;
use alloc::format;

use bytes::Bytes;

use crate::memory::dict::Dict;
use crate::memory::glob;
use crate::memory::number::{clamp_range, format_f64, parse_f64, parse_i64};
use crate::memory::random::Random;

#[test]
fn integers_have_one_spelling() {
    for (text, value) in [
        ("0", Some(0)),
        ("-1", Some(-1)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("-9223372036854775809", None),
        ("99999999999999999999", None),
        ("", None),
        ("-", None),
        ("-0", None),
        ("+1", None),
        ("01", None),
        (" 1", None),
        ("1 ", None),
        ("1a", None),
    ] {
        assert_eq!(parse_i64(text.as_bytes()), value, "{text:?}");
    }
}

#[test]
fn floats_are_read_as_strtod_does() {
    for (text, value) in [
        ("1", Some(1.0)),
        ("-1.5", Some(-1.5)),
        ("+2", Some(2.0)),
        (".5", Some(0.5)),
        ("5.", Some(5.0)),
        ("1e3", Some(1000.0)),
        ("inf", Some(f64::INFINITY)),
        ("-Infinity", Some(f64::NEG_INFINITY)),
        ("0x1.8p1", Some(3.0)),
        ("0x10", Some(16.0)),
        ("1e400", None),
        ("1e-400", None),
        ("0e-400", Some(0.0)),
        ("nan", None),
        ("", None),
        (".", None),
        ("--1", None),
        ("-+1", None),
        ("1 ", None),
        ("0x", None),
    ] {
        assert_eq!(parse_f64(text.as_bytes()), value, "{text:?}");
    }
}

#[test]
fn floats_are_written_shortest() {
    for (value, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (0.1, "0.1"),
        (-1.5, "-1.5"),
        (3.0e18, "3000000000000000000"),
        (1e20, "1e+20"),
        (1.5e300, "1.5e+300"),
        (0.000001, "0.000001"),
        (1.2345e-7, "1.2345e-7"),
        (1e-10, "1e-10"),
        (123456.789, "123456.789"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
    ] {
        assert_eq!(format_f64(value), text);
    }
}

#[test]
fn ranges_count_from_both_ends() {
    assert_eq!(clamp_range(0, -1, 3), 0..3);
    assert_eq!(clamp_range(-100, 100, 3), 0..3);
    assert_eq!(clamp_range(-2, -2, 3), 1..2);
    assert_eq!(clamp_range(2, 1, 3), 0..0);
    assert_eq!(clamp_range(3, 5, 3), 0..0);
    assert_eq!(clamp_range(0, -4, 3), 0..0);
    assert_eq!(clamp_range(i64::MIN, i64::MAX, 3), 0..3);
    assert_eq!(clamp_range(0, 0, 0), 0..0);
}

#[test]
fn patterns() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("h?llo", "hello", true),
        ("h*llo", "hllo", true),
        ("h*llo", "heeeello", true),
        ("h[ae]llo", "hillo", false),
        ("h[^e]llo", "hallo", true),
        ("h[^e]llo", "hello", false),
        ("h[a-b]llo", "hbllo", true),
        ("h[b-a]llo", "hallo", true),
        (r"h\*llo", "h*llo", true),
        (r"h\*llo", "hello", false),
        (r"[\]]", "]", true),
        ("a*b*c", "axxbxxbxc", true),
        ("a*b*c", "axxbxxbx", false),
        ("[abc", "a", true),
        ("[a-", "-", true),
        ("", "", true),
        ("", "a", false),
        ("a", "", false),
        ("**a", "bca", true),
    ] {
        assert_eq!(
            glob::matches(pattern.as_bytes(), text.as_bytes()),
            expected,
            "{pattern} {text}"
        );
    }
    assert!(glob::matches_ignore_case(b"MaX[A-C]*", b"maxbyte"));
}

#[test]
fn a_pattern_of_many_stars_takes_no_exponential_time() {
    let text = [b'a'; 2000];
    let pattern: alloc::vec::Vec<u8> = b"a*".repeat(200).into_iter().chain(*b"b").collect();
    assert!(!glob::matches(&pattern, &text));
}

fn key(number: usize) -> Bytes {
    Bytes::from(format!("key:{number}"))
}

#[test]
fn a_small_table_keeps_its_order() {
    let mut dict = Dict::new();
    (0..5).for_each(|n| assert_eq!(dict.insert(key(n), n), None));
    assert_eq!(dict.insert(key(2), 20), Some(2));
    assert_eq!(dict.remove(&key(1)), Some((key(1), 1)));
    assert!(dict.keys().eq([&key(0), &key(2), &key(3), &key(4)]));
    assert!(dict.is_compact());
    dict.insert(Bytes::from_static(&[b'x'; 65]), 0);
    assert!(!dict.is_compact());
    assert_eq!(dict.get(&key(2)), Some(&20));
}

#[test]
fn a_large_table_finds_what_it_holds() {
    let mut dict = Dict::new();
    let mut random = Random::new(7);
    let mut model = BTreeSet::new();
    for step in 0..20_000 {
        let n = random.below(1000);
        if random.below(2) == 0 {
            assert_eq!(dict.insert(key(n), n).is_none(), model.insert(n), "step {step}");
        } else {
            assert_eq!(dict.remove(&key(n)).is_some(), model.remove(&n), "step {step}");
        }
    }
    assert_eq!(dict.len(), model.len());
    (0..1000).for_each(|n| assert_eq!(dict.contains(&key(n)), model.contains(&n)));
    let held: BTreeSet<usize> = dict.values().copied().collect();
    assert_eq!(held, model);
}

/// The guarantee of SCAN, with the table growing and shrinking under the iteration.
#[test]
fn a_scan_meets_everything_that_stays() {
    let mut random = Random::new(11);
    for round in 0..30 {
        let mut dict = Dict::indexed();
        (0..100).for_each(|n| drop(dict.insert(key(n), n)));
        let mut met = BTreeSet::new();
        let (mut cursor, mut steps) = (0, 0);
        loop {
            cursor = dict.scan(cursor, 5, |_, &n| drop(met.insert(n)));
            steps += 1;
            assert!(steps < 100_000, "round {round} does not end");
            if cursor == 0 {
                break;
            }
            // Strangers come and go; the first hundred stay.
            for _ in 0..random.below(60) {
                dict.insert(key(100 + random.below(3000)), usize::MAX);
            }
            if random.below(8) == 0 {
                (100..3100).for_each(|n| drop(dict.remove(&key(n))));
            }
        }
        (0..100).for_each(|n| assert!(met.contains(&n), "round {round} missed {n}"));
    }
}

#[test]
fn a_random_entry_can_be_any() {
    let mut dict = Dict::indexed();
    (0..50).for_each(|n| drop(dict.insert(key(n), n)));
    let mut random = Random::new(3);
    let met: BTreeSet<usize> = (0..2000)
        .filter_map(|_| dict.random(&mut random).map(|(_, n)| *n))
        .collect();
    assert_eq!(met.len(), 50);
}
