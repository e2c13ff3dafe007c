//! RESP, the wire protocol: bytes to replies, replies to the caller's types, the caller's values to arguments.
//!
//! Nothing here knows a command or a connection. [`Parser`] is the boundary; [`RespParser`] and [`SimpleParser`] are two
//! implementations. [`Reply`] is what a parser hands out, [`FromReply`] decodes it, [`ToArgs`] goes the other way.

mod args;
mod builder;
mod debug;
mod error;
mod fields;
mod from_reply;
mod index;
mod into_value;
mod limits;
mod list;
mod parser;
mod plain;
mod reply;
mod resp_parser;
mod scan;
mod server_error;
mod simple;
mod strings;
#[cfg(test)]
mod tests;
mod to_args;
mod value;

pub use args::Args;
pub use builder::ReplyBuilder;
pub use error::DecodeError;
pub use from_reply::{FromReply, Milliseconds, Seconds};
pub use index::Kind;
pub use limits::Limits;
pub use list::{IntoReplies, ReplyList};
pub use parser::{Parser, ProtocolError, ProtocolErrorKind};
pub use reply::{Data, Items, Pairs, Reply, ReplyRef};
pub use resp_parser::RespParser;
pub use server_error::ServerError;
pub use simple::SimpleParser;
pub use strings::Strings;
pub use to_args::{ToArg, ToArgs};
pub use value::{Value, Values};

pub(crate) use args::words;
pub(crate) use error::server_error;
pub(crate) use fields::Fields;
pub(crate) use server_error::{escape, mask_all};
pub(crate) use strings::Text;
