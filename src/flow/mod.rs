//! Procedures of several round trips, written once and driven by anybody.
//!
//! A [`Flow`] says what to send and is told what came back, until it is done. Clients drive flows
//! ([`Driver::drive`]); with no runtime at all, call [`Flow::step`] and [`Flow::replies`] yourself.

mod replies;

use crate::command::Requests;
use crate::time::Timestamp;

pub use replies::{IntoResults, Replies};

/// Where requests of a flow must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Target {
    /// Any connection will do; the next batch may use another one.
    #[default]
    Any,
}

/// What a flow wants next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step<'a, T> {
    /// These requests sent in order, in one write where possible, and all their replies.
    Send {
        /// On which connection.
        to: Target,
        /// What to send; never empty.
        batch: &'a Requests,
    },
    /// To be asked again at this time.
    Wait(Timestamp),
    /// Nothing more: this is the result.
    Done(T),
}

/// A procedure of one or more round trips, without a connection and without a clock.
///
/// ```
/// use redwire::cmd;
/// use redwire::flow::{Flow, Replies, Step};
/// use redwire::resp::ReplyBuilder;
/// use redwire::scan::Scan;
/// use redwire::time::Timestamp;
///
/// let mut scan = Scan::<String>::keys();
/// let Step::Send { batch, .. } = scan.step(Timestamp::ZERO) else { panic!() };
/// assert_eq!(batch.get(0).unwrap().to_string(), "SCAN 0");
///
/// let mut page = ReplyBuilder::new();
/// page.array(2).bulk(b"0").array(1).bulk(b"key");
/// scan.replies(Timestamp::ZERO, Replies::new(vec![Ok(page.finish().unwrap())]));
/// let Step::Done(page) = scan.step(Timestamp::ZERO) else { panic!() };
/// assert_eq!(page.unwrap(), Some(vec!["key".to_string()]));
/// ```
pub trait Flow {
    /// What the procedure results in, usually a `Result`.
    type Output;

    /// What to do next. Asking again before [`Flow::replies`] gives the same answer, so a batch that was not sent can be
    /// sent later.
    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output>;

    /// The results of the batch that the last [`Flow::step`] asked for.
    fn replies(&mut self, now: Timestamp, replies: Replies);
}

impl<F: Flow + ?Sized> Flow for &mut F {
    type Output = F::Output;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        (**self).step(now)
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        (**self).replies(now, replies);
    }
}

/// Something that runs flows to their end: the clients.
pub trait Driver: Sized {
    /// What driving a flow gives: its output from a blocking client, a future of it from an async one.
    type Driven<F: Flow>;

    /// Runs `flow` to its end.
    fn drive<F: Flow>(self, flow: F) -> Self::Driven<F>;
}
