//! Settings of a handle and of a single read.

use core::num::NonZeroUsize;
use core::time::Duration;

/// Settings of a handle for publish/subscribe.
///
/// ```
/// use std::time::Duration;
/// use redwire::pubsub::PubSubOptions;
///
/// let options = PubSubOptions::new()
///     .with_ignore_subscribe_messages()
///     .with_probe_interval(Duration::from_secs(5));
/// # let client = redwire::mock::Server::new().blocking_client();
/// let pubsub = client.pubsub_with(options);
/// assert!(!pubsub.subscribed());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PubSubOptions {
    pub(super) ignore_subscribe_messages: bool,
    pub(super) probe_interval: Option<Duration>,
    pub(super) keep_latest: Option<NonZeroUsize>,
}

impl PubSubOptions {
    /// Confirmations are told; a server that says nothing for 15 seconds is asked whether it is there; nothing is thrown
    /// away.
    #[must_use]
    pub const fn new() -> Self {
        PubSubOptions {
            ignore_subscribe_messages: false,
            probe_interval: Some(Duration::from_secs(15)),
            keep_latest: None,
        }
    }

    /// Confirmations of what was asked for are not told.
    #[must_use]
    pub const fn with_ignore_subscribe_messages(mut self) -> Self {
        self.ignore_subscribe_messages = true;
        self
    }

    /// After how much silence the server is sent a PING. If it stays silent, the connection is given up for another one
    /// before twice this time has passed since it was last heard, provided that somebody reads. `None`: never; then a
    /// connection that is dead without anybody saying so is never noticed. Default: 15 seconds.
    #[must_use]
    pub fn with_probe_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.probe_interval = interval.into();
        self
    }

    /// For a reader that would rather have the latest messages than all of them: each read first takes in all that has
    /// come, keeps the last `messages` of it, and tells how many were thrown away before them
    /// ([`Event::Lost`](super::Event::Lost)).
    ///
    /// Without it nothing is thrown away here, and what is not read yet waits in the server, which in the end breaks the
    /// connection (`client-output-buffer-limit pubsub`): that is told as a gap.
    #[must_use]
    pub const fn with_keep_latest(mut self, messages: NonZeroUsize) -> Self {
        self.keep_latest = Some(messages);
        self
    }
}

impl Default for PubSubOptions {
    fn default() -> Self {
        PubSubOptions::new()
    }
}

/// How one message is read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    pub(crate) timeout: Option<Duration>,
    pub(super) ignore_subscribe_messages: bool,
}

impl ReadOptions {
    /// Waits until something comes, and tells confirmations if the handle does.
    #[must_use]
    pub const fn new() -> Self {
        ReadOptions {
            timeout: None,
            ignore_subscribe_messages: false,
        }
    }

    /// Waits no longer than this; `Duration::ZERO` only looks, `None` waits until something comes.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// A confirmation is not told by this read, which then gives nothing.
    #[must_use]
    pub const fn ignore_subscribe_messages(mut self) -> Self {
        self.ignore_subscribe_messages = true;
        self
    }
}
