//! What each command sends, which of its arguments are keys, what kind of command it is, and what is refused before it is
//! sent. No server and no client: [`Build`](redwire::command::Build) hands out the bare commands.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a failure is the test's result"
)]

mod acl;
mod bitmaps;
mod client;
mod cluster;
mod config;
mod connection;
mod geo;
mod hashes;
mod hotkeys;
mod hyperloglog;
mod introspection;
mod keys;
mod latency;
mod memory;
mod pubsub;
mod scripting;
mod sentinel;
mod server;
mod slowlog;
mod stream_replies;
mod streams;
mod strings;
mod vector_sets;

use redwire::ErrorKind;
use redwire::command::{Command, Flags};

/// `command` sends `text` (arguments joined by spaces) with these keys (the same way) and flags.
#[track_caller]
fn sends<T>(command: Command<T>, text: &str, keys: &str, flags: Flags) {
    let request = command.request();
    let join = |arguments: Vec<&[u8]>| {
        arguments
            .iter()
            .map(|argument| argument.escape_ascii().to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    request.check().expect("not refused");
    assert_eq!(join(request.arguments().collect()), text);
    assert_eq!(join(request.key_names().collect()), keys, "keys of {text}");
    assert_eq!(request.command_flags(), flags, "flags of {text}");
}

/// `command` reads only.
#[track_caller]
fn reads<T>(command: Command<T>, text: &str, keys: &str) {
    sends(command, text, keys, Flags::READ_ONLY);
}

/// `command` may write.
#[track_caller]
fn writes<T>(command: Command<T>, text: &str, keys: &str) {
    sends(command, text, keys, Flags::NONE);
}

/// `command` is refused with this message before it is sent.
#[track_caller]
fn refuses<T>(command: Command<T>, message: &str) {
    let error = command.request().check().expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(error.to_string(), message);
}
