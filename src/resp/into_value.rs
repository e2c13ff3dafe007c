//! Values made by hand and looked into: what response callbacks do.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use bytes::Bytes;

use super::error::DecodeError;
use super::from_reply::FromReply;
use super::value::Value;

impl Value {
    /// A list.
    ///
    /// ```
    /// use redwire::resp::Value;
    ///
    /// assert_eq!(format!("{:?}", Value::array(["a", "b"])), r#"["a", "b"]"#);
    /// ```
    #[must_use]
    pub fn array<V: Into<Value>>(items: impl IntoIterator<Item = V>) -> Value {
        Value::Array(items.into_iter().map(Into::into).collect::<Vec<_>>().into())
    }

    /// A set. Elements that are the same are not looked for.
    #[must_use]
    pub fn set<V: Into<Value>>(items: impl IntoIterator<Item = V>) -> Value {
        Value::Set(items.into_iter().map(Into::into).collect::<Vec<_>>().into())
    }

    /// A map, in the order of the pairs. Fields that are the same are not looked for.
    ///
    /// ```
    /// use redwire::resp::Value;
    ///
    /// let map = Value::map([("count", 3)]);
    /// assert_eq!(map.get("count"), Some(&Value::Integer(3)));
    /// assert_eq!(map.get("total"), None);
    /// ```
    #[must_use]
    pub fn map<K: Into<Value>, V: Into<Value>>(pairs: impl IntoIterator<Item = (K, V)>) -> Value {
        let mut items = Vec::new();
        for (field, value) in pairs {
            items.push(field.into());
            items.push(value.into());
        }
        Value::Map(items.into())
    }

    /// The value of a field of a map; `None` when it has no such field, or this is no map.
    #[must_use]
    pub fn get(&self, field: impl AsRef<[u8]>) -> Option<&Value> {
        let Value::Map(items) = self else { return None };
        let mut pairs = items.chunks_exact(2);
        pairs.find_map(|pair| match pair {
            [name, value] if name.as_bytes() == Some(field.as_ref()) => Some(value),
            _ => None,
        })
    }

    /// The value as a type of yours, as a reply of the server would become one.
    ///
    /// # Errors
    /// The value is not of the shape that `T` needs.
    ///
    /// ```
    /// use redwire::resp::Value;
    ///
    /// assert_eq!(Value::from("42").decode::<u8>()?, 42);
    /// # Ok::<(), redwire::resp::DecodeError>(())
    /// ```
    pub fn decode<T: FromReply>(&self) -> Result<T, DecodeError> {
        T::from_owned(self.to_reply())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Boolean(value)
    }
}

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl From<$type> for Value {
            /// An integer, or a big number where an `i64` has no room for it.
            fn from(value: $type) -> Self {
                match i64::try_from(value) {
                    Ok(value) => Value::Integer(value),
                    Err(_) => Value::BigNumber(value.to_string()),
                }
            }
        }
    )*};
}

integers!(i32 i64 u32 u64 usize);

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Double(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::from(text.as_bytes())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Bulk(text.into())
    }
}

impl From<&[u8]> for Value {
    fn from(text: &[u8]) -> Self {
        Value::Bulk(Bytes::copy_from_slice(text))
    }
}

impl From<Bytes> for Value {
    fn from(text: Bytes) -> Self {
        Value::Bulk(text)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    /// A list.
    fn from(items: Vec<T>) -> Self {
        Value::Array(items.into_iter().map(T::into).collect::<Vec<Value>>().into())
    }
}

impl From<()> for Value {
    /// [`Value::Null`].
    fn from((): ()) -> Self {
        Value::Null
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    /// [`Value::Null`] for nothing.
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec;

    use super::*;

    #[test]
    fn values_are_made_of_what_rust_has() {
        let value = Value::array([
            Value::from(true),
            Value::from(-1),
            Value::from(u64::MAX),
            Value::from(1.5),
            Value::from("text"),
            Value::from(String::from("owned")),
            Value::from(Bytes::from_static(b"\x00")),
            Value::from(None::<i64>),
            Value::from(Some(2_usize)),
            Value::from(vec![Value::Null]),
            Value::set([1, 2]),
            Value::map([("a", 1)]),
        ]);
        assert_eq!(
            format!("{value:?}"),
            r#"[true, -1, 18446744073709551615, 1.5, "text", "owned", "\x00", nil, 2, [nil], ~[1, 2], {"a": 1}]"#
        );
    }

    #[test]
    fn fields_are_found_in_maps_only() {
        let map = Value::map([("a", Value::from(1)), ("b", Value::map([("c", 2)]))]);
        assert_eq!(map.get("a"), Some(&Value::Integer(1)));
        assert_eq!(map.get("b").and_then(|b| b.get("c")), Some(&Value::Integer(2)));
        // A value is no field.
        assert_eq!(Value::map([("a", "b"), ("c", "d")]).get("b"), None);
        assert_eq!(Value::array(["a", "b"]).get("a"), None);
    }
}
