//! The commands that the server knows.

mod docs;
mod info;
#[cfg(test)]
mod tests;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

pub use docs::{ArgumentType, CommandArgument, CommandDocs};
pub use info::{BeginSearch, CommandInfo, FindKeys, KeySpec};

use super::options::owned;
use crate::command::{Executor, Request, cmd};
use crate::resp::{ToArg, ToArgs};

/// Commands on the commands that the server knows.
pub trait IntrospectionCommands: Executor {
    /// All commands that the server knows.
    ///
    /// Sends [`COMMAND`](https://redis.io/docs/latest/commands/command/). Since Redis 2.8.13.
    fn command(self) -> Self::Output<Vec<CommandInfo>> {
        self.run(cmd("COMMAND").idempotent().returns())
    }

    /// How many commands the server knows.
    ///
    /// Sends [`COMMAND COUNT`](https://redis.io/docs/latest/commands/command-count/). Since Redis 2.8.13.
    fn command_count(self) -> Self::Output<u64> {
        self.run(cmd("COMMAND COUNT").idempotent().returns())
    }

    /// What the server knows of these commands, in the order asked for: `None` for one that it does not know. Subcommands
    /// are named `config|get`.
    ///
    /// Sends [`COMMAND INFO`](https://redis.io/docs/latest/commands/command-info/). Since Redis 2.8.13.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let commands = client.command_info(["get", "nonsense"])?;
    /// assert!(commands[0].as_ref().is_some_and(|get| get.arity == 2 && get.flags.contains("readonly")));
    /// assert_eq!(commands[1], None);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn command_info(self, names: impl ToArgs) -> Self::Output<Vec<Option<CommandInfo>>> {
        let request = cmd("COMMAND INFO").idempotent().args(names, "name of a command");
        self.run(request.returns())
    }

    /// The documentation of these commands, by their names; of all commands if none is named. Those that the server does
    /// not know are left out.
    ///
    /// Sends [`COMMAND DOCS`](https://redis.io/docs/latest/commands/command-docs/). Since Redis 7.0.
    fn command_docs(self, names: impl ToArgs) -> Self::Output<BTreeMap<String, CommandDocs>> {
        self.run(cmd("COMMAND DOCS").idempotent().arg(names).returns())
    }

    /// The names of all commands, without subcommands.
    ///
    /// Sends [`COMMAND LIST`](https://redis.io/docs/latest/commands/command-list/). Since Redis 7.0.
    fn command_list(self) -> Self::Output<BTreeSet<String>> {
        self.run(cmd("COMMAND LIST").idempotent().returns())
    }

    /// The names of the commands and subcommands that the filter lets through.
    ///
    /// Sends [`COMMAND LIST`](https://redis.io/docs/latest/commands/command-list/) with `FILTERBY`. Since Redis 7.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let names = client.command_list_with(CommandFilter::pattern("hget*"))?;
    /// assert!(names.contains("hgetall"));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn command_list_with(self, filter: CommandFilter) -> Self::Output<BTreeSet<String>> {
        self.run(filter.write(cmd("COMMAND LIST").idempotent()).returns())
    }

    /// Which arguments of a whole command are keys: `("SET", "key", "value")`.
    ///
    /// Sends [`COMMAND GETKEYS`](https://redis.io/docs/latest/commands/command-getkeys/). An error if the server does not
    /// know the command, it has no keys, or its arguments make no sense. Since Redis 2.8.13.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert_eq!(client.command_getkeys(["MSET", "a", "1", "b", "2"])?, ["a", "b"]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn command_getkeys(self, command: impl ToArgs) -> Self::Output<Vec<Bytes>> {
        let request = cmd("COMMAND GETKEYS").idempotent();
        self.run(request.args(command, "word of a command").returns())
    }

    /// Which arguments of a whole command are keys, and what it does with each: `RO` reads it, `RW` reads and writes it,
    /// `OW` overwrites it, `RM` removes it, `access`, `update`, `insert` or `delete` something, ..
    ///
    /// Sends [`COMMAND GETKEYSANDFLAGS`](https://redis.io/docs/latest/commands/command-getkeysandflags/). Errors as of
    /// [`command_getkeys`](IntrospectionCommands::command_getkeys). Since Redis 7.0.
    fn command_getkeysandflags(self, command: impl ToArgs) -> Self::Output<Vec<(Bytes, BTreeSet<String>)>> {
        let request = cmd("COMMAND GETKEYSANDFLAGS").idempotent();
        self.run(request.args(command, "word of a command").returns())
    }

    /// The server's own help on `COMMAND`, line by line.
    ///
    /// Sends [`COMMAND HELP`](https://redis.io/docs/latest/commands/command-help/). Since Redis 5.0.
    fn command_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("COMMAND HELP").idempotent().returns())
    }
}

impl<E: Executor> IntrospectionCommands for E {}

/// Filter of [`command_list_with`](IntrospectionCommands::command_list_with).
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct CommandFilter {
    kind: &'static str,
    value: Vec<u8>,
}

impl CommandFilter {
    /// Commands of a module.
    pub fn module(name: impl ToArg) -> Self {
        CommandFilter {
            kind: "MODULE",
            value: owned(name),
        }
    }

    /// Commands of an ACL category (`read`, without the sign in front).
    pub fn aclcat(category: impl ToArg) -> Self {
        CommandFilter {
            kind: "ACLCAT",
            value: owned(category),
        }
    }

    /// Commands whose names match a glob pattern (`config|*`).
    pub fn pattern(pattern: impl ToArg) -> Self {
        CommandFilter {
            kind: "PATTERN",
            value: owned(pattern),
        }
    }

    fn write(self, request: Request) -> Request {
        request.arg("FILTERBY").arg(self.kind).arg(self.value)
    }
}
