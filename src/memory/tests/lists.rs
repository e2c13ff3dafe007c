//! Stand-ins: just enough of lists to test what concerns all types. A real family with these names comes first.

use bytes::Bytes;

use crate::memory::blocking::WaitFor;
use crate::memory::command::{BLOCKING, Command, KEY, KEYS_BUT_LAST, Keys, Outcome, WRITE};
use crate::memory::context::Context;
use crate::memory::number::timeout_seconds;
use crate::memory::reply::Reply;
use crate::memory::values::List;

const FIRST_TWO: Keys = Keys::Range {
    first: 1,
    last: 2,
    step: 1,
};

pub(crate) static COMMANDS: &[Command] = &[
    Command::new("rpush", -3, WRITE, KEY, rpush),
    Command::new("blpop", -3, WRITE | BLOCKING, KEYS_BUT_LAST, blpop),
    Command::new("blmove", 6, WRITE | BLOCKING, FIRST_TWO, blmove),
];

fn rpush(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let list = cx.get_or_create::<List>(&args[0])?;
    list.extend(args[1..].iter().cloned());
    let length = list.len();
    cx.changed(&args[0]);
    Ok(Reply::count(length))
}

fn blpop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (timeout, keys) = args.split_last().unwrap();
    let timeout = timeout_seconds(timeout)?;
    for key in keys {
        let popped = cx.get_mut::<List>(key)?.and_then(|list| list.pop_front());
        if let Some(element) = popped {
            cx.changed(key);
            return Ok(Reply::bulks([key, &element]));
        }
    }
    cx.wait_for(WaitFor::List, keys, timeout, Reply::NullArray)
}

/// Always from the left to the right.
fn blmove(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let timeout = timeout_seconds(&args[4])?;
    cx.get::<List>(&args[1])?;
    let Some(element) = cx.get_mut::<List>(&args[0])?.and_then(|list| list.pop_front()) else {
        return cx.wait_for(WaitFor::List, &args[..1], timeout, Reply::Null);
    };
    cx.changed(&args[0]);
    cx.get_or_create::<List>(&args[1])?.push_back(element.clone());
    cx.changed(&args[1]);
    Ok(Reply::Bulk(element))
}
