use redwire::prelude::*;

use super::{reads, refuses, writes};

const NO_POINT: &str = "a point has a longitude from -180 to 180 and a latitude from -85.05112878 to 85.05112878";

#[test]
fn members() {
    let palermo = GeoPoint::new(13.361389, 38.115556);
    writes(
        Build.geoadd("g", (13.361389, 38.115556, "Palermo")),
        "GEOADD g 13.361389 38.115556 Palermo",
        "g",
    );
    writes(
        Build.geoadd(
            "g",
            vec![(palermo, "a".to_string()), (GeoPoint::new(-180.0, 0.5), "b".into())],
        ),
        "GEOADD g 13.361389 38.115556 a -180.0 0.5 b",
        "g",
    );
    writes(
        Build.geoadd_with("g", [(1.0, 2.0, b"\xff")], GeoaddOptions::new().ch().xx()),
        "GEOADD g XX CH 1.0 2.0 \\xff",
        "g",
    );
    writes(
        Build.geoadd_with("g", [(palermo, 7)], GeoaddOptions::new().nx()),
        "GEOADD g NX 13.361389 38.115556 7",
        "g",
    );
    refuses(
        Build.geoadd("g", [(1.0, 2.0, "a"); 0]),
        "GEOADD: at least one member is needed",
    );
    refuses(
        Build.geoadd_with("g", (1.0, 2.0, "a"), GeoaddOptions::new().nx().xx()),
        "GEOADD: XX and NX options at the same time are not compatible",
    );
    for (longitude, latitude) in [
        (181.0, 0.0),
        (-180.1, 0.0),
        (0.0, 86.0),
        (0.0, -85.06),
        (f64::NAN, 0.0),
        (0.0, f64::INFINITY),
    ] {
        refuses(
            Build.geoadd("g", [(1.0, 2.0, "a"), (longitude, latitude, "b")]),
            &format!("GEOADD: {NO_POINT}"),
        );
    }
}

#[test]
fn about_members() {
    reads(
        Build.geodist("g", "a", "b", GeoUnit::Kilometers),
        "GEODIST g a b km",
        "g",
    );
    reads(Build.geodist("g", "a", "b", GeoUnit::default()), "GEODIST g a b m", "g");
    reads(Build.geohash("g", ["a", "b"]), "GEOHASH g a b", "g");
    reads(Build.geopos("g", "a"), "GEOPOS g a", "g");
}

#[test]
fn searches() {
    let search = |area| Build.geosearch::<String>("g", area);
    reads(
        search(GeoArea::circle((15.0, 37.0), 200.0, GeoUnit::Kilometers)),
        "GEOSEARCH g FROMLONLAT 15.0 37.0 BYRADIUS 200.0 km",
        "g",
    );
    reads(
        search(GeoArea::circle_around("a", 1.5, GeoUnit::Miles)),
        "GEOSEARCH g FROMMEMBER a BYRADIUS 1.5 mi",
        "g",
    );
    reads(
        search(GeoArea::rectangle(
            GeoPoint::new(15.0, 37.0),
            400.0,
            300.0,
            GeoUnit::Feet,
        )),
        "GEOSEARCH g FROMLONLAT 15.0 37.0 BYBOX 400.0 300.0 ft",
        "g",
    );
    reads(
        search(GeoArea::rectangle_around("a", 0.0, 1.0, GeoUnit::Meters)),
        "GEOSEARCH g FROMMEMBER a BYBOX 0.0 1.0 m",
        "g",
    );
    reads(
        search(GeoArea::polygon([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)])),
        "GEOSEARCH g BYPOLYGON 3 0.0 0.0 1.0 0.0 1.0 1.0",
        "g",
    );
    let area = GeoArea::circle_around("a", 1.0, GeoUnit::Meters);
    reads(
        Build.geosearch_with::<String>(
            "g",
            area.clone(),
            GeosearchOptions::new()
                .withhash()
                .withdist()
                .withcoord()
                .count_any(3)
                .desc(),
        ),
        "GEOSEARCH g FROMMEMBER a BYRADIUS 1.0 m DESC COUNT 3 ANY WITHCOORD WITHDIST WITHHASH",
        "g",
    );
    reads(
        Build.geosearch_with::<String>("g", area.clone(), GeosearchOptions::new().asc().count_any(3).count(1)),
        "GEOSEARCH g FROMMEMBER a BYRADIUS 1.0 m ASC COUNT 1",
        "g",
    );
    refuses(
        search(GeoArea::circle((200.0, 0.0), 1.0, GeoUnit::Meters)),
        &format!("GEOSEARCH: {NO_POINT}"),
    );
    for bad in [-1.0, f64::NAN] {
        refuses(
            search(GeoArea::rectangle_around("a", 1.0, bad, GeoUnit::Meters)),
            "GEOSEARCH: a radius, width or height is a number from 0 on",
        );
    }
    refuses(
        search(GeoArea::polygon([(0.0, 0.0), (1.0, 0.0)])),
        "GEOSEARCH: a polygon has at least three corners",
    );
    refuses(
        search(GeoArea::polygon([(0.0, 0.0), (1.0, 0.0), (0.0, 90.0)])),
        &format!("GEOSEARCH: {NO_POINT}"),
    );
    refuses(
        Build.geosearch_with::<String>("g", area.clone(), GeosearchOptions::new().count(0)),
        "GEOSEARCH: COUNT must be at least 1",
    );
    refuses(
        Build.geosearch_with::<String>("g", area, GeosearchOptions::new().asc().desc()),
        "GEOSEARCH: only one of ASC and DESC can be given",
    );
}

#[test]
fn stored_searches() {
    let area = GeoArea::circle_around("a", 1.0, GeoUnit::Meters);
    writes(
        Build.geosearchstore("z", "g", area.clone()),
        "GEOSEARCHSTORE z g FROMMEMBER a BYRADIUS 1.0 m",
        "z g",
    );
    writes(
        Build.geosearchstore_with("z", "g", area, GeosearchstoreOptions::new().storedist().asc().count(2)),
        "GEOSEARCHSTORE z g FROMMEMBER a BYRADIUS 1.0 m ASC COUNT 2 STOREDIST",
        "z g",
    );
}

#[test]
fn older_searches() {
    let (center, unit) = ((15.0, 37.0), GeoUnit::Kilometers);
    let options = GeosearchOptions::new().withdist().count(1);
    let text = "g 15.0 37.0 200.0 km COUNT 1 WITHDIST";
    writes(
        Build.georadius::<String>("g", center, 200.0, unit, options),
        &format!("GEORADIUS {text}"),
        "g",
    );
    reads(
        Build.georadius_ro::<String>("g", center, 200.0, unit, options),
        &format!("GEORADIUS_RO {text}"),
        "g",
    );
    let store = GeosearchstoreOptions::new().desc().count_any(2);
    writes(
        Build.georadius_store("g", center, 200.0, unit, "z", store),
        "GEORADIUS g 15.0 37.0 200.0 km DESC COUNT 2 ANY STORE z",
        "g z",
    );
    writes(
        Build.georadius_store("g", center, 200.0, unit, "z", store.storedist()),
        "GEORADIUS g 15.0 37.0 200.0 km DESC COUNT 2 ANY STOREDIST z",
        "g z",
    );
    let text = "g a 200.0 km COUNT 1 WITHDIST";
    writes(
        Build.georadiusbymember::<String>("g", "a", 200.0, unit, options),
        &format!("GEORADIUSBYMEMBER {text}"),
        "g",
    );
    reads(
        Build.georadiusbymember_ro::<String>("g", "a", 200.0, unit, options),
        &format!("GEORADIUSBYMEMBER_RO {text}"),
        "g",
    );
    writes(
        Build.georadiusbymember_store("g", "a", 200.0, unit, "z", GeosearchstoreOptions::new()),
        "GEORADIUSBYMEMBER g a 200.0 km STORE z",
        "g z",
    );
    refuses(
        Build.georadius::<String>("g", (0.0, 90.0), 1.0, unit, options),
        &format!("GEORADIUS: {NO_POINT}"),
    );
    refuses(
        Build.georadiusbymember_store("g", "a", -1.0, unit, "z", store),
        "GEORADIUSBYMEMBER: a radius, width or height is a number from 0 on",
    );
}
