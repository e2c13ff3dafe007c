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
    const TEXT: bool = A::TEXT || B::TEXT;

    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut items = exactly(reply, 2)?;
        Ok((next(&mut items, reply, 0)?, next(&mut items, reply, 1)?))
    }

    /// A list of pairs may also come as a map or flat.
    fn list_from_reply(reply: ReplyRef<'_>) -> Result<Vec<Self>, DecodeError> {
        let reply = if Self::TEXT { reply.with_checked_text() } else { reply };
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use alloc::string::String;
    use alloc::vec::Vec;

    use crate::resp::{Reply, ReplyBuilder};

    fn list(last: &[u8]) -> Reply {
        let mut reply = ReplyBuilder::new();
        reply.array(20);
        (0..19).for_each(|_| {
            reply.bulk("grün".as_bytes());
        });
        reply.bulk(last);
        reply.finish().unwrap()
    }

    #[test]
    fn one_string_that_is_no_text_fails_alone_and_where_it_stands() {
        let good: Vec<String> = list("blau".as_bytes()).decode().unwrap();
        assert_eq!(
            (
                good.len(),
                good.first().unwrap().as_str(),
                good.last().unwrap().as_str()
            ),
            (20, "grün", "blau")
        );
        let error = list(b"\xff").decode::<Vec<String>>().unwrap_err();
        assert_eq!(error.path(), [19]);
        assert_eq!(list(b"\xff").decode::<Vec<(String, Vec<u8>)>>().unwrap().len(), 10);
        // Two halves of one letter side by side are text together, but not each by itself.
        let mut halves = ReplyBuilder::new();
        halves.array(9);
        (0..7).for_each(|_| {
            halves.bulk(b"a");
        });
        halves.bulk(b"\xc3").bulk(b"\xbc");
        let error = halves.finish().unwrap().decode::<Vec<String>>().unwrap_err();
        assert_eq!(error.path(), [7]);
    }
}
