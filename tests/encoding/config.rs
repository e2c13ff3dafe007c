use redwire::command::Flags;
use redwire::prelude::*;

use super::{refuses, sends};

/// Any of them may hold a password; only CONFIG SET prints as `***`.
const CONFIG: Flags = Flags::SECRET;

#[test]
fn commands() {
    let idempotent = CONFIG | Flags::IDEMPOTENT;
    sends(Build.config_get("max*"), "CONFIG GET max*", "", idempotent);
    sends(Build.config_get(["save", "dir"]), "CONFIG GET save dir", "", idempotent);
    sends(
        Build.config_set("maxmemory", 100),
        "CONFIG SET maxmemory 100",
        "",
        idempotent,
    );
    sends(
        Build.config_set_many([("maxmemory", "1mb"), ("save", "")]),
        "CONFIG SET maxmemory 1mb save ",
        "",
        idempotent,
    );
    sends(Build.config_rewrite(), "CONFIG REWRITE", "", idempotent);
    sends(Build.config_resetstat(), "CONFIG RESETSTAT", "", CONFIG);
    sends(Build.config_help(), "CONFIG HELP", "", idempotent);
    refuses(Build.config_get([""; 0]), "CONFIG: at least one pattern is needed");
    refuses(Build.config_set_many([""; 0]), "CONFIG: at least one pair is needed");
    refuses(
        Build.config_set_many(["maxmemory"]),
        "CONFIG: a value is missing in the last pair",
    );
}

#[test]
fn passwords_do_not_print() {
    let set = Build.config_set("requirepass", "hunter2");
    assert_eq!(set.request().to_string(), "CONFIG ***");
    let many = Build.config_set_many([("maxmemory", "1mb"), ("masterauth", "hunter2")]);
    assert!(!format!("{many:?}").contains("hunter2"), "{many:?}");
    assert_eq!(
        Build.config_get("requirepass").request().to_string(),
        "CONFIG GET requirepass"
    );
}
