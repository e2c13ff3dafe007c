//! What the server knows about a command, and how it finds one by name.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::context::Context;
use super::failure::{Failure, quoted};
use super::reply::Reply;

/// What a handler returns: a reply, or an error line.
pub(crate) type Outcome = Result<Reply, Failure>;

/// A command's code. `args` excludes the name (and the subcommand's name).
pub(crate) type Handler = fn(&mut Context<'_>, &[Bytes]) -> Outcome;

/// Changes data.
pub(crate) const WRITE: u32 = 1;
/// Only reads data.
pub(crate) const READ: u32 = 1 << 1;
/// May make the client wait.
pub(crate) const BLOCKING: u32 = 1 << 2;
/// Allowed before authentication.
pub(crate) const NO_AUTH: u32 = 1 << 3;
/// Refused inside MULTI.
pub(crate) const NO_MULTI: u32 = 1 << 4;
/// Refused inside a script.
pub(crate) const NO_SCRIPT: u32 = 1 << 5;
/// Runs at once inside MULTI instead of being queued.
pub(crate) const IMMEDIATE: u32 = 1 << 6;
/// Administrative.
pub(crate) const ADMIN: u32 = 1 << 7;
/// Constant or logarithmic time.
pub(crate) const FAST: u32 = 1 << 8;
/// Does not count as use of its keys (OBJECT, TTL, EXISTS..).
pub(crate) const NO_TOUCH: u32 = 1 << 9;
/// May grow memory.
pub(crate) const DENY_OOM: u32 = 1 << 10;
/// About channels.
pub(crate) const PUBSUB: u32 = 1 << 11;
/// Allowed while a RESP2 client is subscribed.
pub(crate) const WHILE_SUBSCRIBED: u32 = 1 << 12;

/// Flag names as COMMAND INFO reports them.
const FLAG_NAMES: &[(u32, &str)] = &[
    (WRITE, "write"),
    (READ, "readonly"),
    (DENY_OOM, "denyoom"),
    (ADMIN, "admin"),
    (PUBSUB, "pubsub"),
    (NO_SCRIPT, "noscript"),
    (BLOCKING, "blocking"),
    (FAST, "fast"),
    (NO_AUTH, "no_auth"),
    (NO_MULTI, "no_multi"),
];

/// Where the keys stand among all words of a command (the name is word 0).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Keys {
    None,
    /// From `first` to `last` (negative: from the end, -1 is the last word), every `step`-th.
    Range {
        first: usize,
        last: isize,
        step: usize,
    },
    /// A word says how many follow it; `also` is one more key before the count (a destination), or 0.
    Counted {
        count_at: usize,
        also: usize,
    },
    /// Only the command itself can tell.
    Found(fn(&[Bytes]) -> Vec<usize>),
}

/// The first argument is the only key.
pub(crate) const KEY: Keys = Keys::Range {
    first: 1,
    last: 1,
    step: 1,
};
/// All arguments are keys.
pub(crate) const KEYS: Keys = Keys::Range {
    first: 1,
    last: -1,
    step: 1,
};
/// The first two arguments are keys.
pub(crate) const TWO_KEYS: Keys = Keys::Range {
    first: 1,
    last: 2,
    step: 1,
};
/// All arguments but the last are keys (BLPOP and its like).
pub(crate) const KEYS_BUT_LAST: Keys = Keys::Range {
    first: 1,
    last: -2,
    step: 1,
};

impl Keys {
    /// Positions of the keys in `argv`. A request that is too short or has a bad count yields what is there.
    pub(crate) fn positions(self, argv: &[Bytes]) -> Vec<usize> {
        let words = argv.len();
        match self {
            Keys::None => Vec::new(),
            Keys::Range { first, last, step } => {
                let end = if last < 0 {
                    words.saturating_sub(last.unsigned_abs())
                } else {
                    last.unsigned_abs()
                };
                (first..=end).step_by(step.max(1)).filter(|&at| at < words).collect()
            }
            Keys::Counted { count_at, also } => {
                let count = argv
                    .get(count_at)
                    .and_then(|count| super::number::parse_i64(count))
                    .unwrap_or(0);
                let count = usize::try_from(count).unwrap_or(0).min(words);
                let keys = (count_at + 1..count_at + 1 + count).filter(|&at| at < words);
                (also > 0 && also < words)
                    .then_some(also)
                    .into_iter()
                    .chain(keys)
                    .collect()
            }
            Keys::Found(find) => find(argv),
        }
    }

    /// First, last and step as COMMAND INFO reports them.
    pub(crate) fn legacy(self) -> (i64, i64, i64) {
        match self {
            Keys::None => (0, 0, 0),
            Keys::Range { first, last, step } => (first as i64, last as i64, step as i64),
            Keys::Counted { also, .. } => (also as i64, also as i64, i64::from(also > 0)),
            Keys::Found(_) => (1, 1, 1),
        }
    }
}

#[derive(Debug)]
pub(crate) enum Action {
    Run(Handler),
    /// A container: the second word chooses. Without one, `alone` runs, if there is such a thing.
    Subcommands {
        table: &'static [Command],
        alone: Option<Handler>,
    },
}

/// One row of a family's table.
#[derive(Debug)]
pub(crate) struct Command {
    /// Lower case; a subcommand carries its container: `client|setname`.
    pub(crate) name: &'static str,
    /// Number of words with the name; negative: at least so many.
    pub(crate) arity: i32,
    pub(crate) flags: u32,
    pub(crate) keys: Keys,
    pub(crate) action: Action,
}

impl Command {
    pub(crate) const fn new(name: &'static str, arity: i32, flags: u32, keys: Keys, run: Handler) -> Self {
        Command {
            name,
            arity,
            flags,
            keys,
            action: Action::Run(run),
        }
    }

    pub(crate) const fn container(name: &'static str, table: &'static [Command]) -> Self {
        let action = Action::Subcommands { table, alone: None };
        Command {
            name,
            arity: -2,
            flags: 0,
            keys: Keys::None,
            action,
        }
    }

    /// A container that means something without a subcommand as well.
    pub(crate) const fn container_or(name: &'static str, table: &'static [Command], alone: Handler) -> Self {
        let action = Action::Subcommands {
            table,
            alone: Some(alone),
        };
        Command {
            name,
            arity: -1,
            flags: 0,
            keys: Keys::None,
            action,
        }
    }

    pub(crate) fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    pub(crate) fn flag_names(&self) -> impl Iterator<Item = &'static str> {
        FLAG_NAMES
            .iter()
            .filter(|(flag, _)| self.has(*flag))
            .map(|(_, name)| *name)
    }

    pub(crate) fn accepts(&self, words: usize) -> bool {
        let arity = self.arity.unsigned_abs() as usize;
        if self.arity < 0 { words >= arity } else { words == arity }
    }

    /// How many words of the request are the command's name.
    pub(crate) fn name_words(&self) -> usize {
        1 + usize::from(self.name.contains('|'))
    }

    fn answers_to(&self, word: &[u8]) -> bool {
        let own = self.name.rsplit_once('|').map_or(self.name, |(_, own)| own);
        own.as_bytes().eq_ignore_ascii_case(word)
    }
}

/// A table of commands of one kind.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) category: &'static str,
    pub(crate) commands: &'static [Command],
}

impl Family {
    pub(crate) const fn new(category: &'static str, commands: &'static [Command]) -> Self {
        Family { category, commands }
    }
}

/// All families' tables, in the order COMMAND lists them.
pub(crate) fn all() -> impl Iterator<Item = &'static Command> {
    super::FAMILIES.iter().flat_map(|family| family.commands.iter())
}

/// The command of this name, or the container of that name.
pub(crate) fn by_name(name: &[u8]) -> Option<&'static Command> {
    all().find(|command| command.answers_to(name))
}

/// The command a request means, subcommand included, with the right number of words.
pub(crate) fn find(argv: &[Bytes]) -> Result<&'static Command, Failure> {
    let Some(name) = argv.first() else {
        return Err(unknown(argv));
    };
    let Some(mut command) = by_name(name) else {
        return Err(unknown(argv));
    };
    if let (Action::Subcommands { table, .. }, Some(word)) = (&command.action, argv.get(1)) {
        command = table.iter().find(|sub| sub.answers_to(word)).ok_or_else(|| {
            let container = command.name.to_ascii_uppercase();
            Failure::text(format!(
                "ERR unknown subcommand '{}'. Try {container} HELP.",
                quoted(word, 128)
            ))
        })?;
    }
    if command.accepts(argv.len()) {
        Ok(command)
    } else {
        Err(Failure::text(Failure::Arity.line(command.name).into()))
    }
}

fn unknown(argv: &[Bytes]) -> Failure {
    let name = argv.first().map(|name| quoted(name, 128)).unwrap_or_default();
    let mut line = format!("ERR unknown command '{name}', with args beginning with: ");
    let mut shown = 0;
    for arg in argv.iter().skip(1) {
        if shown >= 128 {
            break;
        }
        let arg = quoted(arg, 128 - shown);
        shown += arg.len() + 3;
        line.push_str(&format!("'{arg}' "));
    }
    Failure::text(line)
}
