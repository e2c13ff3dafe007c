//! How long to wait before the next try.

use core::time::Duration;

use super::error::{ConfigError, Problem};

/// Growing, jittered delays between tries: *full jitter*, a uniformly random time up to a bound that doubles with every
/// failure in a row.
///
/// The jitter is what keeps a thousand clients that lost their server together from coming back together.
///
/// ```
/// use core::time::Duration;
/// use redwire::Backoff;
///
/// let backoff = Backoff::new().with_base(Duration::from_millis(100)).with_cap(Duration::from_secs(2));
/// assert_eq!(backoff.delay(0, u64::MAX), Duration::ZERO);
/// assert_eq!(backoff.delay(1, u64::MAX), Duration::from_millis(100));
/// assert_eq!(backoff.delay(3, u64::MAX), Duration::from_millis(400));
/// assert_eq!(backoff.delay(30, u64::MAX), Duration::from_secs(2));
/// assert_eq!(backoff.delay(30, 0), Duration::ZERO);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    stable: Duration,
}

impl Backoff {
    /// Up to 200 ms after the first failure, never more than 5 s; forgotten once a connection has lived for 10 s.
    #[must_use]
    pub const fn new() -> Self {
        Backoff {
            base: Duration::from_millis(200),
            cap: Duration::from_secs(5),
            stable: Duration::from_secs(10),
        }
    }

    /// The longest delay after the first failure. More than 0. Default: 200 ms.
    #[must_use]
    pub const fn with_base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest delay there is. At least the base. Default: 5 s.
    #[must_use]
    pub const fn with_cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// How long a connection must live before the failures that led to it are forgotten. Default: 10 s.
    ///
    /// A server that accepts connections and drops them at once would otherwise be tried again without any delay.
    #[must_use]
    pub const fn with_stable(mut self, stable: Duration) -> Self {
        self.stable = stable;
        self
    }

    /// The longest delay after the first failure.
    #[must_use]
    pub const fn base(&self) -> Duration {
        self.base
    }

    /// The longest delay there is.
    #[must_use]
    pub const fn cap(&self) -> Duration {
        self.cap
    }

    /// How long a connection must live before the failures that led to it are forgotten.
    #[must_use]
    pub const fn stable(&self) -> Duration {
        self.stable
    }

    /// The delay after so many failures in a row: uniform in `0..=min(cap, base * 2^(failures - 1))` if `random` is
    /// uniform over all of `u64`; zero after none.
    ///
    /// Defined for every input; bounds beyond 2^64 ns (584 years) count as that.
    #[must_use]
    pub fn delay(&self, failures: u32, random: u64) -> Duration {
        let Some(doublings) = failures.checked_sub(1) else {
            return Duration::ZERO;
        };
        let (base, cap) = (self.base.as_nanos(), self.cap.as_nanos());
        // A shift that would lose bits has passed every cap. Zero has 128 leading zeros and stays zero.
        let grown = if doublings < base.leading_zeros() {
            base << doublings
        } else {
            u128::MAX
        };
        let bound = if base == 0 { 0 } else { grown.min(cap) };
        let bound = u128::from(u64::try_from(bound).unwrap_or(u64::MAX));
        // The upper half of the product is `random` scaled to `0..=bound`: no modulo, so no bias towards short delays.
        let scaled = ((bound + 1) * u128::from(random)) >> 64;
        Duration::from_nanos(u64::try_from(scaled).unwrap_or(u64::MAX))
    }

    /// `names` are those of the base and the cap, for messages.
    pub(super) fn validate(&self, names: (&'static str, &'static str)) -> Result<(), ConfigError> {
        if self.base.is_zero() {
            return Err(Problem::Field(names.0, "must be more than 0").into());
        }
        if self.cap < self.base {
            return Err(Problem::Field(names.1, "must not be less than the base").into());
        }
        Ok(())
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff::new()
    }
}
