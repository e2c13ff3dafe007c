//! A cluster: what its nodes know of each other, and how it is put together.

mod admin;
mod links;
mod migration;
mod nodes;
mod options;
mod shards;
mod slots;
#[cfg(test)]
mod tests;

pub use admin::ClusterAdminCommands;
pub use links::{ClusterLink, LinkDirection};
pub use migration::{ClusterMigration, ClusterMigrationCommands, MigrateSlots, SlotMigration};
pub use nodes::{ClusterInfo, ClusterNode, MovingSlot};
pub use options::{BumpedEpoch, ClusterFailover, ClusterReset, SetSlot, SlotMetric, SlotStatsOptions};
pub use shards::{ClusterEndpoint, ClusterRole, ClusterShard, ClusterShardNode, ClusterSlots};
pub use slots::ClusterSlotStats;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use slots::{range_args, slot_arg};

use crate::command::{Executor, cmd};
use crate::resp::{FromReply, ToArg};

/// Commands that ask a node of a cluster what it knows.
///
/// A node answers for itself: during a change of the cluster, another one may say something else.
pub trait ClusterCommands: Executor {
    /// What the node thinks of the state of the cluster.
    ///
    /// Sends [`CLUSTER INFO`](https://redis.io/docs/latest/commands/cluster-info/). Since Redis 3.0.
    fn cluster_info(self) -> Self::Output<ClusterInfo> {
        self.run(cmd("CLUSTER INFO").idempotent().returns())
    }

    /// All nodes that the node knows, with the slots that they serve.
    ///
    /// Sends [`CLUSTER NODES`](https://redis.io/docs/latest/commands/cluster-nodes/). Since Redis 3.0.
    fn cluster_nodes(self) -> Self::Output<Vec<ClusterNode>> {
        self.run(cmd("CLUSTER NODES").idempotent().decoded_by(nodes::nodes))
    }

    /// The replicas of a master.
    ///
    /// Sends [`CLUSTER REPLICAS`](https://redis.io/docs/latest/commands/cluster-replicas/). Since Redis 5.0.
    fn cluster_replicas(self, node_id: impl ToArg) -> Self::Output<Vec<ClusterNode>> {
        self.run(cmd("CLUSTER REPLICAS").idempotent().arg(node_id).returns())
    }

    /// The replicas of a master, by the old name of [`cluster_replicas`](Self::cluster_replicas).
    ///
    /// Sends [`CLUSTER SLAVES`](https://redis.io/docs/latest/commands/cluster-slaves/). Since Redis 3.0.
    fn cluster_slaves(self, node_id: impl ToArg) -> Self::Output<Vec<ClusterNode>> {
        self.run(cmd("CLUSTER SLAVES").idempotent().arg(node_id).returns())
    }

    /// The shards: slots, and the nodes that serve the same ones.
    ///
    /// Sends [`CLUSTER SHARDS`](https://redis.io/docs/latest/commands/cluster-shards/). Since Redis 7.0.
    fn cluster_shards(self) -> Self::Output<Vec<ClusterShard>> {
        self.run(cmd("CLUSTER SHARDS").idempotent().returns())
    }

    /// Which nodes serve which slots.
    ///
    /// Sends [`CLUSTER SLOTS`](https://redis.io/docs/latest/commands/cluster-slots/). Since Redis 3.0.
    fn cluster_slots(self) -> Self::Output<Vec<ClusterSlots>> {
        self.run(cmd("CLUSTER SLOTS").idempotent().returns())
    }

    /// The connections of the node to other nodes.
    ///
    /// Sends [`CLUSTER LINKS`](https://redis.io/docs/latest/commands/cluster-links/). Since Redis 7.0.
    fn cluster_links(self) -> Self::Output<Vec<ClusterLink>> {
        self.run(cmd("CLUSTER LINKS").idempotent().returns())
    }

    /// The node's own id.
    ///
    /// Sends [`CLUSTER MYID`](https://redis.io/docs/latest/commands/cluster-myid/). Since Redis 3.0.
    fn cluster_myid(self) -> Self::Output<String> {
        self.run(cmd("CLUSTER MYID").idempotent().returns())
    }

    /// The id of the shard that the node belongs to.
    ///
    /// Sends [`CLUSTER MYSHARDID`](https://redis.io/docs/latest/commands/cluster-myshardid/). Since Redis 7.2.
    fn cluster_myshardid(self) -> Self::Output<String> {
        self.run(cmd("CLUSTER MYSHARDID").idempotent().returns())
    }

    /// The slot that a key belongs to, as the server computes it.
    ///
    /// Sends [`CLUSTER KEYSLOT`](https://redis.io/docs/latest/commands/cluster-keyslot/). Since Redis 3.0.
    fn cluster_keyslot(self, key: impl ToArg) -> Self::Output<u16> {
        self.run(cmd("CLUSTER KEYSLOT").idempotent().arg(key).returns())
    }

    /// How many keys of a slot the node has.
    ///
    /// Sends [`CLUSTER COUNTKEYSINSLOT`](https://redis.io/docs/latest/commands/cluster-countkeysinslot/). A slot above 16383 is refused. Since Redis 3.0.
    fn cluster_countkeysinslot(self, slot: u16) -> Self::Output<u64> {
        let request = cmd("CLUSTER COUNTKEYSINSLOT").idempotent();
        self.run(slot_arg(request, slot).returns())
    }

    /// Keys of a slot that the node has, up to `count` of them.
    ///
    /// Sends [`CLUSTER GETKEYSINSLOT`](https://redis.io/docs/latest/commands/cluster-getkeysinslot/). A slot above 16383 is refused. Since Redis 3.0.
    fn cluster_getkeysinslot<K: FromReply>(self, slot: u16, count: u64) -> Self::Output<Vec<K>> {
        let request = cmd("CLUSTER GETKEYSINSLOT").idempotent();
        self.run(slot_arg(request, slot).arg(count).returns())
    }

    /// What these slots are used for, as far as the node serves them.
    ///
    /// Sends [`CLUSTER SLOT-STATS`](https://redis.io/docs/latest/commands/cluster-slot-stats/) with `SLOTSRANGE`. Slots above 16383 and an empty range are refused. Since Redis
    /// 8.2 and Valkey 8.0.
    fn cluster_slot_stats(self, slots: RangeInclusive<u16>) -> Self::Output<Vec<ClusterSlotStats>> {
        let request = cmd("CLUSTER SLOT-STATS").idempotent().arg("SLOTSRANGE");
        self.run(range_args(request, [slots]).returns())
    }

    /// The slots of the node that are used most, or least, by one metric.
    ///
    /// Sends [`CLUSTER SLOT-STATS`](https://redis.io/docs/latest/commands/cluster-slot-stats/) with `ORDERBY`. Metrics other than the number of keys are an error unless the
    /// server is set to measure them (`cluster-slot-stats-enabled`). Since Redis 8.2 and Valkey 8.0.
    fn cluster_slot_stats_by(
        self,
        metric: SlotMetric,
        options: SlotStatsOptions,
    ) -> Self::Output<Vec<ClusterSlotStats>> {
        let request = cmd("CLUSTER SLOT-STATS").idempotent().arg("ORDERBY");
        self.run(options.write(request.arg(metric.word())).returns())
    }

    /// How many nodes have reported lately that they think this node has failed.
    ///
    /// Sends [`CLUSTER COUNT-FAILURE-REPORTS`](https://redis.io/docs/latest/commands/cluster-count-failure-reports/). Since Redis 3.0.
    fn cluster_count_failure_reports(self, node_id: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("CLUSTER COUNT-FAILURE-REPORTS").idempotent().arg(node_id).returns())
    }

    /// Lets the next command of the connection touch a slot that is being imported.
    ///
    /// Sends [`ASKING`](https://redis.io/docs/latest/commands/asking/). True, always. Changes the state of its connection, so a shared one refuses it. Since Redis
    /// 3.0.
    fn asking(self) -> Self::Output<bool> {
        self.run(cmd("ASKING").returns())
    }

    /// Lets a replica answer reads on the connection from its own, perhaps outdated, data.
    ///
    /// Sends [`READONLY`](https://redis.io/docs/latest/commands/readonly/). True, always. Changes the state of its connection, so a shared one refuses it. Since Redis
    /// 3.0.
    fn readonly(self) -> Self::Output<bool> {
        self.run(cmd("READONLY").returns())
    }

    /// Has a replica send reads on the connection to its master again.
    ///
    /// Sends [`READWRITE`](https://redis.io/docs/latest/commands/readwrite/). True, always. Changes the state of its connection, so a shared one refuses it. Since Redis
    /// 3.0.
    fn readwrite(self) -> Self::Output<bool> {
        self.run(cmd("READWRITE").returns())
    }

    /// The server's own help on `CLUSTER`, line by line.
    ///
    /// Sends [`CLUSTER HELP`](https://redis.io/docs/latest/commands/cluster-help/). Since Redis 5.0.
    fn cluster_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("CLUSTER HELP").idempotent().returns())
    }
}

impl<E: Executor> ClusterCommands for E {}
