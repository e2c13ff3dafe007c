//! What a key can hold.

mod hash;
mod ranked;
mod set;
mod sorted_set;
mod stream;
mod text;

use alloc::collections::VecDeque;

use bytes::Bytes;

pub(crate) use hash::Hash;
pub(crate) use set::Set;
pub(crate) use sorted_set::SortedSet;
pub(crate) use stream::{Consumer, Fields, Group, Id, Refs, Stream, Threshold, Trim};
pub(crate) use text::{Origin, Text};

pub(crate) type List = VecDeque<Bytes>;

#[derive(Debug, Clone)]
pub(crate) enum Value {
    String(Text),
    List(List),
    Set(Set),
    Hash(Hash),
    SortedSet(SortedSet),
    Stream(Stream),
}

impl Value {
    /// The reply of TYPE.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Value::String(_) => "string",
            Value::List(_) => "list",
            Value::Set(_) => "set",
            Value::Hash(_) => "hash",
            Value::SortedSet(_) => "zset",
            Value::Stream(_) => "stream",
        }
    }

    /// Whether this is an aggregate without elements; such a key does not exist. An empty string does, and so does an
    /// empty stream.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Value::String(_) | Value::Stream(_) => false,
            Value::List(list) => list.is_empty(),
            Value::Set(set) => set.is_empty(),
            Value::Hash(hash) => hash.is_empty(),
            Value::SortedSet(set) => set.is_empty(),
        }
    }
}

/// A type a [`Value`] can hold; what the typed lookups of the context are generic over.
pub(crate) trait Kind: Default {
    fn of(value: &Value) -> Option<&Self>;
    fn of_mut(value: &mut Value) -> Option<&mut Self>;
    fn into_value(self) -> Value;
}

impl Kind for Text {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::String(text) = value {
            Some(text)
        } else {
            None
        }
    }
    fn of_mut(value: &mut Value) -> Option<&mut Self> {
        if let Value::String(text) = value {
            Some(text)
        } else {
            None
        }
    }
    fn into_value(self) -> Value {
        Value::String(self)
    }
}

impl Kind for List {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::List(list) = value {
            Some(list)
        } else {
            None
        }
    }
    fn of_mut(value: &mut Value) -> Option<&mut Self> {
        if let Value::List(list) = value {
            Some(list)
        } else {
            None
        }
    }
    fn into_value(self) -> Value {
        Value::List(self)
    }
}

impl Kind for Set {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Set(set) = value { Some(set) } else { None }
    }
    fn of_mut(value: &mut Value) -> Option<&mut Self> {
        if let Value::Set(set) = value { Some(set) } else { None }
    }
    fn into_value(self) -> Value {
        Value::Set(self)
    }
}

impl Kind for Hash {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Hash(hash) = value {
            Some(hash)
        } else {
            None
        }
    }
    fn of_mut(value: &mut Value) -> Option<&mut Self> {
        if let Value::Hash(hash) = value {
            Some(hash)
        } else {
            None
        }
    }
    fn into_value(self) -> Value {
        Value::Hash(self)
    }
}

impl Kind for SortedSet {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::SortedSet(set) = value {
            Some(set)
        } else {
            None
        }
    }
    fn of_mut(value: &mut Value) -> Option<&mut Self> {
        if let Value::SortedSet(set) = value {
            Some(set)
        } else {
            None
        }
    }
    fn into_value(self) -> Value {
        Value::SortedSet(self)
    }
}

impl Kind for Stream {
    fn of(value: &Value) -> Option<&Self> {
        if let Value::Stream(stream) = value {
            Some(stream)
        } else {
            None
        }
    }
    fn of_mut(value: &mut Value) -> Option<&mut Self> {
        if let Value::Stream(stream) = value {
            Some(stream)
        } else {
            None
        }
    }
    fn into_value(self) -> Value {
        Value::Stream(self)
    }
}
