//! Where sockets, threads, clocks and tasks live: one small adapter for each runtime, none of which knows the protocol.

#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
mod callbacks;
#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
mod chance;
#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
mod clock;
#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
mod common;
#[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
mod driver;
#[cfg(any(feature = "async-std", feature = "smol"))]
mod futures_io;

#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
mod report;
#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
mod sentinel;
#[cfg(any(feature = "blocking", feature = "tokio", feature = "async-std", feature = "smol"))]
mod sync;
#[cfg(all(test, redwire_shuttle, feature = "blocking", feature = "tokio"))]
mod tests;

#[cfg(feature = "async-std")]
pub mod async_std;
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "mock")]
pub mod mock;
#[cfg(feature = "smol")]
pub mod smol;
#[cfg(feature = "tokio")]
pub mod tokio;
