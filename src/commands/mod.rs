//! The vocabulary: every command once, as a method over any [`Executor`](crate::command::Executor).
//!
//! One trait for each family of Redis commands. `use redwire::prelude::*` brings them all into scope.
//!
//! A method has the name of its command. Optional arguments stand in a struct of options; where they are rare, there is a
//! method without them and one that ends in `_with`. Whatever the server is certain to refuse for its form, such as no key
//! at all, is refused before it is sent.

mod acl;
mod bitmaps;
mod clients;
mod cluster;
mod config;
mod connection;
mod elements;
mod expiry;
mod geo;
mod hashes;
mod hotkeys;
mod hyperloglog;
mod introspection;
mod keys;
mod latency;
mod lists;
mod memory;
mod modules;
mod options;
mod pubsub;
mod scripting;
mod sentinel;
mod server;
mod sets;
mod slowlog;
mod sorted_sets;
mod streams;
mod strings;
#[cfg(test)]
mod testing;
mod vector_sets;

pub use acl::{AclCommands, AclDryrun, AclLogEntry, AclRules, AclSelector, AclUser};
pub use bitmaps::{BitField, BitFieldOffset, BitFieldType, BitOp, BitRange, BitmapCommands, Overflow};
pub use clients::{
    ClientAttribute, ClientCommands, ClientFilter, ClientInfo, ClientType, PauseMode, Toggle, TrackingInfo,
    TrackingOptions, TrackingRedirect, UnblockReason, YesNo,
};
pub use cluster::{
    BumpedEpoch, ClusterAdminCommands, ClusterCommands, ClusterEndpoint, ClusterFailover, ClusterInfo, ClusterLink,
    ClusterMigration, ClusterMigrationCommands, ClusterNode, ClusterReset, ClusterRole, ClusterShard, ClusterShardNode,
    ClusterSlotStats, ClusterSlots, LinkDirection, MigrateSlots, MovingSlot, SetSlot, SlotMetric, SlotMigration,
    SlotStatsOptions,
};
pub use config::{ConfigCommands, ConfigValues};
pub use connection::ConnectionCommands;
pub use expiry::{ExpireIf, ExpireTime, Ttl};
pub use geo::{
    GeoArea, GeoCommands, GeoMatch, GeoMembers, GeoPoint, GeoUnit, GeoaddOptions, GeosearchOptions,
    GeosearchstoreOptions,
};
pub use hashes::{
    FieldExpire, FieldPersist, HashCommands, HashExpiryCommands, HgetexOptions, HscanOptions, HsetexOptions,
};
pub use hotkeys::{Hotkeys, HotkeysCommands, HotkeysOptions};
pub use hyperloglog::HyperLogLogCommands;
pub use introspection::{
    ArgumentType, BeginSearch, CommandArgument, CommandDocs, CommandFilter, CommandInfo, FindKeys,
    IntrospectionCommands, KeySpec,
};
pub use keys::{
    ClusterscanOptions, CopyOptions, KeyCommands, KeyType, MigrateOptions, RestoreOptions, ScanOptions, SortOptions,
    SortRow, SortValues,
};
pub use latency::{LatencyCommands, LatencyEvent, LatencyHistogram, LatencySample};
pub use lists::{BlockingListCommands, ListCommands, LmpopOptions, LposOptions, Pivot, Side};
pub use memory::{DbOverhead, MemoryCommands, MemoryStats, MemoryUsageOptions};
pub use modules::{ModuleCommands, ModuleInfo, ModuleLoadexOptions};
pub use pubsub::PubSubCommands;
pub use scripting::{
    FunctionCommands, FunctionDescription, FunctionEngine, FunctionLibrary, FunctionListOptions, FunctionRestorePolicy,
    FunctionStats, RunningScript, ScriptCommands,
};
pub use sentinel::{
    CachedInfo, InstanceFlags, PendingScript, SentinelCommands, SentinelMaster, SentinelPeer, SentinelReplica,
    SentinelSetOptions, SentinelVerdict, SimulatedFailure,
};
pub use server::{
    BackgroundJob, CommandStats, DbStats, DebugObject, FailoverOptions, FlushMode, Info, InstanceRole, LolwutOptions,
    ReplicaLink, ReplicationLink, Role, RoleReplica, ServerCommands, ServerMode, ShutdownOptions,
};
pub use sets::{SetCommands, SintercardOptions, SscanOptions};
pub use slowlog::{CommandlogCommands, CommandlogEntry, CommandlogType, LogCount, SlowlogCommands, SlowlogEntry};
pub use sorted_sets::{
    Aggregate, AggregateOptions, LexBound, Popped, ScoreBound, ScoredMembers, SortedSetCombineCommands,
    SortedSetCommands, SortedSetPopCommands, SortedSetRangeCommands, ZaddOptions, ZintercardOptions, ZmpopOptions,
    ZpopEnd, Zrange, ZscanOptions,
};
pub use streams::{
    ClaimedFrom, EntryDeletion, GroupReadFrom, NackMode, ReadFrom, RefPolicy, StreamBound, StreamCommands,
    StreamEntries, StreamEntry, StreamGroupCommands, StreamId, StreamInfoCommands, StreamTrim, XaddOptions,
    XautoclaimOptions, XautoclaimReply, XcfgsetOptions, XclaimOptions, XgroupCreateOptions, XgroupSetidOptions,
    XinfoConsumer, XinfoConsumerFull, XinfoConsumerPending, XinfoGroup, XinfoGroupFull, XinfoIdmp, XinfoPending,
    XinfoStream, XinfoStreamFull, XnackOptions, XpendingEntry, XpendingOptions, XpendingSummary, XrangeOptions,
    XreadOptions, XreadgroupOptions, XsetidOptions,
};
pub use strings::{
    DelexOptions, GetexOptions, IncrexOptions, LcsMatch, LcsMatches, LcsOptions, MsetexOptions, SetOptions,
    StringCommands,
};
pub use vector_sets::{RawVector, VaddOptions, VectorMatch, VectorQuery, VectorSetCommands, VinfoReply, VsimOptions};
