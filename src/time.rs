//! Time as an argument.
//!
//! Nothing in the core asks a clock. Every machine is told the time as a [`Timestamp`]: the distance from an origin
//! the driver chose once (process start, connection start, zero in a test).

use core::fmt;
use core::num::NonZeroU64;
use core::ops::{Add, Sub};
use core::time::Duration;

/// A point in time: the duration since an origin chosen by whoever drives the machine, to the nanosecond.
///
/// Only differences mean anything. Timestamps of one driver share one origin and never run backwards. The far end of
/// time is more than 500 years from the origin; nothing goes beyond it.
///
/// `Option<Timestamp>` takes no more room than a `Timestamp`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(NonZeroU64);

impl Timestamp {
    /// The origin itself.
    pub const ZERO: Timestamp = Timestamp(NonZeroU64::MIN);

    /// The point `since_origin` after the origin.
    #[must_use]
    #[inline]
    pub const fn from_origin(since_origin: Duration) -> Self {
        Timestamp::ZERO.saturating_add(since_origin)
    }

    /// The point `millis` milliseconds after the origin.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Timestamp::ZERO.saturating_add(Duration::from_millis(millis))
    }

    /// How far from the origin this point lies.
    #[must_use]
    #[inline]
    pub const fn since_origin(self) -> Duration {
        Duration::from_nanos(self.0.get() - 1)
    }

    /// Time from `earlier` to `self`, or zero if `earlier` is later.
    #[must_use]
    #[inline]
    pub const fn saturating_since(self, earlier: Timestamp) -> Duration {
        Duration::from_nanos(self.0.get().saturating_sub(earlier.0.get()))
    }

    /// This point moved by `by`; stays at the far end of time rather than overflowing.
    #[must_use]
    #[inline]
    pub const fn saturating_add(self, by: Duration) -> Self {
        Timestamp(self.0.saturating_add(nanos(by)))
    }
}

/// Nanoseconds, as many as there is room for.
#[inline]
const fn nanos(duration: Duration) -> u64 {
    let seconds = duration.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(duration.subsec_nanos() as u64)
}

impl Default for Timestamp {
    fn default() -> Self {
        Timestamp::ZERO
    }
}

impl Add<Duration> for Timestamp {
    type Output = Timestamp;
    fn add(self, by: Duration) -> Timestamp {
        self.saturating_add(by)
    }
}

impl Sub for Timestamp {
    type Output = Duration;
    /// Saturates at zero, as [`Timestamp::saturating_since`].
    fn sub(self, earlier: Timestamp) -> Duration {
        self.saturating_since(earlier)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{:?}", self.since_origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_beyond_either_end_of_time() {
        let end = Timestamp::from_origin(Duration::MAX);
        assert_eq!(end + Duration::from_secs(1), end);
        assert_eq!(Timestamp::from_millis(u64::MAX), end);
        assert!(end.since_origin() > Duration::from_secs(500 * 365 * 86_400));
        assert_eq!(Timestamp::ZERO - end, Duration::ZERO);
        assert_eq!(Timestamp::ZERO.since_origin(), Duration::ZERO);
        let point = Timestamp::from_origin(Duration::new(3, 7));
        assert_eq!(point.since_origin(), Duration::new(3, 7));
        assert_eq!(point - Timestamp::from_millis(2000), Duration::new(1, 7));
    }
}
