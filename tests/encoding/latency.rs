use redwire::command::Flags;
use redwire::prelude::*;

use super::{sends, writes};

#[test]
fn commands() {
    sends(Build.latency_latest(), "LATENCY LATEST", "", Flags::IDEMPOTENT);
    sends(
        Build.latency_history("command"),
        "LATENCY HISTORY command",
        "",
        Flags::IDEMPOTENT,
    );
    writes(Build.latency_reset([""; 0]), "LATENCY RESET", "");
    writes(
        Build.latency_reset(["fork", "command"]),
        "LATENCY RESET fork command",
        "",
    );
    sends(
        Build.latency_histogram([""; 0]),
        "LATENCY HISTOGRAM",
        "",
        Flags::IDEMPOTENT,
    );
    sends(
        Build.latency_histogram(["get", "set"]),
        "LATENCY HISTOGRAM get set",
        "",
        Flags::IDEMPOTENT,
    );
    sends(Build.latency_doctor(), "LATENCY DOCTOR", "", Flags::IDEMPOTENT);
    sends(
        Build.latency_graph("command"),
        "LATENCY GRAPH command",
        "",
        Flags::IDEMPOTENT,
    );
    sends(Build.latency_help(), "LATENCY HELP", "", Flags::IDEMPOTENT);
}
