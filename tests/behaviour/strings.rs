use redwire::prelude::*;

use crate::table::{Case, case, step};

pub fn cases() -> Vec<Case> {
    vec![case(
        "set and get",
        vec![
            step(Build.get::<Option<String>>("k"), "None"),
            step(Build.set("k", "v"), "true"),
            step(Build.get::<Option<String>>("k"), "Some(\"v\")"),
        ],
    )]
}
