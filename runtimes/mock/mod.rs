//! Servers and transports for tests: no socket, no waiting, time moved by hand.
//!
//! [`Server`] is a stateful in-memory Redis behind ordinary clients of every enabled runtime. [`Clock`] is the time they
//! live in.

mod clock;
mod server;

pub use clock::Clock;
pub use server::{MemoryTransport, Server};
