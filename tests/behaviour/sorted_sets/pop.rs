use std::time::Duration;

use redwire::prelude::*;

use super::four;
use crate::table::{Case, case, fails, step, works};

pub fn cases() -> Vec<Case> {
    vec![lowest(), highest(), from_several(), waiting(), wrong_type(), refusals()]
}

type Kept = Vec<String>;

fn lowest() -> Case {
    case(
        "sorted set: ZPOPMIN",
        vec![
            step(Build.zpopmin::<String>("z"), "None"),
            step(Build.zpopmin_count::<String>("z", 2), "[]"),
            four(),
            step(Build.zpopmin::<String>("z"), r#"Some(("a", 1.0))"#),
            step(Build.zpopmin_count::<String>("z", 0), "[]"),
            step(Build.zpopmin_count::<String>("z", 1), r#"[("b", 2.0)]"#),
            step(Build.zpopmin_count::<String>("z", 9), r#"[("c", 2.0), ("d", inf)]"#),
            step(Build.zcard("z"), "0"),
        ],
    )
}

fn highest() -> Case {
    case(
        "sorted set: ZPOPMAX",
        vec![
            step(Build.zpopmax::<String>("z"), "None"),
            step(Build.zpopmax_count::<String>("z", 2), "[]"),
            four(),
            step(Build.zpopmax::<String>("z"), r#"Some(("d", inf))"#),
            step(Build.zpopmax_count::<String>("z", 2), r#"[("c", 2.0), ("b", 2.0)]"#),
            step(Build.zrange::<Kept>("z", 0, -1), r#"["a"]"#),
        ],
    )
}

fn from_several() -> Case {
    let many = ZmpopOptions::new().count(10);
    case(
        "sorted set: ZMPOP",
        vec![
            step(Build.zmpop::<String, String>(["x", "z"], ZpopEnd::Min), "None"),
            step(Build.zmpop_with::<String, String>("x", ZpopEnd::Min, many), "None"),
            four(),
            step(
                Build.zmpop::<String, String>(["x", "z"], ZpopEnd::Min),
                r#"Some(("z", [("a", 1.0)]))"#,
            ),
            step(
                Build.zmpop::<String, String>("z", ZpopEnd::Max),
                r#"Some(("z", [("d", inf)]))"#,
            ),
            works(Build.zadd("x", ("first", 0.5))),
            step(
                Build.zmpop_with::<String, String>(["x", "z"], ZpopEnd::Max, many),
                r#"Some(("x", [("first", 0.5)]))"#,
            ),
            step(
                Build.zmpop_with::<String, String>(["x", "z"], ZpopEnd::Max, many),
                r#"Some(("z", [("c", 2.0), ("b", 2.0)]))"#,
            ),
            step(Build.zcard("z"), "0"),
        ],
    )
}

/// What waits is answered at once here, as there is something to take; that nothing comes is for tests with a clock.
fn waiting() -> Case {
    let second = Duration::from_secs(1);
    case(
        "sorted set: BZPOPMIN, BZPOPMAX and BZMPOP with something to take",
        vec![
            four(),
            step(
                Build.bzpopmin::<String, String>(["x", "z"], second),
                r#"Some(("z", "a", 1.0))"#,
            ),
            step(
                Build.bzpopmax::<String, String>("z", Duration::ZERO),
                r#"Some(("z", "d", inf))"#,
            ),
            step(
                Build.bzmpop::<String, String>(second / 2, ["x", "z"], ZpopEnd::Max),
                r#"Some(("z", [("c", 2.0)]))"#,
            ),
            works(Build.zadd("x", [("one", 1), ("two", 2), ("three", 3)])),
            step(
                Build.bzmpop_with::<String, String>(second, ["x", "z"], ZpopEnd::Min, ZmpopOptions::new().count(2)),
                r#"Some(("x", [("one", 1.0), ("two", 2.0)]))"#,
            ),
            step(
                Build.bzpopmin::<String, String>(["x", "z"], second),
                r#"Some(("x", "three", 3.0))"#,
            ),
        ],
    )
}

fn wrong_type() -> Case {
    let second = Duration::from_secs(1);
    let two = ZmpopOptions::new().count(2);
    case(
        "sorted set: taking from a key of another type",
        vec![
            works(Build.set("k", "text")),
            fails(Build.zpopmin::<String>("k"), "WRONGTYPE"),
            fails(Build.zpopmin_count::<String>("k", 1), "WRONGTYPE"),
            fails(Build.zpopmax::<String>("k"), "WRONGTYPE"),
            fails(Build.zpopmax_count::<String>("k", 1), "WRONGTYPE"),
            fails(Build.zmpop::<String, String>("k", ZpopEnd::Min), "WRONGTYPE"),
            fails(Build.zmpop_with::<String, String>("k", ZpopEnd::Min, two), "WRONGTYPE"),
            fails(Build.bzpopmin::<String, String>("k", second), "WRONGTYPE"),
            fails(Build.bzpopmax::<String, String>("k", second), "WRONGTYPE"),
            fails(Build.bzmpop::<String, String>(second, "k", ZpopEnd::Max), "WRONGTYPE"),
            fails(
                Build.bzmpop_with::<String, String>(second, "k", ZpopEnd::Max, two),
                "WRONGTYPE",
            ),
        ],
    )
}

fn refusals() -> Case {
    let none: [&str; 0] = [];
    let second = Duration::from_secs(1);
    let zero = ZmpopOptions::new().count(0);
    case(
        "sorted set: what is not even waited for",
        vec![
            fails(
                Build.bzpopmin::<String, String>(none, second),
                "BZPOPMIN: at least one key is needed",
            ),
            fails(
                Build.bzpopmax::<String, String>(none, second),
                "BZPOPMAX: at least one key is needed",
            ),
            fails(
                Build.zmpop::<String, String>(none, ZpopEnd::Min),
                "ZMPOP: at least one key is needed",
            ),
            fails(
                Build.zmpop_with::<String, String>("z", ZpopEnd::Min, zero),
                "ZMPOP: count should be greater than 0",
            ),
            fails(
                Build.bzmpop_with::<String, String>(second, "z", ZpopEnd::Min, zero),
                "BZMPOP: count should be greater than 0",
            ),
        ],
    )
}
