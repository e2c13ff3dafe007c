//! Commands about the server: databases as a whole, configuration, information.

mod commands;
mod configuration;
mod info;
mod slowlog;

use alloc::vec::Vec;

use bytes::Bytes;

pub(super) use slowlog::{Slowlog, note};

use super::blocking::WaitFor;
use super::command::{ADMIN, BLOCKING, Command, FAST, Keys, NO_SCRIPT, Outcome, READ, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::number::{format_i64, int, parse_i64, timeout_millis};
use super::reply::Reply;

pub(super) static COMMANDS: &[Command] = &[
    commands::COMMAND,
    Command::container("config", configuration::SUBCOMMANDS),
    Command::new("dbsize", 1, READ | FAST, Keys::None, dbsize),
    Command::new("flushall", -1, WRITE, Keys::None, flushall),
    Command::new("flushdb", -1, WRITE, Keys::None, flushdb),
    Command::new("info", -1, 0, Keys::None, info::info),
    Command::container("latency", LATENCY),
    Command::container("module", MODULE),
    Command::new("role", 1, ADMIN | FAST, Keys::None, role),
    Command::container("slowlog", slowlog::SUBCOMMANDS),
    Command::new("swapdb", 3, WRITE | FAST, Keys::None, swapdb),
    Command::new("time", 1, FAST, Keys::None, time),
    Command::new("wait", 3, BLOCKING, Keys::None, wait),
    Command::new("waitaof", 4, BLOCKING, Keys::None, waitaof),
];

/// No command takes any time: there are no delays to tell of.
static LATENCY: &[Command] = &[
    Command::new("latency|history", 3, ADMIN | NO_SCRIPT, Keys::None, nothing),
    Command::new("latency|latest", 2, ADMIN | NO_SCRIPT, Keys::None, nothing),
    Command::new("latency|reset", -2, ADMIN | NO_SCRIPT, Keys::None, |_, _| {
        Ok(Reply::Int(0))
    }),
];

/// None can be loaded.
static MODULE: &[Command] = &[Command::new("module|list", 2, ADMIN | NO_SCRIPT, Keys::None, nothing)];

fn nothing(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::Array(Vec::new()))
}

fn dbsize(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::count(cx.db().entries().len()))
}

fn flushdb(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    flush(cx, args, false)
}

fn flushall(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    flush(cx, args, true)
}

/// ASYNC and SYNC mean the same here: nobody can tell when memory is freed.
fn flush(cx: &mut Context<'_>, args: &[Bytes], all: bool) -> Outcome {
    match args {
        [] => {}
        [how] if how.eq_ignore_ascii_case(b"async") || how.eq_ignore_ascii_case(b"sync") => {}
        _ => return Err(Failure::SYNTAX),
    }
    let own = cx.session.database;
    let numbers = if all {
        0..cx.server.databases.count()
    } else {
        own..own + 1
    };
    for number in numbers {
        cx.server.flush(number);
    }
    Ok(Reply::OK)
}

fn swapdb(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [one, other] = args else { return Err(Failure::Arity) };
    let one = parse_i64(one).ok_or(Failure::fixed("ERR invalid first DB index"))?;
    let other = parse_i64(other).ok_or(Failure::fixed("ERR invalid second DB index"))?;
    let (one, other) = (cx.server.database_number(one)?, cx.server.database_number(other)?);
    cx.server.swap(one, other);
    Ok(Reply::OK)
}

fn time(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let micros = cx.server.now.since_origin().as_micros() % 1000;
    let millis = cx.now_ms();
    Ok(Reply::Array(Vec::from([
        Reply::Bulk(format_i64(millis / 1000)),
        Reply::Bulk(format_i64(millis % 1000 * 1000 + micros as i64)),
    ])))
}

fn role(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::Array(Vec::from([
        Reply::text("master"),
        Reply::Int(0),
        Reply::Array(Vec::new()),
    ])))
}

/// There are no replicas: waiting for some takes the whole timeout and reaches none.
fn wait(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [replicas, timeout] = args else {
        return Err(Failure::Arity);
    };
    let replicas = int(replicas)?;
    let timeout = timeout_millis(timeout)?;
    if replicas <= 0 {
        return Ok(Reply::Int(0));
    }
    cx.wait_for(WaitFor::Nothing, &[], timeout, Reply::Int(0))
}

/// As WAIT, and there is no append-only file either.
fn waitaof(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [local, replicas, timeout] = args else {
        return Err(Failure::Arity);
    };
    let local = super::number::int_within(local, 0, 1, Failure::OUT_OF_RANGE)?;
    let replicas = super::number::int_within(replicas, 0, i64::MAX, Failure::NOT_POSITIVE)?;
    let timeout = timeout_millis(timeout)?;
    if local > 0 {
        return Err(Failure::fixed(
            "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
        ));
    }
    let none = Reply::Array(Vec::from([Reply::Int(0), Reply::Int(0)]));
    if replicas == 0 {
        return Ok(none);
    }
    cx.wait_for(WaitFor::Nothing, &[], timeout, none)
}
