//! Scripts, sent whole or named by their digest.

use alloc::string::String;
use alloc::vec::Vec;

use super::call;
use crate::command::{Executor, cmd};
use crate::commands::FlushMode;
use crate::resp::{FromReply, ToArg, ToArgs};

/// Commands that run and manage scripts.
///
/// A script finds `keys` in `KEYS` and `args` in `ARGV`. Every key that it touches must be among `keys`, for a cluster
/// decides by them where it runs. Give `()` where there are none.
///
/// What a script returns becomes a reply like any other: a number loses its fraction (`3.9` is 3), `true` is 1, `false`
/// and `nil` are no value, a table is a list that ends before its first `nil`. Return text to keep a fraction.
///
/// A script runs alone: nothing else is served until it ends. What a client forgets (a timeout, a dropped future) goes on
/// in the server; see [`script_kill`](Self::script_kill).
pub trait ScriptCommands: Executor {
    /// Runs the script `script`.
    ///
    /// Sends [`EVAL`](https://redis.io/docs/latest/commands/eval/). Replies with what the script returns. Since Redis 2.6.
    fn eval<V: FromReply>(self, script: impl ToArg, keys: impl ToArgs, args: impl ToArgs) -> Self::Output<V> {
        self.run(call("EVAL", script, keys, args).returns())
    }

    /// Runs the script `script`, which must not write: the server holds it to that, and so it may run on a replica and
    /// be sent again.
    ///
    /// Sends [`EVAL_RO`](https://redis.io/docs/latest/commands/eval_ro/). Replies with what the script returns. Since
    /// Redis 7.0.
    fn eval_ro<V: FromReply>(self, script: impl ToArg, keys: impl ToArgs, args: impl ToArgs) -> Self::Output<V> {
        self.run(call("EVAL_RO", script, keys, args).read_only().returns())
    }

    /// Runs the script whose SHA-1 digest is `sha1`, 40 hexadecimal digits, if the server remembers it.
    ///
    /// Sends [`EVALSHA`](https://redis.io/docs/latest/commands/evalsha/). Replies with what the script returns. Fails with
    /// `NOSCRIPT` if the server does not know the script, which may happen at any time. Since Redis 2.6.
    fn evalsha<V: FromReply>(self, sha1: impl ToArg, keys: impl ToArgs, args: impl ToArgs) -> Self::Output<V> {
        self.run(call("EVALSHA", sha1, keys, args).returns())
    }

    /// Runs the script whose SHA-1 digest is `sha1`, which must not write: the server holds it to that, and so it may run
    /// on a replica and be sent again.
    ///
    /// Sends [`EVALSHA_RO`](https://redis.io/docs/latest/commands/evalsha_ro/). Replies with what the script returns. Fails
    /// with `NOSCRIPT` if the server does not know the script. Since Redis 7.0.
    fn evalsha_ro<V: FromReply>(self, sha1: impl ToArg, keys: impl ToArgs, args: impl ToArgs) -> Self::Output<V> {
        self.run(call("EVALSHA_RO", sha1, keys, args).read_only().returns())
    }

    /// Has the server remember a script without running it, until it restarts or its scripts are flushed.
    ///
    /// Sends [`SCRIPT LOAD`](https://redis.io/docs/latest/commands/script-load/). Replies with the script's SHA-1 digest,
    /// 40 hexadecimal digits. Fails if the script does not compile. Since Redis 2.6.
    fn script_load(self, script: impl ToArg) -> Self::Output<String> {
        self.run(cmd("SCRIPT LOAD").idempotent().arg(script).returns())
    }

    /// Which of the scripts with these digests the server remembers.
    ///
    /// Sends [`SCRIPT EXISTS`](https://redis.io/docs/latest/commands/script-exists/). Replies with one truth for each
    /// digest, in their order. No digest at all is refused. Since Redis 2.6.
    fn script_exists(self, sha1s: impl ToArgs) -> Self::Output<Vec<bool>> {
        self.run(cmd("SCRIPT EXISTS").idempotent().args(sha1s, "digest").returns())
    }

    /// Has the server forget all scripts, in the way that `lazyfree-lazy-user-flush` of its configuration says.
    ///
    /// Sends [`SCRIPT FLUSH`](https://redis.io/docs/latest/commands/script-flush/). True, always. Since Redis 2.6.
    fn script_flush(self) -> Self::Output<bool> {
        self.run(cmd("SCRIPT FLUSH").idempotent().returns())
    }

    /// Has the server forget all scripts, in the way that `mode` says.
    ///
    /// Sends [`SCRIPT FLUSH`](https://redis.io/docs/latest/commands/script-flush/) with `ASYNC` or `SYNC`. True, always.
    /// Since Redis 6.2.
    fn script_flush_with(self, mode: FlushMode) -> Self::Output<bool> {
        self.run(cmd("SCRIPT FLUSH").idempotent().arg(mode.word()).returns())
    }

    /// Ends the script that runs now, as long as it has not written anything.
    ///
    /// Sends [`SCRIPT KILL`](https://redis.io/docs/latest/commands/script-kill/). True, always: fails with `NOTBUSY` if
    /// none runs and with `UNKILLABLE` if it has written. Since Redis 2.6.
    fn script_kill(self) -> Self::Output<bool> {
        self.run(cmd("SCRIPT KILL").returns())
    }

    /// The source of a script that the server remembers.
    ///
    /// Sends [`SCRIPT SHOW`](https://valkey.io/commands/script-show/). Fails with `NOSCRIPT` if the server does not know
    /// the script. Since Valkey 8.0; Redis does not have it.
    fn script_show<V: FromReply>(self, sha1: impl ToArg) -> Self::Output<V> {
        self.run(cmd("SCRIPT SHOW").idempotent().arg(sha1).returns())
    }

    /// The server's own help on `SCRIPT`, line by line.
    ///
    /// Sends [`SCRIPT HELP`](https://redis.io/docs/latest/commands/script-help/). Since Redis 5.0.
    fn script_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("SCRIPT HELP").idempotent().returns())
    }
}

impl<E: Executor> ScriptCommands for E {}
