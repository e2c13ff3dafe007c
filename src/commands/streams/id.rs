//! Ids of stream entries, and what else stands where an id is wanted.

use alloc::format;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use crate::command::Request;
use crate::resp::{Args, DecodeError, FromReply, ReplyRef, ToArg, ToArgs};

/// The id of an entry: a time in milliseconds and a number that tells the entries of one millisecond apart. Entries are in
/// the order of their ids.
///
/// It is written `1526919030474-55`; parsing also takes the milliseconds alone, which means number 0, as servers do.
///
/// ```
/// use redwire::prelude::*;
///
/// let id: StreamId = "1526919030474-55".parse()?;
/// assert_eq!((id.ms, id.seq), (1526919030474, 55));
/// assert!(id > StreamId::new(1526919030474, 7));
/// assert_eq!(id.to_string(), "1526919030474-55");
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StreamId {
    /// When the entry was added, by the clock of the server: milliseconds since the Unix epoch. Whoever chooses ids may
    /// count something else.
    pub ms: u64,
    /// Which entry of this millisecond.
    pub seq: u64,
}

impl StreamId {
    /// `0-0`: before every entry there is. Reading after it reads from the beginning.
    pub const MIN: StreamId = StreamId::new(0, 0);
    /// After every other id.
    pub const MAX: StreamId = StreamId::new(u64::MAX, u64::MAX);

    /// Entry `seq` of the millisecond `ms`.
    #[must_use]
    pub const fn new(ms: u64, seq: u64) -> Self {
        StreamId { ms, seq }
    }

    /// The milliseconds as the duration since the Unix epoch (1970-01-01 00:00 UTC).
    #[must_use]
    pub const fn time(self) -> Duration {
        Duration::from_millis(self.ms)
    }
}

/// `1526919030474-55`.
impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// As it is displayed.
impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Decimal digits and nothing else.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn parse(text: &str) -> Option<StreamId> {
    let (ms, seq) = text.split_once('-').unwrap_or((text, "0"));
    Some(StreamId::new(number(ms)?, number(seq)?))
}

impl FromStr for StreamId {
    type Err = crate::Error;

    /// # Errors
    /// The text is neither `<milliseconds>-<number>` nor `<milliseconds>`, both of at most 64 bits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| crate::Error::invalid_argument(format!("not the id of a stream entry: {text:?}")))
    }
}

impl FromReply for StreamId {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let text = reply.text().and_then(|text| core::str::from_utf8(text).ok());
        text.and_then(parse)
            .ok_or_else(|| DecodeError::new("id of a stream entry", reply))
    }
}

impl ToArgs for StreamId {
    fn write_args(&self, args: &mut Args) {
        args.push(format!("{self}").as_bytes());
    }
}
impl ToArg for StreamId {}

impl From<(u64, u64)> for StreamId {
    /// Milliseconds and number.
    fn from((ms, seq): (u64, u64)) -> Self {
        StreamId::new(ms, seq)
    }
}

/// One end of a range of entries. An id means itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamBound {
    /// The first entry there is (`-`).
    Min,
    /// The last entry there is (`+`).
    Max,
    /// This id is within the range.
    Inclusive(StreamId),
    /// This id is just outside of the range (`(1526919030474-55`). Since Redis 6.2.
    Exclusive(StreamId),
    /// A time since the Unix epoch, in whole milliseconds: all entries of that millisecond are within the range, be it
    /// the start or the end.
    Time(Duration),
}

impl From<StreamId> for StreamBound {
    fn from(id: StreamId) -> Self {
        StreamBound::Inclusive(id)
    }
}

impl From<Duration> for StreamBound {
    fn from(time: Duration) -> Self {
        StreamBound::Time(time)
    }
}

impl ToArgs for StreamBound {
    fn write_args(&self, args: &mut Args) {
        match self {
            StreamBound::Min => args.push(b"-"),
            StreamBound::Max => args.push(b"+"),
            StreamBound::Inclusive(id) => id.write_args(args),
            StreamBound::Exclusive(id) => args.push(format!("({id}").as_bytes()),
            StreamBound::Time(time) => args.push_integer(time.as_millis()),
        }
    }
}
impl ToArg for StreamBound {}

/// From where on a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadFrom {
    /// What comes after this entry; [`StreamId::MIN`] is the beginning.
    After(StreamId),
    /// What is added from now on (`$`). To miss nothing, go on with the id of the last entry that was read.
    End,
    /// The last entry there is (`+`): only for XREAD. Since Redis 7.4.
    Last,
}

impl From<StreamId> for ReadFrom {
    fn from(id: StreamId) -> Self {
        ReadFrom::After(id)
    }
}

impl From<&StreamId> for ReadFrom {
    fn from(id: &StreamId) -> Self {
        ReadFrom::After(*id)
    }
}

impl ReadFrom {
    /// Adds where a group begins.
    pub(super) fn write_group(self, request: Request) -> Request {
        match self {
            ReadFrom::Last => request.refuse("a group begins after an id or at the end of the stream"),
            from => request.arg(from),
        }
    }
}

impl ToArgs for ReadFrom {
    fn write_args(&self, args: &mut Args) {
        match self {
            ReadFrom::After(id) => id.write_args(args),
            ReadFrom::End => args.push(b"$"),
            ReadFrom::Last => args.push(b"+"),
        }
    }
}
impl ToArg for ReadFrom {}

/// Which entries a consumer of a group reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GroupReadFrom {
    /// Those that no consumer of the group was given yet (`>`).
    New,
    /// Those that were given to this consumer and not acknowledged, after this id; [`StreamId::MIN`] for all of them.
    /// This does not wait.
    Pending(StreamId),
}

impl From<StreamId> for GroupReadFrom {
    fn from(id: StreamId) -> Self {
        GroupReadFrom::Pending(id)
    }
}

impl From<&StreamId> for GroupReadFrom {
    fn from(id: &StreamId) -> Self {
        GroupReadFrom::Pending(*id)
    }
}

impl ToArgs for GroupReadFrom {
    fn write_args(&self, args: &mut Args) {
        match self {
            GroupReadFrom::New => args.push(b">"),
            GroupReadFrom::Pending(id) => id.write_args(args),
        }
    }
}
impl ToArg for GroupReadFrom {}
