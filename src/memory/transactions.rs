//! MULTI, EXEC, DISCARD, WATCH, UNWATCH. Queueing itself is part of dispatching.

use bytes::Bytes;

use super::command::{Command, FAST, IMMEDIATE, KEYS, Keys, NO_SCRIPT, NO_TOUCH, Outcome};
use super::context::Context;
use super::dispatch::call;
use super::failure::Failure;
use super::reply::Reply;
use super::session::Transaction;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("discard", 1, NO_SCRIPT | FAST | IMMEDIATE, Keys::None, discard),
    Command::new("exec", 1, NO_SCRIPT | IMMEDIATE, Keys::None, exec),
    Command::new("multi", 1, NO_SCRIPT | FAST | IMMEDIATE, Keys::None, multi),
    Command::new("unwatch", 1, NO_SCRIPT | FAST, Keys::None, unwatch),
    Command::new("watch", -2, NO_SCRIPT | FAST | IMMEDIATE | NO_TOUCH, KEYS, watch),
];

fn multi(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    if cx.session.transaction.is_some() {
        return Err(Failure::fixed("ERR MULTI calls can not be nested"));
    }
    cx.session.transaction = Some(Transaction::default());
    Ok(Reply::OK)
}

fn discard(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    if cx.session.transaction.take().is_none() {
        return Err(Failure::fixed("ERR DISCARD without MULTI"));
    }
    cx.server.watches.unwatch(cx.session.id);
    Ok(Reply::OK)
}

fn exec(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let Some(transaction) = cx.session.transaction.take() else {
        return Err(Failure::fixed("ERR EXEC without MULTI"));
    };
    let dirty = cx.server.watches.is_dirty(cx.session.id);
    cx.server.watches.unwatch(cx.session.id);
    if transaction.refused {
        return Err(Failure::fixed(
            "EXECABORT Transaction discarded because of previous errors.",
        ));
    }
    if dirty {
        return Ok(Reply::NullArray);
    }
    // A failing command stops nothing: its error is one of the replies.
    let queue = transaction.queue.into_iter();
    Ok(Reply::Array(
        queue
            .map(|(command, argv)| call(cx.server, cx.session, command, &argv, false).0)
            .collect(),
    ))
}

fn watch(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    if cx.session.transaction.is_some() {
        return Err(Failure::fixed("ERR WATCH inside MULTI is not allowed"));
    }
    for key in args {
        cx.server.watches.watch(cx.session.id, cx.session.database, key);
    }
    Ok(Reply::OK)
}

fn unwatch(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    cx.server.watches.unwatch(cx.session.id);
    Ok(Reply::OK)
}
