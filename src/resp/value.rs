//! The owned tree, for those who want one.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Deref, DerefMut};

use bytes::Bytes;

use super::builder::ReplyBuilder;
use super::error::{DecodeError, server_error};
use super::from_reply::FromReply;
use super::index::Kind;
use super::reply::{Data, Reply, ReplyRef};
use super::server_error::ServerError;

/// A reply as an owned tree.
///
/// Typed calls decode straight from [`Reply`] and never build one. Dropping, cloning, comparing and printing a value
/// does not recurse, so depth is no danger. Attributes are left out.
#[non_exhaustive]
pub enum Value {
    /// No value.
    Null,
    /// An integer.
    Integer(i64),
    /// A double.
    Double(f64),
    /// True or false.
    Boolean(bool),
    /// An integer of any size, in decimal digits.
    BigNumber(String),
    /// A status line, such as `OK`.
    Simple(Bytes),
    /// A binary-safe string.
    Bulk(Bytes),
    /// Text; its three-letter format is dropped.
    Verbatim(Bytes),
    /// An error inside a reply.
    Error(ServerError),
    /// A list.
    Array(Values),
    /// Fields and values in turn, in the order of the server.
    Map(Values),
    /// A set, in the order of the server.
    Set(Values),
    /// A push message.
    Push(Values),
}

/// The children of a [`Value`]: a vector whose drop does not recurse.
#[derive(Default)]
pub struct Values {
    items: Vec<Value>,
    /// False when none of the children has children: then there is nothing to be careful about.
    nested: bool,
}

impl Values {
    /// The plain vector.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Value> {
        core::mem::take(&mut self.items)
    }
}

impl From<Vec<Value>> for Values {
    fn from(items: Vec<Value>) -> Self {
        Values { items, nested: true }
    }
}

impl Deref for Values {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl DerefMut for Values {
    fn deref_mut(&mut self) -> &mut [Value] {
        self.nested = true; // from now on nobody knows
        &mut self.items
    }
}

impl IntoIterator for Values {
    type Item = Value;
    type IntoIter = alloc::vec::IntoIter<Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<'a> IntoIterator for &'a Values {
    type Item = &'a Value;
    type IntoIter = core::slice::Iter<'a, Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl Drop for Values {
    #[inline]
    fn drop(&mut self) {
        if self.nested {
            drop_nested(&mut self.items);
        }
    }
}

/// What nests deeper than children of scalars is moved out before its parent goes, so no drop nests more than twice.
fn drop_nested(values: &mut [Value]) {
    let mut pending = Vec::new();
    take_deep(values, &mut pending);
    while let Some(mut values) = pending.pop() {
        take_deep(&mut values, &mut pending);
    }
}

/// Moves the children that may have children which have children to `pending`.
fn take_deep(values: &mut [Value], pending: &mut Vec<Vec<Value>>) {
    for children in values.iter_mut().filter_map(Value::children_mut) {
        if children.nested {
            pending.push(core::mem::take(&mut children.items));
        }
    }
}

impl Value {
    #[inline]
    fn children_mut(&mut self) -> Option<&mut Values> {
        match self {
            Value::Array(items) | Value::Map(items) | Value::Set(items) | Value::Push(items) => Some(items),
            _ => None,
        }
    }

    /// The children of an array, set, push or map.
    #[must_use]
    #[inline]
    pub fn children(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) | Value::Map(items) | Value::Set(items) | Value::Push(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a string of any kind.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Simple(text) | Value::Bulk(text) | Value::Verbatim(text) => Some(text),
            Value::BigNumber(digits) => Some(digits.as_bytes()),
            _ => None,
        }
    }

    /// The same as a flat reply; drop, clone, compare and print all go through it.
    #[must_use]
    pub fn to_reply(&self) -> Reply {
        let mut reply = ReplyBuilder::new();
        let mut pending = alloc::vec![core::slice::from_ref(self).iter()];
        while let Some(siblings) = pending.last_mut() {
            let Some(value) = siblings.next() else {
                pending.pop();
                continue;
            };
            match value {
                Value::Null => reply.null(),
                Value::Integer(value) => reply.integer(*value),
                Value::Double(value) => reply.double(*value),
                Value::Boolean(value) => reply.boolean(*value),
                Value::BigNumber(digits) => reply.big_number(digits.as_bytes()),
                Value::Simple(text) => reply.simple(text),
                Value::Bulk(text) => reply.bulk(text),
                Value::Verbatim(text) => reply.verbatim(*b"txt", text),
                Value::Error(error) => reply.error(error.raw()),
                Value::Array(items) => reply.array(items.len()),
                Value::Set(items) => reply.set(items.len()),
                Value::Push(items) => reply.push(items.len()),
                Value::Map(items) => reply.map(items.len() / 2),
            };
            if let Some(children) = value.children() {
                let whole = if matches!(value, Value::Map(_)) {
                    children.len() / 2 * 2
                } else {
                    children.len()
                };
                pending.push(children.get(..whole).unwrap_or_default().iter());
            }
        }
        reply.finish().unwrap_or_else(Reply::null)
    }
}

/// Always inlined, so that a value is built where it stays.
#[inline(always)]
fn scalar(element: ReplyRef<'_>) -> Value {
    let shared = || element.shared_text().unwrap_or_default();
    match element.kind() {
        Kind::Bulk => Value::Bulk(shared()),
        Kind::Integer => Value::Integer(element.node().data as i64),
        _ => rare_scalar(element),
    }
}

fn rare_scalar(element: ReplyRef<'_>) -> Value {
    let shared = || element.shared_text().unwrap_or_default();
    match element.data() {
        Data::Integer(value) => Value::Integer(value),
        Data::Double(value) => Value::Double(value),
        Data::Boolean(value) => Value::Boolean(value),
        Data::BigNumber(digits) => Value::BigNumber(String::from_utf8_lossy(digits).into_owned()),
        Data::Simple(_) => Value::Simple(shared()),
        Data::Bulk(_) => Value::Bulk(shared()),
        Data::Verbatim { .. } => Value::Verbatim(shared()),
        Data::Error(_) => server_error(element).map_or(Value::Null, Value::Error),
        _ => Value::Null,
    }
}

/// An aggregate whose children are still to come.
struct Open {
    kind: Kind,
    len: usize,
    values: Values,
}

impl Open {
    fn of(element: ReplyRef<'_>) -> Self {
        let len = element.items().len();
        Open {
            kind: element.kind(),
            len,
            values: Values {
                items: Vec::with_capacity(len),
                nested: false,
            },
        }
    }

    fn close(self) -> Value {
        match self.kind {
            Kind::Map => Value::Map(self.values),
            Kind::Set => Value::Set(self.values),
            Kind::Push => Value::Push(self.values),
            _ => Value::Array(self.values),
        }
    }
}

impl From<ReplyRef<'_>> for Value {
    fn from(root: ReplyRef<'_>) -> Value {
        if !root.kind().is_aggregate() {
            return scalar(root);
        }
        let mut inner = Open::of(root);
        let mut outer: Vec<Open> = Vec::new();
        let mut elements = root.walk().skip(1);
        loop {
            // The last child completes its parent, which may be a last child itself.
            while inner.values.len() == inner.len {
                let done = inner.close();
                let Some(parent) = outer.pop() else { return done };
                inner = parent;
                inner.values.nested = true;
                inner.values.items.push(done);
            }
            match elements.next() {
                Some(element) if element.kind().is_aggregate() => {
                    outer.push(core::mem::replace(&mut inner, Open::of(element)));
                }
                Some(element) => inner.values.items.push(scalar(element)),
                // Fewer than announced: no finished reply is like that.
                None => inner.len = inner.values.len(),
            }
        }
    }
}

impl FromReply for Value {
    /// Every reply has a value; errors at the top are refused as for any other type.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match reply.kind() {
            Kind::Error => Err(DecodeError::new("value", reply)),
            _ => Ok(Value::from(reply)),
        }
    }

    #[inline]
    fn from_owned(reply: Reply) -> Result<Self, DecodeError> {
        match reply.into_text() {
            Ok(text) => Ok(Value::Bulk(text)),
            Err(reply) => Value::from_reply(reply.root()),
        }
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        match self {
            Value::Null => Value::Null,
            Value::Integer(value) => Value::Integer(*value),
            Value::Double(value) => Value::Double(*value),
            Value::Boolean(value) => Value::Boolean(*value),
            Value::BigNumber(digits) => Value::BigNumber(digits.clone()),
            Value::Simple(text) => Value::Simple(text.clone()),
            Value::Bulk(text) => Value::Bulk(text.clone()),
            Value::Verbatim(text) => Value::Verbatim(text.clone()),
            Value::Error(error) => Value::Error(error.clone()),
            nested => Value::from(nested.to_reply().root()),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.to_reply() == other.to_reply()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_reply(), f)
    }
}

impl Clone for Values {
    fn clone(&self) -> Self {
        // Each child is cloned by itself; `Value::clone` does not recurse.
        Values::from(self.items.to_vec())
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.items).finish()
    }
}
