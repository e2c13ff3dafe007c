//! The default parser: RESP2 and RESP3 in one pass, resumable at any byte.
//!
//! Each step reads one header. A header that is cut short is read again from its type byte when more has arrived
//! (it is at most a few dozen bytes); a line or a bulk string that is cut short is remembered, so the work done is
//! linear in the bytes received whatever the cuts.

use bytes::{Bytes, BytesMut};

use super::index::{Index, Kind, Node, Nodes};
use super::limits::Limits;
use super::list::ReplyList;
use super::parser::{Parser, ProtocolError, ProtocolErrorKind as Bad};
use super::plain::{LONGEST, SHORT, plain};
use super::reply::Reply;
use super::scan::{Found, big_number, double, length, line, signed};
use super::strings::Strings;

/// The built-in parser of RESP2 and RESP3, every type of both.
///
/// A reply is indexed, not converted: its strings stay where they arrived ([`Reply`] shares the buffer), and values
/// are decoded by whoever asked for them. Scalars cost no allocation.
///
/// ```
/// use bytes::BytesMut;
/// use redwire::resp::{Parser, RespParser};
///
/// let mut parser = RespParser::default();
/// let mut input = BytesMut::from("*2\r\n$3\r\nfoo\r\n:4");
/// assert!(parser.parse(&mut input)?.is_none()); // not complete, not an error
/// input.extend_from_slice(b"2\r\n");
/// let reply = parser.parse(&mut input)?.expect("complete now");
/// assert_eq!(reply.decode::<(String, i64)>()?, ("foo".to_string(), 42));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RespParser {
    limits: Limits,
    /// No plain element can pass the limit on strings, nor a plain reply that on replies, and nothing was wrong so far: nobody
    /// has to look.
    straight: bool,
    index: Index,
    /// Bytes of the reply in progress that are indexed.
    pos: usize,
    /// Bytes of the line in progress that are known to hold no line end.
    scanned: usize,
    /// Elements that the reply in progress may still have.
    budget: usize,
    /// A streamed string in progress: where its text starts and how much there is.
    stream: Option<(usize, usize)>,
    /// Bytes the reply in progress needs in all, as far as known.
    wanted: usize,
    /// Bytes of all replies handed out.
    consumed: u64,
    /// Elements, and pieces of lines, looked at.
    steps: u64,
    failed: Option<ProtocolError>,
}

/// Bytes of a line that count as one step.
const LINE_PIECE: usize = 64;

/// How one step ended.
enum Step {
    /// The reply is complete.
    Complete,
    /// More elements follow.
    More,
    /// The input ends in the middle of an element.
    Starved,
}

impl Default for RespParser {
    fn default() -> Self {
        RespParser::new(Limits::default())
    }
}

impl RespParser {
    /// A parser with these bounds.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        RespParser {
            limits,
            straight: is_straight(&limits),
            index: Index::default(),
            pos: 0,
            scanned: 0,
            budget: limits.max_elements(),
            stream: None,
            wanted: 0,
            consumed: 0,
            steps: 0,
            failed: None,
        }
    }

    /// How many elements and pieces of lines (of 64 bytes) have been looked at since the connection began: the parser's
    /// work, which grows with the bytes received and by no more than one for each piece they came in.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    fn run(&mut self, input: &mut [u8]) -> Result<bool, Bad> {
        loop {
            if self.straight && self.stream.is_none() && self.index.depth() > 0 && self.many(input) {
                return Ok(true);
            }
            self.steps += 1;
            let (start, nodes) = (self.pos, self.index.len());
            let unpaid = self.index.is_streaming();
            let step = if self.stream.is_some() {
                self.chunk(input)?
            } else {
                self.element(input)?
            };
            if matches!(step, Step::Starved) {
                return Ok(false);
            }
            // No header announced the elements of a streamed aggregate; attributes have paid for themselves.
            let paid = match self
                .index
                .kind_at(nodes)
                .filter(|kind| unpaid && *kind != Kind::Attribute)
            {
                Some(_) => self.spend(1),
                None => Ok(()),
            };
            if let Err(bad) = paid.and_then(|()| self.within_total(self.pos)) {
                self.pos = start;
                return Err(bad);
            }
            if matches!(step, Step::Complete) {
                return Ok(true);
            }
        }
    }

    /// Elements of an aggregate as long as they are [`plain`] or short arrays. Stops at anything else, which
    /// [`RespParser::element`] then looks at. True when the reply is complete.
    fn many(&mut self, input: &[u8]) -> bool {
        // What lies beyond the limit is left to the careful road, which refuses it.
        let input = input.get(..self.limits.max_total()).unwrap_or(input);
        let mut rest = input.get(self.pos..).unwrap_or_default();
        let mut complete = false;
        let known = self.index.len();
        let mut filler = self.index.filler();
        while !filler.is_full() {
            if let Some(next) = plain(rest, input.len() - rest.len(), |node| filler.add(node)) {
                rest = next;
                if filler.is_full() {
                    complete = filler.close();
                    if complete {
                        break;
                    }
                }
                continue;
            }
            let [b'*', count @ b'1'..=b'9', b'\r', b'\n', ref inner @ ..] = *rest else {
                break;
            };
            let count = count - b'0';
            let Some(budget) = self.budget.checked_sub(usize::from(count)) else {
                break;
            };
            let least = input.len() - inner.len() + 3 * usize::from(count);
            if filler.depth() >= self.limits.max_depth() || least > self.limits.max_total() {
                break;
            }
            self.budget = budget;
            filler.open(Kind::Array, u32::from(count));
            rest = inner;
        }
        filler.done();
        let added = self.index.len() - known;
        if added > 0 {
            self.steps += added as u64;
            self.advance(input.len() - rest.len());
        }
        complete
    }

    fn within_total(&self, bytes: usize) -> Result<(), Bad> {
        if bytes > self.limits.max_total() {
            Err(Bad::ReplyTooLong)
        } else {
            Ok(())
        }
    }

    #[inline]
    fn element(&mut self, input: &[u8]) -> Result<Step, Bad> {
        let Some(&kind) = input.get(self.pos) else {
            return Ok(Step::Starved);
        };
        match kind {
            b'$' => self.bulk(input),
            b':' => match signed(input, self.pos + 1)? {
                Found::Complete(value, next) => Ok(self.leaf(Node::integer(value), next)),
                Found::Starved => Ok(Step::Starved),
            },
            b'*' => self.aggregate(input, Kind::Array),
            _ => self.other(kind, input),
        }
    }

    fn other(&mut self, kind: u8, input: &[u8]) -> Result<Step, Bad> {
        match kind {
            b'+' => self.text_line(input, Kind::Simple, |_| true),
            b'-' => self.text_line(input, Kind::Error, |_| true),
            b',' => self.text_line(input, Kind::Double, double),
            b'(' => self.text_line(input, Kind::BigNumber, big_number),
            b'%' => self.aggregate(input, Kind::Map),
            b'~' => self.aggregate(input, Kind::Set),
            b'>' => self.aggregate(input, Kind::Push),
            b'|' => self.aggregate(input, Kind::Attribute),
            b'=' | b'!' => self.bulk(input),
            b'_' => self.fixed(input, |rest| matches!(rest, []).then_some(Node::NULL)),
            b'#' => self.fixed(input, |rest| match rest {
                b"t" => Some(Node::boolean(true)),
                b"f" => Some(Node::boolean(false)),
                _ => None,
            }),
            b'.' => match line(input, self.pos + 1, 0, 0).map_err(|bad| match bad {
                Bad::LineTooLong => Bad::BadStream,
                other => other,
            })? {
                Found::Starved => Ok(Step::Starved),
                Found::Complete(_, next) => {
                    let complete = self.index.close_streamed().ok_or(Bad::BadStream)?;
                    self.advance(next);
                    Ok(if complete { Step::Complete } else { Step::More })
                }
            },
            b';' => Err(Bad::BadStream),
            _ => Err(Bad::UnknownType),
        }
    }

    /// `_` and `#`: nothing or one letter.
    fn fixed(&mut self, input: &[u8], read: impl Fn(&[u8]) -> Option<Node>) -> Result<Step, Bad> {
        let start = self.pos + 1;
        match line(input, start, 0, 1).map_err(|_| Bad::BadNumber)? {
            Found::Starved => Ok(Step::Starved),
            Found::Complete(end, next) => {
                let node = input.get(start..end).and_then(read).ok_or(Bad::BadNumber)?;
                Ok(self.leaf(node, next))
            }
        }
    }

    fn text_line(&mut self, input: &[u8], kind: Kind, valid: fn(&[u8]) -> bool) -> Result<Step, Bad> {
        let start = self.pos + 1;
        let found = line(input, start, self.scanned, self.limits.max_line())?;
        let looked = match found {
            Found::Starved => input.len() - start,
            Found::Complete(end, _) => end - start,
        };
        self.steps += (looked.saturating_sub(self.scanned) / LINE_PIECE) as u64;
        match found {
            Found::Starved => {
                // The last byte may be the CR of a line end that is cut in two.
                self.scanned = looked.saturating_sub(1);
                Ok(Step::Starved)
            }
            Found::Complete(end, next) => {
                if !input.get(start..end).is_some_and(valid) {
                    return Err(Bad::BadNumber);
                }
                self.scanned = 0;
                Ok(self.leaf(Node::text(kind, start, end - start), next))
            }
        }
    }

    #[inline]
    fn bulk(&mut self, input: &[u8]) -> Result<Step, Bad> {
        let (len, start) = match length(input, self.pos + 1)? {
            Found::Starved => return Ok(Step::Starved),
            Found::Complete(Some(len), next) => (len, next),
            Found::Complete(None, next) => return self.special_length(input, next, Kind::Bulk),
        };
        if len > self.limits.max_bulk() {
            return Err(Bad::BulkTooLong);
        }
        let end = start.saturating_add(len);
        self.within_total(end)?;
        if !self.line_end(input, end)? {
            return Ok(Step::Starved);
        }
        let node = match input.get(self.pos) {
            Some(b'$') => Node::text(Kind::Bulk, start, len),
            Some(b'!') => Node::text(Kind::Error, start, len),
            _ => {
                // `txt:` comes before the text itself.
                if input.get(start..end).and_then(|text| text.get(3)) != Some(&b':') {
                    return Err(Bad::BadVerbatim);
                }
                Node::text(Kind::Verbatim, start, len)
            }
        };
        Ok(self.leaf(node, end + 2))
    }

    /// Whether the line end that belongs at `end` is there; false while it is still to come.
    #[inline]
    fn line_end(&mut self, input: &[u8], end: usize) -> Result<bool, Bad> {
        match input.get(end..end + 2) {
            Some(b"\r\n") => Ok(true),
            Some(_) => Err(Bad::MissingLineEnd),
            None if input.get(end).is_some_and(|&byte| byte != b'\r') => Err(Bad::MissingLineEnd),
            None => {
                self.wanted = end + 2;
                Ok(false)
            }
        }
    }

    /// A length that is not a number of bytes or elements: `-1` (no value) or `?` (streamed).
    #[cold]
    fn special_length(&mut self, input: &[u8], next: usize, kind: Kind) -> Result<Step, Bad> {
        let header = input.get(self.pos..next).unwrap_or_default();
        match header {
            b"$-1\r\n" | b"*-1\r\n" => Ok(self.leaf(Node::NULL, next)),
            b"$?\r\n" => {
                self.stream = Some((next, 0));
                self.pos = next;
                Ok(Step::More)
            }
            b"*?\r\n" | b"%?\r\n" | b"~?\r\n" => {
                self.check_depth()?;
                self.index.open_streamed(kind);
                self.pos = next;
                Ok(Step::More)
            }
            [_, b'?', ..] => Err(Bad::BadNumber), // streamed what cannot be
            _ => Err(Bad::BadLength),
        }
    }

    fn aggregate(&mut self, input: &[u8], kind: Kind) -> Result<Step, Bad> {
        let (count, next) = match length(input, self.pos + 1)? {
            Found::Starved => return Ok(Step::Starved),
            Found::Complete(Some(count), next) => (count, next),
            Found::Complete(None, next) => return self.special_length(input, next, kind),
        };
        let pairs = matches!(kind, Kind::Map | Kind::Attribute);
        let count = if pairs { count.saturating_mul(2) } else { count };
        self.check_depth()?;
        // An attribute is not an element of anything, so nobody has paid for it yet.
        let cost = if kind == Kind::Attribute {
            count.saturating_add(1)
        } else {
            count
        };
        self.spend(cost)?;
        // The shortest element takes three bytes.
        self.within_total(count.saturating_mul(3).saturating_add(next))?;
        let arrived = input.len().saturating_sub(next) / 4;
        self.index.reserve(count.min(arrived) + 1);
        self.advance(next);
        let complete = self
            .index
            .open(kind, u32::try_from(count).map_err(|_| Bad::TooManyElements)?);
        Ok(if complete { Step::Complete } else { Step::More })
    }

    /// One piece of a streamed string. Its text is moved down to join the pieces before it.
    fn chunk(&mut self, input: &mut [u8]) -> Result<Step, Bad> {
        let Some((text, have)) = self.stream else {
            return Ok(Step::More);
        };
        match input.get(self.pos) {
            None => return Ok(Step::Starved),
            Some(b';') => {}
            Some(_) => return Err(Bad::BadStream),
        }
        let (len, start) = match length(input, self.pos + 1)? {
            Found::Starved => return Ok(Step::Starved),
            Found::Complete(Some(len), next) => (len, next),
            Found::Complete(None, next) => return self.special_length(input, next, Kind::Bulk),
        };
        if len == 0 {
            self.stream = None;
            return Ok(self.leaf(Node::text(Kind::Bulk, text, have), start));
        }
        if len > self.limits.max_bulk().saturating_sub(have) {
            return Err(Bad::BulkTooLong);
        }
        let end = start.saturating_add(len);
        self.within_total(end)?;
        if !self.line_end(input, end)? {
            return Ok(Step::Starved);
        }
        input.copy_within(start..end, text + have);
        self.stream = Some((text, have + len));
        self.pos = end + 2;
        Ok(Step::More)
    }

    #[inline]
    fn leaf(&mut self, node: Node, next: usize) -> Step {
        self.pos = next;
        if self.index.leaf(node) {
            Step::Complete
        } else {
            Step::More
        }
    }

    fn advance(&mut self, next: usize) {
        self.pos = next;
        self.scanned = 0;
    }

    fn check_depth(&self) -> Result<(), Bad> {
        if self.index.depth() >= self.limits.max_depth() {
            Err(Bad::TooDeep)
        } else {
            Ok(())
        }
    }

    fn spend(&mut self, elements: usize) -> Result<(), Bad> {
        self.budget = self.budget.checked_sub(elements).ok_or(Bad::TooManyElements)?;
        Ok(())
    }

    fn begin_reply(&mut self) {
        self.pos = 0;
        self.scanned = 0;
        self.wanted = 0;
        self.budget = self.limits.max_elements();
    }
}

/// The first `len` bytes of the input. All of it goes as it is: an input without room behind it, as a
/// [`Connection`](crate::connection::Connection) has, need not be shared with the reply.
#[inline(always)]
pub(super) fn cut(input: &mut BytesMut, len: usize) -> Bytes {
    if len == input.capacity() {
        core::mem::take(input).freeze()
    } else {
        input.split_to(len).freeze()
    }
}

impl Parser for RespParser {
    /// Always inlined, so that the reply is not moved from hand to hand.
    #[inline(always)]
    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<Reply>, ProtocolError> {
        if self.straight && self.pos == 0 {
            let mut node = Node::NULL;
            let used = plain(input, 0, |found| node = found).map(|next| input.len() - next.len());
            if let Some(used) = used {
                self.steps += 1;
                self.consumed += used as u64;
                self.wanted = 0;
                self.scanned = 0; // the line of an `OK` that was cut before its end
                return Ok(Some(Reply::from_parts(cut(input, used), Nodes::One(node))));
            }
        }
        self.parse_carefully(input)
    }

    fn parse_run(&mut self, input: &mut BytesMut, most: usize, list: &mut ReplyList) {
        if !self.straight || self.pos > 0 {
            return;
        }
        // The shortest one has three bytes.
        let nodes = list.open_run(most.min(input.len() / 3));
        let (mut rest, mut replies) = (&input[..], 0);
        while replies < most {
            let Some(next) = plain(rest, input.len() - rest.len(), |node| nodes.push(node)) else {
                break;
            };
            rest = next;
            replies += 1;
        }
        if replies > 0 {
            let used = input.len() - rest.len();
            self.steps += replies as u64;
            self.consumed += used as u64;
            self.wanted = 0;
            self.scanned = 0;
            list.close_run(replies, cut(input, used));
        }
    }

    #[inline]
    fn parse_strings(&mut self, input: &mut BytesMut) -> Option<Strings> {
        // In the middle of a reply the input begins with what is indexed already.
        if self.pos > 0 || self.failed.is_some() {
            return None;
        }
        let strings = Strings::take(input, &self.limits)?;
        self.steps += 1 + strings.len() as u64;
        self.consumed += strings.size() as u64;
        self.wanted = 0;
        self.scanned = 0;
        Some(strings)
    }

    fn reset(&mut self) {
        self.index.clear();
        self.begin_reply();
        self.stream = None;
        self.consumed = 0;
        self.failed = None;
        self.straight = is_straight(&self.limits);
    }

    fn wanted(&self) -> usize {
        self.wanted
    }
}

impl RespParser {
    fn parse_carefully(&mut self, input: &mut BytesMut) -> Result<Option<Reply>, ProtocolError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        // With one byte missing, the one before it must be a CR already.
        if input.len() + 1 < self.wanted {
            return Ok(None);
        }
        match self.run(input) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let bytes = cut(input, self.pos);
                self.consumed += bytes.len() as u64;
                self.begin_reply();
                Ok(Some(Reply::from_parts(bytes, self.index.take())))
            }
            Err(kind) => {
                let at = self.pos.min(input.len());
                let found = input.get(at..).unwrap_or_default();
                let error = ProtocolError::new(kind, self.consumed + at as u64, found);
                self.failed = Some(error.clone());
                self.straight = false;
                Err(error)
            }
        }
    }
}

/// Whether a plain element is within these limits in any case.
fn is_straight(limits: &Limits) -> bool {
    limits.max_bulk() >= SHORT && limits.max_total() >= LONGEST
}
