//! LCS: the longest common subsequence of two strings.

use alloc::vec;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::values::Text;

#[derive(Default)]
struct Options {
    length: bool,
    matches: bool,
    match_lengths: bool,
    min_match: i64,
}

impl Options {
    fn parse(mut words: &[Bytes]) -> Result<Self, Failure> {
        let mut options = Options::default();
        loop {
            words = match words {
                [] => break,
                [word, rest @ ..] if word.eq_ignore_ascii_case(b"idx") => {
                    options.matches = true;
                    rest
                }
                [word, rest @ ..] if word.eq_ignore_ascii_case(b"len") => {
                    options.length = true;
                    rest
                }
                [word, rest @ ..] if word.eq_ignore_ascii_case(b"withmatchlen") => {
                    options.match_lengths = true;
                    rest
                }
                [word, length, rest @ ..] if word.eq_ignore_ascii_case(b"minmatchlen") => {
                    options.min_match = int(length)?.max(0);
                    rest
                }
                _ => return Err(Failure::SYNTAX),
            };
        }
        if options.length && options.matches {
            return Err(Failure::fixed(
                "ERR If you want both the length and indexes, please just use IDX.",
            ));
        }
        Ok(options)
    }
}

/// A run of equal bytes: where it starts in each string, and how long it is.
struct Match {
    one: usize,
    other: usize,
    length: usize,
}

pub(super) fn lcs(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [one, other, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let string = |key: &Bytes| match cx.get::<Text>(key) {
        Ok(text) => Ok(text.map(|text| text.bytes().clone()).unwrap_or_default()),
        Err(_) => Err(Failure::fixed("ERR The specified keys must contain string values")),
    };
    let (one, other) = (string(one)?, string(other)?);
    let options = Options::parse(words)?;
    let table = Table::new(&one, &other, cx.server.config.max_bulk())?;
    let length = table.at(one.len(), other.len());
    if options.length {
        return Ok(Reply::Int(i64::from(length)));
    }
    let (text, matches) = table.walk_back(&one, &other);
    if !options.matches {
        return Ok(Reply::Bulk(Bytes::from(text)));
    }
    let listed = matches.iter().filter(|found| found.length as i64 >= options.min_match);
    let listed = listed.map(|found| {
        let span = |start: usize| Reply::Array(vec![Reply::count(start), Reply::count(start + found.length - 1)]);
        let mut item = vec![span(found.one), span(found.other)];
        if options.match_lengths {
            item.push(Reply::count(found.length));
        }
        Reply::Array(item)
    });
    Ok(Reply::Map(vec![
        (Reply::text("matches"), Reply::Array(listed.collect())),
        (Reply::text("len"), Reply::Int(i64::from(length))),
    ]))
}

/// Lengths of the longest common subsequences of all pairs of prefixes.
struct Table {
    columns: usize,
    cells: Vec<u32>,
}

impl Table {
    fn new(one: &[u8], other: &[u8], limit: i64) -> Result<Self, Failure> {
        let columns = other.len() + 1;
        let size = (one.len() + 1)
            .checked_mul(columns)
            .filter(|&cells| (cells as i64).saturating_mul(4) <= limit);
        let size = size.ok_or(Failure::fixed(
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        ))?;
        let mut table = Table {
            columns,
            cells: vec![0; size],
        };
        for (i, a) in one.iter().enumerate() {
            for (j, b) in other.iter().enumerate() {
                let length = if a == b {
                    table.at(i, j) + 1
                } else {
                    table.at(i, j + 1).max(table.at(i + 1, j))
                };
                if let Some(cell) = table.cells.get_mut((i + 1) * columns + j + 1) {
                    *cell = length;
                }
            }
        }
        Ok(table)
    }

    fn at(&self, i: usize, j: usize) -> u32 {
        self.cells.get(i * self.columns + j).copied().unwrap_or(0)
    }

    /// The subsequence, and its runs from the last to the first, as Redis lists them.
    fn walk_back(&self, one: &[u8], other: &[u8]) -> (Vec<u8>, Vec<Match>) {
        let (mut text, mut matches) = (Vec::new(), Vec::<Match>::new());
        let (mut i, mut j) = (one.len(), other.len());
        while let (Some(a), Some(b)) = (i.checked_sub(1), j.checked_sub(1)) {
            match (one.get(a), other.get(b)) {
                (Some(x), Some(y)) if x == y => {
                    text.push(*x);
                    match matches.last_mut() {
                        Some(run) if run.one == i && run.other == j => {
                            (run.one, run.other, run.length) = (a, b, run.length + 1);
                        }
                        _ => matches.push(Match {
                            one: a,
                            other: b,
                            length: 1,
                        }),
                    }
                    (i, j) = (a, b);
                }
                _ if self.at(a, j) > self.at(i, b) => i = a,
                _ => j = b,
            }
        }
        text.reverse();
        (text, matches)
    }
}
