//! Places on the earth.

mod options;
mod point;

use alloc::string::String;
use alloc::vec::Vec;

pub use options::{GeoArea, GeoUnit, GeoaddOptions, GeosearchOptions, GeosearchstoreOptions};
pub use point::{GeoMembers, GeoPoint};

use crate::command::{Executor, Request, cmd};
use crate::resp::{Args, DecodeError, FromReply, Kind, ReplyRef, ToArg, ToArgs};

/// A member that was found, and what was asked for about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GeoMatch<M> {
    /// The member.
    pub member: M,
    /// How far it is from the middle, in the unit of the search.
    pub distance: Option<f64>,
    /// The point where it lies, as the server keeps it: a geohash of 52 bits.
    pub hash: Option<u64>,
    /// The point where it lies.
    pub point: Option<GeoPoint>,
}

impl<M: FromReply> FromReply for GeoMatch<M> {
    const TEXT: bool = M::TEXT;

    fn from_reply(reply: ReplyRef<'_>) -> Result<Self, DecodeError> {
        let plain = |member| GeoMatch {
            member,
            distance: None,
            hash: None,
            point: None,
        };
        if reply.kind() != Kind::Array {
            return M::from_reply(reply).map(plain);
        }
        let mut items = reply.items().enumerate();
        let (_, member) = items.next().ok_or_else(|| DecodeError::new("member", reply))?;
        let mut found = plain(M::from_reply(member).map_err(|error| error.at(0))?);
        // Each of the three that may follow is of another kind.
        for (index, item) in items {
            let at = |error: DecodeError| error.at(index);
            match item.kind() {
                Kind::Array => found.point = Some(GeoPoint::from_reply(item).map_err(at)?),
                Kind::Integer => found.hash = Some(u64::from_reply(item).map_err(at)?),
                _ => found.distance = Some(f64::from_reply(item).map_err(at)?),
            }
        }
        Ok(found)
    }
}

/// Commands on places: members of a sorted set whose scores are points on the earth. The commands on sorted sets work on
/// them as well, which is how members are removed.
///
/// Distances are those on a sphere, and up to half a percent wrong. Points are kept in 52 bits: what is read back differs
/// from what was added, by less than a meter.
pub trait GeoCommands: Executor {
    /// Adds members, or moves those that are there.
    ///
    /// Sends [`GEOADD`](https://redis.io/docs/latest/commands/geoadd/). Replies with how many are new. Since Redis 3.2.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.geoadd("cities", [(13.361389, 38.115556, "Palermo"), (15.087269, 37.502669, "Catania")])?;
    /// let far = client.geodist("cities", "Palermo", "Catania", GeoUnit::Kilometers)?;
    /// assert_eq!(far, Some(166.2742));
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn geoadd(self, key: impl ToArg, members: impl GeoMembers) -> Self::Output<u64> {
        self.geoadd_with(key, members, GeoaddOptions::new())
    }

    /// Adds or moves members, as `options` say.
    ///
    /// Sends [`GEOADD`](https://redis.io/docs/latest/commands/geoadd/). Replies with how many are new, or changed if
    /// that is asked for. Since Redis 3.2, options since 6.2.
    fn geoadd_with(self, key: impl ToArg, members: impl GeoMembers, options: GeoaddOptions) -> Self::Output<u64> {
        let mut triples = Args::new();
        let good = members.write_members(&mut triples);
        let request = options.write(cmd("GEOADD").key(key));
        let request = match (good, triples.is_empty()) {
            (false, _) => request.refuse(point::NO_POINT),
            (true, true) => request.refuse("at least one member is needed"),
            (true, false) => triples.iter().fold(request, |request, argument| request.arg(argument)),
        };
        self.run(request.returns())
    }

    /// How far two members are from each other; `None` if one of them is missing.
    ///
    /// Sends [`GEODIST`](https://redis.io/docs/latest/commands/geodist/). Since Redis 3.2.
    fn geodist(
        self,
        key: impl ToArg,
        member1: impl ToArg,
        member2: impl ToArg,
        unit: GeoUnit,
    ) -> Self::Output<Option<f64>> {
        let request = cmd("GEODIST").read_only().key(key).arg(member1).arg(member2);
        self.run(request.arg(unit.word()).returns())
    }

    /// The [geohashes](https://en.wikipedia.org/wiki/Geohash) of members, 11 characters each, in their order; `None` for
    /// each that is missing.
    ///
    /// Sends [`GEOHASH`](https://redis.io/docs/latest/commands/geohash/). Since Redis 3.2.
    fn geohash(self, key: impl ToArg, members: impl ToArgs) -> Self::Output<Vec<Option<String>>> {
        self.run(cmd("GEOHASH").read_only().key(key).arg(members).returns())
    }

    /// The points where members lie, in their order; `None` for each that is missing.
    ///
    /// Sends [`GEOPOS`](https://redis.io/docs/latest/commands/geopos/). Since Redis 3.2.
    fn geopos(self, key: impl ToArg, members: impl ToArgs) -> Self::Output<Vec<Option<GeoPoint>>> {
        self.run(cmd("GEOPOS").read_only().key(key).arg(members).returns())
    }

    /// The members within an area, in no order.
    ///
    /// Sends [`GEOSEARCH`](https://redis.io/docs/latest/commands/geosearch/). Since Redis 6.2.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.geoadd("cities", [(13.361389, 38.115556, "Palermo"), (15.087269, 37.502669, "Catania")])?;
    /// let area = GeoArea::circle((15.0, 37.0), 100.0, GeoUnit::Kilometers);
    /// let near: Vec<String> = client.geosearch("cities", area)?;
    /// assert_eq!(near, ["Catania"]);
    /// # Ok::<(), redwire::Error>(())
    /// ```
    fn geosearch<M: FromReply>(self, key: impl ToArg, area: GeoArea) -> Self::Output<Vec<M>> {
        self.run(area.write(cmd("GEOSEARCH").read_only().key(key)).returns())
    }

    /// The members within an area, in order, up to a number of them, or with more about each, as `options` say.
    ///
    /// Sends [`GEOSEARCH`](https://redis.io/docs/latest/commands/geosearch/). Since Redis 6.2.
    fn geosearch_with<M: FromReply>(
        self,
        key: impl ToArg,
        area: GeoArea,
        options: GeosearchOptions,
    ) -> Self::Output<Vec<GeoMatch<M>>> {
        let request = area.write(cmd("GEOSEARCH").read_only().key(key));
        self.run(options.write(request).returns())
    }

    /// Stores the members of `source` within an area at `destination`; what that held before is lost.
    ///
    /// Sends [`GEOSEARCHSTORE`](https://redis.io/docs/latest/commands/geosearchstore/). Replies with how many there
    /// are. Since Redis 6.2.
    fn geosearchstore(self, destination: impl ToArg, source: impl ToArg, area: GeoArea) -> Self::Output<u64> {
        self.geosearchstore_with(destination, source, area, GeosearchstoreOptions::new())
    }

    /// Stores the members of `source` within an area at `destination`, up to a number of them, or with their distances,
    /// as `options` say; what that held before is lost.
    ///
    /// Sends [`GEOSEARCHSTORE`](https://redis.io/docs/latest/commands/geosearchstore/). Replies with how many there
    /// are. Since Redis 6.2.
    fn geosearchstore_with(
        self,
        destination: impl ToArg,
        source: impl ToArg,
        area: GeoArea,
        options: GeosearchstoreOptions,
    ) -> Self::Output<u64> {
        let request = area.write(cmd("GEOSEARCHSTORE").key(destination).key(source));
        self.run(options.write(request).flag("STOREDIST", options.storedist).returns())
    }

    /// The members within `radius` of a point, as `options` say. Newer servers advise
    /// [`geosearch`](GeoCommands::geosearch), which only reads.
    ///
    /// Sends [`GEORADIUS`](https://redis.io/docs/latest/commands/georadius/). Since Redis 3.2.
    fn georadius<M: FromReply>(
        self,
        key: impl ToArg,
        center: impl Into<GeoPoint>,
        radius: f64,
        unit: GeoUnit,
        options: GeosearchOptions,
    ) -> Self::Output<Vec<GeoMatch<M>>> {
        let request = around_point(cmd("GEORADIUS"), key, center, radius, unit);
        self.run(options.write(request).returns())
    }

    /// As [`georadius`](GeoCommands::georadius), for replicas as well.
    ///
    /// Sends [`GEORADIUS_RO`](https://redis.io/docs/latest/commands/georadius_ro/). Since Redis 3.2.10.
    fn georadius_ro<M: FromReply>(
        self,
        key: impl ToArg,
        center: impl Into<GeoPoint>,
        radius: f64,
        unit: GeoUnit,
        options: GeosearchOptions,
    ) -> Self::Output<Vec<GeoMatch<M>>> {
        let request = around_point(cmd("GEORADIUS_RO").read_only(), key, center, radius, unit);
        self.run(options.write(request).returns())
    }

    /// Stores the members within `radius` of a point at `destination`, as `options` say; what that held before is lost.
    /// Newer servers advise [`geosearchstore`](GeoCommands::geosearchstore).
    ///
    /// Sends [`GEORADIUS`](https://redis.io/docs/latest/commands/georadius/) with `STORE` or `STOREDIST`. Replies with
    /// how many there are. Since Redis 3.2.
    fn georadius_store(
        self,
        key: impl ToArg,
        center: impl Into<GeoPoint>,
        radius: f64,
        unit: GeoUnit,
        destination: impl ToArg,
        options: GeosearchstoreOptions,
    ) -> Self::Output<u64> {
        let request = around_point(cmd("GEORADIUS"), key, center, radius, unit);
        self.run(store(request, destination, options).returns())
    }

    /// The members within `radius` of a member, as `options` say; a missing member is an error. Newer servers advise
    /// [`geosearch`](GeoCommands::geosearch), which only reads.
    ///
    /// Sends [`GEORADIUSBYMEMBER`](https://redis.io/docs/latest/commands/georadiusbymember/). Since Redis 3.2.
    fn georadiusbymember<M: FromReply>(
        self,
        key: impl ToArg,
        member: impl ToArg,
        radius: f64,
        unit: GeoUnit,
        options: GeosearchOptions,
    ) -> Self::Output<Vec<GeoMatch<M>>> {
        let request = around_member(cmd("GEORADIUSBYMEMBER"), key, member, radius, unit);
        self.run(options.write(request).returns())
    }

    /// As [`georadiusbymember`](GeoCommands::georadiusbymember), for replicas as well.
    ///
    /// Sends [`GEORADIUSBYMEMBER_RO`](https://redis.io/docs/latest/commands/georadiusbymember_ro/). Since Redis 3.2.10.
    fn georadiusbymember_ro<M: FromReply>(
        self,
        key: impl ToArg,
        member: impl ToArg,
        radius: f64,
        unit: GeoUnit,
        options: GeosearchOptions,
    ) -> Self::Output<Vec<GeoMatch<M>>> {
        let request = around_member(cmd("GEORADIUSBYMEMBER_RO").read_only(), key, member, radius, unit);
        self.run(options.write(request).returns())
    }

    /// Stores the members within `radius` of a member at `destination`, as `options` say; what that held before is lost.
    /// Newer servers advise [`geosearchstore`](GeoCommands::geosearchstore).
    ///
    /// Sends [`GEORADIUSBYMEMBER`](https://redis.io/docs/latest/commands/georadiusbymember/) with `STORE` or
    /// `STOREDIST`. Replies with how many there are. Since Redis 3.2.
    fn georadiusbymember_store(
        self,
        key: impl ToArg,
        member: impl ToArg,
        radius: f64,
        unit: GeoUnit,
        destination: impl ToArg,
        options: GeosearchstoreOptions,
    ) -> Self::Output<u64> {
        let request = around_member(cmd("GEORADIUSBYMEMBER"), key, member, radius, unit);
        self.run(store(request, destination, options).returns())
    }
}

impl<E: Executor> GeoCommands for E {}

fn around_point(request: Request, key: impl ToArg, center: impl Into<GeoPoint>, radius: f64, unit: GeoUnit) -> Request {
    options::length(center.into().write(request.key(key)), radius).arg(unit.word())
}

fn around_member(request: Request, key: impl ToArg, member: impl ToArg, radius: f64, unit: GeoUnit) -> Request {
    options::length(request.key(key).arg(member), radius).arg(unit.word())
}

fn store(request: Request, destination: impl ToArg, options: GeosearchstoreOptions) -> Request {
    let word = if options.storedist { "STOREDIST" } else { "STORE" };
    options.write(request).arg(word).key(destination)
}
