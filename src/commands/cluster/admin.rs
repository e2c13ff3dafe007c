//! Putting a cluster together.

use core::ops::RangeInclusive;

use super::options::{BumpedEpoch, ClusterFailover, ClusterReset, SetSlot, bumped};
use super::slots::{range_args, slot_arg, slot_args};
use crate::command::{Executor, cmd};
use crate::commands::FlushMode;
use crate::resp::ToArg;

/// Commands that change a cluster. Each works on the node that runs it; what others must know, it tells them by and by.
pub trait ClusterAdminCommands: Executor {
    /// Has the node serve these slots, which no node may serve yet.
    ///
    /// Sends [`CLUSTER ADDSLOTS`](https://redis.io/docs/latest/commands/cluster-addslots/). True, always. No slot at all and slots above 16383 are refused. Since Redis 3.0.
    fn cluster_addslots(self, slots: impl IntoIterator<Item = u16>) -> Self::Output<bool> {
        self.run(slot_args(cmd("CLUSTER ADDSLOTS"), slots).returns())
    }

    /// Has the node serve these ranges of slots, which no node may serve yet.
    ///
    /// Sends [`CLUSTER ADDSLOTSRANGE`](https://redis.io/docs/latest/commands/cluster-addslotsrange/). True, always. No range at all, an empty one and slots above 16383 are refused.
    /// Since Redis 7.0.
    fn cluster_addslotsrange(self, ranges: impl IntoIterator<Item = RangeInclusive<u16>>) -> Self::Output<bool> {
        self.run(range_args(cmd("CLUSTER ADDSLOTSRANGE"), ranges).returns())
    }

    /// Has the node forget who serves these slots.
    ///
    /// Sends [`CLUSTER DELSLOTS`](https://redis.io/docs/latest/commands/cluster-delslots/). True, always. No slot at all and slots above 16383 are refused. Since Redis 3.0.
    fn cluster_delslots(self, slots: impl IntoIterator<Item = u16>) -> Self::Output<bool> {
        self.run(slot_args(cmd("CLUSTER DELSLOTS"), slots).returns())
    }

    /// Has the node forget who serves these ranges of slots.
    ///
    /// Sends [`CLUSTER DELSLOTSRANGE`](https://redis.io/docs/latest/commands/cluster-delslotsrange/). True, always. No range at all, an empty one and slots above 16383 are refused.
    /// Since Redis 7.0.
    fn cluster_delslotsrange(self, ranges: impl IntoIterator<Item = RangeInclusive<u16>>) -> Self::Output<bool> {
        self.run(range_args(cmd("CLUSTER DELSLOTSRANGE"), ranges).returns())
    }

    /// Has the node, which may have no keys, forget all slots.
    ///
    /// Sends [`CLUSTER FLUSHSLOTS`](https://redis.io/docs/latest/commands/cluster-flushslots/). True, always. Since Redis 3.0.
    fn cluster_flushslots(self) -> Self::Output<bool> {
        self.run(cmd("CLUSTER FLUSHSLOTS").returns())
    }

    /// Removes all keys of a slot.
    ///
    /// Sends [`CLUSTER FLUSHSLOT`](https://valkey.io/commands/cluster-flushslot/). True, always. A slot above 16383 is refused. Since Valkey 9.0; Redis does not
    /// have it.
    fn cluster_flushslot(self, slot: u16) -> Self::Output<bool> {
        self.run(slot_arg(cmd("CLUSTER FLUSHSLOT"), slot).returns())
    }

    /// Removes all keys of a slot, in the way that `mode` says.
    ///
    /// Sends [`CLUSTER FLUSHSLOT`](https://valkey.io/commands/cluster-flushslot/) with `ASYNC` or `SYNC`. True, always. A slot above 16383 is refused. Since Valkey
    /// 9.0; Redis does not have it.
    fn cluster_flushslot_with(self, slot: u16, mode: FlushMode) -> Self::Output<bool> {
        self.run(slot_arg(cmd("CLUSTER FLUSHSLOT"), slot).arg(mode.word()).returns())
    }

    /// Says who serves a slot, or that it is on its way from one node to another.
    ///
    /// Sends [`CLUSTER SETSLOT`](https://redis.io/docs/latest/commands/cluster-setslot/). True, always. A slot above 16383 is refused. Since Redis 3.0.
    fn cluster_setslot(self, slot: u16, state: SetSlot) -> Self::Output<bool> {
        self.run(state.write(slot_arg(cmd("CLUSTER SETSLOT"), slot)).returns())
    }

    /// Makes the node and the one at this address know each other, and so everybody else whom they know.
    ///
    /// Sends [`CLUSTER MEET`](https://redis.io/docs/latest/commands/cluster-meet/). True as soon as the node has begun to try. `ip` is an address, not a name. Since Redis
    /// 3.0.
    fn cluster_meet(self, ip: impl ToArg, port: u16) -> Self::Output<bool> {
        self.run(cmd("CLUSTER MEET").arg(ip).arg(port).returns())
    }

    /// As [`cluster_meet`](Self::cluster_meet), for a node whose bus is not at its port plus 10000.
    ///
    /// Sends [`CLUSTER MEET`](https://redis.io/docs/latest/commands/cluster-meet/) with the port of the bus. True as soon as the node has begun to try. Since Redis 4.0.
    fn cluster_meet_bus(self, ip: impl ToArg, port: u16, bus_port: u16) -> Self::Output<bool> {
        self.run(cmd("CLUSTER MEET").arg(ip).arg(port).arg(bus_port).returns())
    }

    /// Has the node forget another one, and not learn of it again for a minute.
    ///
    /// Sends [`CLUSTER FORGET`](https://redis.io/docs/latest/commands/cluster-forget/). True, always. Since Redis 3.0.
    fn cluster_forget(self, node_id: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("CLUSTER FORGET").arg(node_id).returns())
    }

    /// Makes the node a replica of this master.
    ///
    /// Sends [`CLUSTER REPLICATE`](https://redis.io/docs/latest/commands/cluster-replicate/). True, always: it is an error for a master that has keys or slots. Since Redis 3.0.
    fn cluster_replicate(self, node_id: impl ToArg) -> Self::Output<bool> {
        self.run(cmd("CLUSTER REPLICATE").arg(node_id).returns())
    }

    /// Makes the node a master without slots and without keys.
    ///
    /// Sends [`CLUSTER REPLICATE`](https://valkey.io/commands/cluster-replicate/) with `NO ONE`. True, always. Since Valkey 9.0; Redis does not have it.
    fn cluster_replicate_no_one(self) -> Self::Output<bool> {
        self.run(cmd("CLUSTER REPLICATE NO ONE").returns())
    }

    /// Has the node, a replica, take the place of its master, with the master's help.
    ///
    /// Sends [`CLUSTER FAILOVER`](https://redis.io/docs/latest/commands/cluster-failover/). True as soon as it has begun. Since Redis 3.0.
    fn cluster_failover(self) -> Self::Output<bool> {
        self.run(cmd("CLUSTER FAILOVER").returns())
    }

    /// Has the node, a replica, take the place of its master without the master's help.
    ///
    /// Sends [`CLUSTER FAILOVER`](https://redis.io/docs/latest/commands/cluster-failover/) with `FORCE` or `TAKEOVER`. True as soon as it has begun. Since Redis 3.0.
    fn cluster_failover_with(self, how: ClusterFailover) -> Self::Output<bool> {
        self.run(cmd("CLUSTER FAILOVER").arg(how.word()).returns())
    }

    /// Has the node leave its cluster: it forgets everybody, and a replica becomes an empty master. A master that has keys
    /// is an error.
    ///
    /// Sends [`CLUSTER RESET`](https://redis.io/docs/latest/commands/cluster-reset/) with `HARD` or `SOFT`. True, always. Since Redis 3.0.
    fn cluster_reset(self, how: ClusterReset) -> Self::Output<bool> {
        self.run(cmd("CLUSTER RESET").arg(how.word()).returns())
    }

    /// Writes the node's file about the cluster now.
    ///
    /// Sends [`CLUSTER SAVECONFIG`](https://redis.io/docs/latest/commands/cluster-saveconfig/). True, always. Since Redis 3.0.
    fn cluster_saveconfig(self) -> Self::Output<bool> {
        self.run(cmd("CLUSTER SAVECONFIG").returns())
    }

    /// Gives a new node its first epoch.
    ///
    /// Sends [`CLUSTER SET-CONFIG-EPOCH`](https://redis.io/docs/latest/commands/cluster-set-config-epoch/). True, always: it is an error for a node that knows others or has an epoch.
    /// Since Redis 3.0.
    fn cluster_set_config_epoch(self, epoch: u64) -> Self::Output<bool> {
        self.run(cmd("CLUSTER SET-CONFIG-EPOCH").arg(epoch).returns())
    }

    /// Makes the node's epoch the highest one of the cluster, so that others believe what it says of its slots.
    ///
    /// Sends [`CLUSTER BUMPEPOCH`](https://redis.io/docs/latest/commands/cluster-bumpepoch/). Replies with the epoch, and whether it is a new one. Since Redis 3.0.
    fn cluster_bumpepoch(self) -> Self::Output<BumpedEpoch> {
        self.run(cmd("CLUSTER BUMPEPOCH").decoded_by(bumped))
    }
}

impl<E: Executor> ClusterAdminCommands for E {}
