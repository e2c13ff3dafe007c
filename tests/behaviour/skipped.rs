//! Which steps of the table a server is too old for.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Mutex;

use crate::support::Server;
use crate::table::{Case, Step};

/// Major and minor version of a server.
pub type Version = (u32, u32);

/// Asks a real server for its version.
pub fn version_of(server: &Server) -> Version {
    let info = server.raw().call(&["INFO", "server"]).text();
    let version = info.lines().find_map(|line| line.strip_prefix("redis_version:"));
    let mut numbers = version.expect("a version").split('.').map(|part| part.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// Steps that the server is too old for.
#[derive(Default)]
pub struct Skipped {
    steps: usize,
    cases: BTreeMap<Version, BTreeSet<&'static str>>,
}

impl Skipped {
    /// The steps of `case` that a server of this version knows.
    pub fn until_too_new<'a>(&mut self, case: &'a Case, version: Option<Version>) -> &'a [Step] {
        let too_new = |step: &Step| version.is_some_and(|version| step.since > version);
        let Some(at) = case.steps.iter().position(too_new) else {
            return &case.steps;
        };
        self.steps += case.steps.len() - at;
        self.cases.entry(case.steps[at].since).or_default().insert(case.name);
        &case.steps[..at]
    }

    /// Says once for each version of server what was skipped, also when the output of tests is not shown.
    pub fn tell(&self, version: Option<Version>) {
        static TOLD: Mutex<BTreeSet<Option<Version>>> = Mutex::new(BTreeSet::new());
        if self.steps == 0 || !TOLD.lock().unwrap().insert(version) {
            return;
        }
        let (major, minor) = version.unwrap_or_default();
        let mut text = format!(
            "behaviour: {} steps skipped, the server is {major}.{minor}:",
            self.steps
        );
        for ((major, minor), cases) in &self.cases {
            let names: Vec<_> = cases.iter().copied().collect();
            text += &format!(" since {major}.{minor}: {};", names.join(", "));
        }
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}
