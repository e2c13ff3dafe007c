//! A Redis and Valkey client: one sans-IO core, every runtime a thin adapter.
//!
//! ```
//! use redwire::prelude::*;
//!
//! let client = redwire::mock::Server::new().blocking_client(); // or blocking::Client::connect("redis://127.0.0.1/")?
//! client.set("foo", "bar")?;
//! let foo: Option<String> = client.get("foo")?;
//! assert_eq!(foo.as_deref(), Some("bar"));
//! # Ok::<(), redwire::Error>(())
//! ```
//!
//! The module names the runtime: `blocking`, `tokio`, `async_std`, `smol`, each behind the feature of its name, and
//! `mock`, which is an in-memory server behind clients of all of them. Features only ever add.
//!
//! | module | what is in it |
//! |---|---|
//! | [`commands`] | every command once, as a method over any [`Executor`](command::Executor) |
//! | [`command`] | requests, their keys and flags, the generic [`cmd`] |
//! | [`callbacks`] | what replies become before the caller gets them, by command |
//! | [`pipeline`] | many commands in one round trip |
//! | [`transaction`] | WATCH, read, and write if nobody else did |
//! | [`flow`], [`scan`], [`script`], [`lock`] | procedures of several round trips |
//! | [`pubsub`] | publish/subscribe, MONITOR |
//! | [`resp`] | the wire protocol: parsers, replies, decoding, arguments |
//! | [`connection`] | one socket's life without the socket, for loops of your own |
//! | [`session`] | a connection kept alive: dialing, backoff, which commands are sent again |
//! | [`pool`] | who gets which connection, who waits, what is closed |
//! | [`memory`] | the in-memory server as a pure machine |
//! | [`transport`] | what a runtime, a mock or a user implements |
//! | [`topology`] | URLs, endpoints and configuration; [services kept by Sentinel](topology::sentinel) |
//!
//! Every failure is an [`Error`] that says what kind it is ([`ErrorKind`]) and what became of the command ([`Outcome`]).
#![no_std]
#![forbid(unsafe_code)]
// What the core does for one runtime or for the mock is of no use in a build without it. The build with all of them finds what
// nobody uses.
#![cfg_attr(
    not(all(
        feature = "blocking",
        feature = "tokio",
        feature = "async-std",
        feature = "smol",
        feature = "mock"
    )),
    allow(dead_code, unused_imports)
)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod callbacks;
pub mod command;
pub mod commands;
pub mod connection;
mod error;
pub mod flow;
mod info;
pub mod lock;
#[cfg(feature = "memory")]
pub mod memory;
pub mod pipeline;
pub mod pool;
pub mod pubsub;
mod random;
pub mod resp;
pub mod scan;
pub mod script;
mod secret;
pub mod session;
pub mod time;
pub mod topology;
pub mod transaction;
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
pub use topology::{
    Backoff, Config, ConfigError, ConnectionEvent, CredentialsFn, CredentialsProvider, Endpoint, IntoConfig, Keepalive,
    Library, Observer, Overload, PoolOptions, Protocol, RetryPolicy,
};

/// What most programs need: `use redwire::prelude::*`.
pub mod prelude {
    pub use bytes::Bytes;

    pub use crate::command::{Build, Command, Executor, cmd};
    pub use crate::commands::*;
    pub use crate::error::{Error, ErrorKind, Outcome};
    pub use crate::flow::Driver;
    pub use crate::lock::LockClient;
    pub use crate::pubsub::Subscribe;
    pub use crate::scan::ScanIterCommands;
    pub use crate::script::Invoke;
}

/// The code of the README, compiled as written.
#[cfg(all(doctest, feature = "tokio", feature = "blocking", feature = "mock"))]
#[doc = include_str!("../README.md")]
mod readme {}

/// The code of the guide to transports, compiled as written.
#[cfg(all(doctest, feature = "tokio", feature = "blocking", feature = "mock"))]
#[doc = include_str!("../docs/transports.md")]
mod transports {}

/// The code of the guide to Sentinel, compiled as written.
#[cfg(all(doctest, feature = "tokio", feature = "blocking", feature = "mock"))]
#[doc = include_str!("../docs/sentinel.md")]
mod sentinel {}

/// The code of the guide for those who come from redis-py, compiled as written.
#[cfg(all(doctest, feature = "tokio", feature = "blocking", feature = "mock"))]
#[doc = include_str!("../docs/from-redis-py.md")]
mod from_redis_py {}
