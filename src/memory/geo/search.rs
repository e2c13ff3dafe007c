//! GEOSEARCH, GEORADIUS and all that is like them.

use alloc::format;
use alloc::vec::Vec;

use bytes::Bytes;

use super::super::command::Outcome;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::number::int;
use super::super::reply::Reply;
use super::super::sorted_sets;
use super::super::values::SortedSet;
use super::hash::Point;
use super::shape::{Extent, Shape};
use super::{distance_reply, length, member_point, point, point_reply, unit};

pub(super) fn geosearch(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    run(cx, key, words, Search::new(Kind::Search))
}

pub(super) fn geosearchstore(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    let [destination, key, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let search = Search {
        store: Some(destination.clone()),
        ..Search::new(Kind::SearchStore)
    };
    run(cx, key, words, search)
}

pub(super) fn georadius(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    around_point(cx, args, Kind::Radius)
}

pub(super) fn georadius_ro(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    around_point(cx, args, Kind::RadiusReadOnly)
}

pub(super) fn georadiusbymember(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    around_member(cx, args, Kind::Radius)
}

pub(super) fn georadiusbymember_ro(cx: &mut Context<'_>, args: &[Bytes]) -> Outcome {
    around_member(cx, args, Kind::RadiusReadOnly)
}

fn around_point(cx: &mut Context<'_>, args: &[Bytes], kind: Kind) -> Outcome {
    let [key, longitude, latitude, radius, word, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    cx.get::<SortedSet>(key)?;
    let mut search = Search::new(kind);
    search.center = Some(point(longitude, latitude)?);
    search.set_radius(radius, word)?;
    run(cx, key, words, search)
}

fn around_member(cx: &mut Context<'_>, args: &[Bytes], kind: Kind) -> Outcome {
    let [key, member, radius, word, words @ ..] = args else {
        return Err(Failure::Arity);
    };
    let mut search = Search::new(kind);
    // Without a key nobody looks at what is around the member.
    if let Some(set) = cx.get::<SortedSet>(key)? {
        search.center = Some(member_point(Some(set), member).ok_or(NO_MEMBER)?);
        search.set_radius(radius, word)?;
    }
    run(cx, key, words, search)
}

const NO_MEMBER: Failure = Failure::fixed("ERR could not decode requested zset member");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Search,
    SearchStore,
    Radius,
    RadiusReadOnly,
}

#[derive(Debug)]
struct Search {
    kind: Kind,
    /// Where the middle is; `None` as long as nobody said, or if there is no key that would have the member.
    center: Option<Point>,
    by_member: bool,
    extent: Option<Extent>,
    /// Meters in the unit asked for.
    unit: f64,
    with_distance: bool,
    with_hash: bool,
    with_point: bool,
    count: Option<usize>,
    any: bool,
    order: Option<Order>,
    store: Option<Bytes>,
    store_distance: bool,
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Nearest,
    Farthest,
}

impl Search {
    fn new(kind: Kind) -> Self {
        Search {
            kind,
            center: None,
            by_member: false,
            extent: None,
            unit: 1.0,
            with_distance: false,
            with_hash: false,
            with_point: false,
            count: None,
            any: false,
            order: None,
            store: None,
            store_distance: false,
        }
    }

    fn set_radius(&mut self, radius: &[u8], word: &[u8]) -> Result<(), Failure> {
        let radius = length(radius, "ERR need numeric radius")?;
        if radius < 0.0 {
            return Err(Failure::fixed("ERR radius cannot be negative"));
        }
        self.unit = unit(word)?;
        self.extent = Some(Extent::Radius(radius * self.unit));
        Ok(())
    }

    fn set_box(&mut self, width: &[u8], height: &[u8], word: &[u8]) -> Result<(), Failure> {
        let width = length(width, "ERR need numeric width")?;
        let height = length(height, "ERR need numeric height")?;
        if width < 0.0 || height < 0.0 {
            return Err(Failure::fixed("ERR height or width cannot be negative"));
        }
        self.unit = unit(word)?;
        self.extent = Some(Extent::Box {
            width: width * self.unit,
            height: height * self.unit,
        });
        Ok(())
    }

    /// Reads one option; what is left of the words, or `None` if there is no such option.
    fn option<'w>(&mut self, set: Option<&SortedSet>, words: &'w [Bytes]) -> Result<Option<&'w [Bytes]>, Failure> {
        let [word, rest @ ..] = words else { return Ok(None) };
        let searches = matches!(self.kind, Kind::Search | Kind::SearchStore);
        let (has_radius, has_box) = match self.extent {
            Some(Extent::Radius(_)) => (true, false),
            Some(Extent::Box { .. }) => (false, true),
            None => (false, false),
        };
        let from_point = self.center.is_some() && !self.by_member;
        match (word.to_ascii_lowercase().as_slice(), rest) {
            (b"withdist", _) => self.with_distance = true,
            (b"withhash", _) => self.with_hash = true,
            (b"withcoord", _) => self.with_point = true,
            (b"any", _) => self.any = true,
            (b"asc", _) => self.order = Some(Order::Nearest),
            (b"desc", _) => self.order = Some(Order::Farthest),
            (b"count", [count, rest @ ..]) => {
                let count = int(count)?;
                if count <= 0 {
                    return Err(Failure::fixed("ERR COUNT must be > 0"));
                }
                self.count = Some(usize::try_from(count).unwrap_or(usize::MAX));
                return Ok(Some(rest));
            }
            (b"store", [key, rest @ ..]) if self.kind == Kind::Radius => {
                (self.store, self.store_distance) = (Some(key.clone()), false);
                return Ok(Some(rest));
            }
            (b"storedist", [key, rest @ ..]) if self.kind == Kind::Radius => {
                (self.store, self.store_distance) = (Some(key.clone()), true);
                return Ok(Some(rest));
            }
            (b"storedist", _) if self.kind == Kind::SearchStore => self.store_distance = true,
            (b"frommember", [member, rest @ ..]) if searches && !from_point => {
                self.by_member = true;
                if set.is_some() {
                    self.center = Some(member_point(set, member).ok_or(NO_MEMBER)?);
                }
                return Ok(Some(rest));
            }
            (b"fromlonlat", [longitude, latitude, rest @ ..]) if searches && !self.by_member => {
                self.center = Some(point(longitude, latitude)?);
                return Ok(Some(rest));
            }
            (b"byradius", [radius, word, rest @ ..]) if searches && !has_box => {
                self.set_radius(radius, word)?;
                return Ok(Some(rest));
            }
            (b"bybox", [width, height, word, rest @ ..]) if searches && !has_radius => {
                self.set_box(width, height, word)?;
                return Ok(Some(rest));
            }
            _ => return Ok(None),
        }
        Ok(Some(rest))
    }

    /// What makes no sense together.
    fn check(&self, called: &Bytes) -> Result<(), Failure> {
        if self.store.is_some() && (self.with_distance || self.with_hash || self.with_point) {
            let what = match self.kind {
                Kind::SearchStore => "GEOSEARCHSTORE",
                _ => "STORE option in GEORADIUS",
            };
            return Err(Failure::text(format!(
                "ERR {what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
            )));
        }
        if matches!(self.kind, Kind::Search | Kind::SearchStore) {
            let called = super::super::failure::quoted(called, 128);
            if self.center.is_none() && !self.by_member {
                return Err(Failure::text(format!(
                    "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for {called}"
                )));
            }
            if self.extent.is_none() {
                return Err(Failure::text(format!(
                    "ERR exactly one of BYRADIUS and BYBOX can be specified for {called}"
                )));
            }
        }
        if self.any && self.count.is_none() {
            return Err(Failure::fixed("ERR the ANY argument requires COUNT argument"));
        }
        Ok(())
    }

    /// What was found, as it is to be given out.
    fn find(&self, set: &SortedSet) -> Vec<Found> {
        let (Some(center), Some(extent)) = (self.center, self.extent) else {
            return Vec::new();
        };
        let shape = Shape { center, extent };
        let limit = self.count.filter(|_| self.any).unwrap_or(usize::MAX);
        let in_cells = shape.cells().into_iter().flat_map(|cell| {
            let start = set.partition_point(|score, _| score < cell.first_score());
            let end = set.partition_point(|score, _| score < cell.end_score());
            set.range(start..end)
        });
        let mut found: Vec<Found> = in_cells
            .filter_map(|(score, member)| {
                let point = Point::of_score(*score);
                Some(Found {
                    member: member.clone(),
                    score: *score,
                    point,
                    distance: shape.distance(point)?,
                })
            })
            .take(limit)
            .collect();
        // The nearest ones are meant unless somebody says otherwise.
        let order = self.order.or(self.count.filter(|_| !self.any).map(|_| Order::Nearest));
        match order {
            Some(Order::Nearest) => found.sort_by(|one, other| one.distance.total_cmp(&other.distance)),
            Some(Order::Farthest) => found.sort_by(|one, other| other.distance.total_cmp(&one.distance)),
            None => {}
        }
        found.truncate(self.count.unwrap_or(usize::MAX));
        found
    }

    fn reply(&self, found: Found) -> Reply {
        let member = Reply::Bulk(found.member);
        let mut all = Vec::from([member]);
        if self.with_distance {
            all.push(distance_reply(found.distance / self.unit));
        }
        if self.with_hash {
            all.push(Reply::Int(found.score as i64));
        }
        if self.with_point {
            all.push(point_reply(found.point));
        }
        match all.len() {
            1 => all.swap_remove(0),
            _ => Reply::Array(all),
        }
    }
}

struct Found {
    member: Bytes,
    score: f64,
    point: Point,
    distance: f64,
}

fn run(cx: &mut Context<'_>, key: &Bytes, words: &[Bytes], mut search: Search) -> Outcome {
    let set = cx.get::<SortedSet>(key)?;
    let mut left = words;
    while !left.is_empty() {
        left = search.option(set, left)?.ok_or(Failure::SYNTAX)?;
    }
    search.check(cx.argv.first().unwrap_or(key))?;
    let found = set.map(|set| search.find(set)).unwrap_or_default();
    let Some(destination) = &search.store else {
        return Ok(Reply::Array(
            found.into_iter().map(|found| search.reply(found)).collect(),
        ));
    };
    let scored = found.into_iter().map(|found| {
        let score = if search.store_distance {
            found.distance / search.unit
        } else {
            found.score
        };
        (found.member, score)
    });
    Ok(sorted_sets::store(cx, destination, scored.collect()))
}
