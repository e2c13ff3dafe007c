//! Options of the commands on lists.

use crate::command::Request;

/// One end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Side {
    /// The head.
    Left,
    /// The tail.
    Right,
}

impl Side {
    pub(super) fn word(self) -> &'static str {
        match self {
            Side::Left => "LEFT",
            Side::Right => "RIGHT",
        }
    }
}

/// On which side of the pivot LINSERT inserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pivot {
    /// Nearer to the head than the pivot.
    Before,
    /// Nearer to the tail than the pivot.
    After,
}

impl Pivot {
    pub(super) fn word(self) -> &'static str {
        match self {
            Pivot::Before => "BEFORE",
            Pivot::After => "AFTER",
        }
    }
}

/// Options of [`lpos_with`](super::ListCommands::lpos_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct LposOptions {
    rank: Option<i64>,
    maxlen: Option<u64>,
}

impl LposOptions {
    /// The first match, among all elements.
    pub fn new() -> Self {
        LposOptions::default()
    }

    /// `RANK`: start at this match, counted from 1; -1 is the last match and the search goes towards the head.
    pub fn rank(mut self, rank: i64) -> Self {
        self.rank = Some(rank);
        self
    }

    /// `MAXLEN`: compare at most so many elements; 0 for all.
    pub fn maxlen(mut self, maxlen: u64) -> Self {
        self.maxlen = Some(maxlen);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.opt_with("RANK", self.rank).opt_with("MAXLEN", self.maxlen);
        match self.rank {
            Some(0) => request.refuse("RANK counts from 1, or from -1 backwards"),
            _ => request,
        }
    }
}

/// Options of [`lmpop_with`](super::ListCommands::lmpop_with) and
/// [`blmpop_with`](super::BlockingListCommands::blmpop_with).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct LmpopOptions {
    count: Option<u64>,
}

impl LmpopOptions {
    /// One element.
    pub fn new() -> Self {
        LmpopOptions::default()
    }

    /// `COUNT`: up to so many elements; at least 1.
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.opt_with("COUNT", self.count);
        match self.count {
            Some(0) => request.refuse("COUNT must be at least 1"),
            _ => request,
        }
    }
}
