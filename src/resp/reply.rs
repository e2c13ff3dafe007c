//! A reply: the bytes it came in and a flat index over them.

use alloc::vec::Vec;
use core::fmt;

use bytes::{Buf, Bytes};

use super::debug;
use super::error::DecodeError;
use super::from_reply::FromReply;
use super::index::{Kind, Node, Nodes};
use super::scan::parse_double;

/// One reply of a server, owned.
///
/// It is an index over the bytes it arrived in, so that making one copies nothing, and dropping, cloning, comparing
/// and printing one never recurses, however deep it nests. [`Reply::decode`] turns it into the type you want,
/// [`Reply::root`] walks it, [`Value`](super::Value) is the owned tree.
///
/// The bytes are shared with whatever else came in the same read. A `Reply`, or a `Bytes` taken from one, keeps that
/// buffer (usually a few KiB) alive; decode into `Vec<u8>` or `String` to keep small values for long.
#[derive(Clone)]
pub struct Reply {
    bytes: Bytes,
    nodes: Nodes,
}

impl Reply {
    pub(crate) fn from_parts(bytes: Bytes, nodes: Nodes) -> Self {
        Reply { bytes, nodes }
    }

    /// No value.
    pub(crate) const fn null() -> Self {
        Reply {
            bytes: Bytes::new(),
            nodes: Nodes::One(Node::NULL),
        }
    }

    pub(crate) fn into_parts(self) -> (Bytes, Nodes) {
        (self.bytes, self.nodes)
    }

    /// The reply's outermost element.
    #[must_use]
    pub fn root(&self) -> ReplyRef<'_> {
        let mut nodes = self.nodes.as_slice();
        let mut attributes = None;
        while let Some((first, _)) = nodes.split_first() {
            if first.kind != Kind::Attribute {
                break;
            }
            let span = first.span().clamp(1, nodes.len());
            attributes = nodes.get(..span);
            nodes = nodes.get(span..).unwrap_or_default();
        }
        ReplyRef {
            bytes: &self.bytes,
            nodes,
            attributes,
            utf8: Utf8::Unknown,
        }
    }

    /// How many bytes it took on the wire, about: what it holds on to as long as it lives.
    #[must_use]
    #[inline]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// A bulk string of this text.
    pub(crate) fn bulk(text: Bytes) -> Self {
        let node = Node::text(Kind::Bulk, 0, text.len());
        Reply::from_parts(text, Nodes::One(node))
    }

    /// The bytes it came in.
    pub(super) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// What the reply is.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.nodes {
            Nodes::One(node) => node.kind,
            Nodes::Many(_) => self.root().kind(),
        }
    }

    /// The same reply with the texts of its errors, nested ones included, replaced where `rewrite` gives another one.
    pub(crate) fn rewrite_errors(mut self, rewrite: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Reply {
        let mut bytes = None;
        for node in self
            .nodes
            .as_mut_slice()
            .iter_mut()
            .filter(|node| node.kind == Kind::Error)
        {
            let start = node.data as usize;
            let text = self.bytes.get(start..start + node.len as usize).unwrap_or_default();
            if let Some(text) = rewrite(text) {
                // The new text stands behind everything else; nothing points to the old one any more.
                let all: &mut Vec<u8> = bytes.get_or_insert_with(|| self.bytes.to_vec());
                *node = Node::text(Kind::Error, all.len(), text.len());
                all.extend_from_slice(&text);
            }
        }
        match bytes {
            Some(bytes) => Reply::from_parts(bytes.into(), self.nodes),
            None => self,
        }
    }

    /// Decodes the reply.
    ///
    /// # Errors
    /// The reply is an error of the server, or not of the shape that `T` needs.
    pub fn decode<T: FromReply>(self) -> Result<T, DecodeError> {
        T::from_owned(self)
    }

    /// The text of a bulk string, cut out of the reply's buffer in place: when nobody else holds the buffer, the text can
    /// become a `Vec<u8>` or a `String` without a copy.
    #[inline(always)]
    pub(crate) fn into_text(self) -> Result<Bytes, Reply> {
        let Nodes::One(node) = &self.nodes else {
            return Err(self);
        };
        let (start, len) = (node.data as usize, node.len as usize);
        if node.kind != Kind::Bulk || start > self.bytes.len() {
            return Err(self);
        }
        let mut text = self.bytes;
        text.advance(start);
        text.truncate(len);
        Ok(text)
    }
}

impl PartialEq for Reply {
    fn eq(&self, other: &Reply) -> bool {
        self.root() == other.root()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug::write(self.root(), f)
    }
}

/// One element of a [`Reply`], borrowed from it.
#[derive(Clone, Copy)]
pub struct ReplyRef<'a> {
    bytes: &'a Bytes,
    /// This element's node and those of its children.
    nodes: &'a [Node],
    attributes: Option<&'a [Node]>,
    utf8: Utf8<'a>,
}

/// What is known about the bytes of the whole reply.
#[derive(Clone, Copy)]
enum Utf8<'a> {
    Unknown,
    /// All of them are text, so every string in them is.
    Whole(&'a str),
    /// Some of them are not; each string must be looked at by itself.
    Mixed,
}

/// What an element holds, for those who want to match on it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Data<'a> {
    /// No value.
    Null,
    /// An integer.
    Integer(i64),
    /// A double.
    Double(f64),
    /// True or false.
    Boolean(bool),
    /// An integer of any size, in decimal digits.
    BigNumber(&'a [u8]),
    /// A status line.
    Simple(&'a [u8]),
    /// A binary-safe string.
    Bulk(&'a [u8]),
    /// Text with its three-letter format (`txt`, `mkd`).
    Verbatim {
        /// The format.
        format: &'a [u8],
        /// The text.
        text: &'a [u8],
    },
    /// An error line: the code is its first word.
    Error(&'a [u8]),
    /// A list.
    Array(Items<'a>),
    /// Fields and values.
    Map(Pairs<'a>),
    /// A set.
    Set(Items<'a>),
    /// A push message.
    Push(Items<'a>),
}

impl<'a> ReplyRef<'a> {
    /// The bytes of the whole reply.
    pub(crate) fn bytes(&self) -> &'a Bytes {
        self.bytes
    }

    /// This element's node and those of its children.
    pub(crate) fn nodes(&self) -> &'a [Node] {
        self.nodes
    }

    pub(crate) fn node(&self) -> Node {
        self.nodes.first().copied().unwrap_or(Node::NULL)
    }

    /// Where its text stands in the bytes of the reply.
    pub(super) fn range(&self) -> (usize, usize) {
        let node = self.node();
        let start = node.data as usize;
        (start, start + node.len as usize)
    }

    /// What this element is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.node().kind
    }

    /// True for "no value".
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    /// What this element holds.
    #[must_use]
    pub fn data(&self) -> Data<'a> {
        let node = self.node();
        match node.kind {
            Kind::Null => Data::Null,
            Kind::Integer => Data::Integer(node.data as i64),
            Kind::Boolean => Data::Boolean(node.data != 0),
            Kind::Double => Data::Double(parse_double(self.raw()).unwrap_or(f64::NAN)),
            Kind::BigNumber => Data::BigNumber(self.raw()),
            Kind::Simple => Data::Simple(self.raw()),
            Kind::Bulk => Data::Bulk(self.raw()),
            Kind::Error => Data::Error(self.raw()),
            Kind::Verbatim => {
                let raw = self.raw();
                let (format, text) = raw.split_at_checked(4).unwrap_or((b"txt:", raw));
                Data::Verbatim {
                    format: format.get(..3).unwrap_or_default(),
                    text,
                }
            }
            Kind::Array => Data::Array(self.items()),
            Kind::Set => Data::Set(self.items()),
            Kind::Push => Data::Push(self.items()),
            Kind::Map | Kind::Attribute => Data::Map(Pairs(self.items())),
        }
    }

    /// The bytes of a text-like element as they stand on the wire, the format of a verbatim string included.
    pub(crate) fn raw(&self) -> &'a [u8] {
        let (start, end) = self.range();
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The text of a simple, bulk or verbatim string, or of a big number or double as written; `None` for the rest.
    #[must_use]
    pub fn text(&self) -> Option<&'a [u8]> {
        match self.kind() {
            Kind::Bulk | Kind::Simple | Kind::BigNumber | Kind::Double => Some(self.raw()),
            Kind::Verbatim => self.raw().get(4..),
            _ => None,
        }
    }

    /// This element with the text of the whole reply checked at once, which for many short strings costs a fraction of
    /// checking each. Few or long ones are left to be checked one by one.
    pub(crate) fn with_checked_text(mut self) -> Self {
        let many = self.nodes.len() >= 8 && self.bytes.len() / self.nodes.len() <= 256;
        if many && matches!(self.utf8, Utf8::Unknown) {
            self.utf8 = core::str::from_utf8(self.bytes).map_or(Utf8::Mixed, Utf8::Whole);
        }
        self
    }

    /// The same text as [`ReplyRef::text`], if it is UTF-8.
    #[inline]
    pub(crate) fn utf8_text(&self) -> Option<&'a str> {
        if let (Utf8::Whole(whole), Kind::Bulk) = (self.utf8, self.kind()) {
            let (start, end) = self.range();
            if let Some(text) = whole.get(start..end) {
                return Some(text);
            }
        }
        core::str::from_utf8(self.text()?).ok()
    }

    /// The same text as [`ReplyRef::text`], shared with the reply's buffer instead of copied.
    #[inline]
    #[must_use]
    pub fn shared_text(&self) -> Option<Bytes> {
        let (start, end) = self.range();
        match self.kind() {
            // The common case, whose place need not be found again by comparing addresses.
            Kind::Bulk if start <= end && end <= self.bytes.len() => Some(self.bytes.slice(start..end)),
            _ => self.text().map(|text| self.bytes.slice_ref(text)),
        }
    }

    /// The text of an error; `None` for everything else.
    #[must_use]
    pub fn error(&self) -> Option<&'a [u8]> {
        if self.kind() == Kind::Error {
            Some(self.raw())
        } else {
            None
        }
    }

    /// The children of an array, set or push; fields and values in turn for a map; nothing for a scalar.
    #[must_use]
    pub fn items(&self) -> Items<'a> {
        let node = self.node();
        if !node.kind.is_aggregate() {
            return Items {
                bytes: self.bytes,
                rest: &[],
                left: 0,
                utf8: self.utf8,
            };
        }
        let rest = self.nodes.get(1..node.span()).unwrap_or_default();
        Items {
            bytes: self.bytes,
            rest,
            left: node.len as usize,
            utf8: self.utf8,
        }
    }

    /// This element and all below it, in the order of the wire, without attributes.
    #[inline]
    pub(crate) fn walk(self) -> Walk<'a> {
        Walk::new(self)
    }

    /// Attributes that the server attached to this element (RESP3 `|`), as a map.
    #[must_use]
    pub fn attributes(&self) -> Option<Pairs<'a>> {
        let nodes = self.attributes?;
        Some(Pairs(
            ReplyRef {
                bytes: self.bytes,
                nodes,
                attributes: None,
                utf8: Utf8::Unknown,
            }
            .items(),
        ))
    }

    /// An owned copy of this element: shares the bytes, copies the index.
    #[must_use]
    pub fn to_reply(&self) -> Reply {
        let nodes = match self.nodes {
            [only] if !only.kind.is_aggregate() => Nodes::One(*only),
            nodes => Nodes::Many(nodes.get(..self.node().span()).unwrap_or_default().to_vec()),
        };
        Reply {
            bytes: self.bytes.clone(),
            nodes,
        }
    }

    /// Decodes this element.
    ///
    /// # Errors
    /// The element is an error of the server, or not of the shape that `T` needs.
    pub fn decode<T: FromReply>(self) -> Result<T, DecodeError> {
        T::from_reply(self)
    }
}

/// Structural equality: attributes do not count, a double equals a double of the same bits or value.
impl PartialEq for ReplyRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        let mut left = Walk::new(*self);
        let mut right = Walk::new(*other);
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if same_shallow(&a, &b) => {}
                _ => return false,
            }
        }
    }
}

fn same_shallow(a: &ReplyRef<'_>, b: &ReplyRef<'_>) -> bool {
    let (x, y) = (a.node(), b.node());
    if x.kind != y.kind {
        return false;
    }
    match x.kind {
        Kind::Null => true,
        Kind::Integer | Kind::Boolean => x.data == y.data,
        kind if kind.is_aggregate() => x.len == y.len,
        _ => a.raw() == b.raw(),
    }
}

impl fmt::Debug for ReplyRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug::write(*self, f)
    }
}

/// One element and all below it, in the order of the wire, without recursion. Attributes are left out.
pub(crate) struct Walk<'a> {
    bytes: &'a Bytes,
    rest: &'a [Node],
}

impl<'a> Walk<'a> {
    fn new(root: ReplyRef<'a>) -> Self {
        Walk {
            bytes: root.bytes,
            rest: root.nodes.get(..root.node().span()).unwrap_or_default(),
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = ReplyRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<ReplyRef<'a>> {
        loop {
            let first = self.rest.first()?;
            let nodes = self.rest;
            if first.kind == Kind::Attribute {
                self.rest = nodes.get(first.span().max(1)..).unwrap_or_default();
                continue;
            }
            self.rest = nodes.get(1..).unwrap_or_default();
            return Some(ReplyRef {
                bytes: self.bytes,
                nodes,
                attributes: None,
                utf8: Utf8::Unknown,
            });
        }
    }
}

/// The children of an aggregate.
#[derive(Clone)]
pub struct Items<'a> {
    bytes: &'a Bytes,
    rest: &'a [Node],
    left: usize,
    utf8: Utf8<'a>,
}

impl<'a> Iterator for Items<'a> {
    type Item = ReplyRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<ReplyRef<'a>> {
        let mut attributes = None;
        loop {
            let first = self.rest.first()?;
            let (nodes, rest) = self.rest.split_at_checked(first.span())?;
            self.rest = rest;
            if first.kind == Kind::Attribute {
                attributes = Some(nodes);
                continue;
            }
            self.left = self.left.saturating_sub(1);
            return Some(ReplyRef {
                bytes: self.bytes,
                nodes,
                attributes,
                utf8: self.utf8,
            });
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Items<'_> {}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The pairs of a map.
#[derive(Clone)]
pub struct Pairs<'a>(pub(crate) Items<'a>);

impl<'a> Iterator for Pairs<'a> {
    type Item = (ReplyRef<'a>, ReplyRef<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let pairs = self.0.left / 2;
        (pairs, Some(pairs))
    }
}

impl ExactSizeIterator for Pairs<'_> {}

impl fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}
