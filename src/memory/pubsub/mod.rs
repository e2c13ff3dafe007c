//! Publish/subscribe and MONITOR: what one client causes another to be told.

mod listeners;
mod monitor;

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::command::{ADMIN, Command, FAST, Keys, NO_MULTI, NO_SCRIPT, Outcome, PUBSUB, WHILE_SUBSCRIBED};
use super::context::Context;
use super::failure::Failure;
use super::glob::matches;
use super::reply::{Protocol, Reply};
use super::session::SessionId;

pub(super) use listeners::{Listeners, Space};
pub(super) use monitor::show;

/// Of the commands that subscribe. A real server takes them between MULTI and EXEC too, where they shift the replies.
const SUBSCRIBES: u32 = PUBSUB | NO_SCRIPT | NO_MULTI | WHILE_SUBSCRIBED;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("subscribe", -2, SUBSCRIBES, Keys::None, |cx, args| {
        subscribe(cx, args, Space::Channels)
    }),
    Command::new("unsubscribe", -1, SUBSCRIBES, Keys::None, |cx, args| {
        unsubscribe(cx, args, Space::Channels)
    }),
    Command::new("psubscribe", -2, SUBSCRIBES, Keys::None, |cx, args| {
        subscribe(cx, args, Space::Patterns)
    }),
    Command::new("punsubscribe", -1, SUBSCRIBES, Keys::None, |cx, args| {
        unsubscribe(cx, args, Space::Patterns)
    }),
    Command::new("ssubscribe", -2, SUBSCRIBES, Keys::None, |cx, args| {
        subscribe(cx, args, Space::Shards)
    }),
    Command::new("sunsubscribe", -1, SUBSCRIBES, Keys::None, |cx, args| {
        unsubscribe(cx, args, Space::Shards)
    }),
    Command::new("publish", 3, PUBSUB | FAST, Keys::None, publish),
    Command::new("spublish", 3, PUBSUB | FAST, Keys::None, spublish),
    Command::container(
        "pubsub",
        &[
            Command::new("pubsub|channels", -2, PUBSUB, Keys::None, |cx, args| {
                active(cx, args, Space::Channels)
            }),
            Command::new("pubsub|help", 2, 0, Keys::None, help),
            Command::new("pubsub|numpat", 2, PUBSUB, Keys::None, numpat),
            Command::new("pubsub|numsub", -2, PUBSUB, Keys::None, |cx, args| {
                Ok(counts(cx, args, Space::Channels))
            }),
            Command::new("pubsub|shardchannels", -2, PUBSUB, Keys::None, |cx, args| {
                active(cx, args, Space::Shards)
            }),
            Command::new("pubsub|shardnumsub", -2, PUBSUB, Keys::None, |cx, args| {
                Ok(counts(cx, args, Space::Shards))
            }),
        ],
    ),
    Command::new("monitor", 1, ADMIN | NO_SCRIPT | NO_MULTI, Keys::None, monitor::monitor),
];

/// What a client is told of a change of its subscriptions: the kind, the name, how many there are now.
fn confirm(cx: &mut Context<'_>, kind: Cow<'static, str>, space: Space, name: Reply) {
    let count = |space| cx.server.listeners.count(cx.session.id, space);
    let count = match space {
        Space::Shards => count(Space::Shards),
        Space::Channels | Space::Patterns => count(Space::Channels) + count(Space::Patterns),
    };
    let kind = Reply::Bulk(Bytes::from(kind.into_owned()));
    let push = Reply::Push(Vec::from([kind, name, Reply::count(count)]));
    cx.session.answer(&push);
}

fn subscribe(cx: &mut Context<'_>, args: &[Bytes], space: Space) -> Outcome {
    for name in args {
        cx.server.listeners.add(cx.session.id, space, name);
        confirm(
            cx,
            format!("{}subscribe", space.prefix()).into(),
            space,
            Reply::bulk(name),
        );
    }
    Ok(Reply::Nothing)
}

fn unsubscribe(cx: &mut Context<'_>, args: &[Bytes], space: Space) -> Outcome {
    let kind = format!("{}unsubscribe", space.prefix());
    let names = if args.is_empty() {
        cx.server.listeners.of(cx.session.id, space)
    } else {
        args.to_vec()
    };
    for name in &names {
        cx.server.listeners.remove(cx.session.id, space, name);
        confirm(cx, kind.clone().into(), space, Reply::bulk(name));
    }
    if names.is_empty() {
        confirm(cx, kind.into(), space, Reply::Null);
    }
    Ok(Reply::Nothing)
}

fn publish(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [channel, payload] = args else {
        return Err(Failure::Arity);
    };
    let direct = cx.server.listeners.to(Space::Channels, channel).to_vec();
    let through = cx.server.listeners.through_patterns(channel);
    let push = Reply::Push(Vec::from([
        Reply::text("message"),
        Reply::bulk(channel),
        Reply::bulk(payload),
    ]));
    for &to in &direct {
        deliver(cx, to, &push);
    }
    for (pattern, to) in &through {
        let push = Reply::Push(Vec::from([
            Reply::text("pmessage"),
            Reply::bulk(pattern),
            Reply::bulk(channel),
            Reply::bulk(payload),
        ]));
        deliver(cx, *to, &push);
    }
    Ok(Reply::count(direct.len() + through.len()))
}

fn spublish(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [channel, payload] = args else {
        return Err(Failure::Arity);
    };
    let direct = cx.server.listeners.to(Space::Shards, channel).to_vec();
    let push = Reply::Push(Vec::from([
        Reply::text("smessage"),
        Reply::bulk(channel),
        Reply::bulk(payload),
    ]));
    for &to in &direct {
        deliver(cx, to, &push);
    }
    Ok(Reply::count(direct.len()))
}

/// Tells a session something that it did not ask for. The one whose command runs is told after its reply.
fn deliver(cx: &mut Context<'_>, to: SessionId, what: &Reply) {
    if to == cx.session.id {
        let protocol = cx.session.protocol;
        what.write(&mut cx.session.pushed, protocol);
    } else if let Some(mut session) = cx.server.sessions.remove(&to) {
        if !session.closing {
            what.write(&mut session.output, session.protocol);
        }
        cx.server.put_back(session);
    }
}

fn active(cx: &mut Context<'_>, args: &[Bytes], space: Space) -> Outcome {
    let active = cx.server.listeners.active(space);
    match args {
        [] => Ok(Reply::bulks(active)),
        [pattern] => Ok(Reply::bulks(active.filter(|name| matches(pattern, name)))),
        _ => Err(Failure::Arity),
    }
}

fn counts(cx: &mut Context<'_>, args: &[Bytes], space: Space) -> Reply {
    let count = |name: &Bytes| Reply::count(cx.server.listeners.to(space, name).len());
    Reply::Array(args.iter().flat_map(|name| [Reply::bulk(name), count(name)]).collect())
}

fn numpat(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::count(cx.server.listeners.active(Space::Patterns).count()))
}

fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CHANNELS [<pattern>]",
        "NUMPAT",
        "NUMSUB [<channel> ...]",
        "SHARDCHANNELS [<pattern>]",
        "SHARDNUMSUB [<shardchannel> ...]",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}

impl super::Server {
    /// What keeps a session from running this command while it is subscribed: in RESP2 nobody could tell its reply from a
    /// message.
    pub(super) fn refuses_while_subscribed(
        &self,
        session: &super::session::Session,
        command: &Command,
    ) -> Result<(), Failure> {
        if session.protocol == Protocol::Resp3
            || command.has(WHILE_SUBSCRIBED)
            || !self.listeners.is_subscribed(session.id)
        {
            return Ok(());
        }
        Err(Failure::text(format!(
            "ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this \
             context",
            command.name
        )))
    }
}
