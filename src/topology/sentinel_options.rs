//! The options in the query of a URL that names a service.

use super::config::Config;
use super::options::{Draft, QueryOption};
use super::sentinel::{Sentinels, Service, ServiceRole};
use super::values::{A_TIME, A_TIME_OR_NONE, Value, number, time, time_or_none};
use crate::secret::Secret;

fn service(draft: &mut Draft) -> Result<&mut Service, &'static str> {
    draft.config.service.as_mut().ok_or("in a `redis+sentinel://` URL")
}

fn sentinels(draft: &mut Draft) -> Result<&mut Sentinels, &'static str> {
    service(draft).map(|service| &mut service.sentinels)
}

fn said<'a>(config: &'a Config, value: impl FnOnce(&'a Service) -> Value<'a>) -> Value<'a> {
    config.service().map_or(Value::Absent, value)
}

pub(super) static SENTINEL_OPTIONS: &[QueryOption] = &[
    QueryOption {
        name: "role",
        alias: "",
        read: |draft, value| {
            service(draft)?.role = match &*value {
                "master" => ServiceRole::Master,
                "replica" => ServiceRole::Replica,
                _ => return Err("`master` or `replica`"),
            };
            Ok(())
        },
        value: |config| match config.service_role() {
            Some(ServiceRole::Replica) => Value::Text("replica"),
            _ => Value::Absent,
        },
    },
    QueryOption {
        name: "min_other_sentinels",
        alias: "",
        read: |draft, value| {
            sentinels(draft)?.min_other_sentinels = number(&value).ok_or("a number")?;
            Ok(())
        },
        value: |config| {
            said(config, |service| match service.sentinels.min_other_sentinels {
                0 => Value::Absent,
                others => Value::Bytes(usize::try_from(others).unwrap_or(usize::MAX)),
            })
        },
    },
    QueryOption {
        name: "sentinel_username",
        alias: "",
        read: |draft, value| {
            service(draft)?;
            draft.sentinel_username = Some(value);
            Ok(())
        },
        value: |config| {
            said(config, |service| {
                let credentials = service.sentinels.credentials.as_ref();
                let username = credentials.and_then(|credentials| credentials.printable_username());
                username.map_or(Value::Absent, Value::Text)
            })
        },
    },
    QueryOption {
        name: "sentinel_password",
        alias: "",
        read: |draft, value| {
            service(draft)?;
            draft.sentinel_password = Some(Secret::new(value));
            Ok(())
        },
        value: |config| {
            said(config, |service| match &service.sentinels.credentials {
                Some(credentials) if !credentials.password.is_empty() => Value::Text(crate::secret::REDACTED),
                _ => Value::Absent,
            })
        },
    },
    QueryOption {
        name: "sentinel_timeout",
        alias: "",
        read: |draft, value| {
            sentinels(draft)?.timeout = time(&value).ok_or(A_TIME)?;
            Ok(())
        },
        value: |config| {
            said(config, |service| {
                by_default(service, |sentinels| Value::Time(sentinels.timeout))
            })
        },
    },
    QueryOption {
        name: "watch_interval",
        alias: "",
        read: |draft, value| {
            sentinels(draft)?.watch_interval = time_or_none(&value).ok_or(A_TIME_OR_NONE)?;
            Ok(())
        },
        value: |config| {
            said(config, |service| {
                by_default(service, |sentinels| sentinels.watch_interval.into())
            })
        },
    },
];

/// Nothing, if that is what holds unless it is said.
fn by_default(service: &Service, value: fn(&Sentinels) -> Value<'static>) -> Value<'static> {
    let default = Sentinels::new([("", 0); 0]);
    let said = value(&service.sentinels);
    if said == value(&default) { Value::Absent } else { said }
}
