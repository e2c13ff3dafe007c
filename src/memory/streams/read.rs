//! XREAD and XREADGROUP.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::blocking::WaitFor;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::number::{int, timeout_millis};
use super::super::reply::Reply;
use super::super::values::{Id, Stream};
use super::{entry_reply, id, id_reply};

pub(super) fn xread(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let request = Request::parse(args, false)?;
    let mut positions = Vec::new();
    for (key, from) in request.streams() {
        let stream = cx.get::<Stream>(key)?;
        positions.push((key, position(from, stream)?));
    }
    let mut found = Vec::new();
    for (key, after) in &positions {
        let Some(stream) = cx.get::<Stream>(key)? else { continue };
        let entries = entries_after(stream, *after, request.count);
        if !entries.is_empty() {
            found.push((Reply::bulk(key), Reply::Array(entries)));
        }
    }
    if !found.is_empty() {
        return Ok(Reply::Keyed(found));
    }
    // What is added from now on: when the request is run again, that has to mean what it means now.
    let again = request.again(cx.argv, positions.iter().map(|(_, after)| *after));
    request.wait(cx, WaitFor::Stream, Some(again))
}

fn position(from: &Bytes, stream: Option<&Stream>) -> Result<Id, Failure> {
    match from.as_ref() {
        b"$" => Ok(stream.map_or(Id::MIN, |stream| stream.last_id)),
        // The last entry is what comes after the id before it.
        b"+" => Ok(stream
            .and_then(Stream::last_entry_id)
            .and_then(Id::previous)
            .unwrap_or_default()),
        b">" => Err(Failure::fixed(
            "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
        )),
        from => id(from),
    }
}

fn entries_after(stream: &Stream, after: Id, count: usize) -> Vec<Reply> {
    let Some(first) = after.next() else { return Vec::new() };
    let entries = stream.entries().range(first..).take(count);
    entries.map(|(id, fields)| entry_reply(*id, fields)).collect()
}

pub(super) fn xreadgroup(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let request = Request::parse(args, true)?;
    let Some((group, consumer)) = request.group else {
        return Err(Failure::fixed("ERR Missing GROUP option for XREADGROUP"));
    };
    let mut positions = Vec::new();
    for (key, from) in request.streams() {
        let stream = cx.get::<Stream>(key)?;
        if stream.is_none_or(|stream| !stream.groups.contains_key(group)) {
            return Err(Failure::text(format!(
                "NOGROUP No such key '{}' or consumer group '{}' in XREADGROUP with GROUP option",
                quoted(key, 128),
                quoted(group, 128)
            )));
        }
        positions.push((key, group_position(from)?));
    }
    let now = cx.now_ms();
    let mut found = Vec::new();
    for (key, after) in positions {
        let Some(stream) = cx.get_mut::<Stream>(key)? else {
            continue;
        };
        let consumer = Reader {
            group,
            consumer,
            now,
            count: request.count,
        };
        let entries = match after {
            Some(after) => Some(consumer.history(stream, after)),
            None => Some(consumer.new_entries(stream, request.noack)).filter(|entries| !entries.is_empty()),
        };
        if let Some(entries) = entries {
            found.push((Reply::bulk(key), Reply::Array(entries)));
            cx.changed(key);
        }
    }
    if found.is_empty() {
        return request.wait(cx, WaitFor::Group, None);
    }
    Ok(Reply::Keyed(found))
}

/// After which pending entry to read; `None` for new ones.
fn group_position(from: &Bytes) -> Result<Option<Id>, Failure> {
    let meaningless = |sign: char| {
        Failure::text(format!(
            "ERR The {sign} ID is meaningless in the context of XREADGROUP: you want to read the history of this \
             consumer by specifying a proper ID, or use the > ID to get new messages. The {sign} ID would just return \
             an empty result set."
        ))
    };
    match from.as_ref() {
        b">" => Ok(None),
        b"$" => Err(meaningless('$')),
        b"+" => Err(meaningless('+')),
        from => id(from).map(Some),
    }
}

/// A consumer who reads.
struct Reader<'a> {
    group: &'a Bytes,
    consumer: &'a Bytes,
    now: i64,
    count: usize,
}

impl Reader<'_> {
    fn new_entries(&self, stream: &mut Stream, noack: bool) -> Vec<Reply> {
        let history = stream.history();
        let Some(group) = stream.groups.get_mut(self.group) else {
            return Vec::new();
        };
        group.consumer(self.consumer, self.now);
        let Some(first) = group.last_id.next() else {
            return Vec::new();
        };
        let given: Vec<Id> = stream
            .entries()
            .range(first..)
            .map(|(id, _)| *id)
            .take(self.count)
            .collect();
        if let Some(group) = stream.groups.get_mut(self.group) {
            for id in &given {
                group.advance(*id, &history);
                if !noack {
                    group.give(*id, self.consumer, self.now, 1, self.now);
                }
            }
        }
        let entries = given.iter().filter_map(|id| stream.entries().get_key_value(id));
        entries.map(|(id, fields)| entry_reply(*id, fields)).collect()
    }

    /// What the consumer has, once more.
    fn history(&self, stream: &mut Stream, after: Id) -> Vec<Reply> {
        let Some(group) = stream.groups.get_mut(self.group) else {
            return Vec::new();
        };
        let consumer = group.consumer(self.consumer, self.now);
        let Some(first) = after.next() else { return Vec::new() };
        let held: Vec<Id> = consumer.pending.range(first..).take(self.count).copied().collect();
        let mut replies = Vec::with_capacity(held.len());
        for id in held {
            let Some(fields) = stream.entries().get(&id) else {
                replies.push(Reply::Array(Vec::from([id_reply(id), Reply::NullArray])));
                continue;
            };
            replies.push(entry_reply(id, fields));
            let group = stream.groups.get_mut(self.group);
            if let Some(pending) = group.and_then(|group| group.pending.get_mut(&id)) {
                pending.delivered_at = self.now;
                pending.deliveries += 1;
            }
        }
        replies
    }
}

/// `[GROUP group consumer] [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...]`
struct Request<'a> {
    group: Option<(&'a Bytes, &'a Bytes)>,
    count: usize,
    /// For how long to wait, or for ever.
    block: Option<Option<u64>>,
    noack: bool,
    keys: &'a [Bytes],
    from: &'a [Bytes],
}

impl<'a> Request<'a> {
    fn parse(words: &'a [Bytes], of_group: bool) -> Result<Self, Failure> {
        let mut request = Request {
            group: None,
            count: usize::MAX,
            block: None,
            noack: false,
            keys: &[],
            from: &[],
        };
        let only = |option: &str| {
            Err(Failure::text(format!(
                "ERR The {option} option is only supported by XREADGROUP. You called XREAD instead."
            )))
        };
        let mut words = words;
        while let [word, rest @ ..] = words {
            words = match (word.to_ascii_lowercase().as_slice(), rest) {
                (b"block", [timeout, rest @ ..]) => {
                    request.block = Some(timeout_millis(timeout)?);
                    rest
                }
                (b"count", [count, rest @ ..]) => {
                    let count = usize::try_from(int(count)?.max(0)).unwrap_or(usize::MAX);
                    request.count = if count == 0 { usize::MAX } else { count };
                    rest
                }
                (b"group", [_, _, ..]) if !of_group => return only("GROUP"),
                (b"group", [group, consumer, rest @ ..]) => {
                    request.group = Some((group, consumer));
                    rest
                }
                (b"noack", _) if !of_group => return only("NOACK"),
                (b"noack", rest) => {
                    request.noack = true;
                    rest
                }
                (b"streams", [_, ..]) => {
                    if rest.len() % 2 == 1 {
                        let (name, ids) = if of_group {
                            ("xreadgroup", "an ID or '>'")
                        } else {
                            ("xread", "an ID, '+', or '$'")
                        };
                        return Err(Failure::text(format!(
                            "ERR Unbalanced '{name}' list of streams: for each stream key {ids} must be specified."
                        )));
                    }
                    (request.keys, request.from) = rest.split_at_checked(rest.len() / 2).unwrap_or_default();
                    &[]
                }
                _ => return Err(Failure::SYNTAX),
            };
        }
        if request.keys.is_empty() {
            return Err(Failure::SYNTAX);
        }
        Ok(request)
    }

    fn streams(&self) -> impl Iterator<Item = (&'a Bytes, &'a Bytes)> {
        self.keys.iter().zip(self.from)
    }

    /// The whole request with these ids instead of its own.
    fn again(&self, argv: &[Bytes], ids: impl Iterator<Item = Id>) -> Vec<Bytes> {
        let fixed = argv.len().saturating_sub(self.from.len());
        let mut again: Vec<Bytes> = argv.get(..fixed).unwrap_or_default().to_vec();
        again.extend(ids.map(|id| format!("{id}").into()));
        again
    }

    fn wait(&self, cx: &mut Context<'_>, kind: WaitFor, again: Option<Vec<Bytes>>) -> Outcome {
        match self.block {
            Some(timeout) => cx.wait_with(kind, self.keys, timeout, Reply::NullArray, again),
            None => Ok(Reply::NullArray),
        }
    }
}
