//! What came of requests that went out together.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::callbacks::Callbacks;
use crate::error::{Error, Outcome};
use crate::resp::{Reply, ReplyList, server_error};

/// What came of a batch: one result for each request, in order. An error reply of the server is a reply.
#[derive(Clone, Default)]
pub struct Replies {
    list: ReplyList,
    /// Those that have no reply, in order, and why.
    failed: Vec<(Range<usize>, Error)>,
    len: usize,
    callbacks: Callbacks,
}

impl Replies {
    /// These results.
    #[must_use]
    pub fn new(results: Vec<Result<Reply, Error>>) -> Self {
        let mut replies = Replies::default();
        for result in results {
            match result {
                Ok(reply) => replies.list.push(reply),
                Err(error) => replies.failed.push((replies.len..replies.len + 1, error)),
            }
            replies.len += 1;
        }
        replies
    }

    /// All of these.
    pub(crate) fn of(list: ReplyList) -> Self {
        Replies {
            len: list.len(),
            list,
            ..Replies::default()
        }
    }

    /// The same results, together with the response callbacks that the client has at this moment. They are not applied: a
    /// flow that hands replies out, as pipelines do, does that; one that reads them by itself does not.
    #[must_use]
    pub fn with_callbacks(mut self, callbacks: Callbacks) -> Self {
        self.callbacks = callbacks;
        self
    }

    /// The response callbacks that the client had when the replies came.
    #[must_use]
    pub fn callbacks(&self) -> &Callbacks {
        &self.callbacks
    }

    /// The same fate for `len` requests.
    pub(crate) fn failed(len: usize, error: Error) -> Self {
        Replies::default().and_failed(0..len, error)
    }

    /// These, and behind them requests that have no reply.
    pub(crate) fn and_failed(mut self, range: Range<usize>, error: Error) -> Self {
        self.len = self.len.max(range.end);
        if !range.is_empty() {
            self.failed.push((range, error));
        }
        self
    }

    /// The replies of a batch of which `begun` requests were begun to be written: the others of `len` failed with `why`.
    pub(crate) fn and_lost(self, begun: usize, len: usize, why: &Error) -> Self {
        let answered = self.len;
        let begun = begun.max(answered);
        self.and_failed(answered..begun, why.with_outcome(Outcome::MaybeExecuted))
            .and_failed(begun..len, why.with_outcome(Outcome::NotSent))
    }

    /// How many results there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many bytes the replies took on the wire, about.
    pub(crate) fn size(&self) -> usize {
        self.list.size()
    }

    /// Where the reply to the request at `index` is in the list, or why there is none.
    #[inline]
    fn place(&self, index: usize) -> Result<usize, Error> {
        if self.failed.is_empty() {
            return Ok(index);
        }
        let mut place = index;
        for (range, error) in &self.failed {
            if range.contains(&index) {
                return Err(error.clone());
            }
            if range.start < index {
                place -= range.len();
            }
        }
        Ok(place)
    }

    /// The result at `index`; a failure if there never was such a request.
    ///
    /// # Errors
    /// Whatever kept the reply from coming.
    pub fn get(&self, index: usize) -> Result<Reply, Error> {
        self.list.get(self.place(index)?).ok_or_else(missing)
    }

    /// The same for a reply that nobody asks for again.
    #[inline]
    pub(crate) fn take(&mut self, index: usize) -> Result<Reply, Error> {
        let place = self.place(index)?;
        self.list.take(place).ok_or_else(missing)
    }

    /// The only reply, of a batch of one.
    ///
    /// # Errors
    /// Whatever kept the reply from coming.
    pub fn only(mut self) -> Result<Reply, Error> {
        self.take(0)
    }

    /// The first request that got no reply, and why.
    #[must_use]
    pub fn first_failure(&self) -> Option<(usize, &Error)> {
        self.failed.first().map(|(range, error)| (range.start, error))
    }

    /// The failures, each with the requests that it befell.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &(Range<usize>, Error)> {
        self.failed.iter()
    }

    /// The errors that the server answered with, each with the place of its request.
    pub(crate) fn errors(&self) -> impl Iterator<Item = (usize, Reply)> {
        self.list.errors().map(|(place, reply)| (self.index_of(place), reply))
    }

    fn index_of(&self, place: usize) -> usize {
        let mut index = place;
        for (range, _) in &self.failed {
            if range.start <= index {
                index += range.len();
            }
        }
        index
    }

    /// The same with the failures told in another way.
    pub(crate) fn map_failures(mut self, tell: impl Fn(Error) -> Error) -> Self {
        for (_, error) in &mut self.failed {
            *error = tell(error.clone());
        }
        self
    }

    /// The first request that the server answered with an error, or that got no reply.
    pub(crate) fn first_error(&self) -> Option<(usize, Error)> {
        let error = self.errors().next();
        let error = error.and_then(|(index, reply)| Some((index, Error::server(server_error(reply.root())?))));
        let failure = self.first_failure().map(|(index, error)| (index, error.clone()));
        error.into_iter().chain(failure).min_by_key(|(index, _)| *index)
    }

    /// The same with the errors of the server rewritten by `rewrite`, which is told their place.
    pub(crate) fn rewrite_errors(self, rewrite: impl Fn(usize, &[u8]) -> Option<Vec<u8>>) -> Self {
        Replies {
            list: self.list.rewrite_errors(rewrite),
            ..self
        }
    }

    /// The results as a vector.
    #[must_use]
    pub fn into_vec(self) -> Vec<Result<Reply, Error>> {
        self.into_iter().collect()
    }
}

fn missing() -> Error {
    Error::closed("no reply came", Outcome::MaybeExecuted)
}

impl IntoIterator for Replies {
    type Item = Result<Reply, Error>;
    type IntoIter = IntoResults;

    fn into_iter(self) -> IntoResults {
        IntoResults { replies: self, next: 0 }
    }
}

/// The results of a batch, one after the other.
#[derive(Debug)]
pub struct IntoResults {
    replies: Replies,
    next: usize,
}

impl Iterator for IntoResults {
    type Item = Result<Reply, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.replies.len {
            return None;
        }
        self.next += 1;
        Some(self.replies.take(self.next - 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.replies.len - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for IntoResults {}

impl fmt::Debug for Replies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct All<'a>(&'a Replies);
        impl fmt::Debug for All<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list()
                    .entries((0..self.0.len).map(|index| self.0.get(index)))
                    .finish()
            }
        }
        f.debug_tuple("Replies").field(&All(self)).finish()
    }
}
