//! Every option of a URL: the same as by hand, printed and read back.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::time::Duration;

use super::{SECOND, backoff, base, keepalive, library, limits, parse, pool, retry};
use crate::resp::Limits;
use crate::secret::Credentials;
use crate::topology::options::{QUERY_OPTIONS, query_options};
use crate::topology::{Backoff, Config, Keepalive, Library, Overload, PoolOptions, Protocol, RetryPolicy};

const MILLISECOND: Duration = Duration::from_millis(1);

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
        ("integrity=yes", base().with_integrity(true), ""),
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
fn all_options_together_are_printed_and_read_back() {
    let backoff = Backoff::new().with_base(SECOND / 10).with_cap(2 * SECOND);
    let config = Config::unix("/run/a.sock")
        .with_credentials(Credentials::user("alice", "***"))
        .with_database(2)
        .with_protocol(Protocol::Resp2)
        .with_client_name("web&1")
        .with_library(Library::new("app(redwire)", "1+2"))
        .with_connect_timeout(SECOND)
        .with_response_timeout(2 * SECOND)
        .with_liveness(3 * SECOND)
        .with_keepalive(
            Keepalive::new()
                .with_idle(4 * SECOND)
                .with_interval(6 * SECOND)
                .with_probes(7),
        )
        .with_tcp_user_timeout(8 * SECOND)
        .with_nodelay(false)
        .with_backoff(backoff.with_stable(9 * SECOND))
        .with_retry(
            RetryPolicy::new()
                .with_retries(1)
                .with_retry_reads(false)
                .with_retry_on_timeout(true)
                .with_backoff(backoff.with_cap(11 * SECOND)),
        )
        .with_pool(
            PoolOptions::new()
                .with_max_connections(12)
                .with_pool_timeout(13 * SECOND)
                .with_idle_timeout(14 * SECOND)
                .with_max_lifetime(15 * SECOND)
                .with_health_check_interval(16 * SECOND),
        )
        .with_read_buffer_min(1700)
        .with_read_buffer_max(1800)
        .with_memory_budget(1900)
        .with_overload(Overload::Fail)
        .with_integrity(true)
        .with_limits(Limits::new().line(20).bulk(21).depth(22).elements(23).total(24));
    let printed = "unix://alice:***@/run/a.sock?db=2&protocol=2&client_name=web%261&lib_name=app%28redwire%29\
                   &lib_version=1%2B2&connect_timeout=1&response_timeout=2&liveness=3&keepalive_idle=4\
                   &keepalive_interval=6&keepalive_probes=7&tcp_user_timeout=8&nodelay=no&backoff_base=0.1\
                   &backoff_cap=2&backoff_stable=9&retries=1&retry_reads=no&retry_on_timeout=yes\
                   &retry_backoff_base=0.1&retry_backoff_cap=11&max_connections=12&pool_timeout=13&idle_timeout=14\
                   &max_lifetime=15&health_check_interval=16&read_buffer_min=1700&read_buffer_max=1800\
                   &memory_budget=1900&overload=fail&integrity=yes&max_line=20&max_bulk=21&max_depth=22&max_elements=23\
                   &max_total=24";
    assert_eq!(config.to_string(), printed);
    assert_eq!(parse(printed), config);
    // The order in which they stand makes no difference.
    let (whole, query) = printed.split_once('?').unwrap_or_default();
    let backwards: Vec<_> = query.rsplit('&').collect();
    assert_eq!(parse(&format!("{whole}?{}", backwards.join("&"))), config);
    // Read over another configuration, every one of them says what holds.
    assert_eq!(Config::tcp("h", 1).with_url(printed), Ok(config));
}

#[test]
fn every_option_is_in_the_documentation() {
    let text = include_str!("../config.rs");
    for option in query_options() {
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
