use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, step, works};

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

pub fn cases() -> Vec<Case> {
    vec![case(
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
    )]
}
