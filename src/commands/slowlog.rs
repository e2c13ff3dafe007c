//! Commands that took long, or were large.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;

use super::elements::Elements;
use crate::command::{Executor, cmd};
use crate::resp::{DecodeError, FromReply, ReplyRef, Seconds, Value};

/// Commands on the log of slow commands.
///
/// What counts as slow, `slowlog-log-slower-than` of the server's configuration says.
pub trait SlowlogCommands: Executor {
    /// The last ten commands that were slow, the last one first.
    ///
    /// Sends [`SLOWLOG GET`](https://redis.io/docs/latest/commands/slowlog-get/). Since Redis 2.2.12.
    fn slowlog_get(self) -> Self::Output<Vec<SlowlogEntry>> {
        self.run(cmd("SLOWLOG GET").idempotent().returns())
    }

    /// The last commands that were slow, as many as `count` says, the last one first.
    ///
    /// Sends [`SLOWLOG GET`](https://redis.io/docs/latest/commands/slowlog-get/). Since Redis 2.2.12, all of them since 7.0.
    fn slowlog_get_with(self, count: LogCount) -> Self::Output<Vec<SlowlogEntry>> {
        self.run(cmd("SLOWLOG GET").idempotent().arg(count.number()).returns())
    }

    /// How many commands are in the log.
    ///
    /// Sends [`SLOWLOG LEN`](https://redis.io/docs/latest/commands/slowlog-len/). Since Redis 2.2.12.
    fn slowlog_len(self) -> Self::Output<u64> {
        self.run(cmd("SLOWLOG LEN").idempotent().returns())
    }

    /// Empties the log.
    ///
    /// Sends [`SLOWLOG RESET`](https://redis.io/docs/latest/commands/slowlog-reset/). True, always. Since Redis 2.2.12.
    fn slowlog_reset(self) -> Self::Output<bool> {
        self.run(cmd("SLOWLOG RESET").returns())
    }

    /// The server's own help on `SLOWLOG`, line by line.
    ///
    /// Sends [`SLOWLOG HELP`](https://redis.io/docs/latest/commands/slowlog-help/). Since Redis 6.2.
    fn slowlog_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("SLOWLOG HELP").idempotent().returns())
    }
}

impl<E: Executor> SlowlogCommands for E {}

/// Commands on the logs that Valkey keeps of slow and of large commands. Since Valkey 8.1.
pub trait CommandlogCommands: Executor {
    /// The last commands of one of the logs, as many as `count` says, the last one first.
    ///
    /// Sends [`COMMANDLOG GET`](https://valkey.io/commands/commandlog-get/). Since Valkey 8.1.
    fn commandlog_get(self, count: LogCount, log: CommandlogType) -> Self::Output<Vec<CommandlogEntry>> {
        let request = cmd("COMMANDLOG GET").idempotent().arg(count.number()).arg(log.word());
        self.run(request.returns())
    }

    /// How many commands are in one of the logs.
    ///
    /// Sends [`COMMANDLOG LEN`](https://valkey.io/commands/commandlog-len/). Since Valkey 8.1.
    fn commandlog_len(self, log: CommandlogType) -> Self::Output<u64> {
        self.run(cmd("COMMANDLOG LEN").idempotent().arg(log.word()).returns())
    }

    /// Empties one of the logs.
    ///
    /// Sends [`COMMANDLOG RESET`](https://valkey.io/commands/commandlog-reset/). True, always. Since Valkey 8.1.
    fn commandlog_reset(self, log: CommandlogType) -> Self::Output<bool> {
        self.run(cmd("COMMANDLOG RESET").arg(log.word()).returns())
    }

    /// The server's own help on `COMMANDLOG`, line by line.
    ///
    /// Sends [`COMMANDLOG HELP`](https://valkey.io/commands/commandlog-help/). Since Valkey 8.1.
    fn commandlog_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("COMMANDLOG HELP").idempotent().returns())
    }
}

impl<E: Executor> CommandlogCommands for E {}

/// How many entries of a log are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogCount {
    /// At most so many.
    Last(u32),
    /// All there are.
    All,
}

impl LogCount {
    fn number(self) -> i64 {
        match self {
            LogCount::Last(count) => i64::from(count),
            LogCount::All => -1,
        }
    }
}

/// What a log of [`CommandlogCommands`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CommandlogType {
    /// Commands that took long; the same log as that of [`SlowlogCommands`].
    Slow,
    /// Commands with large requests.
    LargeRequest,
    /// Commands with large replies.
    LargeReply,
}

impl CommandlogType {
    fn word(self) -> &'static str {
        match self {
            CommandlogType::Slow => "slow",
            CommandlogType::LargeRequest => "large-request",
            CommandlogType::LargeReply => "large-reply",
        }
    }
}

/// A command that took long.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SlowlogEntry {
    /// A number that no other entry has while the server runs.
    pub id: u64,
    /// When the command ran: the duration since the Unix epoch, in whole seconds.
    pub at: Duration,
    /// For how long it ran, in microseconds.
    pub duration: Duration,
    /// The command and its arguments. The server cuts long ones short, keeps no more than 32 of them, and hides passwords.
    pub arguments: Vec<Bytes>,
    /// The address and port of the client. `None` before Redis 4.0.
    pub client_address: Option<String>,
    /// The name of the client, empty if it has none. `None` before Redis 4.0.
    pub client_name: Option<String>,
    /// What else the server says, in its order.
    pub other: Vec<Value>,
}

/// A command that took long, or was large.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CommandlogEntry {
    /// A number that no other entry of the log has while the server runs.
    pub id: u64,
    /// When the command ran: the duration since the Unix epoch, in whole seconds.
    pub at: Duration,
    /// For how long it ran, in microseconds, or how large its request or its reply was, in bytes: what the log is about.
    pub value: u64,
    /// The command and its arguments. The server cuts long ones short, keeps no more than 32 of them, and hides passwords.
    pub arguments: Vec<Bytes>,
    /// The address and port of the client.
    pub client_address: Option<String>,
    /// The name of the client, empty if it has none.
    pub client_name: Option<String>,
    /// What else the server says, in its order.
    pub other: Vec<Value>,
}

impl FromReply for CommandlogEntry {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut elements = Elements::of(reply, "entry of a log of commands")?;
        Ok(CommandlogEntry {
            id: elements.take()?,
            at: elements.take().map(|Seconds(at)| at)?,
            value: elements.take()?,
            arguments: elements.take()?,
            client_address: elements.optional()?,
            client_name: elements.optional()?,
            other: elements.rest(),
        })
    }
}

impl FromReply for SlowlogEntry {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let entry = CommandlogEntry::from_reply(reply)?;
        Ok(SlowlogEntry {
            id: entry.id,
            at: entry.at,
            duration: Duration::from_micros(entry.value),
            arguments: entry.arguments,
            client_address: entry.client_address,
            client_name: entry.client_name,
            other: entry.other,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

    use alloc::string::ToString;

    use super::*;
    use crate::commands::testing::parse;

    #[test]
    fn entries_old_and_new() {
        let entries: Vec<SlowlogEntry> = parse(
            b"*3\r\n*6\r\n:14\r\n:1309448221\r\n:15\r\n*2\r\n$3\r\nGET\r\n$2\r\n\xff \r\n$15\r\n127.0.0.1:58217\r\n$0\r\n\r\n\
              *4\r\n:13\r\n:1309448128\r\n:30\r\n*1\r\n$4\r\nPING\r\n\
              *7\r\n:12\r\n:1309448127\r\n:1000001\r\n*0\r\n$6\r\n::1:42\r\n$6\r\nworker\r\n:3\r\n",
        )
        .decode()
        .unwrap();
        let [now, old, new] = entries.as_slice() else {
            panic!("{entries:?}")
        };
        assert_eq!((now.id, now.at), (14, Duration::from_secs(1_309_448_221)));
        assert_eq!(now.duration, Duration::from_micros(15));
        assert_eq!(now.arguments, [&b"GET"[..], &b"\xff "[..]]);
        assert_eq!(now.client_address.as_deref(), Some("127.0.0.1:58217"));
        assert_eq!(now.client_name.as_deref(), Some(""));
        assert_eq!((&old.client_address, &old.client_name), (&None, &None));
        assert_eq!(
            (new.duration, new.client_name.as_deref()),
            (Duration::from_micros(1_000_001), Some("worker"))
        );
        assert_eq!(new.other, [Value::Integer(3)]);
    }

    #[test]
    fn entries_of_commandlog() {
        let entry: CommandlogEntry =
            parse(b"*6\r\n:1\r\n:1733300000\r\n:1048576\r\n*1\r\n$3\r\nSET\r\n$14\r\n127.0.0.1:5821\r\n$0\r\n\r\n")
                .decode()
                .unwrap();
        assert_eq!((entry.id, entry.value, entry.other.len()), (1, 1_048_576, 0));
    }

    #[test]
    fn entries_that_make_no_sense() {
        let error = |bytes| parse(bytes).decode::<SlowlogEntry>().unwrap_err().to_string();
        assert_eq!(
            error(b"*3\r\n:1\r\n:2\r\n:3\r\n"),
            "expected entry of a log of commands, found array of 3"
        );
        assert_eq!(
            error(b"*4\r\n:1\r\n:2\r\n:-3\r\n*0\r\n"),
            "expected u64, found integer -3 at [2]"
        );
        assert_eq!(error(b":1\r\n"), "expected entry of a log of commands, found integer 1");
    }
}
