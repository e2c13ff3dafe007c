//! What a server says of its commands: COMMAND and COMMAND DOCS.

use std::collections::{BTreeMap, BTreeSet};

use redwire::command::Request;

use crate::grammar::Argument;
use crate::support::{Reply, Server};

/// One command as the server describes it.
#[derive(Debug)]
pub struct Described {
    /// How many words its name has: commands of containers have two.
    pub words: usize,
    /// How many words it must have, its name included; at least so many if negative.
    pub arity: i64,
    pub flags: BTreeSet<String>,
    /// What comes after the name; none if the server does not describe it.
    pub arguments: Option<Vec<Argument>>,
}

/// All commands of a server, commands of containers (`CONFIG GET`) by their two words.
#[derive(Debug)]
pub struct Known {
    commands: BTreeMap<String, Described>,
    containers: BTreeSet<String>,
}

impl Known {
    pub fn of(server: &Server) -> Known {
        let mut raw = server.raw();
        raw.call(&["HELLO", "3"]);
        let mut known = Known {
            commands: BTreeMap::new(),
            containers: BTreeSet::new(),
        };
        for command in items(raw.call(&["COMMAND"])) {
            known.add(&items(command));
        }
        let Reply::Map(docs) = raw.call(&["COMMAND", "DOCS"]) else {
            panic!("COMMAND DOCS is no map");
        };
        for (name, doc) in docs {
            known.describe(&name, doc);
        }
        known
    }

    fn add(&mut self, command: &[Reply]) {
        let name = name(&command[0]);
        let subcommands = command.get(9).cloned().map(items).unwrap_or_default();
        if !subcommands.is_empty() {
            self.containers.insert(name.clone());
            subcommands.into_iter().for_each(|command| self.add(&items(command)));
            // COMMAND does something by itself as well.
            if integer(&command[1]) != -1 {
                return;
            }
        }
        let described = Described {
            words: name.split(' ').count(),
            arity: integer(&command[1]),
            flags: items(command[2].clone()).iter().map(Reply::text).collect(),
            arguments: None,
        };
        self.commands.insert(name, described);
    }

    fn describe(&mut self, called: &Reply, doc: Reply) {
        let mut doc = fields(doc);
        if let Some(Reply::Map(subcommands)) = doc.remove("subcommands") {
            for (name, doc) in subcommands {
                self.describe(&name, doc);
            }
        } else if let Some(command) = self.commands.get_mut(&name(called)) {
            let arguments = doc.remove("arguments").map(items);
            // A module need not describe its commands, and then says nothing at all.
            let is_of_module = command.flags.contains("module");
            if arguments.is_some() || !is_of_module {
                let arguments = arguments.unwrap_or_default();
                command.arguments = Some(arguments.into_iter().map(Argument::of).collect());
            }
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.commands.keys()
    }

    pub fn has(&self, name: &str) -> bool {
        self.commands.contains_key(name)
    }

    pub fn get(&self, name: &str) -> Option<&Described> {
        self.commands.get(name)
    }

    /// The name of the command that a request is for. Containers that this server does not have are told by the words
    /// that their methods are sure to send.
    pub fn name_of(&self, request: &Request) -> String {
        let mut words = request
            .arguments()
            .map(|word| String::from_utf8_lossy(word).to_uppercase());
        let first = words.next().unwrap();
        match words.next() {
            Some(second) if self.containers.contains(&first) || ELSEWHERE.contains(&first.as_str()) => {
                format!("{first} {second}")
            }
            _ => first,
        }
    }
}

/// Containers that not every server has.
const ELSEWHERE: [&str; 2] = ["COMMANDLOG", "HOTKEYS"];

/// `config|get` is `CONFIG GET`.
fn name(reply: &Reply) -> String {
    reply.text().to_uppercase().replace('|', " ")
}

pub fn items(reply: Reply) -> Vec<Reply> {
    match reply {
        Reply::Array(items) | Reply::Set(items) => items,
        other => panic!("no list: {other:?}"),
    }
}

pub fn fields(reply: Reply) -> BTreeMap<String, Reply> {
    match reply {
        Reply::Map(pairs) => pairs.into_iter().map(|(name, value)| (name.text(), value)).collect(),
        other => panic!("no map: {other:?}"),
    }
}

fn integer(reply: &Reply) -> i64 {
    match reply {
        Reply::Int(value) => *value,
        other => panic!("no integer: {other:?}"),
    }
}
