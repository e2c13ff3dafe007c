//! Services kept by Redis Sentinel: who knows where the master and its replicas are, and how they are asked.
//!
//! ```text
//!   Finder   what is known of one service: whom to ask first, whose turn it is, who the master is
//!     |
//!   Search   one way to a connection: ask sentinels, connect, check the role; next one if need be
//!   Watch    a connection to a sentinel that tells of every new master
//! ```
//!
//! Clients do all of it by themselves: their URL is `redis+sentinel://host,host/service`, their [`Config`](crate::Config) has a
//! [`Service`], or a [`blocking::Sentinel`](crate::blocking::Sentinel) (or its sibling of another runtime) made them. The
//! machines are here for clients of one's own: no socket, no clock.

mod answers;
mod finder;
mod search;
mod service;
#[cfg(test)]
mod tests;
mod watch;

pub use answers::KnownMaster;
pub use finder::{Finder, Learned};
pub use search::{Goal, Search, Step};
pub use service::{Sentinels, Service, ServiceRole};
pub use watch::Watch;
