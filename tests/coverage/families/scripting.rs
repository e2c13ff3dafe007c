use redwire::prelude::*;

use super::V;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let (script, digest, keys) = ("return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", ["a", "b"]);
    vec![
        typed(Build.eval::<V>(script, (), ())),
        typed(Build.eval::<V>(script, keys, "x")),
        typed(Build.eval_ro::<V>(script, keys, "x")),
        typed(Build.evalsha::<V>(digest, keys, "x")),
        typed(Build.evalsha_ro::<V>(digest, keys, "x")),
        typed(Build.fcall::<V>("f", (), ())),
        typed(Build.fcall::<V>("f", keys, "x")),
        typed(Build.fcall_ro::<V>("f", keys, "x")),
        typed(Build.function_delete("l")),
        typed(Build.function_dump()),
        typed(Build.function_flush()),
        typed(Build.function_flush_with(FlushMode::Async)),
        typed(Build.function_help()),
        typed(Build.function_kill()),
        typed(Build.function_list()),
        typed(Build.function_list_with(FunctionListOptions::new().libraryname("l*").withcode())),
        typed(Build.function_load("#!lua")),
        typed(Build.function_load_replace("#!lua")),
        typed(Build.function_restore("x")),
        typed(Build.function_restore_with("x", FunctionRestorePolicy::Append)),
        typed(Build.function_stats()),
        typed(Build.script_exists([digest, "x"])),
        typed(Build.script_flush()),
        typed(Build.script_flush_with(FlushMode::Sync)),
        typed(Build.script_help()),
        typed(Build.script_kill()),
        typed(Build.script_load(script)),
        typed(Build.script_show::<V>(digest)).only_valkey(8, 0),
    ]
}
