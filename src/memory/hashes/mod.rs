//! The hash commands.

mod expiring;
mod numbers;
mod pages;
mod ttl;

use bytes::Bytes;

use super::command::{Command, DENY_OOM, FAST, KEY, Outcome, READ, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use super::values::Hash;

const UPDATE: u32 = WRITE | DENY_OOM | FAST;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("hdel", -3, WRITE | FAST, KEY, hdel),
    Command::new("hexists", 3, READ | FAST, KEY, hexists),
    Command::new("hexpire", -6, UPDATE, KEY, ttl::hexpire),
    Command::new("hexpireat", -6, UPDATE, KEY, ttl::hexpireat),
    Command::new("hexpiretime", -5, READ | FAST, KEY, ttl::hexpiretime),
    Command::new("hget", 3, READ | FAST, KEY, hget),
    Command::new("hgetall", 2, READ, KEY, hgetall),
    Command::new("hgetdel", -5, WRITE | FAST, KEY, expiring::hgetdel),
    Command::new("hgetex", -5, WRITE | FAST, KEY, expiring::hgetex),
    Command::new("hincrby", 4, UPDATE, KEY, numbers::hincrby),
    Command::new("hincrbyfloat", 4, UPDATE, KEY, numbers::hincrbyfloat),
    Command::new("hkeys", 2, READ, KEY, hkeys),
    Command::new("hlen", 2, READ | FAST, KEY, hlen),
    Command::new("hmget", -3, READ | FAST, KEY, hmget),
    Command::new("hmset", -4, UPDATE, KEY, hmset),
    Command::new("hpersist", -5, WRITE | FAST, KEY, ttl::hpersist),
    Command::new("hpexpire", -6, UPDATE, KEY, ttl::hpexpire),
    Command::new("hpexpireat", -6, UPDATE, KEY, ttl::hpexpireat),
    Command::new("hpexpiretime", -5, READ | FAST, KEY, ttl::hpexpiretime),
    Command::new("hpttl", -5, READ | FAST, KEY, ttl::hpttl),
    Command::new("hrandfield", -2, READ, KEY, pages::hrandfield),
    Command::new("hscan", -3, READ, KEY, pages::hscan),
    Command::new("hset", -4, UPDATE, KEY, hset),
    Command::new("hsetex", -6, UPDATE, KEY, expiring::hsetex),
    Command::new("hsetnx", 4, UPDATE, KEY, hsetnx),
    Command::new("hstrlen", 3, READ | FAST, KEY, hstrlen),
    Command::new("httl", -5, READ | FAST, KEY, ttl::httl),
    Command::new("hvals", 2, READ, KEY, hvals),
];

fn hset(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(Reply::count(set_pairs(cx, args)?))
}

fn hmset(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    set_pairs(cx, args)?;
    Ok(Reply::OK)
}

/// How many of the fields are new.
fn set_pairs(cx: &mut Context<'_>, args: &[Bytes]) -> Result<usize, Failure> {
    let [key, pairs @ ..] = args else {
        return Err(Failure::Arity);
    };
    if pairs.len() % 2 != 0 {
        return Err(Failure::Arity);
    }
    let hash = cx.get_or_create::<Hash>(key)?;
    let mut added = 0;
    for pair in pairs.chunks_exact(2) {
        let [field, value] = pair else {
            return Err(Failure::Arity);
        };
        added += usize::from(hash.set(field.clone(), value.clone()));
    }
    cx.changed(key);
    Ok(added)
}

fn hsetnx(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, field, value] = args else {
        return Err(Failure::Arity);
    };
    let hash = cx.get_or_create::<Hash>(key)?;
    if hash.get(field).is_some() {
        return Ok(Reply::flag(false));
    }
    hash.set(field.clone(), value.clone());
    cx.changed(key);
    Ok(Reply::flag(true))
}

fn hget(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(Reply::bulk_or_null(value(cx, args)?))
}

fn hexists(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(Reply::flag(value(cx, args)?.is_some()))
}

fn hstrlen(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(Reply::count(value(cx, args)?.map_or(0, Bytes::len)))
}

/// The value of one field.
fn value<'a>(cx: &'a Context<'_>, args: &[Bytes]) -> Result<Option<&'a Bytes>, Failure> {
    let [key, field] = args else {
        return Err(Failure::Arity);
    };
    Ok(cx.get::<Hash>(key)?.and_then(|hash| hash.get(field)))
}

fn hmget(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, fields @ ..] = args else {
        return Err(Failure::Arity);
    };
    let hash = cx.get::<Hash>(key)?;
    let value = |field: &Bytes| Reply::bulk_or_null(hash.and_then(|hash| hash.get(field)));
    Ok(Reply::Array(fields.iter().map(value).collect()))
}

fn hgetall(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    let fields = cx.get::<Hash>(key)?.into_iter().flat_map(|hash| hash.fields().iter());
    Ok(Reply::Map(
        fields
            .map(|(name, field)| (Reply::bulk(name), Reply::bulk(&field.value)))
            .collect(),
    ))
}

fn hkeys(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    let names = cx.get::<Hash>(key)?.into_iter().flat_map(|hash| hash.fields().keys());
    Ok(Reply::bulks(names))
}

fn hvals(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    let fields = cx.get::<Hash>(key)?.into_iter().flat_map(|hash| hash.fields().values());
    Ok(Reply::bulks(fields.map(|field| &field.value)))
}

fn hlen(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::count(cx.get::<Hash>(key)?.map_or(0, Hash::len)))
}

fn hdel(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, fields @ ..] = args else {
        return Err(Failure::Arity);
    };
    let Some(hash) = cx.get_mut::<Hash>(key)? else {
        return Ok(Reply::Int(0));
    };
    let deleted = fields.iter().filter_map(|field| hash.remove(field)).count();
    if deleted > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(deleted))
}
