//! What to search for, and what the commands on places can be told besides.

use alloc::vec::Vec;

use super::point::GeoPoint;
use crate::command::Request;
use crate::commands::options::{OneOf, owned};
use crate::resp::ToArg;

/// A unit of length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum GeoUnit {
    /// `m`.
    #[default]
    Meters,
    /// `km`.
    Kilometers,
    /// `mi`.
    Miles,
    /// `ft`.
    Feet,
}

impl GeoUnit {
    pub(super) fn word(self) -> &'static str {
        match self {
            GeoUnit::Meters => "m",
            GeoUnit::Kilometers => "km",
            GeoUnit::Miles => "mi",
            GeoUnit::Feet => "ft",
        }
    }
}

/// Adds a length, which is not negative.
pub(super) fn length(request: Request, length: f64) -> Request {
    if length >= 0.0 {
        request.arg(length)
    } else {
        request.refuse("a radius, width or height is a number from 0 on")
    }
}

/// An area to search for members.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct GeoArea(Area);

#[derive(Clone, Debug, PartialEq)]
enum Area {
    Around(Center, Extent, GeoUnit),
    Polygon(Vec<GeoPoint>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Extent {
    Radius(f64),
    Box { width: f64, height: f64 },
}

/// The middle of a [`GeoArea`].
#[derive(Clone, Debug, PartialEq)]
enum Center {
    Point(GeoPoint),
    Member(Vec<u8>),
}

impl GeoArea {
    /// What lies within `radius` of a point (`FROMLONLAT`, `BYRADIUS`).
    pub fn circle(center: impl Into<GeoPoint>, radius: f64, unit: GeoUnit) -> Self {
        GeoArea(Area::Around(Center::Point(center.into()), Extent::Radius(radius), unit))
    }

    /// What lies within `radius` of a member (`FROMMEMBER`, `BYRADIUS`). A missing member is an error of the server.
    pub fn circle_around(member: impl ToArg, radius: f64, unit: GeoUnit) -> Self {
        GeoArea(Area::Around(
            Center::Member(owned(member)),
            Extent::Radius(radius),
            unit,
        ))
    }

    /// What lies within a box along the meridians, `width` from west to east and `height` from south to north, with a
    /// point in the middle (`FROMLONLAT`, `BYBOX`).
    #[doc(alias = "box")]
    pub fn rectangle(center: impl Into<GeoPoint>, width: f64, height: f64, unit: GeoUnit) -> Self {
        GeoArea(Area::Around(
            Center::Point(center.into()),
            Extent::Box { width, height },
            unit,
        ))
    }

    /// What lies within such a box with a member in the middle (`FROMMEMBER`, `BYBOX`). A missing member is an error of
    /// the server.
    pub fn rectangle_around(member: impl ToArg, width: f64, height: f64, unit: GeoUnit) -> Self {
        GeoArea(Area::Around(
            Center::Member(owned(member)),
            Extent::Box { width, height },
            unit,
        ))
    }

    /// What lies within a polygon with these corners, at least three (`BYPOLYGON`). Distances are then those from its
    /// middle, in meters. Since Valkey 9.0.
    pub fn polygon(corners: impl IntoIterator<Item = impl Into<GeoPoint>>) -> Self {
        GeoArea(Area::Polygon(corners.into_iter().map(Into::into).collect()))
    }

    pub(super) fn write(self, request: Request) -> Request {
        match self.0 {
            Area::Around(center, extent, unit) => {
                let request = match center {
                    Center::Point(point) => point.write(request.arg("FROMLONLAT")),
                    Center::Member(member) => request.arg("FROMMEMBER").arg(member),
                };
                let request = match extent {
                    Extent::Radius(radius) => length(request.arg("BYRADIUS"), radius),
                    Extent::Box { width, height } => length(length(request.arg("BYBOX"), width), height),
                };
                request.arg(unit.word())
            }
            Area::Polygon(corners) if corners.len() < 3 => request.refuse("a polygon has at least three corners"),
            Area::Polygon(corners) => {
                let request = request.arg("BYPOLYGON").arg(corners.len());
                corners
                    .into_iter()
                    .fold(request, |request, corner| corner.write(request))
            }
        }
    }
}

/// When and how [`geoadd_with`](super::GeoCommands::geoadd_with) changes anything.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct GeoaddOptions {
    nx: bool,
    xx: bool,
    ch: bool,
}

impl GeoaddOptions {
    /// Adds new members and moves present ones, always.
    pub fn new() -> Self {
        GeoaddOptions::default()
    }

    /// Only adds new members, never moves one (`NX`). Excludes [`xx`](GeoaddOptions::xx). Since Redis 6.2.
    pub fn nx(mut self) -> Self {
        self.nx = true;
        self
    }

    /// Only moves members, never adds one (`XX`). Since Redis 6.2.
    pub fn xx(mut self) -> Self {
        self.xx = true;
        self
    }

    /// The reply counts moved members as well as new ones (`CH`). Since Redis 6.2.
    pub fn ch(mut self) -> Self {
        self.ch = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        if self.nx && self.xx {
            return request.refuse("XX and NX options at the same time are not compatible");
        }
        request.flag("NX", self.nx).flag("XX", self.xx).flag("CH", self.ch)
    }
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Asc,
    Desc,
}

impl Order {
    fn write(self, request: Request) -> Request {
        request.arg(match self {
            Order::Asc => "ASC",
            Order::Desc => "DESC",
        })
    }
}

/// Which of the members found are wanted, and in which order.
#[derive(Clone, Copy, Debug, Default)]
struct Selection {
    order: OneOf<Order>,
    count: Option<u64>,
    any: bool,
}

impl Selection {
    fn write(self, request: Request) -> Request {
        let request = self.order.write(request, "ASC and DESC", Order::write);
        let request = request.opt_with("COUNT", self.count).flag("ANY", self.any);
        match self.count {
            Some(0) => request.refuse("COUNT must be at least 1"),
            _ => request,
        }
    }
}

/// Options of [`geosearch_with`](super::GeoCommands::geosearch_with) and of the older commands like it.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct GeosearchOptions {
    selection: Selection,
    withcoord: bool,
    withdist: bool,
    withhash: bool,
}

impl GeosearchOptions {
    /// All members, in no order, without anything else.
    pub fn new() -> Self {
        GeosearchOptions::default()
    }

    /// The nearest first (`ASC`).
    pub fn asc(mut self) -> Self {
        self.selection.order.set(Order::Asc);
        self
    }

    /// The farthest first (`DESC`).
    pub fn desc(mut self) -> Self {
        self.selection.order.set(Order::Desc);
        self
    }

    /// At most this many members, at least one: the nearest ones, unless the farthest come first (`COUNT`).
    pub fn count(mut self, count: u64) -> Self {
        (self.selection.count, self.selection.any) = (Some(count), false);
        self
    }

    /// At most this many members, at least one, as the server happens upon them, which is faster (`COUNT` with `ANY`).
    /// Since Redis 6.2.
    pub fn count_any(mut self, count: u64) -> Self {
        (self.selection.count, self.selection.any) = (Some(count), true);
        self
    }

    /// With the point where each member lies (`WITHCOORD`).
    pub fn withcoord(mut self) -> Self {
        self.withcoord = true;
        self
    }

    /// With the distance of each member from the middle, in the unit of the search (`WITHDIST`).
    pub fn withdist(mut self) -> Self {
        self.withdist = true;
        self
    }

    /// With the point as the server keeps it: a geohash of 52 bits (`WITHHASH`).
    pub fn withhash(mut self) -> Self {
        self.withhash = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.selection
            .write(request)
            .flag("WITHCOORD", self.withcoord)
            .flag("WITHDIST", self.withdist)
            .flag("WITHHASH", self.withhash)
    }
}

/// Options of [`geosearchstore_with`](super::GeoCommands::geosearchstore_with) and of the older commands like it.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct GeosearchstoreOptions {
    selection: Selection,
    pub(super) storedist: bool,
}

impl GeosearchstoreOptions {
    /// All members with the points where they lie.
    pub fn new() -> Self {
        GeosearchstoreOptions::default()
    }

    /// The nearest ones, if there is a count (`ASC`).
    pub fn asc(mut self) -> Self {
        self.selection.order.set(Order::Asc);
        self
    }

    /// The farthest ones, if there is a count (`DESC`).
    pub fn desc(mut self) -> Self {
        self.selection.order.set(Order::Desc);
        self
    }

    /// At most this many members, at least one: the nearest ones, unless the farthest are wanted (`COUNT`).
    pub fn count(mut self, count: u64) -> Self {
        (self.selection.count, self.selection.any) = (Some(count), false);
        self
    }

    /// At most this many members, at least one, as the server happens upon them, which is faster (`COUNT` with `ANY`).
    /// Since Redis 6.2.
    pub fn count_any(mut self, count: u64) -> Self {
        (self.selection.count, self.selection.any) = (Some(count), true);
        self
    }

    /// Stores distances from the middle, in the unit of the search, as scores of a sorted set instead of points
    /// (`STOREDIST`).
    pub fn storedist(mut self) -> Self {
        self.storedist = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        self.selection.write(request)
    }
}
