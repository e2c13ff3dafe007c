//! CLIENT about all connections: LIST, KILL, PAUSE, UNBLOCK.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::super::Pause;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::number::{int, parse_i64, timeout_millis};
use super::super::reply::Reply;
use super::super::session::{Session, SessionId};
use super::client::{LOCAL_ADDRESS, address, describe};

/// The sessions in the order of their ids, the running one among them.
fn all<'a>(cx: &'a Context<'_>) -> Vec<&'a Session> {
    let mut sessions: Vec<&Session> = cx.server.sessions.values().collect();
    let at = sessions.partition_point(|session| session.id < cx.session.id);
    sessions.insert(at, cx.session);
    sessions
}

pub(super) fn list(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let mut wanted: Option<Vec<SessionId>> = None;
    match args {
        [] => {}
        [word, kind] if word.eq_ignore_ascii_case(b"type") => {
            let class = Class::named(kind)?;
            let of_class = all(cx).into_iter().filter(|session| Class::of(cx, session) == class);
            wanted = Some(of_class.map(|session| session.id).collect());
        }
        [word, ids @ ..] if word.eq_ignore_ascii_case(b"id") && !ids.is_empty() => {
            let parse = |id: &Bytes| parse_i64(id).and_then(|id| u64::try_from(id).ok()).map(SessionId);
            let ids: Option<Vec<SessionId>> = ids.iter().map(parse).collect();
            wanted = Some(ids.ok_or(Failure::fixed("ERR Invalid client ID"))?);
        }
        _ => return Err(Failure::SYNTAX),
    }
    let mut text = String::new();
    for session in all(cx) {
        if wanted.as_ref().is_none_or(|wanted| wanted.contains(&session.id)) {
            text.push_str(&describe(cx.server, session));
            text.push('\n');
        }
    }
    Ok(Reply::Verbatim("txt", Bytes::from(text)))
}

/// The type of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Normal,
    Subscribed,
    /// Another server, which no session here is.
    Server,
}

impl Class {
    fn named(kind: &[u8]) -> Result<Self, Failure> {
        match kind.to_ascii_lowercase().as_slice() {
            b"normal" => Ok(Class::Normal),
            b"pubsub" => Ok(Class::Subscribed),
            b"master" | b"replica" | b"slave" => Ok(Class::Server),
            _ => Err(Failure::text(format!(
                "ERR Unknown client type '{}'",
                quoted(kind, 128)
            ))),
        }
    }

    fn of(cx: &Context<'_>, session: &Session) -> Self {
        if cx.server.listeners.is_subscribed(session.id) {
            Class::Subscribed
        } else {
            Class::Normal
        }
    }
}

/// What CLIENT KILL is to hit: all conditions hold together.
struct Filter {
    id: Option<SessionId>,
    address: Option<Bytes>,
    local_address: Option<Bytes>,
    user: Option<Bytes>,
    class: Option<Class>,
    max_age: Option<u64>,
    skip_me: bool,
}

pub(super) fn kill(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    if let [single] = args {
        let id = all(cx)
            .iter()
            .map(|session| session.id)
            .find(|&id| address(id).as_bytes() == single);
        let id = id.ok_or(Failure::fixed("ERR No such client"))?;
        close(cx, id);
        return Ok(Reply::OK);
    }
    let filter = parse_filter(cx, args)?;
    let now = cx.server.now;
    let hit = |session: &&Session| {
        filter.id.is_none_or(|id| id == session.id)
            && filter
                .address
                .as_ref()
                .is_none_or(|wanted| address(session.id).as_bytes() == wanted)
            && filter
                .local_address
                .as_ref()
                .is_none_or(|wanted| LOCAL_ADDRESS.as_bytes() == wanted)
            && filter
                .user
                .as_ref()
                .is_none_or(|user| session.authenticated && session.user.as_bytes() == user)
            && filter.class.is_none_or(|class| Class::of(cx, session) == class)
            && filter
                .max_age
                .is_none_or(|age| now.saturating_since(session.connected_at).as_secs() >= age)
            && !(filter.skip_me && session.id == cx.session.id)
    };
    let hits: Vec<SessionId> = all(cx).into_iter().filter(hit).map(|session| session.id).collect();
    hits.iter().for_each(|&id| close(cx, id));
    Ok(Reply::count(hits.len()))
}

fn parse_filter(cx: &Context<'_>, args: &[Bytes]) -> Result<Filter, Failure> {
    let mut filter = Filter {
        id: None,
        address: None,
        local_address: None,
        user: None,
        class: None,
        max_age: None,
        skip_me: true,
    };
    let mut rest = args;
    while let [option, value, after @ ..] = rest {
        rest = after;
        match option.to_ascii_lowercase().as_slice() {
            b"id" => {
                let id = parse_i64(value).filter(|&id| id > 0);
                let id = id.ok_or(Failure::fixed("ERR client-id should be greater than 0"))?;
                filter.id = Some(SessionId(id as u64));
            }
            b"type" => filter.class = Some(Class::named(value)?),
            b"addr" => filter.address = Some(value.clone()),
            b"laddr" => filter.local_address = Some(value.clone()),
            b"user" => {
                if !cx.server.users.knows(value) {
                    return Err(Failure::text(format!("ERR No such user '{}'", quoted(value, 128))));
                }
                filter.user = Some(value.clone());
            }
            b"maxage" => {
                let error = "ERR maxage is not an integer or out of range";
                let age = parse_i64(value).ok_or(Failure::fixed(error))?;
                filter.max_age = match u64::try_from(age) {
                    Ok(age) if age > 0 => Some(age),
                    _ => return Err(Failure::fixed("ERR maxage should be greater than 0")),
                };
            }
            b"skipme" if value.eq_ignore_ascii_case(b"yes") => filter.skip_me = true,
            b"skipme" if value.eq_ignore_ascii_case(b"no") => filter.skip_me = false,
            _ => return Err(Failure::SYNTAX),
        }
    }
    if rest.is_empty() {
        Ok(filter)
    } else {
        Err(Failure::SYNTAX)
    }
}

fn close(cx: &mut Context<'_>, id: SessionId) {
    if id == cx.session.id {
        cx.session.closing = true;
    } else {
        cx.server.close(id);
    }
}

pub(super) fn pause(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [timeout, mode @ ..] = args else {
        return Err(Failure::Arity);
    };
    let writes_only = match mode {
        [] => false,
        [mode] if mode.eq_ignore_ascii_case(b"all") => false,
        [mode] if mode.eq_ignore_ascii_case(b"write") => true,
        [_] => return Err(Failure::fixed("ERR CLIENT PAUSE mode must be WRITE or ALL")),
        _ => return Err(Failure::SYNTAX),
    };
    let millis = timeout_millis(timeout)?.unwrap_or(0);
    let mut pause = Pause {
        until: cx.server.now + Duration::from_millis(millis),
        writes_only,
    };
    // A second pause never shortens or loosens the first.
    if let Some(running) = cx.server.pause {
        pause.until = pause.until.max(running.until);
        pause.writes_only &= running.writes_only;
    }
    if pause.until > cx.server.now {
        cx.server.pause = Some(pause);
    }
    Ok(Reply::OK)
}

pub(super) fn unpause(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    cx.server.end_pause();
    Ok(Reply::OK)
}

pub(super) fn unblock(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (id, error) = match args {
        [id] => (id, None),
        [id, reason] if reason.eq_ignore_ascii_case(b"timeout") => (id, None),
        [id, reason] if reason.eq_ignore_ascii_case(b"error") => (
            id,
            Some(Failure::fixed("UNBLOCKED client unblocked via CLIENT UNBLOCK")),
        ),
        [_, _] => return Err(Failure::fixed("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")),
        _ => return Err(Failure::Arity),
    };
    let id = SessionId(int(id)? as u64);
    Ok(Reply::flag(cx.server.end_wait(id, error)))
}
