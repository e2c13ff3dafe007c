//! The flat index of a reply: one node per element, in the order of the wire.

use alloc::vec::Vec;

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// No value (`_`, `$-1`, `*-1`).
    Null,
    /// A 64-bit integer (`:`).
    Integer,
    /// A double (`,`).
    Double,
    /// True or false (`#`).
    Boolean,
    /// An integer of any size (`(`).
    BigNumber,
    /// A short status line (`+`).
    Simple,
    /// A binary-safe string (`$`).
    Bulk,
    /// Text with a three-letter format (`=`).
    Verbatim,
    /// An error (`-` or `!`).
    Error,
    /// A list (`*`).
    Array,
    /// Pairs of field and value (`%`).
    Map,
    /// A set (`~`).
    Set,
    /// A message the server sends by itself (`>`).
    Push,
    /// Facts about the element that follows (`|`); not an element itself.
    Attribute,
}

impl Kind {
    /// True for arrays, maps, sets, pushes and attributes.
    #[must_use]
    pub const fn is_aggregate(self) -> bool {
        matches!(self, Kind::Array | Kind::Map | Kind::Set | Kind::Push | Kind::Attribute)
    }

    /// The name used in messages: `bulk string`, `map`, ...
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Integer => "integer",
            Kind::Double => "double",
            Kind::Boolean => "boolean",
            Kind::BigNumber => "big number",
            Kind::Simple => "simple string",
            Kind::Bulk => "bulk string",
            Kind::Verbatim => "verbatim string",
            Kind::Error => "error",
            Kind::Array => "array",
            Kind::Map => "map",
            Kind::Set => "set",
            Kind::Push => "push",
            Kind::Attribute => "attribute",
        }
    }
}

/// One element: 16 bytes, whatever it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Text: its length. Aggregate: how many children.
    pub(crate) len: u32,
    /// Integer and boolean: the value. Text: where it starts. Aggregate: how many nodes it spans, itself included.
    pub(crate) data: u64,
}

impl Node {
    pub(crate) const NULL: Node = Node {
        kind: Kind::Null,
        len: 0,
        data: 0,
    };

    pub(crate) const fn integer(value: i64) -> Node {
        Node {
            kind: Kind::Integer,
            len: 0,
            data: value as u64,
        }
    }

    pub(crate) const fn boolean(value: bool) -> Node {
        Node {
            kind: Kind::Boolean,
            len: 0,
            data: value as u64,
        }
    }

    pub(crate) const fn text(kind: Kind, start: usize, len: usize) -> Node {
        // Parsers refuse strings whose length does not fit: `Limits::bulk` is a u32.
        Node {
            kind,
            len: len as u32,
            data: start as u64,
        }
    }

    /// How many nodes this element takes, itself included.
    pub(crate) const fn span(&self) -> usize {
        if self.kind.is_aggregate() {
            self.data as usize
        } else {
            1
        }
    }
}

/// The nodes of a whole reply; a scalar needs no heap.
#[derive(Clone, Debug)]
pub(crate) enum Nodes {
    One(Node),
    Many(Vec<Node>),
}

impl Nodes {
    pub(crate) fn as_slice(&self) -> &[Node] {
        match self {
            Nodes::One(node) => core::slice::from_ref(node),
            Nodes::Many(nodes) => nodes,
        }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [Node] {
        match self {
            Nodes::One(node) => core::slice::from_mut(node),
            Nodes::Many(nodes) => nodes,
        }
    }
}

/// An aggregate whose children are still to come.
#[derive(Debug)]
struct Open {
    node: usize,
    /// Children to come; counts the children so far when streamed.
    count: u32,
    streamed: bool,
}

/// Builds [`Nodes`] element by element. Both parsers and [`ReplyBuilder`](super::ReplyBuilder) stand on it.
#[derive(Debug, Default)]
pub(crate) struct Index {
    single: Option<Node>,
    nodes: Vec<Node>,
    open: Vec<Open>,
}

impl Index {
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What the node at `index` is, if there is one.
    pub(crate) fn kind_at(&self, index: usize) -> Option<Kind> {
        self.nodes.get(index).map(|node| node.kind)
    }

    /// The innermost aggregate is a streamed one.
    pub(crate) fn is_streaming(&self) -> bool {
        self.open.last().is_some_and(|open| open.streamed)
    }

    /// Makes room for `more` nodes that are known to have arrived.
    pub(crate) fn reserve(&mut self, more: usize) {
        self.nodes.reserve(more);
    }

    /// Adds a scalar. True when the reply is complete.
    #[inline]
    pub(crate) fn leaf(&mut self, node: Node) -> bool {
        let Some(open) = self.open.last_mut() else {
            if self.nodes.is_empty() {
                self.single = Some(node);
            } else {
                self.nodes.push(node); // attributes came before it
            }
            return true;
        };
        self.nodes.push(node);
        if open.streamed {
            open.count += 1;
            return false;
        }
        open.count -= 1;
        if open.count > 0 {
            return false;
        }
        self.close()
    }

    /// For adding many scalars in a row to the innermost aggregate.
    pub(crate) fn filler(&mut self) -> Filler<'_> {
        Filler {
            left: self.left(),
            index: self,
        }
    }

    /// Adds an aggregate of `count` children. True when that completes the reply.
    #[inline]
    pub(crate) fn open(&mut self, kind: Kind, count: u32) -> bool {
        let node = self.nodes.len();
        self.nodes.push(Node {
            kind,
            len: count,
            data: 1,
        });
        self.open.push(Open {
            node,
            count,
            streamed: false,
        });
        if count > 0 { false } else { self.close() }
    }

    /// Adds an aggregate whose number of children is not known yet.
    pub(crate) fn open_streamed(&mut self, kind: Kind) {
        let node = self.nodes.len();
        self.nodes.push(Node { kind, len: 0, data: 1 });
        self.open.push(Open {
            node,
            count: 0,
            streamed: true,
        });
    }

    /// Ends the innermost streamed aggregate. `None` when there is none or it is a map with a value missing;
    /// otherwise whether the reply is complete.
    pub(crate) fn close_streamed(&mut self) -> Option<bool> {
        let open = self.open.last()?;
        let count = open.count;
        let node = self.nodes.get_mut(open.node)?;
        if !open.streamed || (node.kind == Kind::Map && count % 2 == 1) {
            return None;
        }
        node.len = count;
        Some(self.close())
    }

    /// Closes the innermost aggregate and every one that it completes.
    fn close(&mut self) -> bool {
        loop {
            let Some(done) = self.open.pop() else { return true };
            let span = self.nodes.len() - done.node;
            let Some(node) = self.nodes.get_mut(done.node) else {
                return true;
            };
            node.data = span as u64;
            if node.kind == Kind::Attribute {
                return false; // the element it describes is still to come
            }
            let Some(parent) = self.open.last_mut() else {
                return true;
            };
            if parent.streamed {
                parent.count += 1;
                return false;
            }
            parent.count -= 1;
            if parent.count > 0 {
                return false;
            }
        }
    }

    /// How many children of the innermost aggregate are to come; 0 when nobody knows.
    fn left(&self) -> u32 {
        self.open
            .last()
            .filter(|open| !open.streamed)
            .map_or(0, |open| open.count)
    }

    /// Sets how many children of the innermost aggregate are to come.
    fn set_left(&mut self, left: u32) {
        if let Some(open) = self.open.last_mut().filter(|open| !open.streamed) {
            open.count = left;
        }
    }

    /// Hands out the finished nodes and starts over.
    pub(crate) fn take(&mut self) -> Nodes {
        match self.single.take() {
            Some(node) => Nodes::One(node),
            None => Nodes::Many(core::mem::take(&mut self.nodes)),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.single = None;
        self.nodes.clear();
        self.open.clear();
    }
}

/// Adds scalars to the innermost aggregate, counting down outside the stack of aggregates.
pub(crate) struct Filler<'a> {
    index: &'a mut Index,
    left: u32,
}

impl Filler<'_> {
    /// No child is to come: the aggregate is full, or there is none, or nobody knows.
    pub(crate) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Adds one scalar to an aggregate that is not full. If it is full then, [`Filler::close`] must follow.
    #[inline(always)]
    pub(crate) fn add(&mut self, node: Node) {
        self.index.nodes.push(node);
        self.left -= 1;
    }

    pub(crate) fn depth(&self) -> usize {
        self.index.depth()
    }

    /// Opens an aggregate with `count` children, at least one.
    #[inline(always)]
    pub(crate) fn open(&mut self, kind: Kind, count: u32) {
        self.index.set_left(self.left);
        self.index.open(kind, count);
        self.left = count;
    }

    /// Closes the aggregate that is full. True when the reply is complete.
    pub(crate) fn close(&mut self) -> bool {
        let complete = self.index.close();
        self.left = self.index.left();
        complete
    }

    /// Writes back how many children are still to come.
    pub(crate) fn done(self) {
        self.index.set_left(self.left);
    }
}
