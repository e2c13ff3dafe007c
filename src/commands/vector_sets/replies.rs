//! What the commands on vector sets reply with.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::resp::{DecodeError, Fields, FromReply, Kind, Reply, ReplyRef, Value};

/// An element that was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VectorMatch<M> {
    /// The element.
    pub element: M,
    /// How much it is like what was looked for, from 0 (the opposite) to 1 (the same).
    pub score: f64,
    /// Its attributes, if it has any: an object in JSON.
    pub attributes: Option<String>,
}

/// RESP3 has a map from elements to both values, RESP2 all three in turn.
pub(super) fn matches<M: FromReply>(reply: Reply) -> Result<Vec<VectorMatch<M>>, DecodeError> {
    let root = reply.root();
    let mut items = root.items().enumerate();
    let is_map = root.kind() == Kind::Map;
    if !is_map && (root.kind() != Kind::Array || items.len() % 3 != 0) {
        return Err(DecodeError::new("elements with scores and attributes", root));
    }
    let mut all = Vec::new();
    while let (Some((at, element)), Some((second, value))) = (items.next(), items.next()) {
        let (score, attributes) = if is_map {
            FromReply::from_reply(value).map_err(|error: DecodeError| error.at(second))?
        } else {
            let (third, attributes) = items.next().unwrap_or((second, value));
            (
                f64::from_reply(value).map_err(|error| error.at(second))?,
                Option::from_reply(attributes).map_err(|error| error.at(third))?,
            )
        };
        all.push(VectorMatch {
            element: M::from_reply(element).map_err(|error| error.at(at))?,
            score,
            attributes,
        });
    }
    Ok(all)
}

/// No value stands for no layers.
pub(super) fn layers<T: FromReply>(reply: Reply) -> Result<Vec<Vec<T>>, DecodeError> {
    Ok(Option::from_owned(reply)?.unwrap_or_default())
}

/// A vector as the server keeps it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RawVector {
    /// How: `f32`, `int8` or `bin`.
    pub quantization: String,
    /// The numbers: of 32 bits with the lowest byte first, of 8 bits, or one bit each, 64 to a word.
    pub data: Bytes,
    /// The length that the vector had; the server keeps all vectors with length 1.
    pub norm: f64,
    /// What a number of 8 bits must be multiplied by, and divided by 127.
    pub range: Option<f64>,
}

impl FromReply for RawVector {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        if reply.items().len() == 4 {
            let (quantization, data, norm, range) = FromReply::from_reply(reply)?;
            return Ok(RawVector {
                quantization,
                data,
                norm,
                range: Some(range),
            });
        }
        let (quantization, data, norm) = FromReply::from_reply(reply)?;
        Ok(RawVector {
            quantization,
            data,
            norm,
            range: None,
        })
    }
}

/// A vector set as a whole.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VinfoReply {
    /// How it keeps vectors: `f32`, `int8` or `bin`.
    pub quant_type: String,
    /// How many numbers its vectors have.
    pub vector_dim: u64,
    /// How many elements it has.
    pub size: u64,
    /// How many neighbors each element is linked with.
    pub hnsw_m: Option<u64>,
    /// The highest layer of its graph.
    pub max_level: Option<u64>,
    /// How many numbers the vectors have that it is given, if it reduces them; 0 if it does not.
    pub projection_input_dim: Option<u64>,
    /// How many elements have attributes.
    pub attributes_count: Option<u64>,
    /// Fields that are not known here.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for VinfoReply {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(VinfoReply {
            quant_type: fields.take("quant-type")?,
            vector_dim: fields.take("vector-dim")?,
            size: fields.take("size")?,
            hnsw_m: fields.optional("hnsw-m")?,
            max_level: fields.optional("max-level")?,
            projection_input_dim: fields.optional("projection-input-dim")?,
            attributes_count: fields.optional("attributes-count")?,
            other: fields.rest(),
        })
    }
}
