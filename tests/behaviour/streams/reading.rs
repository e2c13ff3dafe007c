//! XREAD.

use std::time::Duration;

use redwire::prelude::*;

use super::{Fields, add, entry, id, list, stream};
use crate::table::{Case, case, fails, step};

pub fn cases() -> Vec<Case> {
    let from = |streams: &[(&'static str, ReadFrom)], options| {
        Build.xread_with::<String, Fields>(streams.iter().copied(), options)
    };
    let options = XreadOptions::new;
    let (a, b, c) = (entry("1-0", "f", "1"), entry("2-0", "f", "2"), entry("5-0", "g", "3"));
    let start = ReadFrom::After(StreamId::MIN);
    let short = Duration::from_millis(1);
    vec![
        case(
            "XREAD",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
                step(add("t", (5, 0), "g", "3"), "Some(5-0)"),
                step(
                    Build.xread::<String, Fields>([("s", StreamId::MIN)]),
                    &list([stream("s", [&a, &b])]),
                ),
                step(
                    from(&[("s", start), ("t", start)], options().count(1)),
                    &list([stream("s", [&a]), stream("t", [&c])]),
                ),
                // Only streams with something to read are in the reply.
                step(
                    from(&[("s", id(2).into()), ("none", start), ("t", id(4).into())], options()),
                    &list([stream("t", [&c])]),
                ),
                step(from(&[("s", id(2).into())], options()), "[]"),
                step(from(&[("s", ReadFrom::End)], options()), "[]"),
                step(
                    from(&[("s", start)], options().block(short)),
                    &list([stream("s", [&a, &b])]),
                ),
                step(Build.set("string", "x"), "true"),
                fails(from(&[("string", start)], options()), "WRONGTYPE"),
                fails(from(&[], options()), "XREAD: at least one stream is needed"),
            ],
        ),
        case(
            "XREAD gives up waiting",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(from(&[("s", ReadFrom::End)], options().block(short)), "[]"),
                step(
                    from(&[("s", id(1).into()), ("none", start)], options().block(short)),
                    "[]",
                ),
                step(from(&[("s", start)], options()), &list([stream("s", [&a])])),
            ],
        ),
        case(
            "XREAD of the last entry",
            vec![
                step(add("s", (1, 0), "f", "1"), "Some(1-0)"),
                step(add("s", (2, 0), "f", "2"), "Some(2-0)"),
                step(
                    from(&[("s", ReadFrom::Last), ("none", ReadFrom::Last)], options()),
                    &list([stream("s", [&b])]),
                )
                .since(7, 4),
            ],
        ),
    ]
}
