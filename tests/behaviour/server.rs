use std::time::Duration;

use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

const SECOND: Duration = Duration::from_secs(1);

/// What INFO says of a few things that are known.
fn known_of_info(sections: &str) -> Command<(Option<ServerMode>, Option<InstanceRole>, Option<u64>)> {
    let command = Build.info_with(sections);
    command.into_parts().0.decoded_by(|reply| {
        let info: Info = reply.decode()?;
        let keys = info.keyspace().get(&0).map(|db| db.keys);
        Ok((info.mode(), info.role(), keys))
    })
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "dbsize and flushes",
            vec![
                step(Build.dbsize(), "0"),
                step(Build.mset([("a", 1), ("b", 2)]), "true"),
                step(Build.dbsize(), "2"),
                step(Build.flushdb(), "true"),
                step(Build.dbsize(), "0"),
                step(Build.set("a", 1), "true"),
                step(Build.flushdb_with(FlushMode::Async), "true"),
                step(Build.dbsize(), "0"),
                step(Build.set("a", 1), "true"),
                step(Build.flushall_with(FlushMode::Sync), "true"),
                step(Build.dbsize(), "0"),
                step(Build.flushall(), "true"),
            ],
        ),
        case(
            "swapdb",
            vec![
                step(Build.set("a", 1), "true"),
                step(Build.swapdb(0, 1), "true"),
                step(Build.exists("a"), "0"),
                // The other database is the one that is flushed.
                step(Build.flushdb(), "true"),
                step(Build.swapdb(0, 1), "true"),
                step(Build.exists("a"), "1"),
                fails(Build.swapdb(0, 100_000), "ERR DB index is out of range"),
            ],
        ),
        case("time", vec![works(Build.time())]),
        case(
            "info",
            vec![
                step(Build.mset([("a", 1), ("b", 2)]), "true"),
                works(Build.info()),
                step(known_of_info("everything"), "(Some(Standalone), Some(Master), Some(2))"),
                step(known_of_info("keyspace"), "(None, None, Some(2))"),
                step(known_of_info("nonsense"), "(None, None, None)"),
                works(Build.info_with(["clients", "memory"])),
            ],
        ),
        case("role", vec![step(Build.role(), "Master { offset: 0, replicas: [] }")]),
        case("wait without replicas", vec![step(Build.wait(0, SECOND), "0")]),
        case(
            "waitaof without files",
            vec![
                step(Build.waitaof(0, 0, SECOND), "(0, 0)").since(7, 2),
                fails(Build.waitaof(2, 0, SECOND), "ERR value is out of range").since(7, 2),
            ],
        ),
    ]
}

/// What the in-memory server does not have.
pub fn cases_on_real_servers() -> Vec<Case> {
    vec![
        case(
            "lastsave and pictures",
            vec![
                works(Build.lastsave()),
                works(Build.lolwut()),
                works(Build.lolwut_with(LolwutOptions::new().version(5).parameter(8).parameter(2).parameter(1))),
            ],
        ),
        case(
            "what is not going on cannot be given up",
            vec![
                fails(Build.failover_abort(), "ERR No failover in progress."),
                fails(Build.failover(), "ERR FAILOVER requires connected replicas."),
                step(Build.replicaof_no_one(), "true"),
            ],
        ),
        case(
            "what is refused unless the configuration allows it",
            vec![
                fails(Build.debug_object("a"), "ERR DEBUG command not allowed"),
                fails(Build.debug_sleep(SECOND), "ERR DEBUG command not allowed"),
                fails(Build.module_load("/no.so", ["x"]), "ERR MODULE command not allowed"),
                fails(
                    Build.module_loadex("/no.so", ModuleLoadexOptions::new().config("a", 1)),
                    "ERR MODULE command not allowed",
                ),
                fails(Build.module_unload("none"), "ERR MODULE command not allowed"),
                works(Build.module_list()),
                works(Build.module_help()),
            ],
        ),
        case(
            "hotkeys",
            vec![
                step(Build.hotkeys_stop(), "false").only_redis(8, 6),
                step(Build.hotkeys_reset(), "true").only_redis(8, 6),
                step(hotkeys(), "None").only_redis(8, 6),
                step(Build.hotkeys_start(HotkeysOptions::new().cpu().count(5)), "true").only_redis(8, 6),
                step(Build.set("hot", 1), "true").only_redis(8, 6),
                fails(Build.hotkeys_reset(), "ERR hotkey tracking session in progress").only_redis(8, 6),
                step(Build.hotkeys_stop(), "true").only_redis(8, 6),
                step(hotkeys(), "Some((false, true, false))").only_redis(8, 6),
                works(Build.hotkeys_get()).only_redis(8, 6),
                step(Build.hotkeys_reset(), "true").only_redis(8, 6),
                works(Build.hotkeys_help()).only_redis(8, 6),
            ],
        ),
    ]
}

/// Whether keys are measured, whether there are any by time, and by bytes.
fn hotkeys() -> Command<Option<(bool, bool, bool)>> {
    Build.hotkeys_get().into_parts().0.decoded_by(|reply| {
        let hotkeys = Build.hotkeys_get().decode(reply)?;
        Ok(hotkeys.map(|hotkeys| {
            let by_time = hotkeys.by_cpu_time.unwrap_or_default();
            (
                hotkeys.tracking_active,
                by_time.iter().any(|(key, _)| key == "hot"),
                hotkeys.by_net_bytes.is_some(),
            )
        }))
    })
}
