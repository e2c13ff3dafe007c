mod combine;
mod members;
mod pop;
mod ranges;

use redwire::prelude::*;

use crate::table::{Case, Step, works};

pub fn cases() -> Vec<Case> {
    let families = [members::cases(), ranges::cases(), pop::cases(), combine::cases()];
    families.into_iter().flatten().collect()
}

/// Members with scores as replies give them.
type Scored = (String, f64);

/// z has a 1, b 2, c 2, d inf.
fn four() -> Step {
    let scores = [("a", 1.0), ("c", 2.0), ("b", 2.0), ("d", f64::INFINITY)];
    works(Build.zadd("z", scores))
}

/// n has alice, bob, carol, dave, all with score 0.
fn names() -> Step {
    works(Build.zadd("n", ["carol", "alice", "dave", "bob"].map(|name| (name, 0))))
}
