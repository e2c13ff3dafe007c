//! What a sentinel knows of servers and of other sentinels.

use alloc::vec::Vec;

use super::aggregates::fields;
use super::scalars::{each, integer};
use crate::resp::{ReplyRef, Value};

/// Fields that are integers wherever they parse as such.
const INTEGERS: [&[u8]; 23] = [
    b"can-failover-its-master",
    b"config-epoch",
    b"down-after-milliseconds",
    b"failover-timeout",
    b"info-refresh",
    b"last-hello-message",
    b"last-ok-ping-reply",
    b"last-ping-reply",
    b"last-ping-sent",
    b"master-link-down-time",
    b"master-port",
    b"num-other-sentinels",
    b"num-slaves",
    b"o-down-time",
    b"parallel-syncs",
    b"pending-commands",
    b"port",
    b"quorum",
    b"role-reported-time",
    b"s-down-time",
    b"slave-priority",
    b"slave-repl-offset",
    b"voted-leader-epoch",
];

/// Booleans, and the flag that each of them is true for.
const FLAGS: [(&str, &[u8]); 7] = [
    ("is_master", b"master"),
    ("is_slave", b"slave"),
    ("is_sdown", b"s_down"),
    ("is_odown", b"o_down"),
    ("is_sentinel", b"sentinel"),
    ("is_disconnected", b"disconnected"),
    ("is_master_down", b"master_down"),
];

/// One server or sentinel: its fields, and its flags one by one.
pub(super) fn state(reply: ReplyRef<'_>) -> Option<Value> {
    let fields = fields(reply)?;
    let mut map = Vec::with_capacity(fields.len() + FLAGS.len());
    let mut flags: &[u8] = b"";
    for (name, value) in fields {
        let text = name.text()?;
        if text == b"flags" {
            flags = value.text().unwrap_or_default();
        }
        let number = if INTEGERS.contains(&text) { integer(value) } else { None };
        map.push((Value::from(name), number.unwrap_or_else(|| value.into())));
    }
    for (name, flag) in FLAGS {
        let is_set = flags.split(|&byte| byte == b',').any(|set| set == flag);
        map.push((name.into(), is_set.into()));
    }
    Some(Value::map(map))
}

pub(super) fn states(reply: ReplyRef<'_>) -> Option<Value> {
    each(reply, state)
}

/// A map of states by their names.
pub(super) fn by_name(reply: ReplyRef<'_>) -> Option<Value> {
    let mut map = Vec::with_capacity(reply.items().len());
    for item in reply.items() {
        let state = state(item)?;
        map.push((state.get("name")?.clone(), state));
    }
    Some(Value::map(map))
}
