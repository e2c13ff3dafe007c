use redwire::prelude::*;

use super::MINUTE;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let all = [
        databases(),
        files_and_roles(),
        configuration(),
        measurements(),
        modules(),
    ];
    all.into_iter().flatten().collect()
}

fn databases() -> Vec<Typed> {
    vec![
        typed(Build.dbsize()),
        typed(Build.flushall()),
        typed(Build.flushall_with(FlushMode::Async)),
        typed(Build.flushdb()),
        typed(Build.flushdb_with(FlushMode::Sync)),
        typed(Build.swapdb(0, 1)),
        typed(Build.time()),
        typed(Build.info()),
        typed(Build.info_with("server")),
        typed(Build.info_with(["server", "clients"])),
        typed(Build.lolwut()),
        typed(Build.lolwut_with(LolwutOptions::new().version(5))),
        typed(Build.wait(1, MINUTE)),
        typed(Build.waitaof(1, 1, MINUTE)).since(7, 2),
    ]
}

fn files_and_roles() -> Vec<Typed> {
    let failover = FailoverOptions::new().to("10.0.0.1", 6379);
    vec![
        typed(Build.save()),
        typed(Build.bgsave()),
        typed(Build.bgsave_schedule()),
        typed(Build.bgsave_cancel()).only_valkey(8, 1),
        typed(Build.bgrewriteaof()),
        typed(Build.lastsave()),
        typed(Build.shutdown()),
        typed(Build.shutdown_with(ShutdownOptions::new().save().now().force())),
        typed(Build.shutdown_with(ShutdownOptions::new().nosave())),
        typed(Build.shutdown_with(ShutdownOptions::new().safe())).only_valkey(9, 0),
        typed(Build.shutdown_abort()),
        typed(Build.role()),
        typed(Build.replicaof("10.0.0.1", 6379)),
        typed(Build.replicaof_no_one()),
        typed(Build.failover()),
        typed(Build.failover_with(failover.clone())),
        typed(Build.failover_with(failover.force().timeout(MINUTE))),
        typed(Build.failover_abort()),
    ]
}

fn configuration() -> Vec<Typed> {
    vec![
        typed(Build.config_get("*")),
        typed(Build.config_get(["a", "b"])),
        typed(Build.config_set("a", 1)),
        typed(Build.config_set_many([("a", 1), ("b", 2)])),
        typed(Build.config_resetstat()),
        typed(Build.config_rewrite()),
        typed(Build.config_help()),
        typed(Build.command()),
        typed(Build.command_count()),
        typed(Build.command_docs([""; 0])),
        typed(Build.command_docs(["get", "set"])),
        typed(Build.command_info(["get", "set"])),
        typed(Build.command_list()),
        typed(Build.command_list_with(CommandFilter::module("a"))),
        typed(Build.command_list_with(CommandFilter::aclcat("read"))),
        typed(Build.command_list_with(CommandFilter::pattern("x*"))),
        typed(Build.command_getkeys(["GET", "a"])),
        typed(Build.command_getkeysandflags(["GET", "a"])),
        typed(Build.command_help()),
    ]
}

fn measurements() -> Vec<Typed> {
    let slow = CommandlogType::Slow;
    let hotkeys = HotkeysOptions::new().net().count(5).duration(MINUTE).sample(2);
    vec![
        typed(Build.memory_usage("k")),
        typed(Build.memory_usage_with("k", MemoryUsageOptions::new().samples(0))),
        typed(Build.memory_stats()),
        typed(Build.memory_doctor()),
        typed(Build.memory_malloc_stats()),
        typed(Build.memory_purge()),
        typed(Build.memory_help()),
        typed(Build.latency_latest()),
        typed(Build.latency_history("command")),
        typed(Build.latency_reset([""; 0])),
        typed(Build.latency_reset(["fork", "command"])),
        typed(Build.latency_histogram([""; 0])),
        typed(Build.latency_histogram(["get", "set"])),
        typed(Build.latency_doctor()),
        typed(Build.latency_graph("command")),
        typed(Build.latency_help()),
        typed(Build.slowlog_get()),
        typed(Build.slowlog_get_with(LogCount::Last(5))),
        typed(Build.slowlog_get_with(LogCount::All)),
        typed(Build.slowlog_len()),
        typed(Build.slowlog_reset()),
        typed(Build.slowlog_help()),
        typed(Build.hotkeys_get()).since(8, 6),
        typed(Build.hotkeys_help()).since(8, 6),
        typed(Build.hotkeys_reset()).since(8, 6),
        typed(Build.hotkeys_start(HotkeysOptions::new().cpu().net().slots([1, 2]))).since(8, 6),
        typed(Build.hotkeys_start(hotkeys)).since(8, 6),
        typed(Build.hotkeys_stop()).since(8, 6),
        typed(Build.commandlog_get(LogCount::All, slow)).only_valkey(8, 1),
        typed(Build.commandlog_get(LogCount::Last(5), CommandlogType::LargeReply)).only_valkey(8, 1),
        typed(Build.commandlog_len(CommandlogType::LargeRequest)).only_valkey(8, 1),
        typed(Build.commandlog_reset(slow)).only_valkey(8, 1),
        typed(Build.commandlog_help()).only_valkey(8, 1),
    ]
}

fn modules() -> Vec<Typed> {
    let options = ModuleLoadexOptions::new().config("a", 1).config("b", 2).arg("x");
    vec![
        typed(Build.debug_object("k")),
        typed(Build.debug_sleep(MINUTE)),
        typed(Build.module_list()),
        typed(Build.module_load("/m.so", [""; 0])),
        typed(Build.module_load("/m.so", ["a", "b"])),
        typed(Build.module_loadex("/m.so", ModuleLoadexOptions::new())),
        typed(Build.module_loadex("/m.so", options)),
        typed(Build.module_unload("m")),
        typed(Build.module_help()),
    ]
}
