//! Where servers are and how to connect to them: endpoints, URLs and the configuration of a client.

mod access;
mod backoff;
mod config;
mod endpoint;
mod error;
mod into_config;
mod keepalive;
mod library;
mod observer;
mod options;
mod percent;
mod pool;
mod provider;
mod retry;
mod same;
pub mod sentinel;
mod sentinel_options;
mod url;
mod values;

#[cfg(test)]
mod tests;

pub use backoff::Backoff;
pub use config::{Config, Overload, Protocol};
pub use endpoint::Endpoint;
pub use error::ConfigError;
pub use into_config::IntoConfig;
pub use keepalive::Keepalive;
pub use library::Library;
pub(crate) use library::validate_client_name;
pub use observer::{ConnectionEvent, Observer};
pub use pool::PoolOptions;
pub use provider::{CredentialsFn, CredentialsProvider};
pub use retry::RetryPolicy;
