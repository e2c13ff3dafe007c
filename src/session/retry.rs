//! Whether a command that failed may be sent once more.

use crate::command::{Flags, Requests};
use crate::error::{Error, ErrorKind, Outcome};
use crate::flow::Replies;
use crate::random::Random;
use crate::resp::{Kind, Reply, server_error};
use crate::time::Timestamp;
use crate::topology::RetryPolicy;

/// What to do with a command that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Tell the caller.
    GiveUp,
    /// Send it again, as soon as there is a connection.
    Resend,
    /// Send it again at this time.
    ResendAt(Timestamp),
}

/// The tries of one call: counts them and decides about the next.
///
/// A command is sent again only if the server did not run it, or if running it twice is as good as once:
///
/// | what became of it | sent again |
/// |---|---|
/// | not sent: the connection could not be made or broke before | yes |
/// | rejected because of `LOADING`, `BUSY`, `TRYAGAIN`, `CLUSTERDOWN`, `MASTERDOWN` | yes, a little later |
/// | rejected with `READONLY` by what sentinels had named the master | yes, by the new one |
/// | unknown: the connection broke while it was on its way | if it only reads, or is marked idempotent |
/// | anything else | no |
///
/// All tries share one deadline, unless a time-out is itself a reason to try again
/// ([`RetryPolicy::with_retry_on_timeout`]): then each has its own.
#[derive(Clone, Debug)]
pub struct Attempts {
    resent: u32,
    /// One of the tries before this one may have been executed.
    reached: bool,
    deadline: Option<Timestamp>,
}

impl Attempts {
    /// Nothing tried yet; no try goes beyond the deadline.
    #[must_use]
    pub fn new(deadline: Option<Timestamp>) -> Self {
        Attempts {
            resent: 0,
            reached: false,
            deadline,
        }
    }

    /// When the call as a whole must be answered. `None` after a time-out that does not end the call.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.deadline
    }

    /// The next try ends then.
    pub fn extend(&mut self, deadline: Option<Timestamp>) {
        self.deadline = deadline;
    }

    /// The last failure, as the caller is told it: that its last try was not sent does not mean that none was.
    #[must_use]
    pub fn told(&self, error: Error) -> Error {
        if self.reached && error.outcome() == Outcome::NotSent {
            error.with_outcome(Outcome::MaybeExecuted)
        } else {
            error
        }
    }

    /// The command, of which `flags` tell what it does, failed with `error`. `chance` spreads the delays of many callers.
    #[cold]
    pub fn failed(
        &mut self,
        now: Timestamp,
        policy: &RetryPolicy,
        flags: Flags,
        error: &Error,
        chance: u64,
    ) -> Verdict {
        if error.kind() == ErrorKind::Timeout && policy.retry_on_timeout() {
            self.deadline = None;
        }
        let late = |at: Timestamp| self.deadline.is_some_and(|deadline| deadline <= at);
        if self.resent >= policy.retries() || late(now) {
            return Verdict::GiveUp;
        }
        let broke = matches!(
            error.kind(),
            ErrorKind::Transport
                | ErrorKind::Closed
                | ErrorKind::Timeout
                | ErrorKind::Protocol
                | ErrorKind::MasterNotFound
                | ErrorKind::SlaveNotFound
        );
        let verdict = match error.outcome() {
            Outcome::NotSent if broke || error.is_retryable() => Verdict::Resend,
            Outcome::Rejected if policy.passes(error) => {
                let delay = policy.backoff().delay(self.resent + 1, Random::new(chance).next());
                Verdict::ResendAt(now + delay)
            }
            // A reply that is not RESP may be this command's own, and would come again.
            Outcome::MaybeExecuted if broke && error.kind() != ErrorKind::Protocol && harmless(policy, flags) => {
                Verdict::Resend
            }
            _ => Verdict::GiveUp,
        };
        if matches!(verdict, Verdict::ResendAt(at) if late(at)) {
            return Verdict::GiveUp;
        }
        if verdict != Verdict::GiveUp {
            self.resent += 1;
            self.reached |= error.outcome() == Outcome::MaybeExecuted;
        }
        verdict
    }
}

/// Running it twice changes nothing that running it once does not.
fn harmless(policy: &RetryPolicy, flags: Flags) -> bool {
    !flags.contains(Flags::CLOSES)
        && (flags.contains(Flags::IDEMPOTENT) || (flags.contains(Flags::READ_ONLY) && policy.retry_reads()))
}

/// What went wrong with requests that were sent together, as one failure with what all of them have in common; `None` if
/// they cannot, or need not, be sent again.
///
/// They can only be sent again together: a transaction is replayed whole or not at all. So a refusal that passes
/// (`LOADING`) counts only if nothing was run: every request met one, or they are one transaction that was discarded
/// because of it.
#[must_use]
pub fn failure_of_all(requests: &Requests, replies: &Replies) -> Option<(Flags, Error)> {
    let Some((first, error)) = replies.first_failure() else {
        return Some((Flags::NONE, refusal_of_all(requests, replies)?));
    };
    let reached = replies
        .failures()
        .find(|(_, error)| error.outcome() != Outcome::NotSent);
    if first == 0 && reached.is_none() {
        return Some((Flags::NONE, error.clone()));
    }
    if let (true, Some((range, last))) = (requests.is_transaction(), replies.failures().last()) {
        // Without its EXEC it was not run, whatever was sent of it.
        if last.outcome() == Outcome::NotSent && range.end == requests.len() {
            return Some((Flags::NONE, last.clone()));
        }
    }
    let flags = if requests.is_repeatable() {
        Flags::READ_ONLY
    } else {
        Flags::NONE
    };
    let error = reached.map_or(error, |(_, error)| error);
    Some((flags, error.with_outcome(Outcome::MaybeExecuted)))
}

/// The first refusal that passes, if nothing was run because of such.
fn refusal_of_all(requests: &Requests, replies: &Replies) -> Option<Error> {
    let mut errors = replies.errors().filter_map(|(_, reply)| server_error(reply.root()));
    let first = Error::server(errors.next()?);
    if !first.is_retryable() {
        return None;
    }
    let mut passing = 1;
    let mut last = None;
    for error in errors {
        passing += usize::from(Error::server(error.clone()).is_retryable());
        last = Some(error);
    }
    let discarded = last.is_some_and(|error| error.code() == "EXECABORT") && requests.is_transaction();
    (discarded || passing == replies.len()).then_some(first)
}

/// The refusal in a reply that says the same command may succeed a little later.
#[must_use]
#[inline]
pub fn passing_refusal(reply: &Reply, policy: &RetryPolicy) -> Option<Error> {
    if reply.kind() != Kind::Error {
        return None;
    }
    server_error(reply.root())
        .map(Error::server)
        .filter(|error| policy.passes(error))
}

/// Whether the server says that it is a replica, and therefore not the one that was meant, or not any more.
#[must_use]
#[inline]
pub fn is_replica(reply: &Reply) -> bool {
    reply.kind() == Kind::Error && server_error(reply.root()).is_some_and(|error| error.code() == "READONLY")
}
