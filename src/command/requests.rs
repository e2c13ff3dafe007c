//! Requests that go out together.

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use super::keys::KeySpan;
use super::options::CallOption;
use super::request::{Flags, Request, Wait};
use crate::error::Error;

/// Requests that go out together, in order, in one write where possible: what a [`Flow`](crate::flow::Flow) asks to be
/// sent. One request becomes such a batch by `Requests::from(request)`.
///
/// ```
/// use redwire::cmd;
/// use redwire::command::Requests;
///
/// let mut batch = Requests::from(cmd("SET").key("name").arg("redwire"));
/// batch.push(cmd("GET").key("name"));
/// assert_eq!(batch.len(), 2);
/// assert_eq!(batch.get(1).unwrap().to_string(), "GET name");
/// ```
#[derive(Clone, Default)]
pub struct Requests {
    list: Vec<Request>,
}

impl Requests {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Requests::default()
    }

    /// Adds one behind the others.
    #[inline]
    pub fn push(&mut self, request: Request) {
        self.list.push(request);
    }

    /// Takes the first one out.
    pub(crate) fn remove_first(&mut self) {
        if !self.list.is_empty() {
            drop(self.list.remove(0));
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many bytes they take on the wire, about.
    #[must_use]
    pub fn size(&self) -> usize {
        self.list.iter().map(Request::size).sum()
    }

    /// The request at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<RequestRef<'_>> {
        self.list.get(index).map(RequestRef)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RequestRef<'_>> {
        self.list.iter().map(RequestRef)
    }

    /// Fails if a builder step of one of them refused an argument.
    ///
    /// # Errors
    /// As for [`Request::check`], of the first that was refused.
    pub fn check(&self) -> Result<(), Error> {
        self.list.iter().try_for_each(Request::check)
    }

    pub(crate) fn as_slice(&self) -> &[Request] {
        &self.list
    }
}

impl From<Request> for Requests {
    fn from(request: Request) -> Self {
        Requests::from_iter([request])
    }
}

impl From<Vec<Request>> for Requests {
    fn from(requests: Vec<Request>) -> Self {
        Requests::from_iter(requests)
    }
}

impl FromIterator<Request> for Requests {
    fn from_iter<I: IntoIterator<Item = Request>>(requests: I) -> Self {
        let mut all = Requests::new();
        all.extend(requests);
        all
    }
}

impl Extend<Request> for Requests {
    fn extend<I: IntoIterator<Item = Request>>(&mut self, requests: I) {
        requests.into_iter().for_each(|request| self.push(request));
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// One of several [`Requests`], borrowed from them.
///
/// Debug and Display print the arguments as those of a [`Request`] do.
#[derive(Clone, Copy)]
pub struct RequestRef<'a>(&'a Request);

impl<'a> RequestRef<'a> {
    /// All arguments in order, the name first.
    pub fn arguments(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.0.arguments()
    }

    /// What kind of command it is.
    #[must_use]
    pub fn command_flags(&self) -> Flags {
        self.0.command_flags()
    }

    /// How long the server may take on top of the usual.
    #[must_use]
    pub fn wait(&self) -> Wait {
        self.0.wait()
    }

    /// Where the keys are.
    pub fn key_spans(&self) -> impl Iterator<Item = KeySpan> + use<'a> {
        self.0.key_spans()
    }

    /// The keys, in order.
    pub fn key_names(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.0.key_names()
    }

    /// Fails if a builder step refused an argument; see [`Request::check`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument); nothing was sent.
    pub fn check(&self) -> Result<(), Error> {
        self.0.check()
    }

    pub(crate) fn secrets(&self) -> Vec<Bytes> {
        self.0.secrets()
    }

    /// What an option of the call is set to; see [`Request::option`].
    #[must_use]
    pub fn option_value(&self, name: &str) -> Option<&'a CallOption> {
        self.0.option_value(name)
    }

    /// See [`Request::is_untyped`].
    #[inline]
    pub(crate) fn is_untyped(&self) -> bool {
        self.0.is_untyped()
    }

    /// Whether it changes or needs the state of the connection; see [`Request::owns_connection`].
    #[must_use]
    pub fn owns_connection(&self) -> bool {
        self.0.owns_connection()
    }
}

impl<'a> From<&'a Request> for RequestRef<'a> {
    fn from(request: &'a Request) -> Self {
        RequestRef(request)
    }
}

impl fmt::Display for RequestRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)
    }
}

impl fmt::Debug for RequestRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}
