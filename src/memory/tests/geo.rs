//! Places; the replies are those of a real server.

use super::{World, both, resp2, resp3};

const SICILY: (&str, &str) = (
    "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
    ":2\r\n",
);
const NO_MEMBER: &str = "-ERR could not decode requested zset member\r\n";
const SYNTAX: &str = "-ERR syntax error\r\n";
const WRONG: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
const NO_UNIT: &str = "-ERR unsupported unit provided. please use M, KM, FT, MI\r\n";

#[test]
fn adding() {
    both(&[
        SICILY,
        ("GEOADD g XX CH 13 38 Palermo 14 38 new", ":1\r\n"),
        ("GEOADD g nx ch 14 38 Palermo 14 38 new", ":1\r\n"),
        ("ZCARD g", ":3\r\n"),
        ("TYPE g", "+zset\r\n"),
        (
            "GEOADD g 1 0",
            "-ERR wrong number of arguments for 'geoadd' command\r\n",
        ),
        ("GEOADD g NX XX 1 1 a", SYNTAX),
        ("GEOADD g CH NX NX", SYNTAX),
        ("GEOADD g 1 1 a 1", SYNTAX),
        ("GEOADD g x 1 a", "-ERR value is not a valid float\r\n"),
        (
            "GEOADD g 1 1 b 181 0 a",
            "-ERR invalid longitude,latitude pair 181.000000,0.000000\r\n",
        ),
        (
            "GEOADD g -1.5 86.05 a",
            "-ERR invalid longitude,latitude pair -1.500000,86.050000\r\n",
        ),
        ("ZCARD g", ":3\r\n"),
        ("SET s x", "+OK\r\n"),
        ("GEOADD s 1 1 a", WRONG),
        ("GEOADD none XX 1 1 a", ":0\r\n"),
        ("EXISTS none", ":0\r\n"),
    ]);
}

#[test]
fn looking_up() {
    both(&[
        SICILY,
        (
            "GEOHASH g Palermo Catania",
            "*2\r\n$11\r\nsqc8b49rny0\r\n$11\r\nsqdtr74hyu0\r\n",
        ),
        ("GEOHASH g", "*0\r\n"),
        ("GEODIST g Palermo Catania", "$11\r\n166274.1516\r\n"),
        ("GEODIST g Palermo Catania km", "$8\r\n166.2742\r\n"),
        ("GEODIST g Palermo Catania MI", "$8\r\n103.3182\r\n"),
        ("GEODIST g Palermo Catania ft", "$11\r\n545518.8700\r\n"),
        ("GEODIST g Palermo Palermo", "$6\r\n0.0000\r\n"),
        ("GEODIST g Palermo Catania x", NO_UNIT),
        ("GEODIST g Palermo Catania m x", SYNTAX),
        ("GEOPOS g", "*0\r\n"),
        ("SET s x", "+OK\r\n"),
        ("GEOPOS s a", WRONG),
        ("GEOHASH s a", WRONG),
        ("GEODIST s a b", WRONG),
    ]);
    resp2(&[
        SICILY,
        (
            "GEOPOS g Palermo none",
            "*2\r\n*2\r\n$18\r\n13.361389338970184\r\n$16\r\n38.1155563954963\r\n*-1\r\n",
        ),
        ("GEOHASH g none", "*1\r\n$-1\r\n"),
        ("GEODIST g Palermo none", "$-1\r\n"),
        ("GEODIST none a b", "$-1\r\n"),
        ("GEOPOS none a", "*1\r\n*-1\r\n"),
    ]);
    resp3(&[
        SICILY,
        (
            "GEOPOS g Palermo none",
            "*2\r\n*2\r\n,13.361389338970184\r\n,38.1155563954963\r\n_\r\n",
        ),
        ("GEOHASH g none", "*1\r\n_\r\n"),
        ("GEODIST g Palermo none", "_\r\n"),
    ]);
}

#[test]
fn edges_of_the_map() {
    resp3(&[
        (
            "GEOADD e 180 85.05112878 far -180 -85.05112878 near 0 0 middle",
            ":3\r\n",
        ),
        (
            "GEOPOS e far near middle",
            "*3\r\n*2\r\n,180\r\n,85.05112878\r\n*2\r\n,-179.99999731779099\r\n,-85.05112751263943\r\n\
             *2\r\n,2.682209014892578e-6\r\n,1.2673605809254695e-6\r\n",
        ),
        // What lies on the far edge is in no cell of the map, and found from there only.
        (
            "GEOSEARCH e FROMLONLAT 0 0 BYRADIUS 21000 km ASC",
            "*2\r\n$6\r\nmiddle\r\n$4\r\nnear\r\n",
        ),
        (
            "GEOSEARCH e FROMLONLAT 180 85.05112878 BYRADIUS 21000 km",
            "*2\r\n$3\r\nfar\r\n$6\r\nmiddle\r\n",
        ),
        (
            "GEOSEARCH e FROMLONLAT 180 85.05112878 BYRADIUS 2 km",
            "*1\r\n$3\r\nfar\r\n",
        ),
    ]);
}

#[test]
fn searching() {
    let catania = "*1\r\n$7\r\nCatania\r\n";
    both(&[
        SICILY,
        ("GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 100 km", catania),
        ("GEOSEARCH g FROMLONLAT 15 37 BYBOX 200 200 km", catania),
        ("GEOSEARCH g FROMMEMBER Catania BYRADIUS 0 m", catania),
        (
            "GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km",
            "*2\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n",
        ),
        (
            "GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHDIST WITHHASH",
            "*2\r\n*3\r\n$7\r\nCatania\r\n$7\r\n56.4413\r\n:3479447370796909\r\n\
             *3\r\n$7\r\nPalermo\r\n$8\r\n190.4424\r\n:3479099956230698\r\n",
        ),
        ("GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1", catania),
        (
            "GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1 ANY",
            "*1\r\n$7\r\nPalermo\r\n",
        ),
        ("GEORADIUS_RO g 15 37 200 km COUNT 1", catania),
        ("GEORADIUSBYMEMBER_RO g Catania 100 km", catania),
        ("GEOSEARCH none FROMMEMBER x BYRADIUS 1 km", "*0\r\n"),
        ("GEORADIUSBYMEMBER none x -1 parsecs", "*0\r\n"),
    ]);
}

#[test]
fn storing() {
    both(&[
        SICILY,
        ("GEOSEARCHSTORE z g FROMLONLAT 15 37 BYRADIUS 200 km", ":2\r\n"),
        ("GEODIST z Palermo Catania km", "$8\r\n166.2742\r\n"),
        ("GEORADIUS g 15 37 200 km STORE y STOREDIST z COUNT 1", ":1\r\n"),
        ("EXISTS y", ":0\r\n"),
        ("ZRANGEBYSCORE z 56.4412 56.4413", "*1\r\n$7\r\nCatania\r\n"),
        ("GEORADIUSBYMEMBER g Palermo 1 m STORE z", ":1\r\n"),
        ("GEOSEARCHSTORE z g FROMLONLAT 0 0 BYRADIUS 1 m", ":0\r\n"),
        ("EXISTS z", ":0\r\n"),
        ("SET s x", "+OK\r\n"),
        ("GEOSEARCHSTORE z s FROMMEMBER x BYRADIUS 1 km", WRONG),
        ("GEOSEARCHSTORE s none FROMMEMBER x BYRADIUS 1 km", ":0\r\n"),
        ("EXISTS s", ":0\r\n"),
        (
            "COMMAND GETKEYS GEORADIUS g 15 37 200 km STORE z",
            "*2\r\n$1\r\ng\r\n$1\r\nz\r\n",
        ),
    ]);
}

#[test]
fn what_is_refused() {
    let rows = [
        ("BYRADIUS -1 km", "-ERR radius cannot be negative\r\n"),
        ("BYRADIUS x km", "-ERR need numeric radius\r\n"),
        ("BYRADIUS 1 x", NO_UNIT),
        ("BYBOX x 1 km", "-ERR need numeric width\r\n"),
        ("BYBOX 1 x km", "-ERR need numeric height\r\n"),
        ("BYBOX 1 -1 km", "-ERR height or width cannot be negative\r\n"),
        ("BYBOX 1 1 km BYRADIUS 1 km", SYNTAX),
        ("BYRADIUS 1 km FROMMEMBER Palermo", SYNTAX),
        ("BYRADIUS 1 km COUNT 0", "-ERR COUNT must be > 0\r\n"),
        (
            "BYRADIUS 1 km COUNT x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("BYRADIUS 1 km COUNT", SYNTAX),
        ("BYRADIUS 1 km STORE z", SYNTAX),
        ("BYRADIUS 1 km STOREDIST", SYNTAX),
        ("BYRADIUS 1 km ANY", "-ERR the ANY argument requires COUNT argument\r\n"),
        (
            "ASC ASC ASC",
            "-ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH\r\n",
        ),
    ];
    let mut world = World::new();
    let client = world.connect();
    assert_eq!(world.ask(client, SICILY.0), SICILY.1);
    for (words, expected) in rows {
        let line = alloc::format!("GEOSEARCH g FROMLONLAT 15 37 {words}");
        assert_eq!(world.ask(client, &line), expected, "{line}");
    }
    both(&[
        SICILY,
        ("GEOSEARCH g FROMMEMBER none BYRADIUS 1 km", NO_MEMBER),
        ("GEORADIUSBYMEMBER g none 1 km", NO_MEMBER),
        (
            "GEOSEARCH none FROMMEMBER x BYRADIUS -1 km",
            "-ERR radius cannot be negative\r\n",
        ),
        ("GEORADIUS_RO g 15 37 1 km STORE z", SYNTAX),
        (
            "GEORADIUS g 15 95 1 km",
            "-ERR invalid longitude,latitude pair 15.000000,95.000000\r\n",
        ),
        (
            "geosearch g BYRADIUS 1 km ASC ASC ASC",
            "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch\r\n",
        ),
        (
            "GEOSEARCHSTORE z g FROMLONLAT 15 37 BYRADIUS 1 km WITHDIST",
            "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options\r\n",
        ),
        (
            "GEORADIUS g 15 37 1 km WITHCOORD STORE z",
            "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options\r\n",
        ),
    ]);
}
