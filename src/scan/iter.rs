//! Walks as iterators and streams that own a handle of their client.

use alloc::vec::{IntoIter, Vec};
use core::fmt;

use super::Scan;
use crate::error::Error;
use crate::flow::{Driver, Flow, Replies, Step};
use crate::resp::{FromReply, ToArg};
use crate::time::Timestamp;
use crate::transport::BoxFuture;

/// The elements of a [`Scan`] one by one: an `Iterator` over a blocking client, a `Stream` over an async one.
///
/// It has a handle of the client for itself, so that it can be kept and moved as long as it is needed. Nothing is sent
/// before the first element is asked for, and then a page at a time. Elements may come twice, as the server promises no
/// more than that each one comes; an empty page is not the end. After an error, and after the end, there is nothing more.
///
/// Choose what to walk over before the first element: changed later, the walk starts again.
///
/// ```
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.mset([("user:1", "a"), ("user:2", "b"), ("other", "c")])?;
///
/// let users = client.scan_iter::<String>().matching("user:*").count(100);
/// let mut users: Vec<String> = users.collect::<Result<_, _>>()?;
/// users.sort();
/// assert_eq!(users, ["user:1", "user:2"]);
/// # Ok::<(), redwire::Error>(())
/// ```
///
/// Over an async client `next` and [`try_next`](ScanIter::try_next) are there without any further crate:
///
/// ```
/// use redwire::prelude::*;
///
/// # #[cfg(feature = "tokio")]
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let client = redwire::mock::Server::new().tokio_client();
/// client.zadd("scores", [("Ann", 1.5), ("Bob", 0.5)]).await?;
///
/// let mut scores = client.zscan_iter::<(String, f64)>("scores");
/// let mut total = 0.0;
/// while let Some((_, score)) = scores.try_next().await? {
///     total += score;
/// }
/// assert_eq!((total, scores.seen()), (2.0, 2));
/// # Ok::<(), redwire::Error>(())
/// # }).unwrap();
/// ```
pub struct ScanIter<C, T> {
    pub(super) client: C,
    pub(super) scan: Scan<T>,
    /// What is left of the page that was fetched last.
    pub(super) page: IntoIter<T>,
    /// The next page, on its way to whoever polls.
    pub(super) fetching: Option<BoxFuture<'static, Replies>>,
}

impl<C, T: FromReply> ScanIter<C, T> {
    /// The elements of `scan`, fetched by `client`.
    #[must_use]
    pub fn new(client: C, scan: Scan<T>) -> Self {
        ScanIter {
            client,
            scan,
            page: Vec::new().into_iter(),
            fetching: None,
        }
    }

    /// Only what matches this glob pattern (`user:*`).
    #[must_use]
    pub fn matching(self, pattern: impl ToArg) -> Self {
        self.with(|scan| scan.matching(pattern))
    }

    /// About how many elements the server looks at for one page; zero is refused.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        self.with(|scan| scan.count(count))
    }

    /// Only keys of this type (`string`, `hash`, ..); SCAN alone knows it. Since Redis 6.0.
    #[must_use]
    pub fn of_type(self, name: &str) -> Self {
        self.with(|scan| scan.of_type(name))
    }

    fn with(self, choose: impl FnOnce(Scan<T>) -> Scan<T>) -> Self {
        ScanIter::new(self.client, choose(self.scan))
    }

    /// How many elements have come from the server so far, duplicates and the rest of the present page included.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.scan.seen()
    }

    /// The next element, `None` after the last one: a `Result` over a blocking client, a future of it over an async one.
    ///
    /// Cancel safety: nothing is lost; the page that was on its way is asked for again.
    ///
    /// # Errors
    /// Whatever kept the next page from coming; then the walk is over.
    pub fn try_next<'a>(&'a mut self) -> <&'a C as Driver>::Driven<NextElement<'a, T>>
    where
        &'a C: Driver,
    {
        self.fetching = None;
        let ScanIter { client, scan, page, .. } = self;
        let client: &'a C = client;
        client.drive(NextElement { scan, page })
    }

    /// The next page, `None` after the last one: what is left of the present one, or one that is fetched. A `Result`
    /// over a blocking client, a future of it over an async one.
    ///
    /// Cancel safety: as for [`try_next`](ScanIter::try_next).
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.hset("stock", [("apples", 3), ("pears", 5)])?;
    /// let mut stock = client.hscan_iter::<(String, u32)>("stock");
    /// while let Some(page) = stock.next_page()? {
    ///     println!("{page:?}, {} in all so far", stock.seen());
    /// }
    /// assert_eq!(stock.seen(), 2);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    ///
    /// # Errors
    /// Whatever kept the next page from coming; then the walk is over.
    pub fn next_page<'a>(&'a mut self) -> <&'a C as Driver>::Driven<NextPage<'a, T>>
    where
        &'a C: Driver,
    {
        self.fetching = None;
        let ScanIter { client, scan, page, .. } = self;
        let client: &'a C = client;
        client.drive(NextPage { scan, page })
    }
}

/// What is polled is boxed, and elements are never pinned.
impl<C, T> Unpin for ScanIter<C, T> {}

impl<C, T> Iterator for ScanIter<C, T>
where
    C: 'static,
    T: FromReply + 'static,
    for<'c, 's> &'c C: Driver<Driven<NextElement<'s, T>> = Result<Option<T>, Error>>,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.try_next().transpose()
    }
}

/// After an error, and after the end, the walk is over.
impl<C, T> core::iter::FusedIterator for ScanIter<C, T> where Self: Iterator {}

impl<C, T> fmt::Debug for ScanIter<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanIter")
            .field("request", &self.scan.request)
            .field("seen", &self.scan.seen)
            .finish_non_exhaustive()
    }
}

/// The [`Flow`] behind [`ScanIter::try_next`].
#[derive(Debug)]
pub struct NextElement<'a, T> {
    scan: &'a mut Scan<T>,
    page: &'a mut IntoIter<T>,
}

impl<T: FromReply> Flow for NextElement<'_, T> {
    type Output = Result<Option<T>, Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        if let Some(element) = self.page.next() {
            return Step::Done(Ok(Some(element)));
        }
        match self.scan.step(now) {
            Step::Done(Ok(Some(page))) => {
                *self.page = page.into_iter();
                Step::Done(Ok(self.page.next()))
            }
            Step::Done(Ok(None)) => Step::Done(Ok(None)),
            Step::Done(Err(error)) => Step::Done(Err(error)),
            Step::Send { to, batch } => Step::Send { to, batch },
            Step::Wait(until) => Step::Wait(until),
        }
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        self.scan.replies(now, replies);
    }
}

/// The [`Flow`] behind [`ScanIter::next_page`].
#[derive(Debug)]
pub struct NextPage<'a, T> {
    scan: &'a mut Scan<T>,
    page: &'a mut IntoIter<T>,
}

impl<T: FromReply> Flow for NextPage<'_, T> {
    type Output = Result<Option<Vec<T>>, Error>;

    fn step(&mut self, now: Timestamp) -> Step<'_, Self::Output> {
        if self.page.len() > 0 {
            let rest = core::mem::replace(self.page, Vec::new().into_iter());
            return Step::Done(Ok(Some(rest.collect())));
        }
        self.scan.step(now)
    }

    fn replies(&mut self, now: Timestamp, replies: Replies) {
        self.scan.replies(now, replies);
    }
}

/// Walks as iterators, of every client that can be cloned.
///
/// Pipelines have none, for a walk needs each reply before it can go on:
///
/// ```compile_fail
/// use redwire::prelude::*;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// let keys = client.pipeline().scan_iter::<String>();
/// ```
pub trait ScanIterCommands: Clone
where
    for<'a> &'a Self: Driver,
{
    /// All keys of the database.
    ///
    /// Sends `SCAN`, once for each page. Since Redis 2.8.
    fn scan_iter<T: FromReply>(&self) -> ScanIter<Self, T> {
        ScanIter::new(self.clone(), Scan::keys())
    }

    /// All members of a set.
    ///
    /// Sends `SSCAN`, once for each page. Since Redis 2.8.
    fn sscan_iter<T: FromReply>(&self, key: impl ToArg) -> ScanIter<Self, T> {
        ScanIter::new(self.clone(), Scan::set(key))
    }

    /// All fields and values of a hash; `T` is a pair.
    ///
    /// Sends `HSCAN`, once for each page. Since Redis 2.8.
    fn hscan_iter<T: FromReply>(&self, key: impl ToArg) -> ScanIter<Self, T> {
        ScanIter::new(self.clone(), Scan::hash(key))
    }

    /// All fields of a hash, without the values.
    ///
    /// Sends `HSCAN` with `NOVALUES`, once for each page. Since Redis 7.4.
    fn hscan_novalues_iter<T: FromReply>(&self, key: impl ToArg) -> ScanIter<Self, T> {
        ScanIter::new(self.clone(), Scan::fields(key))
    }

    /// All members and scores of a sorted set; `T` is a pair of member and `f64`, or whatever else the score is to become.
    ///
    /// Sends `ZSCAN`, once for each page. Since Redis 2.8.
    fn zscan_iter<T: FromReply>(&self, key: impl ToArg) -> ScanIter<Self, T> {
        ScanIter::new(self.clone(), Scan::sorted_set(key))
    }
}

impl<C: Clone> ScanIterCommands for C where for<'a> &'a C: Driver {}
