//! DUMP and RESTORE, in a format of their own.
//!
//! A payload is the type (1 byte) and the value, then as in Redis a version (2 bytes) and a checksum over all before it
//! (8 bytes), both little-endian. Lengths are LEB128; scores are the bits of the double; a hash field carries its expiry
//! time plus one, or 0.

use alloc::vec::Vec;

use bytes::{Buf, Bytes};

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::database::Entry;
use super::super::dict::hash;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::{Fields, Group, Hash, Id, List, Set, SortedSet, Stream, Text, Value};

const VERSION: u16 = 1;
/// Version and checksum.
const FOOTER: usize = 10;

const STRING: u8 = 0;
const LIST: u8 = 1;
const SET: u8 = 2;
const HASH: u8 = 3;
const SORTED_SET: u8 = 4;
const STREAM: u8 = 5;

pub(super) fn dump(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(cx
        .entry(key)
        .map_or(Reply::Null, |entry| Reply::Bulk(Bytes::from(write(&entry.value)))))
}

pub(super) fn restore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, ttl, payload, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let mut words = words;
    let (mut replace, mut absolute, mut idle, mut frequency) = (false, false, None, None);
    loop {
        words = match words {
            [] => break,
            [word, rest @ ..] if word.eq_ignore_ascii_case(b"replace") => {
                replace = true;
                rest
            }
            [word, rest @ ..] if word.eq_ignore_ascii_case(b"absttl") => {
                absolute = true;
                rest
            }
            [word, seconds, rest @ ..] if word.eq_ignore_ascii_case(b"idletime") && frequency.is_none() => {
                let error = Failure::fixed("ERR Invalid IDLETIME value, must be >= 0");
                idle = Some(Some(int(seconds)?).filter(|&seconds| seconds >= 0).ok_or(error)?);
                rest
            }
            [word, counter, rest @ ..] if word.eq_ignore_ascii_case(b"freq") && idle.is_none() => {
                let error = Failure::fixed("ERR Invalid FREQ value, must be >= 0 and <= 255");
                frequency = Some(u8::try_from(int(counter)?).map_err(|_| error)?);
                rest
            }
            _ => return Err(Failure::SYNTAX),
        };
    }
    if !replace && cx.exists(key) {
        return Err(Failure::BUSY_KEY);
    }
    let ttl = int(ttl)?;
    if ttl < 0 {
        return Err(Failure::fixed("ERR Invalid TTL value, must be >= 0"));
    }
    let mut value = read(payload)?;
    let now = cx.now_ms();
    if let Value::Hash(hash) = &mut value {
        hash.purge(now);
    }
    let over = value.is_empty();
    let mut entry = Entry::new(value, now);
    entry.expires_at = match ttl {
        0 => None,
        ttl if absolute => Some(ttl),
        ttl => Some(ttl.saturating_add(now)),
    };
    entry.used_at = now.saturating_sub(idle.unwrap_or(0).saturating_mul(1000));
    entry.frequency = frequency.unwrap_or(entry.frequency);
    if over || entry.expires_at.is_some_and(|at| at <= now) {
        cx.remove(key);
    } else {
        cx.put_entry(cx.session.database, key, entry);
    }
    Ok(Reply::OK)
}

fn write(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    match value {
        Value::String(text) => {
            out.push(STRING);
            write_bytes(&mut out, text.bytes());
        }
        Value::List(list) => {
            out.push(LIST);
            write_length(&mut out, list.len() as u64);
            list.iter().for_each(|element| write_bytes(&mut out, element));
        }
        Value::Set(set) => {
            out.push(SET);
            write_length(&mut out, set.len() as u64);
            set.members().keys().for_each(|member| write_bytes(&mut out, member));
        }
        Value::Hash(hash) => {
            out.push(HASH);
            write_length(&mut out, hash.len() as u64);
            for (name, field) in hash.fields().iter() {
                write_bytes(&mut out, name);
                write_bytes(&mut out, &field.value);
                let expiry = field
                    .expires_at
                    .map_or(0, |at| u64::try_from(at).unwrap_or(0).saturating_add(1));
                write_length(&mut out, expiry);
            }
        }
        Value::SortedSet(set) => {
            out.push(SORTED_SET);
            write_length(&mut out, set.len() as u64);
            for (score, member) in set.iter() {
                write_bytes(&mut out, member);
                out.extend_from_slice(&score.to_bits().to_le_bytes());
            }
        }
        Value::Stream(stream) => {
            out.push(STREAM);
            write_stream(&mut out, stream);
        }
    }
    out.extend_from_slice(&VERSION.to_le_bytes());
    let checksum = hash(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

fn write_stream(out: &mut Vec<u8>, stream: &Stream) {
    write_length(out, stream.len() as u64);
    for (id, fields) in stream.entries() {
        write_id(out, *id);
        write_length(out, fields.len() as u64);
        fields.iter().for_each(|field| write_bytes(out, field));
    }
    write_id(out, stream.last_id);
    write_id(out, stream.max_deleted);
    write_length(out, stream.added);
    write_length(out, stream.groups.len() as u64);
    for (name, group) in &stream.groups {
        write_bytes(out, name);
        write_id(out, group.last_id);
        write_optional(out, group.read);
        write_length(out, group.pending.len() as u64);
        for (id, pending) in &group.pending {
            write_id(out, *id);
            write_bytes(out, &pending.consumer);
            write_length(out, pending.delivered_at.unsigned_abs());
            write_length(out, pending.deliveries);
        }
        write_length(out, group.consumers.len() as u64);
        for (name, consumer) in &group.consumers {
            write_bytes(out, name);
            write_length(out, consumer.seen_at.unsigned_abs());
            write_optional(out, consumer.active_at.map(i64::unsigned_abs));
        }
    }
}

fn write_id(out: &mut Vec<u8>, id: Id) {
    write_length(out, id.ms);
    write_length(out, id.seq);
}

/// The number plus one, or 0.
fn write_optional(out: &mut Vec<u8>, number: Option<u64>) {
    write_length(out, number.map_or(0, |number| number.saturating_add(1)));
}

fn write_length(out: &mut Vec<u8>, mut length: u64) {
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_length(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn read(payload: &Bytes) -> Result<Value, Failure> {
    let wrong = Failure::fixed("ERR DUMP payload version or checksum are wrong");
    let Some(end) = payload.len().checked_sub(FOOTER) else {
        return Err(wrong);
    };
    let (checked, mut checksum) = payload.split_at(payload.len() - 8);
    let version = payload.get(end..end + 2);
    if version != Some(&VERSION.to_le_bytes()) || hash(checked) != checksum.get_u64_le() {
        return Err(wrong);
    }
    let mut body = payload.slice(..end);
    let value = read_value(&mut body).filter(|value| body.is_empty() && !value.is_empty());
    value.ok_or(Failure::fixed("ERR Bad data format"))
}

fn read_value(body: &mut Bytes) -> Option<Value> {
    let kind = body.try_get_u8().ok()?;
    if kind == STRING {
        return Some(Value::String(Text::new(read_bytes(body)?)));
    }
    let count = read_length(body)?;
    match kind {
        STREAM => read_stream(count, body).map(Value::Stream),
        LIST => {
            let mut list = List::new();
            for _ in 0..count {
                list.push_back(read_bytes(body)?);
            }
            Some(Value::List(list))
        }
        SET => {
            let mut set = Set::default();
            for _ in 0..count {
                set.insert(read_bytes(body)?);
            }
            Some(Value::Set(set))
        }
        HASH => {
            let mut hash = Hash::default();
            for _ in 0..count {
                let (name, value) = (read_bytes(body)?, read_bytes(body)?);
                let expiry = read_length(body)?.checked_sub(1).and_then(|at| i64::try_from(at).ok());
                hash.set(name.clone(), value);
                hash.expire(&name, expiry);
            }
            Some(Value::Hash(hash))
        }
        SORTED_SET => {
            let mut set = SortedSet::default();
            for _ in 0..count {
                let member = read_bytes(body)?;
                let score = f64::from_bits(body.try_get_u64_le().ok()?);
                if score.is_nan() {
                    return None;
                }
                set.insert(member, score);
            }
            Some(Value::SortedSet(set))
        }
        _ => None,
    }
}

fn read_stream(count: u64, body: &mut Bytes) -> Option<Stream> {
    let mut stream = Stream::default();
    for _ in 0..count {
        let id = Some(read_id(body)?).filter(|id| *id > stream.last_id)?;
        let mut fields = Fields::new();
        for _ in 0..read_length(body)? {
            fields.push(read_bytes(body)?);
        }
        stream.append(id, fields);
    }
    stream.last_id = Some(read_id(body)?).filter(|id| *id >= stream.last_id)?;
    stream.max_deleted = read_id(body)?;
    stream.added = read_length(body)?;
    for _ in 0..read_length(body)? {
        let name = read_bytes(body)?;
        let mut group = Group::new(read_id(body)?, read_optional(body)?);
        for _ in 0..read_length(body)? {
            let (id, consumer) = (read_id(body)?, read_bytes(body)?);
            let (delivered_at, deliveries) = (read_time(body)?, read_length(body)?);
            group.give(id, &consumer, delivered_at, deliveries, delivered_at);
        }
        for _ in 0..read_length(body)? {
            let name = read_bytes(body)?;
            let seen_at = read_time(body)?;
            group.consumer(&name, seen_at).active_at = read_optional(body)?.and_then(|at| i64::try_from(at).ok());
        }
        stream.groups.insert(name, group);
    }
    Some(stream)
}

fn read_id(body: &mut Bytes) -> Option<Id> {
    Some(Id {
        ms: read_length(body)?,
        seq: read_length(body)?,
    })
}

fn read_optional(body: &mut Bytes) -> Option<Option<u64>> {
    read_length(body).map(|number| number.checked_sub(1))
}

fn read_time(body: &mut Bytes) -> Option<i64> {
    i64::try_from(read_length(body)?).ok()
}

fn read_length(body: &mut Bytes) -> Option<u64> {
    let mut length = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = body.try_get_u8().ok()?;
        length |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(length);
        }
    }
    None
}

/// Copied, so that a value does not hold on to the whole payload.
fn read_bytes(body: &mut Bytes) -> Option<Bytes> {
    let length = usize::try_from(read_length(body)?).ok()?;
    if length > body.len() {
        return None;
    }
    Some(Bytes::copy_from_slice(&body.split_to(length)))
}
