//! A client and somebody else beside it on the same in-memory server.

use std::sync::Arc;

use redwire::mock::Server;
use redwire::{Config, PoolOptions, blocking};

use crate::net::Net;
use crate::stage::{AsyncClient, Exec, Tasks, plain};

/// Both kinds of client may have one connection of their own.
pub fn one_connection() -> Config {
    plain().with_pool(PoolOptions::new().with_max_connections(1))
}

/// Both kinds of client on an in-memory server behind a network, and a bystander.
pub struct Stage {
    pub exec: Exec,
    pub net: Net,
    pub client: AsyncClient,
    pub blocking: blocking::Client,
    pub bystander: blocking::Client,
}

impl Stage {
    pub fn new(tasks: Tasks, config: &Config) -> Self {
        let server = Server::new();
        let exec = Exec::around(&server);
        let net = Net::new(&server);
        let clock = Arc::new(server.clock().clone());
        let pool = blocking::Pool::with_clock(config.clone(), net.clone(), clock).unwrap();
        Stage {
            client: tasks.client(&exec, config, net.clone()),
            blocking: pool.client(),
            bystander: server.blocking_client(),
            exec,
            net,
        }
    }
}
