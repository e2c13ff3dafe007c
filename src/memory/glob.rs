//! Glob-style patterns of KEYS, SCAN, CONFIG GET and PSUBSCRIBE: `*`, `?`, `[a-z]`, `[^a]`, `\` to quote.

/// Whether all of `text` matches `pattern`. Byte-wise; case matters.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, false)
}

/// As [`matches`], but ASCII letters match in either case.
pub(crate) fn matches_ignore_case(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, true)
}

/// One backtracking point suffices: a later `*` makes an earlier one irrelevant, so the work is at most
/// pattern times text.
fn run(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    let (mut p, mut t) = (pattern, text);
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        if let Some((b'*', after)) = p.split_first() {
            retry = Some((after, t));
            p = after;
            continue;
        }
        let stepped = match (p.is_empty(), t.split_first()) {
            (true, None) => return true,
            (false, Some((&byte, rest))) => one(p, byte, ignore_case).map(|after| (after, rest)),
            _ => None,
        };
        match (stepped, retry) {
            (Some(next), _) => (p, t) = next,
            (None, Some((after, from))) => {
                let Some((_, shorter)) = from.split_first() else {
                    return false;
                };
                retry = Some((after, shorter));
                (p, t) = (after, shorter);
            }
            (None, None) => return false,
        }
    }
}

/// Matches one byte against the first element of a non-empty pattern; the rest of the pattern if it does.
fn one(pattern: &[u8], byte: u8, ignore_case: bool) -> Option<&[u8]> {
    let fold = |b: u8| if ignore_case { b.to_ascii_lowercase() } else { b };
    let (&first, rest) = pattern.split_first()?;
    match first {
        b'?' => Some(rest),
        b'[' => class(rest, byte, ignore_case),
        b'\\' => match rest.split_first() {
            Some((&quoted, rest)) => (fold(quoted) == fold(byte)).then_some(rest),
            None => (byte == b'\\').then_some(rest),
        },
        _ => (fold(first) == fold(byte)).then_some(rest),
    }
}

/// The inside of `[...]`. A class that is not closed ends with the pattern, as in Redis.
fn class(mut pattern: &[u8], byte: u8, ignore_case: bool) -> Option<&[u8]> {
    let fold = |b: u8| if ignore_case { b.to_ascii_lowercase() } else { b };
    let byte = fold(byte);
    let negated = pattern.first() == Some(&b'^');
    if negated {
        pattern = pattern.get(1..).unwrap_or_default();
    }
    let mut found = false;
    loop {
        match pattern {
            [b'\\', quoted, rest @ ..] => {
                found |= fold(*quoted) == byte;
                pattern = rest;
            }
            [b']', rest @ ..] => {
                pattern = rest;
                break;
            }
            [] => break,
            [low, b'-', high, rest @ ..] => {
                let (low, high) = (fold(*low), fold(*high));
                found |= (low.min(high)..=low.max(high)).contains(&byte);
                pattern = rest;
            }
            [one, rest @ ..] => {
                found |= fold(*one) == byte;
                pattern = rest;
            }
        }
    }
    (found != negated).then_some(pattern)
}
