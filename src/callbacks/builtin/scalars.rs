//! Replies that say yes or no, numbers that come as text, and short lists of them.

use super::Call;
use crate::error::Error;
use crate::resp::{Data, FromReply, Kind, ReplyRef, Value};

/// 1 or 0.
pub(super) fn truth(reply: ReplyRef<'_>) -> Option<Value> {
    match reply.data() {
        Data::Integer(value) => Some(Value::Boolean(value != 0)),
        _ => ok(reply),
    }
}

/// `OK`. Whatever is said instead is told as it is: nothing (SET with NX), a number (CLIENT KILL by filter), the value that
/// SET with GET replaced.
pub(super) fn ok(reply: ReplyRef<'_>) -> Option<Value> {
    matches!(reply.data(), Data::Simple(b"OK")).then_some(Value::Boolean(true))
}

/// A sentence that says that something was started.
pub(super) fn started(reply: ReplyRef<'_>) -> Option<Value> {
    (!reply.is_null()).then_some(Value::Boolean(true))
}

/// True for `PONG`; anything else is not the answer to a bare PING.
pub(super) fn pong(reply: ReplyRef<'_>) -> Option<Value> {
    Some(Value::Boolean(reply.text() == Some(b"PONG")))
}

/// True for 1 alone.
pub(super) fn unblocked(reply: ReplyRef<'_>) -> Option<Value> {
    match reply.data() {
        Data::Integer(value) => Some(Value::Boolean(value == 1)),
        _ => None,
    }
}

/// Seconds since the Unix epoch, or nothing for never.
pub(super) fn since(reply: ReplyRef<'_>) -> Option<Value> {
    matches!(reply.data(), Data::Integer(0)).then_some(Value::Null)
}

pub(super) fn double(reply: ReplyRef<'_>) -> Option<Value> {
    f64::from_reply(reply).ok().map(Value::Double)
}

pub(super) fn integer(reply: ReplyRef<'_>) -> Option<Value> {
    i64::from_reply(reply).ok().map(Value::Integer)
}

/// How many members were added, or with INCR the new score, which is text under RESP2.
pub(super) fn added(reply: ReplyRef<'_>, call: &Call<'_>) -> Result<Option<Value>, Error> {
    let is_score = call.flag("as_score") || reply.kind() != Kind::Integer;
    Ok(if is_score { double(reply) } else { None })
}

/// A list each element of which becomes what `convert` makes of it, as it is where that is nothing.
pub(super) fn each(reply: ReplyRef<'_>, convert: impl Fn(ReplyRef<'_>) -> Option<Value>) -> Option<Value> {
    let is_list = matches!(reply.kind(), Kind::Array | Kind::Set);
    is_list.then(|| Value::array(reply.items().map(|item| convert(item).unwrap_or_else(|| item.into()))))
}

pub(super) fn integers(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, integer)
}

pub(super) fn booleans(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, truth)
}

/// Host and port.
pub(super) fn address(reply: ReplyRef<'_>) -> Option<Value> {
    let mut items = reply.items();
    match (items.next(), items.next(), items.next()) {
        (Some(host), Some(port), None) => Some(Value::array([host.into(), integer(port)?])),
        _ => None,
    }
}
