//! Pairs, in the three shapes servers send them in.

use crate::resp::error::DecodeError;
use crate::resp::index::Kind;
use crate::resp::reply::{Items, ReplyRef};

/// Fields and values of a reply, wherever they stand.
pub(crate) struct PairIter<'a> {
    items: Items<'a>,
    /// Each pair is a list of its own (RESP3 `WITHSCORES`).
    nested: bool,
    index: usize,
}

/// The pairs of a map, of a flat list (RESP2), or of a list of two-element lists.
pub(crate) fn pairs<'a>(reply: ReplyRef<'a>, expected: &'static str) -> Result<PairIter<'a>, DecodeError> {
    let items = reply.items();
    let nested = match reply.kind() {
        Kind::Map => false,
        Kind::Array | Kind::Set | Kind::Push => {
            let nested = items
                .clone()
                .next()
                .is_some_and(|first| first.kind().is_aggregate() && first.items().len() == 2);
            if !nested && items.len() % 2 == 1 {
                return Err(DecodeError::new(expected, reply));
            }
            nested
        }
        _ => return Err(DecodeError::new(expected, reply)),
    };
    Ok(PairIter {
        items,
        nested,
        index: 0,
    })
}

impl<'a> PairIter<'a> {
    /// How many pairs there are.
    pub(crate) fn count(&self) -> usize {
        if self.nested {
            self.items.len()
        } else {
            self.items.len() / 2
        }
    }

    /// Calls `each` for every pair; errors say which element of the reply they happened at.
    pub(crate) fn try_for_each<K, V>(
        mut self,
        key: impl Fn(ReplyRef<'a>) -> Result<K, DecodeError>,
        value: impl Fn(ReplyRef<'a>) -> Result<V, DecodeError>,
        mut each: impl FnMut(K, V),
    ) -> Result<(), DecodeError> {
        while let Some(first) = self.items.next() {
            let at = self.index;
            if self.nested {
                let mut inner = first.items();
                let (Some(a), Some(b), None) = (inner.next(), inner.next(), inner.next()) else {
                    return Err(DecodeError::new("pair", first).at(at));
                };
                each(
                    key(a).map_err(|e| e.at(0).at(at))?,
                    value(b).map_err(|e| e.at(1).at(at))?,
                );
                self.index += 1;
            } else {
                let Some(second) = self.items.next() else {
                    return Err(DecodeError::new("pair", first).at(at));
                };
                each(
                    key(first).map_err(|e| e.at(at))?,
                    value(second).map_err(|e| e.at(at + 1))?,
                );
                self.index += 2;
            }
        }
        Ok(())
    }
}
