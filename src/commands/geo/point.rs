//! Points on the earth, and members that lie at them.

use alloc::vec::Vec;

use crate::command::Request;
use crate::resp::{Args, DecodeError, FromReply, ReplyRef, ToArg, ToArgs};

/// A point on the earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeoPoint {
    /// How far east of Greenwich: -180 to 180.
    pub longitude: f64,
    /// How far north of the equator: -85.05112878 to 85.05112878, which is as near to the poles as servers go.
    pub latitude: f64,
}

impl GeoPoint {
    /// The point there. Mind the order, which is that of the server: the longitude comes first.
    #[must_use]
    pub const fn new(longitude: f64, latitude: f64) -> Self {
        GeoPoint { longitude, latitude }
    }

    /// Whether a server knows such a point; not a number is no point either.
    fn is_valid(self) -> bool {
        (-180.0..=180.0).contains(&self.longitude) && (-85.05112878..=85.05112878).contains(&self.latitude)
    }

    /// Adds the point, if it is one.
    pub(super) fn write(self, request: Request) -> Request {
        if self.is_valid() {
            request.arg(self)
        } else {
            request.refuse(NO_POINT)
        }
    }
}

pub(super) const NO_POINT: &str =
    "a point has a longitude from -180 to 180 and a latitude from -85.05112878 to 85.05112878";

impl From<(f64, f64)> for GeoPoint {
    /// Longitude and latitude.
    fn from((longitude, latitude): (f64, f64)) -> Self {
        GeoPoint::new(longitude, latitude)
    }
}

impl ToArgs for GeoPoint {
    /// Longitude and latitude.
    fn write_args(&self, args: &mut Args) {
        args.push_double(self.longitude);
        args.push_double(self.latitude);
    }
}

impl FromReply for GeoPoint {
    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        <(f64, f64)>::from_reply(reply).map(GeoPoint::from)
    }
}

/// Members with the points where they lie, as GEOADD takes them: one `(longitude, latitude, member)` or
/// `(`[`GeoPoint`]`, member)`, or a list, slice or array of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of members with points",
    label = "neither a `(longitude, latitude, member)` or `(GeoPoint, member)` nor a list of them"
)]
pub trait GeoMembers {
    /// Writes longitude, latitude and member of each, as GEOADD wants them. False if a point is none.
    fn write_members(&self, args: &mut Args) -> bool;
}

impl<M: ToArg> GeoMembers for (GeoPoint, M) {
    fn write_members(&self, args: &mut Args) -> bool {
        self.0.write_args(args);
        self.1.write_args(args);
        self.0.is_valid()
    }
}

impl<M: ToArg> GeoMembers for (f64, f64, M) {
    fn write_members(&self, args: &mut Args) -> bool {
        (GeoPoint::new(self.0, self.1), &self.2).write_members(args)
    }
}

impl<T: GeoMembers> GeoMembers for [T] {
    fn write_members(&self, args: &mut Args) -> bool {
        self.iter().all(|member| member.write_members(args))
    }
}

impl<T: GeoMembers, const N: usize> GeoMembers for [T; N] {
    fn write_members(&self, args: &mut Args) -> bool {
        self.as_slice().write_members(args)
    }
}

impl<T: GeoMembers> GeoMembers for Vec<T> {
    fn write_members(&self, args: &mut Args) -> bool {
        self.as_slice().write_members(args)
    }
}

impl<T: GeoMembers + ?Sized> GeoMembers for &T {
    fn write_members(&self, args: &mut Args) -> bool {
        (**self).write_members(args)
    }
}
