//! The vocabulary: every command once, as a method over any [`Executor`](crate::command::Executor).
//!
//! One trait for each family of Redis commands. `use redwire::prelude::*` brings them all into scope.

mod sets;
mod sorted_sets;
mod strings;

pub use sets::{SInterCardOptions, SScanOptions, SetCommands};
pub use sorted_sets::{
    Aggregate, LexBound, Popped, ScoreBound, ScoredMembers, SortedSetCombineCommands, SortedSetCommands,
    SortedSetPopCommands, SortedSetRangeCommands, ZAddOptions, ZAggregateOptions, ZInterCardOptions, ZMPopOptions,
    ZPopEnd, ZRange, ZScanOptions,
};
pub use strings::StringCommands;
