//! HELLO and AUTH.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::VERSION;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::number::parse_i64;
use super::super::reply::{Protocol, Reply};
use super::client::check_name;

pub(super) fn hello(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (protocol, mut options) = match args {
        [] => (cx.session.protocol, args),
        [version, options @ ..] => (protocol(version)?, options),
    };
    let (mut login, mut name) = (None, None);
    while let [option, rest @ ..] = options {
        options = match rest {
            [user, password, rest @ ..] if option.eq_ignore_ascii_case(b"auth") => {
                login = Some((user, password));
                rest
            }
            [text, rest @ ..] if option.eq_ignore_ascii_case(b"setname") => {
                check_name(text, "Client names")?;
                name = Some(text);
                rest
            }
            _ => {
                return Err(Failure::text(format!(
                    "ERR Syntax error in HELLO option '{}'",
                    quoted(option, 128)
                )));
            }
        };
    }
    if let Some((user, password)) = login {
        log_in(cx, user, password)?;
    }
    if !cx.session.authenticated {
        return Err(Failure::fixed(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH \
             <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the \
             same time",
        ));
    }
    if let Some(name) = name {
        cx.session.name = name.clone();
    }
    cx.session.protocol = protocol;
    let number = if protocol == Protocol::Resp3 { 3 } else { 2 };
    Ok(Reply::Map(Vec::from([
        (Reply::text("server"), Reply::text("redis")),
        (Reply::text("version"), Reply::text(VERSION)),
        (Reply::text("proto"), Reply::Int(number)),
        (Reply::text("id"), Reply::Int(cx.session.id.0 as i64)),
        (Reply::text("mode"), Reply::text("standalone")),
        (Reply::text("role"), Reply::text("master")),
        (Reply::text("modules"), Reply::Array(Vec::new())),
    ])))
}

fn protocol(version: &[u8]) -> Result<Protocol, Failure> {
    match parse_i64(version) {
        Some(2) => Ok(Protocol::Resp2),
        Some(3) => Ok(Protocol::Resp3),
        Some(_) => Err(Failure::fixed("NOPROTO unsupported protocol version")),
        None => Err(Failure::fixed("ERR Protocol version is not an integer or out of range")),
    }
}

pub(super) fn auth(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    match args {
        [_] if cx.server.users.default_password().is_none() => Err(Failure::fixed(
            "ERR AUTH <password> called without any password configured for the default user. Are you sure your \
             configuration is correct?",
        )),
        [password] => log_in(cx, b"default", password),
        [user, password] => log_in(cx, user, password),
        _ => Err(Failure::SYNTAX),
    }
}

fn log_in(cx: &mut Context<'_>, user: &[u8], password: &[u8]) -> Outcome {
    if !cx.server.users.may_enter(user, password) {
        return Err(Failure::WRONG_PASS);
    }
    cx.session.authenticated = true;
    cx.session.user = quoted(user, usize::MAX);
    Ok(Reply::OK)
}
