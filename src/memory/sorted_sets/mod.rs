//! The commands on sorted sets.

pub(super) mod add;
mod bounds;
mod combine;
mod members;
mod pop;
mod ranges;

use bytes::Bytes;

use super::command::{BLOCKING, Command, DENY_OOM, FAST, KEY, KEYS_BUT_LAST, Keys, READ, TWO_KEYS, WRITE};
use super::context::Context;
use super::reply::Reply;
use super::values::SortedSet;

/// `numkeys key..` from the first word on.
const COUNTED: Keys = Keys::Counted { count_at: 1, also: 0 };
/// `timeout numkeys key..`
const COUNTED_AFTER_TIMEOUT: Keys = Keys::Counted { count_at: 2, also: 0 };
/// `destination numkeys key..`
const COUNTED_AFTER_KEY: Keys = Keys::Counted { count_at: 2, also: 1 };
const STORE: u32 = WRITE | DENY_OOM;
const POP: u32 = WRITE | FAST;
const BLOCKING_POP: u32 = WRITE | FAST | BLOCKING;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("bzmpop", -5, WRITE | BLOCKING, COUNTED_AFTER_TIMEOUT, pop::bzmpop),
    Command::new("bzpopmax", -3, BLOCKING_POP, KEYS_BUT_LAST, pop::bzpopmax),
    Command::new("bzpopmin", -3, BLOCKING_POP, KEYS_BUT_LAST, pop::bzpopmin),
    Command::new("zadd", -4, WRITE | DENY_OOM | FAST, KEY, add::zadd),
    Command::new("zcard", 2, READ | FAST, KEY, members::zcard),
    Command::new("zcount", 4, READ | FAST, KEY, ranges::zcount),
    Command::new("zdiff", -3, READ, COUNTED, combine::zdiff),
    Command::new("zdiffstore", -4, STORE, COUNTED_AFTER_KEY, combine::zdiffstore),
    Command::new("zincrby", 4, WRITE | DENY_OOM | FAST, KEY, add::zincrby),
    Command::new("zinter", -3, READ, COUNTED, combine::zinter),
    Command::new("zintercard", -3, READ, COUNTED, combine::zintercard),
    Command::new("zinterstore", -4, STORE, COUNTED_AFTER_KEY, combine::zinterstore),
    Command::new("zlexcount", 4, READ | FAST, KEY, ranges::zlexcount),
    Command::new("zmpop", -4, WRITE, COUNTED, pop::zmpop),
    Command::new("zmscore", -3, READ | FAST, KEY, members::zmscore),
    Command::new("zpopmax", -2, POP, KEY, pop::zpopmax),
    Command::new("zpopmin", -2, POP, KEY, pop::zpopmin),
    Command::new("zrandmember", -2, READ, KEY, members::zrandmember),
    Command::new("zrange", -4, READ, KEY, ranges::zrange),
    Command::new("zrangebylex", -4, READ, KEY, ranges::zrangebylex),
    Command::new("zrangebyscore", -4, READ, KEY, ranges::zrangebyscore),
    Command::new("zrangestore", -5, STORE, TWO_KEYS, ranges::zrangestore),
    Command::new("zrank", -3, READ | FAST, KEY, members::zrank),
    Command::new("zrem", -3, WRITE | FAST, KEY, members::zrem),
    Command::new("zremrangebylex", 4, WRITE, KEY, ranges::zremrangebylex),
    Command::new("zremrangebyrank", 4, WRITE, KEY, ranges::zremrangebyrank),
    Command::new("zremrangebyscore", 4, WRITE, KEY, ranges::zremrangebyscore),
    Command::new("zrevrange", -4, READ, KEY, ranges::zrevrange),
    Command::new("zrevrangebylex", -4, READ, KEY, ranges::zrevrangebylex),
    Command::new("zrevrangebyscore", -4, READ, KEY, ranges::zrevrangebyscore),
    Command::new("zrevrank", -3, READ | FAST, KEY, members::zrevrank),
    Command::new("zscan", -3, READ, KEY, members::zscan),
    Command::new("zscore", 3, READ | FAST, KEY, members::zscore),
    Command::new("zunion", -3, READ, COUNTED, combine::zunion),
    Command::new("zunionstore", -4, STORE, COUNTED_AFTER_KEY, combine::zunionstore),
];

/// Members as most commands give them: alone, or each with its score.
fn listed<'a>(members: impl IntoIterator<Item = &'a (f64, Bytes)>, with_scores: bool) -> Reply {
    let members = members.into_iter();
    if !with_scores {
        return Reply::bulks(members.map(|(_, member)| member));
    }
    Reply::Pairs(
        members
            .map(|(score, member)| (Reply::bulk(member), Reply::Double(*score)))
            .collect(),
    )
}

/// Makes `key` this sorted set and replies with its size; an empty one deletes the key, of whatever type it was.
pub(super) fn store(cx: &mut Context<'_>, key: &Bytes, set: SortedSet) -> Reply {
    let count = set.len();
    if count == 0 {
        cx.remove(key);
    } else {
        cx.put(key, set);
    }
    Reply::count(count)
}

/// Splits `numkeys key.. rest`, given the number.
fn split_keys(count: i64, words: &[Bytes]) -> Option<(&[Bytes], &[Bytes])> {
    words.split_at_checked(usize::try_from(count).ok()?)
}
