//! SLOWLOG. No command takes any time here, so that there is something in the log only while everything counts as slow:
//! while `slowlog-log-slower-than` is zero.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::{ADMIN, Command, Keys, Outcome};
use super::super::connection::address;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::parse_i64;
use super::super::reply::Reply;

pub(super) static SUBCOMMANDS: &[Command] = &[
    Command::new("slowlog|get", -2, ADMIN, Keys::None, get),
    Command::new("slowlog|help", 2, 0, Keys::None, help),
    Command::new("slowlog|len", 2, ADMIN, Keys::None, len),
    Command::new("slowlog|reset", 2, ADMIN, Keys::None, reset),
];

/// More words of a command are not kept.
const WORDS: usize = 32;

/// More bytes of a word are not kept.
const BYTES: usize = 128;

/// Commands that took long, the last one first.
#[derive(Debug, Default)]
pub(crate) struct Slowlog {
    entries: VecDeque<Entry>,
    next_id: i64,
}

#[derive(Debug)]
struct Entry {
    id: i64,
    unix_seconds: i64,
    words: Vec<Bytes>,
    address: Bytes,
    name: Bytes,
}

impl Entry {
    fn reply(&self) -> Reply {
        Reply::Array(Vec::from([
            Reply::Int(self.id),
            Reply::Int(self.unix_seconds),
            Reply::Int(0),
            Reply::bulks(&self.words),
            Reply::bulk(&self.address),
            Reply::bulk(&self.name),
        ]))
    }
}

/// Keeps a command that ran, if it counts as slow.
pub(crate) fn note(cx: &mut Context<'_>, command: &Command, argv: &[Bytes]) {
    let longest = cx.server.config.slowlog_max_len();
    if !cx.server.config.everything_is_slow() || longest == 0 || command.name == "exec" {
        return;
    }
    let entry = Entry {
        id: cx.server.slowlog.next_id,
        unix_seconds: cx.now_ms() / 1000,
        words: shortened(&without_secrets(command, argv)),
        address: Bytes::from(address(cx.session.id)),
        name: cx.session.name.clone(),
    };
    let log = &mut cx.server.slowlog;
    log.next_id += 1;
    log.entries.push_front(entry);
    log.entries.truncate(longest);
}

fn without_secrets(command: &Command, argv: &[Bytes]) -> Vec<Bytes> {
    let follows = |at: usize, distance: usize, word: &[u8]| {
        let before = at.checked_sub(distance).and_then(|at| argv.get(at));
        before.is_some_and(|before| before.eq_ignore_ascii_case(word))
    };
    let hidden = |at: usize| match command.name {
        "auth" => at > 0,
        "hello" => follows(at, 1, b"auth") || follows(at, 2, b"auth"),
        "config|set" => follows(at, 1, b"requirepass"),
        _ => false,
    };
    let word = |(at, word): (usize, &Bytes)| {
        if hidden(at) {
            Bytes::from_static(b"(redacted)")
        } else {
            word.clone()
        }
    };
    argv.iter().enumerate().map(word).collect()
}

fn shortened(words: &[Bytes]) -> Vec<Bytes> {
    let kept = if words.len() > WORDS { WORDS - 1 } else { words.len() };
    let mut shortened: Vec<Bytes> = words
        .iter()
        .take(kept)
        .map(|word| match word.get(..BYTES) {
            Some(start) if word.len() > BYTES => {
                let mut cut = start.to_vec();
                cut.extend_from_slice(format!("... ({} more bytes)", word.len() - BYTES).as_bytes());
                cut.into()
            }
            _ => word.clone(),
        })
        .collect();
    if words.len() > kept {
        shortened.push(format!("... ({} more arguments)", words.len() - kept).into());
    }
    shortened
}

fn get(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let count = match args {
        [] => 10,
        [count] => match parse_i64(count) {
            Some(-1) => usize::MAX,
            count => count
                .and_then(|count| usize::try_from(count).ok())
                .ok_or(Failure::fixed("ERR count should be greater than or equal to -1"))?,
        },
        _ => {
            return Err(Failure::fixed(
                "ERR unknown subcommand or wrong number of arguments for 'get'. Try SLOWLOG HELP.",
            ));
        }
    };
    let entries = cx.server.slowlog.entries.iter().take(count);
    Ok(Reply::Array(entries.map(Entry::reply).collect()))
}

fn len(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::count(cx.server.slowlog.entries.len()))
}

fn reset(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    cx.server.slowlog.entries.clear();
    Ok(Reply::OK)
}

fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET [<count>]",
        "LEN",
        "RESET",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}
