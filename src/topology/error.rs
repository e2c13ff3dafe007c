//! What can be wrong with a configuration.

use alloc::boxed::Box;
use core::fmt;

use super::options::query_options;

/// A [`Config`](crate::Config) that cannot be used, found before anything connects.
///
/// Its text names the part that is wrong and what is expected there. It never repeats a value from a URL, so it is safe
/// to log whatever the URL held.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(Problem);

// Values are kept out by type: only static text and the name of a query option can be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("a Redis URL must start with one of {SCHEMES}")]
    MissingScheme,
    #[error("unknown URL scheme: a Redis URL must start with one of {SCHEMES}")]
    UnknownScheme,
    #[error("`rediss://` asks for TLS, which this version of redwire does not support")]
    Tls,
    /// A part of a URL, by its name.
    #[error("{0} of the URL {1}")]
    Url(&'static str, &'static str),
    /// A query option whose value makes no sense, by its name.
    #[error("option `{0}` of the URL must be {1}")]
    Value(&'static str, &'static str),
    /// A query option nobody knows; no name where it might be a piece of a password.
    #[error("unknown option {}in the query of the URL: the known ones are {}", Quoted(.0), KnownOptions)]
    UnknownOption(Option<Box<str>>),
    /// A field of the configuration, by its name.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
}

const SCHEMES: &str = "`redis://` (TCP), `rediss://` (TLS, not supported by this version), `unix://` or `redis+unix://` \
                       (Unix socket), `redis+sentinel://` (a service kept by Sentinel)";

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        ConfigError(problem)
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConfigError({:?})", format_args!("{self}"))
    }
}

struct Quoted<'a>(&'a Option<Box<str>>);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "`{name}` "),
            None => Ok(()),
        }
    }
}

struct KnownOptions;

impl fmt::Display for KnownOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = query_options().flat_map(|option| [option.name, option.alias]);
        for (index, name) in names.filter(|name| !name.is_empty()).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{name}")?;
        }
        Ok(())
    }
}
