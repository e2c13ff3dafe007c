//! Printing replies without recursion.

use alloc::vec::Vec;
use core::fmt;

use super::index::Kind;
use super::reply::{Data, Items, ReplyRef};

/// Writes `root` on one line: `["a", 1, {"f": nil}]`.
pub(crate) fn write(root: ReplyRef<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    struct Open<'a> {
        items: Items<'a>,
        kind: Kind,
        written: usize,
    }
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut next = Some(root);
    loop {
        match next.take() {
            Some(element) if element.kind().is_aggregate() => {
                f.write_str(match element.kind() {
                    Kind::Map => "{",
                    Kind::Set => "~[",
                    Kind::Push => ">[",
                    _ => "[",
                })?;
                open.push(Open {
                    items: element.items(),
                    kind: element.kind(),
                    written: 0,
                });
            }
            Some(element) => write_scalar(element, f)?,
            None => {}
        }
        let Some(top) = open.last_mut() else { return Ok(()) };
        match top.items.next() {
            Some(child) => {
                f.write_str(match (top.kind, top.written) {
                    (_, 0) => "",
                    (Kind::Map, n) if n % 2 == 1 => ": ",
                    _ => ", ",
                })?;
                top.written += 1;
                next = Some(child);
            }
            None => {
                f.write_str(if top.kind == Kind::Map { "}" } else { "]" })?;
                open.pop();
            }
        }
    }
}

fn write_scalar(element: ReplyRef<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match element.data() {
        Data::Integer(value) => write!(f, "{value}"),
        Data::Double(value) => write!(f, "{value:?}"),
        Data::Boolean(value) => write!(f, "{value}"),
        Data::BigNumber(digits) => write!(f, "{}", digits.escape_ascii()),
        Data::Simple(text) => write!(f, "+{}", text.escape_ascii()),
        Data::Bulk(text) => write!(f, "\"{}\"", text.escape_ascii()),
        Data::Verbatim { format, text } => write!(f, "{}\"{}\"", format.escape_ascii(), text.escape_ascii()),
        Data::Error(text) => write!(f, "-{}", text.escape_ascii()),
        _ => f.write_str("nil"),
    }
}
