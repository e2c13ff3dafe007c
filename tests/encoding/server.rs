use std::time::Duration;

use redwire::command::{Flags, Wait};
use redwire::prelude::*;

use super::{reads, refuses, sends, writes};

const SECOND: Duration = Duration::from_secs(1);
/// Never sent twice.
const CLOSES: Flags = Flags::CLOSES;

#[test]
fn commands() {
    reads(Build.dbsize(), "DBSIZE", "");
    sends(Build.time(), "TIME", "", Flags::IDEMPOTENT);
    writes(Build.flushdb(), "FLUSHDB", "");
    writes(Build.flushdb_with(FlushMode::Async), "FLUSHDB ASYNC", "");
    writes(Build.flushall(), "FLUSHALL", "");
    writes(Build.flushall_with(FlushMode::Sync), "FLUSHALL SYNC", "");
    writes(Build.swapdb(0, 3), "SWAPDB 0 3", "");
    sends(Build.info(), "INFO", "", Flags::IDEMPOTENT);
    sends(Build.info_with("server"), "INFO server", "", Flags::IDEMPOTENT);
    sends(
        Build.info_with(["commandstats", "errorstats"]),
        "INFO commandstats errorstats",
        "",
        Flags::IDEMPOTENT,
    );
    sends(Build.role(), "ROLE", "", Flags::IDEMPOTENT);
}

#[test]
fn waiting() {
    sends(Build.wait(2, SECOND), "WAIT 2 1000", "", Flags::BLOCKS);
    sends(Build.waitaof(1, 2, Duration::ZERO), "WAITAOF 1 2 0", "", Flags::BLOCKS);
    assert_eq!(Build.wait(2, SECOND).request().wait(), Wait::For(SECOND));
    assert_eq!(Build.wait(2, Duration::ZERO).request().wait(), Wait::Forever);
    assert_eq!(Build.waitaof(1, 0, SECOND).request().wait(), Wait::For(SECOND));
    // Would be sent as zero, which is for ever.
    refuses(
        Build.wait(2, Duration::from_micros(999)),
        "WAIT: less than one millisecond, and it is sent in whole milliseconds",
    );
}

#[test]
fn snapshots() {
    writes(Build.save(), "SAVE", "");
    writes(Build.bgsave(), "BGSAVE", "");
    writes(Build.bgsave_schedule(), "BGSAVE SCHEDULE", "");
    writes(Build.bgsave_cancel(), "BGSAVE CANCEL", "");
    writes(Build.bgrewriteaof(), "BGREWRITEAOF", "");
    sends(Build.lastsave(), "LASTSAVE", "", Flags::IDEMPOTENT);
}

#[test]
fn shutdown() {
    sends(Build.shutdown(), "SHUTDOWN", "", CLOSES);
    sends(
        Build.shutdown_with(ShutdownOptions::new().force().now().nosave()),
        "SHUTDOWN NOSAVE NOW FORCE",
        "",
        CLOSES,
    );
    sends(
        Build.shutdown_with(ShutdownOptions::new().save().safe().save()),
        "SHUTDOWN SAVE SAFE",
        "",
        CLOSES,
    );
    sends(Build.shutdown_abort(), "SHUTDOWN ABORT", "", CLOSES);
    refuses(
        Build.shutdown_with(ShutdownOptions::new().save().nosave()),
        "SHUTDOWN: only one of SAVE and NOSAVE can be given",
    );
}

#[test]
fn replication() {
    writes(Build.replicaof("10.0.0.1", 6380), "REPLICAOF 10.0.0.1 6380", "");
    writes(Build.replicaof_no_one(), "REPLICAOF NO ONE", "");
    writes(Build.failover(), "FAILOVER", "");
    let to = FailoverOptions::new().to("10.0.0.1", 6380);
    writes(Build.failover_with(to.clone()), "FAILOVER TO 10.0.0.1 6380", "");
    writes(
        Build.failover_with(to.clone().force().timeout(SECOND)),
        "FAILOVER TO 10.0.0.1 6380 FORCE TIMEOUT 1000",
        "",
    );
    writes(
        Build.failover_with(FailoverOptions::new().timeout(SECOND)),
        "FAILOVER TIMEOUT 1000",
        "",
    );
    writes(Build.failover_abort(), "FAILOVER ABORT", "");
    for options in [to.force(), FailoverOptions::new().timeout(SECOND).force()] {
        refuses(
            Build.failover_with(options),
            "FAILOVER: FORCE needs a replica and a timeout",
        );
    }
    refuses(
        Build.failover_with(FailoverOptions::new().timeout(Duration::from_micros(1))),
        "FAILOVER: less than one millisecond, and it is sent in whole milliseconds",
    );
}

#[test]
fn pictures_and_debugging() {
    reads(Build.lolwut(), "LOLWUT", "");
    reads(
        Build.lolwut_with(LolwutOptions::new().parameter(30).parameter(2).version(5)),
        "LOLWUT VERSION 5 30 2",
        "",
    );
    sends(Build.debug_object("k"), "DEBUG OBJECT k", "k", Flags::IDEMPOTENT);
    let nap = Duration::from_millis(1500);
    sends(Build.debug_sleep(nap), "DEBUG SLEEP 1.5", "", Flags::BLOCKS);
    assert_eq!(Build.debug_sleep(nap).request().wait(), Wait::For(nap));
}

#[test]
fn modules() {
    sends(Build.module_list(), "MODULE LIST", "", Flags::IDEMPOTENT);
    sends(Build.module_help(), "MODULE HELP", "", Flags::IDEMPOTENT);
    writes(Build.module_load("/m.so", ["a", "b"]), "MODULE LOAD /m.so a b", "");
    writes(Build.module_load("/m.so", [""; 0]), "MODULE LOAD /m.so", "");
    writes(
        Build.module_loadex("/m.so", ModuleLoadexOptions::new()),
        "MODULE LOADEX /m.so",
        "",
    );
    let options = ModuleLoadexOptions::new()
        .arg("x")
        .config("bf.size", 10)
        .arg("y")
        .config("bf.mode", "fast");
    writes(
        Build.module_loadex("/m.so", options),
        "MODULE LOADEX /m.so CONFIG bf.size 10 CONFIG bf.mode fast ARGS x y",
        "",
    );
    writes(Build.module_unload("bf"), "MODULE UNLOAD bf", "");
}
