//! Delays between tries.

use alloc::string::ToString;
use core::time::Duration;

use super::SECOND;
use crate::topology::{Backoff, Config, RetryPolicy};

/// SplitMix64, so that every run sees the same numbers.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[test]
fn the_bound_doubles_up_to_the_cap() {
    let backoff = Backoff::new();
    assert_eq!(
        (backoff.base(), backoff.cap()),
        (Duration::from_millis(200), 5 * SECOND)
    );
    let bounds = [
        (0, 0),
        (1, 200),
        (2, 400),
        (3, 800),
        (4, 1600),
        (5, 3200),
        (6, 5000),
        (7, 5000),
    ];
    for (failures, bound) in bounds.into_iter().chain([(u32::MAX, 5000)]) {
        assert_eq!(
            backoff.delay(failures, u64::MAX),
            Duration::from_millis(bound),
            "{failures}"
        );
        assert_eq!(backoff.delay(failures, 0), Duration::ZERO, "{failures}");
    }
    // Half the random numbers give half the bound: nothing is cut off or wraps in between.
    assert_eq!(backoff.delay(2, u64::MAX / 2), Duration::from_millis(200));
}

#[test]
fn every_delay_up_to_the_bound_is_equally_likely() {
    let backoff = Backoff::new();
    let mut random = Random(1);
    for (failures, bound) in [(1, 200_u128), (3, 800), (9, 5000)] {
        const TRIES: u32 = 40_000;
        let mut buckets = [0_u32; 10];
        for _ in 0..TRIES {
            let delay = backoff.delay(failures, random.next());
            assert!(delay <= Duration::from_millis(5000).min(backoff.cap()));
            let bucket = usize::try_from(delay.as_nanos() * 10 / (bound * 1_000_000 + 1)).ok();
            let count = bucket.and_then(|bucket| buckets.get_mut(bucket));
            *count.unwrap_or_else(|| panic!("{delay:?} after {failures} failures")) += 1;
        }
        // 4,000 expected in each, with a standard deviation of 60.
        for count in buckets {
            assert!((3_700..=4_300).contains(&count), "{failures}: {buckets:?}");
        }
    }
    // The smallest bound has exactly two delays: both come, the bound itself included.
    let smallest = backoff
        .with_base(Duration::from_nanos(1))
        .with_cap(Duration::from_nanos(1));
    let ones = (0..1_000)
        .filter(|_| !smallest.delay(5, random.next()).is_zero())
        .count();
    assert!((400..=600).contains(&ones), "{ones}");
}

#[test]
fn no_input_overflows() {
    let far = Duration::from_nanos(u64::MAX);
    let times = [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_nanos(3),
        Duration::from_millis(200),
        far,
        far + Duration::from_nanos(1),
        Duration::MAX,
    ];
    let failures = [0, 1, 2, 63, 64, 65, 94, 95, 127, 128, 129, u32::MAX - 1, u32::MAX];
    let mut random = Random(2);
    for base in times {
        for cap in times {
            let backoff = Backoff::new().with_base(base).with_cap(cap);
            for failures in failures {
                for number in [0, 1, u64::MAX / 2, u64::MAX - 1, u64::MAX, random.next()] {
                    let delay = backoff.delay(failures, number);
                    assert!(
                        delay <= cap && delay <= far,
                        "{backoff:?} {failures} {number}: {delay:?}"
                    );
                    assert!(
                        failures > 0 && !base.is_zero() || delay.is_zero(),
                        "{backoff:?}: {delay:?}"
                    );
                }
                if failures > 94 && !base.is_zero() {
                    assert_eq!(
                        backoff.delay(failures, u64::MAX),
                        cap.min(far),
                        "{backoff:?} {failures}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_policy_counts_its_resends() {
    let policy = RetryPolicy::new();
    assert_eq!(policy.delay(1, u64::MAX), Some(Duration::from_millis(200)));
    assert_eq!(policy.delay(3, u64::MAX), Some(Duration::from_millis(800)));
    assert_eq!(policy.delay(4, u64::MAX), None);
    assert_eq!(RetryPolicy::none().delay(1, 0), None);
    assert_eq!(RetryPolicy::none().retries(), 0);
    assert_eq!(
        policy.with_retries(u32::MAX).delay(u32::MAX, u64::MAX),
        Some(5 * SECOND)
    );
    // Whether a connection is stable says nothing about resends, and is not printed either.
    let other = Backoff::new().with_stable(Duration::from_secs(99));
    assert_eq!(policy.with_backoff(other), policy);
}

#[test]
fn bad_backoffs_are_refused_by_name() {
    let none = Backoff::new().with_base(Duration::ZERO);
    let crossed = Backoff::new().with_base(6 * SECOND);
    let table = [
        (Config::new().with_backoff(none), "backoff_base must be more than 0"),
        (
            Config::new().with_backoff(crossed),
            "backoff_cap must not be less than the base",
        ),
        (
            Config::new().with_retry(RetryPolicy::new().with_backoff(none)),
            "retry_backoff_base must be more than 0",
        ),
        (
            Config::new().with_retry(RetryPolicy::none().with_backoff(crossed)),
            "retry_backoff_cap must not be less than the base",
        ),
    ];
    for (config, message) in table {
        let error = config.validate().err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(message));
    }
    let equal = Backoff::new()
        .with_base(SECOND)
        .with_cap(SECOND)
        .with_stable(Duration::ZERO);
    assert_eq!(Config::new().with_backoff(equal).validate(), Ok(()));
}
