//! The elements of a walk for those who poll: what async clients make streams of.

use core::task::{Context, Poll};

use super::{Scan, ScanIter, State};
use crate::command::Requests;
use crate::error::Error;
use crate::flow::{Flow, Replies, Step, Target};
use crate::resp::FromReply;
use crate::time::Timestamp;
use crate::transport::BoxFuture;

impl<C: Clone, T: FromReply> ScanIter<C, T> {
    /// The next element. `drive` runs a flow on a client to its end.
    pub(crate) fn poll_element(
        &mut self,
        cx: &mut Context<'_>,
        drive: impl Fn(C, Fetch) -> BoxFuture<'static, Replies>,
    ) -> Poll<Option<Result<T, Error>>> {
        // A walk does not look at the time.
        let now = Timestamp::ZERO;
        loop {
            if let Some(element) = self.page.next() {
                return Poll::Ready(Some(Ok(element)));
            }
            if let Some(fetching) = &mut self.fetching {
                let Poll::Ready(replies) = fetching.as_mut().poll(cx) else {
                    return Poll::Pending;
                };
                self.fetching = None;
                self.scan.replies(now, replies);
            }
            match self.scan.step(now) {
                Step::Done(Ok(Some(page))) => self.page = page.into_iter(),
                Step::Done(end) => return Poll::Ready(end.err().map(Err)),
                Step::Send { .. } | Step::Wait(_) => {
                    self.fetching = Some(drive(self.client.clone(), Fetch::new(&self.scan)));
                }
            }
        }
    }

    /// Whether there is nothing more.
    pub(crate) fn is_over(&self) -> bool {
        self.page.len() == 0 && self.fetching.is_none() && matches!(self.scan.state, State::Over)
    }
}

/// The request for one page, apart from the walk, which stays where it is while the page is on its way.
#[derive(Debug)]
pub(crate) struct Fetch {
    request: Requests,
    replies: Option<Replies>,
}

impl Fetch {
    fn new<T>(scan: &Scan<T>) -> Self {
        Fetch {
            request: scan.request.clone(),
            replies: None,
        }
    }
}

impl Flow for Fetch {
    type Output = Replies;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Replies> {
        match self.replies.take() {
            Some(replies) => Step::Done(replies),
            None => Step::Send {
                to: Target::Any,
                batch: &self.request,
            },
        }
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        self.replies = Some(replies);
    }
}
