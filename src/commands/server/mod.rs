//! The server and its databases.

mod info;
mod options;
mod replies;
#[cfg(test)]
mod tests;

use alloc::string::String;
use core::time::Duration;

pub use info::{CommandStats, DbStats, Info, InstanceRole, ReplicaLink, ServerMode};
pub use options::{FailoverOptions, FlushMode, LolwutOptions, ShutdownOptions};
pub use replies::{BackgroundJob, DebugObject, ReplicationLink, Role, RoleReplica};

use crate::command::{Executor, Flags, Request, Wait, cmd};
use crate::resp::{ToArg, ToArgs};

/// Commands on the server and on whole databases.
pub trait ServerCommands: Executor {
    /// How many keys the database has; those that expired but were not removed yet are counted.
    ///
    /// Sends [`DBSIZE`](https://redis.io/docs/latest/commands/dbsize/). Since Redis 1.0.
    fn dbsize(self) -> Self::Output<u64> {
        self.run(cmd("DBSIZE").read_only().returns())
    }

    /// The server's clock: the duration since the Unix epoch (1970-01-01 00:00 UTC), in microseconds.
    ///
    /// Sends [`TIME`](https://redis.io/docs/latest/commands/time/). Since Redis 2.6.
    fn time(self) -> Self::Output<Duration> {
        self.run(cmd("TIME").idempotent().decoded_by(replies::time))
    }

    /// What the server says of itself: version, memory, clients, replication, keys, ..
    ///
    /// Sends [`INFO`](https://redis.io/docs/latest/commands/info/). Replies with the sections of the server's choice; see
    /// [`Info`] for access to them. Since Redis 1.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let info = client.info()?;
    /// assert!(info.connected_clients() >= Some(1));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn info(self) -> Self::Output<Info> {
        self.run(cmd("INFO").idempotent().returns())
    }

    /// The named sections of what the server says of itself: `"server"`, `["commandstats", "errorstats"]`, or
    /// `"everything"`.
    ///
    /// Sends [`INFO`](https://redis.io/docs/latest/commands/info/). Sections that the server does not know are left out.
    /// Several sections since Redis 7.0.
    fn info_with(self, sections: impl ToArgs) -> Self::Output<Info> {
        self.run(cmd("INFO").idempotent().arg(sections).returns())
    }

    /// Removes every key of the database, in the way that `lazyfree-lazy-user-flush` of the server's configuration says.
    ///
    /// Sends [`FLUSHDB`](https://redis.io/docs/latest/commands/flushdb/). True, always. Since Redis 1.0.
    fn flushdb(self) -> Self::Output<bool> {
        self.run(cmd("FLUSHDB").returns())
    }

    /// Removes every key of the database, in the way that `mode` says.
    ///
    /// Sends [`FLUSHDB`](https://redis.io/docs/latest/commands/flushdb/) with `ASYNC` or `SYNC`. True, always.
    fn flushdb_with(self, mode: FlushMode) -> Self::Output<bool> {
        self.run(cmd("FLUSHDB").arg(mode.word()).returns())
    }

    /// Removes every key of every database, in the way that `lazyfree-lazy-user-flush` of the server's configuration
    /// says.
    ///
    /// Sends [`FLUSHALL`](https://redis.io/docs/latest/commands/flushall/). True, always. Since Redis 1.0.
    fn flushall(self) -> Self::Output<bool> {
        self.run(cmd("FLUSHALL").returns())
    }

    /// Removes every key of every database, in the way that `mode` says.
    ///
    /// Sends [`FLUSHALL`](https://redis.io/docs/latest/commands/flushall/) with `ASYNC` or `SYNC`. True, always.
    fn flushall_with(self, mode: FlushMode) -> Self::Output<bool> {
        self.run(cmd("FLUSHALL").arg(mode.word()).returns())
    }

    /// Exchanges two databases, so that whoever uses one of them sees the keys of the other at once.
    ///
    /// Sends [`SWAPDB`](https://redis.io/docs/latest/commands/swapdb/). True, always. Since Redis 4.0.
    fn swapdb(self, first: u32, second: u32) -> Self::Output<bool> {
        self.run(cmd("SWAPDB").arg(first).arg(second).returns())
    }

    /// Waits until `replicas` replicas have everything that was written on this connection before, or `timeout` is over;
    /// a timeout of zero waits for ever. Put it into a pipeline, behind the writes, so that it runs on their connection.
    ///
    /// Sends [`WAIT`](https://redis.io/docs/latest/commands/wait/); the timeout in whole milliseconds. Replies with the
    /// number of replicas that have everything, which may be less or more than asked for. Since Redis 3.0.
    fn wait(self, replicas: u64, timeout: Duration) -> Self::Output<u64> {
        let request = cmd("WAIT").arg(replicas).milliseconds(timeout);
        self.run(waiting(request, timeout).returns())
    }

    /// Waits until everything that was written on this connection before is in the append-only files of `local` servers
    /// (0 or 1: this one) and `replicas` replicas, or `timeout` is over; a timeout of zero waits for ever. Put it into a
    /// pipeline, behind the writes, so that it runs on their connection.
    ///
    /// Sends [`WAITAOF`](https://redis.io/docs/latest/commands/waitaof/); the timeout in whole milliseconds. Replies with
    /// how many files of this server (0 or 1) and how many of replicas have everything. Fails when `local` is 1 and the
    /// server keeps no append-only file. Since Redis 7.2.
    fn waitaof(self, local: u64, replicas: u64, timeout: Duration) -> Self::Output<(u64, u64)> {
        let request = cmd("WAITAOF").arg(local).arg(replicas).milliseconds(timeout);
        self.run(waiting(request, timeout).returns())
    }

    /// Writes a snapshot. The server does nothing else meanwhile; [`bgsave`](ServerCommands::bgsave) lets it go on.
    ///
    /// Sends [`SAVE`](https://redis.io/docs/latest/commands/save/). True, always: an error if a snapshot is being written
    /// in the background, or cannot be written. Since Redis 1.0.
    fn save(self) -> Self::Output<bool> {
        self.run(cmd("SAVE").returns())
    }

    /// Begins to write a snapshot in the background; [`lastsave`](ServerCommands::lastsave) tells when it is done.
    ///
    /// Sends [`BGSAVE`](https://redis.io/docs/latest/commands/bgsave/). An error if something is being written already.
    /// Since Redis 1.0.
    fn bgsave(self) -> Self::Output<BackgroundJob> {
        self.run(cmd("BGSAVE").returns())
    }

    /// The same; if the append-only file is being rewritten, once that is done.
    ///
    /// Sends [`BGSAVE`](https://redis.io/docs/latest/commands/bgsave/) with `SCHEDULE`. Since Redis 3.2.2.
    fn bgsave_schedule(self) -> Self::Output<BackgroundJob> {
        self.run(cmd("BGSAVE").arg("SCHEDULE").returns())
    }

    /// Gives up the snapshot that is being written in the background, or scheduled.
    ///
    /// Sends [`BGSAVE`](https://valkey.io/commands/bgsave/) with `CANCEL`. True, always: an error if there is none. Since
    /// Valkey 8.1.
    fn bgsave_cancel(self) -> Self::Output<bool> {
        self.run(cmd("BGSAVE").arg("CANCEL").decoded_by(replies::cancelled))
    }

    /// Begins to rewrite the append-only file in the background, so that it gets shorter; once the present job is done, if
    /// something is being written.
    ///
    /// Sends [`BGREWRITEAOF`](https://redis.io/docs/latest/commands/bgrewriteaof/). Since Redis 1.0.
    fn bgrewriteaof(self) -> Self::Output<BackgroundJob> {
        self.run(cmd("BGREWRITEAOF").returns())
    }

    /// When the last snapshot was completed, or the server started: the duration since the Unix epoch. `None` if the
    /// server says that it never was.
    ///
    /// Sends [`LASTSAVE`](https://redis.io/docs/latest/commands/lastsave/). Replies in whole seconds. Since Redis 1.0.
    fn lastsave(self) -> Self::Output<Option<Duration>> {
        self.run(cmd("LASTSAVE").idempotent().decoded_by(replies::last_save))
    }

    /// Ends the server, as its configuration says.
    ///
    /// Sends [`SHUTDOWN`](https://redis.io/docs/latest/commands/shutdown/). The end of the connection is the success; a
    /// reply is the error why the server goes on. It is never sent twice, not even if it is unknown what became of it, so
    /// that it does not end a server which was started again. The response time-out must leave time for the snapshot and
    /// for replicas that lag behind. Since Redis 1.0.
    fn shutdown(self) -> Self::Output<()> {
        self.shutdown_with(ShutdownOptions::new())
    }

    /// Ends the server, as `options` say.
    ///
    /// Sends [`SHUTDOWN`](https://redis.io/docs/latest/commands/shutdown/); see
    /// [`shutdown`](ServerCommands::shutdown) for what comes of it.
    fn shutdown_with(self, options: ShutdownOptions) -> Self::Output<()> {
        let request = options.write(cmd("SHUTDOWN").flags(Flags::CLOSES));
        self.run(request.decoded_by(replies::end_of_connection))
    }

    /// Gives up a shutdown that waits for replicas.
    ///
    /// Sends [`SHUTDOWN`](https://redis.io/docs/latest/commands/shutdown/) with `ABORT`. True, always: an error if none is
    /// going on. Since Redis 7.0.
    fn shutdown_abort(self) -> Self::Output<bool> {
        self.run(cmd("SHUTDOWN").arg("ABORT").returns())
    }

    /// What the server is to others: master, replica or sentinel.
    ///
    /// Sends [`ROLE`](https://redis.io/docs/latest/commands/role/). Since Redis 2.8.12.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// match client.role()? {
    ///     Role::Master { replicas, .. } => assert!(replicas.is_empty()),
    ///     other => panic!("{other:?}"),
    /// }
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn role(self) -> Self::Output<Role> {
        self.run(cmd("ROLE").idempotent().returns())
    }

    /// Makes the server follow another one; its own keys are lost. For nodes of a cluster there is
    /// `CLUSTER REPLICATE`.
    ///
    /// Sends [`REPLICAOF`](https://redis.io/docs/latest/commands/replicaof/). True, always, also if it follows that one
    /// already. Since Redis 5.0.
    #[doc(alias = "slaveof")]
    fn replicaof(self, host: impl ToArg, port: u16) -> Self::Output<bool> {
        let request = cmd("REPLICAOF").arg(host).arg(port);
        self.run(request.decoded_by(replies::ok_and_more))
    }

    /// Makes the server a master; it keeps the keys that it has.
    ///
    /// Sends [`REPLICAOF`](https://redis.io/docs/latest/commands/replicaof/) `NO ONE`. True, always. Since Redis 5.0.
    #[doc(alias = "slaveof")]
    fn replicaof_no_one(self) -> Self::Output<bool> {
        let request = cmd("REPLICAOF").arg(("NO", "ONE"));
        self.run(request.decoded_by(replies::ok_and_more))
    }

    /// Begins to change places with a replica: the server stops taking writes, waits until one is in step, and follows
    /// it. For nodes of a cluster there is `CLUSTER FAILOVER`.
    ///
    /// Sends [`FAILOVER`](https://redis.io/docs/latest/commands/failover/). True as soon as it has begun;
    /// [`role`](ServerCommands::role) and `master_failover_state` of [`info`](ServerCommands::info) tell how far it is.
    /// Since Redis 6.2.
    fn failover(self) -> Self::Output<bool> {
        self.failover_with(FailoverOptions::new())
    }

    /// Begins to change places with a replica, as `options` say.
    ///
    /// Sends [`FAILOVER`](https://redis.io/docs/latest/commands/failover/); the time in whole milliseconds. True as soon
    /// as it has begun. Since Redis 6.2.
    fn failover_with(self, options: FailoverOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("FAILOVER")).returns())
    }

    /// Gives up a failover that is going on.
    ///
    /// Sends [`FAILOVER`](https://redis.io/docs/latest/commands/failover/) with `ABORT`. True, always: an error if none is
    /// going on. Since Redis 6.2.
    fn failover_abort(self) -> Self::Output<bool> {
        self.run(cmd("FAILOVER").arg("ABORT").returns())
    }

    /// A picture made by the server, and its version.
    ///
    /// Sends [`LOLWUT`](https://redis.io/docs/latest/commands/lolwut/). Since Redis 5.0.
    fn lolwut(self) -> Self::Output<String> {
        self.lolwut_with(LolwutOptions::new())
    }

    /// A picture made by the server, as `options` say.
    ///
    /// Sends [`LOLWUT`](https://redis.io/docs/latest/commands/lolwut/). Since Redis 5.0.
    fn lolwut_with(self, options: LolwutOptions) -> Self::Output<String> {
        self.run(options.write(cmd("LOLWUT").read_only()).returns())
    }

    /// How the server keeps the value of `key`.
    ///
    /// Sends `DEBUG OBJECT`, for the developers of servers: from version 7.0 on the server refuses it unless its
    /// `enable-debug-command` says otherwise. An error (`ERR no such key`) if there is no such key. Since Redis 1.0.
    fn debug_object(self, key: impl ToArg) -> Self::Output<DebugObject> {
        self.run(cmd("DEBUG OBJECT").idempotent().key(key).returns())
    }

    /// Keeps the server from doing anything for a while, as a test of what clients make of it.
    ///
    /// Sends `DEBUG SLEEP`; the time in seconds and fractions. True, always. Refused by servers as
    /// [`debug_object`](ServerCommands::debug_object) is. Since Redis 2.2.12.
    fn debug_sleep(self, duration: Duration) -> Self::Output<bool> {
        let request = cmd("DEBUG SLEEP")
            .arg(duration.as_secs_f64())
            .blocks(Wait::For(duration));
        self.run(request.returns())
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
