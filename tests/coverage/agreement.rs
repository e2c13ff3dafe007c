//! One request against the server's description of its command.

use redwire::command::Flags;

use crate::grammar;
use crate::known::Described;
use crate::support::{Raw, Reply};
use crate::typed::Typed;

/// Whatever differs.
pub fn differences(raw: &mut Raw, command: &Described, typed: &Typed) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(arity(command, typed));
    all.extend(arguments(command, typed));
    all.extend(keys(raw, typed));
    all.extend(flags(command, typed));
    all
}

fn words(typed: &Typed) -> Vec<String> {
    let words = typed.request.arguments();
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

fn arity(command: &Described, typed: &Typed) -> Option<String> {
    let (len, arity) = (typed.request.len() as i64, command.arity);
    let right = if arity < 0 { len >= -arity } else { len == arity };
    (!right).then(|| format!("{len} words, the server wants {arity}"))
}

fn arguments(command: &Described, typed: &Typed) -> Option<String> {
    let words = words(typed);
    let name = words[0].to_uppercase();
    let described = command.arguments.as_ref()?;
    let is_in = |known: &str| words.iter().any(|word| word == known);
    if MISDESCRIBED
        .iter()
        .any(|(command, word, _)| *command == name && is_in(word))
    {
        return None;
    }
    let wrong = !grammar::matches(described, words.get(command.words..).unwrap_or_default());
    wrong.then(|| "not as described in COMMAND DOCS".into())
}

/// Commands whose description is wrong if this word is sent, and how.
const MISDESCRIBED: &[(&str, &str, &str)] = &[
    ("COMMAND", "GETKEYS", "there is no description"),
    ("COMMAND", "GETKEYSANDFLAGS", "there is no description"),
    ("DEBUG", "OBJECT", "there is no description"),
    ("DEBUG", "SLEEP", "there is no description"),
    ("DELEX", "IFDNE", "a digest is no integer"),
    ("SENTINEL", "CONFIG", "several parameters stand behind one GET"),
    ("SENTINEL", "DEBUG", "parameters may be left out"),
    ("SENTINEL", "rename-command", "the option has two values"),
    ("SENTINEL", "SIMULATE-FAILURE", "several failures may be given"),
    ("SET", "IFDNE", "a digest is no integer"),
    ("ZINCRBY", "ZINCRBY", "any number will do, not only integers"),
];

/// Commands with an argument that is no key to the server, but decides as one does where in a cluster they run.
const ROUTED: [&str; 2] = ["DEBUG", "SPUBLISH"];

/// Commands that may take their time although the server does not say so.
const BLOCKING: [&str; 3] = ["DEBUG", "MIGRATE", "WAIT"];

fn keys(raw: &mut Raw, typed: &Typed) -> Option<String> {
    let ours: Vec<String> = typed
        .request
        .key_names()
        .map(|key| String::from_utf8_lossy(key).into_owned())
        .collect();
    if typed.request.len() == 1 {
        // The server does not answer for a name alone.
        return (!ours.is_empty()).then(|| format!("keys {ours:?} in the name"));
    }
    if ROUTED.contains(&typed.request.name().as_str()) {
        return None;
    }
    let mut question = vec!["COMMAND".to_string(), "GETKEYS".to_string()];
    question.extend(words(typed));
    let theirs = match raw.try_call(&question).unwrap() {
        Reply::Array(keys) => keys.iter().map(Reply::text).collect(),
        Reply::Error(text) if text.contains("no key arguments") => Vec::new(),
        other => return Some(format!("keys: {other:?}")),
    };
    (ours != theirs).then(|| format!("keys {ours:?}, the server says {theirs:?}"))
}

/// Whether the server itself sees to it that a command which is sent again does nothing.
fn is_once(typed: &Typed) -> bool {
    let words = words(typed);
    words[0] == "XADD" && words.iter().any(|word| word.starts_with("IDMP"))
}

fn flags(command: &Described, typed: &Typed) -> Option<String> {
    let ours = typed.request.command_flags();
    let theirs = |flag: &str| command.flags.contains(flag);
    let mut wrong = Vec::new();
    if ours.contains(Flags::READ_ONLY) != theirs("readonly") {
        wrong.push("readonly");
    }
    if ours.contains(Flags::IDEMPOTENT) && theirs("write") && !is_once(typed) {
        wrong.push("write");
    }
    let blocking = theirs("blocking") || BLOCKING.contains(&typed.request.name().as_str());
    if ours.contains(Flags::BLOCKS) && !blocking {
        wrong.push("blocking");
    }
    (!wrong.is_empty()).then(|| format!("flags {ours:?}, the server says {:?}: {wrong:?}", command.flags))
}
