//! What whoever drives a connection that listens needs to know of the machine behind it.

use crate::error::Error;
use crate::session::Session;
use crate::time::Timestamp;
use crate::topology::Protocol;

/// What a reader is told: an item, nothing after all, or why not.
pub type Told<T> = Result<Option<T>, Error>;

/// What whoever drives is told of the connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Notice {
    /// A connection is up.
    Connected(Protocol),
    /// A connection ended, or could not be made. Its transport is of no use any more.
    Lost {
        /// Why.
        why: Error,
        /// When the next one may be dialed.
        retry_at: Timestamp,
    },
}

/// A machine around a [`Session`] that [listens](Session::listening).
///
/// The session is driven as any: dialed, read, written. Only what was read is reported here
/// ([`received`](Listener::received)), and time passes here ([`poll_timeout`](Listener::poll_timeout),
/// [`handle_timeout`](Listener::handle_timeout)). What comes of it is asked for by [`poll_told`](Listener::poll_told) first,
/// and once that has nothing, by [`poll_notice`](Listener::poll_notice). Any order of calls is legal.
pub trait Listener {
    /// What readers are told.
    type Item;

    /// The session, to be driven. Its events are not to be taken from it.
    fn session(&mut self) -> &mut Session;

    /// The next thing to be told, if it is here. `Some(Ok(None))` is something that concerns the reader no further.
    fn poll_told(&mut self) -> Option<Told<Self::Item>>;

    /// What happened to the connection, if anything.
    fn poll_notice(&mut self, now: Timestamp) -> Option<Notice>;

    /// The first `n` bytes of the session's [`read_room`](Session::read_room) were filled.
    fn received(&mut self, now: Timestamp, n: usize);

    /// When [`Listener::handle_timeout`] must be called at the latest. What has come by then is to be read first.
    fn poll_timeout(&self) -> Option<Timestamp>;

    /// Time has passed.
    fn handle_timeout(&mut self, now: Timestamp);

    /// True when nothing will come any more unless something is asked for.
    fn is_over(&self) -> bool;

    /// Whether all that has come is to be read, and not only what is asked for.
    fn reads_ahead(&self) -> bool {
        false
    }
}
