//! redwire: a Redis and Valkey client.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod memory;
pub mod resp;
pub mod time;
