//! Many commands in one round trip.
//!
//! [`Pipeline`] is a chain with a type for each reply; [`Batch`] is for when the commands are known only at run time.
//! Both are atomic (MULTI/EXEC) unless told otherwise.

mod batch;
mod chain;
mod run;

pub use batch::{Batch, BatchResults, BatchRun, Slot};
pub use chain::{ChainReplies, ChainRun, EachRun, Pipeline, Push, Slots};
