//! Many replies in order, kept close together.

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use super::index::{Kind, Node, Nodes};
use super::reply::{Reply, ReplyRef};

/// Replies in the order in which they came.
///
/// Those without an inside that came in one stretch of buffer share it, and take 16 bytes each besides; the others are
/// kept as they are.
///
/// ```
/// use bytes::BytesMut;
/// use redwire::resp::{Parser, ReplyList, RespParser};
///
/// let mut parser = RespParser::default();
/// let mut input = BytesMut::from("+OK\r\n:1\r\n*1\r\n:2\r\n");
/// let mut list = ReplyList::new();
/// parser.parse_run(&mut input, 10, &mut list); // as many as are plain
/// assert_eq!(list.len(), 2);
/// list.push(parser.parse(&mut input)?.expect("complete"));
/// assert_eq!(format!("{list:?}"), "[+OK, 1, [2]]");
/// # Ok::<(), redwire::resp::ProtocolError>(())
/// ```
#[derive(Clone, Default)]
pub struct ReplyList {
    pieces: Vec<Piece>,
    /// Of the replies in runs, one each.
    nodes: Vec<Node>,
    len: usize,
    size: usize,
    has_errors: bool,
    /// The piece that was last looked at: replies are mostly asked for in order.
    hint: usize,
}

#[derive(Clone)]
struct Piece {
    /// The number of its first reply.
    first: usize,
    content: Content,
}

#[derive(Clone)]
enum Content {
    /// Scalars that share a stretch of buffer; where the node of the first one stands.
    Run {
        node: usize,
        bytes: Bytes,
    },
    One(Reply),
}

impl ReplyList {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        ReplyList::default()
    }

    /// None yet, with room for `replies` scalars.
    pub(crate) fn with_room_for(replies: usize) -> Self {
        ReplyList {
            nodes: Vec::with_capacity(replies),
            ..ReplyList::default()
        }
    }

    /// The children of an aggregate as replies of their own.
    pub(crate) fn of_children(reply: Reply) -> Self {
        let root = reply.root();
        let count = root.items().len();
        if root.nodes().len() != count + 1 {
            // Some of them have children of their own, or attributes.
            let mut list = ReplyList::with_room_for(count);
            root.items().for_each(|item| list.push_child(item));
            list.size = reply.size();
            return list;
        }
        let has_errors = root.nodes().iter().any(|node| node.kind == Kind::Error);
        let (bytes, nodes) = reply.into_parts();
        let nodes = match nodes {
            Nodes::Many(nodes) => nodes,
            Nodes::One(node) => Vec::from([node]),
        };
        // Attributes of the whole may stand in front.
        let node = nodes.len() - count;
        ReplyList {
            size: bytes.len(),
            pieces: Vec::from([Piece {
                first: 0,
                content: Content::Run { node, bytes },
            }]),
            nodes,
            len: count,
            has_errors,
            hint: 0,
        }
    }

    fn push_child(&mut self, child: ReplyRef<'_>) {
        self.has_errors |= child.kind() == Kind::Error;
        if child.kind().is_aggregate() || child.attributes().is_some() {
            self.push(child.to_reply());
            return;
        }
        if !matches!(
            self.pieces.last(),
            Some(Piece {
                content: Content::Run { .. },
                ..
            })
        ) {
            let content = Content::Run {
                node: self.nodes.len(),
                bytes: child.bytes().clone(),
            };
            self.pieces.push(Piece {
                first: self.len,
                content,
            });
        }
        self.nodes.push(child.node());
        self.len += 1;
    }

    /// Adds one behind the others.
    pub fn push(&mut self, reply: Reply) {
        self.has_errors |= reply.kind() == Kind::Error;
        self.size += reply.size();
        self.pieces.push(Piece {
            first: self.len,
            content: Content::One(reply),
        });
        self.len += 1;
    }

    /// Where the nodes of the next run go; [`ReplyList::close_run`] must follow.
    pub(crate) fn open_run(&mut self, room: usize) -> &mut Vec<Node> {
        self.nodes.reserve(room);
        &mut self.nodes
    }

    /// The last `replies` nodes added are scalars, none an error, that stand in `bytes`.
    pub(crate) fn close_run(&mut self, replies: usize, bytes: Bytes) {
        self.size += bytes.len();
        let node = self.nodes.len() - replies;
        self.pieces.push(Piece {
            first: self.len,
            content: Content::Run { node, bytes },
        });
        self.len += replies;
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many bytes they took on the wire, about: what they hold on to as long as they live.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The piece that holds the reply at `index`, which is one of those there are.
    #[inline]
    fn piece_of(&self, index: usize) -> usize {
        let is_before = |at: usize| self.pieces.get(at).is_none_or(|piece| index < piece.first);
        let hint = self.hint;
        if !is_before(hint) {
            if is_before(hint + 1) {
                return hint;
            }
            if is_before(hint + 2) {
                return hint + 1;
            }
        }
        self.pieces.partition_point(|piece| piece.first <= index) - 1
    }

    /// The reply at `index`, sharing its bytes.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Reply> {
        if index >= self.len {
            return None;
        }
        let piece = self.pieces.get(self.piece_of(index))?;
        match &piece.content {
            Content::Run { node, bytes } => self.scalar(bytes, node + index - piece.first),
            Content::One(reply) => Some(reply.clone()),
        }
    }

    #[inline]
    fn scalar(&self, bytes: &Bytes, node: usize) -> Option<Reply> {
        let node = *self.nodes.get(node)?;
        Some(Reply::from_parts(bytes.clone(), Nodes::One(node)))
    }

    /// The same for a reply that nobody asks for again, so that a large one need not be shared.
    #[inline]
    pub(crate) fn take(&mut self, index: usize) -> Option<Reply> {
        if index >= self.len {
            return None;
        }
        let at = self.piece_of(index);
        self.hint = at;
        let piece = self.pieces.get_mut(at)?;
        let first = piece.first;
        match &mut piece.content {
            Content::One(reply) => Some(core::mem::replace(reply, Reply::null())),
            Content::Run { node, bytes } => {
                let node = *self.nodes.get(*node + index - first)?;
                Some(Reply::from_parts(bytes.clone(), Nodes::One(node)))
            }
        }
    }

    /// The first error of the server among them.
    #[must_use]
    pub fn first_error(&self) -> Option<(usize, Reply)> {
        self.errors().next()
    }

    /// The errors of the server among them, each with its place.
    pub(crate) fn errors(&self) -> impl Iterator<Item = (usize, Reply)> {
        let all = if self.has_errors { self.len } else { 0 };
        (0..all)
            .filter_map(|index| Some((index, self.get(index)?)))
            .filter(|(_, reply)| reply.kind() == Kind::Error)
    }

    /// The same replies with the errors among them rewritten by `rewrite`, which is told their place.
    pub(crate) fn rewrite_errors(mut self, rewrite: impl Fn(usize, &[u8]) -> Option<Vec<u8>>) -> Self {
        if !self.has_errors {
            return self;
        }
        let mut list = ReplyList::with_room_for(0);
        for index in 0..self.len {
            if let Some(reply) = self.take(index) {
                list.push(reply.rewrite_errors(|text| rewrite(index, text)));
            }
        }
        list
    }
}

impl IntoIterator for ReplyList {
    type Item = Reply;
    type IntoIter = IntoReplies;

    fn into_iter(self) -> IntoReplies {
        IntoReplies { list: self, next: 0 }
    }
}

/// The replies of a [`ReplyList`], one after the other.
#[derive(Debug)]
pub struct IntoReplies {
    list: ReplyList,
    next: usize,
}

impl Iterator for IntoReplies {
    type Item = Reply;

    #[inline]
    fn next(&mut self) -> Option<Reply> {
        let reply = self.list.take(self.next)?;
        self.next += 1;
        Some(reply)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.list.len - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for IntoReplies {}

impl FromIterator<Reply> for ReplyList {
    fn from_iter<I: IntoIterator<Item = Reply>>(replies: I) -> Self {
        let mut list = ReplyList::new();
        replies.into_iter().for_each(|reply| list.push(reply));
        list
    }
}

impl fmt::Debug for ReplyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries((0..self.len).filter_map(|index| self.get(index)))
            .finish()
    }
}
