//! What the name of a command alone tells.
//!
//! Most names are known when their callers are compiled. What is asked about them here has no loops in it, which compilers
//! do not see through, so that nothing is left of it to be done when the program runs.

use super::Flags;

/// Whether there is a name, and no blank in it; false as well for one that is very long.
#[inline(always)]
pub(super) fn is_one_word(name: &str) -> bool {
    let has_blank = |word: [u8; 8]| {
        const EACH: u64 = 0x0101_0101_0101_0101;
        let word = u64::from_le_bytes(word);
        // The top bit of each byte that is a blank or below.
        word.wrapping_sub(EACH * 0x21) & !word & (EACH * 0x80) != 0
    };
    let mut window = [b'.'; 16];
    let Some(start) = window.get_mut(..name.len()) else {
        return false;
    };
    start.copy_from_slice(name.as_bytes());
    let [a, b, c, d, e, f, g, h, rest @ ..] = window;
    !(name.is_empty() || has_blank([a, b, c, d, e, f, g, h]) || has_blank(rest))
}

/// The flags of a command of this name, as far as the first word tells them.
#[inline(always)]
pub(super) fn flags_of(name: &str) -> Flags {
    if may_be_special(name.as_bytes()) {
        look_up(name)
    } else {
        Flags::NONE
    }
}

/// True for those of [`SPECIAL`], and few others.
#[inline(always)]
fn may_be_special(name: &[u8]) -> bool {
    let first = name.first().map_or(0, u8::to_ascii_uppercase);
    match name.len() {
        3 => first == b'A',
        4 => matches!(first, b'A' | b'E' | b'S' | b'Q'),
        5 => matches!(first, b'H' | b'R' | b'M' | b'W' | b'P'),
        6 => matches!(first, b'C' | b'S'),
        7 => matches!(first, b'M' | b'D' | b'U'),
        8..=12 => matches!(first, b'S' | b'P' | b'U'),
        _ => false,
    }
}

fn look_up(name: &str) -> Flags {
    let mut known = SPECIAL.iter();
    known
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or(Flags::NONE, |(_, flags)| *flags)
}

const OWNS: Flags = Flags::OWNS_CONNECTION;
const ENDS_ORDER: Flags = OWNS.and(Flags::BREAKS_ORDER);
const CONFIRMED: Flags = ENDS_ORDER.and(Flags::SUBSCRIBES);

/// So that requests for any command are safe, not only those of the vocabulary.
const SPECIAL: [(&str, Flags); 25] = [
    ("ACL", Flags::SECRET),
    ("AUTH", OWNS.and(Flags::SECRET)),
    ("EXEC", OWNS),
    ("SYNC", ENDS_ORDER),
    ("QUIT", OWNS.and(Flags::CLOSES)),
    ("HELLO", ENDS_ORDER.and(Flags::SECRET)),
    ("RESET", ENDS_ORDER.and(Flags::SECRET)),
    ("MULTI", OWNS),
    ("WATCH", OWNS),
    ("PSYNC", ENDS_ORDER),
    ("CLIENT", Flags::BREAKS_ORDER),
    ("CONFIG", Flags::SECRET),
    ("SELECT", OWNS),
    ("MIGRATE", Flags::SECRET),
    ("DISCARD", OWNS),
    ("UNWATCH", OWNS),
    ("MONITOR", ENDS_ORDER),
    ("SENTINEL", Flags::SECRET),
    ("SHUTDOWN", Flags::CLOSES),
    ("SUBSCRIBE", CONFIRMED),
    ("PSUBSCRIBE", CONFIRMED),
    ("SSUBSCRIBE", CONFIRMED),
    ("UNSUBSCRIBE", CONFIRMED),
    ("PUNSUBSCRIBE", CONFIRMED),
    ("SUNSUBSCRIBE", CONFIRMED),
];

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    #[test]
    fn special_names_are_known_however_they_are_written() {
        for (name, flags) in SPECIAL {
            let (head, tail) = name.split_at(1);
            let mixed = head.to_ascii_lowercase() + tail;
            for name in [name, &name.to_ascii_lowercase(), &mixed] {
                assert_eq!(flags_of(name), flags, "{name}");
            }
        }
        for name in [
            "",
            "GET",
            "SET",
            "AUT",
            "AUTHS",
            "CLIENTS",
            "ZUNIONSTORE",
            "SINTERSTORE",
            "UNLINK",
        ] {
            assert_eq!(flags_of(name), Flags::NONE, "{name}");
        }
    }

    #[test]
    fn a_blank_anywhere_makes_it_more_than_one_word() {
        for len in 1..=16 {
            let word: String = "ABCDEFGHIJKLMNOP".chars().take(len).collect();
            assert!(is_one_word(&word), "{word}");
            for at in 0..len {
                for blank in [" ", "\t", "\n", "\r", "\x0c"] {
                    let mut words = word.clone();
                    words.replace_range(at..=at, blank);
                    assert!(!is_one_word(&words), "{words:?}");
                }
            }
        }
        // Letters of other alphabets are no blanks, although their bytes are anything but letters.
        assert!(is_one_word("\u{e0}\u{a0}\u{2028}~\x7f"));
        assert!(!is_one_word(""));
    }
}
