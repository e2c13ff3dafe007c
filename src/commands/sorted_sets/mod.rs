//! Sorted sets: members with scores, in order of score and then of bytes.

mod bounds;
mod combine;
mod members;
mod options;
mod pop;
mod range;
mod ranges;
mod scored;

pub use bounds::{LexBound, ScoreBound};
pub use combine::SortedSetCombineCommands;
pub use members::SortedSetCommands;
pub use options::{Aggregate, AggregateOptions, ZaddOptions, ZintercardOptions, ZmpopOptions, ZscanOptions};
pub use pop::{Popped, SortedSetPopCommands, ZpopEnd};
pub use range::Zrange;
pub use ranges::SortedSetRangeCommands;
pub use scored::ScoredMembers;
