//! Commands about the connection itself.

mod client;
mod hello;

use bytes::Bytes;

use super::command::{Command, FAST, Keys, NO_AUTH, Outcome};
use super::context::Context;
use super::failure::Failure;
use super::number::parse_i64;
use super::reply::Reply;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("hello", -1, NO_AUTH | FAST, Keys::None, hello::hello),
    Command::new("auth", -2, NO_AUTH | FAST, Keys::None, hello::auth),
    Command::new("ping", -1, FAST, Keys::None, ping),
    Command::new("echo", 2, FAST, Keys::None, echo),
    Command::new("select", 2, FAST, Keys::None, select),
    Command::new("quit", -1, NO_AUTH | FAST, Keys::None, quit),
];

fn ping(_: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    match args {
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
