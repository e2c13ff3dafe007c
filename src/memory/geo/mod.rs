//! Places: sorted sets whose scores are points.

mod hash;
mod search;
mod shape;

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use self::hash::Point;
use super::command::{Command, DENY_OOM, KEY, Keys, Outcome, READ, TWO_KEYS, WRITE};
use super::context::Context;
use super::failure::Failure;
use super::number::{float, format_f64, read_f64};
use super::reply::Reply;
use super::sorted_sets::add::zadd;
use super::values::SortedSet;

pub(super) static COMMANDS: &[Command] = &[
    Command::new("geoadd", -5, WRITE | DENY_OOM, KEY, geoadd),
    Command::new("geodist", -4, READ, KEY, geodist),
    Command::new("geohash", -2, READ, KEY, geohash),
    Command::new("geopos", -2, READ, KEY, geopos),
    Command::new("georadius", -6, WRITE | DENY_OOM, KEY_AND_STORE, search::georadius),
    Command::new("georadius_ro", -6, READ, KEY, search::georadius_ro),
    Command::new(
        "georadiusbymember",
        -5,
        WRITE | DENY_OOM,
        KEY_AND_STORE,
        search::georadiusbymember,
    ),
    Command::new("georadiusbymember_ro", -5, READ, KEY, search::georadiusbymember_ro),
    Command::new("geosearch", -7, READ, KEY, search::geosearch),
    Command::new("geosearchstore", -8, WRITE | DENY_OOM, TWO_KEYS, search::geosearchstore),
];

/// The first argument, and what stands behind STORE or STOREDIST.
const KEY_AND_STORE: Keys = Keys::Found(|argv| {
    let is_store = |word: &Bytes| word.eq_ignore_ascii_case(b"store") || word.eq_ignore_ascii_case(b"storedist");
    let stores = (5..argv.len().saturating_sub(1)).filter(|&at| argv.get(at).is_some_and(is_store));
    [1].into_iter().chain(stores.map(|at| at + 1)).collect()
});

/// The point of two arguments.
fn point(longitude: &[u8], latitude: &[u8]) -> Result<Point, Failure> {
    let point = Point {
        longitude: float(longitude)?,
        latitude: float(latitude)?,
    };
    if point.is_on_map() {
        return Ok(point);
    }
    let Point { longitude, latitude } = point;
    Err(Failure::text(format!(
        "ERR invalid longitude,latitude pair {longitude:.6},{latitude:.6}"
    )))
}

/// How many meters a unit has.
fn unit(word: &[u8]) -> Result<f64, Failure> {
    match word.to_ascii_lowercase().as_slice() {
        b"m" => Ok(1.0),
        b"km" => Ok(1000.0),
        b"ft" => Ok(0.3048),
        b"mi" => Ok(1609.34),
        _ => Err(Failure::fixed(
            "ERR unsupported unit provided. please use M, KM, FT, MI",
        )),
    }
}

/// A length as it is read; `wrong` is the error for what is no number.
fn length(word: &[u8], wrong: &'static str) -> Result<f64, Failure> {
    let length = read_f64(word).filter(|length| !length.is_nan());
    length.ok_or(Failure::fixed(wrong))
}

/// A distance as it is written.
fn distance_reply(distance: f64) -> Reply {
    Reply::string(format!("{distance:.4}"))
}

fn point_reply(point: Point) -> Reply {
    Reply::Array(Vec::from([
        Reply::Double(point.longitude),
        Reply::Double(point.latitude),
    ]))
}

fn member_point(set: Option<&SortedSet>, member: &[u8]) -> Option<Point> {
    set?.score(member).map(Point::of_score)
}

fn geoadd(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let is_option = |word: &Bytes| {
        [&b"nx"[..], b"xx", b"ch"]
            .iter()
            .any(|name| word.eq_ignore_ascii_case(name))
    };
    let options = words.iter().take_while(|word| is_option(word)).count();
    let (options, places) = words.split_at_checked(options).unwrap_or((words, &[]));
    let has = |name: &[u8]| options.iter().any(|word| word.eq_ignore_ascii_case(name));
    if places.is_empty() || places.len() % 3 != 0 || has(b"nx") && has(b"xx") {
        return Err(Failure::SYNTAX);
    }
    let mut scored = Vec::from([key.clone()]);
    scored.extend_from_slice(options);
    for place in places.chunks_exact(3) {
        if let [longitude, latitude, member] = place {
            scored.push(format_f64(point(longitude, latitude)?.score()).into());
            scored.push(member.clone());
        }
    }
    zadd(cx, &scored)
}

fn geodist(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let (key, one, other, meters) = match args {
        [key, one, other] => (key, one, other, 1.0),
        [key, one, other, word] => (key, one, other, unit(word)?),
        _ => return Err(Failure::SYNTAX),
    };
    let set = cx.get::<SortedSet>(key)?;
    let points = (member_point(set, one), member_point(set, other));
    Ok(match points {
        (Some(one), Some(other)) => distance_reply(shape::distance(one, other) / meters),
        _ => Reply::Null,
    })
}

fn geohash(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    each_point(cx, args, |point| {
        point.map_or(Reply::Null, |point| Reply::string(point.geohash()))
    })
}

fn geopos(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    each_point(cx, args, |point| point.map_or(Reply::NullArray, point_reply))
}

fn each_point(cx: &mut Context<'_>, args: &[Bytes], reply: fn(Option<Point>) -> Reply) -> Outcome {
    let [key, members @ ..] = args else {
        return Err(Failure::Arity);
    };
    let set = cx.get::<SortedSet>(key)?;
    let replies = members.iter().map(|member| reply(member_point(set, member)));
    Ok(Reply::Array(replies.collect()))
}
