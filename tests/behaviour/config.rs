use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "config get and set",
            vec![
                step(
                    Build.config_get("maxmemory-policy"),
                    r#"{"maxmemory-policy": "noeviction"}"#,
                ),
                step(Build.config_get("no-such-*"), "{}"),
                works(Build.config_get("*")),
                step(Build.config_set("maxmemory", "64mb"), "true"),
                step(Build.config_get("maxmemory"), r#"{"maxmemory": "67108864"}"#),
                step(
                    Build.config_set_many([("maxmemory", "0"), ("maxmemory-samples", "7")]),
                    "true",
                ),
                step(
                    Build.config_get(["maxmemory", "MAXMEMORY-SAMPLE?"]),
                    r#"{"maxmemory": "0", "maxmemory-samples": "7"}"#,
                ),
                // All of them or none.
                fails(
                    Build.config_set_many([("maxmemory-samples", "9"), ("maxmemory-policy", "none")]),
                    "ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy')",
                ),
                step(Build.config_get("maxmemory-samples"), r#"{"maxmemory-samples": "7"}"#),
                step(Build.config_set("maxmemory-samples", 5), "true"),
                fails(
                    Build.config_set("no-such-thing", 1),
                    "ERR Unknown option or number of arguments",
                ),
                fails(Build.config_set("databases", 1), "ERR CONFIG SET failed"),
                works(Build.config_help()),
            ],
        ),
        case(
            "config resetstat and rewrite",
            vec![
                step(Build.config_resetstat(), "true"),
                fails(
                    Build.config_rewrite(),
                    "ERR The server is running without a config file",
                ),
            ],
        ),
    ]
}
