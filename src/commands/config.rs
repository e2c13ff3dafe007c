//! The configuration of a running server.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

use crate::command::{Executor, cmd};
use crate::resp::{DecodeError, FromReply, ReplyRef, ToArg, ToArgs};

/// Commands on the configuration of the server.
pub trait ConfigCommands: Executor {
    /// The parameters whose names match one of the glob `patterns` (`maxmemory*`), and their values.
    ///
    /// Sends [`CONFIG GET`](https://redis.io/docs/latest/commands/config-get/). Parameters that the server does not know are
    /// left out. Since Redis 2.0, several patterns since 7.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let parameters = client.config_get("maxmemory*")?;
    /// assert_eq!(parameters["maxmemory-policy"], "noeviction");
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn config_get(self, patterns: impl ToArgs) -> Self::Output<ConfigValues> {
        let request = cmd("CONFIG GET").idempotent().args(patterns, "pattern");
        self.run(request.returns())
    }

    /// Gives a parameter another value, until the server ends; see
    /// [`config_rewrite`](ConfigCommands::config_rewrite) to keep it for longer. The value is never printed.
    ///
    /// Sends [`CONFIG SET`](https://redis.io/docs/latest/commands/config-set/). True, always: the server refuses parameters
    /// that it does not know or that are fixed, and values that make no sense. Since Redis 2.0.
    fn config_set(self, parameter: impl ToArg, value: impl ToArg) -> Self::Output<bool> {
        let request = cmd("CONFIG SET").idempotent().arg(parameter).arg(value);
        self.run(request.returns())
    }

    /// Gives several parameters other values: all of them, or none if one is refused.
    ///
    /// Sends [`CONFIG SET`](https://redis.io/docs/latest/commands/config-set/). True, always. Since Redis 7.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.config_set_many([("maxmemory", "100mb"), ("maxmemory-policy", "allkeys-lru")])?;
    /// assert_eq!(client.config_get("maxmemory")?["maxmemory"], "104857600");
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn config_set_many(self, parameters: impl ToArgs) -> Self::Output<bool> {
        self.run(cmd("CONFIG SET").idempotent().pairs(parameters).returns())
    }

    /// Writes the present configuration to the file that the server was started with; its comments are kept.
    ///
    /// Sends [`CONFIG REWRITE`](https://redis.io/docs/latest/commands/config-rewrite/). True, always: an error if there is
    /// no file, or it cannot be written. Since Redis 2.8.
    fn config_rewrite(self) -> Self::Output<bool> {
        self.run(cmd("CONFIG REWRITE").idempotent().returns())
    }

    /// Begins to count anew what [`info`](super::ServerCommands::info) counts.
    ///
    /// Sends [`CONFIG RESETSTAT`](https://redis.io/docs/latest/commands/config-resetstat/). True, always. Since Redis 2.0.
    fn config_resetstat(self) -> Self::Output<bool> {
        self.run(cmd("CONFIG RESETSTAT").returns())
    }

    /// The server's own help on `CONFIG`, line by line.
    ///
    /// Sends [`CONFIG HELP`](https://redis.io/docs/latest/commands/config-help/). Since Redis 5.0.
    fn config_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("CONFIG HELP").idempotent().returns())
    }
}

impl<E: Executor> ConfigCommands for E {}

/// Parameters of the server and their values: a map, but that passwords are not printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConfigValues(BTreeMap<String, String>);

impl ConfigValues {
    /// The plain map.
    #[must_use]
    pub fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}

impl Deref for ConfigValues {
    type Target = BTreeMap<String, String>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl IntoIterator for ConfigValues {
    type Item = (String, String);
    type IntoIter = alloc::collections::btree_map::IntoIter<String, String>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromReply for ConfigValues {
    /// A parameter without a value has an empty one.
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let values = BTreeMap::<String, Option<String>>::from_reply(reply)?.into_iter();
        let values = values.map(|(name, value)| (name, value.unwrap_or_default()));
        Ok(ConfigValues(values.collect()))
    }
}

/// What a password stands in, by the end of its name: `requirepass`, `masterauth`, `tls-key-file-pass`,
/// `sentinel-pass`, `primaryauth`.
const SECRET: [&str; 4] = ["pass", "auth", "password", "secret"];

impl fmt::Debug for ConfigValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let masked = self.0.iter().map(|(name, value)| {
            let secret = !value.is_empty() && SECRET.iter().any(|end| name.ends_with(end));
            (name, if secret { crate::secret::REDACTED } else { value })
        });
        f.debug_map().entries(masked).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use alloc::format;

    use super::*;
    use crate::resp::{Reply, ReplyBuilder};

    fn reply(map: bool, pairs: &[(&str, Option<&str>)]) -> Reply {
        let mut reply = ReplyBuilder::new();
        if map {
            reply.map(pairs.len());
        } else {
            reply.array(2 * pairs.len());
        }
        for (name, value) in pairs {
            reply.bulk(name.as_bytes());
            match value {
                Some(value) => reply.bulk(value.as_bytes()),
                None => reply.null(),
            };
        }
        reply.finish().unwrap()
    }

    #[test]
    fn passwords_do_not_print() {
        let pairs = [
            ("maxmemory", Some("0")),
            ("requirepass", Some("hunter2")),
            ("masterauth", Some("")),
            ("primaryauth", Some("hunter2")),
            ("tls-key-file-pass", Some("hunter2")),
            ("save", None),
        ];
        for map in [true, false] {
            let values: ConfigValues = reply(map, &pairs).decode().unwrap();
            assert_eq!(
                format!("{values:?}"),
                r#"{"masterauth": "", "maxmemory": "0", "primaryauth": "***", "requirepass": "***", "save": "", "tls-key-file-pass": "***"}"#
            );
            assert_eq!(values.get("requirepass").unwrap(), "hunter2");
            assert_eq!(values.len(), 6);
            assert_eq!(values.clone().into_map().len(), values.into_iter().count());
        }
        let none: ConfigValues = reply(false, &[]).decode().unwrap();
        assert!(none.is_empty());
    }
}
