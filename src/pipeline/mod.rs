//! Many commands in one round trip.
//!
//! [`Pipeline`] is a chain with a type for each reply; [`Batch`] is for when the commands are known only at run time.
//! Both are atomic unless told otherwise: `MULTI`, the commands and `EXEC` go out together, and the server runs them without
//! others in between. Bare ones (`non_atomic`) cost the server less.
//!
//! ```
//! use redwire::prelude::*;
//!
//! let client = redwire::mock::Server::new().blocking_client();
//! let (ok, n) = client.pipeline().set("name", "redwire").incr("visits").execute()?;
//! assert_eq!((ok, n), (true, 1));
//!
//! let mut batch = client.batch().non_atomic();
//! let slots: Vec<_> = ["name", "none"].map(|key| batch.get::<Option<String>>(key)).into();
//! let mut results = batch.execute()?;
//! let values: Result<Vec<_>, _> = slots.into_iter().map(|slot| results.take(slot)).collect();
//! assert_eq!(values?, [Some("redwire".to_string()), None]);
//! # Ok::<(), Error>(())
//! ```
//!
//! Nothing is sent before `execute`, and then all of it in one write, if the socket takes it. However long it is, replies are
//! read while it is written: a server that stops reading until its replies are read is no problem. What a pipeline holds in
//! memory is what it sends, twice, and what comes back, with a few dozen bytes for each command.
//!
//! # Errors
//!
//! | what goes wrong | `execute` | `execute_each` |
//! |---|---|---|
//! | a command makes no sense (no keys) | its error, with its number; nothing is sent | the same |
//! | the server does not queue a command of a transaction | its error, with its number; nothing was run | the same |
//! | a command fails when it is run | the first such error, with its number; the others were run | each with its command |
//! | the reply is not of the type asked for | the same | the same |
//! | the connection is lost in a transaction | one error, which says what became of EXEC | the same |
//! | the connection is lost, without a transaction | the error of the first command that was not answered | what was answered stays; each of the others says whether it may have been executed |
//!
//! Such an error reads `Command # 3 (LPUSH c 3) of pipeline caused error: WRONGTYPE ..`;
//! [`Error::pipeline_position`](crate::Error::pipeline_position) is its number, and kind, code and outcome are those of the
//! command.
//!
//! A pipeline is sent again as a whole or not at all: if nothing of it was run, or if running it twice is as good as once,
//! and the [retry policy](crate::topology::RetryPolicy) allows it.

mod batch;
mod chain;
mod run;

pub use batch::{Batch, BatchResults, BatchRun, Slot};
pub use chain::{ChainReplies, ChainRun, EachRun, Pipeline, Push, Slots};
