//! The server and its databases.

use core::time::Duration;

use crate::command::{Executor, Request, Wait, cmd};
use crate::resp::{DecodeError, FromReply, Reply};

/// How the memory of removed keys is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlushMode {
    /// In the background. Since Redis 4.0.
    Async,
    /// Before the server answers. Since Redis 6.2.
    Sync,
}

impl FlushMode {
    pub(super) fn word(self) -> &'static str {
        match self {
            FlushMode::Async => "ASYNC",
            FlushMode::Sync => "SYNC",
        }
    }
}

/// Commands on the server and on whole databases.
pub trait ServerCommands: Executor {
    /// How many keys the database has; those that expired but were not removed yet are counted.
    ///
    /// Sends `DBSIZE`. Since Redis 1.0.
    fn dbsize(self) -> Self::Output<u64> {
        self.run(cmd("DBSIZE").read_only().returns())
    }

    /// The server's clock: the duration since the Unix epoch (1970-01-01 00:00 UTC), in microseconds.
    ///
    /// Sends `TIME`. Since Redis 2.6.
    fn time(self) -> Self::Output<Duration> {
        self.run(cmd("TIME").idempotent().decoded_by(time))
    }

    /// Removes every key of the database, in the way that `lazyfree-lazy-user-flush` of the server's configuration says.
    ///
    /// Sends `FLUSHDB`. True, always. Since Redis 1.0.
    fn flushdb(self) -> Self::Output<bool> {
        self.run(cmd("FLUSHDB").returns())
    }

    /// Removes every key of the database, in the way that `mode` says.
    ///
    /// Sends `FLUSHDB` with `ASYNC` or `SYNC`. True, always.
    fn flushdb_with(self, mode: FlushMode) -> Self::Output<bool> {
        self.run(cmd("FLUSHDB").arg(mode.word()).returns())
    }

    /// Removes every key of every database, in the way that `lazyfree-lazy-user-flush` of the server's configuration
    /// says.
    ///
    /// Sends `FLUSHALL`. True, always. Since Redis 1.0.
    fn flushall(self) -> Self::Output<bool> {
        self.run(cmd("FLUSHALL").returns())
    }

    /// Removes every key of every database, in the way that `mode` says.
    ///
    /// Sends `FLUSHALL` with `ASYNC` or `SYNC`. True, always.
    fn flushall_with(self, mode: FlushMode) -> Self::Output<bool> {
        self.run(cmd("FLUSHALL").arg(mode.word()).returns())
    }

    /// Exchanges two databases, so that whoever uses one of them sees the keys of the other at once.
    ///
    /// Sends `SWAPDB`. True, always. Since Redis 4.0.
    fn swapdb(self, first: u32, second: u32) -> Self::Output<bool> {
        self.run(cmd("SWAPDB").arg(first).arg(second).returns())
    }

    /// Waits until `replicas` replicas have everything that was written on this connection before, or `timeout` is over;
    /// a timeout of zero waits for ever. Put it into a pipeline, behind the writes, so that it runs on their connection.
    ///
    /// Sends `WAIT`; the timeout in whole milliseconds. Replies with the number of replicas that have everything, which
    /// may be less or more than asked for. Since Redis 3.0.
    fn wait(self, replicas: u64, timeout: Duration) -> Self::Output<u64> {
        let request = cmd("WAIT").arg(replicas).milliseconds(timeout);
        self.run(waiting(request, timeout).returns())
    }

    /// Waits until everything that was written on this connection before is in the append-only files of `local` servers
    /// (0 or 1: this one) and `replicas` replicas, or `timeout` is over; a timeout of zero waits for ever. Put it into a
    /// pipeline, behind the writes, so that it runs on their connection.
    ///
    /// Sends `WAITAOF`; the timeout in whole milliseconds. Replies with how many files of this server (0 or 1) and how
    /// many of replicas have everything. Fails when `local` is 1 and the server keeps no append-only file. Since Redis
    /// 7.2.
    fn waitaof(self, local: u64, replicas: u64, timeout: Duration) -> Self::Output<(u64, u64)> {
        let request = cmd("WAITAOF").arg(local).arg(replicas).milliseconds(timeout);
        self.run(waiting(request, timeout).returns())
    }

    /// How many commands the server knows.
    ///
    /// Sends `COMMAND COUNT`. Since Redis 2.8.13.
    fn command_count(self) -> Self::Output<u64> {
        self.run(cmd("COMMAND COUNT").idempotent().returns())
    }
}

impl<E: Executor> ServerCommands for E {}

fn waiting(request: Request, timeout: Duration) -> Request {
    request.blocks(if timeout.is_zero() {
        Wait::Forever
    } else {
        Wait::For(timeout)
    })
}

/// Seconds and microseconds.
fn time(reply: Reply) -> Result<Duration, DecodeError> {
    let (seconds, micros): (u64, u64) = FromReply::from_owned(reply)?;
    Ok(Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros)))
}
