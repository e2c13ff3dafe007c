//! The options in the query of a URL, each once: its names, how it is read, and how it is written.

use alloc::string::String;
use core::time::Duration;

use super::backoff::Backoff;
use super::config::{Config, Overload, Protocol};
use super::endpoint::Endpoint;
use super::keepalive::Keepalive;
use super::library::Library;
use super::pool::PoolOptions;
use super::retry::RetryPolicy;
use super::sentinel_options::SENTINEL_OPTIONS;
use super::values::{
    A_BOOLEAN, A_NUMBER, A_SHORT_SIZE, A_SIZE, A_TIME, A_TIME_OR_NONE, Value, boolean, number, size, time, time_or_none,
};
use crate::resp::Limits;
use crate::secret::{Credentials, Secret};

/// An option of the query.
pub(super) struct QueryOption {
    pub(super) name: &'static str,
    /// Another name for it, that of redis-py where there is one; empty if there is none.
    pub(super) alias: &'static str,
    /// Takes the value over into the draft, or says what is expected.
    pub(super) read: fn(&mut Draft, String) -> Result<(), &'static str>,
    /// What a configuration says; it is written where that is not what [`Config::new`] says.
    pub(super) value: for<'a> fn(&'a Config) -> Value<'a>,
}

impl QueryOption {
    /// The option of that name, and the name as text that is not from the URL.
    pub(super) fn find(name: &str) -> Option<(&'static QueryOption, &'static str)> {
        let names = query_options().flat_map(|option| [(option, option.name), (option, option.alias)]);
        names
            .filter(|(_, known)| !known.is_empty())
            .find(|(_, known)| *known == name)
    }
}

/// A configuration that a URL is being read into.
pub(super) struct Draft {
    pub(super) config: Config,
    pub(super) username: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) sentinel_username: Option<String>,
    pub(super) sentinel_password: Option<Secret>,
    /// Said once, these hold wherever in the query they stand.
    no_keepalive: bool,
    no_library: bool,
}

impl Draft {
    pub(super) fn new(config: Config, username: Option<String>, password: Option<Secret>) -> Self {
        Draft {
            config,
            username,
            password,
            sentinel_username: None,
            sentinel_password: None,
            no_keepalive: false,
            no_library: false,
        }
    }

    pub(super) fn finish(mut self) -> Config {
        if self.no_keepalive {
            self.config.keepalive = None;
        }
        if self.no_library {
            self.config.library = None;
        }
        if let Some(credentials) = credentials(self.sentinel_username, self.sentinel_password) {
            if let Some(service) = &mut self.config.service {
                service.sentinels.credentials = Some(credentials);
            }
        }
        match credentials(self.username, self.password) {
            Some(credentials) => self.config.with_credentials(credentials),
            None => self.config,
        }
    }

    fn keepalive(&mut self, change: impl FnOnce(Keepalive) -> Keepalive) {
        let keepalive = self.config.keepalive.take().unwrap_or_default();
        self.config.keepalive = Some(change(keepalive));
    }

    fn backoff(&mut self, change: impl FnOnce(Backoff) -> Backoff) {
        self.config.backoff = change(self.config.backoff);
    }

    fn retry(&mut self, change: impl FnOnce(RetryPolicy) -> RetryPolicy) {
        self.config.retry = change(self.config.retry);
    }

    fn pool(&mut self, change: impl FnOnce(PoolOptions) -> PoolOptions) {
        self.config.pool = change(core::mem::take(&mut self.config.pool));
    }

    fn limits(&mut self, change: impl FnOnce(Limits) -> Limits) {
        self.config.limits = change(self.config.limits);
    }
}

/// Whoever is named, if anyone is.
fn credentials(username: Option<String>, password: Option<Secret>) -> Option<Credentials> {
    if username.is_none() && password.is_none() {
        return None;
    }
    let password = password.unwrap_or_else(|| Secret::new(""));
    Some(Credentials::user(username.unwrap_or_default(), password))
}

/// All options in the order in which they are written.
pub(super) fn query_options() -> impl Iterator<Item = &'static QueryOption> {
    QUERY_OPTIONS.iter().chain(SENTINEL_OPTIONS)
}

fn seconds(time: Option<Duration>) -> Value<'static> {
    time.map_or(Value::Absent, Value::Time)
}

/// Those of every URL.
pub(super) static QUERY_OPTIONS: &[QueryOption] = &[
    QueryOption {
        name: "db",
        alias: "",
        read: |draft, value| {
            draft.config.database = number(&value).ok_or("the number of a database")?;
            Ok(())
        },
        // A URL with a host has it in its path.
        value: |config| match config.endpoint() {
            Endpoint::Unix { .. } if config.service().is_none() && config.database() != 0 => {
                Value::Number(config.database())
            }
            _ => Value::Absent,
        },
    },
    QueryOption {
        name: "protocol",
        alias: "",
        read: |draft, value| {
            draft.config.protocol = match &*value {
                "2" => Protocol::Resp2,
                "3" => Protocol::Resp3,
                _ => return Err("2 or 3"),
            };
            Ok(())
        },
        value: |config| {
            Value::Number(match config.protocol() {
                Protocol::Resp2 => 2,
                Protocol::Resp3 => 3,
            })
        },
    },
    QueryOption {
        name: "username",
        alias: "",
        read: |draft, value| {
            draft.username = Some(value);
            Ok(())
        },
        // Both stand before the `@`, as far as they are printed at all.
        value: |_| Value::Absent,
    },
    QueryOption {
        name: "password",
        alias: "",
        read: |draft, value| {
            draft.password = Some(Secret::new(value));
            Ok(())
        },
        value: |_| Value::Absent,
    },
    QueryOption {
        name: "client_name",
        alias: "",
        read: |draft, value| {
            draft.config.client_name = Some(value);
            Ok(())
        },
        value: |config| config.client_name().map_or(Value::Absent, Value::Text),
    },
    QueryOption {
        name: "lib_name",
        alias: "",
        read: |draft, value| {
            if value.eq_ignore_ascii_case("none") {
                draft.no_library = true;
                return Ok(());
            }
            let library = draft.config.library.take().unwrap_or_default();
            draft.config.library = Some(Library::new(value, library.version()));
            Ok(())
        },
        value: |config| Value::Text(config.library().map_or("none", Library::name)),
    },
    QueryOption {
        name: "lib_version",
        alias: "",
        read: |draft, value| {
            let library = draft.config.library.take().unwrap_or_default();
            draft.config.library = Some(Library::new(library.name(), value));
            Ok(())
        },
        value: |config| {
            config
                .library()
                .map_or(Value::Absent, |library| Value::Text(library.version()))
        },
    },
    QueryOption {
        name: "connect_timeout",
        alias: "socket_connect_timeout",
        read: |draft, value| {
            draft.config.connect_timeout = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            Ok(())
        },
        value: |config| config.connect_timeout().into(),
    },
    QueryOption {
        name: "response_timeout",
        alias: "socket_timeout",
        read: |draft, value| {
            draft.config.response_timeout = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            Ok(())
        },
        value: |config| config.response_timeout().into(),
    },
    QueryOption {
        name: "liveness",
        alias: "",
        read: |draft, value| {
            draft.config.liveness = Some(time_or_none(&value).ok_or(A_TIME_OR_NONE)?);
            Ok(())
        },
        value: |config| config.liveness.map_or(Value::Absent, Value::from),
    },
    QueryOption {
        name: "socket_keepalive",
        alias: "",
        read: |draft, value| {
            if boolean(&value).ok_or(A_BOOLEAN)? {
                // Times set by hand survive a URL that merely confirms them.
                draft.keepalive(|keepalive| keepalive);
            } else {
                draft.no_keepalive = true;
            }
            Ok(())
        },
        value: |config| Value::Boolean(config.keepalive().is_some()),
    },
    QueryOption {
        name: "keepalive_idle",
        alias: "",
        read: |draft, value| {
            let idle = time(&value).ok_or(A_TIME)?;
            draft.keepalive(|keepalive| keepalive.with_idle(idle));
            Ok(())
        },
        value: |config| seconds(config.keepalive().map(Keepalive::idle)),
    },
    QueryOption {
        name: "keepalive_interval",
        alias: "",
        read: |draft, value| {
            let interval = time(&value).ok_or(A_TIME)?;
            draft.keepalive(|keepalive| keepalive.with_interval(interval));
            Ok(())
        },
        value: |config| seconds(config.keepalive().map(Keepalive::interval)),
    },
    QueryOption {
        name: "keepalive_probes",
        alias: "",
        read: |draft, value| {
            let probes = number(&value).ok_or(A_NUMBER)?;
            draft.keepalive(|keepalive| keepalive.with_probes(probes));
            Ok(())
        },
        value: |config| {
            config
                .keepalive()
                .map_or(Value::Absent, |keepalive| Value::Number(keepalive.probes()))
        },
    },
    QueryOption {
        name: "tcp_user_timeout",
        alias: "",
        read: |draft, value| {
            draft.config.tcp_user_timeout = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            Ok(())
        },
        value: |config| config.tcp_user_timeout().into(),
    },
    QueryOption {
        name: "nodelay",
        alias: "",
        read: |draft, value| {
            draft.config.nodelay = boolean(&value).ok_or(A_BOOLEAN)?;
            Ok(())
        },
        value: |config| Value::Boolean(config.nodelay()),
    },
    QueryOption {
        name: "backoff_base",
        alias: "",
        read: |draft, value| {
            let base = time(&value).ok_or(A_TIME)?;
            draft.backoff(|backoff| backoff.with_base(base));
            Ok(())
        },
        value: |config| Value::Time(config.backoff().base()),
    },
    QueryOption {
        name: "backoff_cap",
        alias: "",
        read: |draft, value| {
            let cap = time(&value).ok_or(A_TIME)?;
            draft.backoff(|backoff| backoff.with_cap(cap));
            Ok(())
        },
        value: |config| Value::Time(config.backoff().cap()),
    },
    QueryOption {
        name: "backoff_stable",
        alias: "",
        read: |draft, value| {
            let stable = time(&value).ok_or(A_TIME)?;
            draft.backoff(|backoff| backoff.with_stable(stable));
            Ok(())
        },
        value: |config| Value::Time(config.backoff().stable()),
    },
    QueryOption {
        name: "retries",
        alias: "",
        read: |draft, value| {
            let retries = number(&value).ok_or(A_NUMBER)?;
            draft.retry(|retry| retry.with_retries(retries));
            Ok(())
        },
        value: |config| Value::Number(config.retry().retries()),
    },
    QueryOption {
        name: "retry_reads",
        alias: "",
        read: |draft, value| {
            let on = boolean(&value).ok_or(A_BOOLEAN)?;
            draft.retry(|retry| retry.with_retry_reads(on));
            Ok(())
        },
        value: |config| Value::Boolean(config.retry().retry_reads()),
    },
    QueryOption {
        name: "retry_on_timeout",
        alias: "",
        read: |draft, value| {
            let on = boolean(&value).ok_or(A_BOOLEAN)?;
            draft.retry(|retry| retry.with_retry_on_timeout(on));
            Ok(())
        },
        value: |config| Value::Boolean(config.retry().retry_on_timeout()),
    },
    QueryOption {
        name: "retry_backoff_base",
        alias: "",
        read: |draft, value| {
            let base = time(&value).ok_or(A_TIME)?;
            draft.retry(|retry| retry.with_backoff(retry.backoff().with_base(base)));
            Ok(())
        },
        value: |config| Value::Time(config.retry().backoff().base()),
    },
    QueryOption {
        name: "retry_backoff_cap",
        alias: "",
        read: |draft, value| {
            let cap = time(&value).ok_or(A_TIME)?;
            draft.retry(|retry| retry.with_backoff(retry.backoff().with_cap(cap)));
            Ok(())
        },
        value: |config| Value::Time(config.retry().backoff().cap()),
    },
    QueryOption {
        name: "max_connections",
        alias: "",
        read: |draft, value| {
            let most = number(&value).ok_or("a positive integer up to 4294967295")?;
            draft.pool(|pool| pool.with_max_connections(most));
            Ok(())
        },
        value: |config| Value::Number(config.pool().max_connections()),
    },
    QueryOption {
        name: "pool_timeout",
        alias: "timeout",
        read: |draft, value| {
            let timeout = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            draft.pool(|pool| pool.with_pool_timeout(timeout));
            Ok(())
        },
        value: |config| config.pool().chosen_pool_timeout().map_or(Value::Absent, Value::from),
    },
    QueryOption {
        name: "idle_timeout",
        alias: "",
        read: |draft, value| {
            let timeout = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            draft.pool(|pool| pool.with_idle_timeout(timeout));
            Ok(())
        },
        value: |config| config.pool().idle_timeout().into(),
    },
    QueryOption {
        name: "max_lifetime",
        alias: "",
        read: |draft, value| {
            let lifetime = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            draft.pool(|pool| pool.with_max_lifetime(lifetime));
            Ok(())
        },
        value: |config| config.pool().max_lifetime().into(),
    },
    QueryOption {
        name: "health_check_interval",
        alias: "",
        read: |draft, value| {
            let interval = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            draft.pool(|pool| pool.with_health_check_interval(interval));
            Ok(())
        },
        value: |config| config.pool().health_check_interval().into(),
    },
    QueryOption {
        name: "read_buffer_min",
        alias: "",
        read: |draft, value| {
            draft.config.read_buffer_min = size(&value).ok_or(A_SIZE)?;
            Ok(())
        },
        value: |config| Value::Bytes(config.read_buffer_min()),
    },
    QueryOption {
        name: "read_buffer_max",
        alias: "",
        read: |draft, value| {
            draft.config.read_buffer_max = size(&value).ok_or(A_SIZE)?;
            Ok(())
        },
        value: |config| Value::Bytes(config.read_buffer_max()),
    },
    QueryOption {
        name: "memory_budget",
        alias: "",
        read: |draft, value| {
            draft.config.memory_budget = size(&value).ok_or(A_SIZE)?;
            Ok(())
        },
        value: |config| Value::Bytes(config.memory_budget()),
    },
    QueryOption {
        name: "overload",
        alias: "",
        read: |draft, value| {
            draft.config.overload = match &*value {
                "wait" => Overload::Wait,
                "fail" => Overload::Fail,
                _ => return Err("`wait` or `fail`"),
            };
            Ok(())
        },
        value: |config| {
            Value::Text(match config.overload() {
                Overload::Wait => "wait",
                Overload::Fail => "fail",
            })
        },
    },
    QueryOption {
        name: "integrity",
        alias: "",
        read: |draft, value| {
            draft.config.integrity = boolean(&value).ok_or(A_BOOLEAN)?;
            Ok(())
        },
        value: |config| Value::Boolean(config.integrity()),
    },
    QueryOption {
        name: "max_line",
        alias: "",
        read: |draft, value| {
            let bytes = size(&value).ok_or(A_SHORT_SIZE)?;
            draft.limits(|limits| limits.line(bytes));
            Ok(())
        },
        value: |config| Value::Bytes(config.limits().max_line()),
    },
    QueryOption {
        name: "max_bulk",
        alias: "",
        read: |draft, value| {
            let bytes = size(&value).ok_or(A_SHORT_SIZE)?;
            draft.limits(|limits| limits.bulk(bytes));
            Ok(())
        },
        value: |config| Value::Bytes(config.limits().max_bulk()),
    },
    QueryOption {
        name: "max_depth",
        alias: "",
        read: |draft, value| {
            let levels = number(&value).ok_or(A_NUMBER)?;
            draft.limits(|limits| limits.depth(levels));
            Ok(())
        },
        value: |config| Value::Bytes(config.limits().max_depth()),
    },
    QueryOption {
        name: "max_elements",
        alias: "",
        read: |draft, value| {
            let count = number(&value).ok_or(A_NUMBER)?;
            draft.limits(|limits| limits.elements(count));
            Ok(())
        },
        value: |config| Value::Bytes(config.limits().max_elements()),
    },
    QueryOption {
        name: "max_total",
        alias: "",
        read: |draft, value| {
            let bytes = size(&value).ok_or(A_SHORT_SIZE)?;
            draft.limits(|limits| limits.total(bytes));
            Ok(())
        },
        value: |config| Value::Bytes(config.limits().max_total()),
    },
];
