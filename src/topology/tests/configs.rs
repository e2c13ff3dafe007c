//! Secrets stay secret, bad settings are found early, and what is printed is read back.

use alloc::format;
use alloc::string::{String, ToString};
use core::time::Duration;

use super::{SECOND, parse, refused, tcp};
use crate::secret::{Credentials, Secret};
use crate::topology::percent::Encoded;
use crate::topology::{Config, Endpoint, IntoConfig, Keepalive, Library, Protocol};

#[test]
fn t36_no_error_repeats_any_part_of_a_secret() {
    // `SE` and `CRET` stand for the two halves of a password, so that each half is looked for alone.
    let urls = [
        // Bad port, bad database, no slash.
        "redis://alice:SECRET@h:x/0",
        "redis://alice:SECRET@h:65536",
        "redis://alice:SECRET@h/abc",
        "redis://alice:SECRET@h?db=abc",
        "redis://alice:SECRET@h:6379db=0",
        "redis:alice:SECRET@h:6379/0",
        "redis:/alice:SECRET@h:6379/0",
        "alice:SECRET@h:6379/0",
        "SECRET",
        "SECRET@h://x",
        "SECRET://h",
        "http://alice:SECRET@h",
        "rediss://alice:SECRET@h",
        // A delimiter in the password that should have been encoded.
        "redis://alice:SE/CRET@h:6379/0",
        "redis://:1/CRET@h:6379/0",
        "redis://:SE?CRET@h:6379/0",
        "redis://:1?CRET@h:6379/0",
        "redis://:1?CRET=1&x=y@h:6379/0",
        "redis://:1?CRET=/x@h:6379/0",
        "redis://:1/0?CRET=@h",
        "redis://:1?db=CRET@h:6379/0",
        "redis://:1?socket_timeout=CRET@h:6379/0",
        "redis://:1?nodelay=CRET@h:6379/0",
        "redis://:1?protocol=CRET@h:6379/0",
        "redis://:1?client_name=CRET @h:6379/0",
        "redis://:1?client_name=CRET%@h:6379/0",
        "redis://:SE#CRET@h:6379/0",
        "redis://:SE%CRET@h:6379/0",
        "redis://:SECRET%FF@h:6379/0",
        "redis://SECRET%@h",
        "redis://:SE\nCRET@h:6379/0",
        "redis://:SECRET@h\n",
        "redis://:SECRET@[h",
        "redis://:SECRET@[::1]x",
        "redis://:SECRET@::1",
        "redis://:SECRET@h i",
        "redis://h:SECRET",
        "redis://SECRET:pw",
        "redis://h/SECRET",
        "unix://:SECRET@",
        "unix://:SECRET@run/a.sock",
        "unix://:SE/CRET@h/a?x=1",
        "unix://:SECRET@/a?db=x",
        "redis://h?password=SECRET%",
        "redis://h?password=SECRET&x=1",
        "redis://h?passwd=SECRET",
        "redis://h?SECRET/x=1",
        "redis://h?db=1;password=SECRET",
        "redis://:SECRET@h?socket_timeout=0",
        "redis://:SECRET@h?client_name=%00",
    ];
    for url in urls {
        let Err(error) = Config::parse(url) else {
            panic!("{url} was accepted")
        };
        for text in [format!("{error}"), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!text.contains("SE") && !text.contains("CRET"), "{url}: {text}");
            assert!(!text.contains("alice"), "{url}: {text}");
        }
    }
}

#[test]
fn t37_configurations_print_without_the_password() {
    let passwords = [
        "hunter2",
        "p@ss:w/rd?#%&=+",
        "a b",
        "\"quo\\ted\"",
        "line\r\nbreak",
        "pässwörd",
        "%2F%2B",
        "h:6379",
    ];
    for password in passwords {
        let encoded = format!(
            "{}",
            Encoded {
                text: password,
                keep: ""
            }
        );
        let configs = [
            Config::new().with_credentials(Credentials::password(password)),
            Config::new().with_credentials(Credentials::user("alice", password)),
            Config::unix("/run/a.sock").with_credentials(Credentials::user("alice", password)),
            // Twice: as the user name too, alone in the user name's place, before the `@` and in the query.
            Config::new().with_credentials(Credentials::user(password, password)),
            Config::new().with_credentials(Credentials::user(password, "")),
            parse(&format!("redis://{encoded}@host")),
            parse(&format!("redis://alice:{encoded}@host?password={encoded}")),
            parse(&format!("redis://host?username={encoded}")),
        ];
        for config in configs {
            for text in [format!("{config}"), format!("{config:?}"), format!("{config:#?}")] {
                assert!(text.contains("***"), "{text}");
                let escaped = format!("{password:?}");
                for hidden in [password, &encoded, escaped.trim_matches('"')] {
                    assert!(!text.contains(hidden), "{hidden} in {text}");
                }
            }
        }
    }
    let table = [
        ("redis://h", "redis://h:6379"),
        ("redis://:pw@h", "redis://:***@h:6379"),
        ("redis://alice:pw@h/2", "redis://alice:***@h:6379/2"),
        ("redis://a%3Ab:pw@h", "redis://a%3Ab:***@h:6379"),
        ("redis://alice@h", "redis://***@h:6379"),
        ("redis://pw:pw@h", "redis://***:***@h:6379"),
        ("unix://:pw@/a%20b?db=2", "unix://:***@/a%20b?db=2"),
        ("redis://h?password=pw&nodelay=0", "redis://:***@h:6379?nodelay=no"),
    ];
    for (url, printed) in table {
        assert_eq!(parse(url).to_string(), printed);
    }
}

#[test]
fn t39_names_and_hosts_are_checked_before_anything_connects() {
    for bad in [
        "a b", " a", "a ", "a\rb", "a\nb", "a\r\nb", "a\0b", "a\tb", "a\u{7f}", "é", "a\u{a0}b",
    ] {
        let configs = [
            (Config::tcp(bad, 1), "the host "),
            (Config::new().with_client_name(bad), "the client name contains"),
            (
                Config::new().with_library(Library::new(bad, "1")),
                "the library name contains",
            ),
            (
                Config::new().with_library(Library::new("a", bad)),
                "the library version contains",
            ),
        ];
        for (config, message) in configs {
            if message == "the host " && bad == "é" {
                continue; // A name a resolver may know.
            }
            let by_reference = (&config).into_config();
            let error = by_reference.as_ref().err().map(ToString::to_string).unwrap_or_default();
            assert!(error.starts_with(message), "{bad:?}: {error}");
            assert_eq!(config.into_config(), by_reference);
        }
        let encoded = Encoded { text: bad, keep: "" };
        if bad != "é" {
            assert!(
                refused(&format!("redis://{encoded}")).starts_with("the host contains"),
                "{bad:?}"
            );
        }
        assert!(
            refused(&format!("redis://h?client_name={encoded}")).starts_with("the client name contains"),
            "{bad:?}"
        );
    }
    assert_eq!(Config::new().with_client_name("!az~").validate(), Ok(()));
    assert_eq!(Config::new().with_client_name("").client_name(), None);
    assert_eq!(Config::new().with_library(None).validate(), Ok(()));
    for library in [Library::new("", "1"), Library::new("a", "")] {
        assert!(Config::new().with_library(library).validate().is_err());
    }
}

#[test]
fn keepalive_and_timeouts_are_checked() {
    let keepalive = Keepalive::new();
    let second_and_longest = [SECOND, 32_767 * SECOND];
    for time in second_and_longest {
        let config = Config::new().with_keepalive(keepalive.clone().with_idle(time).with_interval(time));
        assert_eq!(config.validate(), Ok(()));
    }
    let bad = [
        keepalive.clone().with_idle(SECOND / 2),
        keepalive.clone().with_idle(32_768 * SECOND),
        keepalive.clone().with_interval(Duration::ZERO),
        keepalive.clone().with_interval(32_768 * SECOND),
        keepalive.clone().with_probes(0),
        keepalive.with_probes(128),
    ];
    for keepalive in bad {
        let error = Config::new().with_keepalive(keepalive.clone()).validate();
        assert!(
            error.is_err_and(|error| error.to_string().contains("keepalive")),
            "{keepalive:?}"
        );
    }
    assert!(Config::new().with_connect_timeout(Duration::ZERO).validate().is_err());
    assert!(Config::new().with_response_timeout(Duration::ZERO).validate().is_err());
}

#[test]
fn everything_a_client_may_be_connected_with() {
    let url = "redis://h:7000/1";
    let config = Config::tcp("h", 7000).with_database(1);
    assert_eq!(url.into_config().as_ref(), Ok(&config));
    assert_eq!(String::from(url).into_config().as_ref(), Ok(&config));
    assert_eq!((&String::from(url)).into_config().as_ref(), Ok(&config));
    assert_eq!((&config).into_config().as_ref(), Ok(&config));
    assert_eq!(config.clone().into_config().as_ref(), Ok(&config));
    assert_eq!(url.parse::<Config>().as_ref(), Ok(&config));
    assert_eq!(Endpoint::tcp("h", 7000).into_config(), Ok(Config::tcp("h", 7000)));
    assert!(Endpoint::tcp("", 7000).into_config().is_err());
}

#[test]
fn what_is_printed_is_read_back() {
    let endpoints = [
        tcp("localhost", 6379),
        tcp("::1", 1),
        tcp("fe80::1%Eth0", 6379),
        tcp("bücher.example", 7000),
        Endpoint::unix("/run/redis.sock"),
        Endpoint::unix("/a b?c#d%e+f@g:h"),
    ];
    let times = [
        Some(5 * SECOND),
        Some(10 * SECOND),
        None,
        Some(Duration::from_nanos(1)),
        Some(Duration::MAX),
    ];
    let credentials = [
        None,
        Some(Credentials::password("***")),
        Some(Credentials::user("al:ice@", "***")),
        Some(Credentials::user("+", "***")),
    ];
    let mut read_back = 0;
    for (index, endpoint) in endpoints.iter().enumerate() {
        for (time, credentials) in times
            .iter()
            .flat_map(|time| credentials.iter().map(move |some| (time, some)))
        {
            let odd = index % 2 == 1;
            let config = Config::from(endpoint.clone())
                .with_credentials(credentials.clone())
                .with_database(if odd { 7 } else { 0 })
                .with_protocol(if odd { Protocol::Resp2 } else { Protocol::Resp3 })
                .with_client_name(if odd { "a+b%&=~" } else { "" })
                .with_connect_timeout(*time)
                .with_response_timeout(time.map(|time| time / 4))
                .with_keepalive((!odd).then(Keepalive::new))
                .with_nodelay(!odd);
            match config.validate() {
                Ok(()) => {
                    assert_eq!(parse(&config.to_string()), config, "{config}");
                    read_back += 1;
                }
                // A quarter of a nanosecond is no time at all.
                Err(error) => assert_eq!(*time, Some(Duration::from_nanos(1)), "{config}: {error}"),
            }
        }
    }
    assert_eq!(read_back, endpoints.len() * (times.len() - 1) * credentials.len());
}

#[test]
fn secrets_compare_by_their_text() {
    assert_eq!(Secret::from("pw"), Secret::from(String::from("pw")));
    assert_ne!(parse("redis://:a@h"), parse("redis://:b@h"));
}
