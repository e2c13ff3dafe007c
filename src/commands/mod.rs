//! The vocabulary: every command once, as a method over any [`Executor`](crate::command::Executor).
//!
//! One trait for each family of Redis commands. `use redwire::prelude::*` brings them all into scope.

mod hashes;
mod lists;
mod strings;

pub use hashes::{
    FieldExpire, FieldPersist, FieldTtl, HashCommands, HashExpiryCommands, HexpireOptions, HgetexOptions, HscanOptions,
    HsetexOptions,
};
pub use lists::{BlockingListCommands, ListCommands, LmpopOptions, LposOptions, Pivot, Side};
pub use strings::StringCommands;
