//! Commands about the connection itself.

mod client;
mod clients;
mod hello;

use bytes::Bytes;

use super::command::{Command, FAST, IMMEDIATE, Keys, NO_AUTH, NO_SCRIPT, Outcome, WHILE_SUBSCRIBED};
use super::context::Context;
use super::failure::Failure;
use super::number::parse_i64;
use super::reply::{Protocol, Reply};
use super::session::Session;

pub(super) use client::address;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("hello", -1, NO_AUTH | FAST, Keys::None, hello::hello),
    Command::new("auth", -2, NO_AUTH | FAST, Keys::None, hello::auth),
    Command::container("client", client::SUBCOMMANDS),
    Command::new("ping", -1, FAST | WHILE_SUBSCRIBED, Keys::None, ping),
    Command::new("echo", 2, FAST, Keys::None, echo),
    Command::new("select", 2, FAST, Keys::None, select),
    Command::new(
        "quit",
        -1,
        NO_AUTH | FAST | IMMEDIATE | WHILE_SUBSCRIBED,
        Keys::None,
        quit,
    ),
    Command::new(
        "reset",
        1,
        NO_AUTH | FAST | IMMEDIATE | NO_SCRIPT | WHILE_SUBSCRIBED,
        Keys::None,
        reset,
    ),
];

fn ping(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    // Where messages are arrays, so is this.
    let among_messages = cx.session.protocol == Protocol::Resp2 && cx.server.listeners.is_subscribed(cx.session.id);
    match args {
        [] if among_messages => Ok(Reply::bulks([&Bytes::from_static(b"pong"), &Bytes::new()])),
        [text] if among_messages => Ok(Reply::bulks([&Bytes::from_static(b"pong"), text])),
        [] => Ok(Reply::status("PONG")),
        [text] => Ok(Reply::bulk(text)),
        _ => Err(Failure::Arity),
    }
}

fn echo(_: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [text] = args else { return Err(Failure::Arity) };
    Ok(Reply::bulk(text))
}

fn select(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [number] = args else { return Err(Failure::Arity) };
    let number = parse_i64(number).ok_or(Failure::NOT_AN_INTEGER)?;
    cx.session.database = cx.server.database_number(number)?;
    Ok(Reply::OK)
}

fn quit(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    cx.session.closing = true;
    Ok(Reply::OK)
}

/// Back to what the session was when it connected.
fn reset(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    cx.server.forget(cx.session.id);
    let open = cx.server.users.default_password().is_none();
    let fresh = Session::new(cx.session.id, cx.session.connected_at, open);
    let old = core::mem::replace(cx.session, fresh);
    cx.session.requests = old.requests;
    cx.session.output = old.output;
    cx.session.announced = old.announced;
    cx.session.active_at = old.active_at;
    cx.session.last_command = old.last_command;
    // The library stays: it is not part of the conversation.
    cx.session.library_name = old.library_name;
    cx.session.library_version = old.library_version;
    Ok(Reply::status("RESET"))
}
