//! Replies that are one text of many lines or words.

use alloc::vec::Vec;

use crate::info;
use crate::resp::{Kind, ReplyRef, Value};

/// The lines of a text that have something in them.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty())
}

/// What stands before and behind the first `sign`.
fn cut(text: &[u8], sign: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What stands before and behind the last `sign`.
fn cut_last(text: &[u8], sign: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().rposition(|&byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn number<T: core::str::FromStr>(text: &[u8]) -> Option<T> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

/// Numbers as numbers, `name=value,name=value` as a map, everything else as text.
fn info_value(text: &[u8]) -> Value {
    if text.contains(&b',') && text.contains(&b'=') {
        let items = text.split(|&byte| byte == b',');
        let items = items.filter_map(|item| cut_last(item, b'='));
        // Nothing in such a list is a list.
        Value::map(items.map(|(name, value)| (Value::from(name), plain(value))))
    } else {
        plain(text)
    }
}

fn plain(text: &[u8]) -> Value {
    let value = if text.contains(&b'.') {
        number(text).map(Value::Double)
    } else {
        number(text).map(Value::Integer)
    };
    value.unwrap_or_else(|| text.into())
}

/// Name and value of a line of INFO.
fn info_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = info::colon(line)?;
    Some((line.get(..colon)?, line.get(colon + 1..)?))
}

/// A map of all lines; those without a colon are in a list under `__raw__`.
pub(super) fn info(reply: ReplyRef<'_>) -> Option<Value> {
    let (mut map, mut raw) = (Vec::new(), Vec::new());
    for line in lines(reply.text()?).filter(|line| !line.starts_with(b"#")) {
        match info_line(line) {
            Some((name, value)) => map.push((Value::from(name), info_value(value))),
            None => raw.push(Value::from(line)),
        }
    }
    if !raw.is_empty() {
        map.push(("__raw__".into(), raw.into()));
    }
    Some(Value::map(map))
}

/// `name=value` for each word.
fn words(line: &[u8]) -> Value {
    let words = line.split(|&byte| byte == b' ');
    Value::map(words.filter_map(|word| cut(word, b'=')))
}

pub(super) fn clients(reply: ReplyRef<'_>) -> Option<Value> {
    Some(Value::array(lines(reply.text()?).map(words)))
}

pub(super) fn client(reply: ReplyRef<'_>) -> Option<Value> {
    Some(words(reply.text()?.trim_ascii()))
}

/// `Value at:0x7f refcount:1 ..`: the first word says what it is, the others have names.
pub(super) fn debug_object(reply: ReplyRef<'_>) -> Option<Value> {
    const INTEGERS: [&[u8]; 4] = [b"refcount", b"serializedlength", b"lru", b"lru_seconds_idle"];
    let mut words = reply.text()?.split(|&byte| byte == b' ');
    let mut map = Vec::from([(Value::from("type"), Value::from(words.next()?))]);
    for (name, value) in words.filter_map(|word| cut(word, b':')) {
        let integer = if INTEGERS.contains(&name) { number(value) } else { None };
        map.push((name.into(), integer.map_or_else(|| value.into(), Value::Integer)));
    }
    Some(Value::map(map))
}

pub(super) fn cluster_info(reply: ReplyRef<'_>) -> Option<Value> {
    Some(Value::map(lines(reply.text()?).filter_map(|line| cut(line, b':'))))
}

/// A map of nodes by address; CLUSTER REPLICAS sends a list of lines.
pub(super) fn cluster_nodes(reply: ReplyRef<'_>) -> Option<Value> {
    let nodes: Option<Vec<_>> = match reply.kind() {
        Kind::Array => reply.items().map(|line| node(line.text()?)).collect(),
        _ => lines(reply.text()?).map(node).collect(),
    };
    nodes.map(Value::map)
}

/// `id address flags master ping-sent pong-received epoch link-state slot..`
fn node(line: &[u8]) -> Option<(Value, Value)> {
    let mut words = line.split(|&byte| byte == b' ');
    let mut next = || words.next();
    let (id, address, flags, master) = (next()?, next()?, next()?, next()?);
    let (ping, pong, epoch, link) = (next()?, next()?, next()?, next()?);
    // Since Redis 7.0 a host name and other facts may follow the address.
    let address = cut(address, b',').map_or(address, |(address, _)| address);
    let (moving, resting): (Vec<&[u8]>, Vec<&[u8]>) = words.partition(|word| word.starts_with(b"["));
    let slots = resting.into_iter().map(|word| match cut(word, b'-') {
        Some((first, last)) => Value::array([first, last]),
        None => Value::array([word]),
    });
    let fields = [
        ("node_id", id.into()),
        ("flags", flags.into()),
        ("master_id", master.into()),
        ("last_ping_sent", ping.into()),
        ("last_pong_rcvd", pong.into()),
        ("epoch", epoch.into()),
        ("slots", Value::array(slots)),
        ("migrations", Value::array(moving.into_iter().filter_map(migration))),
        ("connected", (link == b"connected").into()),
    ];
    Some((address.into(), Value::map(fields)))
}

/// `[93->-node]` is on its way to that node, `[93-<-node]` comes from it.
fn migration(word: &[u8]) -> Option<Value> {
    let (slot, rest) = cut(word.strip_prefix(b"[")?.strip_suffix(b"]")?, b'-')?;
    let (way, node) = cut(rest, b'-')?;
    let state = if way == b">" { "migrating" } else { "importing" };
    Some(Value::map([
        ("slot", Value::from(slot)),
        ("node_id", node.into()),
        ("state", state.into()),
    ]))
}
