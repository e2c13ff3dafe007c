use redwire::command::Flags;
use redwire::prelude::*;

use super::{sends, writes};

const IDEMPOTENT: Flags = Flags::IDEMPOTENT;

#[test]
fn commands() {
    writes(Build.publish("news", b"\xff"), "PUBLISH news \\xff", "");
    // Where it goes in a cluster is decided as for keys.
    writes(Build.spublish("news", 7), "SPUBLISH news 7", "news");
    sends(
        Build.pubsub_channels::<String>("n*"),
        "PUBSUB CHANNELS n*",
        "",
        IDEMPOTENT,
    );
    sends(
        Build.pubsub_shardchannels::<String>("*"),
        "PUBSUB SHARDCHANNELS *",
        "",
        IDEMPOTENT,
    );
    sends(
        Build.pubsub_numsub::<String>(["a", "b"]),
        "PUBSUB NUMSUB a b",
        "",
        IDEMPOTENT,
    );
    sends(Build.pubsub_numsub::<String>(()), "PUBSUB NUMSUB", "", IDEMPOTENT);
    sends(
        Build.pubsub_shardnumsub::<String>("a"),
        "PUBSUB SHARDNUMSUB a",
        "",
        IDEMPOTENT,
    );
    sends(Build.pubsub_numpat(), "PUBSUB NUMPAT", "", IDEMPOTENT);
    sends(Build.pubsub_help(), "PUBSUB HELP", "", IDEMPOTENT);
}
