//! The vocabulary: every command once, as a method over any [`Executor`](crate::command::Executor).
//!
//! One trait for each family of Redis commands. `use redwire::prelude::*` brings them all into scope.
//!
//! A method has the name of its command. Optional arguments stand in a struct of options; where they are rare, there is a
//! method without them and one that ends in `_with`. Whatever the server is certain to refuse for its form, such as no key
//! at all, is refused before it is sent.

mod bitmaps;
mod connection;
mod expiry;
mod geo;
mod hashes;
mod hyperloglog;
mod keys;
mod lists;
mod options;
mod server;
mod sets;
mod sorted_sets;
mod streams;
mod strings;

pub use bitmaps::{BitField, BitFieldOffset, BitFieldType, BitOp, BitRange, BitmapCommands, Overflow};
pub use connection::{ClientAttribute, ConnectionCommands, Toggle};
pub use expiry::{ExpireIf, ExpireTime, Ttl};
pub use geo::{
    GeoArea, GeoCommands, GeoMatch, GeoMembers, GeoPoint, GeoUnit, GeoaddOptions, GeosearchOptions,
    GeosearchstoreOptions,
};
pub use hashes::{
    FieldExpire, FieldPersist, HashCommands, HashExpiryCommands, HgetexOptions, HscanOptions, HsetexOptions,
};
pub use hyperloglog::HyperLogLogCommands;
pub use keys::{
    ClusterscanOptions, CopyOptions, KeyCommands, KeyType, MigrateOptions, RestoreOptions, ScanOptions, SortOptions,
    SortRow, SortValues,
};
pub use lists::{BlockingListCommands, ListCommands, LmpopOptions, LposOptions, Pivot, Side};
pub use server::{FlushMode, ServerCommands};
pub use sets::{SetCommands, SintercardOptions, SscanOptions};
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
