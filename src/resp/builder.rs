//! Building replies by hand: for other parsers, tests and transports that answer themselves.

use alloc::format;
use alloc::vec::Vec;

use super::index::{Index, Kind, Node};
use super::reply::Reply;

/// Builds one [`Reply`] element by element, in the order of the wire.
///
/// An aggregate takes the elements that follow it as its children until it is full.
///
/// ```
/// use redwire::resp::ReplyBuilder;
///
/// let mut reply = ReplyBuilder::new();
/// reply.map(1).bulk(b"name").array(2).integer(1).null();
/// assert!(reply.is_complete());
/// assert_eq!(format!("{:?}", reply.finish().unwrap()), r#"{"name": [1, nil]}"#);
/// ```
#[derive(Debug, Default)]
pub struct ReplyBuilder {
    text: Vec<u8>,
    index: Index,
    complete: bool,
    misused: bool,
}

impl ReplyBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// True when the elements so far make one whole reply.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// How many aggregates are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.index.depth()
    }

    /// The innermost open aggregate is a streamed one.
    pub(crate) fn is_streaming(&self) -> bool {
        self.index.is_streaming()
    }

    /// The reply, or `None` when elements are missing, too many were added, or a count did not fit.
    #[must_use]
    pub fn finish(mut self) -> Option<Reply> {
        if !self.complete || self.misused {
            return None;
        }
        Some(Reply::from_parts(self.text.into(), self.index.take()))
    }

    fn leaf(&mut self, node: Node) -> &mut Self {
        self.misused |= self.complete;
        self.complete = self.index.leaf(node);
        self
    }

    fn text(&mut self, kind: Kind, parts: &[&[u8]]) -> &mut Self {
        let start = self.text.len();
        for part in parts {
            self.text.extend_from_slice(part);
        }
        let len = self.text.len() - start;
        self.misused |= u32::try_from(len).is_err();
        self.leaf(Node::text(kind, start, len))
    }

    fn open(&mut self, kind: Kind, count: usize) -> &mut Self {
        self.misused |= self.complete;
        match u32::try_from(count) {
            Ok(count) => self.complete = self.index.open(kind, count),
            Err(_) => self.misused = true,
        }
        self
    }

    /// No value.
    pub fn null(&mut self) -> &mut Self {
        self.leaf(Node::NULL)
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) -> &mut Self {
        self.leaf(Node::integer(value))
    }

    /// A boolean.
    pub fn boolean(&mut self, value: bool) -> &mut Self {
        self.leaf(Node::boolean(value))
    }

    /// A double.
    pub fn double(&mut self, value: f64) -> &mut Self {
        let text = if value.is_nan() {
            "nan".into()
        } else {
            format!("{value:?}")
        };
        self.text(Kind::Double, &[text.as_bytes()])
    }

    /// A double as the server wrote it; `None` when `digits` is not one.
    pub(crate) fn double_text(&mut self, digits: &[u8]) -> Option<&mut Self> {
        super::scan::double(digits).then(|| self.text(Kind::Double, &[digits]))
    }

    /// An integer of any size, as decimal digits with an optional sign.
    pub fn big_number(&mut self, digits: &[u8]) -> &mut Self {
        self.misused |= !super::scan::big_number(digits);
        self.text(Kind::BigNumber, &[digits])
    }

    /// A status line.
    pub fn simple(&mut self, text: &[u8]) -> &mut Self {
        self.text(Kind::Simple, &[text])
    }

    /// A binary-safe string.
    pub fn bulk(&mut self, text: &[u8]) -> &mut Self {
        self.text(Kind::Bulk, &[text])
    }

    /// Text with its format: `txt` or `mkd`.
    pub fn verbatim(&mut self, format: [u8; 3], text: &[u8]) -> &mut Self {
        self.text(Kind::Verbatim, &[&format, b":", text])
    }

    /// An error; the first word is its code.
    pub fn error(&mut self, text: &[u8]) -> &mut Self {
        self.text(Kind::Error, &[text])
    }

    /// An array whose `count` elements follow.
    pub fn array(&mut self, count: usize) -> &mut Self {
        self.open(Kind::Array, count)
    }

    /// A set whose `count` elements follow.
    pub fn set(&mut self, count: usize) -> &mut Self {
        self.open(Kind::Set, count)
    }

    /// A push message whose `count` elements follow, its kind first.
    pub fn push(&mut self, count: usize) -> &mut Self {
        self.open(Kind::Push, count)
    }

    /// A map whose `pairs` fields and values follow in turn.
    pub fn map(&mut self, pairs: usize) -> &mut Self {
        self.open(Kind::Map, pairs.saturating_mul(2))
    }

    /// Attributes of the element after them: `pairs` fields and values follow in turn.
    pub fn attribute(&mut self, pairs: usize) -> &mut Self {
        self.open(Kind::Attribute, pairs.saturating_mul(2))
    }

    /// An aggregate that lasts until [`ReplyBuilder::end`]. Only arrays, maps and sets can be streamed.
    pub fn streamed(&mut self, kind: Kind) -> &mut Self {
        self.misused |= self.complete || !matches!(kind, Kind::Array | Kind::Map | Kind::Set);
        self.index.open_streamed(kind);
        self
    }

    /// Ends the innermost streamed aggregate.
    pub fn end(&mut self) -> &mut Self {
        match self.index.close_streamed() {
            Some(complete) => self.complete = complete,
            None => self.misused = true,
        }
        self
    }

    /// Something was added that makes no sense where it stands.
    pub(crate) fn is_misused(&self) -> bool {
        self.misused
    }
}
