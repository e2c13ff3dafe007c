//! Modules that the server has loaded.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::options::owned;
use crate::command::{Executor, Request, cmd};
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef, ToArg, ToArgs, Value};

/// Commands on modules. Servers refuse to load and unload any from version 7.0 on unless `enable-module-command` of their
/// configuration says otherwise.
pub trait ModuleCommands: Executor {
    /// The modules that are loaded.
    ///
    /// Sends [`MODULE LIST`](https://redis.io/docs/latest/commands/module-list/). Since Redis 4.0.
    fn module_list(self) -> Self::Output<Vec<ModuleInfo>> {
        self.run(cmd("MODULE LIST").idempotent().returns())
    }

    /// Loads the module in the file at `path` of the server, with these arguments; `[""; 0]` is none.
    ///
    /// Sends [`MODULE LOAD`](https://redis.io/docs/latest/commands/module-load/). True, always: an error if it cannot be
    /// loaded, or is loaded already. Since Redis 4.0.
    fn module_load(self, path: impl ToArg, arguments: impl ToArgs) -> Self::Output<bool> {
        self.run(cmd("MODULE LOAD").arg(path).arg(arguments).returns())
    }

    /// Loads the module in the file at `path` of the server, with parameters and arguments.
    ///
    /// Sends [`MODULE LOADEX`](https://redis.io/docs/latest/commands/module-loadex/). True, always: an error if it cannot be
    /// loaded, or is loaded already. Since Redis 7.0.
    fn module_loadex(self, path: impl ToArg, options: ModuleLoadexOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("MODULE LOADEX").arg(path)).returns())
    }

    /// Unloads the module `name`.
    ///
    /// Sends [`MODULE UNLOAD`](https://redis.io/docs/latest/commands/module-unload/). True, always: an error if there is no
    /// such module, or keys of its types exist. Since Redis 4.0.
    fn module_unload(self, name: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("MODULE UNLOAD").arg(name).returns())
    }

    /// The server's own help on `MODULE`, line by line.
    ///
    /// Sends [`MODULE HELP`](https://redis.io/docs/latest/commands/module-help/). Since Redis 5.0.
    fn module_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("MODULE HELP").idempotent().returns())
    }
}

impl<E: Executor> ModuleCommands for E {}

/// Options of [`module_loadex`](ModuleCommands::module_loadex).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct ModuleLoadexOptions {
    parameters: Vec<(Vec<u8>, Vec<u8>)>,
    arguments: Vec<Vec<u8>>,
}

impl ModuleLoadexOptions {
    /// No options: no parameters and no arguments.
    pub fn new() -> Self {
        ModuleLoadexOptions::default()
    }

    /// Gives a parameter of the module a value (`CONFIG`); one more with each call.
    pub fn config(mut self, parameter: impl ToArg, value: impl ToArg) -> Self {
        self.parameters.push((owned(parameter), owned(value)));
        self
    }

    /// Hands an argument to the module (`ARGS`); one more with each call.
    pub fn arg(mut self, argument: impl ToArg) -> Self {
        self.arguments.push(owned(argument));
        self
    }

    fn write(self, mut request: Request) -> Request {
        for (parameter, value) in self.parameters {
            request = request.arg("CONFIG").arg(parameter).arg(value);
        }
        if self.arguments.is_empty() {
            request
        } else {
            request.arg("ARGS").arg(self.arguments)
        }
    }
}

/// A module that is loaded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ModuleInfo {
    /// Its name.
    pub name: String,
    /// Its version, a number of its own making.
    pub version: i64,
    /// The file that it was loaded from; empty if it is part of the server. `None` before Redis 7.0.
    pub path: Option<String>,
    /// The arguments that it was loaded with. None before Redis 7.0.
    pub arguments: Vec<String>,
    /// What else the server says of it, by its names.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for ModuleInfo {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(ModuleInfo {
            name: fields.take("name")?,
            version: fields.take("ver")?,
            path: fields.optional("path")?,
            arguments: fields.optional("args")?.unwrap_or_default(),
            other: fields.rest(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

    use alloc::string::ToString;

    use super::*;
    use crate::command::Build;
    use crate::commands::testing::parse;

    #[test]
    fn modules_of_both_protocols() {
        let body = "$4\r\nname\r\n$2\r\nbf\r\n$3\r\nver\r\n:20612\r\n$4\r\npath\r\n$6\r\n/bf.so\r\n$4\r\nargs\r\n*1\r\n$1\r\na\r\n";
        let resp2 =
            parse(("*2\r\n*4\r\n$4\r\nname\r\n$1\r\nx\r\n$3\r\nver\r\n:1\r\n*8\r\n".to_string() + body).as_bytes());
        let resp3 =
            parse(("*2\r\n%2\r\n$4\r\nname\r\n$1\r\nx\r\n$3\r\nver\r\n:1\r\n%4\r\n".to_string() + body).as_bytes());
        let modules = Build.module_list().decode(resp2).unwrap();
        assert_eq!(modules, Build.module_list().decode(resp3).unwrap());
        let [old, new] = modules.as_slice() else {
            panic!("{modules:?}")
        };
        assert_eq!(
            (old.name.as_str(), old.version, &old.path, old.arguments.len()),
            ("x", 1, &None, 0)
        );
        assert_eq!(
            (new.path.as_deref(), new.arguments.as_slice()),
            (Some("/bf.so"), &["a".to_string()][..])
        );
        let error = Build
            .module_list()
            .decode(parse(b"*1\r\n%1\r\n$4\r\nname\r\n$1\r\nx\r\n"));
        assert_eq!(
            error.unwrap_err().to_string(),
            "expected map with the field ver, found map of 2 at [0]"
        );
    }
}
