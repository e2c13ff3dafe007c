//! OBJECT: how a value would be held, and how it is used.

use bytes::Bytes;

use super::super::command::{Command, Keys, NO_TOUCH, Outcome, READ};
use super::super::context::Context;
use super::super::database::Entry;
use super::super::failure::Failure;
use super::super::number::parse_i64;
use super::super::reply::Reply;
use super::super::values::{List, Origin, Text, Value};

const SUBKEY: Keys = Keys::Range {
    first: 2,
    last: 2,
    step: 1,
};

pub(super) static SUBCOMMANDS: &[Command] = &[
    Command::new("object|encoding", 3, READ | NO_TOUCH, SUBKEY, encoding),
    Command::new("object|freq", 3, READ | NO_TOUCH, SUBKEY, freq),
    Command::new("object|help", 2, 0, Keys::None, help),
    Command::new("object|idletime", 3, READ | NO_TOUCH, SUBKEY, idletime),
    Command::new("object|refcount", 3, READ | NO_TOUCH, SUBKEY, refcount),
];

/// Redis' longest string in one allocation with its header.
const EMBEDDED: usize = 44;
/// Redis' `list-max-listpack-size -2`: 8 KiB.
const LIST_BYTES: usize = 8 * 1024;
/// Redis shares objects for these small integers.
const SHARED_INTEGERS: i64 = 10_000;

/// The entry a subcommand is about; a missing one is answered with null.
fn about(
    cx: &Context<'_>,
    args: &[Bytes],
    reply: impl FnOnce(&Entry) -> Result<Reply, Failure>,
) -> Result<Reply, Failure> {
    let [key] = args else { return Err(Failure::Arity) };
    cx.entry(key).map_or(Ok(Reply::Null), reply)
}

fn encoding(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    about(cx, args, |entry| Ok(Reply::text(name(&entry.value))))
}

/// What Redis 7.2 would report for an equal value.
fn name(value: &Value) -> &'static str {
    match value {
        Value::String(text) => string_encoding(text),
        Value::List(list) => list_encoding(list),
        Value::Set(set) if set.is_intset() => "intset",
        Value::Set(set) => compact_or(set.members().is_compact(), "hashtable"),
        Value::Hash(hash) if hash.fields().is_compact() && hash.next_expiry().is_some() => "listpackex",
        Value::Hash(hash) => compact_or(hash.fields().is_compact(), "hashtable"),
        Value::Stream(_) => "stream",
        Value::SortedSet(set) => compact_or(set.scores().is_compact(), "skiplist"),
    }
}

fn compact_or(compact: bool, otherwise: &'static str) -> &'static str {
    if compact { "listpack" } else { otherwise }
}

fn string_encoding(text: &Text) -> &'static str {
    match text.origin() {
        Origin::Set if parse_i64(text.bytes()).is_some() => "int",
        Origin::Set | Origin::Computed if text.len() <= EMBEDDED => "embstr",
        _ => "raw",
    }
}

fn list_encoding(list: &List) -> &'static str {
    // A listpack spends a few bytes on its header and on each element.
    let bytes: usize = list.iter().map(|element| element.len() + 2).sum();
    compact_or(bytes + 7 <= LIST_BYTES, "quicklist")
}

fn freq(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (counted, now) = (cx.server.config.tracks_frequency(), cx.now_ms());
    about(cx, args, |entry| {
        if !counted {
            return Err(Failure::fixed(
                "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when \
                 switching between policies at runtime LRU and LFU data will take some time to adjust.",
            ));
        }
        Ok(Reply::Int(i64::from(entry.frequency_at(now))))
    })
}

fn idletime(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (counted, now) = (cx.server.config.tracks_frequency(), cx.now_ms());
    about(cx, args, |entry| {
        if counted {
            return Err(Failure::fixed(
                "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching \
                 between policies at runtime LRU and LFU data will take some time to adjust.",
            ));
        }
        Ok(Reply::Int((now - entry.used_at).max(0) / 1000))
    })
}

fn refcount(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    about(cx, args, |entry| {
        let shared = match &entry.value {
            Value::String(text) if text.origin() == Origin::Set => {
                parse_i64(text.bytes()).is_some_and(|value| (0..SHARED_INTEGERS).contains(&value))
            }
            _ => false,
        };
        Ok(Reply::Int(if shared { i64::from(i32::MAX) } else { 1 }))
    })
}

fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ENCODING <key>",
        "FREQ <key>",
        "IDLETIME <key>",
        "REFCOUNT <key>",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}
