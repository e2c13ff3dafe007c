use redwire::prelude::*;

use super::V;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    let (center, unit) = (GeoPoint::new(15.0, 37.0), GeoUnit::Kilometers);
    let every = GeosearchOptions::new()
        .asc()
        .count_any(3)
        .withcoord()
        .withdist()
        .withhash();
    let stored = GeosearchstoreOptions::new().desc().count_any(3);
    let circle = GeoArea::circle(center, 200.0, unit);
    let polygon = GeoArea::polygon([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]);
    vec![
        typed(Build.geoadd("g", [(15.0, 37.0, "a"), (16.0, 38.0, "b")])),
        typed(Build.geoadd_with("g", (15.0, 37.0, "a"), GeoaddOptions::new().nx().ch())),
        typed(Build.geoadd_with("g", (15.0, 37.0, "a"), GeoaddOptions::new().xx())),
        typed(Build.geodist("g", "a", "b", unit)),
        typed(Build.geohash("g", ["a", "b"])),
        typed(Build.geopos("g", ["a", "b"])),
        typed(Build.geosearch::<V>("g", circle.clone())),
        typed(Build.geosearch::<V>("g", GeoArea::circle_around("a", 1.5, GeoUnit::Meters))),
        typed(Build.geosearch::<V>("g", GeoArea::rectangle(center, 1.0, 2.0, GeoUnit::Miles))),
        typed(Build.geosearch::<V>("g", GeoArea::rectangle_around("a", 1.0, 2.0, GeoUnit::Feet))),
        typed(Build.geosearch::<V>("g", polygon.clone())).only_valkey(9, 0),
        typed(Build.geosearch_with::<V>("g", circle.clone(), every)),
        typed(Build.geosearchstore("z", "g", polygon)).only_valkey(9, 0),
        typed(Build.geosearchstore("z", "g", circle.clone())),
        typed(Build.geosearchstore_with("z", "g", circle, stored.storedist())),
        typed(Build.georadius::<V>("g", center, 200.0, unit, every)),
        typed(Build.georadius_ro::<V>("g", center, 200.0, unit, every)),
        typed(Build.georadius_store("g", center, 200.0, unit, "z", stored)),
        typed(Build.georadius_store("g", center, 200.0, unit, "z", stored.storedist())),
        typed(Build.georadiusbymember::<V>("g", "a", 200.0, unit, every)),
        typed(Build.georadiusbymember_ro::<V>("g", "a", 200.0, unit, every)),
        typed(Build.georadiusbymember_store("g", "a", 200.0, unit, "z", stored)),
        typed(Build.georadiusbymember_store("g", "a", 200.0, unit, "z", stored.storedist())),
    ]
}
