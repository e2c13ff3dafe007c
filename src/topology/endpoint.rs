//! One address a connection can be made to.

use alloc::string::String;
use core::fmt;
use core::net::Ipv6Addr;

use super::error::{ConfigError, Problem};

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// TCP to a host name or address.
    Tcp {
        /// A name, an IPv4 address or an IPv6 address without brackets (`::1`, `fe80::1%eth0`).
        host: String,
        /// The port; 0 is no port, see [`Endpoint::tcp`].
        port: u16,
    },
    /// A Unix domain socket.
    Unix {
        /// The socket's path in the file system.
        path: String,
    },
}

impl Endpoint {
    /// The port of a Redis server unless told otherwise.
    pub const DEFAULT_PORT: u16 = 6379;

    /// TCP to `host`: a name, an IPv4 address or an IPv6 address without brackets. Port 0 becomes 6379.
    #[must_use]
    pub fn tcp(host: impl Into<String>, port: u16) -> Self {
        let port = if port == 0 { Endpoint::DEFAULT_PORT } else { port };
        Endpoint::Tcp {
            host: host.into(),
            port,
        }
    }

    /// The Unix domain socket at `path`.
    #[must_use]
    pub fn unix(path: impl Into<String>) -> Self {
        Endpoint::Unix { path: path.into() }
    }

    /// Host and port, unless it is a Unix socket.
    #[must_use]
    pub fn host_and_port(&self) -> Option<(&str, u16)> {
        match self {
            Endpoint::Tcp { host, port } => Some((host, *port)),
            Endpoint::Unix { .. } => None,
        }
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let problem = |field, wrong| Err(Problem::Field(field, wrong).into());
        match self {
            Endpoint::Tcp { host, port } => match wrong_with_host(host) {
                Some(wrong) => problem("the host", wrong),
                None if *port == 0 => problem("the port", "must not be 0"),
                None => Ok(()),
            },
            Endpoint::Unix { path } if path.is_empty() => problem("the path of the Unix socket", "is empty"),
            Endpoint::Unix { path } if path.contains(char::is_control) => {
                problem("the path of the Unix socket", "contains a control character")
            }
            Endpoint::Unix { .. } => Ok(()),
        }
    }
}

/// What is wrong with a host, if anything. Names are left to the resolver; this stops what would be read as something
/// else on the way there or in a log line.
fn wrong_with_host(host: &str) -> Option<&'static str> {
    if host.is_empty() {
        Some("is empty")
    } else if host.contains(|c: char| c.is_control() || c.is_whitespace()) {
        Some("contains white space or a control character")
    } else if host.contains(['[', ']']) {
        Some("contains a bracket: brackets stand only around an IPv6 address, and only in a URL")
    } else if host.contains(['/', '\\', '?', '#', '@']) {
        Some("contains a character that cannot be part of a host name")
    } else if host.contains(':') && !is_ipv6(host) {
        Some("contains `:` but is not an IPv6 address: the port is given apart from the host")
    } else {
        None
    }
}

/// An IPv6 address, perhaps with a zone (`fe80::1%eth0`).
pub(super) fn is_ipv6(host: &str) -> bool {
    match host.split_once('%') {
        Some((address, zone)) => !zone.is_empty() && address.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv6Addr>().is_ok(),
    }
}

impl fmt::Display for Endpoint {
    /// `host:port` with an IPv6 address in brackets, or the path of the Unix socket.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Endpoint::Tcp { host, port } => write!(f, "{host}:{port}"),
            Endpoint::Unix { path } => f.write_str(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    /// What `validate` says, or nothing.
    fn message(endpoint: &Endpoint) -> String {
        endpoint
            .validate()
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn endpoints_print_as_people_write_them() {
        let table = [
            (Endpoint::tcp("localhost", 6380), "localhost:6380"),
            (Endpoint::tcp("10.0.0.1", 1), "10.0.0.1:1"),
            (Endpoint::tcp("::1", 6379), "[::1]:6379"),
            (Endpoint::tcp("fe80::1%eth0", 6379), "[fe80::1%eth0]:6379"),
            (Endpoint::unix("/run/redis.sock"), "/run/redis.sock"),
        ];
        assert_eq!(Endpoint::tcp("::1", 7).host_and_port(), Some(("::1", 7)));
        assert_eq!(Endpoint::unix("/a").host_and_port(), None);
        for (endpoint, text) in table {
            assert_eq!(endpoint.to_string(), text);
            assert_eq!(endpoint.validate(), Ok(()), "{text}");
        }
    }

    #[test]
    fn f019_port_0_is_the_default_port() {
        assert_eq!(
            Endpoint::tcp("h", 0),
            Endpoint::Tcp {
                host: "h".into(),
                port: 6379
            }
        );
        let by_hand = Endpoint::Tcp {
            host: "h".into(),
            port: 0,
        };
        assert_eq!(message(&by_hand), "the port must not be 0");
    }

    #[test]
    fn t39_hosts_and_paths_that_would_be_read_as_something_else() {
        let table = [
            (Endpoint::tcp("", 1), "the host is empty"),
            (
                Endpoint::tcp("a b", 1),
                "the host contains white space or a control character",
            ),
            (
                Endpoint::tcp("a\rb", 1),
                "the host contains white space or a control character",
            ),
            (
                Endpoint::tcp("a\nb", 1),
                "the host contains white space or a control character",
            ),
            (
                Endpoint::tcp("a\0b", 1),
                "the host contains white space or a control character",
            ),
            (
                Endpoint::tcp("a\u{7f}", 1),
                "the host contains white space or a control character",
            ),
            (
                Endpoint::tcp("a\u{a0}b", 1),
                "the host contains white space or a control character",
            ),
            (Endpoint::tcp("[::1]", 1), "the host contains a bracket"),
            (
                Endpoint::tcp("localhost:6379", 1),
                "the host contains `:` but is not an IPv6 address",
            ),
            (
                Endpoint::tcp("fe80::1%", 1),
                "the host contains `:` but is not an IPv6 address",
            ),
            (Endpoint::tcp("redis://h", 1), "the host contains a character"),
            (Endpoint::tcp("user@h", 1), "the host contains a character"),
            (Endpoint::unix(""), "the path of the Unix socket is empty"),
            (
                Endpoint::unix("/a\0b"),
                "the path of the Unix socket contains a control character",
            ),
            (
                Endpoint::unix("/a\nb"),
                "the path of the Unix socket contains a control character",
            ),
        ];
        for (endpoint, expected) in table {
            let found = message(&endpoint);
            assert!(found.starts_with(expected), "{endpoint:?}: {found}");
        }
    }
}
