use std::time::Duration;

use redwire::command::{Flags, Wait};
use redwire::prelude::*;

use super::{reads, refuses, sends, writes};

#[test]
fn commands() {
    reads(Build.dbsize(), "DBSIZE", "");
    sends(Build.time(), "TIME", "", Flags::IDEMPOTENT);
    writes(Build.flushdb(), "FLUSHDB", "");
    writes(Build.flushdb_with(FlushMode::Async), "FLUSHDB ASYNC", "");
    writes(Build.flushall(), "FLUSHALL", "");
    writes(Build.flushall_with(FlushMode::Sync), "FLUSHALL SYNC", "");
    writes(Build.swapdb(0, 3), "SWAPDB 0 3", "");
    sends(Build.command_count(), "COMMAND COUNT", "", Flags::IDEMPOTENT);
}

#[test]
fn waiting() {
    let one = Duration::from_secs(1);
    sends(Build.wait(2, one), "WAIT 2 1000", "", Flags::BLOCKS);
    sends(Build.waitaof(1, 2, Duration::ZERO), "WAITAOF 1 2 0", "", Flags::BLOCKS);
    assert_eq!(Build.wait(2, one).request().wait(), Wait::For(one));
    assert_eq!(Build.wait(2, Duration::ZERO).request().wait(), Wait::Forever);
    assert_eq!(Build.waitaof(1, 0, one).request().wait(), Wait::For(one));
    // Would be sent as zero, which is for ever.
    refuses(
        Build.wait(2, Duration::from_micros(999)),
        "WAIT: less than one millisecond, and it is sent in whole milliseconds",
    );
}
