use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step};

const KM: GeoUnit = GeoUnit::Kilometers;

fn sicily() -> Command<u64> {
    Build.geoadd(
        "g",
        [(13.361389, 38.115556, "Palermo"), (15.087269, 37.502669, "Catania")],
    )
}

pub fn cases() -> Vec<Case> {
    let mut cases = members();
    cases.extend(searches());
    cases.extend(older_searches());
    cases.extend(polygons());
    cases
}

fn members() -> Vec<Case> {
    let move_to = |point, options| Build.geoadd_with("g", (point, "Palermo"), options);
    let (here, there) = (GeoPoint::new(13.361389, 38.115556), GeoPoint::new(13.0, 38.0));
    vec![
        case(
            "GEOADD, GEOPOS, GEOHASH, GEODIST",
            vec![
                step(sicily(), "2"),
                step(sicily(), "0"),
                step(Build.zscore("g", "Palermo"), "Some(3479099956230698.0)"),
                step(
                    Build.geopos("g", ["Palermo", "none", "Catania"]),
                    "[Some(GeoPoint { longitude: 13.361389338970184, latitude: 38.1155563954963 }), None, \
                     Some(GeoPoint { longitude: 15.087267458438873, latitude: 37.50266842333162 })]",
                ),
                step(Build.geopos("none", ["a", "b"]), "[None, None]"),
                step(
                    Build.geohash("g", ["Palermo", "Catania", "none"]),
                    r#"[Some("sqc8b49rny0"), Some("sqdtr74hyu0"), None]"#,
                ),
                step(Build.geohash("none", "a"), "[None]"),
                step(
                    Build.geodist("g", "Palermo", "Catania", GeoUnit::Meters),
                    "Some(166274.1516)",
                ),
                step(Build.geodist("g", "Palermo", "Catania", KM), "Some(166.2742)"),
                step(
                    Build.geodist("g", "Palermo", "Catania", GeoUnit::Miles),
                    "Some(103.3182)",
                ),
                step(
                    Build.geodist("g", "Palermo", "Catania", GeoUnit::Feet),
                    "Some(545518.87)",
                ),
                step(Build.geodist("g", "Palermo", "Palermo", KM), "Some(0.0)"),
                step(Build.geodist("g", "Palermo", "none", KM), "None"),
                step(Build.geodist("none", "a", "b", KM), "None"),
            ],
        ),
        case(
            "GEOADD with options",
            vec![
                step(sicily(), "2"),
                step(move_to(there, GeoaddOptions::new().nx()), "0"),
                step(move_to(there, GeoaddOptions::new().ch()), "1"),
                step(move_to(there, GeoaddOptions::new().ch()), "0"),
                step(move_to(here, GeoaddOptions::new().xx().ch()), "1"),
                step(Build.geoadd_with("g", (here, "new"), GeoaddOptions::new().xx()), "0"),
                step(Build.zcard("g"), "2"),
                step(
                    Build.geoadd("edge", [(180.0, 85.05112878, "a"), (-180.0, -85.05112878, "b")]),
                    "2",
                ),
                step(
                    Build.geopos("edge", ["a", "b"]),
                    "[Some(GeoPoint { longitude: 180.0, latitude: 85.05112878 }), \
                     Some(GeoPoint { longitude: -179.99999731779099, latitude: -85.05112751263943 })]",
                ),
                fails(Build.geoadd("g", (181.0, 0.0, "a")), "GEOADD: a point has a longitude"),
                step(Build.set("string", "x"), "true"),
                fails(Build.geoadd("string", (here, "a")), "WRONGTYPE"),
                fails(Build.geopos("string", "a"), "WRONGTYPE"),
                fails(Build.geodist("string", "a", "b", KM), "WRONGTYPE"),
            ],
        ),
    ]
}

/// How a member that was found prints, with nothing else about it.
fn plain(member: &str) -> String {
    format!("GeoMatch {{ member: {member:?}, distance: None, hash: None, point: None }}")
}

fn searches() -> Vec<Case> {
    let center = GeoPoint::new(15.0, 37.0);
    let search = |area| Build.geosearch::<String>("g", area);
    let with = |options| Build.geosearch_with::<String>("g", GeoArea::circle(center, 200.0, KM), options);
    let options = GeosearchOptions::new;
    vec![
        case(
            "GEOSEARCH",
            vec![
                step(sicily(), "2"),
                step(search(GeoArea::circle(center, 100.0, KM)), r#"["Catania"]"#),
                step(search(GeoArea::circle(center, 62.0, GeoUnit::Miles)), r#"["Catania"]"#),
                step(search(GeoArea::circle(center, 1.0, KM)), "[]"),
                step(search(GeoArea::circle_around("Palermo", 0.0, KM)), r#"["Palermo"]"#),
                step(
                    search(GeoArea::rectangle_around("Palermo", 10.0, 10.0, KM)),
                    r#"["Palermo"]"#,
                ),
                step(search(GeoArea::rectangle(center, 200.0, 200.0, KM)), r#"["Catania"]"#),
                fails(search(GeoArea::circle_around("none", 1.0, KM)), "ERR "),
                step(
                    Build.geosearch::<String>("none", GeoArea::circle_around("a", 1.0, KM)),
                    "[]",
                ),
                step(Build.set("string", "x"), "true"),
                fails(
                    Build.geosearch::<String>("string", GeoArea::circle(center, 1.0, KM)),
                    "WRONGTYPE",
                ),
            ],
        ),
        case(
            "GEOSEARCH with options",
            vec![
                step(sicily(), "2"),
                step(
                    with(options().asc()),
                    &format!("[{}, {}]", plain("Catania"), plain("Palermo")),
                ),
                step(
                    with(options().desc()),
                    &format!("[{}, {}]", plain("Palermo"), plain("Catania")),
                ),
                step(with(options().count(1)), &format!("[{}]", plain("Catania"))),
                step(with(options().count(1).desc()), &format!("[{}]", plain("Palermo"))),
                step(
                    with(options().count_any(5).asc()),
                    &format!("[{}, {}]", plain("Catania"), plain("Palermo")),
                ),
                step(
                    with(options().count(1).withdist()),
                    r#"[GeoMatch { member: "Catania", distance: Some(56.4413), hash: None, point: None }]"#,
                ),
                step(
                    with(options().count(1).withhash().withcoord().withdist()),
                    r#"[GeoMatch { member: "Catania", distance: Some(56.4413), hash: Some(3479447370796909), point: Some(GeoPoint { longitude: 15.087267458438873, latitude: 37.50266842333162 }) }]"#,
                ),
                step(
                    Build.geosearch_with::<String>(
                        "g",
                        GeoArea::rectangle(center, 400.0, 400.0, KM),
                        options().desc().withdist(),
                    ),
                    r#"[GeoMatch { member: "Palermo", distance: Some(190.4424), hash: None, point: None }, GeoMatch { member: "Catania", distance: Some(56.4413), hash: None, point: None }]"#,
                ),
            ],
        ),
        case(
            "GEOSEARCHSTORE",
            vec![
                step(sicily(), "2"),
                step(Build.geosearchstore("z", "g", GeoArea::circle(center, 200.0, KM)), "2"),
                step(
                    Build.geopos("z", "Palermo"),
                    "[Some(GeoPoint { longitude: 13.361389338970184, latitude: 38.1155563954963 })]",
                ),
                step(
                    Build.geosearchstore_with(
                        "z",
                        "g",
                        GeoArea::circle(center, 200.0, KM),
                        GeosearchstoreOptions::new().storedist().count(1).asc(),
                    ),
                    "1",
                ),
                step(Build.zscore("z", "Catania"), "Some(56.4412578701582)"),
                step(Build.geosearchstore("z", "g", GeoArea::circle(center, 1.0, KM)), "0"),
                step(Build.exists("z"), "0"),
            ],
        ),
    ]
}

fn older_searches() -> Vec<Case> {
    let center = GeoPoint::new(15.0, 37.0);
    let options = GeosearchOptions::new().count(1).withdist();
    let nearest = r#"[GeoMatch { member: "Catania", distance: Some(56.4413), hash: None, point: None }]"#;
    let itself = r#"[GeoMatch { member: "Palermo", distance: Some(0.0), hash: None, point: None }]"#;
    let store = GeosearchstoreOptions::new;
    vec![case(
        "GEORADIUS and GEORADIUSBYMEMBER",
        vec![
            step(sicily(), "2"),
            step(Build.georadius::<String>("g", center, 200.0, KM, options), nearest),
            step(Build.georadius_ro::<String>("g", center, 200.0, KM, options), nearest),
            step(Build.georadius_store("g", center, 200.0, KM, "z", store()), "2"),
            step(Build.geodist("z", "Palermo", "Catania", KM), "Some(166.2742)"),
            step(
                Build.georadius_store("g", center, 200.0, KM, "z", store().storedist().desc().count(1)),
                "1",
            ),
            step(Build.zscore("z", "Palermo"), "Some(190.44242984775784)"),
            step(
                Build.georadiusbymember::<String>("g", "Palermo", 200.0, KM, options),
                itself,
            ),
            step(
                Build.georadiusbymember_ro::<String>("g", "Palermo", 200.0, KM, options),
                itself,
            ),
            step(
                Build.georadiusbymember_store("g", "Palermo", 100.0, KM, "z", store()),
                "1",
            ),
            step(Build.zcard("z"), "1"),
            step(Build.georadius::<String>("none", center, 200.0, KM, options), "[]"),
            fails(
                Build.georadiusbymember::<String>("g", "none", 200.0, KM, options),
                "ERR ",
            ),
        ],
    )]
}

fn polygons() -> Vec<Case> {
    let around = GeoArea::polygon([(15.0, 37.0), (16.0, 37.0), (16.0, 38.0), (15.0, 38.0)]);
    vec![case(
        "GEOSEARCH in a polygon",
        vec![
            fails(
                Build.geosearch::<String>("g", GeoArea::polygon([(0.0, 0.0), (1.0, 0.0)])),
                "GEOSEARCH: a polygon has at least three corners",
            ),
            step(sicily(), "2"),
            step(Build.geosearch::<String>("g", around.clone()), r#"["Catania"]"#).only_valkey(9, 0),
            step(Build.geosearchstore("z", "g", around), "1").only_valkey(9, 0),
        ],
    )]
}
