//! What the tests of several families need.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use crate::resp::{Parser, Reply, RespParser};

/// The reply that these bytes are.
pub(super) fn parse(bytes: &[u8]) -> Reply {
    let mut bytes = bytes::BytesMut::from(bytes);
    let reply = RespParser::default().parse(&mut bytes).unwrap().unwrap();
    assert!(bytes.is_empty(), "left over: {bytes:?}");
    reply
}
