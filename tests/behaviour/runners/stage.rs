//! Where behaviours are tried: one client of one runtime before one server.

use redwire::command::{Command, Executor, cmd};
use redwire::connection::Settings;
use redwire::flow::{Driver, Flow};
use redwire::pipeline::{Batch, Pipeline};
use redwire::{Config, Error, Protocol, mock};

use super::clients::Client;
use crate::support::{self, Version};

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Memory,
    Real,
}

/// A client, the server it talks to, and what kind of server that is.
pub struct Stage<C> {
    pub client: C,
    /// Somebody else.
    pub bystander: redwire::blocking::Client,
    /// Version of the server.
    pub version: Version,
    memory: Option<mock::Server>,
    _server: Option<support::Server>,
}

/// The Redis that the in-memory server is like.
const IN_MEMORY: Version = Version::Redis(8, 2);

impl<C: Client> Stage<C> {
    /// True before the in-memory server.
    pub fn is_in_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// What only the in-memory server can be told.
    pub fn memory(&self) -> Option<&mock::Server> {
        self.memory.as_ref()
    }

    /// A new server, and a client that speaks this protocol with it.
    pub fn new(place: Place, protocol: Protocol) -> Self {
        match place {
            Place::Memory => {
                let server = mock::Server::new().with_settings(Settings::new().protocol(protocol));
                Stage {
                    client: C::in_memory(&server),
                    bystander: server.blocking_client(),
                    version: IN_MEMORY,
                    memory: Some(server),
                    _server: None,
                }
            }
            Place::Real => {
                let server = support::Server::start();
                let config = Config::parse(&server.url()).unwrap().with_protocol(protocol);
                Stage {
                    bystander: redwire::blocking::Client::connect(config.clone()).unwrap(),
                    client: C::connect(config).unwrap(),
                    version: server.version(),
                    memory: None,
                    _server: Some(server),
                }
            }
        }
    }

    pub fn flush(&self) {
        self.client.call(cmd("FLUSHALL").returns::<()>()).unwrap();
    }

    pub fn pipeline(&self) -> Pipeline<&Self> {
        Pipeline::new(self)
    }

    pub fn batch(&self) -> Batch<&Self> {
        Batch::new(self)
    }
}

/// Commands are methods of a stage as they are of a client.
impl<C: Client> Executor for &Stage<C> {
    type Output<T> = Result<T, Error>;

    fn run<T>(self, command: Command<T>) -> Result<T, Error> {
        self.client.call(command)
    }
}

impl<C: Client> Driver for &Stage<C> {
    type Driven<F: Flow> = F::Output;

    fn drive<F: Flow>(self, flow: F) -> F::Output {
        self.client.drive_to_end(flow)
    }
}
