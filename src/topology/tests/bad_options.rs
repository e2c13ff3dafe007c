//! Options that make no sense, and what is said about them.

use alloc::format;
use alloc::string::ToString;
use core::time::Duration;

use super::{SECOND, assert_refused, backoff, base, keepalive, library, limits, pool, refused};
use crate::resp::Limits;
use crate::secret::Credentials;
use crate::topology::options::query_options;
use crate::topology::{Backoff, Keepalive, PoolOptions};

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
            &[
                "socket_keepalive",
                "nodelay",
                "retry_reads",
                "retry_on_timeout",
                "integrity",
            ],
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
    for option in query_options() {
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
