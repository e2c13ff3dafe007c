//! Who holds a lock.

use alloc::format;
use core::fmt;

use bytes::Bytes;

use crate::resp::{Args, ToArg, ToArgs};

/// The token of one owner: what the lock's key holds. Whoever knows it can release the lock, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Bytes);

impl Token {
    /// A token of 32 hexadecimal digits from 128 bits of chance. They must differ from those of every other owner, on all
    /// machines: do not take them from a generator that others may have seeded alike.
    #[must_use]
    pub fn from_random(bits: u128) -> Self {
        Token(format!("{bits:032x}").into())
    }

    /// A token of your own choice, which no other owner may have: to go on, by hand, with a lock that another process took.
    #[must_use]
    pub fn new(text: impl AsRef<[u8]>) -> Self {
        Token(Bytes::copy_from_slice(text.as_ref()))
    }

    /// What the key holds.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl ToArgs for Token {
    fn write_args(&self, args: &mut Args) {
        args.push(&self.0);
    }
}

impl ToArg for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}
