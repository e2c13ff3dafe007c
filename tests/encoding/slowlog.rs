use redwire::command::Flags;
use redwire::prelude::*;

use super::{sends, writes};

#[test]
fn slow_commands() {
    sends(Build.slowlog_get(), "SLOWLOG GET", "", Flags::IDEMPOTENT);
    sends(
        Build.slowlog_get_with(LogCount::Last(25)),
        "SLOWLOG GET 25",
        "",
        Flags::IDEMPOTENT,
    );
    sends(
        Build.slowlog_get_with(LogCount::All),
        "SLOWLOG GET -1",
        "",
        Flags::IDEMPOTENT,
    );
    sends(Build.slowlog_len(), "SLOWLOG LEN", "", Flags::IDEMPOTENT);
    writes(Build.slowlog_reset(), "SLOWLOG RESET", "");
    sends(Build.slowlog_help(), "SLOWLOG HELP", "", Flags::IDEMPOTENT);
}

#[test]
fn slow_and_large_commands() {
    let get = |count, log| Build.commandlog_get(count, log);
    sends(
        get(LogCount::Last(5), CommandlogType::Slow),
        "COMMANDLOG GET 5 slow",
        "",
        Flags::IDEMPOTENT,
    );
    sends(
        get(LogCount::All, CommandlogType::LargeReply),
        "COMMANDLOG GET -1 large-reply",
        "",
        Flags::IDEMPOTENT,
    );
    sends(
        Build.commandlog_len(CommandlogType::LargeRequest),
        "COMMANDLOG LEN large-request",
        "",
        Flags::IDEMPOTENT,
    );
    writes(
        Build.commandlog_reset(CommandlogType::Slow),
        "COMMANDLOG RESET slow",
        "",
    );
    sends(Build.commandlog_help(), "COMMANDLOG HELP", "", Flags::IDEMPOTENT);
}
