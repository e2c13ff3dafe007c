//! The operations of BITFIELD.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::command::Request;
use crate::resp::{Args, ToArg, ToArgs};

/// The width of an integer and whether it has a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BitFieldType {
    /// With a sign: 1 to 64 bits.
    Signed(u8),
    /// Without a sign: 1 to 63 bits.
    Unsigned(u8),
}

impl BitFieldType {
    /// As the server writes it: `i8`, `u16`.
    fn name(self) -> Option<String> {
        match self {
            BitFieldType::Signed(bits @ 1..=64) => Some(format!("i{bits}")),
            BitFieldType::Unsigned(bits @ 1..=63) => Some(format!("u{bits}")),
            _ => None,
        }
    }
}

/// Where an integer lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BitFieldOffset {
    /// So many bits from the beginning.
    Bit(u64),
    /// So many integers of the same type from the beginning: sent as `#3`.
    Index(u64),
}

impl From<u64> for BitFieldOffset {
    /// An offset in bits.
    fn from(bits: u64) -> Self {
        BitFieldOffset::Bit(bits)
    }
}

impl ToArgs for BitFieldOffset {
    fn write_args(&self, args: &mut Args) {
        match self {
            BitFieldOffset::Bit(bits) => args.push_integer(*bits),
            BitFieldOffset::Index(index) => args.push(format!("#{index}").as_bytes()),
        }
    }
}
impl ToArg for BitFieldOffset {}

/// What becomes of a number that its type cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Overflow {
    /// It wraps around, as C's unsigned integers do.
    #[default]
    Wrap,
    /// It stops at the largest or smallest number of the type.
    Sat,
    /// The change is not made, and its reply is no value.
    Fail,
}

impl Overflow {
    fn word(self) -> &'static str {
        match self {
            Overflow::Wrap => "WRAP",
            Overflow::Sat => "SAT",
            Overflow::Fail => "FAIL",
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Get(BitFieldType, BitFieldOffset),
    Set(BitFieldType, BitFieldOffset, i64),
    IncrBy(BitFieldType, BitFieldOffset, i64),
    Overflow(Overflow),
}

/// Operations for [`bitfield`](super::BitmapCommands::bitfield), carried out in the order in which they are added.
///
/// A type of an impossible width is refused before anything is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct BitField {
    operations: Vec<Operation>,
    overflow: Overflow,
}

impl BitField {
    /// No operations.
    pub fn new() -> Self {
        BitField::default()
    }

    /// Reads an integer.
    pub fn get(mut self, of: BitFieldType, offset: impl Into<BitFieldOffset>) -> Self {
        self.operations.push(Operation::Get(of, offset.into()));
        self
    }

    /// Sets an integer. Replies with what it was before.
    pub fn set(mut self, of: BitFieldType, offset: impl Into<BitFieldOffset>, value: i64) -> Self {
        self.operations.push(Operation::Set(of, offset.into(), value));
        self
    }

    /// Adds to an integer. Replies with what it is then.
    pub fn incrby(mut self, of: BitFieldType, offset: impl Into<BitFieldOffset>, increment: i64) -> Self {
        self.operations.push(Operation::IncrBy(of, offset.into(), increment));
        self
    }

    /// What becomes of numbers that their type cannot hold, from here on; [`Overflow::Wrap`] until then. Has no reply of
    /// its own, and is sent only where it changes.
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        if self.overflow != overflow {
            self.overflow = overflow;
            self.operations.push(Operation::Overflow(overflow));
        }
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.operations
            .iter()
            .fold(request, |request, operation| match *operation {
                Operation::Get(of, offset) => integer(request.arg("GET"), of, offset),
                Operation::Set(of, offset, value) => integer(request.arg("SET"), of, offset).arg(value),
                Operation::IncrBy(of, offset, by) => integer(request.arg("INCRBY"), of, offset).arg(by),
                Operation::Overflow(overflow) => request.arg("OVERFLOW").arg(overflow.word()),
            })
    }

    pub(super) fn write_read_only(self, request: Request) -> Request {
        if self
            .operations
            .iter()
            .any(|operation| !matches!(operation, Operation::Get(..)))
        {
            return request.refuse("only GET reads without changing anything");
        }
        self.write(request)
    }
}

fn integer(request: Request, of: BitFieldType, offset: BitFieldOffset) -> Request {
    match of.name() {
        Some(name) => request.arg(name).arg(offset),
        None => request.refuse("an integer has 1 to 64 bits, or 1 to 63 without a sign"),
    }
}
