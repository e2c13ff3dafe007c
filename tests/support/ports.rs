//! Free loopback ports for servers.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::{Ipv4Addr, TcpListener};

/// Below every system's range of ports for outgoing connections, so that neither somebody's outgoing connection nor a
/// client dialing a dead server (which can end up connected to itself) takes the port of a server between two starts.
/// Ten thousand higher, where a cluster node opens its second port, stays below that range too.
const FIRST: u16 = 11_000;
const COUNT: u16 = 11_000;

/// A port nobody listens on at this moment. Another process may be quicker: a server that reports its port as taken is
/// to be started again on another one.
pub fn free_port() -> u16 {
    // Every RandomState has keys of its own; hashing nothing yields a random number.
    let start = RandomState::new().build_hasher().finish();
    for step in 0..u64::from(COUNT) {
        let offset = u16::try_from((start % u64::from(COUNT) + step) % u64::from(COUNT)).expect("less than COUNT");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, FIRST + offset)).is_ok() {
            return FIRST + offset;
        }
    }
    panic!("no free port from {FIRST} to {}", FIRST + COUNT - 1);
}
