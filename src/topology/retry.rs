//! Which commands are sent again.

use core::time::Duration;

use super::backoff::Backoff;
use super::error::ConfigError;
use crate::error::Error;

/// When a call that failed is sent again by itself, and how often.
///
/// A failure allows another try when the command certainly did not run: it was not sent
/// ([`Outcome::NotSent`](crate::Outcome::NotSent)), or the server refused it for a reason that passes
/// ([`Error::is_retryable`](crate::Error::is_retryable): `LOADING`, `BUSY`, `TRYAGAIN`, ..). When a command was sent and
/// no answer came, its fate is unknown: only commands that merely read are sent again.
///
/// redis-py resends every command after a lost connection, so that a counter may count one call twice; here nothing
/// that writes is sent twice unless the caller marks it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    retries: u32,
    backoff: Backoff,
    retry_reads: bool,
    retry_on_timeout: bool,
    /// READONLY passes too: there will be another master.
    leaves_replicas: bool,
}

impl RetryPolicy {
    /// Up to 3 resends, reads also when their fate is unknown, but not after a time-out; the delays of [`Backoff::new`]
    /// after refusals.
    #[must_use]
    pub const fn new() -> Self {
        RetryPolicy {
            retries: 3,
            backoff: Backoff::new(),
            retry_reads: true,
            retry_on_timeout: false,
            leaves_replicas: false,
        }
    }

    /// Nothing is ever sent a second time: every failure goes to the caller.
    #[must_use]
    pub const fn none() -> Self {
        RetryPolicy::new().with_retries(0)
    }

    /// How many times one call may be sent again after its first try, for whatever reasons. Default: 3.
    #[must_use]
    pub const fn with_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The delays before a command that the server refused is sent again. Default: [`Backoff::new`].
    ///
    /// [`Backoff::stable`] is about connections and plays no part here; it is kept at its default.
    #[must_use]
    pub const fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff.with_stable(Backoff::new().stable());
        self
    }

    /// Whether commands that only read are sent again when the connection broke before their reply. Default: yes.
    #[must_use]
    pub const fn with_retry_reads(mut self, retry_reads: bool) -> Self {
        self.retry_reads = retry_reads;
        self
    }

    /// Whether a reply that does not come in time is a reason to try again too, under the same rules as a connection
    /// that broke. Default: no, as in redis-py.
    ///
    /// Every try then has the whole response time-out, so that a call may take that time once more per resend.
    #[must_use]
    pub const fn with_retry_on_timeout(mut self, retry_on_timeout: bool) -> Self {
        self.retry_on_timeout = retry_on_timeout;
        self
    }

    /// The same for a client whose server was named the master by sentinels.
    pub(crate) const fn leaving_replicas(mut self) -> Self {
        self.leaves_replicas = true;
        self
    }

    /// Whether a refusal is one that passes: the server did not run the command, and the same command may succeed a little
    /// later.
    pub(crate) fn passes(&self, refusal: &Error) -> bool {
        refusal.is_retryable() || (self.leaves_replicas && refusal.code() == Some("READONLY"))
    }

    /// How many times one call may be sent again.
    #[must_use]
    pub const fn retries(&self) -> u32 {
        self.retries
    }

    /// The delays before a refused command is sent again.
    #[must_use]
    pub const fn backoff(&self) -> &Backoff {
        &self.backoff
    }

    /// Whether commands that only read are sent again when their fate is unknown.
    #[must_use]
    pub const fn retry_reads(&self) -> bool {
        self.retry_reads
    }

    /// Whether a time-out is a reason to try again.
    #[must_use]
    pub const fn retry_on_timeout(&self) -> bool {
        self.retry_on_timeout
    }

    /// The delay before resend number `resend`, counted from 1, of a command that was refused; `None` once the call has
    /// been sent again as often as it may be.
    #[must_use]
    pub fn delay(&self, resend: u32, random: u64) -> Option<Duration> {
        (resend <= self.retries).then(|| self.backoff.delay(resend, random))
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        self.backoff.validate(("retry_backoff_base", "retry_backoff_cap"))
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy::new()
    }
}
