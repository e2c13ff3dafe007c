//! SORT.

use alloc::vec::Vec;

use crate::command::Request;
use crate::commands::options::owned;
use crate::resp::{DecodeError, FromReply, Items, Kind, Reply, ReplyRef, ToArg};

/// Options of [`sort_with`](super::KeyCommands::sort_with) and its like.
///
/// The patterns of [`by`](SortOptions::by) and [`get`](SortOptions::get) name keys by way of the sorted elements: the
/// first `*` of a pattern stands for the element, and `->field` behind it for a field of a hash.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct SortOptions {
    by: Option<Vec<u8>>,
    limit: Option<(u64, i64)>,
    get: Vec<Vec<u8>>,
    desc: bool,
    alpha: bool,
}

impl SortOptions {
    /// No options: by number, the smallest first.
    pub fn new() -> Self {
        SortOptions::default()
    }

    /// Sorts by the values of other keys (`weight_*`, `user_*->age`); a pattern without `*` (`nosort`) does not sort at
    /// all.
    pub fn by(mut self, pattern: impl ToArg) -> Self {
        self.by = Some(owned(pattern));
        self
    }

    /// Skips `offset` elements and takes `count` of the rest, or all of them if that is negative.
    pub fn limit(mut self, offset: u64, count: i64) -> Self {
        self.limit = Some((offset, count));
        self
    }

    /// Gives the values of other keys (`name_*`) instead of the elements; `#` is the element itself. Each further call
    /// adds a column.
    pub fn get(mut self, pattern: impl ToArg) -> Self {
        self.get.push(owned(pattern));
        self
    }

    /// The largest first.
    pub fn desc(mut self) -> Self {
        self.desc = true;
        self
    }

    /// As text instead of numbers.
    pub fn alpha(mut self) -> Self {
        self.alpha = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.opt_with("BY", self.by).opt_with("LIMIT", self.limit);
        let request = self
            .get
            .iter()
            .fold(request, |request, pattern| request.arg("GET").arg(pattern));
        request.flag("DESC", self.desc).flag("ALPHA", self.alpha)
    }

    /// The same for rows of so many columns.
    pub(super) fn columns(self, columns: usize, request: Request) -> Request {
        match self.get.len() {
            patterns if patterns == columns => self.write(request),
            patterns => request.refuse(alloc::format!(
                "rows of {columns} columns need as many patterns, there are {patterns}"
            )),
        }
    }
}

/// What [`sort_groups`](super::KeyCommands::sort_groups) makes of the values that belong to one element: a tuple of two
/// to six columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row of SORT",
    note = "ask for a tuple of two to six columns"
)]
pub trait SortRow: Sized {
    /// How many columns there are.
    const COLUMNS: usize;

    /// Takes one row.
    ///
    /// # Errors
    /// A value is not of the type of its column.
    fn take(values: &mut SortValues<'_>) -> Result<Self, DecodeError>;
}

/// The values of a reply to SORT, row by row.
#[derive(Debug)]
pub struct SortValues<'a> {
    whole: ReplyRef<'a>,
    items: Items<'a>,
    taken: usize,
}

impl SortValues<'_> {
    /// Takes the next column.
    ///
    /// # Errors
    /// There is none, or it is not a `T`.
    pub fn take<T: FromReply>(&mut self) -> Result<T, DecodeError> {
        let index = self.taken;
        self.taken += 1;
        match self.items.next() {
            Some(value) => T::from_reply(value).map_err(|error| error.at(index)),
            None => Err(DecodeError::new("another column", self.whole)),
        }
    }
}

pub(super) fn rows<T: SortRow>(reply: Reply) -> Result<Vec<T>, DecodeError> {
    let whole = reply.root();
    let len = whole.items().len();
    let rows = match len.checked_div(T::COLUMNS) {
        Some(rows) if whole.kind() == Kind::Array && rows * T::COLUMNS == len => rows,
        _ => {
            return Err(DecodeError::new(
                alloc::format!("rows of {} columns", T::COLUMNS),
                whole,
            ));
        }
    };
    let mut values = SortValues {
        whole,
        items: whole.items(),
        taken: 0,
    };
    (0..rows).map(|_| T::take(&mut values)).collect()
}

impl<A: FromReply, B: FromReply> SortRow for (A, B) {
    const COLUMNS: usize = 2;
    fn take(values: &mut SortValues<'_>) -> Result<Self, DecodeError> {
        Ok((values.take()?, values.take()?))
    }
}

impl<A: FromReply, B: FromReply, C: FromReply> SortRow for (A, B, C) {
    const COLUMNS: usize = 3;
    fn take(values: &mut SortValues<'_>) -> Result<Self, DecodeError> {
        Ok((values.take()?, values.take()?, values.take()?))
    }
}

impl<A: FromReply, B: FromReply, C: FromReply, D: FromReply> SortRow for (A, B, C, D) {
    const COLUMNS: usize = 4;
    fn take(values: &mut SortValues<'_>) -> Result<Self, DecodeError> {
        Ok((values.take()?, values.take()?, values.take()?, values.take()?))
    }
}

impl<A: FromReply, B: FromReply, C: FromReply, D: FromReply, E: FromReply> SortRow for (A, B, C, D, E) {
    const COLUMNS: usize = 5;
    fn take(values: &mut SortValues<'_>) -> Result<Self, DecodeError> {
        let (a, b, c, d) = SortRow::take(values)?;
        Ok((a, b, c, d, values.take()?))
    }
}

impl<A: FromReply, B: FromReply, C: FromReply, D: FromReply, E: FromReply, F: FromReply> SortRow
    for (A, B, C, D, E, F)
{
    const COLUMNS: usize = 6;
    fn take(values: &mut SortValues<'_>) -> Result<Self, DecodeError> {
        let (a, b, c, d, e) = SortRow::take(values)?;
        Ok((a, b, c, d, e, values.take()?))
    }
}
