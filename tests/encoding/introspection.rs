use redwire::command::{Command, Flags};
use redwire::prelude::*;

use super::refuses;

#[track_caller]
fn asks<T>(command: Command<T>, text: &str) {
    super::sends(command, text, "", Flags::IDEMPOTENT);
}

#[test]
fn commands() {
    asks(Build.command(), "COMMAND");
    asks(Build.command_count(), "COMMAND COUNT");
    asks(Build.command_info(["get", "config|get"]), "COMMAND INFO get config|get");
    asks(Build.command_docs("get"), "COMMAND DOCS get");
    asks(Build.command_docs([""; 0]), "COMMAND DOCS");
    asks(Build.command_list(), "COMMAND LIST");
    let list = |filter| Build.command_list_with(filter);
    asks(list(CommandFilter::module("bf")), "COMMAND LIST FILTERBY MODULE bf");
    asks(list(CommandFilter::aclcat("read")), "COMMAND LIST FILTERBY ACLCAT read");
    asks(list(CommandFilter::pattern("x*")), "COMMAND LIST FILTERBY PATTERN x*");
    // The keys of a command that is asked about are not keys of the question.
    asks(Build.command_getkeys(("SET", "k", 1)), "COMMAND GETKEYS SET k 1");
    asks(
        Build.command_getkeysandflags(["GET", "k"]),
        "COMMAND GETKEYSANDFLAGS GET k",
    );
    asks(Build.command_help(), "COMMAND HELP");
    refuses(
        Build.command_info([""; 0]),
        "COMMAND: at least one name of a command is needed",
    );
    refuses(
        Build.command_getkeys([""; 0]),
        "COMMAND: at least one word of a command is needed",
    );
}
