//! Every option of a URL: the same as by hand, printed and read back, and refused where it makes no sense.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use super::{SECOND, assert_refused, parse, refused};
use crate::resp::Limits;
use crate::secret::Credentials;
use crate::topology::options::QUERY_OPTIONS;
use crate::topology::{Backoff, Config, Keepalive, Library, Overload, PoolOptions, Protocol, RetryPolicy};

const MILLISECOND: Duration = Duration::from_millis(1);

fn keepalive(keepalive: Keepalive) -> Config {
    base().with_keepalive(keepalive)
}

fn pool(pool: PoolOptions) -> Config {
    base().with_pool(pool)
}

fn retry(retry: RetryPolicy) -> Config {
    base().with_retry(retry)
}

fn backoff(backoff: Backoff) -> Config {
    base().with_backoff(backoff)
}

fn limits(limits: Limits) -> Config {
    base().with_limits(limits)
}

fn base() -> Config {
    Config::tcp("h", 6379)
}

fn library(name: &str, version: &str) -> Config {
    base().with_library(Library::new(name, version))
}

/// A query, the same by hand, and how that is printed.
fn rows() -> Vec<(&'static str, Config, &'static str)> {
    let version = env!("CARGO_PKG_VERSION");
    let retry_backoff = |backoff| retry(RetryPolicy::new().with_backoff(backoff));
    [
        ("db=3", base().with_database(3), "/3"),
        ("protocol=2", base().with_protocol(Protocol::Resp2), ""),
        ("client_name=web-1", base().with_client_name("web-1"), ""),
        ("lib_name=app", library("app", version), ""),
        (
            "lib_version=1.2(app)",
            library("redwire", "1.2(app)"),
            "?lib_version=1.2%28app%29",
        ),
        ("lib_name=app&lib_version=7", library("app", "7"), ""),
        ("lib_name=none", base().with_library(None), ""),
        (
            "lib_version=7&lib_name=None",
            base().with_library(None),
            "?lib_name=none",
        ),
        ("connect_timeout=1", base().with_connect_timeout(SECOND), ""),
        (
            "socket_connect_timeout=none",
            base().with_connect_timeout(None),
            "?connect_timeout=none",
        ),
        ("response_timeout=0.5", base().with_response_timeout(SECOND / 2), ""),
        (
            "socket_timeout=none",
            base().with_response_timeout(None),
            "?response_timeout=none",
        ),
        ("liveness=3", base().with_liveness(3 * SECOND), ""),
        ("liveness=20", base().with_liveness(20 * SECOND), ""),
        ("liveness=none", base().with_liveness(None), ""),
        ("socket_keepalive=no", base().with_keepalive(None), ""),
        (
            "keepalive_idle=60",
            keepalive(Keepalive::new().with_idle(60 * SECOND)),
            "",
        ),
        (
            "keepalive_interval=2500ms",
            keepalive(Keepalive::new().with_interval(5 * SECOND / 2)),
            "?keepalive_interval=2.5",
        ),
        ("keepalive_probes=9", keepalive(Keepalive::new().with_probes(9)), ""),
        (
            "keepalive_idle=9&socket_keepalive=no&keepalive_probes=9",
            base().with_keepalive(None),
            "?socket_keepalive=no",
        ),
        ("tcp_user_timeout=30", base().with_tcp_user_timeout(30 * SECOND), ""),
        (
            "tcp_user_timeout=1ms",
            base().with_tcp_user_timeout(MILLISECOND),
            "?tcp_user_timeout=0.001",
        ),
        ("tcp_user_timeout=none", base(), "/"),
        ("nodelay=no", base().with_nodelay(false), ""),
        (
            "backoff_base=50ms",
            backoff(Backoff::new().with_base(50 * MILLISECOND)),
            "?backoff_base=0.05",
        ),
        ("backoff_cap=60", backoff(Backoff::new().with_cap(60 * SECOND)), ""),
        (
            "backoff_cap=9&backoff_base=9",
            backoff(Backoff::new().with_base(9 * SECOND).with_cap(9 * SECOND)),
            "?backoff_base=9&backoff_cap=9",
        ),
        (
            "backoff_stable=0",
            backoff(Backoff::new().with_stable(Duration::ZERO)),
            "",
        ),
        ("retries=0", retry(RetryPolicy::none()), ""),
        (
            "retries=4294967295",
            retry(RetryPolicy::new().with_retries(u32::MAX)),
            "",
        ),
        ("retry_reads=no", retry(RetryPolicy::new().with_retry_reads(false)), ""),
        (
            "retry_on_timeout=yes",
            retry(RetryPolicy::new().with_retry_on_timeout(true)),
            "",
        ),
        (
            "retry_backoff_base=0.02",
            retry_backoff(Backoff::new().with_base(20 * MILLISECOND)),
            "",
        ),
        (
            "retry_backoff_cap=1",
            retry_backoff(Backoff::new().with_cap(SECOND)),
            "",
        ),
        (
            "max_connections=1",
            pool(PoolOptions::new().with_max_connections(1)),
            "",
        ),
        (
            "max_connections=2147483648",
            pool(PoolOptions::new().with_max_connections(1 << 31)),
            "",
        ),
        (
            "pool_timeout=0",
            pool(PoolOptions::new().with_pool_timeout(Duration::ZERO)),
            "",
        ),
        (
            "pool_timeout=none",
            pool(PoolOptions::new().with_pool_timeout(None)),
            "",
        ),
        (
            "timeout=0.25",
            pool(PoolOptions::new().with_pool_timeout(SECOND / 4)),
            "?pool_timeout=0.25",
        ),
        (
            "idle_timeout=60",
            pool(PoolOptions::new().with_idle_timeout(60 * SECOND)),
            "",
        ),
        (
            "idle_timeout=none",
            pool(PoolOptions::new().with_idle_timeout(None)),
            "",
        ),
        (
            "max_lifetime=3600",
            pool(PoolOptions::new().with_max_lifetime(3600 * SECOND)),
            "",
        ),
        ("max_lifetime=none", base(), "/"),
        (
            "health_check_interval=5",
            pool(PoolOptions::new().with_health_check_interval(5 * SECOND)),
            "",
        ),
        (
            "health_check_interval=none",
            pool(PoolOptions::new().with_health_check_interval(None)),
            "",
        ),
        (
            "health_check_interval=0",
            pool(PoolOptions::new().with_health_check_interval(Duration::ZERO)),
            "?health_check_interval=none",
        ),
        ("read_buffer_min=512", base().with_read_buffer_min(512), ""),
        (
            "read_buffer_max=16MB",
            base().with_read_buffer_max(16 << 20),
            "?read_buffer_max=16777216",
        ),
        (
            "read_buffer_max=65536&read_buffer_min=64kb",
            base().with_read_buffer_min(65_536).with_read_buffer_max(65_536),
            "?read_buffer_min=65536&read_buffer_max=65536",
        ),
        ("memory_budget=1", base().with_memory_budget(1), ""),
        (
            "memory_budget=1gb",
            base().with_memory_budget(1 << 30),
            "?memory_budget=1073741824",
        ),
        ("overload=fail", base().with_overload(Overload::Fail), ""),
        ("overload=wait", base(), "/"),
        ("max_line=1024", limits(Limits::new().line(1024)), ""),
        ("max_bulk=8mb", limits(Limits::new().bulk(8 << 20)), "?max_bulk=8388608"),
        ("max_depth=1", limits(Limits::new().depth(1)), ""),
        ("max_elements=4294967295", limits(Limits::new().elements(u32::MAX)), ""),
        ("max_total=4294967295", limits(Limits::new().total(u32::MAX)), ""),
        (
            "username=alice",
            base().with_credentials(Credentials::user("alice", "")),
            "redis://***@h:6379",
        ),
        (
            "password=pw",
            base().with_credentials(Credentials::password("pw")),
            "redis://:***@h:6379",
        ),
    ]
    .into()
}

#[test]
fn f030_every_option_says_the_same_in_a_url_and_by_hand() {
    let rows = rows();
    for (query, expected, printed) in &rows {
        let config = parse(&format!("redis://h?{query}"));
        assert_eq!(config, *expected, "{query}");
        let url = match *printed {
            "" => format!("redis://h:6379?{query}"),
            "/" => "redis://h:6379".into(),
            whole if whole.starts_with("redis") => whole.into(),
            rest => format!("redis://h:6379{rest}"),
        };
        assert_eq!(config.to_string(), url, "{query}");
        if config.credentials().is_none() {
            assert_eq!(parse(&url), *expected, "{query}");
        }
    }
    // No option is left out of the table above.
    for option in QUERY_OPTIONS {
        for name in [option.name, option.alias] {
            let pairs = rows.iter().flat_map(|(query, ..)| query.split('&'));
            let mut names = pairs.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
            assert!(name.is_empty() || names.any(|found| found == name), "{name}");
        }
    }
}

#[test]
fn every_option_is_in_the_documentation() {
    let text = include_str!("../config.rs");
    for option in QUERY_OPTIONS {
        for name in [option.name, option.alias] {
            let quoted = format!("`{name}`");
            let mut rows = text.lines().filter(|line| line.starts_with("/// | `"));
            assert!(name.is_empty() || rows.any(|row| row.contains(&quoted)), "{name}");
        }
    }
}

#[test]
fn f035_an_option_changes_nothing_else() {
    let by_hand = base()
        .with_keepalive(Keepalive::new().with_idle(7 * SECOND).with_probes(7))
        .with_backoff(Backoff::new().with_cap(7 * SECOND))
        .with_retry(
            RetryPolicy::new()
                .with_retries(7)
                .with_backoff(Backoff::new().with_cap(7 * SECOND)),
        )
        .with_pool(PoolOptions::new().with_max_connections(7))
        .with_limits(Limits::new().depth(7))
        .with_library(Library::new("app", "7"));
    let query = "keepalive_interval=1&backoff_base=1&retry_reads=no&retry_backoff_base=1&idle_timeout=1&max_bulk=1\
                 &lib_version=8";
    let expected = base()
        .with_keepalive(
            Keepalive::new()
                .with_idle(7 * SECOND)
                .with_probes(7)
                .with_interval(SECOND),
        )
        .with_backoff(Backoff::new().with_cap(7 * SECOND).with_base(SECOND))
        .with_retry(
            RetryPolicy::new()
                .with_retries(7)
                .with_backoff(Backoff::new().with_cap(7 * SECOND).with_base(SECOND))
                .with_retry_reads(false),
        )
        .with_pool(PoolOptions::new().with_max_connections(7).with_idle_timeout(SECOND))
        .with_limits(Limits::new().depth(7).bulk(1))
        .with_library(Library::new("app", "8"));
    assert_eq!(by_hand.with_url(&format!("redis://h?{query}")), Ok(expected));
    // A keepalive that is off is turned on by its times.
    let off = base().with_keepalive(None);
    let on = off.clone().with_url("redis://h?keepalive_probes=4");
    assert_eq!(on, Ok(keepalive(Keepalive::new().with_probes(4))));
    assert_eq!(off.with_url("redis://h?socket_keepalive=yes"), Ok(base()));
    assert_eq!(
        base().with_library(None).with_url("redis://h?lib_version=2"),
        Ok(library("redwire", "2"))
    );
}

#[test]
fn f028_blank_options_are_absent_and_f029_the_first_one_counts() {
    for option in QUERY_OPTIONS {
        for blank in [format!("{}=", option.name), option.name.into()] {
            assert_eq!(parse(&format!("redis://h?{blank}")), base(), "{blank}");
        }
    }
    for (query, expected, _) in rows() {
        // The second time, every option has a value that is not even valid.
        let again: alloc::string::String = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .fold(format!("redis://h?{query}"), |url, (name, _)| url + "&" + name + "=%");
        assert_eq!(parse(&again), expected, "{again}");
    }
}

#[test]
fn f092_d28_times_that_follow_the_response_timeout() {
    let none: Option<Duration> = None;
    let table = [
        ("redis://h", Some(10 * SECOND), Some(20 * SECOND)),
        ("redis://h?socket_timeout=3", Some(3 * SECOND), Some(6 * SECOND)),
        ("redis://h?socket_timeout=none", none, none),
        (
            "redis://h?socket_timeout=18446744073709551615",
            Some(Duration::from_secs(u64::MAX)),
            Some(Duration::MAX),
        ),
        (
            "redis://h?timeout=1.5&liveness=2&socket_timeout=3",
            Some(3 * SECOND / 2),
            Some(2 * SECOND),
        ),
        ("redis://h?timeout=0&liveness=none", Some(Duration::ZERO), none),
        ("redis://h?timeout=none&liveness=none", none, none),
    ];
    for (url, pool_timeout, liveness) in table {
        let config = parse(url);
        assert_eq!(
            (config.pool_timeout(), config.liveness()),
            (pool_timeout, liveness),
            "{url}"
        );
    }
}

#[test]
fn f032_bad_values_are_refused_with_what_is_expected() {
    let time = "must be a time in seconds (`5`, `0.25`, `5s`) or milliseconds (`250ms`)";
    let size = "must be a number of bytes (`65536`, `64kb`, `16mb`, `1gb`)";
    let number = "must be a number up to 4294967295";
    let boolean = "must be 1, t, true, y or yes, or 0, f, false, n or no";
    let positive = "must be a positive integer up to 4294967295";
    let bad_times: &[&str] = &["x", "-1", "1m", "%201", "1e3"];
    let bad_sizes: &[&str] = &[
        "x",
        "-1",
        "1.5mb",
        "64k",
        "64KiB",
        "kb",
        "18446744073709551616",
        "99999999999999gb",
    ];
    let bad_short_sizes: &[&str] = &["x", "4294967296", "4gb"];
    let bad_numbers: &[&str] = &["x", "-1", "%2B1", "1.0", "4294967296", "none", "0x1"];
    let bad_booleans: &[&str] = &["off", "on", "2", "none"];
    let table: &[(&[&str], &[&str], &str)] = &[
        (
            &[
                "keepalive_idle",
                "keepalive_interval",
                "backoff_base",
                "backoff_cap",
                "backoff_stable",
                "retry_backoff_base",
                "retry_backoff_cap",
            ],
            &["x", "none", "-1"],
            time,
        ),
        (
            &[
                "connect_timeout",
                "response_timeout",
                "liveness",
                "tcp_user_timeout",
                "pool_timeout",
                "timeout",
                "idle_timeout",
                "max_lifetime",
                "health_check_interval",
            ],
            bad_times,
            time,
        ),
        (
            &[
                "read_buffer_min",
                "read_buffer_max",
                "memory_budget",
                "max_line",
                "max_bulk",
                "max_total",
            ],
            bad_sizes,
            size,
        ),
        (&["max_line", "max_bulk", "max_total"], bad_short_sizes, size),
        (
            &["keepalive_probes", "retries", "max_depth", "max_elements"],
            bad_numbers,
            number,
        ),
        (&["max_connections"], bad_numbers, positive),
        (
            &["socket_keepalive", "nodelay", "retry_reads", "retry_on_timeout"],
            bad_booleans,
            boolean,
        ),
        (
            &["overload"],
            &["Wait", "fail!", "drop", "none"],
            "must be `wait` or `fail`",
        ),
    ];
    for (names, values, words) in table {
        for (name, value) in names
            .iter()
            .flat_map(|name| values.iter().map(move |value| (name, value)))
        {
            let message = refused(&format!("redis://h?{name}={value}"));
            let expected = format!("option `{name}` of the URL {words}");
            assert!(message.starts_with(&expected), "{name}={value}: {message}");
        }
    }
}

#[test]
fn f092_values_out_of_range_are_refused_in_a_url_and_by_hand() {
    let pools = PoolOptions::new;
    let zero = Duration::ZERO;
    let rows = [
        // F092, but 0 is no other word for "no limit".
        (
            "max_connections=0",
            pool(pools().with_max_connections(0)),
            "max_connections must be a positive integer",
        ),
        (
            "idle_timeout=0",
            pool(pools().with_idle_timeout(zero)),
            "idle_timeout must be more than 0",
        ),
        (
            "max_lifetime=0ms",
            pool(pools().with_max_lifetime(zero)),
            "max_lifetime must be more than 0",
        ),
        (
            "connect_timeout=0",
            base().with_connect_timeout(zero),
            "connect_timeout must be more than 0",
        ),
        (
            "response_timeout=0",
            base().with_response_timeout(zero),
            "response_timeout must be more than 0",
        ),
        ("liveness=0", base().with_liveness(zero), "liveness must be more than 0"),
        (
            "keepalive_idle=0.5",
            keepalive(Keepalive::new().with_idle(SECOND / 2)),
            "the keepalive idle time must be 1 s to 32767 s",
        ),
        (
            "keepalive_interval=32768",
            keepalive(Keepalive::new().with_interval(32_768 * SECOND)),
            "the keepalive interval must be 1 s to 32767 s",
        ),
        (
            "keepalive_probes=128",
            keepalive(Keepalive::new().with_probes(128)),
            "the number of keepalive probes must be 1 to 127",
        ),
        (
            "tcp_user_timeout=0",
            base().with_tcp_user_timeout(zero),
            "tcp_user_timeout must be 1 ms to 2147483647 ms",
        ),
        (
            "tcp_user_timeout=2147483648ms",
            base().with_tcp_user_timeout(Duration::from_millis(1 << 31)),
            "tcp_user_timeout must be 1 ms to 2147483647 ms",
        ),
        (
            "backoff_base=0",
            backoff(Backoff::new().with_base(zero)),
            "backoff_base must be more than 0",
        ),
        (
            "backoff_cap=0.1",
            backoff(Backoff::new().with_cap(SECOND / 10)),
            "backoff_cap must not be less than the base",
        ),
        (
            "read_buffer_min=511",
            base().with_read_buffer_min(511),
            "read_buffer_min must be 512 bytes to 16 MiB",
        ),
        (
            "read_buffer_max=16777217",
            base().with_read_buffer_max(16_777_217),
            "read_buffer_max must be 512 bytes to 16 MiB",
        ),
        (
            "read_buffer_min=1mb",
            base().with_read_buffer_min(1 << 20),
            "read_buffer_max must not be less than read_buffer_min",
        ),
        (
            "memory_budget=0",
            base().with_memory_budget(0),
            "memory_budget must be more than 0",
        ),
        (
            "max_line=0",
            limits(Limits::new().line(0)),
            "max_line must be more than 0",
        ),
        (
            "max_bulk=0kb",
            limits(Limits::new().bulk(0)),
            "max_bulk must be more than 0",
        ),
        (
            "max_depth=0",
            limits(Limits::new().depth(0)),
            "max_depth must be more than 0",
        ),
        (
            "max_elements=0",
            limits(Limits::new().elements(0)),
            "max_elements must be more than 0",
        ),
        (
            "max_total=0",
            limits(Limits::new().total(0)),
            "max_total must be more than 0",
        ),
        ("lib_name=a+b", library("a b", "1"), "the library name contains a space"),
        (
            "lib_version=a%0Ab",
            library("redwire", "a\nb"),
            "the library version contains a space",
        ),
    ];
    for (query, by_hand, words) in rows {
        let message = refused(&format!("redis://:SECRET@h?{query}"));
        assert!(
            message.starts_with(words) && !message.contains("SECRET"),
            "{query}: {message}"
        );
        let error = by_hand.with_credentials(Credentials::password("SECRET")).validate();
        assert_eq!(error.err().map(|error| error.to_string()), Some(message), "{query}");
    }
    // Only by hand: in a URL this name announces no library.
    let named_none = library("NONE", "1").validate().err().map(|error| error.to_string());
    assert_eq!(
        named_none.as_deref(),
        Some("the library name must not be `none`: in a URL that announces no library")
    );
}

#[test]
fn t36_no_bad_value_is_repeated() {
    for option in QUERY_OPTIONS {
        for name in [option.name, option.alias].into_iter().filter(|name| !name.is_empty()) {
            let free_text = ["username", "password", "client_name", "lib_name", "lib_version"].contains(&name);
            let value = if free_text { "SECRET%" } else { "SECRET" };
            let message = refused(&format!("redis://h?{name}={value}"));
            assert!(
                message.contains(&format!("`{name}`")) && !message.contains("SECRET"),
                "{message}"
            );
        }
    }
    assert_refused(&[("redis://:1?retries=CRET@h:6379", "option `retries` of the URL must be")]);
}
