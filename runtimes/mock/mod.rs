//! Servers and transports for tests: no socket, no waiting, time moved by hand.
//!
//! [`Server`] is a stateful in-memory Redis behind ordinary clients of every enabled runtime. [`Clock`] is the time they
//! live in. [`Script`] is a peer that plays a conversation written down beforehand, faults included.

mod clock;
mod script;
mod server;

pub use clock::Clock;
pub use script::{Script, ScriptTransport, Wire};
pub use server::{MemoryTransport, Server};
