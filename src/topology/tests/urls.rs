//! What each form of a URL means, and which forms are refused.

use alloc::format;
use core::time::Duration;

use super::{SECOND, assert_refused, parse, refused, tcp};
use crate::resp::Limits;
use crate::secret::Credentials;
use crate::topology::options::query_options;
use crate::topology::{Backoff, Config, Endpoint, Keepalive, Library, Overload, PoolOptions, Protocol, RetryPolicy};

#[test]
fn f002_defaults() {
    let config = Config::new();
    assert_eq!(*config.endpoint(), tcp("localhost", 6379));
    assert_eq!(config.database(), 0);
    assert_eq!(config.credentials(), None);
    assert_eq!(config.client_name(), None);
    assert_eq!(config.protocol(), Protocol::Resp3);
    // Where redis-py waits for ever and has no keepalive, a dead peer is noticed here.
    assert_eq!(config.connect_timeout(), Some(5 * SECOND));
    assert_eq!(config.response_timeout(), Some(10 * SECOND));
    let keepalive = Keepalive::new()
        .with_idle(30 * SECOND)
        .with_interval(5 * SECOND)
        .with_probes(3);
    assert_eq!(config.keepalive(), Some(&keepalive));
    assert_eq!(config.liveness(), Some(20 * SECOND));
    assert_eq!(config.tcp_user_timeout(), None);
    assert!(config.nodelay());
    assert_eq!(*config.limits(), Limits::new());
    assert_eq!((config.read_buffer_min(), config.read_buffer_max()), (4096, 262_144));
    assert_eq!((config.memory_budget(), config.overload()), (64 << 20, Overload::Wait));
    assert!(config.credentials_provider().is_none());
    let backoff = Backoff::new()
        .with_base(SECOND / 5)
        .with_cap(5 * SECOND)
        .with_stable(10 * SECOND);
    assert_eq!(*config.backoff(), backoff);
    let retry = RetryPolicy::none()
        .with_retries(3)
        .with_retry_reads(true)
        .with_retry_on_timeout(false);
    assert_eq!(*config.retry(), retry.with_backoff(backoff));
    // Where redis-py opens up to 2^31 connections and never closes or checks one.
    let pool = PoolOptions::new()
        .with_max_connections(64)
        .with_idle_timeout(300 * SECOND)
        .with_max_lifetime(None)
        .with_health_check_interval(30 * SECOND);
    assert_eq!(*config.pool(), pool);
    assert_eq!(config.pool_timeout(), Some(10 * SECOND));
    let library = Library::new("redwire", env!("CARGO_PKG_VERSION"));
    assert_eq!(config.library(), Some(&library));
    assert_eq!(config.validate(), Ok(()));
    assert_eq!(Config::default(), config);
    assert_eq!(parse("redis://"), config);
}

#[test]
fn f017_f019_f020_schemes_hosts_and_ports() {
    let table = [
        ("redis://localhost", tcp("localhost", 6379)),
        ("REDIS://localhost", tcp("localhost", 6379)),
        ("Redis://LOCALhost:7000/", tcp("localhost", 7000)),
        ("redis://10.0.0.1:0", tcp("10.0.0.1", 6379)),
        ("redis://h:/1", tcp("h", 6379)),
        ("redis://h:65535", tcp("h", 65535)),
        ("redis://", tcp("localhost", 6379)),
        ("redis:///3", tcp("localhost", 6379)),
        ("redis://:7000", tcp("localhost", 7000)),
        ("redis://?db=1", tcp("localhost", 6379)),
        ("redis://user@", tcp("localhost", 6379)),
        ("redis://[::1]", tcp("::1", 6379)),
        ("redis://[::1]:7000/2", tcp("::1", 7000)),
        ("redis://[::1]:", tcp("::1", 6379)),
        ("redis://:pw@[FE80::1%25Eth0]:1", tcp("fe80::1%Eth0", 1)),
        ("redis://my%2Dhost", tcp("my-host", 6379)),
        ("redis://bücher.example", tcp("bücher.example", 6379)),
        ("unix:///run/redis.sock", Endpoint::unix("/run/redis.sock")),
        ("UNIX:///run/redis.sock", Endpoint::unix("/run/redis.sock")),
        ("redis+unix:///run/redis.sock", Endpoint::unix("/run/redis.sock")),
    ];
    for (url, endpoint) in table {
        assert_eq!(*parse(url).endpoint(), endpoint, "{url}");
    }
}

#[test]
fn f017_f018_d21_other_schemes_are_refused_by_name_of_the_known_ones() {
    for url in [
        "",
        "localhost",
        "localhost:6379",
        "redis:localhost",
        "redis:/localhost",
        "//localhost",
        "/run/a.sock",
    ] {
        let message = refused(url);
        for scheme in ["`redis://`", "`rediss://`", "`unix://`", "`redis+unix://`"] {
            assert!(
                message.starts_with("a Redis URL must start with") && message.contains(scheme),
                "{url}: {message}"
            );
        }
    }
    for url in [
        "http://h",
        "redis-sentinel://h",
        "://h",
        " redis://h",
        "\nredis://h",
        "tcp://h",
        "valkeys://h",
    ] {
        let message = refused(url);
        assert!(
            message.starts_with("unknown URL scheme") && message.contains("`redis+unix://`"),
            "{url}: {message}"
        );
    }
    for url in ["rediss://h", "REDISS://h:6380/0", "rediss://alice:hunter2@h"] {
        assert_eq!(
            refused(url),
            "`rediss://` asks for TLS, which this version of redwire does not support"
        );
    }
}

#[test]
fn f021_f022_f023_user_names_and_passwords() {
    let table = [
        ("redis://h", None),
        ("redis://@h", None),
        ("redis://:@h", None),
        ("redis://:pw@h", Some((None, "pw"))),
        ("redis://alice:pw@h", Some((Some("alice"), "pw"))),
        ("redis://alice@h", Some((Some("alice"), ""))),
        ("redis://alice:@h", Some((Some("alice"), ""))),
        ("redis://:p:w@h", Some((None, "p:w"))),
        ("redis://:p@w@h", Some((None, "p@w"))),
        ("redis://a%3Ab:p%40w@h", Some((Some("a:b"), "p@w"))),
        (
            "redis://:%2Fmypass%2F%2B word%3D%24+@h",
            Some((None, "/mypass/+ word=$+")),
        ),
        ("redis://:%2525@h", Some((None, "%25"))),
        ("redis://:%0D%0A@h", Some((None, "\r\n"))),
        ("unix://alice:pw@/run/a.sock", Some((Some("alice"), "pw"))),
        ("unix://:pw@/run/a.sock", Some((None, "pw"))),
        ("redis://h?username=alice&password=pw", Some((Some("alice"), "pw"))),
        ("redis://h?password=p+w%2B", Some((None, "p w+"))),
        ("redis://alice:old@h?password=new", Some((Some("alice"), "new"))),
        ("redis://alice:pw@h?username=bob", Some((Some("bob"), "pw"))),
        ("redis://alice:pw@h?username=&password=", Some((Some("alice"), "pw"))),
        ("unix:///run/a.sock?password=pw", Some((None, "pw"))),
    ];
    for (url, expected) in table {
        let config = parse(url);
        let found = config
            .credentials()
            .map(|found| (found.username.as_deref(), found.password.expose()));
        assert_eq!(found, expected, "{url}");
    }
    // F022: an empty password is no password, in a builder too.
    assert_eq!(
        Config::new().with_credentials(Credentials::password("")).credentials(),
        None
    );
}

#[test]
fn f023_f037_unix_paths_are_decoded_once() {
    let table = [
        ("unix:///a b", "/a b"),
        (
            "unix:///my%2Fpath%2Fto%2F..%2F+_%2B%3D%24ocket",
            "/my/path/to/../+_+=$ocket",
        ),
        ("unix:///a%2525", "/a%25"),
        ("unix:///a%3Fb?db=1", "/a?b"),
        ("unix:///a/b/", "/a/b/"),
        ("unix:///a@b:c", "/a@b:c"),
        ("unix://localhost/a", "/a"),
        ("unix://alice:pw@LocalHost/a", "/a"),
    ];
    for (url, path) in table {
        assert_eq!(*parse(url).endpoint(), Endpoint::unix(path), "{url}");
    }
    assert_refused(&[
        ("unix://", "the path of the URL is missing"),
        ("unix:///", "the path of the URL is missing"),
        ("unix://?db=1", "the path of the URL is missing"),
        (
            "unix://run/redis.sock",
            "the host of the URL must be absent with a Unix socket",
        ),
        (
            "unix://:pw@run/redis.sock",
            "the host of the URL must be absent with a Unix socket",
        ),
        (
            "unix:///a%00b",
            "the path of the Unix socket contains a control character",
        ),
        (
            "unix:///a%zz",
            "the path of the URL has a `%` without two hexadecimal digits",
        ),
    ]);
}

#[test]
fn f025_f026_f027_databases() {
    let table = [
        ("redis://h", 0),
        ("redis://h/", 0),
        ("redis://h/0", 0),
        ("redis://h/2", 2),
        ("redis://h/2/", 2),
        ("redis://h//2", 2),
        ("redis://h/007", 7),
        ("redis://h/4294967295", 4_294_967_295),
        ("redis://h?db=3", 3),
        ("redis://h/2?db=3", 3),
        ("redis://h/2?db=0", 0),
        ("redis://h/2?db=", 2),
        ("redis://h/2?db", 2),
        ("unix:///a?db=3", 3),
        ("unix:///2", 0),
    ];
    for (url, database) in table {
        assert_eq!(parse(url).database(), database, "{url}");
    }
    // F025: what the URL leaves out, a setting made before fills in.
    for (url, database) in [
        ("redis://h", 9),
        ("redis://h/?db=", 9),
        ("unix:///2", 9),
        ("redis://h/0", 0),
        ("redis://h?db=0", 0),
    ] {
        let config = Config::new().with_database(9).with_url(url);
        assert_eq!(config.map(|config| config.database()), Ok(database), "{url}");
    }
    for url in [
        "redis://h/abc",
        "redis://h/0/1",
        "redis://h/-1",
        "redis://h/+1",
        "redis://h/1.0",
        "redis://h/%31",
    ] {
        let message = refused(url);
        assert!(
            message.starts_with("the path of the URL must be the number of a database"),
            "{url}: {message}"
        );
    }
    for value in ["abc", "-1", "+1", "1.0", "4294967296", "%20", "0x1"] {
        let message = refused(&format!("redis://h?db={value}"));
        assert_eq!(
            message, "option `db` of the URL must be the number of a database",
            "{value}"
        );
    }
    assert_refused(&[("redis://h/4294967296", "the number of a database")]);
}

#[test]
fn f024_f028_f029_query_values() {
    let table = [
        ("redis://h?client_name=a%2Bb", Some("a+b")),
        ("redis://h?client_name=a%252Bb", Some("a%2Bb")),
        ("redis://h?client_name=a=b", Some("a=b")),
        ("redis://h?client_name=a@b", Some("a@b")),
        ("redis://h?client_name=a/b?c", Some("a/b?c")),
        // F028: blank is absent.
        ("redis://h?client_name=", None),
        ("redis://h?client_name", None),
        ("redis://h?", None),
        ("redis://h?&&", None),
        ("redis://h?client_name=&client_name=b", Some("b")),
        // F029: the first one wins.
        ("redis://h?client_name=a&client_name=b", Some("a")),
        ("redis://h?client_name=a&db=1&client_name=", Some("a")),
    ];
    for (url, name) in table {
        assert_eq!(parse(url).client_name(), name, "{url}");
    }
    // F024: `+` is a space, and so not allowed in this option.
    assert_refused(&[
        ("redis://h?client_name=a+b", "the client name contains a space"),
        (
            "redis://h?client_name=%",
            "option `client_name` of the URL must be percent-encoded UTF-8",
        ),
        (
            "redis://h?client_name=%FF",
            "option `client_name` of the URL must be percent-encoded UTF-8",
        ),
    ]);
    // F028, F031: blank leaves the option at its default.
    assert_eq!(
        parse("redis://h?socket_keepalive=&nodelay=&socket_timeout=&protocol="),
        Config::tcp("h", 0)
    );
    // F029 over both spellings of one option.
    assert_eq!(
        parse("redis://h?socket_timeout=1&response_timeout=2").response_timeout(),
        Some(SECOND)
    );
    assert_eq!(
        parse("redis://h?response_timeout=2&socket_timeout=1").response_timeout(),
        Some(2 * SECOND)
    );
}

#[test]
fn f030_f032_timeouts() {
    let table = [
        ("5", Some(5 * SECOND)),
        ("5s", Some(5 * SECOND)),
        ("0.25", Some(Duration::from_millis(250))),
        (".5", Some(Duration::from_millis(500))),
        ("5.", Some(5 * SECOND)),
        ("2.5s", Some(Duration::from_millis(2500))),
        ("250ms", Some(Duration::from_millis(250))),
        ("1500ms", Some(Duration::from_millis(1500))),
        ("0.5ms", Some(Duration::from_micros(500))),
        ("0.000000001", Some(Duration::from_nanos(1))),
        ("0.1234567899", Some(Duration::from_nanos(123_456_789))),
        ("18446744073709551615", Some(Duration::from_secs(u64::MAX))),
        ("none", None),
        ("None", None),
    ];
    for (value, expected) in table {
        for name in ["connect_timeout", "socket_connect_timeout"] {
            let config = parse(&format!("redis://h?{name}={value}"));
            assert_eq!(
                (config.connect_timeout(), config.response_timeout()),
                (expected, Some(10 * SECOND)),
                "{value}"
            );
        }
        for name in ["response_timeout", "socket_timeout"] {
            let config = parse(&format!("redis://h?{name}={value}"));
            assert_eq!(
                (config.connect_timeout(), config.response_timeout()),
                (Some(5 * SECOND), expected),
                "{value}"
            );
        }
    }
    let bad = [
        "abc",
        "-1",
        "%2B1",
        "1e3",
        "nan",
        "inf",
        ".",
        "s",
        "ms",
        ".s",
        "1.5.2",
        "5m",
        "5 s",
        "5S",
        "1_000",
        "1,5",
        "0x10",
        "٣",
        "1.٣",
        "18446744073709551616",
    ];
    for value in bad {
        let message = refused(&format!("redis://h?socket_timeout={value}"));
        assert!(
            message.starts_with("option `socket_timeout` of the URL must be a time in seconds"),
            "{value}: {message}"
        );
    }
    for value in ["0", "0.0", "0ms", "0.0000000001"] {
        let message = refused(&format!("redis://h?socket_timeout={value}"));
        assert!(
            message.starts_with("response_timeout must be more than 0"),
            "{value}: {message}"
        );
        let message = refused(&format!("redis://h?socket_connect_timeout={value}"));
        assert!(
            message.starts_with("connect_timeout must be more than 0"),
            "{value}: {message}"
        );
    }
}

#[test]
fn f030_f031_d22_booleans() {
    for (words, on) in [
        (["1", "t", "T", "true", "TRUE", "True", "y", "Y", "yes", "YES"], true),
        (["0", "f", "F", "false", "FALSE", "False", "n", "N", "no", "No"], false),
    ] {
        for word in words {
            assert_eq!(parse(&format!("redis://h?nodelay={word}")).nodelay(), on, "{word}");
            let keepalive = parse(&format!("redis://h?socket_keepalive={word}"))
                .keepalive()
                .cloned();
            assert_eq!(keepalive, on.then(Keepalive::new), "{word}");
        }
    }
    // D22: redis-py takes all of these for true.
    for word in ["off", "on", "none", "2", "-1", "truee", "%20", "fals"] {
        for name in ["nodelay", "socket_keepalive"] {
            let message = refused(&format!("redis://h?{name}={word}"));
            assert_eq!(
                message,
                format!("option `{name}` of the URL must be 1, t, true, y or yes, or 0, f, false, n or no")
            );
        }
    }
}

#[test]
fn protocols() {
    assert_eq!(parse("redis://h?protocol=2").protocol(), Protocol::Resp2);
    assert_eq!(parse("redis://h?protocol=3").protocol(), Protocol::Resp3);
    for value in ["1", "4", "resp3", "03", "3.0"] {
        let message = refused(&format!("redis://h?protocol={value}"));
        assert_eq!(message, "option `protocol` of the URL must be 2 or 3");
    }
}

#[test]
fn f033_f034_f036_f039_d19_unknown_options_are_refused_by_name() {
    let unknown = [
        "a",
        "DB",
        "database",
        "client-name",
        "decode_responses",
        "charset",
        "errors",
        "encoding",
        "encoding_errors",
        "ssl_cert_reqs",
        "ssl_ca_certs",
        "ssl_certfile",
        "ssl_keyfile",
    ];
    for name in unknown {
        for (url, what) in [
            (format!("redis://h?{name}=1"), "alone"),
            (format!("redis://h?db=1&{name}=False&nodelay=1"), "among others"),
            (format!("unix:///a?{name}"), "blank"),
        ] {
            let message = refused(&url);
            assert!(
                message.starts_with(&format!("unknown option `{name}` in the query")),
                "{what}: {message}"
            );
            for option in query_options() {
                for known in [option.name, option.alias] {
                    assert!(message.contains(known), "{known} is missing in {message}");
                }
            }
        }
    }
}

#[test]
fn f035_d20_a_url_over_settings_made_before() {
    let base = Config::tcp("elsewhere", 7000)
        .with_credentials(Credentials::user("alice", "pw"))
        .with_database(4)
        .with_client_name("worker")
        .with_library(None)
        .with_limits(Limits::new().depth(3))
        .with_keepalive(Keepalive::new().with_probes(9))
        .with_connect_timeout(None);
    let over = |url: &str| base.clone().with_url(url);
    // D20: a URL without a password keeps the one given before.
    assert_eq!(over("redis://h"), Ok(base.clone().with_endpoint(tcp("h", 6379))));
    assert_eq!(over("redis://:@h"), over("redis://h"));
    // F035: what the URL says wins.
    let config = over("redis://:new@h/5?client_name=b&connect_timeout=1&socket_keepalive=yes");
    let expected = base
        .clone()
        .with_endpoint(tcp("h", 6379))
        .with_credentials(Credentials::password("new"))
        .with_database(5)
        .with_client_name("b")
        .with_connect_timeout(SECOND);
    assert_eq!(config, Ok(expected));
    // And a setting made after it wins over the URL.
    assert_eq!(parse("redis://:pw@h/5").with_database(6).database(), 6);
    assert_eq!(parse("redis://:pw@h/5").with_credentials(None).credentials(), None);
}

#[test]
fn malformed_hosts_and_texts_are_refused() {
    assert_refused(&[
        ("redis://[::1", "the host of the URL has a `[` without its `]`"),
        (
            "redis://[h]",
            "the host of the URL is in brackets but is not an IPv6 address",
        ),
        (
            "redis://[127.0.0.1]:1",
            "the host of the URL is in brackets but is not an IPv6 address",
        ),
        (
            "redis://[]",
            "the host of the URL is in brackets but is not an IPv6 address",
        ),
        (
            "redis://[::1%25]",
            "the host of the URL is in brackets but is not an IPv6 address",
        ),
        ("redis://[::1]6379", "the port of the URL must follow"),
        ("redis://::1", "the host of the URL has more than one `:`"),
        ("redis://fe80::1:6379/0", "the host of the URL has more than one `:`"),
        ("redis://h%zz", "the host of the URL has a `%`"),
        ("redis://h/0#part", "the text of the URL contains `#`"),
        ("redis://h/0\n", "the text of the URL contains a control character"),
        ("redis://h/0\0", "the text of the URL contains a control character"),
        ("redis://h/0 ", "the path of the URL must be"),
        ("redis://%zz@h", "the user name of the URL has a `%`"),
        ("redis://:%zz@h", "the password of the URL has a `%`"),
        ("redis://:%FF@h", "the password of the URL is not UTF-8"),
    ]);
    for port in ["x", "-1", "+1", "65536", "6379x", " 6379", "0x10", "٣"] {
        let message = refused(&format!("redis://h:{port}/0"));
        assert!(
            message.starts_with("the port of the URL must be a number up to 65535"),
            "{port}: {message}"
        );
    }
}
