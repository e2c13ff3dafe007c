//! The stream commands.

mod add;
mod claim;
mod groups;
mod info;
mod pending;
mod ranges;
mod read;

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::command::{BLOCKING, Command, DENY_OOM, FAST, KEY, Keys, Outcome, READ, WRITE};
use super::context::Context;
use super::failure::{Failure, quoted};
use super::reply::Reply;
use super::values::{Fields, Group, Id, Stream};

const UPDATE: u32 = WRITE | DENY_OOM;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("xack", -4, WRITE | FAST, KEY, groups::xack),
    Command::new("xackdel", -6, WRITE | FAST, KEY, groups::xackdel),
    Command::new("xadd", -5, UPDATE | FAST, KEY, add::xadd),
    Command::new("xautoclaim", -6, WRITE | FAST, KEY, claim::xautoclaim),
    Command::new("xclaim", -6, WRITE | FAST, KEY, claim::xclaim),
    Command::new("xdel", -3, WRITE | FAST, KEY, ranges::xdel),
    Command::new("xdelex", -5, WRITE | FAST, KEY, ranges::xdelex),
    Command::container("xgroup", XGROUP),
    Command::container("xinfo", XINFO),
    Command::new("xlen", 2, READ | FAST, KEY, ranges::xlen),
    Command::new("xpending", -3, READ, KEY, pending::xpending),
    Command::new("xrange", -4, READ, KEY, ranges::xrange),
    Command::new("xread", -4, READ | BLOCKING, AFTER_STREAMS, read::xread),
    Command::new("xreadgroup", -7, WRITE | BLOCKING, AFTER_STREAMS, read::xreadgroup),
    Command::new("xrevrange", -4, READ, KEY, ranges::xrevrange),
    Command::new("xsetid", -3, UPDATE | FAST, KEY, add::xsetid),
    Command::new("xtrim", -4, WRITE, KEY, add::xtrim),
];

const XGROUP: &[Command] = &[
    Command::new("xgroup|create", -5, UPDATE, SECOND, groups::create),
    Command::new("xgroup|createconsumer", 5, UPDATE, SECOND, groups::create_consumer),
    Command::new("xgroup|delconsumer", 5, WRITE, SECOND, groups::delete_consumer),
    Command::new("xgroup|destroy", 4, WRITE, SECOND, groups::destroy),
    Command::new("xgroup|help", 2, 0, Keys::None, groups::help),
    Command::new("xgroup|setid", -5, WRITE, SECOND, groups::set_id),
];

const XINFO: &[Command] = &[
    Command::new("xinfo|consumers", 4, READ, SECOND, info::consumers),
    Command::new("xinfo|groups", 3, READ, SECOND, info::groups),
    Command::new("xinfo|help", 2, 0, Keys::None, info::help),
    Command::new("xinfo|stream", -3, READ, SECOND, info::stream),
];

/// The second word of the arguments is the only key.
const SECOND: Keys = Keys::Range {
    first: 2,
    last: 2,
    step: 1,
};

/// The first half of what stands behind STREAMS.
const AFTER_STREAMS: Keys = Keys::Found(|argv| {
    let streams = argv.iter().position(|word| word.eq_ignore_ascii_case(b"streams"));
    let Some(first) = streams.map(|at| at + 1) else {
        return Vec::new();
    };
    (first..first + argv.len().saturating_sub(first) / 2).collect()
});

const INVALID_ID: Failure = Failure::fixed("ERR Invalid stream ID specified as stream command argument");
const INVALID_START: Failure = Failure::fixed("ERR invalid start ID for the interval");
const INVALID_END: Failure = Failure::fixed("ERR invalid end ID for the interval");

fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(digits).ok()?.parse().ok()
}

/// Milliseconds and, if there is a dash, what stands behind it.
fn split_id(text: &[u8]) -> Option<(u64, Option<&[u8]>)> {
    match text.iter().position(|byte| *byte == b'-') {
        Some(dash) => Some((number(text.get(..dash)?)?, text.get(dash + 1..))),
        None => Some((number(text)?, None)),
    }
}

/// An id as most commands take it; without a number it is the one with `seq`.
fn id_with(text: &[u8], seq: u64) -> Option<Id> {
    let (ms, rest) = split_id(text)?;
    let seq = match rest {
        Some(digits) => number(digits)?,
        None => seq,
    };
    Some(Id { ms, seq })
}

fn id(text: &[u8]) -> Result<Id, Failure> {
    id_with(text, 0).ok_or(INVALID_ID)
}

fn ids(words: &[Bytes]) -> Result<Vec<Id>, Failure> {
    words.iter().map(|word| id(word)).collect()
}

/// One end of a range: `-`, `+`, an id, or one with a `(` in front; the second value says that it is that.
fn bound(text: &[u8], seq: u64) -> Result<(Id, bool), Failure> {
    match text {
        b"-" => Ok((Id::MIN, false)),
        b"+" => Ok((Id::MAX, false)),
        [b'(', text @ ..] => Ok((id_with(text, seq).ok_or(INVALID_ID)?, true)),
        text => Ok((id_with(text, seq).ok_or(INVALID_ID)?, false)),
    }
}

fn start(text: &[u8]) -> Result<Id, Failure> {
    match bound(text, 0)? {
        (id, true) => id.next().ok_or(INVALID_START),
        (id, false) => Ok(id),
    }
}

fn end(text: &[u8]) -> Result<Id, Failure> {
    match bound(text, u64::MAX)? {
        (id, true) => id.previous().ok_or(INVALID_END),
        (id, false) => Ok(id),
    }
}

fn id_reply(id: Id) -> Reply {
    Reply::string(format!("{id}"))
}

fn entry_reply(id: Id, fields: &Fields) -> Reply {
    Reply::Array(Vec::from([id_reply(id), Reply::bulks(fields)]))
}

/// The group, for commands that cannot do without one.
fn existing_group<'c>(cx: &'c mut Context<'_>, key: &Bytes, group: &Bytes) -> Result<(&'c mut Stream, Bytes), Failure> {
    let missing = Failure::text(format!(
        "NOGROUP No such key '{}' or consumer group '{}'",
        quoted(key, 128),
        quoted(group, 128)
    ));
    match cx.get_mut::<Stream>(key)? {
        Some(stream) if stream.groups.contains_key(group) => Ok((stream, group.clone())),
        _ => Err(missing),
    }
}

/// A group of a stream that exists, for XGROUP and XINFO.
fn group_of<'s>(stream: &'s mut Stream, key: &[u8], group: &[u8]) -> Result<&'s mut Group, Failure> {
    stream.groups.get_mut(group).ok_or_else(|| {
        Failure::text(format!(
            "NOGROUP No such consumer group '{}' for key name '{}'",
            quoted(group, 128),
            quoted(key, 128)
        ))
    })
}

/// A subcommand that was called in a way it does not know.
fn misused(cx: &Context<'_>) -> Outcome {
    let word = |at: usize| cx.argv.get(at).map(|word| quoted(word, 128)).unwrap_or_default();
    Err(Failure::text(format!(
        "ERR unknown subcommand or wrong number of arguments for '{}'. Try {} HELP.",
        word(1),
        word(0).to_uppercase()
    )))
}
