use redwire::prelude::*;

use super::V;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    vec![
        typed(Build.publish("a", "x")),
        typed(Build.pubsub_channels::<V>("*")),
        typed(Build.pubsub_help()),
        typed(Build.pubsub_numpat()),
        typed(Build.pubsub_numsub::<V>(())),
        typed(Build.pubsub_numsub::<V>(["a", "b"])),
        typed(Build.pubsub_shardchannels::<V>("*")),
        typed(Build.pubsub_shardnumsub::<V>(["a", "b"])),
        typed(Build.spublish("a", "x")),
    ]
}
