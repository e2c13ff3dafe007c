//! One file per library, all behind the same three traits.

mod fred;
mod redis1;
mod redis2;
mod redwire;
mod rustis;

use std::collections::HashMap;

use bytes::Bytes;

use crate::parse::Wire;
use crate::receive::Feed;
use crate::run::{self, Runner};
use crate::scenario::{Api, Input, Scenario};
use crate::{Result, measure::Cost};

pub trait Blocking: Sized + Send {
    fn connect(url: &str) -> Result<Self>;
    /// What another thread works with: the same client where it can be shared, or else a connection of its own.
    fn for_thread(&self, url: &str) -> Result<Self> {
        Self::connect(url)
    }
    fn get(&mut self, key: &str) -> Result<Bytes>;
    fn set(&mut self, key: &str, value: &str) -> Result<()>;
    /// SET and GET of each pair in one pipeline; returns how many values came back.
    fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize>;
    /// LRANGE key 0 -1.
    fn lrange_strings(&mut self, key: &str) -> Result<Vec<String>>;
    fn lrange_bytes(&mut self, key: &str) -> Result<Vec<Bytes>>;
    fn hgetall(&mut self, key: &str) -> Result<HashMap<String, String>>;
    /// Subscribes to the channel, says so, and receives until the feed has enough.
    fn receive(url: &str, feed: &mut Feed) -> Result<()>;
}

/// The same on a tokio runtime. Clones share the connection.
pub trait Tokio: Clone + Send + 'static {
    async fn connect(url: &str) -> Result<Self>;
    /// Also called from spawned tasks.
    fn get(&mut self, key: &str) -> impl Future<Output = Result<Bytes>> + Send;
    fn set(&mut self, key: &str, value: &str) -> impl Future<Output = Result<()>> + Send;
    async fn pipeline(&mut self, pairs: &[(String, String)]) -> Result<usize>;
    async fn lrange_strings(&mut self, key: &str) -> Result<Vec<String>>;
    async fn lrange_bytes(&mut self, key: &str) -> Result<Vec<Bytes>>;
    async fn hgetall(&mut self, key: &str) -> Result<HashMap<String, String>>;
    async fn receive(url: &str, feed: &mut Feed) -> Result<()>;
}

/// A parser with its buffers, kept from one round to the next as a connection keeps them.
pub trait Parse: Sized {
    fn new(input: Input) -> Self;
    /// Takes the bytes in pieces; returns the number of replies found.
    fn parse(&mut self, wire: &Wire) -> Result<usize>;
}

pub struct Library {
    pub name: &'static str,
    blocking: Option<Runner>,
    tokio: Option<Runner>,
    parse: Option<Runner>,
}

pub static LIBRARIES: &[Library] = &[
    Library {
        name: "redwire",
        blocking: Some(run::blocking::<redwire::Sync>),
        tokio: Some(run::tokio::<redwire::Async>),
        parse: Some(run::parse::<redwire::Index>),
    },
    // Parsing and its owned tree, for comparison with the libraries that always build one.
    Library {
        name: "redwire-value",
        blocking: None,
        tokio: None,
        parse: Some(run::parse::<redwire::Tree>),
    },
    Library {
        name: "redis-1",
        blocking: Some(run::blocking::<redis1::Sync>),
        tokio: Some(run::tokio::<redis1::Async>),
        parse: Some(run::parse::<redis1::Codec>),
    },
    Library {
        name: "redis-2rc",
        blocking: Some(run::blocking::<redis2::Sync>),
        tokio: Some(run::tokio::<redis2::Async>),
        parse: Some(run::parse::<redis2::Codec>),
    },
    Library {
        name: "fred",
        blocking: None,
        tokio: Some(run::tokio::<fred::Async>),
        parse: Some(run::parse::<fred::Codec>),
    },
    // Its decoder indexes a reply and builds no values.
    Library {
        name: "rustis",
        blocking: None,
        tokio: Some(run::tokio::<rustis::Async>),
        parse: Some(run::parse::<rustis::Decoder>),
    },
    // The same index over a whole frame in memory: no read buffer, no reply object.
    Library {
        name: "rustis-tape",
        blocking: None,
        tokio: None,
        parse: Some(run::parse::<rustis::Tape>),
    },
];

impl Library {
    /// Whether the library has what the scenario needs.
    pub fn supports(&self, scenario: &Scenario) -> bool {
        self.entry(scenario).is_some() && !(self.name == "rustis-tape" && scenario.name.contains("_in_"))
    }

    pub fn runner(&self, scenario: &Scenario) -> Runner {
        self.entry(scenario).unwrap_or(unsupported)
    }

    fn entry(&self, scenario: &Scenario) -> Option<Runner> {
        match scenario.api {
            Api::Blocking => self.blocking,
            Api::Tokio | Api::Workers => self.tokio,
            Api::Parse => self.parse,
        }
    }
}

fn unsupported(scenario: &Scenario, _url: &str, _n: u64) -> Result<Cost> {
    Err(format!("this library has no {}", scenario.name).into())
}

pub fn find(name: &str) -> Result<&'static Library> {
    LIBRARIES
        .iter()
        .find(|library| library.name == name)
        .ok_or_else(|| format!("no library {name:?}").into())
}
