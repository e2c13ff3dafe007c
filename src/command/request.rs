//! What is sent: arguments in wire form, which of them are keys, and what kind of command it is.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::BitOr;
use core::time::Duration;

use super::keys::{KeySpan, Keys, KeysRef, ShortSpan};
use super::names::{flags_of, is_one_word};
use super::options::NamedOption;
use super::view::RequestRef;
use crate::error::Error;
use crate::resp::{Args, ToArg, ToArgs};

/// Starts a request for any command, known to this crate or not.
///
/// The name may hold several words (`CONFIG GET`): each is sent as an argument of its own. Arguments are never split.
///
/// ```
/// use redwire::cmd;
///
/// let request = cmd("CONFIG GET").arg("max*");
/// assert_eq!(request.to_string(), "CONFIG GET max*");
/// ```
#[inline]
pub fn cmd(name: &str) -> Request {
    Request::new(name)
}

/// What a client must know of a command besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags(u16);

impl Flags {
    /// Nothing special: it may write.
    pub const NONE: Flags = Flags(0);
    /// Reads only: may be sent again after a lost connection, and to a replica.
    pub const READ_ONLY: Flags = Flags(1);
    /// Running it twice is the same as running it once, so it may be sent again.
    pub const IDEMPOTENT: Flags = Flags(1 << 1);
    /// The server may answer only after a while; see [`Wait`].
    pub const BLOCKS: Flags = Flags(1 << 2);
    /// Changes or needs the state of one connection (WATCH, SELECT, MONITOR): cannot share it with others.
    pub const OWNS_CONNECTION: Flags = Flags(1 << 3);
    /// Its arguments hold a secret and are never printed.
    pub const SECRET: Flags = Flags(1 << 4);
    /// Confirmed by push messages under RESP3, one for each channel.
    pub const SUBSCRIBES: Flags = Flags(1 << 5);
    /// The server answers by closing the connection; never sent twice.
    pub const CLOSES: Flags = Flags(1 << 6);
    /// Answered by no reply or by several, or ends the protocol as agreed, so that replies and requests would not match.
    pub const BREAKS_ORDER: Flags = Flags(1 << 7);

    /// True when every flag of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and those of `other`.
    pub(crate) const fn and(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// True when any flag of `other` is set.
    pub(crate) const fn intersects(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        self.and(other)
    }
}

/// How long the server itself may take before it answers, on top of the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Wait {
    /// It answers at once.
    #[default]
    None,
    /// At most this long (BLPOP with a timeout).
    For(Duration),
    /// Until something happens (BLPOP with timeout 0).
    Forever,
}

/// One request, ready to be sent: the arguments are encoded as they are added.
///
/// Debug and Display print the arguments, escaped and cut short; those of commands with secrets print as `***`.
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    args: Args,
    keys: Keys,
    flags: Flags,
    /// The caller names no type for the reply, so that it is reshaped by what the command is.
    untyped: bool,
    rare: Option<Box<Rare>>,
}

/// What only few requests have. Boxed, for every call in flight would have room for it.
#[derive(Clone, Default)]
pub(super) struct Rare {
    pub(super) wait: Wait,
    pub(super) refused: Option<Error>,
    pub(super) options: Vec<NamedOption>,
}

impl Request {
    /// A request for the command `name`; see [`cmd`].
    #[inline]
    pub fn new(name: &str) -> Self {
        // Most names are known when this is compiled, and then so is all that is asked about them here.
        if is_one_word(name) {
            Request::of_word(name)
        } else {
            Request::of_words(name)
        }
    }

    #[inline]
    fn of_word(name: &str) -> Self {
        Request {
            args: Args::of_name(name.as_bytes()),
            keys: Keys::new(),
            flags: flags_of(name),
            untyped: false,
            rare: None,
        }
    }

    #[cold]
    fn of_words(name: &str) -> Self {
        let mut words = name.split_ascii_whitespace();
        let mut request = Request::of_word(words.next().unwrap_or_default());
        for word in words {
            request.args.push(word.as_bytes());
        }
        if name.trim_ascii().is_empty() {
            request.rare_mut().refused = Some(Error::invalid_argument("a command needs a name"));
        }
        request
    }

    #[cold]
    pub(super) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    #[inline]
    pub(super) fn set_untyped(&mut self, untyped: bool) {
        self.untyped = untyped;
    }

    /// The caller names no type for the reply, so that it is reshaped by what the command is.
    #[inline]
    pub(crate) fn is_untyped(&self) -> bool {
        self.untyped
    }

    /// Adds these flags.
    #[inline]
    pub fn flags(mut self, flags: Flags) -> Self {
        self.flags = self.flags | flags;
        self
    }

    /// Marks the command as one that only reads.
    #[inline]
    pub fn read_only(self) -> Self {
        self.flags(Flags::READ_ONLY)
    }

    /// Marks the command as one that may run twice without harm, so that it may be sent again when its fate is unknown.
    pub fn idempotent(self) -> Self {
        self.flags(Flags::IDEMPOTENT)
    }

    /// Marks the command as one that blocks in the server for up to `wait`.
    pub fn blocks(mut self, wait: Wait) -> Self {
        if wait != Wait::None || self.waits() {
            self.rare_mut().wait = wait;
        }
        self.flags(Flags::BLOCKS)
    }

    /// Adds one key.
    #[inline]
    pub fn key(mut self, key: impl ToArg) -> Self {
        let first = self.args.len();
        key.write_args(&mut self.args);
        self.one_key(first);
        self
    }

    /// The arguments from `first` on are to be one key.
    #[inline]
    fn one_key(&mut self, first: usize) {
        if self.args.len() == first + 1 {
            self.keys.add(KeySpan {
                first: first as u32,
                count: 1,
                step: 1,
            });
        } else {
            self.set_refusal("a key must be exactly one argument".into());
        }
    }

    /// Adds one or more keys; none at all is refused.
    pub fn keys(mut self, keys: impl ToArgs) -> Self {
        let first = self.args.len();
        keys.write_args(&mut self.args);
        let count = self.args.len() - first;
        self.keys.add(KeySpan {
            first: first as u32,
            count: count as u32,
            step: 1,
        });
        if count == 0 {
            self.refuse("at least one key is needed")
        } else {
            self
        }
    }

    /// Adds how many keys follow, then the keys; none at all is refused.
    pub fn counted_keys(self, keys: impl ToArgs) -> Self {
        let mut counted = Args::new();
        keys.write_args(&mut counted);
        self.arg(counted.len()).keys(keys)
    }

    /// Adds keys and values in turn; no pair at all or a missing value is refused.
    pub fn key_values(mut self, pairs: impl ToArgs) -> Self {
        let first = self.args.len();
        pairs.write_args(&mut self.args);
        let added = self.args.len() - first;
        self.keys.add(KeySpan {
            first: first as u32,
            count: (added / 2) as u32,
            step: 2,
        });
        self.even(added)
    }

    /// Adds fields and values in turn, none of them keys; no pair at all or a missing value is refused.
    pub fn pairs(mut self, pairs: impl ToArgs) -> Self {
        let first = self.args.len();
        pairs.write_args(&mut self.args);
        let added = self.args.len() - first;
        self.even(added)
    }

    fn even(self, added: usize) -> Self {
        match added {
            0 => self.refuse("at least one pair is needed"),
            odd if odd % 2 == 1 => self.refuse("a value is missing in the last pair"),
            _ => self,
        }
    }

    /// Adds one or several arguments.
    #[inline]
    pub fn arg(mut self, value: impl ToArgs) -> Self {
        value.write_args(&mut self.args);
        self
    }

    /// Adds one or several arguments; none at all is refused with a message about `what`: "at least one member is
    /// needed".
    pub fn args(mut self, values: impl ToArgs, what: &str) -> Self {
        let before = self.args.len();
        values.write_args(&mut self.args);
        if self.args.len() == before {
            self.refuse(alloc::format!("at least one {what} is needed"))
        } else {
            self
        }
    }

    /// Adds `value` if there is one.
    pub fn opt(self, value: Option<impl ToArgs>) -> Self {
        match value {
            Some(value) => self.arg(value),
            None => self,
        }
    }

    /// Adds `word` and then the value, if there is one.
    pub fn opt_with(self, word: &str, value: Option<impl ToArgs>) -> Self {
        match value {
            Some(value) => self.arg(word).arg(value),
            None => self,
        }
    }

    /// Adds `word` if `present`.
    pub fn flag(self, word: &str, present: bool) -> Self {
        if present { self.arg(word) } else { self }
    }

    /// Makes the request one that fails with `message` before anything is sent. The first refusal stays.
    pub fn refuse(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.set_refusal(message.into());
        self
    }

    #[cold]
    fn set_refusal(&mut self, message: Cow<'static, str>) {
        let name = self.name();
        self.rare_mut()
            .refused
            .get_or_insert_with(|| Error::invalid_argument(alloc::format!("{name}: {message}")));
    }

    /// Fails if a builder step refused an argument.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument); nothing was sent.
    #[inline]
    pub fn check(&self) -> Result<(), Error> {
        self.view().check()
    }

    /// The request, borrowed.
    #[inline]
    pub fn view(&self) -> RequestRef<'_> {
        RequestRef {
            words: self.args.wire(),
            flags: self.flags,
            keys: KeysRef::All(&self.keys),
            untyped: self.untyped,
            rare: self.rare.as_deref(),
        }
    }

    /// The name of the command as it was given, its first word only.
    #[must_use]
    pub fn name(&self) -> String {
        self.view().name()
    }

    /// What kind of command it is.
    #[must_use]
    pub fn command_flags(&self) -> Flags {
        self.flags
    }

    /// Whether it changes the state of the connection it goes over, or needs what was changed before, so that it makes no
    /// sense on one that others use as well: WATCH, SELECT, CLIENT SETNAME.
    #[must_use]
    #[inline]
    pub fn owns_connection(&self) -> bool {
        self.view().owns_connection()
    }

    /// How long the server may take on top of the usual.
    #[must_use]
    #[inline]
    pub fn wait(&self) -> Wait {
        self.view().wait()
    }

    /// Whether the server may take its time over it.
    #[inline]
    pub(crate) fn waits(&self) -> bool {
        self.wait() != Wait::None
    }

    /// All arguments in order, the name first.
    pub fn arguments(&self) -> impl Iterator<Item = &[u8]> {
        self.args.iter()
    }

    /// How many arguments there are, the name included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.args.len()
    }

    /// How many bytes it takes on the wire, about.
    #[must_use]
    #[inline]
    pub fn size(&self) -> usize {
        self.args.size() + 12
    }

    /// Never true: a request has a name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.args.is_empty()
    }

    /// Where the keys are.
    pub fn key_spans(&self) -> impl Iterator<Item = KeySpan> {
        self.view().key_spans()
    }

    /// The keys, in order.
    pub fn key_names(&self) -> impl Iterator<Item = &[u8]> {
        self.view().key_names()
    }

    /// Its keys, if they are few and stand in a row.
    #[inline]
    pub(super) fn short_keys(&self) -> Option<ShortSpan> {
        self.keys.short()
    }

    /// Its keys, and what only few requests have.
    #[inline]
    pub(super) fn parts_mut(&mut self) -> (&mut Keys, &mut Option<Box<Rare>>) {
        (&mut self.keys, &mut self.rare)
    }

    /// Appends the wire form to `out`.
    #[inline(always)]
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self.args.whole() {
            Some(whole) => out.extend_from_slice(whole),
            None => {
                self.header(out);
                out.extend_from_slice(self.args.wire());
            }
        }
    }

    /// Appends the `*3` line.
    #[inline]
    pub(crate) fn header(&self, out: &mut Vec<u8>) {
        match self.args.len() {
            few @ 0..=9 => out.extend_from_slice(&[b'*', b'0' + few as u8, b'\r', b'\n']),
            many => long_header(many, out),
        }
    }

    /// Whether it only reads or writes, as most do, and nothing else is to be known of it.
    #[inline]
    pub(crate) fn is_ordinary(&self) -> bool {
        ORDINARY.contains(self.flags) && self.rare.is_none()
    }
}

/// Apart from the caller, which is compiled into every way to send.
#[cold]
fn long_header(words: usize, out: &mut Vec<u8>) {
    out.push(b'*');
    out.extend_from_slice(itoa::Buffer::new().format(words).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// What requests may be that are of no interest to a connection.
const ORDINARY: Flags = Flags::READ_ONLY.and(Flags::IDEMPOTENT);

/// From which argument on a command marked as secret holds secrets; containers do so only in some of their commands.
pub(super) fn first_secret(words: &[&[u8]]) -> Option<usize> {
    let is = |at: usize, names: &[&str]| {
        let word = words.get(at);
        word.is_some_and(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes())))
    };
    if is(0, &["HELLO"]) {
        Some(2)
    } else if is(0, &["MIGRATE"]) {
        Some(6)
    } else if !is(0, &["ACL", "CONFIG", "SENTINEL"]) {
        Some(1)
    } else if is(1, &["SET", "SETUSER", "CONFIG"]) {
        Some(3)
    } else if is(1, &["DRYRUN"]) {
        // A user, and then a whole command.
        let command = words.get(3..)?;
        let name = core::str::from_utf8(command.first()?).ok()?;
        let secret = flags_of(name).contains(Flags::SECRET);
        secret.then(|| first_secret(command))?.map(|first| first + 3)
    } else {
        None
    }
}

impl fmt::Display for Request {
    /// The arguments joined by spaces, escaped, cut after about a hundred bytes; secrets are `***`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.view(), f)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({self})")
    }
}
