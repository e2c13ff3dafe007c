//! What is known of a lock before anybody takes it.

use alloc::string::String;
use core::time::Duration;

use bytes::{Bytes, BytesMut};

use super::Token;
use super::scripts::{ACQUIRE_FENCED, RELEASE};
use crate::command::cmd;
use crate::error::Error;
use crate::resp::{DecodeError, FromReply, Kind, ReplyRef, escape};
use crate::script::Invoking;

/// What the server's clock may be off in any case: it counts in milliseconds, and looks at the time now and then.
const COARSENESS: Duration = Duration::from_millis(2);

#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) name: Bytes,
    pub(super) ttl: Option<Duration>,
    pub(super) sleep: Duration,
    pub(super) blocking_timeout: Option<Duration>,
    pub(super) fencing: Fencing,
    /// In thousandths.
    pub(super) drift: u32,
    pub(super) renewing: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Fencing {
    None,
    /// By a key in the same slot, whose name follows from the lock's.
    Beside,
    By(Bytes),
}

/// Whether a try succeeded, and with which fencing token.
pub(super) enum Taken {
    No,
    Yes(Option<i64>),
}

impl FromReply for Taken {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        match reply.kind() {
            _ if reply.is_null() => Ok(Taken::No),
            Kind::Integer => i64::from_reply(reply).map(|fence| Taken::Yes(Some(fence))),
            _ => <()>::from_reply(reply).map(|()| Taken::Yes(None)),
        }
    }
}

impl Spec {
    pub(super) fn new(name: Bytes) -> Self {
        Spec {
            name,
            ttl: None,
            sleep: Duration::from_millis(100),
            blocking_timeout: None,
            fencing: Fencing::None,
            drift: 10,
            renewing: false,
        }
    }

    pub(super) fn printed_name(&self) -> String {
        escape(&self.name)
    }

    /// One try to take the lock for the owner of `token`.
    pub(super) fn attempt(&self, token: &Token) -> Result<Invoking<Taken>, Error> {
        self.check()?;
        let counter = match &self.fencing {
            Fencing::None => {
                let ttl = self.ttl.map(|ttl| ttl.as_millis());
                let request = cmd("SET").key(&self.name).arg(token).opt_with("PX", ttl);
                return Ok(Invoking::plain(request.arg("NX")));
            }
            Fencing::Beside => beside(&self.name).ok_or(Error::invalid_argument(
                "a counter of fencing tokens for a lock of this name may be in another slot of a cluster: choose one with \
                 `fenced_by`",
            ))?,
            Fencing::By(counter) => counter.clone(),
        };
        let ttl = self.ttl.unwrap_or_default().as_millis();
        let invocation = ACQUIRE_FENCED.key(&self.name).key(counter).arg(token).arg(ttl);
        Ok(invocation.returns())
    }

    /// Gives up what the owner of `token` may have.
    pub(super) fn release(&self, token: &Token) -> Invoking<i64> {
        RELEASE.key(&self.name).arg(token).returns()
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |why| Err(Error::invalid_argument(why));
        if self.ttl.is_some_and(|ttl| ttl < Duration::from_millis(1)) {
            return refuse("'ttl' is less than one millisecond, and it is sent in whole milliseconds");
        }
        if self.ttl.is_some_and(|ttl| self.sleep > ttl) {
            return refuse("'sleep' must be less than 'ttl'");
        }
        if self.sleep.is_zero() {
            return refuse("'sleep' must not be zero");
        }
        if self.drift >= 1000 {
            return refuse("a drift of the whole time to live leaves no time at all");
        }
        if self.renewing && self.ttl.is_none() {
            return refuse("a lock without 'ttl' never ends, and has nothing to renew");
        }
        Ok(())
    }

    /// For how long a lock can be trusted that the server keeps for `ttl`, by a clock that ticks on this side.
    pub(super) fn trusted(&self, ttl: Duration) -> Duration {
        let drift = (ttl / 1000).saturating_mul(self.drift);
        ttl.saturating_sub(drift).saturating_sub(COARSENESS)
    }
}

/// The counter's key for a lock of this name, in the same slot: slots depend on what stands between the first `{` and the
/// first `}` after it, if anything does, or else on the whole key.
fn beside(name: &Bytes) -> Option<Bytes> {
    let mut counter = BytesMut::with_capacity(name.len() + 8);
    let tag = memchr::memchr(b'{', name).and_then(|open| {
        let rest = name.get(open + 1..)?;
        memchr::memchr(b'}', rest).filter(|length| *length > 0)
    });
    if tag.is_some() {
        counter.extend_from_slice(name);
    } else if memchr::memchr(b'}', name).is_none() && !name.is_empty() {
        counter.extend_from_slice(b"{");
        counter.extend_from_slice(name);
        counter.extend_from_slice(b"}");
    } else {
        return None;
    }
    counter.extend_from_slice(b":fence");
    Some(counter.freeze())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failure is the test's result")]
mod tests {
    use super::*;

    /// What a cluster computes the slot of a key from.
    fn hashed(key: &[u8]) -> &[u8] {
        let open = key.iter().position(|byte| *byte == b'{');
        let tag = open.and_then(|open| {
            let rest = key.get(open + 1..)?;
            rest.get(..rest.iter().position(|byte| *byte == b'}')?)
        });
        tag.filter(|tag| !tag.is_empty()).unwrap_or(key)
    }

    #[test]
    fn a_counter_is_in_the_slot_of_its_lock() {
        for (name, counter) in [
            ("jobs", "{jobs}:fence"),
            ("{shop}:jobs", "{shop}:jobs:fence"),
            ("a{b", "{a{b}:fence"),
            ("x{a{b}c", "x{a{b}c:fence"),
        ] {
            let found = beside(&Bytes::from(name)).unwrap();
            assert_eq!(found, counter);
            assert_eq!(hashed(&found), hashed(name.as_bytes()), "{name}");
        }
        for name in ["", "a}b", "{}jobs", "}{", "a{}b{c}"] {
            assert_eq!(beside(&Bytes::from(name)), None, "{name}");
        }
    }

    #[test]
    fn the_drift_is_in_proportion() {
        let mut spec = Spec::new(Bytes::from("jobs"));
        assert_eq!(spec.trusted(Duration::from_secs(10)), Duration::from_millis(9_898));
        assert_eq!(spec.trusted(Duration::from_millis(1)), Duration::ZERO);
        assert!(spec.trusted(Duration::MAX) > Duration::MAX / 2);
        spec.drift = 0;
        assert_eq!(spec.trusted(Duration::from_secs(1)), Duration::from_millis(998));
        spec.drift = 999;
        assert_eq!(spec.trusted(Duration::MAX).as_secs() / (u64::MAX / 1000), 1);
    }
}
