//! Where arguments are written: already in wire form, on the stack while they are few and short.

use alloc::vec::Vec;

/// Requests up to this many bytes of wire form need no heap.
const INLINE: usize = 86;

/// How many bytes the line takes that says how many arguments follow, if it has one digit.
const HEADER: usize = 4;

/// The most arguments for one digit.
const FEW: u32 = 9;

/// The arguments of a request, each written as a bulk string the moment it is pushed.
#[derive(Clone)]
pub struct Args {
    body: Body,
    count: u32,
}

/// The wire form of a request, with a `*3` line that is right as long as the arguments are [`FEW`].
#[derive(Clone)]
enum Body {
    Inline { len: u8, bytes: [u8; INLINE] },
    Heap(Vec<u8>),
}

impl Args {
    pub(crate) const fn new() -> Self {
        let mut bytes = [0; INLINE];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (b'*', b'0', b'\r', b'\n');
        let len = HEADER as u8;
        Args {
            body: Body::Inline { len, bytes },
            count: 0,
        }
    }

    /// Those of a request for this command. Inlined, for most names are known when the caller is compiled.
    #[inline]
    pub(crate) fn of_name(name: &[u8]) -> Self {
        let mut args = Args::new();
        args.add(name);
        args
    }

    /// How many arguments there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[inline]
    fn written(&self) -> &[u8] {
        match &self.body {
            Body::Inline { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Body::Heap(bytes) => bytes,
        }
    }

    /// How many bytes the wire form takes, about.
    #[inline]
    pub(crate) fn size(&self) -> usize {
        self.written().len()
    }

    /// The wire form: `$3\r\nfoo\r\n` for each argument.
    #[inline]
    pub(crate) fn wire(&self) -> &[u8] {
        self.written().get(HEADER..).unwrap_or_default()
    }

    /// The same with the `*3` line in front; `None` if there are too many of them for that.
    #[inline]
    pub(crate) fn whole(&self) -> Option<&[u8]> {
        (self.count <= FEW).then(|| self.written())
    }

    /// Adds one argument, any bytes of any length.
    pub fn push(&mut self, argument: &[u8]) {
        self.add(argument);
    }

    #[inline(always)]
    fn add(&mut self, argument: &[u8]) {
        self.count += 1;
        if !self.push_inline(argument) {
            self.push_heap(argument);
        }
    }

    /// Short arguments have one or two digits of length, known without a division loop.
    #[inline]
    fn push_inline(&mut self, argument: &[u8]) -> bool {
        let Body::Inline { len, bytes } = &mut self.body else {
            return false;
        };
        let used = usize::from(*len);
        let size = argument.len();
        let [_, digit, ..] = bytes;
        *digit = digit_of(self.count);
        let room = bytes.get_mut(used..).unwrap_or_default();
        let (rest, header) = match room {
            [a, b, c, d, rest @ ..] if size < 10 => {
                [*a, *b, *c, *d] = [b'$', b'0' + size as u8, b'\r', b'\n'];
                (rest, 4)
            }
            [a, b, c, d, e, rest @ ..] if size < 100 => {
                let (tens, ones) = (size as u8 / 10, size as u8 % 10);
                [*a, *b, *c, *d, *e] = [b'$', b'0' + tens, b'0' + ones, b'\r', b'\n'];
                (rest, 5)
            }
            _ => return false,
        };
        let Some((text, [cr, lf, ..])) = rest.split_at_mut_checked(size) else {
            return false;
        };
        (*cr, *lf) = (b'\r', b'\n');
        *len = (used + header + size + 2) as u8;
        text.copy_from_slice(argument);
        true
    }

    #[inline(never)]
    fn push_heap(&mut self, argument: &[u8]) {
        let mut digits = itoa::Buffer::new();
        let parts = [
            b"$",
            digits.format(argument.len()).as_bytes(),
            b"\r\n",
            argument,
            b"\r\n",
        ];
        let more: usize = parts.iter().map(|part| part.len()).sum();
        if let Body::Inline { len, bytes } = &self.body {
            let used = usize::from(*len);
            let mut heap = Vec::with_capacity((used + more).max(2 * INLINE));
            heap.extend_from_slice(bytes.get(..used).unwrap_or_default());
            self.body = Body::Heap(heap);
        }
        if let Body::Heap(heap) = &mut self.body {
            heap.reserve(more);
            for part in parts {
                heap.extend_from_slice(part);
            }
            if let [_, digit, ..] = heap.as_mut_slice() {
                *digit = digit_of(self.count);
            }
        }
    }

    /// Adds an integer in decimal digits.
    pub fn push_integer(&mut self, value: impl itoa::Integer) {
        self.push(itoa::Buffer::new().format(value).as_bytes());
    }

    /// Adds a double: the shortest digits that read back as the same number, `inf`, `-inf` or `nan`.
    pub fn push_double(&mut self, value: f64) {
        if value.is_nan() {
            self.push(b"nan");
        } else if value.is_infinite() {
            self.push(if value > 0.0 { b"inf" } else { b"-inf" });
        } else {
            self.push(zmij::Buffer::new().format_finite(value).as_bytes());
        }
    }

    /// Each argument's bytes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        words(self.wire())
    }
}

/// The arguments of which this is the wire form.
pub(crate) fn words(wire: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = wire;
    core::iter::from_fn(move || {
        let header = memchr::memchr(b'\r', rest)?;
        let len: usize = core::str::from_utf8(rest.get(1..header)?).ok()?.parse().ok()?;
        let start = header + 2;
        let argument = rest.get(start..start + len)?;
        rest = rest.get(start + len + 2..)?;
        Some(argument)
    })
}

/// Of a count up to [`FEW`]; of others anything.
#[inline]
const fn digit_of(count: u32) -> u8 {
    b'0' | count as u8
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;
    use crate::command::cmd;

    #[test]
    fn the_first_line_counts_the_arguments_wherever_they_are_kept() {
        for len in [1, 9, 10, 99, 100] {
            let argument = "x".repeat(len);
            let (mut args, mut request) = (Args::of_name(b"PING"), cmd("PING"));
            let mut body = String::from("$4\r\nPING\r\n");
            for count in 2..=12 {
                args.push(argument.as_bytes());
                request = request.arg(&argument);
                body += &format!("${len}\r\n{argument}\r\n");
                let expected = format!("*{count}\r\n{body}");
                assert_eq!(args.wire(), body.as_bytes());
                assert_eq!(args.whole(), (count < 10).then_some(expected.as_bytes()));
                let mut wire = Vec::new();
                request.encode(&mut wire);
                assert_eq!(wire, expected.as_bytes());
            }
        }
    }
}
