//! The commands on sets.

mod combine;

use alloc::vec::Vec;

use bytes::Bytes;

use super::command::{Command, DENY_OOM, FAST, KEY, KEYS, Keys, Outcome, READ, TWO_KEYS, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::keys::scan;
use super::number::int_within;
use super::random::draw_count;
use super::reply::Reply;
use super::values::Set;

const COUNTED: Keys = Keys::Counted { count_at: 1, also: 0 };
const STORE: u32 = WRITE | DENY_OOM;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("sadd", -3, WRITE | DENY_OOM | FAST, KEY, sadd),
    Command::new("scard", 2, READ | FAST, KEY, scard),
    Command::new("sdiff", -2, READ, KEYS, combine::sdiff),
    Command::new("sdiffstore", -3, STORE, KEYS, combine::sdiffstore),
    Command::new("sinter", -2, READ, KEYS, combine::sinter),
    Command::new("sintercard", -3, READ, COUNTED, combine::sintercard),
    Command::new("sinterstore", -3, STORE, KEYS, combine::sinterstore),
    Command::new("sismember", 3, READ | FAST, KEY, sismember),
    Command::new("smembers", 2, READ, KEY, smembers),
    Command::new("smismember", -3, READ | FAST, KEY, smismember),
    Command::new("smove", 4, WRITE | FAST, TWO_KEYS, smove),
    Command::new("spop", -2, WRITE | FAST, KEY, spop),
    Command::new("srandmember", -2, READ, KEY, srandmember),
    Command::new("srem", -3, WRITE | FAST, KEY, srem),
    Command::new("sscan", -3, READ, KEY, sscan),
    Command::new("sunion", -2, READ, KEYS, combine::sunion),
    Command::new("sunionstore", -3, STORE, KEYS, combine::sunionstore),
];

fn sadd(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, members @ ..] = args else {
        return Err(Failure::Arity);
    };
    let set = cx.get_or_create::<Set>(key)?;
    let added = members.iter().filter(|member| set.insert((*member).clone())).count();
    if added > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(added))
}

fn srem(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, members @ ..] = args else {
        return Err(Failure::Arity);
    };
    let Some(set) = cx.get_mut::<Set>(key)? else {
        return Ok(Reply::Int(0));
    };
    let removed = members.iter().filter(|member| set.remove(member).is_some()).count();
    if removed > 0 {
        cx.changed(key);
    }
    Ok(Reply::count(removed))
}

fn scard(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(Reply::count(cx.get::<Set>(key)?.map_or(0, Set::len)))
}

fn sismember(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, member] = args else {
        return Err(Failure::Arity);
    };
    Ok(Reply::flag(cx.get::<Set>(key)?.is_some_and(|set| set.contains(member))))
}

fn smismember(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, members @ ..] = args else {
        return Err(Failure::Arity);
    };
    let set = cx.get::<Set>(key)?;
    let is_member = |member: &Bytes| Reply::flag(set.is_some_and(|set| set.contains(member)));
    Ok(Reply::Array(members.iter().map(is_member).collect()))
}

fn smembers(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key] = args else { return Err(Failure::Arity) };
    Ok(members_of(cx.get::<Set>(key)?.map(Set::to_vec).unwrap_or_default()))
}

/// The reply of SMEMBERS and its like.
fn members_of(members: Vec<Bytes>) -> Reply {
    Reply::Set(members.into_iter().map(Reply::Bulk).collect())
}

fn smove(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [from, to, member] = args else {
        return Err(Failure::Arity);
    };
    let Some(source) = cx.get::<Set>(from)? else {
        return Ok(Reply::flag(false));
    };
    let present = source.contains(member);
    cx.get::<Set>(to)?;
    if !present || from == to {
        return Ok(Reply::flag(present));
    }
    if let Some(source) = cx.get_mut::<Set>(from)? {
        source.remove(member);
        cx.changed(from);
    }
    cx.get_or_create::<Set>(to)?.insert(member.clone());
    cx.changed(to);
    Ok(Reply::flag(true))
}

fn spop(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (key, count) = match args {
        [key] => (key, None),
        [key, count] => (key, Some(int_within(count, 0, i64::MAX, Failure::NOT_POSITIVE)?)),
        _ => return Err(Failure::SYNTAX),
    };
    let popped = draw(cx, key, count.unwrap_or(1))?;
    if let (false, Some(set)) = (popped.is_empty(), cx.get_mut::<Set>(key)?) {
        for member in &popped {
            set.remove(member);
        }
        cx.changed(key);
    }
    Ok(match count {
        Some(_) => members_of(popped),
        None => Reply::bulk_or_null(popped.first()),
    })
}

fn srandmember(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    match args {
        [key] => Ok(Reply::bulk_or_null(draw(cx, key, 1)?.first())),
        [key, count] => {
            let count = draw_count(count)?;
            Ok(Reply::bulks(&draw(cx, key, count)?))
        }
        _ => Err(Failure::SYNTAX),
    }
}

/// Members left to chance: up to `count` different ones, or, if `count` is negative, that many with repetitions.
fn draw(cx: &mut Context<'_>, key: &Bytes, count: i64) -> Result<Vec<Bytes>, Failure> {
    let Some(len) = cx.get::<Set>(key)?.map(Set::len) else {
        return Ok(Vec::new());
    };
    let positions = cx.random().draw(count, len);
    let Some(set) = cx.get::<Set>(key)? else {
        return Ok(Vec::new());
    };
    let members = positions.into_iter().filter_map(|at| set.members().at(at));
    Ok(members.map(|(member, ())| member.clone()).collect())
}

fn sscan(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, at, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let at = scan::cursor(at)?;
    let Some(set) = cx.get::<Set>(key)? else {
        return Ok(scan::page(0, Reply::Array(Vec::new())));
    };
    let options = scan::Options::parse(words, false, false)?;
    // What Redis holds in one piece comes as one page.
    if set.is_intset() {
        let all = set.to_vec();
        let found = all.iter().filter(|member| options.matches(member));
        return Ok(scan::page(0, Reply::bulks(found)));
    }
    let mut found = Vec::new();
    let next = set.members().scan(at, options.count, |member, ()| {
        if options.matches(member) {
            found.push(Reply::bulk(member));
        }
    });
    Ok(scan::page(next, Reply::Array(found)))
}
