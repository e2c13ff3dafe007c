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
use support::Server;
use typed::{Typed, typed};

/// The typed commands by name.
fn by_name(known: &Known) -> BTreeMap<String, Vec<Typed>> {
    let mut names: BTreeMap<String, Vec<Typed>> = BTreeMap::new();
    for typed in families::all() {
        names.entry(known.name_of(&typed.request)).or_default().push(typed);
    }
    names
}

#[test]
fn every_command_is_typed_or_left_out_for_a_reason() {
    let server = Server::start();
    let version = server.version();
    let known = Known::of(&server);
    let typed = by_name(&known);
    let excluded = excluded::all();
    let mut wrong = String::new();
    for command in known.names() {
        match (typed.contains_key(command), excluded.contains_key(command.as_str())) {
            (false, false) => writeln!(wrong, "{command}: neither typed nor left out").unwrap(),
            (true, true) => writeln!(wrong, "{command}: typed, although it is left out").unwrap(),
            _ => {}
        }
    }
    for (command, entries) in &typed {
        if entries.iter().any(|typed| typed.since.knows(version)) != known.has(command) {
            let has = if known.has(command) { "is there" } else { "is not there" };
            writeln!(wrong, "{command}: {has}, said to be since {}", entries[0].since).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{version}:\n{wrong}");
}

#[test]
fn what_is_sent_agrees_with_the_server() {
    let server = Server::start();
    let version = server.version();
    let known = Known::of(&server);
    let mut raw = server.raw();
    let mut wrong = String::new();
    for (name, entries) in by_name(&known) {
        for typed in entries.iter().filter(|typed| typed.since.knows(version)) {
            let Some(command) = known.get(&name) else {
                writeln!(wrong, "{name}: not there").unwrap();
                continue;
            };
            for difference in agreement::differences(&mut raw, command, typed) {
                writeln!(wrong, "{}: {difference}", typed.request).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{version}:\n{wrong}");
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
