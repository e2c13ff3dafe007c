//! Which program a server is, and how old.

use std::fmt;

/// A product with the major and minor number of its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    Redis(u32, u32),
    Valkey(u32, u32),
}

impl Version {
    /// Reads the answer to `INFO server`, in which Valkey also claims to be the last Redis that it is compatible with.
    pub fn in_info(info: &str) -> Version {
        let version = |field: &str| {
            let value = info.lines().find_map(|line| line.strip_prefix(field))?;
            let mut numbers = value.trim().split('.').map(|number| number.parse().ok());
            Some((numbers.next()??, numbers.next()??))
        };
        match (version("valkey_version:"), version("redis_version:")) {
            (Some((major, minor)), _) => Version::Valkey(major, minor),
            (None, Some((major, minor))) => Version::Redis(major, minor),
            (None, None) => panic!("no version in {info}"),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version::Redis(major, minor) => write!(f, "Redis {major}.{minor}"),
            Version::Valkey(major, minor) => write!(f, "Valkey {major}.{minor}"),
        }
    }
}
