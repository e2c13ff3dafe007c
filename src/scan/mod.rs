//! Walking over a whole key space or collection, page by page.
//!
//! [`Scan`] is the walk itself, a [`Flow`] for whoever drives it; [`ScanIter`] is an `Iterator` or `Stream` of its
//! elements, which every client gives: [`ScanIterCommands`].

mod iter;
#[cfg(any(feature = "tokio", feature = "async-std", feature = "smol"))]
mod poll;

pub use iter::{NextElement, NextPage, ScanIter, ScanIterCommands};

use alloc::vec::Vec;

use crate::command::{Request, Requests, cmd};
use crate::error::Error;
use crate::flow::{Flow, Replies, Step, Target};
use crate::resp::{FromReply, ToArg};
use crate::time::Timestamp;

/// SCAN, SSCAN, HSCAN or ZSCAN to the end, as a [`Flow`] that can be driven again and again: each time it gives the next
/// page that is not empty, and `None` after the last one. Empty pages, of which a server may send many, are skipped
/// within one drive.
///
/// The server promises that an element present from the first page to the last is returned at least once; elements may
/// come twice. After an error the walk is over: it gives the error once, and then `None`.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::scan::Scan;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.set("user:1", "a")?;
/// client.set("user:2", "b")?;
/// client.set("other", "c")?;
///
/// let mut users = Vec::new();
/// let mut scan = Scan::<String>::keys().matching("user:*").count(100);
/// while let Some(page) = client.drive(&mut scan)? {
///     users.extend(page);
/// }
/// users.sort();
/// assert_eq!(users, ["user:1", "user:2"]);
/// # Ok::<(), redwire::Error>(())
/// ```
#[derive(Debug)]
pub struct Scan<T> {
    /// The command up to the cursor.
    head: Request,
    /// What follows the cursor.
    options: Request,
    request: Requests,
    state: State<T>,
    seen: u64,
    /// Pages of no elements were asked for.
    pointless: bool,
}

#[derive(Debug)]
enum State<T> {
    /// A page is to be asked for.
    Ask,
    /// A page or an error is to be handed out; whether more follows.
    Have(Result<Vec<T>, Error>, bool),
    Over,
}

impl<T: FromReply> Scan<T> {
    /// All keys of the database. Sends `SCAN`. Since Redis 2.8.
    #[must_use]
    pub fn keys() -> Self {
        Scan::new(cmd("SCAN"))
    }

    /// All members of a set. Sends `SSCAN`. Since Redis 2.8.
    #[must_use]
    pub fn set(key: impl ToArg) -> Self {
        Scan::new(cmd("SSCAN").key(key))
    }

    /// All fields and values of a hash; `T` is a pair. Sends `HSCAN`. Since Redis 2.8.
    #[must_use]
    pub fn hash(key: impl ToArg) -> Self {
        Scan::new(cmd("HSCAN").key(key))
    }

    /// All fields of a hash, without the values. Sends `HSCAN` with `NOVALUES`. Since Redis 7.4.
    #[must_use]
    pub fn fields(key: impl ToArg) -> Self {
        let mut scan = Scan::new(cmd("HSCAN").key(key));
        scan.options = scan.options.arg("NOVALUES");
        scan.request = scan.ask(0).into();
        scan
    }

    /// All members and scores of a sorted set; `T` is a pair of member and `f64`. Sends `ZSCAN`. Since Redis 2.8.
    #[must_use]
    pub fn sorted_set(key: impl ToArg) -> Self {
        Scan::new(cmd("ZSCAN").key(key))
    }

    fn new(head: Request) -> Self {
        let head = head.read_only();
        let request = head.clone().arg(0u64).into();
        Scan {
            head,
            options: cmd("MATCH"),
            request,
            state: State::Ask,
            seen: 0,
            pointless: false,
        }
    }

    /// Only what matches this glob pattern (`user:*`). Pages may then be empty before the end.
    #[must_use]
    pub fn matching(self, pattern: impl ToArg) -> Self {
        self.option("MATCH", pattern)
    }

    /// About how many elements the server looks at for one page; zero is refused.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.pointless = count == 0;
        self.option("COUNT", count)
    }

    /// Only keys of this type (`string`, `hash`, ..); SCAN alone knows it. Since Redis 6.0.
    #[must_use]
    pub fn of_type(self, name: &str) -> Self {
        self.option("TYPE", name)
    }

    fn option(mut self, word: &str, value: impl ToArg) -> Self {
        self.options = self.options.arg(word).arg(value);
        self.request = self.ask(0).into();
        self.state = State::Ask;
        self
    }

    fn ask(&self, cursor: u64) -> Request {
        let request = self.head.clone().arg(cursor);
        let request = self.options.arguments().skip(1).fold(request, Request::arg);
        match self.pointless {
            false => request,
            true => request.refuse("COUNT must be at least 1"),
        }
    }

    /// How many elements have come so far, duplicates included.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    fn page(&mut self, replies: Replies) -> Result<(u64, Vec<T>), Error> {
        Ok(replies.only()?.decode()?)
    }
}

impl<T: FromReply> Flow for Scan<T> {
    type Output = Result<Option<Vec<T>>, Error>;

    fn step(&mut self, _now: Timestamp) -> Step<'_, Self::Output> {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Over => Step::Done(Ok(None)),
            State::Have(Err(error), _) => Step::Done(Err(error)),
            State::Have(Ok(page), more) if !page.is_empty() => {
                self.state = if more { State::Ask } else { State::Over };
                Step::Done(Ok(Some(page)))
            }
            State::Have(_, false) => Step::Done(Ok(None)),
            State::Have(_, true) | State::Ask => {
                self.state = State::Ask;
                Step::Send {
                    to: Target::Any,
                    batch: &self.request,
                }
            }
        }
    }

    fn replies(&mut self, _now: Timestamp, replies: Replies) {
        self.state = match self.page(replies) {
            Err(error) => State::Have(Err(error), false),
            Ok((cursor, page)) => {
                self.seen += page.len() as u64;
                self.request = self.ask(cursor).into();
                State::Have(Ok(page), cursor != 0)
            }
        };
    }
}
