//! Groups: making them, and acknowledging what they gave out.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::{Group, Id, Stream};
use super::ranges::{DELETED, MISSING, delete, policy_and_ids};
use super::{group_of, id, ids, misused};

const NO_KEY: Failure = Failure::fixed(
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option \
     to create an empty stream automatically.",
);

#[derive(Default)]
struct Options {
    mkstream: bool,
    read: Option<u64>,
}

impl Options {
    /// `None` if a word is not known.
    fn parse(words: &[Bytes], may_make: bool) -> Result<Option<Self>, Failure> {
        let mut options = Options::default();
        let mut words = words;
        while let [word, rest @ ..] = words {
            words = match (word.to_ascii_lowercase().as_slice(), rest) {
                (b"mkstream", rest) if may_make => {
                    options.mkstream = true;
                    rest
                }
                (b"entriesread", [count, rest @ ..]) => {
                    let count = int(count)?;
                    if count < -1 {
                        return Err(Failure::fixed("ERR value for ENTRIESREAD must be positive or -1"));
                    }
                    options.read = u64::try_from(count).ok();
                    rest
                }
                _ => return Ok(None),
            };
        }
        Ok(Some(options))
    }
}

/// The id given, `$` being the last one of the stream.
fn position(text: &Bytes, stream: Option<&Stream>) -> Result<Id, Failure> {
    match text.as_ref() {
        b"$" => Ok(stream.map_or(Id::MIN, |stream| stream.last_id)),
        text => id(text),
    }
}

pub(super) fn create(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, from, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let Some(options) = Options::parse(words, true)? else {
        return misused(cx);
    };
    let stream = cx.get::<Stream>(key)?;
    if stream.is_none() && !options.mkstream {
        return Err(NO_KEY);
    }
    let from = position(from, stream)?;
    let stream = cx.get_or_create::<Stream>(key)?;
    if stream.groups.contains_key(name) {
        return Err(Failure::fixed("BUSYGROUP Consumer Group name already exists"));
    }
    stream.groups.insert(name.clone(), Group::new(from, options.read));
    cx.changed(key);
    Ok(Reply::OK)
}

pub(super) fn set_id(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, from, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let Some(options) = Options::parse(words, false)? else {
        return misused(cx);
    };
    let stream = cx.get_mut::<Stream>(key)?.ok_or(NO_KEY)?;
    group_of(stream, key, name)?;
    let from = position(from, Some(stream))?;
    let group = group_of(stream, key, name)?;
    (group.last_id, group.read) = (from, options.read);
    cx.changed(key);
    Ok(Reply::OK)
}

pub(super) fn destroy(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name] = args else { return Err(Failure::Arity) };
    let stream = cx.get_mut::<Stream>(key)?.ok_or(NO_KEY)?;
    let was_there = stream.groups.remove(name).is_some();
    if was_there {
        cx.changed(key);
    }
    Ok(Reply::flag(was_there))
}

pub(super) fn create_consumer(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, consumer] = args else {
        return Err(Failure::Arity);
    };
    let now = cx.now_ms();
    let stream = cx.get_mut::<Stream>(key)?.ok_or(NO_KEY)?;
    let group = group_of(stream, key, name)?;
    let is_new = !group.consumers.contains_key(consumer);
    if is_new {
        group.consumer(consumer, now);
        cx.changed(key);
    }
    Ok(Reply::flag(is_new))
}

pub(super) fn delete_consumer(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, consumer] = args else {
        return Err(Failure::Arity);
    };
    let stream = cx.get_mut::<Stream>(key)?.ok_or(NO_KEY)?;
    let pending = group_of(stream, key, name)?.remove_consumer(consumer);
    cx.changed(key);
    Ok(Reply::count(pending))
}

pub(super) fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CREATE <key> <groupname> <id|$> [option]",
        "CREATECONSUMER <key> <groupname> <consumer>",
        "DELCONSUMER <key> <groupname> <consumer>",
        "DESTROY <key> <groupname>",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}

pub(super) fn xack(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let stream = cx.get_mut::<Stream>(key)?;
    let Some(group) = stream.and_then(|stream| stream.groups.get_mut(name)) else {
        return Ok(Reply::Int(0));
    };
    let acknowledged = ids(words)?.into_iter().filter(|id| group.acknowledge(*id)).count();
    if acknowledged > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(acknowledged))
}

pub(super) fn xackdel(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, name, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let (policy, words) = policy_and_ids(words)?;
    let stream = cx.get_mut::<Stream>(key)?;
    let Some(stream) = stream.filter(|stream| stream.groups.contains_key(name)) else {
        return Ok(Reply::Array(words.iter().map(|_| MISSING).collect()));
    };
    let mut replies = Vec::new();
    for id in ids(words)? {
        let was_pending = stream.groups.get_mut(name).is_some_and(|group| group.acknowledge(id));
        replies.push(match (was_pending, delete_if(was_pending, stream, id, policy)) {
            // Acknowledged, and gone already.
            (true, MISSING) => DELETED,
            (_, reply) => reply,
        });
    }
    cx.changed(key);
    Ok(Reply::Array(replies))
}

fn delete_if(wanted: bool, stream: &mut Stream, id: Id, policy: super::super::values::Refs) -> Reply {
    if wanted { delete(stream, id, policy) } else { MISSING }
}
