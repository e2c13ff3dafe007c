//! Error replies.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

/// An error that the server answered with.
///
/// The first word is the code when it is written in capitals (`WRONGTYPE`, `MOVED`, `ERR`); the rest is the message.
/// Servers put user data into messages, so the text may hold any byte: [`Display`](fmt::Display) escapes what is not
/// printable, [`ServerError::raw`] has it untouched.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ServerError(Bytes);

impl ServerError {
    /// An error with this text, as it follows the `-` on the wire.
    #[must_use]
    pub fn new(raw: Bytes) -> Self {
        ServerError(raw)
    }

    /// The whole text, code included.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.0
    }

    /// The code: the first word if it is all capitals, digits and underscores; otherwise empty.
    #[must_use]
    pub fn code(&self) -> &str {
        let word = self.0.split(|&byte| byte == b' ').next().unwrap_or_default();
        let code = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        if word.iter().all(code) {
            core::str::from_utf8(word).unwrap_or_default()
        } else {
            ""
        }
    }

    /// The text without the code, escaped where it is not printable.
    #[must_use]
    pub fn message(&self) -> String {
        let code = self.code().len();
        let text = match self.0.get(code..) {
            Some([b' ', rest @ ..]) if code > 0 => rest,
            Some(rest) => rest,
            None => &[],
        };
        escape(text)
    }

    /// The same error with every occurrence of `secret` in its text replaced by `***`.
    pub(crate) fn masked(self, secret: &[u8]) -> Self {
        match masked(&self.0, secret) {
            Some(text) => ServerError(text.into()),
            None => self,
        }
    }
}

/// So many bytes of a secret give it away.
const PART: usize = 16;

/// `text` with every occurrence of `secret` replaced by `***`, if there is one.
///
/// Servers cut long arguments short when they repeat them, so the beginning of a long secret counts as well.
fn masked(text: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let part = secret.get(..PART).unwrap_or(secret);
    if part.is_empty() {
        return None;
    }
    let (mut from, mut out) = (0, Vec::new());
    while let Some(at) = memchr::memmem::find(text.get(from..)?, part) {
        let rest = text.get(from + at..).unwrap_or_default();
        let same = rest.iter().zip(secret).take_while(|(a, b)| a == b).count();
        out.extend_from_slice(text.get(from..from + at).unwrap_or_default());
        out.extend_from_slice(b"***");
        from += at + same;
    }
    if from == 0 {
        return None;
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default());
    Some(out)
}

/// The same for several secrets.
pub(crate) fn mask_all<'a>(text: &[u8], secrets: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    secrets.fold(None, |hidden: Option<Vec<u8>>, secret| {
        masked(hidden.as_deref().unwrap_or(text), secret).or(hidden)
    })
}

/// Text as people can read it: valid UTF-8 stays, control characters and stray bytes are escaped.
pub(crate) fn escape(bytes: &[u8]) -> String {
    use core::fmt::Write;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letter.is_control() {
                text.extend(letter.escape_default());
            } else {
                text.push(letter);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0))
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerError({:?})", escape(&self.0))
    }
}

impl core::error::Error for ServerError {}
