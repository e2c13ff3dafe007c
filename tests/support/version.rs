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

/// The oldest servers that know something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Since {
    redis: Option<(u32, u32)>,
    valkey: Option<(u32, u32)>,
}

/// The last Redis that Valkey took everything from.
const FORKED: (u32, u32) = (7, 2);

impl Default for Since {
    /// Every server that the tests run on.
    fn default() -> Self {
        Since::redis(7, 0)
    }
}

impl Since {
    /// A Redis from this version on, and Valkey if it has it from Redis 7.2.
    pub fn redis(major: u32, minor: u32) -> Self {
        Since {
            redis: Some((major, minor)),
            valkey: ((major, minor) <= FORKED).then_some(FORKED),
        }
    }

    /// And a Valkey from this version on.
    pub fn valkey(mut self, major: u32, minor: u32) -> Self {
        self.valkey = Some((major, minor));
        self
    }

    /// A Valkey from this version on, and no Redis.
    pub fn only_valkey(major: u32, minor: u32) -> Self {
        Since {
            redis: None,
            valkey: Some((major, minor)),
        }
    }

    /// A Redis from this version on, and no Valkey.
    pub fn only_redis(major: u32, minor: u32) -> Self {
        Since {
            redis: Some((major, minor)),
            valkey: None,
        }
    }

    /// Whether a server of this version knows it.
    pub fn knows(self, version: Version) -> bool {
        let (since, version) = match version {
            Version::Redis(major, minor) => (self.redis, (major, minor)),
            Version::Valkey(major, minor) => (self.valkey, (major, minor)),
        };
        since.is_some_and(|since| since <= version)
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (product, since) in [("Redis", self.redis), ("Valkey", self.valkey)] {
            if let Some((major, minor)) = since {
                write!(f, "{separator}{product} {major}.{minor}")?;
                separator = " and ";
            }
        }
        Ok(())
    }
}
