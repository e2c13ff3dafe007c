//! Where servers are and how to connect to them: endpoints, URLs and the configuration of a client.

mod config;
mod endpoint;
mod error;
mod keepalive;
mod percent;
mod url;

#[cfg(test)]
mod tests;

pub use config::{Config, IntoConfig, Library, Protocol};
pub use endpoint::Endpoint;
pub use error::ConfigError;
pub use keepalive::Keepalive;
