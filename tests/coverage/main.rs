//! The vocabulary against what a real server says of itself: every command that it knows is typed or left out for a
//! reason, and what each method sends agrees with the server's description of the command: number and order of
//! arguments, keys, flags.
//!
//! A new method gets a line in the file of its family below `families`.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a failure is the test's result"
)]

mod agreement;
mod excluded;
mod families;
mod grammar;
mod known;
#[path = "../support/mod.rs"]
mod support;
mod typed;

use std::collections::BTreeMap;
use std::fmt::Write;

use known::Known;
use redwire::cmd;
use redwire::command::{Request, Wait};
use support::{Server, Version};
use typed::{Typed, typed};

/// A server, what it says of itself, and the typed commands by name.
struct Stage {
    server: Server,
    version: Version,
    known: Known,
    typed: BTreeMap<String, Vec<Typed>>,
}

impl Stage {
    fn new(server: Server, all: Vec<Typed>) -> Stage {
        let known = Known::of(&server);
        let mut typed: BTreeMap<String, Vec<Typed>> = BTreeMap::new();
        for entry in all {
            typed.entry(known.name_of(&entry.request)).or_default().push(entry);
        }
        Stage {
            version: server.version(),
            server,
            known,
            typed,
        }
    }

    fn ordinary() -> Stage {
        Stage::new(Server::start(), families::all())
    }

    fn sentinel() -> Stage {
        Stage::new(Server::builder().sentinel("").start(), families::of_sentinels())
    }

    /// Fails if the server knows a command that is neither typed nor left out, or both.
    fn nothing_is_forgotten(&self) {
        let excluded = excluded::all();
        let mut wrong = String::new();
        for command in self.known.names() {
            let typed = self.typed.contains_key(command);
            match (typed, excluded.contains_key(command.as_str())) {
                (false, false) => writeln!(wrong, "{command}: neither typed nor left out").unwrap(),
                (true, true) => writeln!(wrong, "{command}: typed, although it is left out").unwrap(),
                _ => {}
            }
        }
        assert!(wrong.is_empty(), "{}:\n{wrong}", self.version);
    }

    /// Fails if anything that is sent is not as the server describes it.
    fn all_is_as_described(&self) {
        let mut raw = self.server.raw();
        let mut wrong = String::new();
        for (name, entries) in &self.typed {
            let Some(command) = self.known.get(name) else { continue };
            for typed in entries.iter().filter(|typed| typed.since.knows(self.version)) {
                for difference in agreement::differences(&mut raw, command, typed) {
                    writeln!(wrong, "{}: {difference}", typed.request).unwrap();
                }
            }
        }
        assert!(wrong.is_empty(), "{}:\n{wrong}", self.version);
    }
}

#[test]
fn every_command_is_typed_or_left_out_for_a_reason() {
    Stage::ordinary().nothing_is_forgotten();
}

#[test]
fn what_is_sent_agrees_with_the_server() {
    Stage::ordinary().all_is_as_described();
}

#[test]
fn every_command_is_as_old_as_it_is_said_to_be() {
    let stage = Stage::ordinary();
    let mut wrong = String::new();
    for (command, entries) in &stage.typed {
        let known = entries.iter().any(|typed| typed.since.knows(stage.version));
        if known != stage.known.has(command) {
            let is = if known { "is not there" } else { "is there" };
            writeln!(wrong, "{command}: {is}, said to be since {}", entries[0].since).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}:\n{wrong}", stage.version);
}

#[test]
fn every_command_of_a_sentinel_is_typed_or_left_out_for_a_reason() {
    Stage::sentinel().nothing_is_forgotten();
}

#[test]
fn what_is_sent_agrees_with_a_sentinel() {
    Stage::sentinel().all_is_as_described();
}

#[test]
fn what_is_wrong_is_found_out() {
    let server = Server::start();
    let known = Known::of(&server);
    let mut raw = server.raw();
    let mut differences = |request: Request, count| {
        let name = known.name_of(&request);
        let typed = typed(request.returns::<()>());
        let found = agreement::differences(&mut raw, known.get(&name).unwrap(), &typed);
        assert_eq!(found.len(), count, "{}: {found:?}", typed.request);
    };
    differences(cmd("SET").key("a").arg("x").arg("NX"), 0);
    // Words and keys; the server finds no keys in what it cannot run.
    differences(cmd("GET").read_only().key("a").key("b"), 3);
    differences(cmd("GET").read_only().arg("a"), 1);
    differences(cmd("GET").key("a"), 1);
    differences(cmd("SET").read_only().key("a").arg("x"), 1);
    differences(cmd("SET").key("a").arg("x").arg("NY"), 1);
    differences(cmd("SET").key("a").arg("x").arg("EX").arg("soon"), 1);
    differences(cmd("LPUSH").key("a").arg("x").blocks(Wait::Forever), 1);
    differences(cmd("CONFIG SET").arg("a"), 2);
}
