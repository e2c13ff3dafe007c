//! MONITOR: every command that runs, told to whoever wants to see them all.

use alloc::format;
use alloc::string::String;

use bytes::Bytes;

use super::super::command::{ADMIN, Command, Outcome};
use super::super::connection::address;
use super::super::context::Context;
use super::super::reply::Reply;
use super::deliver;

pub(super) fn monitor(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let first = cx.server.listeners.watch_all(cx.session.id);
    Ok(if first { Reply::OK } else { Reply::Nothing })
}

/// Shows a command that ran, unless it is nobody's business.
pub(in super::super) fn show(cx: &mut Context<'_>, command: &Command, argv: &[Bytes]) {
    if !cx.server.listeners.has_monitors() || command.has(ADMIN) || matches!(command.name, "auth" | "hello") {
        return;
    }
    let micros = cx.server.now.since_origin().as_micros() % 1000;
    let millis = cx.now_ms();
    let mut line = format!(
        "{}.{:03}{micros:03} [{} {}]",
        millis / 1000,
        millis % 1000,
        cx.session.database,
        address(cx.session.id)
    );
    for word in argv {
        line.push(' ');
        quote(&mut line, word);
    }
    let line = Reply::Status(line.into());
    for to in cx.server.listeners.monitors() {
        deliver(cx, to, &line);
    }
}

/// A word in double quotes, as Redis prints them.
fn quote(line: &mut String, word: &[u8]) {
    line.push('"');
    for &byte in word {
        match byte {
            b'\\' | b'"' => line.extend(['\\', char::from(byte)]),
            b'\n' => line.push_str("\\n"),
            b'\r' => line.push_str("\\r"),
            b'\t' => line.push_str("\\t"),
            0x07 => line.push_str("\\a"),
            0x08 => line.push_str("\\b"),
            b' '..=b'~' => line.push(char::from(byte)),
            other => line.push_str(&format!("\\x{other:02x}")),
        }
    }
    line.push('"');
}
