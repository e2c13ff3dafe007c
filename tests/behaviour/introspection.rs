use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

/// Arity, last key, step, and whether it only reads.
type Known = (i64, i64, i64, bool);

/// What is known of GET and MSET.
fn get_and_mset() -> Command<Vec<Option<Known>>> {
    Build
        .command_info(["get", "MSET", "nonsense"])
        .into_parts()
        .0
        .decoded_by(|reply| {
            let all: Vec<Option<CommandInfo>> = reply.decode()?;
            let known = |info: CommandInfo| (info.arity, info.last_key, info.step, info.flags.contains("readonly"));
            Ok(all.into_iter().map(|info| info.map(known)).collect())
        })
}

/// Whether all commands have names, and GET its place among them.
fn all() -> Command<(bool, usize)> {
    Build.command().into_parts().0.decoded_by(|reply| {
        let all: Vec<CommandInfo> = reply.decode()?;
        let named = all.iter().all(|info| !info.name.is_empty());
        Ok((named, all.iter().filter(|info| info.name == "get").count()))
    })
}

/// Whether the list of names has GET.
fn names() -> Command<bool> {
    let request = Build.command_list().into_parts().0;
    request.decoded_by(|reply| Build.command_list().decode(reply).map(|names| names.contains("get")))
}

pub fn cases() -> Vec<Case> {
    let list = |filter| Build.command_list_with(filter);
    vec![case(
        "commands about commands",
        vec![
            works(Build.command_count()),
            step(all(), "(true, 1)"),
            step(
                get_and_mset(),
                "[Some((2, 1, 1, true)), Some((-3, -1, 2, false)), None]",
            ),
            step(names(), "true"),
            step(
                list(CommandFilter::pattern("config|re*")),
                r#"{"config|resetstat", "config|rewrite"}"#,
            ),
            step(list(CommandFilter::pattern("nothing|*")), "{}"),
            works(list(CommandFilter::aclcat("string"))),
            step(list(CommandFilter::module("none")), "{}"),
            step(Build.command_getkeys(["MSET", "a", "1", "b", "2"]), r#"[b"a", b"b"]"#),
            fails(
                Build.command_getkeys(["PING", "x"]),
                "ERR The command has no key arguments",
            ),
            fails(
                Build.command_getkeys(["NONSENSE", "x"]),
                "ERR Invalid command specified",
            ),
            works(Build.command_help()),
        ],
    )]
}

/// Names and words of arguments.
type Tokens = Vec<(String, Option<String>)>;

/// The first tokens of SET, and the subcommands of CONFIG.
fn docs() -> Command<(Tokens, Vec<String>)> {
    Build
        .command_docs(["set", "config"])
        .into_parts()
        .0
        .decoded_by(|reply| {
            let all = Build.command_docs("").decode(reply)?;
            let set = all.get("set").map(|docs| docs.arguments.as_slice()).unwrap_or_default();
            let tokens = set.iter().flat_map(|argument| &argument.arguments);
            let tokens = tokens
                .map(|argument| (argument.name.clone(), argument.token.clone()))
                .take(2);
            let config = all.get("config").map(|docs| docs.subcommands.keys().cloned().collect());
            Ok((tokens.collect(), config.unwrap_or_default()))
        })
}

/// How the keys of ZUNION are found.
fn zunion() -> Command<Vec<(BeginSearch, FindKeys)>> {
    Build.command_info("zunion").into_parts().0.decoded_by(|reply| {
        let all: Vec<CommandInfo> = reply.decode()?;
        let specs = all.into_iter().flat_map(|info| info.key_specs);
        Ok(specs.map(|spec| (spec.begin_search, spec.find_keys)).collect())
    })
}

/// The in-memory server keeps neither documentation nor key specifications.
pub fn cases_on_real_servers() -> Vec<Case> {
    vec![case(
        "documentation and key specifications",
        vec![
            step(
                docs(),
                r#"([("nx", Some("NX")), ("xx", Some("XX"))], ["config|get", "config|help", "config|resetstat", "config|rewrite", "config|set"])"#,
            ),
            step(Build.command_docs("nonsense"), "{}"),
            works(Build.command_docs([""; 0])),
            step(
                zunion(),
                "[(Index(1), Keynum { keynumidx: 0, firstkey: 1, keystep: 1 })]",
            ),
            step(
                Build.command_getkeysandflags(["RENAME", "a", "b"]),
                r#"[(b"a", {"RW", "access", "delete"}), (b"b", {"OW", "update"})]"#,
            ),
        ],
    )]
}
