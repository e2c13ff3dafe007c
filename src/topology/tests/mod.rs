//! Tables over whole configurations. The letters are the rows of the redis-py behaviour reference and the fault list.
#![expect(clippy::panic, reason = "a failing row says which one it is")]

mod backoff;
mod configs;
mod options;
mod providers;
mod urls;

use alloc::string::{String, ToString};
use core::time::Duration;

use super::{Config, Endpoint};

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
