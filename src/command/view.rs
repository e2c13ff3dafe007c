//! One request, borrowed from wherever it is kept.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use super::keys::{KeySpan, KeysRef};
use super::options::CallOption;
use super::request::{Flags, Rare, Request, Wait, first_secret};
use crate::error::Error;
use crate::resp::{escape, words};

/// How much of the arguments is printed.
const PRINTED: usize = 100;

/// A [`Request`](super::Request), borrowed: by itself or one of several [`Requests`](super::Requests).
///
/// Debug and Display print the arguments as those of a `Request` do.
#[derive(Clone, Copy)]
pub struct RequestRef<'a> {
    /// The arguments in wire form.
    pub(super) words: &'a [u8],
    pub(super) flags: Flags,
    pub(super) keys: KeysRef<'a>,
    pub(super) untyped: bool,
    pub(super) rare: Option<&'a Rare>,
}

impl<'a> RequestRef<'a> {
    /// All arguments in order, the name first.
    pub fn arguments(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        words(self.words)
    }

    /// The name of the command as it was given, its first word only.
    #[must_use]
    pub fn name(&self) -> String {
        self.arguments().next().map(escape).unwrap_or_default()
    }

    /// What kind of command it is.
    #[must_use]
    pub fn command_flags(&self) -> Flags {
        self.flags
    }

    /// Whether it may run twice without harm: it only reads, or is marked idempotent.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.flags.intersects(Flags::READ_ONLY | Flags::IDEMPOTENT) && !self.flags.contains(Flags::CLOSES)
    }

    /// How long the server may take on top of the usual.
    #[must_use]
    #[inline]
    pub fn wait(&self) -> Wait {
        self.rare.map_or(Wait::None, |rare| rare.wait)
    }

    /// Fails if a builder step refused an argument.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument); nothing was sent.
    #[inline]
    pub fn check(&self) -> Result<(), Error> {
        match self.rare.and_then(|rare| rare.refused.as_ref()) {
            None => Ok(()),
            Some(error) => Err(error.clone()),
        }
    }

    /// Whether it changes or needs the state of the connection; see [`Request::owns_connection`].
    ///
    /// [`Request::owns_connection`]: super::Request::owns_connection
    #[must_use]
    #[inline]
    pub fn owns_connection(&self) -> bool {
        self.flags.contains(Flags::OWNS_CONNECTION)
            || (self.flags.contains(Flags::BREAKS_ORDER) && self.is_about_this_client())
    }

    /// Only CLIENT has both kinds of commands.
    #[cold]
    fn is_about_this_client(&self) -> bool {
        const OF_OTHERS: [&str; 11] = [
            "GETNAME",
            "GETREDIR",
            "HELP",
            "ID",
            "INFO",
            "KILL",
            "LIST",
            "PAUSE",
            "TRACKINGINFO",
            "UNBLOCK",
            "UNPAUSE",
        ];
        let mut words = self.arguments();
        let is_client = words.next().is_some_and(|name| name.eq_ignore_ascii_case(b"CLIENT"));
        let word = words.next().unwrap_or_default();
        is_client
            && !OF_OTHERS
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
    }

    fn is_secret(&self) -> bool {
        self.first_secret().is_some()
    }

    /// From which argument on there may be secrets.
    fn first_secret(&self) -> Option<usize> {
        if !self.flags.contains(Flags::SECRET) {
            return None;
        }
        first_secret(&self.arguments().collect::<Vec<_>>())
    }

    /// The arguments that may be secrets, longest first; none for a command without secrets.
    pub(crate) fn secrets(&self) -> Vec<Bytes> {
        let Some(first) = self.first_secret() else {
            return Vec::new();
        };
        // CONFIG SET parameter value, several times; an error names the parameter.
        let step = if self.name().eq_ignore_ascii_case("CONFIG") {
            2
        } else {
            1
        };
        let mut secrets: Vec<Bytes> = self
            .arguments()
            .skip(first)
            .step_by(step)
            // A password or digest of an ACL rule; the server may repeat it without the sign in front.
            .map(|argument| match argument {
                [b'>' | b'<' | b'#' | b'!', secret @ ..] => secret,
                secret => secret,
            })
            .filter(|argument| !argument.is_empty())
            .map(Bytes::copy_from_slice)
            .collect();
        secrets.sort_by_key(|secret| core::cmp::Reverse(secret.len()));
        secrets
    }

    /// What an option of the call is set to; names do not depend on case. See [`Request::option`](super::Request::option).
    #[must_use]
    pub fn option_value(&self, name: &str) -> Option<&'a CallOption> {
        let mut options = self.rare?.options.iter();
        options.find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }

    /// The caller names no type for the reply, so that it is reshaped by what the command is.
    #[inline]
    pub(crate) fn is_untyped(&self) -> bool {
        self.untyped
    }

    /// Where the keys are.
    pub fn key_spans(&self) -> impl Iterator<Item = KeySpan> + use<'a> {
        self.keys.spans()
    }

    /// The keys, in order.
    pub fn key_names(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let keys = self.keys;
        (0u32..)
            .zip(self.arguments())
            .filter(move |(position, _)| keys.spans().any(|span| span.contains(*position)))
            .map(|(_, key)| key)
    }
}

impl<'a> From<&'a Request> for RequestRef<'a> {
    fn from(request: &'a Request) -> Self {
        request.view()
    }
}

impl fmt::Display for RequestRef<'_> {
    /// The arguments joined by spaces, escaped, cut after about a hundred bytes; secrets are `***`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret() {
            return write!(f, "{} ***", self.name());
        }
        let mut printed = 0;
        for (index, argument) in self.arguments().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            let room = PRINTED.saturating_sub(printed);
            if argument.len() > room {
                return write!(f, "{}..", escape(argument.get(..room).unwrap_or_default()));
            }
            f.write_str(&escape(argument))?;
            printed += argument.len() + 1;
        }
        Ok(())
    }
}

impl fmt::Debug for RequestRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({self})")
    }
}
