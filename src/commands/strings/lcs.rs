//! LCS with IDX.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use crate::command::Request;
use crate::resp::{DecodeError, Fields, FromReply, ReplyRef};

/// Options of [`lcs_idx`](super::StringCommands::lcs_idx).
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct LcsOptions {
    minmatchlen: Option<u64>,
}

impl LcsOptions {
    /// No options: all matches.
    pub fn new() -> Self {
        LcsOptions::default()
    }

    /// Leaves out matches of fewer bytes.
    pub fn minmatchlen(mut self, len: u64) -> Self {
        self.minmatchlen = Some(len);
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        request.opt_with("MINMATCHLEN", self.minmatchlen)
    }
}

/// Where the longest common subsequence of two values lies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LcsMatches {
    /// The runs of bytes that the values have in common, the last one first.
    pub matches: Vec<LcsMatch>,
    /// The length of the whole subsequence in bytes, matches that were left out included.
    pub len: u64,
}

/// A run of bytes that two values have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LcsMatch {
    /// Where it lies in the first value.
    pub first: RangeInclusive<u64>,
    /// Where it lies in the second value.
    pub second: RangeInclusive<u64>,
    /// How many bytes it has.
    pub len: u64,
}

impl FromReply for LcsMatch {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let ((start, end), (other_start, other_end)) = FromReply::from_reply(reply)?;
        let len = u64::checked_sub(end, start).and_then(|distance| distance.checked_add(1));
        Ok(LcsMatch {
            first: start..=end,
            second: other_start..=other_end,
            // Always so, which is why WITHMATCHLEN is not asked for.
            len: len.ok_or_else(|| DecodeError::new("range", reply))?,
        })
    }
}

impl FromReply for LcsMatches {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::of(reply)?;
        Ok(LcsMatches {
            matches: fields.take("matches")?,
            len: fields.take("len")?,
        })
    }
}
