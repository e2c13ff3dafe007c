//! Moving whole slots between nodes, as Redis 8.4 and Valkey 9.0 do, each in its own way.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::slots::{range_args, ranges};
use crate::command::{Executor, Request, cmd};
use crate::commands::options::owned;
use crate::resp::{DecodeError, Fields, FromReply, Milliseconds, ReplyRef, Seconds, ToArg, Value};

/// Commands that move slots with their keys from one node to another.
///
/// Those whose names begin with `cluster_migration_` are of Redis, the others of Valkey.
pub trait ClusterMigrationCommands: Executor {
    /// Has the node fetch slots from the nodes that serve them. Since Redis 8.4; Valkey does not have it.
    ///
    /// Sends [`CLUSTER MIGRATION`](https://redis.io/docs/latest/commands/cluster-migration/) with `IMPORT`. Replies with the id of the task, which goes on by itself. No range
    /// at all, an empty one and slots above 16383 are refused.
    fn cluster_migration_import(self, ranges: impl IntoIterator<Item = RangeInclusive<u16>>) -> Self::Output<String> {
        let request = cmd("CLUSTER MIGRATION").arg("IMPORT");
        self.run(range_args(request, ranges).returns())
    }

    /// Ends a task. Since Redis 8.4; Valkey does not have it.
    ///
    /// Sends [`CLUSTER MIGRATION`](https://redis.io/docs/latest/commands/cluster-migration/) with `CANCEL ID`. Replies with how many were ended: 0 or 1.
    fn cluster_migration_cancel(self, task_id: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("CLUSTER MIGRATION").arg("CANCEL").arg("ID").arg(task_id).returns())
    }

    /// Ends all tasks of the node. Since Redis 8.4; Valkey does not have it.
    ///
    /// Sends [`CLUSTER MIGRATION`](https://redis.io/docs/latest/commands/cluster-migration/) with `CANCEL ALL`. Replies with how many were ended.
    fn cluster_migration_cancel_all(self) -> Self::Output<u64> {
        self.run(cmd("CLUSTER MIGRATION").arg("CANCEL").arg("ALL").returns())
    }

    /// How a task is doing. Since Redis 8.4; Valkey does not have it.
    ///
    /// Sends [`CLUSTER MIGRATION`](https://redis.io/docs/latest/commands/cluster-migration/) with `STATUS ID`. Replies with nothing if the node does not know the task.
    fn cluster_migration_status(self, task_id: impl ToArg) -> Self::Output<Vec<ClusterMigration>> {
        let request = cmd("CLUSTER MIGRATION").idempotent().arg("STATUS");
        self.run(request.arg("ID").arg(task_id).returns())
    }

    /// How all tasks of the node are doing, and did as far as it remembers. Since Redis 8.4; Valkey does not have it.
    ///
    /// Sends [`CLUSTER MIGRATION`](https://redis.io/docs/latest/commands/cluster-migration/) with `STATUS ALL`.
    fn cluster_migration_status_all(self) -> Self::Output<Vec<ClusterMigration>> {
        self.run(cmd("CLUSTER MIGRATION").idempotent().arg("STATUS").arg("ALL").returns())
    }

    /// Has the node send slots to other nodes. Since Valkey 9.0; Redis does not have it.
    ///
    /// Sends [`CLUSTER MIGRATESLOTS`](https://valkey.io/commands/cluster-migrateslots/). True as soon as it has begun. No slots at all, an empty range and slots above
    /// 16383 are refused.
    fn cluster_migrateslots(self, moves: MigrateSlots) -> Self::Output<bool> {
        self.run(moves.write(cmd("CLUSTER MIGRATESLOTS")).returns())
    }

    /// Ends everything that [`cluster_migrateslots`](Self::cluster_migrateslots) has begun on the node. Since Valkey 9.0;
    /// Redis does not have it.
    ///
    /// Sends [`CLUSTER CANCELSLOTMIGRATIONS`](https://valkey.io/commands/cluster-cancelslotmigrations/). True, always: it is an error if there is nothing to end.
    fn cluster_cancelslotmigrations(self) -> Self::Output<bool> {
        self.run(cmd("CLUSTER CANCELSLOTMIGRATIONS").returns())
    }

    /// What moves between the node and others, and did as far as it remembers. Since Valkey 9.0; Redis does not have it.
    ///
    /// Sends [`CLUSTER GETSLOTMIGRATIONS`](https://valkey.io/commands/cluster-getslotmigrations/).
    fn cluster_getslotmigrations(self) -> Self::Output<Vec<SlotMigration>> {
        self.run(cmd("CLUSTER GETSLOTMIGRATIONS").idempotent().returns())
    }
}

impl<E: Executor> ClusterMigrationCommands for E {}

/// Which slots [`cluster_migrateslots`](ClusterMigrationCommands::cluster_migrateslots) sends where.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct MigrateSlots {
    moves: Vec<(Vec<RangeInclusive<u16>>, Vec<u8>)>,
}

impl MigrateSlots {
    /// Nothing yet.
    pub fn new() -> Self {
        MigrateSlots::default()
    }

    /// These ranges of slots go to the node with this id.
    pub fn to(mut self, node_id: impl ToArg, ranges: impl IntoIterator<Item = RangeInclusive<u16>>) -> Self {
        self.moves.push((ranges.into_iter().collect(), owned(node_id)));
        self
    }

    fn write(self, request: Request) -> Request {
        if self.moves.is_empty() {
            return request.refuse("at least one range of slots is needed");
        }
        self.moves.into_iter().fold(request, |request, (ranges, node_id)| {
            range_args(request.arg("SLOTSRANGE"), ranges).arg("NODE").arg(node_id)
        })
    }
}

/// A task that moves slots, as CLUSTER MIGRATION STATUS of Redis tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterMigration {
    /// Its id.
    pub id: String,
    /// The slots.
    pub slots: Vec<RangeInclusive<u16>>,
    /// The id of the node that has them.
    pub source: String,
    /// The id of the node that is to have them.
    pub dest: String,
    /// What the node that was asked does: `migrate` or `import`.
    pub operation: String,
    /// How far it is: `completed`, `failed`, `canceled`, or a step in between.
    pub state: String,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// How often it was tried again.
    pub retries: u64,
    /// When it was asked for, since the Unix epoch, in whole milliseconds.
    pub create_time: Duration,
    /// When it began, since the Unix epoch, in whole milliseconds.
    pub start_time: Option<Duration>,
    /// When it ended, since the Unix epoch, in whole milliseconds.
    pub end_time: Option<Duration>,
    /// For how long writes had to wait, in whole milliseconds.
    pub write_pause: Duration,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for ClusterMigration {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let Milliseconds(create_time) = fields.take("create_time")?;
        let Milliseconds(write_pause) = fields.take("write_pause_ms")?;
        Ok(ClusterMigration {
            id: fields.take("id")?,
            slots: fields.optional_by("slots", ranges)?.unwrap_or_default(),
            source: fields.take("source")?,
            dest: fields.take("dest")?,
            operation: fields.take("operation")?,
            state: fields.take("state")?,
            last_error: fields.optional("last_error")?.filter(|text: &String| !text.is_empty()),
            retries: fields.take("retries")?,
            create_time,
            start_time: time(&mut fields, "start_time")?,
            end_time: time(&mut fields, "end_time")?,
            write_pause,
            other: fields.rest(),
        })
    }
}

/// Not yet is 0 or less.
fn time(fields: &mut Fields<'_>, name: &str) -> Result<Option<Duration>, DecodeError> {
    let milliseconds: Option<i64> = fields.optional(name)?;
    let milliseconds = milliseconds.and_then(|time| u64::try_from(time).ok());
    Ok(milliseconds.filter(|time| *time > 0).map(Duration::from_millis))
}

/// Slots on their way, as CLUSTER GETSLOTMIGRATIONS of Valkey tells. Times are since the Unix epoch, in whole seconds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SlotMigration {
    /// Its id.
    pub name: String,
    /// What the node that was asked does: `EXPORT` or `IMPORT`.
    pub operation: String,
    /// The slots.
    pub slot_ranges: Vec<RangeInclusive<u16>>,
    /// The id of the node that is to have them.
    pub target_node: String,
    /// The id of the node that has them.
    pub source_node: String,
    /// When it was asked for.
    pub create_time: Duration,
    /// When something changed last.
    pub last_update_time: Duration,
    /// When the other node was last heard of.
    pub last_ack_time: Duration,
    /// How far it is: `success`, `failed`, `cancelled`, or a step in between.
    pub state: String,
    /// What there is to say of the state.
    pub message: Option<String>,
    /// How many bytes the snapshot took besides the data itself. Since Valkey 9.0.
    pub cow_size: Option<u64>,
    /// How many bytes of writes are still to be sent. Since Valkey 9.0.
    pub remaining_repl_size: Option<u64>,
    /// What a newer server tells besides.
    pub other: BTreeMap<String, Value>,
}

impl FromReply for SlotMigration {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        let Seconds(create_time) = fields.take("create_time")?;
        let Seconds(last_update_time) = fields.take("last_update_time")?;
        let Seconds(last_ack_time) = fields.take("last_ack_time")?;
        Ok(SlotMigration {
            name: fields.take("name")?,
            operation: fields.take("operation")?,
            slot_ranges: fields.optional_by("slot_ranges", ranges)?.unwrap_or_default(),
            target_node: fields.take("target_node")?,
            source_node: fields.take("source_node")?,
            create_time,
            last_update_time,
            last_ack_time,
            state: fields.take("state")?,
            message: fields.optional("message")?.filter(|text: &String| !text.is_empty()),
            cow_size: fields.optional("cow_size")?,
            remaining_repl_size: fields.optional("remaining_repl_size")?,
            other: fields.rest(),
        })
    }
}
