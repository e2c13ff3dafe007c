use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, step, works};

/// The arguments of large requests, cut short as the server cuts them, and whether they have as many bytes as needed.
fn large_requests() -> Command<Vec<(usize, bool)>> {
    let command = Build.commandlog_get(LogCount::All, CommandlogType::LargeRequest);
    command.into_parts().0.decoded_by(|reply| {
        let entries: Vec<CommandlogEntry> = reply.decode()?;
        let entries = entries.into_iter();
        Ok(entries
            .map(|entry| (entry.arguments.len(), entry.value > 300))
            .collect())
    })
}

/// The arguments of the GET in the log.
fn gets() -> Command<Vec<Vec<Bytes>>> {
    Build
        .slowlog_get_with(LogCount::All)
        .into_parts()
        .0
        .decoded_by(|reply| {
            let entries: Vec<SlowlogEntry> = reply.decode()?;
            let arguments = entries.into_iter().map(|entry| entry.arguments);
            Ok(arguments
                .filter(|words| words.first().is_some_and(|word| word == "GET"))
                .collect())
        })
}

/// The in-memory server takes no time.
pub fn cases_on_real_servers() -> Vec<Case> {
    vec![slow(), large()]
}

fn slow() -> Case {
    case(
        "slowlog",
        vec![
            step(Build.slowlog_reset(), "true"),
            step(Build.config_set("slowlog-log-slower-than", 0), "true"),
            step(Build.get::<Option<String>>("some key"), "None"),
            step(Build.config_set("slowlog-log-slower-than", 10_000_000), "true"),
            works(Build.slowlog_get()),
            step(gets(), r#"[[b"GET", b"some key"]]"#),
            works(Build.slowlog_len()),
            step(Build.slowlog_reset(), "true"),
            step(Build.slowlog_len(), "0"),
            step(Build.slowlog_get_with(LogCount::Last(5)), "[]"),
            works(Build.slowlog_help()),
            step(Build.config_set("slowlog-log-slower-than", 10_000), "true"),
        ],
    )
}

fn large() -> Case {
    let log = CommandlogType::LargeRequest;
    let (name, off) = ("commandlog-request-larger-than", 1_048_576);
    let last = Build.commandlog_get(LogCount::Last(5), CommandlogType::LargeReply);
    case(
        "commandlog",
        vec![
            step(Build.config_set(name, 300), "true").only_valkey(8, 1),
            step(Build.commandlog_reset(log), "true").only_valkey(8, 1),
            step(Build.set("a", "x".repeat(300)), "true").only_valkey(8, 1),
            step(Build.config_set(name, off), "true").only_valkey(8, 1),
            step(large_requests(), "[(3, true)]").only_valkey(8, 1),
            step(Build.commandlog_len(log), "1").only_valkey(8, 1),
            works(Build.commandlog_get(LogCount::All, CommandlogType::Slow)).only_valkey(8, 1),
            works(last).only_valkey(8, 1),
            step(Build.commandlog_reset(log), "true").only_valkey(8, 1),
            step(Build.commandlog_len(log), "0").only_valkey(8, 1),
            works(Build.commandlog_help()).only_valkey(8, 1),
        ],
    )
}
