use std::time::Duration;

use redwire::command::Flags;
use redwire::prelude::*;

use super::{refuses, sends, writes};

#[test]
fn commands() {
    let start = |options| Build.hotkeys_start(options);
    let options = HotkeysOptions::new;
    writes(start(options().cpu()), "HOTKEYS START METRICS 1 CPU", "");
    let all = options()
        .slots([1, 2])
        .sample(4)
        .duration(Duration::from_secs(60))
        .count(5)
        .net()
        .cpu();
    writes(
        start(all),
        "HOTKEYS START METRICS 2 CPU NET COUNT 5 DURATION 60 SAMPLE 4 SLOTS 2 1 2",
        "",
    );
    writes(Build.hotkeys_stop(), "HOTKEYS STOP", "");
    writes(Build.hotkeys_reset(), "HOTKEYS RESET", "");
    sends(Build.hotkeys_get(), "HOTKEYS GET", "", Flags::IDEMPOTENT);
    sends(Build.hotkeys_help(), "HOTKEYS HELP", "", Flags::IDEMPOTENT);
    refuses(start(options()), "HOTKEYS: at least one of CPU and NET is needed");
    refuses(
        start(options().net().duration(Duration::from_millis(1))),
        "HOTKEYS: less than one second, and it is sent in whole seconds",
    );
}
