//! Lists of a fixed length with a type for each element.

use alloc::vec::Vec;

use super::{FromReply, pairs};
use crate::resp::error::DecodeError;
use crate::resp::index::Kind;
use crate::resp::reply::{Items, ReplyRef};

fn exactly<'a>(reply: ReplyRef<'a>, len: usize) -> Result<Items<'a>, DecodeError> {
    let items = reply.items();
    let list = matches!(reply.kind(), Kind::Array | Kind::Set | Kind::Push);
    if list && items.len() == len {
        Ok(items)
    } else {
        Err(DecodeError::new(alloc::format!("list of {len}"), reply))
    }
}

fn next<T: FromReply>(items: &mut Items<'_>, whole: ReplyRef<'_>, index: usize) -> Result<T, DecodeError> {
    match items.next() {
        Some(item) => T::from_reply(item).map_err(|error| error.at(index)),
        None => Err(DecodeError::new("another element", whole)),
    }
}

impl<A: FromReply, B: FromReply> FromReply for (A, B) {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut items = exactly(reply, 2)?;
        Ok((next(&mut items, reply, 0)?, next(&mut items, reply, 1)?))
    }

    /// A list of pairs may also come as a map or flat.
    fn list_from_reply(reply: ReplyRef<'_>) -> Result<Vec<Self>, DecodeError> {
        let pairs = pairs(reply, "list of pairs")?;
        let mut list = Vec::with_capacity(pairs.count());
        pairs.try_for_each(A::from_reply, B::from_reply, |a, b| list.push((a, b)))?;
        Ok(list)
    }
}

macro_rules! tuples {
    ($($len:literal: $($type:ident $index:literal),+;)*) => {$(
        impl<$($type: FromReply),+> FromReply for ($($type,)+) {
            fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
                let mut items = exactly(reply, $len)?;
                Ok(($(next::<$type>(&mut items, reply, $index)?,)+))
            }
        }
    )*};
}

tuples! {
    1: A 0;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
}
