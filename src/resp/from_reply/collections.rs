//! Lists, sets and maps.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
#[cfg(feature = "std")]
use core::hash::{BuildHasher, Hash};
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};

use super::{FromReply, pairs};
use crate::resp::error::DecodeError;
use crate::resp::index::Kind;
use crate::resp::reply::{Items, Reply, ReplyRef};

/// The children of a list or set; fields and values in turn of a map.
fn items<'a>(reply: ReplyRef<'a>, expected: &'static str) -> Result<Items<'a>, DecodeError> {
    match reply.kind() {
        Kind::Array | Kind::Set | Kind::Push | Kind::Map => Ok(reply.items()),
        _ => Err(DecodeError::new(expected, reply)),
    }
}

/// The same reply, its text checked if that is of use.
fn checked(reply: ReplyRef<'_>, text: bool) -> ReplyRef<'_> {
    if text { reply.with_checked_text() } else { reply }
}

pub(crate) fn list<T: FromReply>(reply: ReplyRef<'_>) -> Result<Vec<T>, DecodeError> {
    let reply = checked(reply, T::TEXT);
    let items = items(reply, "list")?;
    let mut list = Vec::with_capacity(items.len());
    for (index, item) in items.enumerate() {
        list.push(T::from_reply(item).map_err(|error| error.at(index))?);
    }
    Ok(list)
}

fn extend<T: FromReply>(reply: ReplyRef<'_>, mut add: impl FnMut(T)) -> Result<(), DecodeError> {
    let reply = checked(reply, T::TEXT);
    for (index, item) in items(reply, "set")?.enumerate() {
        add(T::from_reply(item).map_err(|error| error.at(index))?);
    }
    Ok(())
}

impl<T: FromReply> FromReply for Vec<T> {
    const TEXT: bool = T::TEXT;

    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        T::list_from_reply(reply)
    }

    fn from_owned(reply: Reply) -> Result<Self, DecodeError> {
        T::list_from_owned(reply)
    }
}

impl<T: FromReply> FromReply for VecDeque<T> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        T::list_from_reply(reply).map(Into::into)
    }
}

impl<T: FromReply, const N: usize> FromReply for [T; N] {
    /// Exactly `N` elements, no more and no fewer.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        T::list_from_reply(reply)?
            .try_into()
            .map_err(|_| DecodeError::new(alloc::format!("list of {N}"), reply))
    }
}

impl<T: FromReply + Ord> FromReply for BTreeSet<T> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut set = BTreeSet::new();
        extend(reply, |item| {
            set.insert(item);
        })?;
        Ok(set)
    }
}

impl<K: FromReply + Ord, V: FromReply> FromReply for BTreeMap<K, V> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut map = BTreeMap::new();
        let reply = checked(reply, K::TEXT || V::TEXT);
        pairs(reply, "map")?.try_for_each(K::from_reply, V::from_reply, |key, value| {
            map.insert(key, value);
        })?;
        Ok(map)
    }
}

#[cfg(feature = "std")]
impl<T: FromReply + Eq + Hash, S: BuildHasher + Default> FromReply for HashSet<T, S> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut set = HashSet::with_capacity_and_hasher(reply.items().len(), S::default());
        extend(reply, |item| {
            set.insert(item);
        })?;
        Ok(set)
    }
}

#[cfg(feature = "std")]
impl<K: FromReply + Eq + Hash, V: FromReply, S: BuildHasher + Default> FromReply for HashMap<K, V, S> {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let pairs = pairs(checked(reply, K::TEXT || V::TEXT), "map")?;
        let mut map = HashMap::with_capacity_and_hasher(pairs.count(), S::default());
        pairs.try_for_each(K::from_reply, V::from_reply, |key, value| {
            map.insert(key, value);
        })?;
        Ok(map)
    }
}
