//! The vocabulary: every command once, as a method over any [`Executor`](crate::command::Executor).
//!
//! One trait for each family of Redis commands. `use redwire::prelude::*` brings them all into scope.

mod strings;

pub use strings::StringCommands;
