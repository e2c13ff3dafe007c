//! What the name of a command alone tells.
//!
//! Most names are known when their callers are compiled. What is asked about them here is written so that compilers see
//! through it, and nothing is left of it to be done when the program runs.

use super::Flags;

/// Whether it is not empty and has no space in it. Looks at every byte: a loop that might end early would be left as it is.
#[inline]
pub(super) fn is_one_word(name: &str) -> bool {
    let spaces = name.bytes().fold(false, |any, byte| any | byte.is_ascii_whitespace());
    !spaces && !name.is_empty()
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
        6 => matches!(first, b'A' | b'C' | b'S'),
        7 => matches!(first, b'M' | b'D' | b'U'),
        8..=12 => matches!(first, b'R' | b'S' | b'P' | b'U'),
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
const SPECIAL: [(&str, Flags); 28] = [
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
    ("ASKING", OWNS),
    ("SELECT", OWNS),
    ("MIGRATE", Flags::SECRET),
    ("DISCARD", OWNS),
    ("UNWATCH", OWNS),
    ("MONITOR", ENDS_ORDER),
    ("READONLY", OWNS),
    ("READWRITE", OWNS),
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
}
