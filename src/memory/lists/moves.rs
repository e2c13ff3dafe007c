//! From one list to another: LMOVE and its relatives.

use bytes::Bytes;

use super::super::blocking::WaitFor;
use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::timeout_seconds;
use super::super::reply::Reply;
use super::super::values::List;
use super::Side;

/// An element goes from one end of a list to one end of another, or of the same.
struct Move<'a> {
    source: &'a Bytes,
    destination: &'a Bytes,
    from: Side,
    to: Side,
}

pub(super) fn lmove(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [source, destination, from, to] = args else {
        return Err(Failure::Arity);
    };
    let (from, to) = (Side::parse(from)?, Side::parse(to)?);
    Move {
        source,
        destination,
        from,
        to,
    }
    .now(cx)
}

pub(super) fn rpoplpush(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [source, destination] = args else {
        return Err(Failure::Arity);
    };
    Move {
        source,
        destination,
        from: Side::Right,
        to: Side::Left,
    }
    .now(cx)
}

pub(super) fn blmove(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [source, destination, from, to, timeout] = args else {
        return Err(Failure::Arity);
    };
    let (from, to) = (Side::parse(from)?, Side::parse(to)?);
    Move {
        source,
        destination,
        from,
        to,
    }
    .now_or_later(cx, timeout)
}

pub(super) fn brpoplpush(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [source, destination, timeout] = args else {
        return Err(Failure::Arity);
    };
    Move {
        source,
        destination,
        from: Side::Right,
        to: Side::Left,
    }
    .now_or_later(cx, timeout)
}

impl Move<'_> {
    /// The element, or null if there is no source; what the destination holds does not matter then.
    fn now(&self, cx: &mut Context<'_>) -> Outcome {
        let (source, destination) = (self.source, self.destination);
        if cx.get::<List>(source)?.is_none() {
            return Ok(Reply::Null);
        }
        cx.get::<List>(destination)?;
        let Some(list) = cx.get_mut::<List>(source)? else {
            return Ok(Reply::Null);
        };
        let Some(element) = self.from.pop(list) else {
            return Ok(Reply::Null);
        };
        if source == destination {
            // The only element of a list leaves it for no moment, or the list's time to live would be lost.
            self.to.push(list, element.clone());
        } else {
            self.to.push(cx.get_or_create::<List>(destination)?, element.clone());
            cx.changed(destination);
        }
        cx.changed(source);
        Ok(Reply::Bulk(element))
    }

    fn now_or_later(&self, cx: &mut Context<'_>, timeout: &Bytes) -> Outcome {
        let timeout = timeout_seconds(timeout)?;
        if cx.get::<List>(self.source)?.is_some() || !cx.may_block {
            return self.now(cx);
        }
        // Whoever gives up is told so by a null array, although there would have been no array.
        let source = core::slice::from_ref(self.source);
        cx.wait_for(WaitFor::List, source, timeout, Reply::NullArray)
    }
}
