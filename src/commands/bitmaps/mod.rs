//! Strings as rows of bits.

mod bitfield;

use alloc::vec::Vec;

pub use bitfield::{BitField, BitFieldOffset, BitFieldType, Overflow};

use crate::command::{Executor, Request, cmd};
use crate::resp::{DecodeError, FromReply, Reply, ToArg, ToArgs};

/// A part of a value, from a first to a last position, both included; negative positions count from the end, -1 being
/// the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BitRange {
    start: i64,
    end: i64,
    bits: bool,
}

impl BitRange {
    /// From the byte at `start` to the byte at `end`.
    #[must_use]
    pub const fn bytes(start: i64, end: i64) -> Self {
        BitRange {
            start,
            end,
            bits: false,
        }
    }

    /// From the bit at `start` to the bit at `end`. Since Redis 7.0.
    #[must_use]
    pub const fn bits(start: i64, end: i64) -> Self {
        BitRange { start, end, bits: true }
    }

    /// Bytes are what servers count in unless told otherwise, older ones without knowing the word for it.
    fn write(self, request: Request) -> Request {
        request.arg(self.start).arg(self.end).flag("BIT", self.bits)
    }
}

/// How BITOP combines values, bit by bit. A shorter value counts as if zero bits followed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BitOp {
    /// Set in all values.
    And,
    /// Set in at least one value.
    Or,
    /// Set in an odd number of values.
    Xor,
    /// Not set in the value, of which there is exactly one.
    Not,
    /// Set in the first value and in none of the others. Since Redis 8.2.
    Diff,
    /// Set in one of the others and not in the first value. Since Redis 8.2.
    Diff1,
    /// Set in the first value and in at least one of the others. Since Redis 8.2.
    AndOr,
    /// Set in exactly one value. Since Redis 8.2.
    One,
}

impl BitOp {
    fn word(self) -> &'static str {
        match self {
            BitOp::And => "AND",
            BitOp::Or => "OR",
            BitOp::Xor => "XOR",
            BitOp::Not => "NOT",
            BitOp::Diff => "DIFF",
            BitOp::Diff1 => "DIFF1",
            BitOp::AndOr => "ANDOR",
            BitOp::One => "ONE",
        }
    }
}

/// Commands on strings as rows of bits. Bit 0 is the highest bit of the first byte. A missing key counts as an empty value.
pub trait BitmapCommands: Executor {
    /// Sets the bit at `offset`, making the value longer if it must be.
    ///
    /// Sends [`SETBIT`](https://redis.io/docs/latest/commands/setbit/). Replies with what the bit was before. Since
    /// Redis 2.2.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// assert_eq!(client.setbit("seen", 7, true)?, false);
    /// assert_eq!(client.getbit("seen", 7)?, true);
    /// assert_eq!(client.bitcount("seen")?, 1);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn setbit(self, key: impl ToArg, offset: u64, bit: bool) -> Self::Output<bool> {
        self.run(cmd("SETBIT").key(key).arg(offset).arg(u8::from(bit)).returns())
    }

    /// The bit at `offset`; false beyond the end of the value.
    ///
    /// Sends [`GETBIT`](https://redis.io/docs/latest/commands/getbit/). Since Redis 2.2.
    fn getbit(self, key: impl ToArg, offset: u64) -> Self::Output<bool> {
        self.run(cmd("GETBIT").read_only().key(key).arg(offset).returns())
    }

    /// How many bits are set.
    ///
    /// Sends [`BITCOUNT`](https://redis.io/docs/latest/commands/bitcount/). Since Redis 2.6.
    fn bitcount(self, key: impl ToArg) -> Self::Output<u64> {
        self.run(cmd("BITCOUNT").read_only().key(key).returns())
    }

    /// How many bits are set within `range`.
    ///
    /// Sends [`BITCOUNT`](https://redis.io/docs/latest/commands/bitcount/) with a range. Since Redis 2.6.
    fn bitcount_range(self, key: impl ToArg, range: BitRange) -> Self::Output<u64> {
        self.run(range.write(cmd("BITCOUNT").read_only().key(key)).returns())
    }

    /// The offset of the first bit that is set, or of the first that is not, by the value of `bit`.
    ///
    /// Sends [`BITPOS`](https://redis.io/docs/latest/commands/bitpos/). `None` if there is no such bit; a bit that is
    /// not set is always found, at the latest behind the end of the value, except that a missing key has none that is
    /// set. Since Redis 2.8.7.
    fn bitpos(self, key: impl ToArg, bit: bool) -> Self::Output<Option<u64>> {
        let request = cmd("BITPOS").read_only().key(key).arg(u8::from(bit));
        self.run(request.decoded_by(position))
    }

    /// The offset of the first bit with the value of `bit` from the byte at `start` on; offsets count from the beginning
    /// of the value all the same.
    ///
    /// Sends [`BITPOS`](https://redis.io/docs/latest/commands/bitpos/) with a start. `None` if there is no such bit;
    /// the end of the value counts as in [`bitpos`](BitmapCommands::bitpos). Since Redis 2.8.7.
    fn bitpos_from(self, key: impl ToArg, bit: bool, start: i64) -> Self::Output<Option<u64>> {
        let request = cmd("BITPOS").read_only().key(key).arg(u8::from(bit)).arg(start);
        self.run(request.decoded_by(position))
    }

    /// The offset of the first bit with the value of `bit` within `range`; offsets count from the beginning of the value
    /// all the same.
    ///
    /// Sends [`BITPOS`](https://redis.io/docs/latest/commands/bitpos/) with a range. `None` if there is no such bit:
    /// what lies behind the range is not looked at. Since Redis 2.8.7.
    fn bitpos_range(self, key: impl ToArg, bit: bool, range: BitRange) -> Self::Output<Option<u64>> {
        let request = cmd("BITPOS").read_only().key(key).arg(u8::from(bit));
        self.run(range.write(request).decoded_by(position))
    }

    /// Combines the values of `keys` and stores the result at `destination`, which is removed if the result is empty.
    ///
    /// Sends [`BITOP`](https://redis.io/docs/latest/commands/bitop/). Replies with the length of the result in bytes,
    /// that of the longest value. Since Redis 2.6.
    fn bitop(self, operation: BitOp, destination: impl ToArg, keys: impl ToArgs) -> Self::Output<u64> {
        let request = cmd("BITOP").arg(operation.word()).key(destination).keys(keys);
        self.run(request.returns())
    }

    /// Reads and changes integers of any width in a value.
    ///
    /// Sends [`BITFIELD`](https://redis.io/docs/latest/commands/bitfield/). Replies with a number for each operation,
    /// in their order; `None` where [`Overflow::Fail`] prevented the change. Since Redis 3.2.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// let counter = BitFieldType::Unsigned(8);
    /// let operations = BitField::new()
    ///     .incrby(counter, 0, 250)
    ///     .overflow(Overflow::Sat)
    ///     .incrby(counter, 0, 10)
    ///     .overflow(Overflow::Fail)
    ///     .incrby(counter, 0, 1);
    /// assert_eq!(client.bitfield("counters", operations)?, [Some(250), Some(255), None]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn bitfield(self, key: impl ToArg, operations: BitField) -> Self::Output<Vec<Option<i64>>> {
        self.run(operations.write(cmd("BITFIELD").key(key)).returns())
    }

    /// Reads integers of any width in a value; operations that change it are refused before anything is sent.
    ///
    /// Sends [`BITFIELD_RO`](https://redis.io/docs/latest/commands/bitfield_ro/). Replies with a number for each
    /// operation, in their order. Since Redis 6.0.
    fn bitfield_ro(self, key: impl ToArg, operations: BitField) -> Self::Output<Vec<i64>> {
        let request = cmd("BITFIELD_RO").read_only().key(key);
        self.run(operations.write_read_only(request).returns())
    }
}

impl<E: Executor> BitmapCommands for E {}

/// -1 is nowhere.
fn position(reply: Reply) -> Result<Option<u64>, DecodeError> {
    match i64::from_reply(reply.root())? {
        -1 => Ok(None),
        _ => u64::from_reply(reply.root()).map(Some),
    }
}
