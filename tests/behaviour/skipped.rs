//! Which steps of the table a server does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Mutex;

use crate::support::{Since, Version};
use crate::table::{Case, Step};

/// Steps that the server is too old for, or of another make.
#[derive(Default)]
pub struct Skipped {
    steps: usize,
    cases: BTreeMap<Since, BTreeSet<&'static str>>,
}

impl Skipped {
    /// The steps of `case` that a server of this version knows.
    pub fn until_unknown<'a>(&mut self, case: &'a Case, version: Version) -> &'a [Step] {
        let Some(at) = case.steps.iter().position(|step| !step.since.knows(version)) else {
            return &case.steps;
        };
        self.steps += case.steps.len() - at;
        self.cases.entry(case.steps[at].since).or_default().insert(case.name);
        &case.steps[..at]
    }

    /// Says once for each version of server what was skipped, also when the output of tests is not shown.
    pub fn tell(&self, version: Version) {
        static TOLD: Mutex<BTreeSet<Version>> = Mutex::new(BTreeSet::new());
        if self.steps == 0 || !TOLD.lock().unwrap().insert(version) {
            return;
        }
        let mut text = format!("behaviour: {} steps skipped, the server is {version}:", self.steps);
        for (since, cases) in &self.cases {
            let names: Vec<_> = cases.iter().copied().collect();
            text += &format!(" since {since}: {};", names.join(", "));
        }
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}
