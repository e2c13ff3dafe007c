use redwire::prelude::*;

use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    vec![
        typed(Build.pfadd("h", ["a", "b"])),
        typed(Build.pfadd("h", [""; 0])),
        typed(Build.pfcount(["h", "i"])),
        typed(Build.pfmerge("z", ["h", "i"])),
    ]
}
