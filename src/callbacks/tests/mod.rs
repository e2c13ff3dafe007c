#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure is the test's result")]

mod aggregates;
mod own;
mod scalars;
mod streams;
mod text;
mod unchanged;

use alloc::format;
use alloc::string::String;

use super::Callbacks;
use crate::command::{Request, cmd};
use crate::resp::{Reply, ReplyBuilder};

/// The reply that `build` makes.
fn reply(build: impl FnOnce(&mut ReplyBuilder)) -> Reply {
    let mut builder = ReplyBuilder::new();
    build(&mut builder);
    builder.finish().unwrap()
}

/// The request as an untyped call sends it.
fn untyped(request: Request) -> Request {
    request.untyped().into_parts().0
}

/// What the built-in callbacks make of a reply, printed.
fn made_of(request: Request, build: impl FnOnce(&mut ReplyBuilder)) -> String {
    format!("{:?}", Callbacks::new().apply(&untyped(request), reply(build)).unwrap())
}

/// The same for a call without options, its words separated by spaces.
fn made(words: &str, build: impl FnOnce(&mut ReplyBuilder)) -> String {
    made_of(cmd(words), build)
}

/// A flat list of bulk strings.
fn texts(texts: &[&str]) -> impl FnOnce(&mut ReplyBuilder) {
    move |reply| {
        reply.array(texts.len());
        for text in texts {
            reply.bulk(text.as_bytes());
        }
    }
}

fn integer(value: i64) -> impl FnOnce(&mut ReplyBuilder) {
    move |reply| {
        reply.integer(value);
    }
}

fn double(value: f64) -> impl FnOnce(&mut ReplyBuilder) {
    move |reply| {
        reply.double(value);
    }
}

fn boolean(value: bool) -> impl FnOnce(&mut ReplyBuilder) {
    move |reply| {
        reply.boolean(value);
    }
}

fn simple(text: &[u8]) -> impl FnOnce(&mut ReplyBuilder) {
    move |reply| {
        reply.simple(text);
    }
}

fn bulk(text: &[u8]) -> impl FnOnce(&mut ReplyBuilder) {
    move |reply| {
        reply.bulk(text);
    }
}

fn null() -> impl FnOnce(&mut ReplyBuilder) {
    |reply| {
        reply.null();
    }
}
