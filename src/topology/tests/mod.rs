//! Tables over whole configurations. The letters are the rows of the redis-py behaviour reference and the fault list.
#![expect(clippy::panic, reason = "a failing row says which one it is")]

mod backoff;
mod bad_options;
mod configs;
mod options;
mod providers;
mod services;
mod urls;

use alloc::string::{String, ToString};
use core::time::Duration;

use super::{Backoff, Config, Endpoint, Keepalive, Library, PoolOptions, RetryPolicy};
use crate::resp::Limits;

fn parse(url: &str) -> Config {
    Config::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn refused(url: &str) -> String {
    match Config::parse(url) {
        Ok(config) => panic!("{url} gave {config:?}"),
        Err(error) => error.to_string(),
    }
}

/// Every row is a URL and the words its error must contain.
fn assert_refused(table: &[(&str, &str)]) {
    for (url, words) in table {
        let message = refused(url);
        assert!(message.contains(words), "{url}: {message}");
    }
}

fn tcp(host: &str, port: u16) -> Endpoint {
    Endpoint::Tcp {
        host: host.into(),
        port,
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// What `redis://h` means.
fn base() -> Config {
    Config::tcp("h", 6379)
}

// And with one setting changed.

fn keepalive(keepalive: Keepalive) -> Config {
    base().with_keepalive(keepalive)
}

fn pool(pool: PoolOptions) -> Config {
    base().with_pool(pool)
}

fn retry(retry: RetryPolicy) -> Config {
    base().with_retry(retry)
}

fn backoff(backoff: Backoff) -> Config {
    base().with_backoff(backoff)
}

fn limits(limits: Limits) -> Config {
    base().with_limits(limits)
}

fn library(name: &str, version: &str) -> Config {
    base().with_library(Library::new(name, version))
}
