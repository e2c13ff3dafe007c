use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

/// The names of the commands in a histogram of GET, and whether they have as many calls as the last of their entries says.
fn histogram() -> Command<Vec<(String, bool)>> {
    let command = Build.latency_histogram(["get", "no-such-command"]);
    command.into_parts().0.decoded_by(|reply| {
        let histograms = Build.latency_histogram("").decode(reply)?.into_iter();
        let checked = |histogram: LatencyHistogram| {
            histogram.calls > 0 && histogram.histogram.last().map(|(_, count)| *count) == Some(histogram.calls)
        };
        Ok(histograms.map(|(name, histogram)| (name, checked(histogram))).collect())
    })
}

pub fn cases() -> Vec<Case> {
    vec![case(
        "latency without events",
        vec![
            step(Build.latency_reset([""; 0]), "0"),
            step(Build.latency_reset(["fork", "command"]), "0"),
            step(Build.latency_latest(), "[]"),
            step(Build.latency_history("command"), "[]"),
        ],
    )]
}

/// The in-memory server takes no time, and draws nothing.
pub fn cases_on_real_servers() -> Vec<Case> {
    vec![
        case(
            "latency without anything to show",
            vec![
                fails(
                    Build.latency_graph("command"),
                    "ERR No samples available for event 'command'",
                ),
                works(Build.latency_doctor()),
                works(Build.latency_help()),
            ],
        ),
        case(
            "latency histogram",
            vec![
                step(Build.get::<Option<String>>("a"), "None"),
                step(histogram(), r#"[("get", true)]"#),
                works(Build.latency_histogram([""; 0])),
            ],
        ),
    ]
}
