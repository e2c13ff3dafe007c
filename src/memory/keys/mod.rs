//! Commands about keys, whatever they hold.

mod dump;
pub(super) mod expiry;
mod object;
pub(super) mod scan;
mod sort;

use alloc::vec::Vec;

use bytes::Bytes;

use super::command::{Command, DENY_OOM, FAST, KEY, KEYS, Keys, NO_TOUCH, Outcome, READ, TWO_KEYS, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::number::int;
use super::reply::Reply;

const TTL: u32 = READ | FAST | NO_TOUCH;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("copy", -3, WRITE | DENY_OOM, TWO_KEYS, copy),
    Command::new("del", -2, WRITE, KEYS, del),
    Command::new("dump", 2, READ, KEY, dump::dump),
    Command::new("exists", -2, READ | FAST | NO_TOUCH, KEYS, exists),
    Command::new("expire", -3, WRITE | FAST, KEY, expiry::expire),
    Command::new("expireat", -3, WRITE | FAST, KEY, expiry::expireat),
    Command::new("expiretime", 2, TTL, KEY, expiry::expiretime),
    Command::new("keys", 2, READ, Keys::None, scan::keys),
    Command::new("migrate", -6, WRITE, Keys::Found(migrate_keys), migrate),
    Command::new("move", 3, WRITE | FAST, KEY, move_key),
    Command::container("object", object::SUBCOMMANDS),
    Command::new("persist", 2, WRITE | FAST, KEY, expiry::persist),
    Command::new("pexpire", -3, WRITE | FAST, KEY, expiry::pexpire),
    Command::new("pexpireat", -3, WRITE | FAST, KEY, expiry::pexpireat),
    Command::new("pexpiretime", 2, TTL, KEY, expiry::pexpiretime),
    Command::new("pttl", 2, TTL, KEY, expiry::pttl),
    Command::new("randomkey", 1, READ, Keys::None, randomkey),
    Command::new("rename", 3, WRITE, TWO_KEYS, rename),
    Command::new("renamenx", 3, WRITE | FAST, TWO_KEYS, renamenx),
    Command::new("restore", -4, WRITE | DENY_OOM, KEY, dump::restore),
    Command::new("scan", -2, READ, Keys::None, scan::scan),
    Command::new("sort", -2, WRITE | DENY_OOM, Keys::Found(sort::keys), sort::sort),
    Command::new("sort_ro", -2, READ, KEY, sort::sort_ro),
    Command::new("touch", -2, READ | FAST, KEYS, touch),
    Command::new("ttl", 2, TTL, KEY, expiry::ttl),
    Command::new("type", 2, READ | FAST | NO_TOUCH, KEY, type_of),
    Command::new("unlink", -2, WRITE | FAST, KEYS, del),
];

/// UNLINK is the same: when memory is freed cannot be observed.
fn del(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(Reply::count(args.iter().filter(|key| cx.remove(key)).count()))
}

fn exists(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    Ok(Reply::count(args.iter().filter(|key| cx.exists(key)).count()))
}

/// The use itself was noted before the handler ran.
fn touch(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    exists(cx, args)
}

fn type_of(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::status(
        cx.entry(key).map_or("none", |entry| entry.value.type_name()),
    ))
}

fn randomkey(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let db = cx.server.databases.at(cx.session.database);
    Ok(Reply::bulk_or_null(
        db.entries().random(&mut cx.server.random).map(|(key, _)| key),
    ))
}

fn rename(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [from, to] = args else { return Err(Failure::Arity) };
    rename_to(cx, from, to)?;
    Ok(Reply::OK)
}

fn renamenx(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [from, to] = args else { return Err(Failure::Arity) };
    if !cx.exists(from) {
        return Err(Failure::NO_SUCH_KEY);
    }
    if cx.exists(to) {
        return Ok(Reply::flag(false));
    }
    rename_to(cx, from, to)?;
    Ok(Reply::flag(true))
}

/// Time to live and all go along.
fn rename_to(cx: &mut Context<'_>, from: &Bytes, to: &Bytes) -> Result<(), Failure> {
    if !cx.exists(from) {
        return Err(Failure::NO_SUCH_KEY);
    }
    if from == to {
        return Ok(());
    }
    if let Some(entry) = cx.take(from) {
        cx.put_entry(cx.session.database, to, entry);
    }
    Ok(())
}

fn move_key(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, number] = args else {
        return Err(Failure::Arity);
    };
    let number = cx.server.database_number(int(number)?)?;
    if number == cx.session.database {
        return Err(SAME);
    }
    if cx.server.databases.at(number).get(key).is_some() {
        return Ok(Reply::flag(false));
    }
    let Some(entry) = cx.take(key) else {
        return Ok(Reply::flag(false));
    };
    cx.put_entry(number, key, entry);
    Ok(Reply::flag(true))
}

const SAME: Failure = Failure::fixed("ERR source and destination objects are the same");

fn copy(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [from, to, options @ ..] = args else {
        return Err(Failure::Arity);
    };
    let mut options = options;
    let (mut number, mut replace) = (cx.session.database, false);
    loop {
        options = match options {
            [] => break,
            [word, rest @ ..] if word.eq_ignore_ascii_case(b"replace") => {
                replace = true;
                rest
            }
            [word, db, rest @ ..] if word.eq_ignore_ascii_case(b"db") => {
                number = cx.server.database_number(int(db)?)?;
                rest
            }
            _ => return Err(Failure::SYNTAX),
        };
    }
    if number == cx.session.database && from == to {
        return Err(SAME);
    }
    let Some(entry) = cx.entry(from).cloned() else {
        return Ok(Reply::flag(false));
    };
    if !replace && cx.server.databases.at(number).get(to).is_some() {
        return Ok(Reply::flag(false));
    }
    cx.put_entry(number, to, entry);
    Ok(Reply::flag(true))
}

/// Positions of MIGRATE's keys: the third argument, or what follows KEYS if that is empty.
fn migrate_keys(argv: &[Bytes]) -> Vec<usize> {
    match argv.get(3) {
        Some(key) if !key.is_empty() => Vec::from([3]),
        Some(_) => {
            let keyword = argv.iter().skip(6).position(|word| word.eq_ignore_ascii_case(b"keys"));
            keyword.map(|at| (at + 7..argv.len()).collect()).unwrap_or_default()
        }
        None => Vec::new(),
    }
}

/// There is nowhere to go: what Redis says when it cannot reach the target.
fn migrate(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [_host, _port, _key, number, timeout, options @ ..] = args else {
        return Err(Failure::Arity);
    };
    let mut options = options;
    loop {
        options = match options {
            [] => break,
            [word, rest @ ..] if word.eq_ignore_ascii_case(b"copy") || word.eq_ignore_ascii_case(b"replace") => rest,
            [word, _, rest @ ..] if word.eq_ignore_ascii_case(b"auth") => rest,
            [word, _, _, rest @ ..] if word.eq_ignore_ascii_case(b"auth2") => rest,
            [word, ..] if word.eq_ignore_ascii_case(b"keys") => break,
            _ => return Err(Failure::SYNTAX),
        };
    }
    int(timeout)?;
    int(number)?;
    let keys = migrate_keys(cx.argv);
    if !keys.iter().filter_map(|&at| cx.argv.get(at)).any(|key| cx.exists(key)) {
        return Ok(Reply::status("NOKEY"));
    }
    Err(Failure::fixed("IOERR error or timeout connecting to the client"))
}
