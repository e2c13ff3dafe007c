//! redwire: a Redis and Valkey client.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod command;
pub mod commands;
pub mod connection;
mod error;
pub mod flow;
#[allow(
    dead_code,
    reason = "the families of hashes, lists, sets and sorted sets that use it are being added"
)]
pub mod memory;
pub mod pipeline;
pub mod resp;
pub mod scan;
mod secret;
pub mod time;
pub mod topology;
pub mod transport;

#[cfg(feature = "std")]
#[path = "../runtimes/mod.rs"]
mod runtimes;

#[cfg(feature = "async-std")]
pub use runtimes::async_std;
#[cfg(feature = "blocking")]
pub use runtimes::blocking;
#[cfg(feature = "mock")]
pub use runtimes::mock;
#[cfg(feature = "smol")]
pub use runtimes::smol;
#[cfg(feature = "tokio")]
pub use runtimes::tokio;

pub use command::cmd;
pub use error::{Error, ErrorKind, Outcome};
pub use secret::{Credentials, Secret};
pub use topology::{Config, ConfigError, Endpoint, IntoConfig, Keepalive, Library, Protocol};

/// What most programs need: `use redwire::prelude::*`.
pub mod prelude {
    pub use bytes::Bytes;

    pub use crate::command::{Build, Command, Executor, cmd};
    pub use crate::commands::*;
    pub use crate::error::{Error, ErrorKind, Outcome};
}
