//! CLIENT about the own connection: names, replies, tracking, INFO. What concerns others is in `clients`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::Server;
use super::super::command::{ADMIN, Command, FAST, Keys, NO_SCRIPT, Outcome};
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::pubsub::Space;
use super::super::reply::{Protocol, Reply};
use super::super::session::{ReplyMode, Session, SessionId};
use super::clients;

pub(super) static SUBCOMMANDS: &[Command] = &[
    Command::new("client|caching", 3, NO_SCRIPT, Keys::None, caching),
    Command::new("client|getname", 2, NO_SCRIPT, Keys::None, getname),
    Command::new("client|getredir", 2, NO_SCRIPT, Keys::None, |_, _| Ok(Reply::Int(-1))),
    Command::new("client|help", 2, 0, Keys::None, help),
    Command::new("client|id", 2, NO_SCRIPT | FAST, Keys::None, id),
    Command::new("client|info", 2, NO_SCRIPT, Keys::None, info),
    Command::new("client|kill", -3, ADMIN | NO_SCRIPT, Keys::None, clients::kill),
    Command::new("client|list", -2, ADMIN | NO_SCRIPT, Keys::None, clients::list),
    Command::new("client|no-evict", 3, ADMIN | NO_SCRIPT, Keys::None, no_evict),
    Command::new("client|no-touch", 3, NO_SCRIPT, Keys::None, no_touch),
    Command::new("client|pause", -3, ADMIN | NO_SCRIPT, Keys::None, clients::pause),
    Command::new("client|reply", 3, NO_SCRIPT, Keys::None, reply),
    Command::new("client|setinfo", 4, NO_SCRIPT, Keys::None, setinfo),
    Command::new("client|setname", 3, NO_SCRIPT, Keys::None, setname),
    Command::new("client|tracking", -3, NO_SCRIPT, Keys::None, tracking),
    Command::new("client|trackinginfo", 2, NO_SCRIPT, Keys::None, trackinginfo),
    Command::new("client|unblock", -3, ADMIN | NO_SCRIPT, Keys::None, clients::unblock),
    Command::new("client|unpause", 2, ADMIN | NO_SCRIPT, Keys::None, clients::unpause),
];

/// Names, library names and versions hold printable ASCII without blanks.
pub(super) fn check_name(text: &[u8], what: &str) -> Result<(), Failure> {
    if text.iter().all(|byte| (b'!'..=b'~').contains(byte)) {
        return Ok(());
    }
    Err(Failure::text(format!(
        "ERR {what} cannot contain spaces, newlines or special characters."
    )))
}

fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CACHING (YES|NO)",
        "GETNAME",
        "GETREDIR",
        "ID",
        "INFO",
        "KILL <ip:port> | <option> <value> [<option> <value> [...]]",
        "    Options: ID, TYPE, USER, ADDR, LADDR, SKIPME, MAXAGE.",
        "LIST [TYPE <type>] [ID <id> [<id> ...]]",
        "NO-EVICT (ON|OFF)",
        "NO-TOUCH (ON|OFF)",
        "PAUSE <milliseconds> [WRITE|ALL]",
        "REPLY (ON|OFF|SKIP)",
        "SETINFO (LIB-NAME|LIB-VER) <text>",
        "SETNAME <name>",
        "TRACKING OFF",
        "TRACKINGINFO",
        "UNBLOCK <id> [TIMEOUT|ERROR]",
        "UNPAUSE",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}

fn id(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::Int(cx.session.id.0 as i64))
}

fn getname(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let name = &cx.session.name;
    Ok(if name.is_empty() {
        Reply::Null
    } else {
        Reply::bulk(name)
    })
}

fn setname(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [name] = args else { return Err(Failure::Arity) };
    check_name(name, "Client names")?;
    cx.session.name = name.clone();
    Ok(Reply::OK)
}

fn setinfo(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [attribute, text] = args else {
        return Err(Failure::Arity);
    };
    let shown = quoted(attribute, 128);
    let held = if attribute.eq_ignore_ascii_case(b"lib-name") {
        &mut cx.session.library_name
    } else if attribute.eq_ignore_ascii_case(b"lib-ver") {
        &mut cx.session.library_version
    } else {
        return Err(Failure::text(format!("ERR Unrecognized option '{shown}'")));
    };
    check_name(text, &shown)?;
    *held = text.clone();
    Ok(Reply::OK)
}

fn info(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let line = describe(cx.server, cx.session);
    Ok(Reply::Verbatim("txt", Bytes::from(line + "\n")))
}

fn on_or_off(word: &[u8]) -> Result<bool, Failure> {
    if word.eq_ignore_ascii_case(b"on") {
        Ok(true)
    } else if word.eq_ignore_ascii_case(b"off") {
        Ok(false)
    } else {
        Err(Failure::SYNTAX)
    }
}

fn no_evict(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [word] = args else { return Err(Failure::Arity) };
    cx.session.no_evict = on_or_off(word)?;
    Ok(Reply::OK)
}

fn no_touch(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [word] = args else { return Err(Failure::Arity) };
    cx.session.no_touch = on_or_off(word)?;
    Ok(Reply::OK)
}

fn reply(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [word] = args else { return Err(Failure::Arity) };
    if word.eq_ignore_ascii_case(b"on") {
        cx.session.reply_mode = ReplyMode::On;
        return Ok(Reply::OK);
    } else if word.eq_ignore_ascii_case(b"off") {
        cx.session.reply_mode = ReplyMode::Off;
    } else if word.eq_ignore_ascii_case(b"skip") {
        // SKIP under OFF changes nothing.
        if cx.session.reply_mode == ReplyMode::On {
            cx.session.reply_mode = ReplyMode::SkipNext;
        }
    } else {
        return Err(Failure::SYNTAX);
    }
    Ok(Reply::Nothing)
}

/// Invalidation messages are not offered: ON is refused rather than accepted and not kept.
fn tracking(_: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [word, ..] = args else { return Err(Failure::Arity) };
    if on_or_off(word)? {
        return Err(Failure::fixed("ERR Client tracking is not supported by this server"));
    }
    Ok(Reply::OK)
}

fn trackinginfo(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::Map(Vec::from([
        (Reply::text("flags"), Reply::Set(Vec::from([Reply::text("off")]))),
        (Reply::text("redirect"), Reply::Int(-1)),
        (Reply::text("prefixes"), Reply::Array(Vec::new())),
    ])))
}

fn caching(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Err(Failure::fixed(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
    ))
}

/// What a session's peer would be called. There is no socket; each session has a port of its own for CLIENT KILL.
pub(in super::super) fn address(id: SessionId) -> String {
    format!("127.0.0.1:{}", 10_000 + id.0 % 50_000)
}

pub(super) const LOCAL_ADDRESS: &str = "127.0.0.1:6379";

/// One line of CLIENT LIST.
pub(super) fn describe(server: &Server, session: &Session) -> String {
    let seconds = |since| server.now.saturating_since(since).as_secs();
    let mut flags = String::new();
    for (letter, set) in [
        ('b', server.blocked.contains(session.id)),
        ('c', session.closing),
        ('d', server.watches.is_dirty(session.id)),
        ('e', session.no_evict),
        ('O', server.listeners.is_monitor(session.id)),
        ('P', server.listeners.is_subscribed(session.id)),
        ('T', session.no_touch),
        ('x', session.transaction.is_some()),
    ] {
        if set {
            flags.push(letter);
        }
    }
    if flags.is_empty() {
        flags.push('N');
    }
    format!(
        "id={} addr={} laddr={LOCAL_ADDRESS} fd={} name={} age={} idle={} flags={flags} db={} sub={} psub={} ssub={} \
         multi={} watch={} qbuf={} qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl={} oll=0 omem=0 tot-mem=0 \
         events=r cmd={} user={} redir=-1 resp={} lib-name={} lib-ver={}",
        session.id.0,
        address(session.id),
        session.id.0 + 7,
        quoted(&session.name, usize::MAX),
        seconds(session.connected_at),
        seconds(session.active_at),
        session.database,
        server.listeners.count(session.id, Space::Channels),
        server.listeners.count(session.id, Space::Patterns),
        server.listeners.count(session.id, Space::Shards),
        session
            .transaction
            .as_ref()
            .map_or(-1, |transaction| transaction.queue.len() as i64),
        server.watches.count(session.id),
        session.requests.buffered(),
        session.output.len(),
        session.last_command,
        session.user,
        if session.protocol == Protocol::Resp3 { 3 } else { 2 },
        quoted(&session.library_name, usize::MAX),
        quoted(&session.library_version, usize::MAX),
    )
}
