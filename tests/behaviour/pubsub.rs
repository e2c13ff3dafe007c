use redwire::prelude::*;

use crate::table::{Case, case, step, works};

pub fn cases_on_real_servers() -> Vec<Case> {
    vec![case(
        "publishing to nobody",
        vec![
            step(Build.publish("news", "hello"), "0"),
            step(Build.spublish("news", b"\xff"), "0"),
            step(Build.pubsub_channels::<String>("*"), "[]"),
            step(Build.pubsub_shardchannels::<String>("*"), "[]"),
            step(Build.pubsub_numsub::<String>(["a", "b"]), r#"[("a", 0), ("b", 0)]"#),
            step(Build.pubsub_numsub::<String>(()), "[]"),
            step(Build.pubsub_shardnumsub::<String>("a"), r#"[("a", 0)]"#),
            step(Build.pubsub_numpat(), "0"),
            works(Build.pubsub_help()),
        ],
    )]
}
