use redwire::command::Command;
use redwire::prelude::*;

use crate::table::{Case, case, fails, step};

fn list(key: &str, elements: &[&str]) -> Command<u64> {
    cmd("RPUSH").key(key).arg(elements).returns()
}

fn options() -> SortOptions {
    SortOptions::new()
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "sort",
            vec![
                step(Build.sort::<Vec<String>>("none"), "[]"),
                step(list("l", &["10", "9", "1.5"]), "3"),
                step(Build.sort::<Vec<f64>>("l"), "[1.5, 9.0, 10.0]"),
                step(Build.sort_ro::<Vec<f64>>("l"), "[1.5, 9.0, 10.0]"),
                step(Build.sort_with::<Vec<f64>>("l", options().desc()), "[10.0, 9.0, 1.5]"),
                step(
                    Build.sort_with::<Vec<String>>("l", options().alpha()),
                    r#"["1.5", "10", "9"]"#,
                ),
                step(Build.sort_ro_with::<Vec<f64>>("l", options().limit(1, 1)), "[9.0]"),
                step(Build.sort_with::<Vec<f64>>("l", options().limit(1, -1)), "[9.0, 10.0]"),
                step(list("words", &["b", "a"]), "2"),
                fails(
                    Build.sort::<Vec<String>>("words"),
                    "ERR One or more scores can't be converted into double",
                ),
                step(
                    Build.sort_with::<Vec<String>>("words", options().by("nosort")),
                    r#"["b", "a"]"#,
                ),
                step(Build.set("string", "x"), "true"),
                fails(Build.sort::<Vec<String>>("string"), "WRONGTYPE"),
            ],
        ),
        case(
            "sort by and get",
            vec![
                step(list("users", &["1", "2", "3"]), "3"),
                step(Build.mset([("age_1", 30), ("age_2", 20), ("age_3", 25)]), "true"),
                step(Build.mset([("name_1", "ann"), ("name_2", "bob")]), "true"),
                step(Build.sort_with::<Vec<u64>>("users", options().by("age_*")), "[2, 3, 1]"),
                step(
                    Build.sort_with::<Vec<Option<String>>>("users", options().by("age_*").get("name_*")),
                    r#"[Some("bob"), None, Some("ann")]"#,
                ),
                step(
                    Build.sort_groups::<(u64, Option<String>, u64)>(
                        "users",
                        options().by("age_*").get("#").get("name_*").get("age_*"),
                    ),
                    r#"[(2, Some("bob"), 20), (3, None, 25), (1, Some("ann"), 30)]"#,
                ),
                step(
                    Build.sort_groups::<(u64, u64)>("none", options().get("#").get("age_*")),
                    "[]",
                ),
                fails(
                    Build.sort_groups::<(u64, u64)>("users", options().get("#")),
                    "SORT: rows of 2 columns need as many patterns, there are 1",
                ),
                fails(
                    Build.sort_groups::<(u64, u64)>("users", options().get("#").get("name_*")),
                    "expected u64, found bulk string \"ann\" at [1]",
                ),
                step(cmd("HSET").key("user_1").arg(("age", 3)).returns::<u64>(), "1"),
                step(cmd("HSET").key("user_2").arg(("age", 1)).returns::<u64>(), "1"),
                step(cmd("HSET").key("user_3").arg(("age", 2)).returns::<u64>(), "1"),
                step(
                    Build.sort_with::<Vec<u64>>("users", options().by("user_*->age").get("user_*->age")),
                    "[1, 2, 3]",
                ),
            ],
        ),
        case(
            "sort and store",
            vec![
                step(list("l", &["3", "1", "2"]), "3"),
                step(Build.sort_store("l", "sorted", options().desc()), "3"),
                step(
                    Build.sort_with::<Vec<u64>>("sorted", options().by("nosort")),
                    "[3, 2, 1]",
                ),
                step(Build.key_type("sorted"), "Some(List)"),
                // Nothing to store removes what was there.
                step(Build.sort_store("none", "sorted", options()), "0"),
                step(Build.exists("sorted"), "0"),
            ],
        ),
    ]
}
