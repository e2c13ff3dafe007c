//! Functions: scripts that belong to the data.

use alloc::string::String;
use alloc::vec::Vec;

use bytes::Bytes;

use super::call;
use super::replies::{FunctionLibrary, FunctionStats};
use crate::command::{Executor, Request, cmd};
use crate::commands::FlushMode;
use crate::commands::options::owned;
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands that call and manage functions. Since Redis 7.0.
///
/// A function comes in a library, which the server keeps and replicates as it does the data. What is said of keys,
/// arguments and what is returned in [`ScriptCommands`](super::ScriptCommands) holds here as well.
pub trait FunctionCommands: Executor {
    /// Calls the function `name`. Give `()` where there are no keys or arguments.
    ///
    /// Sends [`FCALL`](https://redis.io/docs/latest/commands/fcall/). Replies with what the function returns. Since Redis
    /// 7.0.
    fn fcall<V: FromReply>(self, name: impl ToArg, keys: impl ToArgs, args: impl ToArgs) -> Self::Output<V> {
        self.run(call("FCALL", name, keys, args).returns())
    }

    /// Calls the function `name`, which must have the flag `no-writes`, and so may run on a replica and be sent again.
    ///
    /// Sends [`FCALL_RO`](https://redis.io/docs/latest/commands/fcall_ro/). Replies with what the function returns. Since
    /// Redis 7.0.
    fn fcall_ro<V: FromReply>(self, name: impl ToArg, keys: impl ToArgs, args: impl ToArgs) -> Self::Output<V> {
        self.run(call("FCALL_RO", name, keys, args).read_only().returns())
    }

    /// Adds a library, whose source begins with a line such as `#!lua name=mylib`; it must not be there yet.
    ///
    /// Sends [`FUNCTION LOAD`](https://redis.io/docs/latest/commands/function-load/). Replies with the name of the library.
    /// Since Redis 7.0.
    fn function_load(self, code: impl ToArg) -> Self::Output<String> {
        self.run(cmd("FUNCTION LOAD").arg(code).returns())
    }

    /// Adds a library, or replaces the one of the same name.
    ///
    /// Sends [`FUNCTION LOAD`](https://redis.io/docs/latest/commands/function-load/) with `REPLACE`. Replies with the name
    /// of the library. Since Redis 7.0.
    fn function_load_replace(self, code: impl ToArg) -> Self::Output<String> {
        self.run(cmd("FUNCTION LOAD").arg("REPLACE").arg(code).returns())
    }

    /// Removes a library with its functions.
    ///
    /// Sends [`FUNCTION DELETE`](https://redis.io/docs/latest/commands/function-delete/). True, always: it is an error if
    /// there is no such library. Since Redis 7.0.
    fn function_delete(self, library: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("FUNCTION DELETE").arg(library).returns())
    }

    /// Removes all libraries, in the way that `lazyfree-lazy-user-flush` of the server's configuration says.
    ///
    /// Sends [`FUNCTION FLUSH`](https://redis.io/docs/latest/commands/function-flush/). True, always. Since Redis 7.0.
    fn function_flush(self) -> Self::Output<bool> {
        self.run(cmd("FUNCTION FLUSH").returns())
    }

    /// Removes all libraries, in the way that `mode` says.
    ///
    /// Sends [`FUNCTION FLUSH`](https://redis.io/docs/latest/commands/function-flush/) with `ASYNC` or `SYNC`. True,
    /// always. Since Redis 7.0.
    fn function_flush_with(self, mode: FlushMode) -> Self::Output<bool> {
        self.run(cmd("FUNCTION FLUSH").arg(mode.word()).returns())
    }

    /// All libraries in the server's own format, to be given to [`function_restore`](Self::function_restore).
    ///
    /// Sends [`FUNCTION DUMP`](https://redis.io/docs/latest/commands/function-dump/). Since Redis 7.0.
    fn function_dump(self) -> Self::Output<Bytes> {
        self.run(cmd("FUNCTION DUMP").idempotent().returns())
    }

    /// Adds the libraries of a [`function_dump`](Self::function_dump), none of which may be there yet.
    ///
    /// Sends [`FUNCTION RESTORE`](https://redis.io/docs/latest/commands/function-restore/). True, always. Since Redis 7.0.
    fn function_restore(self, serialized: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("FUNCTION RESTORE").arg(serialized).returns())
    }

    /// Adds the libraries of a [`function_dump`](Self::function_dump); `policy` says what becomes of those that are there.
    ///
    /// Sends [`FUNCTION RESTORE`](https://redis.io/docs/latest/commands/function-restore/). True, always. Since Redis 7.0.
    fn function_restore_with(self, serialized: impl ToArg, policy: FunctionRestorePolicy) -> Self::Output<bool> {
        self.run(cmd("FUNCTION RESTORE").arg(serialized).arg(policy.word()).returns())
    }

    /// All libraries with their functions.
    ///
    /// Sends [`FUNCTION LIST`](https://redis.io/docs/latest/commands/function-list/). Since Redis 7.0.
    fn function_list(self) -> Self::Output<Vec<FunctionLibrary>> {
        self.run(cmd("FUNCTION LIST").idempotent().returns())
    }

    /// Libraries with their functions, some of them or with their source.
    ///
    /// Sends [`FUNCTION LIST`](https://redis.io/docs/latest/commands/function-list/). Since Redis 7.0.
    fn function_list_with(self, options: FunctionListOptions) -> Self::Output<Vec<FunctionLibrary>> {
        self.run(options.write(cmd("FUNCTION LIST").idempotent()).returns())
    }

    /// Which function runs now, and how much there is for each engine.
    ///
    /// Sends [`FUNCTION STATS`](https://redis.io/docs/latest/commands/function-stats/). Fails with `BUSY` while a script
    /// runs. Since Redis 7.0.
    fn function_stats(self) -> Self::Output<FunctionStats> {
        self.run(cmd("FUNCTION STATS").idempotent().returns())
    }

    /// Ends the function that runs now, as long as it has not written anything.
    ///
    /// Sends [`FUNCTION KILL`](https://redis.io/docs/latest/commands/function-kill/). True, always: fails with `NOTBUSY` if
    /// none runs and with `UNKILLABLE` if it has written. Since Redis 7.0.
    fn function_kill(self) -> Self::Output<bool> {
        self.run(cmd("FUNCTION KILL").returns())
    }

    /// The server's own help on `FUNCTION`, line by line.
    ///
    /// Sends [`FUNCTION HELP`](https://redis.io/docs/latest/commands/function-help/). Since Redis 7.0.
    fn function_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("FUNCTION HELP").idempotent().returns())
    }
}

impl<E: Executor> FunctionCommands for E {}

/// What [`function_restore_with`](FunctionCommands::function_restore_with) does about libraries that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FunctionRestorePolicy {
    /// Fails if a restored library is there (`APPEND`).
    Append,
    /// Removes all of them first (`FLUSH`).
    Flush,
    /// Replaces those of the same name (`REPLACE`).
    Replace,
}

impl FunctionRestorePolicy {
    fn word(self) -> &'static str {
        match self {
            FunctionRestorePolicy::Append => "APPEND",
            FunctionRestorePolicy::Flush => "FLUSH",
            FunctionRestorePolicy::Replace => "REPLACE",
        }
    }
}

/// Options of [`function_list_with`](FunctionCommands::function_list_with).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct FunctionListOptions {
    libraryname: Option<Vec<u8>>,
    withcode: bool,
}

impl FunctionListOptions {
    /// No options: all libraries, without source.
    pub fn new() -> Self {
        FunctionListOptions::default()
    }

    /// Only libraries whose name matches this glob pattern.
    pub fn libraryname(mut self, pattern: impl ToArg) -> Self {
        self.libraryname = Some(owned(pattern));
        self
    }

    /// With the source of each library.
    pub fn withcode(mut self) -> Self {
        self.withcode = true;
        self
    }

    fn write(self, request: Request) -> Request {
        request
            .opt_with("LIBRARYNAME", self.libraryname)
            .flag("WITHCODE", self.withcode)
    }
}
