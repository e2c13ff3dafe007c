//! A configuration as a URL: reading and writing.
//!
//! Nothing here puts text from a URL into an error. What looks like a port or an option may be a piece of a password
//! that should have been percent-encoded.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::config::Config;
use super::endpoint::{Endpoint, is_ipv6};
use super::error::{ConfigError, Problem};
use super::options::{Draft, QueryOption, query_options};
use super::percent::{Encoded, decode, decode_query};
use super::sentinel::{Sentinels, Service};
use super::values::{Value, number};
use crate::secret::{REDACTED, Secret};

/// Reads `url` over `config`. The result is not validated.
pub(super) fn apply(config: Config, url: &str) -> Result<Config, ConfigError> {
    let parts = Parts::split(url)?;
    let (username, password) = parts.credentials()?;
    let config = match parts.scheme {
        Scheme::Tcp => {
            let config = config.with_endpoint(tcp_endpoint(parts.host_and_port, Endpoint::DEFAULT_PORT)?);
            with_database(config, parts.path)?
        }
        Scheme::Unix => config.with_endpoint(parts.unix_endpoint()?),
        Scheme::Sentinel => {
            let (name, path) = parts.service()?;
            // What the URL does not say of the sentinels stays as it is.
            let before = config.service().map(|service| service.sentinels().clone());
            let sentinels = before.unwrap_or_else(|| Sentinels::new([("", 0); 0]));
            let sentinels = sentinels.in_order(parts.sentinels()?);
            with_database(config.with_service(Service::master(name, sentinels)), path)?
        }
    };

    let mut draft = Draft::new(config, username, password);
    let mut seen = Vec::new();
    for pair in parts.query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some((option, name)) = QueryOption::find(name) else {
            return Err(parts.unknown_option(name));
        };
        if value.is_empty() || seen.contains(&option.name) {
            continue;
        }
        seen.push(option.name);
        let value = decode_query(value).map_err(|_| Problem::Value(name, "percent-encoded UTF-8"))?;
        (option.read)(&mut draft, value).map_err(|expected| Problem::Value(name, expected))?;
    }
    Ok(draft.finish())
}

#[derive(Clone, Copy)]
enum Scheme {
    Tcp,
    Unix,
    Sentinel,
}

/// The parts of a URL, still encoded.
struct Parts<'a> {
    scheme: Scheme,
    userinfo: &'a str,
    host_and_port: &'a str,
    /// With its leading slash, or empty.
    path: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn split(url: &'a str) -> Result<Self, Problem> {
        let (scheme, rest) = url.split_once("://").ok_or(Problem::MissingScheme)?;
        let scheme = if scheme.eq_ignore_ascii_case("redis") {
            Scheme::Tcp
        } else if scheme.eq_ignore_ascii_case("unix") || scheme.eq_ignore_ascii_case("redis+unix") {
            Scheme::Unix
        } else if scheme.eq_ignore_ascii_case("redis+sentinel") {
            Scheme::Sentinel
        } else if scheme.eq_ignore_ascii_case("rediss") || scheme.eq_ignore_ascii_case("rediss+sentinel") {
            return Err(Problem::Tls);
        } else {
            return Err(Problem::UnknownScheme);
        };
        if rest.contains(char::is_control) {
            return Err(Problem::Url(
                "the text",
                "contains a control character (perhaps a line end)",
            ));
        }
        if rest.contains('#') {
            return Err(Problem::Url(
                "the text",
                "contains `#`: write `%23` where it belongs to a name or password",
            ));
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // The last `@` ends the password, so that a password may contain one.
        let (userinfo, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        Ok(Parts {
            scheme,
            userinfo,
            host_and_port,
            path,
            query,
        })
    }

    fn credentials(&self) -> Result<(Option<String>, Option<Secret>), Problem> {
        let (username, password) = self.userinfo.split_once(':').unwrap_or((self.userinfo, ""));
        let username = decode(username).map_err(|wrong| Problem::Url("the user name", wrong))?;
        let password = decode(password).map_err(|wrong| Problem::Url("the password", wrong))?;
        Ok((
            Some(username).filter(|username| !username.is_empty()),
            Some(Secret::new(password)).filter(|password| !password.is_empty()),
        ))
    }

    fn unix_endpoint(&self) -> Result<Endpoint, Problem> {
        if !self.host_and_port.is_empty() && !self.host_and_port.eq_ignore_ascii_case("localhost") {
            let wrong = "must be absent with a Unix socket: `unix:///path` has three slashes";
            return Err(Problem::Url("the host", wrong));
        }
        if self.path.len() <= 1 {
            return Err(Problem::Url("the path", "is missing: `unix:///path` names the socket"));
        }
        Ok(Endpoint::unix(
            decode(self.path).map_err(|wrong| Problem::Url("the path", wrong))?,
        ))
    }

    /// The name of the service, and what follows it in the path.
    fn service(&self) -> Result<(String, &'a str), Problem> {
        let path = self.path.trim_start_matches('/');
        let (name, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        if name.is_empty() {
            let wrong = "is missing: `redis+sentinel://host/service` names the service";
            return Err(Problem::Url("the path", wrong));
        }
        Ok((decode(name).map_err(|wrong| Problem::Url("the path", wrong))?, rest))
    }

    fn sentinels(&self) -> Result<Vec<Endpoint>, Problem> {
        let hosts = self.host_and_port.split(',');
        hosts.map(|host| tcp_endpoint(host, Sentinels::DEFAULT_PORT)).collect()
    }

    /// Names the option only if it looks like one and no `@` in the query hints at a password cut in two by its `?`.
    fn unknown_option(&self, name: &str) -> ConfigError {
        let is_word = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        let is_safe = is_word && name.len() <= 32 && !self.query.contains('@');
        Problem::UnknownOption(is_safe.then(|| name.into())).into()
    }
}

/// `host:port`, either of which may be missing.
fn tcp_endpoint(host_and_port: &str, default_port: u16) -> Result<Endpoint, Problem> {
    let (host, port) = match host_and_port.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest
                .split_once(']')
                .ok_or(Problem::Url("the host", "has a `[` without its `]`"))?;
            let address = decode(address).map_err(|wrong| Problem::Url("the host", wrong))?;
            if !is_ipv6(&address) {
                return Err(Problem::Url("the host", "is in brackets but is not an IPv6 address"));
            }
            let port = if port.is_empty() {
                Some("")
            } else {
                port.strip_prefix(':')
            };
            (
                address,
                port.ok_or(Problem::Url("the port", "must follow the `]` after a `:`"))?,
            )
        }
        None => {
            let (host, port) = host_and_port.split_once(':').unwrap_or((host_and_port, ""));
            if port.contains(':') {
                return Err(Problem::Url(
                    "the host",
                    "has more than one `:`: an IPv6 address needs brackets",
                ));
            }
            (decode(host).map_err(|wrong| Problem::Url("the host", wrong))?, port)
        }
    };
    // The zone of an IPv6 address names an interface, where the letter case counts.
    let host = match host.split_once('%') {
        Some((address, zone)) => address.to_ascii_lowercase() + "%" + zone,
        None if host.is_empty() => "localhost".into(),
        None => host.to_ascii_lowercase(),
    };
    let port = if port.is_empty() { Some(0) } else { number(port) };
    let port = match port.ok_or(Problem::Url("the port", A_PORT))? {
        0 => default_port,
        port => port,
    };
    Ok(Endpoint::tcp(host, port))
}

/// The database that a path names, if it names one.
fn with_database(config: Config, path: &str) -> Result<Config, Problem> {
    match path.trim_matches('/') {
        "" => Ok(config),
        database => {
            let database = number(database).ok_or(Problem::Url("the path", A_DATABASE))?;
            Ok(config.with_database(database))
        }
    }
}

const A_PORT: &str = "must be a number up to 65535 (any of `/ ? # %` in a password must be percent-encoded)";
const A_DATABASE: &str = "must be the number of a database (any of `/ ? # %` in a password must be percent-encoded)";

/// Writes `config` as a URL that [`apply`] reads back, with `***` for the password.
pub(super) fn write(config: &Config, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(match (config.service(), config.endpoint()) {
        (Some(_), _) => "redis+sentinel://",
        (None, Endpoint::Tcp { .. }) => "redis://",
        (None, Endpoint::Unix { .. }) => "unix://",
    })?;
    if let Some(credentials) = config.credentials() {
        match credentials.printable_username() {
            Some(REDACTED) => f.write_str(REDACTED)?,
            Some(username) => write!(
                f,
                "{}",
                Encoded {
                    text: username,
                    keep: ""
                }
            )?,
            None => {}
        }
        if !credentials.password.is_empty() {
            write!(f, ":{REDACTED}")?;
        }
        f.write_str("@")?;
    }
    match (config.service(), config.endpoint()) {
        (Some(service), _) => {
            for (index, sentinel) in service.sentinels().endpoints().iter().enumerate() {
                f.write_str(if index == 0 { "" } else { "," })?;
                write_endpoint(sentinel, f)?;
            }
            let (text, keep) = (service.name(), "");
            write!(f, "/{}", Encoded { text, keep })?;
        }
        (None, endpoint) => write_endpoint(endpoint, f)?,
    }
    let in_path = config.service().is_some() || matches!(config.endpoint(), Endpoint::Tcp { .. });
    if in_path && config.database() != 0 {
        write!(f, "/{}", config.database())?;
    }
    write_query(config, f)
}

fn write_endpoint(endpoint: &Endpoint, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match endpoint {
        Endpoint::Tcp { host, port } => {
            let bracketed = host.contains(':');
            let (open, close) = if bracketed { ("[", "]") } else { ("", "") };
            let host = Encoded {
                text: host,
                keep: if bracketed { ":" } else { "" },
            };
            write!(f, "{open}{host}{close}:{port}")
        }
        Endpoint::Unix { path } => write!(f, "{}", Encoded { text: path, keep: "/" }),
    }
}

/// Every option that says something else than by default.
fn write_query(config: &Config, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let default = Config::new();
    let mut separator = '?';
    for option in query_options() {
        let value = (option.value)(config);
        if value != Value::Absent && value != (option.value)(&default) {
            write!(f, "{separator}{}={value}", option.name)?;
            separator = '&';
        }
    }
    Ok(())
}
