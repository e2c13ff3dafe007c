//! Maps of which some fields are known by name.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::DecodeError;
use super::from_reply::FromReply;
use super::index::Kind;
use super::reply::ReplyRef;
use super::value::Value;

/// The fields of a map, taken out by name; what nobody took is kept for [`Fields::rest`], so that the fields of newer
/// servers are neither lost nor an error.
///
/// RESP3 sends a map, RESP2 names and values in turn; the order of the fields does not matter.
pub(crate) struct Fields<'a> {
    whole: ReplyRef<'a>,
    left: Vec<Field<'a>>,
}

struct Field<'a> {
    name: &'a [u8],
    value: ReplyRef<'a>,
    /// Where the value stands in the reply.
    index: usize,
}

impl<'a> Fields<'a> {
    /// The fields of `reply`.
    pub(crate) fn of(reply: ReplyRef<'a>) -> Result<Self, DecodeError> {
        let mut items = reply.items();
        if !matches!(reply.kind(), Kind::Map | Kind::Array) || items.len() % 2 == 1 {
            return Err(DecodeError::new("map", reply));
        }
        let mut left = Vec::with_capacity(items.len() / 2);
        while let (Some(name), Some(value)) = (items.next(), items.next()) {
            let index = 2 * left.len() + 1;
            let Some(name) = name.text() else {
                return Err(DecodeError::new("name of a field", name).at(index - 1));
            };
            left.push(Field { name, value, index });
        }
        Ok(Fields { whole: reply, left })
    }

    fn find(&mut self, name: &str) -> Option<Field<'a>> {
        let position = self.left.iter().position(|field| field.name == name.as_bytes())?;
        Some(self.left.remove(position))
    }

    /// The field `name`, which every server sends.
    pub(crate) fn take<T: FromReply>(&mut self, name: &str) -> Result<T, DecodeError> {
        match self.find(name) {
            Some(field) => field.decode(T::from_reply),
            None => Err(DecodeError::new(format!("map with the field {name}"), self.whole)),
        }
    }

    /// The field `name`, which some servers do not send, or without a value.
    pub(crate) fn optional<T: FromReply>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.optional_by(name, T::from_reply)
    }

    /// As [`Fields::optional`], decoded by `decode`, for values that mean more than they say.
    pub(crate) fn optional_by<T>(
        &mut self,
        name: &str,
        decode: impl FnOnce(ReplyRef<'a>) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        match self.find(name) {
            Some(field) if !field.value.is_null() => field.decode(decode).map(Some),
            _ => Ok(None),
        }
    }

    /// Everything that was not taken.
    pub(crate) fn rest(self) -> BTreeMap<String, Value> {
        self.left
            .into_iter()
            .map(|field| (String::from_utf8_lossy(field.name).into_owned(), field.value.into()))
            .collect()
    }
}

impl<'a> Field<'a> {
    fn decode<T>(self, decode: impl FnOnce(ReplyRef<'a>) -> Result<T, DecodeError>) -> Result<T, DecodeError> {
        decode(self.value).map_err(|error| error.at(self.index))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use alloc::string::{String, ToString};

    use super::*;
    use crate::resp::{Reply, ReplyBuilder};

    #[derive(Debug, PartialEq)]
    struct Info {
        name: String,
        lag: Option<u64>,
        ratio: Option<f64>,
        other: BTreeMap<String, Value>,
    }

    impl FromReply for Info {
        fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
            let mut fields = Fields::of(reply)?;
            Ok(Info {
                name: fields.take("name")?,
                lag: fields.optional("lag")?,
                ratio: fields.optional_by("ratio", |ratio| f64::from_reply(ratio).map(|percent| percent / 100.0))?,
                other: fields.rest(),
            })
        }
    }

    fn pairs(map: bool, pairs: &[(&str, i64)]) -> Reply {
        let mut reply = ReplyBuilder::new();
        if map {
            reply.map(pairs.len());
        } else {
            reply.array(2 * pairs.len());
        }
        for (name, value) in pairs {
            reply.bulk(name.as_bytes()).integer(*value);
        }
        reply.finish().unwrap()
    }

    #[test]
    fn maps_and_flat_lists_in_any_order_with_fields_left_over() {
        for map in [true, false] {
            let info: Info = pairs(map, &[("new", 1), ("ratio", 50), ("name", 7)]).decode().unwrap();
            let other = BTreeMap::from([("new".to_string(), Value::Integer(1))]);
            let expected = Info {
                name: "7".into(),
                lag: None,
                ratio: Some(0.5),
                other,
            };
            assert_eq!(info, expected);
        }
    }

    #[test]
    fn a_field_without_a_value_is_as_good_as_none() {
        let mut reply = ReplyBuilder::new();
        reply.map(2).simple(b"lag").null().bulk(b"name").bulk(b"x");
        let info: Info = reply.finish().unwrap().decode().unwrap();
        assert_eq!((info.lag, info.other.len()), (None, 0));
    }

    #[test]
    fn errors_name_the_field_or_its_place() {
        let error = |reply: Reply| reply.decode::<Info>().unwrap_err().to_string();
        assert_eq!(
            error(pairs(true, &[("lag", 1)])),
            "expected map with the field name, found map of 2"
        );
        assert_eq!(
            error(pairs(false, &[("name", 1), ("lag", -1)])),
            "expected u64, found integer -1 at [3]"
        );
        let mut odd = ReplyBuilder::new();
        odd.array(3).bulk(b"name").bulk(b"x").bulk(b"lag");
        assert_eq!(error(odd.finish().unwrap()), "expected map, found array of 3");
        let mut nameless = ReplyBuilder::new();
        nameless.array(2).null().bulk(b"x");
        assert_eq!(
            error(nameless.finish().unwrap()),
            "expected name of a field, found null at [0]"
        );
    }
}
