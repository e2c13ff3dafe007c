//! The vocabulary: every command once, as a method over any [`Executor`](crate::command::Executor).
//!
//! One trait for each family of Redis commands. `use redwire::prelude::*` brings them all into scope.
//!
//! A method has the name of its command. Optional arguments stand in a struct of options; where they are rare, there is a
//! method without them and one that ends in `_with`. Whatever the server is certain to refuse for its form, such as no key
//! at all, is refused before it is sent.

mod acl;
mod bitmaps;
mod connection;
mod expiry;
mod hashes;
mod keys;
mod lists;
mod options;
mod pubsub;
mod scripting;
mod server;
mod sets;
mod sorted_sets;
mod strings;

pub use acl::{AclCommands, AclDryrun, AclLogEntry, AclRules, AclSelector, AclUser};
pub use bitmaps::{BitField, BitFieldOffset, BitFieldType, BitOp, BitRange, BitmapCommands, Overflow};
pub use connection::{ClientAttribute, ConnectionCommands, Toggle};
pub use expiry::{ExpireIf, ExpireTime, Ttl};
pub use hashes::{
    FieldExpire, FieldPersist, HashCommands, HashExpiryCommands, HgetexOptions, HscanOptions, HsetexOptions,
};
pub use keys::{
    CopyOptions, KeyCommands, KeyType, MigrateOptions, RestoreOptions, ScanOptions, SortOptions, SortRow, SortValues,
};
pub use lists::{BlockingListCommands, ListCommands, LmpopOptions, LposOptions, Pivot, Side};
pub use pubsub::PubSubCommands;
pub use scripting::{
    FunctionCommands, FunctionDescription, FunctionEngine, FunctionLibrary, FunctionListOptions, FunctionRestorePolicy,
    FunctionStats, RunningScript, ScriptCommands,
};
pub use server::{FlushMode, ServerCommands};
pub use sets::{SetCommands, SintercardOptions, SscanOptions};
pub use sorted_sets::{
    Aggregate, AggregateOptions, LexBound, Popped, ScoreBound, ScoredMembers, SortedSetCombineCommands,
    SortedSetCommands, SortedSetPopCommands, SortedSetRangeCommands, ZaddOptions, ZintercardOptions, ZmpopOptions,
    ZpopEnd, Zrange, ZscanOptions,
};
pub use strings::{
    DelexOptions, GetexOptions, IncrexOptions, LcsMatch, LcsMatches, LcsOptions, MsetexOptions, SetOptions,
    StringCommands,
};
