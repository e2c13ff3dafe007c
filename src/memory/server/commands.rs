//! COMMAND: what the tables of the families say. Key specifications, tips and documentation are not kept.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::FAMILIES;
use super::super::command::{ADMIN, Action, BLOCKING, Command, FAST, Keys, Outcome, READ, WRITE, all, by_name, find};
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::glob;
use super::super::reply::Reply;

pub(super) const COMMAND: Command = Command::container_or("command", SUBCOMMANDS, describe_all);

static SUBCOMMANDS: &[Command] = &[
    Command::new("command|count", 2, 0, Keys::None, count),
    Command::new("command|getkeys", -3, 0, Keys::None, getkeys),
    Command::new("command|help", 2, 0, Keys::None, help),
    Command::new("command|info", -2, 0, Keys::None, info),
    Command::new("command|list", -2, 0, Keys::None, list),
];

fn describe_all(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::Array(all().map(describe).collect()))
}

fn count(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    Ok(Reply::count(all().count()))
}

fn info(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    if args.is_empty() {
        return describe_all(cx, args);
    }
    Ok(Reply::Array(
        args.iter()
            .map(|name| named(name).map_or(Reply::NullArray, describe))
            .collect(),
    ))
}

/// A command by its full name, `client|id` included.
fn named(name: &[u8]) -> Option<&'static Command> {
    let mut words = name.splitn(2, |&byte| byte == b'|');
    let command = by_name(words.next()?)?;
    match (words.next(), &command.action) {
        (None, _) => Some(command),
        (Some(_), Action::Subcommands { table, .. }) => {
            table.iter().find(|sub| sub.name.as_bytes().eq_ignore_ascii_case(name))
        }
        (Some(_), Action::Run(_)) => None,
    }
}

fn subcommands(command: &Command) -> &'static [Command] {
    match command.action {
        Action::Subcommands { table, .. } => table,
        Action::Run(_) => &[],
    }
}

fn describe(command: &'static Command) -> Reply {
    let (first, last, step) = command.keys.legacy();
    let movable = matches!(command.keys, Keys::Counted { .. } | Keys::Found(_));
    let flags = command.flag_names().chain(movable.then_some("movablekeys"));
    Reply::Array(Vec::from([
        Reply::text(command.name),
        Reply::Int(i64::from(command.arity)),
        Reply::Set(flags.map(Reply::status).collect()),
        Reply::Int(first),
        Reply::Int(last),
        Reply::Int(step),
        Reply::Set(
            categories(command)
                .map(|name| Reply::Status(format!("@{name}").into()))
                .collect(),
        ),
        Reply::Array(Vec::new()),
        Reply::Array(Vec::new()),
        Reply::Array(subcommands(command).iter().map(describe).collect()),
    ]))
}

fn categories(command: &'static Command) -> impl Iterator<Item = &'static str> {
    let container = command.name.split('|').next().unwrap_or_default();
    let family = FAMILIES
        .iter()
        .find(|family| family.commands.iter().any(|other| other.name == container));
    let category = family.map_or("", |family| family.category);
    let by_flag = [
        (WRITE, "write"),
        (READ, "read"),
        (BLOCKING, "blocking"),
        (ADMIN, "admin"),
        (ADMIN, "dangerous"),
    ];
    let by_flag = by_flag
        .into_iter()
        .filter(|(flag, _)| command.has(*flag))
        .map(|(_, name)| name);
    let speed = if command.has(FAST) { "fast" } else { "slow" };
    by_flag.chain((!category.is_empty()).then_some(category)).chain([speed])
}

fn list(_: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let names = all().flat_map(|command| core::iter::once(command).chain(subcommands(command)));
    let keep: Vec<&'static Command> = match args {
        [] => all().collect(),
        [filterby, kind, value] if filterby.eq_ignore_ascii_case(b"filterby") => {
            if kind.eq_ignore_ascii_case(b"pattern") {
                names
                    .filter(|command| glob::matches_ignore_case(value, command.name.as_bytes()))
                    .collect()
            } else if kind.eq_ignore_ascii_case(b"aclcat") {
                let has = |command: &&'static Command| {
                    categories(command).any(|name| name.as_bytes().eq_ignore_ascii_case(value))
                };
                names.filter(has).collect()
            } else if kind.eq_ignore_ascii_case(b"module") {
                Vec::new()
            } else {
                return Err(Failure::SYNTAX);
            }
        }
        _ => return Err(Failure::SYNTAX),
    };
    Ok(Reply::Array(
        keep.into_iter().map(|command| Reply::text(command.name)).collect(),
    ))
}

fn getkeys(_: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let known = args.first().is_some_and(|name| by_name(name).is_some());
    if !known {
        return Err(Failure::fixed("ERR Invalid command specified"));
    }
    let command = find(args).map_err(|_| Failure::fixed("ERR Invalid number of arguments specified for command"))?;
    if matches!(command.keys, Keys::None) {
        return Err(Failure::fixed("ERR The command has no key arguments"));
    }
    let keys = command.keys.positions(args);
    if keys.is_empty() {
        return Err(Failure::fixed("ERR Invalid arguments specified for command"));
    }
    Ok(Reply::bulks(keys.iter().filter_map(|&at| args.get(at))))
}

fn help(_: &mut Context<'_>, _: &[Bytes]) -> Outcome {
    let lines = [
        "COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "(no subcommand)",
        "COUNT",
        "GETKEYS <full-command>",
        "INFO [<command-name> ...]",
        "LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]",
        "HELP",
    ];
    Ok(Reply::Array(lines.into_iter().map(Reply::status).collect()))
}
