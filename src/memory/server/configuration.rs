//! CONFIG.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::{ADMIN, Command, Keys, NO_SCRIPT, Outcome};
use super::super::config::{Accepts, Config, Parameter};
use super::super::context::Context;
use super::super::failure::{Failure, quoted};
use super::super::glob;
use super::super::reply::Reply;

pub(super) static SUBCOMMANDS: &[Command] = &[
    Command::new("config|get", -3, ADMIN | NO_SCRIPT, Keys::None, get),
    Command::new("config|help", 2, 0, Keys::None, help),
    Command::new("config|resetstat", 2, ADMIN | NO_SCRIPT, Keys::None, resetstat),
    Command::new("config|rewrite", 2, ADMIN | NO_SCRIPT, Keys::None, rewrite),
    Command::new("config|set", -4, ADMIN | NO_SCRIPT, Keys::None, set),
];

/// The password of the user `default`; it lives with the users, not among the parameters.
const PASSWORD: &str = "requirepass";

fn get(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let wanted = |name: &str| {
        args.iter()
            .any(|pattern| glob::matches_ignore_case(pattern, name.as_bytes()))
    };
    let mut found = BTreeMap::new();
    for parameter in Config::parameters().iter().filter(|parameter| wanted(parameter.name)) {
        found.insert(parameter.name, String::from(cx.server.config.value(parameter)));
    }
    if wanted(PASSWORD) {
        found.insert(
            PASSWORD,
            String::from(cx.server.users.default_password().unwrap_or_default()),
        );
    }
    Ok(Reply::Map(
        found
            .into_iter()
            .map(|(name, value)| (Reply::text(name), Reply::string(value)))
            .collect(),
    ))
}

/// All parameters are checked before any is changed.
fn set(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    if args.len() % 2 != 0 {
        return Err(Failure::SYNTAX);
    }
    let mut changes: Vec<(&'static str, Option<&'static Parameter>, String)> = Vec::new();
    for pair in args.chunks_exact(2) {
        let [name, value] = pair else {
            return Err(Failure::SYNTAX);
        };
        let parameter = Config::find(name);
        let known = match parameter {
            Some(parameter) => parameter.name,
            None if name.eq_ignore_ascii_case(PASSWORD.as_bytes()) => PASSWORD,
            None => {
                let name = quoted(name, 128);
                return Err(Failure::text(format!(
                    "ERR Unknown option or number of arguments for CONFIG SET - '{name}'"
                )));
            }
        };
        if changes.iter().any(|(other, ..)| *other == known) {
            return Err(refused(known, "duplicate parameter"));
        }
        let value = match parameter {
            Some(parameter) => parameter.check(value).map_err(|reason| explain(parameter, reason))?,
            None => quoted(value, usize::MAX),
        };
        changes.push((known, parameter, value));
    }
    for (_, parameter, value) in changes {
        match parameter {
            Some(parameter) => cx.server.config.store(parameter, value),
            None => cx
                .server
                .users
                .set("default", Some(value.as_str()).filter(|password| !password.is_empty())),
        }
    }
    Ok(Reply::OK)
}

fn explain(parameter: &Parameter, reason: &str) -> Failure {
    match parameter.accepts {
        Accepts::OneOf(words) => refused(parameter.name, &format!("{reason}: {}", words.join(", "))),
        Accepts::Number(low, high) if reason.starts_with("argument must be between") => refused(
            parameter.name,
            &format!("argument must be between {low} and {high} inclusive"),
        ),
        _ => refused(parameter.name, reason),
    }
}

fn refused(name: &str, reason: &str) -> Failure {
    Failure::text(format!(
        "ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}"
    ))
}

fn resetstat(cx: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    cx.server.stats = Default::default();
    Ok(Reply::OK)
}

fn rewrite(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Err(Failure::fixed("ERR The server is running without a config file"))
}

fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET <pattern> [<pattern> ...]",
        "RESETSTAT",
        "REWRITE",
        "SET <parameter> <value> [<parameter> <value> ...]",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}
