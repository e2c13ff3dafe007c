//! Sentinels: what they know of the masters they watch, and what they are told to do.

mod options;
mod replies;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::command::{Executor, cmd};
use crate::resp::{ToArg, ToArgs};

pub use options::{SentinelSetOptions, SimulatedFailure};
pub use replies::{
    CachedInfo, InstanceFlags, PendingScript, SentinelMaster, SentinelPeer, SentinelReplica, SentinelVerdict,
};

use replies::durations;

/// Commands of Redis Sentinel: for a client that is connected to a sentinel, not to a server with data.
///
/// To find the master of a service and talk to it no command is needed: see
/// [`blocking::Sentinel`](crate::blocking::Sentinel) and its siblings, and `redis+sentinel://` in [`Config`](crate::Config).
/// A sentinel executes nothing but these commands, PING, INFO, ROLE, SUBSCRIBE and a few more.
///
/// The name of a master is the one under which it is monitored (`sentinel monitor NAME ..`); commands about a name that
/// the sentinel does not know fail with `ERR No such master with that name`, unless they say otherwise.
pub trait SentinelCommands: Executor {
    /// What the sentinel knows of all masters it watches.
    ///
    /// Sends [`SENTINEL MASTERS`](https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/). Since Redis
    /// 2.8.
    fn sentinel_masters(self) -> Self::Output<Vec<SentinelMaster>> {
        self.run(cmd("SENTINEL MASTERS").idempotent().returns())
    }

    /// What the sentinel knows of one master.
    ///
    /// Sends `SENTINEL MASTER`. Since Redis 2.8.
    fn sentinel_master(self, name: impl ToArg) -> Self::Output<SentinelMaster> {
        self.run(cmd("SENTINEL MASTER").idempotent().arg(name).returns())
    }

    /// What the sentinel knows of the replicas of a master, those included that cannot be reached.
    ///
    /// Sends `SENTINEL REPLICAS`. Since Redis 5.0.
    fn sentinel_replicas(self, name: impl ToArg) -> Self::Output<Vec<SentinelReplica>> {
        self.run(cmd("SENTINEL REPLICAS").idempotent().arg(name).returns())
    }

    /// The same as [`sentinel_replicas`](SentinelCommands::sentinel_replicas) by the name that older sentinels know too.
    ///
    /// Sends `SENTINEL SLAVES`. Since Redis 2.8.
    fn sentinel_slaves(self, name: impl ToArg) -> Self::Output<Vec<SentinelReplica>> {
        self.run(cmd("SENTINEL SLAVES").idempotent().arg(name).returns())
    }

    /// What the sentinel knows of the other sentinels that watch the same master.
    ///
    /// Sends `SENTINEL SENTINELS`. Since Redis 2.8.
    fn sentinel_sentinels(self, name: impl ToArg) -> Self::Output<Vec<SentinelPeer>> {
        self.run(cmd("SENTINEL SENTINELS").idempotent().arg(name).returns())
    }

    /// Where the master is: its address (or its name, if the sentinels announce names) and its port. While a failover is
    /// under way this is the promoted replica as soon as there is one.
    ///
    /// Sends `SENTINEL GET-MASTER-ADDR-BY-NAME`. `None` when the sentinel watches no master of that name. A port beyond
    /// 65535 is a decode error. Since Redis 2.8.
    fn sentinel_get_master_addr_by_name(self, name: impl ToArg) -> Self::Output<Option<(String, u16)>> {
        let request = cmd("SENTINEL GET-MASTER-ADDR-BY-NAME").idempotent().arg(name);
        self.run(request.returns())
    }

    /// Asks whether enough sentinels can be reached to agree that the master is down, and to elect one of them for the
    /// failover.
    ///
    /// Sends `SENTINEL CKQUORUM`. Replies with the sentence of the sentinel; if there are not enough, that is an error with
    /// the code `NOQUORUM`. Since Redis 2.8.
    fn sentinel_ckquorum(self, name: impl ToArg) -> Self::Output<String> {
        self.run(cmd("SENTINEL CKQUORUM").idempotent().arg(name).returns())
    }

    /// Starts a failover as if the master were not reachable, without asking the other sentinels. What the old master
    /// accepts until it is told may be lost.
    ///
    /// Sends `SENTINEL FAILOVER`. True, always; that it has begun, not that it is over. Fails with `NOGOODSLAVE` when
    /// there is no replica to promote, and with `INPROG` when a failover is under way. Since Redis 2.8.
    fn sentinel_failover(self, name: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SENTINEL FAILOVER").arg(name).returns())
    }

    /// Starts a failover in which the old master hands over: it pauses writes until the replica has everything, so that
    /// nothing is lost.
    ///
    /// Sends `SENTINEL FAILOVER` with `COORDINATED`. True, always; that it has begun, not that it is over. Since Valkey 9.0.
    fn sentinel_failover_coordinated(self, name: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SENTINEL FAILOVER").arg(name).arg("COORDINATED").returns())
    }

    /// Has the sentinel write its configuration file anew, with what it knows now.
    ///
    /// Sends `SENTINEL FLUSHCONFIG`. True, always. Since Redis 2.8.
    fn sentinel_flushconfig(self) -> Self::Output<bool> {
        self.run(cmd("SENTINEL FLUSHCONFIG").idempotent().returns())
    }

    /// Has the sentinel watch a master from now on: its name, its address, and how many sentinels must agree that it is
    /// down.
    ///
    /// Sends `SENTINEL MONITOR`. True, always. Names in place of addresses are refused unless the sentinel resolves them
    /// (`resolve-hostnames`). Since Redis 2.8.
    fn sentinel_monitor(self, name: impl ToArg, ip: impl ToArg, port: u16, quorum: u64) -> Self::Output<bool> {
        let mut request = cmd("SENTINEL MONITOR").arg(name).arg(ip).arg(port).arg(quorum);
        if port == 0 {
            request = request.refuse("the port must not be 0");
        }
        if quorum == 0 {
            request = request.refuse("the quorum must be at least 1");
        }
        self.run(request.returns())
    }

    /// Has the sentinel forget a master.
    ///
    /// Sends `SENTINEL REMOVE`. True, always. Since Redis 2.8.
    fn sentinel_remove(self, name: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("SENTINEL REMOVE").arg(name).returns())
    }

    /// Has the sentinel forget what it knows of the masters whose names match a glob-style pattern: replicas, other
    /// sentinels and failovers under way. It finds them anew.
    ///
    /// Sends `SENTINEL RESET`. Replies with how many masters there are of such a name. Since Redis 2.8.
    fn sentinel_reset(self, pattern: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("SENTINEL RESET").arg(pattern).returns())
    }

    /// Changes settings of one master on this sentinel; the others are not told.
    ///
    /// Sends `SENTINEL SET`. True, always. Its arguments are never printed, for passwords are among them. Since Redis 2.8.
    fn sentinel_set(self, name: impl ToArg, options: SentinelSetOptions) -> Self::Output<bool> {
        self.run(options.write(cmd("SENTINEL SET").idempotent().arg(name)).returns())
    }

    /// Settings of the sentinel as a whole, by one or (since Redis 7.2) several names or glob-style patterns.
    ///
    /// Sends `SENTINEL CONFIG GET`. Replies with names and values, empty when nothing matches. Since Redis 6.2.
    fn sentinel_config_get(self, parameters: impl ToArgs) -> Self::Output<BTreeMap<String, String>> {
        let request = cmd("SENTINEL CONFIG GET").idempotent();
        self.run(request.args(parameters, "parameter").returns())
    }

    /// Changes settings of the sentinel as a whole: one name and value or (since Redis 7.2) several.
    ///
    /// Sends `SENTINEL CONFIG SET`. True, always. Its arguments are never printed, for passwords are among them. Since
    /// Redis 6.2.
    fn sentinel_config_set(self, pairs: impl ToArgs) -> Self::Output<bool> {
        self.run(cmd("SENTINEL CONFIG SET").idempotent().pairs(pairs).returns())
    }

    /// The last output of INFO that the sentinel has of these masters and each of their replicas, the master first.
    ///
    /// Sends `SENTINEL INFO-CACHE`. Masters that the sentinel does not know are left out. Since Redis 3.2.
    fn sentinel_info_cache(self, names: impl ToArgs) -> Self::Output<BTreeMap<String, Vec<CachedInfo>>> {
        let request = cmd("SENTINEL INFO-CACHE").idempotent();
        self.run(request.args(names, "name of a master").returns())
    }

    /// The sentinel's own id: 40 hexadecimal digits.
    ///
    /// Sends `SENTINEL MYID`. Since Redis 6.2.
    fn sentinel_myid(self) -> Self::Output<String> {
        self.run(cmd("SENTINEL MYID").idempotent().returns())
    }

    /// Whether the sentinel takes the master at this address for down: what sentinels ask each other. With the `runid` of a
    /// sentinel it is also a request for a vote for that one in the epoch, with `*` it is not.
    ///
    /// Sends `SENTINEL IS-MASTER-DOWN-BY-ADDR`. An unknown address is not down. Since Redis 2.8.
    fn sentinel_is_master_down_by_addr(
        self,
        ip: impl ToArg,
        port: u16,
        current_epoch: u64,
        runid: impl ToArg,
    ) -> Self::Output<SentinelVerdict> {
        let request = cmd("SENTINEL IS-MASTER-DOWN-BY-ADDR").arg(ip).arg(port);
        self.run(request.arg(current_epoch).arg(runid).returns())
    }

    /// The scripts that the sentinel runs, or is about to run.
    ///
    /// Sends `SENTINEL PENDING-SCRIPTS`. Since Redis 2.8.
    fn sentinel_pending_scripts(self) -> Self::Output<Vec<PendingScript>> {
        self.run(cmd("SENTINEL PENDING-SCRIPTS").idempotent().returns())
    }

    /// How often the sentinel does what it does from time to time, and for how long it waits: names and times.
    ///
    /// Sends `SENTINEL DEBUG`. Since Redis 7.0.
    fn sentinel_debug(self) -> Self::Output<BTreeMap<String, Duration>> {
        self.run(cmd("SENTINEL DEBUG").idempotent().decoded_by(durations))
    }

    /// Changes one of the times that [`sentinel_debug`](SentinelCommands::sentinel_debug) shows, for tests; in whole
    /// milliseconds, at least one.
    ///
    /// Sends `SENTINEL DEBUG` with a parameter. True, always. Since Redis 7.0.
    fn sentinel_debug_set(self, parameter: impl ToArg, time: Duration) -> Self::Output<bool> {
        let mut request = cmd("SENTINEL DEBUG").idempotent().arg(parameter).milliseconds(time);
        if time.is_zero() {
            request = request.refuse("the time must be at least one millisecond");
        }
        self.run(request.returns())
    }

    /// Has the sentinel end itself in the middle of its next failover, for tests, in one or several places.
    ///
    /// Sends `SENTINEL SIMULATE-FAILURE`. True, always. Since Redis 3.2.
    fn sentinel_simulate_failure(self, failures: impl IntoIterator<Item = SimulatedFailure>) -> Self::Output<bool> {
        let words: Vec<&str> = failures.into_iter().map(SimulatedFailure::word).collect();
        self.run(cmd("SENTINEL SIMULATE-FAILURE").args(words, "failure").returns())
    }

    /// The server's own help on `SENTINEL`, line by line.
    ///
    /// Sends `SENTINEL HELP`. Since Redis 6.2.
    fn sentinel_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("SENTINEL HELP").idempotent().returns())
    }
}

impl<E: Executor> SentinelCommands for E {}

/// A time that the sentinel counts in milliseconds, below zero for none.
fn time(milliseconds: Option<i64>) -> Option<Duration> {
    let milliseconds = milliseconds.and_then(|milliseconds| u64::try_from(milliseconds).ok())?;
    Some(Duration::from_millis(milliseconds))
}
