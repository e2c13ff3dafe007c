//! URLs and configurations of services kept by Sentinel.

use alloc::format;
use alloc::string::ToString;
use core::time::Duration;

use super::{SECOND, assert_refused, parse, tcp};
use crate::secret::Credentials;
use crate::topology::sentinel::{Sentinels, Service, ServiceRole};
use crate::topology::{Backoff, Config};

const ONE: [(&str, u16); 1] = [("s", 26379)];

#[test]
fn urls_name_sentinels_and_a_service() {
    let two = Sentinels::new([("10.0.0.1", 26380), ("::1", 26379)]);
    let table = [
        ("redis+sentinel://s/mymaster", Service::master("mymaster", ONE)),
        ("Redis+Sentinel://S:0/mymaster/", Service::master("mymaster", ONE)),
        (
            "redis+sentinel://10.0.0.1:26380,[::1]/cache",
            Service::master("cache", two.clone()),
        ),
        (
            "redis+sentinel://10.0.0.1:26380,[::1]:26379/a%2Fb?role=replica",
            Service::replica("a/b", two),
        ),
        (
            "redis+sentinel://s/m?sentinel_username=u&sentinel_password=p%40&sentinel_timeout=250ms&watch_interval=none\
             &min_other_sentinels=2",
            Service::master(
                "m",
                Sentinels::new(ONE)
                    .with_credentials(Credentials::user("u", "p@"))
                    .with_timeout(Duration::from_millis(250))
                    .with_watch_interval(None)
                    .with_min_other_sentinels(2),
            ),
        ),
        (
            "redis+sentinel://s/m?sentinel_password=p&role=master",
            Service::master("m", Sentinels::new(ONE).with_credentials(Credentials::password("p"))),
        ),
    ];
    for (url, service) in table {
        let config = parse(url);
        assert_eq!(config.service(), Some(&service), "{url}");
        assert_eq!(config, Config::new().with_service(service), "{url}");
    }
    let config = parse("redis+sentinel://user:pw@s/m/3?client_name=worker&sentinel_password=other");
    assert_eq!(config.credentials(), Some(&Credentials::user("user", "pw")));
    assert_eq!((config.database(), config.client_name()), (3, Some("worker")));
}

#[test]
fn services_are_written_as_they_are_read_and_without_passwords() {
    let urls = [
        "redis+sentinel://10.0.0.1:26380,[::1]:26379/a%2Fb",
        "redis+sentinel://s:26379/m/3?client_name=worker&role=replica",
        "redis+sentinel://s:26379/m?role=replica&min_other_sentinels=1&sentinel_timeout=0.25&watch_interval=none",
    ];
    for url in urls {
        assert_eq!(parse(url).to_string(), url);
    }
    let config = parse("redis+sentinel://u:hunter2@s/m?sentinel_username=v&sentinel_password=hunter3");
    let url = "redis+sentinel://u:***@s:26379/m?sentinel_username=v&sentinel_password=***";
    assert_eq!(config.to_string(), url);
    for text in [format!("{config:?}"), format!("{config:#?}"), config.to_string()] {
        assert!(!text.contains("hunter"), "{text}");
    }
    // A user name that may be the password in the wrong place.
    let config = parse("redis+sentinel://s/m?sentinel_username=hunter2");
    assert!(!format!("{config:?} {config}").contains("hunter2"));
}

#[test]
fn a_url_over_a_service_keeps_what_it_leaves_out() {
    let sentinels = Sentinels::new(ONE).with_credentials(Credentials::password("p"));
    let config = Config::new().with_service(Service::replica("m", sentinels.clone()));
    let over = config.clone().with_url("redis+sentinel://t/n");
    let expected = Service::master("n", sentinels.in_order([tcp("t", 26379)].into()));
    assert_eq!(over, Ok(Config::new().with_service(expected)));
    // An endpoint takes the place of a service.
    assert_eq!(
        config
            .clone()
            .with_url("redis://h")
            .map(|config| config.service().cloned()),
        Ok(None)
    );
    assert_eq!(config.with_service(None), Config::new());
}

#[test]
fn urls_of_services_that_make_no_sense() {
    assert_refused(&[
        ("redis+sentinel://s", "the path of the URL is missing"),
        ("redis+sentinel://s//", "the path of the URL is missing"),
        (
            "redis+sentinel://s/m/one",
            "the path of the URL must be the number of a database",
        ),
        (
            "redis+sentinel://s/m/1/2",
            "the path of the URL must be the number of a database",
        ),
        (
            "redis+sentinel://s:99999/m",
            "the port of the URL must be a number up to 65535",
        ),
        (
            "redis+sentinel://s,t:x/m",
            "the port of the URL must be a number up to 65535",
        ),
        ("redis+sentinel://::1/m", "an IPv6 address needs brackets"),
        (
            "redis+sentinel://s/a%0ab",
            "the name of the service contains a control character",
        ),
        (
            "redis+sentinel://s/m?role=slave",
            "option `role` of the URL must be `master` or `replica`",
        ),
        ("redis+sentinel://s/m?min_other_sentinels=-1", "must be a number"),
        (
            "redis+sentinel://s/m?sentinel_timeout=0",
            "sentinel_timeout must be more than 0",
        ),
        ("redis+sentinel://s/m?sentinel_timeout=none", "must be a time"),
        (
            "redis+sentinel://s/m?watch_interval=0",
            "watch_interval must be more than 0",
        ),
        ("rediss+sentinel://s/m", "asks for TLS"),
    ]);
    for option in [
        "role=master",
        "min_other_sentinels=1",
        "sentinel_username=u",
        "sentinel_password=p",
        "watch_interval=1",
    ] {
        assert_refused(&[(
            &*format!("redis://h?{option}"),
            "of the URL must be in a `redis+sentinel://` URL",
        )]);
    }
    let invalid = |service: Service| {
        Config::new()
            .with_service(service)
            .validate()
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(
        invalid(Service::master("m", [("", 0); 0])).as_deref(),
        Some("the list of sentinels is empty")
    );
    assert_eq!(
        invalid(Service::master("", ONE)).as_deref(),
        Some("the name of the service is empty")
    );
    assert_eq!(
        invalid(Service::master("m", [("a b", 1)])).as_deref(),
        Some("the host contains white space or a control character")
    );
}

#[test]
fn services_are_dialed_after_short_delays() {
    let longest = |backoff: Backoff| {
        let config = Config::new().with_backoff(backoff);
        let service = Service::master("m", ONE);
        let delay = |config: &Config| config.dial_backoff().delay(30, u64::MAX);
        (delay(&config), delay(&config.with_service(service)))
    };
    assert_eq!(longest(Backoff::new()), (5 * SECOND, SECOND / 2));
    assert_eq!(longest(Backoff::new().with_cap(SECOND / 4)), (SECOND / 4, SECOND / 4));
    let slow = Backoff::new().with_base(2 * SECOND).with_cap(9 * SECOND);
    assert_eq!(longest(slow), (9 * SECOND, SECOND / 2));
}

#[test]
fn f328_text_forms() {
    let sentinels = Sentinels::new([("10.0.0.1", 26379), ("::1", 26380)]);
    assert_eq!(sentinels.to_string(), "10.0.0.1:26379,[::1]:26380");
    let service = Service::master("mymaster", sentinels.clone());
    assert_eq!(
        (service.to_string().as_str(), service.role()),
        ("mymaster(master)", ServiceRole::Master)
    );
    assert_eq!(Service::replica("mymaster", sentinels).to_string(), "mymaster(replica)");
}
