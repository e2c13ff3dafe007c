//! A configuration as a URL: reading and writing.
//!
//! Nothing here puts text from a URL into an error. What looks like a port or an option may be a piece of a password
//! that should have been percent-encoded.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::config::{Config, Protocol};
use super::endpoint::{Endpoint, is_ipv6};
use super::error::{ConfigError, Problem};
use super::percent::{Encoded, decode, decode_query};
use crate::secret::{Credentials, REDACTED, Secret};

/// An option of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryOption {
    Database,
    Protocol,
    ClientName,
    ConnectTimeout,
    ResponseTimeout,
    Keepalive,
    Nodelay,
    Username,
    Password,
}

/// Every name an option goes by. The spellings starting with `socket_` are those of redis-py.
pub(super) const QUERY_OPTIONS: &[(&str, QueryOption)] = &[
    ("db", QueryOption::Database),
    ("protocol", QueryOption::Protocol),
    ("client_name", QueryOption::ClientName),
    ("connect_timeout", QueryOption::ConnectTimeout),
    ("socket_connect_timeout", QueryOption::ConnectTimeout),
    ("response_timeout", QueryOption::ResponseTimeout),
    ("socket_timeout", QueryOption::ResponseTimeout),
    ("socket_keepalive", QueryOption::Keepalive),
    ("nodelay", QueryOption::Nodelay),
    ("username", QueryOption::Username),
    ("password", QueryOption::Password),
];

/// Reads `url` over `config`. The result is not validated.
pub(super) fn apply(config: Config, url: &str) -> Result<Config, ConfigError> {
    let parts = Parts::split(url)?;
    let (mut username, mut password) = parts.credentials()?;
    let mut config = match parts.scheme {
        Scheme::Tcp => {
            let config = config.with_endpoint(parts.tcp_endpoint()?);
            match parts.database()? {
                Some(database) => config.with_database(database),
                None => config,
            }
        }
        Scheme::Unix => config.with_endpoint(parts.unix_endpoint()?),
    };

    let mut seen = Vec::new();
    for pair in parts.query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(&(name, option)) = QUERY_OPTIONS.iter().find(|(known, _)| *known == name) else {
            return Err(parts.unknown_option(name));
        };
        if value.is_empty() || seen.contains(&option) {
            continue;
        }
        seen.push(option);
        let value = decode_query(value).map_err(|_| Problem::Value(name, "percent-encoded UTF-8"))?;
        let expected = |what| move || Problem::Value(name, what);
        config = match option {
            QueryOption::Database => {
                config.with_database(number(&value).ok_or_else(expected("the number of a database"))?)
            }
            QueryOption::Protocol => config.with_protocol(match &*value {
                "2" => Protocol::Resp2,
                "3" => Protocol::Resp3,
                _ => return Err(expected("2 or 3")().into()),
            }),
            QueryOption::ClientName => config.with_client_name(value),
            QueryOption::ConnectTimeout => {
                config.with_connect_timeout(timeout(&value).ok_or_else(expected(A_TIMEOUT))?)
            }
            QueryOption::ResponseTimeout => {
                config.with_response_timeout(timeout(&value).ok_or_else(expected(A_TIMEOUT))?)
            }
            QueryOption::Keepalive => {
                let on = boolean(&value).ok_or_else(expected(A_BOOLEAN))?;
                // Times set by hand survive a URL that merely confirms them.
                let keepalive = on.then(|| config.keepalive().cloned().unwrap_or_default());
                config.with_keepalive(keepalive)
            }
            QueryOption::Nodelay => config.with_nodelay(boolean(&value).ok_or_else(expected(A_BOOLEAN))?),
            QueryOption::Username => {
                username = Some(value);
                config
            }
            QueryOption::Password => {
                password = Some(Secret::new(value));
                config
            }
        };
    }

    if username.is_some() || password.is_some() {
        let password = password.unwrap_or_else(|| Secret::new(""));
        config = config.with_credentials(Credentials::user(username.unwrap_or_default(), password));
    }
    Ok(config)
}

#[derive(Clone, Copy)]
enum Scheme {
    Tcp,
    Unix,
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
        } else if scheme.eq_ignore_ascii_case("rediss") {
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

    fn tcp_endpoint(&self) -> Result<Endpoint, Problem> {
        let (host, port) = match self.host_and_port.strip_prefix('[') {
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
                let (host, port) = self.host_and_port.split_once(':').unwrap_or((self.host_and_port, ""));
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
        Ok(Endpoint::tcp(host, port.ok_or(Problem::Url("the port", A_PORT))?))
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

    fn database(&self) -> Result<Option<u32>, Problem> {
        match self.path.trim_matches('/') {
            "" => Ok(None),
            database => Ok(Some(number(database).ok_or(Problem::Url("the path", A_DATABASE))?)),
        }
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

const A_PORT: &str = "must be a number up to 65535 (any of `/ ? # %` in a password must be percent-encoded)";
const A_DATABASE: &str = "must be the number of a database (any of `/ ? # %` in a password must be percent-encoded)";
const A_TIMEOUT: &str = "a time in seconds (`5`, `0.25`, `5s`) or milliseconds (`250ms`), or `none`";
const A_BOOLEAN: &str = "1, t, true, y or yes, or 0, f, false, n or no";

/// Digits only: no sign, no space.
fn number<T: core::str::FromStr>(text: &str) -> Option<T> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn boolean(text: &str) -> Option<bool> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(&["1", "t", "true", "y", "yes"]) {
        Some(true)
    } else if is_one_of(&["0", "f", "false", "n", "no"]) {
        Some(false)
    } else {
        None
    }
}

/// `Some(None)` is no limit.
fn timeout(text: &str) -> Option<Option<Duration>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(None);
    }
    let (digits, nanos_per_unit) = if let Some(millis) = text.strip_suffix("ms") {
        (millis, 1_000_000)
    } else {
        (text.strip_suffix('s').unwrap_or(text), 1_000_000_000)
    };
    decimal_nanos(digits, nanos_per_unit).map(Some)
}

/// A decimal number of units, exactly; below a nanosecond it is cut off.
fn decimal_nanos(digits: &str, nanos_per_unit: u32) -> Option<Duration> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { number(whole)? };
    let mut nanos = u128::from(whole) * u128::from(nanos_per_unit);
    let mut worth = u128::from(nanos_per_unit);
    for byte in fraction.bytes() {
        worth /= 10;
        nanos += worth * u128::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let subsecond = u32::try_from(nanos % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, subsecond))
}

/// Writes `config` as a URL that [`apply`] reads back, with `***` for the password.
pub(super) fn write(config: &Config, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let is_tcp = matches!(config.endpoint(), Endpoint::Tcp { .. });
    f.write_str(if is_tcp { "redis://" } else { "unix://" })?;
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
    match config.endpoint() {
        Endpoint::Tcp { host, port } => {
            let bracketed = host.contains(':');
            let (open, close) = if bracketed { ("[", "]") } else { ("", "") };
            let host = Encoded {
                text: host,
                keep: if bracketed { ":" } else { "" },
            };
            write!(f, "{open}{host}{close}:{port}")?;
            if config.database() != 0 {
                write!(f, "/{}", config.database())?;
            }
        }
        Endpoint::Unix { path } => write!(f, "{}", Encoded { text: path, keep: "/" })?,
    }
    write_query(config, is_tcp, f)
}

fn write_query(config: &Config, is_tcp: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let default = Config::new();
    let mut separator = '?';
    let mut option = |f: &mut fmt::Formatter<'_>, name: &str, value: &dyn fmt::Display| {
        let written = write!(f, "{separator}{name}={value}");
        separator = '&';
        written
    };
    if !is_tcp && config.database() != 0 {
        option(f, "db", &config.database())?;
    }
    match config.protocol() {
        Protocol::Resp2 => option(f, "protocol", &2)?,
        Protocol::Resp3 => {}
    }
    if let Some(name) = config.client_name() {
        option(f, "client_name", &Encoded { text: name, keep: "" })?;
    }
    if config.connect_timeout() != default.connect_timeout() {
        option(f, "connect_timeout", &Seconds(config.connect_timeout()))?;
    }
    if config.response_timeout() != default.response_timeout() {
        option(f, "response_timeout", &Seconds(config.response_timeout()))?;
    }
    if config.keepalive().is_none() {
        option(f, "socket_keepalive", &"no")?;
    }
    if !config.nodelay() {
        option(f, "nodelay", &"no")?;
    }
    Ok(())
}

/// A time-out as [`timeout`] reads it.
struct Seconds(Option<Duration>);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(time) = self.0 else { return f.write_str("none") };
        write!(f, "{}", time.as_secs())?;
        let (mut nanos, mut width) = (time.subsec_nanos(), 9);
        if nanos == 0 {
            return Ok(());
        }
        while nanos % 10 == 0 {
            nanos /= 10;
            width -= 1;
        }
        write!(f, ".{nanos:0width$}")
    }
}
