//! Replies and damage made from a seed: the same seed gives the same bytes, on every machine.

/// A small generator of numbers that look random.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// Below `bound`, which must not be 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// Cuts `bytes` into pieces, small ones mostly.
    pub fn cut<'a>(&mut self, mut bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let most = [1, 3, 20, 200][self.below(4)];
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at((1 + self.below(most)).min(bytes.len()));
            pieces.push(piece);
            bytes = rest;
        }
        pieces
    }
}

/// One whole reply of any type, nested up to `depth` levels.
pub fn reply(random: &mut Random, depth: usize) -> Vec<u8> {
    let mut out = Vec::new();
    element(random, depth, &mut out);
    out
}

fn element(random: &mut Random, depth: usize, out: &mut Vec<u8>) {
    if random.one_in(12) && depth > 0 {
        attribute(random, depth - 1, out);
    }
    match random.below(if depth > 0 { 16 } else { 10 }) {
        0 => line(random, b'+', out),
        1 => line(random, b'-', out),
        2 => number(random, out),
        3 | 4 => string(random, b'$', out),
        5 => string(random, b'!', out),
        6 => out.extend_from_slice(random.pick::<[u8]>(&[b"$-1\r\n", b"*-1\r\n", b"_\r\n", b"#t\r\n", b"#f\r\n"])),
        7 => {
            let doubles = ["3.5", "-0", "inf", "-inf", "nan", "1e300", "10", "-1.25E-7", ".5", "5."];
            out.extend_from_slice(format!(",{}\r\n", random.pick(&doubles)).as_bytes());
        }
        8 => {
            let big = [
                "0",
                "-12345678901234567890123",
                "+7",
                "99999999999999999999999999999999999999",
            ];
            out.extend_from_slice(format!("({}\r\n", random.pick(&big)).as_bytes());
        }
        9 => verbatim(random, out),
        10 => streamed_string(random, out),
        11 => streamed(random, depth - 1, out),
        12 => counted(random, b'%', 2, depth - 1, out),
        13 => counted(random, b'~', 1, depth - 1, out),
        14 if random.one_in(3) => counted(random, b'>', 1, depth - 1, out),
        _ => counted(random, b'*', 1, depth - 1, out),
    }
}

fn line(random: &mut Random, kind: u8, out: &mut Vec<u8>) {
    out.push(kind);
    let len = random.below(40);
    out.extend((0..len).map(|_| match random.next() as u8 {
        b'\r' | b'\n' => b' ',
        byte => byte,
    }));
    out.extend_from_slice(b"\r\n");
}

fn number(random: &mut Random, out: &mut Vec<u8>) {
    let value = random.next() as i64 >> random.below(64);
    let sign = if value >= 0 && random.one_in(9) { "+" } else { "" };
    out.extend_from_slice(format!(":{sign}{value}\r\n").as_bytes());
}

fn text(random: &mut Random) -> Vec<u8> {
    let len = [0, 1, 5, 9, 10, 60, 99, 100, 101, 300][random.below(10)];
    let telling = b"\r\n$*:+-1\0\xff";
    let byte = |random: &mut Random| telling[random.below(telling.len())];
    let any = random.one_in(2);
    (0..len)
        .map(|_| if any { random.next() as u8 } else { byte(random) })
        .collect()
}

fn length_prefixed(kind: u8, text: &[u8], out: &mut Vec<u8>) {
    out.push(kind);
    out.extend_from_slice(format!("{}\r\n", text.len()).as_bytes());
    out.extend_from_slice(text);
    out.extend_from_slice(b"\r\n");
}

fn string(random: &mut Random, kind: u8, out: &mut Vec<u8>) {
    length_prefixed(kind, &text(random), out);
}

fn verbatim(random: &mut Random, out: &mut Vec<u8>) {
    let format = *random.pick(&[b"txt:", b"mkd:", b"\r\n\0:"]);
    length_prefixed(b'=', &[&format[..], &text(random)].concat(), out);
}

fn streamed_string(random: &mut Random, out: &mut Vec<u8>) {
    out.extend_from_slice(b"$?\r\n");
    for _ in 0..random.below(5) {
        let piece = text(random);
        if !piece.is_empty() {
            length_prefixed(b';', &piece, out);
        }
    }
    out.extend_from_slice(b";0\r\n");
}

fn counted(random: &mut Random, kind: u8, each: usize, depth: usize, out: &mut Vec<u8>) {
    // Now and then long enough for the straight road of the fast parser.
    let count = if random.one_in(8) { 20 } else { random.below(5) };
    out.push(kind);
    out.extend_from_slice(format!("{count}\r\n").as_bytes());
    for _ in 0..count * each {
        element(random, if count > 9 { depth.min(1) } else { depth }, out);
    }
}

fn streamed(random: &mut Random, depth: usize, out: &mut Vec<u8>) {
    let (header, each) = [("*?\r\n", 1), ("~?\r\n", 1), ("%?\r\n", 2)][random.below(3)];
    out.extend_from_slice(header.as_bytes());
    for _ in 0..random.below(4) * each {
        element(random, depth, out);
    }
    out.extend_from_slice(b".\r\n");
}

fn attribute(random: &mut Random, depth: usize, out: &mut Vec<u8>) {
    let count = random.below(3);
    out.extend_from_slice(format!("|{count}\r\n").as_bytes());
    for _ in 0..2 * count {
        element(random, depth, out);
    }
}

/// The same bytes with a little damage: bits flipped, cut off, parts moved, doubled, removed or taken from `other`.
pub fn damaged(random: &mut Random, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        let to = at + random.below((bytes.len() - at).min(12) + 1);
        match random.below(8) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => {
                bytes[at] = *random
                    .pick(&[b"\r", b"\n", b"-", b"?", b"0", b"9", b"*", b"$", b".", b";", b"|"])
                    .first()
                    .unwrap()
            }
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..to)),
            4 => {
                let copy = bytes[at..to].to_vec();
                let place = random.below(bytes.len());
                bytes.splice(place..place, copy);
            }
            5 | 6 if !other.is_empty() => {
                let from = random.below(other.len());
                let end = from + random.below((other.len() - from).min(40) + 1);
                bytes.splice(at..to, other[from..end].iter().copied());
            }
            _ => bytes.insert(at, random.next() as u8),
        }
    }
    bytes
}
