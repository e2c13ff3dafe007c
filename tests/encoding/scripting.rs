use redwire::command::Flags;
use redwire::prelude::*;

use super::{reads, refuses, sends, writes};

const IDEMPOTENT: Flags = Flags::IDEMPOTENT;

#[test]
fn scripts() {
    let keys = ["a", "b"];
    writes(
        Build.eval::<i64>("return 1", keys, ("x", 7)),
        "EVAL return 1 2 a b x 7",
        "a b",
    );
    writes(Build.eval::<i64>("return 1", (), ()), "EVAL return 1 0", "");
    writes(Build.eval::<i64>("return 1", (), "x"), "EVAL return 1 0 x", "");
    writes(Build.eval::<i64>("return 1", "a", ()), "EVAL return 1 1 a", "a");
    writes(Build.evalsha::<i64>("abc", keys, "x"), "EVALSHA abc 2 a b x", "a b");
    reads(
        Build.eval_ro::<i64>("return 1", keys, "x"),
        "EVAL_RO return 1 2 a b x",
        "a b",
    );
    reads(Build.evalsha_ro::<i64>("abc", "a", ()), "EVALSHA_RO abc 1 a", "a");
}

#[test]
fn script_management() {
    sends(Build.script_load("return 1"), "SCRIPT LOAD return 1", "", IDEMPOTENT);
    sends(Build.script_exists(["a", "b"]), "SCRIPT EXISTS a b", "", IDEMPOTENT);
    refuses(Build.script_exists([""; 0]), "SCRIPT: at least one digest is needed");
    sends(Build.script_flush(), "SCRIPT FLUSH", "", IDEMPOTENT);
    sends(
        Build.script_flush_with(FlushMode::Async),
        "SCRIPT FLUSH ASYNC",
        "",
        IDEMPOTENT,
    );
    writes(Build.script_kill(), "SCRIPT KILL", "");
    sends(Build.script_show::<String>("abc"), "SCRIPT SHOW abc", "", IDEMPOTENT);
    sends(Build.script_help(), "SCRIPT HELP", "", IDEMPOTENT);
}

#[test]
fn functions() {
    let keys = ["a", "b"];
    writes(Build.fcall::<i64>("f", keys, ("x", 7)), "FCALL f 2 a b x 7", "a b");
    writes(Build.fcall::<i64>("f", (), ()), "FCALL f 0", "");
    reads(Build.fcall_ro::<i64>("f", "a", "x"), "FCALL_RO f 1 a x", "a");
    writes(Build.function_load("#!lua"), "FUNCTION LOAD #!lua", "");
    writes(Build.function_load_replace("#!lua"), "FUNCTION LOAD REPLACE #!lua", "");
    writes(Build.function_delete("lib"), "FUNCTION DELETE lib", "");
    writes(Build.function_flush(), "FUNCTION FLUSH", "");
    writes(Build.function_flush_with(FlushMode::Sync), "FUNCTION FLUSH SYNC", "");
    sends(Build.function_dump(), "FUNCTION DUMP", "", IDEMPOTENT);
    writes(Build.function_restore(b"\xff"), "FUNCTION RESTORE \\xff", "");
    for (policy, word) in [
        (FunctionRestorePolicy::Append, "APPEND"),
        (FunctionRestorePolicy::Flush, "FLUSH"),
        (FunctionRestorePolicy::Replace, "REPLACE"),
    ] {
        writes(
            Build.function_restore_with("x", policy),
            &format!("FUNCTION RESTORE x {word}"),
            "",
        );
    }
    sends(Build.function_list(), "FUNCTION LIST", "", IDEMPOTENT);
    sends(
        Build.function_list_with(FunctionListOptions::new().withcode().libraryname("my*")),
        "FUNCTION LIST LIBRARYNAME my* WITHCODE",
        "",
        IDEMPOTENT,
    );
    sends(Build.function_stats(), "FUNCTION STATS", "", IDEMPOTENT);
    writes(Build.function_kill(), "FUNCTION KILL", "");
    sends(Build.function_help(), "FUNCTION HELP", "", IDEMPOTENT);
}
