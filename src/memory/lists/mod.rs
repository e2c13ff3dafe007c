//! The list commands.

mod moves;
mod pops;
mod positions;

use bytes::Bytes;

use super::command::{BLOCKING, Command, DENY_OOM, FAST, KEY, KEYS_BUT_LAST, Keys, Outcome, READ, TWO_KEYS, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use super::values::List;

const UPDATE: u32 = WRITE | DENY_OOM;
const WAITING: u32 = WRITE | BLOCKING;

/// The first word says how many keys follow.
const COUNTED: Keys = Keys::Counted { count_at: 1, also: 0 };
/// The same, after a timeout.
const COUNTED_AFTER_TIMEOUT: Keys = Keys::Counted { count_at: 2, also: 0 };

pub(super) static COMMANDS: &[Command] = &[
    Command::new("blmove", 6, WAITING | DENY_OOM, TWO_KEYS, moves::blmove),
    Command::new("blmpop", -5, WAITING, COUNTED_AFTER_TIMEOUT, pops::blmpop),
    Command::new("blpop", -3, WAITING, KEYS_BUT_LAST, pops::blpop),
    Command::new("brpop", -3, WAITING, KEYS_BUT_LAST, pops::brpop),
    Command::new("brpoplpush", 4, WAITING | DENY_OOM, TWO_KEYS, moves::brpoplpush),
    Command::new("lindex", 3, READ, KEY, positions::lindex),
    Command::new("linsert", 5, UPDATE, KEY, positions::linsert),
    Command::new("llen", 2, READ | FAST, KEY, llen),
    Command::new("lmove", 5, UPDATE, TWO_KEYS, moves::lmove),
    Command::new("lmpop", -4, WRITE, COUNTED, pops::lmpop),
    Command::new("lpop", -2, WRITE | FAST, KEY, pops::lpop),
    Command::new("lpos", -3, READ, KEY, positions::lpos),
    Command::new("lpush", -3, UPDATE | FAST, KEY, lpush),
    Command::new("lpushx", -3, UPDATE | FAST, KEY, lpushx),
    Command::new("lrange", 4, READ, KEY, positions::lrange),
    Command::new("lrem", 4, WRITE, KEY, positions::lrem),
    Command::new("lset", 4, UPDATE, KEY, positions::lset),
    Command::new("ltrim", 4, WRITE, KEY, positions::ltrim),
    Command::new("rpop", -2, WRITE | FAST, KEY, pops::rpop),
    Command::new("rpoplpush", 3, UPDATE, TWO_KEYS, moves::rpoplpush),
    Command::new("rpush", -3, UPDATE | FAST, KEY, rpush),
    Command::new("rpushx", -3, UPDATE | FAST, KEY, rpushx),
];

/// One end of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    fn parse(word: &[u8]) -> Result<Self, Failure> {
        match word.to_ascii_lowercase().as_slice() {
            b"left" => Ok(Side::Left),
            b"right" => Ok(Side::Right),
            _ => Err(Failure::SYNTAX),
        }
    }

    fn push(self, list: &mut List, element: Bytes) {
        match self {
            Side::Left => list.push_front(element),
            Side::Right => list.push_back(element),
        }
    }

    fn pop(self, list: &mut List) -> Option<Bytes> {
        match self {
            Side::Left => list.pop_front(),
            Side::Right => list.pop_back(),
        }
    }
}

fn lpush(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    push(cx, args, Side::Left)
}

fn rpush(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    push(cx, args, Side::Right)
}

fn lpushx(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    push_if_exists(cx, args, Side::Left)
}

fn rpushx(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    push_if_exists(cx, args, Side::Right)
}

fn push_if_exists(cx: &mut Context<'_>, args: &[Bytes], side: Side) -> Outcome {
    match args.first() {
        Some(key) if cx.exists(key) => push(cx, args, side),
        Some(_) => Ok(Reply::Int(0)),
        None => Err(Failure::Arity),
    }
}

fn push(cx: &mut Context<'_>, args: &[Bytes], side: Side) -> Outcome {
    let [key, elements @ ..] = args else {
        return Err(Failure::Arity);
    };
    let list = cx.get_or_create::<List>(key)?;
    for element in elements {
        side.push(list, element.clone());
    }
    let length = list.len();
    cx.changed(key);
    Ok(Reply::count(length))
}

fn llen(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::count(cx.get::<List>(key)?.map_or(0, List::len)))
}
